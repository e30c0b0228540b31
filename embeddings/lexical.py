"""TF-IDF cosine over stored term counts, for any two articles and for finding candidates by exact words.

A term weighs (1 + ln count) * idf, idf = ln((N + 1) / (df + 0.5)), and an article's weights are scaled to length one
(Salton & Buckley 1988, "sublinear" counts). N and df follow every add and remove at once; for
`search` (not for `cosines`) an article's length is computed anew only when a tenth of the collection is new.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from .masks import within
from .types import Floats, Ids, Mask

_TAIL_SHARE = 0.1
_TAIL_LEAST = 8


@dataclass(frozen=True, slots=True)
class _Document:
    terms: Ids
    weights: Floats
    """1 + ln count."""


@dataclass(frozen=True, slots=True)
class _Base:
    """Documents in one matrix; only `alive` is ever written to."""

    rows: Ids
    """Rising."""
    alive: Mask
    weights: csr_array
    """(documents, terms): 1 + ln count."""
    lengths: Floats
    """Under the statistics of when it was compiled."""


class TermIndex:
    """Term counts of articles by row number; rows must rise and never come twice, as a store gives them out.

    Any number of threads may search; not safe to change meanwhile: its owner holds the lock.
    """

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._frequencies = np.zeros(1024)
        self._documents: dict[int, _Document] = {}
        self._base = _Base(np.empty(0, np.int64), np.empty(0, bool), csr_array((0, 0)), np.empty(0))
        self._waste = 0
        self._compiling = threading.Lock()

    def __len__(self) -> int:
        return len(self._documents)

    def add(self, row: int, counts: Mapping[str, int]) -> None:
        """Add an article's term counts."""
        terms = np.fromiter((self._number(term) for term in counts), np.int64, len(counts))
        weights = 1 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))
        self._documents[row] = _Document(terms, weights)
        self._frequencies[terms] += 1
        self._waste += 1

    def remove(self, row: int) -> None:
        """Take an article out; nothing happens where it is not in."""
        document = self._documents.pop(row, None)
        if document is not None:
            self._frequencies[document.terms] -= 1
            self._waste += 1
            at = np.searchsorted(self._base.rows, row)
            if at < len(self._base.rows) and self._base.rows[at] == row:
                self._base.alive[at] = False

    def search(self, counts: Mapping[str, int], k: int, allowed: Mask | None = None) -> tuple[Ids, Floats]:
        """The rows of at most k articles with the highest cosine above 0, and the cosines, best first."""
        base = self._compiled()
        query = self._query(counts)
        tail = self._tail(base)
        rows = np.concatenate([base.rows, tail])
        in_base = np.asarray(base.weights @ query[: base.weights.shape[1]]) / base.lengths
        cosines = np.concatenate([in_base, self._tail_cosines(query, tail)])
        good = cosines > 0
        good[: len(base.alive)] &= base.alive
        if allowed is not None:
            good &= within(rows, allowed)
        rows, cosines = rows[good], cosines[good]
        order = np.lexsort((rows, -cosines))[:k]
        return rows[order], cosines[order]

    def cosines(self, counts: Mapping[str, int], rows: Ids) -> Floats:
        """Cosine with each of these articles, (N,) in 0..1; 0 for one without terms."""
        return self._cosines(self._query(counts), rows)

    def idf(self, terms: list[str]) -> Floats:
        """Inverse document frequency of each term, (N,); an unknown term has the highest."""
        numbers = [self._vocabulary.get(term, -1) for term in terms]
        frequencies = np.array([self._frequencies[n] if n >= 0 else 0.0 for n in numbers])
        return self._idf(frequencies)

    def _idf(self, frequencies: Floats) -> Floats:
        return np.asarray(np.log((len(self._documents) + 1) / (frequencies + 0.5)).clip(min=0.0))

    def _number(self, term: str) -> int:
        number = self._vocabulary.setdefault(term, len(self._vocabulary))
        if number >= len(self._frequencies):
            self._frequencies = np.concatenate([self._frequencies, np.zeros(len(self._frequencies))])
        return number

    def _query(self, counts: Mapping[str, int]) -> Floats:
        """A dense vector over the vocabulary: unit-length weights times idf, ready for a dot product."""
        known = [(self._vocabulary[term], n) for term, n in counts.items() if term in self._vocabulary]
        query = np.zeros(len(self._vocabulary))
        if known:
            terms = np.array([term for term, _ in known])
            weights = 1 + np.log([n for _, n in known])
            idf = self._idf(self._frequencies[terms])
            length = np.sqrt(np.sum((weights * idf) ** 2) + self._unknown(counts))
            query[terms] = weights * idf * idf / max(length, 1e-12)
        return query

    def _unknown(self, counts: Mapping[str, int]) -> float:
        """What the terms that no stored article has add to a query's squared length."""
        unknown = [n for term, n in counts.items() if term not in self._vocabulary]
        return float(np.sum(((1 + np.log(unknown)) * self._idf(np.zeros(1))) ** 2)) if unknown else 0.0

    def _cosines(self, query: Floats, rows: Ids) -> Floats:
        out = np.zeros(len(rows))
        base = self._base
        at = np.searchsorted(base.rows, rows)
        in_base = at < len(base.rows)
        in_base[in_base] = base.rows[at[in_base]] == rows[in_base]
        if in_base.any():
            some = base.weights[at[in_base]]
            lengths = _lengths(some, self._idf(self._frequencies[: some.shape[1]]))
            out[in_base] = np.asarray(some @ query[: some.shape[1]]) / lengths
        out[~in_base] = self._tail_cosines(query, rows[~in_base])
        return out

    def _tail_cosines(self, query: Floats, rows: Ids) -> Floats:
        out = np.zeros(len(rows))
        for i, row in enumerate(rows):
            document = self._documents.get(int(row))
            if document is not None and len(document.terms):
                idf = self._idf(self._frequencies[document.terms])
                length = np.sqrt(np.sum((document.weights * idf) ** 2))
                out[i] = np.dot(query[document.terms], document.weights) / max(length, 1e-12)
        return out

    def _tail(self, base: "_Base") -> Ids:
        """Rows that came after the base was compiled."""
        last = base.rows[-1] if len(base.rows) else -1
        tail: list[int] = []
        for row in reversed(self._documents):
            if row <= last:
                break
            tail.append(row)
        return np.array(tail[::-1], np.int64)

    def _compiled(self) -> "_Base":
        """The documents in one matrix, compiled anew when enough have come or gone since the last time."""
        with self._compiling:
            if self._waste > max(_TAIL_LEAST, _TAIL_SHARE * len(self._base.rows)):
                self._base, self._waste = self._compile(), 0
            return self._base

    def _compile(self) -> "_Base":
        rows = sorted(self._documents)
        documents = [self._documents[row] for row in rows]
        terms = np.concatenate([d.terms for d in documents] or [np.empty(0, np.int64)])
        weights = np.concatenate([d.weights for d in documents] or [np.empty(0)])
        starts = np.concatenate([[0], np.cumsum([len(d.terms) for d in documents], dtype=np.int64)])
        matrix = csr_array((weights, terms, starts), shape=(len(documents), len(self._vocabulary)))
        lengths = _lengths(matrix, self._idf(self._frequencies[: len(self._vocabulary)]))
        return _Base(np.array(rows, np.int64), np.ones(len(rows), bool), matrix, lengths)


def _lengths(weights: csr_array, idf: Floats) -> Floats:
    """Euclidean length of each row under the given inverse document frequencies."""
    squares = np.asarray(weights.multiply(weights) @ (idf * idf))
    return np.asarray(np.sqrt(squares.clip(min=1e-24)))
