"""Alignment: one counterpart at most, the best ones, the same from both sides, and nothing for boilerplate."""

from itertools import permutations
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import paragraph_hash
from embeddings.compare import COPIED_LEAST, Side, align, weigh
from embeddings.compare.alignment import PAIRED_LEAST, STOCK_CHARACTERS
from embeddings.duplicates import Boilerplate


def towards(*parts: tuple[int, float], size: int = 16) -> np.ndarray:
    """A unit vector of (axis, share) parts; what is missing to length 1 goes into the last axis."""
    vector = np.zeros(size, np.float32)
    for axis, share in parts:
        vector[axis] = share
    vector[size - 1] = np.sqrt(max(0.0, 1 - float(vector @ vector)))
    return vector


def side(vectors: list[np.ndarray], hashes: list[str], weights: list[float] | None = None) -> Side:
    return Side(np.stack(vectors), tuple(hashes), np.array(weights or [100.0] * len(hashes)))


def random_side(seed: int, count: int, names: list[str] | None = None, around: int = 3) -> Side:
    """Paragraphs near a few centres; equal names have equal vectors, as equal texts have."""
    centres = np.random.default_rng(0).normal(size=(around, 16))
    rng = np.random.default_rng(seed)
    names = names or [f"{seed}-{i}" for i in range(count)]
    vectors = {}
    for name in names:
        own = np.random.default_rng(abs(hash_number(name)))
        vectors[name] = centres[own.integers(around)] + 0.25 * own.normal(size=16)
    rows = np.array([vectors[name] / np.linalg.norm(vectors[name]) for name in names]).astype(np.float32)
    weights = rng.choice([0.0, 20.0, 100.0, 400.0], len(names))
    return Side(rows.reshape(-1, 16), tuple(paragraph_hash(name) for name in names), weights)


def hash_number(name: str) -> int:
    return int(paragraph_hash(name)[:8], 16)


NAMES = st.lists(st.sampled_from([f"paragraph {i}" for i in range(12)]), max_size=9)
SIDES = st.builds(lambda names, seed: random_side(seed, len(names), names), NAMES.filter(bool), st.integers(0, 99))


@given(SIDES, SIDES)
@settings(deadline=None)
def test_it_is_the_same_from_both_sides(a: Side, b: Side) -> None:
    assert align(a, b).mirrored() == align(b, a)
    assert align(a, b).mirrored().mirrored() == align(a, b)


@given(SIDES, SIDES)
@settings(deadline=None)
def test_no_paragraph_has_two_counterparts_and_none_is_forgotten(a: Side, b: Side) -> None:
    found = align(a, b)
    for at, only, own in (
        ([p.a for p in found.pairs], found.only_a, a),
        ([p.b for p in found.pairs], found.only_b, b),
    ):
        assert len(set(at)) == len(at)
        assert not set(at) & set(only)
        assert set(at) | set(only) >= set(np.flatnonzero(own.weights > 0).tolist())
        assert all(own.weights[i] > 0 for i in only)
    assert list(found.pairs) == sorted(found.pairs)
    for pair in found.pairs:
        assert PAIRED_LEAST < pair.score <= 1.0
        assert (pair.score == 1.0) == (a.hashes[pair.a] == b.hashes[pair.b])


@given(SIDES, SIDES)
@settings(deadline=None)
def test_shares_are_shares(a: Side, b: Side) -> None:
    for shares in (align(a, b).a, align(a, b).b):
        assert 0 <= shares.copied <= shares.close <= shares.covered <= 1


@given(SIDES)
@settings(deadline=None)
def test_an_article_beside_itself_is_itself(a: Side) -> None:
    found = align(a, a)
    assert found.identical
    assert [(p.a, p.b) for p in found.pairs] == [(i, i) for i in range(len(a.hashes))]
    assert found.a.copied == (1.0 if a.weights.any() else 0.0)


@given(st.integers(0, 500), st.integers(1, 5), st.integers(1, 5))
@settings(deadline=None)
def test_the_pairs_are_the_best_of_all_assignments(seed: int, n: int, m: int) -> None:
    a, b = random_side(seed, n), random_side(seed + 1000, m)
    a.weights[:], b.weights[:] = 1.0, 1.0
    gains = np.maximum(a.vectors @ b.vectors.T - PAIRED_LEAST, 0)
    if n > m:
        gains = gains.T
    best = max(
        sum(gains[i, j] for i, j in enumerate(columns))
        for columns in permutations(range(gains.shape[1]), gains.shape[0])
    )
    assert sum(p.score - PAIRED_LEAST for p in align(a, b).pairs) == pytest.approx(best, abs=1e-4)


def test_one_good_pair_is_not_broken_for_two_poor_ones() -> None:
    a = side([towards((0, 1.0)), towards((0, 0.6), (1, 0.8))], ["a1", "a2"])
    b = side([towards((0, 0.95)), towards((0, 0.6), (2, 0.8))], ["b1", "b2"])
    assert [(p.a, p.b) for p in align(a, b).pairs] == [(0, 0)]


def test_a_twin_goes_before_everything() -> None:
    a = side([towards((0, 1.0)), towards((0, 0.99))], ["same", "other"])
    b = side([towards((0, 0.99), (1, 0.1)), towards((0, 1.0))], ["third", "same"])
    assert [(p.a, p.b, p.score == 1.0) for p in align(a, b).pairs] == [(0, 1, True), (1, 0, False)]


def test_a_line_that_stands_several_times_is_paired_in_order() -> None:
    a = side([towards((0, 1.0))] * 3, ["line"] * 3)
    b = side([towards((0, 1.0))] * 2, ["line"] * 2)
    found = align(a, b)
    assert [(p.a, p.b) for p in found.pairs] == [(0, 0), (1, 1)]
    assert found.only_a == (2,)


def test_copied_is_copied() -> None:
    a = side([towards((0, 1.0)), towards((1, 1.0))], ["a1", "a2"], [300.0, 100.0])
    b = side([towards((0, COPIED_LEAST + 0.01)), towards((1, COPIED_LEAST - 0.1))], ["b1", "b2"])
    found = align(a, b)
    assert [p.a for p in found.copied] == [0]
    assert (found.a.copied, found.a.close, found.b.copied) == (0.75, 1.0, 0.5)
    assert not found.identical


def test_nothing_beside_something() -> None:
    empty = Side(np.empty((0, 16), np.float32), (), np.empty(0))
    found = align(empty, random_side(1, 4))
    assert found.pairs == ()
    assert found.a.covered == found.b.covered == 0.0


# What counts


def test_boilerplate_counts_nothing_and_short_lines_little() -> None:
    known = Boilerplate()
    for row in range(3):
        known.add(row, ["subscribe"])
    lengths, hashes = [400, 300, 20, 100], ["news", "more", "credit", "subscribe"]
    weights = weigh(lengths, hashes, known)
    assert weights.tolist() == [400, 300, 20 * 20 / STOCK_CHARACTERS, 0]
    known.join(0, 2)  # one text twice
    assert weigh(lengths, hashes, known)[3] == 100


def test_boilerplate_takes_no_counterpart_away() -> None:
    a = side([towards((0, 1.0)), towards((0, 0.9))], ["advert", "news"], [0.0, 100.0])
    b = side([towards((0, 0.99))], ["b"])
    found = align(a, b)
    assert [(p.a, p.b) for p in found.pairs] == [(1, 0)]
    assert found.only_a == ()


# Cost


@pytest.mark.parametrize(("paragraphs", "most_ms"), [(30, 0.5), (400, 60.0)])
def test_it_is_fast(paragraphs: int, most_ms: float) -> None:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(8, 384))

    def dense(tag: str) -> Side:
        vectors = centres[rng.integers(0, 8, paragraphs)] + 0.6 * rng.normal(size=(paragraphs, 384))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        hashes = tuple(f"{tag}{i}" for i in range(paragraphs))
        return Side(vectors.astype(np.float32), hashes, np.full(paragraphs, 200.0))

    a, b = dense("a"), dense("b")
    times = []
    for _ in range(40 if paragraphs < 100 else 5):
        start = perf_counter()
        align(a, b)
        times.append(perf_counter() - start)
    assert 1000 * min(times) < most_ms
