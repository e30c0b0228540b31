"""One contract for every vector index, by values: what plain arithmetic finds, each of them has to find.

Most vectors here have coordinates of 0, .5 and 1: their products are exact in any order of summing, so ties
are real.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from embeddings.errors import BadVectors
from embeddings.index import ExactIndex
from embeddings.index import faiss as faiss_module
from embeddings.index.faiss import FaissIndex

D = 4
CORNERS = np.array(
    [[*row] for row in np.vstack([np.eye(D), -np.eye(D)])]
    + [[a, b, c, d] for a in (-0.5, 0.5) for b in (-0.5, 0.5) for c in (-0.5, 0.5) for d in (-0.5, 0.5)],
    np.float32,
)
"""24 unit vectors whose products are multiples of 1/4."""

EXACT: dict[str, Callable[[int], object]] = {"exact": ExactIndex, "flat": FaissIndex}
APPROXIMATE = {
    "ivf": lambda d: FaissIndex(d, "IVF4,Flat"),
    "hnsw": lambda d: FaissIndex(d, "HNSW16"),
    "ivf-few": lambda d: FaissIndex(d, "IVF1024,Flat"),
}
LOADERS = {
    "exact": ExactIndex.load,
    "flat": lambda path: FaissIndex.load(path, 16),
    "ivf": lambda path: FaissIndex.load(path, 16, "IVF4,Flat"),
    "hnsw": lambda path: FaissIndex.load(path, 16, "HNSW16"),
    "ivf-few": lambda path: FaissIndex.load(path, 16, "IVF1024,Flat"),
}


@pytest.fixture(autouse=True, scope="module")
def _small_tail() -> Iterator[None]:
    """Bases are rebuilt after a dozen changes, not after thousands: every path is walked with small data."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faiss_module, "_TAIL_LEAST", 12)
        yield


@pytest.fixture(params=EXACT)
def exact(request):
    return EXACT[request.param]


@pytest.fixture(params=[*EXACT, *APPROXIMATE])
def kind(request):
    return request.param


@pytest.fixture
def make(kind):
    return (EXACT | APPROXIMATE)[kind]


def ids(*numbers):
    return np.array(numbers, np.int64)


def random_units(n, d=16, seed=0):
    rows = np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def expected(stored, query, k, allowed=None):
    """The oracle: (id, score) of everything that may be found, best first, equal scores by id; no BLAS."""
    found = [
        (id, float(np.float32(sum(float(a) * float(b) for a, b in zip(query, vector, strict=True)))))
        for id, vector in stored.items()
        if allowed is None or (id < len(allowed) and allowed[id])
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def assert_found(nearest, row, wanted, k):
    """Exact scores, padding, the order of ids; at the cut any of those with the last score."""
    got_ids, got_scores = nearest.ids[row].tolist(), nearest.scores[row].tolist()
    n = min(k, len(wanted))
    assert got_scores == [score for _, score in wanted[:n]] + [-np.inf] * (k - n)
    assert got_ids[n:] == [-1] * (k - n)
    if n:
        last = wanted[n - 1][1]
        above = [id for id, score in wanted if score > last]
        assert got_ids[: len(above)] == above
        at_cut = got_ids[len(above) : n]
        assert at_cut == sorted(set(at_cut))
        assert set(at_cut) <= {id for id, score in wanted if score == last}


# Exact indexes


def test_scores_ids_and_ties_are_those_of_the_oracle(exact):
    rng = np.random.default_rng(5)
    index = exact(D)
    numbers = rng.permutation(200)[:60]
    vectors = CORNERS[rng.integers(0, len(CORNERS), 60)]
    for part in np.array_split(np.arange(60), 7):
        index.add(numbers[part], vectors[part])
    gone = numbers[::9]
    index.remove(gone)
    stored = {int(i): v for i, v in zip(numbers, vectors, strict=True) if i not in gone}
    mask = rng.random(150) < 0.5
    for allowed in (None, mask, np.zeros(150, bool), np.ones(3, bool), np.zeros(0, bool)):
        for k in (1, 3, 10, 100):
            nearest = index.search(CORNERS, k, allowed)
            assert nearest.ids.shape == nearest.scores.shape == (len(CORNERS), k)
            for row, query in enumerate(CORNERS):
                assert_found(nearest, row, expected(stored, query, k, allowed), k)


def test_real_values_agree_with_numpy(exact):
    vectors = random_units(500, 48)
    queries = random_units(20, 48, seed=1)
    index = exact(48)
    index.add(np.arange(0, 1000, 2), vectors)
    nearest = index.search(queries, 10)
    scores = queries.astype(np.float64) @ vectors.astype(np.float64).T
    order = np.argsort(-scores, axis=1)[:, :10]
    assert np.array_equal(nearest.ids, order * 2)
    np.testing.assert_allclose(nearest.scores, np.take_along_axis(scores, order, 1), atol=1e-6)


def test_a_few_allowed_among_many(exact):
    """A mask that leaves little is another path than one that leaves much."""
    vectors = random_units(3000)
    index = exact(16)
    index.add(np.arange(3000), vectors)
    for share in (0.001, 0.01, 0.2, 0.9):
        mask = np.random.default_rng(2).random(3000) < share
        found = index.search(vectors[:5], 4, mask)
        scores = np.where(mask, vectors[:5] @ vectors.T, -np.inf)
        np.testing.assert_allclose(found.scores, -np.sort(-scores, axis=1)[:, :4], atol=1e-6)
        assert mask[found.ids[found.ids >= 0]].all()


# Every index


def test_empty(make):
    index = make(D)
    assert len(index) == 0
    assert index.ids().tolist() == []
    for allowed in (None, np.ones(5, bool), np.zeros(0, bool)):
        nearest = index.search(CORNERS[:2], 3, allowed)
        assert nearest.ids.tolist() == [[-1] * 3] * 2
        assert nearest.scores.tolist() == [[-np.inf] * 3] * 2
    index.remove(ids(1, 2))
    with pytest.raises(KeyError):
        index.vectors(ids(0))


def test_no_queries_and_no_hits_wanted(make):
    index = make(D)
    index.add(ids(1, 2), CORNERS[:2])
    assert index.search(np.empty((0, D), np.float32), 3).ids.shape == (0, 3)
    assert index.search(CORNERS[:2], 0).ids.shape == (2, 0)


def test_types(make):
    index = make(D)
    index.add([5, 3], CORNERS[:2].astype(np.float64))
    nearest = index.search(CORNERS[:1].astype(np.float64), 3)
    assert (nearest.ids.dtype, nearest.scores.dtype) == (np.int64, np.float32)
    assert (index.ids().dtype, index.vectors(ids(3)).dtype) == (np.int64, np.float32)


def test_vectors_are_scaled_to_unit_length(make):
    index = make(D)
    index.add(ids(7), CORNERS[:1] * 12)
    assert index.search(CORNERS[:1] * 0.1, 1).scores.tolist() == [[1.0]]
    np.testing.assert_array_equal(index.vectors(ids(7)), CORNERS[:1])


def test_each_vector_is_its_own_nearest(make):
    """What holds of approximate indexes too: containment, not exactness."""
    vectors = random_units(400)
    index = make(16)
    for part in np.array_split(np.arange(400), 3):
        index.add(part * 3, vectors[part])
    index.remove(np.arange(0, 1200, 6))
    left = np.arange(3, 1200, 6)
    nearest = index.search(vectors[left // 3], 5)
    assert nearest.ids[:, 0].tolist() == left.tolist()
    np.testing.assert_allclose(nearest.scores[:, 0], 1.0, atol=1e-5)
    assert set(np.unique(nearest.ids)) <= {-1, *left.tolist()}
    assert (np.diff(nearest.scores, axis=1) <= 0).all()
    assert len(index) == len(left)
    assert index.ids().tolist() == left.tolist()
    np.testing.assert_allclose(index.vectors(left[::-1]), vectors[left[::-1] // 3], atol=1e-6)


def test_masks_keep_out_what_they_forbid(make):
    vectors = random_units(300)
    index = make(16)
    index.add(np.arange(300), vectors)
    mask = np.arange(250) % 3 == 0
    nearest = index.search(vectors[:90], 8, mask)
    found = nearest.ids[nearest.ids >= 0]
    assert (found % 3 == 0).all()
    assert found.max() < 250
    assert nearest.ids[::3, 0].tolist() == list(range(0, 90, 3))


def test_more_wanted_than_there_are(make):
    vectors = random_units(30)
    index = make(16)
    index.add(np.arange(30), vectors)
    nearest = index.search(vectors[:4], 50)
    assert nearest.ids.shape == (4, 50)
    assert (nearest.ids[:, 30:] == -1).all()
    assert np.isneginf(nearest.scores[nearest.ids == -1]).all()
    assert np.isfinite(nearest.scores[nearest.ids >= 0]).all()
    for row in nearest.ids:
        assert len(set(row[row >= 0])) == (row >= 0).sum()


@pytest.mark.parametrize(
    "bad",
    [
        np.full((1, D), np.nan),
        np.full((1, D), np.inf),
        np.zeros((1, D)),
        np.ones((1, D + 1)),
        np.ones(D),
        np.vstack([np.ones(D), np.zeros(D)]),
    ],
)
def test_bad_vectors_are_refused_whole(make, bad):
    index = make(D)
    index.add(ids(1), CORNERS[:1])
    with pytest.raises(BadVectors):
        index.add(np.arange(5, 5 + len(np.atleast_2d(bad))), bad)
    with pytest.raises(BadVectors):
        index.search(bad, 1)
    assert index.ids().tolist() == [1]


@pytest.mark.parametrize("wrong", [[-1, 9], [8, 8], [9, 1], [9, 40]])
def test_bad_ids_are_refused_whole(make, wrong, tmp_path):
    """Negative, twice in one call, there already in the base (1) or in the tail (40)."""
    index = make(D)
    index.add(ids(1, 2, 3), CORNERS[:3])
    index.save(tmp_path / "settles")
    index.add(ids(40), CORNERS[3:4])
    with pytest.raises(ValueError, match=r"-1|8|1|40"):
        index.add(ids(*wrong), CORNERS[4:6])
    assert index.ids().tolist() == [1, 2, 3, 40]
    with pytest.raises(ValueError, match="shape"):
        index.add(ids(50), CORNERS[4:6])


def test_an_id_can_come_back_with_another_vector(make, tmp_path):
    index = make(D)
    index.add(ids(1, 2), CORNERS[:2])
    index.save(tmp_path / "settles")
    index.remove(ids(1, 1, 99))
    index.add(ids(1), CORNERS[2:3])
    assert index.search(CORNERS[2:3], 1).ids.tolist() == [[1]]
    np.testing.assert_array_equal(index.vectors(ids(1)), CORNERS[2:3])
    assert index.search(CORNERS[:1], 5).ids[0].tolist().count(1) == 1


@pytest.mark.parametrize("wanted", [[4], [1, 4], [1, 2]])
def test_vectors_of_unknown_ids(make, wanted, tmp_path):
    index = make(D)
    index.add(ids(1, 2), CORNERS[:2])
    index.save(tmp_path / "settles")
    index.remove(ids(2))
    with pytest.raises(KeyError, match=str(wanted[-1])):
        index.vectors(ids(*wanted))
    assert index.vectors(ids()).shape == (0, D)


def test_given_arrays_stay_the_callers(make):
    index = make(D)
    vectors, numbers = CORNERS[:3].copy(), ids(1, 2, 3)
    index.add(numbers, vectors)
    vectors[:] = CORNERS[9]
    numbers[:] = 7
    index.ids()[:] = 8
    index.vectors(ids(1))[:] = 0
    assert index.ids().tolist() == [1, 2, 3]
    np.testing.assert_array_equal(index.vectors(ids(1, 2, 3)), CORNERS[:3])


def test_saved_and_loaded(make, kind, tmp_path):
    vectors = random_units(300)
    index = make(16)
    index.add(np.arange(300), vectors)
    index.remove(np.arange(0, 300, 7))
    path = tmp_path / "index"
    assert index.save(path) == len(index)
    again = LOADERS[kind](path)
    assert (len(again), again.dimension) == (len(index), 16)
    assert again.ids().tolist() == index.ids().tolist()
    for allowed in (None, np.arange(300) % 2 == 0):
        before, after = index.search(vectors[:40], 6, allowed), again.search(vectors[:40], 6, allowed)
        np.testing.assert_array_equal(before.ids, after.ids)
        np.testing.assert_array_equal(before.scores, after.scores)
    again.add(ids(900), vectors[:1])
    again.remove(ids(5))
    assert again.search(vectors[:1], 1).ids.tolist() == [[900]]
    again.save(path)
    assert LOADERS[kind](path).ids().tolist() == again.ids().tolist()


def test_an_empty_index_can_be_saved(make, kind, tmp_path):
    assert make(16).save(tmp_path / "index") == 0
    assert len(LOADERS[kind](tmp_path / "index")) == 0


def test_a_file_of_another_dimension_is_refused(tmp_path):
    index = FaissIndex(D)
    index.add(ids(1), CORNERS[:1])
    index.save(tmp_path / "index")
    with pytest.raises(ValueError, match="1 x 4"):
        FaissIndex.load(tmp_path / "index", D + 1)


def test_a_file_that_is_no_index_is_refused(tmp_path):
    for name, content in {"empty": b"", "text": b"not an index"}.items():
        (tmp_path / name).write_bytes(content)
        for load in LOADERS.values():
            with pytest.raises((ValueError, OSError, EOFError)):
                load(tmp_path / name)


class IndexMachine(RuleBasedStateMachine):
    """Any order of adds, removes and searches against a dict."""

    make = ExactIndex
    exact = True

    @initialize()
    def start(self):
        self.index = type(self).make(D)
        self.stored: dict[int, np.ndarray] = {}

    @rule(given=st.dictionaries(st.integers(0, 40), st.integers(0, len(CORNERS) - 1), max_size=8))
    def add(self, given):
        numbers = np.array(list(given), np.int64)
        vectors = CORNERS[list(given.values())].reshape(-1, D)
        if given.keys() & self.stored.keys():
            with pytest.raises(ValueError, match="there already"):
                self.index.add(numbers, vectors)
        else:
            self.index.add(numbers, vectors)
            self.stored |= dict(zip(given, vectors, strict=True))

    @rule(numbers=st.lists(st.integers(0, 45), max_size=10))
    def remove(self, numbers):
        self.index.remove(np.array(numbers, np.int64))
        for number in numbers:
            self.stored.pop(number, None)

    @rule(
        query=st.integers(0, len(CORNERS) - 1),
        k=st.integers(1, 12),
        mask=st.none() | st.lists(st.booleans(), max_size=45),
    )
    def search(self, query, k, mask):
        allowed = None if mask is None else np.array(mask, bool)
        nearest = self.index.search(CORNERS[query : query + 1], k, allowed)
        wanted = expected(self.stored, CORNERS[query], k, allowed)
        if self.exact:
            assert_found(nearest, 0, wanted, k)
        else:
            scores = dict(wanted)
            found = nearest.ids[0][nearest.ids[0] >= 0].tolist()
            assert len(set(found)) == len(found)
            assert [scores[id] for id in found] == nearest.scores[0][: len(found)].tolist()

    @invariant()
    def same_ids(self):
        assert len(self.index) == len(self.stored)
        assert self.index.ids().tolist() == sorted(self.stored)


def _machine(name, make, exact):
    machine = type(f"Machine{name.title()}", (IndexMachine,), {"make": staticmethod(make), "exact": exact})
    machine.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
    return machine.TestCase


TestStatefulExact = _machine("exact", ExactIndex, True)
TestStatefulFlat = _machine("flat", FaissIndex, True)
TestStatefulHnsw = _machine("hnsw", APPROXIMATE["hnsw"], False)
TestStatefulIvf = _machine("ivf", APPROXIMATE["ivf"], False)
