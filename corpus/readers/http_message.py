"""A server's answer as it was sent: status, headers, body; what was packed for sending is unpacked."""

import re
import zlib
from typing import NamedTuple

from .html import Html

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?\s+(\d{3})")
_CHUNK_SIZE = re.compile(rb"\s*([0-9a-fA-F]{1,8})[^\r\n]*\r?\n")
_PAGES = ("text/html", "application/xhtml")


class Answer(NamedTuple):
    """A page, or in `reason` (a word or two) what it is instead."""

    body: bytes = b""
    content_type: str = ""
    reason: str = ""


def answer_of(data: bytes, content_type: str, longest: int) -> Answer:
    """The page in a record of a crawl: an answer with status and headers, or a bare file of type `content_type`.

    `longest` is the limit for its body in bytes, unpacked.
    """
    if not (status := _STATUS.match(data)):
        return _page(data, content_type if "http" not in content_type.partition("/")[2] else "")
    if status[1] != b"200":
        return Answer(reason=f"status {status[1].decode()}")
    head, _, body = _split(data)
    headers = _headers(head)
    kind = headers.get("content-type", "")
    if kind and not kind.lower().startswith(_PAGES):
        return Answer(reason=kind.partition(";")[0].strip()[:60].lower() or "of no type")
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    try:
        body = _unpacked(body, headers.get("content-encoding", "").lower(), longest)
    except ValueError as error:
        return Answer(reason=str(error))
    return _page(body, kind)


def _page(body: bytes, content_type: str) -> Answer:
    if not body.strip():
        return Answer(reason="empty")
    if content_type.lower().startswith(_PAGES) or (not content_type and Html().recognises(body[:65_536], "")):
        return Answer(body, content_type)
    return Answer(reason=content_type.partition(";")[0].strip()[:60].lower() or "no HTML")


def _split(data: bytes) -> tuple[bytes, bytes, bytes]:
    at = [(found, mark) for mark in (b"\r\n\r\n", b"\n\n") if (found := data.find(mark)) >= 0]
    return data.partition(min(at)[1]) if at else (data, b"", b"")


def _headers(head: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in head.split(b"\n")[1:]:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def _unchunked(body: bytes) -> bytes:
    """A body sent in pieces; one that only claims to be comes back as it is, one that breaks off as far as it goes."""
    out: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(body, at):
        length = int(size[1], 16)
        if not length:
            break
        out.append(body[size.end() : size.end() + length])
        at = size.end() + length
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
    return b"".join(out) if out else body


def _unpacked(body: bytes, encoding: str, longest: int) -> bytes:
    """A body without its compression. Some archives unpack it and leave the header.

    Raises:
        ValueError: it is damaged, longer than `longest`, or packed by a method that is not read here.
    """
    if encoding in ("", "identity", "none", "utf-8") or body.lstrip()[:1] == b"<":
        return body
    if encoding in ("br", "zstd"):
        raise ValueError(f"packed with {encoding}, which is not read")
    for bits in (47, -15):  # gzip or zlib by its header; deflate without one, as some servers send
        unpack = zlib.decompressobj(bits)
        try:
            found = unpack.decompress(body, longest + 1)
        except zlib.error:
            continue
        if len(found) > longest:
            raise ValueError(f"longer than {longest:,} bytes")
        return found
    raise ValueError(f"damaged ({encoding[:20]})")
