"""The store: SQL at rest, the single source of truth. Index, statistics and snapshots can be rebuilt from it.

with Store(directory, write=True) as store:
    with store.write() as tx:      # one transaction: all of it on disk, or none
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
from .advisories import Advisories
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
from .series import Series
from .threads import ThreadFilter, Threads
from .versions import Versions

__all__ = ["DATABASE", "KEPT", "Store", "ThreadFilter", "Transaction", "sqlite_version", "times"]


@dataclass(frozen=True, slots=True)
class Transaction:
    """All tables of the store, within one transaction."""

    articles: Articles
    versions: Versions
    duplicates: Duplicates
    series: Series
    advisories: Advisories
    neighbours: Neighbours
    threads: Threads
    lineage: Lineage
    decisions: Decisions
    runs: Runs
    changes: Changes
    jobs: Jobs
    idempotency: Idempotency


class Store:
    """A data directory's database. `Database` says how it is opened and which errors that may raise."""

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
        """Name the encoder whose vectors will be stored; the first call decides for this store.

        Raises:
            WrongModel: the store has vectors from another model.
        """
        if self.model is None and self.writable:
            with self._database.write() as connection:  # another thread may have been first
                models = Models(connection)
                known = models.find() or (models.add(fingerprint, dimension), fingerprint, dimension)
            self._model, self.model, self.dimension = known
        if self.model not in (None, fingerprint):
            raise WrongModel(str(self.directory), str(self.model), fingerprint)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A read transaction: it sees the store as it was at one moment."""
        with self._database.read() as connection:
            yield self._transaction(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A write transaction: on disk when the block ends; an exception inside it rolls it back."""
        with self._database.write() as connection:
            yield self._transaction(connection)

    def close(self) -> None:
        """Close the database and release the directory for another process."""
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
            Series(connection),
            Advisories(connection),
            Neighbours(connection),
            Threads(connection),
            Lineage(connection),
            Decisions(connection),
            Runs(connection),
            Changes(connection),
            Jobs(connection),
            Idempotency(connection),
        )
