"""Encoders by name: texts in, unit vectors out; nothing else of the package is known here.

A module is imported when its encoder is asked for: sentence-transformers takes seconds.
"""

from .base import DEFAULT_MODEL, Encoder, Progress
from .cached import CachedEncoder, VectorCache

__all__ = ["DEFAULT_MODEL", "CachedEncoder", "Encoder", "Progress", "VectorCache", "encoder_for"]


def encoder_for(model: str, *, device: str = "cpu") -> Encoder:
    """The encoder with this name: `hashing`, `all-MiniLM-L6-v2`, or any sentence-transformers name or path.

    Nothing is loaded yet; a missing model is found out at the first text.
    """
    if model == "hashing":
        from .hashing import HashingEncoder

        return HashingEncoder()
    from .sentence import SentenceEncoder

    return SentenceEncoder(model, device=device)
