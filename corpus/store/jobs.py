"""Jobs that survive their process: one process writes, so what it finds running when it starts was left by a dead one.

Why not a task queue library: measured, a queue on SQLite lost the task that was running at kill -9 despite retries.
Here `release_all` lets such a job wait again, and its attempt counter stops one that kills every process.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ..errors import NoSuchJob
from ..records import Job, JobState
from . import times
from .schema import jobs

MAX_ATTEMPTS = 3


class Jobs:
    """The jobs, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kind: str, parameters: Mapping[str, Any]) -> Job:
        """Store a job for `claim` to find."""
        id, now = uuid.uuid4().hex[:16], times.to_text(times.now())
        self._connection.execute(
            insert(jobs).values(
                id=id, kind=kind, parameters=dict(parameters), state=JobState.WAITING.value, attempt=0,
                done=0, created_at=now, updated_at=now,
            )
        )  # fmt: skip
        return self.get(id)

    def get(self, id: str) -> Job:
        """The job with this id.

        Raises:
            NoSuchJob: no job has this id.
        """
        row = self._connection.execute(select(jobs).where(jobs.c.id == id)).first()
        if row is None:
            raise NoSuchJob(id)
        return _job(row)

    def claim(self) -> Job | None:
        """Take the oldest waiting job; None where there is none.

        A job whose process died `MAX_ATTEMPTS` times is marked as failed: it may be what kills its process.
        """
        waiting = select(jobs).where(jobs.c.state == JobState.WAITING.value).order_by(jobs.c.created_at, jobs.c.id)
        while row := self._connection.execute(waiting).first():
            if row.attempt < MAX_ATTEMPTS:
                self._set(row.id, state=JobState.RUNNING.value, attempt=row.attempt + 1)
                return self.get(row.id)
            self.finish(row.id, error=f"its process died {row.attempt} times while working on it")
        return None

    def give_back(self, id: str) -> None:
        """Let a job that was stopped on purpose wait again: the attempt does not count."""
        self._set(id, state=JobState.WAITING.value, attempt=jobs.c.attempt - 1)

    def release_all(self) -> int:
        """Let all running jobs wait again, when the one writer starts; returns how many. The attempts count."""
        running = jobs.c.state == JobState.RUNNING.value
        values = {"state": JobState.WAITING.value, "updated_at": times.to_text(times.now())}
        return self._connection.execute(update(jobs).where(running).values(**values)).rowcount

    def progress(self, id: str, done: int, total: int | None) -> None:
        """Store how much of a job is done."""
        self._set(id, done=done, total=total)

    def finish(self, id: str, *, result: Mapping[str, Any] | None = None, error: str | None = None) -> None:
        """Mark a job as done, or as failed with the reason."""
        state = JobState.FAILED if error else JobState.DONE
        self._set(id, state=state.value, result=result and dict(result), error=error)

    def _set(self, id: str, **values: Any) -> None:  # noqa: ANN401 - columns of several types
        values["updated_at"] = times.to_text(times.now())
        self._connection.execute(update(jobs).where(jobs.c.id == id).values(**values))


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(
        row.id, row.kind, row.parameters, JobState(row.state), row.attempt, row.done, row.total, row.result,
        row.error, times.from_text(row.created_at), times.from_text(row.updated_at),
    )  # fmt: skip
