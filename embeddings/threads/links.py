"""Pair scores of the links that the neighbour graph has: what threads are compared by where no text is read again."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from ..search.collection import Collection
from ..search.neighbours import Links
from ..types import Floats
from .pairs import neighbourhoods, overlaps, pair_scores


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
    first, second, graph = links.rows, links.others, collection.neighbours
    rows, at = np.unique(np.concatenate([first, second]), return_inverse=True)
    hoods = neighbourhoods(rows, *graph.nearest_of(rows))[at]
    return pair_scores(
        links.similarities, np.abs(collection.days(first) - collection.days(second)),
        (graph.densities(first), graph.densities(second)),
        (collection.word_counts(first), collection.word_counts(second)),
        overlaps(hoods[: len(first)], hoods[len(first) :]),
    )  # fmt: skip
