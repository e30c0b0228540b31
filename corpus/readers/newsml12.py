"""NewsML 1.x, the format of agencies and press services before NewsML-G2."""

from collections.abc import Iterator
from typing import BinaryIO

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

_BODY_ROLES = frozenset(("", "body", "main", "maintext", "text", "story", "article", "content"))


class Newsml12:
    """Each news item, once for every language that it comes in."""

    name = "newsml-1"

    def recognises(self, head: bytes, name: str) -> int:
        """By the root element."""
        root = root_of(head)
        return 97 if root and root.name == "NewsML" else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each item."""
        nothing = True
        for record in xml_records(stream, options, "NewsML"):
            here = SourceLocation(location.path, location.member, record.line)
            if record.element is None:
                nothing = False
                yield Skipped(here, record.reason)
                continue
            for item in children(record.element, "NewsItem"):
                nothing = False
                yield from self._item(item, record, here, options)
        if nothing:
            yield Skipped(location, "there is no <NewsItem> in it")

    def _item(self, item: Element, record: XmlRecord, location: SourceLocation, options: Options) -> Iterator[Reading]:
        management = child(item, "NewsManagement")
        status = attribute(child(management, "Status"), "FormalName").lower()
        if status in WITHDRAWN:
            yield Skipped(location, f"withdrawn by its provider ({status})")
            return
        notes = record.notes
        if status == "embargoed":
            until = date_of(line_in(next(within(management, "DateAndTime"), None)))
            notes = (f"embargoed until {until[:40]}" if until else "embargoed", *notes)
        texts = _texts(item)
        if not texts:
            yield Skipped(location, "no article: there is no text in it, only pictures or references")
        for language, (text, component) in texts.items():
            fields = _fields(item, component, language)
            if len(texts) > 1 and fields["id"]:
                fields["id"] = f"{fields['id']}:{language}"
            yield reading_of(filled({**fields, **text}), location, options, self.name, notes)


def _texts(item: Element) -> dict[str, tuple[dict[str, object], Element]]:
    """Language -> the longest text in it, and the component that it stands in."""
    best: dict[str, tuple[dict[str, object], Element]] = {}
    for content in within(item, "ContentItem"):
        if attribute(child(content, "MediaType"), "FormalName").lower() not in ("", "text", "complexdata"):
            continue
        component = content.getparent()
        if attribute(child(component, "Role"), "FormalName").lower() not in _BODY_ROLES:
            continue
        found = _content(child(content, "DataContent"))
        language = _language(component)
        if found["text"] and len(str(found["text"])) > len(str(best[language][0]["text"]) if language in best else ""):
            best[language] = found, component
    return best


def _content(data: Element) -> dict[str, object]:
    if data is None:
        return {"text": ""}
    if (nitf := next(within(data, "nitf"), None)) is not None:
        return {name: value for name, value in fields_of(nitf).items() if name in ("text", "author") and value} or {
            "text": ""
        }
    if any(local(each) for each in data):
        body = next(within(data, "body", "body.content"), None)
        return {"text": body_in(data if body is None else body)}
    text = "".join(data.itertext())
    return {"text": plain_text(text) if has_markup(text) else paragraphs_of(text)}


def _components(component: Element) -> Iterator[Element]:
    """A component and those around it, the innermost first."""
    while component is not None and local(component) == "NewsComponent":
        yield component
        component = component.getparent()


def _language(component: Element) -> str:
    stated = (attribute(child(c, "DescriptiveMetadata", "Language"), "FormalName") for c in _components(component))
    return first(*stated)


def _line(component: Element, name: str) -> str:
    lines = (line_in(child(each, "NewsLines", name)) for each in _components(component))
    return first(*lines)


def _party(component: Element, name: str) -> str:
    parties = (
        attribute(child(each, "AdministrativeMetadata", name, "Party"), "FormalName") for each in _components(component)
    )
    return first(*parties)


def _fields(item: Element, component: Element, language: str) -> dict[str, object]:
    identifier = child(item, "Identification", "NewsIdentifier")
    management = child(item, "NewsManagement")
    return {
        "title": first(_line(component, "HeadLine"), line_in(child(item, "Identification", "NameLabel"))),
        "published": date_of(
            first(
                line_in(child(management, "FirstCreated")),
                line_in(child(management, "ThisRevisionCreated")),
                line_in(child(identifier, "DateId")),
            )
        ),
        "source": first(
            _party(component, "Provider"), _party(component, "Source"), line_in(child(identifier, "ProviderId"))
        ),
        "author": _line(component, "ByLine"),
        "language": first(language, attribute(item, "lang")),
        "id": line_in(child(identifier, "PublicIdentifier")),
        "url": _url(component),
    }


def _url(component: Element) -> str:
    """The address of the page, as press services give it."""
    for each in _components(component):
        for line in within(child(each, "NewsLines"), "NewsLine"):
            kind = attribute(child(line, "NewsLineType"), "FormalName").lower()
            text = line_in(child(line, "NewsLineText"))
            if ("permalink" in kind or kind in ("url", "link")) and text.startswith(("http://", "https://")):
                return text
    return ""
