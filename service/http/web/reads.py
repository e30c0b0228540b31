"""What the pages read beyond what `service.answers` gives: places in threads, threads whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from corpus import Thread
from corpus.store import ThreadFilter, Transaction

from ... import answers
from ...archive.archive import Archive
from ...models import Brief
from ...threads.models import MemberPage, SummarySentence, ThreadDetail

NEWEST = 12
"""Threads on the front page."""
CHILDREN_MOST = 50
"""Parts of a thread that its page lists, the latest."""


@dataclass(frozen=True, slots=True)
class Front:
    """The front page."""

    articles: int
    threads: int
    newest: list[Thread]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands in its thread."""

    thread: Thread
    position: int
    """1, 2, 3... in order of time."""
    before: Brief | None
    after: Brief | None


@dataclass(frozen=True, slots=True)
class SourcedSentence:
    """A sentence of a thread's summary, and where it stands."""

    text: str
    article: Brief
    paragraph: int | None
    """Its position; None where it was replaced meanwhile."""


@dataclass(frozen=True, slots=True)
class WholeThread:
    """A thread with a page of its articles, and all that is told of it."""

    thread: Thread
    page: MemberPage
    detail: ThreadDetail
    summary: list[SourcedSentence]
    parent: Thread | None
    children: list[Thread]
    """In force, that concern it; the latest first."""
    dates: list[date]
    """Of all its dated articles."""


def front(archive: Archive) -> Front:
    """Counts, and the newest threads: of several articles where there are any."""
    newest, *_ = answers.list_threads(archive, ThreadFilter(at_least=2), limit=NEWEST)
    if not newest:
        newest, *_ = answers.list_threads(archive, ThreadFilter(), limit=NEWEST)
    with archive.store.read() as tx:
        return Front(tx.articles.count(), tx.threads.count(), newest)


def place_in_thread(archive: Archive, id: str) -> Place | None:
    """Where the article with this id stands in its thread.

    Raises:
        NoSuchArticle: there is none with this id.
    """
    with archive.store.read() as tx:
        row = tx.articles.get(id).row
        thread = tx.threads.of(row)
        if thread is None:
            return None
        rows = tx.threads.members(thread.id)
        at = rows.index(row)
        before, after = rows[max(0, at - 1) : at], rows[at + 1 : at + 2]
        return Place(thread, at + 1, _brief(archive, tx, before), _brief(archive, tx, after))


def whole_thread(archive: Archive, id: str, cursor: str | None, limit: int) -> WholeThread:
    """A thread with a page of its articles.

    Raises:
        NoSuchThread: there is none with this id.
        BadCursor: the cursor is not one that an answer gave.
    """
    page = answers.thread_articles(archive, id, cursor=cursor, limit=limit)
    detail = answers.thread_detail(archive, id)
    with archive.store.read() as tx:
        thread = tx.threads.get(id)
        rows = tx.threads.members(id)
        summary = list(_summary(archive, tx, detail.summary))
        parent = tx.threads.get(thread.parent) if thread.parent else None
        children = [tx.threads.get(child) for child in tx.threads.children(id)[:CHILDREN_MOST]]
    return WholeThread(thread, page, detail, summary, parent, children, _dates(archive, rows))


def _summary(archive: Archive, tx: Transaction, sentences: Iterable[SummarySentence]) -> Iterator[SourcedSentence]:
    for sentence in sentences:
        if stored := tx.articles.find(id=sentence.article):
            spans = [p for _, p in tx.articles.paragraphs_of([stored.row])[stored.row]]
            inside = (p.position for p in spans if p.start <= sentence.start < p.end)
            yield SourcedSentence(sentence.text, answers.brief(archive, stored), next(inside, None))


def _brief(archive: Archive, tx: Transaction, rows: list[int]) -> Brief | None:
    return next((answers.brief(archive, stored) for stored in tx.articles.of_rows(rows).values()), None)


def _dates(archive: Archive, rows: Iterable[int]) -> list[date]:
    collection = archive.collection
    with collection.lock.reading():
        days = [collection.member(row).day for row in rows if row in collection]
    return [(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date() for day in days if day == day]
