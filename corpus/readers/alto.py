"""ALTO, the text of scanned pages: blocks become paragraphs, words cut at a line's end are joined.

A page is no article. Where a METS file beside it says which blocks are one (`mets.py`), the articles are read there.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..errors import BadRecord
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .documents import read_whole
from .xml_records import ENTITIES_REFUSED, root_of
from .xml_text import Element, attribute, children, filled, local

_LOW_CONFIDENCE = 0.75
"""Mean of the words' confidences (0 to 1). The newspaper pages that were tried have .78 to .89."""
_HYPHENS = "-\u00ac\u2e17\u00ad\u2010"


@dataclass(slots=True)
class Page:
    """The text of one page."""

    blocks: dict[str, str] = field(default_factory=dict)
    """Id of a block -> its text, in reading order."""
    language: str = ""
    confidence: float | None = None
    """Mean confidence of its words, 0 to 1; None: not stated."""

    def notes(self) -> tuple[str, ...]:
        """A note where the words were hardly legible."""
        if self.confidence is None or self.confidence >= _LOW_CONFIDENCE:
            return ()
        return (f"scanned: the mean confidence of its words is low ({self.confidence:.2f})",)


class Alto:
    """One article a page, with a note that it is a page."""

    name = "alto"

    def recognises(self, head: bytes, name: str) -> int:
        """By the root element."""
        root = root_of(head)
        return 97 if root and root.name.lower() == "alto" else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article for each page, or a skip that says why there is none."""
        from .mets import mets_beside

        if location.member is None and (mets := mets_beside(Path(location.path), options.limits)):
            yield Skipped(location, f"a page of {mets}, which says what its articles are: they are read with that file")
            return
        try:
            pages = list(pages_of(read_whole(stream, options.limits)))
        except BadRecord as error:
            yield Skipped(location, str(error))
            return
        for page in pages:
            fields: dict[str, object] = {"text": "\n\n".join(page.blocks.values()), "language": page.language}
            notes = ("a whole page: no METS file says what its articles are", *page.notes())
            yield reading_of(filled(fields), location, options, self.name, notes)
        if not pages:
            yield Skipped(location, "there is no page in it")


def pages_of(data: bytes) -> Iterator[Page]:
    """The pages of a file.

    Raises:
        BadRecord: it is not well-formed, or declares entities.
    """
    from lxml import etree

    if b"<!ENTITY" in data[: data.find(b"<Layout") if b"<Layout" in data else None]:
        raise BadRecord(ENTITIES_REFUSED)
    events = etree.iterparse(
        io.BytesIO(data.lstrip()), events=("end",), resolve_entities=False, no_network=True, remove_comments=True
    )
    confidences: list[float] = []
    page = Page()
    try:
        for _, element in events:
            name = local(element)
            if name == "TextBlock":
                text = _block(element, confidences)
                if text:
                    page.blocks[attribute(element, "ID") or f"block {len(page.blocks)}"] = text
                page.language = page.language or attribute(element, "LANG") or attribute(element, "language")
                element.clear()
            elif name == "Page":
                page.confidence = sum(confidences) / len(confidences) if confidences else None
                yield page
                page = Page()
                confidences.clear()
                element.clear()
    except etree.XMLSyntaxError as error:
        raise BadRecord(f"not well-formed XML ({(error.msg or '')[:200]}); get it again") from error


def _block(block: Element, confidences: list[float]) -> str:
    """The text of a block as one paragraph."""
    text, joins = "", False
    for line in children(block, "TextLine"):
        words, open_ended = _line(line, confidences)
        if not words:
            continue
        if joins and words[0][:1].islower():
            text = text.rstrip(_HYPHENS)
        elif text:
            text += " "
        text += " ".join(words)
        joins = open_ended or (words[-1].endswith(tuple(_HYPHENS)) and len(words[-1]) > 1)
    return text.strip()


def _line(line: Element, confidences: list[float]) -> tuple[list[str], bool]:
    """The words of a line, and whether its last one goes on in the next; a word in two parts stands where it begins."""
    words: list[str] = []
    open_ended = complete = False
    for element in line:
        if local(element) == "HYP":
            open_ended = bool(words) and not complete
        if local(element) != "String":
            continue
        part, whole = attribute(element, "SUBS_TYPE"), attribute(element, "SUBS_CONTENT")
        if part == "HypPart2" and whole:
            continue
        word = whole if part == "HypPart1" and whole else attribute(element, "CONTENT")
        complete = part == "HypPart1" and bool(whole)
        open_ended = part == "HypPart1" and not complete
        if word:
            words.append(word)
        try:
            confidences.append(float(attribute(element, "WC")))
        except ValueError:
            continue
    return words, open_ended
