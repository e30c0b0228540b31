"""CSV, TSV and their relatives: a header that names the columns, an article a row.

The dialect is what makes the first rows agree with the header. A row costs itself: one with too many cells, or with a
quote that nothing closes, is skipped with its line, and the next line is a row again.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import StringIO
from itertools import islice
from typing import BinaryIO, NamedTuple

from ..errors import BadRecord
from ..fields.names import find_fields
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .decoding import decode_head, decode_record, records_of
from .jsonl import lines, too_long

_DELIMITERS = ",;\t|"
_SUFFIXES = (".csv", ".tsv", ".tab", ".psv")
_ROWS_LOOKED_AT = 20
_REOPENED_MAX = 50
"""Quotes that nothing closes, in a file, before the rest is given up: each is read twice."""


class _Dialect(NamedTuple):
    delimiter: str
    header: tuple[str, ...]


class Delimited:
    """One article a row."""

    name = "csv"

    def recognises(self, head: bytes, name: str) -> int:
        """By a first line that names the fields of articles, and rows that agree with it."""
        text = decode_head(head)
        if text is None or not text.strip():
            return 0
        dialect = _dialect(text)
        if dialect is None:
            return 0
        if _names_an_article(dialect.header):
            return 92
        return 60 if name.lower().endswith(_SUFFIXES) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article or a skip for each row."""
        buffered, encoding, options = records_of(stream, options)
        notes = (f"read as {encoding}",) if encoding else ()
        try:
            head, _ = decode_record(_whole_lines(buffered.peek(1 << 16)), options)
        except BadRecord as error:
            yield Skipped(location, str(error))
            return
        dialect = _dialect(head)
        if dialect is None:
            yield Skipped(location, "no table: its rows do not agree with its first line, which must name the columns")
            return
        nothing = True
        for number, row, more in islice(rows(buffered, dialect.delimiter, len(dialect.header), options), 1, None):
            here = SourceLocation(location.path, location.member, number)
            if isinstance(row, str):
                yield Skipped(here, row)
            elif any(map(str.strip, row)):
                yield _reading(dialect.header, row, here, options, (*notes, *more))
            else:
                continue
            nothing = False
        if nothing:
            yield Skipped(location, "a table without rows")


def _reading(
    header: Sequence[str], row: Sequence[str], here: SourceLocation, options: Options, notes: tuple[str, ...]
) -> Reading:
    if len(row) < len(header):
        notes = (*notes, f"a row with fewer cells than the {len(header):,} columns")
    return reading_of(dict(zip(header, row, strict=False)), here, options, "csv", notes)


def _names_an_article(header: Sequence[str]) -> bool:
    """Whether two of the columns at least are known, a title or text among them."""
    found, _ = find_fields(dict.fromkeys(header, "x"))
    return len(found) > 1 and bool(found.keys() & {"title", "text", "summary"})


def _whole_lines(head: bytes) -> bytes:
    return head[: head.rfind(b"\n") + 1] or head


def _dialect(head: str) -> _Dialect | None:
    """The delimiter under which most of the first rows have as many cells as the header; None: there is no table."""
    best: tuple[float, int, _Dialect] | None = None
    head = head.lstrip("\ufeff\r\n")
    for delimiter in _DELIMITERS:
        first = _first_rows(head, delimiter)
        header = tuple(cell.strip() for cell in first[0]) if first else ()
        if len(header) < 2 or len(set(header)) < len(header) or not all(len(name) < 100 for name in header):
            continue
        agree = sum(len(row) == len(header) for row in first[1:]) / (len(first) - 1) if len(first) > 1 else 1.0
        if (agree > 0.5 or _names_an_article(header)) and (best is None or (agree, len(header)) > best[:2]):
            best = agree, len(header), _Dialect(delimiter, header)
    return best[2] if best else None


def _first_rows(head: str, delimiter: str) -> list[list[str]]:
    cells = _Cells(delimiter)
    source = iter(StringIO(head, newline=""))
    rows: list[list[str]] = []
    with suppress(_Unclosed):  # the last row may be cut off
        rows.extend(islice(iter(lambda: cells.of_row(source), []), _ROWS_LOOKED_AT + 1))
    return rows


class _Unclosed(Exception):
    """A quote that nothing closes."""


class _Cells:
    """Takes rows apart.

    A quote closes a cell only where a delimiter or the end of the line follows: many programs do not double the quotes
    within, and Python's `csv` breaks such a row, and the ones behind it, into pieces.
    """

    def __init__(self, delimiter: str) -> None:
        self._delimiter = delimiter
        mark = re.escape(delimiter)
        self._opening = re.compile(r'[ ]*"')
        self._quoted = re.compile(rf'(?:[^"]++|""|"(?! *(?:{mark}|\r?\n?\Z)))*+')
        self._closing = re.compile(r'" *')
        self._plain = re.compile(rf"[^{mark}\r\n]*")

    def of_row(self, source: Iterator[str]) -> list[str]:
        """The cells of the next row, of as many lines as it has; none at the end.

        Raises:
            _Unclosed: the lines end within quotes.
        """
        cells: list[str] = []
        for line in source:
            at = 0
            while at >= 0:
                cell, at, line = self._cell(line, at, source)
                cells.append(cell)
                at = at + 1 if line[at : at + 1] == self._delimiter else -1
            return cells
        return cells

    def _cell(self, line: str, at: int, source: Iterator[str]) -> tuple[str, int, str]:
        """The cell that begins there, where it ends, and the line that it ends in."""
        opening = self._opening.match(line, at)
        if not opening:
            plain = self._plain.match(line, at)
            assert plain
            return plain.group(), plain.end(), line
        parts: list[str] = []
        at = opening.end()
        while True:
            inside = self._quoted.match(line, at)
            assert inside
            parts.append(inside.group().replace('""', '"'))
            if closing := self._closing.match(line, inside.end()):
                return "".join(parts), closing.end(), line
            following = next(source, None)
            if following is None:
                raise _Unclosed
            line, at = following, 0


_Row = tuple[int, list[str] | str, tuple[str, ...]]


def rows(stream: BinaryIO, delimiter: str, width: int, options: Options) -> Iterator[_Row]:
    """Rows with the lines they begin in, and notes; instead of one that cannot be read, or is too wide, the reason."""
    return iter(_Rows(stream, delimiter, width, options))


class _Unreadable(Exception):
    """A line that cannot be read, by itself."""


class _Rows:
    def __init__(self, stream: BinaryIO, delimiter: str, width: int, options: Options) -> None:
        self._lines = lines(stream, options.limits.record_bytes)
        self._again: list[tuple[int, str]] = []
        """Lines that are read once more, the next one last."""
        self._taken: list[tuple[int, str]] = []
        """Lines of the present row, and their length together."""
        self._length = 0
        self._notes: dict[str, None] = {}
        """On how they were decoded."""
        self._cells, self._options = _Cells(delimiter), options
        self._width = width
        self._left = _REOPENED_MAX

    def __iter__(self) -> Iterator[_Row]:
        while self._left:
            self._taken, self._length, self._notes = [], 0, {}
            source = self._source()
            try:
                row = self._cells.of_row(source)
            except _Unclosed:
                yield self._taken[0][0], self._given_up("a quote that nothing closes"), ()
            except _Unreadable as error:
                yield self._taken[0][0], str(error), ()
            else:
                if not row:
                    return
                number = self._taken[0][0]
                wide = any(map(str.strip, row[self._width :]))
                yield number, self._too_wide(row) if wide else row, tuple(self._notes)

    def _too_wide(self, row: list[str]) -> str:
        reason = f"{len(row):,} cells, but {self._width:,} columns; put a text with separators in it in quotes"
        return self._given_up(reason) if len(self._taken) > 1 else reason

    def _given_up(self, reason: str) -> str:
        """The first line is given up, those behind it are read again."""
        self._left -= 1
        self._again.extend(reversed(self._taken[1:]))
        return reason if self._left else f"{reason}. It is one of too many: the rest of the file was not read"

    def _source(self) -> Iterator[str]:
        while line := self._again.pop() if self._again else self._next_line():
            self._taken.append(line)
            self._length += len(line[1])
            if self._length > self._options.limits.record_bytes:
                return
            yield line[1]

    def _next_line(self) -> tuple[int, str] | None:
        number, line = next(self._lines, (0, b""))
        if not number:
            return None
        try:
            if line is None:
                raise BadRecord(too_long(self._options.limits))
            text, notes = decode_record(line, self._options)
            self._notes.update(dict.fromkeys(notes))
            return number, text
        except BadRecord as error:
            self._taken.append((number, ""))
            raise _Unreadable(str(error)) from error
