"""The views of related coverage: of one article, of whatever a body names, and of many at once."""

from typing import Any

from flask import Response
from flask_openapi import APIBlueprint
from pydantic import ValidationError

from ...archive import Archive
from ...related import RelatedRequest, related
from ...related.models import RelatedAnswer
from ..models import BatchAnswer, Problem
from . import requests as takes
from .problems import OURS, as_problem
from .shapes import json_answer, problems, tags

_RELATED = tags("related coverage")


def add_related_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the views to the blueprint `/v1`. The one over an article's id comes before `GET /articles/<path:id>`."""

    def answer(request: RelatedRequest) -> RelatedAnswer:
        limit = min(request.limit, archive.settings.related_max)
        return related(archive, request.model_copy(update={"limit": limit}))

    @blueprint.get(
        "/articles/<path:id>/related", tags=_RELATED, responses={200: RelatedAnswer, 308: None, **problems(404)}
    )
    def related_of_article(path: takes.ArticlePath, query: takes.RelatedQuery) -> Response:
        """Related coverage of a stored article."""
        return json_answer(answer(RelatedRequest(article_id=path.id, **query.model_dump())))

    @blueprint.post("/related", tags=_RELATED, responses={200: RelatedAnswer, **problems(404)})
    def related_of_body(body: RelatedRequest) -> Response:
        """Related coverage of an article id, the URL of a stored article, a text, an unsaved article, or examples."""
        return json_answer(answer(body))

    @blueprint.post("/related/batch", tags=_RELATED, responses={200: BatchAnswer, **problems()})
    def related_batch(body: takes.BatchBody) -> Response:
        """Answers to many queries, in their order; a query that cannot be answered has its problem in its place."""
        return json_answer(BatchAnswer(answers=[each(query) for query in body.queries]))

    def each(query: dict[str, Any]) -> RelatedAnswer | Problem:
        try:
            return answer(RelatedRequest.model_validate(query))
        except (ValidationError, *OURS) as error:
            return as_problem(error)
