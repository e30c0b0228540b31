"""JSON of any shape: a record a line, an array, records one after the other, one a file, lists within an answer."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from ..errors import BadRecord
from ..fields.names import find_fields
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .decoding import decode_head, decode_record, records_of
from .json_pieces import Piece, pieces, restarted
from .json_shapes import action_id, records_in
from .jsonl import BRACKETS_MAX, lines, too_long

_STARTS = re.compile(r"[\[\s]*\{\s*(?:\"|\}|$)|\[\s*$")
_LOOKED_AT = 5
"""Lines of a file that decide whether it has a record a line."""
_DIGITS_MAX = 300
"""A longer number stays a text: Python refuses it, and no field that is read is one."""
_LAST_COMMA = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")|,(?=\s*[}\]])', re.DOTALL)


class Json:
    """Records of articles under any usual names (`corpus.fields.NAMES`). A bad one does not affect the others."""

    name = "json"

    def recognises(self, head: bytes, name: str) -> int:
        """By the first brackets, or by the name."""
        text = (decode_head(head) or "").lstrip()
        if _STARTS.match(text):
            return 90
        suffix = name.lower().endswith((".jsonl", ".ndjson", ".json"))
        return 40 if suffix and text else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article or a skip for each record."""
        buffered, encoding, options = records_of(stream, options)
        notes = (f"read as {encoding}",) if encoding else ()
        found = _by_line if _has_lines(buffered.peek(1 << 16)) else _by_piece
        nothing = True
        id = ""
        for piece, value in found(buffered, options):
            nothing = False
            here = SourceLocation(location.path, location.member, piece.line)
            if isinstance(value, str):
                yield Skipped(here, value)
            elif (named := action_id(value.json)) is not None:
                id = named
            else:
                records = list(records_in(value.json))
                for number, record in enumerate(records, 1):
                    here = replace(here, item=number if len(records) > 1 else None)
                    if record.reason:
                        yield Skipped(here, record.reason)
                    else:
                        yield reading_of(
                            _named(record.fields, id), here, options, self.name, (*value.notes, *record.notes, *notes)
                        )
                id = ""
        if nothing:
            yield Skipped(location, "there is no JSON object in it")


class _Value:
    """A parsed record, and notes on it."""

    def __init__(self, json: object, notes: tuple[str, ...]) -> None:
        self.json, self.notes = json, notes


def _named(fields: Mapping[str, object], id: str) -> Mapping[str, object]:
    """A record with the id that the line before it gives, where it has none of its own."""
    return {**fields, "id": id} if id and "id" not in find_fields(fields)[0] else fields


def _has_lines(head: bytes) -> bool:
    """Whether one of the first lines is a record of its own."""
    first = [line for line in head.splitlines(keepends=True) if line.strip()][:_LOOKED_AT]
    if not first or first[0].lstrip().startswith(b"["):
        return False
    return any(line.endswith(b"\n") and isinstance(_parsed(line.strip().rstrip(b",")), dict) for line in first)


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _by_line(stream: "io.BufferedReader[Any]", options: Options) -> Iterator[tuple[Piece, _Value | str]]:
    for number, line in lines(stream, options.limits.record_bytes):
        if line is None or line.strip():
            piece = Piece(number, line)
            yield from ((piece, value) for value in _values(piece, options))


def _by_piece(stream: "io.BufferedReader[Any]", options: Options) -> Iterator[tuple[Piece, _Value | str]]:
    for piece in pieces(stream, options.limits.record_bytes):
        values = _values(piece, options)
        if piece.data and isinstance(values[0], str) and len(parts := restarted(piece)) > 1:
            yield from ((part, value) for part in parts for value in _values(part, options))
        else:
            yield from ((piece, value) for value in values)


def _values(piece: Piece, options: Options) -> list[_Value | str]:
    """The values in a piece, each with its notes, or why it cannot be read."""
    if piece.data is None:
        return [too_long(options.limits)]
    if piece.data.count(b"[") + piece.data.count(b"{") > BRACKETS_MAX:
        return [f"more than {BRACKETS_MAX:,} brackets"]
    try:
        text, notes = decode_record(piece.data.strip(), options)
        return [_value(text, notes)]
    except BadRecord as error:
        return [str(error)]
    except RecursionError:
        return ["not JSON: nested too deeply"]
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            inner = list(pieces(io.BufferedReader(io.BytesIO(piece.data)), options.limits.record_bytes))
            if len(inner) > 1:
                return [value for each in inner for value in _values(each, options)]
        return [f"not JSON: {error.msg} (column {error.colno})"]


def _value(text: str, notes: tuple[str, ...]) -> _Value:
    """Parse tolerantly: what is meant is plain in spite of a last comma, a control character, NaN."""
    twice: set[str] = set()

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(found)
        if len(made) < len(found):
            twice.update(key for key, times in Counter(key for key, _ in found).items() if times > 1)
        return made

    def parse(text: str) -> object:
        return json.loads(text, strict=False, object_pairs_hook=pairs, parse_int=_number)

    try:
        value = parse(text)
    except json.JSONDecodeError as error:
        without = _LAST_COMMA.sub(lambda match: match[1] or "", text).rstrip(", \n\r\t")
        if without == text:
            raise
        try:
            value = parse(without)
        except json.JSONDecodeError:
            raise error from None
    return _Value(
        value, (*notes, *(f"the key {key[:80]!r} appears twice: its last value counts" for key in sorted(twice)))
    )


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS_MAX else digits
