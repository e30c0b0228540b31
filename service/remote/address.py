"""Where the server of a data directory is: a file beside its lock, written by the server and removed at its end.

A server that was killed leaves the file. So what it names counts only where a server answers there, and says that it
is the same instance: another one may have taken the port, or the process id.
"""

import json
import os
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from ..errors import RefusedByServer, ServerUnreachable
from ..version import VERSION
from .client import Client

SERVER = "server"
"""Name of the file in the data directory."""
_ANSWERS_IN_S = 5.0
"""A server of this machine that is busy answers `/healthz` in milliseconds."""


@dataclass(frozen=True, slots=True)
class Address:
    """A server that has a data directory open."""

    url: str
    process: int
    instance: str
    """What `/healthz` of this very server says."""
    version: str

    def __str__(self) -> str:
        """As messages name it."""
        return f"{self.url} (process {self.process})"


def new_instance() -> str:
    """A name that no other start of a server has."""
    return uuid.uuid4().hex


def announce(directory: Path, url: str, instance: str) -> None:
    """Write where the server of this process is.

    Raises:
        OSError: the file cannot be written.
    """
    address = Address(url, os.getpid(), instance, VERSION)
    beside = directory / f"{SERVER}.new"
    beside.write_text(json.dumps(asdict(address)), "utf-8")
    beside.replace(directory / SERVER)


def withdraw(directory: Path, instance: str) -> None:
    """Remove what `announce` has written, unless another server has written since."""
    address = _read(directory)
    if address and address.instance == instance:
        (directory / SERVER).unlink(missing_ok=True)


def find_server(directory: Path) -> Address | None:
    """The server that has a data directory open; None where none answers, whatever a file that was left says."""
    address = _read(directory)
    if address is None:
        return None
    try:
        health = Client(address.url, timeout_s=_ANSWERS_IN_S, waits_s=()).ask("GET", "/healthz").json()
    except (ServerUnreachable, RefusedByServer):
        return None
    return address if isinstance(health, dict) and health.get("instance") == address.instance else None


def _read(directory: Path) -> Address | None:
    try:
        return Address(**json.loads((directory / SERVER).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
