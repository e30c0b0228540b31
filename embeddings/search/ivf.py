"""Articles in IVF lists of similar ones, by k-means over their centroids (an inverted file; Sivic & Zisserman, 2003).

Plain arrays in, plain arrays out: no collection, no locks.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from ..parallel import in_order
from ..types import Ids, Vectors

LISTS = 1.5
"""Lists, for each square root of N."""
_ROUNDS = 8
"""Of k-means; of more the lists hardly change."""
_SAMPLE = 40
"""Articles that k-means looks at for each list."""
_BLOCK = 4_000_000
"""Numbers in a product of articles with lists."""
SETTINGS = (LISTS, _ROUNDS, _SAMPLE)
"""What is in which list depends on these."""

Reader = Callable[[Ids], Vectors]
"""Gives the vectors at some positions, (P, D)."""


@dataclass(frozen=True, slots=True)
class InvertedLists:
    """N articles in lists of similar ones."""

    order: Ids
    """(N,): the positions of the articles, list after list."""
    starts: Ids
    """(lists + 1,): where each begins in `order`."""
    centres: Vectors
    """(lists, D) unit vectors."""


def lists_of(centroids: Vectors) -> InvertedLists:
    """Of articles whose vectors are in memory, (N, D)."""
    return lists_by(centroids.__getitem__, len(centroids))


def lists_by(centroids: Reader, n: int, share: float = LISTS) -> InvertedLists:
    """Spherical k-means (Dhillon & Modha, 2001) from a fixed sample.

    Args:
        centroids: reads those of the N articles.
        n: how many articles there are.
        share: lists for each square root of N.
    """
    k = min(n, round(share * n**0.5))
    random = np.random.default_rng(0)
    sample = centroids(np.sort(random.choice(n, min(n, k * _SAMPLE), replace=False)))
    centres = sample[np.sort(random.choice(len(sample), k, replace=False))]
    for _ in range(_ROUNDS):
        nearest = nearest_centre(sample, centres)
        member = csr_array((np.ones(len(sample), np.float32), (nearest, np.arange(len(sample)))), (k, len(sample)))
        sums = member @ sample
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / lengths.clip(1e-12), centres)
    numbers = _nearest(centroids, n, centres)
    counts = np.bincount(numbers, minlength=len(centres))
    return InvertedLists(np.argsort(numbers, kind="stable"), np.concatenate([[0], np.cumsum(counts)]), centres)


def nearest_centre(vectors: Vectors, centres: Vectors) -> Ids:
    """The number of the centre nearest to each vector, (N,)."""
    return _nearest(vectors.__getitem__, len(vectors), centres)


def _nearest(vectors: Reader, n: int, centres: Vectors) -> Ids:
    size = max(1, _BLOCK // max(len(centres), 1))

    def nearest(start: int) -> Ids:
        return np.asarray((vectors(np.arange(start, min(start + size, n))) @ centres.T).argmax(axis=1))

    with in_order(nearest, range(0, n, size)) as parts:
        return np.concatenate([np.empty(0, np.int64), *parts])
