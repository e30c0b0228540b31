"""What related coverage answers, as pydantic models."""

from pydantic import Field

from embeddings.compare import Relation

from ..compare.models import ChangedFigure
from ..models import Brief, Evidence, Model, Span


class MatchingPair(Model):
    """A paragraph of the query and the paragraph of the hit that matches it."""

    score: float = Field(description="Cosine, -1 to 1.")
    query: Span
    hit: Span
    figures: list[ChangedFigure] = Field(description="Figures of the query that are others in the hit.")


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
        description="With explain=true, the parts of the score, see docs/how-related-coverage-is-ranked.md."
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


class CopyAnswer(Brief):
    """A copy of the query."""

    relation: Relation = Field(description="What it is to the query: as in a hit, copy or update.")


class RelatedAnswer(Model):
    """Related coverage, best first. Fewer hits than `limit`: no more are good enough."""

    hits: list[HitAnswer]
    copies: list[CopyAnswer] = Field(description="Copies of the query itself, left out of the hits.")
    near_misses: list[NearMiss] = Field(description="With near_misses=true, the best of what was left out.")
    next: str | None = Field(description="Cursor of the next page; null on the last one.")
