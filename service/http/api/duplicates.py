"""The views about duplicates: checks, verdicts, what people judged, thresholds, groups and their canonical copies."""

from io import BytesIO
from typing import Annotated, Any

from flask import Response, request
from flask_openapi import APIBlueprint, Tag
from pydantic import Field
from werkzeug.exceptions import UnsupportedMediaType

from corpus import Kind
from corpus.readers.base import Limits, SourceLocation
from corpus.readers.jsonl import JsonLines

from ... import answers
from ...archive.archive import Archive
from ...articles.models import ArticleBody
from ...duplicates import labels as deciding
from ...duplicates import models as told
from ...duplicates.models import DuplicatesPage
from ...models import Model
from . import requests as takes
from .shapes import json_answer, problems

NDJSON = "application/x-ndjson"
NDJSON_TYPES = (NDJSON, "application/jsonl", "application/jsonlines")
DUPLICATE_CHANGES = (
    "api.judge_duplicate",
    "api.take_judgement_back",
    "api.choose_canonical",
    "api.take_canonical_back",
)
"""Endpoints that change something."""
_DUPLICATES: list[Tag | dict[str, Any]] = [Tag(name="duplicates")]
_Id = Annotated[str, Field(min_length=1, max_length=200)]
_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class JudgementBody(takes.UndoBody):
    """What a person says that article a is to article b."""

    a: _Id
    b: _Id
    kind: told.VerdictName = Field(description="What a is to b; new: it is no repetition.")


class PairQuery(Model):
    """Two articles, in any order."""

    a: _Id
    b: _Id


class ReviewQuery(Model):
    """Which pairs to review."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 20
    least: _Share = 0.2
    most: _Share = 0.8


class BacktestQuery(Model):
    """Thresholds; what is not given is as in the settings."""

    same: Annotated[float | None, Field(ge=0.3, le=1, allow_inf_nan=False)] = None
    covered: Annotated[float | None, Field(ge=0.5, le=1, allow_inf_nan=False)] = None
    quoted: Annotated[float | None, Field(ge=0.3, le=1, allow_inf_nan=False)] = None
    examples: Annotated[int, Field(ge=0, le=200)] = 10


def add_duplicate_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the views to the blueprint `/v1`. Those over an article's id must come before `/articles/<path:id>`."""
    _check_views(blueprint, archive)
    _judgement_views(blueprint, archive)
    _threshold_views(blueprint, archive)
    _group_views(blueprint, archive)


def want_lines() -> None:
    """Refuse a body that does not say that it is one JSON object a line."""
    if request.mimetype not in NDJSON_TYPES:
        raise UnsupportedMediaType(f"send one JSON object a line as {NDJSON}")


def _check_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.post("/duplicates/check", tags=_DUPLICATES, responses={200: told.CheckAnswer, **problems()})
    def check_duplicates(body: ArticleBody) -> Response:
        """What an article would be said to repeat, and what shows it; nothing is stored."""
        return json_answer(answers.check_duplicates(archive, body.model_dump(exclude_none=True)))

    @blueprint.post(
        "/duplicates/check/bulk", tags=_DUPLICATES, responses={207: told.BulkCheckAnswer, **problems()},
        request_body={"content": {NDJSON: {"schema": {"type": "string"}}}, "required": True},
    )  # fmt: skip
    def check_many() -> Response:
        """The same of many articles, one JSON object a line, against the archive and against each other."""
        want_lines()
        request.max_content_length = archive.settings.bulk_bytes
        limits = Limits(record_bytes=archive.settings.body_bytes)
        body = BytesIO(request.get_data(cache=False))
        return json_answer(
            answers.check_all(archive, list(JsonLines().read(body, SourceLocation("body"), limits))), 207
        )

    @blueprint.get("/duplicates", tags=_DUPLICATES, responses={200: DuplicatesPage, **problems()})
    def list_duplicates(query: takes.PageQuery) -> Response:
        """All verdicts, in the order in which the later articles came."""
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.duplicate_page(archive, cursor=query.cursor, limit=limit))


def _judgement_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/duplicates/judgements", tags=_DUPLICATES, responses={200: told.LabelPage, **problems()})
    def list_judgements(query: takes.PageQuery) -> Response:
        """What people judged, the latest first."""
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.label_page(archive, cursor=query.cursor, limit=limit))

    @blueprint.put("/duplicates/judgements", tags=_DUPLICATES, responses={200: told.PairVerdict, **problems(404, 507)})
    def judge_duplicate(body: JudgementBody) -> Response:
        """Say what article a is to article b: in force at once, and whenever the two are judged again."""
        wanted = deciding.LabelRequest(body.a, body.b, body.who, body.why, Kind(body.kind))
        return json_answer(answers.labelled_pair(archive, *deciding.apply_label(archive, wanted)))

    @blueprint.delete(
        "/duplicates/judgements", tags=_DUPLICATES, responses={200: told.PairVerdict, **problems(404, 507)}
    )
    def take_judgement_back(query: PairQuery) -> Response:
        """Forget what a person said of two articles; the answer is what the rules say."""
        return json_answer(answers.labelled_pair(archive, deciding.undo_label(archive, query.a, query.b)))

    @blueprint.get("/duplicates/review", tags=_DUPLICATES, responses={200: told.ReviewAnswer, **problems()})
    def review_duplicates(query: ReviewQuery) -> Response:
        """Pairs that nobody has judged, the closest calls first."""
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.review(archive, least=query.least, most=query.most, limit=limit))


def _threshold_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/duplicates/suggest", tags=_DUPLICATES, responses={200: told.SuggestAnswer, **problems()})
    def suggest_thresholds() -> Response:
        """Thresholds that agree best with what people judged, with precision and recall."""
        return json_answer(answers.suggest(archive))

    @blueprint.get("/duplicates/backtest", tags=_DUPLICATES, responses={200: told.BacktestAnswer, **problems()})
    def backtest_thresholds(query: BacktestQuery) -> Response:
        """What would change under other thresholds, over all that is stored; nothing is written."""
        given = {"same": query.same, "covered": query.covered, "quoted": query.quoted}
        return json_answer(answers.backtest(archive, given, query.examples))


def _group_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/duplicates/groups", tags=_DUPLICATES, responses={200: told.GroupPage, **problems()})
    def list_groups(query: takes.PageQuery) -> Response:
        """Groups of two and more copies, in the order in which their first articles came."""
        limit = min(query.limit, archive.settings.page_max)
        return json_answer(answers.group_page(archive, cursor=query.cursor, limit=limit))

    @blueprint.get("/articles/<path:id>/copies", tags=_DUPLICATES, responses={200: told.GroupAnswer, **problems(404)})
    def copies_of_article(path: takes.ArticlePath) -> Response:
        """The group of copies that an article is in, with the one that stands for them."""
        return json_answer(answers.copies_of(archive, path.id))

    @blueprint.put(
        "/articles/<path:id>/canonical", tags=_DUPLICATES, responses={200: told.GroupAnswer, **problems(404, 507)}
    )
    def choose_canonical(path: takes.ArticlePath, body: takes.UndoBody) -> Response:
        """Let an article stand for its copies, whatever the policy says; the latest choice in a group counts."""
        deciding.set_canonical(archive, path.id, body.who, body.why)
        return json_answer(answers.copies_of(archive, path.id))

    @blueprint.delete(
        "/articles/<path:id>/canonical", tags=_DUPLICATES, responses={200: told.GroupAnswer, **problems(404, 507)}
    )
    def take_canonical_back(path: takes.ArticlePath) -> Response:
        """Forget that choice, if there is one; the policy decides again."""
        deciding.clear_canonical(archive, path.id)
        return json_answer(answers.copies_of(archive, path.id))
