"""The neighbour graph of a whole collection, in bulk: the nearest articles of every article, with their similarities.

It says what comparing one article after the other says (`Collection.candidates` and `similarities`), in a tenth of the
time and less: similar articles stand beside each other, and what a block of them needs is found (`candidates`) and
compared (`compare`) together. Blocks are independent of each other, so they run on all cores, and what they found is
kept stripe by stripe (`checkpoint`) until the job is finished.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from ...parallel import NO_PROGRESS, Share, in_order
from ...search.collection import QUERY_PASSAGES, Collection
from ...search.ivf import lists_by
from ...search.similarity import NEIGHBOURS
from ...types import Array, Ids
from .candidates import SETTINGS, Block, Candidates, share_of_lists
from .checkpoint import Checkpoint
from .overview import Overview, centroids_of, overview
from .records import NeighbourGraph, Promising
from .similarities import similarities

__all__ = ["NeighbourGraph", "neighbour_graph"]

_STRIPE = 4_000
"""Articles, at least, whose comparisons are kept together: some seconds of work, a megabyte or two."""
_SORTED_AT_ONCE = 20_000
_ABOVE = 2.0
"""Added to similarities in a sparse matrix, where 0 stands for nothing."""
_PREPARED = 0.15
_COMPARED = 0.97
"""How much of the work is done when all is prepared, and when all is compared."""


def neighbour_graph(
    collection: Collection,
    rows: Sequence[int],
    share: Share = NO_PROGRESS,
    most: int = NEIGHBOURS,
    checkpoint: Path | None = None,
) -> NeighbourGraph:
    """The `most` nearest of each of these articles among them.

    The collection's lock is taken for reading, block by block: articles may come and go. What is gone has no
    neighbours and is none.

    Args:
        collection: holds the articles.
        rows: in any order; the places of the graph are positions in it.
        share: reports in the caller's thread how much is done; an exception of its callback ends the job.
        most: neighbours of an article.
        checkpoint: directory of what an earlier call compared and this one compares. What is there is used if nothing
            has changed since. The caller removes it.
    """
    numbers = np.array(rows, np.int64)
    lists = lists_by(lambda places: centroids_of(collection, numbers[places]), len(rows), share_of_lists(len(rows)))
    seen = overview(collection, numbers[lists.order].tolist())
    kept = Checkpoint(checkpoint, f"{SETTINGS} {_STRIPE} {seen.fingerprint()}" if checkpoint else "")
    candidates = Candidates(seen, lists, share.part(0.05, _PREPARED))
    found = _compared(seen, candidates, kept, share.part(_PREPARED, _COMPARED))
    with collection.lock.reading():
        there = seen.present(np.arange(len(seen)))
    del seen, candidates
    matrix = _matrix(_Pairs.joined(found), there, lists.order.astype(np.int32))
    del found
    graph = _nearest(matrix, numbers, most)
    share.report(1.0)
    return graph


class _Pairs:
    """Compared pairs of places."""

    def __init__(self, firsts: Array, seconds: Array, there: Array, back: Array) -> None:
        self.firsts, self.seconds = np.asarray(firsts, np.int32), np.asarray(seconds, np.int32)
        self.there, self.back = np.asarray(there, np.float32), np.asarray(back, np.float32)
        """Similarity of the first with the second and of the second with the first, float32; NaN where one is gone."""

    def arrays(self) -> tuple[Array, ...]:
        """Firsts, seconds, there, back."""
        return self.firsts, self.seconds, self.there, self.back

    @staticmethod
    def joined(parts: Sequence["_Pairs"]) -> "_Pairs":
        """All of these."""
        if not parts:
            return _Pairs(*np.empty((4, 0)))
        return _Pairs(*(np.concatenate(some) for some in zip(*(part.arrays() for part in parts), strict=True)))


def _compared(seen: Overview, candidates: Candidates, kept: Checkpoint, share: Share) -> list[_Pairs]:
    """Every article with its candidates, in the order of the blocks: stripes."""
    stripes = list(_stripes(candidates.blocks()))
    found = [None if some is None else _Pairs(*some) for some in map(kept.load, range(len(stripes)))]
    open_blocks = [(number, block) for number, own in enumerate(stripes) if found[number] is None for block in own]
    parts: list[_Pairs] = []
    with in_order(lambda task: _block(seen, candidates.of(task[1]), task[1]), open_blocks) as results:
        for (number, block), some in zip(open_blocks, results, strict=True):
            parts.append(some)
            if block is stripes[number][-1]:
                stripe = _Pairs.joined(parts)
                found[number], parts = stripe, []
                kept.keep(number, stripe.arrays())
            share.report(block.stop / len(seen))
    return [some for some in found if some is not None]


def _stripes(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    own: list[Block] = []
    for block in blocks:
        own.append(block)
        if block.stop - own[0].start >= _STRIPE:
            yield own
            own = []
    if own:
        yield own


def _block(seen: Overview, pairs: Promising, block: Block) -> _Pairs:
    """Compare the pairs of a block: once, where both articles are in it and it makes no difference who is asked.

    It makes one where an article is so long that not all of its paragraphs are compared when it is asked.
    """
    firsts, seconds = pairs.firsts, pairs.seconds
    one_way = (seen.passages(firsts) > QUERY_PASSAGES) | (seen.passages(seconds) > QUERY_PASSAGES)
    turned = (block.start <= seconds) & (seconds < firsts) & ~one_way
    low, high = np.where(turned, seconds, firsts), np.where(turned, firsts, seconds)
    _, once, of = np.unique(low * len(seen) + high, return_index=True, return_inverse=True)
    there = similarities(seen, Promising(low[once], high[once], pairs.words[once], pairs.names[once]))[of]
    back = there.copy()
    if one_way.any():
        order = np.flatnonzero(one_way)[np.argsort(seconds[one_way], kind="stable")]
        other = Promising(seconds[order], firsts[order], pairs.words[order], pairs.names[order])
        back[order] = similarities(seen, other)
    return _Pairs(firsts, seconds, there, back)


def _matrix(found: _Pairs, there: Array, order: NDArray[np.int32]) -> csr_array:
    """Similarities plus `_ABOVE` by places of the caller's: what one article says of the other, the higher one."""
    good = there[found.firsts] & there[found.seconds] & ~(np.isnan(found.there) | np.isnan(found.back))
    own, other = order[found.firsts[good]], order[found.seconds[good]]
    shape = (len(order), len(order))
    forward = csr_array(coo_array((found.there[good] + np.float32(_ABOVE), (own, other)), shape=shape))
    backward = csr_array(coo_array((found.back[good] + np.float32(_ABOVE), (other, own)), shape=shape))
    return csr_array(forward.maximum(backward))


def _nearest(matrix: csr_array, rows: Ids, most: int) -> NeighbourGraph:
    """The largest of each row; of equal ones those with the lowest number in `rows`."""
    n, by_row = len(rows), np.argsort(rows)
    rank = np.empty(n, np.int64)
    rank[by_row] = np.arange(n)

    def nearest(start: int) -> tuple[Ids, Array, Array]:
        part = matrix[start : start + _SORTED_AT_ONCE]
        counts = np.diff(part.indptr)
        owner = np.repeat(np.arange(part.shape[0]), counts)
        worse = np.round((2 * _ABOVE - part.data.astype(np.float64)) * 1e5).astype(np.int64)
        keys = np.sort(((owner << 20) + worse) * n + rank[part.indices])
        keys = keys[np.arange(len(owner)) - part.indptr[owner] < most]
        values = 2 * _ABOVE - (keys // n & (1 << 20) - 1) / 1e5 - _ABOVE
        return np.minimum(counts, most), by_row[keys % n].astype(np.int32), values.astype(np.float32)

    none = np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.float32)
    with in_order(nearest, range(0, n, _SORTED_AT_ONCE)) as parts:
        counts, neighbours, values = zip(none, *parts, strict=True)
    return NeighbourGraph(
        np.concatenate([[0], np.cumsum(np.concatenate(counts))]), np.concatenate(neighbours), np.concatenate(values)
    )
