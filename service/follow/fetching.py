"""One feed over HTTP: conditional, bounded in bytes, seconds and redirects, and only from checked addresses.

By `http.client`, whose connection is given a socket to a checked address. No proxy, no cookies, no credentials.
"""

import http.client
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from urllib.parse import urljoin

from ..version import VERSION
from .addresses import Target, addresses_of, is_named, target_of
from .errors import FetchFailed

REDIRECTS_MOST = 5
_CONNECT_S = 10.0
_CHUNK_BYTES = 1 << 16
_VALIDATOR_MOST = 1_000
"""Characters of an ETag or a date that are kept; a longer one is no validator."""
_REDIRECTS = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_GZIP = b"\x1f\x8b"
_HEADERS = {
    "User-Agent": f"clew/{VERSION}",
    "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered."""

    body: bytes | None
    """Decompressed; None: not modified."""
    etag: str | None
    last_modified: str | None
    max_age: int | None
    """Seconds for which it says that the answer stays fresh."""
    moved: str | None = None
    """The address that it is at for good, where it is no longer at the one asked for."""


class Fetcher:
    """Fetches feeds; any number of threads may do so at the same time.

    Args:
        private_hosts: as `addresses_of`; they may be feeds, and redirect to one another.
        body_bytes: the longest body, also decompressed.
        seconds: for all of it, redirects included.
    """

    def __init__(self, *, private_hosts: Collection[str], body_bytes: int, seconds: float) -> None:
        self._private_hosts, self._body_bytes, self._seconds = private_hosts, body_bytes, seconds
        self._open: set[_Line] = set()

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Fetch a feed, if it has changed since it had these validators.

        Raises:
            FetchFailed: refused, not reached, not 200, too long, too slow, or broken off.
        """
        line = _Line()
        self._open.add(line)
        timer = threading.Timer(self._seconds, line.cut, [f"took longer than {self._seconds:g} s, the limit"])
        timer.daemon = True
        timer.start()
        try:
            return self._follow(url, _conditions(etag, last_modified), line)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchFailed(line.cut_because or _words(error)) from error
        finally:
            timer.cancel()
            self._open.discard(line)

    def abort(self) -> None:
        """End all that is being fetched."""
        for line in list(self._open):
            line.cut("interrupted")

    def _follow(self, url: str, conditions: dict[str, str], line: "_Line") -> Fetched:
        moved, for_good = None, True
        # what lies outside must not lead in: of a feed elsewhere no redirect to a private host is followed
        private_hosts = self._private_hosts if is_named(target_of(url), self._private_hosts) else ()
        for _ in range(REDIRECTS_MOST + 1):
            target = target_of(url)
            connection = _Connection(target, private_hosts, line)
            try:
                connection.request("GET", target.path, headers=_HEADERS | conditions)
                with connection.getresponse() as response:
                    location = response.headers.get("Location")
                    if response.status not in _REDIRECTS or not location:
                        return self._answer(response, bool(conditions), moved, line)
                url = urljoin(url, location.strip())
                for_good = for_good and response.status in _FOR_GOOD
                moved = url if for_good else moved
            finally:
                connection.close()
        raise FetchFailed(f"more than {REDIRECTS_MOST} redirects, the limit (the last one to {url[:200]})")

    def _answer(
        self, response: http.client.HTTPResponse, conditional: bool, moved: str | None, line: "_Line"
    ) -> Fetched:
        headers, status = response.headers, response.status
        if status == HTTPStatus.NOT_MODIFIED and conditional:
            body = None
        elif status == HTTPStatus.OK:
            body = self._decompressed(self._read(response, line), headers.get("Content-Encoding", ""))
        else:
            raise FetchFailed(f"the server answers {_status(status)}", wait_of(headers.get("Retry-After"), time.time()))
        return Fetched(
            body, _validator(headers.get("ETag")), _validator(headers.get("Last-Modified")),
            max_age_of(headers.get("Cache-Control")), moved,
        )  # fmt: skip

    def _read(self, response: http.client.HTTPResponse, line: "_Line") -> bytes:
        too_long = f"longer than {self._body_bytes:,} bytes, the limit (feed_bytes)"
        if (response.length or 0) > self._body_bytes:
            raise FetchFailed(too_long)
        parts, total = [], 0
        while part := response.read(_CHUNK_BYTES):
            parts.append(part)
            total += len(part)
            if total > self._body_bytes:
                raise FetchFailed(too_long)
        if line.cut_because:  # a connection that is cut ends like one that the server closes
            raise FetchFailed(line.cut_because)
        if response.length:
            raise FetchFailed(f"broke off after {total:,} bytes, {response.length:,} before its end")
        return b"".join(parts)

    def _decompressed(self, body: bytes, encoding: str) -> bytes:
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise FetchFailed(f"encoded with {encoding[:40]!r}, which was not asked for")
        if not body.startswith(_GZIP):
            return body
        parts: list[bytes] = []
        left = self._body_bytes
        while body.startswith(_GZIP):  # members may follow one another
            unpack = zlib.decompressobj(wbits=31)
            try:
                parts.append(unpack.decompress(body, left + 1))
            except zlib.error as error:
                raise FetchFailed(f"damaged gzip data ({error})") from error
            left -= len(parts[-1])
            if left < 0:
                raise FetchFailed(f"longer than {self._body_bytes:,} bytes when unpacked, the limit (feed_bytes)")
            if not unpack.eof:
                raise FetchFailed("its gzip data breaks off")
            body = unpack.unused_data
        return b"".join(parts)


class _Line:
    """The connection of one fetch, which another thread may cut."""

    def __init__(self) -> None:
        self.cut_because = ""
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def use(self, new: socket.socket) -> None:
        """Say which socket it is now."""
        with self._lock:
            self._socket = new
            if self.cut_because:
                raise FetchFailed(self.cut_because)

    def cut(self, because: str) -> None:
        """End it; whoever reads from it finds the end."""
        with self._lock:
            self.cut_because = self.cut_because or because
            if self._socket is not None:
                try:
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # not that of TLS, which says goodbye first
                except OSError:
                    pass  # closed already


class _Connection(http.client.HTTPConnection):
    """A connection to a checked address of a host."""

    def __init__(self, target: Target, private_hosts: Collection[str], line: _Line) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 443 if target.tls else 80
        self._target, self._private_hosts, self._line = target, private_hosts, line

    def connect(self) -> None:
        """As the base class, which looks the name up by itself, without a check."""
        failure: OSError | None = None
        for family, address in addresses_of(self._target, self._private_hosts):
            new = socket.socket(family, socket.SOCK_STREAM)
            try:
                self._line.use(new)
                new.settimeout(_CONNECT_S)
                new.connect(address)
                self.sock = self._secured(new) if self._target.tls else new
                return
            except OSError as error:
                new.close()
                failure = error
            except BaseException:
                new.close()
                raise
        raise failure or OSError("no address")

    def _secured(self, plain: socket.socket) -> ssl.SSLSocket:
        secured = _tls().wrap_socket(plain, server_hostname=self._target.host, do_handshake_on_connect=False)
        try:
            self._line.use(secured)
            secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        return secured


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    given = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in given.items() if value}


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= _VALIDATOR_MOST and value.isprintable() else None


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def max_age_of(header: str | None) -> int | None:
    """Seconds that a Cache-Control header says."""
    match = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", header or "", re.IGNORECASE)
    return int(match[1]) if match else None


def wait_of(header: str | None, now: float) -> float | None:
    """Seconds to wait that a Retry-After header says, as a number or as a date."""
    header = (header or "").strip()
    if re.fullmatch(r"\d{1,9}", header):
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (ValueError, OverflowError, OSError):
        return None


def _words(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {_CONNECT_S:g} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, OSError):
        return f"cannot be reached ({error.strerror or error})"
    said = str(error).strip()
    return f"the answer breaks off or is no HTTP ({type(error).__name__}{': ' + said[:200] if said else ''})"
