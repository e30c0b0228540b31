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
    Text,
    Vectors,
    day_of,
    headline,
    lead_of,
    newcomer_links,
    newcomer_scores,
    pack,
    pack_links,
    pack_signature,
    signature,
    weigh,
)

from . import judging, roundups
from .archive import Archive
from .copies import COPIES, NOTHING_NEW
from .duplicates import deciding
from .errors import DuplicateRefused
from .threads.online import Nearest, choose_places, leave, settle_in
from .versioning import REPLACED_BY, insert_earlier, is_before, known_under

CANDIDATES = 60
"""Articles by vectors, and again by words, that a new article is compared with."""
_BATCH_ARTICLES = 1_000
"""Articles at most that wait for a batch to fill up, where little in them is new."""


class Status(StrEnum):
    """What became of an incoming article."""

    STORED = "stored"
    UPDATED = "updated"
    """The article has another version; the one before is kept."""
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
    given: str | None = None
    """The id under which it came, where it is a version of the article `id`."""


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


def as_incoming(archive: Archive, prepared: Prepared) -> judging.Incoming:
    """The article as it is judged now: without boilerplate. The collection's lock is the caller's."""
    article = prepared.article
    own = archive.copies.boilerplate.own_text(article.text, prepared.paragraphs)
    text = Text(article.title, own, article.source, day_of(article.published), prepared.body_hash)
    return judging.Incoming(article, text, prepared.signature)


def side_of(archive: Archive, prepared: Prepared, query: Query) -> Side:
    """The article's paragraphs, ready to be aligned; with the `query_of` it. The collection's lock is the caller's."""
    some = encoded(prepared.paragraphs)
    hashes = tuple(p.hash for p in some)
    return Side(query.passages, hashes, weigh([p.end - p.start for p in some], hashes, archive.copies.boilerplate))


@dataclass(frozen=True, slots=True)
class Placed:
    """An article beside all others, before it is stored."""

    verdicts: list[tuple[int, Verdict]]
    """Close calls too."""
    nearest: Nearest
    links: dict[int, float]

    @property
    def repeats(self) -> tuple[Verdict, ...]:
        """What it repeats, the strongest verdict first."""
        return tuple(verdict for _, verdict in self.verdicts if verdict.kind is not Kind.NEW)


def place(archive: Archive, prepared: Prepared, query: Query, tx: Transaction) -> Placed:
    """Judge an article and find its nearest; changes nothing, and may be asked while others change something."""
    collection = archive.collection
    with collection.lock.reading():
        rows = collection.candidates(query, CANDIDATES, note=False)
        similarities = collection.similarities(query, rows)
        words = sum(prepared.terms.words.values())
        nearest = Nearest(rows, newcomer_scores(collection, rows, similarities, query.day, words), query.day)
        links = newcomer_links(collection, rows, similarities, nearest.scores)
        it, side = as_incoming(archive, prepared), side_of(archive, prepared, query)
        verdicts = judging.verdicts(archive, it, tx, side=side, similar=(rows, similarities))
    return Placed(verdicts, nearest, links)


def ingest_one(
    archive: Archive, prepared: Prepared, vectors: Mapping[str, Vectors], *, policy: str | None = None,
    replace: bool = False,
) -> Outcome:  # fmt: skip
    """Store one prepared and encoded article; on disk and findable when this returns.

    Args:
        archive: open for writing. Its `writing` lock is taken.
        prepared: the article.
        vectors: by hash, of everything in `prepared.texts`.
        policy: `link`, `skip`, `reject` or `replace`, for what repeats an earlier article; None for what the settings
            say of its source.
        replace: an article with the same id and another text is replaced; its earlier version is kept.

    Raises:
        ArticleExists: the id is taken by an article with another text, and `replace` was not asked for.
        DuplicateRefused: it is a copy and the policy is `reject`.
    """
    archive.store.use_model(archive.encoder.fingerprint, archive.encoder.dimension)
    with archive.changing() as tx:
        return write_article(archive, tx, prepared, vectors, policy=policy, replace=replace)


def write_article(
    archive: Archive, tx: Transaction, prepared: Prepared, vectors: Mapping[str, Vectors], *,
    policy: str | None = None, replace: bool = False,
) -> Outcome:  # fmt: skip
    """As `ingest_one`, inside the caller's transaction and lock."""
    article = prepared.article
    known = known_under(tx, article.id)
    if known is None:
        return _take_new(archive, tx, prepared, vectors, policy or archive.settings.policy_for(article.source))
    if known.last == article:
        return _as_it_is(archive, tx, known.stored, article.id)
    if not replace:
        raise ArticleExists(article.id)
    return _replace(archive, tx, prepared, vectors, known.stored)


def _take_new(
    archive: Archive, tx: Transaction, prepared: Prepared, vectors: Mapping[str, Vectors], policy: str
) -> Outcome:
    """An article under an id that stands for none: stored, or treated as the policy says of what repeats another."""
    article = prepared.article
    placed = place(archive, prepared, query_of(prepared, vectors), tx)
    verdicts = placed.repeats
    if verdicts and policy == "reject":
        earlier = tx.articles.of_rows([row for row, _ in placed.verdicts])
        raise DuplicateRefused(article.id, verdicts, {e.article.id: headline(e.article) for e in earlier.values()})
    if policy == "skip" and any(verdict.kind in NOTHING_NEW for verdict in verdicts):
        return Outcome(Status.SKIPPED, article.id, None, verdicts)
    if verdicts and policy == "replace" and verdicts[0].kind in REPLACED_BY:
        return _take_version(archive, tx, prepared, vectors, verdicts[0])
    threads = _write(archive, tx, prepared, vectors, placed, None, {})
    return Outcome(
        Status.STORED, article.id, threads.story, verdicts, len(prepared.paragraphs), prepared.notes, threads
    )


def _replace(
    archive: Archive, tx: Transaction, prepared: Prepared, vectors: Mapping[str, Vectors], old: Stored
) -> Outcome:
    """Put an article in the place of a stored one, under the id of that one; the old text is kept as a version."""
    id, given = old.article.id, prepared.article.id
    prepared = replace_in(prepared, article=replace_in(prepared.article, id=id))
    kept = deciding.about(tx, old.row)
    later, emptied = _forget(archive, tx, old)  # first: nothing is compared with its old version
    placed = place(archive, prepared, query_of(prepared, vectors), tx)
    if later:  # those that were found to repeat it stay the later ones: `_judge_again`
        placed = replace_in(placed, verdicts=[pair for pair in placed.verdicts if pair[0] not in later])
    other = None if given == id else given
    threads = _write(archive, tx, prepared, vectors, placed, old, emptied, other)
    _judge_again(archive, tx, later, id)
    deciding.carry_over(archive, tx, kept, old.row, tx.articles.get(id).row)
    return Outcome(
        Status.UPDATED, id, threads.story, placed.repeats, len(prepared.paragraphs), prepared.notes, threads, other
    )


def _take_version(
    archive: Archive, tx: Transaction, prepared: Prepared, vectors: Mapping[str, Vectors], verdict: Verdict
) -> Outcome:
    """An article under a new id that is a version of the earlier one: its newest, or an older one."""
    article, old = prepared.article, tx.articles.get(verdict.earlier)
    if not is_before(article.published, old.article.published):
        found = _replace(archive, tx, prepared, vectors, old)
        note = "came under another id as a new version of a stored article"
        return replace_in(found, verdicts=(verdict, *found.verdicts), notes=(*found.notes, note))
    insert_earlier(tx, old, article)
    id, threads = old.article.id, archive.place(old.row)
    tx.changes.add(Event.ARTICLE_UPDATED, article=id, row=old.row, thread=threads.story)
    note = "came under another id as an older version of a stored article, which stays as it is"
    return Outcome(
        Status.UPDATED, id, threads.story, (verdict,), len(prepared.paragraphs), (note,), threads, article.id
    )


def delete_article(archive: Archive, id: str) -> None:
    """Remove an article whole, with all of its versions, from disk and memory.

    Raises:
        NoSuchArticle: there is none with this id.
        ArticleReplaced: a version of another article came under it; that one can be removed, whole.
    """
    with archive.changing() as tx:
        stored = tx.articles.get(id)
        thread = archive.thread_of.get(stored.row)
        tx.articles.remove(stored.row)
        tx.versions.remove(id)
        emptied = leave(archive, tx, stored.row)
        tx.lineage.add_all([NewFate(level, Fate.RETIRED, id) for level, id in emptied.items()])
        tx.changes.add(Event.ARTICLE_DELETED, article=id, row=stored.row, thread=thread)


Refusal = ArticleExists | DuplicateRefused
"""Why one article of many was not stored."""


def ingest_many(
    archive: Archive, articles: Iterable[Article], *, policy: str | None = None, replace: bool = False
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
    archive: Archive, batch: Sequence[Prepared | Outcome], policy: str | None, replace: bool
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
        known = known_under(tx, article.id)
        if known is None or known.last != article:
            return None
        return _as_it_is(archive, tx, known.stored, article.id)


def _as_it_is(archive: Archive, tx: Transaction, old: Stored, given: str) -> Outcome:
    verdicts = [verdict for verdict in tx.duplicates.of(old.row) if verdict.article == old.article.id]
    place = archive.find_place(old.row)
    return Outcome(
        Status.UNCHANGED, old.article.id, place.story if place else None, tuple(verdicts), place=place,
        given=given if given != old.article.id else None,
    )  # fmt: skip


def _write(
    archive: Archive, tx: Transaction, prepared: Prepared, vectors: Mapping[str, Vectors], placed: Placed,
    old: Stored | None, emptied: Mapping[Level, str], given: str | None = None,
) -> Place:  # fmt: skip
    """Write the article into the transaction and take it into memory; returns its threads."""
    article = prepared.article
    copied = [row for row, verdict in placed.verdicts if verdict.kind in COPIES]
    home = choose_places(archive, tx, article.id, placed.nearest, copied[0] if copied else None)
    added_at = old.added_at if old else None
    profile = tx.articles.add(_entry(archive, prepared, vectors), added_at=added_at, given=given)
    row = profile.row
    title = vectors[prepared.title_hash] if prepared.title_hash else None
    stacked = np.stack([vectors[p.hash] for p in encoded(prepared.paragraphs)])
    archive.admit(profile, title, stacked, placed.links)
    tx.duplicates.add(row, placed.verdicts)
    thresholds = archive.copies.thresholds
    roundups.settle(roundups.wholes(placed.verdicts, thresholds), tx, thresholds)
    tx.neighbours.add(row, pack_links(placed.links))
    archive.note_verdicts(row, placed.verdicts)
    settle_in(archive, tx, row, home, emptied)
    event = Event.ARTICLE_UPDATED if old else Event.ARTICLE_ADDED
    tx.changes.add(event, article=article.id, row=row, thread=archive.thread_of[row])
    return archive.place(row)


def _forget(archive: Archive, tx: Transaction, old: Stored) -> tuple[list[int], dict[Level, str]]:
    """Take the old version of an article out, into the chain of its earlier versions.

    Returns rows of those that repeat it, and the threads it was alone in.
    """
    later = tx.duplicates.later_than(old.row)
    tx.versions.keep(old)
    tx.articles.remove(old.row)
    return later, leave(archive, tx, old.row)


def _judge_again(archive: Archive, tx: Transaction, later: Sequence[int], id: str) -> None:
    """Judge articles that repeated the old version of an article against its new version."""
    row = tx.articles.get(id).row
    for other in later:
        with archive.collection.lock.reading():
            verdict = judging.judge_pair(archive, other, row, tx)
        if verdict and judging.is_kept(verdict):
            tx.duplicates.add(other, [(row, verdict)])
            archive.note_verdicts(other, [(row, verdict)])


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
