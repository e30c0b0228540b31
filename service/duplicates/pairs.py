"""A pair of articles: the verdict on it, the facts that this was decided by, and whether it is stored.

Evidence is parsed here, and nowhere else in this package.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from corpus import Kind, Verdict
from embeddings.duplicates import Classification, Facts, Thresholds, classify, compare

from ..archive.view import View

CLOSE_CALL = 0.2
"""Score from which a pair without a verdict is kept for the review queue, and for other thresholds."""
KEPT_COVERED = 0.3
"""Or the larger covered share: revisions of one text, over the years, share no more."""


@dataclass(frozen=True)
class StoredPair:
    """Two stored articles that were compared."""

    later: int
    """Row."""
    earlier: int
    """Row."""
    verdict: Verdict

    @property
    def rows(self) -> tuple[int, int]:
        """The later row first, as labels have it."""
        return self.later, self.earlier

    @cached_property
    def facts(self) -> Facts | None:
        """The measured facts; None where another version of the rules stored them."""
        return facts_of(self.verdict)

    def classified(self, by: Thresholds) -> Verdict | None:
        """What the rules say of its facts under these thresholds; None where these are of another version."""
        return None if self.facts is None else with_classification(self.verdict, classify(self.facts, by))


def facts_of(verdict: Verdict) -> Facts | None:
    """The facts that a verdict was decided by; None where another version of the rules stored them."""
    return Facts.of(verdict.evidence)


def verdict_of(article: str, earlier: str, facts: Facts, by: Thresholds) -> Verdict:
    """The verdict of the rules on two articles, by their ids."""
    found = classify(facts, by)
    return Verdict(article, earlier, found.kind, found.score, found.evidence)


def classify_pair(view: View, later: int, earlier: int) -> Verdict:
    """What the rules say of two stored articles by their texts, whether or not that is worth keeping."""
    texts = view.texts([later, earlier])
    facts = compare(texts[later], texts[earlier])
    return verdict_of(view.id_of(later), view.id_of(earlier), facts, view.copies.thresholds)


def is_kept(verdict: Verdict) -> bool:
    """Whether a verdict is stored."""
    if verdict.kind is not Kind.NEW or verdict.score >= CLOSE_CALL:
        return True
    facts = facts_of(verdict)
    return facts is not None and facts.most_covered >= KEPT_COVERED


def with_classification(verdict: Verdict, found: Classification) -> Verdict:
    """A verdict on the same two articles, by the rules."""
    return replace(verdict, kind=found.kind, score=found.score, evidence=found.evidence)


def stored_pairs(view: View, *, after: tuple[int, int] = (0, 0), limit: int | None = None) -> Iterator[StoredPair]:
    """The pairs that were compared and kept, close calls too, by rows: those after one, so many at most."""
    for later, earlier, verdict in view.tx.duplicates.compared(after=after, limit=limit):
        yield StoredPair(later, earlier, verdict)


def pairs_with(view: View, row: int) -> list[StoredPair]:
    """All pairs with one article, close calls too."""
    return [StoredPair(*found) for found in view.tx.duplicates.around(row)]


def find_pair(view: View, later: int, earlier: int) -> StoredPair | None:
    """Two articles, where they were compared and this was kept."""
    verdict = view.tx.duplicates.find(later, earlier)
    return StoredPair(later, earlier, verdict) if verdict else None
