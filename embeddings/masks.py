"""Filters as masks over numbers (`mask[number]` says whether it may be found), runs of numbers, numbers in common."""

import numpy as np

from .types import Ids, Mask

_BUCKETS = 4096
"""By the lowest bits of a number most of those that are not looked for are known."""


def within(ids: Ids, mask: Mask) -> Mask:
    """Which of the ids the mask allows, (N,) bool; ids behind its end are not."""
    if not len(mask):
        return np.zeros(len(ids), bool)
    inside = ids < len(mask)
    return np.asarray(inside & mask[np.where(inside, ids, 0)])


def runs_of(starts: Ids, places: Ids) -> tuple[Ids, Ids]:
    """Where the runs of some places would begin if they stood alone, (P + 1,), and the positions of their numbers."""
    counts = starts[places + 1] - starts[places]
    begins = np.concatenate([[0], np.cumsum(counts)])
    return begins, np.arange(begins[-1]) + np.repeat(starts[places] - begins[:-1], counts)


def shared(numbers: Ids, own: Ids) -> tuple[Ids, Ids]:
    """Where own numbers, which rise, stand among others: positions in `numbers`, rising, and those in `own`."""
    if not len(own):
        return own, own
    perhaps = np.zeros(_BUCKETS, bool)
    perhaps[own % _BUCKETS] = True
    found = np.flatnonzero(perhaps[numbers % _BUCKETS])
    at = np.searchsorted(own, numbers[found]).clip(max=len(own) - 1)
    same = own[at] == numbers[found]
    return found[same], at[same]
