"""From paths to articles: folders are walked, archives opened, readers chosen by content.

Whatever cannot be read is a `Skipped` among the articles; only a wrong path from the caller stops everything, before
anything is read.
"""

import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ..errors import UnknownFormat, UnreadableInput
from . import reader_for, reader_named
from .archives import is_rubbish, read_tar, read_zip
from .base import Options, Reading, Skipped, SourceLocation
from .date_order import with_order_of_dates
from .streams import (
    HEAD_BYTES,
    CountedFile,
    Guarded,
    OnBytes,
    broken,
    decompressed,
    is_compressed,
    is_tar,
    is_zip,
    spooled,
)

_NESTED_MOST = 1
"""Archives that an archive may lie in: more would multiply what a small file unpacks to beyond any limit."""
_NESTED = "an archive in an archive in an archive is not opened; unpack the outer one first"


def read_paths(
    paths: Sequence[Path],
    *,
    options: Options | None = None,
    on_bytes: OnBytes | None = None,
) -> Iterator[Reading]:
    """Read files, folders (with all below them), tar and zip archives, and gzip, bzip2, xz or zstd files.

    The order is that of `paths`, within a folder by name (files, then folders), within an archive its own: always the
    same for the same input. Hidden files in folders and archives are ignored; links are not followed, except where
    `paths` names one. `on_bytes` is called with numbers of bytes read from the files on disk, which add up to
    `total_bytes(paths)`.

    Raises:
        UnreadableInput: a path does not exist or is neither a file nor a folder (at once, before anything is read).
        UnknownFormat: no reader is named `options.format` (at once).
    """
    options = options or Options()
    if options.format:
        reader_named(options.format)
    for path in paths:
        _check(path)
    return _read_all(paths, options, on_bytes)


def total_bytes(paths: Sequence[Path]) -> int:
    """Bytes on disk of all files that `read_paths` would read.

    Raises:
        UnreadableInput: as `read_paths`.
    """
    for path in paths:
        _check(path)
    files = (found for path in paths for found in _walk(path) if isinstance(found, Path))
    return sum(_size(file) for file in files)


def _check(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise UnreadableInput(_shown(path), "there is no such file or folder") from error
    except (OSError, ValueError) as error:
        raise UnreadableInput(_shown(path), str(broken(error))) from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise UnreadableInput(_shown(path), "neither a file nor a folder")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _read_all(paths: Sequence[Path], options: Options, on_bytes: OnBytes | None) -> Iterator[Reading]:
    for path in paths:
        for found in _walk(path):
            if isinstance(found, Skipped):
                yield found
            else:
                yield from _read_file(found, options, on_bytes)


def _walk(root: Path) -> Iterator[Path | Skipped]:
    """Files below `root` (or `root` itself) in order, and what is skipped with a reason."""
    if not root.is_dir():
        yield root
        return
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted((e for e in scan if not is_rubbish(e.name)), key=lambda e: e.name)
        except OSError as error:
            yield Skipped(SourceLocation(_shown(folder)), str(broken(error)))
            continue
        for entry in entries:
            path = Path(entry.path)
            if entry.is_symlink():
                yield Skipped(SourceLocation(_shown(path)), "a symbolic link: not followed; name its target to read it")
            elif entry.is_file(follow_symlinks=False):
                yield path
            elif not entry.is_dir(follow_symlinks=False):
                yield Skipped(SourceLocation(_shown(path)), "not a plain file")
        inner = (e for e in entries if e.is_dir(follow_symlinks=False))
        folders.extend(Path(entry.path) for entry in reversed(list(inner)))


def _read_file(path: Path, options: Options, on_bytes: OnBytes | None) -> Iterator[Reading]:
    """Read a file; where its dates leave the order of day and month open, all of its dates are looked at first."""
    return with_order_of_dates(
        _read_once(path, options, on_bytes), lambda: _read_once(path, options, None), options.rules.dates
    )


def _read_once(path: Path, options: Options, on_bytes: OnBytes | None) -> Iterator[Reading]:
    location = SourceLocation(_shown(path))
    try:
        with io.BufferedReader(CountedFile(path, on_bytes), HEAD_BYTES) as packed:
            yield from _read_open(packed, location, options)
    except OSError as error:
        yield Skipped(location, f"{broken(error)}. Every complete article before that was read.")


def _read_open(
    packed: "io.BufferedReader[CountedFile]", location: SourceLocation, options: Options
) -> Iterator[Reading]:
    """Read a file on disk: a zip archive in place, all else as a stream."""
    head = packed.read(HEAD_BYTES)
    packed.seek(0)
    if is_zip(head):
        yield from read_zip(packed, location, options.limits, partial(_read_one, options=options, archives=1))
    else:
        longest = options.limits.archive_bytes if is_tar(head) else None
        stream = Guarded(packed, options.limits, longest)
        yield from _read_one(stream, location, options=options, archives=0, packed=lambda: packed.raw.consumed)


def _read_one(
    stream: Guarded,
    location: SourceLocation,
    *,
    options: Options,
    archives: int,
    name: str | None = None,
    packed: Callable[[], int] | None = None,
) -> Iterator[Reading]:
    """Read a file, or open it: one layer of compression, and an archive within at most one other.

    Args:
        stream: its bytes.
        location: its place.
        options: how to read.
        archives: how many it lies in; one more is opened.
        name: its name without the suffix of a compression that was taken off.
        packed: how many bytes of the compressed file were read; None: as many as of the stream.

    Raises:
        Broken: the stream breaks off.
    """
    limits = options.limits
    head = stream.head()
    named = name or location.member or location.path
    member = partial(_read_one, options=options, archives=archives + 1)
    if (is_zip(head) or is_tar(head)) and archives > _NESTED_MOST:
        yield Skipped(location, _NESTED)
    elif is_zip(head):
        with spooled(stream) as file:
            yield from read_zip(file, location, limits, member)
    elif is_tar(head):
        yield from read_tar(stream, location, limits, member)
    elif not is_compressed(head):
        yield from _read_plain(stream, head, location, named, options)
    elif name is not None:
        yield Skipped(location, "compressed twice; unpack it once first")
    else:
        inner = Guarded(decompressed(head, stream.buffered()), limits, None, packed or (lambda: stream.count))
        longest = limits.archive_bytes if is_tar(inner.head()) else limits.member_bytes
        within = Guarded(inner.buffered(), limits, longest)
        yield from _read_one(
            within, location, options=options, archives=archives, name=str(Path(named).with_suffix(""))
        )


def _read_plain(
    stream: Guarded, head: bytes, location: SourceLocation, name: str, options: Options
) -> Iterator[Reading]:
    if not head:
        yield Skipped(location, "empty file")
        return
    try:
        reader = reader_named(options.format) if options.format else reader_for(head, name)
    except UnknownFormat as error:
        yield Skipped(location, error.reason)
        return
    yield from reader.read(stream.buffered(), location, options)


def _shown(path: Path) -> str:
    """A path that is safe to print and to store: names on disk may hold any bytes."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(path))
