"""ProQuest exports as text: documents between lines of underscores, each field under its name."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .jsonl import too_long
from .press_databases import LANGUAGES
from .press_lines import head_lines, text_lines, with_notes
from .xml_text import filled, paragraphs_of

_BETWEEN = re.compile(r"_{20,}\s*")
_LABEL = re.compile(r"(?P<name>[A-Z][\w/ -]{1,40}?): ?(?P<value>.*)")
_ROLES = {
    "title": "title", "full text": "text", "abstract": "summary", "author": "author", "publication title": "source",
    "publication date": "published", "document url": "url", "proquest document id": "id", "section": "section",
    "language of publication": "language",
}  # fmt: skip
_OTHERS = frozenset(
    "publication info;pages;publication year;volume;issue;issn;isbn;e-issn;coden;place of publication;publisher"
    ";country of publication;publication subject;source type;document type;subject;people;location;links;copyright"
    ";company / organization;identifier / keyword;identifier;classification;last updated;database;column;dateline"
    ";document feature;number of pages;first page;start page;number of references;credit;page;doi;notes;edition"
    .split(";")
)  # fmt: skip
"""Names of further fields; each ends the one before it."""


class ProQuest:
    """Each document of the file."""

    name = "proquest"

    def recognises(self, head: bytes, name: str) -> int:
        """By a line of underscores and fields that only these exports have."""
        lines = head_lines(head)
        if not any(map(_BETWEEN.fullmatch, lines)):
            return 0
        names = {found["name"].lower() for line in lines if (found := _LABEL.match(line))}
        return 94 if {"title", "proquest document id"} <= names or {"full text", "publication title"} <= names else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each document."""
        notes: dict[str, None] = {}
        nothing = True
        for reading in with_notes(self._readings(text_lines(stream, options, notes), location, options), notes):
            nothing = False
            yield reading
        if nothing:
            yield Skipped(location, "there is no document of ProQuest in it")

    def _readings(
        self, lines: Iterator[tuple[int, str]], location: SourceLocation, options: Options
    ) -> Iterator[Reading]:
        for line, fields in _documents(lines, options.limits.record_bytes):
            here = SourceLocation(location.path, location.member, line)
            if fields:
                yield reading_of(_record(fields), here, options, self.name)
            else:
                yield Skipped(here, too_long(options.limits))


def _documents(lines: Iterator[tuple[int, str]], longest: int) -> Iterator[tuple[int, dict[str, list[str]]]]:
    """First line and fields (name -> lines) of each document; no fields for one longer than `longest` characters."""
    fields: dict[str, list[str]] = {}
    label, start, size = "", 1, 0
    for number, line in lines:
        if _BETWEEN.fullmatch(line):
            if _is_document(fields):
                yield start, fields if size <= longest else {}
            fields, label, start, size = {}, "", number + 1, 0
            continue
        found = _LABEL.match(line)
        name = found["name"].lower() if found else ""
        if found and (name in _ROLES or name in _OTHERS) and name not in fields:
            label, line = name, found["value"]
            fields[label] = []
        size += len(line)
        if label and size <= longest:
            fields[label].append(line)
    if _is_document(fields):
        yield start, fields if size <= longest else {}


def _is_document(fields: dict[str, list[str]]) -> bool:
    return "title" in fields and len(fields) > 2


def _record(fields: dict[str, list[str]]) -> dict[str, object]:
    record: dict[str, object] = {
        role: " ".join(" ".join(fields.get(name, ())).split()) for name, role in _ROLES.items()
    }
    for name in ("full text", "abstract"):
        record[_ROLES[name]] = paragraphs_of("\n".join(fields.get(name, ())))
    language = str(record["language"]).lower()
    return filled({**record, "language": LANGUAGES.get(language, "")})
