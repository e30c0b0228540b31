"""The views of an article's versions, and of what is different between two texts. Each parses, calls, and answers."""

from typing import Annotated, Any

from flask import Response
from flask_openapi import APIBlueprint, Tag
from pydantic import Field

from ... import answers
from ...archive.archive import Archive
from ...compare import diff_models as version_models
from ...models import Model
from . import requests as takes
from .shapes import json_answer, problems

_VERSIONS: list[Tag | dict[str, Any]] = [Tag(name="versions and differences")]
_Id = Annotated[str, Field(min_length=1, max_length=200)]
_Number = Annotated[int, Field(ge=1, le=1_000_000_000)]


class VersionPath(Model):
    """The address of a version of an article."""

    id: _Id
    number: _Number


class DiffQuery(Model):
    """Which two texts."""

    a: Annotated[_Id, Field(description="Id of the earlier article, or the id under which a version of one came.")]
    b: Annotated[_Id, Field(description="Id of the later one, likewise; may be the same.")]
    a_version: Annotated[_Number | None, Field(description="Number of a version of a; else the present one.")] = None
    b_version: Annotated[_Number | None, Field(description="Number of a version of b; else the present one.")] = None


def add_version_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the views. Those over an article's id must come before `GET /articles/<path:id>`."""

    @blueprint.get(
        "/articles/<path:id>/versions", tags=_VERSIONS,
        responses={200: version_models.VersionChain, 308: None, **problems(404)},
    )  # fmt: skip
    def list_versions(path: takes.ArticlePath, query: takes.PageQuery) -> Response:
        """The versions of an article, the newest first, each with how much is different from the one before."""
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.version_chain(archive, path.id, cursor=query.cursor, limit=limit))

    @blueprint.get(
        "/articles/<path:id>/versions/<int:number>", tags=_VERSIONS,
        responses={200: version_models.VersionAnswer, 308: None, **problems(404)},
    )  # fmt: skip
    def get_version(path: VersionPath) -> Response:
        """One version of an article, whole."""
        return json_answer(answers.version(archive, path.id, path.number))

    @blueprint.get("/diff", tags=_VERSIONS, responses={200: version_models.DiffAnswer, **problems(404)})
    def diff(query: DiffQuery) -> Response:
        """What is different between two articles or versions: headline, paragraphs, words, numbers."""
        found = answers.diff(archive, query.a, query.b, a_version=query.a_version, b_version=query.b_version)
        return json_answer(found)
