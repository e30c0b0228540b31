"""What requests hold: query parameters and bodies, as pydantic models. Unknown fields are refused."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt, model_validator

from ..models import Model

Policy = Literal["link", "skip", "reject"]
_Name = Annotated[str, Field(max_length=500)]
_When = Annotated[
    str | None,
    Field(max_length=100, description="A date or time: 2011-11-16, 2011-11-16T09:30:00Z, November 2011, 2011."),
]


class ArticlePath(Model):
    """The address of an article."""

    id: Annotated[str, Field(min_length=1, max_length=200)]


class ThreadPath(Model):
    """The address of a thread."""

    id: Annotated[str, Field(min_length=1, max_length=200)]


class JobPath(Model):
    """The address of a job."""

    id: Annotated[str, Field(min_length=1, max_length=200)]


class IdempotencyHeader(BaseModel):
    """A key of the client's choice: a request that comes again under it is answered as the first time, once."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    idempotency_key: Annotated[str | None, Field(alias="Idempotency-Key", min_length=1, max_length=200)] = None


class IngestQuery(Model):
    """How to take an article in."""

    duplicates: Policy | None = Field(
        None, description="What happens to a copy: stored and linked, left out, or refused (409)."
    )


class ArticleBody(BaseModel):
    """An article. `docs/http-api.md` tells what each field may be."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=1, description="The body; paragraphs separated by blank lines.")]
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


class _Wanted(Model):
    """Which articles may be hits."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 10
    since: _When = None
    until: _When = None
    sources: Annotated[list[_Name], Field(max_length=200)] | None = None
    languages: Annotated[list[_Name], Field(max_length=200)] | None = None
    collapse: Literal["none", "duplicates"] = Field(
        "duplicates", description="Whether copies of one text take one place among the hits."
    )


class RelatedQuery(_Wanted):
    """Which related coverage to answer with."""


class RelatedBody(_Wanted):
    """What to find related coverage of: exactly one of an article's id, its URL, or a text."""

    article_id: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    url: Annotated[str | None, Field(min_length=1, max_length=4000)] = None
    text: Annotated[str | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.article_id, self.url, self.text)) != 1:
            raise ValueError("give exactly one of article_id, url and text")
        return self


class _Page(Model):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 50
    cursor: Annotated[str | None, Field(max_length=1000, description="`next` of the page before.")] = None


class ThreadsQuery(_Page):
    """Which threads."""

    since: _When = None
    until: _When = None
    at_least: Annotated[int, Field(ge=1, le=1_000_000, description="Articles in the thread.")] = 1
    source: _Name | None = None
    q: Annotated[str | None, Field(max_length=200, description="Words that the headline contains.")] = None


class PageQuery(_Page):
    """Which page of a list."""


class JobBody(Model):
    """A job to do."""

    kind: Literal["threads_build", "index_save"]
    parameters: dict[str, Any] = Field(default_factory=dict, max_length=20)
