"""What service tests share: archives with the hashing encoder, clients, a real server, what must hold of any archive.

Whatever is here runs the same from the checkout and from an installed wheel: no test imports another.
"""

import json
import os
import queue
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import service.cli
from corpus import ENCODED_MAX, Article, Level, LineageEvent, article_from_fields
from corpus.readers.base import ParsedArticle
from corpus.readers.files import read_paths
from corpus.store import Store, ThreadFilter
from embeddings.duplicates import DuplicateGroups
from embeddings.related import find_related
from embeddings.vectors import unpack
from service.archive import COPY_KINDS, Archive
from service.articles import article
from service.http.app import create_app
from service.ingest import ingest_many
from service.jobs import Runner
from service.settings import Settings
from service.threads import build_threads

SAMPLE = Path(__file__).resolve().parents[1] / "sample" / "archive"
_CODE = str(Path(service.cli.__file__).resolve().parents[2])
_CLEW = [sys.executable, "-c", "from service.cli import main; main()"]
_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnprstvz"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CLEW_")]:
        monkeypatch.delenv(name)


# Articles


def _words(seed: object, count: int) -> list[str]:
    """Invented words, the same for the same seed on every machine."""
    rng = random.Random(str(seed))
    pairs = ((rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(rng.randint(2, 4))) for _ in range(count))
    return ["".join(pair) for pair in pairs]


def _make_article(id: str, *, story: object = None, paragraphs: int = 3, version: int = 0, **fields: Any) -> Article:
    """An article of invented words. Those of one story share most of theirs; `version` changes a part of the text."""
    known = _words(("story", story if story is not None else id), 60)
    rng = random.Random(f"{id} {version}")
    own = _words((id, version), 10)
    body = "\n\n".join(
        " ".join(rng.choice(own) if rng.random() < 0.05 else rng.choice(known) for _ in range(30)).capitalize() + "."
        for _ in range(paragraphs)
    )
    given = {"id": id, "title": " ".join(rng.choices(known, k=5)).capitalize(), "text": body} | fields
    return article_from_fields({name: value for name, value in given.items() if value is not None})[0]


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    """Makes articles: `make_article("a", story="ferry")`."""
    return _make_article


@pytest.fixture(scope="session")
def sample_articles() -> list[Article]:
    """The 62 articles of the sample archive."""
    return [reading.article for reading in read_paths([SAMPLE]) if isinstance(reading, ParsedArticle)]


@pytest.fixture(scope="session")
def sample_path() -> Path:
    """Where the sample archive is."""
    return SAMPLE


# Archives


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a store that has nothing in it: copied in milliseconds, while the migrations take a tenth."""
    data = tmp_path_factory.mktemp("empty") / "data"
    Store(data, write=True).close()
    return data


@pytest.fixture
def open_archive(tmp_path: Path, empty_store: Path) -> Iterator[Callable[..., Archive]]:
    """Opens archives, by default one in the test's own folder; all are closed at the end (twice does no harm)."""
    opened: list[Archive] = []

    def open_it(data: Path | None = None, *, write: bool = True, **settings: Any) -> Archive:
        settings = {"model": "hashing", "index": "faiss"} | settings
        if write and not (data or tmp_path / "data").exists():
            shutil.copytree(empty_store, data or tmp_path / "data")
        opened.append(Archive(Settings(data=data or tmp_path / "data", **settings), write=write))
        return opened[-1]

    yield open_it
    for archive in opened:
        archive.close()


@pytest.fixture
def archive(open_archive: Callable[..., Archive]) -> Archive:
    """An empty archive, open for writing."""
    return open_archive()


@pytest.fixture(scope="session")
def sample_archive(tmp_path_factory: pytest.TempPathFactory, sample_articles: list[Article]) -> Iterator[Archive]:
    """The sample archive, ingested and threaded. Shared: only read from it."""
    settings = Settings(data=tmp_path_factory.mktemp("sample") / "data", model="hashing")
    with Archive(settings, write=True) as archive:
        for _ in ingest_many(archive, sample_articles, policy="link"):
            pass
        build_threads(archive)
        archive.save()
        yield archive


@pytest.fixture(scope="session")
def fill() -> Callable[..., list[Any]]:
    """Ingests articles into an archive; returns what became of each."""

    def fill_it(archive: Archive, *articles: Article, policy: str = "link", replace: bool = False) -> list[Any]:
        return list(ingest_many(archive, articles, policy=policy, replace=replace, unrelated=replace))  # as PUT does

    return fill_it


# Clients


@pytest.fixture
def client_of() -> Iterator[Callable[..., Any]]:
    """Makes Flask clients over archives, each with a runner for jobs where the archive may be written."""
    runners: list[Runner] = []

    def make(archive: Archive, *, jobs: bool = False) -> Any:
        runner = None
        if jobs:
            runner = Runner(archive)
            runner.start()
            runners.append(runner)
        return create_app(archive, runner).test_client()

    yield make
    for runner in runners:
        runner.stop()


@pytest.fixture
def client(archive: Archive, client_of: Callable[..., Any]) -> Any:
    """A client over the empty archive."""
    return client_of(archive, jobs=True)


@pytest.fixture(scope="session")
def sample_client(sample_archive: Archive) -> Any:
    """A client over the sample archive; only for reading."""
    return create_app(sample_archive).test_client()


@pytest.fixture(scope="session")
def assert_problem() -> Callable[..., dict[str, Any]]:
    """Asserts that a response is an RFC 9457 problem of a status, with these words in it; returns it."""

    def check(response: Any, status: int, *words: str) -> dict[str, Any]:
        assert response.status_code == status, response.get_data(as_text=True)[:500]
        assert response.mimetype == "application/problem+json"
        body = response.get_json()
        assert body["status"] == status
        assert body["title"]
        assert body["type"]
        assert body["detail"]
        for word in words:
            assert word.lower() in json.dumps(body, ensure_ascii=False).lower(), body
        return body

    return check


# What must hold


def _rows(archive: Archive, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(archive.settings.data / "clew.sqlite")) as connection:
        return list(connection.execute(query))


@pytest.fixture(scope="session")
def sql() -> Callable[..., list[tuple[Any, ...]]]:
    """Asks an archive's database directly, past the store."""
    return _rows


@pytest.fixture(scope="session")
def dump() -> Callable[[Archive], dict[str, list[tuple[Any, ...]]]]:
    """Every row of every table, but for the time of day."""

    def dump_it(archive: Archive) -> dict[str, list[tuple[Any, ...]]]:
        found = {}
        for (table,) in _rows(archive, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
            columns = [c for _, c, *_ in _rows(archive, f"PRAGMA table_info({table})") if not c.endswith("at")]
            names = ", ".join(f'"{c}"' for c in columns)
            found[table] = sorted(_rows(archive, f"SELECT {names} FROM {table}"), key=repr)
        return found

    return dump_it


def _assert_whole(archive: Archive) -> None:
    """Store, index and memory agree, nothing is left over, every article is in exactly one thread."""
    with archive.store.read() as tx:
        ids, membership = dict(tx.articles.ids()), tx.threads.membership()
        _assert_levels(archive, tx, ids)
        profiles = list(tx.articles.profiles())
        lines = [change.sequence for change in tx.changes.after(0)]
        assert tx.articles.without_vectors() == 0
        assert list(tx.articles.damaged()) == list(tx.versions.damaged()) == []
        for id in ids.values():
            assert [number for number, _ in tx.versions.dates(id)] == list(range(1, tx.versions.count(id) + 1))
        threads = {id: tx.threads.get(id) for id in set(membership.values())}
        assert tx.threads.count() == len(threads)
        pairs = [pair for pair in tx.duplicates.compared() if pair[2].kind in COPY_KINDS]
        wanted = {key.id: key.hash for p in profiles for key in p.paragraphs[:ENCODED_MAX]}
        blobs = tx.articles.vectors(set(wanted.values()))
        last = tx.changes.last()
    assert lines == list(range(1, last + 1))
    assert membership.keys() == ids.keys() == set(archive.memory.collection.rows())
    assert archive.memory.thread_of == membership
    assert {t: set(rows) for t, rows in archive.memory.members.items()} == {
        t: {row for row, of in membership.items() if of == t} for t in threads
    }
    assert {id: t.articles for id, t in threads.items()} == dict(Counter(membership.values()))
    for row, thread in membership.items():
        member_ids = {ids[other] for other in archive.memory.members[thread]}
        assert threads[thread].representative in member_ids
        assert ids[row] in member_ids
    assert archive.memory.index.ids().tolist() == sorted(wanted)
    some = sorted(wanted)
    stored = unpack([blobs[wanted[id]] for id in some], archive.memory.index.dimension)
    np.testing.assert_allclose(archive.memory.index.vectors(np.array(some, np.int64)), stored, atol=1e-6)
    assert _rows(archive, "PRAGMA foreign_key_check") == []
    assert _rows(archive, "PRAGMA integrity_check") == [("ok",)]
    used = "SELECT hash FROM paragraphs UNION SELECT title_hash FROM articles"
    assert _rows(archive, f"SELECT hash FROM vectors WHERE hash NOT IN ({used} WHERE title_hash IS NOT NULL)") == []
    groups = DuplicateGroups(age=lambda row: ids[row])
    for a, b, verdict in pairs:
        groups.add(a, b, verdict.score)
    assert archive.memory.copies.groups.all() == groups.all()


def _assert_levels(archive: Archive, tx: Any, ids: dict[int, str]) -> None:
    """Each article is in one thread of each level, the levels nest, and the lineage leads to exactly these threads."""
    places = tx.threads.assignments().by_row
    assert places.keys() == ids.keys()
    assert {row: archive.memory.assignment(row) for row in ids} == places
    for level in Level:
        sizes = Counter(place.at(level) for place in places.values())
        assert {id: len(rows) for id, rows in archive.memory.levels[level].members.items()} == sizes
        assert tx.threads.count(ThreadFilter(level=level)) == len(sizes)
        for id, size in sizes.items():
            thread = tx.threads.get(id)
            assert (thread.level, thread.articles) == (level, size)
            assert id.startswith(level.prefix)
            parents = (
                {place.at(level.wider) for place in places.values() if place.at(level) == id} if level.wider else {None}
            )
            assert {thread.parent} == parents
    living: set[str] = set()
    lines = _rows(archive, "SELECT fate, thread FROM lineage ORDER BY sequence")
    for fate, thread in lines:
        if fate == LineageEvent.BORN:
            assert thread not in living
            living.add(thread)
        elif fate in (LineageEvent.MERGED_INTO, LineageEvent.RETIRED):
            living.discard(thread)
    assert living == {name for place in places.values() for name in place}
    seen = {thread for _, thread in lines}
    for gone in seen - living:
        assert set(tx.lineage.heirs(gone)) <= living - {gone}


@pytest.fixture(scope="session")
def assert_whole() -> Callable[[Archive], None]:
    """Asserts that store, index and memory agree."""
    return _assert_whole


@pytest.fixture(scope="session")
def answers_of() -> Callable[[Archive], dict[str, Any]]:
    """All that an archive says of each article: related hits with scores, thread, copies."""

    def tell(archive: Archive) -> dict[str, Any]:
        member = archive.memory.collection.member
        found = {}
        for row in archive.memory.collection.rows():
            hits = find_related(archive.memory.collection, archive.memory.collection.query(row), limit=10).hits
            with archive.store.read() as tx:
                thread = tx.threads.of(row)
            found[member(row).id] = (
                [(member(hit.row).id, round(hit.score, 5), hit.pairs) for hit in hits],
                thread,
                member(archive.memory.copies.groups.leader(row)).id,
                archive.read(article, member(row).id).duplicates,
            )
        return found

    return tell


# A real server


class Server:
    """`clew serve` in a process group of its own."""

    def __init__(self, data: Path, *options: str, program: list[str] | None = None, **environment: str) -> None:
        command = [*(program or _CLEW), "serve", "--data", str(data), "--port", "0", *options]
        self.process = subprocess.Popen(
            command, env=_environment(**environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.lines: list[str] = []
        self._addresses: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self._addresses.get(timeout=60) or ""
        if not self.url:
            self.kill()
            raise RuntimeError("the server did not start:\n" + "".join(self.lines))
        self.port = int(self.url.rsplit(":", 1)[1])
        self.wait_until_ready()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if line.startswith("Clew is at "):
                self._addresses.put(line.split()[3])
        self._addresses.put(None)

    def wait_until_ready(self) -> None:
        for _ in range(200):
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the server is not ready:\n" + "".join(self.lines))

    def ask(
        self, method: str, path: str, body: Any = None, *, type: str = "application/json", **headers: str
    ) -> tuple[int, Any]:
        """(status, answer) of a request; OSError where the server does not answer."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, data, {"Content-Type": type, **headers}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, _parsed(response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _parsed(error.read())

    def kill(self) -> None:
        """As a power cut: the whole group at once."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """As a person: SIGTERM to the parent. Returns the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self._end()

    def _signal(self, number: int) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        self._end()

    def _end(self) -> int:
        try:
            status = self.process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            status = self.process.wait()
        self._reader.join(5)
        if self.process.stdout:
            self.process.stdout.close()
        return status


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLEW_")}
    return kept | {"PYTHONPATH": _CODE, "CLEW_MODEL": "hashing", "CLEW_LOG_LEVEL": "warning"} | more


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Starts servers; those that still run at the end are killed."""
    started: list[Server] = []

    def start(data: Path, *options: str, **more: Any) -> Server:
        started.append(Server(data, *options, **more))
        return started[-1]

    yield start
    for server in started:
        server.kill()


@pytest.fixture(scope="session")
def clew() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command line in a process of its own."""

    def run(*arguments: object, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_CLEW, *map(str, arguments)], env=_environment(**environment), cwd=cwd, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    return run


def _heeds_interrupts() -> None:
    """A suite that was started in the background ignores Ctrl-C, and its children would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="session")
def start_clew() -> Callable[..., subprocess.Popen[str]]:
    """Starts the command line in a process group of its own; the test ends it."""

    def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*_CLEW, *map(str, arguments)], env=_environment(**environment), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=_heeds_interrupts,
        )  # fmt: skip

    return start
