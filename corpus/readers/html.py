"""HTML: a page of the web, or a fragment of one; one article a file."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from ..errors import BadRecord
from .base import Options, Reading, Skipped, SourceLocation, reading_of
from .decoding import encoding_of
from .html_page import facts_of, parse_page
from .html_text import article_text

_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta)\b", re.I)
_FRAGMENT = re.compile(
    r"<(?:div|p|h[1-6]|section|main|header|article|table|ul|ol|dl|blockquote|center|font|span|strong|em|b|i|a|br|hr|img"
    r"|figure|link|script|style|base|nav|aside|form|pre)\b",
    re.I,
)
_BEFORE = re.compile(r"(?:\s|\ufeff|<!--.*?-->|<\?xml[^>]*\?>)*", re.S)
_UNCLOSED_COMMENT = re.compile(r"<!--(?!.*-->)", re.S)


class Html:
    """The article of a page: trafilatura finds its text, its head says title, date, author, site and address."""

    name = "html"

    def recognises(self, head: bytes, name: str) -> int:
        """By its first tag, after comments and an XML declaration; a fragment counts less than a page."""
        text = sniffed(head)
        at = _BEFORE.match(text)
        start = text[at.end() if at else 0 :]
        if _PAGE.match(start) or (_UNCLOSED_COMMENT.match(start) and "<html" in start.lower()):
            return 80
        if _FRAGMENT.match(start):
            return 60 if "xmlns" not in start[:500] else 20
        suffix = name.lower().endswith((".html", ".htm", ".xhtml", ".shtml"))
        return 40 if suffix and (_PAGE.search(text) or _FRAGMENT.search(text)) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield the one article, or a skip that says why the page has none."""
        limit = options.limits.record_bytes
        chunks: list[bytes] = []
        length = 0
        while length <= limit and (chunk := stream.read(1 << 16)):
            chunks.append(chunk)
            length += len(chunk)
        if length > limit:
            yield Skipped(location, f"longer than {limit:,} bytes, the limit for one article")
            return
        yield page_reading(b"".join(chunks), location, options, self.name)


def page_reading(
    data: bytes,
    location: SourceLocation,
    options: Options,
    format: str,
    *,
    content_type: str = "",
    url: str = "",
    notes: tuple[str, ...] = (),
) -> Reading:
    """The article of a page, or why there is none.

    Args:
        data: the page as it was sent or saved.
        location: where it is.
        options: how it is read.
        format: the name of the reader that the page comes from.
        content_type: what the server said of it (`text/html; charset=utf-8`); its charset counts before the page's own.
        url: the address that it was fetched from, where that is known.
        notes: the caller's own.
    """
    text, encoding_notes = decoded(data, options, content_type)
    page = parse_page(text)
    if page is None:
        return Skipped(location, "no article: there is no text in this HTML")
    facts = facts_of(page, url)
    try:
        body, more = article_text(page, facts)
    except BadRecord as error:
        return Skipped(location, error.reason)
    record = {**facts.fields, "text": body}
    return reading_of(record, location, options, format, (*notes, *encoding_notes, *facts.notes, *more))


def decoded(data: bytes, options: Options, content_type: str = "") -> tuple[str, tuple[str, ...]]:
    """A page's characters, and notes.

    As browsers do: byte order mark, then what the server said, then what the page says; else UTF-8 where that fits,
    else what its letters look like.
    """
    from w3lib.encoding import html_to_unicode

    if options.encoding:
        return data.decode(options.encoding, "replace"), ()
    encoding, text = html_to_unicode(content_type or None, data, "utf-8", guessed_encoding)
    notes = [] if encoding.startswith("utf-8") else [f"read as {encoding}"]
    if bad := text.count("\ufffd"):
        notes.append(f"{bad:,} characters could not be decoded and are U+FFFD")
    return text.replace("\0", ""), tuple(notes)


def guessed_encoding(data: bytes) -> str:
    """The encoding of a page or feed that states none, by its letters where it is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4 and error.reason == "unexpected end of data":
            return "utf-8"
        from charset_normalizer import from_bytes

        best = from_bytes(data[:100_000]).best()
        return best.encoding if best else "cp1252"
    return "utf-8"


def sniffed(head: bytes) -> str:
    """The beginning of a file in ASCII markup, whatever its encoding; "" for binary data."""
    encoding = encoding_of(head)
    if encoding != "utf-8":
        return head.decode(encoding, "replace")
    return "" if b"\0" in head[:1024] else head.decode("latin-1")
