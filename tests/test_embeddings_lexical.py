"""The term index against TF-IDF worked out term by term in plain Python, in any order of adds and removes."""

import math
import threading
import tracemalloc
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from corpus import Terms
from embeddings.lexical import index as lexical
from embeddings.lexical import records
from embeddings.lexical.index import TermIndex
from embeddings.lexical.vocabulary import Vocabulary

WORDS = [f"w{i}" for i in range(12)]
COUNTS = st.dictionaries(st.sampled_from(WORDS), st.integers(1, 16), max_size=8)
"""Counts that are kept exactly."""


@st.composite
def some_terms(draw: st.DrawFn) -> Terms:
    words = draw(COUNTS)
    return Terms(words, {word: n for word, n in words.items() if draw(st.booleans())})


def plain(words: Mapping[str, int], *names: str) -> Terms:
    return Terms(dict(words), {name: words[name] for name in names})


class Naive:
    """The definition: (1 + ln n) * ln((N + 1) / (df + 0.5)), cosine; names by the words' counts and frequencies."""

    def __init__(self, documents: Mapping[int, Terms]) -> None:
        self.documents = documents

    def idf(self, term: str) -> float:
        df = sum(term in document.words for document in self.documents.values())
        return max(0.0, math.log((len(self.documents) + 1) / (df + 0.5)))

    def weights(self, document: Terms, names: bool) -> dict[str, float]:
        chosen = document.names if names else document.words
        return {term: (1 + math.log(document.words[term])) * self.idf(term) for term in chosen}

    def cosine(self, one: Terms, other: Terms, names: bool = False) -> float:
        if names and not (one.names and other.names):
            return math.nan
        a, b = self.weights(one, names), self.weights(other, names)
        product = sum(weight * b.get(term, 0.0) for term, weight in a.items())
        lengths = math.hypot(*a.values()) * math.hypot(*b.values())
        return product / lengths if lengths else 0.0


def filled(documents: Mapping[int, Terms]) -> TermIndex:
    index = TermIndex()
    for row, document in documents.items():
        index.add(row, document)
    return index


def idf_of(index: TermIndex, words: list[str]) -> np.ndarray:
    """Inverse document frequency of each word, as the index weighs with it; an unknown word has the highest."""
    return index._statistics.idf(index._vocabulary.numbers(words))


def best(
    index: TermIndex, query: Terms, k: int, allowed: np.ndarray | None = None, *, names: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The rows of at most k candidates with the highest cosine above 0, best first, and the cosines."""
    rows = index.candidates(query, max(4 * k, 200), allowed)
    cosines = index.cosines(query, rows)[names]
    good = np.flatnonzero(cosines > 0)
    order = good[np.lexsort((rows[good], -cosines[good]))][:k]
    return rows[order], cosines[order]


def assert_cosines(index: TermIndex, documents: Mapping[int, Terms], query: Terms) -> None:
    naive = Naive(documents)
    rows = np.array(sorted(documents), np.int64)
    for names, found in enumerate(index.cosines(query, rows)):
        expected = [naive.cosine(query, documents[row], bool(names)) for row in rows]
        np.testing.assert_allclose(found, np.array(expected), atol=1e-9)


def assert_found(index: TermIndex, documents: Mapping[int, Terms], query: Terms, names: bool) -> None:
    naive = Naive(documents)
    cosines = {row: naive.cosine(query, document, names) for row, document in documents.items()}
    rows, found = best(index, query, 100, names=names)
    assert set(rows.tolist()) == {row for row, cosine in cosines.items() if cosine > 0}
    np.testing.assert_allclose(found, [cosines[row] for row in rows.tolist()], atol=1e-9)
    assert (np.diff(found) <= 1e-9).all()


@pytest.fixture(autouse=True, scope="module")
def _small_is_large() -> Iterator[None]:
    """Compiled after a few changes, and found by postings: base, tail and dead rows all occur in small data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "_TAIL_LEAST", 4)
        patch.setattr(lexical, "_FEW", 2)
        yield


class TermMachine(RuleBasedStateMachine):
    """Rows only grow, as a store gives them out; any of them may go."""

    @initialize()
    def start(self):
        self.index = TermIndex()
        self.documents: dict[int, Terms] = {}
        self.next = 0

    @rule(document=some_terms(), gap=st.integers(1, 3))
    def add(self, document, gap):
        self.next += gap
        self.index.add(self.next, document)
        self.documents[self.next] = document

    @rule(row=st.integers(0, 40))
    def remove(self, row):
        self.index.remove(row)
        self.documents.pop(row, None)

    @rule(query=some_terms(), names=st.booleans())
    def search_all(self, query, names):
        assert_found(self.index, self.documents, query, names)

    @rule(query=some_terms(), k=st.integers(0, 5), mask=st.lists(st.booleans(), max_size=40))
    def search(self, query, k, mask):
        rows, cosines = best(self.index, query, k, np.array(mask, bool))
        naive = Naive(self.documents)
        may = {
            row: cosine
            for row, document in self.documents.items()
            if row < len(mask) and mask[row] and (cosine := naive.cosine(query, document)) > 0
        }
        assert set(rows.tolist()) <= may.keys()
        assert cosines.tolist() == pytest.approx(sorted(may.values(), reverse=True)[:k])

    @rule(query=some_terms())
    def compare(self, query):
        assert_cosines(self.index, self.documents, query)

    @rule(word=st.sampled_from([*WORDS, "unknown"]))
    def weigh(self, word):
        assert idf_of(self.index, [word]).tolist() == pytest.approx([Naive(self.documents).idf(word)])

    @rule(row=st.integers(0, 40))
    def give_back(self, row):
        assert self.index.terms(row) == self.documents.get(row, Terms({}, {}))

    @invariant()
    def counts_them(self):
        assert len(self.index) == len(self.documents)


TermMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestStateful = TermMachine.TestCase


# What is kept


def test_empty():
    index = TermIndex()
    rows, cosines = best(index, plain({"a": 1}), 5)
    assert (len(rows), len(cosines), len(index)) == (0, 0, 0)
    assert [part.shape for part in index.cosines(plain({"a": 1}), np.empty(0, np.int64))] == [(0,), (0,)]
    assert index.weights([]) == ([], pytest.approx([]))
    index.remove(3)


def test_an_article_without_terms():
    index = filled({1: plain({}), 2: plain({"ferry": 1}, "ferry"), 3: plain({"cup": 1})})
    words, names = index.cosines(plain({"ferry": 1}, "ferry"), np.array([1, 2, 3, 4]))
    assert words == pytest.approx([0, 1, 0, 0])
    assert names == pytest.approx([np.nan, 1, np.nan, np.nan], nan_ok=True)
    assert best(index, plain({}), 5)[0].tolist() == []


@given(st.integers(1, 100_000))
def test_a_count_is_kept_to_an_eighth_and_small_ones_exactly(count):
    kept = filled({1: plain({"ferry": count})}).terms(1).words["ferry"]
    assert kept == count if count <= 16 else kept == pytest.approx(min(count, 131), rel=0.125)


@given(st.sets(st.integers(0, 5_000_000) | st.integers(0, 3000), max_size=60), st.randoms())
def test_terms_come_back_whatever_their_numbers(numbers, random):
    ordered = sorted(numbers)
    shuffled = random.sample(ordered, len(ordered))
    codes = {number: random.randint(1, 31) for number in ordered}
    named = {number: random.random() < 0.5 for number in ordered}
    packed = records.pack_terms(
        np.array(shuffled, np.int64),
        np.array([codes[n] for n in shuffled], np.int64),
        np.array([named[n] for n in shuffled], bool),
    )
    heap = records.RecordHeap()
    for row, own in enumerate([packed, packed[:0], packed]):
        heap.put(row, own)
    some = heap.unpacked(np.arange(3)).terms()
    assert some.numbers.tolist() == ordered * 2
    assert some.codes.tolist() == [codes[n] for n in ordered] * 2
    assert some.named.tolist() == [named[n] for n in ordered] * 2
    assert some.owner.tolist() == [0] * len(ordered) + [2] * len(ordered)


@given(st.lists(st.lists(st.text(max_size=3), unique=True, max_size=30), max_size=12))
def test_words_and_their_numbers(lists):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("embeddings.lexical.vocabulary._NEW_LEAST", 3)
        vocabulary, known = Vocabulary(), {}
        for words in lists:
            assert vocabulary.numbers(words).tolist() == [known.get(word, -1) for word in words]
            for word in words:
                known.setdefault(word, len(known))
            assert vocabulary.add(words).tolist() == [known[word] for word in words]
        assert vocabulary.words(known.values()) == list(known)
        assert len(vocabulary) == len(known)


def _news(rng: np.random.Generator, count: int) -> list[Terms]:
    """Articles of Zipf's words, 300 each, a sixth of them names."""
    drawn = [
        np.unique((rng.pareto(0.6, 700) * 30).astype(np.int64) % 200_000, return_counts=True) for _ in range(count)
    ]
    return [
        plain(words := {f"word{t}": int(n) for t, n in zip(*some, strict=True)}, *list(words)[::6]) for some in drawn
    ]


def test_an_article_takes_less_than_a_kilobyte_and_a_half():
    documents = _news(np.random.default_rng(5), 400)
    distinct = sum(len(document.words) for document in documents) / len(documents)
    tracemalloc.start()
    index = filled(dict(enumerate(documents)))
    best(index, documents[0], 1)
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    vocabulary = 40 * len(index._vocabulary)  # Heaps: 400 articles have 60 words each of their own, 100,000 have 8
    assert (taken - vocabulary) / len(documents) < 1500 * distinct / 300


# What is found


def test_the_same_terms_have_a_cosine_of_one():
    documents = {1: plain({"ferry": 2, "harbour": 1}), 2: plain({"strike": 1, "harbour": 1}), 3: plain({"cup": 4})}
    index = filled(documents)
    expected = [1, Naive(documents).cosine(documents[1], documents[2]), 0]
    assert index.cosines(documents[1], np.array([1, 2, 3]))[0] == pytest.approx(expected)
    assert best(index, documents[1], 5)[0].tolist() == [1, 2]


def test_unknown_terms_of_a_query_count_in_its_length():
    documents = {1: plain({"ferry": 1}), 2: plain({"strike": 1})}
    query = plain({"ferry": 1, "never": 3, "seen": 1})
    expected = Naive(documents).cosine(query, documents[1])
    assert filled(documents).cosines(query, np.array([1]))[0] == pytest.approx([expected])


def test_equal_cosines_stand_in_the_order_of_rows():
    index = filled({row: plain({"ferry": 1, f"own{row % 2}": 1}) for row in range(20)} | {20: plain({"cup": 1})})
    assert best(index, plain({"ferry": 1}), 20)[0].tolist() == list(range(20))


def test_a_rare_word_is_found_wherever_it_stands():
    documents = _news(np.random.default_rng(7), 300)
    documents[123] = plain(documents[123].words | {"magnitsky": 1})
    index = filled(dict(enumerate(documents)))
    assert best(index, plain({"magnitsky": 1}), 5)[0].tolist() == [123]
    long = plain(documents[7].words | {"magnitsky": 1})
    assert 123 in best(index, long, 300)[0].tolist()


def test_a_common_word_fills_the_answer_under_a_filter_too():
    documents = {row: plain({"president": 1 + (row % 9 == 0), f"own{row}": 1 + row % 3}) for row in range(300)}
    documents |= {row: plain({"cup": 1}) for row in range(300, 700)}
    index = filled(documents)
    naive, query = Naive(documents), plain({"president": 1})
    assert len(best(index, query, 200)[0]) == 200
    window = np.zeros(700, bool)
    window[100:160] = True
    rows, cosines = best(index, query, 50, window)
    expected = sorted((naive.cosine(query, documents[row]) for row in range(100, 160)), reverse=True)[:50]
    assert cosines == pytest.approx(expected)
    assert ((rows >= 100) & (rows < 160)).all()


def test_postings_find_the_best_of_news():
    rng = np.random.default_rng(11)
    documents = [
        plain(some.words | {f"story{i % 100}-{t}": 1 for t in rng.choice(40, 20, replace=False)})
        for i, some in enumerate(_news(rng, 1000))
    ]
    index = filled(dict(enumerate(documents)))
    rows = np.arange(1000)
    for query in documents[::200]:
        nearest = set(np.argsort(-index.cosines(query, rows)[0], kind="stable")[:10].tolist())
        assert len(nearest & set(index.candidates(query, 50).tolist())) >= 9


def test_words_of_articles_with_their_weights():
    documents = {1: plain({"ferry": 3, "port": 1}), 2: plain({"ferry": 1}), 3: plain({"cup": 1}), 4: plain({"cup": 2})}
    index = filled(documents)
    words, weights = index.weights([1, 2])
    idf = Naive(documents).idf
    expected = {"ferry": (2 + math.log(3)) * idf("ferry"), "port": idf("port")}
    assert dict(zip(words, weights.tolist(), strict=True)) == pytest.approx(expected)


# Drift


@given(st.lists(some_terms(), min_size=2, max_size=10), some_terms(), st.integers(0, 1))
@settings(max_examples=80, deadline=None)
def test_an_unrelated_article_moves_no_cosine_beyond_the_bound_and_its_removal_restores_all(listed, added, names):
    documents = dict(enumerate(listed))
    rows, index = np.arange(len(listed)), filled(documents)
    idf = {word: float(idf_of(index, [word])[0]) for word in WORDS}
    before = [index.cosines(document, rows)[names] for document in listed]
    index.add(99, plain({f"other {word}": n for word, n in added.words.items()}))
    after = [index.cosines(document, rows)[names] for document in listed]
    d = math.log((len(listed) + 2) / (len(listed) + 1))
    for a, one in enumerate(listed):
        for b, other in enumerate(listed):
            least = min(_root_mean_square_idf(idf, some, bool(names)) for some in (one, other))
            if least > 0 and not math.isnan(before[a][b]):
                assert abs(after[a][b] - before[a][b]) <= 2 * d / least + 1e-9
    index.remove(99)
    for a, one in enumerate(listed):
        np.testing.assert_array_equal(index.cosines(one, rows)[names], before[a])


def _root_mean_square_idf(idf: Mapping[str, float], some: Terms, names: bool) -> float:
    weights = {word: 1 + math.log(some.words[word]) for word in (some.names if names else some.words)}
    length = math.hypot(*weights.values())
    return math.hypot(*(weight * idf[word] for word, weight in weights.items())) / length if length else math.inf


def test_searches_at_the_same_time_compile_once_and_agree():
    documents = {row: plain({f"w{row % 7}": 1, f"v{row % 11}": 2}) for row in range(300)}
    index = filled(documents)
    expected = best(filled(documents), documents[5], 10)[0].tolist()
    found: list[list[int]] = []

    def search():
        found.append(best(index, documents[5], 10)[0].tolist())

    threads = [threading.Thread(target=search) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(one == other for one, other in pairwise([expected, *found]))


def test_one_article_may_bring_more_words_than_there_is_room_for() -> None:
    index = TermIndex()
    for row, count in enumerate((2_000, 9_000, 40_000)):
        index.add(row, plain({f"w{row}-{n}": 1 for n in range(count)}))
    assert best(index, plain({"w2-39999": 1}), 5)[0].tolist() == [2]


# Languages that are kept apart


class Apart(Naive):
    """Greek articles are weighed by N and df among themselves, all others by those of all."""

    def idf_for(self, of: Terms, term: str) -> float:
        greek = [document for document in self.documents.values() if document.language == "el"]
        among = greek if of.language == "el" else list(self.documents.values())
        df = sum(term in document.words for document in among)
        return max(0.0, math.log((len(among) + 1) / (df + 0.5)))

    def weights(self, document: Terms, names: bool) -> dict[str, float]:
        chosen = document.names if names else document.words
        return {term: (1 + math.log(document.words[term])) * self.idf_for(document, term) for term in chosen}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(some_terms(), st.sampled_from(["el", "en", None])), min_size=4, max_size=30), st.data())
def test_an_article_in_a_language_kept_apart_is_weighed_among_those_in_it(
    some: list[tuple[Terms, str | None]], data: st.DataObject
) -> None:
    documents = {row: Terms(terms.words, terms.names, language) for row, (terms, language) in enumerate(some)}
    index = TermIndex(frozenset({"en"}))
    for row, document in documents.items():
        index.add(row, document)
    for row in data.draw(st.lists(st.sampled_from(sorted(documents)), max_size=2, unique=True)):
        index.remove(row)
        del documents[row]
    rows, naive = np.array(sorted(documents), np.int64), Apart(documents)
    units = index.unit_terms(rows)
    for at, row in enumerate(rows.tolist()):
        for names, found in enumerate(index.cosines(row, rows)):
            expected = [naive.cosine(documents[row], documents[other], bool(names)) for other in rows.tolist()]
            np.testing.assert_allclose(found, np.array(expected), atol=1e-9)
        own = slice(units.starts[at], units.starts[at + 1])
        weights = naive.weights(documents[row], names=False)
        length = math.hypot(*weights.values()) or 1.0
        assert sorted(units.words[own].tolist()) == pytest.approx(
            sorted(w / length for w in weights.values()), abs=1e-6
        )


def test_common_words_of_a_minority_are_common() -> None:
    english = {row: plain({f"e{row}": 1, f"f{row}": 1}) for row in range(60)}
    greek = {60 + n: Terms({"common": 1, f"g{n}": 1}, {}, "el") for n in range(4)}
    together, apart = TermIndex(), TermIndex(frozenset({"en"}))
    for row, document in (english | greek).items():
        together.add(row, document)
        apart.add(row, document)
    rows = np.array([61])
    assert together.cosines(60, rows)[0][0] > 0.25
    assert apart.cosines(60, rows)[0][0] < 0.05
