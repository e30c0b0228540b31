"""Errors as pages, in the look of the others."""

import logging
from http import HTTPStatus
from typing import Any, cast

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, default_exceptions

from corpus import ArticleReplaced, BadRecord, NotStored, StoreError, ThreadGone
from embeddings.errors import EmbeddingsError

from ...errors import BadCursor, NotInThread
from .safety import moved_path, protect

log = logging.getLogger(__name__)

_HEADINGS = {
    400: "That cannot be answered",
    404: "There is no such page",
    405: "That is not how this page is asked",
    410: "That is gone",
    413: "That is too long",
    500: "Something went wrong here",
    503: "The archive cannot be read just now",
}
_WORDS = {
    404: "Nothing is stored under this address. It may have been removed, or the address is not complete.",
    413: "Paste a part of the text: its first paragraphs are enough to find what is related.",
    500: "The reason is in the log of the server.",
    503: "Try again in a moment.",
}


def error_page(error: HTTPException) -> Response:
    """An error of the framework as a page; its own headers (`Allow`, `Retry-After`) are kept."""
    if error.response is not None:
        return protect(cast(Response, error.response))
    status = error.code or 500
    own = error.description if type(error) not in default_exceptions.values() else None
    response = _page(status, own)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def install_error_pages(blueprint: Blueprint) -> None:
    """Answer everything that the blueprint's views raise with a page."""
    blueprint.register_error_handler(HTTPException, error_page)
    blueprint.register_error_handler(ThreadGone, _gone)
    blueprint.register_error_handler(ArticleReplaced, _moved)
    for kind, status in ((NotStored, 404), (NotInThread, 404), (BadRecord, 400), (BadCursor, 400)):
        blueprint.register_error_handler(kind, lambda error, status=status: _page(status, str(error)))
    for broken in (StoreError, EmbeddingsError):
        blueprint.register_error_handler(broken, lambda error: _failed(error, 503))
    blueprint.register_error_handler(Exception, lambda error: _failed(error, 500))


def _gone(error: ThreadGone) -> Response:
    """To the same page of the thread that has the articles now, where there is one."""
    if len(error.heirs) == 1:
        given: dict[str, Any] = {name: request.args[name] for name in ("article",) if name in request.args}
        given |= {**(request.view_args or {}), "id": error.heirs[0]}
        return protect(cast(Response, redirect(url_for(request.endpoint or "pages.thread", **given), 308)))
    return _page(410, str(error))


def _moved(error: ArticleReplaced) -> Response:
    """To the same page of the article that a version came of under this id."""
    given = {**request.args.to_dict(), **(request.view_args or {})}
    if error.id not in given.values():
        return _page(404, str(error))
    address = moved_path(request.endpoint or "pages.article", given, error.id, error.article)
    return protect(cast(Response, redirect(address, 308)))


def _failed(error: Exception, status: int) -> Response:
    log.error("page.failed path=%s", request.path, exc_info=error)
    return _page(status, None)


def _page(status: int, words: str | None) -> Response:
    heading = _HEADINGS.get(status) or HTTPStatus(status).phrase
    words = words or _WORDS.get(status)
    page = render_template("pages/error.html", status=status, heading=heading, words=words)
    return protect(make_response(page, status))
