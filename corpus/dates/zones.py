"""Time zones as dates in the news name them: abbreviations, offsets, names of the tz database.

A name that several places use for different hours ("BST": Britain, Bangladesh) has no offset here.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_HOURS = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 1,
    "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
    "nst": -3.5, "ndt": -2.5, "adt": -3, "brt": -3, "art": -3, "uyt": -3, "cot": -5, "pet": -5, "bot": -4,
    "cet": 1, "cest": 2, "met": 1, "mest": 2, "mez": 1, "mesz": 2, "eet": 2, "eest": 3, "trt": 3, "idt": 3,
    "wat": 1, "cat": 2, "sast": 2, "eat": 3, "irst": 3.5, "pkt": 5, "npt": 5.75, "mmt": 6.5, "ict": 7, "wib": 7,
    "wita": 8, "wit": 9, "sgt": 8, "hkt": 8, "myt": 8, "pht": 8, "phst": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip
"""Hours east of UTC. The American ones mean what RFC 5322 (section 4.3) fixed; names that had several offsets in the
last fifty years are left out."""

_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "msk": "Europe/Moscow",
}
"""What papers print all year round; the date decides whether it is summer time."""

AMBIGUOUS = frozenset("bst ist cst ast gst ect amt sst wst local".split())
"""Names with several meanings in the news: Britain and Bangladesh; India, Ireland and Israel; Chicago, China and Cuba;
Halifax and Arabia; the Gulf and South Georgia..."""

_MAIL_CST = re.compile(r"[a-z]{3}, ?[0-9]{1,2} [a-z]{3} [0-9]{4} [0-9]{2}:[0-9]{2}(?::[0-9]{2})? cst")
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])([0-9]{1,2}):?([0-9]{2})?")
_EAST_MOST = timedelta(hours=18)


class UnknownZone(ValueError):
    """A zone without one meaning; the argument is its name in capitals."""


class ImpossibleZone(ValueError):
    """An offset that no place has."""


def offset_of(zone: str, at: datetime, text: str) -> timedelta:
    """Time east of UTC.

    Args:
        zone: in lower case, `+01:00`, `gmt+1`, `cest`, `et`, `europe/berlin`; what stands behind an offset is ignored.
        at: local time, which decides about summer time.
        text: all of the date in lower case: in the form of mail, CST means what RFC 5322 fixed.

    Raises:
        UnknownZone: the name is unknown or ambiguous.
        ImpossibleZone: no place has this offset.
    """
    name, _, inner = zone.partition("[")
    name = name.strip().split(" ")[0]
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes = match[1], int(match[2]), int(match[3] or 0)
        east = timedelta(hours=hours, minutes=minutes)
        if east > _EAST_MOST or minutes > 59:
            raise ImpossibleZone(f"has an impossible zone {name!r}")
        return -east if sign == "-" else east
    name = name or inner.rstrip("]")
    if name in _HOURS:
        return timedelta(hours=_HOURS[name])
    if name == "cst" and _MAIL_CST.fullmatch(text):
        return timedelta(hours=-6)
    try:
        place = _PLACES.get(name) or _place_names()[name]
        return at.replace(tzinfo=ZoneInfo(place)).utcoffset() or timedelta()
    except (KeyError, ZoneInfoNotFoundError) as error:
        raise UnknownZone(name.upper()) from error


@lru_cache(maxsize=1)
def _place_names() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones() if "/" in name}
