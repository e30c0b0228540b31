"""Average linkage over a sparse graph: the clustering of the batch job, and nothing else.

Two clusters are as near as their members are on average (UPGMA; Sokal & Michener 1958), less a share of their members'
densities. Pairs without an edge count with a constant background, so that the average is over all pairs, as in the full
method, while only clusters with at least one edge between them are ever looked at: O(E log E) for E edges.
"""

import heapq
from collections.abc import Iterable, Sequence

from ..similarity import model
from ..types import Floats

BACKGROUND_PAIR = 0.1
"""Similarity that a pair without an edge counts with: the median over candidates is .06 (BASIL) to .10 (ECB+). From .05
to .15 nothing changes but with few edges."""


def average_linkage(
    densities: Floats,
    edges: Iterable[tuple[int, int, float]],
    cut: float,
    together: Sequence[Sequence[int]] = (),
) -> list[int]:
    """Cluster n items; returns the number of each one's cluster, which is the lowest item in it.

    Args:
        densities: (n,), what `similarity.density` gives for each item.
        edges: (i, j, similarity) with i != j; of several for one pair the last counts.
        cut: clusters are joined as long as their mean adjusted similarity is above it.
        together: groups of items that are one from the start (identical texts).
    """
    forest = _Forest(densities, edges)
    for group in together:
        for item in group[1:]:
            forest.join(forest.find(group[0]), forest.find(item))
    heap = [entry for a in forest.links for entry in forest.entries(a) if entry[1] == a]
    heapq.heapify(heap)
    while heap and -heap[0][0] > cut:
        _, a, b, stamp_a, stamp_b = heapq.heappop(heap)
        if forest.stamps.get(a) == stamp_a and forest.stamps.get(b) == stamp_b:
            joined = forest.join(a, b)
            for entry in forest.entries(joined):
                heapq.heappush(heap, entry)
    return [forest.find(item) for item in range(len(densities))]


class _Forest:
    """Clusters under the number of their lowest item, and the known similarities between them."""

    def __init__(self, densities: Floats, edges: Iterable[tuple[int, int, float]]) -> None:
        n = len(densities)
        self.parent = list(range(n))
        self.size = [1] * n
        self.density = [float(d) for d in densities]
        self.links: dict[int, dict[int, tuple[float, int]]] = {i: {} for i in range(n)}
        for i, j, similarity in edges:
            self.links[i][j] = self.links[j][i] = (similarity, 1)
        self.stamps = dict.fromkeys(range(n), 0)

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def entries(self, a: int) -> Iterable[tuple[float, int, int, int, int]]:
        """Heap entries of all links of a cluster: best first, equal ones by the lowest numbers."""
        for b, (total, known) in self.links[a].items():
            pairs = self.size[a] * self.size[b]
            mean = (total + BACKGROUND_PAIR * (pairs - known)) / pairs
            mean -= model().density_share / 2 * (self.density[a] / self.size[a] + self.density[b] / self.size[b])
            low, high = min(a, b), max(a, b)
            yield -round(mean, 9), low, high, self.stamps[low], self.stamps[high]

    def join(self, a: int, b: int) -> int:
        """Make one cluster of two; returns its number."""
        low, high = min(a, b), max(a, b)
        if low == high:
            return low
        self.parent[high] = low
        self.size[low] += self.size[high]
        self.density[low] += self.density[high]
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
