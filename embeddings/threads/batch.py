"""The offline job: cluster all articles of a collection at once.

Every article is compared with its candidates under today's statistics, the nearest ones become edges, and what is
nearer than a level's cut is joined. The order in which articles came plays no part: they are taken by date and id.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from corpus import Level

from ..parallel import NO_PROGRESS, Progress, Share
from ..search.collection import Collection
from ..search.neighbours import NO_LINKS, Links
from ..search.similarity import DENSITY_NEIGHBOURS
from ..types import Floats, Mask
from .constraints import UNBOUND, Constraints, StorySets
from .graph.build import neighbour_graph
from .graph.checkpoint import forget
from .graph.edges import scored_edges
from .graph.records import NeighbourGraph
from .linkage.memberships import memberships
from .linkage.nested import nested_linkage
from .links import kept_apart, without_copies
from .pairs import COMPANY_LEAST, CUTS, LEAST_SCORE, Edges, span_of
from .roundups import round_ups_in

_COMPARED = 0.85
_SCORED = 0.89
_LINKED = 0.98
"""How much of the work is done when all is compared, scored, linked."""


@dataclass(frozen=True, slots=True)
class Clustering:
    """What the job found."""

    levels: Mapping[Level, tuple[tuple[int, ...], ...]]
    """Rows of each thread, in order of date, copies behind what they copy; the threads in order of their first article.
    Each level's threads are parts of the next one's."""
    scores: Mapping[int, Mapping[Level, float]]
    """Row -> level -> membership, 0..1, by the nearest other members; absent in a thread of one."""
    links: Links = NO_LINKS
    """Pairs that are near enough to count for a density or in a linkage, under today's statistics. One of the two is an
    item of the clustering, both were `compared`."""
    items: frozenset[int] = frozenset()
    """Rows that were linked, all but suppressed copies."""
    compared: frozenset[int] = frozenset()
    """Rows that were compared: the items, and around a part its neighbours."""

    @property
    def clusters(self) -> tuple[tuple[int, ...], ...]:
        """The stories."""
        return self.levels[Level.STORY]


def cluster(
    collection: Collection, constraints: Constraints = UNBOUND, progress: Progress | None = None,
    rows: Iterable[int] | None = None, checkpoint: Path | None = None,
) -> Clustering:  # fmt: skip
    """Cluster everything, or a part. The collection's lock is taken block by block: others may come and go.

    Args:
        collection: holds the articles.
        constraints: what editors decided; no story breaks them. Rows that are not in the collection are passed over.
            Guests are alone at every level: the caller, who names the threads, puts them into their stories.
        progress: called in the caller's thread with how far it is, in articles. An exception of it ends the job, as
            Ctrl-C does; nothing is left running.
        rows: of the articles to be clustered; None for all.
        checkpoint: directory where comparisons are kept until the job is finished: a call that was interrupted goes on
            from there if nothing has changed since. None keeps nothing.
    """
    with collection.lock.reading():
        wanted = collection.rows() if rows is None else [row for row in rows if row in collection]
        items = items_of(collection, wanted, constraints)
        compared = items.rows if rows is None else [*items.rows, *_beside(collection, items)]
        days, words = collection.days(compared), collection.word_counts(compared)
    share = Share(progress, len(compared))
    graph = neighbour_graph(collection, compared, share.part(0, _COMPARED), checkpoint=checkpoint)
    edges, reached = scored_edges(graph, days, words, LEAST_SCORE, share.part(_COMPARED, _SCORED))
    edges = edges.where(edges.second < len(items.rows))  # the lower position comes first
    rows_of = np.array(items.rows, np.int64)
    is_round_up = round_ups_in(collection, np.array(compared, np.int64), graph)[: len(rows_of)]
    edges = without_copies(collection, rows_of, kept_apart(collection, rows_of, edges, is_round_up))
    found = linked(items, edges, constraints, share.part(_SCORED, _LINKED))
    del edges
    links = _links(compared, graph, reached, len(items.rows))
    share.report(1.0)
    forget(checkpoint)
    return replace(found, links=links, items=frozenset(items.rows), compared=frozenset(compared))


def _beside(collection: Collection, items: "Items") -> list[int]:
    """What is compared with the items, without being one: the neighbours of a part."""
    near = {other for row in items.rows for other in collection.neighbours.links(row)}
    return sorted(near.difference(items.rows) - collection.neighbours.suppressed)


@dataclass(frozen=True, slots=True)
class Items:
    """N articles that are to be linked."""

    rows: Sequence[int]
    """In order of date and id, undated ones last: the order in which articles came plays no part."""
    days: Floats
    """(N,); NaN where undated."""
    identical: Sequence[Sequence[int]]
    """Positions in `rows` of articles with one and the same text: they are together before anything else is weighed."""
    copies: Mapping[int, Sequence[int]]
    """Row -> rows of its suppressed copies, which are none of the N: they weigh nothing, and go where it goes."""


def items_of(collection: Collection, rows: Iterable[int], constraints: Constraints) -> Items:
    """Some articles, to be linked; their suppressed copies, but for those that constraints bind, follow them.

    The collection's lock is the caller's.
    """
    ordered = sorted(rows, key=collection.by_date)
    among, bound = set(ordered), constraints.of_row
    copies: dict[int, list[int]] = defaultdict(list)
    for row in ordered:
        canonical = collection.neighbours.copies.get(row)
        if row in collection.neighbours.suppressed and canonical in among and row not in bound:
            copies[canonical].append(row)
    follow = {row for some in copies.values() for row in some}
    own = [row for row in ordered if row not in follow]
    return Items(own, collection.days(own), _identical(collection, own), copies)


def linked(
    items: Items, edges: Edges, constraints: Constraints, share: Share = NO_PROGRESS,
    inertia: Floats | float = 0.0,
) -> Clustering:  # fmt: skip
    """Cluster articles by the pair scores between them.

    Args:
        items: the articles.
        edges: the compared pairs of positions.
        constraints: as for `cluster`.
        share: reports how far it is.
        inertia: (E,), what is added to the scores for the linkage, and for nothing else.
    """
    rows = items.rows
    position = {row: i for i, row in enumerate(rows)}
    guests = np.array([position[row] for row in constraints.guests if row in position], np.int64)
    hosts = ~(np.isin(edges.first, guests) | np.isin(edges.second, guests))
    alike = [left for group in items.identical if len(left := [item for item in group if item not in guests]) > 1]
    found = nested_linkage(
        [span_of(day) for day in items.days.tolist()], edges._replace(scores=edges.scores + inertia).where(hosts),
        tuple(CUTS.values()), alike, StorySets(len(rows), constraints, position) if constraints.groups else None, share,
    )  # fmt: skip
    labels = dict(zip(CUTS, found, strict=True))
    scores = {rows[at]: own for at, own in memberships(edges, items.days, labels).items()}
    for original, some in items.copies.items():
        scores |= {row: dict.fromkeys(CUTS, 1.0) for row in some}
        scores[original] = dict.fromkeys(CUTS, 1.0) | scores.get(original, {})
    return Clustering({level: _grouped(items, own) for level, own in labels.items()}, scores)


def _grouped(items: Items, labels: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    clusters: dict[int, list[int]] = defaultdict(list)
    for row, label in zip(items.rows, labels, strict=True):
        clusters[label] += [row, *items.copies.get(row, ())]
    return tuple(tuple(clusters[label]) for label in sorted(clusters))


def _links(rows: Sequence[int], graph: NeighbourGraph, reached: Mask, items: int) -> Links:
    """Each pair of which one, an item, is linked with the other, once.

    Articles are linked with their nearest, which densities come from, with those that neighbourhoods are made of, and
    with those that count in the linkage: so `local`, which links again around an article, has what the job had.
    """
    near = (graph.rank < DENSITY_NEIGHBOURS) | reached | (graph.rounded(slice(None)) > COMPANY_LEAST)
    near[graph.starts[items] :] = False
    owner, other = graph.owner[near], graph.neighbours[near].astype(np.int64)
    keys = np.minimum(owner, other) * len(rows) + np.maximum(owner, other)
    once = np.sort(np.unique(keys, return_index=True)[1])
    numbers = np.array(rows, np.int64)
    return Links(numbers[owner[once]], numbers[other[once]], graph.rounded(near)[once])


def _identical(collection: Collection, rows: Sequence[int]) -> list[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        groups[collection.member(row).body_hash].append(i)
    return [group for group in groups.values() if len(group) > 1]
