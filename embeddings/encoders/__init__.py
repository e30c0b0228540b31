"""Encoders by name: texts in, unit vectors out; nothing else of the package is known here.

A module is imported when its encoder is asked for: sentence-transformers takes seconds.
"""

import logging

from ..errors import EncoderUnavailable
from .base import DEFAULT_MODEL, Encoder, Progress
from .cached import CachedEncoder, VectorCache

__all__ = ["DEFAULT_MODEL", "CachedEncoder", "Encoder", "Progress", "VectorCache", "encoder_for"]

log = logging.getLogger(__name__)


def encoder_for(model: str, *, device: str = "cpu") -> Encoder:
    """The encoder with this name: `all-MiniLM-L6-v2`, `multilingual`, `hashing`, or one of sentence-transformers.

    Nothing is loaded yet; a missing model is found out at the first text.

    Raises:
        EncoderUnavailable: `multilingual` is not installed.
    """
    if model == "hashing":
        from .hashing import HashingEncoder

        return HashingEncoder()
    if model == "multilingual":
        return _multilingual()
    from .sentence import SentenceEncoder

    return SentenceEncoder(model, device=device)


def _multilingual() -> Encoder:
    """The multilingual encoder, or its substitute in numpy where its engine does not run; that is said."""
    from .multilingual import MultilingualEncoder
    from .universal import UniversalEncoder

    try:
        return MultilingualEncoder()
    except EncoderUnavailable as error:
        try:
            substitute = UniversalEncoder()
        except EncoderUnavailable:
            raise error from None
        log.warning("encoder.substitute model=%s reason=%r", substitute.fingerprint, str(error))
        return substitute
