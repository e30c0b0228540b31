"""What an interrupted job has compared, kept in files until it is finished.

A file holds one stripe and the fingerprint of all that its numbers follow from. Whatever is of another fingerprint, or
cannot be read, is as good as not there: the stripe is computed again.
"""

import hashlib
import logging
import os
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ...types import Array

log = logging.getLogger(__name__)


class Checkpoint:
    """Stripes of one job, each a few arrays under its number.

    Args:
        directory: made when the first stripe is kept; None keeps nothing.
        fingerprint: of everything that the stripes follow from.
    """

    def __init__(self, directory: Path | None, fingerprint: str) -> None:
        self._directory = directory
        self._fingerprint = np.frombuffer(fingerprint.encode(), np.uint8)

    def load(self, number: int) -> tuple[Array, ...] | None:
        """The arrays of a stripe, as they were kept; None where there are none."""
        if self._directory is None or not (path := self._path(self._directory, number)).is_file():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                if not np.array_equal(arrays["fingerprint"], self._fingerprint):
                    return None
                return tuple(arrays[f"a{i}"] for i in range(len(arrays.files) - 1))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            log.warning("threads.checkpoint_damaged file=%s error=%s", path, error)
            return None

    def keep(self, number: int, arrays: Sequence[Array]) -> None:
        """Write a stripe; where that fails, a later job computes it again, and this one goes on."""
        if self._directory is None:
            return
        path = self._path(self._directory, number)
        beside = path.with_suffix(".tmp")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with beside.open("wb") as file:
                named = {f"a{i}": some for i, some in enumerate(arrays)}
                np.savez(file, allow_pickle=False, fingerprint=self._fingerprint, **named)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as error:
            log.warning("threads.checkpoint_not_written file=%s error=%s", path, error)
            self._directory = None

    @staticmethod
    def _path(directory: Path, number: int) -> Path:
        return directory / f"{number:06}.npz"


def forget(directory: Path | None) -> None:
    """Remove what a finished job kept."""
    if directory is not None:
        shutil.rmtree(directory, ignore_errors=True)


def digest(parts: Iterable[Array | str]) -> str:
    """A fingerprint of arrays and texts: the same only for the same ones in the same order."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else np.ascontiguousarray(part).view(np.uint8).data
        found.update(f"{len(data)} ".encode())
        found.update(data)
    return found.hexdigest()
