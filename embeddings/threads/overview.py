"""What the batch job needs of all articles at once, copied out of a collection: terms, centroids, days, densities.

Paragraphs, leads and titles stay in the collection: they are most of its memory, and are read block by block.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from ..collection import Collection
from ..types import Array, Floats, Ids, Mask, Vectors

_AT_ONCE = 2_000
"""Articles that are copied under one hold of the lock."""


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
    densities: Floats
    passages: Ids
    """How many encoded paragraphs each has."""

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: Ids) -> "Overview":
        """Some articles, in this order."""
        return Overview(
            self.rows[places], self.words[places], self.names[places], self.named[places], self.centroids[places],
            self.days[places], self.densities[places], self.passages[places],
        )  # fmt: skip


def overview(collection: Collection, rows: Sequence[int]) -> Overview:
    """Of these articles. The lock is taken for reading for some at a time: others may come and go."""
    n, every = len(rows), np.array(rows, np.int64)
    centroids, days = np.zeros((n, collection.index.dimension), np.float32), np.full(n, np.nan)
    densities, (passages, counts) = np.zeros(n), np.zeros((2, n), np.int64)
    parts: list[tuple[Array, Array, Array]] = []
    for start in range(0, n, _AT_ONCE):
        with collection.lock.reading():
            there = start + np.flatnonzero([row in collection for row in rows[start : start + _AT_ONCE]])
            some = every[there]
            terms = collection.unit_terms(some)
            centroids[there] = collection.centroids(some)
            days[there] = collection.days(some)
            densities[there] = collection.densities(some)
            passages[there] = [len(collection.member(row).passages) for row in some.tolist()]
        counts[there] = np.diff(terms.starts)
        parts.append((terms.numbers, terms.words, terms.names))
    numbers, words, names = (np.concatenate(some) for some in zip(*parts, strict=True)) if parts else [np.empty(0)] * 3
    terms_known = int(numbers.max(initial=-1)) + 1
    starts = np.concatenate([[0], np.cumsum(counts)])
    is_name = names > 0
    name_starts = np.concatenate([[0], np.cumsum(is_name)])[starts]
    return Overview(
        every,
        csr_array((words, numbers, starts), shape=(n, terms_known)),
        csr_array((names[is_name], numbers[is_name], name_starts), shape=(n, terms_known)),
        np.diff(name_starts) > 0,
        centroids,
        days,
        densities,
        passages,
    )


def cosines(weights: csr_array, own: Ids, others: Ids) -> Array:
    """Of some rows of `Overview.words` or `names`: all of (others, own), float32. The fewer own ones the better."""
    mine = weights[own]
    terms = distinct(mine.indices)
    return np.asarray(weights[others][:, terms] @ np.ascontiguousarray(mine[:, terms].toarray().T))


def distinct(numbers: Array) -> Array:
    """Numbers, rising, each once. By sorting: `np.unique` hashes, and was slower."""
    found = np.sort(numbers)
    return np.asarray(found[np.concatenate([np.ones(min(len(found), 1), bool), np.diff(found) > 0])])
