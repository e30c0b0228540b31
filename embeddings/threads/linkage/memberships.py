"""How firmly each article of a clustering is in its threads: by its nearest members, as `incremental` and `reasons`."""

from collections.abc import Mapping, Sequence

import numpy as np

from corpus import Level

from ...arrays import rank_within
from ...search.similarity import GAP_LONGEST_DAYS, model
from ...types import Array, Floats, Ids
from ..incremental import NEAREST_MEMBERS
from ..pairs import CUTS, MISSING_WEIGHT, SHARPNESS, SPAN_GAP, membership


def memberships(
    edges: tuple[Array, Array, Floats], days: Floats, labels: Mapping[Level, Sequence[int]]
) -> dict[int, dict[Level, float]]:
    """Position -> level -> membership, 0..1; .5 at the level's cut. None for one that is alone at a level.

    Args:
        edges: first and second position of each pair and its score, (E,) each; each pair once.
        days: of the articles, (N,); NaN where undated.
        labels: for each level the number of each one's thread, N.
    """
    found: dict[int, dict[Level, float]] = {}
    first, second, scores = _inside(edges, labels)
    owner, other, values = np.concatenate([first, second]), np.concatenate([second, first]), np.tile(scores, 2)
    order = np.lexsort((-values, owner))
    sides = owner[order], other[order], np.exp(SHARPNESS * values[order])
    by_day = np.argsort(days, kind="stable")[: np.count_nonzero(~np.isnan(days))]
    for level, own in labels.items():
        label = np.array(own, np.int64)
        near = _nearness(sides, label) - SPAN_GAP * np.log1p(_days_to_the_rest(days, by_day, label))
        known = np.flatnonzero(~np.isnan(near))
        for at, score in zip(known.tolist(), near[known].tolist(), strict=True):
            found.setdefault(at, {})[level] = membership(score, CUTS[level])
    return found


def _inside(edges: tuple[Array, Array, Floats], labels: Mapping[Level, Sequence[int]]) -> tuple[Array, Array, Floats]:
    """The edges between articles of one thread at any level: sorting the others took most of the time and memory."""
    kept = np.zeros(len(edges[0]), bool)
    for own in labels.values():
        label = np.array(own, np.int32)
        kept |= label[edges[0]] == label[edges[1]]
    return edges[0][kept], edges[1][kept], edges[2][kept]


def _nearness(sides: tuple[Ids, Ids, Floats], label: Ids) -> Floats:
    """How near each article is to the rest of its thread, (N,), but for the days between; NaN for one that is alone.

    Args:
        sides: of each edge both ways: a position, rising, the other, and exp(`SHARPNESS` * score), falling for each.
        label: the number of each one's thread, (N,).
    """
    n, inside = len(label), label[sides[0]] == label[sides[1]]
    owner, weights = sides[0][inside], sides[2][inside]
    nearest = rank_within(owner) < NEAREST_MEMBERS
    total = np.bincount(owner[nearest], weights[nearest], n)
    known = np.bincount(owner[nearest], minlength=n)
    pairs = np.minimum(NEAREST_MEMBERS, np.bincount(label, minlength=n)[label] - 1).astype(np.float64)
    pairs[pairs < 1] = np.nan
    return np.asarray(np.log((total + MISSING_WEIGHT * (pairs - known)) / pairs) / SHARPNESS)


def _days_to_the_rest(days: Floats, by_day: Ids, label: Ids) -> Floats:
    """From each article to the rest of its thread, (N,), as `pairs.days_between`.

    Args:
        days: of the articles, (N,); NaN where undated.
        by_day: positions of dated ones in order of date.
        label: the number of each one's thread, (N,).
    """
    order = by_day[np.argsort(label[by_day], kind="stable")]
    begins, stops = (np.searchsorted(label[order], label, side) for side in ("left", "right"))
    rank = np.zeros(len(label), np.int64)
    rank[order] = np.arange(len(order))
    first = np.where(rank == begins, begins + 1, begins)  # of the others
    last = np.where(rank == stops - 1, stops - 2, stops - 1)
    there = (first <= last) & ~np.isnan(days)
    found = np.full(len(label), model().gap_unknown_days)
    own, begin, end = days[there], days[order[first[there]]], days[order[last[there]]]
    found[there] = np.maximum(begin - own, own - end).clip(0.0, GAP_LONGEST_DAYS)
    return found
