"""How alike two articles are: ONE function for related coverage, for online threads and for the batch job.

Requirements. Wire-like briefs and long features must be comparable; names and numbers must count; the number must mean
the same in every collection, because there is one cut for all.

What was measured (mean average precision; B-cubed F1 of average linkage at the best cut of each set, and at one common
cut; ECB+, BASIL, 600 of AllSides; docs/design-notes.md has the rest):

    words alone                              .920 .967 .894 MAP
    words + paragraphs                       .921 .977 .899
    + names, lead, date gap                  .932 .993 .932      B3 .883 .977 .913 each, .867 .976 .913 at one cut
    - share of both densities (below)        .950 .996 .953      B3 .923 .985 .925 each, .922 .979 .922 at one cut

**Density.** Some articles are alike to everything (round-ups, market reports), and whole collections are denser than
others: a raw similarity has no cut that fits two of them. So the mean similarity to the nearest `DENSITY_NEIGHBOURS` is
an article's density, and a share of both densities is taken off: cross-domain similarity local scaling (Conneau et al.,
"Word Translation Without Parallel Data", 2018). In small collections missing neighbours count as `BACKGROUND`.

**Date gap.** The logarithm of the days between, up to a year; where a date is missing, as if three days lay between.

**Names.** Capitalised words weigh again. Where one side has none (a script without capitals, lower-cased text), words
stand in for them, so that such texts are not pushed apart.

Rejected: the mean vector of an article (no gain beside paragraphs: within .005 of MAP), a logistic regression over all
parts with four sets (it learned each set's sampling: .65 MAP on the one left out), pseudo-relevance feedback (+.007 on
ECB+, -.02 on AllSides).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .types import Floats

WORD_WEIGHT = 2.0
"""Of the TF-IDF cosine of all words."""
PASSAGE_WEIGHT = 2.0
"""Of MaxSim over paragraphs, the mean of both directions."""
NAME_WEIGHT = 1.0
"""Of the TF-IDF cosine of the names."""
LEAD_WEIGHT = 0.5
"""Of the cosine of the leads, or of the titles where that is higher."""
GAP_WEIGHT = 0.1
"""Off for each unit of ln(1 + days)."""
_SUM = WORD_WEIGHT + PASSAGE_WEIGHT + NAME_WEIGHT + LEAD_WEIGHT

GAP_LONGEST_DAYS = 365.0
GAP_UNKNOWN_DAYS = 3.0

DENSITY_NEIGHBOURS = 8
"""With 4 instead of 10, at one cut: ECB+ -.01, BASIL +.01, AllSides +.01 of B-cubed F1."""
BACKGROUND = 0.25
"""Stands in for missing neighbours in small collections: the mean density of BASIL is .23, of AllSides .24 (of ECB+,
with its eleven reports a story, .53)."""

DENSITY_SHARE = 0.3
"""Of each side's density, off a pair's similarity when threads are formed. .5 separates better at each set's own cut,
.3 at one cut for all."""
RANK_DENSITY_SHARE = 0.5
"""Of a hit's density, when hits are ranked for one query."""

SAME_STORY_CUT = 0.21
"""Adjusted similarity at which two articles are as likely of one story as not."""
SAME_STORY_SLOPE = 26.0
"""Steepness of the probability there: fitted over the nearest 40 of each article of ECB+, BASIL and AllSides together
(alone: 22, 68, 38)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a similarity is made of, for one article against N others; each (N,) float64."""

    words: Floats
    """TF-IDF cosine, 0..1."""
    names: Floats
    """TF-IDF cosine of names, 0..1; NaN where a side has no names."""
    forward: Floats
    """Mean over the own paragraphs of the best cosine with one of the others (MaxSim; Khattab & Zaharia, 2020)."""
    backward: Floats
    """The same from the other's paragraphs; NaN (as `forward`) where a side has no encoded paragraph."""
    lead: Floats
    """Cosine of the first paragraphs or of the titles, the higher one; NaN where a side has neither."""
    days: Floats
    """Days between; NaN where a side is undated."""

    @property
    def passages(self) -> Floats:
        """MaxSim, the mean of both directions."""
        return np.asarray((self.forward + self.backward) / 2)


def similarity(parts: Parts) -> Floats:
    """The weighted mean of the parts less the date gap, (N,): about .1 for unrelated news, .3 and more in a story."""
    names = np.where(np.isnan(parts.names), parts.words, parts.names)
    passages = np.where(np.isnan(parts.passages), parts.words, parts.passages)
    lead = np.where(np.isnan(parts.lead), passages, parts.lead)
    days = np.where(np.isnan(parts.days), GAP_UNKNOWN_DAYS, np.minimum(parts.days, GAP_LONGEST_DAYS))
    likeness = WORD_WEIGHT * parts.words + PASSAGE_WEIGHT * passages + NAME_WEIGHT * names + LEAD_WEIGHT * lead
    return np.asarray((likeness - GAP_WEIGHT * np.log1p(days)) / _SUM)


def density(nearest: Sequence[float] | Floats) -> float:
    """Mean similarity of an article to its nearest neighbours; missing ones count as `BACKGROUND`."""
    top = sorted(nearest, reverse=True)[:DENSITY_NEIGHBOURS]
    return float((sum(top) + BACKGROUND * (DENSITY_NEIGHBOURS - len(top))) / DENSITY_NEIGHBOURS)


def adjusted(similarities: Floats, own_density: float, densities: Floats) -> Floats:
    """Similarities less the share of both densities, (N,): what has one cut for all collections."""
    return np.asarray(similarities - DENSITY_SHARE / 2 * (own_density + densities))


def same_story(adjusted_similarities: Floats) -> Floats:
    """Probability-like 0..1 that two articles belong to one story; .5 at the cut."""
    return np.asarray(1 / (1 + np.exp(-SAME_STORY_SLOPE * (adjusted_similarities - SAME_STORY_CUT))))


def rank_score(similarities: Floats, own_density: float, densities: Floats) -> Floats:
    """The score of hits for one query, 0..1, (N,): as `same_story`, but what lies denser than the query steps back."""
    back = (RANK_DENSITY_SHARE - DENSITY_SHARE / 2) * (densities - own_density)
    return same_story(adjusted(similarities, own_density, densities) - back)
