"""The offline job: cluster all articles of a collection at once.

Every article is compared with its candidates under today's statistics, the nearest ones become edges, and what is
nearer than a level's cut is joined. The order in which articles came plays no part: they are taken by date and id.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus import Level

from ..collection import Collection
from ..similarity import DENSITY_NEIGHBOURS, gap
from ..types import Floats, Ids
from .checkpoint import forget
from .constraints import UNBOUND, Constraints, StorySets
from .edges import scored_edges
from .graph import NeighbourGraph, neighbour_graph
from .linkage import LEAST_SCORE, nested_linkage
from .pairs import CUTS, SPAN_GAP, membership, span_of
from .parallel import Progress, Share

_COMPARED = 0.85
_SCORED = 0.89
_LINKED = 0.98
"""How much of the work is done when all is compared, scored, linked."""


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


def cluster(
    collection: Collection,
    constraints: Constraints = UNBOUND,
    progress: Progress | None = None,
    checkpoint: Path | None = None,
) -> Clustering:
    """Cluster everything. The collection's lock is taken for reading, block by block: others may come and go.

    Args:
        collection: holds the articles.
        constraints: what editors decided; no story breaks them. Rows that are not in the collection are passed over.
            Guests are alone at every level: whoever names the threads puts them into their stories.
        progress: told by the caller's thread how far it is, as articles. An exception of it ends the job, as Ctrl-C
            does; nothing is left running.
        checkpoint: directory where comparisons are kept until the job is finished: a call that was interrupted goes on
            from there if nothing has changed since. None keeps nothing.
    """
    with collection.lock.reading():
        rows = sorted(collection.rows(), key=lambda row: _order(collection, row))
        identical = _identical(collection, rows)
        days, words = collection.days(rows), collection.word_counts(rows)
    share = Share(progress, len(rows))
    place = {row: i for i, row in enumerate(rows)}
    graph = neighbour_graph(collection, rows, share.part(0, _COMPARED), checkpoint=checkpoint)
    edges = scored_edges(graph, days, words, LEAST_SCORE, share.part(_COMPARED, _SCORED))
    guests = np.array([place[row] for row in constraints.guests if row in place], np.int64)
    hosts = ~(np.isin(edges[0], guests) | np.isin(edges[1], guests))
    alike = [left for group in identical if len(left := [item for item in group if item not in guests]) > 1]
    found = nested_linkage(
        [span_of(day) for day in days.tolist()], (edges[0][hosts], edges[1][hosts], edges[2][hosts]),
        tuple(CUTS.values()), alike, StorySets(len(rows), constraints, place) if constraints.groups else None,
        share.part(_SCORED, _LINKED),
    )  # fmt: skip
    labels = dict(zip(CUTS, found, strict=True))
    clustering = Clustering(
        {level: _grouped(rows, own) for level, own in labels.items()},
        _memberships(rows, edges, days, labels),
        _nearest(rows, graph),
    )
    share.tell(1.0)
    forget(checkpoint)
    return clustering


def _grouped(rows: Sequence[int], labels: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    clusters: dict[int, list[int]] = defaultdict(list)
    for row, label in zip(rows, labels, strict=True):
        clusters[label].append(row)
    return tuple(tuple(clusters[label]) for label in sorted(clusters))


def _memberships(
    rows: Sequence[int], edges: tuple[Ids, Ids, Floats], days: Floats, labels: Mapping[Level, list[int]]
) -> dict[int, dict[Level, float]]:
    """Row -> level -> membership, by its nearest other member."""
    first, second, scores = edges
    near = scores - SPAN_GAP * gap(np.abs(days[first] - days[second]))
    found: dict[int, dict[Level, float]] = defaultdict(dict)
    for level, own in labels.items():
        label = np.array(own, np.int64)
        inside = label[first] == label[second]
        best = np.full(len(rows), -np.inf)
        for side in (first, second):
            np.maximum.at(best, side[inside], near[inside])
        for i in np.flatnonzero(np.isfinite(best)).tolist():
            found[rows[i]][level] = membership(float(best[i]), CUTS[level])
    return found


def _nearest(rows: Sequence[int], graph: NeighbourGraph) -> tuple[tuple[int, int, float], ...]:
    """(row, other, similarity) of each pair of which one is among the nearest of the other, once."""
    counts = np.diff(graph.starts)
    near = np.arange(len(graph.neighbours)) - np.repeat(graph.starts[:-1], counts) < DENSITY_NEIGHBOURS
    owner, other = np.repeat(np.arange(len(rows)), counts)[near], graph.neighbours[near].astype(np.int64)
    keys = np.minimum(owner, other) * len(rows) + np.maximum(owner, other)
    once = np.sort(np.unique(keys, return_index=True)[1])
    numbers = np.array(rows, np.int64)
    found = numbers[owner[once]].tolist(), numbers[other[once]].tolist(), graph.rounded(near)[once].tolist()
    return tuple(zip(*found, strict=True))


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
