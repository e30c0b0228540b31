"""An open data directory: the store, which is the truth, and what is computed from it, loaded and kept in step.

with archive.reading() as view:      # one moment of store and memory
    view.brief(view.find_article("u-1"))
with archive.changing() as change:   # alone; whole, or not at all
    delete(change, "u-1")
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from corpus.store import Store
from embeddings.encoders import CachedEncoder, Encoder, encoder_for
from embeddings.locks import ReadersWriterLock
from embeddings.preparing import Prepared
from embeddings.search import model_of
from embeddings.types import Vectors

from ..settings import Settings
from .memory import Memory
from .snapshots import Snapshots
from .upgrades import upgrade
from .view import Change, View

log = logging.getLogger(__name__)

NO_COEFFICIENTS = (
    "no coefficients were fitted to this model: those of all-MiniLM-L6-v2 stand in (see benchmarks/README.md)"
)

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


class Archive:
    """One data directory, open for reading, or for reading and writing (one process at a time).

    Any number of threads may read, and one at a time changes something. Within a block of `reading` or `changing` a
    thread must not ask for another one: that is refused, since it could wait for itself.

    Raises (from the constructor):
        StoreError: as `corpus.store.Store` (locked, missing, too new, damaged), or WrongModel.
    """

    def __init__(self, settings: Settings, *, write: bool) -> None:
        self.settings = settings
        self.store = Store(settings.data, write=write)
        self.trouble: str | None = None
        """What is wrong beyond the saved index, in words, while something is; the service goes on."""
        self._lock = ReadersWriterLock()
        self._writing = threading.Lock()
        self._inside = threading.local()
        try:
            self.encoder: Encoder = encoder_for(settings.model, device=settings.device)
            if self.store.model is not None:
                self.use_encoder()
            if settings.model != "hashing" and model_of(self.encoder.fingerprint) is None:
                log.warning("scoring.borrowed model=%s reason=%r", self.encoder.fingerprint, NO_COEFFICIENTS)
            if write:
                upgrade(self.store)
            self._snapshots = Snapshots(settings, self.store, self.encoder.dimension)
            self.memory = self._load()
        except BaseException:
            self.store.close()
            raise

    @property
    def degraded(self) -> str | None:
        """What is wrong, in words, while something is; the service goes on."""
        return self.trouble or self._snapshots.problem

    @contextmanager
    def reading(self) -> Iterator[View]:
        """One moment of store and memory. Nothing that memory has is committed meanwhile."""
        with self._once(), self._lock.reading(), self.store.read() as tx:
            yield View(tx, self.memory, self.settings)

    def read(
        self, function: Callable[Concatenate[View, _Given], _Answer], *args: _Given.args, **options: _Given.kwargs
    ) -> _Answer:
        """What a function of a view answers."""
        with self.reading() as view:
            return function(view, *args, **options)

    @contextmanager
    def changing(self) -> Iterator[Change]:
        """The one way to change anything: alone, in one transaction, with memory and disk in step.

        Where the transaction fails after something was changed in memory, memory is loaded again from the store, before
        anybody sees it.
        """
        with self._once(), self._writing, ExitStack() as until_the_end:
            change: Change | None = None
            try:
                with self.store.write() as tx:
                    change = Change(tx, self.memory, self.settings, self._lock.writing, until_the_end)
                    yield change
            except BaseException:
                if change is not None and change.touched:
                    change.hold()
                    self.memory = self._load()
                raise

    def encode(self, prepared: Sequence[Prepared]) -> dict[str, Vectors]:
        """Vectors (D,) by hash of everything in these articles; what the store has is not encoded again."""

        def cached(hashes: Iterable[str]) -> Mapping[str, bytes]:
            with self.store.read() as tx:
                return tx.articles.vectors(list(hashes))

        texts = {hash: text for p in prepared for hash, text in p.texts.items()}
        return CachedEncoder(self.encoder, cached).encode(texts)

    def use_encoder(self) -> None:
        """Say that vectors of this encoder will be stored.

        Raises:
            WrongModel: vectors of another one are.
        """
        self.store.use_model(self.encoder.fingerprint, self.encoder.dimension)

    def save(self) -> None:
        """Save the index, if anything has changed since.

        Never while something is being changed: what is in memory may not be on disk yet, and may never be.
        """
        with self._writing:
            self._snapshots.save(self.memory.index, self._lock)

    def save_if_due(self) -> None:
        """Save the index when `snapshot_every` changes have come since the last time, as `save_if_possible`."""
        if self._snapshots.is_due():
            self.save_if_possible()

    def save_if_possible(self) -> None:
        """Save the index; where that fails (no space), say so and go on: the store has everything."""
        try:
            self.save()
        except OSError as error:
            self._snapshots.report_unsaved(error)

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

    def _load(self) -> Memory:
        with self.store.read() as tx:
            index = self._snapshots.open(tx)  # takes twice its size for a moment: before all else
            profiles = list(tx.articles.profiles())
            memory = Memory(self.settings, self._snapshots.aligned(index, tx, profiles), self._lock, self.encoder)
            memory.load(tx, profiles)
            return memory

    @contextmanager
    def _once(self) -> Iterator[None]:
        """Refuse a block within a block of the same thread."""
        if getattr(self._inside, "block", False):
            raise RuntimeError("this thread reads or changes the archive already: use the view that it has")
        self._inside.block = True
        try:
            yield
        finally:
            self._inside.block = False
