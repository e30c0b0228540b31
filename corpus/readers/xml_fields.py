"""XML of any other kind whose records have usual fields: exports of databases, of Solr, of small agencies."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from ..fields.names import find_fields
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .decoding import peekable
from .xml_records import parsed_head, root_of, xml_records
from .xml_text import Element, attribute, body_in, local

_HEAD = 1 << 16
_WORDS_LEAST = 20
"""Words of a text that make a record one of articles; labels and settings have fewer."""
_DEEPEST = 12


class XmlFields:
    """Each element whose parts have the names of a text and of two facts about it (`corpus.fields.NAMES`)."""

    name = "xml"

    def recognises(self, head: bytes, name: str) -> int:
        """By the first records: one must have a text of some length, and two of title, date, address, author, id."""
        return 40 if root_of(head) and _record_name(head) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article, or a skip that says why there is none, for each record."""
        buffered = peekable(stream)
        name = _record_name(buffered.peek(_HEAD)[:_HEAD], options.rules.fields)
        if not name:
            yield Skipped(location, "XML without records that have a text, a title or a date under usual names")
            return
        for record in xml_records(buffered, options, name):
            here = SourceLocation(location.path, location.member, record.line)
            if record.element is None:
                yield Skipped(here, record.reason)
            else:
                yield reading_of(_fields(record.element), here, options, self.name, record.notes)


def _record_name(head: bytes, given: Mapping[str, str] = {}) -> str:
    """The name of the elements that are records; "" where there are none."""
    root = parsed_head(head)
    waiting = [] if root is None else [(root, 0)]
    while waiting:
        element, depth = waiting.pop(0)
        if local(element).lower() in ("html", "body", "head"):
            continue
        found, _ = find_fields(_fields(element), given)
        own = {role: field for role, field in found.items() if "." not in field.name}  # not those of a record in it
        facts = own.keys() & {"title", "published", "url", "author", "id"}
        if "text" in own and len(facts) > 1 and len(own["text"].value_of("text").split()) >= _WORDS_LEAST:
            return local(element)
        if depth < _DEEPEST:
            waiting += [(each, depth + 1) for each in element if local(each)]
    return ""


def _fields(element: Element) -> Mapping[str, object]:
    """The values of an element's parts and attributes by name; of one with several parts of a name the first."""
    fields: dict[str, object] = {}
    for part in element:
        name = attribute(part, "name") if local(part) in ("field", "str", "arr", "date", "text", "property") else ""
        inner = [each for each in part if local(each)]
        value: object = body_in(part) if not inner or _is_markup(inner) else _fields_of(inner)
        if value:
            fields.setdefault(name or local(part), value)
    for key, value in element.attrib.items():
        fields.setdefault(key.rpartition("}")[2], value)
    return fields


def _fields_of(parts: list[Element]) -> dict[str, object]:
    return {local(part): text for part in parts if (text := body_in(part))}


def _is_markup(parts: list[Element]) -> bool:
    names = {local(part).lower() for part in parts}
    return bool(
        names & {"p", "br", "b", "i", "em", "strong", "a", "div", "span", "h2", "h3", "ul", "para", "paragraph"}
    )
