"""The offline job: cluster all articles of a collection at once.

Every article is compared with its candidates under today's statistics, the nearest ones become edges, and what is
nearer than a level's cut is joined. The order in which articles came plays no part: they are taken by date and id.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import Level

from ..collection import Collection
from ..similarity import DENSITY_NEIGHBOURS, density, gap
from ..types import Floats
from .constraints import UNBOUND, Constraints, StorySets
from .linkage import nested_linkage
from .pairs import CUTS, SPAN_GAP, membership, neighbourhood, overlap, pair_scores, span_of

NEIGHBOURS = 40
"""Edges of an article. At the cut, 20 and 100 differ from it by under .01 of B-cubed F1 on three sets."""
_CANDIDATES = 60
_LEAST_SCORE = 0.05
"""Pairs that score less are as good as not compared: nothing changes on four sets, and two thirds of the edges go."""

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


@dataclass(frozen=True, slots=True)
class Clustering:
    """What the job found."""

    levels: Mapping[Level, tuple[tuple[int, ...], ...]]
    """Rows of each thread, in order of date; the threads in order of their first article. Each level's threads are
    parts of the next one's."""
    scores: Mapping[int, Mapping[Level, float]]
    """Row -> level -> membership, by the nearest other member; absent in a thread of one."""
    edges: tuple[tuple[int, int, float], ...]
    """(row, other, similarity): who is near enough to whom to count for a density, under today's statistics."""

    @property
    def clusters(self) -> tuple[tuple[int, ...], ...]:
        """The stories."""
        return self.levels[Level.STORY]


def cluster(collection: Collection, constraints: Constraints = UNBOUND, progress: Progress | None = None) -> Clustering:
    """Cluster everything. The collection's lock is taken for reading, article by article: others may come and go.

    Args:
        collection: holds the articles.
        constraints: what editors decided; no story breaks them. Rows that are not in the collection are passed over.
            Guests are alone at every level: whoever names the threads puts them into their stories.
        progress: told how many articles were compared.
    """
    with collection.lock.reading():
        rows = sorted(collection.rows(), key=lambda row: _order(collection, row))
        identical = _identical(collection, rows)
        days, words = collection.days(np.array(rows, np.int64)), collection.word_counts(rows)
    place = {row: i for i, row in enumerate(rows)}
    edges: dict[tuple[int, int], float] = {}
    nearest: list[list[tuple[int, float]]] = []
    for done, row in enumerate(rows):
        found = _nearest(collection, row)
        nearest.append(found[:DENSITY_NEIGHBOURS])
        for other, s in found:
            if other in place:
                a, b = sorted((place[row], place[other]))
                edges[a, b] = s
        if progress:
            progress(done + 1, len(rows))
    least = [some[-1][1] if some else 0.0 for some in nearest]
    compared = [(a, b, s) for (a, b), s in sorted(edges.items())]
    scored = _scored(rows, nearest, compared, days, words)
    guests = {place[row] for row in constraints.guests if row in place}
    hosts = [edge for edge in scored if edge[2] >= _LEAST_SCORE and not guests.intersection(edge[:2])]
    alike = [[item for item in group if item not in guests] for group in identical]
    sets = StorySets(len(rows), constraints, place)
    spans = [span_of(day) for day in days.tolist()]
    labels = dict(zip(CUTS, nested_linkage(spans, hosts, tuple(CUTS.values()), alike, sets), strict=True))
    return Clustering(
        {level: _grouped(rows, own) for level, own in labels.items()},
        _memberships(rows, scored, days, labels),
        tuple((rows[a], rows[b], s) for a, b, s in compared if s >= min(least[a], least[b])),
    )


def _scored(
    rows: Sequence[int], nearest: Sequence[Sequence[tuple[int, float]]], compared: Sequence[tuple[int, int, float]],
    days: Floats, words: Floats,
) -> list[tuple[int, int, float]]:  # fmt: skip
    """The pairs that were compared, by place, with their scores in place of their similarities."""
    if not compared:
        return []
    around = [neighbourhood(row, dict(some)) for row, some in zip(rows, nearest, strict=True)]
    densities = np.array([density([s for _, s in some]) for some in nearest])
    a, b = (np.array(side, np.int64) for side in zip(*((a, b) for a, b, _ in compared), strict=True))
    found = pair_scores(
        np.array([s for *_, s in compared]), np.abs(days[a] - days[b]), (densities[a], densities[b]),
        (words[a], words[b]), np.array([overlap(around[i], around[j]) for i, j, _ in compared]),
    )  # fmt: skip
    return list(zip(a.tolist(), b.tolist(), found.tolist(), strict=True))


def _grouped(rows: Sequence[int], labels: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    clusters: dict[int, list[int]] = defaultdict(list)
    for row, label in zip(rows, labels, strict=True):
        clusters[label].append(row)
    return tuple(tuple(clusters[label]) for label in sorted(clusters))


def _memberships(
    rows: Sequence[int], scored: Sequence[tuple[int, int, float]], days: Floats, labels: Mapping[Level, list[int]]
) -> dict[int, dict[Level, float]]:
    """Row -> level -> membership, by its nearest other member."""
    best: dict[tuple[int, Level], float] = {}
    for a, b, score in scored:
        near = score - SPAN_GAP * float(gap(np.abs(days[a] - days[b])))
        for level, own in labels.items():
            if own[a] == own[b]:
                for i in (a, b):
                    best[i, level] = max(near, best.get((i, level), -math.inf))
    found: dict[int, dict[Level, float]] = defaultdict(dict)
    for (i, level), near in best.items():
        found[rows[i]][level] = membership(near, CUTS[level])
    return found


def _nearest(collection: Collection, row: int) -> list[tuple[int, float]]:
    """(other, similarity) of the nearest articles; none where the article was deleted meanwhile."""
    with collection.lock.reading():
        if row not in collection:
            return []
        query = collection.query(row)
        candidates = collection.candidates(query, _CANDIDATES)
        similarities = collection.similarities(query, candidates)
    order = np.lexsort((candidates, -similarities))[:NEIGHBOURS]
    return [(int(candidates[i]), float(similarities[i])) for i in order]


def _order(collection: Collection, row: int) -> tuple[bool, float, str]:
    member = collection.member(row)
    undated = np.isnan(member.day)
    return bool(undated), 0.0 if undated else member.day, member.id


def _identical(collection: Collection, rows: list[int]) -> list[list[int]]:
    """Places of articles with one and the same text: they are together before anything else is weighed."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        groups[collection.member(row).body_hash].append(i)
    return [group for group in groups.values() if len(group) > 1]
