"""A build of a window: the stories that have an article in it, and no others."""

from typing import Any

import numpy as np

from corpus import Article, Assignment
from embeddings.search import unpack_links
from embeddings.threads import cluster
from service.archive import Archive
from service.threads import build_threads
from service.threads.building import Window

Partition = set[frozenset[str]]


def partition(archive: Archive) -> Partition:
    member = archive.memory.collection.member
    return {frozenset(member(row).id for row in rows) for rows in archive.memory.members.values()}


def links(archive: Archive) -> int:
    with archive.store.read() as tx:
        return len(unpack_links(tx.neighbours.all()))


def threads_by_id(archive: Archive) -> dict[str, str]:
    return {archive.memory.collection.member(row).id: thread for row, thread in archive.memory.thread_of.items()}


def test_a_window_leaves_other_stories_as_they_are(
    archive: Archive, sample_articles: list[Article], fill: Any, assert_whole: Any
) -> None:
    fill(archive, *sample_articles)
    build_threads(archive)
    rows = archive.memory.collection.rows()
    days = archive.memory.collection.days(rows)
    middle = float(np.nanmedian(days))
    for row in rows:  # everybody into a thread of their own, late and early ones
        thread = archive.memory.collection.member(row).id
        archive.memory.assign(row, Assignment(f"e-{thread}", f"t-{thread}", f"s-{thread}"))
    inside = set(archive.read(Window(since=middle).rows))
    assert inside == {row for row, day in zip(rows, days, strict=True) if day >= middle}
    found = cluster(archive.memory.collection, rows=inside)
    assert {row for some in found.clusters for row in some} == inside
    assert len(found.clusters) < len(inside)


def test_a_build_of_a_window_agrees_with_that_of_all(
    archive: Archive, sample_articles: list[Article], fill: Any, assert_whole: Any, sql: Any
) -> None:
    fill(archive, *sample_articles)
    build_threads(archive)
    whole = partition(archive)
    edges = links(archive)
    since = float(np.nanmedian(archive.memory.collection.days(archive.memory.collection.rows())))
    built = build_threads(archive, window=Window(since=since))
    assert_whole(archive)
    assert 0 < built.articles < 62
    assert len(partition(archive) & whole) >= 0.9 * len(whole)
    assert abs(links(archive) - edges) < 0.05 * edges
    assert build_threads(archive, window=Window(until=-1e6)).articles == 0
    assert_whole(archive)


def test_a_whole_build_after_one_of_a_window_is_as_ever(
    archive: Archive, sample_articles: list[Article], fill: Any
) -> None:
    fill(archive, *sample_articles)
    build_threads(archive)
    whole = threads_by_id(archive)
    build_threads(archive, window=Window(until=19_000.0))
    build_threads(archive)
    assert threads_by_id(archive) == whole
