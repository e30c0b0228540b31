"""Two articles side by side: counterparts, what only one has, and what the one is to the other."""

from collections.abc import Sequence

from corpus import Paragraph
from corpus.records import Stored
from embeddings.compare import Shares, Side
from embeddings.search import scores_between

from ..archive.view import View
from . import models
from .figures import Beside, with_figures
from .pairs import asked_stored, describe_hit, verdicts_with


def alignment(view: View, a: str, b: str) -> models.AlignmentAnswer:
    """Two stored articles side by side, and what b is to a.

    Raises:
        NoSuchArticle: one of them is not stored.
    """
    one, other = view.tx.articles.get(a), view.tx.articles.get(b)
    spans = view.paragraphs([one.row, other.row])
    sides = view.sides([one.row, other.row])
    score, same_story = scores_between(view.collection, one.row, other.row)
    found = describe_hit(
        view, asked_stored(view, one.row), other.row, score=score, same_story=same_story,
        verdict=verdicts_with(view.tx.duplicates.with_close_calls(one.row), a).get(b), side=sides[1],
    )  # fmt: skip
    aligned = found.alignment
    agreed = with_figures(
        Beside(one.article, spans[one.row], sides[0]), Beside(other.article, spans[other.row], sides[1]), aligned
    )
    differing = sum(bool(pair.figures) for pair in agreed.pairs)
    return models.AlignmentAnswer(
        a=_side(view, one, sides[0], spans[one.row], aligned.a, agreed.a, aligned.only_a),
        b=_side(view, other, sides[1], spans[other.row], aligned.b, agreed.b, aligned.only_b),
        pairs=agreed.pairs,
        relation=found.relation,
        evidence={**found.evidence, **({"paragraphs_with_other_figures": differing} if differing else {})},
        score=round(score, 4),
        same_story=round(same_story, 4),
    )


def weight_of(paragraph: Paragraph, characters: float) -> float:
    """How much a paragraph counts, 0 to 1: the share of its characters that do."""
    return round(float(characters) / (paragraph.end - paragraph.start), 2)


def _side(
    view: View, stored: Stored, side: Side, spans: Sequence[Paragraph], shares: Shares, agreed: Shares,
    alone: Sequence[int],
) -> models.AlignedSide:  # fmt: skip
    text = stored.article.text
    return models.AlignedSide(
        article=view.brief(stored), covered=shares.covered, close=agreed.close, copied=agreed.copied,
        contradicted=round(shares.close - agreed.close, 4), alone=list(alone),
        paragraphs=[
            models.WeighedSpan.of(p, text, weight=weight_of(p, weight))
            for p, weight in zip(spans, side.weights, strict=True)
        ],
    )  # fmt: skip
