"""The term index against TF-IDF worked out term by term in plain Python, in any order of adds and removes."""

import math
import threading
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from embeddings import lexical
from embeddings.lexical import TermIndex

TERMS = [f"w{i}" for i in range(12)]
counts = st.dictionaries(st.sampled_from(TERMS), st.integers(1, 9), max_size=8)


class Naive:
    """The definition: (1 + ln n) * ln((N + 1) / (df + 0.5)), cosine."""

    def __init__(self, documents: Mapping[int, Mapping[str, int]]) -> None:
        self.documents = documents

    def idf(self, term: str) -> float:
        df = sum(term in document for document in self.documents.values())
        return max(0.0, math.log((len(self.documents) + 1) / (df + 0.5)))

    def weights(self, document: Mapping[str, int]) -> dict[str, float]:
        return {term: (1 + math.log(n)) * self.idf(term) for term, n in document.items()}

    def cosine(self, one: Mapping[str, int], other: Mapping[str, int]) -> float:
        a, b = self.weights(one), self.weights(other)
        product = sum(weight * b.get(term, 0.0) for term, weight in a.items())
        lengths = math.hypot(*a.values()) * math.hypot(*b.values())
        return product / lengths if lengths else 0.0


def filled(documents):
    index = TermIndex()
    for row, document in documents.items():
        index.add(row, document)
    return index


def assert_cosines(index, documents, query):
    naive = Naive(documents)
    rows = np.array(sorted(documents), np.int64)
    expected = [naive.cosine(query, documents[row]) for row in rows]
    np.testing.assert_allclose(index.cosines(query, rows), expected, atol=1e-9)


@pytest.fixture(autouse=True, scope="module")
def _compiles_often() -> Iterator[None]:
    """The matrix is compiled after a few changes: base, tail and dead rows all occur in small data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_TAIL_LEAST", 4)
        yield


@given(st.lists(counts, max_size=14), counts)
@settings(max_examples=60, deadline=None)
def test_search_of_a_compiled_index_is_exact(listed, query):
    documents = {row * 3: document for row, document in enumerate(listed)}
    index = filled(documents)
    index._waste = 10**6  # compile now, so that no length is out of date
    naive = Naive(documents)
    expected = {row: naive.cosine(query, document) for row, document in documents.items()}
    rows, cosines = index.search(query, 100)
    assert set(rows.tolist()) == {row for row, cosine in expected.items() if cosine > 0}
    np.testing.assert_allclose(cosines, [expected[row] for row in rows.tolist()], atol=1e-9)
    assert (np.diff(cosines) <= 0).all()


class TermMachine(RuleBasedStateMachine):
    """Rows only grow, as a store gives them out; any of them may go."""

    @initialize()
    def start(self):
        self.index = TermIndex()
        self.documents: dict[int, dict[str, int]] = {}
        self.next = 0

    @rule(document=counts, gap=st.integers(1, 3))
    def add(self, document, gap):
        self.next += gap
        self.index.add(self.next, document)
        self.documents[self.next] = document

    @rule(row=st.integers(0, 40))
    def remove(self, row):
        self.index.remove(row)
        self.documents.pop(row, None)

    @rule(query=counts, k=st.integers(0, 5), mask=st.none() | st.lists(st.booleans(), max_size=40))
    def search(self, query, k, mask):
        allowed = None if mask is None else np.array(mask, bool)
        rows, cosines = self.index.search(query, k, allowed)
        naive = Naive(self.documents)
        may = {
            row
            for row, document in self.documents.items()
            if (mask is None or (row < len(mask) and mask[row])) and naive.cosine(query, document) > 0
        }
        assert set(rows.tolist()) <= may
        assert len(rows) == min(k, len(may))
        assert (np.diff(cosines) <= 0).all()
        assert (cosines > 0).all()

    @rule(query=counts)
    def compare(self, query):
        assert_cosines(self.index, self.documents, query)

    @rule(term=st.sampled_from([*TERMS, "unknown"]))
    def weigh(self, term):
        assert self.index.idf([term]).tolist() == pytest.approx([Naive(self.documents).idf(term)])

    @invariant()
    def counts_them(self):
        assert len(self.index) == len(self.documents)


TermMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestStateful = TermMachine.TestCase


def test_empty():
    index = TermIndex()
    rows, cosines = index.search({"a": 1}, 5)
    assert (len(rows), len(cosines), len(index)) == (0, 0, 0)
    assert index.cosines({"a": 1}, np.empty(0, np.int64)).shape == (0,)
    index.remove(3)


def test_the_same_terms_have_a_cosine_of_one_whatever_the_counts_are_called():
    documents = {1: {"ferry": 2, "harbour": 1}, 2: {"strike": 1, "harbour": 1}, 3: {"cup": 4}}
    index = filled(documents)
    assert index.cosines(documents[1], np.array([1, 2, 3])) == pytest.approx(
        [1, Naive(documents).cosine(documents[1], documents[2]), 0]
    )
    assert index.search(documents[1], 5)[0].tolist() == [1, 2]


def test_unknown_terms_of_a_query_count_in_its_length():
    documents = {1: {"ferry": 1}, 2: {"strike": 1}}
    index = filled(documents)
    query = {"ferry": 1, "never": 3, "seen": 1}
    expected = Naive(documents).cosine(query, documents[1])
    assert index.cosines(query, np.array([1])) == pytest.approx([expected])


def test_equal_cosines_stand_in_the_order_of_rows():
    index = filled({row: {"ferry": 1, f"own{row % 2}": 1} for row in range(20)})
    rows, _ = index.search({"ferry": 1}, 20)
    assert rows.tolist() == list(range(20))


def test_a_vocabulary_larger_than_the_first_arrays():
    documents = {row: {f"t{row}-{i}": 1 for i in range(300)} | {"all": 1} for row in range(12)}
    index = filled(documents)
    assert_cosines(index, documents, documents[11])
    assert index.search(documents[11], 1)[0].tolist() == [11]


def test_cosines_drift_little_between_compilations(monkeypatch):
    """What the docstring states: under .01, when a collection of some size has grown by less than a tenth."""
    monkeypatch.setattr(lexical, "_TAIL_LEAST", 64)
    rng = np.random.default_rng(3)

    def document():
        terms = (rng.zipf(1.3, 150) % 3000).tolist()
        return {f"z{term}": terms.count(term) for term in set(terms)}

    documents = {row: document() for row in range(1000)}
    index = filled(documents)
    index.search(documents[0], 1)
    for row in range(1000, 1090):
        documents[row] = document()
        index.add(row, documents[row])
    query = document()
    rows, cosines = index.search(query, 1000)
    exact = index.cosines(query, rows)
    assert np.abs(cosines - exact).max() < 0.01


def test_searches_at_the_same_time_compile_once_and_agree():
    documents = {row: {f"w{row % 7}": 1, f"v{row % 11}": 2} for row in range(300)}
    index = filled(documents)
    expected = filled(documents).search(documents[5], 10)[0].tolist()
    found: list[list[int]] = []

    def search():
        found.append(index.search(documents[5], 10)[0].tolist())

    threads = [threading.Thread(target=search) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 6
