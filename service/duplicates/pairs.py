"""A stored pair: two articles, the verdict on them, and the facts that this was decided by. Evidence is parsed here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from corpus import Verdict
from embeddings.duplicates import Classification, Facts, Thresholds, classify

from ..archive import View


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


def with_classification(verdict: Verdict, found: Classification) -> Verdict:
    """A verdict on the same two articles, by the rules."""
    return replace(verdict, kind=found.kind, score=found.score, evidence=found.evidence)


def stored_pairs(view: View) -> Iterator[StoredPair]:
    """All pairs that were compared and kept, close calls too, by rows."""
    for later, earlier, verdict in view.tx.duplicates.compared():
        yield StoredPair(later, earlier, verdict)


def pairs_with(view: View, row: int) -> list[StoredPair]:
    """All pairs with one article, close calls too."""
    return [StoredPair(*found) for found in view.tx.duplicates.around(row)]


def find_pair(view: View, later: int, earlier: int) -> StoredPair | None:
    """Two articles, where they were compared and this was kept."""
    verdict = view.tx.duplicates.find(later, earlier)
    return StoredPair(later, earlier, verdict) if verdict else None
