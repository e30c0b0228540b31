"""Answers about two articles side by side, and about what an article adds to earlier ones.

Memory has vectors, hashes and lengths (`Archive.sides`), the store has texts and verdicts; both are read here, in this
order: the store's transaction outside, the collection's lock inside.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from corpus import NoSuchArticle, Paragraph, encoded
from corpus.records import Stored
from corpus.store import Transaction
from embeddings.compare import EarlierParagraph, Novelty, Shares, Side, facts_of, novelty, numbers_of, pair_scores

from ..archive.archive import Archive
from ..archive.briefs import brief
from . import models
from .pairs import asked_stored, describe_hit, earlier_in_thread, verdicts_with


def alignment(archive: Archive, a: str, b: str) -> models.AlignmentAnswer:
    """Two stored articles side by side, and what b is to a.

    Raises:
        NoSuchArticle: one of them is not stored.
    """
    with archive.store.read() as tx:
        one, other = tx.articles.get(a), tx.articles.get(b)
        spans = spans_of(tx, [one.row, other.row])
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
        spans = spans_of(tx, [own.row, *rows])
    known: set[str] = set()
    for row, stored in earlier.items():
        known |= terms[row].words.keys() | numbers_of(f"{stored.article.title}\n{stored.article.text}")
    facts = [facts_of(p.of(own.article.text), terms[own.row].names) for p in spans[own.row]]
    found = novelty(side, sides, facts, known)
    shown = [(earlier[row], spans[row]) for row in rows if row in earlier]
    return _novelty(archive, own, side, spans[own.row], found, shown)


def _side(archive: Archive, stored: Stored) -> Side:
    """Its paragraphs; the store may be ahead of memory, or behind it, by an article that is just being changed."""
    if stored.row not in archive.collection:
        raise NoSuchArticle(stored.article.id)
    return archive.sides([stored.row])[0]


def spans_of(tx: Transaction, rows: Sequence[int]) -> Mapping[int, list[Paragraph]]:
    """The encoded paragraphs of these articles: those that a `Side` has, in its order."""
    found = tx.articles.paragraphs_of(rows)
    return {row: list(encoded([paragraph for _, paragraph in spans])) for row, spans in found.items()}


def _aligned(
    archive: Archive, stored: Stored, side: Side, spans: Sequence[Paragraph], shares: Shares, alone: Sequence[int]
) -> models.AlignedSide:
    return models.AlignedSide(
        article=brief(archive, stored), covered=shares.covered, close=shares.close, copied=shares.copied,
        alone=list(alone),
        paragraphs=[
            models.WeighedSpan(**span_fields(p, stored), weight=_weight(p, weight))
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
        span = span_fields(paragraphs[at.paragraph], stored)
        return models.NearestParagraph(**span, article=stored.article.id, score=at.score)

    return models.NoveltyAnswer(
        article=brief(archive, own),
        novelty=found.novelty,
        against=[stored.article.id for stored, _ in earlier],
        paragraphs=[
            models.NovelSpan(
                **span_fields(p, own), weight=_weight(p, weight), novelty=what.novelty, new_facts=list(what.new_facts),
                nearest=nearest(what.nearest),
            )
            for p, weight, what in zip(spans, side.weights, found.paragraphs, strict=True)
        ],
    )  # fmt: skip


def span_fields(p: Paragraph, stored: Stored) -> dict[str, Any]:
    """The fields of `models.Span`."""
    return {"position": p.position, "start": p.start, "end": p.end, "text": p.of(stored.article.text)}


def _weight(p: Paragraph, characters: float) -> float:
    return round(float(characters) / (p.end - p.start), 2)
