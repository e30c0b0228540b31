"""When something was published, read from the words of its source: strict, and never guessed.

English forms and ISO 8601 only, recognised by explicit patterns (no dateutil: its parser fills what is missing from
today's date and reads "03/04/2011" as March). What can be read in two ways, or leaves out the year, is refused with
the accepted forms. Finding dates in running text does not belong here.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .article import Precision, Published
from .errors import BadRecord

_LONGEST = 64
"""Characters. The longest usual form ("Wednesday, 16th of September 2011 at 02:30:00 p.m. UTC+03:00") has 60."""

FORMS = "2011-11-16, 2011-11-16T14:30:00Z, November 16, 2011, 16 Nov 2011 14:30 GMT, November 2011 or 2011"
"""The forms named in messages; more are accepted, see the tests."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_ZONE_HOURS = {
    "z": 0,
    "utc": 0,
    "gmt": 0,
    "ut": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
    "cet": 1,
    "cest": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "jst": 9,
}
"""Hours east of UTC. The American ones mean what RFC 5322 (section 4.3) fixed. BST and IST have several meanings in
English-language news (Britain, Bangladesh; India, Ireland, Israel) and are refused."""

_ZONE_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
"""What American papers print all year round; the date decides whether it is summer time."""

_YEAR = r"(?P<year>[0-9]{4})"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
# A weekday adds nothing to the date; one that contradicts it is ignored, as mail programs do.
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_TIME = (
    r"(?P<hour>[0-9]{1,2})"
    r"(?:[:.](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?)?"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?"
    r"(?: ?(?P<zone>(?:utc|gmt)?[+-][0-9]{1,2}(?::?[0-9]{2})?(?: \([a-z]{1,5}\))?"
    r"|(?!on\b)[a-z]{1,5}))?"
)

_DAYS = (
    rf"{_YEAR}(?P<sep>[-/.])(?P<number>[0-9]{{1,2}})(?P=sep)(?P<day>[0-9]{{1,2}})",
    rf"(?P<first>[0-9]{{1,2}})(?P<sep>[-/.])(?P<second_number>[0-9]{{1,2}})(?P=sep){_YEAR}",
    rf"{_DAY}(?: of)?[ -]{_MONTH},?[ -]{_YEAR}",
    rf"{_MONTH} {_DAY}(?:,? |,){_YEAR}",
    rf"{_YEAR}[ -]{_MONTH}[ -]{_DAY}",
)
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        *(rf"{_WEEKDAY}{day}(?:(?:t|,? (?:at |[-\u2013|] )?|,){_TIME})?" for day in _DAYS),
        *(rf"{_TIME}(?:,|,? on|,? [-\u2013|])? {_WEEKDAY}{day}" for day in _DAYS),
        # ctime and Twitter: Wed Nov 16 14:30:00 +0000 2011
        rf"{_WEEKDAY}{_MONTH} {_DAY},? {_TIME} {_YEAR}",
        rf"{_YEAR}[-/](?P<number>[0-9]{{1,2}})",
        rf"(?P<number>[0-9]{{1,2}})[-/]{_YEAR}",
        rf"{_MONTH},? {_YEAR}",
        _YEAR,
    )
)
_ISO_BASIC = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})(?:t([0-9]{2})([0-9]{2})(?:([0-9]{2})([.,][0-9]+)?)?([^0-9].*)?)?"
)


def parse_published(value: str) -> Published:
    """Read a date, with or without a time, as exactly as it is stated.

    A time without a zone is read as UTC. A date without a time is the source's own day, month or year.

    Raises:
        BadRecord: (field "published") the value is not a date; is relative ("yesterday"); lacks its year or has a
            two-digit one; is impossible (February 30); can be read as two dates ("03/04/2011"); has an unknown or
            ambiguous zone; or is outside the years 0001 to 9999 in UTC.
    """
    if len(value) > _LONGEST:
        raise _bad(value, "is too long for a date")
    text = _expanded(" ".join(value.casefold().replace("\u2212", "-").split()))
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            return _published({k: v for k, v in match.groupdict().items() if v}, value)
    raise _bad(value, "is not a date in a known form")


def moment(text: str, field: str, *, end: bool = False) -> datetime:
    """The bound in time that a filter names, in UTC.

    Args:
        text: an instant, day, month or year, as `parse_published` accepts it.
        field: name of the filter, for the error.
        end: return the first moment after it instead of its start; for a time after the year 9999 the last moment
            of that year.

    Raises:
        BadRecord: the text is not a date; `field` is the given one.
    """
    try:
        published = parse_published(text)
    except BadRecord as error:
        raise BadRecord(error.reason, field=field) from None
    if not end:
        return published.at
    if published.precision is not Precision.INSTANT:
        return published.end
    try:
        return published.at + timedelta(microseconds=1)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def looks_like_date_line(line: str) -> bool:
    """Whether the entire line is a date that `parse_published` accepts."""
    try:
        parse_published(line)
    except BadRecord:
        return False
    return True


def _expanded(text: str) -> str:
    """ISO 8601's basic form (20111116T143000Z, usual in NewsML), rewritten as its extended form."""
    match = _ISO_BASIC.fullmatch(text)
    if not match:
        return text
    year, month, day, hour, minute, second, fraction, zone = match.groups(default="")
    time = f"t{hour}:{minute}{':' if second else ''}{second}{fraction}{zone}" if hour else ""
    return f"{year}-{month}-{day}{time}"


def _published(parts: dict[str, str], value: str) -> Published:
    month, day = _month_and_day(parts, value)
    try:
        at = datetime(int(parts["year"]), 1 if month is None else month, 1 if day is None else day)
        if "hour" in parts:
            at += _time_of_day(parts, value)
            at -= _offset(parts.get("zone", "z"), at, value)
    except (ValueError, OverflowError) as error:
        raise _bad(value, f"is not possible ({error})") from error
    if "hour" in parts:
        precision = Precision.INSTANT
    elif day is not None:
        precision = Precision.DAY
    else:
        precision = Precision.YEAR if month is None else Precision.MONTH
    return Published(at.replace(tzinfo=UTC), precision)


def _month_and_day(parts: dict[str, str], value: str) -> tuple[int | None, int | None]:
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second_number"])
        if first != second and max(first, second) <= 12:
            raise _bad(value, "can be read as two dates (month or day first)")
        return (second, first) if first > 12 else (first, second)
    day = int(parts["day"]) if "day" in parts else None
    if "month" in parts:
        return _MONTHS.index(parts["month"][:3]) + 1, day
    return (int(parts["number"]) if "number" in parts else None), day


def _time_of_day(parts: dict[str, str], value: str) -> timedelta:
    if "minute" not in parts and "half" not in parts:
        raise _bad(value, "has an incomplete time")
    hour, minute, second = (int(parts.get(name, "0")) for name in ("hour", "minute", "second"))
    if "half" in parts:
        if not 1 <= hour <= 12:
            raise _bad(value, "has an impossible time")
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    # ISO 8601 writes the end of a day as 24:00 and a leap second as 60: the start of what follows.
    end_of_day = (hour, minute, second) == (24, 0, 0)
    leap = minute == 59 and second == 60
    if minute > 59 or (hour > 23 and not end_of_day) or (second > 59 and not leap):
        raise _bad(value, "has an impossible time")
    microsecond = int(parts.get("fraction", "0")[:6].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)


def _offset(zone: str, at: datetime, value: str) -> timedelta:
    """Time east of UTC; `at` is local and decides about summer time."""
    zone = zone.split(" ")[0]
    if match := re.fullmatch(r"(?:utc|gmt)?([+-])([0-9]{1,2}):?([0-9]{2})?", zone):
        sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
        if hours > 23 or minutes > 59:
            raise _bad(value, f"has an impossible zone {zone!r}")
        east = timedelta(hours=hours, minutes=minutes)
        return -east if sign == "-" else east
    if zone in _ZONE_HOURS:
        return timedelta(hours=_ZONE_HOURS[zone])
    try:
        east_of_utc = at.replace(tzinfo=ZoneInfo(_ZONE_PLACES[zone])).utcoffset()
    except (KeyError, ZoneInfoNotFoundError) as error:
        raise _bad(
            value,
            f"has the time zone {zone.upper()}, which is unknown or ambiguous; write an offset such as +01:00",
        ) from error
    return east_of_utc or timedelta()


def _bad(value: str, why: str) -> BadRecord:
    shown = value if len(value) <= _LONGEST else value[:_LONGEST] + "..."
    return BadRecord(f"{shown!r} {why}. Write it like {FORMS}.", field="published")
