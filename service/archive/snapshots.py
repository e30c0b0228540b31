"""The vector index of an archive, kept on disk beside the store: loaded where it can be trusted, else built again.

The index comes from its snapshot and is then brought in line with the store, paragraph by paragraph, by ids. A snapshot
that cannot be trusted is set aside, never deleted, and the index is built from the stored vectors.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from corpus.records import Profile
from corpus.store import Store, Transaction
from embeddings.errors import SnapshotUnusable
from embeddings.index import ExactIndex, VectorIndex, load_snapshot, quarantine, save_snapshot
from embeddings.locks import ReadersWriterLock
from embeddings.vectors import unpack

from ..settings import Settings

log = logging.getLogger(__name__)

INDEX = "index"
"""Folder of the snapshot in the data directory."""
_COMPARED = 64
"""Vectors of a saved index that are compared with the store's when it is loaded."""
_ADDED = 20_000
"""Vectors that are read from the store at once."""
_UNSAVED = "the index could not be saved; the next start builds it again, which takes longer"


class Snapshots:
    """The snapshots of one data directory.

    Args:
        settings: where they are, and of which kind the index is.
        store: the truth.
        dimension: of the encoder's vectors.
    """

    def __init__(self, settings: Settings, store: Store, dimension: int) -> None:
        self.problem: str | None = None
        """What is wrong with the saved index, while something is."""
        self._settings, self._store, self._dimension = settings, store, dimension
        self._saved = self._tried = 0
        """Sequences of the change log: of the last snapshot, and of the last attempt at one."""

    def open(self, tx: Transaction) -> VectorIndex:
        """The index as it was saved last; an empty one where there is none that can be trusted."""
        load, make = self._index_kind()
        if self._store.model is None or not self._directory.exists():
            return make()
        try:
            index, manifest = load_snapshot(
                self._directory, load, fingerprint=self._store.model, newest=tx.changes.last(),
                history=lambda sequence: _history(tx, sequence),
            )  # fmt: skip
            self._saved = manifest.sequence
        except SnapshotUnusable as error:
            self._set_aside(error.reason)
            return make()
        return index

    def aligned(self, index: VectorIndex, tx: Transaction, profiles: Sequence[Profile]) -> VectorIndex:
        """The index, or another one in its place, that holds exactly the encoded paragraphs of the store.

        Args:
            index: as it was saved; it is changed.
            tx: a transaction of the store.
            profiles: all of its articles.
        """
        wanted = {key.id: key.hash for p in profiles for key in p.paragraphs}
        if not self._is_ours(index, wanted, tx):
            self._set_aside("it holds the vectors of another archive")
            index = self._index_kind()[1]()
        self._align(index, wanted, tx)
        if self._store.writable:
            self.problem = None
        return index

    def save(self, index: VectorIndex, lock: ReadersWriterLock) -> None:
        """Save the index if anything has changed since the last time. Nothing may be changed meanwhile.

        Raises:
            OSError: it cannot be written.
        """
        with self._store.read() as tx:
            sequence = tx.changes.last()
            history = _history(tx, sequence)
        if self._store.model is None or sequence == self._saved:
            return
        self._tried = sequence
        with lock.reading():
            save_snapshot(self._directory, index, sequence=sequence, fingerprint=self._store.model, history=history)
        self._saved = sequence
        if self.problem == _UNSAVED:
            self.problem = None

    def is_due(self) -> bool:
        """Whether `snapshot_every` changes have come since the last attempt."""
        with self._store.read() as tx:
            return tx.changes.last() - max(self._saved, self._tried) >= self._settings.snapshot_every

    def report_unsaved(self, error: OSError) -> None:
        """Note that the index could not be saved."""
        self.problem = _UNSAVED
        log.warning("index.unsaved reason=%r", str(error))

    @property
    def _directory(self) -> Path:
        return self._settings.data / INDEX

    def _set_aside(self, reason: str) -> None:
        self._saved = 0
        self.problem = f"the saved index was unusable ({reason}) and is built again from the store"
        if self._store.writable:
            aside = quarantine(self._directory)
            log.warning("index.rebuilt reason=%r set_aside=%s", reason, aside)

    def _is_ours(self, index: VectorIndex, wanted: dict[int, str], tx: Transaction) -> bool:
        """Whether some vectors of the index are the store's: a snapshot of another data directory passes all else."""
        ids = [id for id in index.ids().tolist() if id in wanted]
        some = ids[:: max(1, len(ids) // _COMPARED)]
        blobs = tx.articles.vectors({wanted[id] for id in some})
        some = [id for id in some if wanted[id] in blobs]
        if not some:
            return True
        stored = unpack((blobs[wanted[id]] for id in some), index.dimension)
        return bool(np.allclose(index.vectors(np.array(some, np.int64)), stored, atol=1e-3))

    def _align(self, index: VectorIndex, wanted: dict[int, str], tx: Transaction) -> None:
        known = index.ids()
        ids = np.array(sorted(wanted), np.int64)
        index.remove(np.setdiff1d(known, ids))
        missing = np.setdiff1d(ids, known).tolist()
        for start in range(0, len(missing), _ADDED):
            some = missing[start : start + _ADDED]
            blobs = tx.articles.vectors({wanted[id] for id in some})
            some = [id for id in some if wanted[id] in blobs]
            index.add(np.array(some, np.int64), unpack((blobs[wanted[id]] for id in some), index.dimension))

    def _index_kind(self) -> tuple[Callable[[Path], VectorIndex], Callable[[], VectorIndex]]:
        """How to load and how to make an index of the wanted kind. FAISS is imported here, and not before."""
        dimension = self._dimension
        if self._settings.index == "exact":
            return ExactIndex.load, lambda: ExactIndex(dimension)
        from embeddings.index.faiss import FaissIndex

        return lambda path: FaissIndex.load(path, dimension), lambda: FaissIndex(dimension)


def _history(tx: Transaction, sequence: int) -> str:
    """Digest of a line of the change log: with its time to the microsecond, no other store has the same."""
    line = next(tx.changes.after(sequence - 1, limit=1), None)
    facts = line and (line.sequence, line.at.isoformat(), line.event.value, line.article, line.thread)
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
