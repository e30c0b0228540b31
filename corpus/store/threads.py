"""Threads and which article is in which: exactly one each, and no thread without articles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, or_, select, update

from ..article import Precision, Published
from ..errors import NoSuchThread
from ..thread import Thread
from . import times
from .schema import articles, counters, thread_members, threads

_BUILT = "threads_built"
"""Counter: the highest row that the last whole clustering knew."""


@dataclass(frozen=True, slots=True)
class ThreadFilter:
    """Which threads to list. Times are compared with a thread's first and last article."""

    since: str | None = None
    """Last seen on or after this instant (ISO 8601, UTC)."""
    until: str | None = None
    """First seen before this instant."""
    at_least: int = 1
    """Articles in it."""
    source: str | None = None
    text: str | None = None
    """Words that the headline contains."""


class Threads:
    """The threads, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, thread: Thread) -> None:
        """Store or replace what is said about a thread (not who is in it)."""
        values: dict[str, Any] = {
            "headline": thread.headline,
            "terms": list(thread.terms),
            "representative": thread.representative,
            "first_seen": _encode(thread.first_seen),
            "last_seen": _encode(thread.last_seen),
            "articles": thread.articles,
            "sources": list(thread.sources),
        }
        changed = self._connection.execute(update(threads).where(threads.c.id == thread.id).values(**values))
        if not changed.rowcount:
            self._connection.execute(insert(threads).values(id=thread.id, **values))

    def assign(self, row: int, thread: str, score: float | None) -> None:
        """Put an article into a thread (which must be saved already) and out of the one that it was in."""
        self._connection.execute(delete(thread_members).where(thread_members.c.article == row))
        self._connection.execute(insert(thread_members).values(article=row, thread=thread, score=score))

    def replace_all(self, found: Mapping[str, Thread], members: Mapping[int, tuple[str, float | None]]) -> None:
        """Publish a whole clustering: these threads with these members (row -> thread, score), and no other."""
        self._connection.execute(delete(thread_members))
        self._connection.execute(delete(threads))
        for thread in found.values():
            self.save(thread)
        values = [{"article": row, "thread": t, "score": s} for row, (t, s) in members.items()]
        if values:
            self._connection.execute(insert(thread_members), values)
        self._connection.execute(delete(counters).where(counters.c.name == _BUILT))
        self._connection.execute(insert(counters).values(name=_BUILT, value=max(members, default=0)))

    def added_since_built(self) -> int:
        """How many articles came since the last `replace_all` (all, where there was none)."""
        built = select(counters.c.value).where(counters.c.name == _BUILT).scalar_subquery()
        query = select(func.count()).select_from(articles).where(articles.c.row > func.coalesce(built, 0))
        return self._connection.scalar(query) or 0

    def remove_empty(self) -> list[str]:
        """Remove threads that have lost their last article; returns their ids."""
        has_member = select(thread_members.c.article).where(thread_members.c.thread == threads.c.id).exists()
        return list(self._connection.scalars(delete(threads).where(~has_member).returning(threads.c.id)))

    def get(self, id: str) -> Thread:
        """The thread with this id.

        Raises:
            NoSuchThread: there is none.
        """
        row = self._connection.execute(select(threads).where(threads.c.id == id)).first()
        if row is None:
            raise NoSuchThread(id)
        return _thread(row)

    def of(self, row: int) -> Thread | None:
        """The thread that an article is in."""
        query = select(threads).join(thread_members).where(thread_members.c.article == row)
        found = self._connection.execute(query).first()
        return _thread(found) if found else None

    def members(self, id: str, *, after: tuple[str, int] | None = None, limit: int | None = None) -> list[int]:
        """Rows of a thread's articles in order of time (undated ones first, in order of arrival)."""
        at = func.coalesce(articles.c.published_at, "")
        query = select(articles.c.row).join(thread_members).where(thread_members.c.thread == id)
        if after is not None:
            query = query.where(or_(at > after[0], and_(at == after[0], articles.c.row > after[1])))
        return list(self._connection.scalars(query.order_by(at, articles.c.row).limit(limit)))

    def position(self, row: int) -> tuple[str, int]:
        """Where an article stands in the order of `members`: for `after`."""
        at = self._connection.scalar(select(articles.c.published_at).where(articles.c.row == row))
        return at or "", row

    def membership(self) -> dict[int, str]:
        """Row -> thread id of every article."""
        query = select(thread_members.c.article, thread_members.c.thread).order_by(thread_members.c.article)
        return {row: thread for row, thread in self._connection.execute(query)}

    def scores(self, id: str) -> dict[int, float | None]:
        """Row -> membership (0..1) with which it was put into this thread."""
        query = select(thread_members.c.article, thread_members.c.score).where(thread_members.c.thread == id)
        return {row: score for row, score in self._connection.execute(query)}

    def list(
        self, wanted: ThreadFilter, *, after: tuple[str, str] | None = None, limit: int = 50
    ) -> Iterator[tuple[Thread, tuple[str, str]]]:
        """Threads, the latest first, each with the position to go on from (`after`)."""
        at = func.coalesce(threads.c.last_seen, "")
        query = _filtered(select(threads), wanted)
        if after is not None:
            query = query.where(or_(at < after[0], and_(at == after[0], threads.c.id > after[1])))
        for row in self._connection.execute(query.order_by(at.desc(), threads.c.id).limit(limit)):
            yield _thread(row), (row.last_seen or "", row.id)

    def count(self, wanted: ThreadFilter = ThreadFilter()) -> int:
        """How many threads there are (that match)."""
        query: Select[Any] = _filtered(select(func.count()).select_from(threads), wanted)
        return self._connection.scalar(query) or 0


def _filtered(query: Select[Any], wanted: ThreadFilter) -> Select[Any]:
    query = query.where(threads.c.articles >= wanted.at_least)
    if wanted.since:
        query = query.where(threads.c.last_seen >= wanted.since)
    if wanted.until:
        query = query.where(threads.c.first_seen < wanted.until)
    if wanted.text:
        query = query.where(threads.c.headline.icontains(wanted.text, autoescape=True))
    if wanted.source:
        own = select(thread_members.c.article).join(articles).where(thread_members.c.thread == threads.c.id)
        query = query.where(own.where(articles.c.source == wanted.source).exists())
    return query


def _encode(published: Published | None) -> str | None:
    return f"{times.to_text(published.at)} {published.precision.value}" if published else None


def _decode(text: str | None) -> Published | None:
    if text is None:
        return None
    at, precision = text.split(" ")
    return Published(times.from_text(at), Precision(precision))


def _thread(row: Row[*tuple[Any, ...]]) -> Thread:
    return Thread(
        row.id, row.headline, tuple(row.terms), row.representative, _decode(row.first_seen),
        _decode(row.last_seen), row.articles, tuple(row.sources),
    )  # fmt: skip
