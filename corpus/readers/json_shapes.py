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
_ANS_TEXT = frozenset(("text", "header", "quote", "blockquote", "list", "raw_html", "correction", "interstitial_link"))


class Record(NamedTuple):
    """One record; `reason` says why it is no article, "" for one."""

    fields: Mapping[str, object]
    reason: str = ""


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
    elif (found := None if _has_text(value) else _articles(value)) is None:
        yield _record(value)
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
    if kind in _NOT_TEXT and not _has_text(value):
        return f"no article, its type is {kind}"
    status = str(value.get("pubstatus", value.get("pubStatus", ""))).lower().removeprefix("stat:")
    return f"withdrawn by its provider ({status})" if status in _WITHDRAWN else ""


def _record(value: Mapping[str, Any]) -> Record:
    fields = _unwrapped(value)
    elements = fields.get("content_elements")
    if isinstance(elements, list):
        fields = {**fields, "content_elements": [_of_ans(e) for e in elements if _is_ans_text(e)]}
    return Record(fields)


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
