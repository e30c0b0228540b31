"""Word documents (DOCX): one article, or an export of Nexis Uni or Factiva with many.

Read with zipfile and lxml: only the text is unpacked, within the limits, and no entity is expanded.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from ..errors import BadRecord
from .base import Limits, Options, Reading, Skipped, SourceLocation
from .documents import RECORDS_MAX, document_readings, read_whole
from .streams import FOREIGN_ERRORS, is_office
from .xml_text import Element, attribute, child, local

_TEXT = re.compile(r"word/document\d*\.xml")
_OTHERS = {
    "xl/": "an Excel workbook, not read; save it as CSV",
    "ppt/": "a presentation, not read; save its text as a text file",
    "visio/": "a drawing, not read",
}
_TITLE_STYLES = ("title", "heading1", "titel", "titre", "ttulo", "überschrift1", "berschrift1", "titre1", "ttulo1")


class Docx:
    """A paragraph in the style Title or Heading 1 that opens a document is its title."""

    name = "docx"

    def recognises(self, head: bytes, name: str) -> int:
        """By the names of the first members of the zip file."""
        return 97 if is_office(head) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each document."""
        try:
            facts, paragraphs = _document(read_whole(stream, options.limits), options.limits)
        except BadRecord as error:
            yield Skipped(location, str(error))
        else:
            yield from document_readings(paragraphs, facts, location, options, self.name)


def _document(data: bytes, limits: Limits) -> tuple[dict[str, object], list[str]]:
    """The title, if a style marks it, and the paragraphs without it.

    Raises:
        BadRecord: it is no Word document, damaged, or too long.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            text = next((name for name in names if _TEXT.fullmatch(name)), "")
            if not text:
                other = next(
                    (words for folder, words in _OTHERS.items() if any(n.startswith(folder) for n in names)), ""
                )
                raise BadRecord(other or "an office document of an unknown kind; save it as plain text")
            body = child(_parsed(archive, text, limits), "body")
    except FOREIGN_ERRORS as error:
        raise BadRecord(f"a damaged office document ({error})") from error
    return _taken_apart(body)


def _parsed(archive: zipfile.ZipFile, name: str, limits: Limits) -> Element:
    from lxml import etree

    if archive.getinfo(name).file_size > RECORDS_MAX * limits.record_bytes:
        raise BadRecord(f"its text is longer than {RECORDS_MAX * limits.record_bytes:,} bytes; split it")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(archive.read(name), parser)
    except etree.XMLSyntaxError as error:
        raise BadRecord(f"a damaged office document ({name}: {error.msg})") from error


def _taken_apart(body: Element) -> tuple[dict[str, object], list[str]]:
    paragraphs: list[str] = []
    title = ""
    for paragraph in () if body is None else body.iter():
        if local(paragraph) != "p" or any(local(each) == "txbxContent" for each in paragraph.iterancestors()):
            continue
        text = _text(paragraph)
        style = attribute(child(paragraph, "pPr", "pStyle"), "val").lower()
        if text.strip() and not title and not paragraphs and style in _TITLE_STYLES:
            title = " ".join(text.split())
        else:
            paragraphs.append(text)
    return {"title": title} if title else {}, paragraphs


def _text(paragraph: Element) -> str:
    parts: list[str] = []
    for each in paragraph.iter():
        name = local(each)
        if name == "t":
            parts.append(each.text or "")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "tab" and local(each.getparent()) == "r":
            parts.append("\t")
    return "".join(parts).strip()
