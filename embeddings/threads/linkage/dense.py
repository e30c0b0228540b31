"""The clusters of a linkage of few items, every two of them in a matrix: what is linked again around an article.

`sparse`, which keeps links only, does the same, and takes three times as long where everything fits the cache.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from ...types import Floats, Ids
from ..pairs import MISSING_WEIGHT, SHARPNESS, Sets, Span, nearnesses
from .base import NEVER


class DenseClusters:
    """Implements `Clusters`; what is between them is kept as matrices.

    Args:
        spans: of each item, n.
        edges: first and second item of each compared pair and its score, (E,) each; each pair once.
        least: edges with a lower score are left out.
    """

    def __init__(self, spans: Sequence[Span], edges: tuple[Ids, Ids, Floats], least: float) -> None:
        n = len(spans)
        first, second, scores = (some[edges[2] >= least] for some in edges)
        self.labels: Ids = np.arange(n)
        """(n,): each item's cluster."""
        self._refused = False
        self._nearest: float | None = None
        """The highest of `_near`; None where it is to be looked for."""
        self._sizes = np.ones(n)
        self._begin, self._end = np.array(spans, np.float64).reshape(-1, 2).T.copy()
        self._totals = np.zeros((n, n))
        """0 where two clusters have no link."""
        self._totals[first, second] = self._totals[second, first] = np.exp(SHARPNESS * scores) - MISSING_WEIGHT
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
        totals, near = self._totals, self._near
        joined = totals[low] + totals[high]
        joined[:, low] += joined[:, high]
        joined[:, high] = 0.0
        joined[np.arange(len(low)), low] = 0.0
        totals[low], totals[:, low] = joined, joined.T
        totals[high] = totals[:, high] = 0.0
        near[high] = near[:, high] = NEVER
        self._sizes[low] += self._sizes[high]
        self._begin[low] = np.minimum(self._begin[low], self._begin[high])
        self._end[low] = np.maximum(self._end[low], self._end[high])
        new = np.arange(len(near))
        new[high] = low
        self.labels = new[self.labels]
        self._measure(low)

    def _measure(self, some: Ids) -> None:
        """Note how near some clusters are to all others."""
        totals, begin, end = self._totals[some], self._begin[some, None], self._end[some, None]
        pairs = self._sizes[some, None] * self._sizes
        found = nearnesses(totals, pairs, (begin, end), (self._begin, self._end))
        found[totals == 0] = NEVER
        self._near[some], self._near[:, some] = found, found.T
        self._nearest = None
