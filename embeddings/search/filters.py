"""Which articles may be found: a filter, and the facts that it asks for as one array for each, by row number.

33 bytes an article and each name once; no text, no vectors, and nothing about what is related to what.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..times import Stated
from ..types import Floats, Ids, Mask

_NAMES = ("source", "section", "author", "language")
_ROOM = 1024


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may be found. None: no condition. An undated article is outside of any time window."""

    since: float | None = None
    """Days since 1970-01-01, UTC, inclusive."""
    until: float | None = None
    """Exclusive."""
    sources: frozenset[str] | None = None
    languages: frozenset[str] | None = None
    sections: frozenset[str] | None = None
    authors: frozenset[str] | None = None
    rows: frozenset[int] | None = None
    """Rows that kept fields have with the values that are wanted."""

    @property
    def names(self) -> tuple[frozenset[str] | None, ...]:
        """The wanted sources, sections, authors and languages: in the order of the columns."""
        return (self.sources, self.sections, self.authors, self.languages)


@dataclass(slots=True)
class Rows:
    """Facts by row number, as arrays that grow."""

    day: Floats = field(default_factory=lambda: np.full(_ROOM, np.nan))
    end: Floats = field(default_factory=lambda: np.full(_ROOM, np.nan))
    """As `times.Stated.end`."""
    alive: Mask = field(default_factory=lambda: np.zeros(_ROOM, bool))
    names: NDArray[np.int32] = field(default_factory=lambda: np.zeros((len(_NAMES), _ROOM), np.int32))
    """(4, rows): numbers of the article's source, section, author and language; 0 for none."""
    numbers: dict[str, int] = field(default_factory=dict)
    """1, 2, 3... for each name, whatever it names."""

    def put(self, row: int, stated: Stated, *names: str | None) -> None:
        """Note when an article came out, and its source, section, author and language."""
        while row >= len(self.day):
            n = len(self.day)
            self.day = np.concatenate([self.day, np.full(n, np.nan)])
            self.end = np.concatenate([self.end, np.full(n, np.nan)])
            self.alive = np.concatenate([self.alive, np.zeros(n, bool)])
            self.names = np.concatenate([self.names, np.zeros((len(_NAMES), n), np.int32)], axis=1)
        self.day[row], self.end[row] = stated
        self.alive[row] = True
        for column, name in zip(self.names, names, strict=True):
            column[row] = 0 if name is None else self.numbers.setdefault(name, len(self.numbers) + 1)

    def mask(self, wanted: Filter) -> Mask:
        """Which rows a filter lets through, over all row numbers."""
        may = self.alive.copy()
        if wanted.since is not None:
            may &= self.day >= wanted.since
        if wanted.until is not None:
            may &= self.day < wanted.until
        if wanted.rows is not None:
            some_rows = np.fromiter(wanted.rows, np.int64, len(wanted.rows))
            may &= np.isin(np.arange(len(may)), some_rows)
        for column, some in zip(self.names, wanted.names, strict=True):
            if some is not None:
                may &= np.isin(column, self._numbers(some))
        return may

    def failing(self, row: int, wanted: Filter) -> list[str]:
        """Which conditions an article does not meet.

        Some of undated, too_old, too_new, kept, source, section, author, language.
        """
        day = self.day[row]
        found = []
        if np.isnan(day):
            found += ["undated"] if (wanted.since, wanted.until) != (None, None) else []
        elif wanted.since is not None and day < wanted.since:
            found.append("too_old")
        elif wanted.until is not None and day >= wanted.until:
            found.append("too_new")
        if wanted.rows is not None and row not in wanted.rows:
            found.append("kept")
        for name, column, some in zip(_NAMES, self.names, wanted.names, strict=True):
            if some is not None and column[row] not in self._numbers(some):
                found.append(name)
        return found

    def _numbers(self, some: frozenset[str]) -> Ids:
        return np.array([self.numbers[name] for name in some if name in self.numbers], np.int64)
