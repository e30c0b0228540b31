"""What each hit of a question is to it, and what it adds: once for each candidate, from memory alone.

Filters by relation and novelty, the order by novelty, and the answer itself ask for the same description.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from corpus import Verdict
from embeddings.compare import PairDescription, Side, novelty_share
from embeddings.related import Hit, ScoredCandidates
from embeddings.types import Floats

from ..archive.view import View
from ..compare.pairs import Asked, describe_hit


class _Candidate(NamedTuple):
    row: int
    positive: int
    score: float
    same_story: float


@dataclass(frozen=True, slots=True)
class Described:
    """A candidate beside the nearest positive."""

    pair: PairDescription
    novelty: float
    """0..1, without names and numbers: they would take the texts."""


class Describer:
    """Describes candidates of one question.

    Args:
        view: has them.
        positives: each with the stored verdicts about it, by the id of the other article.
    """

    def __init__(self, view: View, positives: Sequence[tuple[Asked, Mapping[str, Verdict]]]) -> None:
        self._view = view
        self._positives = positives
        self._known: dict[int, Described] = {}

    def hits(self, hits: Iterable[Hit]) -> Mapping[int, Described]:
        """The hits of the question, by row."""
        some = [_Candidate(hit.row, hit.positive, hit.nearest_score, hit.nearest_story) for hit in hits]
        return {candidate.row: found for candidate, found in zip(some, self._all(some), strict=True)}

    def refusals(
        self, relations: Collection[str] | None, minimum: float
    ) -> Callable[[ScoredCandidates], list[str | None]]:
        """As `Options.refuse`: `relation` for those that are none of these, `novelty` for those that add less."""

        def refuse(scored: ScoredCandidates) -> list[str | None]:
            return [reason(found) for found in self._scored(scored)]

        def reason(found: Described) -> str | None:
            if relations and found.pair.relation not in relations:
                return "relation"
            return "novelty" if found.novelty < minimum else None

        return refuse

    def by_novelty(self, scored: ScoredCandidates) -> Floats:
        """As `Options.sort_by`."""
        return np.array([found.novelty for found in self._scored(scored)], np.float64)

    def _scored(self, scored: ScoredCandidates) -> list[Described]:
        columns = (scored.rows, scored.nearest, scored.nearest_score, scored.nearest_story)
        return self._all([_Candidate(*one) for one in zip(*(column.tolist() for column in columns), strict=True)])

    def _all(self, candidates: Sequence[_Candidate]) -> list[Described]:
        new = [candidate for candidate in candidates if candidate.row not in self._known]
        for candidate, side in zip(new, self._view.sides([one.row for one in new]), strict=True):
            self._known[candidate.row] = self._describe(candidate, side)
        return [self._known[candidate.row] for candidate in candidates]

    def _describe(self, candidate: _Candidate, side: Side) -> Described:
        asked, verdicts = self._positives[candidate.positive]
        pair = describe_hit(
            self._view, asked, candidate.row, score=candidate.score, same_story=candidate.same_story,
            verdict=verdicts.get(self._view.id_of(candidate.row)), side=side,
        )  # fmt: skip
        return Described(pair, novelty_share(side, asked.side))
