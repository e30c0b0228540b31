"""How firmly an article is in its thread: the same number for a newcomer and in a clustering."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Level
from embeddings.threads import CUTS, choose_thread
from embeddings.threads.incremental import Shape
from embeddings.threads.linkage.memberships import memberships
from embeddings.threads.pairs import (
    COHESION_LEAST,
    COHESION_LONE,
    COHESION_MISSING,
    COHESION_PRIOR,
    MISSING,
    UNDATED,
    Edges,
)


class Known(dict[str, Shape]):
    """Implements `SomeShapes`."""

    def of(self, thread: str) -> Shape:
        return self[thread]

    def size(self, thread: str) -> int:
        return self[thread].size


def similarity_of(score: float) -> float:
    """A similarity that goes with a pair score."""
    return 0.2 + 0.8 * score


def by_choice(place: int, edges: list[tuple[int, int, float]], days: list[float], label: list[int]) -> float | None:
    """What `choose_thread` says of a place, were it new."""
    rest = [i for i, own in enumerate(label) if own == label[place] and i != place]
    if not rest:
        return None
    scores = {a + b - place: s for a, b, s in edges if place in (a, b) and a + b - place in rest}
    dated = [days[i] for i in rest if not math.isnan(days[i])]
    alike = {frozenset((a, b)): similarity_of(s) for a, b, s in edges}
    pairs = [alike.get(frozenset(pair), COHESION_MISSING) - COHESION_LONE for pair in combinations(rest, 2)]
    cohesion = max(math.fsum(pairs) / (len(pairs) + COHESION_PRIOR), COHESION_LEAST - COHESION_LONE)
    shape = Shape(len(rest), (min(dated), max(dated)) if dated else UNDATED, cohesion)
    if not scores:
        scores = {rest[0]: MISSING}  # a pair that was not compared
    rows = np.array(list(scores), np.int64)
    found = choose_thread(
        rows,
        np.array(list(scores.values())),
        days[place],
        dict.fromkeys(scores, "t"),
        Known(t=shape),
        CUTS[Level.STORY],
    )
    return found.score


@given(st.data())
def test_it_is_what_a_newcomer_would_get(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 9))
    days = data.draw(st.lists(st.sampled_from([math.nan, 1.0, 2.0, 2.0, 30.0, 900.0]), min_size=n, max_size=n))
    label = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    edges = [(a, b, data.draw(st.floats(0.05, 0.8))) for a, b in chosen]
    ends = np.array([edge[:2] for edge in edges], np.int64).reshape(-1, 2)
    scores = np.array([edge[2] for edge in edges])
    given = Edges(ends[:, 0], ends[:, 1], scores, np.array([similarity_of(s) for s in scores]))
    found = memberships(given, np.array(days), {Level.STORY: label})
    for place in range(n):
        expected = by_choice(place, edges, days, label)
        if expected is None:
            assert place not in found
        else:
            assert found[place][Level.STORY] == pytest.approx(expected, abs=1e-9)


def test_nobody_is_in_nothing() -> None:
    none = np.empty(0, np.int64)
    assert memberships(Edges(none, none, np.empty(0), np.empty(0)), np.empty(0), {Level.STORY: []}) == {}
