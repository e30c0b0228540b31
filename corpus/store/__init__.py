"""The store: SQL at rest, the only truth. Everything else (index, statistics, snapshots) can be rebuilt from it.

with Store(directory, write=True) as store:
    with store.write() as tx:      # one transaction: whole, on disk, or not at all
        profile = tx.articles.add(entry)
        tx.changes.add(Event.ARTICLE_ADDED, article=profile.id, row=profile.row)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from ..errors import WrongModel
from .articles import Articles, Models
from .changes import Changes
from .database import DATABASE, Database, sqlite_version
from .decisions import Decisions
from .duplicates import Duplicates
from .idempotency import Idempotency
from .jobs import Jobs
from .lineage import Lineage
from .neighbours import Neighbours
from .runs import KEPT, Runs
from .threads import ThreadFilter, Threads
from .versions import Versions

__all__ = ["DATABASE", "KEPT", "Store", "ThreadFilter", "Transaction", "sqlite_version", "times"]


@dataclass(frozen=True, slots=True)
class Transaction:
    """Everything that can be asked of or changed in the store, at one moment."""

    articles: Articles
    versions: Versions
    duplicates: Duplicates
    neighbours: Neighbours
    threads: Threads
    lineage: Lineage
    decisions: Decisions
    runs: Runs
    changes: Changes
    jobs: Jobs
    idempotency: Idempotency


class Store:
    """A data directory's database. `Database` says how it is opened and what that may raise."""

    def __init__(self, directory: Path, *, write: bool = False) -> None:
        self._database = Database(directory, write=write)
        self.directory = directory
        self.writable = write
        with self._database.read() as connection:
            model = Models(connection).find()
        self._model = model[0] if model else None
        self.model = model[1] if model else None
        """Fingerprint of the encoder whose vectors are stored; None before the first article."""
        self.dimension = model[2] if model else None

    def use_model(self, fingerprint: str, dimension: int) -> None:
        """Say which encoder's vectors will be stored; the first to say so decides for this store.

        Raises:
            WrongModel: vectors of another model are stored.
        """
        if self.model is None and self.writable:
            with self._database.write() as connection:  # another thread may have come first
                models = Models(connection)
                known = models.find() or (models.add(fingerprint, dimension), fingerprint, dimension)
            self._model, self.model, self.dimension = known
        if self.model not in (None, fingerprint):
            raise WrongModel(str(self.directory), str(self.model), fingerprint)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One moment of the store, to read from."""
        with self._database.read() as connection:
            yield self._transaction(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that is on disk when the block ends; an exception inside it undoes all of it."""
        with self._database.write() as connection:
            yield self._transaction(connection)

    def close(self) -> None:
        """Close the database and free the directory for another process."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _transaction(self, connection: Connection) -> Transaction:
        return Transaction(
            Articles(connection, self._model),
            Versions(connection),
            Duplicates(connection),
            Neighbours(connection),
            Threads(connection),
            Lineage(connection),
            Decisions(connection),
            Runs(connection),
            Changes(connection),
            Jobs(connection),
            Idempotency(connection),
        )
