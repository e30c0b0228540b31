"""One folder: which of its files are new or changed, and no longer being written.

By looking at all names again and again: the kernel's notices are lost when many come, and network drives have none.
"""

import os
from collections.abc import Iterator
from pathlib import Path

SETTLED_S = 1.0
"""Seconds for which a file has to keep its size and its time of change."""
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
"""Endings of names under which programs write what is not finished."""

_FILES_TOGETHER, _BYTES_TOGETHER = 256, 64 << 20

Stamp = tuple[int, int]
"""Size in bytes, time of the last change in ns."""


class Folder:
    """A folder that is watched.

    Args:
        path: the folder.
        seen: path below it -> stamp, of the files that were read.
    """

    def __init__(self, path: Path, seen: dict[str, Stamp]) -> None:
        self.path, self.seen = path, seen
        self._waiting: dict[str, tuple[Stamp, float]] = {}
        """Path -> stamp, and when it was found first."""
        self._unreadable: set[str] = set()

    @property
    def is_waiting(self) -> bool:
        """Whether there are files that may still be written to."""
        return not self._waiting.keys() <= self._unreadable

    def look(self, now: float) -> list[str]:
        """Paths below the folder of files to read now, in order; those that are gone are forgotten.

        Args:
            now: seconds on a clock that is never set.

        Raises:
            OSError: the folder cannot be read.
        """
        found = dict(_files(self.path))
        fresh = {name: stamp for name, stamp in found.items() if self.seen.get(name) != stamp}
        self._waiting = {
            name: before if (before := self._waiting.get(name)) and before[0] == stamp else (stamp, now)
            for name, stamp in fresh.items()
        }
        for name in self.seen.keys() - found.keys():
            del self.seen[name]
        return [name for name, (_, since) in sorted(self._waiting.items()) if now - since >= SETTLED_S]

    def together(self, names: list[str]) -> Iterator[list[str]]:
        """Some files after the other: as many as are read before it is remembered that they were."""
        some: list[str] = []
        size = 0
        for name in names:
            some.append(name)
            size += self._waiting[name][0][0]
            if len(some) >= _FILES_TOGETHER or size >= _BYTES_TOGETHER:
                yield some
                some, size = [], 0
        if some:
            yield some

    def is_news_that_unreadable(self, name: str) -> bool:
        """Note that a file cannot be opened; whether that was not known."""
        known = name in self._unreadable
        self._unreadable.add(name)
        return not known

    def done(self, name: str) -> None:
        """Say that a file was read; where it has changed since it was found, it comes again."""
        self.seen[name] = self._waiting.pop(name)[0]
        self._unreadable.discard(name)


def _files(root: Path) -> Iterator[tuple[str, Stamp]]:
    """Plain files below a folder; hidden ones, unfinished ones and links are none. Folders may vanish meanwhile."""
    folders = [""]
    while folders:
        below = folders.pop()
        try:
            with os.scandir(root / below) as scan:
                entries = list(scan)
        except OSError:
            if not below:
                raise
            continue
        for entry in entries:
            name = os.path.join(below, entry.name)
            if entry.name.startswith(".") or entry.name.lower().endswith(_UNFINISHED):
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name)
                elif entry.is_file(follow_symlinks=False):
                    status = entry.stat(follow_symlinks=False)
                    yield name, (status.st_size, status.st_mtime_ns)
            except OSError:
                continue
