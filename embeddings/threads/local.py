"""The batch job around one article: the threads near it are linked anew, over the neighbour graph as it is.

So an article that comes may bring two threads together, or show that one is two, at once and not at the next run of
the batch job; and threads that grow article by article are nearly those that the batch job finds.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from ..collection import Collection
from ..types import Floats
from .batch import Clustering, items_of, linked
from .constraints import Constraints
from .linkage import LEAST_SCORE
from .pairs import SAGA_CUT, neighbourhood, overlap, pair_scores

INERTIA = 0.01
"""What a pair gets that is in one story already, and what another pair loses: threads do not change for nothing."""
LOCAL_MOST = 300
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
    others = sorted(collection.links(row))
    for other, score in zip(others, _scores(collection, [(row, other) for other in others]).tolist(), strict=True):
        if score >= SAGA_CUT and other in thread_of:
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
    pairs = [(row, other) for row in items.rows for other in collection.links(row) if place[row] < place.get(other, -1)]
    scores = _scores(collection, pairs)
    together = np.array([stories[row] == stories[other] for row, other in pairs], bool)
    kept = np.flatnonzero(scores >= LEAST_SCORE)
    ends = np.array([(place[row], place[other]) for row, other in pairs], np.int64).reshape(-1, 2)[kept]
    inertia = np.where(together[kept], INERTIA, -INERTIA)
    return linked(items, (ends[:, 0], ends[:, 1], scores[kept]), constraints, inertia=inertia)


def _scores(collection: Collection, pairs: Sequence[tuple[int, int]]) -> Floats:
    """`pairs.pair_scores` of pairs of the graph, (P,)."""
    if not pairs:
        return np.empty(0)
    first, second = np.array(pairs, np.int64).T
    hoods = {row: neighbourhood(row, collection.nearest(row)) for pair in pairs for row in pair}
    return pair_scores(
        np.array([collection.links(row)[other] for row, other in pairs]),
        np.abs(collection.days(first) - collection.days(second)),
        (collection.densities(first), collection.densities(second)),
        (collection.word_counts(first), collection.word_counts(second)),
        np.array([overlap(hoods[row], hoods[other]) for row, other in pairs]),
    )  # fmt: skip
