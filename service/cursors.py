"""Cursors: where a page ended, as text that a client hands back unchanged."""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable
from itertools import accumulate

import numpy as np

from .errors import BadCursor, OtherCursor

_SHOWN_BYTES = 50_000
"""Of an unpacked cursor of a related query, at most."""


def encode_cursor(*position: str | int) -> str:
    """The cursor of a position."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def decode(cursor: str, types: tuple[type, ...]) -> list[str | int]:
    """The position of a cursor, values of these types.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    try:
        found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(found, list) or [type(value) for value in found] != list(types):
        raise BadCursor(cursor)
    if any(not 0 <= v < 1 << 63 if isinstance(v, int) else not v.isprintable() for v in found):
        raise BadCursor(cursor)  # SQLite takes no larger numbers and no lone surrogates
    return found


def decode_number(cursor: str | None) -> int | None:
    """The position of a cursor of one number; None without a cursor.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    return int(decode(cursor, (int,))[0]) if cursor else None


def encode_shown(query: str, day: float | None, rows: Iterable[int]) -> str:
    """The cursor of a related query: its digest, the day that recency counts from, and the rows shown so far."""
    packed = zlib.compress(json.dumps([query, day, np.diff(sorted(rows), prepend=0).tolist()]).encode(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_shown(cursor: str, query: str) -> tuple[float | None, tuple[int, ...]]:
    """The day and the rows of a cursor that `encode_shown` made for this query.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
        OtherCursor: it was given for another query.
    """
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        found = json.loads(zlib.decompressobj().decompress(packed, _SHOWN_BYTES))
        digest, day, steps = found
        rows = tuple(accumulate(int(step) for step in steps))
        day = None if day is None else float(day)
    except (ValueError, TypeError, OverflowError, RecursionError, zlib.error) as error:
        raise BadCursor(cursor) from error
    if not isinstance(digest, str) or any(not 0 <= row < 1 << 63 for row in rows) or (day is not None and day != day):
        raise BadCursor(cursor)
    if digest != query:
        raise OtherCursor(cursor)
    return day, rows
