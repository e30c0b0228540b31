"""The offline job: cluster all articles of a collection at once.

Every article is compared with its candidates under today's statistics, the nearest ones become edges, and average
linkage joins what lies above the cut. The order in which articles came plays no part: they are taken by date and id.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import Level

from ..collection import Collection
from ..similarity import DENSITY_NEIGHBOURS, SAME_STORY_CUT, adjusted, density, membership
from ..types import Floats
from .constraints import UNBOUND, Constraints, StorySets
from .linkage import nested_linkage

EVENT_CUT = 0.30
"""As `SAME_STORY_CUT`, for events. Chosen by eye, to be measured."""
SAGA_CUT = 0.10
"""As `SAME_STORY_CUT`, for sagas. Chosen by eye, to be measured."""
CUTS = (EVENT_CUT, SAME_STORY_CUT, SAGA_CUT)
"""One for each level, the finest first."""

NEIGHBOURS = 40
"""Edges of an article. At the cut, 20 and 100 differ from it by under .01 of B-cubed F1 on three sets."""
_CANDIDATES = 60

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
    place = {row: i for i, row in enumerate(rows)}
    edges: dict[tuple[int, int], float] = {}
    nearest: list[list[float]] = []
    for done, row in enumerate(rows):
        found = _nearest(collection, row)
        nearest.append([s for _, s in found])
        for other, s in found:
            if other in place:
                a, b = sorted((place[row], place[other]))
                edges[a, b] = s
        if progress:
            progress(done + 1, len(rows))
    densities = np.array([density(some) for some in nearest])
    least = [sorted(some, reverse=True)[:DENSITY_NEIGHBOURS][-1] if some else 0.0 for some in nearest]
    numbered = [(a, b, s) for (a, b), s in sorted(edges.items())]
    guests = {place[row] for row in constraints.guests if row in place}
    hosts = [edge for edge in numbered if not guests.intersection(edge[:2])]
    alike = [[item for item in group if item not in guests] for group in identical]
    sets = StorySets(len(rows), constraints, place)
    labels = dict(zip(Level, nested_linkage(densities, hosts, CUTS, alike, sets), strict=True))
    return Clustering(
        {level: _grouped(rows, own) for level, own in labels.items()},
        _scores(rows, numbered, densities, labels),
        tuple((rows[a], rows[b], s) for a, b, s in numbered if s >= min(least[a], least[b])),
    )


def _grouped(rows: Sequence[int], labels: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    clusters: dict[int, list[int]] = defaultdict(list)
    for row, label in zip(rows, labels, strict=True):
        clusters[label].append(row)
    return tuple(tuple(clusters[label]) for label in sorted(clusters))


def _scores(
    rows: Sequence[int], edges: Iterable[tuple[int, int, float]], densities: Floats, labels: Mapping[Level, list[int]]
) -> dict[int, dict[Level, float]]:
    scores: dict[int, dict[Level, float]] = {}
    for a, b, s in edges:
        shared = [level for level, own in labels.items() if own[a] == own[b]]
        if shared:
            p = float(membership(adjusted(np.array(s), densities[a], densities[b])))
            for i in (a, b):
                known = scores.setdefault(rows[i], {})
                known.update({level: p for level in shared if p > known.get(level, 0.0)})
    return scores


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
