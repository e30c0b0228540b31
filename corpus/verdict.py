"""Whether an article repeats an earlier one: what the rules say (`Verdict`) and what people say (`Label`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

Criterion = Literal["earliest", "latest", "longest", "wire", "publisher"]
"""By what one of several copies is chosen to stand for them all: its date, its length, or its source."""


class Kind(StrEnum):
    """How an article relates to an earlier one, from the strongest to the weakest claim."""

    EXACT = "exact"
    """The same text, white space, case and quotes aside; the headline may differ."""
    NEAR_COPY = "near_copy"
    """Mostly the same text: wire copy with cuts, credits, typos, paragraphs moved."""
    UPDATE = "update"
    """Mostly the same text, brought up to date: new paragraphs, or other numbers."""
    EXCERPT = "excerpt"
    """Most of this article is in the earlier one, which has much more."""
    CONTAINS = "contains"
    """Most of the earlier article is in this one, which has much more."""
    REWRITE = "rewrite"
    """The same facts in other words or another order."""
    NEW = "new"
    """No repetition. Stored for close calls, so that a person or other thresholds may decide otherwise."""

    @property
    def rank(self) -> int:
        """0 for the strongest claim, 1 for the next, and so on."""
        return list(Kind).index(self)

    @property
    def mirrored(self) -> "Kind":
        """How the earlier article relates to this one."""
        return {Kind.EXCERPT: Kind.CONTAINS, Kind.CONTAINS: Kind.EXCERPT}.get(self, self)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The classification of a pair: an article and an earlier one."""

    article: str
    """Id of the article that arrived later."""
    earlier: str
    """Id of the article that arrived before it."""
    kind: Kind
    score: float
    """Probability that it is a repetition of any kind, 0..1; 1 for exact."""
    evidence: Mapping[str, float | int | bool | str] = field(default_factory=dict)
    """The measured facts, named as in `embeddings.duplicates`."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says of a pair of articles; it overrides the rules."""

    kind: Kind
    """`Kind.NEW` for no repetition."""
    who: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CanonicalChoice:
    """An editor's choice of an article as the canonical one of its copies."""

    who: str
    why: str
    at: datetime
