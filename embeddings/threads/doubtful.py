"""Where threads are closest to being others: articles, two threads, a part of a thread, with what would change.

Everything comes from the neighbour graph as it is; no text is compared again. So a few thousand of the latest articles
are gone through in a second or two, and older ones are left alone: who reviews, reviews what is new.
"""

from collections import defaultdict
from collections.abc import Collection as SomeRows
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ..search.collection import Collection
from .incremental import Shape, ThreadShapes, shape_of, thread_nearness, threads_nearness
from .links import link_scores
from .pairs import LEAST_SCORE, STORY_CUT, membership

ROWS_MOST = 10_000
"""Articles that are gone through, the latest."""
_LEAST = 0.05
"""Probabilities under which nothing is asked: nobody would find such a case worth a look."""
_ODDS_MOST = 1e6


class Doubt(StrEnum):
    """What may be wrong."""

    MEMBER = "member"
    """An article may belong to another thread, or to none of the present ones."""
    MERGE = "merge"
    """Two threads may be one."""
    SPLIT = "split"
    """A part of a thread may be another one."""


@dataclass(frozen=True, slots=True)
class CloseCall:
    """One case."""

    doubt: Doubt
    rows: tuple[int, ...]
    """The articles that would be in another thread, without their copies: one, the smaller thread, or the part."""
    thread: str
    """The thread that they are in."""
    other: str | None
    """The one that they may belong to; None for one of their own."""
    probability: float
    """That the present answer is wrong, 0..1."""
    own: float
    """Membership in the present thread (its rest), 0..1; .5 at the cut. 0 where they are all of it."""
    next: float
    """Membership in the other one; 0 where there is none."""


def close_calls(
    collection: Collection, stories: tuple[Mapping[int, str], Mapping[str, SomeRows[int]]], events: Mapping[int, str]
) -> list[CloseCall]:
    """The cases, in no particular order. The collection's lock is the caller's.

    Args:
        collection: holds the articles and their neighbour graph.
        stories: row -> story, and story -> rows.
        events: row -> event, the level below.
    """
    rows = np.array(sorted(row for row in collection.rows() if row in stories[0])[-ROWS_MOST:], np.int64)
    if not len(rows):
        return []
    rows = rows[collection.neighbours.active(rows)]
    _, links = collection.neighbours.links_of(rows)
    links = links[np.array([other in stories[0] for other in links.others.tolist()], bool)]
    scores = link_scores(collection, links)
    pairs = list(zip(links.rows.tolist(), links.others.tolist(), scores.tolist(), strict=True))
    shapes = _Kept(collection, stories[1])
    found = list(_members(collection, pairs, stories, shapes))
    found += _merges(pairs, stories, shapes)
    found += _splits(collection, pairs, stories, events)
    return [case for case in found if case.probability >= _LEAST]


class _Kept(dict[str, Shape]):
    """Shapes of threads, each worked out once."""

    def __init__(self, collection: Collection, members: Mapping[str, SomeRows[int]]) -> None:
        super().__init__()
        self._shapes = ThreadShapes(collection, members)

    def __missing__(self, thread: str) -> Shape:
        self[thread] = self._shapes.of(thread)
        return self[thread]


_Pairs = list[tuple[int, int, float]]
_Stories = tuple[Mapping[int, str], Mapping[str, SomeRows[int]]]


def _members(collection: Collection, pairs: _Pairs, stories: _Stories, shapes: _Kept) -> Iterator[CloseCall]:
    """Articles of threads of two and more that hardly belong there, or nearly to another one."""
    thread_of, members = stories
    near: dict[int, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row, other, score in pairs:
        if len(members[thread_of[row]]) > 1:
            near[row][thread_of[other]].append(score)
    for row, scores in near.items():
        day, present = collection.member(row).day, thread_of[row]
        found = {name: membership(thread_nearness(some, shapes[name], day), STORY_CUT) for name, some in scores.items()}
        own = found.pop(present, 0.0)
        best = min(found, key=lambda name: (-found[name], name), default=None)
        then = found[best] if best else 0.0
        wrong = 1 - _odds(own) / (_odds(own) + _odds(then) + 1)
        elsewhere = best if then >= 0.5 or then > own else None
        yield CloseCall(Doubt.MEMBER, (row,), present, elsewhere, wrong, own, then)


def _merges(pairs: _Pairs, stories: _Stories, shapes: _Kept) -> Iterator[CloseCall]:
    """Two threads that are nearly near enough to be one."""
    thread_of, members = stories
    between: dict[tuple[str, str], dict[tuple[int, int], float]] = defaultdict(dict)
    for row, other, score in pairs:
        a, b = thread_of[row], thread_of[other]
        if a != b and score >= LEAST_SCORE:
            between[min(a, b), max(a, b)][min(row, other), max(row, other)] = score
    for (a, b), some in between.items():
        near = membership(threads_nearness(some.values(), shapes[a], shapes[b]), STORY_CUT)
        small, large = sorted((a, b), key=lambda name: (len(members[name]), name))
        yield CloseCall(Doubt.MERGE, tuple(sorted(members[small])), small, large, near, 0.0, near)


def _splits(collection: Collection, pairs: _Pairs, stories: _Stories, events: Mapping[int, str]) -> Iterator[CloseCall]:
    """Events of several articles that are hardly near enough to the rest of their thread."""
    thread_of, members = stories
    parts: dict[str, set[int]] = defaultdict(set)
    for row, event in events.items():
        parts[event].add(row)
    out: dict[str, dict[tuple[int, int], float]] = defaultdict(dict)
    for row, other, score in pairs:
        if thread_of[row] == thread_of[other] and events[row] != events[other] and score >= LEAST_SCORE:
            for event in (events[row], events[other]):
                out[event][min(row, other), max(row, other)] = score
    for event in sorted({events[row] for row, _, _ in pairs}):
        part = parts[event]
        thread = thread_of[min(part)]
        rest = set(members[thread]) - part
        if len(part) < 2 or len(rest) < len(part):
            continue
        shapes = shape_of(collection, part), shape_of(collection, rest)
        near = membership(threads_nearness(out[event].values(), *shapes), STORY_CUT)
        yield CloseCall(Doubt.SPLIT, tuple(sorted(part)), thread, None, 1 - near, near, 0.0)


def _odds(share: float) -> float:
    return min(_ODDS_MOST, share / max(1 - share, 1 / _ODDS_MOST))
