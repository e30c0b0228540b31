"""Threads and their articles as answers, page by page."""

from collections.abc import Iterator

from corpus import Level, Thread
from corpus.store import ThreadFilter

from ..archive.view import View
from ..cursors import decode, encode_cursor
from .decisions_for import decisions_about
from .detail import detail_fields
from .finding import living
from .history import decision
from .models import Member, MemberPage, ThreadAnswer, ThreadDetail, ThreadPage
from .novelty import member_novelty


def thread(found: Thread) -> ThreadAnswer:
    """A thread."""
    return ThreadAnswer(
        id=found.id,
        level=found.level,
        parent=found.parent,
        name=found.name,
        headline=found.headline,
        terms=list(found.terms),
        representative=found.representative,
        first_seen=found.first_seen.at if found.first_seen else None,
        first_seen_precision=found.first_seen.precision if found.first_seen else None,
        last_seen=found.last_seen.at if found.last_seen else None,
        last_seen_precision=found.last_seen.precision if found.last_seen else None,
        articles=found.articles,
        sources=list(found.sources),
    )


def thread_detail(view: View, id: str) -> ThreadDetail:
    """A thread with its parts, summary, trend, volume, and the decisions about it.

    Raises:
        ThreadGone, NoSuchThread: the thread does not exist, any more or at all.
    """
    found = living(view.tx, id)
    return ThreadDetail(
        **thread(found).model_dump(), children=view.tx.threads.children(id),
        decisions=[decision(view, made) for made in decisions_about(view, id)], **detail_fields(view, found),
    )  # fmt: skip


def thread_page(view: View, wanted: ThreadFilter, *, cursor: str | None = None, limit: int = 50) -> ThreadPage:
    """A page of threads, the latest first.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    found, total, following = list_threads(view, wanted, cursor=cursor, limit=limit)
    return ThreadPage(threads=[thread(t) for t in found], total=total, next=following)


def list_threads(
    view: View, wanted: ThreadFilter, *, cursor: str | None = None, limit: int = 50
) -> tuple[list[Thread], int, str | None]:
    """Threads, the latest first; how many match in all; and the cursor of the next page.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    last, id = decode(cursor, (str, str)) if cursor else (None, None)
    after = (str(last), str(id)) if cursor else None
    found = list(view.tx.threads.list(wanted, after=after, limit=limit + 1))
    following = encode_cursor(*found[limit - 1][1]) if len(found) > limit else None
    return [t for t, _ in found[:limit]], view.tx.threads.count(wanted), following


def thread_articles(view: View, id: str, *, cursor: str | None = None, limit: int = 50) -> MemberPage:
    """A page of a thread's articles in order of time.

    Raises:
        ThreadGone, NoSuchThread: the thread does not exist, any more or at all.
        BadCursor: the cursor is not one that an answer gave.
    """
    at, row = decode(cursor, (str, int)) if cursor else (None, None)
    after = (str(at), int(row or 0)) if cursor else None
    threads = view.tx.threads
    living(view.tx, id)
    rows = threads.members(id, after=after, limit=limit + 1)
    following = encode_cursor(*threads.position(rows[limit - 1])) if len(rows) > limit else None
    rows = rows[:limit]
    stored, scores = view.tx.articles.of_rows(rows), threads.scores(id)
    new = member_novelty(view, rows, threads.members(id))
    return MemberPage(
        articles=[
            Member(**view.brief(stored[row]).model_dump(), score=scores.get(row), novelty=new[row]) for row in rows
        ],
        next=following,
    )


def thread_rows(view: View, level: Level) -> Iterator[dict[str, str]]:
    """{"id", "thread", "name"} of every article, for export; the thread is the one of the level."""
    thread_of = view.levels[level].thread_of
    names = view.tx.threads.called(set(thread_of.values()))
    return ({"id": id, "thread": thread_of[row], "name": names[thread_of[row]]} for row, id in view.tx.articles.ids())
