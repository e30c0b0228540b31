"""Dates in numbers whose order is not stated: `03/04/2017`, `3.4.17`.

Never guessed: read where only one order is possible, where the weekday tells, or where it has been said which is first.
"""

import re
from datetime import date
from typing import Literal, NamedTuple

from .names import has_month

DateOrder = Literal["dmy", "mdy"]

_NUMBERS = re.compile(r"(?<![\d:.+-])(\d{1,2})(?P<sep> ?[-/.] ?)(\d{1,2})(?P=sep)(\d{4}|\d{2})(?![\d:]|[-/.]\d)")
_YEAR = re.compile(r"\d{4}")
_WEEKDAYS = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|s|rs?|nes|ur)?\b")
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Numbers(NamedTuple):
    """What the numbers of a date can mean."""

    text: str
    """The date with its numbers as year, month and day; as it was where they are open."""
    order: DateOrder | Literal["open"] | None
    """The order that only fits, "open" where several do; None where it does not matter or there are no such numbers."""


def in_order(text: str, order: DateOrder | None = None) -> Numbers:
    """Bring `03/04/2017` into the order of ISO 8601.

    Between dots the day is first unless that is impossible, whatever `order` says: no language of news has it
    otherwise. A year of two digits is of 1950 to 2049, as in mail (RFC 5322, section 4.3).

    Args:
        text: a date in lower case.
        order: which of day and month comes first, if somebody has said so. A date that is impossible in this order is
            read in the other one.
    """
    found = _NUMBERS.search(text)
    rest = text[: found.start()] + text[found.end() :] if found else ""
    if not found or _YEAR.search(rest) or has_month(rest):
        return Numbers(text, None)
    first, second, last = int(found[1]), int(found[3]), found[4]
    year = full_year(last) if len(last) == 2 else int(last)
    possible = {"dmy": _date(year, second, first), "mdy": _date(year, first, second)}
    if len(last) == 2:
        possible["ymd"] = _date(full_year(found[1]), second, int(last))
    days = {name: day for name, day in possible.items() if day}
    if found["sep"].strip() == "." and len(last) == 4 and "dmy" in days:
        return Numbers(_with(text, found, days["dmy"]), None)
    if order and order in days:
        return Numbers(_with(text, found, days[order]), None)
    if weekday := _WEEKDAYS.search(rest):
        days = {name: day for name, day in days.items() if day.weekday() == _NAMES.index(weekday[1])} or days
    if not days:
        return Numbers(_with(text, found, None, f"{year:04}-{second:02}-{first:02}"), None)
    if len(set(days.values())) > 1:
        return Numbers(text, "open")
    only = next(iter(days)) if len(days) == 1 else None
    shown: DateOrder | None = "dmy" if only == "dmy" else "mdy" if only == "mdy" else None
    return Numbers(_with(text, found, next(iter(days.values()))), shown)


def has_open_form(text: str) -> bool:
    """Whether numbers in a text may be a date whose order is not stated; quick, and not sure."""
    return _NUMBERS.search(text) is not None


def full_year(digits: str) -> int:
    """A year of two digits in full: 1950 to 2049."""
    year = int(digits)
    return year + (2000 if year < 50 else 1900)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with(text: str, found: re.Match[str], day: date | None, impossible: str = "") -> str:
    return f"{text[: found.start()]}{day.isoformat() if day else impossible}{text[found.end() :]}"
