"""The views of two articles side by side, and of what an article adds. Each parses, calls one function, and answers."""

from http import HTTPStatus
from typing import Annotated, Any

from flask import Response
from flask_openapi import APIBlueprint, Tag
from pydantic import BaseModel, Field

from ... import answers
from ...archive.archive import Archive
from ...compare import models
from ...models import Model

_Tags = list[Tag | dict[str, Any]]
_ALIGNMENT: _Tags = [Tag(name="alignment and novelty")]
_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_PROBLEMS: dict[str | int, Any] = {
    status: {"description": HTTPStatus(status).phrase, **_PROBLEM} for status in (400, 404, 405, 413, 415, 422, 503)
}
_Id = Annotated[str, Field(min_length=1, max_length=200)]


class PairPath(Model):
    """The addresses of two articles."""

    a: _Id
    b: _Id


class NoveltyPath(Model):
    """The address of an article."""

    id: _Id


class NoveltyQuery(Model):
    """Which articles are known already."""

    against: Annotated[
        list[_Id] | None, Field(max_length=200, description="Ids; without any, the earlier ones of its thread.")
    ] = None


def add_alignment_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the views to the blueprint `/v1`."""

    @blueprint.get(
        "/articles/<path:a>/alignment/<path:b>", tags=_ALIGNMENT,
        responses={200: models.AlignmentAnswer, 308: None, **_PROBLEMS},
    )  # fmt: skip
    def align_articles(path: PairPath) -> Response:
        """Two articles side by side: pairs of paragraphs, what is left over, and what b is to a."""
        return _json(answers.alignment(archive, path.a, path.b))

    @blueprint.get(
        "/articles/<path:id>/novelty", tags=_ALIGNMENT, responses={200: models.NoveltyAnswer, 308: None, **_PROBLEMS}
    )
    def novelty_of_article(path: NoveltyPath, query: NoveltyQuery) -> Response:
        """What an article adds, paragraph by paragraph, to the earlier ones of its thread or to those given."""
        return _json(answers.novelty_of(archive, path.id, query.against))


def _json(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), 200, content_type="application/json")
