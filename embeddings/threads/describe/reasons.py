"""Why a stored article is in its thread: its nearest members, how near the thread is, and which other one comes next.

Requirements. An editor asks "what does this do here?", and has to see numbers that decide and no others. So all comes
from `pairs`: an article is as near to a thread as a newcomer is (`incremental`), over its other
members, less the gap to the rest of the thread; and what a pair score is the sum of is not written down a second time,
but found by asking `pair_scores` again and again with one more fact each time.

Overlaps are those of the neighbour graph, similarities are computed afresh. So figures may differ a
little from those of the run that put the article there; and that run looked at threads, not at one article.
"""

import math
from collections import defaultdict
from collections.abc import Collection as SomeRows
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from ...compare.alignment import STOCK_CHARACTERS, AlignedPair, Side, align
from ...search.collection import Collection
from ...search.similarity import gap, model
from ...types import Array, Floats, Ids
from ..incremental import Shape, members_nearness, shape_of, thread_nearness
from ..links import gaps, surroundings
from ..pairs import COHESION_LONE, LENGTH_MIDDLE, membership, pair_scores

NEAREST_SHOWN = 5
_CANDIDATES = 60
"""By centroids, and as many by words: where other threads are looked for."""
MEMBERS_MOST = 200
"""Articles of its thread that an article is compared with, those with the nearest centroids."""
_SHARED_MOST = 8
_PAIRS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class PairReason:
    """The score of an article with one other, and what it is the sum of: `similarity` to `round_up`, each rounded."""

    row: int
    """The other's."""
    score: float
    """`pairs.pair_scores`."""
    membership: float
    """The score as 0..1; .5 at the cut."""
    similarity: float
    """Of words, names, paragraphs and leads, without the date gap."""
    gap: float
    """0 or less."""
    cohesion: float
    """What the articles of a story have in common, and these need too: the same for all pairs."""
    length: float
    overlap: float
    """0 or more."""
    series: float
    """0 or less: for different reports of one series, which their frame makes alike."""
    round_up: float
    """0 or less: for a pair that a round-up of several stories is in."""
    days: float
    """Between the two; NaN where one is undated."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How near a thread is to an article."""

    thread: str
    nearness: float
    """`pairs.nearness`: the cut applies to it."""
    score: float
    """Membership, 0..1; .5 at the cut."""
    thread_part: float
    """What of the nearness is the thread's, and not its members': for how alike they are, its size, the days to it."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why an article is where it is."""

    own: Standing | None
    """Its thread without it; None where it is alone there."""
    nearest: tuple[PairReason, ...]
    """The nearest other members, at most `NEAREST_SHOWN`."""
    runner_up: Standing | None
    """The nearest other thread; None where no other one has anything to compare with."""


def reasons(
    collection: Collection, row: int, thread: str, thread_of: Mapping[int, str], members: Mapping[str, SomeRows[int]],
    cut: float,
) -> Reasons:  # fmt: skip
    """Why a stored article is in its thread; KeyError where it is not in. The collection's lock is the caller's.

    Args:
        collection: has the articles, and their neighbour graph.
        row: the article's.
        thread: the one that it is in.
        thread_of: row -> thread, of the same level.
        members: thread -> rows.
        cut: that of the level.
    """
    query = collection.query(row)
    own = {other for other in set(members.get(thread, ())) - {row} if other in collection}
    some = {*_nearest_centroids(collection, row, own), *collection.candidates(query, _CANDIDATES).tolist()}
    some |= {other for other in collection.neighbours.links(row) if other in collection}
    rows = np.array(sorted(some - {row}), np.int64)
    steps = _steps(collection, row, rows, collection.similarities(query, rows))
    scores: dict[str, list[float]] = defaultdict(list)
    for other, score in zip(rows.tolist(), steps[-1].tolist(), strict=True):
        if (name := thread if other in own else thread_of.get(other)) is not None:
            scores[name].append(score)
    day = collection.member(row).day
    found: dict[str, Standing] = {}
    for name, some_scores in scores.items():
        if rest := own if name == thread else members.get(name, ()):
            found[name] = standing(name, some_scores, shape_of(collection, rest), day, cut)
    mine = found.pop(thread, None)
    best = min(found.values(), key=lambda one: (-one.nearness, one.thread), default=None)
    return Reasons(mine, _nearest(collection, row, rows, steps, own, cut), best)


def standing(thread: str, scores: Iterable[float], shape: Shape, day: float, cut: float) -> Standing:
    """How near a thread is to an article that is not in it.

    Args:
        thread: its id.
        scores: as for `incremental.thread_nearness`.
        shape: the thread's.
        day: the article's; NaN where it is undated.
        cut: that of the level.
    """
    known = list(scores)
    near = thread_nearness(known, shape, day)
    part = near - members_nearness(known, shape)
    return Standing(thread, round(near, 6), round(membership(near, cut), 4), round(part, 6))


def shared_terms(collection: Collection, row: int, other: int) -> list[str]:
    """Words that both articles have, those with the most weight first; at most eight. The lock is the caller's."""
    words, weights = collection.word_weights([row, other])
    both = collection.terms(collection.query(row)).words.keys() & collection.terms(collection.query(other)).words.keys()
    weighted = [(-weight, word) for word, weight in zip(words, weights.tolist(), strict=True) if word in both]
    return [word for _, word in sorted(weighted)[:_SHARED_MOST]]


def best_pairs(a: Side, b: Side) -> tuple[AlignedPair, ...]:
    """The counterparts that show best what two articles share: at most three, in the order of a's text."""
    found = [pair for pair in align(a, b).pairs if a.weights[pair.a] > 0 and b.weights[pair.b] > 0]
    found.sort(key=lambda pair: (-pair.score * min(1.0, a.weights[pair.a] / STOCK_CHARACTERS), pair.a))
    return tuple(sorted(found[:_PAIRS_SHOWN]))


def _steps(collection: Collection, row: int, rows: Ids, similarities: Floats) -> Array:
    """(7, N): pair scores by the text alone; with date gap; cohesion; length; overlap; series; and round-ups too."""
    n = len(rows)
    if not n:
        return np.empty((7, 0))
    days = np.abs(collection.days(rows) - collection.member(row).day)
    words = np.full(n, collection.word_counts([row])[0]), collection.word_counts(rows)
    common = surroundings(collection, np.append(rows, row)).common_with(n)[:-1]
    zeros, middle = np.zeros(n), np.full(n, math.exp(LENGTH_MIDDLE))
    texts = similarities + model().gap * gap(days)
    dated = pair_scores(similarities, days, (middle, middle), zeros)
    whole = pair_scores(similarities, days, words, common)
    reports, round_ups = gaps(collection, np.full(n, row), rows, whole)
    return np.stack([
        pair_scores(texts, zeros, (middle, middle), zeros) + COHESION_LONE,
        dated + COHESION_LONE,
        dated,
        pair_scores(similarities, days, words, zeros),
        whole,
        whole - reports,
        whole - reports - round_ups,
    ])  # fmt: skip


def _nearest(
    collection: Collection, row: int, rows: Ids, steps: Array, own: set[int], cut: float
) -> tuple[PairReason, ...]:
    parts = np.diff(steps, axis=0, prepend=0.0).round(6) + 0.0  # no -0.0
    at = [i for i, other in enumerate(rows.tolist()) if other in own]
    at.sort(key=lambda i: (-steps[-1, i], rows[i]))
    days = np.abs(collection.days(rows) - collection.member(row).day)
    found = []
    for i in at[:NEAREST_SHOWN]:
        text, date, shared, length, common, reports, round_ups = parts[:, i].tolist()
        score = float(steps[-1, i])
        share = round(membership(score, cut), 4)
        found.append(
            PairReason(
                int(rows[i]), score, share, text, date, shared, length, common, reports, round_ups, float(days[i])
            )
        )
    return tuple(found)


def _nearest_centroids(collection: Collection, row: int, own: set[int]) -> list[int]:
    """Rows of the other members that are compared."""
    rows = np.array(sorted(own), np.int64)
    if len(rows) > MEMBERS_MOST:
        cosines = collection.centroids(rows) @ collection.centroids(np.array([row], np.int64))[0]
        rows = rows[np.lexsort((rows, -cosines))[:MEMBERS_MOST]]
    return list(map(int, rows))
