"""What a hit is to its query and what it adds, and which articles are earlier: from memory, without any text.

`service.answers` puts the texts to it. Where both are read, the store's transaction is outside, the collection's lock
inside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import Verdict
from embeddings.compare import PairDescription, Side, describe_pair, verdict_on
from embeddings.search import Query

from ..archive.archive import Archive
from ..archive.preparing import Prepared, side_of

EARLIER_MOST = 200
"""Earlier articles of its thread, the latest, that an article is compared with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of `describe_hit`, from `asked_stored` or `asked_prepared`; made once for all its hits."""

    side: Side
    source: str | None
    day: float


def asked_stored(archive: Archive, row: int) -> Asked:
    """A stored article as a query; KeyError where it is not in. The collection's lock is the caller's."""
    member = archive.collection.member(row)
    return Asked(archive.sides([row])[0], member.source, member.day)


def asked_prepared(archive: Archive, prepared: Prepared, query: Query) -> Asked:
    """An article that is not stored, with the `preparing.query_of` it. The collection's lock is the caller's."""
    return Asked(side_of(archive, prepared, query), prepared.article.source, query.day)


def describe_hit(
    archive: Archive,
    asked: Asked,
    row: int,
    *,
    score: float,
    same_story: float,
    verdict: Verdict | None = None,
    side: Side | None = None,
) -> PairDescription:
    """Alignment, relation and evidence of one hit; KeyError where it is not in. The collection's lock is the caller's.

    Args:
        archive: has the hit.
        asked: the query.
        row: the hit's.
        score: relatedness of the two.
        same_story: probability that they are of one story.
        verdict: the stored one that is about these two, if there is one.
        side: the hit's, where `Archive.sides` was asked for all hits at once, which is faster.
    """
    member = archive.collection.member(row)
    return describe_pair(
        asked.side,
        side or archive.sides([row])[0],
        score=score,
        same_story=same_story,
        days=member.day - asked.day,
        same_source=asked.source == member.source if asked.source and member.source else None,
        verdict=verdict_on(verdict, member.id) if verdict else None,
    )


def verdicts_with(verdicts: Iterable[Verdict], id: str) -> dict[str, Verdict]:
    """Verdicts about the article with this id, by the id of the other article."""
    return {v.earlier if v.article == id else v.article: v for v in verdicts if id in (v.article, v.earlier)}


def earlier_in_thread(archive: Archive, row: int) -> list[int]:
    """Rows of the articles of its story before this one, the earliest first; the latest `EARLIER_MOST` of them.

    By date; where one of two is undated, by arrival. The collection's lock is not held.
    """
    with archive.collection.lock.reading():
        members = archive.members.get(archive.thread_of.get(row, ""), set()) | {row}
        return earlier_of(archive, row, [other for other in members if other in archive.collection])


def earlier_of(archive: Archive, row: int, members: Sequence[int]) -> list[int]:
    """As `earlier_in_thread`, of these articles, all in memory. The collection's lock is the caller's."""
    rows = np.array(sorted({*members} - {row}), np.int64)
    days, own = archive.collection.days(rows), archive.collection.days([row])[0]
    by_arrival = np.isnan(days) | np.isnan(own) | (days == own)
    before = np.where(by_arrival, rows < row, days < own)
    rows, days = rows[before], np.nan_to_num(days[before], nan=-np.inf)
    return list(map(int, rows[np.lexsort((rows, days))][-EARLIER_MOST:]))
