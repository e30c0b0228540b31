"""Members of tar and zip archives, one after the other, as streams; nothing is written to disk.

So a hostile name cannot write anywhere: of an absolute one, or one that leads out of the archive, the safe part is
shown. An archive within an archive is opened once (`files`), a zip from a temporary copy, within the same limits.
"""

import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, Self, cast

from .base import Limits, Reading, Skipped, SourceLocation
from .streams import FOREIGN_ERRORS, Broken, Guarded, broken, check_ratio

ReadOne = Callable[[Guarded, SourceLocation], Iterator[Reading]]
"""Reads the file in a stream; raises `Broken` where the stream does."""

_EXTRA_HEADER_MAX_BYTES = 1 << 20
"""tarfile reads an entire long name or PAX header into memory, whatever size it claims to be."""
_EXTRA_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)

_RUBBISH = frozenset(("__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", "@eadir"))
_NOT_ARCHIVES = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
"""First members of zip files that are one document or program, not a collection: Office, OpenDocument, EPUB, JAR."""


def read_tar(stream: Guarded, location: SourceLocation, limits: Limits, read_one: ReadOne) -> Iterator[Reading]:
    """Read every plain file of a tar archive in its order.

    A truncated or damaged archive yields its complete members, then a skip that names the member where it breaks off.
    """
    forward = _Forward(stream)
    at = "its first member"
    total = 0
    try:
        # TarFile wants a complete file object, but only uses these three methods to read.
        tar = tarfile.TarFile(fileobj=forward, mode="r", tarinfo=_Header)  # type: ignore[arg-type]
        while (info := tar.next()) is not None:
            tar.members.clear()  # type: ignore[attr-defined]  # tarfile would keep all of them
            total += 1
            if total > limits.archive_members:
                raise Broken(f"more than {limits.archive_members:,} members, the limit; the rest was not read")
            at = _shown(info.name)
            here = _inside(location, at)
            if reason := _tar_reason(info, limits):
                yield Skipped(here, reason)
            elif info.isreg() and not _ignored(info.name):
                member = Guarded(_Member(forward, info.size), limits, limits.member_bytes)
                yield from read_one(member, here)
    except FOREIGN_ERRORS as error:
        yield Skipped(location, f"stopped at {at}: {broken(error)}. Everything before it was read.")


def read_zip(stream: BinaryIO, location: SourceLocation, limits: Limits, read_one: ReadOne) -> Iterator[Reading]:
    """Read every plain file of a zip archive in its order; `stream` must be able to seek.

    A damaged member is skipped and the next one read. The list of members is at the end of a zip file, so a truncated
    file yields only a skip that says how to repair it.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except FOREIGN_ERRORS as error:
        yield Skipped(
            location,
            f"damaged or truncated: the list of members at its end cannot be read ({error}). Get it"
            " again, or repair it: zip -FF OLD.zip --out NEW.zip",
        )
        return
    packed = stream.seek(0, io.SEEK_END)
    with archive:
        members = archive.infolist()
        if members and members[0].filename in _NOT_ARCHIVES:
            yield Skipped(location, "unknown format: an office document, book or program; save it as plain text")
            return
        unpacked = 0
        for number, info in enumerate(_but_lists(members), 1):
            here = _inside(location, _shown(info.filename))
            try:
                _check_archive(unpacked, packed, number, limits)
            except Broken as error:
                yield Skipped(location, f"stopped at {here.member}: {error}")
                return
            if reason := _zip_reason(info, limits):
                yield Skipped(here, reason)
            elif not info.is_dir() and not _ignored(info.filename):
                unpacked += info.file_size  # ZipExtFile never gives more than this
                yield from _zip_member(archive, info, here, limits, read_one)


def _but_lists(members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """Of a web archive (WACZ) only its crawls: its lists of pages, indexes and checksums would read as articles."""
    crawls = [info for info in members if info.filename.startswith("archive/") and ".warc" in info.filename.lower()]
    return crawls if crawls and any(info.filename == "datapackage.json" for info in members) else members


def _inside(location: SourceLocation, name: str) -> SourceLocation:
    return SourceLocation(location.path, f"{location.member} > {name}" if location.member else name)


def _zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, location: SourceLocation, limits: Limits, read_one: ReadOne
) -> Iterator[Reading]:
    try:
        with archive.open(info) as source:
            extracted = cast(zipfile.ZipExtFile, source)
            member = Guarded(extracted, limits, limits.member_bytes, lambda: info.compress_size)
            yield from read_one(member, location)
    except FOREIGN_ERRORS as error:
        yield Skipped(location, str(broken(error)))


def _check_archive(unpacked: int, packed: int, members: int, limits: Limits) -> None:
    if members > limits.archive_members:
        raise Broken(f"more than {limits.archive_members:,} members, the limit; the rest was not read")
    if unpacked > limits.archive_bytes:
        raise Broken(f"longer than {limits.archive_bytes:,} bytes unpacked, the limit; the rest was not read")
    check_ratio(unpacked, packed, limits)  # overlapping members would each pass alone


def _tar_reason(info: tarfile.TarInfo, limits: Limits) -> str:
    """Why a member is not read; "" for a folder, and for a plain file within the limits."""
    if info.issym():
        return f"a symbolic link (to {_printable(info.linkname)}): not followed"
    if info.islnk():
        return f"a hard link: {_printable(info.linkname)} is in the archive itself"
    if info.isdir():
        return ""
    if not info.isreg() or info.issparse() or info.size < 0:
        return "not a plain file"
    return _too_long(info.size, limits)


def _zip_reason(info: zipfile.ZipInfo, limits: Limits) -> str:
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "a symbolic link: not followed"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "not a plain file"
    if info.flag_bits & 1:
        return "encrypted; unpack it with its password first"
    return _too_long(info.file_size, limits)


def _too_long(size: int, limits: Limits) -> str:
    return f"longer than {limits.member_bytes:,} bytes, the limit for a member" if size > limits.member_bytes else ""


def is_rubbish(name: str) -> bool:
    """Whether a file's name is hidden, or that of something that macOS or Windows leave behind."""
    return (name.startswith(".") and name not in (".", "..")) or name.lower() in _RUBBISH


def _ignored(name: str) -> bool:
    return any(map(is_rubbish, name.replace("\\", "/").split("/")))


def _shown(name: str) -> str:
    """A name that is safe to print and to store: it stays in the archive."""
    parts = name.replace("\\", "/").split("/")
    safe = [part for part in parts if part not in ("", ".", "..") and not (part.endswith(":") and len(part) == 2)]
    return _printable("/".join(safe))


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


class _Header(tarfile.TarInfo):
    """A header that reports damage: tarfile takes a damaged one for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """As TarInfo.

        Raises:
            Broken: the header is damaged or cut off, or announces more than `_EXTRA_HEADER_MAX_BYTES` of headers.
        """
        try:
            info = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if buf and not any(buf) and len(buf) == tarfile.BLOCKSIZE:
                raise  # the end mark
            raise Broken(f"truncated or damaged tar archive ({error}); get it again") from error
        if info.type in _EXTRA_HEADERS and not 0 <= info.size <= _EXTRA_HEADER_MAX_BYTES:
            raise Broken(f"damaged tar archive (a header of {info.size:,} bytes)")
        return info


class _Forward:
    """What tarfile needs of a file that can only be read forward."""

    def __init__(self, stream: Guarded) -> None:
        self._stream = stream.buffered()
        self._at = 0

    def tell(self) -> int:
        return self._at

    def seek(self, to: int) -> None:
        if to < self._at:
            raise Broken("damaged tar archive (a member of negative size)")
        while self._at < to and self.read(min(to - self._at, 1 << 20)):
            pass

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._at += len(data)
        return data

    def read1(self, size: int) -> bytes:
        data = self._stream.read1(size)
        self._at += len(data)
        return data


class _Member:
    """One tar member's bytes; `TarFile.extractfile` would lose those just before a truncation."""

    def __init__(self, stream: _Forward, size: int) -> None:
        self._stream = stream
        self._left = size

    def read1(self, size: int, /) -> bytes:
        size = min(size, self._left)
        data = self._stream.read1(size) if size else b""
        if size and not data:
            raise Broken("truncated tar archive; get it again")
        self._left -= len(data)
        return data
