"""Which other threads are near a thread: what else happened in the field, or might belong to it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from ...search.collection import Collection
from ..links import scores_of_others
from ..pairs import LEAST_SCORE, STORY_CUT, membership

_NEARBY_MOST = 5
_NEAREST_PAIRS = 3
"""A thread is as near as the mean of this many nearest pairs: one look-alike is not enough where there are more."""
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
    found: dict[str, list[float]] = defaultdict(list)
    for thread, score in scores_of_others(collection, rows[-_MEMBERS_MOST:], set(rows), thread_of):
        if score >= LEAST_SCORE:
            found[thread].append(score)
    near = {thread: float(np.mean(sorted(some)[-_NEAREST_PAIRS:])) for thread, some in found.items()}
    best = sorted(near, key=lambda thread: (-near[thread], thread))[:_NEARBY_MOST]
    return [(thread, round(membership(near[thread], STORY_CUT), 4)) for thread in best]
