"""What each article of a list of members adds to the articles of its thread before it."""

from collections.abc import Sequence

import numpy as np

from embeddings.compare import novelty

from ..archive.view import View
from ..compare.novelty import Facts, earlier_of

NEAREST_MOST = 24
"""Earlier articles that one is compared with: of the `EARLIER_MOST` before it those with the nearest centroids. Up to
so many it is what `novelty_of` says."""


def member_novelty(view: View, rows: Sequence[int], members: Sequence[int]) -> dict[int, float]:
    """Row -> novelty, 0 (all known) to 1 (all new).

    Args:
        view: has the articles.
        rows: those whose novelty is wanted.
        members: rows of all articles of their thread.
    """
    earlier = {row: _nearest_before(view, row, members) for row in rows}
    needed = sorted(earlier.keys() | {other for others in earlier.values() for other in others})
    sides = dict(zip(needed, view.sides(needed), strict=True))
    facts = Facts(view, needed)
    return {
        row: novelty(
            sides[row],
            [sides[other] for other in others],
            facts.of_paragraphs(row),
            facts.known(others),
            facts.new_figures(row, others),
        ).novelty
        for row, others in earlier.items()
    }


def _nearest_before(view: View, row: int, members: Sequence[int]) -> list[int]:
    """Rows of the earlier articles that count, the earliest first."""
    before = earlier_of(view, row, members)
    if len(before) <= NEAREST_MOST:
        return before
    centroids = view.collection.centroids(np.array([*before, row], np.int64))
    cosines = centroids[:-1] @ centroids[-1]
    return [before[i] for i in sorted(np.argsort(-cosines, kind="stable")[:NEAREST_MOST].tolist())]
