"""The identity of an article's web address, and its source's name. Nothing is fetched here.

w3lib does what is easy to get wrong: percent encoding, international host names, dot segments, the order of the query.
It was chosen over courlan because it resolves dot segments and normalises escapes (courlan leaves `/a/../b` and `%7E`
as they are), keeps the meaning of the path (courlan joins `//`), and needs no other package (courlan brings babel, tld
and urllib3). The rest is done here: scheme, port, host check, tracking parameters, trailing slash.

Two strengths. `canonical_url` unites spellings of one address; ids are made of it, so it must not change. `page_of`
unites the addresses under which a site (or an archive of the web) has one page: mobile and AMP hosts and paths, what a
reader came by, prints, index files. It is too strong to be trusted alone (`m.` may be another site, `ref` may choose
the page): what has one `page_of` is looked at, and is one article where the texts are the same.
"""

import ipaddress
import re
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit, urlunsplit

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

_FURTHER = frozenset(
    (
        "ref ref_src ref_url referrer referer source src share shared sharetype share_id soc_src soc_trk via from"
        " feed rss xtor cmp intcid int_source ito mod partner emc af ns_campaign ns_source ns_mchannel ns_fee"
        " ns_linkname icid ns_channel __twitter_impression __source __tn__ guccounter guce_referrer"
        " guce_referrer_sig sh tsrc taid tid spm scid si sr_share sref cid campaign mbid ncampaign newsletter nl"
        " wtmc amp outputtype print printable printer_friendly view_mode platform m mobile comments comment"
        " showcomments hss_channel fb_action_ids fb_action_types fb_ref fb_source action_object_map"
        " action_type_map action_ref_map gws_rd ved usg dlvrit dclid zanpid wprov cvid ei oc hl ceid gl smtyp"
        " smprod smvar akid rd rss_id"
    ).split()
)
"""Parameters that choose another page on few sites only; with the same text they mean nothing (lower case)."""
_FURTHER_PREFIXES = ("ns_", "at_", "guce_", "wt_", "ga_", "trk_", "mkt_", "sc_", "itm_", "fb_", "_branch_")
_FIRST_PAGE = frozenset(("page=1", "p=1", "pg=1", "pagina=1", "seite=1", "page=0"))
_MOBILE = frozenset(("www", "www1", "www2", "www3", "m", "mobile", "mobil", "amp", "wap", "touch"))
"""First labels of hosts that have the same pages as the one without."""
_WRAPPERS = (
    re.compile(r"https?://web\.archive\.org/web/\d+(?:[a-z]{2}_)?/(?P<url>.+)", re.I),
    re.compile(r"https?://archive\.(?:ph|is|today|li|vn|fo|md)/(?:o/\w+|\d[\d.-]+)/(?P<url>.+)", re.I),
    re.compile(r"https?://(?:www\.)?google\.[a-z.]+/amp/(?P<s>s/)?(?P<rest>.+)", re.I),
    re.compile(r"https?://[\w.-]+\.(?:cdn\.ampproject\.org|bing-amp\.com)/[a-z]/(?P<s>s/)?(?P<rest>.+)", re.I),
)
"""Addresses that have another one in them: of archives of the web, and of caches of AMP pages."""
_WRAPPED_DEEP = 3
_AMP_PATH = re.compile(r"/amp(?=/)|/amp$|\.amp(?=\.html?$)|\.amp$", re.I)
_SLASHES = re.compile("//+")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php\d?|aspx?|jsp|cfm|shtml)$", re.I)
_SESSION = re.compile(r";jsessionid=[^/]*|/\(s\([a-z0-9]+\)\)", re.I)
_ROUTE = ("!", "/")
"""What a fragment begins with that says which page it is: `#!/news/dam`, `#/news/dam`."""

_HOST_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")


def canonical_url(url: str) -> str:
    """One spelling for all addresses of the same page, to compare by; show and fetch the given one.

    `http` becomes `https` (for a news site both are the same page); default ports, the fragment (unless it is a route,
    `#!` or `#/`), tracking parameters, a trailing slash and a host's trailing dot are dropped; the query is sorted;
    case of host, percent encoding and international names are normalised. `www.` and `m.` are kept: those may be other
    sites. Idempotent.

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
    fragment = parts.fragment.rstrip("/") if parts.fragment.startswith(_ROUTE) else ""
    return urlunsplit(("https", netloc, path, query, fragment if len(fragment) > 1 else ""))


def page_of(url: str) -> str:
    """One spelling for all addresses of one page of one site: see the top of the module. To look up by, never to show.

    Raises:
        BadRecord: as `canonical_url`.
    """
    parts = urlsplit(canonical_url(_unwrapped(url)))
    path = _AMP_PATH.sub("", _INDEX.sub("", _SESSION.sub("", _SLASHES.sub("/", parts.path)))).rstrip("/") or "/"
    query = "&".join(pair for pair in parts.query.split("&") if not _says_nothing(pair))
    return urlunsplit(("https", _without_mobile(parts.netloc), path.lower(), query, parts.fragment))


def _without_mobile(host: str) -> str:
    """The host, with its port, without `www.`, `m.`, `amp.`."""
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _MOBILE:
        labels = labels[1:]
    return ".".join(labels)


def _unwrapped(url: str) -> str:
    """The address within an address of an archive or cache; itself where there is none."""
    for _ in range(_WRAPPED_DEEP):
        inner = _inner(url)
        if inner is None:
            break
        url = inner
    return url


def _inner(url: str) -> str | None:
    found = next(filter(None, (wrapper.fullmatch(url.strip()) for wrapper in _WRAPPERS)), None)
    if found is None:
        return None
    given = found.groupdict()
    inner = given.get("url") or f"http{'s' if given.get('s') else ''}://{given.get('rest')}"
    inner = unquote(inner) if re.match(r"https?%3a", inner, re.I) else inner
    inner = inner if re.match(r"https?:", inner, re.I) else f"http://{inner}"
    try:
        canonical_url(inner)
    except BadRecord:
        return None
    return inner


def _says_nothing(pair: str) -> bool:
    name = unquote_plus(pair.partition("=")[0]).lower()
    return name in _FURTHER or name.startswith(_FURTHER_PREFIXES) or pair.lower() in _FIRST_PAGE


def source_of(url: str) -> str:
    """The host of a page without `www.`, `m.` and the like: the name of a source where none is given.

    Raises:
        BadRecord: as `canonical_url`.
    """
    host, _ = _host_and_port(_checked(_unwrapped(url)), url)
    return _without_mobile(host)


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
