"""Markdown as newspapers and blogs export it: front matter or heading, byline, date line, paragraphs, original URL.

    ## A Former Signal Box Becomes a Restaurant

    January 13, 2024

    The old signal box at Dunmarrow North ...

    ## Original url:

    https://dunmarrowpost.example/living/...

Or with front matter (Jekyll, Hugo, Pelican's and others' YAML between `---`, TOML between `+++`), whose fields have the
usual names. markdown-it-py tells text from markup: emphasis, links and images go, their words stay.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from ..dates import looks_like_date_line
from ..errors import BadRecord
from ..fields.names import find_fields
from ..urls import canonical_url
from .base import Options, ParsedArticle, Reading, Skipped, SourceLocation, reading_of
from .decoding import decode_head, read_noted
from .markdown_text import plain_blocks, plain_line

_HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>\S.*)")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_URL_HEADING = re.compile(r"#{1,6}[ \t]*original[ \t]+url[ \t]*:?(?P<url>.*)", re.IGNORECASE)
_LINK = re.compile(r"\[[^\]\[]*\]\((?P<url>[^()\s]*)\)|<(?P<bare>[^<>\s]*)>")
_MATTER = re.compile(
    r"\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<matter>.*?)^(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_KEY = re.compile(r"^[\"']?[\w -]+[\"']?\s*[:=]", re.MULTILINE)
_FILE_DATE = re.compile(r"(?:^|[/\\])(\d{4}-\d\d-\d\d)-[^/\\]*$")
_BYLINE = re.compile(r"by\s+(?P<author>\S.{0,98}\S)", re.IGNORECASE)
_HEAD_PARTS = re.compile(r"\s*[|•·]\s*")
_HEAD_LINES = 3
"""Lines under the heading that may hold byline and date."""
_HEAD_LINE_MAX = 200
"""Characters."""
_DRAFT = (("draft", "true"), ("published", "false"), ("status", "draft"))

_WORDS = {"no title": "no heading", "no date": "no date line", "no url": "no original url"}


@dataclass(slots=True)
class _Parts:
    """The parts of one file; lines are stripped."""

    title: str = ""
    date: str = ""
    author: str = ""
    url: str = ""
    body: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def record(self) -> dict[str, object]:
        """What the text itself says, by the names of the fields."""
        said = {"title": self.title, "published": self.date, "author": self.author, "url": self.url}
        return {name: value for name, value in said.items() if value}


class Markdown:
    """One article a file, in the shapes shown at the top of this module."""

    name = "markdown"

    def recognises(self, head: bytes, name: str) -> int:
        """By front matter, by the heading that opens the file and the section that closes it."""
        text = decode_head(head)
        if text is None:
            return 0
        if (matter := _MATTER.match(text)) and _KEY.search(matter["matter"]) and not name.endswith((".yml", ".yaml")):
            return 95
        suffix = name.lower().endswith((".md", ".markdown"))
        lines = [line.strip() for line in text.strip().splitlines()]
        if not lines or not (_HEADING.fullmatch(lines[0]) or _is_underlined(lines)):
            return 30 if suffix else 0
        return 95 if any(map(_URL_HEADING.fullmatch, lines)) else 80 + 5 * suffix

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield the one article, or a skip that says why it cannot be read."""
        try:
            text, decoded = read_noted(stream, options)
        except BadRecord as error:
            yield Skipped(location, str(error))
            return
        matter, text, notes = _front_matter(text)
        notes += decoded
        if any(str(matter.get(name, "")).lower() == value for name, value in _DRAFT):
            yield Skipped(location, "a draft, as its front matter says")
            return
        parts = _take_apart(text)
        found, _ = find_fields(matter)
        record = {**matter, **{name: value for name, value in parts.record().items() if name not in found}}
        if "title" in found and parts.title and parts.title != plain_line(found["title"].value_of("title")):
            parts.body.insert(0, f"# {parts.title}\n")  # a heading within, not the title
        record["text"] = plain_blocks("\n".join(parts.body))
        if "published" not in found and not parts.date and (day := _FILE_DATE.search(location.member or location.path)):
            record["published"] = day[1]
            notes.append("date from the file's name")
        if "title" in found:
            record[found["title"].name] = plain_line(found["title"].value_of("title"))
        reading = reading_of(record, location, options, self.name, (*parts.notes, *notes))
        if isinstance(reading, ParsedArticle):
            reading = replace(reading, notes=tuple(_WORDS.get(note, note) for note in reading.notes))
        yield reading


def _front_matter(text: str) -> tuple[Mapping[str, Any], str, list[str]]:
    """The fields of the front matter, the text behind it, and notes."""
    match = _MATTER.match(text)
    if not match or not _KEY.search(match["matter"]):
        return {}, text, []
    try:
        fields = _yaml(match["matter"]) if match["fence"] == "---" else _toml(match["matter"])
    except ValueError as error:
        return {}, text[match.end() :], [f"front matter not read: {' '.join(str(error).split())[:200]}"]
    return fields, text[match.end() :], []


def _yaml(matter: str) -> Mapping[str, Any]:
    import yaml

    try:
        found = yaml.load(matter, Loader=yaml.BaseLoader)  # its values are texts, lists and mappings only
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}


def _toml(matter: str) -> Mapping[str, Any]:
    import tomllib

    return tomllib.loads(matter)


def _is_underlined(lines: list[str]) -> bool:
    """Whether a setext heading opens the text."""
    return len(lines) > 1 and bool(lines[0]) and lines[1].startswith("===") and bool(_UNDERLINE.fullmatch(lines[1]))


def _take_apart(text: str) -> _Parts:
    parts = _Parts()
    lines = [line.rstrip() for line in text.strip().split("\n")]
    if heading := _HEADING.fullmatch(lines[0]):
        parts.title = plain_line(heading["text"].rstrip("# \t"))
        lines = lines[1:]
    elif len(lines) > 1 and lines[0] and _UNDERLINE.fullmatch(lines[1]):
        parts.title = plain_line(lines[0])
        lines = lines[2:]
    lines = _without_url_section(lines, parts)
    for _ in range(_HEAD_LINES):
        first = next((i for i, line in enumerate(lines) if line), len(lines))
        if first == len(lines) or not _is_head_line(lines[first], parts):
            break
        lines = lines[first + 1 :]
    parts.body = lines
    return parts


def _is_head_line(line: str, parts: _Parts) -> bool:
    """Whether a line holds nothing but a byline and a date; they go into the parts."""
    if len(line) > _HEAD_LINE_MAX:
        return False
    date, author = parts.date, parts.author
    for part in _HEAD_PARTS.split(line.strip().strip("*_ ")):
        part = part.strip("*_ ")
        if not date and looks_like_date_line(part):
            date = part
        elif not author and (byline := _BYLINE.fullmatch(part)) and len(byline["author"].split()) <= 8:
            author = byline["author"]
        else:
            return False
    parts.date, parts.author = date, plain_line(author)
    return True


def _without_url_section(lines: list[str], parts: _Parts) -> list[str]:
    """Remove the last `Original url` section; anything else in it stays in the body."""
    for at in reversed(range(len(lines))):
        if match := _URL_HEADING.fullmatch(lines[at].strip()):
            break
    else:
        return lines
    after = at + 1
    value = match["url"].strip()
    if not value:
        after = next((i for i in range(at + 1, len(lines)) if lines[i]), len(lines))
        value = "".join(lines[after : after + 1]).strip()
        after += 1
    link = _LINK.fullmatch(value)
    url = plain_line((link["url"] or link["bare"] or "") if link else value)
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
