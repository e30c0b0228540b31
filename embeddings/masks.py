"""Filters as masks over numbers: `mask[number]` says whether it may be found."""

import numpy as np

from .types import Ids, Mask


def within(ids: Ids, mask: Mask) -> Mask:
    """Which of the ids the mask allows, (N,) bool; ids behind its end are not."""
    if not len(mask):
        return np.zeros(len(ids), bool)
    inside = ids < len(mask)
    return np.asarray(inside & mask[np.where(inside, ids, 0)])
