"""One vector for each article, to find candidates by: all articles are scanned in a millisecond or two.

Scanning paragraphs instead costs 25 times as much (100,000 of them: 150 MB of memory traffic for every search) and
finds less: of the ten best hits of AllSides .976 are among the 50 nearest centroids, 50 by words and 25 by names, and
.892 with the 50 nearest by paragraphs; their order is made by paragraphs either way. A centroid is the mean of an
article's paragraphs, which Rocchio (1971) compared documents by, and a share of its lead and its title. 1.5 kB each.
"""

import numpy as np

from .types import Floats, Ids, Vectors

LEAD_SHARE = 0.3
"""Of the lead, and again of the title, beside the mean of the paragraphs; .6 finds as much, none .011 less."""


class Centroids:
    """Centroids by row number. Not safe to change while it is searched; its owner holds the lock."""

    def __init__(self, dimension: int) -> None:
        self._vectors = np.zeros((1024, dimension), np.float32)

    def put(self, row: int, centroid: Vectors) -> None:
        """Keep the centroid of a row."""
        while row >= len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
        self._vectors[row] = centroid

    def of(self, rows: Ids) -> Vectors:
        """Those of these rows, (N, D), copied."""
        return np.asarray(self._vectors[rows])

    def cosines(self, centroid: Vectors, rows: Ids) -> Floats:
        """Cosine with each of these rows, (N,); 0 for one without a centroid."""
        last = int(rows[-1]) + 1 if len(rows) else 0
        some = self._vectors[:last] if 2 * len(rows) > last else self._vectors[rows]
        found = some @ centroid
        return np.asarray(found[rows] if len(some) == last else found, np.float64)


def centroid(passages: Vectors, lead: Vectors | None, title: Vectors | None, dimension: int) -> Vectors:
    """The centroid of an article, (D,) float32 of unit length; zeros where it has no vector at all.

    Args:
        passages: (n, D) unit vectors of its paragraphs.
        lead: (D,), one of them.
        title: (D,)
        dimension: D.
    """
    mean = passages.mean(axis=0) if len(passages) else np.zeros(dimension, np.float32)
    length = np.linalg.norm(mean)
    whole = mean / length if length else mean
    for extra in (lead, title):
        if extra is not None:
            whole = whole + LEAD_SHARE * extra
    length = np.linalg.norm(whole)
    return np.asarray(whole / length if length else whole, np.float32)
