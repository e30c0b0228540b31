"""Serving over HTTP with gunicorn: one worker process with threads, which alone opens the archive.

The address is printed once texts can be answered too, which takes seconds: the encoder loads after the archive.
Requests by id are answered from the moment the archive is open.

Never preloaded: measured, a worker forked after FAISS had searched in the parent answered 0 of 4 requests. The parent
imports neither FAISS nor the encoder, and holds no lock.
"""

import gc
import ipaddress
import logging
import os
import socket
import sys
import threading
from collections.abc import Mapping
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from corpus.store import Store

from ..errors import ServerFailed
from ..remote import announce, new_instance, withdraw
from ..settings import Settings, one_thread_a_search, quiet_libraries

_GRACE_S = 30
_GUNICORN_LEVELS = {"info": "warning"}
"""Log level -> gunicorn's. At its own `info` it names the address before anything can be answered."""


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Clew under gunicorn."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.instance = ""
        """Of the worker: what its health answers name."""
        super().__init__()

    def load_config(self) -> None:
        """Ours only: no gunicorn file, no GUNICORN_CMD_ARGS."""
        options: Mapping[str, Any] = {
            "bind": f"{self.settings.host}:{self.settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self.settings.server_threads,
            "preload_app": False,
            "control_socket_disable": True,
            "timeout": 0,
            "graceful_timeout": _GRACE_S,
            "limit_request_line": 8190,
            "loglevel": _GUNICORN_LEVELS.get(self.settings.log_level, self.settings.log_level),
            "proc_name": "clew",
            "post_worker_init": _warm_up_and_announce,
            "worker_exit": _close,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - a WSGI app
        """In the worker: open the archive and make the app."""
        one_thread_a_search()
        quiet_libraries()
        from ..archive import Archive
        from ..jobs import Runner
        from .app import create_app

        logging.basicConfig(
            level=self.settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
        )
        _note(f"Opening the archive in {self.settings.data} ...")
        self.archive = Archive(self.settings, write=True)
        self.runner = Runner(self.archive)
        self.runner.start()
        self.instance = new_instance()
        return create_app(self.archive, self.runner, instance=self.instance)

    def announce(self, url: str) -> None:
        """In the worker: write beside the lock where it is, for commands on the same data directory."""
        try:
            announce(self.settings.data, url, self.instance)
        except OSError as error:
            _note(f"Commands will not find this server by themselves, only with --server {url}: {error}")

    def close(self) -> None:
        """In the worker, at its end: stop the jobs, save the index, free the directory."""
        withdraw(self.settings.data, self.instance)
        self.runner.stop()
        self.archive.close()

    def warm_up(self) -> None:
        """Load the encoder; where that fails, say so and go on without it."""
        _note(f"Loading the encoder {self.settings.model} (some seconds) ...")
        try:
            self.archive.encoder.encode(["Ready."])
        except Exception as error:
            self.archive.trouble = f"the encoder cannot be loaded: {error}"
            _note(f"Degraded: {self.archive.trouble}. Stored articles are served, new texts are not.")
            logging.getLogger(__name__).exception("encoder.failed")
        # what is loaded stays: a full collection over all of it stopped every request for up to half a second (p99 of
        # related coverage 598 ms with it, 34 without)
        gc.collect()
        gc.freeze()


def serve(settings: Settings) -> None:
    """Serve until stopped.

    Raises:
        StoreError: the archive cannot be opened (another process has it, a newer version wrote it, it is damaged).
        ServerFailed: the address cannot be had, or the worker could not start.
    """
    Store(settings.data, write=True).close()
    _try_address(settings)
    parent = os.getpid()
    try:
        Server(settings).run()
    except SystemExit as exit:
        if os.getpid() != parent:  # a worker: its status tells gunicorn not to start it once more
            raise
        if exit.code:
            raise ServerFailed(f"the server stopped with status {exit.code}; the reason is above") from None


def _try_address(settings: Settings) -> None:
    if not settings.trust_network and not _is_loopback(settings.host):
        raise ServerFailed(
            f"{settings.host} can be reached from other machines, and there is no authentication yet."
            " Serve on 127.0.0.1, or behind a proxy that authenticates, with CLEW_TRUST_NETWORK=true."
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            raise ServerFailed(
                f"cannot serve on {settings.host} port {settings.port}: {error.strerror}. Choose another with --port."
            ) from error


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _warm_up_and_announce(worker: Worker) -> None:
    worker.app.announce(_reached_at(worker))

    def run() -> None:
        worker.app.warm_up()
        _announce(worker)

    threading.Thread(target=run, name="warm-up", daemon=True).start()


def _announce(worker: Worker) -> None:
    for listener in worker.sockets:
        sys.stdout.write(f"Clew is at {_url(*listener.getsockname()[:2])}\n")
    sys.stdout.flush()


def _reached_at(worker: Worker) -> str:
    """The address on this machine."""
    host, port = worker.sockets[0].getsockname()[:2]
    return _url({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _note(line: str) -> None:
    """Say on standard error what takes a while."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _close(server: object, worker: Worker) -> None:
    if hasattr(worker.app, "archive"):
        worker.app.close()
