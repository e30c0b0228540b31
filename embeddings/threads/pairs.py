"""How alike two articles are for threads, and two threads: one score, online and in the batch job.

It is the similarity of related coverage with three things put right that only threads ask for
(docs/how-threads-form.md has the figures of each):

* **Company.** Two articles that have the same neighbours, and each to the same degree, are of one story more often
  than their own similarity says: the cosine of their similarities with their forty nearest, and the share of their
  eight nearest that both have (shared nearest neighbours; Jarvis & Patrick, 1973).
* **Length.** Two briefs of 17 words on one event have far lower similarities than two articles of 400. So what the mean
  logarithm of the words exceeds 5 by (150 words) comes off, and what it falls short by is added.
* **The date gap** counts half between the articles and half between the threads: from the end of one to the beginning
  of the other, so that a story may go on for months, day by day, and a second one a year later is its own.

The nearness of two threads is the soft mean over all pairs of their articles, ln(mean(exp(s x))) / s: between the
arithmetic mean (average linkage, which a long story outgrows) and the nearest pair (single linkage, which chains). From
it comes off how far either is more **cohesive** than a lone article is taken to be: what is less alike than the
articles of both are among themselves is another story, and a story whose articles are loosely alike takes in more.
A large thread takes in a little more than a small one.
"""

import math
from typing import NamedTuple, Protocol

import numpy as np
from scipy.sparse import coo_array, csr_array

from corpus import Level

from ..arrays import rank_within
from ..search.similarity import DENSITY_NEIGHBOURS, GAP_LONGEST_DAYS, NEIGHBOURS, gap, model
from ..types import Array, Floats, Ids

SHARPNESS = 13.0
"""Of the soft mean: 1 is nearly the arithmetic mean, 60 nearly the nearest pair. Flat from 10 to 18."""
MISSING = -0.185
"""What a pair counts with that was not compared."""
LEAST_SCORE = 0.0
"""Pairs with a lower score are left out."""
MISSING_WEIGHT = math.exp(SHARPNESS * MISSING)
PAIR_GAP = 0.01
"""Of the date gap, for each unit of ln(1 + days), what stays between articles; the similarity has more off."""
SPAN_GAP = 0.028
"""The same between threads."""
LENGTH_SHARE = 0.022
LENGTH_MIDDLE = 5.0
_WORDS_LEAST = 5.0
OVERLAP_SHARE = 0.06
OVERLAP_LEAST = 0.25
"""Similarity from which a neighbour counts: in a small archive the nearest may be far."""
NO_NEIGHBOUR = -1
"""In place of a row, where there are fewer neighbours."""
COMPANY_SHARE = 0.21
COMPANY_LEAST = 0.2
"""Similarity that a neighbour weighs nothing with."""
COMPANY_OWN = 0.3
"""Weight of an article in its own company."""
TEMPLATE_GAP = 0.5
"""Off two different reports from one template, whose frame says nothing of what they report. Not a bar: some that seem
to be of one template are of one story."""
COHESION_LONE = 0.35
"""Taken to be the similarity of a lone article with others of its story."""
COHESION_PRIOR = 1.2
"""Pairs that this counts for."""
COHESION_MISSING = 0.24
"""Similarity that a pair counts with that was not compared."""
COHESION_LEAST = 0.3
"""No thread is taken to be looser: else a giant would take in all there is."""
LARGER_SHARE = 0.04
SMALLER_SHARE = -0.015
"""For a unit of ln(articles) of the larger thread and of the smaller."""
LARGE = 100.0
"""Articles from which a thread counts as no larger: of so many an article is compared with the nearest only."""

EVENT_CUT = 0.26
STORY_CUT = 0.2125
SAGA_CUT = 0.135
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


class Edges(NamedTuple):
    """E compared pairs of items; each pair once."""

    first: Array
    second: Array
    scores: Floats
    """`pair_scores`, (E,)."""
    similarities: Floats
    """(E,)"""

    def where(self, some: Array) -> "Edges":
        """Some of the edges; not copied where it is all of them."""
        return self if some.dtype == bool and some.all() else Edges(*(part[some] for part in self))


class Shapes(NamedTuple):
    """What a nearness needs to know of threads besides the pairs; each (N,), or numbers."""

    sizes: Floats
    """Articles."""
    cohesion: Floats
    """`cohesion` of each."""
    begin: Floats
    """First day; inf where none is dated."""
    end: Floats
    """Last day; -inf where none is dated."""


def pair_scores(similarities: Floats, days: Floats, words: tuple[Floats, Floats], around: Floats) -> Floats:
    """How alike articles are for threads, (N,): a thread's cut applies.

    Args:
        similarities: `similarity.similarity`, (N,).
        days: between the two, (N,); NaN where one is undated.
        words: of how many words the terms of the one and of the other are, (N,) each.
        around: `Surroundings.common` of the two, (N,).
    """
    m = model()
    lengths = sum(np.log(np.maximum(some, _WORDS_LEAST)) for some in words) / 2 - LENGTH_MIDDLE
    found = similarities + (m.gap - PAIR_GAP) * gap(days) - LENGTH_SHARE * lengths + around
    return np.round(found - COHESION_LONE, 6)


class Surroundings(NamedTuple):
    """What is near N articles."""

    company: csr_array
    """(N, columns), unit rows: by similarity less `COMPANY_LEAST`."""
    nearest: Array
    """(N, `DENSITY_NEIGHBOURS` + 1): columns of the article and of its nearest, `NO_NEIGHBOUR` for none."""

    def of(self, some: Ids | slice) -> "Surroundings":
        """Of some of the articles, in this order."""
        return Surroundings(self.company[some], self.nearest[some])

    def common(self, others: "Surroundings") -> Floats:
        """What two articles get for being near the same others, 0 or more, (N,): of each with one of the others."""
        cosines = np.asarray(self.company.multiply(others.company).sum(axis=1), np.float64).ravel()
        return COMPANY_SHARE * cosines + OVERLAP_SHARE * _overlaps(self.nearest, others.nearest)

    def common_with(self, one: int) -> Floats:
        """The same of each article and one of them, (N,)."""
        cosines = np.asarray((self.company @ self.company[[one]].T).todense(), np.float64).ravel()
        same = np.repeat(self.nearest[[one]], len(self.nearest), axis=0)
        return COMPANY_SHARE * cosines + OVERLAP_SHARE * _overlaps(self.nearest, same)


def surroundings_of(own: Ids, owner: Ids, others: Ids, similarities: Floats, columns: int) -> Surroundings:
    """The surroundings of N articles.

    Args:
        own: column of each article, (N,).
        owner: which of the N each neighbour is of, rising, (L,); `NEIGHBOURS` of each at most, the nearest first.
        others: column of each neighbour, (L,).
        similarities: with each of these, (L,).
        columns: how many there are.
    """
    n, kept = len(own), similarities > COMPANY_LEAST
    values = np.concatenate([np.full(n, COMPANY_OWN), similarities[kept] - COMPANY_LEAST])
    rows, at = np.concatenate([np.arange(n), owner[kept]]), np.concatenate([own, others[kept]])
    lengths = np.sqrt(np.bincount(rows, values**2, n))
    company = csr_array(coo_array((values / lengths[rows], (rows, at)), shape=(n, columns)))
    nearest = np.full((n, DENSITY_NEIGHBOURS + 1), NO_NEIGHBOUR, np.int64)
    nearest[:, 0] = own
    rank = rank_within(owner)
    near = (rank < DENSITY_NEIGHBOURS) & (similarities >= OVERLAP_LEAST)
    nearest[owner[near], rank[near] + 1] = others[near]
    return Surroundings(company, nearest)


def _overlaps(some: Array, others: Array) -> Floats:
    """The share of common nearest neighbours of pairs of articles, 0..1, (P,); each with itself among them."""
    both = np.sort(np.concatenate([some, others], axis=1), axis=1)
    twice = (both[:, 1:] == both[:, :-1]) & (both[:, 1:] != NO_NEIGHBOUR)
    return np.asarray(np.count_nonzero(twice, axis=1) / (DENSITY_NEIGHBOURS + 1))


def nearest_only(owner: Ids, others: Ids, similarities: Floats) -> Ids:
    """Positions of the `NEIGHBOURS` nearest of each owner, of equal ones the lowest; by owner, nearest first."""
    order = np.lexsort((others, -similarities, owner))
    starts = np.flatnonzero(np.diff(owner[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    return order[rank < NEIGHBOURS]


def cohesion(totals: Floats, sizes: Floats) -> Floats:
    """How much more alike the articles of threads are than `COHESION_LONE`, (N,); 0 of one article.

    Args:
        totals: sums over the pairs that were compared of similarity - `COHESION_MISSING`, (N,).
        sizes: articles of each, (N,).
    """
    pairs = sizes * (sizes - 1) / 2
    found = (totals + (COHESION_MISSING - COHESION_LONE) * pairs) / (pairs + COHESION_PRIOR)
    return np.asarray(np.maximum(found, COHESION_LEAST - COHESION_LONE))


def pair_counts(some: Floats, others: Floats) -> Floats:
    """How many pairs the nearness of two threads is a mean over, (P,): all, but with `LARGE` articles of one at most.

    Args:
        some: articles of the first of each two, (P,). The shapes may be others that fit each other.
        others: of the second.
    """
    return np.asarray(np.minimum(some, others) * np.minimum(np.maximum(some, others), LARGE))


def nearnesses(means: Floats, some: Shapes, others: Shapes) -> Floats:
    """How near threads are, (P,), to nine decimals. The shapes may be others that fit each other.

    Args:
        means: of each two, the mean over the pairs of exp(`SHARPNESS` * pair score), (P,).
        some: the first of each two.
        others: the second.
    """
    days = np.maximum(np.maximum(some.begin - others.end, others.begin - some.end), 0.0)
    days = np.where(np.isinf(days), model().gap_unknown_days, np.minimum(days, GAP_LONGEST_DAYS))
    larger = np.log(np.minimum(np.maximum(some.sizes, others.sizes), LARGE))
    smaller = np.log(np.minimum(np.minimum(some.sizes, others.sizes), LARGE))
    found = np.log(means) / SHARPNESS - (some.cohesion + others.cohesion) / 2
    found = found + LARGER_SHARE * larger + SMALLER_SHARE * smaller - SPAN_GAP * np.log1p(days)
    return np.asarray(np.rint(found * 1e9) / 1e9)


def membership(near: float, cut: float) -> float:
    """How firmly an article belongs to a thread, 0..1; .5 at the cut."""
    return 1 / (1 + math.exp(-_SLOPE * (near - cut)))


def span_of(day: float) -> Span:
    """Of one article; its day is NaN where it is undated."""
    return UNDATED if math.isnan(day) else (day, day)
