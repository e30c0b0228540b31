"""Which of several copies stands for them all.

The criteria are the user's, in the user's order; a later one decides where the earlier ones leave a tie, and at the end
the id does, so that the same copies always have the same canonical one, in whatever order they came.

A date without a time is a whole day: it is neither earlier nor later than an hour of that day. One of the two has to
stand for both all the same, and it is the one whose day, month or year begins first; no answer says that it is the
earlier one (`may_be_as_early` of a group has the others). Rejected: the one whose hour is known. It is no better
founded, and changed the headline of a thread of the sample archive.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

from corpus import Criterion

CRITERIA: tuple[Criterion, ...] = get_args(Criterion)


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of one of several copies."""

    row: int
    id: str
    day: float
    """Days since 1970-01-01, UTC; NaN where undated."""
    words: int
    source: str | None


@dataclass(frozen=True, slots=True)
class CanonicalPolicy:
    """How the canonical copy is chosen."""

    order: tuple[Criterion, ...] = ("earliest",)
    wires: tuple[str, ...] = ()
    """Sources that are news agencies, the preferred one first; case does not matter."""
    publishers: tuple[str, ...] = ()
    """Sources by rank, the highest first."""

    def ranked(self, copies: Sequence[Copy], chosen: Mapping[int, int] = MappingProxyType({})) -> list[Copy]:
        """The copies, the canonical one first.

        Args:
            copies: of one group.
            chosen: row -> when an editor chose it, as a rising number; the latest choice wins over every criterion.
        """
        criteria = [_KEYS[name] for name in self.order]

        def key(copy: Copy) -> tuple[float | str, ...]:
            return (-chosen.get(copy.row, -1), *(of(self, copy) for of in criteria), _earliest(self, copy), copy.id)

        return sorted(copies, key=key)


def _earliest(_: CanonicalPolicy, copy: Copy) -> float:
    return math.inf if math.isnan(copy.day) else copy.day


def _latest(_: CanonicalPolicy, copy: Copy) -> float:
    return math.inf if math.isnan(copy.day) else -copy.day


def _longest(_: CanonicalPolicy, copy: Copy) -> float:
    return -copy.words


def _wire(policy: CanonicalPolicy, copy: Copy) -> float:
    return _rank(policy.wires, copy.source)


def _publisher(policy: CanonicalPolicy, copy: Copy) -> float:
    return _rank(policy.publishers, copy.source)


def _rank(names: Sequence[str], source: str | None) -> float:
    folded = [name.casefold() for name in names]
    name = (source or "").casefold()
    return folded.index(name) if name in folded else len(folded)


_KEYS: dict[Criterion, Callable[[CanonicalPolicy, Copy], float]] = {
    "earliest": _earliest, "latest": _latest, "longest": _longest, "wire": _wire, "publisher": _publisher,
}  # fmt: skip
