"""The one seam between finding and scoring: how related each candidate is to a query, as two numbers and their parts.

Searching, filters, grouping, paging and diversity know nothing of how a score is made, and this knows nothing of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..types import Floats, Ids
from .collection import Collection, Query
from .similarity import BRIDGES, Parts, adjusted, bridged, density, relatedness, same_story, similarity

CANDIDATES = 50
"""By centroids, and again by words, at first: .976 of the ten best hits of AllSides are among them, and .998 of the
articles of a query's story (`embeddings.search.centroids`)."""
MINIMUM_SCORE = 0.15
"""Hits with less are none, unless it is asked otherwise. Every article against all others, pairs of one story and pairs
of two stories with this score or more, and how many of these a query has:

                              one story    two stories    a query
    BASIL, 297 articles         .993          .0148         4.3
    ECB+, 982                   .987          .0065         6.3
    the sample archive, 62     1.000          .0175         1.0
    AllSides, 4,274 pairs      1.000          .0285

(.1: .993, .995 and 1.000, but 19, 13 and 6 a query; .2: .993, .972 and 1.000, and 2.2, 4.0 and .2.) Briefs of a few
sentences score low: of WCEP's pairs of one story half are above .11, and with `minimum_score` 0 all are found."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How related N articles are to one query; a row's numbers never depend on which other rows were asked for."""

    score: Floats
    """(N,) graded relatedness, 0..1: for ranking and cuts."""
    same_story: Floats
    """(N,) probability-like, 0..1, that an editor would put the two in one story."""
    parts: Mapping[str, Floats]
    """Name of a part -> (N,), NaN where it does not apply: what `explain` shows."""

    def explanation(self, i: int) -> dict[str, float | None]:
        """The parts of one row's score."""
        return {name: None if np.isnan(v[i]) else round(float(v[i]), 5) for name, v in self.parts.items()}


class Scorer:
    """Scores rows of a collection for one query. The caller holds the collection's lock for reading.

    Args:
        collection: whose rows.
        query: stored or not.
        nearest: rows that an unfiltered search for the query found, where the caller has them already.
    """

    def __init__(self, collection: Collection, query: Query, nearest: Ids | None = None) -> None:
        self._collection = collection
        self._query = query
        self._around: _Around | None = None
        self._nearest = nearest
        self._scored: list[tuple[Ids, Scores]] = []

    def __call__(self, rows: Ids) -> Scores:
        """Compare the query with each of these articles."""
        if not len(rows):
            return Scores(np.empty(0), np.empty(0), {})
        parts = self._collection.compare(self._query, rows)
        model = self._collection.model
        similarities = np.round(similarity(parts, model), 5)  # the same whatever the order of the sums
        densities = self._collection.neighbours.densities(rows)
        around = self._surroundings(rows, similarities)
        bridges = around.bridges(self._collection, rows, densities)
        scores = Scores(
            relatedness(similarities, densities, bridges, model),
            same_story(adjusted(similarities, around.density, densities, model), bridges, model),
            _named(parts, similarities, densities, bridges),
        )
        self._scored.append((rows, scores))
        return scores

    def explanation(self, row: int) -> dict[str, float | None]:
        """The parts of a row's score, which was asked for before."""
        rows, scores = next((rows, scores) for rows, scores in self._scored if row in rows)
        return scores.explanation(int(np.flatnonzero(rows == row)[0]))

    def _surroundings(self, rows: Ids, similarities: Floats) -> "_Around":
        """What lies around the query among all articles, whatever the filter."""
        if self._around is None:
            query, collection = self._query, self._collection
            if query.row is not None and query.row in collection:
                near = collection.neighbours.nearest(query.row)
                rows, similarities = np.fromiter(near, np.int64, len(near)), np.array(list(near.values()))
            elif rows is not self._nearest:
                rows = collection.candidates(query, CANDIDATES)
                similarities = collection.similarities(query, rows)
            self._around = _Around.of(collection, rows, similarities)
        return self._around


def scores_between(collection: Collection, query: int, hit: int) -> tuple[float, float]:
    """(score, same_story) of two stored articles, by row, as related coverage has them; its lock is the caller's."""
    found = Scorer(collection, collection.query(query))(np.array([hit], np.int64))
    return float(found.score[0]), float(found.same_story[0])


@dataclass(frozen=True, slots=True)
class _Around:
    """The neighbourhood of a query."""

    density: float
    best: Ids
    """(B,) rows of its best neighbours, over which bridges lead."""
    steps: Floats
    """(B,) adjusted similarity with each of them."""

    @staticmethod
    def of(collection: Collection, rows: Ids, similarities: Floats) -> "_Around":
        """The neighbourhood, from what is near the query."""
        own, densities = density(similarities), collection.neighbours.densities(rows)
        worth = similarities - collection.model.rank_density_share * densities
        best = np.lexsort((rows, -worth))[:BRIDGES]
        return _Around(own, rows[best], adjusted(similarities[best], own, densities[best]))

    def bridges(self, collection: Collection, rows: Ids, densities: Floats) -> Floats:
        """As `similarity.bridged`, from the query to each of these rows."""
        second = np.full((len(self.best), len(rows)), -np.inf)
        around = collection.neighbours.densities(self.best)
        for steps, row, own in zip(second, self.best.tolist(), around.tolist(), strict=True):
            links = collection.neighbours.links(row)
            known = np.array([links.get(other, -np.inf) for other in rows.tolist()])
            steps[:] = np.where(rows == row, np.inf, adjusted(known, own, densities))
        return bridged(self.steps, second)


def _named(parts: Parts, similarities: Floats, densities: Floats, bridges: Floats) -> dict[str, Floats]:
    return {
        "similarity": similarities, "words": parts.words, "names": parts.names, "forward": parts.forward,
        "backward": parts.backward, "lead": parts.lead, "days": parts.days, "density": densities, "bridge": bridges,
    }  # fmt: skip
