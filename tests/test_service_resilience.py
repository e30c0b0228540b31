"""A real server that is killed, stopped, refused and pressed from all sides: 201 means on disk, once, findable."""

import random
import signal
import socket
import sqlite3
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = [pytest.mark.server, pytest.mark.timeout(200)]
KILLS, CLIENTS = 10, 4
TOO_EARLY = [sys.executable, str(Path(__file__).with_name("acknowledging_too_early.py"))]


@pytest.fixture
def small(make_article):
    """Fields of a small article of its own words."""

    def make(id: str) -> dict[str, str]:
        article = make_article(id, paragraphs=1)
        return {"id": id, "text": article.text, "language": "en"}  # telling it takes a second, the first time

    return make


class Clients:
    """Threads that post articles without end and note which were acknowledged."""

    def __init__(self, server, make, prefix: str) -> None:
        self.acknowledged: dict[str, str] = {}
        self.others: Counter[int] = Counter()
        self._server, self._make, self._prefix = server, make, prefix
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._post, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _post(self, number: int) -> None:
        count = 0
        while not self._stop.is_set():
            sent = self._make(f"{self._prefix}-{number}-{count}")
            count += 1
            try:
                status, _ = self._server.ask("POST", "/v1/articles", sent)
            except Exception:  # killed under the request, or in the midst of the answer
                continue
            if status == 201:
                self.acknowledged[sent["id"]] = sent["text"]
            else:
                self.others[status] += 1

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)


def lost(server, acknowledged: dict[str, str]) -> list[str]:
    """Acknowledged articles that are not there, or not found by their own paragraph."""

    def is_lost(item: tuple[str, str]) -> bool:
        id, text = item
        status, found = server.ask("GET", f"/v1/articles/{id}")
        if status != 200 or found["text"] != text:
            return True
        _, found = server.ask("POST", "/v1/related", {"text": text, "limit": 5})
        return id not in {hit["article"]["id"] for hit in found["hits"]} | {copy["id"] for copy in found["copies"]}

    with ThreadPoolExecutor(4) as pool:
        gone = list(pool.map(is_lost, acknowledged.items()))
    return [id for id, is_gone in zip(acknowledged, gone, strict=True) if is_gone]


def twice(data: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(data / "clew.sqlite")) as connection:
        return list(connection.execute("SELECT min(id), count(*) FROM articles GROUP BY id HAVING count(*) > 1"))


def kill_at_random(serve, data: Path, small, round: int, rng: random.Random, **more) -> dict[str, str]:
    server = serve(data, **more)
    clients = Clients(server, small, f"r{round}")
    try:
        time.sleep(rng.uniform(0.1, 0.6))
        server.kill()
    finally:
        clients.stop()
    assert not [status for status in clients.others if status >= 500]
    return clients.acknowledged


# Kills


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(serve, tmp_path, small, open_archive, assert_whole):
    data, rng, acknowledged = tmp_path / "data", random.Random(1), {}
    for round in range(KILLS):
        acknowledged |= kill_at_random(serve, data, small, round, rng)
    assert len(acknowledged) > KILLS
    server = serve(data)
    assert lost(server, acknowledged) == []
    assert twice(data) == []
    assert server.stop() == 0
    assert_whole(open_archive(data))


def test_a_server_that_acknowledges_too_early_fails_that_test(serve, tmp_path, small):
    data, rng = tmp_path / "data", random.Random(2)
    for round in range(5):
        acknowledged = kill_at_random(serve, data, small, round, rng, program=TOO_EARLY)
        server = serve(data)
        gone = lost(server, acknowledged)
        server.kill()
        if gone:
            return
    raise AssertionError("the check sees no loss where there must be one")


def test_a_server_that_is_told_to_stop_finishes_what_it_has(serve, tmp_path, small, open_archive, assert_whole):
    data = tmp_path / "data"
    server = serve(data)
    clients = Clients(server, small, "s")
    time.sleep(1)
    try:
        assert server.stop() == 0
    finally:
        clients.stop()
    assert clients.acknowledged
    assert not clients.others
    assert (data / "index" / "manifest.json").exists()
    archive = open_archive(data)
    assert archive.degraded is None
    with archive.store.read() as tx:
        assert clients.acknowledged.keys() <= set(dict(tx.articles.ids()).values())
    assert_whole(archive)


# Many at once


def ended(server, job: str) -> dict:
    for _ in range(200):
        state = server.ask("GET", f"/v1/jobs/{job}")[1]
        if state["state"] in ("done", "failed"):
            break
        time.sleep(0.05)
    return state


def test_writers_readers_and_a_job_at_once(serve, tmp_path, small, open_archive, assert_whole):
    data, statuses = tmp_path / "data", Counter()
    server = serve(data, CLEW_SNAPSHOT_EVERY="20")
    clients = Clients(server, small, "w")
    until = time.monotonic() + 4

    def read(number: int) -> None:
        while time.monotonic() < until:
            for path in ("/v1/threads?limit=5", "/v1/duplicates", "/v1/articles/w-0-0/related", "/readyz", "/metrics"):
                statuses[server.ask("GET", path)[0]] += 1
            statuses[server.ask("DELETE", f"/v1/articles/w-{number}-1")[0]] += 1

    readers = [threading.Thread(target=read, args=(n,)) for n in range(3)]
    for reader in readers:
        reader.start()
    jobs = []
    while time.monotonic() < until:
        jobs += [server.ask("POST", "/v1/jobs", {"kind": kind}) for kind in ("threads_build", "index_save")]
        time.sleep(0.5)
    for reader in readers:
        reader.join()
    clients.stop()
    assert not clients.others
    assert set(statuses) <= {200, 204, 404}
    assert {status for status, _ in jobs} == {202}
    for _, job in jobs:
        assert ended(server, job["id"])["state"] == "done"
    deleted = {f"w-{n}-1" for n in range(3)}
    assert lost(server, {id: text for id, text in clients.acknowledged.items() if id not in deleted}) == []
    assert server.stop() == 0
    assert_whole(open_archive(data))


@pytest.mark.parametrize("keyed", [False, True])
def test_one_article_from_eight_at_once_is_one_article(serve, tmp_path, small, keyed):
    server = serve(tmp_path / "data")
    headers = {"Idempotency_Key": "same"} if keyed else {}
    for round in range(5):
        sent, barrier = small(f"same{round}"), threading.Barrier(8)
        headers = {"Idempotency_Key": f"same{round}"} if keyed else {}

        def post(_: int, sent=sent, barrier=barrier, headers=headers) -> int:
            barrier.wait()
            return server.ask("POST", "/v1/articles", sent, **headers)[0]

        with ThreadPoolExecutor(8) as pool:
            statuses = Counter(pool.map(post, range(8)))
        assert statuses == ({201: 8} if keyed else {201: 1, 200: 7})
    assert server.ask("GET", "/readyz")[1]["articles"] == 5
    assert twice(tmp_path / "data") == []


# Two processes


def test_a_second_writer_is_refused_and_the_first_goes_on(serve, tmp_path, small, clew):
    data = tmp_path / "data"
    server = serve(data)
    assert server.ask("POST", "/v1/articles", small("a"))[0] == 201
    for command, words in ((("serve", "--port", 0), "in use by"), (("duplicates", "apply"), "stop that one first")):
        refused = clew(*command, "--data", data)
        assert refused.returncode not in (0, None)
        assert words in refused.stderr
        assert "Traceback" not in refused.stderr
    assert server.ask("POST", "/v1/articles", small("b"))[0] == 201
    assert server.ask("GET", "/readyz")[1]["articles"] == 2
    assert server.stop() == 0


def test_reading_commands_work_beside_a_server(serve, tmp_path, make_article, clew):
    data = tmp_path / "data"
    server = serve(data)
    for id in ("a", "b"):
        article = make_article(id, story="s")
        assert server.ask("POST", "/v1/articles", {"id": id, "text": article.text})[0] == 201
    found = clew("related", "a", "--data", data, "--json")
    assert found.returncode == 0, found.stderr
    assert '"b"' in found.stdout
    assert server.ask("POST", "/v1/articles", {"text": make_article("c").text})[0] == 201
    assert server.stop() == 0


# Addresses


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "clew.example"])
def test_an_open_address_is_refused(clew, tmp_path, host):
    refused = clew("serve", "--data", tmp_path / "data", "--host", host, "--port", 0)
    assert refused.returncode != 0
    assert "CLEW_TRUST_NETWORK" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_open_address_is_taken_where_one_says_so(serve, tmp_path):
    server = serve(tmp_path / "data", "--host", "0.0.0.0", CLEW_TRUST_NETWORK="true")
    assert server.ask("GET", "/healthz")[0] == 200


def test_a_port_that_is_taken_is_said(clew, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = clew("serve", "--data", tmp_path / "data", "--port", port)
    assert refused.returncode != 0
    assert str(port) in refused.stderr
    assert "--port" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_interrupt_ends_it_too(serve, tmp_path, small):
    server = serve(tmp_path / "data")
    assert server.ask("POST", "/v1/articles", small("a"))[0] == 201
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(40) == 0
