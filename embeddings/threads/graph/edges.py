"""From the neighbour graph to what linkage takes: densities, and the pair scores of those pairs that count."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from ...parallel import NO_PROGRESS, Share, in_order
from ...search import similarity
from ...search.similarity import DENSITY_NEIGHBOURS
from ...types import Array, Floats, Mask
from ..pairs import NO_NEIGHBOUR, OVERLAP_LEAST, overlaps, pair_scores
from .records import NeighbourGraph

_AT_ONCE = 100_000
"""Pairs that are scored at once (20 MB)."""
_ABOVE = 2.0
"""Added to scores in a sparse matrix, where 0 stands for nothing."""


def densities(graph: NeighbourGraph) -> Floats:
    """`similarity.density` of every article of a graph, (N,)."""
    near = graph.rank < DENSITY_NEIGHBOURS
    return similarity.densities(graph.owner[near], graph.rounded(near), len(graph.starts) - 1)


def scored_edges(
    graph: NeighbourGraph, days: Floats, words: Floats, least: float, share: Share = NO_PROGRESS
) -> tuple[tuple[Array, Array, Floats], Mask]:
    """First place, second place (int32) and `pairs.pair_scores` of each pair of neighbours that reaches `least`.

    Each pair once, the lower place first, in order; where the two sides have different similarities, the higher one.
    And which of the graph's similarities reach it, (edges,).

    Args:
        graph: of N articles.
        days: when each was published, (N,); NaN where undated.
        words: of how many words each one's terms are, (N,).
        least: edges with a lower score are left out; over -`_ABOVE`.
        share: reports how much is done.
    """
    n, dense, hoods = len(words), densities(graph), _neighbourhoods(graph)

    def scored(start: int) -> tuple[Array, Array, Floats, Mask]:
        some = slice(start, start + _AT_ONCE)
        other = graph.neighbours[some].astype(np.int64)
        own = np.searchsorted(graph.starts, np.arange(start, start + len(other)), side="right") - 1
        scores = pair_scores(
            graph.rounded(some), np.abs(days[own] - days[other]),
            (dense[own], dense[other]), (words[own], words[other]), overlaps(hoods[own], hoods[other]),
        )  # fmt: skip
        kept = scores >= least
        return own[kept].astype(np.int32), other[kept].astype(np.int32), scores[kept], kept

    starts = range(0, len(graph.neighbours), _AT_ONCE)
    parts = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0), np.empty(0, bool))]
    with in_order(scored, starts) as results:
        for done, part in enumerate(results, 1):
            parts.append(part)
            share.report(done / len(starts))
    own, other, scores, reached = (np.concatenate(some) for some in zip(*parts, strict=True))
    parts.clear()
    upper = own < other
    both = _matrix(n, own, other, scores, upper).maximum(_matrix(n, other, own, scores, ~upper))
    first = np.repeat(np.arange(n, dtype=np.int32), np.diff(both.indptr))
    return (first, both.indices, np.round(both.data - _ABOVE, 6)), reached


def _matrix(n: int, first: Array, second: Array, scores: Floats, some: Mask) -> csr_array:
    return csr_array(coo_array((scores[some] + _ABOVE, (first[some], second[some])), shape=(n, n)))


def _neighbourhoods(graph: NeighbourGraph) -> NDArray[np.int32]:
    """`pairs.neighbourhoods` of all articles by place, (N, `DENSITY_NEIGHBOURS` + 1)."""
    n, rank = len(graph.starts) - 1, graph.rank
    hoods = np.full((n, DENSITY_NEIGHBOURS + 1), NO_NEIGHBOUR, np.int32)
    hoods[:, 0] = np.arange(n)
    near = (rank < DENSITY_NEIGHBOURS) & (graph.similarities >= OVERLAP_LEAST)
    hoods[graph.owner[near], rank[near] + 1] = graph.neighbours[near]
    return hoods
