"""Pair scores of the links that the neighbour graph has: what threads are compared by where no text is read again."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from ..search.collection import Collection
from ..search.neighbours import Links
from ..types import Floats, Ids
from .pairs import COHESION_LONE, TEMPLATE_GAP, Edges, Surroundings, nearest_only, pair_scores, surroundings_of


def scores_of_others(
    collection: Collection, rows: Sequence[int], own: AbstractSet[int], thread_of: Mapping[int, str]
) -> list[tuple[str, float]]:
    """`link_scores` of a thread's articles with those that are in others, and which thread that is.

    Args:
        collection: holds the articles and the graph.
        rows: those of the thread that are asked.
        own: all of the thread.
        thread_of: row -> thread.
    """
    _, links = collection.neighbours.links_of(np.array(rows, np.int64))
    links = links[np.array([other not in own and other in thread_of for other in links.others.tolist()], bool)]
    threads = [thread_of[other] for other in links.others.tolist()]
    return list(zip(threads, link_scores(collection, links).tolist(), strict=True))


def link_scores(collection: Collection, links: Links) -> Floats:
    """`pairs.pair_scores` of links of the graph, (L,)."""
    first, second = links.rows, links.others
    rows, at = np.unique(np.concatenate([first, second]), return_inverse=True)
    around = surroundings(collection, rows)
    scores = pair_scores(
        links.similarities, np.abs(collection.days(first) - collection.days(second)),
        (collection.word_counts(first), collection.word_counts(second)),
        around.of(at[: len(first)]).common(around.of(at[len(first) :])),
    )  # fmt: skip
    return scores - TEMPLATE_GAP * collection.neighbours.other_reports(first, second)


def without_copies(collection: Collection, rows: Ids, edges: Edges) -> Edges:
    """The same edges; an article and its copy say nothing of how alike the articles of a story are.

    Args:
        collection: knows the copies.
        rows: those that the edges' positions stand for.
        edges: between positions.
    """
    canonical = collection.neighbours.canonical(rows)
    copied = canonical[edges.first] == canonical[edges.second]
    return edges._replace(similarities=np.where(copied, COHESION_LONE, edges.similarities))


def reports_apart(collection: Collection, rows: Ids, edges: Edges) -> Edges:
    """The same edges, `TEMPLATE_GAP` less for different reports from one template.

    Args:
        collection: knows the templates.
        rows: those that the edges' positions stand for.
        edges: between positions.
    """
    other = collection.neighbours.other_reports(rows[edges.first], rows[edges.second])
    return edges._replace(scores=edges.scores - TEMPLATE_GAP * other) if other.any() else edges


def surroundings(collection: Collection, rows: Ids, newcomer: Floats | None = None) -> Surroundings:
    """`pairs.Surroundings` of stored articles, (N,); behind them those of a newcomer, if there is one.

    Args:
        collection: holds the articles and the graph.
        rows: theirs, (N,).
        newcomer: similarities of each with an article that is not stored yet, (N,): it is their neighbour too.
    """
    graph = collection.neighbours
    owner, links = graph.links_of(rows)
    active = graph.active(links.others)
    own, owner, others, similarities = rows, owner[active], links.others[active], links.similarities[active]
    columns = int(max(rows.max(initial=0), others.max(initial=0))) + 1
    if newcomer is not None:
        n, near = len(rows), np.flatnonzero(graph.active(rows))
        own = np.append(rows, columns)
        owner = np.concatenate([owner, np.arange(n), np.full(len(near), n)])
        others = np.concatenate([others, np.full(n, columns), rows[near]])
        similarities = np.concatenate([similarities, newcomer, newcomer[near]])
        columns += 1
    nearest = nearest_only(owner, others, similarities)
    return surroundings_of(own, owner[nearest], others[nearest], similarities[nearest], columns)
