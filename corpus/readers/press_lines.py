"""From lines of text to the articles of an export of Nexis or Factiva, whatever file the lines come from."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import BinaryIO

from ..errors import BadRecord
from .base import Options, ParsedArticle, Reading, Skipped, SourceLocation, reading_of
from .decoding import decode_head, decode_record, records_of
from .jsonl import lines, too_long
from .press_databases import Document, Line, factiva_document, factiva_parts, nexis_document, nexis_parts
from .xml_text import filled

_HEAD_LINES = 400
_SAYS_SOMETHING = 200
"""Characters. A part without a date line that is longer is a document that cannot be read, else a cover or a list."""


def head_lines(head: bytes) -> list[str]:
    """The first lines of a file that is text; none for one that is not."""
    text = decode_head(head)
    if text is None and b"\0" not in head:
        text = head.decode("cp1252", "replace")
    return (text or "").splitlines()[:_HEAD_LINES]


def text_lines(stream: BinaryIO, options: Options, notes: dict[str, None]) -> Iterator[Line]:
    """The lines of a file, numbered from 1, each in its encoding.

    `notes` gets what is to be said of them: another encoding than UTF-8, a line beyond the limit for a record, which is
    left out.
    """
    recoded, encoding, options = records_of(stream, options)
    for number, line in lines(recoded, options.limits.record_bytes):
        if encoding:
            notes[f"read as {encoding}"] = None
        if line is None:
            notes[f"a line of more than {options.limits.record_bytes:,} bytes left out"] = None
            continue
        try:
            text, more = decode_record(line, options)
        except BadRecord:
            text, more = line.decode("cp1252", "replace"), ("bytes in no known encoding read as windows-1252",)
        notes.update(dict.fromkeys(more))
        yield number, text.rstrip("\r\n")


def with_notes(readings: Iterable[Reading], notes: dict[str, None]) -> Iterator[Reading]:
    """The readings with the notes that came while each was read, which are taken out of `notes`."""
    for reading in readings:
        if notes and isinstance(reading, ParsedArticle):
            yield replace(reading, notes=(*reading.notes, *notes))
            notes.clear()
        else:
            yield reading


def nexis_readings(
    found: Iterable[Line], location: SourceLocation, options: Options, format: str, wrapped: bool
) -> Iterator[Reading]:
    """An article, or a skip that says why there is none, for each document of an export of Nexis."""
    for number, part in enumerate(nexis_parts(_within_limits(found, options)), 1):
        document = nexis_document(part, wrapped)
        if document is None and number > 1 and sum(len(line.strip()) for _, line in part) >= _SAYS_SOMETHING:
            yield Skipped(
                _at(location, part), "a document of Nexis without a date line: its parts cannot be told apart"
            )
        elif document is not None:
            yield _reading(document, location, options, format)


def factiva_readings(
    found: Iterable[Line], location: SourceLocation, options: Options, format: str
) -> Iterator[Reading]:
    """An article, or a skip that says why there is none, for each document of an export of Factiva."""
    for part in factiva_parts(_within_limits(found, options)):
        document = factiva_document(part)
        if document is not None:
            yield _reading(document, location, options, format)
        elif sum(len(line.strip()) for _, line in part) >= _SAYS_SOMETHING:
            yield Skipped(
                _at(location, part), "a document of Factiva without field codes and without its number of words"
            )


def _reading(document: Document, location: SourceLocation, options: Options, format: str) -> Reading:
    here = SourceLocation(location.path, location.member, document.line)
    text = str(document.fields.get("text", ""))
    if len(text.encode("utf-8", "replace")) > options.limits.record_bytes:
        return Skipped(here, too_long(options.limits))
    return reading_of(filled(document.fields), here, options, format)


def _at(location: SourceLocation, part: list[Line]) -> SourceLocation:
    return SourceLocation(location.path, location.member, part[0][0] if part else None)


def _within_limits(found: Iterable[Line], options: Options) -> Iterator[Line]:
    """The lines, less those of a file without marks that would all have to be held in memory at once."""
    size = 0
    for number, line in found:
        size = 0 if len(line) < 120 and _may_be_mark(line) else size + len(line)
        if size <= 2 * options.limits.record_bytes:
            yield number, line


def _may_be_mark(line: str) -> bool:
    lower = line.lower()
    return "docum" in lower or "dokument" in lower or line.startswith(("HD", "AN"))
