"""What a model makes of a set: similarities, densities and bridges by `embeddings.similarity`, and figures of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from embeddings.search.similarity import (
    BRIDGES,
    DENSITY_NEIGHBOURS,
    Model,
    adjusted,
    bridged,
    density,
    same_story,
    similarity,
    worth,
)
from embeddings.types import Floats

from .features import Pairs


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """Of N articles with K candidates each, under one model."""

    pairs: Pairs
    model: Model
    similarities: Floats
    """(N, K); -inf where there is no candidate."""
    densities: Floats
    """(N,)"""
    bridges: Floats
    """(N, K)"""

    @property
    def worth(self) -> Floats:
        """(N, K): what candidates are ranked by."""
        return worth(self.similarities, self.densities[self.pairs.candidates], self.bridges, self.model)

    @property
    def same_story(self) -> Floats:
        """(N, K) 0..1."""
        own, theirs = self.densities[:, None], self.densities[self.pairs.candidates]
        return same_story(adjusted(self.similarities, own, theirs, self.model), self.bridges, self.model)

    def with_bridge(self, weight: float) -> "Neighbourhoods":
        """The same with another weight of bridges in the rank, which changes nothing else."""
        return replace(self, model=replace(self.model, rank_bridge=weight))


def neighbourhoods(pairs: Pairs, model: Model) -> Neighbourhoods:
    """As the collection and the scorer have them, for all articles at once."""
    similarities = np.where(pairs.real, np.round(similarity(pairs.parts, model), 5), -np.inf)
    graph = _graph(pairs, similarities)
    densities = np.array([density(np.sort(row)[-DENSITY_NEIGHBOURS:], model) for row in graph])
    bridges = np.zeros(similarities.shape)
    for i, (rows, own) in enumerate(zip(pairs.candidates, similarities, strict=True)):
        best = rows[np.lexsort((rows, -(own - model.rank_density_share * densities[rows])))][:BRIDGES]
        best = best[best != i]  # padding
        first = adjusted(own[np.searchsorted(rows[pairs.real[i]], best)], densities[i], densities[best], model)
        second = adjusted(graph[np.ix_(best, rows)], densities[best][:, None], densities[rows], model)
        bridges[i] = bridged(first, np.where(rows == best[:, None], np.inf, second))
    return Neighbourhoods(pairs, model, similarities, densities, bridges)


def _graph(pairs: Pairs, similarities: Floats) -> Floats:
    """(N, N) similarity where one is among the other's nearest, else -inf."""
    n = len(pairs)
    graph = np.full((n, n), -np.inf)
    nearest = np.argsort(-similarities, axis=1, kind="stable")[:, :DENSITY_NEIGHBOURS]
    rows, columns = np.repeat(np.arange(n), nearest.shape[1]), np.take_along_axis(pairs.candidates, nearest, 1).ravel()
    values = np.take_along_axis(similarities, nearest, 1).ravel()
    graph[rows, columns] = values
    graph[columns, rows] = np.maximum(graph[columns, rows], values)
    np.fill_diagonal(graph, -np.inf)
    return graph


def retrieval(found: Neighbourhoods) -> Mapping[str, float]:
    """Mean average precision over all candidates and over the first 20, and recall among the first 10."""
    pairs = found.pairs
    asked = np.flatnonzero(pairs.wanted)
    order = np.argsort(-found.worth[asked], axis=1, kind="stable")
    hits = np.take_along_axis(pairs.relevant[asked], order, 1)
    wanted = pairs.wanted[asked]
    precision = hits * hits.cumsum(axis=1) / np.arange(1, hits.shape[1] + 1)
    return {
        "map": float((precision.sum(axis=1) / wanted).mean()),
        "map_at_20": float((precision[:, :20].sum(axis=1) / wanted).mean()),
        "recall_at_10": float((hits[:, :10].sum(axis=1) / wanted.clip(max=10)).mean()),
    }


def graded(found: Neighbourhoods) -> tuple[Floats, Floats]:
    """The worth of each graded pair, mean of both directions, and the grades; both (M,)."""
    pairs, values = found.pairs, found.worth

    def one_way(a: int, b: int) -> float:
        return float(values[a, np.searchsorted(pairs.candidates[a, pairs.real[a]], b)])

    return (
        np.array([(one_way(a, b) + one_way(b, a)) / 2 for a, b, _ in pairs.grades]),
        np.array([grade for _, _, grade in pairs.grades]),
    )


def pearson(found: Neighbourhoods) -> float:
    """Of the worth with people's grades."""
    return float(np.corrcoef(*graded(found))[0, 1])


def figures(pairs: Pairs, model: Model) -> dict[str, float]:
    """What a model reaches on a set."""
    found = neighbourhoods(pairs, model)
    named = {"pearson": pearson(found)} if pairs.grades else dict(retrieval(found))
    return {name: round(value, 4) for name, value in named.items()}
