"""What readers take from XML: texts with their paragraphs, children by name whatever their namespace, dates."""

import re
from collections.abc import Iterator
from typing import Any

from ..text import squeeze

Element = Any
"""An element of lxml, or None where there is none: its stubs cannot say which elements a file has."""

_BLOCKS = frozenset(
    "p div li ul ol dl dt dd h1 h2 h3 h4 h5 h6 hl1 hl2 blockquote bq block table tr caption section article main pre hr"
    " body body.content content datacontent fn nitf-table"
    .split()
)  # fmt: skip
_LEFT_OUT = frozenset(
    "head script style media figure figcaption iframe svg object noscript media-caption note style.sheet".split()
)
_AROUND = frozenset("header footer nav aside".split())
"""What HTML has around an article, and agencies use for the headline, the keywords and the desk's signature."""
_PARAGRAPH, _LINE = "\x00", "\x01"
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_SPACE = re.compile(r"[^\S\xa0]+")
_COMPACT = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(?:(\d\d)(?:[.,]\d+)?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)


def local(element: Element) -> str:
    """An element's name without its namespace; "" for a comment or an entity."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag.rpartition("}")[2].rpartition(":")[2]


def children(element: Element, name: str) -> Iterator[Element]:
    """The children of that name, in any namespace."""
    return (child for child in element if local(child) == name) if element is not None else iter(())


def child(element: Element, *path: str) -> Element:
    """The first element at the end of a path of names; None: there is none."""
    for name in path:
        element = next(children(element, name), None)
    return element


def within(element: Element, *names: str) -> Iterator[Element]:
    """All elements below one that have one of the names, in order."""
    return (each for each in element.iter() if local(each) in names) if element is not None else iter(())


def line_in(element: Element) -> str:
    """All of an element's text as one line; "" for None."""
    return squeeze("".join(element.itertext())) if element is not None else ""


def attribute(element: Element, name: str) -> str:
    """An attribute by its name in any namespace; "" where there is none."""
    if element is None:
        return ""
    return next((value.strip() for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def body_in(element: Element) -> str:
    """The text of an element's blocks: a blank line between paragraphs, line ends where the source breaks a line.

    Pictures with their captions, tables of contents and what stands around an article are left out.
    """
    return _body(element, _LEFT_OUT | _AROUND) or _body(element, _LEFT_OUT)


def paragraphs_of(text: str) -> str:
    """Plain text with exactly one blank line between paragraphs; a line break within one stays."""
    blocks = (block.strip() for block in _BLANK_LINE.split(text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n\n".join("\n".join(line.strip() for line in block.split("\n")) for block in blocks if block)


def _body(element: Element, left_out: frozenset[str]) -> str:
    from lxml import etree

    has_blocks = any(local(each).lower() in ("p", "br", "li", "tr") for each in element.iter())
    parts: list[str] = []
    skipping: Element = None
    for event, each in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        name = local(each).lower()
        if event == "start":
            if skipping is None and name in left_out and each is not element:
                skipping = each
            if skipping is None:
                parts += [_mark(name), _shown(each.text, has_blocks)]
        elif event == "end":
            if each is skipping:
                skipping = None
            elif skipping is None:
                parts.append(_mark(name) if name != "br" else "")
        if event != "start" and skipping is None and each is not element:
            parts.append(_shown(each.tail, has_blocks))
    return _joined("".join(parts))


def _mark(name: str) -> str:
    return _LINE if name == "br" else _PARAGRAPH if name in _BLOCKS else " " if name in ("td", "th") else ""


def _shown(text: str | None, has_blocks: bool) -> str:
    if not text:
        return ""
    if has_blocks:
        return _SPACE.sub(" ", text)
    return _PARAGRAPH.join(
        _LINE.join(_SPACE.sub(" ", line) for line in block.split("\n")) for block in _BLANK_LINE.split(text)
    )


def _joined(text: str) -> str:
    paragraphs: list[str] = []
    for block in text.split(_PARAGRAPH):
        lines: list[str] = []
        for line in (each.strip() for each in block.split(_LINE)):
            if line:
                lines.append(line)
            elif lines:
                paragraphs.append("\n".join(lines))
                lines = []
        paragraphs += ["\n".join(lines)] if lines else []
    return "\n\n".join(paragraphs)


def date_of(value: str) -> str:
    """ISO 8601 without separators, as agencies write it (`20240304T123000+0100`), with them; else as it is.

    Midnight without a zone is the day: systems that know no hour write so.
    """
    found = _COMPACT.fullmatch(value.strip())
    if not found:
        return re.sub(r"T00:00(?::00(?:\.0+)?)?$", "", value.strip())
    year, month, day, hour, minute, second, zone = found.groups()
    if hour is None or (not zone and int(hour + minute + (second or "0")) == 0):
        return f"{year}-{month}-{day}"
    zone = zone or ""
    zone = f"{zone[:3]}:{zone[-2:] if len(zone) > 3 else '00'}" if zone not in ("", "Z") else zone
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{zone}"


def first(*values: str) -> str:
    """The first that is not blank."""
    return next((value for value in values if value.strip()), "")


def filled(fields: dict[str, object]) -> dict[str, object]:
    """The fields that have a value."""
    return {name: value for name, value in fields.items() if value}
