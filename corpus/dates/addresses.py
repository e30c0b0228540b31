"""The day in the path of an article's web address: `/2011/11/16/`, `/2011/nov/16/`, `/20111116/`, `2011-11-16-slug`.

Numbers that merely look like a day are not taken: what is part of a longer number or word, a day that does not exist, a
year before the web in a form without slashes, day and month in an order that is not stated. Eight digits at the end of
a path or behind `/article/` are no day either: the BBC's ids of 2012 look like days of 2010 and later. Where two days
stand in a path in the same form, neither is taken.
"""

import re
from datetime import UTC, date, datetime
from urllib.parse import unquote, urlsplit

from ..article import Precision, Published
from .names import MONTHS

_Y = r"(?P<y>(?:1[6-9]|20)\d\d)"
_WEB = r"(?P<y>199\d|20[0-3]\d)"
_M = r"(?P<m>0?[1-9]|1[0-2])"
_D = r"(?P<d>0?[1-9]|[12]\d|3[01])"
_MM, _DD = r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_NAME = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_BEFORE, _AFTER = r"(?<![0-9a-z])(?<![0-9][._-])", r"(?![0-9a-z])"
_A, _B = r"(?P<a>0?[1-9]|[12]\d|3[01])", r"(?P<b>0?[1-9]|[12]\d|3[01])"

_DAYS = tuple(
    tuple(re.compile(pattern) for pattern in alike)
    for alike in (
        (
            rf"/{_Y}/{_M}/{_D}(?=[/._-]|$)",
            rf"/{_Y}/{_NAME}/{_D}(?=[/._-]|$)",
            rf"/{_D}/{_NAME}/{_Y}(?=[/._-]|$)",
            rf"/{_Y}[-_]?{_MM}/{_DD}(?=[/._-]|$)",
            rf"/{_Y}/{_MM}[-_]?{_DD}(?=[/._-]|$)",
            rf"/{_A}/{_B}/{_WEB}(?=/|$)",
        ),
        (
            rf"{_BEFORE}{_WEB}(?P<s>[-_.]){_MM}(?P=s){_DD}(?:t\d{{6}})?{_AFTER}",
            rf"{_BEFORE}{_WEB}-{_NAME}-{_DD}{_AFTER}",
            rf"{_BEFORE}{_DD}-{_NAME}-{_WEB}{_AFTER}",
            rf"{_BEFORE}{_A}-{_B}-{_WEB}{_AFTER}",
        ),
        (
            rf"(?<!/article)(?<!/articles)(?<!/story)(?<!/stories)(?<!/id)(?<!/node)(?<!/post)(?<!/item)(?<!/doc)"
            rf"(?<!/gallery)(?<!/video)/{_WEB}{_MM}{_DD}(?=/[^/]|[-_][a-z])",
            rf"{_BEFORE}{_WEB}{_MM}{_DD}(?=[-_][a-z])",
            rf"/t{_WEB}{_MM}{_DD}(?=_)",
        ),
    )
)
"""Forms of a day, alike ones together, the surest first."""
_MONTH = re.compile(rf"/{_WEB}/{_MM}/(?=[^/]*[a-z])")


def date_in_url(url: str) -> Published | None:
    """The day that an address has in its path; the month of `/2018/05/slug`; None where it has neither."""
    try:
        path = unquote(urlsplit(url).path).lower()
    except ValueError:
        return None
    for alike in _DAYS:
        days = {day for pattern in alike for found in pattern.finditer(path) if (day := _day(found))}
        if days:
            return _published(days.pop(), Precision.DAY) if len(days) == 1 else None
    months = {(int(found["y"]), int(found["m"])) for found in _MONTH.finditer(path)}
    return _published(date(*months.pop(), 1), Precision.MONTH) if len(months) == 1 else None


def _day(found: re.Match[str]) -> date | None:
    parts = found.groupdict()
    if "a" in parts:
        days = {_date(parts["y"], parts["b"], parts["a"]), _date(parts["y"], parts["a"], parts["b"])} - {None}
        return days.pop() if len(days) == 1 else None
    month = parts["m"] if parts["m"].isdigit() else str(MONTHS.index(parts["m"][:3]) + 1)
    return _date(parts["y"], month, parts["d"])


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _published(day: date, precision: Precision) -> Published:
    return Published(datetime(day.year, day.month, day.day, tzinfo=UTC), precision)
