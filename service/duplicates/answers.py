"""Pairs as they are shown: verdicts, labels, the queue of close calls."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

from corpus import Article, Kind, Label, Verdict

from ..archive.view import View, brief_of
from ..cursors import decode_number, encode_cursor
from ..models import Brief
from .doubtful import doubtful_pairs
from .models import Duplicate, DuplicatesPage, LabelAnswer, LabelPage, PairVerdict, ReviewAnswer

_Pair = TypeVar("_Pair", bound=PairVerdict)


def pair_answer(
    model: type[_Pair], verdict: Verdict, article: Brief, earlier: Brief, label: Label | None = None,
    **more: Any,  # noqa: ANN401 - fields of subclasses
) -> _Pair:  # fmt: skip
    """A verdict as it is shown: the one place where a pair gets its fields."""
    return model(
        article=article, earlier=earlier, kind=verdict.kind, score=verdict.score, evidence=dict(verdict.evidence),
        label=LabelAnswer(kind=label.kind, who=label.who, why=label.why, at=label.at) if label else None, **more,
    )  # fmt: skip


def duplicates(view: View, verdicts: Iterable[Verdict], incoming: Article | None = None) -> list[Duplicate]:
    """Verdicts, but no close calls, with the articles that they are about.

    Args:
        view: has the articles; a verdict on one that was removed since is left out.
        verdicts: on any articles.
        incoming: one of these articles, which need not be stored.
    """
    some = [verdict for verdict in verdicts if verdict.kind is not Kind.NEW]
    briefs: dict[str, Brief] = {}
    for id in {verdict.article for verdict in some} | {verdict.earlier for verdict in some}:
        if stored := view.tx.articles.find(id=id):
            briefs[id] = view.brief(stored)
    if incoming is not None and incoming.id not in briefs:
        briefs[incoming.id] = brief_of(incoming, None)
    labels = view.tx.duplicates.labels_of({verdict.article for verdict in some})
    return [
        pair_answer(Duplicate, v, briefs[v.article], briefs[v.earlier], labels.get((v.article, v.earlier)))
        for v in some
        if v.article in briefs and v.earlier in briefs
    ]


def duplicate_page(view: View, *, cursor: str | None = None, limit: int = 50) -> DuplicatesPage:
    """A page of all verdicts: those on `limit` articles at most.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = decode_number(cursor) or 0
    found = list(view.tx.duplicates.all(after=after, limit=limit + 1))
    rows = list(dict.fromkeys(row for row, _ in found))
    shown = set(rows[:limit])
    return DuplicatesPage(
        duplicates=duplicates(view, (verdict for row, verdict in found if row in shown)),
        next=encode_cursor(rows[limit - 1]) if len(rows) > limit else None,
    )


def labelled_pair(view: View, verdict: Verdict, label: Label | None = None) -> PairVerdict:
    """A verdict on two stored articles, whatever its kind.

    Raises:
        NoSuchArticle: one of them was removed meanwhile.
    """
    one, other = (view.tx.articles.get(id) for id in (verdict.article, verdict.earlier))
    return pair_answer(PairVerdict, verdict, view.brief(one), view.brief(other), label)


def label_page(view: View, *, cursor: str | None = None, limit: int = 50) -> LabelPage:
    """Pairs with a label, the latest label first.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = decode_number(cursor) or 0
    labels = sorted(view.tx.duplicates.labels().items(), key=lambda item: (item[1].at, item[0]), reverse=True)
    shown = [(view.tx.duplicates.find(*rows), label) for rows, label in labels[after : after + limit]]
    return LabelPage(
        labels=[labelled_pair(view, verdict, label) for verdict, label in shown if verdict], total=len(labels),
        next=encode_cursor(after + limit) if len(labels) > after + limit else None,
    )  # fmt: skip


def review(view: View, *, min_score: float = 0.2, max_score: float = 0.8, limit: int = 20) -> ReviewAnswer:
    """Pairs without a label, those first whose label is expected to change most; of one question one pair."""
    found = islice(doubtful_pairs(view, least=min_score, most=max_score), limit)
    return ReviewAnswer(pairs=[labelled_pair(view, question.subject.verdict) for question in found])


def verdict_rows(view: View) -> Iterable[dict[str, str | float]]:
    """All verdicts as they are exported, the later article first."""
    for _, v in view.tx.duplicates.all():
        yield {"a": v.article, "b": v.earlier, "kind": v.kind.value, "score": v.score}
