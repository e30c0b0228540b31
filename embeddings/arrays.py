"""Small helpers over arrays of numbers: masks, runs, ranks, what is in common. Numpy only; no article is known here."""

import numpy as np

from .types import Array, Ids, Mask

_BUCKETS = 4096
"""By the lowest bits of a number most of those that are not looked for are known."""


def within(ids: Ids, mask: Mask) -> Mask:
    """Which of the ids the mask allows, (N,) bool: `mask[id]` says it; ids behind its end are not."""
    if not len(mask):
        return np.zeros(len(ids), bool)
    inside = ids < len(mask)
    return np.asarray(inside & mask[np.where(inside, ids, 0)])


def runs_of(starts: Ids, owners: Ids) -> tuple[Ids, Ids]:
    """Where the runs of some owners would begin if they stood alone, (P + 1,), and the positions of their numbers.

    Args:
        starts: (N + 1,), where each owner's run begins.
        owners: whose runs, (P,), 0 to N - 1.
    """
    counts = starts[owners + 1] - starts[owners]
    begins = np.concatenate([[0], np.cumsum(counts)])
    return begins, np.arange(begins[-1]) + np.repeat(starts[owners] - begins[:-1], counts)


def rank_within(owner: Ids) -> Ids:
    """Of each number among those of its owner: 0, 1, 2..., (N,).

    Args:
        owner: (N,), rising.
    """
    return np.asarray(np.arange(len(owner)) - np.searchsorted(owner, owner))


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


def found_in(own: Array, wanted: Array) -> tuple[Ids, Mask]:
    """Where wanted numbers stand among the own ones, which rise, and which do at all, (N,) each."""
    if not len(own):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    at = np.searchsorted(own, wanted).clip(max=len(own) - 1)
    return at, own[at] == wanted


def distinct(numbers: Array) -> Array:
    """Numbers, rising, each once: as `np.unique`, which takes up to four times as long."""
    found = np.sort(numbers)
    first = np.ones(len(found), bool)
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return np.asarray(found[first])


def evenly_spaced(n: int, most: int) -> Ids:
    """Positions of `most` out of n things, the first and the last among them, rising; of all where they are fewer."""
    if n <= most:
        return np.arange(n)
    return np.linspace(0, n - 1, most).round().astype(np.int64)
