"""Vectors checked, and as bytes for the store. Nothing that is not finite and of unit length gets past here."""

from collections.abc import Iterable

import numpy as np

from .errors import BadVectors
from .types import Array, Vectors

_STORED = np.dtype("<f4")


def unit(vectors: Array, *, dimension: int | None = None) -> Vectors:
    """The rows scaled to unit length, (N, D) float32, C order.

    NaN never matches anything and turns a FAISS result into id -1, so it is refused here.

    Raises:
        BadVectors: not two-dimensional, not of `dimension`, not finite, or a row of zero length.
    """
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if array.ndim != 2 or (dimension is not None and array.shape[1] != dimension):
        raise BadVectors(f"expected (N, {dimension or 'D'}) vectors, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise BadVectors("a vector has values that are not finite numbers")
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    if (lengths < 1e-12).any():
        raise BadVectors("a vector has zero length")
    return np.asarray(array / lengths, dtype=np.float32)


def pack(vector: Array) -> bytes:
    """One vector as the store keeps it: float32, little endian."""
    return np.ascontiguousarray(vector, dtype=_STORED).tobytes()


def unpack(blobs: Iterable[bytes], dimension: int) -> Vectors:
    """The reverse of `pack`, (N, D).

    Raises:
        BadVectors: a blob has another length than `dimension` values.
    """
    rows = list(blobs)
    if any(len(row) != dimension * _STORED.itemsize for row in rows):
        raise BadVectors(f"a stored vector does not have {dimension} values")
    return np.frombuffer(b"".join(rows), dtype=_STORED).reshape(-1, dimension).astype(np.float32)
