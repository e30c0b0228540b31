"""Problems, jobs, health, batches: what only HTTP answers, as pydantic models."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from corpus.records import JobState

from ..ingest.models import Repeated
from ..models import Model
from ..related.models import RelatedAnswer


class JobAnswer(Model):
    """A job."""

    id: str
    kind: str
    state: JobState
    attempt: int
    done: int
    total: int | None
    result: dict[str, Any] | None
    error: str | None
    created_at: datetime
    updated_at: datetime


class Health(Model):
    """How the service is."""

    status: Literal["ok", "degraded"]
    reason: str | None = None
    articles: int | None = None
    encoder: str | None = None
    added_since_build: int | None = Field(
        default=None, description="Articles that came since the threads were built last; all, where they never were."
    )
    instance: str | None = Field(default=None, description="Another one each time the server starts.")


class Problem(BaseModel):
    """RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[dict[str, Any]] | None = Field(None, description="Which fields are wrong, and how.")
    heirs: list[str] | None = Field(None, description="Of a thread that is gone: the threads with its articles.")
    decisions: list[str] | None = Field(None, description="Ids of the decisions that this contradicts.")
    earlier: list[Repeated] | None = Field(
        None, description="Of a refused copy: the articles that it repeats, the strongest verdict first."
    )


class BatchAnswer(Model):
    """Answers in the order of the queries; a query that cannot be answered has its problem in its place."""

    answers: list[RelatedAnswer | Problem]
