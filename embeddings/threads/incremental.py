"""One new article: which thread is it of? The same pair score as the batch job's, against the nearest members."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..similarity import SAME_STORY_CUT, adjusted, membership, model
from ..types import Floats, Ids
from .linkage import BACKGROUND_PAIR

NEAREST_MEMBERS = 5
"""A thread's score is the mean over so many of its nearest members: one look-alike does not open a big thread, and a
thread that has moved on still takes its next chapter. Measured against all members and against the single nearest one
in docs/how-threads-form.md."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Where a new article belongs."""

    thread: str | None
    """None: in a new thread of its own."""
    score: float
    """Membership of the best thread, 0..1, chosen or not; 0 where there is none to compare with."""
    runner_up: str | None = None
    runner_up_score: float = 0.0


def choose_thread(
    rows: Ids, similarities: Floats, densities: Floats, own_density: float, thread_of: Mapping[int, str],
    sizes: Mapping[str, int], cut: float = SAME_STORY_CUT,
) -> Choice:  # fmt: skip
    """The thread with the highest score, where that is above the cut.

    Args:
        rows: candidates, (N,).
        similarities: with each of them, (N,).
        densities: theirs, (N,).
        own_density: the new article's.
        thread_of: row -> thread; rows that are not in one are passed over.
        sizes: thread -> number of its articles.
        cut: that of the level whose threads these are.
    """
    members: dict[str, list[float]] = {}
    for row, value in zip(rows.tolist(), adjusted(similarities, own_density, densities).tolist(), strict=True):
        if (thread := thread_of.get(row)) is not None:
            members.setdefault(thread, []).append(value)
    unseen = BACKGROUND_PAIR - model().density_share * own_density
    scored = sorted(
        ((_mean_of_nearest(values, sizes[thread], unseen), thread) for thread, values in members.items()),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if not scored:
        return Choice(None, 0.0)
    probability = [float(membership(np.array(score))) for score, _ in scored[:2]]
    best, thread = scored[0]
    second = (scored[1][1], probability[1]) if len(scored) > 1 else (None, 0.0)
    return Choice(thread if best > cut else None, probability[0], *second)


def _mean_of_nearest(values: list[float], size: int, unseen: float) -> float:
    nearest = sorted(values, reverse=True)[:NEAREST_MEMBERS]
    nearest += [unseen] * (min(NEAREST_MEMBERS, size) - len(nearest))
    return sum(nearest) / len(nearest)
