"""The oracle: one matrix, one product. What FAISS finds is tested against what this finds.

It is the right choice up to some 10,000 paragraphs, and it is the tail of the FAISS index.
"""

import threading
from pathlib import Path
from typing import Self

import numpy as np

from ..arrays import within
from ..types import Ids, Mask, Scores, Vectors
from ..vectors import unit
from .base import Nearest

_BLOCK = 4_000_000
"""Scores held at a time (16 MB)."""


_WORTH_COPYING = 0.5
"""With a smaller share of vectors allowed, those are copied out first; else the others' scores are struck out."""


class ExactIndex:
    """Implements `VectorIndex`. Its state is a pair of arrays that is replaced, never written to."""

    def __init__(self, dimension: int, ids: Ids | None = None, vectors: Vectors | None = None) -> None:
        self.dimension = dimension
        self._writing = threading.Lock()
        self._state = (
            np.empty(0, np.int64) if ids is None else ids,
            np.empty((0, dimension), np.float32) if vectors is None else vectors,
        )

    def __len__(self) -> int:
        return len(self._state[0])

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """As `VectorIndex.add`."""
        new = checked(ids, vectors, self.dimension)
        with self._writing:
            self._state = merged(*self._state, *new)

    def remove(self, ids: Ids) -> None:
        """As `VectorIndex.remove`."""
        with self._writing:
            own, vectors = self._state
            keep = ~np.isin(own, ids)
            if not keep.all():
                self._state = (own[keep], vectors[keep])

    def search(self, queries: Vectors, k: int, allowed: Mask | None = None) -> Nearest:
        """As `VectorIndex.search`."""
        ids, vectors = self._state
        queries = unit(queries, dimension=self.dimension)
        return scan(queries, vectors, ids, k, None if allowed is None else within(ids, allowed))

    def vectors(self, ids: Ids) -> Vectors:
        """As `VectorIndex.vectors`."""
        own, vectors = self._state
        return np.asarray(vectors[positions(own, ids)])

    def ids(self) -> Ids:
        """As `VectorIndex.ids`."""
        return self._state[0].copy()

    def save(self, path: Path) -> int:
        """As `VectorIndex.save`: ids and vectors as an .npz file."""
        ids, vectors = self._state
        with path.open("wb") as file:
            np.savez(file, ids=ids, vectors=vectors)
        return len(ids)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; raises ValueError or OSError where it is no such file."""
        with np.load(path, allow_pickle=False) as arrays:
            ids, vectors = arrays["ids"], arrays["vectors"]
        return cls(vectors.shape[1], ids.astype(np.int64), vectors.astype(np.float32))


def checked(ids: Ids, vectors: Vectors, dimension: int) -> tuple[Ids, Vectors]:
    """Ids and vectors fit to be added."""
    numbers = np.ascontiguousarray(ids, dtype=np.int64)
    rows = unit(vectors, dimension=dimension)
    if numbers.shape != (len(rows),):
        raise ValueError(f"{len(rows)} vectors came with ids of shape {numbers.shape}")
    if len(numbers) and numbers.min() < 0:
        raise ValueError(f"id {numbers.min()} is negative")
    return numbers, rows


def merged(ids: Ids, vectors: Vectors, new_ids: Ids, new_vectors: Vectors) -> tuple[Ids, Vectors]:
    """Both sets in one, by rising id; ids that grow (as a store's do) are merely appended."""
    if len(new_ids) == 0:
        return ids, vectors
    if len(ids) == 0 and (np.diff(new_ids) > 0).all():
        return new_ids.copy(), new_vectors  # the first are many
    all_ids, all_vectors = np.concatenate([ids, new_ids]), np.concatenate([vectors, new_vectors])
    if len(ids) == 0 or new_ids[0] <= ids[-1] or (np.diff(new_ids) <= 0).any():
        order = np.argsort(all_ids, kind="stable")
        all_ids, all_vectors = all_ids[order], all_vectors[order]
        same = np.flatnonzero(np.diff(all_ids) == 0)
        if len(same):
            raise ValueError(f"id {all_ids[same[0]]} is there already, or came twice")
    return all_ids, all_vectors


def positions(own: Ids, wanted: Ids) -> Ids:
    """Where the wanted ids stand among the sorted own ones; KeyError names one that does not."""
    found = np.searchsorted(own, wanted)
    ok = found < len(own)
    if not ok.all() or not (own[found] == wanted).all():
        missing = next(int(w) for w in wanted if w not in own)
        raise KeyError(missing)
    return found


def scan(queries: Vectors, vectors: Vectors, ids: Ids, k: int, may: Mask | None = None) -> Nearest:
    """The exact search: every query with every vector (that `may` be found), in blocks that fit the memory."""
    barred = np.empty(0, np.int64)
    if may is not None and may.sum() < _WORTH_COPYING * len(may):
        vectors, ids = vectors[may], ids[may]
    elif may is not None:
        barred = np.flatnonzero(~may)
    blocks = max(1, -(-len(queries) * max(1, len(ids)) // _BLOCK))
    found = []
    for part in np.array_split(queries, blocks):
        # few rows times a long matrix: this way round OpenBLAS takes 4.6 ms instead of 7.5 (12 x 10,504, one thread)
        scores = np.ascontiguousarray((vectors @ part.T).T)
        scores[:, barred] = -np.inf
        found.append(_best(scores, ids, k))
    return Nearest(np.concatenate([n.ids for n in found]), np.concatenate([n.scores for n in found]))


def _best(scores: Scores, ids: Ids, k: int) -> Nearest:
    """The k best columns of each row of (Q, N) scores, equal scores in the order of ids, padded with -1."""
    q, n = scores.shape
    out_ids = np.full((q, k), -1, np.int64)
    out_scores = np.full((q, k), -np.inf, np.float32)
    if n == 0 or k == 0:
        return Nearest(out_ids, out_scores)
    top = min(k, n)
    for row in range(q):
        line = scores[row]
        if top < n:
            edge = np.partition(line, n - top)[n - top]
            columns = np.flatnonzero(line >= edge)
        else:
            columns = np.arange(n)
        order = columns[np.lexsort((ids[columns], -line[columns]))][:top]
        out_scores[row, :top] = line[order]
        out_ids[row, :top] = np.where(line[order] == -np.inf, -1, ids[order])
    return Nearest(out_ids, out_scores)
