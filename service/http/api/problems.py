"""Every error as RFC 9457 problem+json, from one table; a test fails where an error of ours is missing in it."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request, url_for
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from corpus import errors as corpus_errors
from embeddings import errors as embeddings_errors

from ... import errors as service_errors
from ..models import Problem

log = logging.getLogger(__name__)

OURS = (corpus_errors.CorpusError, embeddings_errors.EmbeddingsError, service_errors.ServiceError)
"""The roots of our errors."""
_FIELDS_NAMED = 20
"""Wrong fields that are named, of ten thousand."""

API_PATHS = ("/v1", "/openapi.json", "/healthz", "/readyz", "/metrics", "/docs")
"""What is answered with problem+json; the pages show a page."""

STATUS: Mapping[type[Exception], HTTPStatus] = {
    corpus_errors.BadRecord: HTTPStatus.UNPROCESSABLE_ENTITY,
    corpus_errors.UnreadableInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    corpus_errors.NotStored: HTTPStatus.NOT_FOUND,
    corpus_errors.ThreadGone: HTTPStatus.GONE,
    corpus_errors.ArticleReplaced: HTTPStatus.NOT_FOUND,
    corpus_errors.ArticleExists: HTTPStatus.CONFLICT,
    corpus_errors.IdempotencyMismatch: HTTPStatus.UNPROCESSABLE_ENTITY,
    corpus_errors.StoreFull: HTTPStatus.INSUFFICIENT_STORAGE,
    corpus_errors.StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    embeddings_errors.EmbeddingsError: HTTPStatus.SERVICE_UNAVAILABLE,
    service_errors.DuplicateRefused: HTTPStatus.CONFLICT,
    service_errors.NotInThread: HTTPStatus.NOT_FOUND,
    service_errors.NotLabelled: HTTPStatus.NOT_FOUND,
    service_errors.BadDecision: HTTPStatus.UNPROCESSABLE_ENTITY,
    service_errors.DecisionConflict: HTTPStatus.CONFLICT,
    service_errors.AlreadyUndone: HTTPStatus.CONFLICT,
    service_errors.RunNotProposed: HTTPStatus.CONFLICT,
    service_errors.RunStale: HTTPStatus.CONFLICT,
    service_errors.NothingToRollBack: HTTPStatus.CONFLICT,
    service_errors.BadCursor: HTTPStatus.BAD_REQUEST,
    service_errors.OtherCursor: HTTPStatus.UNPROCESSABLE_ENTITY,
    service_errors.BadSettings: HTTPStatus.INTERNAL_SERVER_ERROR,
    service_errors.ServerFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    service_errors.ServerUnreachable: HTTPStatus.BAD_GATEWAY,
    service_errors.RefusedByServer: HTTPStatus.BAD_GATEWAY,
}
"""Our errors by class; a class that is not here is answered as its base is."""


def problem(status: int, detail: str, **more: Any) -> Response:  # noqa: ANN401 - fields of several types
    """An answer that says what is wrong."""
    return answered(_problem(status, detail, **more))


def answered(body: Problem) -> Response:
    """A problem as an answer."""
    response = Response(body.model_dump_json(exclude_none=True), body.status, content_type="application/problem+json")
    if body.status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.INSUFFICIENT_STORAGE):
        response.headers["Retry-After"] = "5"
    return response


def _problem(status: int, detail: str, **more: Any) -> Problem:  # noqa: ANN401 - fields of several types
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, instance=request.path, **more)


def status_of(error: Exception) -> HTTPStatus:
    """The HTTP status of one of our errors; 500 for anything else."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def from_error(error: Exception) -> Response:
    """The answer to one of our errors; a thread with one heir leads there, as a version does to its article."""
    if isinstance(error, corpus_errors.ArticleReplaced) and request.method == "GET" and (address := moved_to(error)):
        return Response(status=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": address})
    if isinstance(error, corpus_errors.ThreadGone) and len(error.heirs) == 1 and (request.view_args or {}).get("id"):
        given: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), "id": error.heirs[0]}
        address = url_for(request.endpoint or "", **given)
        return Response(status=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": address})
    return answered(as_problem(error))


def moved_to(error: corpus_errors.ArticleReplaced) -> str | None:
    """The present address with the article's id for that of its version; None where the address has not named it."""
    asked = request.args.to_dict(flat=False) | {name: [value] for name, value in (request.view_args or {}).items()}
    if not any(error.id in values for values in asked.values()):
        return None
    given: dict[str, Any] = {
        name: [error.article if value == error.id else value for value in values] for name, values in asked.items()
    }
    return url_for(request.endpoint or "", **given | {name: given[name][0] for name in request.view_args or ()})


def as_problem(error: Exception) -> Problem:
    """One of our errors, or a request that does not fit its model, as a problem."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[:_FIELDS_NAMED]
        errors = [{"field": _field(e["loc"]), "reason": e["msg"]} for e in first]
        detail = "; ".join(f"{e['field']}: {e['reason']}" for e in errors)
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, errors=errors)
    field = getattr(error, "field", None)
    more = {name: list(getattr(error, name)) for name in ("heirs", "decisions", "earlier") if hasattr(error, name)}
    return _problem(
        status_of(error), str(error), **more, errors=[{"field": field, "reason": str(error)}] if field else None
    )


def from_http_error(error: HTTPException) -> Response:
    """The answer to an error of the framework; its headers (`Allow`, `Retry-After`) are kept."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    response = problem(error.code or 500, error.description or "")
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def from_validation(error: ValidationError) -> Response:
    """The answer to a request that does not fit its model: which fields, and why."""
    return answered(as_problem(error))


def _field(path: tuple[int | str, ...]) -> str:
    """The name of a field; pydantic adds which branch of a union failed (`id.str`), which no one sent."""
    if len(path) > 1 and path[-1] in ("str", "int"):
        path = path[:-1]
    return ".".join(map(str, path)) or "body"


def install_problems(app: Flask) -> None:
    """Make the app answer every error of the API as a problem."""
    for kind in OURS:
        app.register_error_handler(kind, from_error)

    @app.errorhandler(Exception)
    def _(error: Exception) -> Response:
        log.exception("request.failed path=%s", request.path)
        return problem(500, "something went wrong here; it is in the log")
