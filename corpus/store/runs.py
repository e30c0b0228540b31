"""Runs of the thread job: what each proposed, and what a rollback restores.

A run stores assignments as compressed JSON: a proposal those it proposes, a published run those before it. They are
kept for the last `KEPT` published runs and the last `KEPT` proposals.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ..errors import NoSuchRun
from ..run import Assignments, Run, RunState
from ..thread import Assignment, Level
from . import times
from .schema import runs

KEPT = 5
"""Published runs that can be rolled back, one after the other; and proposals that can be published."""


class Runs:
    """The runs, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, state: RunState, based_on: int, summary: Mapping[str, Any], assignments: Assignments) -> Run:
        """Store a run with the assignments that it proposes or, where it is published, those before it."""
        number = (self._connection.scalar(select(func.max(runs.c.number))) or 0) + 1
        now = times.to_text(times.now())
        self._connection.execute(
            insert(runs).values(
                id=f"r-{number}", number=number, state=state.value, created_at=now,
                ended_at=now if state is RunState.PUBLISHED else None, based_on=based_on, summary=dict(summary),
                arrangement=pack_assignments(assignments),
            )
        )  # fmt: skip
        self._forget(state)
        return self.get(f"r-{number}")

    def end(self, id: str, state: RunState, assignments: Assignments | None = None) -> None:
        """Store the new state of a run; its assignments are replaced by these, or dropped."""
        packed = None if assignments is None else pack_assignments(assignments)
        values = {"state": state.value, "ended_at": times.to_text(times.now()), "arrangement": packed}
        self._connection.execute(update(runs).where(runs.c.id == id).values(**values))
        self._forget(state)

    def get(self, id: str) -> Run:
        """The run with this id.

        Raises:
            NoSuchRun: no run has this id.
        """
        row = self._connection.execute(_RUNS.where(runs.c.id == id)).first()
        if row is None:
            raise NoSuchRun(id)
        return _run(row)

    def assignments(self, id: str) -> Assignments | None:
        """The assignments kept with a run; None where they are no longer kept."""
        packed = self._connection.scalar(select(runs.c.arrangement).where(runs.c.id == id))
        return None if packed is None else unpack_assignments(packed)

    def newest_published(self) -> Run | None:
        """The run in force; None before the first, and where all were rolled back."""
        row = self._connection.execute(_RUNS.where(runs.c.state == RunState.PUBLISHED.value)).first()
        return _run(row) if row else None

    def list(self, *, limit: int | None = None) -> list[Run]:
        """Runs, the newest first."""
        return [_run(row) for row in self._connection.execute(_RUNS.limit(limit))]

    def _forget(self, state: RunState) -> None:
        """Drop the assignments of older runs of this state."""
        same = select(runs.c.number).where(runs.c.state == state.value, runs.c.arrangement.is_not(None))
        old = list(self._connection.scalars(same.order_by(runs.c.number.desc()).offset(KEPT)))
        self._connection.execute(update(runs).where(runs.c.number.in_(old)).values(arrangement=None))


_RUNS = select(
    runs.c.id, runs.c.state, runs.c.created_at, runs.c.ended_at, runs.c.based_on, runs.c.summary,
    runs.c.arrangement.is_not(None).label("kept"),
).order_by(runs.c.number.desc())  # fmt: skip


def pack_assignments(assignments: Assignments) -> bytes:
    """Assignments as bytes, the reverse of `unpack_assignments`; scores are rounded to four decimals."""
    rows = sorted(assignments.by_row)
    packed: dict[str, Any] = {"rows": _steps(rows)}
    for level in Level:
        names = sorted({assigned.at(level) for assigned in assignments.by_row.values()})
        number = {name: i for i, name in enumerate(names)}
        scores = [assignments.scores.get(row, {}).get(level) for row in rows]
        packed[level.value] = {
            "names": names,
            "of": [number[assignments.by_row[row].at(level)] for row in rows],
            "scores": [None if score is None else round(score, 4) for score in scores],
        }
    return zlib.compress(json.dumps(packed, separators=(",", ":")).encode())


def unpack_assignments(packed: bytes) -> Assignments:
    """Assignments from the bytes of `pack_assignments`."""
    found = json.loads(zlib.decompress(packed))
    by_row, scores = {}, {}
    row = 0
    for i, step in enumerate(found["rows"]):
        row += step
        by_row[row] = Assignment(*(found[level]["names"][found[level]["of"][i]] for level in Level))
        own = {level: found[level]["scores"][i] for level in Level}
        scores[row] = {level: score for level, score in own.items() if score is not None}
    return Assignments(by_row, scores)


def _steps(rows: Iterable[int]) -> list[int]:
    before, steps = 0, []
    for row in rows:
        steps.append(row - before)
        before = row
    return steps


def _run(row: Row[*tuple[Any, ...]]) -> Run:
    ended = times.from_text(row.ended_at) if row.ended_at else None
    return Run(
        row.id, RunState(row.state), times.from_text(row.created_at), ended, row.based_on, row.summary, bool(row.kept)
    )
