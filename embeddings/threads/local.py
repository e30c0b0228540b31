"""The batch job around one article: the threads near it are linked anew, over the neighbour graph as it is.

So an article that comes may bring two threads together, or show that one is two, at once and not at the next run of
the batch job; and threads that grow article by article are nearly those that the batch job finds.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from ..collection import Collection
from ..types import Floats
from .batch import Clustering, items_of, linked
from .constraints import Constraints
from .incremental import shape_of
from .pairs import (
    LEAST_SCORE,
    SAGA_CUT,
    SHARPNESS,
    STORY_CUT,
    days_between,
    nearness,
    neighbourhood,
    overlap,
    pair_scores,
)

INERTIA = 0.01
"""What a pair gets that is in one story already, and what another pair loses: threads do not change for nothing."""
LOCAL_MOST = 150
"""Articles that are linked anew, at most."""


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
    links = [(row, *link) for link in sorted(collection.neighbours.links(row).items())]
    for (_, other, _), score in zip(links, link_scores(collection, links).tolist(), strict=True):
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
    """Link some articles anew. The collection's lock is the caller's.

    Args:
        collection: holds the articles and the graph.
        rows: theirs; whole stories.
        stories: row -> the story that it is in.
        constraints: as for `batch.cluster`.
    """
    items = items_of(collection, rows, constraints)
    place = {row: i for i, row in enumerate(items.rows)}
    links = [
        (row, other, similarity)
        for row in items.rows
        for other, similarity in collection.neighbours.links(row).items()
        if place[row] < place.get(other, -1)
    ]
    scores = link_scores(collection, links)
    together = np.array([stories[row] == stories[other] for row, other, _ in links], bool)
    kept = np.flatnonzero(scores >= LEAST_SCORE)
    ends = np.array([(place[row], place[other]) for row, other, _ in links], np.int64).reshape(-1, 2)[kept]
    inertia = np.where(together[kept], INERTIA, -INERTIA)
    return linked(items, (ends[:, 0], ends[:, 1], scores[kept]), constraints, inertia=inertia)


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
    links = [
        (row, other, similarity)
        for row in story
        for other, similarity in collection.neighbours.links(row).items()
        if other not in own and other in saga_of
    ]
    scores: dict[str, list[float]] = defaultdict(list)
    for (_, other, _), score in zip(links, link_scores(collection, links).tolist(), strict=True):
        if score >= LEAST_SCORE:
            scores[saga_of[other]].append(score)
    span = shape_of(collection, story).span
    near = {present: -math.inf}
    for saga, some in scores.items():
        rest = shape_of(collection, sagas[saga] - own)
        total = sum(math.exp(SHARPNESS * score) for score in some)
        found = nearness(total, len(some), len(story) * rest.size, days_between(span, rest.span))
        near[saga] = found + (INERTIA if saga == present else 0.0)
    best = min(near, key=lambda saga: (-near[saga], saga))
    return best if near[best] > SAGA_CUT else None


def link_scores(collection: Collection, links: Sequence[tuple[int, int, float]]) -> Floats:
    """`pairs.pair_scores` of links of the graph, (row, other, similarity), (L,)."""
    if not links:
        return np.empty(0)
    rows, others, similarities = zip(*links, strict=True)
    first, second, graph = np.array(rows, np.int64), np.array(others, np.int64), collection.neighbours
    hoods = {row: neighbourhood(row, graph.nearest(row)) for row in {*rows, *others}}
    return pair_scores(
        np.array(similarities), np.abs(collection.days(first) - collection.days(second)),
        (graph.densities(first), graph.densities(second)),
        (collection.word_counts(first), collection.word_counts(second)),
        np.array([overlap(hoods[row], hoods[other]) for row, other, _ in links]),
    )  # fmt: skip
