"""What the batch job needs of all articles at once, copied out of a collection: terms, centroids, days.

Paragraphs, leads and titles stay in the collection: they are most of its memory, and are read block by block.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from ..collection import Collection, Member
from ..filters import Filter
from ..masks import runs_of, within
from ..similarity import model
from ..types import Array, Floats, Ids, Mask, Vectors
from .checkpoint import digest

_AT_ONCE = 2_000
"""Articles that are copied under one hold of the lock."""
_GATHERED = 128
"""Pairs of vectors (400 kB in 384-d); for more, memory is mapped anew each time, which takes thrice as long."""


@dataclass(frozen=True, slots=True)
class Overview:
    """N articles by place, 0 to N - 1; of one that is gone there is a row number and nothing else."""

    rows: Ids
    words: csr_array
    """(N, terms) float32: weights of length one for each article; the products of two rows are their cosine."""
    names: csr_array
    """The same of names only."""
    named: Mask
    """Which articles have a name."""
    centroids: Vectors
    """(N, D), zeros where an article has no vector."""
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

    def take(self, places: Ids) -> "Overview":
        """Some articles, in this order."""
        listed = places.tolist()
        starts, at = runs_of(self.starts, places)
        return Overview(
            self.rows[places], self.words[places], self.names[places], self.named[places], self.centroids[places],
            self.days[places], starts, self.paragraphs[at], self.leads[places],
            [self.titles[place] for place in listed], [self.texts[place] for place in listed],
        )  # fmt: skip

    def there(self, collection: Collection, places: Ids) -> Mask:
        """Which of these are still in the collection (row numbers are never given again). The caller holds the lock."""
        return within(self.rows[places], collection.allowed(Filter()))

    def fingerprint(self) -> str:
        """Of the articles, their texts, what is known of them, and the model that compares them.

        Numbers of terms are left out: they depend on the order in which words were first seen. What an article's terms
        weigh follows from all texts.
        """
        lengths = np.diff(self.words.indptr), np.diff(self.names.indptr)
        numbers = self.rows, *lengths, self.centroids, self.days, self.starts, self.paragraphs, self.leads
        return digest([repr(model()), ",".join(self.texts), *(np.asarray(some) for some in numbers)])


def overview(collection: Collection, rows: Sequence[int]) -> Overview:
    """Of these articles. The lock is taken for reading for some at a time: others may come and go."""
    n, every = len(rows), np.array(rows, np.int64)
    centroids, days = np.zeros((n, collection.index.dimension), np.float32), np.full(n, np.nan)
    counts = np.zeros(n, np.int64)
    parts: list[tuple[Array, Array, Array]] = []
    members: list[Member | None] = []
    for start in range(0, n, _AT_ONCE):
        with collection.lock.reading():
            own = [collection.member(row) if row in collection else None for row in rows[start : start + _AT_ONCE]]
            there = start + np.flatnonzero([member is not None for member in own])
            some = every[there]
            terms = collection.unit_terms(some)
            centroids[there] = collection.centroids(some)
            days[there] = collection.days(some)
        members += own
        counts[there] = np.diff(terms.starts)
        parts.append((terms.numbers, terms.words, terms.names))
    words, names, named = _matrices(parts, counts)
    passages = [member.passages if member else np.empty(0, np.int64) for member in members]
    return Overview(
        every, words, names, named, centroids, days,
        np.concatenate([[0], np.cumsum([len(some) for some in passages], dtype=np.int64)]),
        np.concatenate([np.empty(0, np.int64), *passages]),
        np.array([member.lead if member else -1 for member in members], np.int64),
        [member.title if member else None for member in members],
        [member.body_hash if member else "" for member in members],
    )  # fmt: skip


def _matrices(parts: list[tuple[Array, Array, Array]], counts: Ids) -> tuple[csr_array, csr_array, Mask]:
    """`Overview.words`, `names` and `named`, from the numbers, words and names of `UnitTerms` and each one's count."""
    numbers, words, names = (np.concatenate(some) for some in zip(*parts, strict=True)) if parts else [np.empty(0)] * 3
    shape = len(counts), int(numbers.max(initial=-1)) + 1
    starts = np.concatenate([[0], np.cumsum(counts)])
    is_name = names > 0
    name_starts = np.concatenate([[0], np.cumsum(is_name)])[starts]
    return (
        csr_array((words, numbers, starts), shape=shape),
        csr_array((names[is_name], numbers[is_name], name_starts), shape=shape),
        np.diff(name_starts) > 0,
    )


def cosines(weights: csr_array, own: Ids, others: Ids) -> Array:
    """Of some rows of `Overview.words` or `names`: all of (others, own), float32. The fewer own ones the better."""
    mine = weights[own]
    terms = distinct(mine.indices)
    return np.asarray(weights[others][:, terms] @ np.ascontiguousarray(mine[:, terms].toarray().T))


def products_of(vectors: Vectors, firsts: Ids, seconds: Ids) -> Array:
    """The product of each pair of rows, (P,) float32: some at a time, so that what is gathered stays in the cache."""
    found = np.empty(len(firsts), np.float32)
    for start in range(0, len(firsts), _GATHERED):
        own = slice(start, start + _GATHERED)
        np.vecdot(vectors[firsts[own]], vectors[seconds[own]], out=found[own])
    return found


def largest_each(owner: Ids, values: Array, owners: int, k: int) -> Ids:
    """Positions of the k largest values of each owner, the largest first; of equal ones the first.

    One number for owner, value and position sorts in a fifth of the time that `argsort` takes.

    Args:
        owner: (N,), rising; N is under 2^24.
        values: (N,), from -1.5 to 1.5: told apart to seven decimals, nearly as finely as 32 bits do.
        owners: how many there are, under 2^15.
        k: positions of each owner at most.
    """
    size = 1 << 24
    worse = ((2.0 - values) * (size // 4)).astype(np.int64)
    order = np.sort((owner * size + worse) * size + np.arange(len(owner))) % size
    counts = np.bincount(owner, minlength=owners)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(order[rank < k])


def distinct(numbers: Array) -> Array:
    """Numbers, rising, each once. By sorting: `np.unique` hashes, and was slower."""
    found = np.sort(numbers)
    return np.asarray(found[np.concatenate([np.ones(min(len(found), 1), bool), np.diff(found) > 0])])
