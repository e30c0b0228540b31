"""FAISS, made safe: an immutable base, a small exact tail, and a mask of what was removed. No other file knows FAISS.

Measured: an unguarded add beside a search on one FAISS index kills the process (Flat 8 of 8 runs); removing one id of
300,000 takes 138 ms, and HNSW cannot remove at all. So a base is built once and never changed; new vectors go to a
tail; removed ones are masked out; and when tail and removals have grown, a new base is built and swapped in.
"""

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import faiss as faiss_with_stubs
import numpy as np

from ..arrays import found_in, within
from ..types import Ids, Mask, Vectors
from ..vectors import unit
from .base import Nearest
from .exact import checked, merged, positions, scan

faiss: Any = faiss_with_stubs
"""Its stubs do not know its Python wrappers: selectors from arrays, search parameters by keyword."""

_TAIL_SHARE = 0.1
_TAIL_LEAST = 2_000
"""The base is rebuilt when tail and removals exceed this share of it and this number: amortised, each vector is copied
about eleven times over the life of an index, and a search scans at most 10 % more than it must."""

_RELOADABLE_BYTES = 64 << 30
"""FAISS believes the sizes that a file states; this bounds what a damaged one makes it allocate."""


_TRAINED_WITH = 39
"""Vectors a list that FAISS asks for; with fewer than one it refuses to train."""

_PROBED_PART = 64
_PROBED_LEAST = 16
"""Lists searched: a 64th, and this many at least. FAISS searches one, which misses most; 64 of 4,096 found .93 of the
ten nearest of 1,000,000 in 5 ms."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a search sees: never written to, only replaced."""

    base: Any
    base_ids: Ids
    alive: Mask
    tail_ids: Ids
    tail: Vectors


class FaissIndex:
    """Implements `VectorIndex`.

    Args:
        dimension: D.
        factory: as `faiss.index_factory` takes it; `Flat` is exact.
    """

    def __init__(self, dimension: int, factory: str = "Flat") -> None:
        self.dimension = dimension
        self._factory = factory
        self._writing = threading.Lock()
        self._room: tuple[Ids, Vectors] = np.empty(0, np.int64), np.empty((0, dimension), np.float32)
        """What tails are the beginning of; written to only behind the present one."""
        self._state = self._build(np.empty(0, np.int64), np.empty((0, dimension), np.float32))

    def __len__(self) -> int:
        state = self._state
        return int(state.alive.sum()) + len(state.tail_ids)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """As `VectorIndex.add`."""
        new_ids, new = checked(ids, vectors, self.dimension)
        with self._writing:
            state = self._state
            at, there = found_in(state.base_ids, new_ids)
            there[there] = state.alive[at[there]]
            if there.any():
                raise ValueError(f"id {new_ids[there][0]} is there already")
            tail_ids, tail = self._appended(state, new_ids, new)
            self._state = self._compacted(replace(state, tail_ids=tail_ids, tail=tail))

    def remove(self, ids: Ids) -> None:
        """As `VectorIndex.remove`."""
        with self._writing:
            state = self._state
            keep = ~np.isin(state.tail_ids, ids)
            alive = state.alive & ~np.isin(state.base_ids, ids)
            self._state = self._compacted(
                replace(state, alive=alive, tail_ids=state.tail_ids[keep], tail=state.tail[keep])
            )

    def search(self, queries: Vectors, k: int, allowed: Mask | None = None) -> Nearest:
        """As `VectorIndex.search`."""
        state = self._state
        queries = unit(queries, dimension=self.dimension)
        may = state.alive if allowed is None else state.alive & within(state.base_ids, allowed)
        in_base = _search_base(state, queries, k, may)
        if not len(state.tail_ids):
            return in_base
        tail_may = None if allowed is None else within(state.tail_ids, allowed)
        return _join(in_base, scan(queries, state.tail, state.tail_ids, k, tail_may), k)

    def vectors(self, ids: Ids) -> Vectors:
        """As `VectorIndex.vectors`."""
        state = self._state
        wanted = np.asarray(ids, np.int64)
        if not len(state.tail_ids):
            return self._from_base(state, wanted)
        out = np.empty((len(wanted), self.dimension), np.float32)
        at, in_tail = found_in(state.tail_ids, wanted)
        out[in_tail] = state.tail[at[in_tail]]
        if not in_tail.all():
            out[~in_tail] = self._from_base(state, wanted[~in_tail])
        return out

    def _from_base(self, state: _State, wanted: Ids) -> Vectors:
        at = positions(state.base_ids, wanted)
        if not state.alive[at].all():
            raise KeyError(int(wanted[~state.alive[at]][0]))
        return _stored(state.base, at)

    def ids(self) -> Ids:
        """As `VectorIndex.ids`."""
        state = self._state
        return np.sort(np.concatenate([state.base_ids[state.alive], state.tail_ids]))

    def save(self, path: Path) -> int:
        """As `VectorIndex.save`: compacted, base and ids as an .npz file."""
        with self._writing:
            self._state = state = self._merged(self._state)
        with path.open("wb") as file:
            np.savez(file, ids=state.base_ids, base=faiss.serialize_index(state.base))
        return len(state.base_ids)

    @classmethod
    def load(cls, path: Path, dimension: int, factory: str = "Flat") -> Self:
        """Read what `save` wrote.

        Raises:
            ValueError: it is no such file, or of another dimension, metric or size than it should be.
            OSError: it cannot be read.
        """
        faiss.set_deserialization_vector_byte_limit(_RELOADABLE_BYTES)
        with np.load(path, allow_pickle=False) as arrays:
            ids, blob = arrays["ids"].astype(np.int64), arrays["base"]
        try:
            base = faiss.deserialize_index(blob)
        except RuntimeError as error:
            raise ValueError(f"FAISS cannot read it: {error}") from error
        if (base.d, base.ntotal, base.metric_type) != (dimension, len(ids), faiss.METRIC_INNER_PRODUCT):
            raise ValueError(f"holds {base.ntotal} x {base.d} vectors of metric {base.metric_type}")
        index = cls(dimension, factory)
        index._state = replace(index._state, base=base, base_ids=ids, alive=np.ones(len(ids), bool))
        return index

    def _build(self, ids: Ids, vectors: Vectors) -> _State:
        base = _empty(self.dimension, self._factory, len(vectors))
        if len(vectors):
            base.train(vectors)
            base.add(vectors)
        return _State(
            base, ids, np.ones(len(ids), bool), np.empty(0, np.int64), np.empty((0, self.dimension), np.float32)
        )

    def _appended(self, state: _State, ids: Ids, vectors: Vectors) -> tuple[Ids, Vectors]:
        """The tail with more. Ids that grow go into room behind it, which a running search does not see."""
        n, end = len(state.tail_ids), len(state.tail_ids) + len(ids)
        if n == 0 or not len(ids) or (np.diff(ids, prepend=state.tail_ids[-1]) <= 0).any():
            return merged(state.tail_ids, state.tail, ids, vectors)
        room_ids, room = self._room
        if state.tail.base is not room or end > len(room):
            room_ids, room = np.empty(2 * end, np.int64), np.empty((2 * end, self.dimension), np.float32)
            room_ids[:n], room[:n] = state.tail_ids, state.tail
            self._room = room_ids, room
        room_ids[n:end], room[n:end] = ids, vectors
        return room_ids[:end], room[:end]

    def _compacted(self, state: _State) -> _State:
        waste = len(state.tail_ids) + len(state.alive) - np.count_nonzero(state.alive)
        return self._merged(state) if waste > max(_TAIL_LEAST, _TAIL_SHARE * len(state.base_ids)) else state

    def _merged(self, state: _State) -> _State:
        if not len(state.tail_ids) and state.alive.all():
            return state
        at, vectors = np.flatnonzero(state.alive), _flat(state.base)
        if vectors is None or len(at) < len(vectors):  # all of them are not copied: gigabytes
            vectors = _stored(state.base, at)
        return self._build(*merged(state.base_ids[at], vectors, state.tail_ids, state.tail))


def _empty(dimension: int, factory: str, expected: int) -> Any:  # noqa: ANN401 - see `faiss` above
    """A new FAISS index for this many vectors: flat where they are too few to train the wanted one."""
    base = faiss.index_factory(dimension, factory, faiss.METRIC_INNER_PRODUCT)
    if isinstance(base, faiss.IndexIVF):
        if expected < _TRAINED_WITH * base.nlist:
            return faiss.IndexFlatIP(dimension)
        base.nprobe = min(base.nlist, max(_PROBED_LEAST, base.nlist // _PROBED_PART))
        base.set_direct_map_type(faiss.DirectMap.Array)  # else no vector can be read back, not even to rebuild
    return base


def _search_base(state: _State, queries: Vectors, k: int, may: Mask) -> Nearest:
    if not may.any() or k == 0 or len(queries) == 0:
        return Nearest(np.full((len(queries), k), -1, np.int64), np.full((len(queries), k), -np.inf, np.float32))
    if (flat := _flat(state.base)) is not None:
        return scan(queries, flat, state.base_ids, k, None if may.all() else may)
    # the selector keeps a pointer to the bits: they must live as long as the search
    bits = np.packbits(may, bitorder="little")
    scores, at = state.base.search(queries, k, params=_parameters(state.base, faiss.IDSelectorBitmap(bits)))
    return _padded(state, at, scores, k)


def _padded(state: _State, at: Ids, scores: Vectors, k: int) -> Nearest:
    """Positions as ids, equal scores by id, -1 where nothing was found."""
    none = ~np.isfinite(scores) | (at < 0)
    ids = np.where(none, -1, state.base_ids[np.where(none, 0, at)])
    scores = np.where(none, -np.inf, scores).astype(np.float32)
    missing = k - ids.shape[1]
    if missing > 0:
        ids = np.pad(ids, ((0, 0), (0, missing)), constant_values=-1)
        scores = np.pad(scores, ((0, 0), (0, missing)), constant_values=-np.inf)
    order = np.lexsort((ids, -scores))
    return Nearest(np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1))


def _flat(base: Any) -> Vectors | None:  # noqa: ANN401 - see `faiss` above
    """The vectors of a flat index where FAISS keeps them, not copied; None for any other kind.

    FAISS stores and saves them, but numpy multiplies: 24 queries on 14,000 vectors take FAISS 55 ms and numpy 14 (one
    thread, top 48 included); with a selector FAISS is slower still.
    """
    if not isinstance(base, faiss.IndexFlat) or not base.ntotal:
        return None
    view = faiss.rev_swig_ptr(base.get_xb(), base.ntotal * base.d)
    return np.asarray(view, np.float32).reshape(base.ntotal, base.d)


def _stored(base: Any, at: Ids) -> Vectors:  # noqa: ANN401 - see `faiss` above
    """(N, D) vectors at these positions."""
    if not len(at):
        return np.empty((0, base.d), np.float32)
    flat = _flat(base)
    return np.asarray(base.reconstruct_batch(at) if flat is None else flat[at], np.float32)


def _parameters(base: Any, selector: Any) -> Any:  # noqa: ANN401 - see `faiss` above
    if isinstance(base, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=selector, nprobe=base.nprobe)
    if isinstance(base, faiss.IndexHNSW):
        return faiss.SearchParametersHNSW(sel=selector, efSearch=base.hnsw.efSearch)
    return faiss.SearchParameters(sel=selector)


def _join(one: Nearest, other: Nearest, k: int) -> Nearest:
    ids = np.concatenate([one.ids, other.ids], axis=1)
    scores = np.concatenate([one.scores, other.scores], axis=1)
    order = np.lexsort((ids, -scores))[:, :k]
    return Nearest(np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1))
