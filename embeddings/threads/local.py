"""The batch job around one article: the threads near it are linked again, over the neighbour graph as it is.

So an article that comes may join two threads, or show that one is two, at once and not at the next run of the batch
job; and threads that grow article by article are nearly those that the batch job finds.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from ..search.collection import Collection
from ..types import Ids
from .batch import Clustering, items_of, linked
from .constraints import Constraints
from .incremental import shape_of, threads_nearness
from .links import link_scores, scores_of_others, without_copies
from .pairs import LEAST_SCORE, SAGA_CUT, STORY_CUT, Edges

INERTIA = 0.01
"""What a pair gets that is in one story already, and what another pair loses: threads do not change for nothing."""
LOCAL_MOST = 80
"""Articles that are linked again, at most."""


def around(
    collection: Collection, row: int, thread_of: Mapping[int, str], members: Mapping[str, AbstractSet[int]]
) -> list[int]:
    """Rows of the stories near an article, its own first, then the nearest ones as far as they fit.

    Empty where its own story is too large by itself. The collection's lock is the caller's.

    Args:
        collection: holds the articles and the graph.
        row: the article's; in a story.
        thread_of: row -> story.
        members: story -> rows.
    """
    near: dict[str, float] = {thread_of[row]: float("inf")}
    _, links = collection.neighbours.links_of(np.array([row], np.int64))
    for other, score in zip(links.others.tolist(), link_scores(collection, links).tolist(), strict=True):
        if score >= STORY_CUT and other in thread_of:
            near[thread_of[other]] = max(score, near.get(thread_of[other], score))
    found: list[int] = []
    for story in sorted(near, key=lambda story: (-near[story], story)):
        if len(found) + len(members[story]) <= LOCAL_MOST:
            found += members[story]
        elif not found:
            break
    return found


def relink(
    collection: Collection, rows: Iterable[int], stories: Mapping[int, str], constraints: Constraints
) -> Clustering:
    """Link some articles again, if any. The collection's lock is the caller's.

    Args:
        collection: holds the articles and the graph.
        rows: theirs; whole stories.
        stories: row -> the story that it is in.
        constraints: as for `batch.cluster`.
    """
    items = items_of(collection, rows, constraints)
    own = np.array(items.rows, np.int64)
    first, links = collection.neighbours.links_of(own)
    second = _positions(own, links.others)
    once = first < second
    first, second, links = first[once], second[once], links[once]
    scores = link_scores(collection, links)
    edges = Edges(first, second, scores, links.similarities).where(scores >= LEAST_SCORE)
    numbers: dict[str, int] = {}
    story = np.array([numbers.setdefault(stories[row], len(numbers)) for row in items.rows], np.int64)
    edges = without_copies(collection, own, edges)
    inertia = np.where(story[edges.first] == story[edges.second], INERTIA, -INERTIA)
    return linked(items, edges, constraints, inertia=inertia)


def nearest_saga(
    collection: Collection, story: Sequence[int], present: str, saga_of: Mapping[int, str],
    sagas: Mapping[str, AbstractSet[int]],
) -> str | None:  # fmt: skip
    """The saga whose other stories a story is near enough to, measured as the offline job does; None for no such one.

    Over the whole of each saga: a story that is near a part of a large one is not yet near to it. The collection's lock
    is the caller's.

    Args:
        collection: holds the articles and the graph.
        story: its rows.
        present: the saga that it is in, which it needs a little less for.
        saga_of: row -> saga.
        sagas: saga -> rows.
    """
    own = set(story)
    scores: dict[str, list[float]] = defaultdict(list)
    for saga, score in scores_of_others(collection, story, own, saga_of):
        if score >= LEAST_SCORE:
            scores[saga].append(score)
    shape = shape_of(collection, story)
    near = {present: -math.inf}
    for saga, some in scores.items():
        rest = shape_of(collection, sagas[saga] - own)
        near[saga] = threads_nearness(some, shape, rest) + (INERTIA if saga == present else 0.0)
    best = min(near, key=lambda saga: (-near[saga], saga))
    return best if near[best] > SAGA_CUT else None


def _positions(rows: Ids, wanted: Ids) -> Ids:
    """Where the wanted rows stand among others, (N,); -1 for those that do not."""
    order = np.argsort(rows)
    at = order[np.searchsorted(rows, wanted, sorter=order).clip(max=len(rows) - 1)]
    return np.where(rows[at] == wanted, at, -1) if len(rows) else np.full(len(wanted), -1)
