"""A thread in time: its articles by day with the gaps between, and how many when. No store."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby

from corpus import Precision, Published

from ...threads.models import Member
from .words import count_words, date_words, gap_words, published_of

_DAYS_MOST = 92
"""A longer thread gets a bar for each month; one of more than `_MONTHS_MOST` months, for each year."""
_MONTHS_MOST = 120
_BAR = 10
"""Units of the drawing from one bar to the next."""
_HEIGHT = 40


@dataclass(frozen=True, slots=True)
class Day:
    """Articles of one day (or of one month or year, where no more is known)."""

    published: Published | None
    gap: str
    """Time since the group before, in words; "" where there is nothing to say."""
    members: Sequence[Member]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in units of the drawing."""

    x: int
    y: int
    height: int
    words: str


@dataclass(frozen=True, slots=True)
class Volume:
    """Articles over time, as bars."""

    unit: str
    """day, month or year."""
    width: int
    height: int
    bars: Sequence[Bar]
    words: str
    """The whole drawing in a sentence, for those who do not see it."""


def days(members: Iterable[Member]) -> Iterator[Day]:
    """Members, which come in order of time, in groups that share what is known of their day."""
    before: Published | None = None
    for _, group in groupby(members, key=lambda member: date_words(published_of(member), clock=False)):
        same = list(group)
        published = published_of(same[0])
        yield Day(published, gap_words(before, published), same)
        before = published


def volume(dates: Iterable[date]) -> Volume | None:
    """The bars of these articles; None where they are all of one day (or there are none)."""
    known = sorted(dates)
    if not known or known[0] == known[-1]:
        return None
    unit = _unit(known[0], known[-1])
    counts = Counter(_place(day, unit) for day in known)
    names = {_place(day, unit): _name(day, unit) for day in known}
    first, last = min(counts), max(counts)
    most = max(counts.values())
    bars = [
        Bar(
            _BAR * (number - first), _HEIGHT - (height := max(3, round(_HEIGHT * n / most))), height,
            f"{names[number]}: {count_words(n, 'article')}",
        )
        for number, n in sorted(counts.items())
    ]  # fmt: skip
    busiest = max(counts, key=lambda number: (counts[number], -number))
    words = (
        f"{count_words(len(known), 'dated article')} from {names[first]} to {names[last]},"
        f" at most {most:,} a {unit} ({names[busiest]})"
    )
    return Volume(unit, _BAR * (last - first + 1), _HEIGHT, bars, words)


def _unit(first: date, last: date) -> str:
    if (last - first).days < _DAYS_MOST:
        return "day"
    return "month" if _place(last, "month") - _place(first, "month") < _MONTHS_MOST else "year"


def _place(day: date, unit: str) -> int:
    if unit == "day":
        return day.toordinal()
    return 12 * day.year + day.month if unit == "month" else day.year


def _name(day: date, unit: str) -> str:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return date_words(Published(at, Precision(unit)))
