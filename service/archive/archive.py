"""An open data directory: the store (the truth) and what is computed from it, loaded, kept in step, and saved.

Everything but the store can be thrown away. The index comes from its snapshot where that can be trusted, and is then
brought in line with the store, paragraph by paragraph; a snapshot that cannot be trusted is set aside and built anew.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from corpus import Assignment, DecisionKind, Level, Verdict
from corpus.records import Profile
from corpus.store import Store, Transaction
from embeddings.compare import Side
from embeddings.duplicates import SIGNATURES_VERSION, CanonicalPolicy, Thresholds, pack_signature, signatures
from embeddings.encoders import Encoder, encoder_for
from embeddings.errors import SnapshotUnusable
from embeddings.index import ExactIndex, VectorIndex, load_snapshot, quarantine, save_snapshot
from embeddings.search import Collection, Links, unpack_links
from embeddings.threads import rules_of
from embeddings.types import Vectors
from embeddings.vectors import unpack

from ..settings import Settings
from .copies import COPY_KINDS, Copies
from .memberships import Membership

log = logging.getLogger(__name__)

INDEX = "index"
"""Folder of the snapshot in the data directory."""
_COMPARED = 64
"""Vectors of a saved index that are compared with the store's when it is loaded."""
_RECOUNTED = 1_000
"""Articles whose terms are counted anew in one transaction (some five seconds)."""
_UNSAVED = "the index could not be saved; it is built anew at the next start, which takes longer"


class Archive:
    """One data directory, open for reading, or for reading and writing (one process at a time).

    Any number of threads may read; changes go through `service.ingest` and `service.threads`, which hold `writing`.

    Raises (from the constructor):
        StoreError: as `corpus.store.Store` (locked, missing, too new, damaged), or WrongModel.
    """

    def __init__(self, settings: Settings, *, write: bool) -> None:
        self.settings = settings
        self.store = Store(settings.data, write=write)
        self.writing = threading.Lock()
        self.degraded: str | None = None
        """What is wrong, in words, while something is; the service goes on."""
        self._saved = self._tried = 0
        self._touched = False
        try:
            self.encoder: Encoder = encoder_for(settings.model, device=settings.device)
            if self.store.model is not None:
                self.store.use_model(self.encoder.fingerprint, self.encoder.dimension)
            if write:
                self._recount_terms()
                self._sign_again()
            self._load()
        except BaseException:
            self.store.close()
            raise

    @contextmanager
    def changing(self) -> Iterator[Transaction]:
        """The one way to change anything: alone, in one transaction, with memory and disk in step.

        Where the transaction fails after something was changed in memory, memory is loaded anew from the store.
        """
        with self.writing:
            self._touched = False
            try:
                with self.store.write() as tx:
                    yield tx
            except BaseException:
                if self._touched:
                    self._load()
                raise

    def admit(self, profile: Profile, title: Vectors | None, vectors: Vectors, links: dict[int, float]) -> None:
        """Take a stored article into memory, so that it is found. The collection's lock is taken."""
        self._touched = True
        ids = np.array([key.id for key in profile.paragraphs], np.int64)
        with self.collection.lock.writing():
            self.index.add(ids, vectors)
            self.collection.add(profile, title)
            self.collection.neighbours.connect(profile.row, links)
            self.copies.add(profile)

    def expel(self, row: int) -> None:
        """Take an article out of memory; nothing happens where it is not in."""
        self._touched = True
        with self.collection.lock.writing():
            if row not in self.collection:
                return
            self.copies.remove(row)
            self.move(row, None)
            self.collection.remove(row)

    def note_verdicts(self, row: int, verdicts: Iterable[tuple[int, Verdict]]) -> None:
        """Take in what an article repeats: (earlier row, verdict). The collection's lock is taken."""
        self._touched = True
        with self.collection.lock.writing():
            self.copies.note((row, other, verdict) for other, verdict in verdicts)

    def take_verdict(self, row: int, earlier: int, verdict: Verdict) -> None:
        """Take in a verdict in place of the one on the same two articles. The collection's lock is taken."""
        self._touched = True
        with self.collection.lock.writing():
            if verdict.kind not in COPY_KINDS:
                self.copies.unlink(row, earlier)
            self.copies.note([(row, earlier, verdict)])

    def choose_canonicals(self, rows: Sequence[int]) -> None:
        """Take up which articles editors chose to stand for their copies. The collection's lock is taken."""
        self._touched = True
        with self.collection.lock.writing():
            self.copies.choose(rows)

    def sides(self, rows: Sequence[int]) -> list[Side]:
        """The paragraphs of stored articles, ready to be aligned; KeyError where one is not in.

        The collection's lock is the caller's.
        """
        return [self.copies.side(row, some) for row, some in zip(rows, self.collection.passages(rows), strict=True)]

    @property
    def thread_of(self) -> dict[int, str]:
        """Row -> id of its story."""
        return self.levels[Level.STORY].thread_of

    @property
    def members(self) -> dict[str, set[int]]:
        """Id of a story -> rows of its articles."""
        return self.levels[Level.STORY].members

    def place(self, row: int) -> Assignment:
        """Which threads an article is in; KeyError where it is in none."""
        return Assignment(*(self.levels[level].thread_of[row] for level in Level))

    def find_place(self, row: int) -> Assignment | None:
        """As `place`; None for an article that another thread has removed meanwhile."""
        try:
            return self.place(row)
        except KeyError:
            return None

    def move(self, row: int, place: Assignment | None) -> None:
        """Note in memory which threads an article is in."""
        self._touched = True
        for level, membership in self.levels.items():
            membership.move(row, place and place.at(level))

    def take_graph(self, links: Links) -> None:
        """Take a neighbour graph in place of the present one."""
        self._touched = True
        with self.collection.lock.writing():
            self.collection.neighbours.load(links)

    def learn_rules(self, tx: Transaction) -> None:
        """Take up what editors have decided, as it stands in a transaction."""
        self._touched = True
        active = tx.decisions.active()
        self.rules = rules_of(active)
        self.headlines = {d.thread: d.headline for d in active if d.kind is DecisionKind.RENAME and d.thread}

    def save(self) -> None:
        """Save the index, if anything has changed since.

        Never while something is being changed: what is in memory may not be on disk yet, and may never be.
        """
        with self.writing:
            with self.store.read() as tx:
                sequence = tx.changes.last()
            if self.store.model is None or sequence == self._saved:
                return
            self._tried = sequence
            history = self._history(sequence)
            with self.collection.lock.reading():
                save_snapshot(
                    self.directory, self.index, sequence=sequence, fingerprint=self.store.model, history=history
                )
            self._saved = sequence
            if self.degraded == _UNSAVED:
                self.degraded = None

    def save_if_due(self) -> None:
        """Save the index when `snapshot_every` changes have come since the last time, as `save_if_possible`."""
        with self.store.read() as tx:
            due = tx.changes.last() - max(self._saved, self._tried) >= self.settings.snapshot_every
        if due:
            self.save_if_possible()

    def save_if_possible(self) -> None:
        """Save the index; where that fails (no space), say so and go on: the store has everything."""
        try:
            self.save()
        except OSError as error:
            self.degraded = _UNSAVED
            log.warning("index.unsaved reason=%r", str(error))

    def close(self) -> None:
        """Save the index and free the directory."""
        try:
            if self.store.writable:
                self.save_if_possible()
        finally:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def directory(self) -> Path:
        """Where the snapshot is."""
        return self.settings.data / INDEX

    def _recount_terms(self) -> None:
        """Count the terms of all articles anew where an older version counted them (a reader goes on with what is)."""
        with self.store.read() as tx:
            if tx.articles.terms_are_current():
                return
            total = tx.articles.count()
        if total:
            log.warning("terms.recount articles=%d reason=%r", total, "their words were counted by an older version")
        row, done, more = 0, 0, 1
        while more:
            with self.store.write() as tx:
                row, more = tx.articles.recount_terms(row, _RECOUNTED)
            done += more
            log.info("terms.recounted articles=%d of=%d", done, total)

    def _sign_again(self) -> None:
        """Sign all articles anew where an older version signed them (a reader goes on without)."""
        with self.store.read() as tx:
            if tx.articles.signatures_version() == SIGNATURES_VERSION:
                return
            total = tx.articles.count()
        if total:
            log.warning("signatures.renew articles=%d reason=%r", total, "they were made by an older version")
        row, done = 0, 0
        while True:
            with self.store.write() as tx:
                some = tx.articles.texts(row, _RECOUNTED)
                if not some:
                    tx.articles.signed_by(SIGNATURES_VERSION)
                    return
                signed = signatures([text for _, text in some])
                tx.articles.sign([(row, pack_signature(one)) for (row, _), one in zip(some, signed, strict=True)])
            row, done = some[-1][0], done + len(some)
            log.info("signatures.renewed articles=%d of=%d", done, total)

    def _load(self) -> None:
        self.index = self._open_index()
        self.levels = {level: Membership() for level in Level}
        with self.store.read() as tx:
            profiles = list(tx.articles.profiles())
            self._align_index(profiles, tx.articles.vectors)
            self.collection = Collection(self.index)
            self.copies = self._no_copies()
            titles = tx.articles.vectors({p.title_hash for p in profiles if p.title_hash})
            dimension = self.index.dimension
            for profile in profiles:
                blob = titles.get(profile.title_hash or "")
                title = None if blob is None else unpack([blob], dimension)[0]
                self.collection.add(profile, title)
                self.copies.add(profile, signed=False)
            if tx.articles.signatures_version() == SIGNATURES_VERSION:
                self.copies.sign([(profile.row, profile.signature) for profile in profiles])
            links = unpack_links(tx.neighbours.all())
            self.collection.neighbours.load(self.collection.there(links))
            self.copies.note(tx.duplicates.compared(least=0.5))
            self.copies.choose(list(tx.duplicates.canonical_choices()))
            for row, place in tx.threads.assignments().by_row.items():
                self.move(row, place)
            self.learn_rules(tx)

    def _no_copies(self) -> Copies:
        settings = self.settings
        policy = CanonicalPolicy(tuple(settings.canonical), tuple(settings.wires), tuple(settings.publishers))
        thresholds = Thresholds(settings.duplicate_same, settings.duplicate_covered, settings.duplicate_quoted)
        return Copies(self.collection, policy, thresholds, settings.signature_days or None)

    def _open_index(self) -> VectorIndex:
        load, make = self._index_kind()
        if self.store.model is None or not self.directory.exists():
            return make()
        try:
            with self.store.read() as tx:
                newest = tx.changes.last()
            index, manifest = load_snapshot(
                self.directory, load, fingerprint=self.store.model, newest=newest, history=self._history
            )
            self._saved = manifest.sequence
        except SnapshotUnusable as error:
            self._set_aside(error.reason)
            return make()
        return index

    def _set_aside(self, reason: str) -> None:
        self._saved = 0
        self.degraded = f"the saved index was unusable ({reason}) and is built anew from the store"
        if self.store.writable:
            aside = quarantine(self.directory)
            log.warning("index.rebuilt reason=%r set_aside=%s", reason, aside)

    def _index_kind(self) -> tuple[Callable[[Path], VectorIndex], Callable[[], VectorIndex]]:
        return _index_kind(self.settings.index, self.encoder.dimension)

    def _is_ours(self, wanted: dict[int, str], vectors: Callable[[set[str]], dict[str, bytes]]) -> bool:
        """Whether some vectors of the index are the store's: a snapshot of another data directory passes all else."""
        ids = [id for id in self.index.ids().tolist() if id in wanted]
        some = ids[:: max(1, len(ids) // _COMPARED)]
        blobs = vectors({wanted[id] for id in some})
        some = [id for id in some if wanted[id] in blobs]
        if not some:
            return True
        stored = unpack((blobs[wanted[id]] for id in some), self.index.dimension)
        return bool(np.allclose(self.index.vectors(np.array(some, np.int64)), stored, atol=1e-3))

    def _align_index(self, profiles: Iterable[Profile], vectors: Callable[[set[str]], dict[str, bytes]]) -> None:
        """Make the index hold exactly the encoded paragraphs of the store."""
        wanted = {key.id: key.hash for p in profiles for key in p.paragraphs}
        if not self._is_ours(wanted, vectors):
            self._set_aside("it holds the vectors of another archive")
            self.index = self._index_kind()[1]()
        known = self.index.ids()
        ids = np.array(sorted(wanted), np.int64)
        self.index.remove(np.setdiff1d(known, ids))
        missing = np.setdiff1d(ids, known).tolist()
        for start in range(0, len(missing), 20_000):
            some = missing[start : start + 20_000]
            blobs = vectors({wanted[id] for id in some})
            some = [id for id in some if wanted[id] in blobs]
            self.index.add(np.array(some, np.int64), unpack((blobs[wanted[id]] for id in some), self.index.dimension))
        if self.degraded and self.store.writable:
            self.degraded = None

    def _history(self, sequence: int) -> str:
        """Digest of a line of the change log: with its time to the microsecond, no other store has the same."""
        with self.store.read() as tx:
            line = next(tx.changes.after(sequence - 1, limit=1), None)
        facts = line and (line.sequence, line.at.isoformat(), line.event.value, line.article, line.thread)
        return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _index_kind(kind: str, dimension: int) -> tuple[Callable[[Path], VectorIndex], Callable[[], VectorIndex]]:
    """How to load and how to make an index of this kind. FAISS is imported here, and not before."""
    if kind == "exact":
        return ExactIndex.load, lambda: ExactIndex(dimension)
    from embeddings.index.faiss import FaissIndex

    return lambda path: FaissIndex.load(path, dimension), lambda: FaissIndex(dimension)
