"""What is known about each feed and folder from one run to the next: a small JSON file each, in the data directory.

Not in the store: a follower may write through a server, which has the store, and `clew follow --status` shows this
beside either. A file is written after the articles that it speaks of, whole or not at all: whatever breaks in between,
articles are read once more and found unchanged, and none is lost.
"""

import hashlib
import logging
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

FOLDER = "follow"
_log = logging.getLogger(__name__)


class PlaceState(BaseModel):
    """What is known about a feed or folder. Times are seconds since 1970."""

    model_config = ConfigDict(extra="ignore")

    place: str
    """Address or path."""
    rules: str = ""
    """Digest of how it is read; after a change everything is read again."""
    etag: str | None = None
    last_modified: str | None = None
    last_look: float | None = None
    last_success: float | None = None
    last_new: float | None = None
    """When there was something new or changed."""
    articles: int = 0
    """New and changed articles so far."""
    failures: int = 0
    """In a row, until now."""
    error: str = ""
    """Of the last one."""
    next: float | None = None
    moved: str | None = None
    said: str = ""
    """What was last said about records that were not read."""
    fields: list[str] = []
    """Names of fields that were not read, and were said."""
    left_out: list[str] = []
    """Digests of items of the feed that were read and are not to be stored (copies under a policy, for example)."""
    seen: dict[str, tuple[int, int]] = {}
    """Of a folder: path below it -> size in bytes and time of the last change in ns, of each file that was read."""


class States:
    """The states in a data directory."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def load(self, place: str) -> PlaceState:
        """The state of a place; an empty one, if there is none or it cannot be read."""
        file = self._file(place)
        try:
            state = PlaceState.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            return PlaceState(place=place)
        except (OSError, ValidationError) as error:
            _log.warning("follow.state.unreadable file=%s reason=%r: begun anew", file, str(error)[:200])
            return PlaceState(place=place)
        return state if state.place == place else PlaceState(place=place)

    def save(self, state: PlaceState) -> None:
        """Write a state: it is on disk when this returns, or the old one is."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(state.place)
        beside = file.with_name(file.name + ".new")
        with beside.open("wb") as out:
            out.write(state.model_dump_json(exclude_defaults=True).encode())
            out.flush()
            os.fsync(out.fileno())
        beside.rename(file)

    def _file(self, place: str) -> Path:
        return self._folder / f"{hashlib.sha256(place.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}.json"
