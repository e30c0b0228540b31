"""How alike two articles are for threads, and two threads: one score, online and in the batch job.

It is the similarity of related coverage with four things put right that only threads ask for
(docs/how-threads-form.md has the figures of each):

* **Density**: a share of the mean of both sides' comes off; what is alike to everything is of no story.
* **Length.** Two briefs of 17 words on one event have far lower similarities than two articles of 400. So what the mean
  logarithm of the words exceeds 5 by (150 words) comes off, and what it falls short by is added.
* **Overlap.** Two articles whose nearest neighbours are the same few are of one story more often than their own
  similarity says (shared nearest neighbours; Jarvis & Patrick, 1973).
* **The date gap** counts half between the articles and half between the threads: from the end of one to the beginning
  of the other, so that a story may go on for months, day by day, and a second one a year later is its own.

The nearness of two threads is the soft mean over all pairs of their articles, ln(mean(exp(14 x))) / 14: between the
arithmetic mean (average linkage, which a long story outgrows) and the nearest pair (single linkage, which chains).
"""

import math
from typing import Protocol

import numpy as np

from corpus import Level

from ..search.similarity import DENSITY_NEIGHBOURS, GAP_LONGEST_DAYS, gap, model
from ..types import Array, Floats, Ids

SHARPNESS = 14.0
"""Of the soft mean: 1 is nearly the arithmetic mean, 60 nearly the nearest pair. Flat from 10 to 20."""
MISSING = -0.2
"""What a pair counts with that was not compared. From -.1 to -.4 nothing changes."""
LEAST_SCORE = 0.05
"""Pairs with a lower score are left out: at the cut of stories nothing changes on four sets, and most pairs go."""
MISSING_WEIGHT = math.exp(SHARPNESS * MISSING)
DENSITY_SHARE = 0.55
PAIR_GAP = 0.02
"""Of the date gap, for each unit of ln(1 + days), what stays between articles; the similarity has more off."""
SPAN_GAP = 0.02
"""The same between threads."""
LENGTH_SHARE = 0.04
LENGTH_MIDDLE = 5.0
_WORDS_LEAST = 5.0
OVERLAP_SHARE = 0.04
OVERLAP_LEAST = 0.25
"""Similarity from which a neighbour counts: in a small archive the nearest may be far."""
NO_NEIGHBOUR = -1
"""In place of a row, where there are fewer neighbours."""

EVENT_CUT = 0.22
STORY_CUT = 0.18
SAGA_CUT = 0.12
"""Nearness above which threads are joined, by level."""
CUTS = {Level.EVENT: EVENT_CUT, Level.STORY: STORY_CUT, Level.SAGA: SAGA_CUT}
_SLOPE = 17.9
"""Of the logistic function from nearness to probability (pairs of the neighbour graphs of four sets)."""

Span = tuple[float, float]
"""First and last day of the dated articles of a thread; (inf, -inf) where none is dated."""
UNDATED: Span = (math.inf, -math.inf)


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


def pair_scores(
    similarities: Floats, days: Floats, densities: tuple[Floats, Floats], words: tuple[Floats, Floats], overlaps: Floats
) -> Floats:
    """How alike articles are for threads, (N,): a thread's cut applies.

    Args:
        similarities: `similarity.similarity`, (N,).
        days: between the two, (N,); NaN where one is undated.
        densities: of the one and of the other, (N,) each.
        words: the same, of how many words the terms are.
        overlaps: `overlaps` of the two, (N,).
    """
    m = model()
    lengths = sum(np.log(np.maximum(some, _WORDS_LEAST)) for some in words) / 2 - LENGTH_MIDDLE
    shares = DENSITY_SHARE / 2 * (densities[0] + densities[1])
    found = similarities + (m.gap - PAIR_GAP) * gap(days) - shares - LENGTH_SHARE * lengths + OVERLAP_SHARE * overlaps
    return np.round(found, 6)


def neighbourhoods(own: Ids, nearest: Ids, similarities: Floats) -> Ids:
    """Articles and their nearest others, for `overlaps`: (N, `DENSITY_NEIGHBOURS` + 1), `NO_NEIGHBOUR` for none.

    Args:
        own: their rows, (N,).
        nearest: the rows of the nearest of each, (N, `DENSITY_NEIGHBOURS`), `NO_NEIGHBOUR` where there are fewer.
        similarities: with each of these.
    """
    return np.concatenate([own[:, None], np.where(similarities >= OVERLAP_LEAST, nearest, NO_NEIGHBOUR)], axis=1)


def overlaps(some: Array, others: Array) -> Floats:
    """The share of common nearest neighbours of pairs of articles, 0..1, (P,); each with itself among them.

    Args:
        some: `neighbourhoods` of the first of each pair.
        others: of the second.
    """
    both = np.sort(np.concatenate([some, others], axis=1), axis=1)
    twice = (both[:, 1:] == both[:, :-1]) & (both[:, 1:] != NO_NEIGHBOUR)
    return np.asarray(np.count_nonzero(twice, axis=1) / (DENSITY_NEIGHBOURS + 1))


def nearness(total: float, known: int, pairs: int, days: float) -> float:
    """How near two threads are.

    Args:
        total: sum of exp(`SHARPNESS` * pair score) over the pairs that were compared.
        known: how many were.
        pairs: how many there are.
        days: `days_between` the two.
    """
    mean = (total + MISSING_WEIGHT * (pairs - known)) / pairs
    return math.log(mean) / SHARPNESS - SPAN_GAP * math.log1p(days)


def nearnesses(totals: Floats, pairs: Floats, some: tuple[Floats, Floats], others: tuple[Floats, Floats]) -> Floats:
    """`nearness` of many two threads, (P,), to nine decimals. The shapes may be others that fit each other.

    Args:
        totals: sums over the pairs that were compared of exp(`SHARPNESS` * pair score) - `MISSING_WEIGHT`, (P,).
        pairs: how many pairs there are, compared or not, (P,).
        some: spans of the first of each two, (P,) each.
        others: of the second.
    """
    days = np.maximum(np.maximum(some[0] - others[1], others[0] - some[1]), 0.0)
    days = np.where(np.isinf(days), model().gap_unknown_days, np.minimum(days, GAP_LONGEST_DAYS))
    mean = totals / pairs + MISSING_WEIGHT
    return np.asarray(np.rint((np.log(mean) / SHARPNESS - SPAN_GAP * np.log1p(days)) * 1e9) / 1e9)


def days_between(one: Span, other: Span) -> float:
    """From the end of one to the beginning of the other, 0 where they overlap, `GAP_LONGEST_DAYS` at most."""
    if UNDATED in (one, other):
        return model().gap_unknown_days
    return min(max(one[0] - other[1], other[0] - one[1], 0.0), GAP_LONGEST_DAYS)


def membership(near: float, cut: float) -> float:
    """How firmly an article belongs to a thread, 0..1; .5 at the cut."""
    return 1 / (1 + math.exp(-_SLOPE * (near - cut)))


def span_of(day: float) -> Span:
    """Of one article; its day is NaN where it is undated."""
    return UNDATED if math.isnan(day) else (day, day)
