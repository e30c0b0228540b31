"""Promises that were once broken: each test here has failed before the code was right."""

import errno
import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import service.jobs
from embeddings.vectors import unpack
from service.archive import Archive, snapshots
from service.archive.snapshots import INDEX
from service.ingest import delete_article

ARTICLE = {"text": "The ferry sailed at noon from the old harbour."}


def together(archive: Archive, *ids: str) -> bool:
    """Whether these articles are in one thread."""
    with archive.store.read() as tx:
        return len({archive.memory.thread_of[tx.articles.get(id).row] for id in ids}) == 1


def index_is_the_stores(archive: Archive) -> bool:
    with archive.store.read() as tx:
        keys = [key for profile in tx.articles.profiles() for key in profile.paragraphs]
        vectors = tx.articles.vectors({key.hash for key in keys})
    stored = {key.id: vectors[key.hash] for key in keys}
    ids = archive.memory.index.ids()
    wanted = unpack([stored[id] for id in ids.tolist()], archive.memory.index.dimension)
    return bool(len(ids)) and np.allclose(archive.memory.index.vectors(ids), wanted, atol=1e-6)


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


# Threads


def test_an_update_is_threaded_as_if_it_came_anew(archive, make_article, fill, assert_whole):
    """Its own old version counted as a member that it is unlike, so that small threads fell apart."""
    for story in range(8):
        fill(archive, make_article(f"a{story}", story=story), make_article(f"b{story}", story=story))
    for story in range(8):
        old = make_article(f"b{story}", story=story)
        new = make_article(old.id, title=old.title, text=old.text + " Again.")
        fill(archive, new, replace=True)
        after_update = together(archive, f"a{story}", f"b{story}")
        delete_article(archive, old.id)
        fill(archive, new)
        assert after_update == together(archive, f"a{story}", f"b{story}"), story
    assert_whole(archive)


@pytest.mark.parametrize("way", ["update", "delete and add"])
def test_a_thread_is_not_joined_by_its_name_alone(archive, make_article, fill, assert_whole, way):
    """A thread's id comes from the article that began it; that one may leave, and come again with another story."""
    first = make_article("a", story="one")
    fill(archive, first, make_article("copy", text=first.text))
    assert together(archive, "a", "copy")
    if way == "delete and add":
        delete_article(archive, "a")
    fill(archive, make_article("a", story="two"), replace=way == "update")
    assert not together(archive, "a", "copy")
    assert_whole(archive)


# Requests


def test_one_key_at_two_addresses_is_refused(client, assert_problem):
    """The second was answered 201 with the first one's article, and never stored."""
    headers = {"Idempotency-Key": "k"}
    assert client.put("/v1/articles/one", json=ARTICLE, headers=headers).status_code == 201
    assert_problem(client.put("/v1/articles/two", json=ARTICLE, headers=headers), 422, "k")
    assert client.put("/v1/articles/two", json=ARTICLE).status_code == 201
    assert client.get("/v1/articles/two").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"text": "a", "text": "b"}', "application/json", 400),
        (b'{"text": ' + b"[" * 100_000, "application/json", 400),
        (json.dumps(ARTICLE).encode(), "text/plain", 415),
        (json.dumps(ARTICLE).encode(), "application/json", 201),
    ],
)
def test_an_article_called_bulk_is_an_article(client, assert_problem, body, kind, status):
    response = client.put("/v1/articles/bulk", data=body, content_type=kind)
    if status == 201:
        assert response.status_code == 201
        assert client.get("/v1/articles/bulk").get_json()["id"] == "bulk"
    else:
        assert_problem(response, status)


def test_restarts_on_purpose_do_not_fail_a_job(archive, monkeypatch):
    """Three clean stops of the server counted as three deaths."""
    going = threading.Event()

    def work(archive: Archive, parameters: object, progress: Any) -> dict[str, int]:
        going.set()
        for step in range(2_000):
            time.sleep(0.005)
            progress(step, 2_000)
        raise AssertionError("nobody stopped it")

    monkeypatch.setattr(service.jobs, "KINDS", {"index_save": work})
    first = service.jobs.Runner(archive)
    job = first.add("index_save", {})
    for runner in (first, *(service.jobs.Runner(archive) for _ in range(4))):
        going.clear()
        runner.start()
        assert going.wait(5)
        runner.stop()
        with archive.store.read() as tx:
            assert (tx.jobs.get(job.id).state, tx.jobs.get(job.id).attempt) == ("waiting", 0)
    monkeypatch.setattr(service.jobs, "KINDS", {"index_save": lambda *_: {"vectors": 0}})
    last = service.jobs.Runner(archive)
    last.start()
    for _ in range(500):
        with archive.store.read() as tx:
            if tx.jobs.get(job.id).state == "done":
                break
        time.sleep(0.01)
    last.stop()
    with archive.store.read() as tx:
        assert (tx.jobs.get(job.id).state, tx.jobs.get(job.id).attempt) == ("done", 1)


# Saving the index


def test_bulk_saves_the_index_when_it_is_due(open_archive, client_of):
    archive = open_archive(snapshot_every=5)
    lines = "\n".join(json.dumps({"id": f"n{n}", "text": f"Words of number {n}."}) for n in range(10))
    client_of(archive).post("/v1/articles/bulk", data=lines, content_type="application/x-ndjson")
    assert (archive.settings.data / INDEX / "manifest.json").exists()


def test_a_full_disk_when_the_index_is_saved_harms_no_request(open_archive, client_of, monkeypatch):
    """The article was stored and its sender told 500."""
    archive = open_archive(snapshot_every=2)
    client = client_of(archive)
    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "save_snapshot", full)
        for n in range(4):
            assert client.post("/v1/articles", json=ARTICLE | {"id": f"n{n}"}).status_code == 201
        health = client.get("/healthz").get_json()
        assert health["status"] == "degraded"
        assert "could not be saved" in health["reason"]
    for n in range(4, 7):
        assert client.post("/v1/articles", json=ARTICLE | {"id": f"n{n}"}).status_code == 201
    assert client.get("/healthz").get_json() == {"status": "ok"}
    monkeypatch.setattr(snapshots, "save_snapshot", full)
    client.post("/v1/articles", json=ARTICLE | {"id": "last"})
    archive.close()
    assert len(open_archive().memory.collection) == 8


@pytest.mark.parametrize("index", ["exact", "faiss"])
def test_threads_that_save_at_once_do_not_remove_each_others_files(open_archive, make_article, fill, index):
    archive = open_archive(index=index)
    fill(archive, *(make_article(f"n{n}") for n in range(10)))
    failures: list[BaseException] = []

    def save() -> None:
        for _ in range(8):
            archive._snapshots._saved = -1
            try:
                archive.save()
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=save) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    archive.close()
    again = open_archive(index=index)
    assert len(list((again.settings.data / INDEX).glob("index-*.npz"))) == 1
    assert again.degraded is None


def test_what_is_not_committed_is_not_saved(archive, make_article, fill):
    """Paragraph numbers of what is rolled back are given out again: a saved vector would stand for another text."""
    fill(archive, make_article("a"))
    archive.save()
    saver = threading.Thread(target=archive.save)

    def change() -> None:
        with archive.changing() as change:
            row = change.tx.articles.get("a").row
            change.expel(row)
            change.tx.articles.remove(row)
            saver.start()
            saver.join(0.2)
            assert saver.is_alive()
            raise RuntimeError

    before = {path.name for path in (archive.settings.data / INDEX).iterdir()}
    with pytest.raises(RuntimeError):
        change()
    saver.join()
    assert {path.name for path in (archive.settings.data / INDEX).iterdir()} == before
    assert len(archive.memory.index) == 3


# Loading the index


def filled(open_archive: Any, data: Path, make_article: Any, fill: Any, name: str, count: int = 6) -> Path:
    archive = open_archive(data)
    fill(archive, *(make_article(f"{name}{n}", story=(name, n)) for n in range(count)))
    archive.close()
    return data


def test_the_index_of_another_archive_is_set_aside(open_archive, make_article, fill, answers_of, tmp_path):
    """Its numbers fit, so that each paragraph was found under another one's words."""
    one = filled(open_archive, tmp_path / "one", make_article, fill, "x")
    other = filled(open_archive, tmp_path / "other", make_article, fill, "y")
    answers = answers_of(open_archive(one, write=False))
    shutil.rmtree(one / "index")
    shutil.copytree(other / "index", one / "index")
    reader = open_archive(one, write=False)
    assert "another than the store's" in reader.degraded
    assert answers_of(reader) == answers
    archive = open_archive(one)
    assert index_is_the_stores(archive)
    assert answers_of(archive) == answers
    assert len(list(one.glob("index-damaged-*"))) == 1
    archive.close()
    assert open_archive(one).degraded is None


def test_the_index_from_before_a_restored_backup_is_set_aside(open_archive, make_article, fill, tmp_path):
    data = filled(open_archive, tmp_path / "data", make_article, fill, "x", 3)
    backup = (data / "clew.sqlite").read_bytes()
    filled(open_archive, data, make_article, fill, "lost", 3)
    shutil.copytree(data / "index", tmp_path / "index")
    (data / "clew.sqlite").write_bytes(backup)
    filled(open_archive, data, make_article, fill, "other", 5)
    shutil.rmtree(data / "index")
    shutil.copytree(tmp_path / "index", data / "index")
    assert index_is_the_stores(open_archive(data))
