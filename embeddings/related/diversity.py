"""Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998): related to the query, and unlike the hits before."""

from collections.abc import Sequence

import numpy as np

from ..search.collection import Collection
from ..types import Floats, Vectors

_WINDOW = 100
"""Of what is left this many of the best are weighed for each position: what is diverse must still be good."""


def diversified(
    collection: Collection, rows: Sequence[int], worth: Floats, *, shown: Sequence[int], diversity: float, count: int
) -> list[int]:
    """Positions in `rows` of the `count` best, in the order of their choice.

    Each next one has the highest (1 - diversity) * worth - diversity * (cosine with the nearest one chosen before),
    over the mean vectors of the articles' paragraphs.

    Args:
        collection: whose rows.
        rows: best first.
        worth: (N,) 0..1, falling.
        shown: rows of earlier pages; they count as chosen.
        diversity: 0..1; 0 keeps the order.
        count: how many to choose.
    """
    left = list(range(min(len(rows), count + _WINDOW)))
    if not diversity:
        return left[:count]
    means = _mean_vectors(collection, [rows[i] for i in left])
    nearest = np.zeros(len(left))
    before = [row for row in shown if row in collection]
    if before:
        nearest = np.maximum(nearest, (means @ _mean_vectors(collection, before).T).max(axis=1))
    chosen: list[int] = []
    while left and len(chosen) < count:
        some = left[:_WINDOW]
        pick = some[int(np.argmax((1 - diversity) * worth[some] - diversity * nearest[some]))]
        left.remove(pick)
        chosen.append(pick)
        nearest = np.maximum(nearest, means @ means[pick])
    return chosen


def _mean_vectors(collection: Collection, rows: Sequence[int]) -> Vectors:
    """(N, D) unit vectors; zero where an article has no encoded paragraph."""
    out = np.zeros((len(rows), collection.index.dimension), np.float32)
    for i, row in enumerate(rows):
        if len(ids := collection.member(row).passages):
            out[i] = collection.index.vectors(ids).mean(axis=0)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12), np.float32)
