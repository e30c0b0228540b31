"""The views of two articles side by side, of what an article adds, of its versions, and of differences."""

from typing import Annotated

from flask import Response
from flask_openapi import APIBlueprint
from pydantic import Field

from ...archive import Archive
from ...compare import alignment, diff, novelty_of, version, version_chain
from ...compare.models import AlignmentAnswer, NoveltyAnswer
from ...compare.version_models import DiffAnswer, VersionAnswer, VersionChain
from ...models import Id, Model
from . import requests as takes
from .shapes import json_answer, problems, tags

_ALIGNMENT = tags("alignment and novelty")
_VERSIONS = tags("versions and differences")
_Number = Annotated[int, Field(ge=1, le=1_000_000_000)]


class PairPath(Model):
    """The addresses of two articles."""

    a: Id
    b: Id


class NoveltyQuery(Model):
    """Which articles are known already."""

    against: Annotated[
        list[Id] | None, Field(max_length=200, description="Ids; without any, the earlier ones of its thread.")
    ] = None


class VersionPath(Model):
    """The address of a version of an article."""

    id: Id
    number: _Number


class DiffQuery(Model):
    """Which two texts."""

    a: Annotated[Id, Field(description="Id of the earlier article, or the id under which a version of one came.")]
    b: Annotated[Id, Field(description="Id of the later one, likewise; may be the same.")]
    a_version: Annotated[_Number | None, Field(description="Number of a version of a; else the present one.")] = None
    b_version: Annotated[_Number | None, Field(description="Number of a version of b; else the present one.")] = None


def add_compare_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the views to the blueprint `/v1`. Those over an article's id come before `GET /articles/<path:id>`."""
    _alignment_views(blueprint, archive)
    _version_views(blueprint, archive)


def _alignment_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get(
        "/articles/<path:a>/alignment/<path:b>", tags=_ALIGNMENT,
        responses={200: AlignmentAnswer, 308: None, **problems(404)},
    )  # fmt: skip
    def align_articles(path: PairPath) -> Response:
        """Two articles side by side: pairs of paragraphs, what is left over, and what b is to a."""
        return json_answer(archive.read(alignment, path.a, path.b))

    @blueprint.get(
        "/articles/<path:id>/novelty", tags=_ALIGNMENT, responses={200: NoveltyAnswer, 308: None, **problems(404)}
    )
    def novelty_of_article(path: takes.ArticlePath, query: NoveltyQuery) -> Response:
        """What an article adds, paragraph by paragraph, to the earlier ones of its thread or to those given."""
        return json_answer(archive.read(novelty_of, path.id, query.against))


def _version_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get(
        "/articles/<path:id>/versions", tags=_VERSIONS, responses={200: VersionChain, 308: None, **problems(404)}
    )
    def list_versions(path: takes.ArticlePath, query: takes.PageQuery) -> Response:
        """The versions of an article, the newest first, each with how much is different from the one before."""
        limit = archive.settings.page(query.limit)
        return json_answer(version_chain(archive, path.id, cursor=query.cursor, limit=limit))

    @blueprint.get(
        "/articles/<path:id>/versions/<int:number>", tags=_VERSIONS,
        responses={200: VersionAnswer, 308: None, **problems(404)},
    )  # fmt: skip
    def get_version(path: VersionPath) -> Response:
        """One version of an article."""
        return json_answer(archive.read(version, path.id, path.number))

    @blueprint.get("/diff", tags=_VERSIONS, responses={200: DiffAnswer, **problems(404)})
    def show_difference(query: DiffQuery) -> Response:
        """What is different between two articles or versions: headline, paragraphs, words, numbers."""
        found = diff(archive, query.a, query.b, a_version=query.a_version, b_version=query.b_version)
        return json_answer(found)
