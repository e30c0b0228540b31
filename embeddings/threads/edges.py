"""From the neighbour graph to what linkage takes: densities, and the pair scores of those pairs that count."""

import numpy as np
from numpy.typing import NDArray

from ..similarity import DENSITY_NEIGHBOURS, model
from ..types import Floats, Ids
from .graph import NeighbourGraph
from .pairs import OVERLAP_LEAST, pair_scores

_AT_ONCE = 500_000
"""Pairs that are scored at once (100 MB)."""


def densities(graph: NeighbourGraph) -> Floats:
    """`similarity.density` of every article of a graph, (N,)."""
    background = model().background
    counts = np.diff(graph.starts)
    near = _rank(graph) < DENSITY_NEIGHBOURS
    above = graph.rounded(near).clip(background) - background
    owner = np.repeat(np.arange(len(counts)), counts)[near]
    return np.asarray(background + np.bincount(owner, above, len(counts)) / DENSITY_NEIGHBOURS)


def scored_edges(graph: NeighbourGraph, days: Floats, words: Floats, least: float) -> tuple[Ids, Ids, Floats]:
    """First place, second place and `pairs.pair_scores` of each pair of neighbours that reaches `least`.

    Each pair once, the lower place first, in order; where the two sides have different similarities, the higher one.

    Args:
        graph: of N articles.
        days: when each was published, (N,); NaN where undated.
        words: of how many words each one's terms are, (N,).
        least: edges with a lower score are left out.
    """
    n, dense, hoods = len(words), densities(graph), _neighbourhoods(graph)
    owners = np.repeat(np.arange(n), np.diff(graph.starts))
    found_keys, found_scores = [np.empty(0, np.int64)], [np.empty(0)]
    for start in range(0, len(owners), _AT_ONCE):
        own = owners[start : start + _AT_ONCE]
        other = graph.neighbours[start : start + _AT_ONCE].astype(np.int64)
        scores = pair_scores(
            graph.rounded(slice(start, start + _AT_ONCE)),
            np.abs(days[own] - days[other]), (dense[own], dense[other]), (words[own], words[other]),
            _overlaps(hoods, own, other),
        )  # fmt: skip
        kept = scores >= least
        found_keys.append((np.minimum(own, other) * n + np.maximum(own, other))[kept])
        found_scores.append(scores[kept])
    keys, scores = np.concatenate(found_keys), np.concatenate(found_scores)
    order = np.lexsort((-scores, keys))
    order = order[np.concatenate([np.ones(min(len(keys), 1), bool), np.diff(keys[order]) > 0])]
    first, second = np.divmod(keys[order], max(n, 1))
    return first, second, scores[order]


def _rank(graph: NeighbourGraph) -> Ids:
    """Of each neighbour among its article's, the nearest first: 0, 1, 2..."""
    counts = np.diff(graph.starts)
    return np.asarray(np.arange(len(graph.neighbours)) - np.repeat(graph.starts[:-1], counts))


def _neighbourhoods(graph: NeighbourGraph) -> NDArray[np.int32]:
    """`pairs.neighbourhood` of each article, (N, `DENSITY_NEIGHBOURS` + 1): itself first; -1 stands for nobody."""
    n, rank = len(graph.starts) - 1, _rank(graph)
    hoods = np.full((n, DENSITY_NEIGHBOURS + 1), -1, np.int32)
    hoods[:, 0] = np.arange(n)
    near = (rank < DENSITY_NEIGHBOURS) & (graph.similarities >= OVERLAP_LEAST)
    owner = np.repeat(np.arange(n), np.diff(graph.starts))
    hoods[owner[near], rank[near] + 1] = graph.neighbours[near]
    return hoods


def _overlaps(hoods: NDArray[np.int32], own: Ids, other: Ids) -> Floats:
    """`pairs.overlap` of each pair, (P,)."""
    mine, theirs = hoods[own], hoods[other]
    common = np.zeros(len(own), np.int64)
    for column in mine.T:
        common += ((theirs == column[:, None]) & (column >= 0)[:, None]).any(axis=1)
    return np.asarray(common / hoods.shape[1])
