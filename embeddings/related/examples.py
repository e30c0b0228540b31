"""Queries by example: how related a candidate is to several articles at once, and not to others.

**Definition.** With p the scores of a candidate with the positives and n with the negatives:

* `score` is the mean of p: what is asked for is like all of them. It keeps its meaning (a graded relatedness), and
  `minimum` cuts it as it cuts the score of a single query. The same for `same_story`.
* A candidate whose nearest negative is as near as its nearest positive (max n >= max p) is left out.
* The others are ranked by mean p * (1 - max n / max p): untouched far from all negatives, and falling to nothing at
  that border, so that no step in the ranking depends on the last digit of a score.

Nearest against nearest is Qdrant's "best score" recommend strategy: negatives count only where they are near, and one
that lies in another corner changes nothing. A mean of the negatives (Rocchio 1971, Qdrant's "average vector") would let
a dozen far ones outweigh the one that was meant, and a difference of vectors has no meaning for the words and names
that a score is made of too.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from corpus import Terms

from ..search.collection import Collection, Query, spaced
from ..search.scoring import CANDIDATES, Scorer
from ..types import Floats, Ids, Mask

_SEARCHED_MOST = 12
"""Paragraphs that candidates for several positives are searched by, of all of them together."""
_SEARCHED_LEAST = 2
"""Paragraphs that candidates are searched by, of each of many positives."""
_DEEPER_MOST = 4
"""Times as deep is searched for several positives. They are searched for together: what is near many comes first."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What is looked for: articles it is like, and articles it is not like."""

    positive: tuple[Query, ...]
    """One at least; a plain query is one positive."""
    negative: tuple[Query, ...] = ()

    @property
    def rows(self) -> frozenset[int]:
        """Those that are stored."""
        return frozenset(query.row for query in (*self.positive, *self.negative) if query.row is not None)


@dataclass(frozen=True, slots=True)
class ScoredCandidates:
    """N candidates with what was found of each; all (N,)."""

    rows: Ids
    score: Floats
    same_story: Floats
    worth: Floats
    """What they are ranked by: the score, less what negatives take off; 0 for those to leave out."""
    nearest: Ids
    """Which positive is nearest: 0, 1, 2..."""
    nearest_score: Floats
    """With that one alone."""
    nearest_story: Floats
    """`same_story` with that one alone."""

    @staticmethod
    def none() -> "ScoredCandidates":
        """No candidates."""
        none, whole = np.empty(0), np.empty(0, np.int64)
        return ScoredCandidates(whole, none, none, none, whole, none, none)

    def and_(self, other: "ScoredCandidates") -> "ScoredCandidates":
        """Both in one."""
        return ScoredCandidates(
            *(np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self))
        )

    def at(self, which: Sequence[int]) -> "ScoredCandidates":
        """Some of them, in this order."""
        some = np.array(which, np.int64)
        return ScoredCandidates(*(getattr(self, f.name)[some] for f in fields(self)))


class CandidateScorer:
    """Finds and scores candidates for examples. The caller holds the collection's lock for reading."""

    def __init__(self, collection: Collection, examples: Examples) -> None:
        self._collection = collection
        self._examples = examples
        self._positive = [Scorer(collection, query) for query in examples.positive]
        self._negative = [Scorer(collection, query) for query in examples.negative]

    def candidates(self, depth: int, may: Mask, *, whole: bool = False) -> Ids:
        """Rows that may be near the positives; `whole`: the mask holds all but the query itself."""
        positive = self._examples.positive
        if len(positive) > 1:
            depth *= min(len(positive), _DEEPER_MOST)
            merged = _merged(self._collection, positive)
            return self._collection.candidates(merged, depth, may)
        found = self._collection.candidates(positive[0], depth, may)
        if whole and depth == CANDIDATES:
            self._positive = [Scorer(self._collection, positive[0], found)]
        return found

    def __call__(self, rows: Ids) -> ScoredCandidates:
        """Score these articles."""
        if not len(rows):
            return ScoredCandidates.none()
        scores = [scorer(rows) for scorer in self._positive]
        each = np.stack([s.score for s in scores])
        score, best = each.mean(axis=0), each.max(axis=0)
        worth = score
        if self._negative:
            worst = np.stack([scorer(rows).score for scorer in self._negative]).max(axis=0)
            worth = score * (1 - worst / np.maximum(best, 1e-12)).clip(min=0.0)
        stories, nearest = np.stack([s.same_story for s in scores]), each.argmax(axis=0)
        own = stories[nearest, np.arange(len(rows))]
        return ScoredCandidates(rows, score, stories.mean(axis=0), worth, nearest, best, own)

    def explanation(self, row: int, positive: int) -> dict[str, float | None]:
        """The parts of a row's score with one positive."""
        return self._positive[positive].explanation(row)


def _merged(collection: Collection, queries: Sequence[Query]) -> Query:
    """One query to search by: some paragraphs of each, and all their terms."""
    passages = max(_SEARCHED_LEAST, _SEARCHED_MOST // len(queries))
    parts = [some.passages for some in (spaced(query, passages) for query in queries) if len(some.passages)]
    words, names = Counter[str](), Counter[str]()
    for query in queries:
        terms = collection.terms(query)
        words.update(terms.words)
        names.update(terms.names)
    stacked = np.concatenate(parts) if parts else queries[0].passages
    return Query(Terms(dict(words), dict(names)), stacked, tuple(range(len(stacked))), None, None, float("nan"))
