"""What each article of a list of members adds to the articles of its thread before it."""

from collections.abc import Sequence

import numpy as np

from corpus.store import Transaction
from embeddings.compare import facts_of, novelty, numbers_of

from ..archive.archive import Archive
from ..compare.answers import spans_of
from ..compare.pairs import earlier_of

NEAREST_MOST = 24
"""Earlier articles that one is compared with: of the `EARLIER_MOST` before it those with the nearest centroids. Up to
so many it is what `novelty_of` says."""


def member_novelty(archive: Archive, tx: Transaction, rows: Sequence[int], members: Sequence[int]) -> dict[int, float]:
    """Row -> novelty, 0 (all known) to 1 (all new); without those that are just being changed.

    Args:
        archive: has the articles.
        tx: a transaction of it; the collection's lock is not held.
        rows: of the articles to tell about.
        members: rows of all articles of their thread.
    """
    with archive.collection.lock.reading():
        inside = [row for row in members if row in archive.collection]
        earlier = {row: _nearest_before(archive, row, inside) for row in rows if row in archive.collection}
        some = sorted(earlier.keys() | {other for others in earlier.values() for other in others})
        sides = dict(zip(some, archive.sides(some), strict=True))
    terms = {profile.row: profile.terms for profile in tx.articles.profiles(some)}
    stored = tx.articles.of_rows(some)
    spans = spans_of(tx, list(earlier))
    known = {
        row: terms[row].words.keys() | numbers_of(f"{found.article.title}\n{found.article.text}")
        for row, found in stored.items()
    }
    found = {}
    for row, others in earlier.items():
        if row in stored:
            facts = [facts_of(p.of(stored[row].article.text), terms[row].names) for p in spans[row]]
            before = set().union(*(known.get(other, ()) for other in others))
            found[row] = novelty(sides[row], [sides[other] for other in others], facts, before).novelty
    return found


def _nearest_before(archive: Archive, row: int, members: Sequence[int]) -> list[int]:
    """Rows of the earlier articles that count, the earliest first."""
    before = earlier_of(archive, row, members)
    if len(before) <= NEAREST_MOST:
        return before
    centroids = archive.collection.centroids(np.array([*before, row], np.int64))
    cosines = centroids[:-1] @ centroids[-1]
    return [before[i] for i in sorted(np.argsort(-cosines, kind="stable")[:NEAREST_MOST].tolist())]
