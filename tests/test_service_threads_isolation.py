"""No reader ever sees threads of a transaction that is rolled back, or that is not committed yet.

Readers go on all the time; just before each commit the change waits for them, so that whoever can get in does. A
control shows that they are seen where memory is changed without the lock.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from corpus import Article, Assignment, DecisionKind, Level
from corpus.store import Store, Transaction
from embeddings.threads import Clustering
from service.archive import Archive, Change, View
from service.ingest import delete_article
from service.threads import DecisionRequest, build_threads, decide, propose_threads, publish_run, roll_back

READERS = 2
WAIT_S = 0.15
"""How long a change waits for readers; with the lock they cannot get in, and it waits in vain."""

Assigned = dict[int, Assignment]


class CommitFailedError(Exception):
    """What a commit is made to fail with."""


def assert_agrees(view: View) -> Assigned:
    """Memory has exactly the assignments that the view's own transaction has; returns them."""
    stored = dict(view.tx.threads.assignments().by_row)
    assert view.collection.rows() == sorted(stored) == [row for row, _ in view.tx.articles.ids()]
    assert {row: view.memory.assignment(row) for row in stored} == stored
    for level, membership in view.levels.items():
        members: dict[str, set[int]] = {}
        for row, assignment in stored.items():
            members.setdefault(assignment.at(level), set()).add(row)
        assert membership.members == members
        assert membership.thread_of == {row: assignment.at(level) for row, assignment in stored.items()}
    return stored


class Readers:
    """Threads that read an archive again and again, each time a view of it.

    Args:
        archive: is read.
    """

    def __init__(self, archive: Archive) -> None:
        self.seen: list[Assigned] = []
        """What was stored in each view in which memory agreed, equal neighbours once."""
        self.wrong: list[BaseException] = []
        """What was raised where it did not."""
        self._archive, self._reads = archive, 0
        self._changed, self._end = threading.Condition(), threading.Event()
        self._threads = [threading.Thread(target=self._read, daemon=True) for _ in range(READERS)]

    def __enter__(self) -> "Readers":
        for thread in self._threads:
            thread.start()
        assert self.wait_for_reads(60)
        return self

    def __exit__(self, *_: object) -> None:
        assert self.wait_for_reads(60)  # of the state that the change left
        self._end.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def wait_for_reads(self, timeout_s: float) -> bool:
        """Wait until some views were opened and left from now on; whether they were."""
        with self._changed:
            wanted = self._reads + 2 * READERS + 1
            return self._changed.wait_for(lambda: self._reads >= wanted, timeout_s)

    def _read(self) -> None:
        while not self._end.is_set():
            try:
                found = self._archive.read(assert_agrees)
                if self.seen[-1:] != [found]:
                    self.seen.append(found)
            except Exception as error:  # also what a loop says over a dict that changes
                self.wrong.append(error)
            with self._changed:
                self._reads += 1
                self._changed.notify_all()


@pytest.fixture
def slow_commits(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes every transaction wait for readers just before its commit, and fail there if asked to."""
    original = Store.write

    def make(readers: Readers, *, fail: bool, wait_s: float = WAIT_S) -> None:
        @contextmanager
        def write(store: Store) -> Iterator[Transaction]:
            with original(store) as tx:
                yield tx
                readers.wait_for_reads(wait_s)
                if fail:
                    raise CommitFailedError

        monkeypatch.setattr(Store, "write", write)

    return make


@pytest.fixture
def stories(archive: Archive, make_article: Any, fill: Any, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """Stories x, y and z of three articles each; a clustering would put y with x, and take z apart."""
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=6) for n in range(3) for s in "xyz"))
    assert len(archive.memory.members) == 3

    def cluster(collection: Any, *_: Any) -> Clustering:
        row = {collection.member(r).id: r for r in collection.rows()}
        found = (("x0", "x1", "x2", "y0", "y1", "y2"), ("z0", "z1"), ("z2",))
        return Clustering(dict.fromkeys(Level, tuple(tuple(row[id] for id in ids) for ids in found)), {})

    monkeypatch.setattr("service.threads.building.cluster", cluster)
    return archive


def story_of(archive: Archive, id: str) -> str:
    with archive.reading() as view:
        return view.thread_of[view.find_article(id).row]


def decision(kind: DecisionKind, *articles: str, **given: Any) -> DecisionRequest:
    return DecisionRequest(kind, "an editor", "to see", articles, **given)


Fill = Callable[..., list[Any]]
Make = Callable[..., Article]
CHANGES: dict[str, Callable[[Archive, Fill, Make], Callable[[], object]]] = {}
"""What a change is called -> what prepares it, and returns it."""


def a_change(prepare: Callable[[Archive, Fill, Make], Callable[[], object]]) -> Any:
    CHANGES[prepare.__name__] = prepare
    return prepare


@a_change
def new_articles(archive: Archive, fill: Fill, make: Make) -> Callable[[], object]:
    articles = [make("x9", story="x", paragraphs=6), make("lone", story="lone"), make("y9", story="y", paragraphs=6)]
    return lambda: fill(archive, *articles)


@a_change
def another_version(archive: Archive, fill: Fill, make: Make) -> Callable[[], object]:
    return lambda: fill(archive, make("x0", story="y", paragraphs=6, version=1), replace=True)


@a_change
def a_deletion(archive: Archive, fill: Fill, make: Make) -> Callable[[], object]:
    return lambda: delete_article(archive, "x0")


@a_change
def a_merge(archive: Archive, fill: Fill, make: Make) -> Callable[[], object]:
    request = decision(DecisionKind.MERGE, source=story_of(archive, "x0"), thread=story_of(archive, "y0"))
    return lambda: decide(archive, request)


@a_change
def a_split(archive: Archive, fill: Fill, make: Make) -> Callable[[], object]:
    request = decision(DecisionKind.SPLIT, "x1", thread=story_of(archive, "x0"))
    return lambda: decide(archive, request)


@a_change
def a_build(archive: Archive, fill: Fill, make: Make) -> Callable[[], object]:
    return lambda: build_threads(archive)


@a_change
def a_publication(archive: Archive, fill: Fill, make: Make) -> Callable[[], object]:
    run = propose_threads(archive).id
    return lambda: publish_run(archive, run)


@a_change
def a_rollback(archive: Archive, fill: Fill, make: Make) -> Callable[[], object]:
    build_threads(archive)
    return lambda: roll_back(archive)


@pytest.mark.parametrize("name", CHANGES)
def test_no_reader_sees_what_is_rolled_back(
    stories: Archive, fill: Fill, make_article: Make, slow_commits: Any, assert_whole: Any, name: str
) -> None:
    change = CHANGES[name](stories, fill, make_article)
    before = stories.read(assert_agrees)
    with Readers(stories) as readers:
        slow_commits(readers, fail=True)
        with pytest.raises(CommitFailedError):
            change()
    assert readers.wrong == []
    assert readers.seen
    assert all(found == before for found in readers.seen)
    assert stories.read(assert_agrees) == before
    assert_whole(stories)


@pytest.mark.parametrize("name", CHANGES)
def test_readers_see_all_of_a_change_or_none_of_it(
    stories: Archive, fill: Fill, make_article: Make, slow_commits: Any, assert_whole: Any, name: str
) -> None:
    change = CHANGES[name](stories, fill, make_article)
    before = stories.read(assert_agrees)
    with Readers(stories) as readers:
        slow_commits(readers, fail=False)
        change()
    after = stories.read(assert_agrees)
    assert after != before
    assert readers.wrong == []
    assert after in readers.seen
    assert all(found in (before, after) for found in readers.seen)
    assert_whole(stories)


def take_no_lock(change: Change) -> None:
    change.touched = True


def do_nothing(change: Change) -> None:
    return


@pytest.mark.parametrize("hold", [take_no_lock, do_nothing])
@pytest.mark.parametrize("name", ["new_articles", "a_merge", "a_publication"])
def test_without_the_lock_readers_see_what_is_rolled_back(
    stories: Archive, fill: Fill, make_article: Make, slow_commits: Any, monkeypatch: pytest.MonkeyPatch, name: str,
    hold: Callable[[Change], None],
) -> None:  # fmt: skip
    """The control: what the other tests look for is found where it is there."""
    change = CHANGES[name](stories, fill, make_article)
    monkeypatch.setattr(Change, "hold", hold)
    with Readers(stories) as readers:
        slow_commits(readers, fail=True, wait_s=60)
        with pytest.raises(CommitFailedError):
            change()
    assert any(isinstance(error, AssertionError) for error in readers.wrong)
