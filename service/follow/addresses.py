"""Where a feed may be fetched from: http and https, at public addresses, or at hosts that the settings name.

A name is looked up once, every address that it has is checked, and the caller connects to those addresses, not to the
name: an answer that changes between the check and the connection changes nothing.
"""

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .errors import FetchFailed

_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """What a web address asks for."""

    tls: bool
    host: str
    """In lower case; an IPv6 address without its brackets."""
    port: int
    path: str
    """With the query, quoted; never empty."""


def target_of(url: str) -> Target:
    """The parts of a web address.

    Raises:
        FetchFailed: it is not http or https, has no host, an impossible port, or a user name.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchFailed(f"{url[:200]!r} is no web address ({error})") from error
    if parts.scheme not in _PORTS:
        raise FetchFailed(f"{url[:200]!r}: only http and https are fetched")
    if not host or not host.isprintable() or " " in host:
        raise FetchFailed(f"{url[:200]!r} names no host")
    if parts.username is not None or parts.password is not None:
        raise FetchFailed(f"the address of {host} has a user name in it: such are not fetched")
    path = quote(parts.path or "/", safe="%/:=&?~+!$,;'@()*[]")
    if parts.query:
        path += "?" + quote(parts.query, safe="%/:=&?~+!$,;'@()*[]")
    return Target(parts.scheme == "https", host, port or _PORTS[parts.scheme], path)


def addresses_of(target: Target, private_hosts: Collection[str]) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """The addresses of a host, in the order in which to try them.

    Args:
        target: what is asked for.
        private_hosts: hosts (`intranet.example` or `intranet.example:8080`) that may have an address that is not
            public.

    Raises:
        FetchFailed: the host is not known, or one of its addresses is not public.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FetchFailed(f"the host {target.host} cannot be found ({reason})") from error
    addresses = [(family, (str(where[0]), int(where[1]))) for family, _, _, _, where in found]
    if not is_named(target, private_hosts):
        for _, (address, _) in addresses:
            if not is_public(ipaddress.ip_address(address.partition("%")[0])):
                raise FetchFailed(
                    f"refused: {target.host} is at {address}, which is not a public address (where that is meant, name"
                    " the host in follow_private_hosts)"
                )
    return list(dict.fromkeys(addresses))


def is_named(target: Target, private_hosts: Collection[str]) -> bool:
    """Whether a host is among those that may have a private address."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    names = {target.host, host, f"{host}:{target.port}"}
    return any(each.lower() in names for each in private_hosts)


def is_public(ip: IPAddress) -> bool:
    """Whether an address is one of the public internet; of an IPv4 address within an IPv6 one, whether that is."""
    if isinstance(ip, ipaddress.IPv6Address):
        within = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            within = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if within:
            return is_public(within)
        if ip.is_site_local:
            return False
    special = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_reserved
    return ip.is_global and not special and not ip.is_unspecified
