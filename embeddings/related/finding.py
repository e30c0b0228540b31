"""Related coverage: candidates by vectors and by words, scored, grouped, cut, and shown with their paragraphs.

**Nothing starves.** Filters apply before anything is searched. Where groups, a minimum or earlier pages leave fewer
hits than are wanted, it is searched again among what has not been seen (and is in no group that has a hit), twice as
deep each time, until there are enough, nothing is left, or hardly any of what came last was good enough
(`_WORTHWHILE`): what is found later is farther still. Where a filter leaves at most `EXHAUSTIVE` articles all of them
are scored.

**Pages.** A page is asked for with the rows that the pages before it showed. They and their groups are left out of the
search, so no page repeats a hit and none is lost between two, whatever is added or deleted meanwhile.

**What takes a closer look** (what the hit is to the query, what it adds) is the caller's to say, by `Options.refuse`
and `Options.sort_by`. It costs far more than a score, so of a query no more than `EXAMINED_MOST` candidates are looked
at, best first, and no more than `SORTED_MOST` hits are put in another order than that of their worth. Like any filter
it goes before groups and pages: of a group the best that is not refused is the hit.
"""

from collections.abc import Callable, Sequence
from collections.abc import Collection as Rows
from dataclasses import dataclass, field

import numpy as np

from ..search.collection import QUERY_PASSAGES, Collection, Query, spaced
from ..search.filters import Filter
from ..search.scoring import CANDIDATES
from ..types import Array, Floats, Ids, Mask
from .diversity import diversified
from .examples import CandidateScorer, Examples, ScoredCandidates

EXHAUSTIVE = 150
"""About as many as a search for candidates finds: scoring all costs no more."""
_ROUNDS = 7
"""Searches of one query at most; the last is 64 times as deep as the first."""
_WORTHWHILE = 0.1
"""Share of the last search's finds that must be good enough for another search."""
_WIDER = 4
"""Times as deep is searched at first where recency, diversity or another order may lift what is less related."""
EXAMINED_MOST = 500
"""Candidates of one query that are looked at closely. In an archive of 100,000 articles hardly a query has so many that
are good enough."""
SORTED_MOST = 100
"""Hits, over all pages, that are put in another order than that of their worth."""
PAIRS_SHOWN = 3
PAIR_LEAST = 0.5
"""Cosine from which two paragraphs are shown as matching. Of paragraphs of unrelated articles one pair in a hundred
reaches .39 (AllSides), .42 (BASIL) or .50 (ECB+)."""

GroupOf = Callable[[int], Rows[int]]
"""Row -> the rows of its group, itself among them; groups do not overlap."""

Refusals = Callable[[ScoredCandidates], Sequence[str | None]]
"""For each candidate why it may not be a hit, in a word; None where it may."""

Keys = Callable[[ScoredCandidates], Floats]
"""For each candidate, (N,): the highest come first, NaN last."""


@dataclass(frozen=True, slots=True)
class Recency:
    """A hit's worth halves with each half-life between its day and `day`; an undated one's halves once."""

    half_life: float
    """Days, more than 0."""
    day: float
    """Days since 1970-01-01, UTC: the query's, or today."""

    def weight(self, days: Floats) -> Floats:
        """(N,) 0..1."""
        ages = np.abs(days - self.day) / self.half_life
        return np.asarray(np.exp2(-np.where(np.isnan(ages), 1.0, ages)))


@dataclass(frozen=True, slots=True)
class Options:
    """What may be a hit, and in what order."""

    wanted: Filter = field(default_factory=Filter)
    minimum: float = 0.0
    """Of the score."""
    same_story_minimum: float = 0.0
    group_of: GroupOf | None = None
    """With it only the best of each group is a hit."""
    barred: frozenset[int] = frozenset()
    """Rows that are never hits nor near misses; the query's own are not either."""
    copies: frozenset[int] = frozenset()
    """Rows of copies of the query: never hits."""
    shown: tuple[int, ...] = ()
    """Rows of the hits of earlier pages."""
    recency: Recency | None = None
    diversity: float = 0.0
    """0..1, see `diversity`."""
    refuse: Refusals | None = None
    """Asked, with the lock held, about those that are good enough by all else; once about each."""
    sort_by: Keys | None = None
    """With it the best `SORTED_MOST` come in this order; not together with diversity."""
    near_misses: int = 0
    """How many of the best that were left out are wanted."""
    pairs: bool = True
    explain: bool = False


@dataclass(frozen=True, slots=True)
class MatchingPair:
    """A paragraph of the query and the paragraph of the hit that says nearly the same."""

    query: int
    """Position of the query's paragraph."""
    hit: int
    """Position of the hit's paragraph."""
    score: float
    """Cosine."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that is related to the query."""

    row: int
    score: float
    """Graded relatedness, 0..1: without what recency, negatives or diversity did to its place."""
    same_story: float
    """0..1; .5 and more where the two are likely of one story."""
    pairs: tuple[MatchingPair, ...] = ()
    positive: int = 0
    """Which positive is nearest: its paragraphs are in `pairs`."""
    nearest_score: float = 0.0
    """With that one alone."""
    nearest_story: float = 0.0
    """`same_story` with that one alone."""
    collapsed: tuple[int, ...] = ()
    """Rising rows of its group that might be hits without it."""
    explanation: dict[str, float | None] | None = None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """One article that was nearly a hit."""

    row: int
    score: float
    same_story: float
    reasons: tuple[str, ...]
    """As `filters.Rows.failing`; copy, below_score, same_topic_only, nearer_to_negative; what `Options.refuse` said."""


@dataclass(frozen=True, slots=True)
class RelatedResult:
    """The answer to one query."""

    hits: tuple[Hit, ...]
    more: bool = False
    """Whether there are hits behind the last one."""
    misses: tuple[NearMiss, ...] = ()


def find_related(
    collection: Collection, query: Query | Examples, *, limit: int = 10, options: Options | None = None
) -> RelatedResult:
    """The articles that are most related to the query, best first.

    Args:
        collection: what to search. Its lock is the caller's.
        query: an article, stored or not; or examples.
        limit: hits at most; fewer where no more are good enough.
        options: what may be a hit, and in what order.
    """
    examples = query if isinstance(query, Examples) else Examples((query,))
    search = _Search(collection, examples, options or Options(), limit)
    order = search.run()
    worth = search.worth()
    rows = [int(search.scored.rows[i]) for i in order]
    picks = diversified(
        collection, rows, worth[order], shown=search.options.shown, diversity=search.options.diversity, count=limit
    )
    hits = search.hits([order[i] for i in picks])
    return RelatedResult(hits, len(order) > limit, search.misses())


class _Search:
    """One query on its way to its hits."""

    def __init__(self, collection: Collection, examples: Examples, options: Options, limit: int) -> None:
        self.options = options
        self.scored = ScoredCandidates.none()
        self._collection = collection
        self._examples = examples
        self._enough = limit + 1
        if self.options.sort_by:
            self._enough = max(SORTED_MOST - len(self.options.shown), 0)
        self._scorer = CandidateScorer(collection, examples)
        self._examined: dict[int, str | None] = {}
        self._allowed = collection.allowed(options.wanted)
        _strike(self._allowed, examples.rows | options.barred | options.copies)
        self._taken = {row for shown in options.shown for row in self._group(shown)}

    def run(self) -> list[int]:
        """In order, the positions in `scored` of the best of each group that may be hits; some more than `limit`."""
        may = self._allowed.copy()
        _strike(may, self._taken)
        depth = max(CANDIDATES, self._enough - 1)
        if self.options.recency or self.options.diversity or self.options.sort_by:
            depth *= _WIDER
        order: list[int] = []
        for _ in range(_ROUNDS):
            last = np.count_nonzero(may) <= EXHAUSTIVE
            new = self._scorer(np.flatnonzero(may) if last else self._candidates(depth, may))
            self.scored = self.scored.and_(new)
            self._examine()
            order = self._order()
            enough = len(order) >= self._enough or len(self._examined) >= EXAMINED_MOST
            if last or enough or np.count_nonzero(self._passing(new)) <= _WORTHWHILE * len(new.rows):
                break
            _strike(may, new.rows)
            _strike(may, {row for i in order for row in self._group(int(self.scored.rows[i]))})
            depth *= 2
        return self._sorted(order[: self._enough]) if self.options.sort_by else order

    def worth(self) -> Floats:
        """What the candidates are ranked by, (N,)."""
        recency = self.options.recency
        worth = self.scored.worth
        return worth * recency.weight(self._collection.days(self.scored.rows)) if recency else worth

    def hits(self, some: list[int]) -> tuple[Hit, ...]:
        """These candidates as hits."""
        pairs: dict[int, tuple[MatchingPair, ...]] = {}
        if self.options.pairs:
            for positive in set(self.scored.nearest[some].tolist()):
                rows = [int(self.scored.rows[i]) for i in some if self.scored.nearest[i] == positive]
                pairs |= matching_paragraphs(self._collection, self._examples.positive[positive], rows)
        return tuple(self._hit(i, pairs.get(int(self.scored.rows[i]), ())) for i in some)

    def _hit(self, i: int, pairs: tuple[MatchingPair, ...]) -> Hit:
        scored, row = self.scored, int(self.scored.rows[i])
        positive = int(scored.nearest[i])
        explanation = None
        if self.options.explain:
            explanation = self._scorer.explanation(row, positive) | {"worth": round(float(self.worth()[i]), 5)}
        others = (other for other in self._group(row) if other != row and _in(self._allowed, other))
        return Hit(
            row,
            float(scored.score[i]),
            float(scored.same_story[i]),
            pairs,
            positive,
            float(scored.nearest_score[i]),
            float(scored.nearest_story[i]),
            tuple(sorted(others)),
            explanation,
        )

    def misses(self) -> tuple[NearMiss, ...]:
        """The best of what was left out, with the reasons."""
        if not self.options.near_misses:
            return ()
        copies = np.array(sorted(row for row in self.options.copies if row in self._collection), np.int64)
        found = [
            *self._missed(self.scored, ~self._good(self.scored)),
            *self._missed(self._scorer(copies), np.ones(len(copies), bool)),
        ]
        if self.options.wanted != Filter():
            outside = self._collection.allowed(Filter()) & ~self._collection.allowed(self.options.wanted)
            _strike(outside, self._examples.rows | self.options.barred | self.options.copies)
            scored = self._scorer(self._scorer.candidates(CANDIDATES, outside))
            found += self._missed(scored, self._passing(scored))
        return tuple(sorted(found, key=lambda miss: (-miss.score, miss.row))[: self.options.near_misses])

    def _missed(self, scored: ScoredCandidates, which: Mask) -> list[NearMiss]:
        some = np.flatnonzero(which)
        best = some[np.lexsort((scored.rows[some], -scored.score[some]))][: self.options.near_misses].tolist()
        return [
            NearMiss(
                int(scored.rows[i]),
                float(scored.score[i]),
                float(scored.same_story[i]),
                tuple(self._reasons(scored, i)),
            )
            for i in best
        ]

    def _reasons(self, scored: ScoredCandidates, i: int) -> list[str]:
        row = int(scored.rows[i])
        reasons = ["copy"] if row in self.options.copies else []
        reasons += self._collection.failing(row, self.options.wanted)
        if scored.score[i] < self.options.minimum:
            reasons.append("below_score")
        elif scored.same_story[i] < self.options.same_story_minimum:
            reasons.append("same_topic_only")
        if self._examples.negative and not scored.worth[i]:
            reasons.append("nearer_to_negative")
        if not reasons:
            reasons.append(self._examined.get(row) or "not_examined")
        return reasons

    def _candidates(self, depth: int, may: Mask) -> Ids:
        plain = self.options.wanted == Filter() and not (self.options.barred or self.options.copies or self._taken)
        return self._scorer.candidates(depth, may, whole=plain and not len(self.scored.rows))

    def _examine(self) -> None:
        """Look closely at the best of those that pass and were not looked at yet."""
        if self.options.refuse is None:
            return
        passing = np.flatnonzero(self._passing(self.scored))
        order = passing[np.lexsort((self.scored.rows[passing], -self.worth()[passing]))]
        new = [i for i in order.tolist() if int(self.scored.rows[i]) not in self._examined]
        some = self.scored.at(new[: EXAMINED_MOST - len(self._examined)])
        self._examined.update(zip(some.rows.tolist(), self.options.refuse(some), strict=True))

    def _good(self, scored: ScoredCandidates) -> Mask:
        """Which may be hits."""
        good = self._passing(scored)
        if self.options.refuse:
            good &= np.array([self._examined.get(row, "") is None for row in scored.rows.tolist()], bool)
        return good

    def _passing(self, scored: ScoredCandidates) -> Mask:
        """Which are good enough by their numbers."""
        good = (scored.score >= self.options.minimum) & (scored.same_story >= self.options.same_story_minimum)
        return np.asarray(good & (scored.worth > 0) if self._examples.negative else good)

    def _order(self) -> list[int]:
        rows = self.scored.rows
        order = np.lexsort((rows, -self.worth()))
        taken = set(self._taken)
        kept = []
        for i in order[self._good(self.scored)[order]].tolist():
            if int(rows[i]) not in taken:
                kept.append(i)
                taken.update(self._group(int(rows[i])))
        return kept

    def _sorted(self, order: list[int]) -> list[int]:
        assert self.options.sort_by is not None
        keys = self.options.sort_by(self.scored.at(order))
        return [order[i] for i in np.argsort(-np.where(np.isnan(keys), -np.inf, keys), kind="stable")]

    def _group(self, row: int) -> Rows[int]:
        return self.options.group_of(row) if self.options.group_of else (row,)


def matching_paragraphs(
    collection: Collection, query: Query, rows: Sequence[int]
) -> dict[int, tuple[MatchingPair, ...]]:
    """Row -> the best pairs of paragraphs, each paragraph in one pair at most, best first."""
    some = spaced(query, QUERY_PASSAGES)
    return {
        row: _best_pairs((vectors @ some.passages.T).T, some.positions)
        for row, vectors in zip(rows, collection.passages(rows), strict=True)
    }


def _best_pairs(cosines: Array, positions: Sequence[int]) -> tuple[MatchingPair, ...]:
    pairs: list[MatchingPair] = []
    while len(pairs) < PAIRS_SHOWN and cosines.size:
        a, b = divmod(int(cosines.argmax()), cosines.shape[1])
        if cosines[a, b] < PAIR_LEAST:
            break
        pairs.append(MatchingPair(positions[a], b, float(min(cosines[a, b], 1.0))))
        cosines[a, :] = cosines[:, b] = -1
    return tuple(pairs)


def _strike(mask: Mask, rows: Sequence[int] | Rows[int] | Ids) -> None:
    """Set the mask to False at these rows; those behind its end are no matter."""
    numbers = np.fromiter(rows, np.int64, len(rows))
    mask[numbers[numbers < len(mask)]] = False


def _in(mask: Mask, row: int) -> bool:
    return row < len(mask) and bool(mask[row])
