"""What repeats what: an article with its verdicts, lists of verdicts, and what became of an incoming article."""

from collections.abc import Iterable

from corpus import Article, Kind, Label, Verdict
from corpus.store import Transaction

from .. import models
from ..archive.archive import Archive
from ..archive.briefs import brief, brief_of
from ..cursors import decode, encode_cursor
from .models import Duplicate, DuplicatesPage, LabelAnswer, kind_name


def duplicates(
    archive: Archive, tx: Transaction, verdicts: Iterable[Verdict], incoming: Article | None = None
) -> list[Duplicate]:
    """Verdicts, no close calls, with the articles that they are about; `incoming` is one that need not be stored."""
    some = [verdict for verdict in verdicts if verdict.kind is not Kind.NEW]
    briefs: dict[str, models.Brief] = {}
    for id in {verdict.article for verdict in some} | {verdict.earlier for verdict in some}:
        if stored := tx.articles.find(id=id):
            briefs[id] = brief(archive, stored)
    if incoming is not None and incoming.id not in briefs:
        briefs[incoming.id] = brief_of(incoming, None)
    said = tx.duplicates.labels_of({verdict.article for verdict in some})
    return [
        Duplicate(
            article=briefs[v.article], earlier=briefs[v.earlier], kind=kind_name(v.kind), score=v.score,
            evidence=dict(v.evidence), judged=label_answer(said.get((v.article, v.earlier))),
        )
        for v in some
        if v.article in briefs and v.earlier in briefs
    ]  # fmt: skip


def label_answer(judged: Label | None) -> LabelAnswer | None:
    """What a person said."""
    if judged is None:
        return None
    return LabelAnswer(kind=judged.kind.value, who=judged.who, why=judged.why, at=judged.at)


def duplicate_page(archive: Archive, *, cursor: str | None, limit: int) -> DuplicatesPage:
    """A page of all verdicts.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = int(decode(cursor, (int,))[0]) if cursor else 0
    with archive.store.read() as tx:
        found = list(tx.duplicates.all(after=after, limit=limit + 1))
        rows = list(dict.fromkeys(row for row, _ in found))
        shown = set(rows[:limit])
        answers = duplicates(archive, tx, (verdict for row, verdict in found if row in shown))
    return DuplicatesPage(duplicates=answers, next=encode_cursor(rows[limit - 1]) if len(rows) > limit else None)
