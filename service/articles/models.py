"""An article as it is given, and as it is answered: pydantic models."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from ..duplicates.models import AdvisoryAnswer, Duplicate, SeriesAnswer
from ..models import Brief, Span


class Characters(BaseModel):
    """A piece of an article's text, in characters from its beginning."""

    start: int
    end: int


class OwnSpan(Span):
    """A paragraph of an article, and whether it is the article's own."""

    boilerplate: bool = Field(description="It stands in unrelated articles too, and nothing is compared by it.")
    furniture: list[Characters] = Field(
        default_factory=list,
        description="Of a paragraph that is none: the lines within it that are, a credit or a share line.",
    )


class ArticleAnswer(Brief):
    """An article whole."""

    title: str
    text: str
    author: str | None
    section: str | None
    kept: dict[str, Any] = Field(default_factory=dict, description="Further fields of its source that were asked for.")
    added_at: datetime
    updated_at: datetime
    paragraphs: list[OwnSpan]
    duplicates: list[Duplicate] = Field(description="Verdicts in which it is the later or the earlier one.")
    series: SeriesAnswer | None = Field(default=None, description="The series that it is a report of.")
    advisories: list[AdvisoryAnswer] = Field(
        default_factory=list, description="Those about it or a copy of it; of an advisory, what it is about."
    )


class ArticleBody(BaseModel):
    """An article. `docs/http-api.md` says what each field may be."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[
        str | None, Field(description="The body; paragraphs separated by blank lines. The title, where there is none.")
    ] = None
    id: Annotated[
        str | StrictInt | None, Field(description="Yours; else made from the URL, else from the content.")
    ] = None
    title: str | None = None
    published: Annotated[
        str | None, Field(description="RFC 3339, a date, or any usual English form: November 16, 2011.")
    ] = None
    source: str | None = None
    author: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    kept: Annotated[
        dict[str, Any] | None,
        Field(description="Further fields of yours, any JSON: served back, and filters."),
    ] = None
