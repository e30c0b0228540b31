"""What related coverage is asked, as pydantic models: one shape for HTTP, the command line and the pages.

Unknown fields are refused. Nothing is looked up here: whether an id is stored, and whether a date is one, comes later.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from embeddings.compare import Relation

from ..articles.models import ArticleBody
from ..models import Id, Model, Name, Share, When

EXAMPLES_MOST = 20
"""Positives of one query, and negatives."""
BATCH_MOST = 50
"""Queries of one batch."""
PAGED_MOST = 500
"""Hits over all pages of a query; a cursor holds what was shown, and must fit into an address."""
_FORMS = ("article_id", "url", "text", "article", "positive")

Url = Annotated[str, Field(min_length=1, max_length=4000)]
Names = Annotated[list[Name], Field(max_length=200)]


def _collapse(value: object) -> object:
    """The boolean of before: true = duplicates, false = none."""
    known = {"true": "duplicates", "false": "none"}
    return known.get(str(value).lower(), value) if isinstance(value, bool | str) else value


def _example(value: object) -> object:
    """A mere string is an article's id."""
    return {"article_id": value} if isinstance(value, str) else value


def _relation(value: object) -> object:
    """In an address "same-topic" is easier to write than "same topic"."""
    return "same topic" if value in ("same-topic", "same_topic") else value


_Relation = Annotated[Relation, BeforeValidator(_relation)]


class Example(Model):
    """One positive or negative: exactly one of a stored article's id, its URL, a text, or an unsaved article."""

    article_id: Id | None = None
    url: Url | None = None
    text: Annotated[str | None, Field(min_length=1)] = None
    article: ArticleBody | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        _exactly_one(self, _FORMS[:-1])
        return self


_Example = Annotated[Example, BeforeValidator(_example)]


_Kept = Annotated[str, Field(min_length=3, max_length=500, pattern=r"^[^=]+=.")]


class Wanted(Model):
    """Which articles may be hits, in what order, and how much is said of them."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 10
    cursor: Annotated[str | None, Field(max_length=4000, description="`next` of the page before.")] = None
    since: When = None
    until: When = None
    sources: Names | None = None
    sections: Names | None = None
    authors: Names | None = None
    languages: Names | None = None
    kept: Annotated[
        list[_Kept] | None,
        Field(
            max_length=20,
            description="NAME=VALUE: only articles with this value in a kept field.",
        ),
    ] = None
    relations: Annotated[
        list[_Relation] | None, Field(max_length=20, description="Only hits that are one of these to the query.")
    ] = None
    minimum_novelty: Share = Field(default=0.0, description="Hits that add less to the query are left out.")
    sort: Literal["score", "novelty", "date"] = Field(
        default="score",
        description="Order of the hits. `novelty` (most first) and `date` (latest first) order the best 100 by score;"
        " there are no more then.",
    )
    collapse: Annotated[
        Literal["none", "duplicates", "thread"],
        BeforeValidator(_collapse),
        Field(description="Whether copies of one text, or articles of one thread, take one place among the hits."),
    ] = "duplicates"
    recency_half_life: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)] | None = Field(
        default=None,
        description="Days: in the order, a hit counts half for each so many days between it and the query (or now).",
    )
    diversity: Share = Field(
        default=0.0, description="0 keeps the order of scores; towards 1, hits are unlike each other."
    )
    minimum_score: Share | None = Field(default=None, description="Hits with a lower score are left out.")
    same_story_minimum: Share = Field(default=0.0, description="Hits with a lower same_story are left out.")
    near_misses: bool = Field(default=False, description="Whether to list the best of what was left out, and why.")
    explain: bool = Field(default=False, description="Whether to give the parts of each score.")

    @model_validator(mode="after")
    def _one_order(self) -> Self:
        if self.diversity and self.sort != "score":
            raise ValueError("diversity goes with sort=score only")
        return self


class RelatedRequest(Wanted):
    """What to find related coverage of: exactly one of article_id, url, text, article, and positive."""

    article_id: Id | None = None
    url: Url | None = None
    text: Annotated[str | None, Field(min_length=1)] = None
    article: Annotated[ArticleBody | None, Field(description="A whole article that need not be stored.")] = None
    positive: Annotated[list[_Example], Field(min_length=1, max_length=EXAMPLES_MOST)] | None = Field(
        default=None,
        description="What hits should be like: ids, or objects with one of article_id, url, text, article.",
    )
    negative: Annotated[list[_Example], Field(max_length=EXAMPLES_MOST)] = Field(
        default_factory=list, description="As `positive`: what hits should be unlike."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.negative and self.positive is None:
            raise ValueError("negative needs positive beside it")
        _exactly_one(self, _FORMS)
        return self


def _exactly_one(model: BaseModel, names: tuple[str, ...]) -> None:
    if sum(getattr(model, name) is not None for name in names) != 1:
        raise ValueError(f"give exactly one of {', '.join(names[:-1])} and {names[-1]}")
