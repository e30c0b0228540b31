"""TF-IDF cosines over term counts, for words and for names, and finding articles by exact words.

A term weighs (1 + ln count) * idf, idf = ln((N + 1) / (df + 0.5)), and an article's weights are scaled to length one
(Salton & Buckley 1988, "sublinear" counts; N and df: `statistics`). A name is a word with a flag, and has the word's
count and idf.

**Memory.** An article is a run of `records`, two bytes a term. Beside them stand postings of bounded length (term ->
articles), for finding. All in all an article of 316 words takes 1,050 bytes (AllSides, 2,519 articles), and 1,480 with
the vocabulary, whose share falls as the collection grows. Two bases keep the pauses short: what is new is compiled into
a small one.

**Finding.** Every term that is in at most `_postings_most(N)` articles has all of them in its list, so that a rare word
is found wherever it stands; a more frequent one has only those that repeat it most ("champion lists", Manning et al.,
"Introduction to Information Retrieval", 7.1.3). The best by the lists are candidates, and are compared exactly
afterwards. Where lists cannot fill the answer (a query of common words only, under a filter), and where a filter leaves
few articles anyway, every article is compared.

**Drift.** N and df follow every add and remove at once, nothing else is kept: docs/how-related-coverage-is-ranked.md.
"""

import threading
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import Terms

from ..arrays import shared, within
from ..types import Array, Floats, Ids, Mask
from .records import (
    COUNTS,
    LOW_NAMED_WEIGHTS,
    LOW_WEIGHTS,
    WEIGHTS,
    RecordHeap,
    Unpacked,
    codes_of,
    named_in,
    pack_terms,
    unpack_terms,
)
from .statistics import Statistics
from .vocabulary import Vocabulary

_TAIL_SHARE = 0.1
_TAIL_LEAST = 64
_TAIL_MOST = 500
"""Articles that wait to be compiled: at most this many, and this share of all, or the least."""
_SMALL_SHARE = 0.2
"""What is compiled goes into a small base, until that is a fifth of the large one and joins it."""
_FEW = 500
"""Up to this many articles are all compared."""
_AT_ONCE = 2_000
"""Articles whose records are unpacked at once, where all are gone through."""


class UnitTerms(NamedTuple):
    """The weighted terms of N articles, one after the other: the sum of products over common numbers is a cosine."""

    starts: Ids
    """(N + 1,): where each article's begin."""
    numbers: NDArray[np.int32]
    words: NDArray[np.float32]
    """An article's are of length one."""
    names: NDArray[np.float32]
    """0 for what is no name; an article's are of length one, or all 0."""


@dataclass(frozen=True, slots=True)
class _Query:
    numbers: Ids
    """Of the words that any stored article has, rising."""
    words: Floats
    """Weight times idf of each, over the length of the query."""
    names: Floats
    """The same of the names; 0 for other words."""
    has_names: bool
    group: int
    """What it is weighed among (`Statistics.group`)."""
    idf: Floats
    """Of each word, for the query."""


@dataclass(frozen=True, slots=True)
class _Base:
    """Compiled articles; only `alive` is ever written to."""

    rows: Ids
    """Rising."""
    alive: Mask
    lengths: NDArray[np.float32]
    """Euclidean, of the words' weights, under the statistics of when it was compiled."""
    lists: NDArray[np.int32]
    """(terms + 1,): where each term's postings begin."""
    posted: Array
    """Positions in `rows`."""
    least: NDArray[np.uint8]
    """(terms,): the count (its code) from which articles are in a term's list."""

    def __contains__(self, row: int) -> bool:
        at = np.searchsorted(self.rows, row)
        return bool(at < len(self.rows) and self.rows[at] == row)


_EMPTY = _Base(
    np.empty(0, np.int64), np.empty(0, bool), np.empty(0, np.float32), np.zeros(1, np.int32), np.empty(0, np.uint16),
    np.empty(0, np.uint8),
)  # fmt: skip


class _State(NamedTuple):
    bases: tuple[_Base, _Base]
    """A large and a small one, of later rows."""
    tail: list[int]
    """Rows of what came after both."""


class _Late(NamedTuple):
    """The tail, as far as it was searched already."""

    rows: Ids
    terms: Unpacked
    lengths: Floats
    """(2, articles), as `TermIndex._lengths_of`, under the statistics of when it was searched first."""


_NONE = _Late(np.empty(0, np.int64), unpack_terms(np.zeros(1, np.int64), np.empty(0, np.uint16)), np.empty((2, 0)))


class TermIndex:
    """Terms of articles by row number; rows must rise and never come twice, as a store gives them out.

    Any number of threads may search; not safe to change meanwhile: its owner holds the lock.

    Args:
        together: languages that are weighed as one; an article in another one is weighed by those in its language
            (`statistics`). None for all.
    """

    def __init__(self, together: AbstractSet[str] | None = None) -> None:
        self._vocabulary = Vocabulary()
        self._statistics = Statistics(together)
        self._heap = RecordHeap()
        self._state = _State((_EMPTY, _EMPTY), [])
        """Replaced as one, so that a search sees all of one moment."""
        self._late = _NONE
        self._dead = 0
        self._compiling = threading.Lock()
        self._known_lengths = np.empty((3, 0))
        """As `_lengths_of`, by row, and at which change of the statistics that was."""
        self._last_query: tuple[int, int, _Query] | None = None
        """A stored article's, with the change of the statistics that it was weighed at, and its row."""

    def __len__(self) -> int:
        return self._statistics.articles

    def add(self, row: int, terms: Terms) -> None:
        """Add an article's terms."""
        self._statistics.add(row, self._put(row, terms), terms.language)
        self._state.tail.append(row)

    def _put(self, row: int, terms: Terms) -> Ids:
        numbers = self._vocabulary.add(terms.words)
        self._heap.put(row, pack_terms(numbers, codes_of(terms.words), named_in(terms)))
        return numbers

    def replace(self, row: int, terms: Terms) -> None:
        """Give an article that is in other terms; by the old ones it may be found until lists are compiled again."""
        self._statistics.change(row, self._heap.unpacked(np.array([row])).terms().numbers, -1)
        self._heap.drop(row)
        self._statistics.change(row, self._put(row, terms), 1)
        self._late = _NONE

    def remove(self, row: int) -> None:
        """Take an article out; nothing happens where it is not in."""
        if row not in self._heap:
            return
        if row in self._state.tail:
            self._state.tail.remove(row)
            self._late = _NONE
        else:
            base = next(base for base in self._state.bases if row in base)
            base.alive[np.searchsorted(base.rows, row)] = False
            self._dead += 1
        self._statistics.remove(row, self._heap.unpacked(np.array([row])).terms().numbers)
        self._heap.drop(row)

    def terms(self, row: int) -> Terms:
        """The terms of an article, counts as they are kept; empty where it is not in."""
        some = self._heap.unpacked(np.array([row])).terms()
        words = self._vocabulary.words(some.numbers.tolist())
        counts = dict(zip(words, COUNTS[some.codes].tolist(), strict=True))
        return Terms(counts, {word: counts[word] for word, named in zip(words, some.named, strict=True) if named})

    def weights(self, rows: Sequence[int]) -> tuple[list[str], Floats]:
        """The words of these articles, and the sum of each one's weight over them times its idf, (N,)."""
        some = self._heap.unpacked(np.array(rows, np.int64)).terms()
        numbers, at = np.unique(some.numbers, return_inverse=True)
        sums = np.bincount(at, WEIGHTS[some.codes], len(numbers))
        return self._vocabulary.words(numbers.tolist()), sums * self._statistics.idf(numbers)

    def shares(self, rows: Sequence[int]) -> tuple[list[str], Floats, Floats]:
        """The words of these articles; of each, the share of them that have it, and of all others, (N,)."""
        some = self._heap.unpacked(np.array(rows, np.int64)).terms()
        numbers, counts = np.unique(some.numbers, return_counts=True)
        rest = max(1, len(self) - len(rows))
        elsewhere = (self._statistics.frequencies(numbers) - counts) / rest
        return self._vocabulary.words(numbers.tolist()), counts / max(1, len(rows)), elsewhere

    def idf(self, words: Sequence[str]) -> Floats:
        """The inverse document frequency of each word, (N,); of an unknown one as if an article had it."""
        return self._statistics.idf(self._vocabulary.numbers(words), least=1)

    def candidates(self, of: Terms | int, k: int, allowed: Mask | None = None) -> Ids:
        """Rows, rising, that are promising by words (at most k, and k of the latest) or by names (half as many).

        By the lists alone: the caller compares the rows anyway.

        Args:
            of: what is looked for: terms, or the row of an article that is in.
            k: rows at most.
            allowed: over row numbers: which may be found.
        """
        (bases, late), query = self._compiled(), self._query(of)
        lists = [_ranked(bases, query, most, allowed, names) for names, most in ((False, k), (True, k // 2))]
        unlisted = np.unique(np.concatenate([rows[np.isinf(scores)] for rows, scores in lists]))
        of_late = self._exact(query, late.rows, late.terms, late.lengths)
        exact = np.concatenate([of_late, self._cosines(query, unlisted)], axis=1)
        unlisted = np.concatenate([late.rows, unlisted])
        if allowed is not None:
            may = within(unlisted, allowed)
            unlisted, exact = unlisted[may], exact[:, may]
        found = []
        for names, most in ((False, k), (True, k // 2)):
            rows, scores = lists[names]
            listed = np.isfinite(scores)
            for some, worth in ((rows[listed], scores[listed]), (unlisted, np.nan_to_num(exact[int(names)]))):
                best = np.flatnonzero(worth >= np.partition(worth, -most)[-most]) if len(some) > most else slice(None)
                some, worth = some[best], worth[best]
                best = np.lexsort((some, -worth))[:most]
                found.append(some[best[worth[best] > 0]])
        return np.unique(np.concatenate(found))

    def cosines(self, of: Terms | int, rows: Ids) -> tuple[Floats, Floats]:
        """Cosine of the words and of the names of terms, or of a row that is in, with each of N articles, (N,) each.

        0..1. Of an article without terms, and of one that is not in, 0; of names NaN where either has none.
        """
        return self._cosines(self._query(of), rows)

    def unit_terms(self, rows: Ids) -> UnitTerms:
        """The weighted terms of these articles, for many cosines at once; none of one that is not in."""
        some = self._heap.unpacked(rows).terms()
        lengths = self._lengths_of(rows, some) if len(rows) else np.empty((2, 0))
        words, names = np.repeat(lengths, np.diff(some.starts), axis=1)
        idf = self._idf(rows, some)
        return UnitTerms(
            some.starts,
            some.numbers.astype(np.int32),
            (LOW_WEIGHTS[some.low] * idf / words).astype(np.float32),
            (LOW_NAMED_WEIGHTS[some.low] * idf / names).astype(np.float32),
        )

    def _idf(self, rows: Ids, some: Unpacked) -> Floats:
        """The idf of each term of some articles, one article's after the other's."""
        return self._statistics.idf(some.numbers, np.repeat(self._statistics.groups(rows), np.diff(some.starts)))

    def _query(self, of: Terms | int) -> _Query:
        """A stored article is asked for twice by one question: for candidates, and to be compared with them."""
        if not isinstance(of, int):
            return self._weighed_query(of)
        statistics, last = self._statistics.changes, self._last_query
        if last is None or last[:2] != (statistics, of):
            last = self._last_query = (statistics, of, self._weighed_query(of))
        return last[2]

    def _weighed_query(self, of: Terms | int) -> _Query:
        if isinstance(of, int):
            some = self._heap.unpacked(np.array([of])).terms()
            numbers, codes, named = some.numbers, some.codes, some.named
            group = self._statistics.group_of(of)
        else:
            numbers, codes, named = self._vocabulary.numbers(of.words), codes_of(of.words), named_in(of)
            group = self._statistics.group(of.language)
        idf = self._statistics.idf(numbers, group)
        weights = WEIGHTS[codes] * idf
        known = numbers >= 0
        words = (weights * idf)[known] / _length(weights)
        names = (weights * idf * named)[known] / _length(weights[named])
        order = np.argsort(numbers[known])
        idf = idf[known][order]
        return _Query(numbers[known][order], words[order], names[order], bool(named.any()), group, idf)

    def _cosines(self, query: _Query, rows: Ids) -> tuple[Floats, Floats]:
        if not len(rows):
            return np.empty(0), np.empty(0)
        some = self._heap.unpacked(rows)
        return self._exact(query, rows, some, self._lengths_of(rows, some))

    def _exact(self, query: _Query, rows: Ids, some: Unpacked, lengths: Floats) -> tuple[Floats, Floats]:
        """As `cosines`, of the terms of N articles and their lengths, (2, N)."""
        words, names = lengths
        there, at = shared(some.numbers, query.numbers)
        owner, low = np.searchsorted(some.starts, there, side="right") - 1, some.low[there]
        by_word, by_name = query.words[at], query.names[at]
        if ((groups := self._statistics.groups(rows)) != query.group).any():  # the other side's idf is another one
            theirs = self._statistics.idf(query.numbers[at], groups[owner]) / query.idf[at].clip(min=1e-12)
            by_word, by_name = by_word * theirs, by_name * theirs
        by_words = np.bincount(owner, LOW_WEIGHTS[low] * by_word, len(words)) / words
        by_names = np.bincount(owner, LOW_NAMED_WEIGHTS[low] * by_name, len(words)) / names
        return by_words, np.where((names > 0) & query.has_names, by_names, np.nan)

    def _lengths_of(self, rows: Ids, some: Unpacked) -> Floats:
        """Euclidean lengths of the words' and of the names' weights, (2, N); -1 for names of an article without."""
        known, statistics = self._known_lengths, self._statistics.changes
        if (most := int(rows.max())) >= known.shape[1]:
            known = np.full((3, most + 1 + most // 8), -1.0)
            known[:, : self._known_lengths.shape[1]] = self._known_lengths
            self._known_lengths = known
        new = known[2, rows] != statistics
        if new.all():
            known[:2, rows] = self._lengths(rows, some)
        elif new.any():
            known[:2, rows[new]] = self._lengths(rows[new], self._heap.unpacked(rows[new]))
        known[2, rows[new]] = statistics
        return np.asarray(known[:2, rows])

    def _compiled(self) -> tuple[tuple[_Base, _Base], _Late]:
        """What is compiled, again where enough has come or gone since the last time, and what is not."""
        with self._compiling:
            (large, small), tail = self._state
            share = _TAIL_SHARE * (len(large.rows) + len(small.rows))
            if self._dead > max(_TAIL_LEAST, share) or len(small.rows) + len(tail) > max(
                _TAIL_LEAST, _SMALL_SHARE * len(large.rows)
            ):
                self._state, self._dead = _State((self._compile((large, small), tail), _EMPTY), []), 0
                self._late = _NONE
            elif len(tail) > max(_TAIL_LEAST, min(_TAIL_MOST, share)):
                self._state = _State((large, self._compile((small,), tail)), [])
                self._late = _NONE
            if new := self._state.tail[len(self._late.rows) :]:
                self._late = self._with(self._late, np.array(new, np.int64))
            return self._state.bases, self._late

    def _with(self, late: _Late, rows: Ids) -> _Late:
        some = self._heap.unpacked(rows)
        numbers, low = np.concatenate([late.terms.numbers, some.numbers]), np.concatenate([late.terms.low, some.low])
        starts = np.concatenate([late.terms.starts, late.terms.starts[-1] + some.starts[1:]])
        lengths = np.concatenate([late.lengths, self._lengths(rows, some)], axis=1)
        return _Late(np.concatenate([late.rows, rows]), Unpacked(starts, numbers, low), lengths)

    def _compile(self, bases: Sequence[_Base], tail: Sequence[int]) -> _Base:
        rows = np.concatenate([*(base.rows[base.alive] for base in bases), np.array(tail, np.int64)])
        least = _least_listed(self._heap, rows, len(self._vocabulary))
        lists, posted = _postings(self._heap, rows, least)
        lengths = np.concatenate([np.empty(0), *(self._lengths(*some)[0] for some in _batches(self._heap, rows))])
        return _Base(rows, np.ones(len(rows), bool), lengths.astype(np.float32), lists, posted, least)

    def _lengths(self, rows: Ids, some: Unpacked) -> Floats:
        """As `_lengths_of`."""
        idf, named = self._idf(rows, some), LOW_NAMED_WEIGHTS[some.low]
        squares = np.stack([some.sums((LOW_WEIGHTS[some.low] * idf) ** 2), some.sums((named * idf) ** 2)])
        lengths = np.sqrt(squares).clip(1e-12)
        lengths[1, some.sums(named) == 0] = -1
        return np.asarray(lengths)


def _ranked(bases: Sequence[_Base], query: _Query, k: int, allowed: Mask | None, names: bool) -> tuple[Ids, Floats]:
    """Rows of compiled articles, and the score of each by the lists; infinity where they give none."""
    weights = query.names if names else query.words
    numbers, weights = query.numbers[weights > 0], weights[weights > 0]
    found = [_listed(base, numbers, weights, k, allowed) for base in bases]
    return np.concatenate([rows for rows, _ in found]), np.concatenate([scores for _, scores in found])


def _listed(base: _Base, numbers: Ids, weights: Floats, k: int, allowed: Mask | None) -> tuple[Ids, Floats]:
    """Rows that are in the lists, and how promising they are; where lists are not enough, all, infinitely so."""
    may = base.alive if allowed is None else base.alive & within(base.rows, allowed)
    left = np.count_nonzero(may)
    if left <= _FEW:
        return base.rows[may], np.full(left, np.inf)
    inside = numbers < len(base.least)
    numbers, weights = numbers[inside], weights[inside]
    starts, ends = base.lists[numbers], base.lists[numbers + 1]
    positions = np.concatenate([base.posted[:0], *(base.posted[a:b] for a, b in zip(starts, ends, strict=True))])
    scores = np.bincount(positions, np.repeat(weights, ends - starts), len(base.rows))
    found = np.flatnonzero(scores > 0)
    found = found[may[found]]
    if len(found) < k and (base.least[numbers] > 1).any():
        return base.rows[may], np.full(left, np.inf)
    return base.rows[found], scores[found] / base.lengths[found]


def _postings_most(articles: int) -> int:
    """How long a list of postings may be.

    AllSides, 2,519 articles of 316 words: 233 bytes of postings an article, and of the 10 (50) best by words .998
    (.943) are found, of the 10 best by names .981. With a hundredth: 187 bytes, .988 (.899), .971; with a fortieth:
    263 bytes, .998 (.957), .986.
    """
    return max(48, articles // 50)


def _postings(heap: RecordHeap, rows: Ids, least: Array) -> tuple[NDArray[np.int32], Array]:
    """Where each term's list begins, (terms + 1,), and the lists: positions of the articles that have it, rising.

    Args:
        heap: has the articles' terms.
        rows: the articles'.
        least: (terms,): the code with which a term must stand in an article to be listed.
    """
    found_terms, found_articles = [np.empty(0, np.int32)], [np.empty(0, np.uint32)]
    for i, (_, unpacked) in enumerate(_batches(heap, rows)):
        listed = unpacked.codes >= least[unpacked.numbers]
        found_terms.append(unpacked.numbers[listed].astype(np.int32))
        found_articles.append((unpacked.owner[listed] + i * _AT_ONCE).astype(np.uint32))
    numbers, articles = np.concatenate(found_terms), np.concatenate(found_articles)
    order = np.argsort(numbers, kind="stable")
    lists = np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=len(least)))]).astype(np.int32)
    return lists, articles[order].astype(np.min_scalar_type(len(rows)))


def _least_listed(heap: RecordHeap, rows: Ids, terms: int) -> NDArray[np.uint8]:
    """The smallest code of each term that at most `_postings_most` articles reach, by a sample of them, (terms,)."""
    some = rows[:: max(1, len(rows) // _AT_ONCE)]
    sample = heap.unpacked(some).terms()
    most = _postings_most(len(rows)) * len(some) / max(len(rows), 1)
    common = np.flatnonzero(np.bincount(sample.numbers, minlength=terms) > most)
    offset = np.full(terms, -1)
    offset[common] = np.arange(len(common)) * len(COUNTS)
    own = offset[sample.numbers]
    counted = np.bincount((own + sample.codes)[own >= 0], minlength=len(common) * len(COUNTS))
    reached = np.cumsum(counted.reshape(-1, len(COUNTS))[:, ::-1], axis=1)[:, ::-1]
    least = np.ones(terms, np.uint8)
    least[common] = (reached > most).sum(axis=1)
    return least


def _batches(heap: RecordHeap, rows: Ids) -> Iterator[tuple[Ids, Unpacked]]:
    """Some of the rows at a time, and their terms."""
    for start in range(0, len(rows), _AT_ONCE):
        yield (some := rows[start : start + _AT_ONCE]), heap.unpacked(some)


def _length(weights: Floats) -> float:
    return float(max(np.sqrt(np.sum(weights**2)), 1e-12))
