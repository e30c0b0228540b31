"""An encoder that asks a cache first: nothing is encoded twice under one model."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np

from ..types import Vectors
from ..vectors import unpack
from .base import Encoder, Progress


class VectorCache(Protocol):
    """Looks up stored vectors of one model by the hash of their text."""

    def __call__(self, hashes: Collection[str]) -> Mapping[str, bytes]:
        """Hash -> vector (as `embeddings.vectors.pack` makes it) for the hashes that are known."""
        ...


class CachedEncoder:
    """Encodes what a cache does not have."""

    def __init__(self, encoder: Encoder, cache: VectorCache) -> None:
        self._encoder = encoder
        self._cache = cache

    def encode(self, texts: Mapping[str, str], progress: Progress | None = None) -> dict[str, Vectors]:
        """Vectors (D,) by hash, for texts by hash; equal hashes must mean equal texts."""
        found = self._cache(texts.keys())
        known = dict(zip(found, unpack(found.values(), self._encoder.dimension), strict=True))
        if progress and known:
            progress(len(known))
        missing: Sequence[str] = [hash for hash in texts if hash not in known]
        fresh = self._encoder.encode([texts[hash] for hash in missing], progress)
        return known | dict(zip(missing, np.asarray(fresh), strict=True))
