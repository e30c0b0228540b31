"""METS, which says what a scanned issue consists of: the articles of its logical structure, from pages in ALTO.

The pages lie in files beside it, and are read there; within an archive they cannot be.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from ..errors import BadRecord
from .alto import Page, pages_of
from .base import Limits, Options, Reading, Skipped, SourceLocation, reading_of
from .documents import read_whole
from .xml_records import ENTITIES_REFUSED, root_of
from .xml_text import Element, attribute, child, children, date_of, filled, first, line_in, local, within

_ARTICLES = frozenset(
    "article news newsarticle newspaperarticle artikel articolo editorial review letter obituary interview commentary"
    " report".split()
)
_HEADINGS = frozenset("heading headline title overline subheadline kicker title_section".split())
_NOT_TEXT = frozenset(
    "illustration image picture photograph table advertisement advertisements ads caption graphic map publicity".split()
)
_PAGES_KEPT = 8


@dataclass(slots=True)
class _Part:
    """One article of the logical structure."""

    title: str
    id: str
    heading: list[tuple[str, str]] = field(default_factory=list)
    """(file, block) of its headline."""
    body: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Issue:
    facts: dict[str, object] = field(default_factory=dict)
    """Name and day of the newspaper, language."""
    files: dict[str, str] = field(default_factory=dict)
    """Id of a file -> its address relative to the METS file."""
    parts: list[_Part] = field(default_factory=list)


class Mets:
    """An article for each one of the logical structure."""

    name = "mets"

    def recognises(self, head: bytes, name: str) -> int:
        """By the root element."""
        root = root_of(head)
        return 97 if root and root.name.lower() == "mets" else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each article that the file names."""
        try:
            issue = _issue(read_whole(stream, options.limits))
        except BadRecord as error:
            yield Skipped(location, str(error))
            return
        if not issue.parts:
            yield Skipped(
                location, "its logical structure names no article with blocks of text: its pages are read as pages"
            )
        elif location.member is not None:
            yield Skipped(
                location,
                "a METS file within an archive cannot reach its pages, which are read as pages; unpack the archive",
            )
        else:
            yield from self._articles(issue, location, options)

    def _articles(self, issue: _Issue, location: SourceLocation, options: Options) -> Iterator[Reading]:
        folder = Path(location.path).parent

        @lru_cache(_PAGES_KEPT)
        def page(file: str) -> Page | str:
            return _page(folder, issue.files.get(file, ""), options.limits)

        for part in issue.parts:
            wanted = dict.fromkeys(file for file, _ in (*part.heading, *part.body))
            pages = {file: page(file) for file in wanted}
            missing = [reason for reason in pages.values() if isinstance(reason, str)]
            found = {file: each for file, each in pages.items() if isinstance(each, Page)}
            title = " ".join(_texts(part.heading, found))
            fields = {**issue.facts, "title": first(part.title, title), "text": "\n\n".join(_texts(part.body, found))}
            notes = dict.fromkeys(note for each in found.values() for note in each.notes())
            if missing and not fields["text"]:
                yield Skipped(location, f"{part.title[:80] or part.id[:80]!r}: {missing[0]}")
                continue
            lost = tuple(f"a part is missing: {reason}" for reason in missing)
            yield reading_of(filled(fields), location, options, self.name, (*notes, *lost))


def mets_beside(page: Path, limits: Limits) -> str:
    """The name of the METS file that reads this page as articles; "" where there is none beside or above it."""
    for folder in (page.parent, page.parent.parent):
        for mets in _mets_files(folder):
            if page.name in _claimed(mets, limits.record_bytes):
                return mets.name
    return ""


def _mets_files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as scan:
            return [
                Path(each.path) for each in scan if "mets" in each.name.lower() and each.name.lower().endswith(".xml")
            ]
    except OSError:
        return []


@lru_cache(64)
def _claimed(mets: Path, record_bytes: int) -> frozenset[str]:
    """The names of the files whose blocks a METS file makes into articles."""
    try:
        with mets.open("rb") as stream:
            issue = _issue(read_whole(stream, Limits(record_bytes=record_bytes)))
    except (OSError, BadRecord):
        return frozenset()
    used = {file for part in issue.parts for file, _ in (*part.heading, *part.body)}
    return frozenset(address.rpartition("/")[2] for file, address in issue.files.items() if file in used)


def _texts(blocks: list[tuple[str, str]], pages: dict[str, Page]) -> list[str]:
    found = (pages[file].blocks.get(block, "") for file, block in blocks if file in pages)
    return [text for text in found if text]


def _page(folder: Path, address: str, limits: Limits) -> Page | str:
    """All blocks of a file of pages, or why it cannot be read."""
    try:
        path = (folder / address).resolve()
        if not address or not path.is_relative_to(folder.resolve()):
            return f"its page {address[:80]!r} is not beside the METS file"
        with path.open("rb") as stream:
            pages = list(pages_of(read_whole(stream, limits)))
    except (OSError, ValueError) as error:
        return f"its page {address[:80]!r} cannot be read ({getattr(error, 'strerror', '') or error})"
    except BadRecord as error:
        return f"its page {address[:80]!r}: {error}"
    if not pages:
        return f"its page {address[:80]!r} has no text"
    for more in pages[1:]:
        pages[0].blocks.update(more.blocks)
    return pages[0]


def _issue(data: bytes) -> _Issue:
    """What a METS file says.

    Raises:
        BadRecord: it is not well-formed, or declares entities.
    """
    from lxml import etree

    if re.search(rb"<!ENTITY\s", data[: 1 << 16]):
        raise BadRecord(ENTITIES_REFUSED)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except etree.XMLSyntaxError as error:
        raise BadRecord(f"not well-formed XML ({(error.msg or '')[:200]}); get it again") from error
    issue = _Issue(_facts(root))
    for file in within(root, "file"):
        address = attribute(child(file, "FLocat"), "href").removeprefix("file://").replace("\\", "/")
        issue.files[attribute(file, "ID")] = unquote(address).removeprefix("./").lstrip("/")
    titles = {attribute(each, "ID"): line_in(next(within(each, "title"), None)) for each in children(root, "dmdSec")}
    for structure in children(root, "structMap"):
        if "physical" not in attribute(structure, "TYPE").lower():
            issue.parts += _parts(structure, titles)
    return issue


def _facts(root: Element) -> dict[str, object]:
    sections = list(children(root, "dmdSec"))
    dates = (line_in(each) for section in sections for each in within(section, "dateIssued", "date"))
    names = (line_in(each) for section in sections[:3] for each in within(section, "title"))
    tags = (line_in(each) for section in sections for each in within(section, "languageTerm", "language"))
    language = next((tag for tag in tags if 2 <= len(tag) <= 3), "")
    return filled({"published": date_of(first(*dates)), "source": first(*names), "language": language})


def _parts(structure: Element, titles: dict[str, str]) -> Iterator[_Part]:
    """The articles of a structure, the outermost ones."""
    waiting = list(children(structure, "div"))[::-1]
    while waiting:
        div = waiting.pop()
        kind = attribute(div, "TYPE").lower().replace(" ", "")
        if kind in _ARTICLES:
            title = first(attribute(div, "LABEL"), *(titles.get(id, "") for id in attribute(div, "DMDID").split()))
            part = _Part(title, attribute(div, "ID"))
            _blocks(div, part)
            if part.heading or part.body:
                yield part
        else:
            waiting += list(children(div, "div"))[::-1]


def _blocks(article: Element, part: _Part) -> None:
    """Collect the blocks of an article in their order, its headline apart; pictures and tables are left out."""
    waiting = [(article, False)]
    while waiting:
        element, is_heading = waiting.pop()
        name = local(element)
        if name == "area" and attribute(element, "BEGIN"):
            (part.heading if is_heading else part.body).append(
                (attribute(element, "FILEID"), attribute(element, "BEGIN"))
            )
            continue
        kind = attribute(element, "TYPE").lower() if name == "div" else ""
        if kind in _NOT_TEXT:
            continue
        heading = is_heading or kind in _HEADINGS
        waiting += [(each, heading) for each in element][::-1]
