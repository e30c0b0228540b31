"""The clusters of a linkage of few items, every two of them in a matrix: what is linked again around an article.

`sparse`, which keeps links only, does the same, and takes three times as long where everything fits the cache.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from ...types import Ids
from ..pairs import (
    COHESION_MISSING,
    MISSING_WEIGHT,
    SHARPNESS,
    Edges,
    Sets,
    Shapes,
    Span,
    cohesion,
    nearnesses,
    pair_counts,
)
from .base import NEVER


class DenseClusters:
    """Implements `Clusters`; what is between them is kept as matrices.

    Args:
        spans: of each item, n.
        edges: the compared pairs.
        least: edges with a lower score are left out.
    """

    def __init__(self, spans: Sequence[Span], edges: Edges, least: float) -> None:
        n = len(spans)
        first, second, scores, similarities = edges.where(edges.scores >= least)
        self.labels: Ids = np.arange(n)
        """(n,): each item's cluster."""
        self._refused = False
        self._nearest: float | None = None
        """The highest of `_near`; None where it is to be looked for."""
        self._sizes = np.ones(n)
        self._inside, self._cohesion = np.zeros(n), np.zeros(n)
        """(n,): what `pairs.cohesion` asks of each cluster, and what it says."""
        self._begin, self._end = np.array(spans, np.float64).reshape(-1, 2).T.copy()
        self._totals = np.zeros((n, n))
        """0 where two clusters have no link."""
        self._totals[first, second] = self._totals[second, first] = np.exp(SHARPNESS * scores) - MISSING_WEIGHT
        self._alike = np.zeros((n, n))
        self._alike[first, second] = self._alike[second, first] = similarities - COHESION_MISSING
        self._near = np.empty((n, n))
        self._measure(np.arange(n))

    def mutual(self, cut: float) -> tuple[Ids, Ids]:
        """As `Clusters.mutual`."""
        if self._nearest is None:
            self._nearest = float(self._near.max(initial=NEVER))
        if self._nearest <= cut:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        own = np.arange(len(self._near))
        partner = self._near.argmax(axis=1)
        low = np.flatnonzero((own < partner) & (partner[partner] == own) & (self._near[own, partner] > cut))
        return low, partner[low]

    def join_pairs(self, low: Ids, high: Ids, sets: Sets | None) -> None:
        """As `Clusters.join_pairs`."""
        if sets is not None:
            order = np.lexsort((low, -self._near[low, high]))
            joined = np.zeros(len(low), bool)
            for i, a, b in zip(order.tolist(), low[order].tolist(), high[order].tolist(), strict=True):
                if sets.may_join(a, b):
                    sets.join(a, b)
                    joined[i] = True
            refused = low[~joined], high[~joined]
            self._near[refused] = self._near[refused[::-1]] = NEVER
            self._refused, self._nearest = self._refused or not joined.all(), None
            low, high = low[joined], high[joined]
        self._merge(low, high)

    def join(self, items: Iterable[tuple[int, int]]) -> None:
        """As `Clusters.join`."""
        for a, b in items:
            low, high = sorted((int(self.labels[a]), int(self.labels[b])))
            if low != high:
                self._merge(np.array([low]), np.array([high]))

    def allow_all(self) -> None:
        """As `Clusters.allow_all`."""
        if self._refused:
            self._measure(np.arange(len(self._near)))

    def _merge(self, low: Ids, high: Ids) -> None:
        """Join pairs of clusters, no cluster twice."""
        near, own = self._near, np.arange(len(low))
        self._inside[low] += self._inside[high] + self._alike[low, high]
        for between in (self._totals, self._alike):
            joined = between[low] + between[high]
            joined[:, low] += joined[:, high]
            joined[:, high] = 0.0
            joined[own, low] = 0.0
            between[low], between[:, low] = joined, joined.T
            between[high] = between[:, high] = 0.0
        near[high] = near[:, high] = NEVER
        self._sizes[low] += self._sizes[high]
        self._cohesion[low] = cohesion(self._inside[low], self._sizes[low])
        self._begin[low] = np.minimum(self._begin[low], self._begin[high])
        self._end[low] = np.maximum(self._end[low], self._end[high])
        new = np.arange(len(near))
        new[high] = low
        self.labels = new[self.labels]
        self._measure(low)

    def _measure(self, some: Ids) -> None:
        """Note how near some clusters are to all others."""
        totals, every = self._totals[some], Shapes(self._sizes, self._cohesion, self._begin, self._end)
        own = Shapes(*(part[some, None] for part in every))
        found = nearnesses(totals / pair_counts(own.sizes, every.sizes) + MISSING_WEIGHT, own, every)
        found[totals == 0] = NEVER
        self._near[some], self._near[:, some] = found, found.T
        self._nearest = None
