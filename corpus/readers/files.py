"""From paths to articles: folders are walked, archives opened, readers chosen by content.

Whatever cannot be read is a `Skipped` among the articles; only a wrong path from the caller stops everything, before
anything is read.
"""

import io
import os
import stat
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from ..errors import UnknownFormat, UnreadableInput
from . import reader_for, reader_named
from .archives import read_tar, read_zip
from .base import Options, Reading, Skipped, SourceLocation
from .date_order import with_order_of_dates
from .streams import HEAD_BYTES, CountedFile, Guarded, OnBytes, broken, decompressed, is_archive, is_tar, is_zip

_NESTED = "an archive or compressed file within another one is not opened; unpack the outer one first"


def read_paths(
    paths: Sequence[Path],
    *,
    options: Options | None = None,
    on_bytes: OnBytes | None = None,
) -> Iterator[Reading]:
    """Read files, folders (with all below them), tar and zip archives, and gzip, bzip2 or xz files.

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
                entries = sorted((e for e in scan if not e.name.startswith(".")), key=lambda e: e.name)
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
    """Unwrap at most one layer of compression and one of archiving."""
    limits = options.limits
    head = packed.read(HEAD_BYTES)
    packed.seek(0)
    read_member = partial(_read_one, options=options, within=True)
    if is_zip(head):
        yield from read_zip(packed, location, limits, read_member)
        return
    unpacked = decompressed(head, packed)
    stream = Guarded(packed, limits, limits.archive_bytes if is_tar(head) else None)
    if unpacked:
        stream = Guarded(unpacked, limits, limits.archive_bytes, lambda: packed.raw.consumed)
        head = stream.head()
    if is_tar(head):
        yield from read_tar(stream, location, limits, read_member)
    elif unpacked:
        single = Guarded(stream.buffered(), limits, limits.member_bytes)
        yield from _read_one(single, location, options=options, within=True, name=Path(location.path).stem)
    else:
        yield from _read_one(stream, location, options=options)


def _read_one(
    stream: Guarded,
    location: SourceLocation,
    *,
    options: Options,
    within: bool = False,
    name: str | None = None,
) -> Iterator[Reading]:
    """Read one file that is not an archive; one `within` an archive must not be an archive itself.

    Raises:
        Broken: the stream breaks off.
    """
    head = stream.head()
    if within and is_archive(head):
        yield Skipped(location, _NESTED)
        return
    if not head:
        yield Skipped(location, "empty file")
        return
    try:
        named = name or location.member or location.path
        reader = reader_named(options.format) if options.format else reader_for(head, named)
    except UnknownFormat as error:
        yield Skipped(location, error.reason)
        return
    yield from reader.read(stream.buffered(), location, options)


def _shown(path: Path) -> str:
    """A path that is safe to print and to store: names on disk may hold any bytes."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(path))
