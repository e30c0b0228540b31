"""How firmly each article of a clustering is in its threads: by its nearest members, as `incremental` and `reasons`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from corpus import Level

from ...arrays import rank_within
from ...types import Floats, Ids
from ..pairs import (
    COHESION_MISSING,
    CUTS,
    LARGE,
    MISSING_WEIGHT,
    SHARPNESS,
    Edges,
    Shapes,
    cohesion,
    membership,
    nearnesses,
)


def memberships(edges: Edges, days: Floats, labels: Mapping[Level, Sequence[int]]) -> dict[int, dict[Level, float]]:
    """Position -> level -> membership, 0..1; .5 at the level's cut. None for one that is alone at a level.

    Args:
        edges: the compared pairs of positions.
        days: of the articles, (N,); NaN where undated.
        labels: for each level the number of each one's thread, N.
    """
    found: dict[int, dict[Level, float]] = {}
    sides = _sides(_inside(edges, labels))
    by_day = np.argsort(days, kind="stable")[: np.count_nonzero(~np.isnan(days))]
    for level, own in labels.items():
        near = _nearness(sides, np.array(own, np.int64), days, by_day)
        known = np.flatnonzero(~np.isnan(near))
        for at, score in zip(known.tolist(), near[known].tolist(), strict=True):
            found.setdefault(at, {})[level] = membership(score, CUTS[level])
    return found


class _Sides(NamedTuple):
    """Each edge from both of its sides: by position, the highest score first."""

    owner: Ids
    other: Ids
    weights: Floats
    """exp(`SHARPNESS` * score)"""
    alike: Floats
    """Similarity less `COHESION_MISSING`."""


def _inside(edges: Edges, labels: Mapping[Level, Sequence[int]]) -> Edges:
    """The edges between articles of one thread at any level: sorting the others took most of the time and memory."""
    kept = np.zeros(len(edges.first), bool)
    for own in labels.values():
        label = np.array(own, np.int32)
        kept |= label[edges.first] == label[edges.second]
    return edges.where(kept)


def _sides(edges: Edges) -> _Sides:
    owner, other = np.concatenate(edges[:2]), np.concatenate([edges.second, edges.first])
    scores, similarities = np.tile(edges.scores, 2), np.tile(edges.similarities, 2)
    order = np.lexsort((-scores, owner))
    weights = np.exp(SHARPNESS * scores[order])
    return _Sides(owner[order], other[order], weights, similarities[order] - COHESION_MISSING)


def _nearness(sides: _Sides, label: Ids, days: Floats, by_day: Ids) -> Floats:
    """How near each article is to the rest of its thread, (N,); NaN for one that is alone.

    Args:
        sides: of the edges.
        label: the number of each one's thread, (N,).
        days: of the articles, (N,).
        by_day: as for `_rest_of`.
    """
    n, inside = len(label), label[sides.owner] == label[sides.other]
    owner, weights, alike = sides.owner[inside], sides.weights[inside], sides.alike[inside]
    nearest = rank_within(owner) < LARGE
    total = np.bincount(owner[nearest], weights[nearest], n)
    known = np.bincount(owner[nearest], minlength=n)
    others = np.bincount(label, minlength=n)[label] - 1
    sizes = np.where(others > 0, others.astype(np.float64), np.nan)
    pairs = np.minimum(LARGE, sizes)
    means = (total + MISSING_WEIGHT * (pairs - known)) / pairs
    own = np.asarray(np.bincount(owner, alike, n), np.float64)
    rest = cohesion(np.bincount(label, own / 2, n)[label] - own, sizes)
    one = Shapes(np.ones(n), np.zeros(n), *np.where(np.isnan(days), [[np.inf], [-np.inf]], days))
    return nearnesses(means, one, Shapes(sizes, rest, *_rest_of(days, by_day, label)))


def _rest_of(days: Floats, by_day: Ids, label: Ids) -> tuple[Floats, Floats]:
    """First and last day of the rest of each article's thread, (N,) each; inf and -inf where none is dated.

    Args:
        days: of the articles, (N,); NaN where undated.
        by_day: positions of dated ones in order of date.
        label: the number of each one's thread, (N,).
    """
    order = by_day[np.argsort(label[by_day], kind="stable")]
    begins, stops = (np.searchsorted(label[order], label, side) for side in ("left", "right"))
    rank = np.full(len(label), -1)
    rank[order] = np.arange(len(order))
    first = np.where(rank == begins, begins + 1, begins)  # of the others
    last = np.where(rank == stops - 1, stops - 2, stops - 1)
    there = first <= last
    begin, end = np.full(len(label), np.inf), np.full(len(label), -np.inf)
    begin[there], end[there] = days[order[first[there]]], days[order[last[there]]]
    return begin, end
