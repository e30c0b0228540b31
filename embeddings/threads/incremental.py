"""One new article: which thread is it of? The same nearness as the batch job's, over the nearest members.

Nothing is stored or changed here: candidates in, a choice and links out.
"""

import math
from collections.abc import Collection as SomeRows
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..search.collection import Collection
from ..search.similarity import DENSITY_NEIGHBOURS, density
from ..types import Floats, Ids
from .pairs import (
    LEAST_SCORE,
    MISSING,
    NO_NEIGHBOUR,
    SHARPNESS,
    STORY_CUT,
    UNDATED,
    Span,
    days_between,
    membership,
    nearness,
    neighbourhoods,
    overlaps,
    pair_scores,
    span_of,
)

NEAREST_MEMBERS = 3
"""A thread's nearness is over this many of its nearest members: one look-alike does not open a big thread, and a thread
that has moved on still takes its next chapter. With 5, WCEP -.017 of B-cubed F1, ECB+ +.003."""
_NEWCOMER_ROW = -2
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a new article belongs."""

    thread: str | None
    """None: in a new thread of its own."""
    score: float
    """Membership of the best thread, 0..1, chosen or not; 0 where there is none to compare with."""
    runner_up: str | None = None
    runner_up_score: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """What a choice needs to know of a thread."""

    size: int
    """Articles in it."""
    span: Span


class Shapes(Mapping[str, Shape]):
    """Shapes of threads, worked out when they are asked for.

    Args:
        collection: has the articles.
        members: thread -> rows.
    """

    def __init__(self, collection: Collection, members: Mapping[str, SomeRows[int]]) -> None:
        self._collection, self._members = collection, members

    def __getitem__(self, thread: str) -> Shape:
        return shape_of(self._collection, self._members[thread])

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


def newcomer_scores(collection: Collection, rows: Ids, similarities: Floats, day: float, words: int) -> Floats:
    """`pair_scores` of an article that is not stored yet with each of its candidates, (N,). Its lock is the caller's.

    Args:
        collection: has the candidates.
        rows: theirs, (N,).
        similarities: with each of them, (N,).
        day: the article's, days since 1970-01-01, UTC; NaN where it is undated.
        words: of how many words its terms are.
    """
    if not len(rows):
        return np.empty(0)
    graph, order = collection.neighbours, np.lexsort((rows, -similarities))
    best = order[graph.active(rows[order])][:DENSITY_NEIGHBOURS]
    own = neighbourhoods(np.array([_NEWCOMER_ROW]), rows[None, best], similarities[None, best])
    around = neighbourhoods(rows, *_with_newcomer(*graph.nearest_of(rows), similarities))
    return pair_scores(
        similarities, np.abs(collection.days(rows) - day),
        (np.full(len(rows), density(similarities[best])), graph.densities(rows)),
        (np.full(len(rows), float(words)), collection.word_counts(rows)),
        overlaps(np.repeat(own, len(rows), axis=0), around),
    )  # fmt: skip


def newcomer_links(collection: Collection, rows: Ids, similarities: Floats, scores: Floats) -> dict[int, float]:
    """What the neighbour graph links a new article with (row -> similarity): its nearest, and what counts in a linkage.

    Args:
        collection: has the candidates.
        rows: theirs, (N,).
        similarities: with each of them, (N,).
        scores: the same, from `newcomer_scores`.
    """
    return collection.neighbours.wanted(rows, similarities, scores >= LEAST_SCORE)


def choose_thread(
    rows: Ids, scores: Floats, day: float, thread_of: Mapping[int, str], shapes: Mapping[str, Shape],
    cut: float = STORY_CUT,
) -> Choice:  # fmt: skip
    """The nearest thread, where it is nearer than the cut.

    Args:
        rows: candidates, (N,).
        scores: with each of them, (N,), from `newcomer_scores`.
        day: the new article's; NaN where it is undated.
        thread_of: row -> thread; rows that are not in one are passed over.
        shapes: of all these threads; few are looked at.
        cut: that of the level whose threads these are.
    """
    members: dict[str, list[float]] = {}
    for row, score in zip(rows.tolist(), scores.tolist(), strict=True):
        if (thread := thread_of.get(row)) is not None:
            members.setdefault(thread, []).append(score)
    bounds = {thread: max(MISSING, *some) + _ROUNDING for thread, some in members.items()}
    scored: list[tuple[float, str]] = []
    for thread in sorted(members, key=lambda thread: -bounds[thread]):
        if len(scored) == 2 and bounds[thread] < scored[1][0]:
            break
        scored.append((thread_nearness(members[thread], shapes[thread], day), thread))
        scored = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:2]
    if not scored:
        return Choice(None, 0.0)
    best, thread = scored[0]
    runner_up = (scored[1][1], membership(scored[1][0], cut)) if len(scored) > 1 else (None, 0.0)
    return Choice(thread if best > cut else None, membership(best, cut), *runner_up)


def thread_nearness(scores: Iterable[float], shape: Shape, day: float) -> float:
    """`pairs.nearness` of a thread to an article that is not in it.

    Args:
        scores: pair scores of the article with some of its members, at least one; the highest count.
        shape: the thread's.
        day: the article's; NaN where it is undated.
    """
    nearest = sorted(scores, reverse=True)[:NEAREST_MEMBERS]
    total = sum(math.exp(SHARPNESS * score) for score in nearest)
    return nearness(total, len(nearest), min(NEAREST_MEMBERS, shape.size), days_between(span_of(day), shape.span))


def shape_of(collection: Collection, rows: SomeRows[int]) -> Shape:
    """The shape of the thread of these rows."""
    days = collection.days(np.fromiter(rows, np.int64, len(rows)))
    dated = days[~np.isnan(days)]
    return Shape(len(rows), (float(dated.min()), float(dated.max())) if len(dated) else UNDATED)


def _with_newcomer(nearest: Ids, similarities: Floats, newcomer: Floats) -> tuple[Ids, Floats]:
    """The nearest of stored articles, as `Neighbours.nearest_of`, once the newcomer is stored too; changed in place."""
    enters = (nearest[:, -1] == NO_NEIGHBOUR) | (newcomer > similarities[:, -1])
    nearest[enters, -1], similarities[enters, -1] = _NEWCOMER_ROW, newcomer[enters]
    return nearest, similarities
