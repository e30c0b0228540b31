"""The lineage of threads: born, continued, merged, split, retired; and which threads a retired id leads to."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, bindparam, insert, or_, select

from ..errors import NoSuchThread
from ..records import Event, NewChange, NewLineageEvent
from ..thread import Level, LineageEvent, LineageLine
from . import times
from .articles import batches
from .changes import Changes
from .schema import lineage, threads

_EVENTS = {
    LineageEvent.BORN: Event.THREAD_BORN, LineageEvent.CONTINUED: Event.THREAD_CHANGED,
    LineageEvent.MERGED_INTO: Event.THREAD_MERGED, LineageEvent.SPLIT_FROM: Event.THREAD_SPLIT,
    LineageEvent.RETIRED: Event.THREAD_RETIRED,
}  # fmt: skip
_MERGED = select(lineage.c.thread).where(
    lineage.c.fate == LineageEvent.MERGED_INTO.value, lineage.c.thread.in_(bindparam("ids", expanding=True))
)


class Lineage:
    """The lineage, within one transaction. Each of its lines has a line in the change log with the same sequence."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_all(self, lines: Sequence[NewLineageEvent], cause: str | None = None) -> None:
        """Write lineage events, here and in the change log.

        Args:
            lines: the events, in the order in which readers get them.
            cause: id of the run or decision behind them.
        """
        if not lines:
            return
        new = [NewChange(_EVENTS[line.event], thread=line.thread, other=line.other) for line in lines]
        first, at = Changes(self._connection).add_all(new), times.to_text(times.now())
        values = [
            {"sequence": first + i, "at": at, "cause": cause, "level": line.level.value, "fate": line.event.value,
             "thread": line.thread, "other": line.other}
            for i, line in enumerate(lines)
        ]  # fmt: skip
        self._connection.execute(insert(lineage), values)

    def of(self, thread: str) -> list[LineageLine]:
        """All lines about a thread, current or former, as `thread` or as `other`, the oldest first.

        Raises:
            NoSuchThread: no thread ever had this id.
        """
        own = or_(lineage.c.thread == thread, lineage.c.other == thread)
        found = [_line(row) for row in self._connection.execute(_LINES.where(own))]
        if not found:
            raise NoSuchThread(thread)
        return found

    def heirs(self, thread: str) -> list[str]:
        """Ids of the current threads that a former thread leads to, sorted; none where it was retired.

        Raises:
            NoSuchThread: no thread ever had this id.
        """
        if not self._connection.scalar(select(lineage.c.thread).where(lineage.c.thread == thread).limit(1)):
            raise NoSuchThread(thread)
        current: set[str] = set()
        seen, waiting = {thread}, [thread]
        while waiting:
            for heir in self._last_heirs(waiting.pop()):
                if heir in seen:
                    continue
                seen.add(heir)
                if self._connection.scalar(select(threads.c.id).where(threads.c.id == heir)):
                    current.add(heir)
                else:
                    waiting.append(heir)
        return sorted(current)

    def leading(self, ids: Sequence[str]) -> set[str]:
        """The ids among these that lead to another thread, or once did: no new thread may have one of them."""
        return {id for some in batches(ids) for id in self._connection.scalars(_MERGED, {"ids": some})}

    def _last_heirs(self, thread: str) -> list[str]:
        """The threads that a thread was merged into when it last ended."""
        own = _LINES.where(lineage.c.thread == thread)
        heirs: list[str] = []
        for row in self._connection.execute(own):
            if row.fate == LineageEvent.BORN.value:
                heirs = []
            elif row.fate == LineageEvent.MERGED_INTO.value:
                heirs.append(row.other)
        return heirs


_LINES = select(lineage).order_by(lineage.c.sequence)


def _line(row: Row[*tuple[object, ...]]) -> LineageLine:
    return LineageLine(
        row.sequence,
        times.from_text(row.at),
        row.cause,
        Level(row.level),
        LineageEvent(row.fate),
        row.thread,
        row.other,
    )
