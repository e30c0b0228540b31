"""From lines of text to the articles of an export of Nexis or Factiva, whatever file the lines come from."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .decoding import decode_head, in_utf8
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


def text_lines(stream: BinaryIO, options: Options) -> Iterator[Line]:
    """The lines of a file, numbered from 1; a byte that is not UTF-8 is read as Windows-1252.

    A line beyond the limit for a record is left out.
    """
    recoded, _ = in_utf8(stream, options)
    for number, line in lines(recoded, options.limits.record_bytes):
        if line is None:
            continue
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            yield number, line.decode("cp1252", "replace").rstrip("\r\n")


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
