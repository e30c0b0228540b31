"""Which figures of two paragraphs differ, as answers: before and after, with what they are of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from corpus import Article, Paragraph, Precision
from embeddings.compare import CLOSE_LEAST, AlignedPair, Alignment, Shares, Side, shares_of
from embeddings.figures import FigureChange, changed_figures, figures

from . import models


class Beside(NamedTuple):
    """An article of which paragraphs stand beside those of another one."""

    article: Article
    paragraphs: Sequence[Paragraph]
    """The encoded ones, in the order of the text."""
    side: Side


class SameFigures(NamedTuple):
    """Two articles side by side, by what they say with their figures."""

    pairs: list[models.AlignedPair]
    a: Shares
    """As those of the alignment; of `close` and `copied` only what has no other figure in its counterpart."""
    b: Shares


def with_figures(a: Beside, b: Beside, found: Alignment) -> SameFigures:
    """An alignment with the figures that differ."""
    pairs = [_pair(a, b, p) for p in found.pairs]
    agreeing = [p for p, answer in zip(found.pairs, pairs, strict=True) if not answer.figures]
    return SameFigures(
        pairs,
        _agreed(found.a, a.side, {p.a: p.score for p in agreeing}),
        _agreed(found.b, b.side, {p.b: p.score for p in agreeing}),
    )


def _pair(a: Beside, b: Beside, p: AlignedPair) -> models.AlignedPair:
    differing = figures_between(a.article, a.paragraphs[p.a], b.article, b.paragraphs[p.b], p.score)
    return models.AlignedPair(a=p.a, b=p.b, score=round(p.score, 4), figures=differing)


def _agreed(whole: Shares, side: Side, scores: Mapping[int, float]) -> Shares:
    same = shares_of(side.weights, list(scores.items()))
    return replace(whole, close=same.close, copied=same.copied)


def figures_between(
    a: Article, mine: Paragraph, b: Article, theirs: Paragraph, score: float
) -> list[models.ChangedFigure]:
    """The figures of a paragraph that have others in their places in its counterpart.

    Args:
        a: the article of the one.
        mine: the one.
        b: the article of the other.
        theirs: the other.
        score: cosine of the two.
    """
    if score == 1.0:  # the same text
        return []
    one, other = mine.of(a.text), theirs.of(b.text)
    found = changed_figures(figures(one), figures(other), (_day(a), _day(b)), close=score >= CLOSE_LEAST)
    return [_changed(change, one, mine.start, other, theirs.start) for change in found]


def _changed(change: FigureChange, a: str, a_start: int, b: str, b_start: int) -> models.ChangedFigure:
    one, other = change
    return models.ChangedFigure(
        before=one.of(a), after=other.of(b), kind=one.kind, of=one.thing or other.thing,
        a_start=a_start + one.start, b_start=b_start + other.start,
    )  # fmt: skip


def _day(article: Article) -> date | None:
    """The day on which an article came out, where its source states it."""
    published = article.published
    return published.date if published and published.precision in (Precision.DAY, Precision.INSTANT) else None
