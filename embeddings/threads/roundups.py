"""Round-ups: articles whose paragraphs belong to several stories, told by their neighbours. They tie none together.

A briefing of five stories is a little alike to all five, so it would make one story, or one saga, of two of them. What
gives it away is not how its paragraphs differ among themselves: those of a report differ as much (mean cosine between
them .09 to .36 in round-ups, .1 to .3 in reports). It is whom they are near: **each paragraph has another nearest
article, is far nearer to it than to the others, and these articles are not near each other**. The paragraphs of a live
page on one event are near to several reports of that event about alike, and these are near each other.

So of each article the paragraphs are compared with the centroids of its eight nearest, and what is worked out is which
share of them, at most, belongs to one of these and what is near it. Where it is half or less, the article is a
round-up. An article whose neighbours are the round-ups that have it seems to be one too; so neighbours that are
round-ups of more stories than it has are left out before that is decided.

Two reports of one event in one briefing are no harm: only what is near to nothing else is a story of its own. What has
one story for more than half, and another one at its end, is an article on the first: its pairs with the second weigh
too little to tie the two.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import evenly_spaced
from ..search.similarity import DENSITY_NEIGHBOURS
from ..types import Floats, Ids, Mask, Vectors
from .graph.records import NeighbourGraph

if TYPE_CHECKING:
    from ..search.collection import Collection

ROUND_UP_GAP = 0.5
"""Off each pair that a round-up is in, as for reports from one template: only a copy of it is nearer than a cut."""
ROUND_UP_MOST = 0.5
"""Share of its paragraphs that the largest story of a round-up has, at most."""
_PARAGRAPHS_LEAST = 3
_PARAGRAPHS = 8
"""Of an article, evenly spaced."""
_NEIGHBOUR_LEAST = 0.2
"""Similarity of a neighbour; round-ups of the kinds in the tests have theirs from .33 on."""
_BELONGS = 0.5
"""Cosine from which a paragraph belongs to an article: those of round-ups have .53 to .91 with what they retell."""
_MARGIN = 0.15
"""What a paragraph may be farther from an article that it belongs to as well: .01 to .15 in a live page, .2 to .8 in
round-ups."""
_NEAR = 0.65
"""Cosine of two articles from which they are of one story here: those of one have .73 and more, unrelated ones .55."""
_BELONGING_LEAST = 0.3
"""Share of its paragraphs that belong anywhere; with fewer (and with one) it is not told."""
_AT_ONCE = 64
"""Articles: 1.6 MB of vectors."""
_UNKNOWN = 1.0
_NONE = -1


def round_ups(collection: "Collection", rows: Ids) -> Mask:
    """Which stored articles are round-ups, (N,), by the neighbour graph. The collection's lock is the caller's.

    Args:
        collection: holds the articles.
        rows: theirs, (N,).
    """
    found = _shares_of(collection, rows) <= ROUND_UP_MOST
    for i in np.flatnonzero(found).tolist():
        near, _ = collection.neighbours.nearest_of(rows[[i]])
        found[i] = _is_round_up(collection, int(rows[i]), near[0], _shares_of(collection, near[0]))
    return found


def round_ups_in(collection: "Collection", rows: Ids, graph: NeighbourGraph) -> Mask:
    """The same of all articles of a neighbour graph, (N,); takes the lock for some at a time.

    Args:
        collection: holds the articles; what is gone is no round-up.
        rows: of the places of the graph, (N,).
        graph: its `DENSITY_NEIGHBOURS` nearest of each count.
    """
    near = np.full((len(rows), DENSITY_NEIGHBOURS), _NONE)
    first = graph.rank < DENSITY_NEIGHBOURS
    close = first & (graph.similarities >= _NEIGHBOUR_LEAST)
    near[graph.owner[close], graph.rank[close]] = graph.neighbours[close]
    shares = np.full(len(rows), _UNKNOWN)
    for start in range(0, len(rows), _AT_ONCE * _AT_ONCE):
        with collection.lock.reading():
            some = np.array(
                [at for at in range(start, min(start + _AT_ONCE * _AT_ONCE, len(rows))) if rows[at] in collection]
            )
            shares[some] = _shares(collection, rows[some], _rows_at(collection, rows, near[some]))
    found = shares <= ROUND_UP_MOST
    with collection.lock.reading():
        for i in np.flatnonzero(found).tolist():
            others = _rows_at(collection, rows, near[[i]])[0]
            found[i] = rows[i] in collection and _is_round_up(
                collection, int(rows[i]), others, np.where(near[i] == _NONE, _UNKNOWN, shares[near[i]])
            )
    return found


def is_round_up(collection: "Collection", passages: Vectors, rows: Ids, similarities: Floats) -> bool:
    """Whether an article that is not stored is one. The collection's lock is the caller's.

    Args:
        collection: holds the articles.
        passages: of its paragraphs, (n, D).
        rows: what it was compared with, (N,).
        similarities: with each of these, (N,).
    """
    if len(passages) < _PARAGRAPHS_LEAST:
        return False
    order = np.lexsort((rows, -similarities))
    order = order[collection.neighbours.active(rows[order])][:DENSITY_NEIGHBOURS]
    near = rows[order[similarities[order] >= _NEIGHBOUR_LEAST]]
    own = _shares_between(_padded([passages]), collection.centroids(near)[None], np.ones((1, len(near)), bool))[0]
    if own > ROUND_UP_MOST:
        return False
    fuller = _shares_of(collection, near) >= own
    left = collection.centroids(near[fuller])[None]
    return bool(_shares_between(_padded([passages]), left, np.ones(left.shape[:2], bool))[0] <= ROUND_UP_MOST)


def _is_round_up(collection: "Collection", row: int, near: Ids, shares: Floats) -> bool:
    """Whether one that seems to be a round-up is one without those of its neighbours that are round-ups of more."""
    own = _shares(collection, np.array([row]), near[None])[0]
    return bool(_shares(collection, np.array([row]), np.where(shares >= own, near, _NONE)[None])[0] <= ROUND_UP_MOST)


def _shares_of(collection: "Collection", rows: Ids) -> Floats:
    """`_shares` of stored articles with their nearest, (N,); worked out again where these have changed."""
    graph = collection.neighbours
    found = graph.story_shares(rows)
    for start in range(0, len(missing := np.flatnonzero(np.isnan(found))), _AT_ONCE):
        some = missing[start : start + _AT_ONCE]
        near, similarities = graph.nearest_of(rows[some])
        found[some] = _shares(collection, rows[some], np.where(similarities >= _NEIGHBOUR_LEAST, near, _NONE))
        graph.keep_story_shares(rows[some], found[some])
    return found


def _shares(collection: "Collection", rows: Ids, near: Ids) -> Floats:
    """Which share of each article's paragraphs belongs to one story at most, (N,); 1 where that cannot be told.

    Args:
        collection: holds them.
        rows: the articles', (N,); -1 for none.
        near: rows of neighbours of each, (N, K), -1 where there are fewer.
    """
    found = np.full(len(rows), _UNKNOWN)
    long = [
        i
        for i, row in enumerate(rows.tolist())
        if row >= 0 and len(collection.member(row).passages) >= _PARAGRAPHS_LEAST
    ]
    canonical = collection.neighbours.canonical
    for start in range(0, len(long), _AT_ONCE):
        some = np.array(long[start : start + _AT_ONCE])
        others = near[some]
        there = others != _NONE
        there[there] = (canonical(others.ravel()).reshape(others.shape) != canonical(rows[some])[:, None])[there]
        some, others, there = (part[there.sum(axis=1) > 1] for part in (some, others, there))
        own = [collection.member(row).passages for row in rows[some].tolist()]
        ids = [some_ids[evenly_spaced(len(some_ids), _PARAGRAPHS)] for some_ids in own]
        if not ids:
            continue
        vectors = np.split(collection.index.vectors(np.concatenate(ids)), np.cumsum([len(own) for own in ids])[:-1])
        centroids = collection.centroids(np.where(there, others, rows[some][:, None]).ravel())
        found[some] = _shares_between(_padded(vectors), centroids.reshape(*there.shape, -1), there)
    return found


def _shares_between(passages: tuple[Vectors, Mask], centroids: Vectors, there: Mask) -> Floats:
    """The same of vectors, (N,).

    Args:
        passages: (N, P, D), and which of them there are, (N, P).
        centroids: of the neighbours, (N, K, D).
        there: which of them there are, (N, K).
    """
    vectors, real = passages
    if centroids.shape[1] < 2:
        return np.full(len(vectors), _UNKNOWN)
    cosines = np.where(there[:, None], vectors @ centroids.transpose(0, 2, 1), -1.0)
    near = (centroids @ centroids.transpose(0, 2, 1) >= _NEAR) & there[:, None] & there[:, :, None]
    near |= np.eye(there.shape[1], dtype=bool)
    best = cosines.max(axis=2)
    belong = (best >= _BELONGS) & real
    within = np.where(near[:, None], cosines[:, :, None], -1.0).max(axis=3) >= best[:, :, None] - _MARGIN
    counts = belong.sum(axis=1)
    shares = (within & belong[:, :, None]).sum(axis=1).max(axis=1) / np.maximum(counts, 1)
    told = (counts > 1) & (counts >= _BELONGING_LEAST * real.sum(axis=1))
    return np.where(told, shares, _UNKNOWN)


def _padded(vectors: Sequence[Vectors]) -> tuple[Vectors, Mask]:
    """Some articles' paragraphs, `_PARAGRAPHS` of each at most, (N, P, D), zeros behind the last; which there are."""
    some = [own[evenly_spaced(len(own), _PARAGRAPHS)] for own in vectors]
    lengths = np.array([len(own) for own in some])
    there = np.arange(_PARAGRAPHS) < lengths[:, None]
    found = np.zeros((*there.shape, vectors[0].shape[1]), np.float32)
    found[there] = np.concatenate(some)
    return found, there


def _rows_at(collection: "Collection", rows: Ids, places: Ids) -> Ids:
    """Rows of places, in the same shape; -1 for none, and for what is gone."""
    found = np.where(places == _NONE, _NONE, rows[places])
    for row in np.unique(found).tolist():
        if row != _NONE and row not in collection:
            found[found == row] = _NONE
    return found
