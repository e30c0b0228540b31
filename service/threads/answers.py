"""Threads, and their articles, page by page."""

from corpus import Thread
from corpus.store import ThreadFilter

from ..archive.archive import Archive
from ..archive.briefs import brief
from ..cursors import decode, encode_cursor
from . import models as thread_models
from .decisions_for import decisions_about
from .detail import detail_fields
from .finding import living
from .history import decision
from .models import Member, MemberPage, ThreadAnswer, ThreadPage
from .novelty import member_novelty


def thread(found: Thread) -> ThreadAnswer:
    """A thread."""
    return ThreadAnswer(
        id=found.id,
        level=found.level.value,
        parent=found.parent,
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


def thread_detail(archive: Archive, id: str) -> thread_models.ThreadDetail:
    """A thread with its parts, and what it is told by.

    Raises:
        ThreadGone, NoSuchThread: there is no such thread, any more or at all.
    """
    with archive.store.read() as tx:
        found = living(tx, id)
        decisions = [decision(tx, made) for made in decisions_about(archive, tx, id)]
        return thread_models.ThreadDetail(
            **thread(found).model_dump(), children=tx.threads.children(id), decisions=decisions,
            **detail_fields(archive, tx, found),
        )  # fmt: skip


def thread_page(archive: Archive, wanted: ThreadFilter, *, cursor: str | None = None, limit: int = 50) -> ThreadPage:
    """A page of threads, the latest first.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    found, total, following = list_threads(archive, wanted, cursor=cursor, limit=limit)
    return ThreadPage(threads=[thread(t) for t in found], total=total, next=following)


def list_threads(
    archive: Archive, wanted: ThreadFilter, *, cursor: str | None = None, limit: int = 50
) -> tuple[list[Thread], int, str | None]:
    """Threads, the latest first; how many match in all; and the cursor of the next page.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    last, id = decode(cursor, (str, str)) if cursor else (None, None)
    after = (str(last), str(id)) if cursor else None
    with archive.store.read() as tx:
        found = list(tx.threads.list(wanted, after=after, limit=limit + 1))
        total = tx.threads.count(wanted)
    return [t for t, _ in found[:limit]], total, encode_cursor(*found[limit - 1][1]) if len(found) > limit else None


def thread_articles(archive: Archive, id: str, *, cursor: str | None = None, limit: int = 50) -> MemberPage:
    """A page of a thread's articles in order of time.

    Raises:
        ThreadGone, NoSuchThread: there is no such thread, any more or at all.
        BadCursor: the cursor is not one that an answer gave.
    """
    at, row = decode(cursor, (str, int)) if cursor else (None, None)
    after = (str(at), int(row or 0)) if cursor else None
    with archive.store.read() as tx:
        living(tx, id)
        rows = tx.threads.members(id, after=after, limit=limit + 1)
        stored = tx.articles.of_rows(rows)
        scores = tx.threads.scores(id)
        position = tx.threads.position(rows[limit - 1]) if len(rows) > limit else None
        new = member_novelty(archive, tx, rows[:limit], tx.threads.members(id))
    return MemberPage(
        articles=[
            Member(**brief(archive, stored[row]).model_dump(), score=scores.get(row), novelty=new.get(row))
            for row in rows[:limit]
        ],
        next=encode_cursor(*position) if position else None,
    )
