"""One new article: which thread is it of? The same nearness as the batch job's, over the nearest members.

Nothing is stored or changed here: candidates in, a choice and links out.
"""

import math
from collections.abc import Collection as SomeRows
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..arrays import evenly_spaced, found_in
from ..search.collection import Collection
from ..types import Floats, Ids, Vectors
from .links import surroundings
from .pairs import (
    COHESION_LEAST,
    COHESION_LONE,
    COHESION_MISSING,
    COMPANY_LEAST,
    LARGE,
    LARGER_SHARE,
    LEAST_SCORE,
    MISSING_WEIGHT,
    SHARPNESS,
    STORY_CUT,
    UNDATED,
    Shapes,
    Span,
    cohesion,
    membership,
    nearnesses,
    pair_counts,
    pair_scores,
    span_of,
)
from .roundups import ROUND_UP_GAP, is_round_up, round_ups

NEAREST_MEMBERS = int(LARGE)
"""A thread's nearness is over its members as in the job, of a large one over this many nearest. With three, and what a
large thread gets for its size, briefs ran together online (WCEP .485 for the job's .583)."""
COHESION_MEMBERS = 100
"""Articles of a thread that its cohesion is measured among, evenly spaced over it."""
_ROUNDING = 1e-9
_LOOSEST = (COHESION_LONE - COHESION_LEAST) / 2
"""What a thread can be nearer by than its nearest member, for being loosely alike."""


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
    cohesion: float = 0.0
    """`pairs.cohesion`."""

    def arrays(self) -> Shapes:
        """The same for `pairs.nearnesses`."""
        return Shapes(*np.array([self.size, self.cohesion, *self.span], np.float64))


class SomeShapes(Protocol):
    """Shapes of threads."""

    def of(self, thread: str) -> Shape:
        """A thread's."""
        ...

    def size(self, thread: str) -> int:
        """How many articles a thread has, without looking at them."""
        ...


class ThreadShapes:
    """Implements `SomeShapes` for stored articles; worked out when they are asked for.

    Args:
        collection: has the articles.
        members: thread -> rows.
    """

    def __init__(self, collection: Collection, members: Mapping[str, SomeRows[int]]) -> None:
        self._collection, self._members = collection, members

    def of(self, thread: str) -> Shape:
        """As `SomeShapes.of`."""
        return shape_of(self._collection, self._members[thread])

    def size(self, thread: str) -> int:
        """As `SomeShapes.size`."""
        return len(self._members[thread])


def newcomer_scores(
    collection: Collection, rows: Ids, similarities: Floats, day: float, words: int, passages: Vectors | None = None
) -> Floats:
    """`pair_scores` of an article that is not stored yet with each of its candidates, (N,). Its lock is the caller's.

    Args:
        collection: has the candidates.
        rows: theirs, (N,).
        similarities: with each of them, (N,).
        day: the article's, days since 1970-01-01, UTC; NaN where it is undated.
        words: of how many words its terms are.
        passages: vectors of its paragraphs, (n, D): pairs that a round-up is in lose `ROUND_UP_GAP`. None: it is none.
    """
    if not len(rows):
        return np.empty(0)
    around = surroundings(collection, rows, similarities)
    scores = pair_scores(
        similarities, np.abs(collection.days(rows) - day),
        (np.full(len(rows), float(words)), collection.word_counts(rows)), around.common_with(len(rows))[:-1],
    )  # fmt: skip
    counted = np.flatnonzero(scores >= LEAST_SCORE)
    if passages is not None and is_round_up(collection, passages, rows, similarities):
        scores[counted] -= ROUND_UP_GAP
    else:
        scores[counted] -= ROUND_UP_GAP * round_ups(collection, rows[counted])
    return scores


def newcomer_links(collection: Collection, rows: Ids, similarities: Floats) -> dict[int, float]:
    """What the neighbour graph links a new article with (row -> similarity): all that its neighbourhood is made of.

    Args:
        collection: has the candidates.
        rows: theirs, (N,).
        similarities: with each of them, (N,).
    """
    return collection.neighbours.wanted(rows, similarities, similarities > COMPANY_LEAST)


def choose_thread(
    rows: Ids, scores: Floats, day: float, thread_of: Mapping[int, str], shapes: SomeShapes,
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
    bounds = {thread: _most(some, shapes.size(thread)) for thread, some in members.items()}
    scored: list[tuple[float, str]] = []
    for thread in sorted(members, key=lambda thread: -bounds[thread]):
        if len(scored) == 2 and bounds[thread] < scored[1][0]:
            break
        scored.append((thread_nearness(members[thread], shapes.of(thread), day), thread))
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
    own = Shape(1, span_of(day)).arrays()
    return float(nearnesses(np.array(_mean(scores, shape.size)), own, shape.arrays()))


def _most(scores: Iterable[float], size: int) -> float:
    """What `thread_nearness` is at most, whatever the thread's span and cohesion, and however many are copies."""
    found = math.log(_mean(scores, 0)) / SHARPNESS + LARGER_SHARE * math.log(min(max(1, size), LARGE))
    return found + _LOOSEST + _ROUNDING


def members_nearness(scores: Iterable[float], shape: Shape) -> float:
    """The part of `thread_nearness` that comes from the members: the soft mean over the nearest."""
    return math.log(_mean(scores, shape.size)) / SHARPNESS


def _mean(scores: Iterable[float], size: int) -> float:
    """The mean of exp(`SHARPNESS` * score) over the members that count."""
    nearest = sorted(scores, reverse=True)[:NEAREST_MEMBERS]
    pairs = max(len(nearest), min(NEAREST_MEMBERS, size))
    total = sum(math.exp(SHARPNESS * score) for score in nearest) + (pairs - len(nearest)) * MISSING_WEIGHT
    return total / pairs


def threads_nearness(scores: Iterable[float], one: Shape, other: Shape) -> float:
    """`pairs.nearnesses` of two threads.

    Args:
        scores: pair scores of the articles that were compared, one of each thread; each pair once.
        one: the first thread's.
        other: the second's.
    """
    excess = sum(math.exp(SHARPNESS * score) - MISSING_WEIGHT for score in scores)
    some, others = one.arrays(), other.arrays()
    return float(nearnesses(excess / pair_counts(some.sizes, others.sizes) + MISSING_WEIGHT, some, others))


def shape_of(collection: Collection, rows: SomeRows[int]) -> Shape:
    """The shape of the thread of these rows; suppressed copies count for nothing where there are others."""
    own = np.sort(np.fromiter(rows, np.int64, len(rows)))
    days = collection.days(own)
    dated = days[~np.isnan(days)]
    active = own[collection.neighbours.active(own)]
    span = (float(dated.min()), float(dated.max())) if len(dated) else UNDATED
    return Shape(max(1, len(active)), span, _cohesion(collection, active))


def _cohesion(collection: Collection, rows: Ids) -> float:
    """`pairs.cohesion` of a thread, by the links of the graph.

    Args:
        collection: has the graph.
        rows: the thread's, rising.
    """
    if len(rows) < 2:
        return 0.0
    some = rows[evenly_spaced(len(rows), COHESION_MEMBERS)]
    owner, links = collection.neighbours.links_of(some)
    at, inside = found_in(some, links.others)
    canonical = collection.neighbours.canonical(some)
    copied = canonical[owner] == canonical[at.clip(max=len(some) - 1)]
    alike = np.where(copied, COHESION_LONE, links.similarities)[inside] - COHESION_MISSING  # each pair twice
    share = len(rows) * (len(rows) - 1) / (len(some) * (len(some) - 1))
    return float(cohesion(np.array(alike.sum() / 2 * share), np.array(float(len(rows)))))
