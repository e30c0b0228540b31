"""The clustering of the batch job, and nothing else: a sparse graph of pair scores, joined from the nearest on.

Agglomerative clustering as average linkage is (UPGMA; Sokal & Michener 1958), with the nearness of `pairs`: a soft mean
over all pairs of two clusters, less the gap in time between them. Pairs without an edge count with a constant, so that
the mean is over all pairs, while only clusters with at least one edge between them are ever looked at: O(E log E) for E
edges. A cluster that grows in time comes nearer to others, so nearness may rise again behind a join; that does no harm.
"""

import heapq
import math
from collections.abc import Iterable, Sequence

from .constraints import StorySets
from .pairs import SHARPNESS, Span, days_between, joined, nearness


def nested_linkage(
    spans: Sequence[Span],
    edges: Iterable[tuple[int, int, float]],
    cuts: Sequence[float],
    identical: Sequence[Sequence[int]] = (),
    sets: StorySets | None = None,
) -> list[list[int]]:
    """Cluster n items at several cuts of one agglomeration.

    Returns for each cut the number of each item's cluster, (n,), which is the lowest item in it.

    Args:
        spans: when each item is, (n,).
        edges: (i, j, pair score) with i != j; of several for one pair the last counts.
        cuts: falling (events, stories, sagas...): clusters are joined as long as they are nearer. What the sets keep
            apart stays apart up to the second, and what they hold together is together from the second on. Behind the
            second they bind nothing more.
        identical: groups of items that are one from the start, as far as the sets allow it.
        sets: what must and what must not meet in one story; changed.
    """
    agglomeration = _Agglomeration(spans, edges, sets)
    for group in identical:
        agglomeration.join_all(group)
    labels = []
    for place, cut in enumerate(cuts):
        if place == 1:
            agglomeration.join_bound()
        if place == 2:
            agglomeration.free()
        agglomeration.run(cut)
        labels.append(agglomeration.labels())
    return labels


class _Agglomeration:
    """Clusters that are joined in the order of their nearness, as far as the sets allow it."""

    def __init__(self, spans: Sequence[Span], edges: Iterable[tuple[int, int, float]], sets: StorySets | None) -> None:
        self._n = len(spans)
        self._forest = _Forest(spans, edges)
        self._sets = sets
        self._heap = [entry for a in self._forest.links for entry in self._forest.entries(a) if entry[1] == a]
        self._refused: list[tuple[float, int, int, int, int]] = []
        heapq.heapify(self._heap)

    def run(self, cut: float) -> None:
        """Join whatever is nearer than the cut."""
        heap, forest = self._heap, self._forest
        while heap and -heap[0][0] > cut:
            entry = heapq.heappop(heap)
            _, a, b, stamp_a, stamp_b = entry
            if forest.stamps.get(a) != stamp_a or forest.stamps.get(b) != stamp_b:
                continue
            if self._sets and not self._sets.may_join(a, b):
                self._refused.append(entry)
            else:
                self._join(a, b)

    def join_all(self, items: Sequence[int]) -> None:
        """Join items, each with the first of those before it that it may be with."""
        for place, item in enumerate(items):
            for other in items[:place]:
                if self._sets is None or self._sets.may_join(other, item):
                    self._join(self._forest.find(other), self._forest.find(item))
                    break

    def join_bound(self) -> None:
        """Join what the sets hold together."""
        if self._sets:
            for item in range(self._n):
                self._join(self._forest.find(self._sets.find(item)), self._forest.find(item))

    def free(self) -> None:
        """From here on the sets bind nothing: what they refused is looked at again."""
        self._sets = None
        for entry in self._refused:
            heapq.heappush(self._heap, entry)
        self._refused = []

    def labels(self) -> list[int]:
        """The cluster of each item now."""
        return [self._forest.find(item) for item in range(self._n)]

    def _join(self, a: int, b: int) -> None:
        if a == b:
            return
        if self._sets:
            self._sets.join(a, b)
        joined = self._forest.join(a, b)
        for entry in self._forest.entries(joined):
            heapq.heappush(self._heap, entry)


class _Forest:
    """Clusters under the number of their lowest item, and the known pairs between them."""

    def __init__(self, spans: Sequence[Span], edges: Iterable[tuple[int, int, float]]) -> None:
        n = len(spans)
        self.parent = list(range(n))
        self.size = [1] * n
        self.spans = list(spans)
        self.links: dict[int, dict[int, tuple[float, int]]] = {i: {} for i in range(n)}
        """(sum of exp(SHARPNESS * score), how many pairs)."""
        for i, j, score in edges:
            self.links[i][j] = self.links[j][i] = (math.exp(SHARPNESS * score), 1)
        self.stamps = dict.fromkeys(range(n), 0)

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def entries(self, a: int) -> Iterable[tuple[float, int, int, int, int]]:
        """Heap entries of all links of a cluster: best first, equal ones by the lowest numbers."""
        for b, (total, known) in self.links[a].items():
            near = nearness(total, known, self.size[a] * self.size[b], days_between(self.spans[a], self.spans[b]))
            low, high = min(a, b), max(a, b)
            yield -round(near, 9), low, high, self.stamps[low], self.stamps[high]

    def join(self, a: int, b: int) -> int:
        """Make one cluster of two; returns its number."""
        low, high = min(a, b), max(a, b)
        if low == high:
            return low
        self.parent[high] = low
        self.size[low] += self.size[high]
        self.spans[low] = joined(self.spans[low], self.spans[high])
        mine, theirs = self.links[low], self.links.pop(high)
        mine.pop(high, None)
        theirs.pop(low, None)
        for other, (total, known) in theirs.items():
            old_total, old_known = mine.get(other, (0.0, 0))
            mine[other] = self.links[other][low] = (old_total + total, old_known + known)
            del self.links[other][high]
        self.stamps[low] += 1
        del self.stamps[high]
        return low
