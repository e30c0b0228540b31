"""Opening the database file: the lock, the pragmas, the schema, and the two kinds of transaction.

Measured: with deferred transactions four writers met "database is locked" 117,454 times in four seconds, with BEGIN
IMMEDIATE never; so every write is immediate. WAL with synchronous=FULL costs 0.17 ms more a commit than NORMAL and is
what "201 means on disk" needs.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from ..errors import StoreDamaged, StoreFull, StoreLocked, StoreMissing, StoreTooNew, StoreTooOld, StoreUnavailable
from .schema import SCHEMA_REVISION, metadata

if TYPE_CHECKING:
    from alembic.config import Config

DATABASE = "clew.sqlite"
LOCK = "lock"
_BUSY_TIMEOUT_S = 30


class Database:
    """One SQLite file in a data directory.

    A writing process holds `lock` in the directory (an advisory lock, which the system releases however the process
    dies); readers need none. Threads may share an instance: each transaction has its own connection.

    Raises (from the constructor):
        StoreLocked: `write`, and another process writes to the directory.
        StoreMissing: not `write`, and the directory has no database.
        StoreTooNew: a newer version made the schema.
        StoreTooOld: not `write`, and an older version made the schema.
        StoreDamaged: the file is not a database, or a damaged one.
    """

    def __init__(self, directory: Path, *, write: bool) -> None:
        self.directory = directory
        self.path = directory / DATABASE
        self.writable = write
        self._lock: int | None = None
        if write:
            directory.mkdir(parents=True, exist_ok=True)
            self._lock = _acquire(directory)
        elif not self.path.exists():
            raise StoreMissing(str(directory))
        try:
            self._engine = _engine(self.path, write)
            with _translated(self.path):
                self._bring_up_to_date()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees the store as it was at one moment."""
        with _translated(self.path), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends, or never happened."""
        if not self.writable:
            raise PermissionError(f"{self.directory} was opened for reading only")
        engine = self._engine.execution_options(write=True)
        with _translated(self.path), engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections and release the directory. May be called twice."""
        if hasattr(self, "_engine"):
            self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _bring_up_to_date(self) -> None:
        with self.read() as connection:
            found = _revision(connection)
        if found == SCHEMA_REVISION:
            return
        if found and found not in _known_revisions():
            raise StoreTooNew(str(self.directory), found, SCHEMA_REVISION)
        if not self.writable:
            if found is None:
                raise StoreMissing(str(self.directory))
            raise StoreTooOld(str(self.directory), found, SCHEMA_REVISION)
        with self.write() as connection:
            migrate(connection)


def sqlite_version() -> tuple[int, int, int]:
    """Version of the SQLite library that this process uses."""
    return sqlite3.sqlite_version_info


def migrate(connection: Connection) -> None:
    """Create the tables, or bring those of an older version up to date, inside the caller's transaction."""
    from alembic import command

    config = _alembic_config()
    config.attributes.update(connection=connection, metadata=metadata)
    command.upgrade(config, "head")


def _alembic_config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _known_revisions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_alembic_config()).walk_revisions()}


def _revision(connection: Connection) -> str | None:
    has = connection.exec_driver_sql(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    ).first()
    if not has:
        return None
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    return str(row[0]) if row else None


def _engine(path: Path, write: bool) -> Engine:
    mode = "rwc" if write else "rw"  # not "ro": a reader of a WAL database must be able to make its -shm file
    uri = f"{path.absolute().as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=16, max_overflow=64)

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


_PASSING = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
)
"""Primary codes of failures outside the database, which may pass."""


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Translate SQLite's failures to ours, by their primary code; errors of the program pass through."""
    try:
        yield
    except DatabaseError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest of an extended code is detail
        reason = str(error.orig)
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise StoreDamaged(str(path), reason) from error
        if code == sqlite3.SQLITE_FULL:
            raise StoreFull(str(path)) from error
        if code in _PASSING:
            raise StoreUnavailable(str(path), reason) from error
        raise


def _acquire(directory: Path) -> int:
    descriptor = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
        os.close(descriptor)
        raise StoreLocked(str(directory), holder or "another process") from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()}".encode(), 0)
    return descriptor
