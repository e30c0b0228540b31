"""What the pages read beyond what `service.answers` gives: places in threads, threads whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from corpus import Thread
from corpus.store import ThreadFilter, Transaction

from .. import answers
from ..archive import Archive
from ..models import Brief, MemberPage

NEWEST = 12
"""Threads on the front page."""


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
class WholeThread:
    """A thread with a page of its articles."""

    thread: Thread
    representative: Brief | None
    page: MemberPage
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
    with archive.store.read() as tx:
        thread = tx.threads.get(id)
        rows = tx.threads.members(id)
        stored = tx.articles.find(id=thread.representative)
    representative = answers.brief(archive, stored) if stored else None
    return WholeThread(thread, representative, page, _dates(archive, rows))


def _brief(archive: Archive, tx: Transaction, rows: list[int]) -> Brief | None:
    return next((answers.brief(archive, stored) for stored in tx.articles.of_rows(rows).values()), None)


def _dates(archive: Archive, rows: Iterable[int]) -> list[date]:
    collection = archive.collection
    with collection.lock.reading():
        days = [collection.member(row).day for row in rows if row in collection]
    return [(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)).date() for day in days if day == day]
