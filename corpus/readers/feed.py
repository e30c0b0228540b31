"""Feeds: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, CDF; an article for each item. JSON Feed is read as JSON.

Read by hand and not by feedparser, which takes a whole feed into memory and needs .7 ms an item; the tests compare
both. What an item says for itself (source, language) counts before what its feed says.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from html import unescape
from typing import BinaryIO
from urllib.parse import urljoin

from ..text import squeeze
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .html import sniffed
from .xml_stream import Element, Fault, XmlRecords, line_of_element, local_name, root_name

_ITEMS = frozenset(("item", "entry"))
_ROOTS = frozenset(("rss", "feed", "rdf", "channel"))
_NAMESPACES = (
    ("purl.org/dc/elements", "dc"),
    ("purl.org/dc/terms", "dc"),
    ("purl.org/rss/1.0/modules/content", "content"),
    ("w3.org/2005/atom", ""),
    ("purl.org/atom/ns", ""),
    ("purl.org/rss/1.0", ""),
    ("netscape.com/rdf", ""),
    ("purl.org/net/rss", ""),
    ("my.netscape.com", ""),
    ("backend.userland.com", ""),
    ("blogs.law.harvard.edu", ""),
    ("w3.org/1999/xhtml", "xhtml"),
    ("feedburner.com/fb/ext", "feedburner"),
)
"""Parts of the addresses of namespaces, in lower case -> prefix; what is in no other namespace is the feed's own."""
_TEXTS = ("content:encoded", "content", "xhtml:body", "body", "fullitem", "xhtml:div")
_SUMMARIES = ("summary", "description", "abstract", "dc:description", "dc:abstract")
_DATES = (
    "published", "pubdate", "issued", "dc:issued", "dc:date", "dc:created", "created", "date", "updated", "modified",
    "dc:modified", "lastmod",
)  # fmt: skip
_MAILBOX = re.compile(r"\s*\S+@\S+\s*\(([^()]+)\)\s*|\s*([^<>]+?)\s*<\S+@\S+>\s*")
_ENTITY = re.compile(r"&(?:#\w+|\w+);")


class Feed:
    """The items of a feed; memory is that of one item."""

    name = "feed"

    def recognises(self, head: bytes, name: str) -> int:
        """By its root element."""
        text = sniffed(head)
        root = root_name(text).rpartition(":")[2].lower()
        if root not in _ROOTS:
            return 0
        if root in ("rss", "feed"):
            return 85
        return 85 if re.search(r"<(?:\w+:)?(?:item|channel)\b", text, re.I) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article or a skip for each item."""
        records = XmlRecords(stream, options, _ITEMS)
        nothing = True
        for item in records:
            if isinstance(item, Fault):
                yield Skipped(location, item.reason)
                return
            nothing = False
            here = SourceLocation(location.path, location.member, line_of_element(item))
            yield reading_of(_record(item, records.root), here, options, self.name, records.notes)
        if nothing:
            yield Skipped(location, "a feed without items")


def _record(item: Element, root: Element) -> dict[str, object]:
    """The fields of an item, under the names of `corpus.fields`."""
    parts = _parts(item)
    feed = _parts(_channel(item, root))
    base = _base(item, feed)
    record: dict[str, object] = {
        "id": _one(parts, "guid", "id") or _attribute(item, "about"),
        "title": _title(parts),
        "text": next((text for name in _TEXTS for text in map(_markup, parts.get(name, ())) if text.strip()), ""),
        "summary": next(
            (text for name in _SUMMARIES for text in map(_markup, parts.get(name, ())) if text.strip()), ""
        ),
        "published": _one(parts, *_DATES),
        "url": _link(item, parts, base),
        "author": _authors(parts)
        or _authors({"author": feed.get("author", []) if local_name(item) == "entry" else []}),
        "section": _category(parts),
        "source": _source(parts) or squeeze(_plain(_one(feed, "title"))),
        "language": _one(parts, "dc:language") or _lang(item) or _one(feed, "language", "dc:language") or _lang(root),
    }
    return {name: value for name, value in record.items() if value}


def _parts(element: Element) -> dict[str, list[Element]]:
    """Children by name, in lower case, with a prefix where they are not the feed's own."""
    found: dict[str, list[Element]] = {}
    for child in element if element is not None else ():
        if isinstance(child.tag, str) and (name := _name(child)):
            found.setdefault(name, []).append(child)
    return found


def _name(element: Element) -> str:
    space, brace, local = str(element.tag).rpartition("}")
    local = local.lower()
    if not brace:
        return local  # an undeclared prefix stands in the name itself
    prefix = next((prefix for part, prefix in _NAMESPACES if part in space.lower()), None)
    if prefix is None:
        parent = element.getparent()
        prefix = "" if parent is not None and str(parent.tag).startswith(f"{space}}}") else "other"
    return f"{prefix}:{local}" if prefix else local


def _channel(item: Element, root: Element) -> Element:
    """The element that describes the feed of an item."""
    parent = item.getparent()
    if parent is not None and local_name(parent) == "rdf":
        return next((child for child in root if local_name(child) == "channel"), None)
    return parent


def _one(parts: dict[str, list[Element]], *names: str) -> str:
    """The text of the first element of these names that has one."""
    return next(
        (text for name in names for each in parts.get(name, ()) if (text := squeeze("".join(each.itertext())))), ""
    )


def _markup(element: Element) -> str:
    """The content of an element as text or HTML; elements in it are written out again."""
    from lxml import etree

    if element.get("src"):
        return ""
    if (element.get("mode") or "").lower() == "base64" or _is_base64(element):
        try:
            return base64.b64decode("".join(element.itertext()), validate=False).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return ""
    if not len(element):
        return element.text or ""
    inner = [element.text or "", *(etree.tostring(child, method="html", encoding="unicode") for child in element)]
    return re.sub(r"(</?)(?:html|xhtml|\w+):", r"\1", "".join(inner))


def _is_base64(element: Element) -> bool:
    kind = (element.get("type") or "").lower()
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("xml", "html"))


def _plain(text: str) -> str:
    from ..markup import has_markup, plain_text

    text = plain_text(text) if has_markup(text) else text
    return unescape(text) if _ENTITY.search(text) else text


def _title(parts: dict[str, list[Element]]) -> str:
    return next(
        (
            text
            for each in (*parts.get("title", ()), *parts.get("dc:title", ()))
            if (text := squeeze(_plain(_markup(each))))
        ),
        "",
    )


def _link(item: Element, parts: dict[str, list[Element]], base: str) -> str:
    links = parts.get("link", [])
    alternates = [e for e in links if e.get("href") and (e.get("rel") or "alternate").lower() in ("alternate", "self")]
    alternates.sort(
        key=lambda e: ((e.get("rel") or "alternate").lower() != "alternate", "html" not in (e.get("type") or "html"))
    )
    permanent = [
        e for e in parts.get("guid", ()) if (e.get("ispermalink") or e.get("isPermaLink") or "").lower() != "false"
    ]
    given = [
        _one(parts, "feedburner:origlink"), *(squeeze(e.text or "") for e in links if not e.get("href")),
        *(e.get("href") for e in alternates), *(squeeze(e.text or "") for e in permanent), item.get("href") or "",
    ]  # fmt: skip
    return next((joined for each in given if each and (joined := _joined(base, each))), "")


def _joined(base: str, address: str) -> str:
    try:
        joined = urljoin(base, address)
    except ValueError:
        return ""
    return joined if joined.lower().startswith(("http://", "https://")) else ""


def _base(item: Element, feed: dict[str, list[Element]]) -> str:
    """What relative addresses in an item start from: the nearest `xml:base`, else the feed's own address."""
    base = next((value for e in (item, *item.iterancestors()) if (value := _attribute(e, "base"))), "")
    return base or next((text for e in feed.get("link", ()) if (text := squeeze(e.get("href") or e.text or ""))), "")


def _attribute(element: Element, local: str) -> str:
    """The value of an attribute in any namespace."""
    return next((str(value) for name, value in element.attrib.items() if str(name).rpartition("}")[2] == local), "")


def _lang(element: Element) -> str:
    return next((value for e in (element, *element.iterancestors()) if (value := _attribute(e, "lang"))), "")


def _authors(parts: dict[str, list[Element]]) -> list[str]:
    """Names of people: `a@b.example (Name)` in RSS, elements with a `name` in Atom."""
    found = []
    for element in (*parts.get("dc:creator", ()), *parts.get("author", ())):
        inner = [squeeze(child.text or "") for child in element if local_name(child) == "name"]
        text = next(filter(None, inner), "") or ("" if len(element) else squeeze(element.text or ""))
        match = _MAILBOX.fullmatch(text)
        text = (match[1] or match[2]) if match else text
        if text and text not in found:
            found.append(text)
    return found[:20]


def _category(parts: dict[str, list[Element]]) -> str:
    for element in (*parts.get("category", ()), *parts.get("dc:subject", ())):
        if text := squeeze(element.get("label") or element.get("term") or element.text or ""):
            return text
    return ""


def _source(parts: dict[str, list[Element]]) -> str:
    """The feed that an item was taken from, as it says."""
    for element in (*parts.get("source", ()), *parts.get("dc:publisher", ())):
        inner = [squeeze(child.text or "") for child in element if local_name(child) == "title"]
        if text := next(filter(None, inner), "") or ("" if len(element) else squeeze(element.text or "")):
            return text
    return ""
