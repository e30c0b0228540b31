"""Asking a server over HTTP: its answers, its problems as errors, and patience with one that is busy.

No proxy of the environment is used: a data directory's server is on this machine, and `--server` names one by itself.
"""

import base64
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from ..errors import BadSettings, RefusedByServer, ServerUnreachable

TIMEOUT_S = 900.0
"""A bulk request waits for those before it, and for its texts to be encoded."""
WAITS_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds before each further attempt, where the server does not say how long."""
_BUSY = (429, 503)
_BROKEN = (502, 504)
"""Of a proxy: the server did not answer it, and nobody knows what became of the request."""
_JITTER = 0.2
"""Waits are longer by up to this share, so that several clients do not come back together."""
_WAIT_MAX_S = 60.0

Query = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    status: int
    body: bytes
    location: str | None = None
    """Where to ask instead, of a 308."""

    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Client:
    """Asks one server.

    Args:
        url: of the server, `http://127.0.0.1:8765`; a name and password in it are sent as basic authentication.
        timeout_s: seconds in which an answer must come.
        waits_s: seconds before each further attempt, where the server is busy or cannot be reached.
        say: is told why there is a wait.

    Raises (from the constructor):
        BadSettings: the URL is none of a server.
    """

    def __init__(
        self, url: str, *, timeout_s: float = TIMEOUT_S, waits_s: Sequence[float] = WAITS_S,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:  # fmt: skip
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise BadSettings(f"server: {url!r} is no address: {error}") from error
        if parts.scheme not in ("http", "https") or not host:
            raise BadSettings(f"server: {url!r} is no address of a server, such as http://127.0.0.1:8765")
        self._secure, self._host, self._port, self._prefix = parts.scheme == "https", host, port, parts.path.rstrip("/")
        shown = f"[{host}]" if ":" in host else host
        self.url = f"{parts.scheme}://{shown}{f':{port}' if port else ''}{self._prefix}"
        """Without name and password."""
        self._headers = {"Accept": "application/json"}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        self._timeout_s, self._waits_s, self._say = timeout_s, waits_s, say

    def ask(
        self, method: str, path: str, *, query: Query | None = None, body: object = None, lines: bytes | None = None,
        repeatable: bool = True,
    ) -> Reply:  # fmt: skip
        """Ask, and wait where the server is busy (429, 503) or cannot be reached (also by a proxy: 502, 504).

        Args:
            method: GET, POST, PUT or DELETE.
            path: `/v1/threads`; its parts are quoted already.
            query: by name; lists are repeated, None is left out.
            body: becomes JSON.
            lines: a body of one JSON object a line, instead.
            repeatable: whether the same request may come twice: it is sent again where the connection broke and nobody
                knows what became of it.

        Raises:
            ServerUnreachable: it cannot be reached, or its answer did not come.
            RefusedByServer: it answered with a problem.
        """
        data, headers = lines, dict(self._headers)
        if lines is not None:
            headers["Content-Type"] = "application/x-ndjson"
        elif method in ("POST", "PUT"):
            data, headers["Content-Type"] = json.dumps(body, ensure_ascii=False).encode(), "application/json"
        target = self._prefix + path + (f"?{_encoded(query)}" if query else "")
        for wait_s in (*self._waits_s, None):
            try:
                reply, after_s = self._once(method, target, data, headers)
                if wait_s is None or reply.status not in (*_BUSY, *(_BROKEN if repeatable else ())):
                    return _answered(reply, self.url)
                why = _problem(reply).get("detail") or f"the server is busy ({reply.status})"
            except (OSError, HTTPException) as error:
                refused = isinstance(error, ConnectionRefusedError)
                if wait_s is None or not (refused or repeatable):
                    raise ServerUnreachable(self.url, str(error) or type(error).__name__) from error
                after_s, why = 0.0, f"{self.url} cannot be reached ({error or type(error).__name__})"
            wait_s = min(_WAIT_MAX_S, max(wait_s, after_s)) * (1 + _JITTER * random.random())
            self._say(f"{why}; trying again in {wait_s:.0f} s")
            time.sleep(wait_s)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, method: str, target: str, data: bytes | None, headers: dict[str, str]) -> tuple[Reply, float]:
        """(answer, seconds to wait as the server says)."""
        kind = HTTPSConnection if self._secure else HTTPConnection
        connection = kind(self._host, self._port, timeout=self._timeout_s)
        try:
            connection.request(method, target, data, headers)
            response = connection.getresponse()
            after = response.headers.get("Retry-After", "")
            reply = Reply(response.status, response.read(), response.headers.get("Location"))
            return reply, float(after) if after.isdigit() else 0.0
        finally:
            connection.close()


def _encoded(query: Query) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    shown = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
    return urlencode(shown, doseq=True)


def _answered(reply: Reply, url: str) -> Reply:
    if reply.status < 400:
        return reply
    problem = _problem(reply)
    detail = problem.get("detail") or f"{url} answers {reply.status}, which is no answer of Clew"
    raise RefusedByServer(str(detail), reply.status, problem)


def _problem(reply: Reply) -> dict[str, Any]:
    found = reply.json()
    return found if isinstance(found, dict) else {}
