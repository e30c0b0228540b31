"""The way of articles into the archive: prepared and encoded (`preparing`), judged, into threads, committed.

An article's text, paragraphs, vectors, verdicts, thread and change-log line are on disk together or not at all, and
only then is the caller told. Articles of a stream are written some at a time, in one transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_in
from enum import StrEnum

import numpy as np

from corpus import Article, ArticleExists, Assignment, Kind, Level, LineageEvent, Verdict, canonical_url, encoded
from corpus.records import Entry, Event, NewChange, NewLineageEvent, Stored
from corpus.store import Transaction
from embeddings.duplicates import pack_signature
from embeddings.search import Query, pack_links
from embeddings.threads import newcomer_links, newcomer_scores
from embeddings.threads.describe import headline
from embeddings.types import Vectors
from embeddings.vectors import pack

from ..archive.archive import Archive
from ..archive.copies import COPY_KINDS, REDUNDANT_KINDS
from ..archive.preparing import Prepared, as_incoming, encode, prepare, query_of, side_of
from ..duplicates import detection as judging
from ..duplicates import labels as deciding
from ..duplicates import live_blogs as roundups
from ..errors import DuplicateRefused
from ..threads.online import Arrival, Candidates, assign, choose_threads, finalise, unassign
from .versioning import REPLACED_BY, insert_earlier, is_before, known_under

CANDIDATES = 30
"""Articles by vectors, again by words, and half as many by names, that a new article is compared with. With 60, not one
B-cubed figure of threads online is another (the sample, BASIL, ECB+, AllSides, WCEP)."""
_TOGETHER = 32
"""Articles that are written in one transaction, at most, and settle into their threads together."""
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
    place: Assignment | None = None
    """All of its threads."""
    given: str | None = None
    """The id under which it came, where it is a version of the article `id`."""


Refusal = ArticleExists | DuplicateRefused
"""Why one article of many was not stored."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An article beside all others, before it is stored."""

    verdicts: list[tuple[int, Verdict]]
    """Close calls too."""
    nearest: Candidates
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
        nearest = Candidates(rows, newcomer_scores(collection, rows, similarities, query.day, words), query.day)
        links = newcomer_links(collection, rows, similarities, nearest.scores)
        it, side = as_incoming(archive, prepared), side_of(archive, prepared, query)
        verdicts = judging.verdicts(archive, it, tx, side=side, similar=(rows, similarities))
    return Placed(verdicts, nearest, links)


class Group:
    """Articles that are written in one transaction. They choose threads one after the other, and settle in together.

    Args:
        archive: open for writing, inside `Archive.changing`.
        tx: the transaction.
        vectors: by hash, of everything in the `Prepared.texts` of the articles.
        policy: `link`, `skip`, `reject` or `replace`, for what repeats an earlier article; None for what the settings
            say of its source.
        replace: an article with the same id and another text is replaced; its earlier version is kept.
    """

    def __init__(
        self, archive: Archive, tx: Transaction, vectors: Mapping[str, Vectors], policy: str | None, *, replace: bool
    ) -> None:
        self.outcomes: list[Outcome | Refusal] = []
        """What became of each; the threads of new articles are known when they have settled in."""
        self._archive, self._tx, self._vectors = archive, tx, vectors
        self._policy, self._may_replace = policy, replace
        self._arrivals: list[_Unsettled] = []

    def take(self, prepared: Prepared) -> None:
        """Write one article; `outcomes` has one more then.

        Raises:
            ArticleExists: the id is taken by an article with another text, and `replace` was not asked for.
            DuplicateRefused: it is a copy and the policy is `reject`. Nothing is written in either case.
        """
        article = prepared.article
        known = known_under(self._tx, article.id)
        if known is None:
            self.outcomes.append(self._take_new(prepared))
            return
        self.settle()
        if known.last == article:
            self.outcomes.append(_as_it_is(self._archive, self._tx, known.stored, article.id))
        elif self._may_replace:
            self.outcomes.append(self._replace(prepared, known.stored))
        else:
            raise ArticleExists(article.id)

    def settle(self) -> None:
        """Put all new articles into their threads for good."""
        arrivals, self._arrivals = self._arrivals, []
        if not arrivals:
            return
        tx = self._tx
        tx.neighbours.add_all((new.arrival.row, pack_links(new.links)) for new in arrivals)
        finalise(self._archive, tx, [new.arrival for new in arrivals])
        told: list[NewChange] = []
        for new in arrivals:
            row, outcome = new.arrival.row, self.outcomes[new.number]
            assert isinstance(outcome, Outcome)
            place = self._archive.place(row)
            self.outcomes[new.number] = replace_in(outcome, thread=place.story, place=place)
            told.append(NewChange(new.event, outcome.id, row, place.story))
        tx.changes.add_all(told)

    def _take_new(self, prepared: Prepared) -> Outcome:
        """An article under an id that stands for none: stored, or as the policy says of what repeats another."""
        archive, tx, article = self._archive, self._tx, prepared.article
        policy = self._policy or archive.settings.policy_for(article.source)
        placed = place(archive, prepared, query_of(prepared, self._vectors), tx)
        verdicts = placed.repeats
        if verdicts and policy == "reject":
            earlier = tx.articles.of_rows([row for row, _ in placed.verdicts])
            raise DuplicateRefused(article.id, verdicts, {e.article.id: headline(e.article) for e in earlier.values()})
        if policy == "skip" and any(verdict.kind in REDUNDANT_KINDS for verdict in verdicts):
            return Outcome(Status.SKIPPED, article.id, None, verdicts)
        if verdicts and policy == "replace" and verdicts[0].kind in REPLACED_BY:
            self.settle()
            return self._take_version(prepared, verdicts[0])
        self._write(prepared, placed)
        return Outcome(
            Status.STORED, article.id, None, verdicts, paragraphs=len(prepared.paragraphs), notes=prepared.notes
        )

    def _replace(self, prepared: Prepared, old: Stored) -> Outcome:
        """Put an article in the place of a stored one, under the id of that one; the old text is kept as a version."""
        archive, tx = self._archive, self._tx
        id, given = old.article.id, prepared.article.id
        prepared = replace_in(prepared, article=replace_in(prepared.article, id=id))
        kept = deciding.human_input(tx, old.row)
        later, emptied = _forget(archive, tx, old)  # first: nothing is compared with its old version
        placed = place(archive, prepared, query_of(prepared, self._vectors), tx)
        if later:  # those that were found to repeat it stay the later ones: `_judge_again`
            placed = replace_in(placed, verdicts=[pair for pair in placed.verdicts if pair[0] not in later])
        other = None if given == id else given
        row = self._write(prepared, placed, old, emptied, other)
        _judge_again(archive, tx, later, row)
        deciding.restore_human_input(archive, tx, kept, old.row, row)
        return Outcome(Status.UPDATED, id, None, placed.repeats, len(prepared.paragraphs), prepared.notes, given=other)

    def _take_version(self, prepared: Prepared, verdict: Verdict) -> Outcome:
        """An article under a new id that is a version of the earlier one: its newest, or an older one."""
        article, tx = prepared.article, self._tx
        old = tx.articles.get(verdict.earlier)
        if not is_before(article.published, old.article.published):
            found = self._replace(prepared, old)
            note = "came under another id as a new version of a stored article"
            return replace_in(found, verdicts=(verdict, *found.verdicts), notes=(*found.notes, note))
        insert_earlier(tx, old, article)
        id, threads = old.article.id, self._archive.place(old.row)
        tx.changes.add(Event.ARTICLE_UPDATED, article=id, row=old.row, thread=threads.story)
        note = "came under another id as an older version of a stored article, which stays as it is"
        return Outcome(
            Status.UPDATED, id, threads.story, (verdict,), len(prepared.paragraphs), (note,), threads, article.id
        )

    def _write(
        self, prepared: Prepared, placed: Placed, old: Stored | None = None, emptied: Mapping[Level, str] = {},
        given: str | None = None,
    ) -> int:  # fmt: skip
        """Write the article into the transaction and take it into memory, where it takes its seat; returns its row."""
        archive, tx = self._archive, self._tx
        copied = [row for row, verdict in placed.verdicts if verdict.kind in COPY_KINDS]
        home = choose_threads(archive, tx, prepared.article.id, placed.nearest, copied[0] if copied else None)
        added_at = old.added_at if old else None
        profile = tx.articles.add(_entry(prepared, self._vectors), added_at=added_at, given=given)
        row = profile.row
        title = self._vectors[prepared.title_hash] if prepared.title_hash else None
        stacked = np.stack([self._vectors[p.hash] for p in encoded(prepared.paragraphs)])
        archive.admit(profile, title, stacked, placed.links)
        tx.duplicates.add(row, placed.verdicts)
        thresholds = archive.copies.thresholds
        roundups.reclassify_contained(roundups.containers(placed.verdicts, thresholds), tx, thresholds)
        archive.note_verdicts(row, placed.verdicts)
        assign(archive, tx, row, home)
        event = Event.ARTICLE_UPDATED if old else Event.ARTICLE_ADDED
        self._arrivals.append(_Unsettled(Arrival(row, home, emptied), placed.links, len(self.outcomes), event))
        return row


@dataclass(frozen=True, slots=True)
class _Unsettled:
    """A new article of a group, and its place in `Group.outcomes`."""

    arrival: Arrival
    links: Mapping[int, float]
    number: int
    event: Event


def write_article(
    archive: Archive, tx: Transaction, prepared: Prepared, vectors: Mapping[str, Vectors], *,
    policy: str | None = None, replace: bool = False,
) -> Outcome:  # fmt: skip
    """Write one article in the caller's transaction and lock: `Group` says how, and what it raises."""
    group = Group(archive, tx, vectors, policy, replace=replace)
    group.take(prepared)
    group.settle()
    (outcome,) = group.outcomes
    assert isinstance(outcome, Outcome)
    return outcome


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
        emptied = unassign(archive, tx, stored.row)
        tx.lineage.add_all([NewLineageEvent(level, LineageEvent.RETIRED, id) for level, id in emptied.items()])
        tx.changes.add(Event.ARTICLE_DELETED, article=id, row=stored.row, thread=thread)


@dataclass(frozen=True, slots=True)
class Ready:
    """Articles that are ready to be written together."""

    items: Sequence[Prepared | Outcome]
    """In order; an outcome, where there is nothing to write."""
    vectors: Mapping[str, Vectors]
    """By hash, of all `Prepared.texts`."""


def ingest_many(
    archive: Archive, articles: Iterable[Article], *, policy: str | None = None, replace: bool = False
) -> Iterator[Outcome | Refusal]:
    """Store articles as they come, encoded in batches; yields what became of each, in order.

    What is stored already costs a look, no more: a run that was interrupted goes on by being started again.
    """
    for some in make_ready(archive, articles):
        yield from write_together(archive, some, policy=policy, replace=replace)


def make_ready(archive: Archive, articles: Iterable[Article]) -> Iterator[Ready]:
    """Prepare and encode articles as they come; what this yields is to be written before the next is asked for."""
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
            yield from _encoded(archive, batch)
            batch, ids, waiting = [], set(), 0
    yield from _encoded(archive, batch)


def _encoded(archive: Archive, batch: Sequence[Prepared | Outcome]) -> Iterator[Ready]:
    vectors = encode(archive, [item for item in batch if isinstance(item, Prepared)])
    for start in range(0, len(batch), _TOGETHER):
        yield Ready(batch[start : start + _TOGETHER], vectors)


def write_together(
    archive: Archive, some: Ready, *, policy: str | None = None, replace: bool = False
) -> Sequence[Outcome | Refusal]:
    """Write articles in one transaction; what became of each, in order. Arguments as for `Group`."""
    known = [item for item in some.items if isinstance(item, Outcome)]
    if len(known) == len(some.items):
        return known
    archive.store.use_model(archive.encoder.fingerprint, archive.encoder.dimension)
    with archive.changing() as tx:
        group = Group(archive, tx, some.vectors, policy, replace=replace)
        for item in some.items:
            if isinstance(item, Outcome):
                group.outcomes.append(item)
                continue
            try:
                group.take(item)
            except (ArticleExists, DuplicateRefused) as refusal:
                group.outcomes.append(refusal)
        group.settle()
        return group.outcomes


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


def _forget(archive: Archive, tx: Transaction, old: Stored) -> tuple[list[int], dict[Level, str]]:
    """Take the old version of an article out, into the chain of its earlier versions.

    Returns rows of those that repeat it, and the threads it was alone in.
    """
    later = tx.duplicates.later_than(old.row)
    tx.versions.keep(old)
    tx.articles.remove(old.row)
    return later, unassign(archive, tx, old.row)


def _judge_again(archive: Archive, tx: Transaction, later: Sequence[int], row: int) -> None:
    """Judge articles that repeated the old version of an article against its new version, which has this row."""
    for other in later:
        with archive.collection.lock.reading():
            verdict = judging.classify_pair(archive, other, row, tx)
        if verdict and judging.is_kept(verdict):
            tx.duplicates.add(other, [(row, verdict)])
            archive.note_verdicts(other, [(row, verdict)])


def _entry(prepared: Prepared, vectors: Mapping[str, Vectors]) -> Entry:
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
