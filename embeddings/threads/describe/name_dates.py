"""When a thread was, as its name states it: a month, a year or a day, in the form of its language."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from corpus import BadRecord, Precision, Published, parse_published

_DATED = 0.8
"""Share of the dated members that are of the month (else the year) that the name states, and from which on it stays."""
_DATED_STILL = 0.6
_DAYS_SLACK = 2
_EPOCH = date(1970, 1, 1)
MONTHS = ("January February March April May June July August September October November December").split()
_HAN_DATE = re.compile(r"(\d{4})年(?:(\d{1,2})月)?(?:(\d{1,2})日)?$")


def when_of(days: Sequence[float], stated: Sequence[Published], form: str) -> tuple[str, str]:
    """The month (or the year) of most dated members, and the day of the first of them; "" for what is not known.

    Args:
        days: when the dated members were published, days since 1970-01-01, UTC.
        stated: the same of some of them, as exactly as they state it.
        form: of dates, as for `stated_date`.
    """
    if not days or not stated:
        return "", ""
    dates = sorted(_EPOCH + timedelta(days=day) for day in days)
    middle = dates[len(dates) // 2]
    exact = all(found.precision in (Precision.INSTANT, Precision.DAY) for found in stated)
    vague = any(found.precision is Precision.YEAR for found in stated)
    for precision in (Precision.MONTH, Precision.YEAR):
        first, after = _days_of(precision, middle)
        inside = sum(first <= (found - _EPOCH).days < after for found in dates)
        if inside >= _DATED * len(dates) and not (vague and precision is Precision.MONTH):
            day = stated_date(dates[0], Precision.DAY, form) if exact else ""
            return stated_date(middle, precision, form), day
    return "", ""


def stated_date(day: date, precision: Precision, form: str) -> str:
    """A date as a name has it.

    Args:
        day: the date.
        precision: how much of it is stated.
        form: "en" for English, "zh" for Chinese and Japanese, "" for numbers.
    """
    if form == "zh":
        return f"{day.year}年" + {
            Precision.YEAR: "", Precision.MONTH: f"{day.month}月", Precision.DAY: f"{day.month}月{day.day}日",
        }[precision]  # fmt: skip
    if precision is Precision.YEAR:
        return str(day.year)
    if form == "en":
        return ("" if precision is Precision.MONTH else f"{day.day} ") + f"{MONTHS[day.month - 1]} {day.year}"
    return day.isoformat()[: 7 if precision is Precision.MONTH else 10]


def parted(name: str) -> tuple[str, Published | None]:
    """A name without its date, and the date; None where it has none."""
    base, comma, when = name.rpartition(", ")
    if not comma:
        return name, None
    if found := _HAN_DATE.match(when):
        year, month, day = found.groups()
        when = "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
    try:
        published = parse_published(when)
    except BadRecord:
        published = None
    return (base, published) if published else (name, None)


def is_dated(when: Published, days: Sequence[float]) -> bool:
    """Whether enough of these days are in a stated month or year, some days before and after it included."""
    first, after = _days_of(when.precision, when.date)
    inside = sum(first - _DAYS_SLACK <= day < after + _DAYS_SLACK for day in days)
    return inside >= _DATED_STILL * len(days)


def _days_of(precision: Precision, day: date) -> tuple[int, int]:
    """The first day of a day's month or year, and the one after the last, since 1970-01-01; a day's month."""
    if precision is Precision.YEAR:
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    else:
        first = date(day.year, day.month, 1)
        last = date(day.year, day.month, monthrange(day.year, day.month)[1])
    return (first - _EPOCH).days, (last - _EPOCH).days + 1
