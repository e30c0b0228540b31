"""Moments that computers count: seconds, milli-, micro- or nanoseconds since 1970."""

import re
from datetime import UTC, datetime, timedelta

_NUMBER = re.compile(r"(?:/?date\()?(\d{9,19})(?:\.(\d{1,9}))?(?:[+-]\d{4})?(?:\)/?)?")
_POWER = re.compile(r"(\d)\.(\d{6,18})e\+?(\d{1,2})")
_UNITS = {9: 1, 10: 1, 12: 10**3, 13: 10**3, 15: 10**6, 16: 10**6, 18: 10**9, 19: 10**9}
"""Digits of a number -> its units a second."""
_LAST = 1_990_000_000
"""Seconds: January 2033. From there on ten digits may as well be a year, month, day and hour (`2011111614`)."""
_COMPACT = re.compile(r"(?:1[6-9]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_of(text: str) -> datetime | None:
    """The moment that a number counts: from 1973 (nine digits of seconds) to 2033; None for any other text.

    A number in powers of ten (`1.709543520E9`) needs its digits: a spreadsheet that leaves some out leaves days out.
    """
    if power := _POWER.fullmatch(text):
        digits = power[2].ljust(int(power[3]), "0")
        if len(digits) > int(power[3]):
            return None
        text = power[1] + digits
    found = _NUMBER.fullmatch(text)
    if not found or len(found[1]) not in _UNITS or (len(found[1]) == 12 and _COMPACT.fullmatch(found[1])):
        return None
    units = _UNITS[len(found[1])]
    seconds, rest = divmod(int(found[1]), units)
    if seconds >= _LAST:
        return None
    micro = rest * 10**6 // units or (int((found[2] or "0")[:6].ljust(6, "0")) if units == 1 else 0)
    return _EPOCH + timedelta(seconds=seconds, microseconds=micro)
