"""Where the articles are in a JSON value: answers of search engines and of the usual APIs, feeds, agencies' items."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..fields.names import find_fields
from ..fields.values import is_blank

_DEEPEST = 5
_LOOKED_AT = 20
"""Elements of a list that decide whether it holds articles."""
_ACTIONS = frozenset(("index", "create", "update", "delete"))
_NOT_TEXT = frozenset(("picture", "photo", "image", "audio", "video", "graphic", "animation", "event", "planning"))
_WITHDRAWN = frozenset(("canceled", "cancelled", "killed", "withheld", "recalled"))
_OF_AGENCY = frozenset(("pubstatus", "versioncreated", "representationtype", "renditions", "$standard"))
"""Names that an item of ninjs has, in lower case."""
_ANS_TEXT = frozenset(("text", "header", "quote", "blockquote", "list", "raw_html", "correction", "interstitial_link"))


class Record(NamedTuple):
    """One record; `reason` says why it is no article, "" for one."""

    fields: Mapping[str, object]
    reason: str = ""
    notes: tuple[str, ...] = ()


def records_in(value: object) -> Iterator[Record]:
    """The records that a JSON value holds: itself, or those of the list in it that holds articles.

    Search hits (`_source`), edges of GraphQL (`node`), JSON Feed (the feed's title is the source), ninjs and ANS are
    known.
    """
    if isinstance(value, list):
        for each in value:
            yield from records_in(each)
    elif not isinstance(value, Mapping):
        yield Record({}, f"must be a JSON object, not {type(value).__name__}")
    elif reason := _no_article(value):
        yield Record({}, reason)
    elif (found := None if _has_text(value) or _is_item(value) else _articles(value)) is None:
        yield _record(value)
        yield from _associated(value)
    else:
        more = _of_feed(value)
        for each in found:
            yield from records_in({**more, **_unwrapped(each)}) if isinstance(each, Mapping) else records_in(each)


def action_id(value: object) -> str | None:
    """The id in a line of Elasticsearch's bulk format that says what to do with the next line; None: not such a line.

    "" where it has no id.
    """
    if not isinstance(value, Mapping) or len(value) != 1 or not (value.keys() & _ACTIONS):
        return None
    (meta,) = value.values()
    if not isinstance(meta, Mapping) or any(not str(name).startswith("_") for name in meta):
        return None
    return str(meta.get("_id", ""))


def _no_article(value: Mapping[str, Any]) -> str:
    """Why an agency's item is no article; "" for one, and for all that is no such item."""
    kind = str(value.get("type", "")).lower()
    if kind in _NOT_TEXT and (_is_item(value) or not _has_text(value)):
        return f"no article, its type is {kind}"
    if isinstance(value.get("eventDetails", value.get("eventdetails")), Mapping):
        return "no article, an event"
    if "$schema" in value and value.keys() & {"properties", "allOf", "definitions", "$defs"}:
        return "no article, a JSON schema"
    status = str(value.get("pubstatus", value.get("pubStatus", ""))).lower().removeprefix("stat:")
    return f"withdrawn by its provider ({status})" if status in _WITHDRAWN else ""


def _is_item(value: Mapping[str, Any]) -> bool:
    """Whether it is one item of an agency (ninjs), whatever lists it has."""
    return bool(value.keys() & {"uri", "guid"}) and any(str(name).lower() in _OF_AGENCY for name in value)


def _associated(value: Mapping[str, Any]) -> Iterator[Record]:
    """The texts among the items that an item of ninjs has with it; pictures and the like are part of the item."""
    items = value.get("associations")
    for item in items.values() if isinstance(items, Mapping) else items if isinstance(items, list) else ():
        if isinstance(item, Mapping) and _is_item(item) and _has_text(item) and not _no_article(item):
            yield _record(item)


def _record(value: Mapping[str, Any]) -> Record:
    fields = _unwrapped(value)
    elements = fields.get("content_elements")
    if isinstance(elements, list):
        fields = {**fields, "content_elements": [_of_ans(e) for e in elements if _is_ans_text(e)]}
        fields = {**fields, "source": _ans_source(fields)}
    if isinstance(fields.get("bodies"), list):
        fields = {**fields, "bodies": _of_ninjs(fields["bodies"])}
    return Record(fields, notes=_embargo(fields))


def _ans_source(fields: Mapping[str, Any]) -> object:
    """Who a story of Arc is from; what else its source says are names of systems."""
    named = [
        each.get("name") for role in ("source", "distributor", "owner") if isinstance(each := fields.get(role), Mapping)
    ]
    plain = None if isinstance(fields.get("source"), Mapping) else fields.get("source")
    return plain or next((name for name in named if name and not str(name).startswith("(")), None)


def _of_ninjs(bodies: list[Any]) -> list[Any]:
    """The one body that is read: several are one text in several forms, of which HTML has the paragraphs."""
    typed = [
        each for each in bodies if isinstance(each, Mapping) and (each.get("contenttype") or each.get("contentType"))
    ]
    if len(typed) < len(bodies):
        return bodies

    def rank(body: Mapping[str, Any]) -> int:
        kind = str(body.get("contenttype") or body.get("contentType")).lower()
        return 0 if "html" in kind else 1 if kind.startswith("text/plain") else 2

    main = [each for each in typed if each.get("role") == "main"] or typed
    return sorted(main, key=rank)[:1]


def _embargo(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """A note about the hour before which an article must not be published."""
    restrictions = fields.get("content_restrictions")
    embargo = restrictions.get("embargo") if isinstance(restrictions, Mapping) else None
    if isinstance(embargo, Mapping) and embargo.get("active"):
        until = embargo.get("end_time")
    else:
        until = fields.get("embargoed") or fields.get("embargo")
        if not until or not isinstance(until, str):
            return ()
    return (f"embargoed until {str(until)[:40]}" if until else "embargoed",)


def _unwrapped(value: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in ("_source", "node"):
        inner = value.get(name)
        if isinstance(inner, Mapping):
            return {**({"id": value["_id"]} if "_id" in value else {}), **inner}
    return value


def _has_text(value: Mapping[str, object]) -> bool:
    found, _ = find_fields(_unwrapped(value))
    text = found["text"].value if "text" in found else None
    if isinstance(text, list) and "content_elements" not in value:  # paragraphs, or articles?
        return not any(isinstance(each, Mapping) and "title" in find_fields(_unwrapped(each))[0] for each in text)
    return text is not None


def _is_article(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    found, _ = find_fields(_unwrapped(value))
    return "text" in found or ("title" in found and bool(found.keys() & {"url", "published", "summary", "id"}))


def _articles(value: Mapping[str, Any]) -> Sequence[Any] | None:
    """The longest list of articles in an object or in objects within it; None: there is none."""
    best: Sequence[Any] | None = None
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        if isinstance(each, Mapping) and depth < _DEEPEST:
            waiting.extend((inner, depth + 1) for inner in each.values() if isinstance(inner, Mapping | list))
        elif isinstance(each, list) and _holds_articles(each) and len(each) > len(best or ()):
            best = each
    return best


def _holds_articles(values: Sequence[object]) -> bool:
    first = values[:_LOOKED_AT]
    return sum(map(_is_article, first)) * 2 > len(first)


def _of_feed(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a JSON Feed says of all its items."""
    if "jsonfeed.org/version" not in str(value.get("version", "")):
        return {}
    said = {"source": value.get("title"), "language": value.get("language"), "authors": value.get("authors")}
    return {name: each for name, each in said.items() if not is_blank(each)}


def _is_ans_text(element: object) -> bool:
    return isinstance(element, Mapping) and element.get("type") in _ANS_TEXT


def _of_ans(element: Mapping[str, Any]) -> object:
    items = element.get("items") or element.get("content_elements")
    if isinstance(items, list):
        return [_of_ans(item) for item in items if _is_ans_text(item)]
    return element.get("content") or ""
