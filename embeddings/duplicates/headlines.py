"""Whether two headlines speak of what two articles have in common, counted over hashed words."""

import numpy as np

from .tokens import Hashes

_WORDS = 3
"""Of a headline that says what an article is about: "Notes" and "Live: Brexit" do not."""


def headlines_in_common(headline: Hashes, other: Hashes, shared: Hashes) -> float | None:
    """Share of the words of two headlines that stand in the other one or in `shared`, the words that both bodies have.

    None: one of them says too little to ask.
    """
    if min(len(headline), len(other)) < _WORDS:
        return None
    return round((_told(headline, other, shared) + _told(other, headline, shared)) / 2, 4)


def headlines_told(headline: Hashes, other: Hashes, bodies: Hashes) -> float | None:
    """Share of the words of both headlines that stand in the bodies; None: one of them says too little to ask."""
    if min(len(headline), len(other)) < _WORDS:
        return None
    return round(float(np.isin(np.concatenate([headline, other]), bodies).mean()), 4)


def _told(headline: Hashes, other: Hashes, shared: Hashes) -> float:
    return float(np.isin(headline, np.concatenate([other, shared])).mean())
