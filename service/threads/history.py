"""The history of threads as answers: lineage, decisions, runs, and the change log."""

from corpus import Decision, Run

from ..archive.view import View
from ..cursors import decode_number, encode_cursor
from . import models
from .decisions import DecisionOutcome


def lineage(view: View, id: str) -> models.ThreadLineage:
    """The lineage of a thread, living or gone.

    Raises:
        NoSuchThread: it never existed.
    """
    lines = view.tx.lineage.of(id)
    living = bool(view.tx.threads.headlines([id]))
    entries = [
        models.LineageEntry(
            sequence=line.sequence, at=line.at, cause=line.cause, level=line.level, event=line.event,
            thread=line.thread, other=line.other,
        )
        for line in lines
    ]  # fmt: skip
    heirs = [] if living else view.tx.lineage.heirs(id)
    return models.ThreadLineage(id=id, living=living, heirs=heirs, lineage=entries)


def decision(view: View, made: Decision) -> models.DecisionAnswer:
    """A decision."""
    named = [*made.articles, *made.others]
    stored = view.tx.articles.rows(named)
    back = made.undone
    undone = models.UndoneAnswer(at=back.at, who=back.who, why=back.why) if back else None
    return models.DecisionAnswer(
        id=made.id, kind=made.kind, at=made.at, who=made.who, why=made.why, articles=list(made.articles),
        others=list(made.others), thread=made.thread, source=made.source, headline=made.headline, undone=undone,
        missing=[id for id in named if id not in stored],
    )  # fmt: skip


def decided(view: View, outcome: DecisionOutcome) -> models.Decided:
    """A decision that was just made."""
    return models.Decided(decision=decision(view, outcome.decision), moved=list(outcome.moved))


def decision_page(view: View, *, cursor: str | None = None, limit: int = 50) -> models.DecisionPage:
    """A page of all decisions, the oldest first.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = decode_number(cursor) or 0
    found = view.tx.decisions.list(after=after, limit=limit + 1)
    following = encode_cursor(found[limit - 1][0]) if len(found) > limit else None
    return models.DecisionPage(decisions=[decision(view, made) for _, made in found[:limit]], next=following)


def run(found: Run) -> models.RunAnswer:
    """A run."""
    return models.RunAnswer(
        id=found.id, state=found.state, created_at=found.created_at, ended_at=found.ended_at,
        based_on=found.based_on, kept=found.kept, difference=models.DifferenceAnswer.model_validate(found.summary),
    )  # fmt: skip


def run_page(view: View, limit: int = 50) -> models.RunPage:
    """Runs, the newest first."""
    return models.RunPage(runs=[run(found) for found in view.tx.runs.list(limit=limit)])


def change_page(view: View, *, after: int, limit: int) -> models.ChangePage:
    """What happened after a sequence, in order."""
    found = list(view.tx.changes.after(after, limit=limit))
    changes = [
        models.ChangeAnswer(
            sequence=change.sequence, at=change.at, event=change.event, article=change.article, thread=change.thread,
            other=change.other,
        )
        for change in found
    ]  # fmt: skip
    following = found[-1].sequence if found else after
    return models.ChangePage(changes=changes, next=following, last=view.tx.changes.last())
