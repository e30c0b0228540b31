"""The store: whole or not at all, numbered without a gap, one writer, and loud about anything that it cannot read."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from corpus import (
    Article,
    Kind,
    Level,
    NoSuchArticle,
    NoSuchThread,
    Precision,
    Published,
    Terms,
    Thread,
    Verdict,
    body_hash,
    content_hash,
    paragraph_hash,
    split_paragraphs,
)
from corpus.errors import IdempotencyMismatch, NoSuchDecision, NoSuchJob, NoSuchRun, NotStored, WrongModel
from corpus.records import Entry, Event, JobState, Profile
from corpus.store import DATABASE, Store, Transaction

MODEL = "m1"
D = 4
OTHERS = "Others say otherwise."


def vector(hash: str) -> bytes:
    return np.full(D, int(hash[:6], 16), "<f4").tobytes()


def entry(id: str, *paragraphs: str, title: str = "", published: Published | None = None) -> Entry:
    text = "\n\n".join(paragraphs or (f"All about {id}.", OTHERS))
    split = split_paragraphs(text).paragraphs
    title_hash = paragraph_hash(title) if title else None
    hashes = {p.hash for p in split} | ({title_hash} if title_hash else set())
    return Entry(
        Article(id, title, text, published, "s.example", url=f"https://s.example/{id}"),
        split,
        f"https://s.example/{id}",
        content_hash(title, text),
        body_hash(text),
        title_hash,
        Terms({"all": 1}, {}),
        b"signature",
        {h: vector(h) for h in hashes},
    )


def put(tx: Transaction, some: Entry, *earlier: Profile) -> Profile:
    """An article with all that belongs to it: verdicts, neighbours, a thread, a line of the log."""
    profile = tx.articles.add(some)
    for other in earlier:
        tx.duplicates.add(
            profile.row, [(other.row, Verdict(profile.id, other.id, Kind.NEAR_COPY, 0.5, {"jaccard": 0.5}))]
        )
    tx.neighbours.add_all([(profile.row, b"links")])
    tx.threads.save_all([Thread(f"t-{profile.id}", "A headline", ("a",), profile.id, None, None, 1, ())])
    tx.threads.assign_all([(profile.row, Level.STORY, f"t-{profile.id}", None)])
    tx.changes.add(Event.ARTICLE_ADDED, article=profile.id, row=profile.row)
    return profile


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> Iterator[Store]:
    with Store(data, write=True) as opened:
        opened.use_model(MODEL, D)
        yield opened


def count(data: Path, table: str) -> int:
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


BELONGING = ("articles", "paragraphs", "vectors", "duplicates", "links", "thread_members")


# Articles


def test_an_article_comes_back_as_it_was_stored(store: Store) -> None:
    at = Published(datetime(2024, 3, 5, 14, 30, tzinfo=UTC), Precision.INSTANT)
    some = entry("a", "One.", "Two.", title="Title", published=at)
    with store.write() as tx:
        profile = tx.articles.add(some)
    with store.read() as tx:
        assert tx.articles.get("a").article == some.article
        assert [found.row for found in tx.articles.of_page("https://s.example/a")] == [profile.row]
        assert list(tx.articles.profiles()) == [profile]
        assert [p for _, p in tx.articles.paragraphs_of([profile.row])[profile.row]] == list(some.paragraphs)
        assert tx.articles.vectors(some.vectors.keys()) == some.vectors
        assert tx.articles.without_vectors() == 0
        assert tx.articles.paragraphs([key.id for key in profile.paragraphs]) == {
            profile.row: {paragraph.position: paragraph for paragraph in some.paragraphs}
        }


@pytest.mark.parametrize("at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
def test_the_first_and_the_last_year_come_back(store: Store, at: datetime) -> None:
    with store.write() as tx:
        tx.articles.add(entry("a", published=Published(at, Precision.DAY)))
        assert tx.articles.get("a").article.published == Published(at, Precision.DAY)


def test_a_removed_article_leaves_nothing_behind(store: Store, data: Path) -> None:
    with store.write() as tx:
        first = put(tx, entry("a", title="A title"))
        second = put(tx, entry("b", "Quite another text."), first)
        put(tx, entry("c", "A third."), first, second)
    with store.write() as tx:
        for id in ("b", "a", "c"):
            tx.articles.remove(tx.articles.get(id).row)
        tx.threads.remove(["t-a", "t-b", "t-c"])
        assert tx.threads.count() == 0
    assert {table: count(data, table) for table in BELONGING} == dict.fromkeys(BELONGING, 0)
    assert count(data, "changes") == 3


def test_a_vector_stays_until_the_last_article_with_its_text_goes(store: Store) -> None:
    shared, title = paragraph_hash(OTHERS), paragraph_hash("A title")
    with store.write() as tx:
        rows = [
            tx.articles.add(entry("a")).row,
            tx.articles.add(entry("b")).row,
            tx.articles.add(entry("c", "Another.", title=OTHERS)).row,
            tx.articles.add(entry("d", "A fourth.", title="A title")).row,
        ]
    for row, left in zip(rows, ({shared, title}, {shared, title}, {title}, set()), strict=True):
        with store.write() as tx:
            tx.articles.remove(row)
            assert tx.articles.vectors([shared, title]).keys() == left


def test_rows_and_paragraph_numbers_are_never_used_twice(store: Store) -> None:
    seen_rows, seen_paragraphs = set(), set()
    for _ in range(4):
        with store.write() as tx:
            profile = tx.articles.add(entry("a"))
            tx.articles.remove(profile.row)
        numbers = {key.id for key in profile.paragraphs}
        assert profile.row not in seen_rows
        assert not numbers & seen_paragraphs
        seen_rows.add(profile.row)
        seen_paragraphs |= numbers


def test_an_id_is_taken_once(store: Store) -> None:
    with store.write() as tx:
        tx.articles.add(entry("a"))
    with pytest.raises(IntegrityError), store.write() as tx:
        tx.articles.add(entry("a", "Another text."))
    with store.read() as tx:
        assert tx.articles.count() == 1


def test_an_update_keeps_when_it_was_added(store: Store) -> None:
    added = datetime(2024, 1, 1, tzinfo=UTC)
    with store.write() as tx:
        tx.articles.add(entry("a"), added_at=added)
    with store.write() as tx:
        old = tx.articles.get("a")
        tx.articles.remove(old.row)
        tx.articles.add(entry("a", "A new text."), added_at=old.added_at)
        new = tx.articles.get("a")
    assert new.added_at == added < new.updated_at


def test_a_changed_fact_is_found_by_its_checksum(store: Store, data: Path) -> None:
    with store.write() as tx:
        for id in ("a", "b", "c"):
            tx.articles.add(entry(id, title="T"))
        assert list(tx.articles.damaged()) == []
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        connection.execute("UPDATE articles SET text = replace(text, 'otherwise', 'otherwisf') WHERE id = 'b'")
    with store.read() as tx:
        assert list(tx.articles.damaged()) == ["b"]


def test_missing_vectors_are_counted(store: Store, data: Path) -> None:
    with store.write() as tx:
        tx.articles.add(entry("a", "One.", "Two.", "Three."))
        assert tx.articles.without_vectors() == 0
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        connection.execute("DELETE FROM vectors WHERE hash = ?", [paragraph_hash("Two.")])
    with store.read() as tx:
        assert tx.articles.without_vectors() == 1


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("article", NoSuchArticle), ("decision", NoSuchDecision), ("job", NoSuchJob), ("run", NoSuchRun),
        ("thread", NoSuchThread),
    ],
)  # fmt: skip
def test_what_is_not_stored_is_named(store: Store, kind: str, error: type[NotStored]) -> None:
    with store.read() as tx, pytest.raises(error, match=f"no {kind} 'missing'") as caught:
        getattr(tx, f"{kind}s").get("missing")
    assert caught.value.id == "missing"


# Transactions


class _StopError(Exception):
    pass


def test_an_exception_undoes_everything(store: Store, data: Path) -> None:
    with store.write() as tx:
        put(tx, entry("a"))
        tx.jobs.add("threads_build", {})
        tx.idempotency.keep("k", "r", 201, {})
    tables = (*BELONGING, "threads", "changes", "counters", "jobs", "idempotency")
    before = {table: count(data, table) for table in tables}

    def all_at_once() -> None:
        with store.write() as tx:
            put(tx, entry("b"), tx.articles.add(entry("c")))
            tx.articles.remove(tx.articles.get("a").row)
            tx.threads.remove(["t-a"])
            tx.jobs.claim()
            tx.jobs.add("threads_build", {})
            tx.idempotency.keep("l", "r", 201, {})
            raise _StopError

    with pytest.raises(_StopError):
        all_at_once()
    assert {table: count(data, table) for table in tables} == before
    with store.read() as tx:
        assert [change.article for change in tx.changes.after(0)] == ["a"]
        assert tx.articles.get("a")


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=12))
def test_the_change_log_has_no_gap_whatever_fails(
    tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[int, bool]]
) -> None:
    with Store(tmp_path_factory.mktemp("log"), write=True) as store:
        kept = 0
        for lines, fails in runs:
            try:
                with store.write() as tx:
                    assert [tx.changes.add(Event.ARTICLE_ADDED) for _ in range(lines)] == [
                        *range(kept + 1, kept + lines + 1)
                    ]
                    if fails:
                        raise _StopError
                kept += lines
            except _StopError:
                pass
        with store.read() as tx:
            assert [c.sequence for c in tx.changes.after(0)] == list(range(1, kept + 1))
            assert tx.changes.last() == tx.changes.count() == kept


def test_a_change_log_of_an_older_version_is_read_by_the_present_names(store: Store, data: Path) -> None:
    with store.write() as tx:
        tx.changes.add(Event.DUPLICATE_LABELLED, article="b", other="a")
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        connection.execute("UPDATE changes SET event = 'duplicate_judged'")
    with store.read() as tx:
        assert [change.event for change in tx.changes.after(0)] == [Event.DUPLICATE_LABELLED]
    with pytest.raises(ValueError, match="no_such_event"):
        Event("no_such_event")


def test_readers_see_the_old_state_while_a_writer_is_at_work(store: Store, data: Path) -> None:
    with Store(data) as reader:
        with store.write() as tx:
            tx.articles.add(entry("a"))
            for other in (reader, store):
                with other.read() as seen:
                    assert seen.articles.count() == 0
        with reader.read() as seen:
            assert seen.articles.count() == 1


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.read() as seen:
        assert seen.articles.count() == 0
        with store.write() as tx:
            tx.articles.add(entry("a"))
        assert seen.articles.count() == 0
        assert seen.changes.last() == 0


def test_a_reader_does_not_write(store: Store, data: Path) -> None:
    with Store(data) as reader, pytest.raises(PermissionError, match="for reading"), reader.write():
        pass


def test_writers_of_one_process_wait_for_each_other(store: Store) -> None:
    def write(name: int) -> None:
        for n in range(10):
            with store.write() as tx:
                put(tx, entry(f"{name}-{n}", f"Text {name} {n}."))

    threads = [threading.Thread(target=write, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as tx:
        assert tx.articles.count() == 40
        assert [c.sequence for c in tx.changes.after(0)] == list(range(1, 41))


def test_every_connection_is_set_as_promised(store: Store) -> None:
    with store._database.read() as one, store._database.write() as other:
        for connection in (one, other):
            asked = [
                connection.exec_driver_sql(f"PRAGMA {p}").scalar()
                for p in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert asked == ["wal", 2, 1]


# The model


def test_the_first_model_decides(store: Store, data: Path) -> None:
    store.use_model(MODEL, D)
    with pytest.raises(WrongModel, match=r"m1.*m2.*--model") as caught:
        store.use_model("m2", D)
    assert (caught.value.stored, caught.value.wanted) == (MODEL, "m2")
    with Store(data) as reader:
        assert (reader.model, reader.dimension) == (MODEL, D)
        with pytest.raises(WrongModel):
            reader.use_model("m2", D)


def test_many_threads_may_name_the_first_model_at_once(data: Path) -> None:
    with Store(data, write=True) as store:
        wait = threading.Barrier(8)
        failures: list[BaseException] = []

        def name() -> None:
            wait.wait()
            try:
                store.use_model(MODEL, D)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=name) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with store.write() as tx:
            tx.articles.add(entry("a"))
        with store.read() as tx:
            assert tx.articles.without_vectors() == 0


# Jobs


def test_jobs_are_claimed_once_oldest_first(store: Store) -> None:
    with store.write() as tx:
        first, second = tx.jobs.add("a", {"x": 1}), tx.jobs.add("b", {})
        assert (first.state, first.attempt, first.parameters) == (JobState.WAITING, 0, {"x": 1})
        claimed = tx.jobs.claim()
        assert (claimed.id, claimed.state, claimed.attempt) == (first.id, JobState.RUNNING, 1)
        assert tx.jobs.claim().id == second.id
        assert tx.jobs.claim() is None


def test_a_job_whose_process_died_is_found_again(store: Store, data: Path) -> None:
    with store.write() as tx:
        id, done = tx.jobs.add("a", {}).id, tx.jobs.add("b", {}).id
        tx.jobs.claim()
        tx.jobs.progress(id, 3, 10)
        tx.jobs.claim()
        tx.jobs.finish(done, result={})
        assert tx.jobs.claim() is None
    store.close()
    with Store(data, write=True) as next_process, next_process.write() as tx:
        assert tx.jobs.claim() is None
        assert tx.jobs.release_all() == 1
        assert (tx.jobs.get(id).state, tx.jobs.get(done).state) == (JobState.WAITING, JobState.DONE)
        again = tx.jobs.claim()
        assert (again.id, again.state, again.attempt, again.done, again.total) == (id, JobState.RUNNING, 2, 3, 10)
        assert tx.jobs.claim() is None


def test_a_job_of_a_version_with_leases_is_found_again(store: Store, data: Path) -> None:
    with store.write() as tx:
        id = tx.jobs.add("a", {}).id
        tx.jobs.claim()
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        connection.execute("UPDATE jobs SET lease_until = '9999-12-31T00:00:00.000000+00:00'")
    with store.write() as tx:
        assert tx.jobs.release_all() == 1
        assert tx.jobs.claim().id == id


def test_a_job_that_kills_its_processes_fails_after_three(store: Store) -> None:
    with store.write() as tx:
        id = tx.jobs.add("a", {}).id
        for attempt in (1, 2, 3):
            assert tx.jobs.claim().attempt == attempt
            assert tx.jobs.release_all() == 1
        other = tx.jobs.add("b", {}).id
        assert tx.jobs.claim().id == other
        failed = tx.jobs.get(id)
    assert (failed.state, failed.attempt) == (JobState.FAILED, 3)
    assert "died 3 times" in failed.error


def test_a_job_that_was_stopped_on_purpose_has_not_been_tried(store: Store) -> None:
    with store.write() as tx:
        id = tx.jobs.add("a", {}).id
        for _ in range(5):
            assert tx.jobs.claim().attempt == 1
            tx.jobs.give_back(id)
            assert (tx.jobs.get(id).state, tx.jobs.get(id).attempt) == (JobState.WAITING, 0)
        assert tx.jobs.claim().id == id
        assert tx.jobs.release_all() == 1
        assert tx.jobs.claim().attempt == 2


@pytest.mark.parametrize(
    ("result", "error", "state"),
    [({"n": 1}, None, JobState.DONE), ({}, None, JobState.DONE), (None, "No.", JobState.FAILED)],
)
def test_a_job_ends(store: Store, result: dict[str, int] | None, error: str | None, state: JobState) -> None:
    with store.write() as tx:
        id = tx.jobs.add("a", {}).id
        tx.jobs.claim()
        tx.jobs.finish(id, result=result, error=error)
        job = tx.jobs.get(id)
        assert (job.state, job.result, job.error) == (state, result, error)
        assert tx.jobs.claim() is None


# Idempotency


def test_the_same_key_finds_the_same_answer(store: Store) -> None:
    with store.write() as tx:
        assert tx.idempotency.find("k", "request") is None
        tx.idempotency.keep("k", "request", 201, {"id": "a"})
    with store.write() as tx:
        found = tx.idempotency.find("k", "request")
        assert (found.status, found.response) == (201, {"id": "a"})
        with pytest.raises(IdempotencyMismatch, match=r"'k'.*new key"):
            tx.idempotency.find("k", "another request")


def test_answers_are_forgotten_after_a_week(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.write() as tx:
        tx.idempotency.keep("old", "request", 201, {})
    later = datetime.now(UTC) + timedelta(days=8)
    monkeypatch.setattr("corpus.store.times.now", lambda: later)
    with store.write() as tx:
        tx.idempotency.keep("new", "request", 201, {})
        assert tx.idempotency.find("old", "request") is None
        assert tx.idempotency.find("new", "request")
