"""What requests hold: query parameters and bodies, as pydantic models. Unknown fields are refused.

What related coverage is asked is in `service.related.requests`; what only one view takes is beside that view.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from corpus import DecisionKind, Level

from ...jobs import JobKind
from ...limits import Policy
from ...models import Id, Model, Name, When
from ...related.requests import BATCH_MOST, Wanted


class ArticlePath(Model):
    """The address of an article."""

    id: Id


class ThreadPath(Model):
    """The address of a thread."""

    id: Id


class MemberPath(Model):
    """The address of an article in a thread."""

    id: Id
    article: Id


class JobPath(Model):
    """The address of a job."""

    id: Id


class IdempotencyHeader(BaseModel):
    """A key of the client's choice: a request that comes again under it is answered as the first time, once."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    idempotency_key: Annotated[str | None, Field(alias="Idempotency-Key", min_length=1, max_length=200)] = None


class IngestQuery(Model):
    """How to take an article in."""

    duplicates: Policy | None = Field(
        None,
        description="What happens to a copy: stored and linked, left out, refused (409), or taken as a new version of"
        " the earlier article; without it, what the settings say of its source.",
    )


class LinesQuery(Model):
    """How to read the lines of a body."""

    as_given: bool = Field(
        False,
        description="Each line has exactly the fields of an article, and they stay as they are. Without it, fields may"
        " have other usual names, and markup in texts becomes plain text.",
    )


class BulkQuery(LinesQuery, IngestQuery):
    """How to take many articles in."""

    update: bool = Field(False, description="Whether an article takes the place of one with its id and another text.")
    update_unrelated: bool = Field(
        False, description="The same, also where the text has hardly a word in common with the stored one."
    )


class FindQuery(Model):
    """Which article."""

    of: Annotated[str, Field(min_length=1, max_length=4000, description="An id, or a URL.")]


class LevelQuery(Model):
    """Which threads."""

    level: Level = Level.STORY


class RelatedQuery(Wanted):
    """Which related coverage to answer with."""


class BatchBody(Model):
    """Queries for related coverage, each as the body of `POST /v1/related`."""

    queries: Annotated[
        list[dict[str, Any]],
        Field(min_length=1, max_length=BATCH_MOST, description="Each as the body of POST /v1/related."),
    ]


class _Page(Model):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 50
    cursor: Annotated[str | None, Field(max_length=1000, description="`next` of the page before.")] = None


class ThreadsQuery(_Page):
    """Which threads."""

    since: When = None
    until: When = None
    level: Level = Level.STORY
    at_least: Annotated[int, Field(ge=1, le=1_000_000, description="Articles in the thread.")] = 1
    source: Name | None = None
    q: Annotated[str | None, Field(max_length=200, description="Words that the name or the headline contains.")] = None


class PageQuery(_Page):
    """Which page of a list."""


class ChangesQuery(Model):
    """Which changes."""

    after: Annotated[int, Field(ge=0, lt=1 << 63, description="Only later ones: `next` of the answer before.")] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class RunsQuery(Model):
    """How many runs."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 50


class RunPath(Model):
    """The address of a run."""

    id: Id


class DecisionPath(Model):
    """The address of a decision."""

    id: Id


class SignedBody(Model):
    """Who decides, and why."""

    who: Annotated[str, Field(min_length=1, max_length=200)]
    why: Annotated[str, Field(min_length=1, max_length=2_000)]


class DecisionBody(SignedBody):
    """What is decided about threads."""

    kind: DecisionKind
    articles: list[Id] = Field(
        default_factory=list, max_length=1_000,
        description="Ids: two and more for must_link, two for cannot_link, one for pin, those of one story to move or"
        " split off.",
    )  # fmt: skip
    thread: Id | None = Field(
        None, description="Where to pin or move to, what is merged into, split, renamed or locked."
    )
    source: Id | None = Field(None, description="For merge: the thread that ends.")
    headline: Annotated[str | None, Field(min_length=1, max_length=2_000)] = None


class NoBody(Model):
    """Nothing: send {}."""


class JobParameters(Model):
    """What a thread job is about: everything, or the stories that have an article in a window."""

    since: When = None
    until: When = None


class JobBody(Model):
    """A job to do."""

    kind: JobKind
    parameters: JobParameters = Field(default_factory=JobParameters)
