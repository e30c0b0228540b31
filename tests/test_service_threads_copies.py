"""Copies: they sit under their canonical article, and forty outlets that run one text weigh as one."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from corpus import Article, DecisionKind
from service.archive import Archive
from service.ingest import delete_article
from service.threads import DecisionRequest, build_threads, decide

Fill = Callable[..., list[Any]]


@pytest.fixture
def originals(make_article: Any) -> list[Article]:
    """Three stories of three articles."""
    return [
        make_article(f"{s}{n}", story=s, paragraphs=9, published=f"2024-05-0{n + 2}", source=f"{s}{n}.example")
        for n in range(3)
        for s in "xyz"
    ]


def copies(of: Article, count: int, published: str = "2024-05-09", make: Any = None) -> list[Article]:
    """The same text in other outlets; every second one without its last word."""
    day = make("day", published=published).published
    texts = [of.text, of.text.rsplit(" ", 1)[0] + "."]
    return [
        replace(
            of, id=f"copy{n}", title=f"Other headline {n}", text=texts[n % 2], source=f"c{n}.example", published=day
        )
        for n in range(count)
    ]


def rows(archive: Archive) -> dict[str, int]:
    return {archive.memory.collection.member(row).id: row for row in archive.memory.collection.rows()}


def canonical(archive: Archive) -> dict[str, str]:
    """Id of a copy -> id of what it is a copy of."""
    member = archive.memory.collection.member
    return {member(row).id: member(of).id for row, of in archive.memory.collection.neighbours.copies.items()}


def stories(archive: Archive) -> dict[str, str]:
    return {archive.memory.collection.member(row).id: thread for row, thread in archive.memory.thread_of.items()}


def test_copies_change_nothing_for_others(
    open_archive: Any, originals: list[Article], make_article: Any, fill: Fill, tmp_path: Any, assert_whole: Any
) -> None:
    found = []
    for count in (1, 12):
        archive = open_archive(tmp_path / str(count))
        fill(archive, *originals, *copies(originals[0], count, make=make_article))
        assert_whole(archive)
        for build in (False, True):
            if build:
                build_threads(archive)
                assert_whole(archive)
            thread = stories(archive)
            assert {thread[f"copy{n}"] for n in range(count)} <= {thread["x0"]}
            parts = {
                frozenset(id for id in thread if thread[id] == name and "copy" not in id) for name in thread.values()
            }
            found.append(parts)
        assert canonical(archive) == {f"copy{n}": "x0" for n in range(count)}
        graph = archive.memory.collection.neighbours
        neighbours = {archive.memory.collection.member(o).id for r in rows(archive).values() for o in graph.nearest(r)}
        assert neighbours <= {article.id for article in originals} | {"copy0"}  # the first copy speaks
    assert found == [found[0]] * 4


def test_copies_are_counted_but_do_not_speak_for_the_thread(
    archive: Archive, originals: list[Article], make_article: Any, fill: Fill
) -> None:
    fill(archive, *originals)
    before = stories(archive)["y0"]
    with archive.store.read() as tx:
        alone = tx.threads.get(before)
    fill(archive, *copies(originals[1], 9, make=make_article))
    with archive.store.read() as tx:
        told = tx.threads.get(before)
    assert (alone.articles, told.articles) == (3, 12)
    assert told.representative == alone.representative
    assert told.headline == alone.headline


def test_the_earliest_is_canonical_and_leaves_it_to_the_next(
    archive: Archive, open_archive: Any, originals: list[Article], make_article: Any, fill: Fill, assert_whole: Any
) -> None:
    late = copies(originals[0], 2, make=make_article)
    fill(archive, *originals, *late)
    early = replace(copies(originals[0], 1, "2024-05-01", make_article)[0], id="early")
    fill(archive, early)
    assert canonical(archive) == dict.fromkeys(["x0", "copy0", "copy1"], "early")
    archive.close()
    archive = open_archive()
    assert canonical(archive) == dict.fromkeys(["x0", "copy0", "copy1"], "early")
    delete_article(archive, "early")
    assert canonical(archive) == dict.fromkeys(["copy0", "copy1"], "x0")
    delete_article(archive, "x0")
    left = canonical(archive)
    assert len(left) == 1
    assert set(left) | set(left.values()) == {"copy0", "copy1"}
    assert_whole(archive)
    [leader] = set(left.values())
    row = rows(archive)[leader]
    near = {archive.memory.collection.member(other).id for other in archive.memory.collection.neighbours.nearest(row)}
    assert {"x1", "x2"} <= near  # it had its own edges all along
    assert row in archive.memory.collection.neighbours.nearest(rows(archive)["x1"])
    assert stories(archive)[leader] == stories(archive)["x1"]


def test_a_copy_that_an_editor_took_out_stays_out(
    archive: Archive, originals: list[Article], make_article: Any, fill: Fill, assert_whole: Any
) -> None:
    fill(archive, *originals, *copies(originals[0], 2, make=make_article))
    decide(archive, DecisionRequest(DecisionKind.CANNOT_LINK, "ed", "another matter", articles=("x0", "copy0")))
    build_threads(archive)
    assert_whole(archive)
    thread = stories(archive)
    assert thread["copy0"] != thread["x0"] == thread["copy1"]
