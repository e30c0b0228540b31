"""How alike two articles are: ONE model for related coverage, for online threads and for the batch job.

Requirements. Wire-like briefs and long features must be comparable; names and numbers must count; a number must mean
the same in every collection, because there is one cut for all; and a score must follow what people call related, not
only what they call the same story. The coefficients are in `scoring.json`; `benchmarks/train_scoring.py`
fits and measures them, and docs/how-related-coverage-is-ranked.md says what each part is worth on sets left out.

**Similarity** is a weighted mean of four parts less the date gap. Words and names enter by the square root of their
TF-IDF cosines: the step from .0 to .1 of such a cosine says more than the one from .5 to .6.

**Density.** Some articles are alike to everything (round-ups, market reports), and whole collections are denser than
others: a raw similarity has no cut that fits two of them. So the mean similarity to the nearest `DENSITY_NEIGHBOURS` is
an article's density, and a share of it is taken off: cross-domain similarity local scaling (Conneau et al., "Word
Translation Without Parallel Data", 2018). What is less alike than `background` counts as `background`: an article
that is related to nothing moves no score.

**Bridges.** Two reports of one long story may share few words and still both be near a third. The bridge of a pair is
the strongest path over one of the query's `BRIDGES` best neighbours: the weaker of its two steps (single-linkage
evidence, but one step deep, so that it cannot chain). Averaging the neighbours' scores instead, as pseudo-relevance
feedback does, is worse on every set.

**Names.** Capitalised words weigh again. Where one side has none (a script without capitals, lower-cased text), words
stand in for them, so that such texts are not pushed apart.

**Languages.** An encoder says which languages it reads. Of an article in another one its vectors say little (two
unrelated ones in Greek are as alike as two of one story in English), so words stand in for them: by what vectors
would say at such a cosine, as far as there are enough articles in that language to tell which words are common in it.
Two articles in two languages that it does read have few words in common, names and numbers only, so vectors stand in
for these.

**Encoders.** Each has coefficients of its own, in a file of its own; `dense_scale`, `dense_shift` and `dense_most`
bring its cosines to where threads have one cut for all encoders. What else threads are cut by is the same for all: gap,
background, share of densities.
"""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import numpy as np

from ..encoders import DEFAULT_MODEL
from ..types import Floats, Ids, Mask
from .languages import Between

DENSITY_NEIGHBOURS = 8
"""With 4 instead of 10, at one cut: ECB+ -.01, BASIL +.01, AllSides +.01 of B-cubed F1."""
NEIGHBOURS = 40
"""Articles that an article may be linked with, its nearest. At the cut, 20 and 100 differ from it by under .01 of
B-cubed F1 on three sets."""
BRIDGES = 3
"""With 5 or 8, ECB+ +.001, AllSides and WCEP unchanged, agreement with people's grades -.003 and -.006."""
GAP_LONGEST_DAYS = 365.0
BY_WORDS_SCALE = 3.0
BY_WORDS_SHIFT = 0.04
BY_WORDS_MOST = 0.9
"""What stands in for a cosine of vectors that are not read: the root of the cosine of words times the one and plus the
other, at most. In six languages that root is .10 to .14 of two unrelated articles and .28 to .34 of two of one story
(the middle ones; in English .15 and .41 to .57: languages that inflect have fewer words in common). Threads of the
default encoder, B-cubed over the six at scales of 1, 2, 2.5, 3, 3.5 (shift 0, -.04, .1, .04, -.02), each an archive of
one language: .45, .75, .96, .96, .95."""


@dataclass(frozen=True, slots=True)
class Model:
    """The fitted coefficients."""

    words: float
    names: float
    passages: float
    lead: float
    gap: float
    """Off for each unit of ln(1 + days)."""
    gap_unknown_days: float
    """Where a side is undated."""
    background: float
    """Similarity below which a neighbour is none."""
    density_share: float
    """Of the mean of both densities, off a similarity: what threads are cut by."""
    rank_density_share: float
    """Of a hit's density, where hits are ranked."""
    rank_bridge: float
    story_bridge: float
    score_slope: float
    score_middle: float
    story_slope: float
    story_middle: float
    dense_scale: float = 1.0
    dense_shift: float = 0.0
    """Cosines of vectors times the one and plus the other."""
    dense_most: float = 1.0
    """What that is at most."""
    across: float = 0.0
    """Of passages, what stands for the root of a cosine of words between two languages, where that is less."""

    @staticmethod
    def read(path: Path) -> "Model":
        """The model in a file as `benchmarks/train_scoring.py` writes it."""
        return Model(**json.loads(path.read_text(encoding="utf-8"))["coefficients"])


@functools.cache
def model() -> Model:
    """The model of the default encoder."""
    with resources.as_file(resources.files(__package__) / "scoring.json") as path:
        return Model.read(path)


@functools.cache
def model_of(fingerprint: str) -> Model | None:
    """The model that was fitted for an encoder, by its fingerprint; None where none was (`model` has to do)."""
    name = fingerprint.partition("@")[0]
    if name == DEFAULT_MODEL:
        return model()
    with resources.as_file(resources.files(__package__) / f"scoring-{name}.json") as path:
        return Model.read(path) if path.is_file() else None


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
    across: Mask | None = None
    """Which pairs are of two languages, (N,); None for none."""
    by_words: Floats | None = None
    """How far words stand in for vectors, (N,), 0..1, as in `languages.Between`; None for not at all."""

    @property
    def passages(self) -> Floats:
        """MaxSim, the mean of both directions."""
        return np.asarray((self.forward + self.backward) / 2)


def in_languages(parts: Parts, between: Between) -> Parts:
    """The same without what vectors say of pairs one side of which the encoder does not read."""
    parts = replace(parts, across=between.across)
    if not (some := between.unread).any():
        return parts
    forward, backward, lead = (np.where(some, np.nan, part) for part in (parts.forward, parts.backward, parts.lead))
    return replace(parts, forward=forward, backward=backward, lead=lead, by_words=between.by_words)


def columns(parts: Parts, by: Model | None = None) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """What the weights multiply, each (N,): words, names, passages, lead, gap, with stand-ins for what is missing."""
    m = by or model()
    names = np.where(np.isnan(parts.names), parts.words, parts.names)
    words, names = np.sqrt(parts.words.clip(min=0)), np.sqrt(names.clip(min=0))
    passages = (m.dense_scale * parts.passages + m.dense_shift).clip(max=m.dense_most)
    lead = (m.dense_scale * parts.lead + m.dense_shift).clip(max=m.dense_most)
    if parts.across is not None:
        least = np.where(parts.across & ~np.isnan(passages), m.across * passages, 0.0)
        words, names = np.maximum(words, least), np.maximum(names, least)
    passages = np.where(np.isnan(passages), _instead(parts), passages)
    lead = np.where(np.isnan(lead), passages, lead)
    return words, names, passages, lead, gap(parts.days, by)


def _instead(parts: Parts) -> Floats:
    """What stands for the paragraphs where vectors say nothing, (N,)."""
    if parts.by_words is None:
        return parts.words
    found = (BY_WORDS_SHIFT + BY_WORDS_SCALE * np.sqrt(parts.words.clip(min=0))).clip(max=BY_WORDS_MOST)
    return np.asarray(parts.words + parts.by_words * (found - parts.words))


def gap(days: Floats, by: Model | None = None) -> Floats:
    """ln(1 + days), (N,), up to `GAP_LONGEST_DAYS`; with a stand-in for NaN."""
    known = np.where(np.isnan(days), (by or model()).gap_unknown_days, np.minimum(days, GAP_LONGEST_DAYS))
    return np.asarray(np.log1p(known))


def similarity(parts: Parts, by: Model | None = None) -> Floats:
    """The weighted mean of the parts less the date gap, (N,): near 0 for unrelated news, .3 and more in a story.

    Here and below, `by` is another model than the one that ships: training asks by those that it tries.
    """
    m = by or model()
    words, names, passages, lead, gap = columns(parts, m)
    return np.asarray(m.words * words + m.names * names + m.passages * passages + m.lead * lead - m.gap * gap)


def density(nearest: Sequence[float] | Floats, by: Model | None = None) -> float:
    """Mean similarity of an article to its nearest neighbours; missing and weak ones count as the background."""
    background = (by or model()).background
    top = [max(s, background) for s in sorted(nearest, reverse=True)[:DENSITY_NEIGHBOURS]]
    return float((sum(top) + background * (DENSITY_NEIGHBOURS - len(top))) / DENSITY_NEIGHBOURS)


def densities(owner: Ids, nearest: Floats, owners: int) -> Floats:
    """`density` of several articles, (owners,).

    Args:
        owner: whose neighbour it is, (N,), 0 to owners - 1.
        nearest: similarities, (N,), `DENSITY_NEIGHBOURS` of each owner at most.
        owners: how many there are.
    """
    background = model().background
    above = np.bincount(owner, nearest.clip(background) - background, owners)
    return np.asarray(background + above / DENSITY_NEIGHBOURS)


def adjusted(similarities: Floats, own_density: float | Floats, densities: Floats, by: Model | None = None) -> Floats:
    """Similarities less the share of both densities, (N,): what has one cut for all collections."""
    return np.asarray(similarities - (by or model()).density_share / 2 * (own_density + densities))


def bridged(first: Floats, second: Floats) -> Floats:
    """The strength of each candidate's best bridge, (N,), never below 0.

    Args:
        first: (B,) adjusted similarity of the query with each of its best neighbours.
        second: (B, N) of each of these with each candidate; -inf where the two are not near each other, and inf where
            the candidate is that neighbour.
    """
    if not len(first):
        return np.zeros(second.shape[1])
    return np.asarray(np.minimum(first[:, None], second).max(axis=0).clip(min=0.0))


def same_story(adjusted_similarities: Floats, bridges: Floats, by: Model | None = None) -> Floats:
    """Probability, 0..1, that two articles belong to one story, (N,)."""
    m = by or model()
    return _logistic(m.story_slope * (adjusted_similarities + m.story_bridge * bridges - m.story_middle))


def worth(similarities: Floats, densities: Floats, bridges: Floats, by: Model | None = None) -> Floats:
    """What hits are ranked by, (N,), before it is brought to 0..1. What is alike to everything steps back."""
    m = by or model()
    return np.asarray(similarities - m.rank_density_share * densities + m.rank_bridge * bridges)


def relatedness(similarities: Floats, densities: Floats, bridges: Floats, by: Model | None = None) -> Floats:
    """Graded relatedness, 0..1, (N,): what hits are ranked and cut by.

    Follows people's grades (0 unrelated, 1 the same events); .5 is halfway, a copy is at .9 and more.
    """
    m = by or model()
    return _logistic(m.score_slope * (worth(similarities, densities, bridges, m) - m.score_middle))


def _logistic(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))
