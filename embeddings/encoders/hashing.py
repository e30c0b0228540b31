"""A deterministic encoder without a model: hashed words and word pairs, signed and weighted (the hashing trick).

For tests and for trying things out: it needs no weights and no network, takes microseconds, and texts that share words
get similar vectors. It knows nothing of meaning. After Weinberger et al., "Feature Hashing for Large Scale Multitask
Learning", 2009.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from corpus import words

from ..types import Vectors
from ..vectors import unit
from .base import Progress


class HashingEncoder:
    """Implements `Encoder` over `dimension` hashed features."""

    max_tokens = 256
    languages = None

    def __init__(self, dimension: int = 256) -> None:
        self.dimension = dimension
        self.fingerprint = f"hashing-{dimension}-v2"

    def count_tokens(self, text: str) -> int:
        """Words of the text."""
        return len(text.split())

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """As `Encoder.encode`."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            found = words(text)
            for feature in [*found, *map(" ".join, pairwise(found))] or [text]:
                position, sign = _slot(feature, self.dimension)
                vector[position] += sign
            vector[0] += 1e-3  # signs may cancel out: a zero vector has no direction
            if progress:
                progress(1)
        return unit(vectors) if len(texts) else vectors


@lru_cache(maxsize=100_000)
def _slot(feature: str, dimension: int) -> tuple[int, float]:
    digest = hashlib.blake2b(feature.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    number = int.from_bytes(digest, "little")
    return (number >> 1) % dimension, 1.0 if number & 1 else -1.0
