"""Records of a long XML file one at a time: memory stays that of one record, whatever the file's length.

The XML of the web is often none: HTML's entities, bare ampersands, control characters, a wrong encoding. What is meant
plainly is repaired on the way to the parser. No entity is ever expanded, nothing outside the file is read.
"""

import codecs
import io
import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any, BinaryIO, NamedTuple

from .base import Options
from .decoding import encoding_of, peekable
from .html import guessed_encoding

Element = Any
"""An element of lxml."""

_CHUNK = 1 << 16
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.I)
_PROLOG = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.S | re.I)
_TAG = re.compile(r"<([A-Za-z_][\w.:-]*)")
_REFERENCE = re.compile(r"&(?:(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,32});)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LEGAL = ((0x20, 0xD800), (0xE000, 0xFFFE), (0x10000, 0x110000))
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_OPEN, _CLOSE = "<![CDATA[", "]]>"
_LONGEST_REFERENCE = 40
_SIBLINGS_MOST = 500
_LINE_MAX = 65_535
"""libxml2 counts no further."""


class Fault(NamedTuple):
    """Why a file is read no further, in words."""

    reason: str


def root_name(text: str) -> str:
    """The name of the first element, with its prefix; "" where `text` begins with anything but XML."""
    at = _PROLOG.match(text)
    tag = _TAG.match(text, at.end() if at else 0)
    return tag[1] if tag else ""


def local_name(element: Element) -> str:
    """An element's name without namespace or prefix, in lower case."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def line_of_element(element: Element) -> int | None:
    """The line on which an element begins; None beyond what the parser counts."""
    line = element.sourceline
    return line if line and line < _LINE_MAX else None


class XmlRecords:
    """The elements of a stream that have one of some names, outermost first, in order."""

    def __init__(self, stream: BinaryIO, options: Options, names: frozenset[str]) -> None:
        """`names` are local names in lower case."""
        self._stream, self._options, self._names = peekable(stream), options, names
        self._cleaner = _Cleaner(_encoding(self._stream, options))
        self.root: Element = None
        """The root element, as far as it was read; records that were given are no longer in it."""
        self.given = 0
        """Records that were given."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was repaired so far."""
        return self._cleaner.notes()

    def __iter__(self) -> Iterator[Any]:
        """Elements, each to be used before the next is asked for, and at last a `Fault` if the file is damaged."""
        from lxml import etree

        parser = etree.XMLPullParser(
            events=("start", "end"), recover=True, resolve_entities=False, no_network=True, load_dtd=False,
            remove_comments=True, remove_pis=True, encoding="utf-8",
        )  # fmt: skip
        depth, since = 0, 0
        limit = 4 * self._options.limits.record_bytes
        tail = ""
        while chunk := self._stream.read1(_CHUNK):
            text = self._cleaner.feed(chunk)
            tail = (tail + text)[-256:] if text else tail
            parser.feed(text.encode("utf-8", "replace"))
            since += len(chunk)
            for event, element in parser.read_events():
                if self.root is None:
                    self.root = element
                if local_name(element) not in self._names:
                    continue
                depth += 1 if event == "start" else -1
                if event == "end" and not depth:
                    since = 0
                    self.given += 1
                    yield element
                    _forget(element)
            if since > limit:
                yield Fault(f"one record is longer than {limit:,} bytes, the limit; the rest was not read")
                return
        rest = self._cleaner.end()
        parser.feed(rest.encode("utf-8", "replace"))
        for event, found in parser.read_events():
            last: Element = found
            self.root = last if self.root is None else self.root
            if event == "end" and last.getparent() is not None and local_name(last) in self._names:
                self.given += 1
                yield last
        yield from self._end(tail + rest, [entry.message for entry in parser.feed_error_log])

    def _end(self, tail: str, errors: list[str]) -> Iterator[Fault]:
        if self.root is None:
            yield Fault("not XML: there is no element in it")
        elif any("depth" in message for message in errors):
            yield Fault("elements nested more than 250 deep; the rest was not read")
        elif not re.search(rf"</(?:[\w.-]+:)?{re.escape(local_name(self.root))}\s*>|/>\s*$", tail, re.I):
            yield Fault("cut off: the file ends before its XML does; get it again. Every complete record was read.")


def _forget(element: Element) -> None:
    """Give back the memory of a record that was used, and of what stands before it where that is much."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        parent.remove(element)
        if len(parent) > _SIBLINGS_MOST:
            del parent[0]


def _encoding(stream: "io.BufferedReader[Any]", options: Options) -> str:
    """The encoding that is asked for, that a mark or the XML declaration states, or that zero bytes show."""
    head = stream.peek(_CHUNK)[:1024]
    if options.encoding:
        return options.encoding
    if (encoding := encoding_of(head)) != "utf-8":
        return encoding
    if head[:4] in (b"<\0?\0", b"<\0r\0", b"<\0f\0"):
        return "utf-16-le"
    if head[:4] in (b"\0<\0?", b"\0<\0r", b"\0<\0f"):
        return "utf-16-be"
    from w3lib.encoding import resolve_encoding

    declared = _DECLARED.match(head)
    known = resolve_encoding(declared[1].decode("ascii")) if declared else None
    if known and not known.startswith(("utf-16", "utf-32")):  # a file that was converted may still say it is UTF-16
        return known
    return guessed_encoding(stream.peek(_CHUNK)[:_CHUNK])


class _Cleaner:
    """From the bytes of a file, in any pieces, to characters that an XML parser takes."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._waiting, self._within, self._started = "", False, False
        self._undecoded = 0

    def notes(self) -> tuple[str, ...]:
        """What was repaired so far."""
        found = []
        if not self._encoding.startswith("utf-8"):
            found.append(f"read as {self._encoding}")
        if self._undecoded:
            found.append("characters of the file could not be decoded and are U+FFFD")
        return tuple(found)

    def feed(self, data: bytes) -> str:
        return self._clean(self._decoder.decode(data), last=False)

    def end(self) -> str:
        return self._clean(self._decoder.decode(b"", True), last=True)

    def _clean(self, text: str, *, last: bool) -> str:
        self._undecoded += text.count("\ufffd")
        if not self._started:
            text = text.lstrip("\ufeff \t\r\n")
            self._started = bool(text)
        waiting = self._waiting + _CONTROL.sub(" ", text)
        parts: list[str] = []
        while True:
            mark = _CLOSE if self._within else _OPEN
            at = waiting.find(mark)
            end = at + len(mark) if at >= 0 else len(waiting) if last else _safe(waiting, self._within)
            part, waiting = waiting[:end], waiting[end:]
            parts.append(part if self._within else _REFERENCE.sub(_known, part))
            if at < 0:
                self._waiting = waiting
                return "".join(parts)
            self._within = not self._within


def _safe(text: str, within: bool) -> int:
    """How much of a text can be given on: no mark and no reference may be torn."""
    if within:
        return max(0, len(text) - len(_CLOSE) + 1)
    start = max(0, len(text) - _LONGEST_REFERENCE)
    torn = [at for at in (text.find("&", start), text.find("<", start)) if at >= 0]
    return min(torn, default=len(text))


def _known(match: "re.Match[str]") -> str:
    """A reference that every XML parser knows."""
    name = match[1]
    if name is None:
        return "&amp;"
    if name.startswith("#"):
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return f"&{name};" if _is_legal(number) else "\ufffd"
    if name in _XML_NAMES:
        return f"&{name};"
    character = html5.get(f"{name};", "")
    return "".join(f"&#{ord(c)};" for c in character) if character else f"&amp;{name};"


def _is_legal(number: int) -> bool:
    """Whether XML 1.0 may hold the character of that number."""
    return number in (9, 10, 13) or any(first <= number < end for first, end in _LEGAL)
