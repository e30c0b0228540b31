"""What Clew says about an article that repeats an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What an article is to an earlier one. From the strongest to the weakest claim."""

    EXACT = "exact"
    """The same text, white space, case and quotes aside; the headline may differ."""
    NEAR_COPY = "near_copy"
    """Mostly the same text: wire copy with cuts, credits, typos, paragraphs moved."""
    UPDATE = "update"
    """Mostly the same text, brought up to date: new paragraphs, or other numbers."""
    EXCERPT = "excerpt"
    """Most of this article stands in the earlier one, which has much more."""
    CONTAINS = "contains"
    """Most of the earlier article stands in this one, which has much more."""
    REWRITE = "rewrite"
    """The same facts in other words or another order."""
    NEW = "new"
    """No repetition. Stored for pairs that are a close call, so that a person or other thresholds may say otherwise."""

    @property
    def rank(self) -> int:
        """0 for the strongest claim, and so on."""
        return list(Kind).index(self)

    @property
    def mirrored(self) -> "Kind":
        """What the earlier article is to this one."""
        return {Kind.EXCERPT: Kind.CONTAINS, Kind.CONTAINS: Kind.EXCERPT}.get(self, self)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One article repeats one earlier one."""

    article: str
    """Id of the later article (later to arrive)."""
    earlier: str
    """Id of the article that was there before."""
    kind: Kind
    score: float
    """How likely it is a repetition of whatever kind, 0..1; 1 for exact."""
    evidence: Mapping[str, float | int | bool | str] = field(default_factory=dict)
    """The measured facts, as `embeddings.Facts` names them."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of two articles, against whatever the rules say."""

    kind: Kind
    """`NEW` for no repetition."""
    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CanonicalChoice:
    """That an editor chose an article to stand for its copies."""

    who: str
    why: str
    at: datetime
