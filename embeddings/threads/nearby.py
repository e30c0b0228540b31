"""Which other threads are near a thread: what else happened in the field, or might belong to it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from ..collection import Collection
from .pairs import STORY_CUT, membership, neighbourhood, overlap, pair_scores

NEARBY_MOST = 5
NEARBY_LEAST = 0.05
"""Pair score from which two articles speak for their threads; below it a pair is as good as not compared."""
_NEAREST_PAIRS = 3
"""A thread is as near as the mean of so many nearest pairs: one look-alike is not enough where there are more."""
_MEMBERS_MOST = 300
"""Articles of a thread that are asked, the latest."""


def nearby_threads(
    collection: Collection, rows: Sequence[int], thread_of: Mapping[int, str]
) -> list[tuple[str, float]]:
    """(thread, 0..1) of the nearest other threads, nearest first; .5 where two are at the cut of stories.

    Args:
        collection: has the neighbour graph; its lock is the caller's.
        rows: the thread's articles, in order of time.
        thread_of: row -> thread, of the same level.
    """
    own = set(rows)
    pairs = [
        (row, other, s)
        for row in rows[-_MEMBERS_MOST:]
        for other, s in collection.links(row).items()
        if other not in own and other in thread_of
    ]
    if not pairs:
        return []
    a, b = (np.array(side, np.int64) for side in zip(*((a, b) for a, b, _ in pairs), strict=True))
    around = {row: neighbourhood(row, collection.nearest(row)) for row in {*a.tolist(), *b.tolist()}}
    scores = pair_scores(
        np.array([s for *_, s in pairs]), np.abs(collection.days(a) - collection.days(b)),
        (collection.densities(a), collection.densities(b)), (collection.word_counts(a), collection.word_counts(b)),
        np.array([overlap(around[i], around[j]) for i, j, _ in pairs]),
    )  # fmt: skip
    found: dict[str, list[float]] = defaultdict(list)
    for other, score in zip(b.tolist(), scores.tolist(), strict=True):
        if score >= NEARBY_LEAST:
            found[thread_of[other]].append(score)
    near = {thread: float(np.mean(sorted(some)[-_NEAREST_PAIRS:])) for thread, some in found.items()}
    best = sorted(near, key=lambda thread: (-near[thread], thread))[:NEARBY_MOST]
    return [(thread, round(membership(near[thread], STORY_CUT), 4)) for thread in best]
