"""What keeps a hostile article harmless: the headers of every page, and which addresses may be linked.

Jinja escapes all text; the Content-Security-Policy is the second wall: no inline script or style, nothing from
elsewhere, no page in a frame. So templates have no `style=` and no `on...=`; bars are SVG.
"""

import re
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, url_for

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_INVISIBLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MANGLED = re.compile(r"^/|/$|//|(?:^|/)\.{1,2}(?:/|$)|(?:^|/)alignment(?:/|$)|(?:^|/)versions$")
"""Ids that browsers or routers would change on the way if they were a path (empty and dot segments), or that would
be taken for two."""


def protect(response: Response) -> Response:
    """Set the headers of every page."""
    response.headers.update(_HEADERS)
    return response


def web_address(url: str | None) -> str | None:
    """The address if it may be linked (http or https, and a host), else None. The store checks too."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def article_path(id: str, paragraph: int | None = None) -> str:
    """The path of an article's page, or of one of its paragraphs (0, 1, 2...; the anchors count from 1)."""
    anchor = None if paragraph is None else f"p{paragraph + 1}"
    if _MANGLED.search(id):
        return url_for("pages.article_by_query", id=id, _anchor=anchor)
    return url_for("pages.article", id=id, _anchor=anchor)


def alignment_path(a: str, b: str) -> str:
    """The path of the page that shows two articles side by side."""
    if _MANGLED.search(a) or _MANGLED.search(b):
        return url_for("pages.alignment_by_query", a=a, b=b)
    return url_for("pages.alignment", a=a, b=b)


def versions_path(id: str, cursor: str | None = None) -> str:
    """The path of the page of an article's versions."""
    if _MANGLED.search(id):
        return url_for("pages.versions_by_query", id=id, cursor=cursor)
    return url_for("pages.versions", id=id, cursor=cursor)


def diff_path(a: str, b: str, a_version: int | None = None, b_version: int | None = None) -> str:
    """The path of the page that shows what is different in b."""
    return url_for("pages.diff", a=a, b=b, a_version=a_version, b_version=b_version)


def moved_path(endpoint: str, given: Mapping[str, str], old: str, new: str) -> str:
    """The path of the same page, with an article's id in the place of one under which a version of it came."""
    asked = {name: new if value == old else value for name, value in given.items()}
    if _MANGLED.search(new) and not endpoint.endswith("_by_query") and endpoint in _BY_PATH:
        endpoint += "_by_query"
    return url_for(endpoint, **cast(dict[str, Any], asked))


_BY_PATH = ("pages.article", "pages.alignment", "pages.versions", "pages.why")


def why_path(article: str, thread: str) -> str:
    """The path of the page that tells why an article is in a thread."""
    if _MANGLED.search(article):
        return url_for("pages.why_by_query", id=thread, article=article)
    return url_for("pages.why", id=thread, article=article)


def without_direction_marks(text: str) -> str:
    """Text for where it cannot be isolated (a page's title): without characters that turn its direction."""
    return _INVISIBLE.sub("", text)
