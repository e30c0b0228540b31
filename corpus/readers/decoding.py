"""From bytes to characters: UTF-8, or UTF-16/32 with a byte order mark. No encoding is ever guessed.

charset-normalizer was considered: on short English articles with one or two accents it cannot distinguish Latin-1 from
Windows-1250 or Mac Roman, and a wrong guess is stored for ever. A refused file can be converted and read again.
"""

import codecs
from typing import BinaryIO

from ..errors import BadRecord

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


def read_text(stream: BinaryIO, record_bytes: int) -> str:
    r"""All of a file as text, with `\n` line ends.

    Raises:
        BadRecord: it is empty, longer than `record_bytes`, binary, or not in the encoding it must be in.
        OSError: the stream failed.
    """
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
    encoding = encoding_of(data)
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
