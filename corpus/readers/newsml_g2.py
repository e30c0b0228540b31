"""NewsML-G2, the exchange format of news agencies: single items and messages with many."""

import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urlsplit

from ..markup import has_markup, plain_text
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .nitf import WITHDRAWN, fields_of
from .xml_records import XmlRecord, root_of, xml_records
from .xml_text import (
    Element,
    attribute,
    body_in,
    child,
    children,
    date_of,
    filled,
    first,
    line_in,
    local,
    paragraphs_of,
    within,
)

_ITEMS = ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
_ROOTS = frozenset((*_ITEMS, "newsMessage"))
_ITEM = re.compile(rb"<(?:[\w.-]+:)?newsItem[\s>]")
_NOT_TEXT = frozenset("picture photo graphic audio video animation still".split())
_WEB_LINKS = ("canonical", "web", "webpage", "html", "permalink", "self", "alternate", "hasalternativewebpage")
_SECTION_WORDS = ("category", "section", "desk", "department", "ressort")


class NewsmlG2:
    """A news item with text becomes an article; packages, pictures and what else there is are skipped in words."""

    name = "newsml-g2"

    def recognises(self, head: bytes, name: str) -> int:
        """By the root element."""
        root = root_of(head)
        if not root or root.name not in _ROOTS:
            return 75 if root and b"iptc.org/std/nar/" in head and _ITEM.search(head) else 0
        return 98 if "iptc.org/std/nar" in root.tag else 80

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each item."""
        nothing = True
        for record in xml_records(stream, options, *_ITEMS):
            nothing = False
            here = SourceLocation(location.path, location.member, record.line)
            reason = record.reason if record.element is None else _no_article(record.element)
            yield Skipped(here, reason) if reason else self._article(record, here, options)
        if nothing:
            yield Skipped(location, "there is no item in it")

    def _article(self, record: XmlRecord, location: SourceLocation, options: Options) -> Reading:
        fields, elsewhere = _fields(record.element)
        if not fields["text"] and elsewhere and not fields["summary"]:
            return Skipped(location, elsewhere)
        embargo = line_in(child(record.element, "itemMeta", "embargoed"))
        notes = (f"embargoed until {date_of(embargo)[:40]}",) if embargo else ()
        return reading_of(filled(fields), location, options, self.name, (*notes, *record.notes))


def _no_article(item: Element) -> str:
    """Why an item is no article; "" for one."""
    kind = local(item)
    if kind == "packageItem":
        return "no article, a package: it names items that are read where they are"
    if kind != "newsItem":
        return f"no article, a {kind}"
    meta = child(item, "itemMeta")
    status = _code(child(meta, "pubStatus")).lower()
    if status in WITHDRAWN:
        return f"withdrawn by its provider ({status})"
    item_class = _code(child(meta, "itemClass")).lower()
    return f"no article, its class is {item_class}" if item_class in _NOT_TEXT else ""


def _fields(item: Element) -> tuple[dict[str, object], str]:
    """The fields by their usual names, and why there is no text if there is none."""
    meta, content = child(item, "itemMeta"), child(item, "contentMeta")
    inline, text, elsewhere = _text(item)
    language = first(attribute(child(content, "language"), "tag"), attribute(item, "lang"))
    provider = child(meta, "provider")
    id = attribute(item, "guid")
    return {
        "title": first(
            _headline(content),
            str(inline.get("title", "")),
            line_in(child(meta, "title")),
            line_in(next(within(item, "headline"), None)),
        ),
        "text": text,
        "summary": _summary(content),
        "published": date_of(
            first(
                line_in(child(meta, "firstCreated")),
                line_in(child(content, "contentCreated")),
                line_in(child(meta, "versionCreated")),
                line_in(child(content, "contentModified")),
            )
        ),
        "source": first(
            line_in(child(provider, "name")),
            attribute(provider, "literal"),
            _code(provider),
            urlsplit(attribute(provider, "uri")).netloc if "[" not in attribute(provider, "uri") else "",
            line_in(child(content, "creditline")),
        ),
        "author": _author(content, str(inline.get("author", ""))),
        "section": _section(content),
        "language": language,
        "id": id,
        "url": _url(meta, id),
    }, elsewhere


def _code(element: Element) -> str:
    """The last part of a code (`stat:canceled`); of an address after its last slash."""
    value = attribute(element, "qcode")
    return (value.partition(":")[2] or value or attribute(element, "uri").rpartition("/")[2]).strip()


def _headline(content: Element) -> str:
    headlines = [each for each in children(content, "headline") if line_in(each)]
    role = [attribute(each, "role").rpartition(":")[2].lower() for each in headlines]
    chosen = next((i for i, each in enumerate(role) if not each or "main" in each), 0)
    return line_in(headlines[chosen]) if headlines else ""


def _summary(content: Element) -> str:
    """The description, unless it is the caption of a picture."""
    described = [each for each in children(content, "description") if "caption" not in attribute(each, "role")]
    return next((text for text in map(body_in, described) if text), "")


def _author(content: Element, inline: str) -> str:
    """Bylines; else those of the text; else the creators that are named as people are, not as a login or an agency."""
    by = ", ".join(filter(None, map(line_in, children(content, "by"))))
    names = (line_in(child(creator, "name")) for creator in children(content, "creator"))
    return first(by, inline, ", ".join(name for name in names if " " in name))


def _section(content: Element) -> str:
    for subject in children(content, "subject"):
        said = f"{attribute(subject, 'type')} {attribute(subject, 'qcode').partition(':')[0]}".lower()
        if any(word in said for word in _SECTION_WORDS) and len(name := line_in(child(subject, "name"))) > 2:
            return name
    return ""


def _url(meta: Element, guid: str) -> str:
    for link in children(meta, "link"):
        relation = attribute(link, "rel").rpartition(":")[2].lower()
        if relation in _WEB_LINKS and attribute(link, "href").startswith(("http://", "https://")):
            return attribute(link, "href")
    return guid if guid.startswith(("http://", "https://")) else ""


def _text(item: Element) -> tuple[dict[str, object], str, str]:
    """What the inline content says of title and author, its text, and why there is no text."""
    best: tuple[dict[str, object], str] = ({}, "")
    elsewhere = ""
    content_set = child(item, "contentSet")
    for content in content_set if content_set is not None else ():
        name = local(content)
        if name == "inlineXML":
            found, other = _inline_xml(content)
        elif name == "inlineData":
            found, other = _inline_data(content)
        else:
            found, other = ({}, ""), "its text is not in the file but elsewhere (remoteContent)"
        elsewhere = elsewhere or other
        best = max(best, found, key=lambda pair: len(pair[1]))  # several are renditions of one text
    return *best, elsewhere


def _inline_xml(content: Element) -> tuple[tuple[dict[str, object], str], str]:
    root = next((each for each in content if local(each)), None)
    if root is None:
        return ({}, paragraphs_of("".join(content.itertext()))), ""
    if local(root) == "nitf":
        inline = fields_of(root)
        return (inline, str(inline["text"])), ""
    if local(root) == "html":
        headline = next(within(root, "h1"), None)
        body = child(root, "body")
        return ({"title": line_in(headline)}, body_in(body if body is not None else root)), ""
    if local(root) in ("p", "div", "body", "section", "article"):
        return ({}, body_in(content)), ""
    return ({}, ""), f"no article: its content is <{local(root)}>"


def _inline_data(content: Element) -> tuple[tuple[dict[str, object], str], str]:
    if attribute(content, "encoding"):
        return ({}, ""), f"its text is encoded as {attribute(content, 'encoding')[:40]}, which is not read"
    kind = attribute(content, "contenttype")
    if kind and not kind.startswith("text/"):
        return ({}, ""), f"no article: its content is {kind[:60]}"
    text = "".join(content.itertext())
    return ({}, plain_text(text) if "html" in kind or has_markup(text) else paragraphs_of(text)), ""
