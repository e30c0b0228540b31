"""When articles came out, as exactly as their sources state it: which of two is earlier, and how far apart they are.

A date without a time is a whole day, no midnight: of an article of 19 May and one of 19 May, 09:00, neither is earlier.
Months and years likewise. A source's own day is taken for the day in UTC.
"""

import math
from typing import NamedTuple

from corpus import Published

_DAY_S = 86_400


class Stated(NamedTuple):
    """A time as a source states it, in days since 1970-01-01, UTC; both NaN where it states none."""

    start: float
    end: float
    """Of an instant the same as the start; of a day, month or year the beginning of the next one."""

    @classmethod
    def of(cls, published: Published | None) -> "Stated":
        """As an article has it."""
        if published is None:
            return cls(math.nan, math.nan)
        return cls(published.at.timestamp() / _DAY_S, published.end.timestamp() / _DAY_S)

    @property
    def is_exact(self) -> bool:
        """Whether it is known to the day at least."""
        return self.end - self.start <= 1

    def is_before(self, other: "Stated") -> bool:
        """Whether it is certain that this is the earlier one; False where one is unknown."""
        return self.end <= other.start and self.start < other.start

    def days_to(self, other: "Stated") -> float:
        """Days from this one to the other: whole ones unless both are instants, 0 where neither is certainly earlier.

        NaN where one is unknown.
        """
        apart = other.start - self.start
        if math.isnan(apart) or (self.start == self.end and other.start == other.end):
            return apart
        if not (self.is_before(other) or other.is_before(self)):
            return 0.0
        return math.floor(other.start) - math.floor(self.start)
