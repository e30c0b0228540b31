"""Which articles are reports of one series, in memory; and how often a series comes."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from corpus import Cadence, Form, SeriesMembership, fold

from ..types import Ids, Mask

_CADENCES: Mapping[Cadence, tuple[float, float]] = {
    "daily": (0.5, 1.5), "weekly": (6.0, 8.0), "monthly": (26.0, 33.0), "yearly": (350.0, 380.0),
}  # fmt: skip
"""Days between two reports."""
_REGULAR = 0.6
"""Share of the distances that have to be so: a daily column has .75 where it does not come at weekends."""
REGULAR_LEAST = 3
"""Reports from which a distance is regular."""

_DAYS_AND_MONTHS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun january"
    " february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar jänner"
    " februar märz mai juni juli oktober dezember maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
    " januari februari maart mei augustus lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars"
    " avril juin juillet août septembre octobre novembre décembre lunes martes miércoles jueves viernes sábado"
    " domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunedì"
    " martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio aprile maggio giugno luglio settembre"
    " ottobre dicembre segunda-feira terça-feira quarta-feira quinta-feira sexta-feira janeiro fevereiro março"
    " junho julho setembro outubro novembro dezembro poniedziałek wtorek środa czwartek piątek sobota niedziela"
    " stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"
    " понедельник вторник среда четверг пятница суббота воскресенье января февраля марта апреля мая июня июля"
    " августа сентября октября ноября декабря".split()
)
"""What headlines of a column differ by, in the languages that most of a column's readers have."""
_HEADLINE_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def headline_frame(headline: str) -> str | None:
    """What the headlines of a column have in common where they say when or which; None where one does not say.

    "Five Things to Know for Tuesday, March 5" gives "five things to know for"; "Crossword No. 4411", "crossword no".
    """
    found = [word.removesuffix("'s") for word in _HEADLINE_WORD.findall(fold(headline))]
    kept = [word for word in found if word not in _DAYS_AND_MONTHS and not any(char.isdigit() for char in word)]
    return " ".join(kept) if kept and len(kept) < len(found) else None


class SeriesIndex:
    """Row -> series, for many rows at a time."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all series."""
        self._known: dict[int, SeriesMembership] = {}
        self._members: dict[int, set[int]] = defaultdict(set)
        self._numbers = np.zeros(0, np.int64)
        """Row -> number of its series, less than 0 where that is a column, and 0 where there is none."""

    def add(self, row: int, membership: SeriesMembership) -> None:
        """Put an article into a series, and out of the one that it was in."""
        self.remove(row)
        self._known[row] = membership
        self._members[membership.series].add(row)
        if row >= len(self._numbers):
            grown = np.zeros(max(row + 1, 2 * len(self._numbers)), np.int64)
            grown[: len(self._numbers)] = self._numbers
            self._numbers = grown
        self._numbers[row] = membership.series if membership.form is Form.TEMPLATE else -membership.series

    def remove(self, row: int) -> None:
        """Take an article out of its series, where it is in one."""
        known = self._known.pop(row, None)
        if known is not None:
            self._members[known.series].discard(row)
            self._numbers[row] = 0

    def of(self, row: int) -> SeriesMembership | None:
        """The series that an article is in."""
        return self._known.get(row)

    def members(self, series: int) -> frozenset[int]:
        """Rows of the reports of a series."""
        return frozenset(self._members.get(series, ()))

    def are_of_one(self, row: int, other: int) -> bool:
        """Whether two articles are of one series, of whatever form."""
        known, found = self._known.get(row), self._known.get(other)
        return row != other and known is not None and known == found

    def same_frame(self, one: Ids, other: Ids) -> Mask:
        """Which of these pairs are of one series from a template, (N,) bool; copies of one report among them.

        Args:
            one: rows, (N,).
            other: rows, (N,).
        """
        mine, theirs = self._of(one), self._of(other)
        return np.asarray((mine > 0) & (mine == theirs) & (one != other))

    def same_column(self, one: Ids, other: Ids) -> Mask:
        """The same of issues of one column."""
        mine, theirs = self._of(one), self._of(other)
        return np.asarray((mine < 0) & (mine == theirs) & (one != other))

    def _of(self, rows: Ids) -> Ids:
        inside = rows < len(self._numbers)
        if not len(self._numbers):
            return np.zeros(len(rows), np.int64)
        return np.where(inside, self._numbers[np.where(inside, rows, 0)], 0)


def cadence(days: Iterable[float]) -> Cadence | None:
    """How often reports of these days come: `daily`, `weekly`, `monthly` or `yearly`; None where it is not regular.

    Args:
        days: since 1970-01-01, of at least three reports; NaN where one is undated.
    """
    dated = sorted({math.floor(day) for day in days if not math.isnan(day)})
    if len(dated) < REGULAR_LEAST:
        return None
    gaps = np.diff(dated)
    for name, (least, most) in _CADENCES.items():
        if ((gaps >= least) & (gaps <= most)).mean() >= _REGULAR:
            return name
    return None
