"""The clusters of a linkage of many items: only the links between them are kept, in arrays.

`dense` does the same over a matrix, which is faster where everything fits the cache.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ...types import Array, Floats, Ids, Mask
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

_AT_ONCE = 1_000_000
"""Links that are gone over at once (80 MB)."""
_DEAD = 0.3
"""Share of links that are no more, from which on they are taken out."""


class SparseClusters:
    """Implements `Clusters` over the links between them. A link that is no more has `n` for both of its ends.

    Args:
        spans: of each item, n.
        edges: the compared pairs.
        least: edges with a lower score are left out.
    """

    def __init__(self, spans: Sequence[Span], edges: Edges, least: float) -> None:
        n = self._n = len(spans)
        edges = edges.where(edges.scores >= least)
        first, second = edges.first, edges.second
        self.labels: Ids = np.arange(n)
        """(n,): each item's cluster."""
        self._sizes = np.ones(n)
        self._inside, self._cohesion = np.zeros(n), np.zeros(n)
        """(n,): what `pairs.cohesion` asks of each cluster, and what it says."""
        self._begin, self._end = np.array(spans, np.float64).reshape(-1, 2).T.copy()
        self._low = np.minimum(first, second).astype(np.int32)
        self._high = np.maximum(first, second).astype(np.int32)
        self._totals = np.exp(SHARPNESS * edges.scores) - MISSING_WEIGHT
        self._alike = edges.similarities - COHESION_MISSING
        self._near = np.empty(len(first))
        for start in range(0, len(first), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            self._near[some] = self._nearness(some)
        self._refused = np.zeros(len(first), bool)
        self._best = np.full(n + 1, NEVER)
        self._partner = np.full(n + 1, n, np.int64)
        """Of each cluster: the nearest other one, and of equally near ones the lowest."""
        self._stale = np.ones(n + 1, bool)
        """Whose nearest is to be looked for again."""

    def mutual(self, cut: float) -> tuple[Ids, Ids]:
        """As `Clusters.mutual`."""
        if self._stale.any():
            self._look()
        if not self._best.max(initial=NEVER) > cut:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        partner = self._partner[: self._n]
        low = np.flatnonzero((self._best[: self._n] > cut) & (np.arange(self._n) < partner))
        low = low[partner[partner[low]] == low]
        return low, partner[low]

    def join_pairs(self, low: Ids, high: Ids, sets: Sets | None) -> None:
        """As `Clusters.join_pairs`."""
        if sets is not None:
            order = np.lexsort((low, -self._best[low]))
            joined = np.zeros(len(low), bool)
            for i, a, b in zip(order.tolist(), low[order].tolist(), high[order].tolist(), strict=True):
                if sets.may_join(a, b):
                    sets.join(a, b)
                    joined[i] = True
            self._refuse(low[~joined], high[~joined])
            low, high = low[joined], high[joined]
        new = np.arange(self._n + 1)
        new[high] = low
        self._merge(new)

    def join(self, items: Iterable[tuple[int, int]]) -> None:
        """As `Clusters.join`."""
        pairs = np.array([(a, b) for a, b in items if a != b], np.int64).reshape(-1, 2)
        ends = self.labels[pairs[:, 0]], self.labels[pairs[:, 1]]
        graph = coo_array((np.ones(len(pairs), bool), ends), shape=(self._n, self._n))
        group = connected_components(graph, directed=False)[1]
        lowest = np.full(self._n, self._n)
        np.minimum.at(lowest, group, np.arange(self._n))
        self._merge(np.append(lowest[group], self._n))

    def allow_all(self) -> None:
        """As `Clusters.allow_all`."""
        again = np.flatnonzero(self._refused)
        self._refused[again] = False
        self._near[again] = self._nearness(again)
        self._stale[self._low[again]] = self._stale[self._high[again]] = True

    def _refuse(self, low: Ids, high: Ids) -> None:
        """Let pairs of clusters, no cluster in two, be no nearest ones."""
        if not len(low):
            return
        other = np.full(self._n + 1, -1)
        other[low] = high
        at = np.flatnonzero(other[self._low] == self._high)
        self._refused[at] = True
        self._near[at] = NEVER
        self._stale[low] = self._stale[high] = True

    def _nearness(self, some: slice | Ids) -> Floats:
        a, b = self._low[some], self._high[some]
        means = self._totals[some] / pair_counts(self._sizes[a], self._sizes[b]) + MISSING_WEIGHT
        return nearnesses(means, self._shapes(a), self._shapes(b))

    def _shapes(self, some: Array) -> Shapes:
        return Shapes(self._sizes[some], self._cohesion[some], self._begin[some], self._end[some])

    def _look(self) -> None:
        """Find the nearest of those whose nearest may be another than before."""
        stale = self._stale
        self._best[stale], self._partner[stale] = NEVER, self._n
        some = np.flatnonzero(stale[self._low] | stale[self._high])
        sides = (self._low, self._high), (self._high, self._low)
        parts = [(some[start : start + _AT_ONCE], *side) for start in range(0, len(some), _AT_ONCE) for side in sides]
        for part, own, _ in parts:
            asked = part[stale[own[part]]]
            np.maximum.at(self._best, own[asked], self._near[asked])
        for part, own, other in parts:
            asked = part[stale[own[part]]]
            asked = asked[(self._near[asked] > NEVER) & (self._near[asked] == self._best[own[asked]])]
            np.minimum.at(self._partner, own[asked], other[asked].astype(np.int64))
        stale[:] = False

    def _merge(self, new: Ids) -> None:
        """Give clusters other numbers, (n + 1,): those with the same one become one."""
        gone = np.flatnonzero(new[: self._n] != np.arange(self._n))
        if not len(gone):
            return
        into = new[gone]
        self.labels = new[self.labels]
        np.add.at(self._sizes, into, self._sizes[gone])
        np.add.at(self._inside, into, self._inside[gone])
        np.minimum.at(self._begin, into, self._begin[gone])
        np.maximum.at(self._end, into, self._end[gone])
        changed = np.zeros(self._n + 1, bool)
        changed[gone] = changed[into] = True
        self._stale |= changed
        self._relink(np.flatnonzero(changed[self._low] | changed[self._high]), new, np.unique(into))
        self._stale[gone] = False
        self._best[gone], self._partner[gone] = NEVER, self._n

    def _relink(self, links: Ids, new: Ids, merged: Ids) -> None:
        """Bring merged clusters and links of changed ones in line: one for each two, in the place of an old one."""
        one, other = new[self._low[links]], new[self._high[links]]
        between = one != other
        within = ~between & (one < self._n)
        np.add.at(self._inside, one[within], self._alike[links][within])
        self._cohesion[merged] = cohesion(self._inside[merged], self._sizes[merged])
        keys = (np.minimum(one, other) * self._n + np.maximum(one, other))[between]
        order = np.argsort(keys, kind="stable")
        begins = np.flatnonzero(np.diff(keys[order], prepend=-1))
        low, high = np.divmod(keys[order][begins], max(self._n, 1))
        live, dead = links[: len(begins)], links[len(begins) :]
        for kept in (self._totals, self._alike) if len(begins) else ():
            kept[live] = np.add.reduceat(kept[links][between][order], begins)
        self._low[live], self._high[live] = low, high
        self._low[dead], self._high[dead], self._near[dead] = self._n, self._n, NEVER
        self._near[live] = self._nearness(live)
        self._refused[links] = False
        self._stale[low] = self._stale[high] = True
        self._thin_out()

    def _thin_out(self) -> None:
        alive: Mask = self._low < self._n
        if np.count_nonzero(alive) < (1 - _DEAD) * len(alive):
            self._low, self._high, self._refused = self._low[alive], self._high[alive], self._refused[alive]
            self._totals, self._alike, self._near = self._totals[alive], self._alike[alive], self._near[alive]
