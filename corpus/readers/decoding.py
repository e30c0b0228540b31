"""From bytes to characters: UTF-8, or UTF-16/32 with a byte order mark. No encoding is ever guessed.

charset-normalizer was considered: on short English articles with one or two accents it cannot distinguish Latin-1 from
Windows-1250 or Mac Roman, and a wrong guess is stored for ever. A refused file can be converted and read again.
"""

import codecs
import io
from typing import Any, BinaryIO, cast

from ..errors import BadRecord
from .base import Options

_BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_CHUNK = 1 << 16


def encoding_of(head: bytes) -> str:
    """The encoding that a byte order mark states, else UTF-8."""
    return next((name for mark, name in _BYTE_ORDER_MARKS if head.startswith(mark)), "utf-8")


def decode_head(head: bytes) -> str | None:
    """A file's beginning, which may end within a character; None if it is not text in a known encoding."""
    encoding = encoding_of(head)
    if encoding == "utf-8" and b"\0" in head:
        return None
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return None


def decode_record(data: bytes, options: Options) -> tuple[str, tuple[str, ...]]:
    """The text of one record, and notes on how it was read.

    Raises:
        BadRecord: it is not in the encoding it must be in.
    """
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        raise BadRecord(wrong_encoding(data, error)) from error


def in_utf8(stream: BinaryIO, options: Options) -> tuple["io.BufferedReader[Any]", str]:
    """The stream in UTF-8 without a byte order mark, and the encoding that it was in ("" for UTF-8)."""
    buffered = peekable(stream)
    encoding = options.encoding or encoding_of(buffered.peek(4)[:4])
    if encoding == "utf-8-sig":
        buffered.read(len(codecs.BOM_UTF8))
    if encoding.startswith("utf-8"):
        return buffered, ""
    return io.BufferedReader(_Recoded(buffered, encoding), _CHUNK), encoding


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
            chunk = self._stream.read1(_CHUNK)
            self._ended = not chunk
            self._pending = self._decoder.decode(chunk, self._ended).encode("utf-8", "replace")
        n = min(len(buffer), len(self._pending))
        buffer[:n], self._pending = self._pending[:n], self._pending[n:]
        return n


def read_text(stream: BinaryIO, options: Options) -> str:
    r"""All of a file as text, with `\n` line ends.

    Raises:
        BadRecord: it is empty, longer than the limit for a record, binary, or not in the encoding it must be in.
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
    encoding = options.encoding or encoding_of(data)
    if encoding == "utf-8" and (at := data.find(b"\0")) >= 0:
        raise BadRecord(f"unknown format: binary data (a NUL byte at byte {at:,})")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadRecord(wrong_encoding(data, error)) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def wrong_encoding(data: bytes, error: UnicodeDecodeError) -> str:
    """The message about bytes that are not in the encoding they must be in: where they are, and what to do."""
    if error.encoding.startswith("utf-8"):
        at = error.start + len(data) - len(error.object)  # the object lacks its byte order mark
        return (
            f"byte {at:,} (0x{data[at]:02x}) is not UTF-8. Convert the file from its encoding,"
            " for example: iconv -f latin1 -t utf-8 OLD > NEW"
        )
    return (
        f"byte {error.start:,} is not {error.encoding}, which the file's first bytes announce: it is damaged or cut off"
    )
