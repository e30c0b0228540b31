"""Digests that identify texts. All are lower-case hexadecimal and the same on every machine and in every version."""

import hashlib

from .repair import comparable
from .text import fold, squeeze

_HASH_HEX = 32
"""128 bits: with a billion paragraphs the chance of any collision is about 1e-21 (birthday bound n^2 / 2^129)."""


def paragraph_hash(text: str) -> str:
    """Digest of a paragraph, repaired and with white space squeezed: equal hashes are encoded to equal vectors."""
    return _digest(squeeze(comparable(text)))


def content_hash(title: str, text: str) -> str:
    """Digest of title and body with case, accents of composition, quotes and white space folded: "the same article".

    Ids are made of it, so nothing is repaired: every version makes the same id of an article.
    """
    return _digest(fold(title) + "\n" + fold(text))


def body_hash(text: str) -> str:
    """Digest of a body, repaired and folded: a copy with another headline, with entities or mojibake has the same."""
    return _digest(fold(comparable(text)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_HEX]
