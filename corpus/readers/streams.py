"""Byte streams between files and readers: what they are, how long, and where they break off.

A compressed or archived file is read as a stream, never to disk and never all at once; every limit is enforced on the
bytes that really come out, whatever a header claims. Every failure leaves here as `Broken`, with a reason for the user.
"""

import bz2
import gzip
import io
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from .base import Limits

HEAD_BYTES = 1 << 16
"""Bytes that a format is recognised by."""

_GZIP = b"\x1f\x8b"
_BZIP2 = b"BZh"
_BZIP2_BLOCK = b"1AY&SY"
"""Follows the level; checked because a text may begin with "BZh"."""
_XZ = b"\xfd7zXZ\x00"

_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_WINDOW_MAX = 1 << 27
"""128 MiB, as `zstd --long` makes them at most by default."""
_SPOOLED_MAX_BYTES = 8 << 20

OnBytes = Callable[[int], None]


class Broken(OSError):
    """The stream cannot be read further; `str()` is the reason, in words that say what to do."""


_REASONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (EOFError, "truncated: it ends in the middle of its compressed data; get it again"),
    (gzip.BadGzipFile, "damaged gzip data"),
    (zlib.error, "damaged compressed data"),
    (lzma.LZMAError, "damaged xz data"),
    (tarfile.TarError, "damaged or truncated tar archive"),
    (zipfile.BadZipFile, "damaged zip archive"),
    (NotImplementedError, "packed by a method that is not supported; pack it again with gzip or deflate"),
    (RecursionError, "damaged: headers that refer to each other without end"),
    (RuntimeError, "encrypted; unpack it with its password first"),
    (MemoryError, "needs more memory to decompress than is available; pack it again with a smaller dictionary"),
    (OSError, "cannot be read"),
    ((ValueError, ArithmeticError, LookupError), "damaged archive"),
)
"""Errors of the decompression libraries, and what they mean. The first that fits is used."""

FOREIGN_ERRORS = (
    EOFError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
    RuntimeError,
    MemoryError,
    OSError,
    ValueError,
    ArithmeticError,
    LookupError,
)


def broken(error: BaseException) -> Broken:
    """An error of a library in our words; a `Broken` unchanged."""
    if isinstance(error, Broken):
        return error
    reason = next((reason for kind, reason in _REASONS if isinstance(error, kind)), "cannot be read")
    if isinstance(error, OSError) and error.strerror:
        return Broken(error.strerror)
    return Broken(f"{reason} ({error})" if str(error) else reason)


class Readable(Protocol):
    """The part of a file's interface needed here. `read` would lose what a call read before an error."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes, as many as one step yields; none at the end."""
        ...


class CountedFile(io.FileIO):
    """A file on disk that counts and reports the bytes read from it.

    Parts of a zip archive are read twice; no more than the file's size is reported, and the rest on closing, so that
    the numbers of all files add up to their sizes.
    """

    def __init__(self, path: Path, on_bytes: OnBytes | None = None) -> None:
        """Open for reading."""
        super().__init__(path)
        self.consumed = 0
        self._size = path.stat().st_size
        self._reported = 0
        self._on_bytes = on_bytes

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """As FileIO, counted; `io.BufferedReader` reads through this method only."""
        n = super().readinto(buffer)
        self.consumed += n
        self._report(min(n, self._size - self._reported))
        return n

    def close(self) -> None:
        """Close, and report the bytes that were not read."""
        if not self.closed:
            self._report(self._size - self._reported)
        super().close()

    def _report(self, n: int) -> None:
        if self._on_bytes and n > 0:
            self._reported += n
            self._on_bytes(n)


class Guarded(io.RawIOBase):
    """A stream within limits, whose first bytes can be looked at before it is read."""

    def __init__(
        self,
        source: Readable,
        limits: Limits,
        longest: int | None = None,
        packed_bytes: Callable[[], int] | None = None,
    ) -> None:
        """Guard `source`: at most `longest` bytes, and no decompression bomb.

        `packed_bytes` returns how many bytes the source has consumed, if it decompresses.
        """
        super().__init__()
        self._source = source
        self._limits = limits
        self._longest = longest
        self._packed_bytes = packed_bytes
        self._pending = b""
        self._failed: Broken | None = None
        self.count = 0
        """Bytes the source has yielded."""

    def head(self) -> bytes:
        """The first 64 kB, or fewer at the end; an error after the first byte is raised later.

        Raises:
            Broken: not even the first byte can be read.
        """
        chunks = [self._pending]
        missing = HEAD_BYTES - len(self._pending)
        try:
            while missing > 0 and (chunk := self._next(missing)):
                chunks.append(chunk)
                missing -= len(chunk)
        except Broken as error:
            self._failed = error
            if not any(chunks):
                raise
        self._pending = b"".join(chunks)
        return self._pending[:HEAD_BYTES]

    def buffered(self) -> io.BufferedReader:
        """The stream with `readline` and the like; once: a second one would lack what the first has read."""
        return io.BufferedReader(self, HEAD_BYTES)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """As RawIOBase.

        Raises:
            Broken: the source is damaged, or a limit is exceeded.
        """
        if not self._pending:
            if self._failed:
                raise self._failed
            self._pending = self._next(len(buffer))
        n = min(len(buffer), len(self._pending))
        buffer[:n] = self._pending[:n]
        self._pending = self._pending[n:]
        return n

    def _next(self, size: int) -> bytes:
        try:
            # The libraries would allocate a large size before they have read a byte.
            chunk = self._source.read1(min(size, HEAD_BYTES))
        except FOREIGN_ERRORS as error:
            raise broken(error) from error
        self.count += len(chunk)
        if self._longest is not None and self.count > self._longest:
            raise Broken(f"longer than {self._longest:,} bytes unpacked, the limit; the rest was not read")
        if self._packed_bytes:
            check_ratio(self.count, self._packed_bytes(), self._limits)
        return chunk


def check_ratio(unpacked: int, packed: int, limits: Limits) -> None:
    """Refuse a decompression bomb.

    Raises:
        Broken: more than `limits.ratio` bytes came out for each one that went in.
    """
    if unpacked > limits.ratio_from_bytes and unpacked > limits.ratio * packed:
        raise Broken(
            f"unpacks to more than {limits.ratio} times its size, the limit (a decompression bomb?);"
            " the rest was not read"
        )


def is_compressed(head: bytes) -> bool:
    """Whether it begins like gzip, bzip2, xz or zstd."""
    return head.startswith((_GZIP, _XZ, _ZSTD)) or (head.startswith(_BZIP2) and head[4:10] == _BZIP2_BLOCK)


def decompressed(head: bytes, stream: BinaryIO) -> Readable:
    """The decompressed `stream`, which `is_compressed`.

    Raises:
        Broken: it is zstd, and the library for that is not installed.
    """
    if head.startswith(_GZIP):
        return gzip.GzipFile(fileobj=stream)
    if head.startswith(_BZIP2):
        return bz2.BZ2File(stream)
    return lzma.LZMAFile(stream) if head.startswith(_XZ) else _unzstd(stream)


def _unzstd(stream: BinaryIO) -> Readable:
    try:
        import zstandard
    except ImportError as error:
        raise Broken("compressed with zstd, which needs an extra: pip install 'clew[formats]'") from error
    unpacked = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_MAX).stream_reader(
        stream, read_across_frames=True
    )
    return _Zstd(unpacked)


class _Zstd:
    """The library's errors are not those of any other: damage is said as for the others."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def read1(self, size: int, /) -> bytes:
        """As `Readable`."""
        import zstandard

        try:
            return self._stream.read1(size)
        except zstandard.ZstdError as error:
            raise Broken(f"damaged zstd data ({error})") from error


def is_tar(head: bytes) -> bool:
    """Whether it begins with a tar header (with the right checksum)."""
    if b"\0" not in head[:512]:
        return False  # every header has one; saves texts the exception
    try:
        tarfile.TarInfo.frombuf(head[:512], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def is_zip(head: bytes) -> bool:
    """Whether it begins like a zip archive, empty or not."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


@contextmanager
def spooled(stream: Guarded) -> Iterator[BinaryIO]:
    """A copy of the stream that can seek; beyond some megabytes it is on disk, in a file without a name.

    Raises:
        Broken: the stream breaks off, or the disk is full.
    """
    with tempfile.SpooledTemporaryFile(_SPOOLED_MAX_BYTES) as file:
        try:
            shutil.copyfileobj(stream.buffered(), file)
            file.seek(0)
        except OSError as error:
            raise broken(error) from error
        yield cast(BinaryIO, file)
