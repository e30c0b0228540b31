"""What the service answers and takes, as pydantic models: one shape for HTTP, for `--json` and for the pages.

Times are RFC 3339 in UTC; `published_precision` says how much of `published` its source stated.
"""

import functools
from datetime import datetime
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from corpus import Kind

Precision = Literal["instant", "day", "month", "year"]
Relation = Literal[
    "copy", "update", "rewrite", "excerpt", "contains", "parallel", "follow-up", "background", "same topic"
]
DuplicateKind = Literal["exact", "near_copy", "update", "excerpt", "contains", "rewrite"]
Evidence = dict[str, float | int | bool | str]


class Model(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        """As pydantic's; the plain one is kept, since flask-openapi asks for it at every request (9 ms)."""
        return super().model_json_schema(*arguments, **options) if arguments or options else _schema(cls)


@functools.cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return BaseModel.model_json_schema.__func__(model)  # type: ignore[attr-defined, no-any-return]


def kind_name(kind: Kind) -> DuplicateKind:
    """How answers call a kind of verdict."""
    return cast(DuplicateKind, kind.value)


class Brief(Model):
    """An article in a list."""

    id: str
    headline: str = Field(description="The title, or the beginning of the text where there is none.")
    published: datetime | None
    published_precision: Precision | None
    source: str | None
    language: str | None
    url: str | None
    thread: str | None = Field(description="The thread that it is in.")


class Span(Model):
    """A paragraph: where it stands in its article's text (character offsets), and its words."""

    position: int
    start: int
    end: int
    text: str


class JudgedAnswer(Model):
    """What a person says of two articles; it stands above the rules."""

    kind: Literal[DuplicateKind, "new"] = Field(description="What the later article is to the earlier; new: nothing.")
    who: str
    why: str
    at: datetime


class Duplicate(Model):
    """One article repeats another that was there before."""

    article: Brief
    earlier: Brief
    kind: DuplicateKind
    score: float = Field(
        description="How likely it is a repetition of whatever kind, 0 to 1, by the rules; 1 where a person says so."
    )
    evidence: Evidence = Field(description="The facts behind it, as docs/how-duplicates-are-decided.md names them.")
    judged: JudgedAnswer | None = Field(
        default=None, description="What a person says of the two, where one said anything."
    )


class ArticleAnswer(Brief):
    """An article whole."""

    title: str
    text: str
    author: str | None
    section: str | None
    added_at: datetime
    updated_at: datetime
    paragraphs: list[Span]
    duplicates: list[Duplicate] = Field(description="Verdicts in which it is the later or the earlier one.")


class MatchingPair(Model):
    """A paragraph of the query and the paragraph of the hit that matches it."""

    score: float = Field(description="Cosine, -1 to 1.")
    query: Span
    hit: Span


class Covered(Model):
    """How much of two articles stands in the other one too: shares of the characters that count, 0 to 1."""

    query: float = Field(description="Of the query, in paragraphs with a counterpart in the hit.")
    hit: float = Field(description="Of the hit, in paragraphs with a counterpart in the query.")


class HitAnswer(Model):
    """A related article."""

    article: Brief
    score: float = Field(
        description="How related it is, 0 to 1; what recency, diversity and negatives do to its place is not in it."
    )
    same_story: float = Field(description="0 to 1: how likely an editor would put the two in one story.")
    relation: Relation | None = Field(
        description="What it is to the query (to the nearest of `positive`); null where too little speaks for anything."
    )
    evidence: Evidence = Field(description="The facts behind the relation.")
    covered: Covered
    novelty: float = Field(
        description="What it adds to the query (to the nearest of `positive`), by its vectors: 0 (nothing new) to 1."
    )
    pairs: list[MatchingPair]
    positive: int = Field(description="Which of `positive` is nearest (0, 1...): the pairs are with that one.")
    copies: list[str] = Field(description="Ids of copies of this hit that it stands for.")
    others: int = Field(description="With collapse=thread: how many other articles of its thread it stands for.")
    explanation: dict[str, float | None] | None = Field(
        description="With explain=true, the parts of the score, as docs/how-related-coverage-is-ranked.md tells them."
    )


class NearMiss(Model):
    """An article that was nearly a hit, and why it is none."""

    article: Brief
    score: float
    same_story: float
    reasons: list[str] = Field(
        description="copy, undated, too_old, too_new, source, section, author, language, below_score, same_topic_only,"
        " nearer_to_negative, relation, novelty, not_examined"
    )


class RelatedAnswer(Model):
    """Related coverage, best first. Fewer hits than `limit`: no more are good enough."""

    hits: list[HitAnswer]
    copies: list[Brief] = Field(description="Copies of the query itself, left out of the hits.")
    near_misses: list[NearMiss] = Field(description="With near_misses=true, the best of what was left out.")
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class ThreadAnswer(Model):
    """A thread."""

    id: str
    level: Literal["event", "story", "saga"]
    parent: str | None = Field(description="Id of the thread one level up that it is a part of; null for a saga.")
    headline: str
    terms: list[str]
    representative: str = Field(description="Id of the article that is nearest to the others.")
    first_seen: datetime | None
    first_seen_precision: Precision | None
    last_seen: datetime | None
    last_seen_precision: Precision | None
    articles: int
    sources: list[str]


class ThreadPage(Model):
    """Threads, the latest first."""

    threads: list[ThreadAnswer]
    total: int
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class Member(Brief):
    """An article in a thread."""

    score: float | None = Field(description="Same-story probability with which it was put there.")
    novelty: float | None = Field(
        description="What it adds to the articles of the thread before it: 0 (all known) to 1 (all new). Of the 200"
        " before it the 24 nearest count. null where it is just being changed."
    )


class MemberPage(Model):
    """Articles of a thread in order of time, undated ones first."""

    articles: list[Member]
    next: str | None


class DuplicatesPage(Model):
    """Verdicts, in the order in which the later articles came."""

    duplicates: list[Duplicate]
    next: str | None


class IngestAnswer(Model):
    """What became of an incoming article."""

    id: str
    status: Literal["stored", "updated", "unchanged", "skipped"]
    given: str | None = Field(default=None, description="The id under which it came, if it is a version of `id`.")
    thread: str | None = Field(description="Id of its story.")
    event: str | None = None
    saga: str | None = None
    duplicates: list[Duplicate]
    paragraphs: int
    notes: list[str]


class Repeated(Model):
    """A stored article that a refused one repeats."""

    id: str
    headline: str
    kind: str
    score: float


class BulkLine(Model):
    """What became of one line of a bulk request."""

    line: int
    http_status: int
    id: str | None = None
    given: str | None = Field(default=None, description="The id under which it came, if it is a version of `id`.")
    status: str | None = None
    thread: str | None = None
    reason: str | None = None
    earlier: list[Repeated] | None = Field(default=None, description="Of a refused copy: what it repeats.")


class BulkAnswer(Model):
    """What became of each line, in order, and counts."""

    lines: list[BulkLine]
    counts: dict[str, int]


class JobAnswer(Model):
    """A job."""

    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed"]
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
