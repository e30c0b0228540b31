"""XML as records, one after the other, however long the file: what every reader of an XML format shares.

A file is cut into pieces at the start tags of its records, and each piece is parsed alone: a record that is broken
costs itself, and memory holds one record. No document type is ever given to the parser, so no entity of a file's own
is expanded and nothing is fetched; a file that declares entities is refused.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.entities import html5
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from .base import Limits, Options
from .decoding import in_utf8, peekable

if TYPE_CHECKING:
    from lxml import etree

Element = Any
"""An element of lxml."""

_CHUNK = 1 << 16
_MARKS = ("utf-8-sig", codecs.BOM_UTF8), ("utf-16", codecs.BOM_UTF16_LE), ("utf-16", codecs.BOM_UTF16_BE)
_WITHOUT_MARK = (b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_WINDOWS = ("iso8859-1", "cp1252", "ascii")
_WIDE = re.compile(r"utf-?(16|32)|ucs", re.I)
_BEFORE_ROOT = re.compile(
    r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s[^<>\[]*(?:\[(?:<!--.*?-->|\"[^\"]*\"|'[^']*'|[^\]\"'])*+\]\s*)?>)*+",
    re.S | re.I,
)
_START = re.compile(
    r"<(?:(?P<prefix>[^\W\d][\w.-]*):)?(?P<name>[^\W\d][\w.-]*)(?P<rest>(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+|/)?)>"
)
_NAMESPACE = re.compile(r"\sxmlns(?P<prefix>:[\w.-]+)?\s*=\s*(?P<uri>\"[^\"<]*\"|'[^'<]*')")
_PREFIX = re.compile(r"[</\s]([^\W\d][\w.-]*):[^\W\d]")
_SURROGATE = re.compile("[\udc80-\udcff]")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FAULTY = re.compile(
    r"(?P<empty><(?:br|hr|img)\b[^<>]*>)|(?P<inline></?(?:b|i|u|a|em|strong|span|font|small|sup|sub)(?=[\s>])[^<>]*>)"
    r"|(?P<less><(?![^\W\d]|[/!?]))|&(?!(?:amp|lt|gt|quot|apos);)(?P<entity>\#?\w{1,32};)?",
    re.S | re.I,
)
_ENTITY = re.compile(r"<!ENTITY\s", re.I)
_KEPT = re.compile(r"<!\[CDATA\[|<!--")
_CLOSED_BY = {"<![CDATA[": "]]>", "<!--": "-->"}
_TAG_MAX = 200
"""Characters of a record's start tag up to the end of its name, at most."""
_BAD_BYTE = 0x10FF00
"""Code point of a byte that is not in the encoding it must be in, less the byte: private use that nobody uses."""
_BAD_BYTES = re.compile("[\U0010ff80-\U0010ffff]+")

ENTITIES_REFUSED = (
    "it declares entities of its own (<!ENTITY ...>), which are not expanded because attacks use them."
    " Expand them first: xmllint --noent --nonet OLD > NEW"
)


class Root(NamedTuple):
    """The start tag of a document's first element."""

    name: str
    """Without its prefix."""
    tag: str
    """All of it, with attributes and namespaces."""


def root_of(head: bytes) -> Root | None:
    """The root element of a document that begins with `head`; None: it is no XML, or its root lies farther on."""
    text = _decoded(head).lstrip("\ufeff")
    if not text.lstrip().startswith("<"):
        return None
    found = _START.match(text, _end_of_prologue(text))
    return Root(found["name"], found[0]) if found else None


def unknown_xml(head: bytes) -> str:
    """What to say about XML that no reader knows; "" for what is no XML."""
    root = root_of(head)
    if root is None and head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return "XML without a root element in its first 64 kB"
    if root is None or root.name.lower() == "html":
        return ""
    return (
        f"XML with the root element <{root.name[:60]}>, which no reader knows; convert it to one of the formats in"
        " docs/formats.md, for example to JSON Lines with title, text, published, url"
    )


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """One record of a file."""

    line: int
    """Where it begins, from 1."""
    element: Element
    """Its lxml element; None where it cannot be read."""
    reason: str = ""
    """Why it cannot be read."""
    notes: tuple[str, ...] = ()
    header: str = ""
    """What stands before the file's first record."""


@dataclass(frozen=True, slots=True)
class _Piece:
    line: int
    text: str | None
    """None: longer than the limit."""
    damaged: int = 0
    """Places with bytes that are not in the encoding they must be in."""


def xml_records(stream: BinaryIO, options: Options, *names: str) -> Iterator[XmlRecord]:
    """The elements with one of these names (without prefix), in order; those within one of them are left in it.

    Raises:
        OSError: the stream failed.
    """
    recoded, notes, windows = _in_utf8(stream, options)
    pieces = _pieces(recoded, re.compile(_record_start(names)), options.limits)
    header = next(pieces)
    if header.text is None:
        yield XmlRecord(1, None, f"more than {options.limits.record_bytes:,} bytes before its first record")
        return
    if _ENTITY.search(header.text):
        yield XmlRecord(1, None, ENTITIES_REFUSED)
        return
    declared = {each["prefix"] or "": each["uri"] for each in _NAMESPACE.finditer(header.text)}
    for piece in pieces:
        record = _record(piece, names, declared, options.limits)
        damage: tuple[str, ...] = ()
        if piece.damaged and not windows:
            damage = (f"{piece.damaged:,} places that are not in the file's encoding were read as Windows-1252",)
        yield replace(record, notes=(*notes, *damage, *record.notes), header=header.text)


def parsed(text: str) -> Element:
    """A fragment of XML as an element, read as far as it can be: a header that ends within its elements.

    None where there is no element in it.
    """
    from lxml import etree

    start = _end_of_prologue(text)
    try:
        return etree.fromstring(_mended(text[start:]).encode("utf-8", "replace"), _parser(recover=True))
    except etree.XMLSyntaxError:
        return None


def parsed_head(head: bytes) -> Element:
    """The first bytes of a document as an element, read as far as they go; None where there is none."""
    text = _FORBIDDEN.sub("\ufffd", _decoded(head).lstrip("\ufeff"))
    return None if _ENTITY.search(text) else parsed(text)


def _repaired(text: str) -> tuple[str, int]:
    """A text with its damaged bytes as the characters that they most likely were, and how many places that were."""
    return _BAD_BYTES.subn(lambda found: _as_windows(found[0]), text)


def _as_windows(marks: str) -> str:
    return bytes(ord(mark) - _BAD_BYTE for mark in marks).decode("cp1252", "replace")


def _end_of_prologue(text: str) -> int:
    found = _BEFORE_ROOT.match(text)
    return found.end() if found else 0


def _record_start(names: tuple[str, ...]) -> str:
    return rf"<!\[CDATA\[|<!--|<(?:[^\W\d][\w.-]*:)?(?:{'|'.join(map(re.escape, names))})(?=[\s/>])"


def _encoding(head: bytes) -> str:
    """The encoding of a document as its first bytes say; "": UTF-8.

    One that declares UTF-16 and is not in it is a text of .NET or Java that was written as UTF-8.
    """
    if mark := next((name for name, mark in _MARKS if head.startswith(mark)), ""):
        return mark
    if plain := next((name for start, name in _WITHOUT_MARK if head.startswith(start)), ""):
        return plain
    declared = _DECLARED.match(head[:400].lstrip())
    name = declared[1].decode("ascii") if declared else ""
    return "" if _WIDE.match(name) else name


def _in_utf8(stream: BinaryIO, options: Options) -> tuple["io.BufferedReader[Any]", tuple[str, ...], bool]:
    """The stream in UTF-8, notes on how, and whether it may have Windows-1252 in it by what it declares.

    What declares Latin-1 or Windows-1252 is often UTF-8 all the same: it is read as UTF-8, else as that.
    """
    buffered = peekable(stream)
    declared = "" if options.encoding else _encoding(buffered.peek(400)[:400])
    try:
        name = codecs.lookup(declared or "utf-8").name
    except LookupError:
        return buffered, (f"the encoding {declared[:40]!r} is not known: read as UTF-8",), False
    windows = name in _WINDOWS
    recoded, encoding = in_utf8(buffered, options if windows or name == "utf-8" else replace(options, encoding=name))
    return recoded, (f"read as {encoding}",) if encoding and not declared else (), windows


def _texts(stream: "io.BufferedReader[Any]") -> Iterator[str]:
    """Chunks of text; a byte that is not UTF-8 becomes a mark, a character that XML forbids U+FFFD."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    ended = False
    while not ended:
        chunk = stream.read1(_CHUNK)
        ended = not chunk
        text = decoder.decode(chunk, ended)
        text = _SURROGATE.sub(lambda found: chr(ord(found[0]) - 0xDC00 + _BAD_BYTE), text)
        if text:
            yield _FORBIDDEN.sub("\ufffd", text)


def _pieces(stream: "io.BufferedReader[Any]", record_start: "re.Pattern[str]", limits: Limits) -> Iterator[_Piece]:
    """What stands before the first record, then each record with all up to the next one."""
    buffer, line, long, closing = "", 1, False, ""
    start = searched = 0
    for text in _texts(stream):
        buffer, searched, start = buffer[start:] + text, searched - start, 0
        while True:
            if closing:
                end = buffer.find(closing, searched)
                if end < 0:
                    searched = max(searched, len(buffer) - len(closing))
                    break
                searched, closing = end + len(closing), ""
            found = record_start.search(buffer, searched)
            if not found:
                searched = max(searched, len(buffer) - _TAG_MAX)
                break
            at, searched = found.span()
            closing = _CLOSED_BY.get(found[0], "")
            if not closing:
                long = long or at - start > limits.record_bytes
                yield _piece(line, "" if long else buffer[start:at], long)
                line += buffer.count("\n", start, at)
                start, long = at, False
        if len(buffer) - start > limits.record_bytes + _TAG_MAX:
            line += buffer.count("\n", start, len(buffer) - _TAG_MAX)
            start, long = len(buffer) - _TAG_MAX, True
            searched = max(searched, start)
    yield _piece(line, "" if long else buffer[start:], long)


def _decoded(head: bytes) -> str:
    try:
        return head.decode(_encoding(head) or "utf-8", "replace")
    except LookupError:
        return head.decode("utf-8", "replace")


def _piece(line: int, text: str, long: bool) -> _Piece:
    return _Piece(line, None) if long else _Piece(line, *_repaired(text))


def _record(piece: _Piece, names: tuple[str, ...], declared: dict[str, str], limits: Limits) -> XmlRecord:
    if piece.text is None:
        return XmlRecord(piece.line, None, f"longer than {limits.record_bytes:,} bytes, the limit for one article")
    start = _START.match(piece.text)
    if start and start["rest"].endswith("/"):
        text = start[0]
    else:
        ends = list(re.finditer(rf"</(?:[^\W\d][\w.-]*:)?(?:{'|'.join(map(re.escape, names))})\s*>", piece.text))
        if not ends:
            return XmlRecord(piece.line, None, "cut off: it has no end; get it again")
        text = piece.text[: ends[-1].end()]
    return _parsed_record(declared, text, piece.line)


def _parsed_record(declared: dict[str, str], text: str, line: int) -> XmlRecord:
    from lxml import etree

    try:
        return XmlRecord(line, etree.fromstring(_wrapped(declared, text), _parser())[0])
    except etree.XMLSyntaxError as error:
        message = (error.msg or "").partition(", line ")[0][:160]
    try:
        prefixes = {prefix for prefix in _PREFIX.findall(text) if not prefix.lower().startswith("xml")}
        spaces = {**{f":{prefix}": f'"urn:{prefix}"' for prefix in prefixes}, **declared}
        element = etree.fromstring(_wrapped(spaces, _mended(text)), _parser())[0]
    except etree.XMLSyntaxError as error:
        message = (error.msg or "").partition(", line ")[0][:160]
        advice = "" if "depth" in message else "; repair it first: xmllint --recover OLD > NEW"
        return XmlRecord(line, None, f"not well-formed XML ({message}){advice}")
    return XmlRecord(line, element, notes=(f"not well-formed XML ({message}): mended",))


def _wrapped(declared: dict[str, str], text: str) -> bytes:
    """A record within an element that declares the namespaces of the elements around it."""
    spaces = "".join(f" xmlns{prefix}={uri}" for prefix, uri in declared.items())
    return f"<records{spaces}>{text}</records>".encode()


def _parser(recover: bool = False) -> "etree.XMLParser":
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover, encoding="utf-8",
        remove_comments=True, remove_pis=True,
    )  # fmt: skip


def _mended(text: str) -> str:
    """Without what usually makes XML faulty: HTML's entities, bare `&` and `<`, tags within a line without an end."""
    parts: list[str] = []
    at = 0
    while found := _KEPT.search(text, at):
        end = text.find(_CLOSED_BY[found[0]], found.end())
        if end < 0:
            break
        parts += [_FAULTY.sub(_replacement, text[at : found.start()]), text[found.start() : end + 3]]
        at = end + 3
    return "".join([*parts, _FAULTY.sub(_replacement, text[at:])])


def _replacement(found: "re.Match[str]") -> str:
    entity = found["entity"]
    if found["empty"]:
        return "<br/>" if found["empty"][1:3].lower() == "br" else ""
    if found["inline"]:
        return ""
    if found["less"]:
        return "&lt;"
    if not entity:
        return "&amp;"
    if entity.startswith("#"):
        return _numbered(entity[1:-1])
    known = html5.get(entity)
    return known if known and known not in "<>&" else f"&amp;{entity}"


def _numbered(digits: str) -> str:
    """A character by its number; U+FFFD for one that XML forbids."""
    try:
        number = int(digits[1:], 16) if digits[:1] in "xX" else int(digits)
        allowed = number < 0x110000 and not 0xD800 <= number <= 0xDFFF and not _FORBIDDEN.match(chr(number))
    except ValueError:
        return f"&amp;#{digits};"
    return f"&#{number};" if allowed else "\ufffd"
