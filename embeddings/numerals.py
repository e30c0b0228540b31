"""Numbers as they are written in texts: found, and compared without separators of thousands."""

import re

NUMERAL = re.compile(r"\d+(?:[.,:]\d+)*")
"""Digits with their separators: 4.2 is not 4 and 2."""
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


def without_thousands(number: str) -> str:
    """A number without separators of thousands: "1,900" is "1900", "4.2" stays."""
    return number.replace(",", "") if "," in number and _THOUSANDS.fullmatch(number) else number
