"""Related coverage of articles, texts and examples: what may be a hit, and the answer with its texts."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from corpus import Article, Kind, Paragraph, moment
from corpus.records import Stored
from embeddings.compare import Relation
from embeddings.parallel import Progress
from embeddings.preparing import Prepared
from embeddings.related import GroupOf, Hit, Options, Recency, RelatedResult, ScoredCandidates, find_related
from embeddings.search import MINIMUM_SCORE, Filter
from embeddings.types import Floats

from ..archive.archive import Archive
from ..archive.view import View
from ..compare import figures_between, kind_of_copy
from ..cursors import decode_shown, encode_shown
from ..duplicates.answers import duplicates
from ..duplicates.detection import StoredArticles, detect, incoming_of
from ..duplicates.models import Duplicate
from ..models import Span
from .describing import Described, Describer
from .models import CopyAnswer, Covered, HitAnswer, MatchingPair, NearMiss, RelatedAnswer
from .question import Encoded, Given, Question, encode_texts, resolve
from .requests import PAGED_MOST, RelatedRequest, Wanted

_NEAR_MISSES = 5
_DAY_S = 86_400
_RANKED = 16
"""Articles that are ranked within one view: others may change the archive in between."""


def related(archive: Archive, request: RelatedRequest) -> RelatedAnswer:
    """Related coverage of articles or texts; texts are encoded before the archive is asked.

    Raises:
        NoSuchArticle: no article has the id or the URL.
        BadRecord: a text holds nothing to compare, an article is none, or a date is none; names the field.
        BadCursor: the cursor is not one that an answer gave.
        OtherCursor: the cursor was given for another query.
    """
    return archive.read(related_to, request, encode_texts(archive, request))


def related_to(view: View, request: RelatedRequest, encoded: Encoded | None = None) -> RelatedAnswer:
    """As `related`, within a view; `encoded` has the texts of the request, and is not needed for ids and URLs."""
    return _answer(view, request, resolve(view, request, encoded or {}))


def about_text(archive: Archive, text: str, limit: int) -> tuple[RelatedAnswer, list[Duplicate]]:
    """Related coverage of a text, and which stored articles it repeats; the text is encoded once.

    Raises:
        BadRecord: the text holds nothing to compare.
    """
    request = RelatedRequest(text=text, limit=limit)
    encoded = encode_texts(archive, request)
    ((prepared, query),) = encoded.values()
    with archive.reading() as view:
        found = detect(incoming_of(view, prepared, query), StoredArticles(view, view.compare(query)))
        repeats = duplicates(view, [verdict for _, verdict in found], incoming=prepared.article)
        return related_to(view, request, encoded), repeats


def rank_all(archive: Archive, limit: int, progress: Progress = lambda done, total: None) -> Iterator[dict[str, Any]]:
    """For every stored article its id and its related ones with their scores, best first, copies and all."""
    rows = archive.read(lambda view: view.collection.rows())
    for start in range(0, len(rows), _RANKED):
        some = rows[start : start + _RANKED]
        yield from archive.read(_rank, some, limit)
        progress(start + len(some), len(rows))


def _rank(view: View, rows: Sequence[int], limit: int) -> list[dict[str, Any]]:
    """As `rank_all`, of some articles; those that were removed meanwhile are left out."""
    collection, options = view.collection, Options(pairs=False)
    return [
        {
            "id": view.id_of(row),
            "related": [
                {"id": view.id_of(hit.row), "score": round(hit.score, 6)}
                for hit in find_related(collection, collection.query(row), limit=limit, options=options).hits
            ],
        }
        for row in rows
        if row in collection
    ]


def _answer(view: View, request: RelatedRequest, question: Question) -> RelatedAnswer:
    digest = hashlib.sha256(request.model_dump_json(exclude={"limit", "cursor"}).encode("utf-8", "surrogatepass"))
    bound = digest.hexdigest()[:16]
    today, shown = decode_shown(request.cursor, bound) if request.cursor else (None, ())
    day = question.day
    if day is None:
        day = today if today is not None else _days(datetime.now(UTC))
    describer = Describer(view, [(given.asked, given.verdicts) for given in question.positive])
    options = _options(view, request, question, describer)
    if request.recency_half_life:
        options = replace(options, recency=Recency(request.recency_half_life, day))
    limit = max(0, min(request.limit, PAGED_MOST - len(shown))) if shown else request.limit
    found = find_related(view.collection, question.examples, limit=limit, options=replace(options, shown=shown))
    answer = _with_texts(view, found, question, describer.hits(found.hits), _unfiltered_copies(view, options))
    rows = (*shown, *(hit.row for hit in found.hits))
    if found.more and len(rows) < PAGED_MOST:
        answer.next = encode_shown(bound, day, rows)
    return answer


def _options(view: View, request: Wanted, question: Question, describer: Describer) -> Options:
    def by_date(scored: ScoredCandidates) -> Floats:
        return view.collection.days(scored.rows)

    copies = frozenset[int]()
    if request.collapse != "none":
        copies = frozenset().union(*(_copies(view, given) for given in question.positive))
        copies -= question.examples.rows | question.barred
    return Options(
        wanted=_filter(view, request),
        minimum=MINIMUM_SCORE if request.minimum_score is None else request.minimum_score,
        same_story_minimum=request.same_story_minimum,
        group_of=_groups(view, request.collapse),
        barred=question.barred,
        copies=copies,
        diversity=request.diversity,
        refuse=describer.refusals(request.relations, request.minimum_novelty)
        if request.relations or request.minimum_novelty
        else None,
        sort_by={"novelty": describer.by_novelty, "date": by_date}.get(request.sort),
        near_misses=_NEAR_MISSES if request.near_misses else 0,
        explain=request.explain,
    )


def _copies(view: View, given: Given) -> set[int]:
    """Rows of articles with the same text as this one, or nearly."""
    own: Iterable[int]
    if isinstance(given.source, Stored):
        own = (given.source.row,)
    else:
        own = view.copies.by_body.get(given.source.body_hash, ())
    return {row for each in own for row in view.copies.groups.of(each)}


def _unfiltered_copies(view: View, options: Options) -> list[int]:
    """The copies of the query that the filter lets through, rising."""
    return [row for row in sorted(options.copies) if not view.collection.failing(row, options.wanted)]


def _groups(view: View, collapse: str) -> GroupOf | None:
    def thread(row: int) -> Sequence[int]:
        return tuple(view.members.get(view.thread_of.get(row, ""), ())) or (row,)  # of a page before: may be gone

    return {"duplicates": view.copies.groups.of, "thread": thread}.get(collapse)


def _filter(view: View, request: Wanted) -> Filter:
    def names(some: list[str] | None) -> frozenset[str] | None:
        return frozenset(some) if some else None

    return Filter(
        _days(moment(request.since, "since")) if request.since else None,
        _days(moment(request.until, "until", end=True)) if request.until else None,
        names(request.sources),
        names([language.lower() for language in request.languages or ()]),
        names(request.sections),
        names(request.authors),
        _with_kept(view, request.kept) if request.kept else None,
    )


def _with_kept(view: View, wanted: Sequence[str]) -> frozenset[int]:
    """The rows that have all of the values in their kept fields."""
    asked = (one.partition("=") for one in wanted)
    return frozenset.intersection(*(frozenset(view.tx.articles.rows_with(name, value)) for name, _, value in asked))


def _days(at: datetime) -> float:
    return at.timestamp() / _DAY_S


@dataclass(frozen=True, slots=True)
class _Text:
    """An article and its paragraphs by position."""

    article: Article
    paragraphs: dict[int, Paragraph]

    def span(self, position: int) -> Span:
        return Span.of(self.paragraphs[position], self.article.text)

    def beside(self, position: int, other: "_Text", theirs: int, score: float) -> MatchingPair:
        """A paragraph of it, and the one of another text that matches it."""
        mine = self.paragraphs[position]
        differing = figures_between(self.article, mine, other.article, other.paragraphs[theirs], score)
        return MatchingPair(score=round(score, 4), query=self.span(position), hit=other.span(theirs), figures=differing)


def _with_texts(
    view: View, found: RelatedResult, question: Question, described: Mapping[int, Described], copies: Sequence[int]
) -> RelatedAnswer:
    rows = [hit.row for hit in found.hits]
    stored = view.tx.articles.of_rows({*rows, *copies, *(miss.row for miss in found.misses)})
    sources = [given.source for given in question.positive]
    paragraphs = view.tx.articles.paragraphs(_paragraph_ids(view, found.hits, sources))
    texts = [
        _Text(
            s.article,
            paragraphs.get(s.row, {}) if isinstance(s, Stored) else {p.position: p for p in s.paragraphs},
        )
        for s in sources
    ]
    return RelatedAnswer(
        hits=[
            _hit(view, hit, described[hit.row], stored[hit.row], texts[hit.positive], paragraphs.get(hit.row, {}))
            for hit in found.hits
        ],
        copies=[_copy(view, question, stored[row]) for row in copies],
        near_misses=[
            NearMiss(
                article=view.brief(stored[miss.row]), score=round(miss.score, 4), same_story=round(miss.same_story, 4),
                reasons=list(miss.reasons),
            )
            for miss in found.misses
        ],
        next=None,
    )  # fmt: skip


def _copy(view: View, question: Question, stored: Stored) -> CopyAnswer:
    """A copy of one of the positives: what it is to the first that says it is one."""
    kinds = [
        kind_of_copy(view, given.asked, stored.row, given.verdicts.get(stored.article.id))
        for given in question.positive
    ]
    kind = min(kinds, key=lambda kind: kind.rank)
    return CopyAnswer(
        **view.brief(stored).model_dump(), relation=Relation.UPDATE if kind is Kind.UPDATE else Relation.COPY
    )


def _paragraph_ids(view: View, hits: Sequence[Hit], positives: Sequence[Stored | Prepared]) -> set[int]:
    """Ids of the stored paragraphs that the hits' pairs are of."""
    wanted = {(hit.row, pair.hit) for hit in hits for pair in hit.pairs}
    for hit in hits:
        source = positives[hit.positive]
        if isinstance(source, Stored):
            wanted |= {(source.row, pair.query) for pair in hit.pairs}
    return {int(view.collection.member(row).every[position]) for row, position in wanted}


def _hit(
    view: View, hit: Hit, described: Described, stored: Stored, query: _Text, paragraphs: dict[int, Paragraph]
) -> HitAnswer:
    found, pair = _Text(stored.article, paragraphs), described.pair
    copies = set(view.copies.groups.of(hit.row)) & set(hit.collapsed)
    return HitAnswer(
        article=view.brief(stored),
        score=round(hit.score, 4),
        same_story=round(hit.same_story, 4),
        relation=pair.relation,
        evidence=dict(pair.evidence),
        covered=Covered(query=pair.alignment.a.covered, hit=pair.alignment.b.covered),
        novelty=described.novelty,
        pairs=[query.beside(p.query, found, p.hit, p.score) for p in hit.pairs],
        positive=hit.positive,
        copies=[view.id_of(row) for row in sorted(copies)],
        others=len(hit.collapsed),
        explanation=hit.explanation,
    )
