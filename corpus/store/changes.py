"""The change log: what happened, numbered 1, 2, 3... without a gap, in the transaction in which it happened."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, func, insert, select, update

from ..records import Change, Event, NewChange
from . import times
from .schema import changes, counters

_COUNTER = "changes"


class Changes:
    """The change log, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, event: Event, *, article: str | None = None, row: int | None = None, thread: str | None = None,
        other: str | None = None,
    ) -> int:  # fmt: skip
        """Write a line; returns its sequence."""
        return self.add_all([NewChange(event, article, row, thread, other)])

    def add_all(self, lines: Sequence[NewChange]) -> int:
        """Write lines, in this order; returns the sequence of the first (the next sequence, where there are no lines).

        The numbers are taken from a counter row inside the transaction, so a rollback gives them back: an autoincrement
        or a database sequence would leave a gap, and a reader could not distinguish a gap from a line still to come.
        """
        last = self._connection.scalar(
            update(counters)
            .where(counters.c.name == _COUNTER)
            .values(value=counters.c.value + len(lines))
            .returning(counters.c.value)
        )
        if last is None:
            last = len(lines)
            self._connection.execute(insert(counters).values(name=_COUNTER, value=last))
        first, at = int(last) - len(lines) + 1, times.to_text(times.now())
        values = [
            {"sequence": first + i, "at": at, "event": line.event.value, "article": line.article,
             "article_row": line.row, "thread": line.thread, "other": line.other}
            for i, line in enumerate(lines)
        ]  # fmt: skip
        if values:
            self._connection.execute(insert(changes), values)
        return first

    def last(self) -> int:
        """The newest sequence; 0 in an empty store."""
        return self._connection.scalar(select(func.max(changes.c.sequence))) or 0

    def count(self) -> int:
        """How many lines there are: equal to the newest sequence, or some are lost."""
        return self._connection.scalar(select(func.count()).select_from(changes)) or 0

    def has_any(self, events: Collection[Event], after: int) -> bool:
        """Whether one of these events has a higher sequence."""
        wanted = changes.c.event.in_([event.value for event in events])
        query = select(changes.c.sequence).where(changes.c.sequence > after, wanted).limit(1)
        return self._connection.scalar(query) is not None

    def after(self, sequence: int, *, limit: int | None = None) -> Iterator[Change]:
        """Lines with a higher sequence, in order."""
        query = select(changes).where(changes.c.sequence > sequence).order_by(changes.c.sequence).limit(limit)
        for row in self._connection.execute(query):
            yield Change(
                row.sequence, times.from_text(row.at), Event(row.event), row.article, row.article_row, row.thread,
                row.other,
            )  # fmt: skip
