"""Web archives: WARC of any version, and ARC; an article for each HTML page that a server answered with 200.

Read by hand and not by warcio, which ends silently where a file is cut, stops at the first damaged header, takes a line
of any length into memory and writes to stderr; the tests compare both. The date of a record is when the page was
fetched, never when it was published. Compression of the whole file, by record or not, is undone by `files`.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from .base import Options, Reading, Skipped, SourceLocation
from .decoding import peekable
from .html import page_reading
from .http_message import answer_of

_VERSION = re.compile(rb"WARC/\d")
_ARC = re.compile(rb"(?:https?|filedesc|dns|ftp|whois):\S+ \S+ \d{8,14} \S+ (\d{1,12})")
_LINE_MAX = 1 << 16
_HEADERS_MAX = 500
_KINDS_SHOWN = 6


class Warc:
    """The pages of a crawl."""

    name = "warc"

    def recognises(self, head: bytes, name: str) -> int:
        """By the version line, or by ARC's description of the file."""
        start = head.lstrip(b"\r\n")
        return 95 if _VERSION.match(start) or (start.startswith(b"filedesc://") and _ARC.match(start)) else 0

    def read(self, stream: BinaryIO, location: SourceLocation, options: Options) -> Iterator[Reading]:
        """Yield an article or a skip for each page, and one skip that counts all other records."""
        others: Counter[str] = Counter()
        total = 0
        for record in _records(peekable(stream), options.limits.record_bytes):
            total += 1
            here = SourceLocation(location.path, _member(location, record.url))
            if record.fault:
                yield Skipped(here, record.fault)
            elif not record.is_page_like:
                others[record.kind] += 1
            else:
                answer = answer_of(record.body, record.content_type, options.limits.record_bytes)
                if answer.reason:
                    others[answer.reason] += 1
                else:
                    yield page_reading(
                        answer.body, here, options, self.name, content_type=answer.content_type, url=_web(record.url)
                    )
        if others:
            kinds = ", ".join(f"{times:,} {kind}" for kind, times in others.most_common(_KINDS_SHOWN))
            more = f", {len(others) - _KINDS_SHOWN} kinds more" if len(others) > _KINDS_SHOWN else ""
            yield Skipped(location, f"{others.total():,} of {total:,} records are no pages: {kinds}{more}")


def _member(location: SourceLocation, url: str) -> str | None:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in url[:300])
    return f"{location.member} > {shown}" if location.member and shown else shown or location.member


def _web(url: str) -> str:
    return url if url.lower().startswith(("http://", "https://")) else ""


class _Record(NamedTuple):
    """One record; `fault` says in words why it could not be read."""

    kind: str = ""
    url: str = ""
    content_type: str = ""
    """Of an answer as a server sent it: `application/http`; of a file: its own."""
    body: bytes = b""
    fault: str = ""

    @property
    def is_page_like(self) -> bool:
        """Whether it may hold a page."""
        return self.kind in ("response", "resource")


def _records(stream: "io.BufferedReader[Any]", longest: int) -> Iterator[_Record]:
    lost = 0
    while line := stream.readline(_LINE_MAX):
        if not line.strip():
            continue
        if _VERSION.match(line):
            headers = _headers(stream)
            length = headers.get("content-length", "")
            record = _Record(
                headers.get("warc-type", "").lower(),
                headers.get("warc-target-uri", "").strip("<>").replace(" ", "%20"),
                headers.get("content-type", ""),
            )
        elif _ARC.match(line):
            url, _, _, kind, length = line.decode("utf-8", "replace").rsplit(None, 4)
            filedesc = url.startswith("filedesc:")
            record = _Record("warcinfo" if filedesc else "response", url, kind if filedesc else "application/http")
        else:
            lost += len(line)
            continue
        if lost:
            yield _Record(fault=f"damaged: {lost:,} bytes before this record belong to none (a wrong length?)")
            lost = 0
        yield from _with_body(stream, record, length, longest)
    if lost:
        yield _Record(fault=f"damaged: the last {lost:,} bytes belong to no record")


def _headers(stream: "io.BufferedReader[Any]") -> dict[str, str]:
    """Named fields up to the blank line, names in lower case; a folded line goes on the one before."""
    found: dict[str, str] = {}
    last = ""
    for _ in range(_HEADERS_MAX):
        line = stream.readline(_LINE_MAX)
        if not line.strip():
            break
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        name, colon, value = text.partition(":")
        if text[0] in " \t" and last:
            found[last] += f" {text.strip()}"
        elif colon:
            last = name.strip().lower()
            found.setdefault(last, value.strip())
    return found


def _with_body(stream: "io.BufferedReader[Any]", record: _Record, length: str, longest: int) -> Iterator[_Record]:
    if not (length.isascii() and length.isdigit()) or len(length) > 15:
        yield record._replace(fault=f"a record without a usable length ({length[:40]!r}): left out")
        return
    size = int(length)
    wanted = record.is_page_like and size <= longest
    chunks: list[bytes] = []
    left = size
    while left and (chunk := stream.read(min(left, _LINE_MAX))):
        left -= len(chunk)
        if wanted:
            chunks.append(chunk)
    if left:
        yield record._replace(
            fault=f"cut off: the file ends {left:,} bytes before this record does; get it again. All records before it"
            " were read."
        )
    elif record.is_page_like and not wanted:
        yield _Record(f"longer than {longest:,} bytes")
    else:
        yield record._replace(kind=record.kind or "of no type", body=b"".join(chunks))
