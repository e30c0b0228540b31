"""Answers about two articles side by side, and about what an article adds to earlier ones.

Memory has vectors, hashes and lengths (`Archive.sides`), the store has texts and verdicts; both are read here, in this
order: the store's transaction outside, the collection's lock inside.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from corpus import NoSuchArticle, Paragraph, Verdict, encoded
from corpus.store import Stored, Transaction
from embeddings import (
    EarlierParagraph,
    Novelty,
    PairDescription,
    Query,
    Shares,
    Side,
    describe_pair,
    facts_of,
    novelty,
    numbers_of,
    pair_scores,
    verdict_on,
    weigh,
)

from . import alignment_models as models
from .answers import brief
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


def alignment(archive: Archive, a: str, b: str) -> models.AlignmentAnswer:
    """Two stored articles side by side, and what b is to a.

    Raises:
        NoSuchArticle: one of them is not stored.
    """
    with archive.store.read() as tx:
        one, other = tx.articles.get(a), tx.articles.get(b)
        spans = _spans(tx, [one.row, other.row])
        verdict = verdicts_with(tx.duplicates.of(one.row), a).get(b)
        with archive.collection.lock.reading():
            sides = [_side(archive, stored) for stored in (one, other)]
            score, same_story = pair_scores(archive.collection, one.row, other.row)
            found = describe_hit(
                archive, asked_stored(archive, one.row), other.row, score=score, same_story=same_story,
                verdict=verdict, side=sides[1],
            )  # fmt: skip
    aligned = found.alignment
    return models.AlignmentAnswer(
        a=_aligned(archive, one, sides[0], spans[one.row], aligned.a, aligned.only_a),
        b=_aligned(archive, other, sides[1], spans[other.row], aligned.b, aligned.only_b),
        pairs=[models.PairAnswer(a=p.a, b=p.b, score=round(p.score, 4)) for p in aligned.pairs],
        relation=found.relation.value if found.relation else None,
        evidence=dict(found.evidence),
        score=round(score, 4),
        same_story=round(same_story, 4),
    )


def novelty_of(archive: Archive, id: str, against: Sequence[str] | None = None) -> models.NoveltyAnswer:
    """What a stored article adds to these articles, or to the earlier ones of its thread.

    Raises:
        NoSuchArticle: one of them is not stored.
    """
    with archive.store.read() as tx:
        own = tx.articles.get(id)
        if against is None:
            rows = earlier_in_thread(archive, own.row)
        else:
            rows = [tx.articles.get(other).row for other in dict.fromkeys(against)]
        with archive.collection.lock.reading():
            side = _side(archive, own)
            rows = [row for row in rows if row in archive.collection]
            sides = archive.sides(rows)
        terms = {profile.row: profile.terms for profile in tx.articles.profiles([own.row, *rows])}
        earlier = tx.articles.of_rows(rows)
        spans = _spans(tx, [own.row, *rows])
    known: set[str] = set()
    for row, stored in earlier.items():
        known |= terms[row].words.keys() | numbers_of(f"{stored.article.title}\n{stored.article.text}")
    facts = [facts_of(p.of(own.article.text), terms[own.row].names) for p in spans[own.row]]
    found = novelty(side, sides, facts, known)
    shown = [(earlier[row], spans[row]) for row in rows if row in earlier]
    return _novelty(archive, own, side, spans[own.row], found, shown)


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


def _side(archive: Archive, stored: Stored) -> Side:
    """Its paragraphs; the store may be ahead of memory, or behind it, by an article that is just being changed."""
    if stored.row not in archive.collection:
        raise NoSuchArticle(stored.article.id)
    return archive.sides([stored.row])[0]


def _spans(tx: Transaction, rows: Sequence[int]) -> Mapping[int, list[Paragraph]]:
    """The encoded paragraphs of these articles: those that a `Side` has, by position."""
    found = tx.articles.paragraphs_of(rows)
    return {row: list(encoded([paragraph for _, paragraph in spans])) for row, spans in found.items()}


def _aligned(
    archive: Archive, stored: Stored, side: Side, spans: Sequence[Paragraph], shares: Shares, alone: Sequence[int]
) -> models.AlignedSide:
    return models.AlignedSide(
        article=brief(archive, stored), covered=shares.covered, close=shares.close, copied=shares.copied,
        alone=list(alone),
        paragraphs=[
            models.WeighedSpan(**_span(p, stored), weight=_weight(p, weight))
            for p, weight in zip(spans, side.weights, strict=True)
        ],
    )  # fmt: skip


def _novelty(
    archive: Archive, own: Stored, side: Side, spans: Sequence[Paragraph], found: Novelty,
    earlier: Sequence[tuple[Stored, Sequence[Paragraph]]],
) -> models.NoveltyAnswer:  # fmt: skip
    def nearest(at: EarlierParagraph | None) -> models.NearestParagraph | None:
        if at is None:
            return None
        stored, paragraphs = earlier[at.article]
        span = _span(paragraphs[at.paragraph], stored)
        return models.NearestParagraph(**span, article=stored.article.id, score=at.score)

    return models.NoveltyAnswer(
        article=brief(archive, own),
        novelty=found.novelty,
        against=[stored.article.id for stored, _ in earlier],
        paragraphs=[
            models.NovelSpan(
                **_span(p, own), weight=_weight(p, weight), novelty=what.novelty, new_facts=list(what.new_facts),
                nearest=nearest(what.nearest),
            )
            for p, weight, what in zip(spans, side.weights, found.paragraphs, strict=True)
        ],
    )  # fmt: skip


def _span(p: Paragraph, stored: Stored) -> dict[str, Any]:
    return {"position": p.position, "start": p.start, "end": p.end, "text": p.of(stored.article.text)}


def _weight(p: Paragraph, characters: float) -> float:
    return round(float(characters) / (p.end - p.start), 2)
