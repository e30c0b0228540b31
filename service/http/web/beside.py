"""Two articles side by side as columns of paragraphs, each with its counterpart; and what is new in one. No store.

Of a paragraph the page shows its number, its text, and one of: its counterpart and how near that is; that it stands
only here; that it counts nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from embeddings.compare import CLOSE_LEAST, COPIED_LEAST

from ...compare.models import AlignedSide, AlignmentAnswer, NovelSpan, NoveltyAnswer
from ...models import Brief
from .words import percent

NEW_LEAST = 0.7
"""Novelty from which a paragraph is marked: no earlier one could be its counterpart (a cosine of `PAIRED_LEAST`, .55,
is .7 new), or its names and numbers make up for it."""
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
        _column(found.a, {pair.a: (pair.b, pair.score) for pair in found.pairs}),
        _column(found.b, {pair.b: (pair.a, pair.score) for pair in found.pairs}),
    )


def news(found: NoveltyAnswer) -> News | None:
    """The paragraphs to mark; None where there is nothing earlier."""
    if not found.against:
        return None
    new = [p for p in found.paragraphs if p.weight and p.novelty >= NEW_LEAST]
    return News(len(found.against), found.novelty, {p.position: _facts(p) for p in new})


def likeness(score: float) -> str:
    """How near a counterpart is, in words."""
    if score == 1.0:
        return "the same text"
    if score >= COPIED_LEAST:
        return "nearly the same text"
    return "says the same" if score >= CLOSE_LEAST else "on the same point"


def _column(side: AlignedSide, pairs: Mapping[int, tuple[int, float]]) -> Column:
    shares = f"{percent(side.covered)} has a counterpart in the other article"
    if side.close:
        shares += f", {percent(side.close)} says the same"
    if side.copied:
        shares += f", {percent(side.copied)} is copied"
    return Column(side.article, side.covered, shares, list(_lines(side, pairs)))


def _lines(side: AlignedSide, pairs: Mapping[int, tuple[int, float]]) -> Iterable[Line]:
    for p in side.paragraphs:
        other, score = pairs.get(p.position, (None, 0.0))
        yield Line(p.position + 1, p.text, p.weight > 0, None if other is None else other + 1, likeness(score), score)


def _facts(p: NovelSpan) -> str:
    return ", ".join(_as_written(fact, p.text) for fact in p.new_facts[:_FACTS_SHOWN])


def _as_written(fact: str, text: str) -> str:
    """A name with its capitals, where it stands in the text as it is compared."""
    found = re.search(rf"(?<!\w){re.escape(fact)}(?!\w)", text, re.IGNORECASE)
    return found.group() if found else fact
