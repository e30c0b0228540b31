"""How firmly each article of a clustering is in its threads: by its nearest members, as `incremental` and `reasons`."""

from collections.abc import Mapping, Sequence

import numpy as np

from corpus import Level

from ..similarity import GAP_LONGEST_DAYS, model
from ..types import Floats, Ids
from .incremental import NEAREST_MEMBERS
from .pairs import CUTS, MISSING_WEIGHT, SHARPNESS, SPAN_GAP, membership


def memberships(
    edges: tuple[Ids, Ids, Floats], days: Floats, labels: Mapping[Level, Sequence[int]]
) -> dict[int, dict[Level, float]]:
    """Place -> level -> membership, 0..1; .5 at the level's cut. None for a place that is alone at a level.

    Args:
        edges: first and second place of each pair and its score, (E,) each; each pair once.
        days: of the places, (N,); NaN where undated.
        labels: for each level the number of each place's thread, N.
    """
    found: dict[int, dict[Level, float]] = {}
    for level, own in labels.items():
        label = np.array(own, np.int64)
        near = _nearness(edges, days, label)
        for place in np.flatnonzero(~np.isnan(near)).tolist():
            found.setdefault(place, {})[level] = membership(float(near[place]), CUTS[level])
    return found


def _nearness(edges: tuple[Ids, Ids, Floats], days: Floats, label: Ids) -> Floats:
    """How near each place is to the rest of its thread, (N,), as `pairs.nearness`; NaN for one that is alone."""
    first, second, scores = edges
    inside = label[first] == label[second]
    owner = np.concatenate([first[inside], second[inside]])
    values = np.tile(scores[inside], 2)
    order = np.lexsort((-values, owner))
    owner, values = owner[order], values[order]
    begins = np.searchsorted(owner, np.arange(len(label)))
    nearest = np.arange(len(owner)) - begins[owner] < NEAREST_MEMBERS
    total = np.bincount(owner[nearest], np.exp(SHARPNESS * values[nearest]), len(label))
    known = np.bincount(owner[nearest], minlength=len(label))
    sizes = np.bincount(label, minlength=len(label))[label] if len(label) else label
    pairs = np.minimum(NEAREST_MEMBERS, sizes - 1).astype(np.float64)
    pairs[pairs < 1] = np.nan
    mean = (total + MISSING_WEIGHT * (pairs - known)) / pairs
    return np.asarray(np.log(mean) / SHARPNESS - SPAN_GAP * np.log1p(_days_to_the_rest(days, label)))


def _days_to_the_rest(days: Floats, label: Ids) -> Floats:
    """From each place to the rest of its thread, (N,), as `pairs.days_between`."""
    first, second = _two_least(days, label)
    begin = np.where(days == first, second, first)
    first, second = _two_least(-days, label)
    end = -np.where(-days == first, second, first)
    found = np.maximum(begin - days, days - end).clip(0.0, GAP_LONGEST_DAYS)
    return np.where(np.isfinite(begin) & ~np.isnan(days), found, model().gap_unknown_days)


def _two_least(days: Floats, label: Ids) -> tuple[Floats, Floats]:
    """The lowest and the second lowest number of each place's thread, (N,) each, equal where it comes twice.

    Infinity where there is none.
    """
    known = np.flatnonzero(~np.isnan(days))
    order = known[np.lexsort((days[known], label[known]))]
    numbers = label[order]
    least = np.full((2, int(label.max()) + 1 if len(label) else 0), np.inf)
    begins = np.flatnonzero(np.diff(numbers, prepend=-1))
    least[0, numbers[begins]] = days[order[begins]]
    after = begins + 1
    after = after[(after < len(order)) & np.isin(after, begins, invert=True)]
    least[1, numbers[after]] = days[order[after]]
    return least[0][label], least[1][label]
