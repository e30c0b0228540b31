"""What a hit is to its query and what it adds, and which articles are earlier: from memory, without any text.

`service.answers` puts the texts to it. Where both are read, the store's transaction is outside, the collection's lock
inside.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from corpus import Verdict, encoded
from embeddings import PairDescription, Query, Side, describe_pair, verdict_on, weigh

from .archive import Archive
from .ingest import Prepared

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
    """An article that is not stored, with the `ingest.query_of` it. The collection's lock is the caller's."""
    source, some = prepared.article.source, encoded(prepared.paragraphs)
    hashes = tuple(p.hash for p in some)
    weights = weigh([p.end - p.start for p in some], hashes, source, archive.boilerplate)
    return Asked(Side(query.passages, hashes, weights), source, query.day)


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
    """Rows of the articles of its thread before this one, the earliest first; the latest `EARLIER_MOST` of them.

    By date; where one of two is undated, by arrival. The collection's lock is not held.
    """
    with archive.collection.lock.reading():
        others = archive.members.get(archive.thread_of.get(row, ""), set()) - {row}
        days = {other: archive.collection.member(other).day for other in (*others, row) if other in archive.collection}
    own = days.get(row, float("nan"))

    def is_earlier(other: int) -> bool:
        unknown = np.isnan(days[other]) or np.isnan(own) or days[other] == own
        return other < row if unknown else days[other] < own

    before = [other for other in others if other in days and is_earlier(other)]
    before.sort(key=lambda other: (-np.inf if np.isnan(days[other]) else days[other], other))
    return before[-EARLIER_MOST:]
