"""What the batch job needs of all articles at once, copied out of a collection: terms, days, which paragraphs.

Vectors stay in the collection: they are most of its memory, and are read block by block.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy.sparse import csr_array

from ...arrays import distinct, within
from ...search.collection import Collection, Member
from ...search.filters import Filter
from ...search.ivf import Reader
from ...types import Array, Floats, Ids, Mask, Vectors
from .checkpoint import digest

_AT_ONCE = 2_000
"""Articles that are copied under one hold of the lock."""
_GATHERED = 128
"""Pairs of vectors (400 kB in 384-d); for more, memory is mapped again each time, which takes thrice as long."""


@dataclass(frozen=True, slots=True)
class Overview:
    """N articles by place, 0 to N - 1; of one that is gone there is a row number and nothing else."""

    collection: Collection
    """Has their vectors."""
    rows: Ids
    words: csr_array
    """(N, terms) float32: weights of length one for each article; the products of two rows are their cosine."""
    names: csr_array
    """The same of names only."""
    named: Mask
    """Which articles have a name."""
    filled: Mask
    """Which have a centroid."""
    days: Floats
    """Since 1970-01-01, UTC; NaN where undated."""
    starts: Ids
    """(N + 1,): where each article's begin in `paragraphs`."""
    paragraphs: Ids
    """Ids of encoded paragraphs."""
    leads: Ids
    """Id of each lead's paragraph; -1 for none."""
    titles: list[Vectors | None]
    texts: list[str]
    """Hash of each body; empty for one that is gone."""

    def __len__(self) -> int:
        return len(self.rows)

    def passages(self, places: Ids) -> Ids:
        """How many encoded paragraphs each of these has."""
        return np.asarray(self.starts[places + 1] - self.starts[places])

    def centroids(self, places: Ids) -> Vectors:
        """Of these, (P, D), copied; anything where an article is not `filled`. Takes the lock."""
        return centroids_of(self.collection, self.rows[places])

    def present(self, places: Ids) -> Mask:
        """Which of these are still in the collection (row numbers are never given again). The caller holds the lock."""
        return within(self.rows[places], self.collection.allowed(Filter()))

    def fingerprint(self) -> str:
        """Of the articles, their texts, what is known of them, and the model that compares them.

        Numbers of terms are left out: they depend on the order in which words were first seen. What an article's terms
        weigh follows from all texts.
        """
        lengths = np.diff(self.words.indptr), np.diff(self.names.indptr)
        numbers = self.rows, *lengths, self.filled, self.days, self.starts, self.paragraphs, self.leads
        places = np.arange(len(self))
        centroids = (self.centroids(places[start : start + _AT_ONCE]) for start in range(0, len(self), _AT_ONCE))
        return digest(chain([repr(self.collection.model), ",".join(self.texts), *map(np.asarray, numbers)], centroids))


def centroids_of(collection: Collection, rows: Ids) -> Vectors:
    """As `Collection.centroids`; takes the lock."""
    with collection.lock.reading():
        return collection.centroids(rows)


def overview(collection: Collection, rows: Sequence[int]) -> Overview:
    """Of these articles. The lock is taken for reading for some at a time: others may come and go."""
    n, every = len(rows), np.array(rows, np.int64)
    filled, days, counts = np.zeros(n, bool), np.full(n, np.nan), np.zeros(n, np.int64)
    parts: list[tuple[Array, Array, Array]] = []
    members: list[Member | None] = []
    for start in range(0, n, _AT_ONCE):
        with collection.lock.reading():
            own = [collection.member(row) if row in collection else None for row in rows[start : start + _AT_ONCE]]
            there = start + np.flatnonzero([member is not None for member in own])
            some = every[there]
            terms = collection.unit_terms(some)
            filled[there] = collection.centroids(some).any(axis=1)
            days[there] = collection.days(some)
        members += own
        counts[there] = np.diff(terms.starts)
        parts.append((terms.numbers.astype(np.int32), terms.words, terms.names))
    words, names, named = _matrices(parts, counts)
    passages = [member.passages if member else np.empty(0, np.int64) for member in members]
    return Overview(
        collection, every, words, names, named, filled, days,
        np.concatenate([[0], np.cumsum([len(some) for some in passages], dtype=np.int64)]),
        np.concatenate([np.empty(0, np.int64), *passages]),
        np.array([member.lead if member else -1 for member in members], np.int64),
        [member.title if member else None for member in members],
        [member.body_hash if member else "" for member in members],
    )  # fmt: skip


def _matrices(parts: list[tuple[Array, Array, Array]], counts: Ids) -> tuple[csr_array, csr_array, Mask]:
    """`Overview.words`, `names` and `named`, from the numbers, words and names of `UnitTerms` and each one's count."""
    none = np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.float32)
    numbers, words, names = (np.concatenate(some) for some in zip(none, *parts, strict=True))
    shape = len(counts), int(numbers.max(initial=-1)) + 1
    starts = np.concatenate([[0], np.cumsum(counts)])
    is_name = names > 0
    name_starts = np.concatenate([[0], np.cumsum(is_name)])[starts]
    return (
        csr_array((words, numbers, starts), shape=shape),
        csr_array((names[is_name], numbers[is_name], name_starts), shape=shape),
        np.diff(name_starts) > 0,
    )


class Columns(threading.local):
    """Picks columns of sparse matrices by a table, which each thread has its own of.

    What scipy does itself goes over all columns there are each time: ever more as the archive grows.

    Args:
        most: columns that a matrix has at most.
    """

    def __init__(self, most: int) -> None:
        self._places = np.full(most, -1, np.int32)

    def of(self, matrix: csr_array, columns: Ids) -> csr_array:
        """Some of its columns, each once, in this order."""
        self._places[columns] = np.arange(len(columns))
        places = self._places[matrix.indices]
        self._places[columns] = -1
        kept = places >= 0
        starts = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr]
        return csr_array((matrix.data[kept], places[kept], starts), shape=(matrix.shape[0], len(columns)))


def cosines(weights: csr_array, own: Ids, others: Ids, columns: Columns) -> Array:
    """Of some rows of `Overview.words` or `names`: all of (others, own), float32. The fewer own ones the better."""
    mine = weights[own]
    terms = distinct(mine.indices)
    return np.asarray(columns.of(weights[others], terms) @ np.ascontiguousarray(columns.of(mine, terms).toarray().T))


def products_of(vectors: Reader, firsts: Ids, seconds: Ids) -> Array:
    """The product of each pair of vectors, (P,) float32: some at a time, so that what is read stays in the cache."""
    found = np.empty(len(firsts), np.float32)
    for start in range(0, len(firsts), _GATHERED):
        own = slice(start, start + _GATHERED)
        np.vecdot(vectors(firsts[own]), vectors(seconds[own]), out=found[own])
    return found


def largest_each(owner: Ids, values: Array, owners: int, k: int) -> Ids:
    """Positions of the k largest values of each owner, the largest first; of equal ones the first.

    One number for owner, value and position sorts in a fifth of the time that `argsort` takes.

    Args:
        owner: (N,), rising; N is under 2^24.
        values: (N,), from -1.5 to 1.5: distinguished to seven decimals, nearly as finely as 32 bits do.
        owners: how many there are, under 2^15.
        k: positions of each owner at most.
    """
    size = 1 << 24
    worse = ((2.0 - values) * (size // 4)).astype(np.int64)
    order = np.sort((owner * size + worse) * size + np.arange(len(owner))) % size
    counts = np.bincount(owner, minlength=owners)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(order[rank < k])
