"""How views describe and shape their answers."""

from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel

_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def problems(*statuses: int) -> dict[str | int, Any]:
    """The description of the problems that any view may answer with, and of these."""
    common = (400, 405, 413, 415, 422, 503)
    return {s: {"description": HTTPStatus(s).phrase, **_PROBLEM} for s in (*common, *statuses)}


def json_answer(answer: BaseModel, status: int = 200) -> Response:
    """A model as a JSON answer."""
    return Response(answer.model_dump_json(), status, content_type="application/json")
