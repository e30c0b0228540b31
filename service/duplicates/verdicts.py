"""What repeats what: an article with its verdicts, lists of verdicts, and what became of an incoming article."""

from collections.abc import Iterable

from corpus import Article, Judged, Kind, Verdict
from corpus.store import Transaction

from .. import models
from ..archive.archive import Archive
from ..archive.briefs import brief, brief_of
from ..cursors import decode, encode_cursor
from ..ingest.writing import Outcome


def article(archive: Archive, id: str) -> models.ArticleAnswer:
    """One article whole.

    Raises:
        NoSuchArticle: there is none.
    """
    with archive.store.read() as tx:
        stored = tx.articles.get(id)
        paragraphs = [p for _, p in tx.articles.paragraphs_of([stored.row])[stored.row]]
        verdicts = tx.duplicates.of(stored.row)
        return models.ArticleAnswer(
            **brief(archive, stored).model_dump(),
            title=stored.article.title,
            text=stored.article.text,
            author=stored.article.author,
            section=stored.article.section,
            added_at=stored.added_at,
            updated_at=stored.updated_at,
            paragraphs=[
                models.Span(position=p.position, start=p.start, end=p.end, text=p.of(stored.article.text))
                for p in paragraphs
            ],
            duplicates=duplicates(archive, tx, verdicts),
        )


def outcome(archive: Archive, tx: Transaction, what: Outcome, incoming: Article) -> models.IngestAnswer:
    """What became of an incoming article."""
    return models.IngestAnswer(
        id=what.id,
        status=what.status.value,
        given=what.given,
        thread=what.thread,
        event=what.place.event if what.place else None,
        saga=what.place.saga if what.place else None,
        duplicates=duplicates(archive, tx, what.verdicts, incoming=incoming),
        paragraphs=what.paragraphs,
        notes=list(what.notes),
    )


def duplicates(
    archive: Archive, tx: Transaction, verdicts: Iterable[Verdict], incoming: Article | None = None
) -> list[models.Duplicate]:
    """Verdicts, no close calls, with the articles that they are about; `incoming` is one that need not be stored."""
    some = [verdict for verdict in verdicts if verdict.kind is not Kind.NEW]
    briefs: dict[str, models.Brief] = {}
    for id in {verdict.article for verdict in some} | {verdict.earlier for verdict in some}:
        if stored := tx.articles.find(id=id):
            briefs[id] = brief(archive, stored)
    if incoming is not None and incoming.id not in briefs:
        briefs[incoming.id] = brief_of(incoming, None)
    said = tx.duplicates.judged({verdict.article for verdict in some})
    return [
        models.Duplicate(
            article=briefs[v.article], earlier=briefs[v.earlier], kind=models.kind_name(v.kind), score=v.score,
            evidence=dict(v.evidence), judged=judged_answer(said.get((v.article, v.earlier))),
        )
        for v in some
        if v.article in briefs and v.earlier in briefs
    ]  # fmt: skip


def judged_answer(judged: Judged | None) -> models.JudgedAnswer | None:
    """What a person said."""
    if judged is None:
        return None
    return models.JudgedAnswer(kind=judged.kind.value, who=judged.who, why=judged.why, at=judged.at)


def duplicate_page(archive: Archive, *, cursor: str | None, limit: int) -> models.DuplicatesPage:
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
    return models.DuplicatesPage(duplicates=answers, next=encode_cursor(rows[limit - 1]) if len(rows) > limit else None)
