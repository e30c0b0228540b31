"""What a paragraph, and an article, adds to earlier articles: novelty, 0 (all known) to 1 (all new), with its evidence.

Pure functions over vectors, hashes and facts; which articles are earlier is the caller's to say.

Requirements. A reader who knows the earlier reports asks "what does this piece add?". A paragraph that stood there
before adds nothing; what no earlier article comes near is new; and the same sentence with another death toll is new
in what matters, though no vector sees it. One more earlier article can only take novelty away, never give it.

**Support** is the best cosine with any earlier paragraph, on a scale from `UNSUPPORTED` to `SUPPORTED`. What was
measured, the best cosine of a paragraph with one article of AllSides, in percentiles:

                                            5    25    50    75    95    99
    another outlet's report on the event  .22   .41   .53   .64   .78   .92
    an article on something else          .11   .20   .26   .33   .44   .54

so that of twenty unrelated articles nineteen support a paragraph by less than a tenth. Synonyms and another order of
clauses leave .82 and more to 99 of 100 paragraphs (39 articles reworded by rule).

**New facts.** Each name or other number that no earlier article has anywhere takes `FACT_SHARE` of what support is
left, each figure (`embeddings.figures`: "$4 million", "twelve people killed") `FIGURE_SHARE`, since it is the news of a
sentence that resembles an earlier one. By count and not by share: one new number in a long paragraph of known names is
as new as in a short one. Names are looked for among all words of the earlier articles, figures by their values ("1.3m"
is known from "1,300,000"), the numbers that are no figures (of flights, of years) with their separators.

**Identical text** is never new, and neither is boilerplate. Boilerplate of earlier articles supports nothing.

**An article** is as new as its paragraphs, weighted by the characters that count (`alignment.weigh`).

What articles come to, percentiles of the whole article's novelty:

                                                                5    25    50    75    95
    BASIL, the third outlet's report, against both others     .40   .57   .65   .79   .87
    the same without facts                                    .32   .41   .52   .62   .76
    against one other                                         .53   .67   .78   .85   .93
    against an article on something else                      .97  1.00  1.00  1.00  1.00
    a revision of a Wikipedia page, against all before it     .00   .00   .12   .35   .68

Against 200 articles it takes 16 ms.

Known exceptions. "Two men" for "one man" is no new figure (counts up to three need a fate). Names are known by their
capitals: German nouns count as names, and Arabic has none. A prime minister who is called like a month is no new name.

Rejected: every rare word as a fact (a new adjective is none); days and months as facts (each follow-up has another
Tuesday); the share of a paragraph's facts that is new in place of their count (above).
"""

import unicodedata
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from corpus import words

from ..figures import Figure
from ..numerals import NUMERAL, without_thousands
from ..types import Floats, Ids
from .alignment import Side

UNSUPPORTED = 0.40
"""Cosine up to which an earlier paragraph supports nothing."""
SUPPORTED = 0.90
"""Cosine from which it supports all."""
FACT_SHARE = 0.25
"""Of the support, for each new name or number: one makes a known paragraph .25 new, four make it .68."""
FIGURE_SHARE = 0.5
"""The same for each new figure."""

_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sept sep oct nov dec".split()
)


@dataclass(frozen=True, slots=True)
class EarlierParagraph:
    """Where something like a paragraph stood before."""

    article: int
    """Position among the earlier articles."""
    paragraph: int
    score: float
    """Cosine; 1.0 where the text is identical."""


@dataclass(frozen=True, slots=True)
class ParagraphNovelty:
    """What one paragraph adds."""

    novelty: float
    """0..1"""
    new_facts: tuple[str, ...]
    """Names and numbers that no earlier article has, in the order of the text; then figures."""
    new_figures: tuple[str, ...]
    """The figures among them, as they are written."""
    nearest: EarlierParagraph | None
    """None where nothing earlier counts."""


@dataclass(frozen=True, slots=True)
class Novelty:
    """What an article adds."""

    novelty: float
    """0..1; 1 against nothing."""
    paragraphs: tuple[ParagraphNovelty, ...]


def novelty(
    own: Side,
    earlier: Sequence[Side],
    facts: Sequence[Sequence[str]] | None = None,
    known: AbstractSet[str] = frozenset(),
    new_figures: Sequence[Sequence[str]] | None = None,
) -> Novelty:
    """What an article adds to earlier ones.

    Args:
        own: its paragraphs.
        earlier: the articles that are known already, in any order.
        facts: for each paragraph its names and numbers, from `facts_of`; None where the texts are not known.
        known: words and numbers of all earlier articles (`corpus.Terms.words` and `numbers_of`).
        new_figures: for each paragraph the figures that no earlier article has (`figures.new_figures`), as written.
    """
    scores, articles, positions = _nearest(own, earlier)
    before = {hash: (i, j) for i in reversed(range(len(earlier))) for j, hash in enumerate(earlier[i].hashes)}
    found = []
    for position, hash in enumerate(own.hashes):
        nearest = None
        if hash in before:
            nearest = EarlierParagraph(*before[hash], 1.0)
        elif articles[position] >= 0:
            at = int(articles[position]), int(positions[position])
            nearest = EarlierParagraph(*at, round(min(float(scores[position]), 0.9999), 4))
        fresh = tuple(fact for fact in facts[position] if fact not in known) if facts and earlier else ()
        figures = tuple(new_figures[position]) if new_figures and earlier else ()
        found.append(_paragraph(nearest, fresh, figures, counts=bool(own.weights[position])))
    values = np.array([paragraph.novelty for paragraph in found])
    total = float(own.weights.sum())
    mean = float(values @ own.weights) / total if total else float(values.mean()) if found else 0.0
    return Novelty(round(mean, 4), tuple(found))


def novelty_share(own: Side, earlier: Side) -> float:
    """`novelty(own, [earlier]).novelty`, without what stands behind it: for hits, of which there are many."""
    total = float(own.weights.sum())
    if not total:
        return 0.0
    fresh, counting = own.weights, earlier.weights > 0
    if counting.any():
        others = earlier.vectors if counting.all() else earlier.vectors[counting]
        cosines = np.minimum((own.vectors @ others.T).max(axis=1), 0.9999)
        support = (cosines - UNSUPPORTED) / (SUPPORTED - UNSUPPORTED)
        fresh = fresh * (1 - np.minimum(np.maximum(support, 0.0), 1.0))
    if not set(earlier.hashes).isdisjoint(own.hashes):
        fresh = fresh * np.array([hash not in earlier.hashes for hash in own.hashes])
    return round(float(fresh.sum()) / total, 4)


def facts_of(text: str, names: Collection[str], figures: Sequence[Figure] = ()) -> tuple[str, ...]:
    """The names of a paragraph and the numbers that are no figures, each once, in order.

    Args:
        text: the paragraph.
        names: the names of its article (`corpus.Terms.names`), since the first word of a sentence has a capital too. In
            the paragraph they need theirs as well, since a headline may have all words with capitals.
        figures: its figures, whose numbers are left out.
    """
    capitals = " ".join(word for word in text.split() if any(map(str.isupper, word)))
    found = [word for word in words(capitals) if word in names and word not in _CALENDAR]
    return tuple(dict.fromkeys([*found, *_numbers(_without(text, figures))]))


def numbers_of(text: str) -> set[str]:
    """The numbers of a text, in digits, without separators of thousands: "1,900" is "1900"."""
    return set(_numbers(text))


def _numbers(text: str) -> list[str]:
    return [without_thousands(number) for number in NUMERAL.findall(unicodedata.normalize("NFKC", text))]


def _without(text: str, figures: Sequence[Figure]) -> str:
    starts, ends = [0, *(figure.end for figure in figures)], [*(figure.start for figure in figures), len(text)]
    return " ".join(text[start:end] for start, end in zip(starts, ends, strict=True))


def _nearest(own: Side, earlier: Sequence[Side]) -> tuple[Floats, Ids, Ids]:
    """For each own paragraph the best cosine, and whose and which paragraph it is with; -1 for none."""
    scores = np.full(len(own.hashes), -np.inf)
    articles, positions = np.full(len(scores), -1, np.int64), np.full(len(scores), -1, np.int64)
    for i, side in enumerate(earlier):
        counting = np.flatnonzero(side.weights > 0)
        if not len(counting) or not len(scores):
            continue
        cosines = own.vectors @ side.vectors[counting].T
        at = cosines.argmax(axis=1)
        best = cosines[np.arange(len(at)), at]
        better = best > scores
        scores[better], articles[better], positions[better] = best[better], i, counting[at[better]]
    return scores, articles, positions


def _paragraph(
    nearest: EarlierParagraph | None, fresh: tuple[str, ...], figures: tuple[str, ...], *, counts: bool
) -> ParagraphNovelty:
    if not counts or (nearest is not None and nearest.score == 1.0):
        return ParagraphNovelty(0.0, (), (), nearest)
    cosine = nearest.score if nearest else UNSUPPORTED
    support = min(max((cosine - UNSUPPORTED) / (SUPPORTED - UNSUPPORTED), 0.0), 1.0)
    support *= (1 - FACT_SHARE) ** len(fresh) * (1 - FIGURE_SHARE) ** len(figures)
    return ParagraphNovelty(round(1 - support, 4), (*fresh, *figures), figures, nearest)
