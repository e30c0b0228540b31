"""Related coverage of whatever is asked: what is compared with what, and the answer with its texts."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from corpus import Article, BadRecord, NoSuchArticle, Paragraph, Verdict, article_from_fields, canonical_url
from corpus.dates import moment
from corpus.records import Stored
from embeddings.related import Examples, GroupOf, Hit, Options, Recency, RelatedResult, ScoredCandidates, find_related
from embeddings.search import MINIMUM_SCORE, Filter, Query
from embeddings.types import Floats

from .. import models
from ..archive.archive import Archive
from ..archive.briefs import brief, find_article
from ..archive.preparing import Prepared, encode, prepare, query_of
from ..compare.pairs import Asked, asked_prepared, asked_stored, verdicts_with
from ..cursors import decode_shown, encode_shown
from ..duplicates.models import Duplicate
from ..duplicates.verdicts import duplicates
from ..ingest.writing import place
from .describing import Described, Describer
from .models import Covered, HitAnswer, MatchingPair, NearMiss, RelatedAnswer
from .requests import PAGED_MOST, Example, RelatedRequest, Wanted

_NEAR_MISSES = 5


@dataclass(frozen=True, slots=True)
class _Given:
    """One article or text of the question, ready to be compared."""

    query: Query
    source: Stored | Prepared
    asked: Asked
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    """Stored ones about it, by the id of the other article."""
    barred: frozenset[int] = frozenset()
    """Rows of its stored version, where it is an unsaved one."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """All articles and texts of the question."""

    positive: tuple[_Given, ...]
    negative: tuple[_Given, ...] = ()

    @property
    def examples(self) -> Examples:
        return Examples(tuple(g.query for g in self.positive), tuple(g.query for g in self.negative))

    @property
    def barred(self) -> frozenset[int]:
        return frozenset().union(*(given.barred for given in (*self.positive, *self.negative)))

    @property
    def day(self) -> float | None:
        """The latest day of the positives; None where all are undated."""
        return max((given.query.day for given in self.positive if not np.isnan(given.query.day)), default=None)


def related(archive: Archive, request: RelatedRequest) -> RelatedAnswer:
    """Related coverage of articles or texts.

    Raises:
        NoSuchArticle: no article has the id or the URL.
        BadRecord: a text holds nothing to compare, an article is none, or a date is none; names the field.
        BadCursor: the cursor is not one that an answer gave.
        OtherCursor: the cursor was given for another query.
    """
    return _answer(archive, request, _asked(archive, request))


def about_text(archive: Archive, text: str, limit: int) -> tuple[RelatedAnswer, list[Duplicate]]:
    """Related coverage of a text, and which stored articles it repeats; the text is encoded once.

    Raises:
        BadRecord: the text holds nothing to compare.
    """
    request = RelatedRequest(text=text, limit=limit)
    asked = _asked(archive, request)
    prepared = asked.positive[0].source
    assert isinstance(prepared, Prepared)
    with archive.store.read() as tx:
        verdicts = [verdict for _, verdict in place(archive, prepared, asked.positive[0].query, tx).verdicts]
        repeats = duplicates(archive, tx, verdicts, incoming=prepared.article)
    return _answer(archive, request, asked), repeats


def _answer(archive: Archive, request: RelatedRequest, asked: _Asked) -> RelatedAnswer:
    digest = hashlib.sha256(request.model_dump_json(exclude={"limit", "cursor"}).encode("utf-8", "surrogatepass"))
    bound = digest.hexdigest()[:16]
    today, shown = decode_shown(request.cursor, bound) if request.cursor else (None, ())
    day = asked.day
    if day is None:
        day = today if today is not None else _days(datetime.now(UTC))
    describer = Describer(archive, [(given.asked, given.verdicts) for given in asked.positive])
    options = _options(archive, request, asked, describer)
    if request.recency_half_life:
        options = replace(options, recency=Recency(request.recency_half_life, day))
    limit = max(0, min(request.limit, PAGED_MOST - len(shown))) if shown else request.limit
    found = find_related(archive.collection, asked.examples, limit=limit, options=replace(options, shown=shown))
    answer = _with_texts(archive, found, asked, describer.hits(found.hits), _let_through(archive, options))
    rows = (*shown, *(hit.row for hit in found.hits))
    if found.more and len(rows) < PAGED_MOST:
        answer.next = encode_shown(bound, day, rows)
    return answer


def _asked(archive: Archive, request: RelatedRequest) -> _Asked:
    if request.positive is None:
        return _Asked((_given(archive, request),))
    return _Asked(
        tuple(_given(archive, one, f"positive.{i}.") for i, one in enumerate(request.positive)),
        tuple(_given(archive, one, f"negative.{i}.") for i, one in enumerate(request.negative)),
    )


def _given(archive: Archive, one: Example | RelatedRequest, place: str = "") -> _Given:
    if one.text is not None or one.article is not None:
        given = _unsaved(one, place)
        prepared = prepare(archive, given)
        barred = _stored_version(archive, prepared) if one.article else frozenset[int]()
        query = query_of(prepared, encode(archive, [prepared]))
        with archive.collection.lock.reading():
            return _Given(query, prepared, asked_prepared(archive, prepared, query), barred=barred)
    id = one.article_id if one.article_id is not None else find_article(archive, one.url or "").article.id
    with archive.store.read() as tx:
        stored = tx.articles.get(id)
        verdicts = verdicts_with(tx.duplicates.of(stored.row), id)
    with archive.collection.lock.reading():
        if stored.row not in archive.collection:
            raise NoSuchArticle(id)
        return _Given(archive.collection.query(stored.row), stored, asked_stored(archive, stored.row), verdicts)


def _unsaved(one: Example | RelatedRequest, place: str) -> Article:
    fields = one.article.model_dump(exclude_none=True) if one.article else {"text": one.text}
    try:
        return article_from_fields(fields)[0]
    except BadRecord as error:
        place += "article." if one.article else ""
        raise BadRecord(error.reason, field=place + (error.field or "text")) from error


def _stored_version(archive: Archive, prepared: Prepared) -> frozenset[int]:
    """The rows of the stored articles with the id or the URL of an unsaved one."""
    article = prepared.article
    with archive.store.read() as tx:
        found = [tx.articles.find(id=article.id)]
        if article.url:
            found.append(tx.articles.find(canonical_url=canonical_url(article.url)))
    return frozenset(stored.row for stored in found if stored)


def _options(archive: Archive, request: Wanted, asked: _Asked, describer: Describer) -> Options:
    def by_date(judged: ScoredCandidates) -> Floats:
        return archive.collection.days(judged.rows)

    copies = frozenset[int]()
    if request.collapse != "none":
        with archive.collection.lock.reading():
            copies = frozenset().union(*(_copies(archive, given) for given in asked.positive))
        copies -= asked.examples.rows | asked.barred
    return Options(
        wanted=_filter(request),
        minimum=MINIMUM_SCORE if request.minimum_score is None else request.minimum_score,
        same_story_minimum=request.same_story_minimum,
        group_of=_groups(archive, request.collapse),
        barred=asked.barred,
        copies=copies,
        diversity=request.diversity,
        refuse=describer.refusals(request.relations, request.minimum_novelty)
        if request.relations or request.minimum_novelty
        else None,
        sort_by={"novelty": describer.by_novelty, "date": by_date}.get(request.sort),
        near_misses=_NEAR_MISSES if request.near_misses else 0,
        explain=request.explain,
    )


def _copies(archive: Archive, given: _Given) -> set[int]:
    """Rows of articles with the same text as this one, or nearly."""
    own: Iterable[int]
    if isinstance(given.source, Stored):
        own = (given.source.row,)
    else:
        own = archive.copies.by_body.get(given.source.body_hash, ())
    return {row for each in own for row in archive.copies.groups.of(each)}


def _let_through(archive: Archive, options: Options) -> list[int]:
    """The copies of the query that the filter lets through, rising."""
    collection = archive.collection
    with collection.lock.reading():
        some = sorted(row for row in options.copies if row in collection)
        return [row for row in some if not collection.failing(row, options.wanted)]


def _groups(archive: Archive, collapse: str) -> GroupOf | None:
    def thread(row: int) -> Sequence[int]:
        return tuple(archive.members.get(archive.thread_of.get(row, ""), ())) or (row,)

    return {"duplicates": archive.copies.groups.of, "thread": thread}.get(collapse)


def _filter(request: Wanted) -> Filter:
    def names(some: list[str] | None) -> frozenset[str] | None:
        return frozenset(some) if some else None

    return Filter(
        _days(moment(request.since, "since")) if request.since else None,
        _days(moment(request.until, "until", end=True)) if request.until else None,
        names(request.sources),
        names([language.lower() for language in request.languages or ()]),
        names(request.sections),
        names(request.authors),
    )


def _days(at: datetime) -> float:
    return at.timestamp() / 86_400


@dataclass(frozen=True, slots=True)
class _Text:
    """A text and its paragraphs by position."""

    text: str
    paragraphs: dict[int, Paragraph]

    def span(self, position: int) -> models.Span:
        p = self.paragraphs[position]
        return models.Span(position=p.position, start=p.start, end=p.end, text=p.of(self.text))


def _with_texts(
    archive: Archive, found: RelatedResult, asked: _Asked, described: Mapping[int, Described], copies: Sequence[int]
) -> RelatedAnswer:
    rows = [hit.row for hit in found.hits]
    ids = _paragraph_ids(archive, found.hits, [given.source for given in asked.positive])
    with archive.store.read() as tx:
        stored = tx.articles.of_rows({*rows, *copies, *(miss.row for miss in found.misses)})
        paragraphs = tx.articles.paragraphs(ids)
    texts = [
        _Text(
            s.article.text,
            paragraphs.get(s.row, {}) if isinstance(s, Stored) else {p.position: p for p in s.paragraphs},
        )
        for s in (given.source for given in asked.positive)
    ]
    return RelatedAnswer(
        hits=[
            _hit(archive, hit, described[hit.row], stored[hit.row], texts[hit.positive], paragraphs.get(hit.row, {}))
            for hit in found.hits
            if hit.row in stored and hit.row in described
        ],
        copies=[brief(archive, stored[row]) for row in copies if row in stored],
        near_misses=[
            NearMiss(
                article=brief(archive, stored[miss.row]), score=round(miss.score, 4),
                same_story=round(miss.same_story, 4), reasons=list(miss.reasons),
            )
            for miss in found.misses
            if miss.row in stored
        ],
        next=None,
    )  # fmt: skip


def _paragraph_ids(archive: Archive, hits: Sequence[Hit], positives: Sequence[Stored | Prepared]) -> set[int]:
    """Ids of the stored paragraphs that the hits' pairs are of."""
    places = {(hit.row, pair.hit) for hit in hits for pair in hit.pairs}
    for hit in hits:
        source = positives[hit.positive]
        if isinstance(source, Stored):
            places |= {(source.row, pair.query) for pair in hit.pairs}
    collection = archive.collection
    with collection.lock.reading():
        return {
            int(passages[position])
            for row, position in places
            if row in collection and position < len(passages := collection.member(row).passages)
        }


def _hit(
    archive: Archive, hit: Hit, what: Described, stored: Stored, query: _Text, paragraphs: dict[int, Paragraph]
) -> HitAnswer:
    found = _Text(stored.article.text, paragraphs)
    with archive.collection.lock.reading():
        copies = set(archive.copies.groups.of(hit.row)) & set(hit.collapsed)
        ids = [archive.collection.member(row).id for row in sorted(copies) if row in archive.collection]
    return HitAnswer(
        article=brief(archive, stored),
        score=round(hit.score, 4),
        same_story=round(hit.same_story, 4),
        relation=what.pair.relation.value if what.pair.relation else None,
        evidence=dict(what.pair.evidence),
        covered=Covered(query=what.pair.alignment.a.covered, hit=what.pair.alignment.b.covered),
        novelty=what.novelty,
        pairs=[
            MatchingPair(score=round(p.score, 4), query=query.span(p.query), hit=found.span(p.hit))
            for p in hit.pairs
            if p.query in query.paragraphs and p.hit in paragraphs  # else it was replaced meanwhile
        ],
        positive=hit.positive,
        copies=ids,
        others=len(hit.collapsed),
        explanation=hit.explanation,
    )
