"""Pair scores of the links that the neighbour graph has: what threads are compared by where no text is read again."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from ..search.collection import Collection
from ..search.neighbours import Links
from ..types import Floats, Ids, Mask
from .pairs import (
    COHESION_LONE,
    LEAST_SCORE,
    TEMPLATE_GAP,
    Edges,
    Surroundings,
    nearest_only,
    pair_scores,
    surroundings_of,
)
from .roundups import ROUND_UP_GAP, round_ups

ANOTHER_DAY_GAP = 0.5
"""Off two reports of one series that one outlet has on different days, beside `TEMPLATE_GAP`: crosswords that differ by
a number have a similarity of .93 and all their neighbours in common, which is .32 after that gap alone. What is taken
for a series and is none is mostly one day's: agency copy with other figures."""
_ANOTHER_DAY = 0.5
"""Days from which a report is of another day."""


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
    return scores - sum(gaps(collection, first, second, scores))


def gaps(collection: Collection, first: Ids, second: Ids, scores: Floats) -> tuple[Floats, Floats]:
    """What pairs of articles lose as reports of one series, and as pairs with a round-up, (P,) each, 0 or more.

    Args:
        collection: holds the articles and the graph.
        first: rows, (P,).
        second: rows, (P,).
        scores: `pair_scores` of each; those that count for nothing lose nothing as round-ups.
    """
    found = np.zeros(len(scores), bool)
    counted = np.flatnonzero(scores >= LEAST_SCORE)
    rows, at = np.unique(np.concatenate([first[counted], second[counted]]), return_inverse=True)
    either = round_ups(collection, rows)[at].reshape(2, -1).any(axis=0)
    found[counted[either]] = True
    tied = _no_copies(collection, first, second, found)
    return _report_gaps(collection, first, second), np.where(tied, ROUND_UP_GAP, 0.0)


def _report_gaps(collection: Collection, first: Ids, second: Ids) -> Floats:
    """What different reports of one series lose: more where one outlet has them on different days."""
    other = collection.neighbours.other_reports(first, second)
    found = np.where(other, TEMPLATE_GAP, 0.0)
    for i in np.flatnonzero(other).tolist():
        one, next_one = collection.member(int(first[i])), collection.member(int(second[i]))
        if one.source is not None and one.source == next_one.source and abs(one.day - next_one.day) >= _ANOTHER_DAY:
            found[i] += ANOTHER_DAY_GAP
    return found


def _no_copies(collection: Collection, first: Ids, second: Ids, some: Mask) -> Mask:
    """Some pairs of rows without an article and its copy."""
    found = some.copy()
    found[some] = collection.neighbours.canonical(first[some]) != collection.neighbours.canonical(second[some])
    return found


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


def kept_apart(collection: Collection, rows: Ids, edges: Edges, is_round_up: Mask) -> Edges:
    """The same edges, less what `gaps` says of their pairs.

    Args:
        collection: knows templates and copies.
        rows: those that the edges' positions stand for, (N,).
        edges: between positions.
        is_round_up: of each position, (N,).
    """
    first, second = rows[edges.first], rows[edges.second]
    tied = _no_copies(collection, first, second, is_round_up[edges.first] | is_round_up[edges.second])
    lost = _report_gaps(collection, first, second) + ROUND_UP_GAP * tied
    return edges._replace(scores=edges.scores - lost) if lost.any() else edges


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
