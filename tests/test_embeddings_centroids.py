"""Centroids in lists: the same vectors under the same rows, and a newcomer's neighbours among those it meets."""

import numpy as np
import pytest

from embeddings.search import centroids
from embeddings.search.centroids import Centroids


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> tuple[np.ndarray, np.ndarray]:
    """2,000 articles of 100 topics, 16-d, and their days; of some nothing is known."""
    monkeypatch.setattr(centroids, "_DATED", 100)
    monkeypatch.setattr(centroids, "_LATE", 150)
    monkeypatch.setattr(centroids, "_COMPARED", 5.0)
    rng = np.random.default_rng(1)
    topics = rng.standard_normal((100, 16))
    vectors = unit(topics[rng.integers(0, 100, 2_000)] + 0.3 * rng.standard_normal((2_000, 16)))
    days = rng.integers(0, 1_000, 2_000).astype(float)
    days[::50] = np.nan
    return vectors, days


def filled(vectors: np.ndarray) -> Centroids:
    found = Centroids(16)
    for row, vector in enumerate(vectors):
        found.put(row, vector)
    return found


def test_a_newcomer_meets_its_neighbours(archive: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, days = archive
    some, held = filled(vectors[:1_000]), 0
    for row in range(1_000, 2_000):
        rows, cosines = some.near(vectors[row], days[row], days)
        assert len(set(rows.tolist())) == len(rows) < row
        assert rows.max() < row
        np.testing.assert_allclose(cosines, vectors[rows] @ vectors[row], atol=1e-5)
        best = np.argsort(-(vectors[:row] @ vectors[row]))[:5]
        held += np.isin(best, rows).sum()
        some.put(row, vectors[row])
    assert held / 5_000 > 0.9
    every = np.arange(2_000)
    assert np.array_equal(some.of(every), vectors)
    for rows in (every[::3], every[::2], every[5:]):
        np.testing.assert_allclose(some.cosines(vectors[3], rows), vectors[rows] @ vectors[3], atol=1e-5)


def test_articles_of_its_day_are_met_whatever_they_say(archive: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, days = archive
    rows, _ = filled(vectors).near(vectors[0], 500.0, days)
    assert {int(row) for row in np.flatnonzero(np.abs(days - 500) <= 10)} <= set(rows.tolist())
    assert len(filled(vectors).near(vectors[0], np.nan, days)[0])
