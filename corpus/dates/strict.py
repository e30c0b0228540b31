"""Dates in English and in ISO 8601: strict, and never guessed.

Recognised by explicit patterns (no dateutil: its parser fills what is missing from today's date and reads "03/04/2011"
as March). What can be read in two ways, or leaves out the year, is refused with the accepted forms. What archives bring
besides is brought into one of these forms by `corpus.dates.stated`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ..article import Precision, Published
from ..errors import BadRecord
from .names import MONTHS
from .zones import ImpossibleZone, UnknownZone, offset_of

LONGEST = 100
"""Characters. JavaScript's form with the zone in words has 70."""

FORMS = "2011-11-16, 2011-11-16T14:30:00Z, November 16, 2011, 16 Nov 2011 14:30 GMT, November 2011 or 2011"
"""The forms named in messages; more are accepted, see the tests."""

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
    r"(?: ?(?P<zone>(?:utc|gmt)?[+-][0-9]{1,2}(?::?[0-9]{2})?"
    r"(?: \([a-z][a-z ]{0,40}\)| [a-z]{1,5}(?= *$))?(?:\[[a-z_/+-]{1,40}\])?"
    r"|(?:eastern|central|mountain|pacific)(?: (?:standard |daylight )?time)?"
    r"|\[?[a-z_]{2,20}(?:/[a-z_-]{2,20}){1,2}\]?"
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
    if len(value) > LONGEST:
        raise bad(value, "is too long for a date")
    text = " ".join(value.casefold().replace("\u2212", "-").split())
    if not (parts := parts_of(text)):
        raise bad(value, "is not a date in a known form")
    try:
        return published_from(parts, text)
    except UnknownZone as error:
        why = f"has the time zone {error}, which is unknown or ambiguous; write an offset such as +01:00"
        raise bad(value, why) from error
    except ValueError as error:
        raise bad(value, str(error)) from error


def is_date(value: str) -> bool:
    """Whether `parse_published` accepts it."""
    try:
        parse_published(value)
    except BadRecord:
        return False
    return True


def parts_of(text: str) -> dict[str, str] | None:
    """The parts of a date in one of the forms, None where it has none; `text` in lower case, white space squeezed."""
    text = _expanded(text)
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            return {k: v for k, v in match.groupdict().items() if v}
    return None


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


def _expanded(text: str) -> str:
    """ISO 8601's basic form (20111116T143000Z, usual in NewsML), rewritten as its extended form."""
    match = _ISO_BASIC.fullmatch(text)
    if not match:
        return text
    year, month, day, hour, minute, second, fraction, zone = match.groups(default="")
    time = f"t{hour}:{minute}{':' if second else ''}{second}{fraction}{zone}" if hour else ""
    return f"{year}-{month}-{day}{time}"


def published_from(parts: Mapping[str, str], text: str, *, zone: bool = True) -> Published:
    """The date that parts state.

    Args:
        parts: as `parts_of` finds them.
        text: what they were found in.
        zone: whether its zone is read; else its day is returned.

    Raises:
        UnknownZone: the zone is unknown or ambiguous.
        ValueError: the date is impossible, can be read as two dates, or is out of range; the message says which.
    """
    month, day = _month_and_day(parts)
    timed = "hour" in parts
    time = _time_of_day(parts) if timed else timedelta()
    try:
        at = datetime(int(parts["year"]), 1 if month is None else month, 1 if day is None else day)
        local = at + time
        if timed and zone:
            at = local - offset_of(parts.get("zone", "z"), local, text)
    except (UnknownZone, ImpossibleZone):
        raise
    except (ValueError, OverflowError) as error:
        raise ValueError(f"is not possible ({error})") from error
    if timed and zone:
        precision = Precision.INSTANT
    elif day is not None:
        precision = Precision.DAY
    else:
        precision = Precision.YEAR if month is None else Precision.MONTH
    return Published(at.replace(tzinfo=UTC), precision)


def _month_and_day(parts: Mapping[str, str]) -> tuple[int | None, int | None]:
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second_number"])
        if first != second and max(first, second) <= 12:
            raise ValueError("can be read as two dates (month or day first)")
        return (second, first) if first > 12 else (first, second)
    day = int(parts["day"]) if "day" in parts else None
    if "month" in parts:
        return MONTHS.index(parts["month"][:3]) + 1, day
    return (int(parts["number"]) if "number" in parts else None), day


def _time_of_day(parts: Mapping[str, str]) -> timedelta:
    if "minute" not in parts and "half" not in parts:
        raise ValueError("has an incomplete time")
    hour, minute, second = (int(parts.get(name, "0")) for name in ("hour", "minute", "second"))
    if "half" in parts:
        if not 1 <= hour <= 12:
            raise ValueError("has an impossible time")
        hour = hour % 12 + (12 if parts["half"] == "p" else 0)
    # ISO 8601 writes the end of a day as 24:00 and a leap second as 60: the start of what follows.
    end_of_day = (hour, minute, second) == (24, 0, 0)
    leap = minute == 59 and second == 60
    if minute > 59 or (hour > 23 and not end_of_day) or (second > 59 and not leap):
        raise ValueError("has an impossible time")
    microsecond = int(parts.get("fraction", "0")[:6].ljust(6, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)


def bad(value: str, why: str) -> BadRecord:
    """The error about a value; it names the forms."""
    return BadRecord(f"{shown(value)} {why}. Write it like {FORMS}.", field="published")


def shown(value: str) -> str:
    """A value as messages show it."""
    return repr(value if len(value) <= LONGEST else value[:LONGEST] + "...")
