"""Threads: the same partition whatever the order, the same ids whatever the run, one score for both ways to them."""

import math
import random
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, Kind
from corpus.store import ThreadFilter
from embeddings.threads import choose_thread, cluster, new_thread_id, newcomer_scores, reconcile
from embeddings.threads.describe import nearby_threads
from embeddings.threads.incremental import NEAREST_MEMBERS, Shape
from embeddings.threads.linkage.nested import nested_linkage
from embeddings.threads.pairs import (
    COHESION_LONE,
    LARGER_SHARE,
    LENGTH_SHARE,
    MISSING,
    SHARPNESS,
    STORY_CUT,
    UNDATED,
    Edges,
    membership,
    pair_scores,
    span_of,
)
from service.archive import Archive
from service.articles import article
from service.ingest import delete_article
from service.threads import build_threads, list_threads, thread_articles

Partition = set[frozenset[str]]


def partition(archive: Archive) -> Partition:
    member = archive.memory.collection.member
    return {frozenset(member(row).id for row in rows) for rows in archive.memory.members.values()}


def threads_by_id(archive: Archive) -> dict[str, str]:
    return {archive.memory.collection.member(row).id: thread for row, thread in archive.memory.thread_of.items()}


# The offline job


def test_the_order_of_input_plays_no_part(
    open_archive: Any, sample_articles: list[Article], fill: Any, tmp_path: Any, assert_whole: Any
) -> None:
    found = []
    for seed in range(4):
        articles = sample_articles[:]
        random.Random(seed).shuffle(articles)
        archive = open_archive(tmp_path / str(seed))
        fill(archive, *articles)
        build_threads(archive)
        assert_whole(archive)
        found.append(partition(archive))
    assert found[1:] == found[:-1]
    assert 20 <= len(found[0]) <= 45


def test_thread_ids_survive_a_rebuild(
    archive: Archive, sample_articles: list[Article], fill: Any, dump: Any, answers_of: Any
) -> None:
    fill(archive, *sample_articles)
    online = threads_by_id(archive)
    first = build_threads(archive)
    known = threads_by_id(archive)
    assert first.articles == 62
    assert first.threads == len(set(known.values()))
    assert first.moved == sum(online[id] != thread for id, thread in known.items())
    assert set(known.values()) & set(online.values())
    before, answers = dump(archive), answers_of(archive)
    assert build_threads(archive).moved == 0
    assert (dump(archive), answers_of(archive)) == (before, answers)


def test_each_that_moved_is_in_the_change_log(
    archive: Archive, sample_articles: list[Article], fill: Any, sql: Any
) -> None:
    fill(archive, *sample_articles)
    built = build_threads(archive)
    moved = sql(archive, "SELECT article FROM changes WHERE event = 'thread_assigned'")
    assert len(moved) == len(set(moved)) == built.moved


@pytest.mark.parametrize("paragraphs", [1, 3])
def test_identical_text_lands_together(
    archive: Archive, sample_articles: list[Article], make_article: Any, fill: Any, paragraphs: int
) -> None:
    text = make_article("x", paragraphs=paragraphs).text
    fill(archive, make_article("one", title="Once", text=text, published="2023-01-05"), *sample_articles)
    fill(
        archive, make_article("two", title="Elsewhere entirely", text=text, published="2024-01-05", source="s.example")
    )
    online = threads_by_id(archive)
    assert online["one"] == online["two"]
    build_threads(archive)
    offline = threads_by_id(archive)
    assert offline["one"] == offline["two"]


def test_articles_of_one_short_text_are_together_in_the_job(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, *(make_article(f"n{n}", title=title, text="Sold out.") for n, title in enumerate(["Lower", "Upper"])))
    build_threads(archive)
    assert partition(archive) == {frozenset({"n0", "n1"})}


def test_undated_articles_have_threads_too(archive: Archive, make_article: Any, fill: Any, assert_whole: Any) -> None:
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=9) for s in "xy" for n in range(4)))
    build_threads(archive)
    assert_whole(archive)
    assert partition(archive) == {frozenset(f"{s}{n}" for n in range(4)) for s in "xy"}
    for thread in set(archive.memory.thread_of.values()):
        with archive.store.read() as tx:
            described = tx.threads.get(thread)
        assert (described.first_seen, described.last_seen) == (None, None)
        assert [a.id[1] for a in archive.read(thread_articles, thread).articles] == ["0", "1", "2", "3"]


def test_an_empty_archive_has_no_threads(archive: Archive) -> None:
    built = build_threads(archive)
    assert (built.articles, built.threads, built.moved) == (0, 0, 0)
    assert cluster(archive.memory.collection).clusters == ()


def test_progress_reaches_the_end(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, *(make_article(f"n{n}") for n in range(5)))
    answers: list[tuple[int, int]] = []
    build_threads(archive, lambda done, total: answers.append((done, total)))
    assert answers[-1] == (5, 5)
    assert answers == sorted(answers)


def test_an_interrupted_build_publishes_nothing_and_the_next_one_goes_on(
    archive: Archive, make_article: Any, fill: Any, assert_whole: Any
) -> None:
    fill(archive, *(make_article(f"n{n}", story=n % 2, paragraphs=9) for n in range(8)))

    def stop(done: int, total: int) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    with archive.store.read() as tx:
        before = tx.threads.assignments()
    with pytest.raises(KeyboardInterrupt):
        build_threads(archive, stop)
    with archive.store.read() as tx:
        assert tx.threads.assignments() == before
        assert tx.runs.newest_published() is None
    kept = archive.settings.data / "threads.part"
    assert list(kept.iterdir())
    build_threads(archive)
    assert not kept.exists()
    assert_whole(archive)


def test_what_comes_and_goes_while_the_job_computes(
    archive: Archive, open_archive: Any, make_article: Any, fill: Any, assert_whole: Any, answers_of: Any
) -> None:
    fill(archive, *(make_article(f"n{n}", story=n % 2, paragraphs=9) for n in range(8)))

    def interfere(done: int, total: int) -> None:
        if done >= 4 and len(archive.memory.collection) == 8:
            delete_article(archive, "n0")
            delete_article(archive, "n7")
            fill(archive, make_article("late", story=0, paragraphs=9))

    built = build_threads(archive, interfere)
    assert built.articles == 7
    assert_whole(archive)
    assert threads_by_id(archive)["late"] == threads_by_id(archive)["n2"]
    late = next(row for row in archive.memory.collection.rows() if archive.memory.collection.member(row).id == "late")
    assert len(archive.memory.collection.neighbours.nearest(late)) == 6  # it keeps its place in the graph
    answers = answers_of(archive)
    archive.close()
    assert answers_of(open_archive()) == answers


# Linkage, against the plain method


def linked(days: list[float], edges: list[tuple[int, int, float]], cut: float, identical: Any = ()) -> list[int]:
    i, j, scores = (np.array([edge[k] for edge in edges], kind) for k, kind in enumerate((np.int64, np.int64, float)))
    given = Edges(i, j, scores, np.full(len(edges), COHESION_LONE))
    return nested_linkage([span_of(day) for day in days], given, (cut,), identical)[0]


def test_linkage_at_its_edges() -> None:
    day = [100.0] * 3
    assert linked([], [], 0.2) == []
    assert linked(day, [], 0.2) == [0, 1, 2]
    assert linked(day, [], 0.2, [[2, 1]]) == [0, 1, 1]
    assert linked(day, [(0, 1, 0.2)], 0.2) == [0, 1, 2]  # at the cut is not above it
    assert linked(day, [(0, 1, 0.9), (1, 2, 0.9)], 0.2) == [0, 0, 0]
    assert linked(day, [(0, 1, 0.9), (1, 2, 0.22)], 0.2) == [0, 0, 2]  # the missing pair halves it
    assert linked([100.0, 400.0], [(0, 1, 0.3)], 0.2) == [0, 1]  # too long between
    assert linked([100.0, 102.0], [(0, 1, 0.3)], 0.2) == [0, 0]
    assert linked([100.0, 250.0, 400.0], [(0, 1, 0.9), (1, 2, 0.9), (0, 2, 0.3)], 0.2) == [0, 0, 0]  # step by step


def test_loosely_alike_articles_take_in_more_than_closely_alike_ones() -> None:
    def stories(alike: float) -> int:
        pairs = [*combinations(range(4), 2), *combinations(range(4, 8), 2)]
        edges = [(i, j, 0.6, alike) for i, j in pairs] + [(i, j, 0.3, 0.35) for i in range(4) for j in range(4, 8)]
        first, second, scores, similarities = (np.array(some) for some in zip(*edges, strict=True))
        return len(set(nested_linkage([UNDATED] * 8, Edges(first, second, scores, similarities), (0.15,))[0]))

    assert stories(0.45) == 1
    assert stories(0.75) == 2


def test_length_and_company_put_briefs_right() -> None:
    def score(similarity: float, words: float, common: float = 0.0) -> float:
        one = np.ones(1)
        return float(pair_scores(similarity * one, 0 * one, (words * one, words * one), common * one)[0])

    assert score(0.4, 17) == pytest.approx(score(0.4 + LENGTH_SHARE * math.log(440 / 17), 440), abs=0.001)
    assert score(0.4, 17, 0.05) == pytest.approx(score(0.4, 17) + 0.05)
    assert score(0.4, 0) == score(0.4, 5)  # no text is no reason to join


# Ids


def ids(clusters: Iterable[Iterable[int]]) -> dict[int, str]:
    return {row: f"a{row}" for rows in clusters for row in rows}


def test_the_largest_overlap_goes_first() -> None:
    clusters = [[1, 2], [3, 4, 5], [6]]
    assert reconcile(clusters, {1: "old", 2: "x", 3: "old", 4: "old", 5: "x", 6: "y"}, ids(clusters)) == [
        "x",
        "old",
        "y",
    ]


def test_as_many_articles_as_possible_keep_their_thread() -> None:
    crossing = [[*range(10), *range(20, 29)], [*range(10, 19)]]
    published = dict.fromkeys(range(19), "a") | dict.fromkeys(range(20, 29), "b")
    # the largest overlap alone (a with the first, 10) would leave b without a place: 10 keep theirs instead of 18
    assert reconcile(crossing, published, ids(crossing)) == ["b", "a"]


def test_bound_ids_come_first_and_taken_ones_are_given_to_no_new_thread() -> None:
    clusters = [[1, 2], [3], [4]]
    published = {1: "t", 2: "t", 3: "s"}
    found = reconcile(clusters, published, ids(clusters), bound={1: "t"}, taken={new_thread_id("a4")})
    assert found[1] == "t"
    assert found[0] == new_thread_id("a1")
    assert found[2] == new_thread_id("a4\n1")


def greatest_overlap(clusters: list[list[int]], published: dict[int, str]) -> int:
    """The plain method: every assignment is tried."""
    olds = sorted(set(published.values()))
    padded = [*olds, *[""] * len(clusters)]
    return max(
        sum(published.get(row) == old for old, rows in zip(chosen, clusters, strict=True) for row in rows if old)
        for chosen in permutations(padded, len(clusters))
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=14))
def test_the_overlap_kept_is_the_greatest_there_is(rows: list[tuple[int, int]]) -> None:
    grouped: dict[int, list[int]] = defaultdict(list)
    for row, (group, _) in enumerate(rows):
        grouped[group].append(row)
    clusters = list(grouped.values())
    published = {row: f"t-{old}" for row, (_, old) in enumerate(rows) if old < 3}
    found = reconcile(clusters, published, ids(clusters))
    kept = sum(published.get(row) == name for name, some in zip(found, clusters, strict=True) for row in some)
    assert kept == greatest_overlap(clusters, published)


def test_one_thread_falls_apart_and_two_become_one() -> None:
    assert reconcile([[1, 2], [3]], {1: "t", 2: "t", 3: "t"}, ids([[1, 2, 3]])) == ["t", new_thread_id("a3")]
    assert reconcile([[1, 2, 3]], {1: "s", 2: "t", 3: "t"}, ids([[1, 2, 3]])) == ["t"]
    assert reconcile([[1, 2]], {1: "t", 2: "s"}, ids([[1, 2]])) == ["s"]  # a tie: the lower id


def test_a_new_cluster_takes_no_name_that_goes_on_elsewhere() -> None:
    named = new_thread_id("a1")
    found = reconcile([[1], [2, 3]], {1: named, 2: named, 3: named}, ids([[1, 2, 3]]))
    assert found[1] == named
    assert found[0] not in (named, "")
    assert found[0].startswith("t-")


def test_a_name_is_found_when_all_are_taken() -> None:
    clusters = [[1], [2, 3, 4], [5, 6, 7]]
    again = new_thread_id("a1\n1")
    published = dict.fromkeys((2, 3, 4), new_thread_id("a1")) | dict.fromkeys((5, 6, 7), again)
    assert reconcile(clusters, published, ids(clusters)) == [new_thread_id("a1\n2"), new_thread_id("a1"), again]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=25))
def test_names_are_unique_and_depend_on_nothing_else(rows: list[tuple[int, int]]) -> None:
    grouped: dict[int, list[int]] = defaultdict(list)
    for row, (group, _) in enumerate(rows):
        grouped[group].append(row)
    clusters = list(grouped.values())
    published = {row: new_thread_id(f"a{old}") for row, (_, old) in enumerate(rows) if old < 6}
    found = reconcile(clusters, published, ids(clusters))
    assert len(set(found)) == len(found) == len(clusters)
    unchanged = {row: name for name, rows_ in zip(found, clusters, strict=True) for row in rows_}
    assert reconcile(clusters, unchanged, ids(clusters)) == found
    assert found == reconcile(clusters, dict(reversed(published.items())), ids(clusters))


# The online choice


class Known(dict):
    """Implements `SomeShapes`."""

    def of(self, thread: str) -> Shape:
        return self[thread]

    def size(self, thread: str) -> int:
        return self[thread].size


def choose(
    members: dict[str, list[float]], sizes: dict[str, int] | None = None, spans: dict[str, Any] | None = None
) -> Any:
    rows = [(thread, s) for thread, some in members.items() for s in some]
    shapes = {t: Shape((sizes or {}).get(t, len(s)), (spans or {}).get(t, (100.0, 100.0))) for t, s in members.items()}
    return choose_thread(
        np.arange(len(rows)), np.array([s for _, s in rows]), 100.0,
        {i: thread for i, (thread, _) in enumerate(rows) if thread}, Known(shapes),
    )  # fmt: skip


def test_none_where_there_is_nothing_to_join() -> None:
    assert (choose({}).thread, choose({}).score) == (None, 0.0)
    assert choose({"": [0.9]}).thread is None  # in no thread yet


def test_none_at_or_below_the_cut() -> None:
    cut = STORY_CUT
    assert choose({"t": [cut - 1e-9]}).thread is None
    assert choose({"t": [STORY_CUT]}).score == pytest.approx(0.5)
    assert choose({"t": [cut + 0.01]}).thread == "t"
    assert choose({"t": [cut + 0.01]}, spans={"t": (10.0, 60.0)}).thread is None  # it ended long ago
    assert choose({"t": [cut + 0.01]}, spans={"t": (10.0, 160.0)}).thread == "t"


def test_the_best_thread_and_the_runner_up() -> None:
    found = choose({"s": [0.3, 0.4], "t": [0.45], "u": [0.2]})
    assert (found.thread, found.runner_up) == ("t", "s")
    assert found.score == pytest.approx(membership(0.45, STORY_CUT))
    second = soft_mean(0.3, 0.4) + LARGER_SHARE * math.log(2)
    assert found.runner_up_score == pytest.approx(membership(second, STORY_CUT))
    assert choose({"t": [0.4], "s": [0.4]}).thread == "s"  # equal ones by name


def test_the_nearest_members_count_and_unseen_ones_are_far() -> None:
    many = [0.5] * NEAREST_MEMBERS + [0.0] * 20
    large = 0.5 + LARGER_SHARE * math.log(NEAREST_MEMBERS)  # a larger one counts as no larger
    assert choose({"t": many}).score == pytest.approx(membership(large, STORY_CUT))
    lone = choose({"t": [0.5]}, sizes={"t": 100})
    unseen = soft_mean(0.5, *[MISSING] * (NEAREST_MEMBERS - 1)) + LARGER_SHARE * math.log(100)
    assert lone.score == pytest.approx(membership(unseen, STORY_CUT))


def soft_mean(*scores: float) -> float:
    return math.log(np.mean([math.exp(SHARPNESS * s) for s in scores])) / SHARPNESS


def test_newcomers_are_scored_as_if_they_were_stored(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=6) for n in range(4) for s in "xy"))
    collection = archive.memory.collection
    row = max(collection.rows())
    query, words = collection.query(row), float(collection.word_counts([row])[0])
    others = np.array([other for other in collection.rows() if other != row])
    similarities = collection.similarities(query, others)
    found = newcomer_scores(collection, others, similarities, query.day, int(words))
    stories = np.array([collection.member(int(other)).id[0] for other in others])
    own = collection.member(row).id[0]
    assert found[stories == own].min() > found[stories != own].max() + 0.2
    assert newcomer_scores(collection, others[:0], similarities[:0], math.nan, 0).shape == (0,)


def test_a_new_article_joins_its_story(archive: Archive, make_article: Any, fill: Any) -> None:
    outcomes = fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=9) for n in range(3) for s in "xyz"))
    assert len({outcome.thread for outcome in outcomes}) == 3
    assert outcomes[0].thread == new_thread_id("x0")
    assert partition(archive) == {frozenset(f"{s}{n}" for n in range(3)) for s in "xyz"}


# What is said of a thread


def test_a_thread_is_described(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(
        archive,
        make_article("a", story="s", paragraphs=9, title="The first", published="2024-03-02", source="two.example"),
        make_article("b", story="s", paragraphs=9, title="The second", published="2024-02-29", source="one.example"),
        make_article("c", story="s", paragraphs=9, title="The third", source="two.example"),
        make_article("d", story="s", paragraphs=9, title="The fourth", published="2024-03-09T10:00:00Z"),
        *(make_article(f"o{n}") for n in range(5)),
    )
    build_threads(archive)
    (thread,) = [t for t in archive.read(list_threads, ThreadFilter(at_least=2))[0]]
    assert thread.articles == 4
    assert thread.sources == ("two.example", "one.example")
    assert (str(thread.first_seen), str(thread.last_seen)) == ("2024-02-29", "2024-03-09T10:00:00Z")
    assert (
        thread.headline
        == {"a": "The first", "b": "The second", "c": "The third", "d": "The fourth"}[thread.representative]
    )
    assert 1 <= len(thread.terms) <= 8
    members = [archive.read(article, id) for id in "abcd"]
    own = [word for word in thread.terms if all(word in (m.title + m.text).lower() for m in members)]
    assert len(own) >= 4
    others = " ".join(archive.read(article, f"o{n}").text.lower() for n in range(5)).replace(".", " ").split()
    assert not set(thread.terms) & set(others)


def test_an_untitled_thread_is_called_after_its_beginning(archive: Archive, make_article: Any, fill: Any) -> None:
    article = make_article("a", title=None)
    fill(archive, article)
    (thread,) = archive.read(list_threads, ThreadFilter())[0]
    assert thread.headline == article.headline
    assert thread.headline.endswith("…")
    assert len(thread.headline) <= 121
    assert article.text.startswith(thread.headline[:-1])


def test_a_thread_is_described_anew_when_its_face_goes(
    archive: Archive, make_article: Any, fill: Any, assert_whole: Any
) -> None:
    fill(archive, *(make_article(f"n{n}", story="s", paragraphs=9, published=f"2024-01-0{n + 1}") for n in range(3)))
    while len(archive.memory.collection):
        thread, *_ = archive.read(list_threads, ThreadFilter())[0]
        delete_article(archive, thread.representative)
        assert_whole(archive)
    assert archive.read(list_threads, ThreadFilter())[0] == []


def test_exact_copies_of_the_sample_are_together(sample_archive: Archive) -> None:
    threads = threads_by_id(sample_archive)
    with sample_archive.store.read() as tx:
        exact = [(v.article, v.earlier) for _, v in tx.duplicates.all() if v.kind is Kind.EXACT]
    assert exact
    assert all(threads[a] == threads[b] for a, b in exact)


# What a thread is described by


def test_a_thread_tells_its_summary_its_days_and_its_neighbours(
    client: Any, archive: Archive, make_article: Any, fill: Any
) -> None:
    fill(
        archive,
        *(make_article(f"n{n}", story="s", paragraphs=6, published=f"2024-01-0{n + 1}") for n in range(3)),
        *(make_article(f"o{n}", story="o", paragraphs=6, published="2024-03-01") for n in range(2)),
    )
    story = archive.memory.thread_of[min(archive.memory.collection.rows())]
    detail = client.get(f"/v1/threads/{story}").json
    assert 1 <= len(detail["summary"]) <= 3
    assert detail["representative"] in [line["article"] for line in detail["summary"]]
    for line in detail["summary"]:
        assert archive.read(article, line["article"]).text[line["start"] : line["end"]] == line["text"]
    assert detail["volume"] == [{"day": f"2024-01-0{n + 1}", "articles": 1} for n in range(3)]
    assert detail["trend"] == "dormant"  # as of March
    other = client.get(f"/v1/threads/{archive.memory.thread_of[max(archive.memory.collection.rows())]}").json
    assert other["trend"] == "emerging"
    assert story not in [near["id"] for near in detail["related"]]


def test_threads_near_a_thread(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=6) for n in range(3) for s in "xyz"))
    rows = sorted(archive.memory.collection.rows())
    x = [row for row in rows if archive.memory.collection.member(row).id[0] == "x"]
    apart = {row: f"{archive.memory.collection.member(row).id}" for row in rows}
    with archive.memory.collection.lock.reading():
        found = nearby_threads(archive.memory.collection, x[:1], apart)
        assert {thread for thread, _ in found} == {"x1", "x2"}
        assert all(score > 0.5 for _, score in found)
        assert nearby_threads(archive.memory.collection, x, apart) == []
