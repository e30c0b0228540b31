"""Markdown as newspapers export it: heading, date line, paragraphs, a section with the URL.

    ## A Former Signal Box Becomes a Restaurant

    January 13, 2024

    The old signal box at Dunmarrow North ...

    ## Original url:

    https://dunmarrowpost.example/living/...

Only that shape is read; this is not a Markdown renderer: escapes and heading marks are removed, all else stays as
written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import BinaryIO

from ..dates import looks_like_date_line
from ..errors import BadRecord
from ..urls import canonical_url
from .base import Options, ParsedArticle, Reading, Skipped, SourceLocation, reading_of
from .decoding import decode_head, read_noted

_HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>\S.*)")
_URL_HEADING = re.compile(r"#{1,6}[ \t]*original[ \t]+url[ \t]*:?(?P<url>.*)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A backslash before ASCII punctuation means the punctuation itself (CommonMark 0.31, section 2.4)."""
_LINK = re.compile(r"\[[^\]\[]*\]\((?P<url>[^()\s]*)\)|<(?P<bare>[^<>\s]*)>")

_WORDS = {"no title": "no heading", "no date": "no date line", "no url": "no original url"}


@dataclass(slots=True)
class _Parts:
    """The parts of one file; lines are stripped."""

    title: str = ""
    date: str = ""
    url: str = ""
    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Markdown:
    """One article a file, in the shape shown at the top of this module."""

    name = "markdown"

    def recognises(self, head: bytes, name: str) -> int:
        """By the heading that opens the file and the section that closes it."""
        text = decode_head(head)
        if text is None:
            return 0
        suffix = name.lower().endswith((".md", ".markdown"))
        lines = (line.strip() for line in text.splitlines())
        if not _HEADING.fullmatch(next(filter(None, lines), "")):
            return 30 if suffix else 0
        return 95 if any(map(_URL_HEADING.fullmatch, lines)) else 80 + 5 * suffix

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield the one article, or a skip that says why it cannot be read."""
        try:
            text, notes = read_noted(stream, options)
            parts = _take_apart(text)
        except BadRecord as error:
            yield Skipped(location, str(error))
            return
        record = {"title": parts.title, "text": _body(parts.body), "published": parts.date, "url": parts.url}
        reading = reading_of(record, location, options, self.name, (*parts.notes, *notes))
        if isinstance(reading, ParsedArticle):
            reading = replace(reading, notes=tuple(_WORDS.get(note, note) for note in reading.notes))
        yield reading


def _take_apart(text: str) -> _Parts:
    parts = _Parts()
    lines = [line.strip() for line in text.strip().split("\n")]
    if heading := _HEADING.fullmatch(lines[0]):
        parts.title = _plain(heading["text"])
        lines = lines[1:]
    lines = _without_url_section(lines, parts)
    first = next((i for i, line in enumerate(lines) if line), len(lines))
    if first < len(lines) and looks_like_date_line(date := lines[first].strip("*_ ")):
        parts.date = date
        lines = lines[first + 1 :]
    parts.body = lines
    return parts


def _without_url_section(lines: list[str], parts: _Parts) -> list[str]:
    """Remove the last `Original url` section; anything else in it stays in the body."""
    for at in reversed(range(len(lines))):
        if match := _URL_HEADING.fullmatch(lines[at]):
            break
    else:
        return lines
    after = at + 1
    value = match["url"].strip()
    if not value:
        after = next((i for i in range(at + 1, len(lines)) if lines[i]), len(lines))
        value = "".join(lines[after : after + 1])
        after += 1
    link = _LINK.fullmatch(value)
    url = _plain((link["url"] or link["bare"] or "") if link else value)
    try:
        canonical_url(url)
    except BadRecord:
        if value:
            parts.notes.append(f"original url is not a web address: {value[:80]!r}")
        if " " in value:  # a sentence that follows an empty section belongs to the text
            after -= 1
    else:
        parts.url = url
    return [*lines[:at], "", *lines[after:]]


def _body(lines: list[str]) -> str:
    """Paragraphs separated by exactly one blank line; a line break within one stays."""
    paragraphs = ("\n".join(map(_line, group)) for full, group in groupby(lines, bool) if full)
    return "\n\n".join(paragraphs)


def _line(line: str) -> str:
    heading = _HEADING.fullmatch(line)
    return _plain(heading["text"] if heading else line)


def _plain(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
