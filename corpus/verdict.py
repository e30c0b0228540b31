"""What Clew says about an article that repeats an earlier one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How an article repeats an earlier one. From the strongest to the weakest claim."""

    EXACT = "exact"
    """The same text, white space, case and quotes aside; the headline may differ."""
    NEAR = "near"
    """Mostly the same text: wire copy with edits, an update."""
    EXCERPT = "excerpt"
    """Most of this article stands in the earlier one, which has much more."""
    CONTAINS = "contains"
    """Most of the earlier article stands in this one, which has much more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One article repeats one earlier one."""

    article: str
    """Id of the later article (later to arrive)."""
    earlier: str
    """Id of the article that was there before."""
    kind: Kind
    score: float
    """0..1: the share that the kind is about (Jaccard overlap for exact and near, containment for the others)."""
    evidence: Mapping[str, float | int | bool | str] = field(default_factory=dict)
    """The measured facts: `jaccard`, `article_covered`, `earlier_covered` (shares), `same_title`..."""
