"""The parts of the similarity of every article of a set with its candidates, from the product's own collection."""

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from corpus import encoded
from corpus.records import ParagraphKey, Profile
from embeddings.index import ExactIndex
from embeddings.search import Collection
from embeddings.search.similarity import Parts
from embeddings.types import Floats, Ids, Vectors

from .sets import LabelledSet

DEPTH = 100
"""Candidates by centroids, and again by words, and half as many by names: twice as deep as the first page's."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """A set as numbers: N articles with K candidates each."""

    name: str
    digest: str
    candidates: Ids
    """(N, K): positions; the article itself where it has fewer."""
    real: NDArray[np.bool_]
    """(N, K): whether a candidate is one."""
    parts: Parts
    """Of (N, K) float64 arrays; NaN where there is no candidate, too."""
    relevant: NDArray[np.bool_]
    """(N, K): of the same story."""
    wanted: Ids
    """(N,): how many other articles the story has, found or not."""
    grades: tuple[tuple[int, int, float], ...]
    """(article, article, relatedness 0..1); each is among the other's candidates."""

    def __len__(self) -> int:
        return len(self.candidates)


def pairs_of(some: LabelledSet, vectors: dict[str, Vectors]) -> Pairs:
    """Find and compare the candidates of every article of a set."""
    collection = _collection(some, vectors)
    partners: dict[int, set[int]] = {}
    for a, b, _ in some.grades:
        partners.setdefault(a, set()).add(b)
        partners.setdefault(b, set()).add(a)
    rows, parts = [], []
    for row in range(len(some.articles)):
        query = collection.query(row)
        found = collection.candidates(query, DEPTH)
        found = np.union1d(found, np.array(sorted(partners.get(row, ())), np.int64))
        rows.append(found)
        parts.append(collection.compare(query, found))
    width = max(len(found) for found in rows)
    candidates = np.stack([np.pad(found, (0, width - len(found)), constant_values=i) for i, found in enumerate(rows)])
    real = np.arange(width) < np.array([len(found) for found in rows])[:, None]
    story = _codes(some.stories)
    sizes = np.bincount(story[story >= 0], minlength=1)
    return Pairs(
        some.name, some.digest, candidates, real, _stacked(parts, width),
        (story[candidates] == story[:, None]) & (story >= 0)[:, None] & real,
        np.where(story >= 0, sizes[story] - 1, 0), tuple(some.grades),
    )  # fmt: skip


def _collection(some: LabelledSet, vectors: dict[str, Vectors]) -> Collection:
    keys, count = [], 0
    for p in some.articles:
        own = encoded(p.paragraphs)
        keys.append(tuple(ParagraphKey(count + i, q.hash, q.end - q.start) for i, q in enumerate(own)))
        count += len(own)
    stacked = np.stack([vectors[key.hash] for own in keys for key in own])
    collection = Collection(ExactIndex(stacked.shape[1], np.arange(count), stacked))
    for row, (p, passages) in enumerate(zip(some.articles, keys, strict=True)):
        article = p.article
        profile = Profile(
            row, article.id, article.published, article.source, article.language, p.body_hash, p.title_hash,
            p.terms, b"", passages,
        )  # fmt: skip
        collection.add(profile, vectors[p.title_hash] if p.title_hash else None)
    return collection


def _stacked(parts: list[Parts], width: int) -> Parts:
    def padded(name: str) -> Floats:
        rows = [getattr(some, name) for some in parts]
        return np.stack([np.pad(row, (0, width - len(row)), constant_values=np.nan) for row in rows])

    across = [np.zeros(width, bool) if some.across is None else np.pad(some.across, (0, width - len(some.across)))
              for some in parts]  # fmt: skip
    numbers = {field.name: padded(field.name) for field in fields(Parts) if field.name != "across"}
    return replace(Parts(**numbers), across=np.stack(across))  # type: ignore[arg-type]


def _codes(stories: list[str | None]) -> Ids:
    numbers: dict[str, int] = {}
    return np.array([-1 if s is None else numbers.setdefault(s, len(numbers)) for s in stories], np.int64)
