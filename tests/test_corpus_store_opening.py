"""Opening a store: one writer, the schema of the migrations, and loud about anything that cannot be read."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import corpus.store
from corpus import Assignment, Level, LineageEvent
from corpus.errors import StoreDamaged, StoreLocked, StoreMissing, StoreTooNew, StoreTooOld
from corpus.records import Event
from corpus.store import DATABASE, Store
from corpus.store.schema import SCHEMA_REVISION, metadata
from embeddings.search import unpack_links

MODEL = "m1"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    with Store(data, write=True) as opened:
        opened.use_model(MODEL, 4)
        yield opened


def test_no_store_says_how_to_make_one(data: Path) -> None:
    with pytest.raises(StoreMissing, match="clew ingest") as caught:
        Store(data)
    assert str(data) in str(caught.value)
    assert not data.exists()


def test_a_second_opener_is_refused(store: Store, data: Path) -> None:
    with pytest.raises(StoreLocked, match="HTTP") as caught:
        Store(data, write=True)
    assert str(data) in str(caught.value)
    assert "process" in caught.value.holder
    with Store(data) as reader:
        assert reader.model == MODEL


_OPEN = """
import sys
from pathlib import Path
from corpus.errors import StoreLocked
from corpus.store import Store
try:
    Store(Path(sys.argv[1]), write=True).close()
except StoreLocked as error:
    sys.exit(str(error))
"""


def test_a_second_process_is_refused_until_the_first_is_gone(store: Store, data: Path) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        code = str(Path(corpus.store.__file__).parents[2])
        return subprocess.run(
            [sys.executable, "-c", _OPEN, str(data)], env={"PYTHONPATH": code}, capture_output=True, text=True
        )

    refused = run()
    assert refused.returncode == 1
    assert str(data) in refused.stderr
    assert "stop that one" in refused.stderr
    store.close()
    assert run().returncode == 0


def files(data: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(data.iterdir()) if path.is_file() and path.name != "lock"}


def make(data: Path) -> None:
    """A store of several pages."""
    with Store(data, write=True) as store, store.write() as tx:
        for n in range(200):
            tx.jobs.add("threads_build", {"filler": "x" * 200})
            tx.changes.add(Event.ARTICLE_ADDED, article=f"a{n}")


@pytest.mark.parametrize("write", [True, False])
def test_a_newer_schema_is_refused_untouched(data: Path, write: bool) -> None:
    make(data)
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = files(data)
    with pytest.raises(StoreTooNew, match=r"9999.*newer version") as caught:
        Store(data, write=write)
    assert str(data) in str(caught.value)
    assert files(data)[DATABASE] == before[DATABASE]


def _garbage(path: Path) -> None:
    path.write_bytes(b"These are not the bytes of a database. " * 500)


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def _beginning(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _other_header(path: Path) -> None:
    path.write_bytes(b"X" + path.read_bytes()[1:])


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize("harm", [_garbage, _truncated, _beginning, _other_header])
def test_a_damaged_file_is_refused_untouched(data: Path, harm: Callable[[Path], None], write: bool) -> None:
    make(data)
    harm(data / DATABASE)
    before = files(data)
    with pytest.raises(StoreDamaged, match="backup") as caught:
        Store(data, write=write)
    assert str(data / DATABASE) in str(caught.value)
    assert files(data) == before


def test_a_refused_store_is_free_for_the_next(data: Path) -> None:
    make(data)
    good = (data / DATABASE).read_bytes()
    _garbage(data / DATABASE)
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            Store(data, write=True)
    (data / DATABASE).write_bytes(good)
    with Store(data, write=True) as store, store.read() as tx:
        assert tx.changes.count() == 200


def test_an_interrupted_first_opening_is_taken_up(data: Path) -> None:
    data.mkdir()
    (data / DATABASE).touch()
    with Store(data, write=True) as store, store.read() as tx:
        assert tx.articles.count() == 0


# The schema


def test_migrations_make_exactly_the_schema(store: Store, data: Path) -> None:
    engine = create_engine(f"sqlite:///{data / DATABASE}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == SCHEMA_REVISION
    engine.dispose()


def make_older(data: Path) -> None:
    """A store of the first schema: three articles in two threads."""
    data.mkdir()
    engine = create_engine(f"sqlite:///{data / DATABASE}")
    config = Config()
    config.set_main_option("script_location", str(Path(corpus.store.__file__).parent / "migrations"))
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        config.attributes.update(connection=connection, metadata=metadata)
        command.upgrade(config, "0001")
        for row in (1, 2, 3):
            connection.exec_driver_sql(
                "INSERT INTO articles (row, id, title, text, content_hash, body_hash, checksum, words, names,"
                " signature, added_at, updated_at)"
                f" VALUES ({row}, 'a{row}', '', 'x', '', '', '', '{{}}', '{{}}', '', '', '')"
            )
        for name, size in (("t-one", 2), ("t-two", 1)):
            connection.exec_driver_sql(
                f"INSERT INTO threads VALUES ('{name}', 'About {name}', '[\"word\"]', 'a1', NULL, NULL, {size}, '[]')"
            )
        connection.exec_driver_sql("INSERT INTO thread_members VALUES (1, 't-one', NULL), (2, 't-one', 0.75)")
        connection.exec_driver_sql("INSERT INTO thread_members VALUES (3, 't-two', NULL)")
        connection.exec_driver_sql("INSERT INTO changes VALUES (1, '2024-05-01', 'article_added', 'a1', 1, 't-one')")
        connection.exec_driver_sql("INSERT INTO neighbours VALUES (2, 1, 0.75), (3, 1, -0.12345), (3, 2, 0.5)")
        connection.exec_driver_sql("INSERT INTO counters VALUES ('changes', 1)")
    engine.dispose()


def test_a_store_of_one_level_gets_three(data: Path) -> None:
    make_older(data)
    with pytest.raises(StoreTooOld):
        Store(data)
    with Store(data, write=True) as store, store.write() as tx:
        found = tx.threads.assignments()
        assert found.by_row == {
            1: Assignment("e-one", "t-one", "s-one"), 2: Assignment("e-one", "t-one", "s-one"),
            3: Assignment("e-two", "t-two", "s-two"),
        }  # fmt: skip
        assert found.scores[2] == dict.fromkeys(Level, 0.75)
        story = tx.threads.get("t-one")
        assert (story.level, story.parent, story.headline, story.terms, story.articles) == (
            Level.STORY, "s-one", "About t-one", ("word",), 2,
        )  # fmt: skip
        assert tx.threads.children("s-two") == ["t-two"]
        for thread in ("e-one", "e-two", "s-one", "s-two", "t-one", "t-two"):
            assert [(line.event, line.thread) for line in tx.lineage.of(thread)] == [(LineageEvent.BORN, thread)]
        assert tx.changes.add(Event.ARTICLE_DELETED, article="a1") == 8
        assert [change.sequence for change in tx.changes.after(0)] == list(range(1, 9))


def test_an_older_neighbour_graph_is_packed(data: Path) -> None:
    make_older(data)
    with Store(data, write=True) as store, store.read() as tx:
        links = unpack_links(tx.neighbours.all())
    assert list(zip(links.rows, links.others, links.similarities, strict=True)) == [
        (2, 1, 0.75), (3, 1, -0.12345), (3, 2, 0.5),
    ]  # fmt: skip


def test_the_schema_revision_is_the_newest() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(corpus.store.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA_REVISION]
