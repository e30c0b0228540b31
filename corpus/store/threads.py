"""Threads and their members: each article is in exactly one thread of each level, and no thread is empty."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select, update

from ..article import Precision, Published
from ..errors import NoSuchThread
from ..run import Assignments
from ..thread import Assignment, Level, Thread
from . import times
from .articles import batches
from .schema import articles, counters, thread_members, threads

_BUILT = "threads_built"
"""Counter: the highest row when everything was last clustered."""
_THERE = select(threads.c.id).where(threads.c.id.in_(bindparam("ids", expanding=True)))
_HEADLINE = func.coalesce(threads.c.renamed, threads.c.headline).label("shown")
_NAME = func.coalesce(threads.c.renamed, func.nullif(threads.c.name, ""), threads.c.headline).label("called")


@dataclass(frozen=True, slots=True)
class ThreadFilter:
    """Which threads to list. Times are compared with the dates of a thread's first and last article."""

    since: str | None = None
    """Last seen on or after this instant (ISO 8601, UTC)."""
    until: str | None = None
    """First seen before this instant."""
    at_least: int = 1
    """Minimal number of articles."""
    source: str | None = None
    text: str | None = None
    """Text that the headline or the name contains."""
    level: Level | None = Level.STORY
    """None: all levels."""


class Threads:
    """The threads, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save_all(self, some: Sequence[Thread], *, full: bool = True) -> None:
        """Store or replace descriptions of threads (not their members); an editor's headline stays.

        Args:
            some: the descriptions, each thread once.
            full: replace names, headlines, key terms and representatives too; else those of stored threads stay.
        """
        values = [_values(thread, full=full) for thread in some]
        every = [thread.id for thread in some]
        stored = {id for ids in batches(every) for id in self._connection.scalars(_THERE, {"ids": ids})}
        if known := [of for of in values if of["of"] in stored]:
            self._connection.execute(update(threads).where(threads.c.id == bindparam("of")), known)
        if new := [of for of in values if of["of"] not in stored]:
            self._connection.execute(insert(threads), [{"id": of.pop("of")} | of for of in new])

    def rename(self, id: str, headline: str | None) -> None:
        """Give a thread a headline; None for its representative's."""
        self._connection.execute(update(threads).where(threads.c.id == id).values(renamed=headline))

    def assign_all(self, members: Sequence[tuple[int, Level, str, float | None]]) -> None:
        """Assign articles to threads (saved before), replacing their former ones: (row, level, thread, score)."""
        own = and_(thread_members.c.article == bindparam("row"), thread_members.c.level == bindparam("at"))
        if members:
            self._connection.execute(
                delete(thread_members).where(own), [{"row": row, "at": level.value} for row, level, *_ in members]
            )
            self._connection.execute(
                insert(thread_members),
                [{"article": r, "level": level.value, "thread": t, "score": s} for r, level, t, s in members],
            )

    def remove(self, ids: Collection[str]) -> None:
        """Remove threads, which must be empty."""
        if ids:
            gone = delete(threads).where(threads.c.id == bindparam("gone"))
            self._connection.execute(gone, [{"gone": id} for id in sorted(ids)])

    def note_built(self, last: int) -> None:
        """Record that a clustering of all articles up to row `last` is in force."""
        self._connection.execute(delete(counters).where(counters.c.name == _BUILT))
        self._connection.execute(insert(counters).values(name=_BUILT, value=last))

    def added_since_built(self) -> int:
        """How many articles were added since the last `note_built` (all, where there was none)."""
        built = select(counters.c.value).where(counters.c.name == _BUILT).scalar_subquery()
        query = select(func.count()).select_from(articles).where(articles.c.row > func.coalesce(built, 0))
        return self._connection.scalar(query) or 0

    def get(self, id: str) -> Thread:
        """The thread with this id.

        Raises:
            NoSuchThread: no thread has this id.
        """
        if (found := self.find(id)) is None:
            raise NoSuchThread(id)
        return found

    def find(self, id: str) -> Thread | None:
        """The thread with this id; None where there is none."""
        row = self._connection.execute(select(threads).where(threads.c.id == id)).first()
        return _thread(row) if row else None

    def of(self, row: int, level: Level = Level.STORY) -> Thread | None:
        """The thread of a level that an article is in; None for a row that is not stored."""
        own = and_(thread_members.c.article == row, thread_members.c.level == level.value)
        query = select(threads).join(thread_members).where(own)
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
        """An article's position in the order of `members`, for its `after`."""
        at = self._connection.scalar(select(articles.c.published_at).where(articles.c.row == row))
        return at or "", row

    def membership(self, level: Level = Level.STORY) -> dict[int, str]:
        """Row -> id of its thread of a level, for every article."""
        query = select(thread_members.c.article, thread_members.c.thread).where(thread_members.c.level == level.value)
        return {row: thread for row, thread in self._connection.execute(query.order_by(thread_members.c.article))}

    def assignments(self) -> Assignments:
        """The stored assignments of all articles."""
        threads_of: dict[int, dict[Level, str]] = defaultdict(dict)
        scores: dict[int, dict[Level, float]] = defaultdict(dict)
        for row, name, thread, score in self._connection.execute(select(thread_members)):
            level = Level(name)
            threads_of[row][level] = thread
            if score is not None:
                scores[row][level] = score
        return Assignments(
            {row: Assignment(*(own[level] for level in Level)) for row, own in threads_of.items()}, scores
        )

    def children(self, id: str) -> list[str]:
        """Ids of the threads one level down within this one, the latest first."""
        at = func.coalesce(threads.c.last_seen, "")
        query = select(threads.c.id).where(threads.c.parent == id).order_by(at.desc(), threads.c.id)
        return list(self._connection.scalars(query))

    def headlines(self, ids: Collection[str]) -> dict[str, str]:
        """Id -> headline, of the threads that exist."""
        query = select(threads.c.id, _HEADLINE).where(threads.c.id == bindparam("wanted"))
        found = (self._connection.execute(query, {"wanted": id}).first() for id in ids)
        return {row.id: row.shown for row in found if row}

    def called(self, ids: Collection[str]) -> dict[str, str]:
        """Id -> name, of the threads that exist; the headline where one has no name yet."""
        query = select(threads.c.id, _NAME).where(threads.c.id == bindparam("wanted"))
        found = (self._connection.execute(query, {"wanted": id}).first() for id in ids)
        return {row.id: row.called for row in found if row}

    def names(self, ids: Collection[str]) -> dict[str, tuple[str, int]]:
        """Id -> name and `Thread.named_at`, of the threads that have one; what editors called them is not looked at."""
        query = select(threads.c.id, threads.c.name, threads.c.named_at).where(threads.c.name != "")
        query = query.where(threads.c.id.in_(bindparam("ids", expanding=True)))
        return {
            row.id: (row.name, row.named_at)
            for some in batches(ids)
            for row in self._connection.execute(query, {"ids": some})
        }

    def is_taken(self, name: str, level: Level, but: str) -> bool:
        """Whether another thread of the level has this name."""
        query = select(threads.c.id).where(threads.c.name == name, threads.c.level == level.value, threads.c.id != but)
        return self._connection.scalar(query.limit(1)) is not None

    def scores(self, id: str) -> dict[int, float | None]:
        """Row -> score (0..1) with which it was assigned to this thread; None for its first article."""
        query = select(thread_members.c.article, thread_members.c.score).where(thread_members.c.thread == id)
        return {row: score for row, score in self._connection.execute(query)}

    def list(
        self, wanted: ThreadFilter, *, after: tuple[str, str] | None = None, limit: int = 50
    ) -> Iterator[tuple[Thread, tuple[str, str]]]:
        """Threads, the latest first, each with its position, for `after`."""
        at = func.coalesce(threads.c.last_seen, "")
        query = _filtered(select(threads), wanted)
        if after is not None:
            query = query.where(or_(at < after[0], and_(at == after[0], threads.c.id > after[1])))
        for row in self._connection.execute(query.order_by(at.desc(), threads.c.id).limit(limit)):
            yield _thread(row), (row.last_seen or "", row.id)

    def count(self, wanted: ThreadFilter = ThreadFilter()) -> int:
        """How many threads match."""
        query: Select[Any] = _filtered(select(func.count()).select_from(threads), wanted)
        return self._connection.scalar(query) or 0


def _filtered(query: Select[Any], wanted: ThreadFilter) -> Select[Any]:
    query = query.where(threads.c.articles >= wanted.at_least)
    if wanted.level:
        query = query.where(threads.c.level == wanted.level.value)
    if wanted.since:
        query = query.where(threads.c.last_seen >= wanted.since)
    if wanted.until:
        query = query.where(threads.c.first_seen < wanted.until)
    if wanted.text:
        query = query.where(
            or_(_HEADLINE.icontains(wanted.text, autoescape=True), _NAME.icontains(wanted.text, autoescape=True))
        )
    if wanted.source:
        own = select(thread_members.c.article).join(articles).where(thread_members.c.thread == threads.c.id)
        query = query.where(own.where(articles.c.source == wanted.source).exists())
    return query


def _values(thread: Thread, *, full: bool) -> dict[str, Any]:
    """Columns of a thread, and its id as `of`; without `full` not those that describe its representative."""
    values: dict[str, Any] = {
        "of": thread.id,
        "level": thread.level.value,
        "parent": thread.parent,
        "first_seen": _encode(thread.first_seen),
        "last_seen": _encode(thread.last_seen),
        "articles": thread.articles,
        "sources": list(thread.sources),
    }
    if full:
        values |= {
            "headline": thread.headline,
            "terms": list(thread.terms),
            "representative": thread.representative,
            "name": thread.name,
            "named_at": thread.named_at,
        }
    return values


def _encode(published: Published | None) -> str | None:
    return f"{times.to_text(published.at)} {published.precision.value}" if published else None


def _decode(text: str | None) -> Published | None:
    if text is None:
        return None
    at, precision = text.split(" ")
    return Published(times.from_text(at), Precision(precision))


def _thread(row: Row[*tuple[Any, ...]]) -> Thread:
    return Thread(
        row.id, row.renamed or row.headline, tuple(row.terms), row.representative, _decode(row.first_seen),
        _decode(row.last_seen), row.articles, tuple(row.sources), Level(row.level), row.parent,
        row.renamed or row.name or row.headline, row.named_at,
    )  # fmt: skip
