"""Answers put together from the store and what was computed: shared by HTTP, the pages and the command line."""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from corpus import (
    Article,
    BadRecord,
    NoSuchArticle,
    Paragraph,
    Precision,
    Thread,
    Verdict,
    article_from_fields,
    canonical_url,
    parse_published,
)
from corpus.store import Stored, ThreadFilter, Transaction
from embeddings import Filter, Found, Hit, Query, find_related, headline

from . import models
from .archive import Archive
from .errors import BadCursor
from .ingest import Outcome, Prepared, encode, place, prepare, query_of


@dataclass(frozen=True, slots=True)
class RelatedRequest:
    """What `related` is asked: one of an article's id, its URL, or a text; and which articles may be hits."""

    article_id: str | None = None
    url: str | None = None
    text: str | None = None
    limit: int = 10
    since: str | None = None
    """A date, month, year or instant, in any form that articles may have; inclusive."""
    until: str | None = None
    """Inclusive too: until 2011-11-16 takes all of that day."""
    sources: Sequence[str] | None = None
    languages: Sequence[str] | None = None
    collapse: bool = True


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


def find_article(archive: Archive, id_or_url: str) -> Stored:
    """The article with this id, else the one with this URL.

    Raises:
        NoSuchArticle: there is neither.
    """
    with archive.store.read() as tx:
        if found := tx.articles.find(id=id_or_url):
            return found
        try:
            found = tx.articles.find(canonical_url=canonical_url(id_or_url))
        except BadRecord:
            found = None
    if found is None:
        raise NoSuchArticle(id_or_url)
    return found


def related(archive: Archive, request: RelatedRequest) -> models.RelatedAnswer:
    """Related coverage of an article or a text.

    Raises:
        NoSuchArticle: no article has the id or the URL.
        BadRecord: the text holds nothing to compare.
    """
    query, source = _query(archive, request)
    found = find_related(
        archive.collection,
        query,
        limit=request.limit,
        wanted=_filter(request),
        group_of=archive.groups.leader if request.collapse else None,
    )
    return _related_answer(archive, found, source)


def about_text(archive: Archive, text: str, limit: int) -> tuple[models.RelatedAnswer, list[models.Duplicate]]:
    """Related coverage of a text, and which stored articles it repeats; the text is encoded once.

    Raises:
        BadRecord: the text holds nothing to compare.
    """
    query, prepared = _query(archive, RelatedRequest(text=text))
    assert isinstance(prepared, Prepared)
    found = find_related(archive.collection, query, limit=limit, group_of=archive.groups.leader)
    with archive.store.read() as tx:
        verdicts = [verdict for _, verdict in place(archive, prepared, query, tx).verdicts]
        repeats = duplicates(archive, tx, verdicts, incoming=prepared.article)
    return _related_answer(archive, found, prepared), repeats


def check_duplicates(archive: Archive, fields: dict[str, object]) -> models.CheckAnswer:
    """What an article would be said to repeat, were it ingested now; nothing is stored.

    Raises:
        BadRecord: it is no article.
    """
    given, _ = article_from_fields(fields)
    prepared = prepare(archive, given)
    query = query_of(prepared, encode(archive, [prepared]))
    with archive.store.read() as tx:
        placed = place(archive, prepared, query, tx)
        verdicts = [verdict for _, verdict in placed.verdicts if verdict.earlier != given.id]
        return models.CheckAnswer(duplicates=duplicates(archive, tx, verdicts, incoming=given))


def outcome(archive: Archive, tx: Transaction, what: Outcome, incoming: Article) -> models.IngestAnswer:
    """What became of an incoming article."""
    return models.IngestAnswer(
        id=what.id,
        status=what.status.value,
        thread=what.thread,
        duplicates=duplicates(archive, tx, what.verdicts, incoming=incoming),
        paragraphs=what.paragraphs,
        notes=list(what.notes),
    )


def duplicates(
    archive: Archive, tx: Transaction, verdicts: Iterable[Verdict], incoming: Article | None = None
) -> list[models.Duplicate]:
    """Verdicts with the articles that they are about; `incoming` is one that need not be stored."""
    some = list(verdicts)
    briefs: dict[str, models.Brief] = {}
    for id in {verdict.article for verdict in some} | {verdict.earlier for verdict in some}:
        if stored := tx.articles.find(id=id):
            briefs[id] = brief(archive, stored)
    if incoming is not None and incoming.id not in briefs:
        briefs[incoming.id] = _brief(incoming, None)
    return [
        models.Duplicate(
            article=briefs[v.article], earlier=briefs[v.earlier], kind=v.kind.value, score=v.score,
            evidence=dict(v.evidence),
        )
        for v in some
        if v.article in briefs and v.earlier in briefs
    ]  # fmt: skip


def duplicate_page(archive: Archive, *, cursor: str | None, limit: int) -> models.DuplicatesPage:
    """A page of all verdicts.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = int(_decode(cursor, (int,))[0]) if cursor else 0
    with archive.store.read() as tx:
        found = list(tx.duplicates.all(after=after, limit=limit + 1))
        rows = list(dict.fromkeys(row for row, _ in found))
        shown = set(rows[:limit])
        answers = duplicates(archive, tx, (verdict for row, verdict in found if row in shown))
    return models.DuplicatesPage(duplicates=answers, next=_encode(rows[limit - 1]) if len(rows) > limit else None)


def thread(found: Thread) -> models.ThreadAnswer:
    """A thread."""
    return models.ThreadAnswer(
        id=found.id,
        headline=found.headline,
        terms=list(found.terms),
        representative=found.representative,
        first_seen=found.first_seen.at if found.first_seen else None,
        first_seen_precision=found.first_seen.precision.value if found.first_seen else None,
        last_seen=found.last_seen.at if found.last_seen else None,
        last_seen_precision=found.last_seen.precision.value if found.last_seen else None,
        articles=found.articles,
        sources=list(found.sources),
    )


def thread_page(
    archive: Archive, wanted: ThreadFilter, *, cursor: str | None = None, limit: int = 50
) -> models.ThreadPage:
    """A page of threads, the latest first.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    found, total, following = list_threads(archive, wanted, cursor=cursor, limit=limit)
    return models.ThreadPage(threads=[thread(t) for t in found], total=total, next=following)


def list_threads(
    archive: Archive, wanted: ThreadFilter, *, cursor: str | None = None, limit: int = 50
) -> tuple[list[Thread], int, str | None]:
    """Threads, the latest first; how many match in all; and the cursor of the next page.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    last, id = _decode(cursor, (str, str)) if cursor else (None, None)
    after = (str(last), str(id)) if cursor else None
    with archive.store.read() as tx:
        found = list(tx.threads.list(wanted, after=after, limit=limit + 1))
        total = tx.threads.count(wanted)
    return [t for t, _ in found[:limit]], total, _encode(*found[limit - 1][1]) if len(found) > limit else None


def thread_articles(archive: Archive, id: str, *, cursor: str | None = None, limit: int = 50) -> models.MemberPage:
    """A page of a thread's articles in order of time.

    Raises:
        NoSuchThread: there is no such thread.
        BadCursor: the cursor is not one that an answer gave.
    """
    at, row = _decode(cursor, (str, int)) if cursor else (None, None)
    after = (str(at), int(row or 0)) if cursor else None
    with archive.store.read() as tx:
        tx.threads.get(id)
        rows = tx.threads.members(id, after=after, limit=limit + 1)
        stored = tx.articles.of_rows(rows)
        scores = tx.threads.scores(id)
        position = tx.threads.position(rows[limit - 1]) if len(rows) > limit else None
    return models.MemberPage(
        articles=[
            models.Member(**brief(archive, stored[row]).model_dump(), score=scores.get(row)) for row in rows[:limit]
        ],
        next=_encode(*position) if position else None,
    )


def brief(archive: Archive, stored: Stored) -> models.Brief:
    """An article in a list."""
    return _brief(stored.article, archive.thread_of.get(stored.row))


def _brief(given: Article, thread: str | None) -> models.Brief:
    return models.Brief(
        id=given.id,
        headline=headline(given),
        published=given.published.at if given.published else None,
        published_precision=given.published.precision.value if given.published else None,
        source=given.source,
        language=given.language,
        url=given.url,
        thread=thread,
    )


def _query(archive: Archive, request: RelatedRequest) -> tuple[Query, Stored | Prepared]:
    if request.text is not None:
        given, _ = article_from_fields({"text": request.text})
        prepared = prepare(archive, given)
        return query_of(prepared, encode(archive, [prepared])), prepared
    if request.article_id is not None:
        with archive.store.read() as tx:
            stored = tx.articles.get(request.article_id)
    else:
        stored = find_article(archive, request.url or "")
    with archive.collection.lock.reading():
        if stored.row not in archive.collection:
            raise NoSuchArticle(stored.article.id)
        return archive.collection.query(stored.row), stored


def moment(text: str, field: str, *, end: bool = False) -> datetime:
    """The start (or the end, the first moment behind it) of the instant, day, month or year that a filter names.

    Raises:
        BadRecord: it is no date; names the field.
    """
    try:
        published = parse_published(text)
    except BadRecord as error:
        raise BadRecord(error.reason, field=field) from None
    at = published.at
    if not end:
        return at
    try:
        if published.precision is Precision.INSTANT:
            return at + timedelta(microseconds=1)
        if published.precision is Precision.DAY:
            return at + timedelta(days=1)
        months = 1 if published.precision is Precision.MONTH else 12
        return at.replace(year=at.year + (at.month - 1 + months) // 12, month=(at.month - 1 + months) % 12 + 1)
    except (OverflowError, ValueError):
        return datetime.max.replace(tzinfo=UTC)


def _filter(request: RelatedRequest) -> Filter | None:
    if not any((request.since, request.until, request.sources, request.languages)):
        return None
    return Filter(
        _days(moment(request.since, "since")) if request.since else None,
        _days(moment(request.until, "until", end=True)) if request.until else None,
        frozenset(request.sources) if request.sources else None,
        frozenset(language.lower() for language in request.languages) if request.languages else None,
    )


def _days(at: datetime) -> float:
    return at.timestamp() / 86_400


def _related_answer(archive: Archive, found: Found, source: Stored | Prepared) -> models.RelatedAnswer:
    rows = [hit.row for hit in found.hits]
    others = [*found.copies, *(row for hit in found.hits for row in hit.collapsed)]
    own = [source.row] if isinstance(source, Stored) else []
    positions = {position for hit in found.hits for pair in hit.pairs for position in (pair.query, pair.hit)}
    with archive.store.read() as tx:
        stored = tx.articles.of_rows([*rows, *others])
        some = tx.articles.paragraphs_of([*rows, *own], positions)
    paragraphs = {row: {p.position: p for _, p in spans} for row, spans in some.items()}
    mine = paragraphs[own[0]] if isinstance(source, Stored) else {p.position: p for p in source.paragraphs}
    return models.RelatedAnswer(
        hits=[
            _hit(archive, hit, stored, _Text(source.article.text, mine), paragraphs[hit.row])
            for hit in found.hits
            if hit.row in stored
        ],
        copies=[brief(archive, stored[row]) for row in found.copies if row in stored],
    )


@dataclass(frozen=True, slots=True)
class _Text:
    """A text and its paragraphs by position."""

    text: str
    paragraphs: dict[int, Paragraph]

    def span(self, position: int) -> models.Span:
        p = self.paragraphs[position]
        return models.Span(position=p.position, start=p.start, end=p.end, text=p.of(self.text))


def _hit(
    archive: Archive, hit: Hit, stored: dict[int, Stored], query: _Text, paragraphs: dict[int, Paragraph]
) -> models.HitAnswer:
    found = _Text(stored[hit.row].article.text, paragraphs)
    return models.HitAnswer(
        article=brief(archive, stored[hit.row]),
        score=round(hit.score, 4),
        pairs=[
            models.MatchingPair(score=round(p.score, 4), query=query.span(p.query), hit=found.span(p.hit))
            for p in hit.pairs
            if p.query in query.paragraphs and p.hit in paragraphs  # else it was replaced meanwhile
        ],
        explanation=models.ExplanationAnswer(**asdict(hit.explanation)),
        copies=[stored[row].article.id for row in hit.collapsed if row in stored],
    )


def _encode(*position: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def _decode(cursor: str, types: tuple[type, ...]) -> list[str | int]:
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(found, list) or [type(value) for value in found] != list(types):
        raise BadCursor(cursor)
    if any(not 0 <= v < 1 << 63 if isinstance(v, int) else not v.isprintable() for v in found):
        raise BadCursor(cursor)  # SQLite takes no larger numbers and no lone surrogates
    return found
