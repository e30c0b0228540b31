"""Linkage against the definition: whichever two clusters are each other's nearest, again and again."""

import math
import random
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.search.similarity import model
from embeddings.threads.linkage import nested as linkage
from embeddings.threads.linkage.nested import floors, nested_linkage
from embeddings.threads.pairs import (
    COHESION_LEAST,
    COHESION_LONE,
    COHESION_MISSING,
    COHESION_PRIOR,
    LARGER_SHARE,
    LEAST_SCORE,
    MISSING,
    SHARPNESS,
    SMALLER_SHARE,
    SPAN_GAP,
    UNDATED,
    Edges,
    Span,
    span_of,
)

CUTS = (0.3, 0.18, 0.1)


class Apart:
    """Groups of items that must not meet, and groups that must."""

    def __init__(self, n: int, together: Sequence[Sequence[int]] = (), apart: Sequence[tuple[int, int]] = ()) -> None:
        self.parent = list(range(n))
        self.apart = list(apart)
        for group in together:
            for item in group[1:]:
                self.join(group[0], item)

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            item = self.parent[item]
        return item

    def may_join(self, a: int, b: int) -> bool:
        roots = {self.find(a), self.find(b)}
        return not any({self.find(i), self.find(j)} == roots for i, j in self.apart)

    def join(self, a: int, b: int) -> None:
        a, b = sorted((self.find(a), self.find(b)))
        self.parent[b] = a


class Definition:
    """The whole graph; every pair of clusters is looked at before every round."""

    def __init__(self, spans, edges, sets) -> None:
        self.score = {(min(i, j), max(i, j)): x for i, j, x in edges if x >= LEAST_SCORE}
        self.alike = {pair: alike(x) for pair, x in self.score.items()}
        self.clusters = {i: [i] for i in range(len(spans))}
        self.span = dict(enumerate(spans))
        self.sets = sets

    def of(self, item):
        return next(label for label, members in self.clusters.items() if item in members)

    def join(self, a, b):
        if a == b:
            return
        if self.sets:
            self.sets.join(a, b)
        low, high = sorted((a, b))
        self.clusters[low] += self.clusters.pop(high)
        one, other = self.span[low], self.span[high]
        self.span[low] = min(one[0], other[0]), max(one[1], other[1])

    def near(self, a, b):
        if a == b or (self.sets and not self.sets.may_join(a, b)):
            return -math.inf
        pairs = [(min(i, j), max(i, j)) for i in self.clusters[a] for j in self.clusters[b]]
        if not any(pair in self.score for pair in pairs):
            return -math.inf
        mean = math.fsum(math.exp(SHARPNESS * self.score.get(pair, MISSING)) for pair in pairs) / len(pairs)
        sizes = sorted(len(self.clusters[c]) for c in (a, b))
        near = math.log(mean) / SHARPNESS + SMALLER_SHARE * math.log(sizes[0]) + LARGER_SHARE * math.log(sizes[1])
        near -= (self.cohesion(a) + self.cohesion(b)) / 2
        return round(near - SPAN_GAP * math.log1p(days_between(self.span[a], self.span[b])), 9)

    def cohesion(self, a):
        """How much more alike its articles are than a lone one is taken to be with others."""
        items = sorted(self.clusters[a])
        found = [self.alike.get(pair, COHESION_MISSING) - COHESION_LONE for pair in combinations(items, 2)]
        return max(math.fsum(found) / (len(found) + COHESION_PRIOR), COHESION_LEAST - COHESION_LONE)

    def nearest(self, a):
        """Of one cluster: (-nearness, lower, higher)."""
        return min(((-self.near(a, b), min(a, b), max(a, b)) for b in self.clusters), default=(math.inf, a, a))

    def run(self, cut):
        for floor in floors(cut):
            while True:
                nearest = {a: self.nearest(a) for a in self.clusters}
                mutual = {(near, a, b) for near, a, b in nearest.values() if nearest[a] == nearest[b] and -near > floor}
                if not mutual:
                    break
                for _, a, b in sorted(mutual):
                    if not self.sets or self.sets.may_join(a, b):
                        self.join(a, b)


def by_definition(spans, edges, cuts, identical, sets):
    found = Definition(spans, edges, sets)
    for group in identical:
        for place, item in enumerate(group):
            other = next((o for o in group[:place] if sets.may_join(o, item)), None)
            if other is not None:
                found.join(found.of(other), found.of(item))
    out = []
    for place, cut in enumerate(cuts):
        if place == 1:
            for item in range(len(spans)):
                found.join(found.of(sets.find(item)), found.of(item))
        if place == 2:
            found.sets = None
        found.run(cut)
        out.append([found.of(item) for item in range(len(spans))])
    return out


def alike(score):
    """A similarity that goes with a pair score."""
    return round(0.3 + 0.7 * score, 5)


def arrays(edges):
    i, j, x = zip(*edges, strict=True) if edges else ((), (), ())
    scores = np.array(x, np.float64)
    return Edges(np.array(i, np.int64), np.array(j, np.int64), scores, np.round(0.3 + 0.7 * scores, 5))


def days_between(one, other):
    if UNDATED in (one, other):
        return model().gap_unknown_days
    return min(max(one[0] - other[1], other[0] - one[1], 0.0), 365.0)


@st.composite
def graphs(draw):
    n = draw(st.integers(2, 14))
    item = st.integers(0, n - 1)
    pairs = draw(st.lists(st.tuples(item, item).filter(lambda p: p[0] < p[1]), unique=True, max_size=40))
    edges = [(i, j, draw(st.integers(-10, 60)) / 100) for i, j in pairs]
    days = draw(st.lists(st.one_of(st.just(math.nan), st.integers(0, 500).map(float)), min_size=n, max_size=n))
    identical = draw(st.lists(st.lists(item, min_size=2, max_size=3, unique=True).map(sorted), max_size=1))
    together = draw(st.lists(st.lists(item, min_size=2, max_size=3, unique=True), max_size=1))
    apart = draw(st.lists(st.tuples(item, item), max_size=2))
    return [span_of(day) for day in days], edges, identical, together, apart


@pytest.mark.parametrize("dense_most", [0, 200])
@given(graph=graphs())
@settings(deadline=None)
def test_components_give_what_the_definition_gives(dense_most, graph):
    """By links, as for many items, and by matrices, as for few."""
    spans, edges, identical, together, apart = graph
    n = len(spans)
    expected = by_definition(spans, edges, CUTS, identical, Apart(n, together, apart))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linkage, "_DENSE_MOST", dense_most)
        assert nested_linkage(spans, arrays(edges), CUTS, identical, Apart(n, together, apart)) == expected
        if not together and not apart:
            assert nested_linkage(spans, arrays(edges), CUTS, identical) == expected


@given(graphs(), st.randoms())
def test_the_order_of_items_and_edges_plays_no_part(graph, shuffler):
    spans, edges, *_ = graph
    edges = [(i, j, x + place / 10_000) for place, (i, j, x) in enumerate(edges)]  # no two are equally near
    new = list(range(len(spans)))
    shuffler.shuffle(new)
    moved = [UNDATED] * len(spans)
    for old, place in enumerate(new):
        moved[place] = spans[old]
    other = [(new[j], new[i], x) for i, j, x in edges]
    shuffler.shuffle(other)
    plain, again = nested_linkage(spans, arrays(edges), CUTS), nested_linkage(moved, arrays(other), CUTS)
    for before, after in zip(plain, again, strict=True):
        assert partition(before, range(len(spans))) == partition(after, new)


def partition(labels, names):
    """Sets of original items; `names[i]` is the place of item i in `labels`."""
    found: dict[int, set[int]] = {}
    for item, place in enumerate(names):
        found.setdefault(labels[place], set()).add(item)
    return {frozenset(some) for some in found.values()}


def test_one_giant_component_is_linked():
    n, chance = 3_000, random.Random(1)
    edges = {(i, i + 1): 0.31 for i in range(n - 1)}  # one chain through all
    for _ in range(10 * n):
        i = chance.randrange(n)
        j = chance.randrange(n) // 100 * 100 + i % 100
        if i < j:
            edges[i, j] = 0.15 + 0.3 * chance.random()
    spans: list[Span] = [(float(i), float(i)) for i in range(n)]
    labels = nested_linkage(spans, arrays([(i, j, x) for (i, j), x in edges.items()]), CUTS)
    for finer, wider in pairwise(labels):
        assert len(set(zip(finer, wider, strict=True))) == len(set(finer))  # nested
    assert n > len(set(labels[0])) > 2 * len(set(labels[2]))


def test_bands_fall_to_the_cut():
    assert floors(0.22) == [0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.22]
    assert floors(0.7) == [0.7]


def test_a_pair_that_is_refused_does_not_hold_up_the_next():
    """0 and 1 are nearest and kept apart: each is joined with its second best, and at the third cut all are one."""
    edges = arrays([(0, 1, 0.5), (0, 2, 0.4), (1, 3, 0.4)])
    labels = nested_linkage([UNDATED] * 4, edges, CUTS, sets=Apart(4, apart=[(0, 1)]))
    assert labels[0] == labels[1] == [0, 1, 0, 1]
    plain = nested_linkage([UNDATED] * 4, edges, CUTS)
    assert plain[0][:2] == [0, 0]


def test_a_third_between_two_in_time():
    """Joining two that are months apart brings them nearer to what lies between them, and the rounds go on with it."""
    spans = [(0.0, 0.0), (300.0, 300.0), (150.0, 150.0)]
    third = [(0, 2, 0.35, COHESION_LONE), (1, 2, 0.35, COHESION_LONE)]
    edges = given([(0, 1, 0.58, COHESION_LONE), *third])
    assert nested_linkage(spans, edges, (0.3,)) == [[0, 0, 0]]
    assert nested_linkage(spans, given(third), (0.3,)) == [[0, 1, 2]]


def given(edges):
    """Of pairs, their scores and their similarities."""
    first, second, scores, similarities = zip(*edges, strict=True)
    return Edges(np.array(first), np.array(second), np.array(scores), np.array(similarities))


def test_nothing_gives_nothing():
    assert nested_linkage([], arrays([]), CUTS) == [[], [], []]
    assert nested_linkage([UNDATED] * 2, arrays([]), CUTS) == [[0, 1]] * 3
