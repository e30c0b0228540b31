"""Linkage by pair scores (`pairs`), one connected component at a time: the clustering of large archives.

Two clusters are joined, the nearest first, as long as their nearness is above a cut. Nearness is the soft mean of their
pairs' scores less a date gap, so it never exceeds the best score between them, and no join ever happens without an edge
above the cut. Hence clusters lie inside the connected components of the edges above the lowest cut, and each component
is linked alone, which gives what linking the whole would give. Most articles of an archive are in components of one or
of a few; only the largest component needs memory.

What two clusters have between them is kept as one number: the sum over their edges of exp(`SHARPNESS` * score), each
less `MISSING_WEIGHT`, so that pairs without an edge need no count.

The heap has one entry of each cluster, its best pair when it was last looked at, and not all its pairs. A join changes
the pairs of the joined cluster only, which is looked at again; another cluster whose best partner was one of the two is
looked at again when its entry comes up. So the best pair of all is always the entry of at least one of its two, and the
joins are those that a heap of all pairs would give.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..types import Array, Floats, Ids
from .pairs import MISSING_WEIGHT, SHARPNESS, Span, days_between, joined, nearness

LEAST_SCORE = 0.05
"""Edges with a lower score are left out: at the cut of stories nothing changes on four sets, and most edges go."""

_Entry = tuple[float, int, int, int, int, int]
"""Nearness (negative), both clusters (the lower first), the stamps they had, and whose best pair it is."""
_SLACK = 1 - 1e-7
"""Of a bound, so that nothing is lost that rounds to the same nearness."""


class Sets(Protocol):
    """Sets of items that come into one story, as `constraints.StorySets` keeps them."""

    def find(self, item: int) -> int:
        """The item that stands for an item's set."""
        ...

    def may_join(self, a: int, b: int) -> bool:
        """Whether the sets of two items may come into one story."""
        ...

    def join(self, a: int, b: int) -> None:
        """Make one set of two."""
        ...


def nested_linkage(
    spans: Sequence[Span],
    edges: tuple[Ids, Ids, Floats],
    cuts: Sequence[float],
    identical: Sequence[Sequence[int]] = (),
    sets: Sets | None = None,
) -> list[list[int]]:
    """Cluster n items at several cuts of one agglomeration.

    Args:
        spans: of each item, n.
        edges: first and second item of each compared pair and its `pairs.pair_scores`, (E,) each; each pair once.
        cuts: falling (events, stories, sagas...). What the sets keep apart stays apart up to the second, and what they
            hold together is together from the second on. Behind the second they bind nothing more.
        identical: groups of items that are one from the start, as far as the sets allow it.
        sets: what must and what must not meet in one story; changed. None for no constraints.

    Returns:
        For each cut the number of each item's cluster, which is the lowest item in it.
    """
    labels = [list(range(len(spans))) for _ in cuts]
    for items, own, groups in _components(len(spans), edges, min(cuts), identical, sets):
        agglomeration = _Agglomeration(items, [spans[item] for item in items], own, min(cuts), sets)
        for group in groups:
            agglomeration.join_all(group)
        for place, cut in enumerate(cuts):
            if place == 1:
                agglomeration.join_bound()
            if place == 2:
                agglomeration.free()
            agglomeration.run(cut)
            for item in items:
                labels[place][item] = agglomeration.find(item)
    return labels


def _components(
    n: int, edges: tuple[Ids, Ids, Floats], lowest: float, identical: Sequence[Sequence[int]], sets: Sets | None
) -> Iterator[tuple[list[int], Iterable[tuple[int, int, float]], list[Sequence[int]]]]:
    """Items (rising), edges and groups of identical ones of each component of two and more."""
    first, second, scores = (some[edges[2] >= min(LEAST_SCORE, lowest)] for some in edges)
    strong = scores >= lowest
    bonds = [(group[0], item) for group in identical for item in group[1:]]
    if sets is not None:
        bonds += [(root, item) for item in range(n) if (root := sets.find(item)) != item]
    bound = np.array(bonds, np.int64).reshape(-1, 2)
    ends = np.concatenate([first[strong], bound[:, 0]]), np.concatenate([second[strong], bound[:, 1]])
    _, component = connected_components(coo_array((np.ones(len(ends[0]), bool), ends), shape=(n, n)), directed=False)
    inside = component[first] == component[second]
    first, second, scores = first[inside], second[inside], scores[inside]
    sizes = np.bincount(component)
    items, item_ends = _grouped(component, len(sizes))
    order, edge_ends = _grouped(component[first], len(sizes))
    groups: dict[int, list[Sequence[int]]] = defaultdict(list)
    for group in identical:
        groups[int(component[group[0]])].append(group)
    for number in np.flatnonzero(sizes > 1).tolist():
        own = order[edge_ends[number] : edge_ends[number + 1]]
        triples = zip(first[own].tolist(), second[own].tolist(), scores[own].tolist(), strict=True)
        yield items[item_ends[number] : item_ends[number + 1]].tolist(), triples, groups.get(number, [])


def _grouped(of: Array, groups: int) -> tuple[Ids, Ids]:
    """Positions, group by group, and where each group begins, (groups + 1,)."""
    return np.argsort(of, kind="stable"), np.concatenate([[0], np.cumsum(np.bincount(of, minlength=groups))])


class _Agglomeration:
    """Clusters under the number of their lowest item, joined in the order of their nearness as far as sets allow it."""

    def __init__(
        self, items: list[int], spans: list[Span], edges: Iterable[tuple[int, int, float]], lowest: float,
        sets: Sets | None,
    ) -> None:  # fmt: skip
        self._parent = {item: item for item in items}
        self._size = dict.fromkeys(items, 1)
        self._stamps = dict.fromkeys(items, 0)
        self._span = dict(zip(items, spans, strict=True))
        self._links: dict[int, dict[int, float]] = {item: {} for item in items}
        self._sets = sets
        self._refused: dict[int, set[int]] = defaultdict(set)
        """Cluster -> those that the sets keep apart from it; no longer known of one that was joined."""
        self._least = math.exp(SHARPNESS * lowest) - MISSING_WEIGHT
        """What a pair must have on average for two clusters to be joined at the lowest cut."""
        for i, j, score in edges:
            self._links[i][j] = self._links[j][i] = math.exp(SHARPNESS * score) - MISSING_WEIGHT
        self._heap: list[_Entry] = []
        for item in items:
            self._look(item)

    def find(self, item: int) -> int:
        """The cluster of an item."""
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def run(self, cut: float) -> None:
        """Join whatever is nearer than the cut."""
        heap, stamps = self._heap, self._stamps
        while heap and -heap[0][0] > cut:
            _, a, b, stamp_a, stamp_b, owner = heapq.heappop(heap)
            if stamps[a] != stamp_a or stamps[b] != stamp_b:
                if stamps[owner] == (stamp_a if owner == a else stamp_b):
                    self._look(owner)
            elif self._sets is not None and not self._sets.may_join(a, b):
                self._refused[a].add(b)
                self._refused[b].add(a)
                self._look(owner)
            else:
                self._join(a, b)

    def join_all(self, items: Sequence[int]) -> None:
        """Join items, each with the first of those before it that it may be with."""
        for place, item in enumerate(items):
            for other in items[:place]:
                if self._sets is None or self._sets.may_join(other, item):
                    self._join(self.find(other), self.find(item))
                    break

    def join_bound(self) -> None:
        """Join what the sets hold together."""
        if self._sets is not None:
            for item in self._parent:
                self._join(self.find(self._sets.find(item)), self.find(item))

    def free(self) -> None:
        """From here on the sets bind nothing: what they refused is looked at again."""
        self._sets = None
        waiting, self._refused = self._refused, defaultdict(set)
        for cluster in waiting:
            if self._parent[cluster] == cluster:
                self._look(cluster)

    def _look(self, a: int) -> None:
        """Put the best pair of a cluster into the heap if it is above the lowest cut; of equal ones the lowest numbers.

        The date gap only takes off, so a pair whose mean is below the best one's so far needs no logarithm.
        """
        sizes, stamps, refused = self._size, self._stamps, self._refused.get(a, ())
        size, span, bound = sizes[a], self._span[a], self._least
        best: _Entry | None = None
        least = bound * size * _SLACK
        for b, total in self._links[a].items():
            if total < least * sizes[b] or b in refused:
                continue
            s = round(nearness(total, 0, size * sizes[b], days_between(span, self._span[b])), 9)
            low, high = (a, b) if a < b else (b, a)
            if best is None or (-s, low, high) < best[:3]:
                best = -s, low, high, stamps[low], stamps[high], a
                least = max(bound, math.exp(SHARPNESS * s) - MISSING_WEIGHT) * size * _SLACK
        if best is not None:
            heapq.heappush(self._heap, best)

    def _join(self, a: int, b: int) -> None:
        if a == b:
            return
        if self._sets is not None:
            self._sets.join(a, b)
        low, high = (a, b) if a < b else (b, a)
        self._parent[high] = low
        self._size[low] += self._size[high]
        self._span[low] = joined(self._span[low], self._span[high])
        links = self._links
        mine, theirs = links[low], links.pop(high)
        mine.pop(high, None)
        theirs.pop(low, None)
        for other, total in theirs.items():
            mine[other] = links[other][low] = mine.get(other, 0.0) + total
            del links[other][high]
        self._stamps[low] += 1
        self._stamps[high] = -1
        self._refused.pop(low, None)
        self._refused.pop(high, None)
        self._look(low)
