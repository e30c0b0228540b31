"""The change log: what happened, numbered 1, 2, 3... without a gap, in the transaction in which it happened."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, insert, select, update

from . import times
from .rows import Change, Event
from .schema import changes, counters

_COUNTER = "changes"


class Changes:
    """The change log, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, event: Event, *, article: str | None = None, row: int | None = None, thread: str | None = None
    ) -> int:
        """Write a line; returns its sequence.

        The number is taken from a counter row inside the transaction, so a rollback gives it back: an autoincrement
        or a database sequence would leave a gap, and a reader could not tell a gap from a line that is still to come.
        """
        sequence = self._connection.scalar(
            update(counters)
            .where(counters.c.name == _COUNTER)
            .values(value=counters.c.value + 1)
            .returning(counters.c.value)
        )
        if sequence is None:
            sequence = 1
            self._connection.execute(insert(counters).values(name=_COUNTER, value=sequence))
        self._connection.execute(
            insert(changes).values(
                sequence=sequence,
                at=times.to_text(times.now()),
                event=event.value,
                article=article,
                article_row=row,
                thread=thread,
            )
        )
        return int(sequence)

    def last(self) -> int:
        """The newest sequence; 0 in an empty store."""
        return self._connection.scalar(select(func.max(changes.c.sequence))) or 0

    def count(self) -> int:
        """How many lines there are: as many as the newest sequence says, or some are lost."""
        return self._connection.scalar(select(func.count()).select_from(changes)) or 0

    def after(self, sequence: int, *, limit: int | None = None) -> Iterator[Change]:
        """Lines with a higher sequence, in order."""
        query = select(changes).where(changes.c.sequence > sequence).order_by(changes.c.sequence).limit(limit)
        for row in self._connection.execute(query):
            yield Change(
                row.sequence, times.from_text(row.at), Event(row.event), row.article, row.article_row, row.thread
            )
