"""The life of threads: lineage, decisions, runs, and the feed of changes."""

import math

from corpus import Decision, Run
from corpus.dates import moment
from corpus.store import Transaction

from ..archive.archive import Archive
from ..cursors import decode, encode_cursor
from . import models
from .building import Window
from .decisions import DecisionOutcome

SECONDS = 86_400
"""Of a day."""


def window(since: str | None, until: str | None) -> Window | None:
    """The span of time that two dates name, the last one whole; None where neither is given.

    Raises:
        BadRecord: one is no date; names the field.
    """
    if since is None and until is None:
        return None
    return Window(
        moment(since, "since").timestamp() / SECONDS if since else -math.inf,
        moment(until, "until", end=True).timestamp() / SECONDS if until else math.inf,
    )


def lineage(archive: Archive, id: str) -> models.LineageAnswer:
    """All that became of a thread, living or gone.

    Raises:
        NoSuchThread: there never was one with this id.
    """
    with archive.store.read() as tx:
        lines = tx.lineage.of(id)
        living = bool(tx.threads.headlines([id]))
        heirs = [] if living else tx.lineage.heirs(id)
    entries = [
        models.LineageEntry(
            sequence=line.sequence, at=line.at, cause=line.cause, level=line.level.value, fate=line.fate.value,
            thread=line.thread, other=line.other,
        )
        for line in lines
    ]  # fmt: skip
    return models.LineageAnswer(id=id, living=living, heirs=heirs, lineage=entries)


def decision(tx: Transaction, made: Decision) -> models.DecisionAnswer:
    """A decision."""
    named = [*made.articles, *made.others]
    stored = tx.articles.rows(named)
    back = made.undone
    undone = models.UndoneAnswer(at=back.at, who=back.who, why=back.why) if back else None
    return models.DecisionAnswer(
        id=made.id, kind=made.kind.value, at=made.at, who=made.who, why=made.why, articles=list(made.articles),
        others=list(made.others), thread=made.thread, source=made.source, headline=made.headline, undone=undone,
        missing=[id for id in named if id not in stored],
    )  # fmt: skip


def decided(archive: Archive, what: DecisionOutcome) -> models.DecidedAnswer:
    """A decision that was just made."""
    with archive.store.read() as tx:
        return models.DecidedAnswer(decision=decision(tx, what.decision), moved=list(what.moved))


def decision_page(archive: Archive, *, cursor: str | None = None, limit: int = 50) -> models.DecisionPage:
    """A page of all decisions, the oldest first.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = int(decode(cursor, (int,))[0]) if cursor else 0
    with archive.store.read() as tx:
        found = tx.decisions.list(after=after, limit=limit + 1)
        shown = [decision(tx, made) for _, made in found[:limit]]
    return models.DecisionPage(decisions=shown, next=encode_cursor(found[limit - 1][0]) if len(found) > limit else None)


def run(found: Run) -> models.RunAnswer:
    """A run."""
    return models.RunAnswer(
        id=found.id, state=found.state.value, created_at=found.created_at, ended_at=found.ended_at,
        based_on=found.based_on, kept=found.kept, difference=models.DifferenceAnswer.model_validate(found.summary),
    )  # fmt: skip


def run_page(archive: Archive, limit: int = 50) -> models.RunPage:
    """Runs, the newest first."""
    with archive.store.read() as tx:
        return models.RunPage(runs=[run(found) for found in tx.runs.list(limit=limit)])


def change_page(archive: Archive, *, after: int, limit: int) -> models.ChangePage:
    """What happened behind a sequence, in order."""
    with archive.store.read() as tx:
        found = list(tx.changes.after(after, limit=limit))
        last = tx.changes.last()
    changes = [
        models.ChangeAnswer(
            sequence=c.sequence, at=c.at, event=c.event.value, article=c.article, thread=c.thread, other=c.other
        )
        for c in found
    ]
    return models.ChangePage(changes=changes, next=found[-1].sequence if found else after, last=last)
