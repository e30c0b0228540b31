"""The way of an article into the archive: prepare, encode, judge, choose a thread, commit, admit.

One article, one transaction: text, paragraphs, vectors, verdicts, thread and change-log line are on disk together or
not at all, and only then is the caller told. What is in memory follows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_in
from enum import StrEnum

import numpy as np

from corpus import (
    Article,
    ArticleExists,
    Fate,
    Kind,
    Level,
    Paragraph,
    Place,
    Terms,
    Verdict,
    body_hash,
    canonical_url,
    content_hash,
    encoded,
    paragraph_hash,
    split_paragraphs,
    squeeze,
    terms_of,
)
from corpus.store import Entry, Event, NewFate, ParagraphKey, Stored, Transaction
from embeddings import (
    CachedEncoder,
    Query,
    Side,
    Signature,
    Vectors,
    day_of,
    lead_of,
    newcomer_links,
    newcomer_scores,
    pack,
    pack_links,
    pack_signature,
    signature,
    weigh,
)

from . import judging
from .archive import Archive
from .copies import COPIES
from .duplicates import deciding
from .errors import DuplicateRefused
from .threads.online import Nearest, choose_places, leave, settle_in

CANDIDATES = 60
"""Articles by vectors, and again by words, that a new article is compared with."""
_BATCH_ARTICLES = 1_000
"""Articles at most that wait for a batch to fill up, where little in them is new."""


class Status(StrEnum):
    """What became of an incoming article."""

    STORED = "stored"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    """The same article is stored already."""
    SKIPPED = "skipped"
    """A copy, and the policy leaves copies out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an incoming article, and what was found on the way."""

    status: Status
    id: str
    thread: str | None = None
    """Id of its story."""
    verdicts: tuple[Verdict, ...] = ()
    paragraphs: int = 0
    notes: tuple[str, ...] = ()
    place: Place | None = None
    """All of its threads."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that can be said of an article without looking at any other."""

    article: Article
    paragraphs: tuple[Paragraph, ...]
    terms: Terms
    body_hash: str
    content_hash: str
    title_hash: str | None
    signature: Signature
    notes: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    """Hash -> text of everything that is to be encoded."""


def prepare(archive: Archive, article: Article) -> Prepared:
    """Split, count and hash an article."""
    split = split_paragraphs(
        article.text, count_tokens=archive.encoder.count_tokens, max_tokens=archive.encoder.max_tokens
    )
    notes = []
    if split.cut:
        notes.append(f"{split.cut} over-long paragraphs were cut at sentence ends")
    some = encoded(split.paragraphs)
    if len(some) < len(split.paragraphs):
        notes.append(
            f"the first {len(some):,} of {len(split.paragraphs):,} paragraphs are compared by meaning,"
            " the others by their words only"
        )
    title_hash = paragraph_hash(article.title) if article.title else None
    texts = {p.hash: squeeze(p.of(article.text)) for p in some}
    if title_hash:
        texts[title_hash] = squeeze(article.title)
    return Prepared(
        article, split.paragraphs, terms_of(article.title, article.text), body_hash(article.text),
        content_hash(article.title, article.text), title_hash, signature(article.text), tuple(notes), texts,
    )  # fmt: skip


def encode(archive: Archive, prepared: Sequence[Prepared]) -> dict[str, Vectors]:
    """Vectors (D,) by hash of everything in these articles; what the store has is not encoded again."""

    def cached(hashes: Iterable[str]) -> Mapping[str, bytes]:
        with archive.store.read() as tx:
            return tx.articles.vectors(list(hashes))

    texts = {hash: text for p in prepared for hash, text in p.texts.items()}
    return CachedEncoder(archive.encoder, cached).encode(texts)


def query_of(prepared: Prepared, vectors: Mapping[str, Vectors]) -> Query:
    """The article as a query."""
    some = encoded(prepared.paragraphs)
    lead = lead_of([ParagraphKey(p.position, p.hash, p.end - p.start) for p in some])
    return Query(
        prepared.terms,
        np.stack([vectors[p.hash] for p in some]) if some else np.empty((0, 1), np.float32),
        tuple(p.position for p in some),
        vectors[some[lead].hash] if some else None,
        vectors[prepared.title_hash] if prepared.title_hash else None,
        day_of(prepared.article.published),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """An article beside all others, before it is stored."""

    verdicts: list[tuple[int, Verdict]]
    nearest: Nearest
    links: dict[int, float]


def place(archive: Archive, prepared: Prepared, query: Query, tx: Transaction) -> Placed:
    """Judge an article and find its nearest; changes nothing, and may be asked while others change something."""
    collection = archive.collection
    with collection.lock.reading():
        rows = collection.candidates(query, CANDIDATES, note=False)
        similarities = collection.similarities(query, rows)
        words = sum(prepared.terms.words.values())
        nearest = Nearest(rows, newcomer_scores(collection, rows, similarities, query.day, words), query.day)
        links = newcomer_links(collection, rows, similarities, nearest.scores)
        it = _judged(archive, prepared)
        verdicts = judging.verdicts(archive, it, tx, side=_side(archive, prepared, query), similar=(rows, similarities))
    return Placed(verdicts, nearest, links)


def ingest_one(
    archive: Archive, prepared: Prepared, vectors: Mapping[str, Vectors], *, policy: str, replace: bool = False
) -> Outcome:
    """Store one prepared and encoded article; on disk and findable when this returns.

    Args:
        archive: open for writing. Its `writing` lock is taken.
        prepared: the article.
        vectors: by hash, of everything in `prepared.texts`.
        policy: `link`, `skip` or `reject`, for what repeats an earlier article.
        replace: an article with the same id and another text is replaced.

    Raises:
        ArticleExists: the id is taken by an article with another text, and `replace` was not asked for.
        DuplicateRefused: it is a copy and the policy is `reject`.
    """
    archive.store.use_model(archive.encoder.fingerprint, archive.encoder.dimension)
    with archive.changing() as tx:
        return write_article(archive, tx, prepared, vectors, policy=policy, replace=replace)


def write_article(
    archive: Archive, tx: Transaction, prepared: Prepared, vectors: Mapping[str, Vectors], *, policy: str,
    replace: bool = False,
) -> Outcome:  # fmt: skip
    """As `ingest_one`, inside the caller's transaction and lock."""
    article = prepared.article
    old = tx.articles.find(id=article.id)
    if old is not None and old.article == article:
        return _as_it_is(archive, tx, old)
    if old is not None and not replace:
        raise ArticleExists(article.id)
    kept = deciding.about(tx, old.row) if old else None
    later, emptied = _forget(archive, tx, old) if old else ([], {})  # first: nothing is compared with its old version
    placed = place(archive, prepared, query_of(prepared, vectors), tx)
    if later:  # those that were found to repeat it stay the later ones: `_judge_again`
        placed = replace_in(placed, verdicts=[pair for pair in placed.verdicts if pair[0] not in later])
    verdicts = tuple(verdict for _, verdict in placed.verdicts if verdict.kind is not Kind.NEW)
    if old is None and verdicts and policy == "reject":
        raise DuplicateRefused(article.id, verdicts)
    if old is None and verdicts and policy == "skip":
        return Outcome(Status.SKIPPED, article.id, None, verdicts)
    threads = _write(archive, tx, prepared, vectors, placed, old, emptied)
    _judge_again(archive, tx, later, article.id)
    if old and kept:
        deciding.carry_over(archive, tx, kept, old.row, tx.articles.get(article.id).row)
    status = Status.UPDATED if old else Status.STORED
    return Outcome(status, article.id, threads.story, verdicts, len(prepared.paragraphs), prepared.notes, threads)


def delete_article(archive: Archive, id: str) -> None:
    """Remove an article whole, from disk and memory.

    Raises:
        NoSuchArticle: there is none with this id.
    """
    with archive.changing() as tx:
        stored = tx.articles.get(id)
        thread = archive.thread_of.get(stored.row)
        tx.articles.remove(stored.row)
        emptied = leave(archive, tx, stored.row)
        tx.lineage.add_all([NewFate(level, Fate.RETIRED, id) for level, id in emptied.items()])
        tx.changes.add(Event.ARTICLE_DELETED, article=id, row=stored.row, thread=thread)


Refusal = ArticleExists | DuplicateRefused
"""Why one article of many was not stored."""


def ingest_many(
    archive: Archive, articles: Iterable[Article], *, policy: str, replace: bool = False
) -> Iterator[Outcome | Refusal]:
    """Store articles as they come, encoded in batches; yields what became of each, in order.

    What is stored already costs a look, no more: a run that was interrupted goes on by being started again.
    """
    batch: list[Prepared | Outcome] = []
    ids: set[str] = set()
    waiting = 0
    for article in articles:
        # the second article of an id may meet what the first one is about to store: only the store's moment counts then
        known = _unchanged(archive, article) if article.id not in ids else None
        batch.append(known or prepare(archive, article))
        ids.add(article.id)
        if isinstance(batch[-1], Prepared):
            waiting += len(batch[-1].texts)
        if waiting >= archive.settings.batch_paragraphs or len(batch) >= _BATCH_ARTICLES:
            yield from _ingest_batch(archive, batch, policy, replace)
            batch, ids, waiting = [], set(), 0
    yield from _ingest_batch(archive, batch, policy, replace)


def _ingest_batch(
    archive: Archive, batch: Sequence[Prepared | Outcome], policy: str, replace: bool
) -> Iterator[Outcome | Refusal]:
    vectors = encode(archive, [item for item in batch if isinstance(item, Prepared)])
    for item in batch:
        if isinstance(item, Outcome):
            yield item
            continue
        try:
            yield ingest_one(archive, item, vectors, policy=policy, replace=replace)
        except (ArticleExists, DuplicateRefused) as refusal:
            yield refusal


def _unchanged(archive: Archive, article: Article) -> Outcome | None:
    with archive.store.read() as tx:
        old = tx.articles.find(id=article.id)
        return _as_it_is(archive, tx, old) if old is not None and old.article == article else None


def _as_it_is(archive: Archive, tx: Transaction, old: Stored) -> Outcome:
    verdicts = [verdict for verdict in tx.duplicates.of(old.row) if verdict.article == old.article.id]
    place = archive.find_place(old.row)
    return Outcome(Status.UNCHANGED, old.article.id, place.story if place else None, tuple(verdicts), place=place)


def _write(
    archive: Archive, tx: Transaction, prepared: Prepared, vectors: Mapping[str, Vectors], placed: Placed,
    old: Stored | None, emptied: Mapping[Level, str],
) -> Place:  # fmt: skip
    """Write the article into the transaction and take it into memory; returns its threads."""
    article = prepared.article
    copied = [row for row, verdict in placed.verdicts if verdict.kind in COPIES]
    home = choose_places(archive, tx, article.id, placed.nearest, copied[0] if copied else None)
    profile = tx.articles.add(_entry(archive, prepared, vectors), added_at=old.added_at if old else None)
    row = profile.row
    title = vectors[prepared.title_hash] if prepared.title_hash else None
    stacked = np.stack([vectors[p.hash] for p in encoded(prepared.paragraphs)])
    archive.admit(profile, title, stacked, placed.links)
    tx.duplicates.add(row, placed.verdicts)
    tx.neighbours.add(row, pack_links(placed.links))
    archive.note_verdicts(row, placed.verdicts)
    settle_in(archive, tx, row, home, emptied)
    event = Event.ARTICLE_UPDATED if old else Event.ARTICLE_ADDED
    tx.changes.add(event, article=article.id, row=row, thread=archive.thread_of[row])
    return archive.place(row)


def _forget(archive: Archive, tx: Transaction, old: Stored) -> tuple[list[int], dict[Level, str]]:
    """Remove the old version of an article; returns rows of those that repeat it, and the threads it was alone in."""
    later = tx.duplicates.later_than(old.row)
    tx.articles.remove(old.row)
    return later, leave(archive, tx, old.row)


def _judge_again(archive: Archive, tx: Transaction, later: Sequence[int], id: str) -> None:
    """Judge articles that repeated the old version of an article against its new version."""
    row = tx.articles.get(id).row
    for other in later:
        with archive.collection.lock.reading():
            found = judging.judge_pair(archive, other, row, tx)
            name = archive.collection.member(other).id
        if found and (found.kind is not Kind.NEW or found.score >= judging.CLOSE_CALL):
            pair = (row, Verdict(name, id, found.kind, found.score, found.evidence))
            tx.duplicates.add(other, [pair])
            archive.note_verdicts(other, [pair])


def _judged(archive: Archive, prepared: Prepared) -> judging.Incoming:
    article = prepared.article
    return judging.incoming(
        archive, article, prepared.paragraphs, prepared.signature, prepared.body_hash, day_of(article.published)
    )


def _side(archive: Archive, prepared: Prepared, query: Query) -> Side:
    some = encoded(prepared.paragraphs)
    hashes = tuple(p.hash for p in some)
    return Side(query.passages, hashes, weigh([p.end - p.start for p in some], hashes, archive.copies.boilerplate))


def _entry(archive: Archive, prepared: Prepared, vectors: Mapping[str, Vectors]) -> Entry:
    article = prepared.article
    return Entry(
        article=article,
        paragraphs=prepared.paragraphs,
        canonical_url=canonical_url(article.url) if article.url else None,
        content_hash=prepared.content_hash,
        body_hash=prepared.body_hash,
        title_hash=prepared.title_hash,
        terms=prepared.terms,
        signature=pack_signature(prepared.signature),
        vectors={hash: pack(vectors[hash]) for hash in prepared.texts},
    )
