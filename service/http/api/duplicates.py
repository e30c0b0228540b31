"""The views about duplicates: checks, verdicts, labels, thresholds, groups and their canonical copies."""

from io import BytesIO
from typing import Annotated, Any

from flask import Response, request
from flask_openapi import APIBlueprint
from pydantic import AliasChoices, Field

from corpus import Kind
from corpus.readers.base import Limits, Options, SourceLocation
from corpus.readers.jsonl import JsonLines

from ...archive import Archive
from ...articles.models import ArticleBody
from ...duplicates import (
    LabelRequest,
    apply_label,
    backtest,
    check_all,
    check_duplicates,
    clear_canonical,
    copies_of,
    duplicate_page,
    group_page,
    label_page,
    labelled_pair,
    review,
    set_canonical,
    suggest,
    undo_label,
)
from ...duplicates import models as answered
from ...limits import THRESHOLD_BOUNDS
from ...models import Id, Model, Share
from . import requests as takes
from .shapes import LINES_BODY, json_answer, problems, tags, takes_lines, want_lines, writes

_DUPLICATES = tags("duplicates")
_FORMER_LABELS = "/duplicates/judgements"
"""The address that `/duplicates/labels` had before: answered still, no longer described."""


def _within(name: str) -> Any:  # noqa: ANN401 - as pydantic's Field
    """The bounds of a threshold."""
    smallest, largest = THRESHOLD_BOUNDS[name]
    return Field(ge=smallest, le=largest, allow_inf_nan=False)


class LabelBody(takes.SignedBody):
    """How a person labels a pair: what article a is to article b."""

    a: Id
    b: Id
    kind: Kind | None = Field(
        None,
        description="What a is to b; new: it is no repetition. Without it the two are copies, of the kind that the"
        " rules say, else near copies.",
    )


class PairQuery(Model):
    """Two articles, in any order."""

    a: Id
    b: Id


class ReviewQuery(Model):
    """Which pairs to review."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 20
    min_score: Annotated[Share, Field(validation_alias=AliasChoices("min_score", "least"))] = 0.2
    max_score: Annotated[Share, Field(validation_alias=AliasChoices("max_score", "most"))] = 0.8


class BacktestQuery(Model):
    """Thresholds; what is not given is as in the settings."""

    same: Annotated[float | None, _within("same")] = None
    covered: Annotated[float | None, _within("covered")] = None
    quoted: Annotated[float | None, _within("quoted")] = None
    examples: Annotated[int, Field(ge=0, le=200)] = 10


def add_duplicate_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the views to the blueprint `/v1`. Those over an article's id must come before `/articles/<path:id>`."""
    _check_views(blueprint, archive)
    _list_views(blueprint, archive)
    _label_views(blueprint, archive)
    _threshold_views(blueprint, archive)
    _canonical_views(blueprint, archive)


def _check_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.post("/duplicates/check", tags=_DUPLICATES, responses={200: answered.CheckAnswer, **problems()})
    def check_article(body: ArticleBody) -> Response:
        """What an article would repeat, and what shows it; nothing is stored."""
        return json_answer(check_duplicates(archive, body.model_dump(exclude_none=True)))

    @blueprint.post(
        "/duplicates/check/bulk", tags=_DUPLICATES, responses={207: answered.BulkCheckAnswer, **problems()},
        request_body=LINES_BODY,
    )  # fmt: skip
    @takes_lines
    def check_articles(query: takes.LinesQuery) -> Response:
        """The same of many articles, one JSON object a line, against the archive and against each other."""
        want_lines()
        request.max_content_length = archive.settings.bulk_bytes
        options = Options(limits=Limits(record_bytes=archive.settings.body_bytes))
        body = BytesIO(request.get_data(cache=False))
        lines = JsonLines(as_given=query.as_given).read(body, SourceLocation("body"), options)
        return json_answer(check_all(archive, list(lines)), 207)


def _list_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/duplicates", tags=_DUPLICATES, responses={200: answered.DuplicatesPage, **problems()})
    def list_duplicates(query: takes.PageQuery) -> Response:
        """All verdicts, in the order in which the later articles came."""
        limit = archive.settings.page(query.limit)
        return json_answer(archive.read(duplicate_page, cursor=query.cursor, limit=limit))

    @blueprint.get("/duplicates/groups", tags=_DUPLICATES, responses={200: answered.GroupPage, **problems()})
    def list_groups(query: takes.PageQuery) -> Response:
        """Groups of two and more copies, in the order in which their first articles came."""
        limit = archive.settings.page(query.limit)
        return json_answer(archive.read(group_page, cursor=query.cursor, limit=limit))

    @blueprint.get("/duplicates/review", tags=_DUPLICATES, responses={200: answered.ReviewAnswer, **problems()})
    def review_duplicates(query: ReviewQuery) -> Response:
        """Pairs without a label, the closest calls first."""
        limit = archive.settings.page(query.limit)
        found = archive.read(review, min_score=query.min_score, max_score=query.max_score, limit=limit)
        return json_answer(found)


def _label_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get(_FORMER_LABELS, doc_ui=False, endpoint="list_judgements")
    @blueprint.get("/duplicates/labels", tags=_DUPLICATES, responses={200: answered.LabelPage, **problems()})
    def list_labels(query: takes.PageQuery) -> Response:
        """Pairs that a person labelled, the latest label first."""
        limit = archive.settings.page(query.limit)
        return json_answer(archive.read(label_page, cursor=query.cursor, limit=limit))

    @blueprint.put(_FORMER_LABELS, doc_ui=False, endpoint="put_judgement")
    @blueprint.put("/duplicates/labels", tags=_DUPLICATES, responses={200: answered.PairVerdict, **problems(404, 507)})
    @writes
    def put_label(body: LabelBody) -> Response:
        """Label a pair, what article a is to article b: in force at once, and whenever the two are classified again."""
        wanted = LabelRequest(body.a, body.b, body.who, body.why, body.kind)
        return json_answer(archive.read(labelled_pair, *apply_label(archive, wanted)))

    @blueprint.delete(_FORMER_LABELS, doc_ui=False, endpoint="delete_judgement")
    @blueprint.delete(
        "/duplicates/labels", tags=_DUPLICATES, responses={200: answered.PairVerdict, **problems(404, 507)}
    )
    @writes
    def delete_label(query: PairQuery) -> Response:
        """Undo the label of a pair; the answer is what the rules say."""
        return json_answer(archive.read(labelled_pair, undo_label(archive, query.a, query.b)))


def _threshold_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get("/duplicates/suggest", tags=_DUPLICATES, responses={200: answered.SuggestAnswer, **problems()})
    def suggest_thresholds() -> Response:
        """Thresholds that agree best with the labels of people, with precision and recall."""
        return json_answer(suggest(archive))

    @blueprint.get("/duplicates/backtest", tags=_DUPLICATES, responses={200: answered.BacktestAnswer, **problems()})
    def backtest_thresholds(query: BacktestQuery) -> Response:
        """What would change under other thresholds, over all that is stored; nothing is written."""
        given = {name: getattr(query, name) for name in THRESHOLD_BOUNDS}
        return json_answer(backtest(archive, given, query.examples))


def _canonical_views(blueprint: APIBlueprint, archive: Archive) -> None:
    @blueprint.get(
        "/articles/<path:id>/copies", tags=_DUPLICATES, responses={200: answered.GroupAnswer, **problems(404)}
    )
    def copies_of_article(path: takes.ArticlePath) -> Response:
        """The group of copies that an article is in, with the canonical one."""
        return json_answer(archive.read(copies_of, path.id))

    @blueprint.put(
        "/articles/<path:id>/canonical", tags=_DUPLICATES, responses={200: answered.GroupAnswer, **problems(404, 507)}
    )
    @writes
    def put_canonical(path: takes.ArticlePath, body: takes.SignedBody) -> Response:
        """Make an article the canonical one of its copies, whatever the policy says; the latest choice counts."""
        set_canonical(archive, path.id, body.who, body.why)
        return json_answer(archive.read(copies_of, path.id))

    @blueprint.delete(
        "/articles/<path:id>/canonical", tags=_DUPLICATES, responses={200: answered.GroupAnswer, **problems(404, 507)}
    )
    @writes
    def delete_canonical(path: takes.ArticlePath) -> Response:
        """Undo that choice, if there is one; the policy decides again."""
        clear_canonical(archive, path.id)
        return json_answer(archive.read(copies_of, path.id))
