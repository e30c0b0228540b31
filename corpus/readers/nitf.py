"""NITF, the articles of agencies and of newspapers' archives (The New York Times Annotated Corpus among them)."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .xml_records import root_of, xml_records
from .xml_text import Element, attribute, body_in, child, children, date_of, filled, first, line_in, local, within

WITHDRAWN = frozenset("canceled cancelled withheld killed recalled".split())
"""What agencies call an item that must not be used any more."""
_WITHIN = re.compile(rb"<(?:[\w.-]+:)?nitf[\s>]")
_SECTIONS = ("online_sections", "print_section_name", "section", "dsk", "desk")


class Nitf:
    """One article a document; several documents in a file are read one after the other."""

    name = "nitf"

    def recognises(self, head: bytes, name: str) -> int:
        """By the root element."""
        root = root_of(head)
        if not root or root.name == "nitf":
            return 97 * bool(root)
        return 60 * bool(_WITHIN.search(head))

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each document."""
        nothing = True
        for record in xml_records(stream, options, "nitf"):
            nothing = False
            here = SourceLocation(location.path, location.member, record.line)
            if record.element is None:
                yield Skipped(here, record.reason)
            elif reason := _withdrawn(record.element):
                yield Skipped(here, reason)
            else:
                notes = (*embargo(record.element), *record.notes)
                yield reading_of(filled(fields_of(record.element)), here, options, self.name, notes)
        if nothing:
            yield Skipped(location, "there is no <nitf> element in it")


def fields_of(nitf: Element) -> dict[str, object]:
    """The fields of an article by their usual names."""
    head, body = child(nitf, "head"), child(nitf, "body")
    docdata, pubdata = child(head, "docdata"), child(head, "pubdata")
    top = child(body, "body.head")
    hedline = child(top, "hedline")
    url = attribute(pubdata, "ex-ref")
    return {
        "title": first(line_in(child(hedline, "hl1")), line_in(child(hedline, "hl2")), line_in(child(head, "title"))),
        "text": _text(body),
        "summary": body_in(abstract) if (abstract := child(top, "abstract")) is not None else "",
        "published": _date(docdata, pubdata, top),
        "source": first(
            attribute(pubdata, "name"),
            line_in(child(top, "distributor")),
            line_in(child(top, "rights", "rights.owner")),
            attribute(child(docdata, "doc.copyright"), "holder"),
            attribute(child(docdata, "doc-id"), "regsrc"),
        ),
        "author": ", ".join(filter(None, map(_byline, children(top, "byline")))),
        "section": _section(head),
        "language": first(attribute(nitf, "baselang"), attribute(nitf, "lang"), attribute(body, "lang")),
        "id": attribute(child(docdata, "doc-id"), "id-string"),
        "url": url if url.startswith(("http://", "https://")) else "",
    }


def embargo(nitf: Element) -> tuple[str, ...]:
    """A note about the hour before which an article must not be published."""
    docdata = child(nitf, "head", "docdata")
    if attribute(docdata, "management-status") != "embargoed":
        return ()
    until = date_of(attribute(child(docdata, "date.release"), "norm"))
    return (f"embargoed until {until[:40]}" if until else "embargoed",)


def _withdrawn(nitf: Element) -> str:
    status = attribute(child(nitf, "head", "docdata"), "management-status").lower()
    return f"withdrawn by its provider ({status})" if status in WITHDRAWN else ""


def _text(body: Element) -> str:
    content = child(body, "body.content")
    if content is None:
        return ""
    whole = [block for block in children(content, "block") if attribute(block, "class") == "full_text"]
    return "\n\n".join(filter(None, map(body_in, whole or [content])))


def _date(docdata: Element, pubdata: Element, top: Element) -> str:
    told = next(within(top, "story.date"), None)
    return date_of(
        first(
            attribute(child(docdata, "date.issue"), "norm"),
            attribute(pubdata, "date.publication"),
            attribute(told, "norm"),
            attribute(child(docdata, "date.release"), "norm"),
            line_in(told),
        )
    )


def _byline(byline: Element) -> str:
    """The names in a byline, without the title that follows them."""
    people = [line_in(each) for each in byline if local(each) == "person"]
    text = line_in(byline)
    for title in children(byline, "byttl"):
        text = text.replace(line_in(title), "")
    return " and ".join(people) if len(people) > 1 else text.strip(" ,;")


def _section(head: Element) -> str:
    named = {attribute(meta, "name").lower(): attribute(meta, "content") for meta in children(head, "meta")}
    kind = attribute(child(head, "tobject"), "tobject.type")
    found = first(*(named.get(name, "") for name in _SECTIONS), "" if kind.lower() in ("news", "text") else kind)
    return found.split(";")[0].strip()
