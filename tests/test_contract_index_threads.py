"""Every vector index with four searchers beside one that adds and removes (the contract, continued)."""

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from embeddings.index import ExactIndex
from embeddings.index import faiss as faiss_module
from embeddings.index.faiss import FaissIndex

MAKERS = {
    "exact": ExactIndex,
    "flat": FaissIndex,
    "ivf": lambda d: FaissIndex(d, "IVF4,Flat"),
    "hnsw": lambda d: FaissIndex(d, "HNSW16"),
}


@pytest.fixture(autouse=True, scope="module")
def _small_tail() -> Iterator[None]:
    """Bases are rebuilt all the time, under the searchers' feet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faiss_module, "_TAIL_LEAST", 12)
        yield


@pytest.fixture(params=MAKERS)
def make(request):
    return MAKERS[request.param]


KEPT = 64
"""Ids below this are never removed while threads run."""


def random_units(n):
    rows = np.random.default_rng(0).standard_normal((n, 16)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def assert_searched(index, vectors, asked):
    nearest = index.search(vectors[asked], 5)
    assert (nearest.ids[:, 0] == asked).all(), "one that was never removed was not found"
    for query, row, scores in zip(vectors[asked], nearest.ids, nearest.scores, strict=True):
        there = row >= 0
        np.testing.assert_allclose(vectors[row[there]] @ query, scores[there], atol=1e-5)
    np.testing.assert_allclose(index.vectors(asked), vectors[asked], atol=1e-6)


def change(index, vectors, rng):
    there = index.ids()[KEPT:]
    new = np.setdiff1d(rng.choice(np.arange(KEPT, len(vectors)), 20, replace=False), there)
    index.add(new, vectors[new])
    there = np.union1d(there, new)
    gone = rng.choice(there, len(there) // 3, replace=False)
    index.remove(gone)
    assert index.ids()[KEPT:].tolist() == np.setdiff1d(there, gone).tolist()


def test_searches_beside_adds_and_removes(make):
    """Four searchers beside one writer: no exception, no id with another's vector, none missing."""
    vectors = random_units(400)
    index = make(16)
    index.add(np.arange(KEPT), vectors[:KEPT])
    failures: list[BaseException] = []
    searches = [0] * 4
    end = time.monotonic() + 1.0

    def repeat(step, worker):
        rng = np.random.default_rng(worker)
        try:
            while time.monotonic() < end and not failures:
                step(rng)
                searches[worker % 4] += step is search_once
        except BaseException as error:  # an assertion in a thread would go unseen
            failures.append(error)

    def search_once(rng):
        assert_searched(index, vectors, rng.integers(0, KEPT, 3))

    def write_once(rng):
        change(index, vectors, rng)

    threads = [threading.Thread(target=repeat, args=(search_once, worker)) for worker in range(4)]
    threads.append(threading.Thread(target=repeat, args=(write_once, 4)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert min(searches) > 0
