"""Factiva exports as text (with field codes or without) and as saved HTML pages."""

from collections.abc import Iterator
from typing import BinaryIO

from ..errors import BadRecord
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .decoding import peekable, read_text
from .press_databases import factiva_document, factiva_fields, is_word_count, looks_like_factiva
from .press_lines import factiva_readings, head_lines, text_lines, with_notes
from .xml_text import Element, body_in, filled, line_in


class Factiva:
    """Each document of the file."""

    name = "factiva"

    def recognises(self, head: bytes, name: str) -> int:
        """By field codes or the number that closes a document; by the classes of a saved page."""
        start = head[:2000].lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html", b"<div")):
            known = b"factiva" in head.lower() or b"dowjones" in head.lower() or b"articleParagraph" in head
            return 96 if known else 0
        return 92 if looks_like_factiva(head_lines(head)) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each document."""
        buffered = peekable(stream)
        if buffered.peek(64)[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            readings = self._page(buffered, location, options)
        else:
            notes: dict[str, None] = {}
            lines = text_lines(buffered, options, notes)
            readings = with_notes(factiva_readings(lines, location, options, self.name), notes)
        nothing = True
        for reading in readings:
            nothing = False
            yield reading
        if nothing:
            yield Skipped(location, "there is no document of Factiva in it")

    def _page(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        try:
            text = read_text(stream, options)
        except BadRecord as error:
            yield Skipped(location, str(error))
            return
        from lxml import html

        root = html.document_fromstring(
            f"<div>{text}</div>".encode("utf-8", "replace"),
            parser=html.HTMLParser(encoding="utf-8", remove_comments=True),
        )
        for article in root.iter("div"):
            if str(article.get("id", "")).startswith("article-") or _is_outermost(article):
                here = SourceLocation(location.path, location.member, _line_of(article))
                yield reading_of(filled(_fields(article)), here, options, self.name)


def _line_of(element: Element) -> int | None:
    line: int | None = element.sourceline
    return line


def _is_outermost(article: Element) -> bool:
    """Whether a block is an article that is not part of another one."""
    if "article" not in str(article.get("class", "")).split():
        return False
    return not any("article" in str(each.get("class", "")).split() for each in article.iterancestors("div"))


def _fields(article: Element) -> dict[str, object]:
    rows = [[body_in(cell) for cell in row.iterchildren("td", "th")] for row in article.iter("tr")]
    coded = [f"{row[0]}\t{row[1]}" for row in rows if len(row) == 2 and row[0].isupper() and len(row[0]) <= 3]
    if coded:
        lines = [line for row in coded for line in row.split("\n") if line.strip()]
        document = factiva_document(list(enumerate(lines, 1)))
        return document.fields if document else {}
    lines = [line for line in body_in(article).split("\n\n") if line]
    title = next((line_in(each) for each in article.iter("div", "span", "p") if each.get("id") == "hd"), "")
    at = next((i for i, line in enumerate(lines) if title and line == title), 0)
    words = next((i for i, line in enumerate(lines[:15]) if i > at and is_word_count(line)), None)
    if words is None:
        return {"title": title, "text": "\n\n".join(lines[at + 1 :])}
    fields = factiva_fields(lines[at:words], lines[words + 1 :])
    body = [body_in(each) for each in article.iter("p") if "articleParagraph" in str(each.get("class", ""))]
    section = lines[at - 1] if at else ""
    return {**fields, "section": section, **({"text": "\n\n".join(filter(None, body))} if any(body) else {})}
