"""The decisions of editors, undone ones included: nothing is ever removed."""

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from ..decision import Decision, DecisionKind, Undone
from ..errors import NoSuchDecision
from . import times
from .schema import decisions


class Decisions:
    """The decisions, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_id(self) -> str:
        """The id that the next decision will have."""
        return f"d-{self._last() + 1}"

    def add(self, decision: Decision) -> None:
        """Store a decision; its id is `next_id`."""
        self._connection.execute(
            insert(decisions).values(
                id=decision.id, number=self._last() + 1, kind=decision.kind.value, at=times.to_text(decision.at),
                who=decision.who, why=decision.why, parameters=dict(decision.parameters),
            )
        )  # fmt: skip

    def undo(self, id: str, who: str, why: str) -> None:
        """Record that a decision is undone, now."""
        values = {"undone_at": times.to_text(times.now()), "undone_by": who, "undone_why": why}
        self._connection.execute(update(decisions).where(decisions.c.id == id).values(**values))

    def get(self, id: str) -> Decision:
        """The decision with this id.

        Raises:
            NoSuchDecision: no decision has this id.
        """
        row = self._connection.execute(select(decisions).where(decisions.c.id == id)).first()
        if row is None:
            raise NoSuchDecision(id)
        return _decision(row)

    def active(self) -> list[Decision]:
        """The decisions in force, the oldest first."""
        query = select(decisions).where(decisions.c.undone_at.is_(None)).order_by(decisions.c.number)
        return [_decision(row) for row in self._connection.execute(query)]

    def list(self, *, after: int = 0, limit: int | None = None) -> list[tuple[int, Decision]]:
        """(number, decision) of all decisions with a number above `after`, the oldest first."""
        query = select(decisions).where(decisions.c.number > after).order_by(decisions.c.number).limit(limit)
        return [(row.number, _decision(row)) for row in self._connection.execute(query)]

    def _last(self) -> int:
        return self._connection.scalar(select(func.max(decisions.c.number))) or 0


def _decision(row: Row[*tuple[Any, ...]]) -> Decision:
    facts = row.parameters
    undone = Undone(times.from_text(row.undone_at), row.undone_by, row.undone_why) if row.undone_at else None
    return Decision(
        row.id, DecisionKind(row.kind), times.from_text(row.at), row.who, row.why,
        tuple(facts.get("articles", ())), tuple(facts.get("others", ())), facts.get("thread"), facts.get("source"),
        facts.get("headline"), undone,
    )  # fmt: skip
