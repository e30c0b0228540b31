"""From the neighbour graph to what linkage takes: the pair scores of those pairs that count."""

from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array, csr_array

from ...parallel import NO_PROGRESS, Share, in_order
from ...types import Array, Floats, Mask
from ..pairs import Edges, Surroundings, pair_scores, surroundings_of
from .records import NeighbourGraph

_AT_ONCE = 20_000
"""Pairs that are scored at once (30 MB)."""
_ABOVE = 2.0
"""Added to scores in a sparse matrix, where 0 stands for nothing."""


def scored_edges(
    graph: NeighbourGraph, days: Floats, words: Floats, least: float, share: Share = NO_PROGRESS
) -> tuple[Edges, Mask]:
    """Each pair of neighbours whose `pairs.pair_scores` reaches `least`, the lower place first (int32), in order.

    Where the two sides have different similarities, the higher one counts. And which of the graph's similarities reach
    it, (edges,).

    Args:
        graph: of N articles.
        days: when each was published, (N,); NaN where undated.
        words: of how many words each one's terms are, (N,).
        least: edges with a lower score are left out; over -`_ABOVE`.
        share: reports how much is done.
    """
    around = _surroundings(graph)

    def scored(some: slice) -> tuple[Array, Array, Floats, Floats, Mask]:
        other = graph.neighbours[some].astype(np.int64)
        own = np.searchsorted(graph.starts, np.arange(some.start, some.stop), side="right") - 1
        similarities = graph.rounded(some)
        scores = pair_scores(
            similarities, np.abs(days[own] - days[other]), (words[own], words[other]),
            around.of(own).common(around.of(other)),
        )  # fmt: skip
        kept = scores >= least
        return own[kept].astype(np.int32), other[kept].astype(np.int32), scores[kept], similarities[kept], kept

    ends = [*range(0, len(graph.neighbours), _AT_ONCE), len(graph.neighbours)]
    parts = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0), np.empty(0), np.empty(0, bool))]
    with in_order(scored, [slice(*some) for some in pairwise(ends)]) as results:
        for done, part in enumerate(results, 1):
            parts.append(part)
            share.report(done / (len(ends) - 1))
    own, other, scores, similarities, reached = (np.concatenate(some) for some in zip(*parts, strict=True))
    parts.clear()
    both, alike = (_higher(len(words), own, other, some) for some in (scores, similarities))
    first = np.repeat(np.arange(len(words), dtype=np.int32), np.diff(both.indptr))
    return Edges(first, both.indices, np.round(both.data - _ABOVE, 6), np.round(alike.data - _ABOVE, 5)), reached


def _higher(n: int, first: Array, second: Array, values: Floats) -> csr_array:
    """Of each pair, the lower place first, the higher of one or two values, plus `_ABOVE`, in order."""
    upper = first < second
    found = _matrix(n, first, second, values, upper).maximum(_matrix(n, second, first, values, ~upper))
    found.sort_indices()
    return found


def _matrix(n: int, first: Array, second: Array, values: Floats, some: Mask) -> csr_array:
    return csr_array(coo_array((values[some] + _ABOVE, (first[some], second[some])), shape=(n, n)))


def _surroundings(graph: NeighbourGraph) -> Surroundings:
    """Of all articles, by place."""
    n, others = len(graph.starts) - 1, graph.neighbours.astype(np.int64)
    return surroundings_of(np.arange(n), graph.owner, others, graph.rounded(slice(None)), n)
