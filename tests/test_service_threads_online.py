"""An article that comes: the threads around it are linked anew, as the offline job would, and no others."""

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import Any

import pytest

from corpus import Article, DecisionKind, Level
from corpus.store import ThreadFilter
from embeddings.evaluation.clustering import b_cubed
from embeddings.search import Links, packed_by_row
from embeddings.search.neighbours import NO_LINKS
from embeddings.threads import UNBOUND, Clustering, around, cluster, local, nearest_saga, relink
from embeddings.threads.describe import needs_full_description
from service.archive import Archive
from service.threads import DecisionRequest, build_threads, decide
from service.threads.naming import name_part


@pytest.fixture
def eight(archive: Archive, make_article: Any, fill: Any) -> Archive:
    """a0 to d1, of eight unlike stories and one day."""
    fill(archive, *(make_article(f"{s}{n}", story=f"{s}{n}", published="2024-05-01") for s in "abcd" for n in range(2)))
    return archive


def replace_graph(archive: Archive, links: Links) -> None:
    with archive.changing() as change:
        change.replace_graph(links)


def graph(archive: Archive, near: Mapping[tuple[str, str], float]) -> dict[str, int]:
    """Take these similarities for the neighbour graph; returns the rows by article id."""
    rows = {archive.memory.collection.member(row).id: row for row in archive.memory.collection.rows()}
    replace_graph(archive, Links.of((rows[a], rows[b], s) for (a, b), s in near.items()))
    return rows


def stories(rows: Mapping[str, int], *names: str) -> dict[int, str]:
    """Row -> story, given as "a0 a1"."""
    return {rows[id]: some for some in names for id in some.split()}


def linked(archive: Archive, thread_of: Mapping[int, str]) -> set[frozenset[str]]:
    found = relink(archive.memory.collection, thread_of, thread_of, UNBOUND)
    return {frozenset(archive.memory.collection.member(row).id for row in rows) for rows in found.clusters}


def test_two_threads_that_an_article_brings_together_are_one(eight: Archive) -> None:
    pairs = dict.fromkeys(combinations(["a0", "a1", "b0", "b1"], 2), 0.8)
    rows = graph(eight, pairs)
    assert linked(eight, stories(rows, "a0 a1", "b0 b1")) == {frozenset({"a0", "a1", "b0", "b1"})}


def test_a_thread_that_turns_out_to_be_two_is_two(eight: Archive) -> None:
    rows = graph(eight, {("a0", "a1"): 0.8, ("b0", "b1"): 0.8, ("a0", "b0"): 0.1})
    assert linked(eight, stories(rows, "a0 a1 b0 b1")) == {frozenset({"a0", "a1"}), frozenset({"b0", "b1"})}


def test_threads_do_not_change_for_nothing(eight: Archive) -> None:
    differ = []
    for hundredths in range(10, 90):
        rows = graph(eight, {("a0", "a1"): hundredths / 100})
        together = len(linked(eight, stories(rows, "a0 a1"))) == 1
        apart = len(linked(eight, stories(rows, "a0", "a1"))) == 2
        differ.append(together and apart)
        assert together or apart
    assert 1 <= sum(differ) <= 5
    assert not differ[0]
    assert not differ[-1]


def test_the_nearest_stories_are_looked_at_as_far_as_they_fit(eight: Archive, monkeypatch: Any) -> None:
    rows = graph(eight, {("a0", "b0"): 0.7, ("a0", "c0"): 0.8, ("a0", "d0"): 0.1})
    thread_of = stories(rows, "a0 a1", "b0", "c0 c1", "d0 d1 b1")
    members = {story: {row for row, own in thread_of.items() if own == story} for story in thread_of.values()}

    def near() -> set[str]:
        return {
            eight.memory.collection.member(row).id
            for row in around(eight.memory.collection, rows["a0"], thread_of, members)
        }

    assert near() == {"a0", "a1", "b0", "c0", "c1"}  # d0 is not near
    monkeypatch.setattr(local, "LOCAL_MOST", 4)
    assert near() == {"a0", "a1", "c0", "c1"}
    monkeypatch.setattr(local, "LOCAL_MOST", 3)
    assert near() == {"a0", "a1", "b0"}  # c0 and c1 do not fit
    monkeypatch.setattr(local, "LOCAL_MOST", 1)
    assert near() == set()


def test_an_article_without_neighbours_is_alone(eight: Archive) -> None:
    rows = graph(eight, {})
    assert around(eight.memory.collection, rows["a0"], {rows["a0"]: "t"}, {"t": {rows["a0"]}}) == [rows["a0"]]
    assert linked(eight, stories(rows, "a0 a1")) == {frozenset({"a0"}), frozenset({"a1"})}


def test_article_by_article_is_nearly_as_all_at_once(
    archive: Archive, sample_articles: list[Article], fill: Any
) -> None:
    fill(archive, *sorted(sample_articles, key=lambda article: str(article.published and article.published.at)))
    online = {archive.memory.collection.member(row).id: thread for row, thread in archive.memory.thread_of.items()}
    build_threads(archive)
    offline = {archive.memory.collection.member(row).id: thread for row, thread in archive.memory.thread_of.items()}
    assert b_cubed(offline, online).f1 >= 0.96
    assert sum(online[id] == thread for id, thread in offline.items()) >= 0.9 * len(offline)  # ids live on, too


@pytest.mark.parametrize("most", [1, 3, 8])
def test_nothing_breaks_where_threads_are_too_large(
    archive: Archive, sample_articles: list[Article], fill: Any, assert_whole: Any, monkeypatch: Any, most: int
) -> None:
    monkeypatch.setattr(local, "LOCAL_MOST", most)
    for start in range(0, len(sample_articles), 8):
        fill(archive, *sample_articles[start : start + 8])
        assert_whole(archive)
    assert len(archive.memory.members) < len(sample_articles)


def test_a_saga_of_which_only_a_part_is_near_keeps_its_stories(
    archive: Archive, make_article: Any, fill: Any, monkeypatch: Any, assert_whole: Any
) -> None:
    fill(archive, *(make_article(f"o{n}") for n in range(12)))
    fill(archive, *(make_article(f"x{n}", story="x", paragraphs=9, published="2024-05-01") for n in range(6)))
    [thread] = {thread for thread, rows in archive.memory.members.items() if len(rows) > 1}
    decide(archive, DecisionRequest(DecisionKind.SPLIT, "ed", "two cases", articles=("x4", "x5"), thread=thread))
    before = dict(archive.memory.levels[Level.SAGA].thread_of)
    assert len([thread for thread, rows in archive.memory.members.items() if len(rows) > 1]) == 2
    assert len(set(before.values())) == 13  # what is kept apart may be chapters of one saga
    monkeypatch.setattr(local, "LOCAL_MOST", 5)  # the story of four and the newcomer, not the story of two
    fill(archive, make_article("x6", story="x", paragraphs=9, published="2024-05-02"))
    assert_whole(archive)
    after = archive.memory.levels[Level.SAGA].thread_of
    assert {row: after[row] for row in before} == before
    assert set(after.values()) == set(before.values())


def test_a_saga_takes_in_what_is_near_to_the_whole_of_it(eight: Archive) -> None:
    """Near to one of its stories is not enough: it would have all in the end."""
    seen = []
    for step in range(10, 200):
        others = {("a0", "a1"): 0.8, ("b0", "b1"): 0.8, ("c0", "c1"): 0.8}
        rows = graph(eight, {("d0", "a0"): step / 200, **others})

        def found(present: str, rows: Mapping[str, int] = rows, **sagas: str) -> str | None:
            members = {saga: {rows[id] for id in ids.split()} for saga, ids in sagas.items()}
            saga_of = {row: saga for saga, some in members.items() for row in some}
            return nearest_saga(eight.memory.collection, [rows["d0"]], present, saga_of, members)

        one, many = found("own", own="d0", other="a0"), found("own", own="d0", other="a0 a1 b0 b1 c0 c1 d1")
        stays = found("other", other="a0 a1 b0 b1 c0 c1 d0 d1")
        seen.append((one, stays, many))
        assert found("own", own="d0", other="b0 b1") is None
        assert found("own", own="d0") is None
    assert seen == sorted(seen, key=lambda some: sum(answer is not None for answer in some))
    assert set(seen) == {
        (None, None, None), ("other", None, None), ("other", "other", None), ("other", "other", "other"),
    }  # fmt: skip


def test_a_newcomer_is_weighed_against_the_whole_of_a_saga(
    archive: Archive, sample_articles: list[Article], fill: Any, monkeypatch: Any
) -> None:
    """Also where it is alone in a story that was born with it."""
    asked: list[list[int]] = []

    def nearest(collection: Any, story: list[int], *rest: Any) -> str | None:
        asked.append(story)
        return nearest_saga(collection, story, *rest)

    monkeypatch.setattr("service.threads.naming.nearest_saga", nearest)
    newest = []
    for article in sorted(sample_articles, key=lambda article: str(article.published and article.published.at)):
        fill(archive, article)
        newest += [story for story in asked if max(archive.memory.collection.rows()) in story]
        asked.clear()
    assert {len(story) > 1 for story in newest} == {False, True}


def test_a_decision_outlives_what_comes(archive: Archive, make_article: Any, fill: Any, assert_whole: Any) -> None:
    fill(archive, *(make_article(f"x{n}", story="x", paragraphs=9, published="2024-05-01") for n in range(4)))
    decide(archive, DecisionRequest(DecisionKind.CANNOT_LINK, "ed", "not the same", articles=("x0", "x3")))
    for n in range(4, 9):
        fill(archive, make_article(f"x{n}", story="x", paragraphs=9, published=f"2024-05-0{n - 2}"))
        assert_whole(archive)
        thread = {archive.memory.collection.member(row).id: story for row, story in archive.memory.thread_of.items()}
        assert thread["x0"] != thread["x3"]


def test_a_large_thread_is_told_anew_now_and_then() -> None:
    assert all(needs_full_description(size) for size in range(1, 33))
    described = [size for size in range(1, 10_000) if needs_full_description(size)]
    assert all(later - size <= max(1, size / 16) for size, later in pairwise(described))
    assert len(described) < 200


def test_a_large_thread_counts_each_of_its_articles(
    archive: Archive, make_article: Any, fill: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("service.threads.describing.needs_full_description", lambda size: size < 3)
    days = [f"2024-05-0{n}" for n in (3, 4, 5, 1, 6)]
    fill(
        archive,
        *(make_article(f"o{n}") for n in range(12)),
        *(
            make_article(f"x{n}", story="x", paragraphs=9, title=f"Headline {n}", published=day, source=f"s{n}.example")
            for n, day in enumerate(days)
        ),
    )
    with archive.store.read() as tx:
        [(thread, _)] = tx.threads.list(ThreadFilter(at_least=2))
    assert (thread.articles, len(thread.sources)) == (5, 5)
    assert thread.first_seen is not None
    assert thread.last_seen is not None
    assert (thread.first_seen.at.day, thread.last_seen.at.day) == (1, 6)
    assert thread.representative in ("x0", "x1")  # as when it had two
    assert thread.headline == f"Headline {thread.representative[1:]}"


def test_after_a_build_nothing_moves_by_itself(archive: Archive, sample_articles: list[Article], fill: Any) -> None:
    """The links that are kept are all that the job linked by."""
    fill(archive, *sample_articles)
    build_threads(archive)
    for row in archive.memory.collection.rows():
        rows = around(archive.memory.collection, row, archive.memory.thread_of, archive.memory.members)
        found = relink(archive.memory.collection, rows, archive.memory.thread_of, UNBOUND)
        assert {frozenset(some) for some in found.clusters} == {
            frozenset(archive.memory.members[story]) for story in {archive.memory.thread_of[r] for r in rows}
        }


def test_a_build_follows_from_the_articles_alone(archive: Archive, sample_articles: list[Article], fill: Any) -> None:
    """Not from what an earlier one left: neighbours, densities, threads."""
    fill(archive, *sample_articles)
    first = cluster(archive.memory.collection)
    replace_graph(archive, NO_LINKS)
    other = cluster(archive.memory.collection)
    replace_graph(archive, other.links)
    third = cluster(archive.memory.collection)
    assert first.levels == other.levels == third.levels
    assert list(packed_by_row(first.links)) == list(packed_by_row(other.links)) == list(packed_by_row(third.links))


def test_newcomers_never_outvote_a_published_thread(eight: Archive) -> None:
    """Two that arrive together, in a thread that is not published yet, take the id of the thread that they join."""
    rows = {eight.memory.collection.member(row).id: row for row in eight.memory.collection.rows()}
    published, unpublished = eight.memory.assignment(rows["d1"]), eight.memory.assignment(rows["a0"])
    newcomers = {rows["a0"], rows["a1"]}
    together = tuple(rows[id] for id in ("a0", "a1", "d1"))
    with eight.changing() as change:
        for row in newcomers:
            change.assign(row, unpublished)
        found = name_part(change, Clustering(dict.fromkeys(Level, (together,)), {}), UNBOUND, newcomers)
    assert {assignment.story for assignment in found.values()} == {published.story}
    assert {assignment.event for assignment in found.values()} == {published.event}
