"""What became of incoming articles, as pydantic models."""

from pydantic import Field

from corpus import Kind

from ..duplicates.models import AdvisoryAnswer, Duplicate, SeriesAnswer
from ..models import Model
from .outcomes import Status


class IngestAnswer(Model):
    """What became of an incoming article."""

    id: str
    status: Status
    given: str | None = Field(default=None, description="The id under which it came, if it is a version of `id`.")
    thread: str | None = Field(description="Id of its story.")
    event: str | None = None
    saga: str | None = None
    duplicates: list[Duplicate]
    series: SeriesAnswer | None = Field(default=None, description="The series that it is a report of.")
    advisories: list[AdvisoryAnswer] = Field(
        default_factory=list, description="Those about it or a copy of it; of an advisory, what it is about."
    )
    paragraphs: int
    notes: list[str]


class Repeated(Model):
    """A stored article that a refused one repeats."""

    id: str
    headline: str
    kind: str
    score: float


class Repeat(Model):
    """A verdict on an article that was taken in."""

    earlier: str = Field(description="Id of the article that it repeats.")
    kind: Kind
    score: float


class BulkLine(Model):
    """What became of one line of a bulk request."""

    line: int
    http_status: int
    id: str | None = None
    given: str | None = Field(default=None, description="The id under which it came, if it is a version of `id`.")
    status: str | None = None
    thread: str | None = None
    paragraphs: int | None = None
    duplicates: list[Repeat] = Field(default_factory=list, description="What it repeats, the strongest verdict first.")
    notes: list[str] = Field(default_factory=list)
    reason: str | None = None
    earlier: list[Repeated] | None = Field(default=None, description="Of a refused copy: what it repeats.")


class BulkAnswer(Model):
    """What became of each line, in order, and counts."""

    lines: list[BulkLine]
    counts: dict[str, int]
