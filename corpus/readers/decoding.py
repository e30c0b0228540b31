"""From bytes to characters: what is UTF-8 as it is, everything else in the encoding that is stated or recognised.

No encoding used to be guessed, because a wrong guess is stored for ever. Archives have old encodings all the same, and
what was refused was converted by a guess as well, only without a word. So what is recognised (`encodings`) is read and
said ("read as windows-1252"), `--encoding` overrides it, and what cannot be recognised, or is binary, is refused.

One bad byte costs a character: in a text that is UTF-8 otherwise it is read as windows-1252 where that has a character
for it, else it becomes U+FFFD. A file may have records in several encodings: each record is decoded by itself.
"""

import codecs
import io
import re
from dataclasses import replace
from typing import Any, BinaryIO, cast

from ..errors import BadRecord
from .base import Options
from .encodings import (
    BINARY,
    NOT_ASCII_SAFE,
    is_cut_off,
    is_mostly_utf8,
    legacy_encoding,
    recognised_encoding,
    shown,
    stated_encoding,
)  # fmt: skip

_CHUNK = 1 << 16
_ESCAPED = re.compile("[\udc80-\udcff]+")


def decode_head(head: bytes) -> str | None:
    """A file's beginning, which may end within a character; None if it is no text."""
    encoding = recognised_encoding(head)
    if encoding == BINARY:
        return None
    return codecs.getincrementaldecoder(encoding)("replace").decode(head)


def decode_record(data: bytes, options: Options) -> tuple[str, tuple[str, ...]]:
    """The text of one record of a stream of `records_of`, and notes on how it was read.

    Raises:
        BadRecord: it is in no encoding that can be recognised.
    """
    data = data.strip(b"\0")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        if options.encoding or is_cut_off(data):
            return data.decode("utf-8-sig", "replace"), ("bytes that are not UTF-8 became U+FFFD",)
        if is_mostly_utf8(data):
            return _mixed(data), ("bytes that are not UTF-8 read as windows-1252",)
        encoding = options.hint if options.hint and _is_in(data, options.hint) else legacy_encoding(data)
        if encoding is None:
            advice = "--encoding NAME says which it is in, for example --encoding windows-1252"
            raise BadRecord(f"{wrong_encoding(data, error)}, and no other encoding is recognised; {advice}") from error
        return data.decode(encoding, "replace"), (f"read as {shown(encoding)}",)


def records_of(stream: BinaryIO, options: Options) -> tuple["io.BufferedReader[Any]", str, Options]:
    """A stream whose records are told apart by ASCII characters, and decoded by `decode_record`.

    Returns:
        The stream; the encoding that all of it was in, "" where each record is to be looked at; options for it.
    """
    buffered = peekable(stream)
    encoding = options.encoding or recognised_encoding(buffered.peek(_CHUNK)[:_CHUNK])
    plain = encoding in ("utf-8", "utf-8-sig", BINARY)
    if plain and buffered.peek(4).startswith(codecs.BOM_UTF8):
        buffered.read(len(codecs.BOM_UTF8))
    if plain:
        return buffered, "", options
    if options.encoding or encoding.startswith("utf") or encoding in NOT_ASCII_SAFE:
        return io.BufferedReader(_Recoded(buffered, encoding), _CHUNK), shown(encoding), options
    return buffered, "", replace(options, hint=encoding)


def in_utf8(stream: BinaryIO, options: Options) -> tuple["io.BufferedReader[Any]", str]:
    """As `records_of`, for those who need no hint."""
    return records_of(stream, options)[:2]


def encoding_of(head: bytes) -> str:
    """The encoding that a byte order mark states, else UTF-8."""
    return stated_encoding(head) or "utf-8"


def peekable(stream: BinaryIO) -> "io.BufferedReader[Any]":
    """A stream that one can look ahead in; one that can already is not wrapped, for what it read would be lost."""
    return stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(Any, stream), _CHUNK)


class _Recoded(io.RawIOBase):
    """A stream in another encoding, as UTF-8; what is damaged becomes U+FFFD."""

    def __init__(self, stream: "io.BufferedReader[Any]", encoding: str) -> None:
        self._stream, self._decoder = stream, codecs.getincrementaldecoder(encoding)("replace")
        self._pending, self._ended = b"", False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """As RawIOBase."""
        while not self._pending and not self._ended:
            self._pending = self._more()
        n = min(len(buffer), len(self._pending))
        buffer[:n], self._pending = self._pending[:n], self._pending[n:]
        return n

    def _more(self) -> bytes:
        chunk = self._stream.read1(_CHUNK)
        self._ended = not chunk
        return self._decoder.decode(chunk, self._ended).removeprefix("\ufeff").encode("utf-8", "replace")


def read_text(stream: BinaryIO, options: Options) -> str:
    """As `read_noted`, without the notes."""
    return read_noted(stream, options)[0]


def read_noted(stream: BinaryIO, options: Options) -> tuple[str, tuple[str, ...]]:
    r"""All of a file as text, with `\n` line ends, and notes on how it was decoded.

    Raises:
        BadRecord: it is empty, longer than the limit for a record, binary, or in no encoding that can be recognised.
        OSError: the stream failed.
    """
    record_bytes = options.limits.record_bytes
    chunks: list[bytes] = []  # `read(n)` would take n bytes of memory for the shortest file
    length = 0
    while chunk := stream.read(_CHUNK):
        chunks.append(chunk)
        length += len(chunk)
        if length > record_bytes:
            raise BadRecord(f"longer than {record_bytes:,} bytes, the limit for one article")
    data = b"".join(chunks)
    if not data:
        raise BadRecord("empty file")
    text, notes = _decoded(data, options)
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _decoded(data: bytes, options: Options) -> tuple[str, tuple[str, ...]]:
    encoding = options.encoding or recognised_encoding(data)
    if encoding == BINARY:
        at = data.find(b"\0")
        raise BadRecord(f"unknown format: binary data ({_where(data, at)})")
    if encoding.startswith("utf-8") and not options.encoding:
        return decode_record(data, options)
    notes: tuple[str, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        notes = (f"damaged from byte {error.start:,} on: what is not {shown(encoding)} became U+FFFD",)
    if options.encoding or not stated_encoding(data):
        notes = (f"read as {shown(encoding)}", *notes)
    return text.removeprefix("\ufeff"), notes


def _where(data: bytes, at: int) -> str:
    return f"a NUL byte at byte {at:,}" if at >= 0 else "control characters; no encoding that can be recognised"


def _is_in(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _mixed(data: bytes) -> str:
    """UTF-8 with some bytes that are none."""
    text = data.decode("utf-8-sig", "surrogateescape")
    return _ESCAPED.sub(lambda bad: bad[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"), text)


def wrong_encoding(data: bytes, error: UnicodeDecodeError) -> str:
    """The message about bytes that are not UTF-8: where they are."""
    at = error.start + len(data) - len(error.object)  # the object lacks its byte order mark
    return f"byte {at:,} (0x{data[at]:02x}) is not UTF-8"
