"""`clew serve` as a process: when it says its address, and that it ends where its worker cannot start."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.store import Store

pytestmark = pytest.mark.server

BROKEN = """
from embeddings.encoders.hashing import HashingEncoder
from service.cli import main

def encode(*arguments):
    raise OSError("the weights are torn")

HashingEncoder.encode = encode
main()
"""


def line_of(server: Any, start: str) -> int:
    """The number of the first line that starts with these words."""
    return next(number for number, line in enumerate(server.lines) if line.startswith(start))


def test_the_address_comes_when_the_archive_is_open_and_the_encoder_is_loaded(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    server = serve(tmp_path / "data")
    assert (
        line_of(server, "Opening the archive") < line_of(server, "Loading the encoder") < line_of(server, "Clew is at ")
    )
    assert not any(server.url in line for line in server.lines[: line_of(server, "Clew is at ")])
    assert server.ask("POST", "/v1/related", {"text": "A ferry struck the breakwater."})[0] == 200


def test_a_server_without_its_encoder_says_so_and_serves(serve: Callable[..., Any], tmp_path: Path) -> None:
    server = serve(tmp_path / "data", program=[sys.executable, "-c", BROKEN])
    degraded = line_of(server, "Degraded: the encoder cannot be loaded: the weights are torn")
    assert degraded < line_of(server, "Clew is at ")
    status, health = server.ask("GET", "/healthz")
    assert (status, health["status"]) == (200, "degraded")
    assert "the weights are torn" in health["reason"]
    assert server.ask("GET", "/v1/threads")[0] == 200


def test_a_worker_that_cannot_start_ends_the_server(serve: Callable[..., Any], tmp_path: Path) -> None:
    """It was started over and over."""
    with Store(tmp_path / "data", write=True) as store:
        store.use_model("another", 3)
    with pytest.raises(RuntimeError, match="did not start") as failure:
        serve(tmp_path / "data")
    assert "vectors from the model another" in str(failure.value)
    assert "the server stopped with status 3" in str(failure.value)
