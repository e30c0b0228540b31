"""The view of the review queue."""

from typing import Annotated

from flask import Response
from flask_openapi import APIBlueprint
from pydantic import Field

from ...archive import Archive
from ...models import Model
from ...review import models as answered
from ...review import review_queue
from .shapes import json_answer, problems, tags


class QueueQuery(Model):
    """Which questions."""

    kind: Annotated[list[answered.Asked] | None, Field(description="Only these; all where none is given.")] = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 20
    cursor: Annotated[str | None, Field(max_length=1000, description="`next` of the page before.")] = None


def add_review_views(blueprint: APIBlueprint, archive: Archive) -> None:
    """Add the view to the blueprint `/v1`."""

    @blueprint.get("/review", tags=tags("review"), responses={200: answered.ReviewQueue, **problems()})
    def review(query: QueueQuery) -> Response:
        """What people should decide, the questions first whose answer is expected to change most."""
        kinds = query.kind or ()
        limit = archive.settings.page(query.limit)
        return json_answer(archive.read(review_queue, kinds=kinds, cursor=query.cursor, limit=limit))
