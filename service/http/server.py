"""Serving over HTTP with gunicorn: one worker process with threads, which alone opens the archive.

Never preloaded: measured, a worker forked after FAISS had searched in the parent answered 0 of 4 requests. The parent
imports neither FAISS nor the encoder, and holds no lock.
"""

import gc
import ipaddress
import logging
import socket
import sys
import threading
from collections.abc import Mapping
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from corpus.store import Store

from ..errors import ServerFailed
from ..settings import Settings, one_thread_a_search, quiet_libraries

_GRACE_S = 30


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """Clew under gunicorn."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
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
            "loglevel": self.settings.log_level,
            "proc_name": "clew",
            "post_worker_init": _announce,
            "worker_exit": _close,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - a WSGI app
        """In the worker: open the archive and make the app."""
        one_thread_a_search()
        quiet_libraries()
        from ..archive.archive import Archive
        from ..jobs import Runner
        from .app import create_app

        logging.basicConfig(
            level=self.settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
        )
        self.archive = Archive(self.settings, write=True)
        self.runner = Runner(self.archive)
        self.runner.start()
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()
        return create_app(self.archive, self.runner)

    def close(self) -> None:
        """In the worker, at its end: stop the jobs, save the index, free the directory."""
        self.runner.stop()
        self.archive.close()

    def _warm_up(self) -> None:
        """Load the encoder while the first requests by id are already answered."""
        try:
            self.archive.encoder.encode(["Ready."])
        except Exception as error:
            self.archive.degraded = f"the encoder cannot be loaded: {error}"
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
    try:
        Server(settings).run()
    except SystemExit as exit:
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


def _announce(worker: Worker) -> None:
    for listener in worker.sockets:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        sys.stdout.write(f"Clew is at http://{shown}:{port}\n")
    sys.stdout.flush()


def _close(server: object, worker: Worker) -> None:
    if hasattr(worker.app, "archive"):
        worker.app.close()
