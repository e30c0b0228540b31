"""Two articles side by side as columns of paragraphs, each with its counterpart; and what is new in one. No store.

Of a paragraph the page shows its number, its text, and one of: its counterpart and how near that is; that it stands
only here; that it counts nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from embeddings.compare import CLOSE_LEAST, COPIED_LEAST

from ...compare.models import AlignedSide, AlignmentAnswer, ChangedFigure, NovelSpan, NoveltyAnswer
from ...models import Brief
from .words import figure_words, percent

NEW_LEAST = 0.7
"""Novelty from which a paragraph is marked: no earlier one could be its counterpart (a cosine of `PAIRED_LEAST`, .55,
is .7 new), or its names and numbers make up for it. One with a new figure, or another figure than before, is marked
whatever its novelty: that figure is the news."""
_FACTS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph in its column."""

    n: int
    """1, 2, 3..."""
    text: str
    counts: bool
    other: int | None
    """Its counterpart's number; None where it has none."""
    likeness: str
    """What the two share, in words."""
    score: float
    figures: str
    """The figures that are others in the counterpart, in words."""


@dataclass(frozen=True, slots=True)
class Column:
    """One of the two articles."""

    brief: Brief
    covered: float
    shares: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class News:
    """What an article adds to the earlier ones of its thread."""

    against: int
    novelty: float
    marks: Mapping[int, str]
    """Position of each new paragraph -> its new names and numbers, in words; "" where there are none."""


def columns(found: AlignmentAnswer) -> tuple[Column, Column]:
    """Both articles."""
    return (
        _column(found.a, {pair.a: _Counterpart(pair.b, pair.score, pair.figures) for pair in found.pairs}),
        _column(found.b, {pair.b: _Counterpart(pair.a, pair.score, pair.figures) for pair in found.pairs}),
    )


def news(found: NoveltyAnswer) -> News | None:
    """The paragraphs to mark; None where there is nothing earlier."""
    if not found.against:
        return None
    new = [p for p in found.paragraphs if p.weight and (p.novelty >= NEW_LEAST or p.new_figures or p.changed_figures)]
    return News(len(found.against), found.novelty, {p.position: _facts(p) for p in new})


def likeness(score: float, *, contradicted: bool = False) -> str:
    """How near a counterpart is, in words; one with another figure says something else."""
    if contradicted:
        return "the same with another figure" if score >= CLOSE_LEAST else "on the same point, with another figure"
    if score == 1.0:
        return "the same text"
    if score >= COPIED_LEAST:
        return "nearly the same text"
    return "says the same" if score >= CLOSE_LEAST else "on the same point"


class _Counterpart(NamedTuple):
    position: int
    score: float
    figures: Sequence[ChangedFigure]


def _column(side: AlignedSide, pairs: Mapping[int, _Counterpart]) -> Column:
    shares = f"{percent(side.covered)} has a counterpart in the other article"
    if side.close:
        shares += f", {percent(side.close)} says the same"
    if side.copied:
        shares += f", {percent(side.copied)} is copied"
    if side.contradicted:
        shares += f", {percent(side.contradicted)} says it with another figure"
    return Column(side.article, side.covered, shares, list(_lines(side, pairs)))


def _lines(side: AlignedSide, pairs: Mapping[int, _Counterpart]) -> Iterable[Line]:
    for p in side.paragraphs:
        other = pairs.get(p.position)
        if other is None:
            yield Line(p.position + 1, p.text, p.weight > 0, None, "", 0.0, "")
            continue
        words = likeness(other.score, contradicted=bool(other.figures))
        yield Line(
            p.position + 1, p.text, p.weight > 0, other.position + 1, words, other.score, figure_words(other.figures)
        )


def _facts(p: NovelSpan) -> str:
    facts = [_as_written(fact, p.text) for fact in p.new_facts[:_FACTS_SHOWN]]
    return ", ".join(filter(None, [*facts, figure_words(p.changed_figures)]))


def _as_written(fact: str, text: str) -> str:
    """A name with its capitals, where it stands in the text as it is compared."""
    found = re.search(rf"(?<!\w){re.escape(fact)}(?!\w)", text, re.IGNORECASE)
    return found.group() if found else fact
