"""The identity of an article's web address, and its source's name. Nothing is fetched here.

w3lib does what is easy to get wrong: percent encoding, international host names, dot segments, the order of the query.
It was chosen over courlan because it resolves dot segments and normalises escapes (courlan leaves `/a/../b` and `%7E`
as they are), keeps the meaning of the path (courlan joins `//`), and needs no other package (courlan brings babel, tld
and urllib3). The rest is done here: scheme, port, host check, tracking parameters, trailing slash.
"""

import ipaddress
import re
from urllib.parse import SplitResult, unquote_plus, urlsplit, urlunsplit

from .errors import BadRecord

_LONGEST = 4096
"""Characters. Browsers and search engines keep to about 2,000."""

_TRACKING = frozenset(
    (
        "fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh"
        " li_fat_id mc_cid mc_eid mkt_tok _ga _gl _hsenc _hsmi vero_id oly_anon_id oly_enc_id"
        " s_cid ncid cmpid smid ocid at_medium at_campaign wt_mc wt.mc_id"
    ).split()
)
"""Parameters that say how a reader came to the page, never which page it is (lower case). Left out on purpose, because
some sites choose the page by them: `ref`, `source`, `id`, `p`, `s`, `share`."""

_TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "matomo_")

_HOST_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")


def canonical_url(url: str) -> str:
    """One spelling for all addresses of the same page, to compare by; show and fetch the given one.

    `http` becomes `https` (for a news site both are the same page); default ports, the fragment, tracking parameters, a
    trailing slash and a host's trailing dot are dropped; the query is sorted; case of host, percent encoding and
    international names are normalised. `www.` and `m.` are kept: those may be other sites. Idempotent.

    Raises:
        BadRecord: (field "url") not an absolute http(s) address with a host; longer than 4,096 characters; or with a
            user name or password in it, which must not be stored.
    """
    from w3lib.url import canonicalize_url  # 70 ms, and not needed by commands that read nothing

    parts = _checked(url)
    host, port = _host_and_port(parts, url)
    netloc = host if port in (None, 80, 443) else f"{host}:{port}"
    try:
        clean = urlsplit(canonicalize_url(urlunsplit(("https", netloc, parts.path, parts.query, ""))))
    except ValueError as error:  # UnicodeError is one
        raise _bad(url, f"is not a web address ({error})") from error
    query = "&".join(pair for pair in clean.query.split("&") if not _is_tracking(pair))
    path = clean.path.rstrip("/;") or "/"  # w3lib drops an empty `;` at the end; without this a second pass would
    return urlunsplit(("https", netloc, path, query, ""))


def source_of(url: str) -> str:
    """The host of an address without a leading `www.`: the name of a source where none is given.

    Raises:
        BadRecord: as `canonical_url`.
    """
    host, _ = _host_and_port(_checked(url), url)
    return host.removeprefix("www.")


def _checked(url: str) -> SplitResult:
    url = url.strip()
    if len(url) > _LONGEST:
        raise _bad(url, f"is longer than {_LONGEST:,} characters")
    if _CONTROL.search(url.replace(" ", "%20")):
        raise _bad(url, "has control characters")
    try:
        parts = urlsplit(url.replace(" ", "%20"))
    except ValueError as error:
        raise _bad(url, f"is not a web address ({error})") from error
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise _bad(url, "is not an absolute web address; it must begin with https:// or http:// and a host")
    if "@" in parts.netloc:
        raise BadRecord("the address has a user name or password in it; remove them", field="url")
    return parts


def _host_and_port(parts: SplitResult, url: str) -> tuple[str, int | None]:
    """The host in lower-case ASCII, an IPv6 address in brackets."""
    try:
        host, port = (parts.hostname or "").removesuffix("."), parts.port
        if parts.netloc.startswith("["):
            return f"[{ipaddress.IPv6Address(host.partition('%')[0])}]", port
        # Python's codec is slow on long names, and no name is longer.
        host = host.encode("idna").decode("ascii").lower() if len(host) <= 253 else ""
    except ValueError as error:
        raise _bad(url, f"is not a web address ({error})") from error
    if not all(_HOST_LABEL.fullmatch(label) for label in host.split(".")):
        raise _bad(url, "is not a web address: its host name is invalid")
    return host, port


def _is_tracking(pair: str) -> bool:
    name = unquote_plus(pair.partition("=")[0]).lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _bad(url: str, why: str) -> BadRecord:
    shown = url if len(url) <= 100 else url[:100] + "..."
    return BadRecord(f"{shown!r} {why}", field="url")
