"""How views describe and shape their answers, and the marks that they bear: that they write, that they take lines."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, current_app, request
from flask_openapi import Tag
from pydantic import BaseModel
from werkzeug.exceptions import UnsupportedMediaType

Tags = list[Tag | dict[str, Any]]
"""As flask_openapi takes them."""
NDJSON = "application/x-ndjson"
_NDJSON_TYPES = (NDJSON, "application/jsonl", "application/jsonlines")
LINES_BODY: dict[str, Any] = {"content": {NDJSON: {"schema": {"type": "string"}}}, "required": True}
"""The description of a body that has one JSON object a line."""
_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_View = TypeVar("_View", bound=Callable[..., Response])


def tags(name: str) -> Tags:
    """The tag under which a view is described."""
    return [Tag(name=name)]


def problems(*statuses: int) -> dict[str | int, Any]:
    """The description of the problems that any view may answer with, and of these."""
    common = (400, 405, 413, 415, 422, 503)
    return {s: {"description": HTTPStatus(s).phrase, **_PROBLEM} for s in (*common, *statuses)}


def json_answer(answer: BaseModel, status: int = 200) -> Response:
    """A model as a JSON answer."""
    return Response(answer.model_dump_json(), status, content_type="application/json")


def writes(view: _View) -> _View:
    """Mark a view that changes something: a server that is open for reading only refuses it."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def takes_lines(view: _View) -> _View:
    """Mark a view whose body is one JSON object a line."""
    view.takes_lines = True  # type: ignore[attr-defined]
    return view


def is_marked(mark: str) -> bool:
    """Whether the view of the present request has a mark."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), mark, False)


def want_lines() -> None:
    """Refuse a body that does not say that it is one JSON object a line."""
    if request.mimetype not in _NDJSON_TYPES:
        raise UnsupportedMediaType(f"send one JSON object a line as {NDJSON}")
