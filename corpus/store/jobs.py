"""Jobs that survive their process: a lease that a living worker renews, and an attempt counter.

Why not a task queue library: measured, a queue on SQLite lost the task that was running at kill -9 despite retries.
Here a job whose lease runs out is simply found again by `claim`.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select, update

from ..errors import NoSuchJob
from ..records import Job, JobState
from . import times
from .schema import jobs

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3


class Jobs:
    """The jobs, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kind: str, parameters: Mapping[str, Any]) -> Job:
        """Write down a job for `claim` to find."""
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
            NoSuchJob: there is none.
        """
        row = self._connection.execute(select(jobs).where(jobs.c.id == id)).first()
        if row is None:
            raise NoSuchJob(id)
        return _job(row)

    def claim(self) -> Job | None:
        """Take the oldest job that waits, or whose worker has died; None where there is none.

        A job that has died `MAX_ATTEMPTS` times is marked as failed: it may be what kills its workers.
        """
        now = times.to_text(times.now())
        orphaned = and_(jobs.c.state == JobState.RUNNING.value, jobs.c.lease_until < now)
        free = or_(jobs.c.state == JobState.WAITING.value, orphaned)
        row = self._connection.execute(select(jobs).where(free).order_by(jobs.c.created_at, jobs.c.id)).first()
        if row is None:
            return None
        if row.attempt >= MAX_ATTEMPTS:
            self.finish(row.id, error=f"its process died {row.attempt} times while working on it")
            return self.claim()
        self._set(row.id, state=JobState.RUNNING.value, attempt=row.attempt + 1, lease_until=_lease())
        return self.get(row.id)

    def give_back(self, id: str) -> None:
        """Let a job wait again that was stopped on purpose: it counts as no attempt."""
        self._set(id, state=JobState.WAITING.value, attempt=jobs.c.attempt - 1, lease_until=None)

    def release_all(self) -> int:
        """Free the jobs of a former process at once: for the one writer of a store when it starts."""
        running = jobs.c.state == JobState.RUNNING.value
        result = self._connection.execute(
            update(jobs).where(running).values(lease_until=times.to_text(times.now() - LEASE))
        )
        return result.rowcount

    def progress(self, id: str, done: int, total: int | None) -> None:
        """Say how far a job is; renews its lease."""
        self._set(id, done=done, total=total, lease_until=_lease())

    def finish(self, id: str, *, result: Mapping[str, Any] | None = None, error: str | None = None) -> None:
        """Mark a job as done, or as failed with the reason."""
        state = JobState.FAILED if error else JobState.DONE
        self._set(id, state=state.value, result=result and dict(result), error=error, lease_until=None)

    def _set(self, id: str, **values: Any) -> None:  # noqa: ANN401 - columns of several types
        values["updated_at"] = times.to_text(times.now())
        self._connection.execute(update(jobs).where(jobs.c.id == id).values(**values))


def _lease() -> str:
    return times.to_text(times.now() + LEASE)


def _job(row: Row[*tuple[Any, ...]]) -> Job:
    return Job(
        row.id, row.kind, row.parameters, JobState(row.state), row.attempt, row.done, row.total, row.result,
        row.error, times.from_text(row.created_at), times.from_text(row.updated_at),
    )  # fmt: skip
