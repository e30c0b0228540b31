"""What every encoder promises, and the name of the default one. Nothing here loads a model."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from ..types import Vectors

DEFAULT_MODEL = "all-MiniLM-L6-v2"

Progress = Callable[[int], None]
"""Called with the number of texts that were just finished."""


class Encoder(Protocol):
    """Texts in, unit vectors out; the same text gives the same vector, whatever else is in the batch (to 1e-5)."""

    @property
    def fingerprint(self) -> str:
        """Names the model and its weights: equal fingerprints mean comparable vectors. Known without loading it."""
        ...

    @property
    def dimension(self) -> int:
        """D of the vectors."""
        ...

    @property
    def max_tokens(self) -> int:
        """Tokens of a text beyond this are not seen (special tokens not counted)."""
        ...

    @property
    def languages(self) -> AbstractSet[str] | None:
        """Codes of the languages that it reads; None for any. What it makes of texts in others says little."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens a text has, uncut."""
        ...

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """(N, D) unit vectors, in the order of the texts; (0, D) for none.

        Raises:
            EncoderUnavailable: the model could not be loaded.
            ModelDamaged: its weights are not the published ones.
        """
        ...
