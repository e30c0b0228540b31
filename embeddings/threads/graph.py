"""The neighbour graph of a whole collection, in bulk: the nearest articles of every article, with their similarities.

It says what comparing one article after the other says (`Collection.candidates` and `similarities`), in a sixth of the
time and less: candidates are found in blocks (`candidates`), each pair is compared once for both sides (`compare`), and
similar articles stand beside each other, so that what a block reads serves many pairs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from ..collection import QUERY_PASSAGES, Collection
from ..types import Floats, Ids, Mask
from .candidates import lists_of, promising
from .compare import blocks, similarities
from .overview import distinct, overview

NEIGHBOURS = 40
"""Edges of an article. At the cut, 20 and 100 differ from it by under .01 of B-cubed F1 on three sets."""
_SORTED_AT_ONCE = 20_000

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


@dataclass(frozen=True, slots=True)
class NeighbourGraph:
    """The nearest of N articles, which are places 0 to N - 1."""

    starts: Ids
    """(N + 1,): where each article's begin."""
    neighbours: NDArray[np.int32]
    """Places, the nearest first; of equal similarities the lower row."""
    similarities: NDArray[np.float32]
    """Of five decimals, as `Collection.similarities` gives them."""

    def rounded(self, some: slice | NDArray[np.bool_]) -> Floats:
        """Some of the similarities as the five decimals they are."""
        return np.asarray(np.round(self.similarities[some].astype(np.float64), 5), np.float64)

    def of(self, place: int) -> tuple[Ids, Floats]:
        """One article's neighbours and their similarities."""
        own = slice(self.starts[place], self.starts[place + 1])
        return self.neighbours[own].astype(np.int64), self.rounded(own)


def neighbour_graph(
    collection: Collection, rows: Sequence[int], progress: Progress | None = None, most: int = NEIGHBOURS
) -> NeighbourGraph:
    """The `most` nearest of each of these articles among them.

    The collection's lock is taken for reading, block by block: articles may come and go. What is gone has no
    neighbours and is nobody's.

    Args:
        collection: holds the articles.
        rows: in any order; the places of the graph are positions in it.
        progress: told how far it is, as articles; an exception of it ends the job.
        most: neighbours of an article.
    """
    tell = progress or _nobody
    seen = overview(collection, rows)
    lists = lists_of(seen.centroids)
    seen = seen.take(lists.order)
    one_way = seen.passages > QUERY_PASSAGES
    keys = [np.empty(0, np.int64)]
    for done, own, others in promising(seen, lists):
        keys.append(_keys(one_way, own, others))
        tell(done // 2, len(rows))
    firsts, seconds = np.divmod(distinct(np.concatenate(keys)), max(len(rows), 1))
    found = np.empty(len(firsts))
    for block in blocks(seen, firsts, seconds):
        with collection.lock.reading():
            found[block] = similarities(collection, seen, firsts[block], seconds[block])
        tell((len(rows) + int(firsts[block.stop - 1]) + 1) // 2, len(rows))
    tell(len(rows), len(rows))
    return _nearest(_matrix(one_way, lists.order, firsts, seconds, found), np.array(rows, np.int64), most)


def _nobody(done: int, total: int) -> None:
    """Progress for nobody."""


def _keys(one_way: Mask, own: Ids, others: Ids) -> Ids:
    """Pairs as numbers, the lower place first; in both directions where a side is so long that they differ."""
    n = len(one_way)
    low, high = np.minimum(own, others), np.maximum(own, others)
    both = one_way[low] | one_way[high]
    return distinct(np.concatenate([low * n + high, high[both] * n + low[both]]))


def _matrix(one_way: Mask, order: Ids, firsts: Ids, seconds: Ids, found: Floats) -> csr_array:
    """Similarities by places of the caller's, in both directions."""
    there = ~np.isnan(found)
    firsts, seconds, found = firsts[there], seconds[there], found[there].astype(np.float32)
    back = ~(one_way[firsts] | one_way[seconds])
    own = order[np.concatenate([firsts, seconds[back]])].astype(np.int32)
    other = order[np.concatenate([seconds, firsts[back]])].astype(np.int32)
    return csr_array(coo_array((np.concatenate([found, found[back]]), (own, other)), shape=(len(order), len(order))))


def _nearest(matrix: csr_array, rows: Ids, most: int) -> NeighbourGraph:
    counts, neighbours, values = [], [], []
    for start in range(0, len(rows), _SORTED_AT_ONCE):
        part = matrix[start : start + _SORTED_AT_ONCE]
        owner = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
        order = np.lexsort((rows[part.indices], -part.data, owner))
        chosen = order[np.arange(len(owner)) - part.indptr[owner] < most]
        counts.append(np.bincount(owner[chosen], minlength=part.shape[0]))
        neighbours.append(part.indices[chosen].astype(np.int32))
        values.append(part.data[chosen])
    return NeighbourGraph(
        np.concatenate([[0], np.cumsum(np.concatenate([np.empty(0, np.int64), *counts]))]),
        np.concatenate([np.empty(0, np.int32), *neighbours]),
        np.concatenate([np.empty(0, np.float32), *values]),
    )
