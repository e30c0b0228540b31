"""Related coverage in an archive where not everything is scored: filters, groups, pages and examples lose nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from corpus import ENCODED_MAX, Article, Precision, Published, body_hash, paragraph_hash, split_paragraphs, terms_of
from corpus.records import ParagraphKey, Profile
from embeddings.encoders import encoder_for
from embeddings.index import ExactIndex
from embeddings.related import Examples, GroupOf, Options, Recency, RelatedResult, ScoredCandidates, find_related
from embeddings.related.finding import EXHAUSTIVE
from embeddings.search import Collection, Filter, day_of
from embeddings.search.filters import Rows
from embeddings.search.scoring import Scorer
from embeddings.times import Stated

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
ENCODER = encoder_for("hashing")
STORIES = 30
ARTICLES = 1_500


class Shelf:
    """A collection that articles are put on one by one, without a store."""

    def __init__(self, articles: Iterable[Article] = ()) -> None:
        self.collection = Collection(ExactIndex(ENCODER.dimension))
        self.rows: dict[str, int] = {}
        self._next = 1
        self.put(articles)

    def put(self, articles: Iterable[Article]) -> None:
        for article in articles:
            row = len(self.rows) + 1
            split = split_paragraphs(article.text, count_tokens=ENCODER.count_tokens, max_tokens=ENCODER.max_tokens)
            some = split.paragraphs[:ENCODED_MAX]
            keys = tuple(ParagraphKey(self._next + n, p.hash, p.end - p.start) for n, p in enumerate(some))
            self._next += len(keys)
            profile = Profile(
                row, article.id, article.published, article.source, article.language, body_hash(article.text),
                paragraph_hash(article.title), terms_of(article.title, article.text), b"", keys, article.section,
                article.author,
            )  # fmt: skip
            self.collection.index.add(
                np.array([key.id for key in keys], np.int64), ENCODER.encode([p.of(article.text) for p in some])
            )
            self.collection.add(profile, ENCODER.encode([article.title])[0])
            self.rows[article.id] = row

    def related(self, id: str, limit: int = 10, **options: Any) -> RelatedResult:
        return find_related(self.collection, self.query(id), limit=limit, options=Options(pairs=False, **options))

    def query(self, id: str) -> Any:
        return self.collection.query(self.rows[id])

    def pages(self, id: str, limit: int, most: int = 10_000, **options: Any) -> list[int]:
        """The rows of all pages (or of the first `most` hits)."""
        rows: list[int] = []
        while len(rows) < most:
            found = self.related(id, limit, shown=tuple(rows), **options)
            rows += [hit.row for hit in found.hits]
            if not found.more:
                break
            assert found.hits
        return rows


def best(shelf: Shelf, id: str, wanted: Filter, group_of: GroupOf | None = None, minimum: float = 0.0) -> list[int]:
    """The oracle: every allowed article is scored, nothing is searched."""
    query = shelf.query(id)
    rows = np.flatnonzero(shelf.collection.allowed(wanted))
    rows = rows[rows != query.row]
    scores = Scorer(shelf.collection, query)(rows).score
    found, taken = [], set[int]()
    for i in np.lexsort((rows, -scores)).tolist():
        if scores[i] >= minimum and int(rows[i]) not in taken:
            found.append(int(rows[i]))
            taken.update(group_of(int(rows[i])) if group_of else ())
    return found


def rows_of(found: RelatedResult) -> list[int]:
    return [hit.row for hit in found.hits]


def days(first: int, count: int) -> Filter:
    start = day_of(Published(FIRST + timedelta(days=first), Precision.DAY))
    return Filter(since=start, until=start + count)


@pytest.fixture(scope="module")
def shelf(make_article: Any) -> Shelf:
    """1,500 articles on thirty stories, one a day; three are from a rare source. Only read."""
    return Shelf(
        replace(
            make_article(f"n{n}", story=n % STORIES, paragraphs=2),
            published=Published(FIRST + timedelta(days=n), Precision.DAY),
            source="rare.example" if n % 500 == 7 else f"s{n % 4}.example",
            section=("News", "Sport", None)[n % 3],
            author=f"Writer {n % 7}",
        )
        for n in range(ARTICLES)
    )


# Filters, groups and pages against the oracle


@pytest.mark.parametrize("limit", [3, 10])
@pytest.mark.parametrize("id", ["n7", "n700"])
@pytest.mark.parametrize(
    "wanted",
    [days(300, 15), days(300, 400), Filter(sources=frozenset(["rare.example"])), Filter(sections=frozenset(["Sport"])),
     Filter(authors=frozenset(["Writer 5", "Writer 3"])),
     replace(days(0, 900), sections=frozenset(["News"]), sources=frozenset(["s1.example", "s3.example"])), Filter()],
    ids=["one percent", "a quarter", "three articles", "a section", "authors", "all at once", "none"],
)  # fmt: skip
def test_a_filter_costs_no_hit(shelf: Shelf, id: str, wanted: Filter, limit: int) -> None:
    assert rows_of(shelf.related(id, limit, wanted=wanted)) == best(shelf, id, wanted)[:limit]


def test_a_huge_group_takes_one_place(shelf: Shelf) -> None:
    """The query's story and nine others are one thread: all that is found first is of one group."""

    def thread(row: int) -> range | tuple[int, ...]:
        return range((row - 1) // STORIES * 0 + 1, ARTICLES + 1) if (row - 1) % STORIES < 10 else (row,)

    groups = {
        row: tuple(r for r in thread(row) if (r - 1) % STORIES < 10 or r == row) for row in range(1, ARTICLES + 1)
    }
    found = shelf.related("n3", 20, group_of=groups.__getitem__)
    assert rows_of(found)[0] == best(shelf, "n3", Filter())[0]
    assert len(found.hits) == 20
    assert sum((row - 1) % STORIES < 10 for row in rows_of(found)) == 1
    assert len(found.hits[0].collapsed) == ARTICLES // STORIES * 10 - 2
    assert found.hits[1].collapsed == ()


def test_groups_by_the_oracle(shelf: Shelf) -> None:
    groups = {row: tuple(range(row - (row - 1) % 5, row - (row - 1) % 5 + 5)) for row in range(1, ARTICLES + 1)}
    for id in ("n40", "n1000"):
        wanted = best(shelf, id, Filter(), groups.__getitem__)
        assert rows_of(shelf.related(id, 15, group_of=groups.__getitem__)) == wanted[:15]


def test_the_minimum_and_pages(shelf: Shelf) -> None:
    every = best(shelf, "n8", Filter())
    scores = Scorer(shelf.collection, shelf.query("n8"))(np.array(every, np.int64)).score
    least = float(scores[30])
    found = shelf.related("n8", 100, minimum=least)
    assert rows_of(found) == [row for row, score in zip(every, scores, strict=True) if score >= least]
    assert not found.more
    assert shelf.pages("n8", 4, minimum=least) == rows_of(found)
    assert shelf.related("n8", minimum=1.01) == RelatedResult(())


@pytest.mark.parametrize("diversity", [0.0, 0.4])
@pytest.mark.parametrize("wanted", [Filter(), days(100, 140), days(0, 1_000)], ids=["all", "some", "most"])
def test_pages_are_the_whole_cut_up(shelf: Shelf, wanted: Filter, diversity: float) -> None:
    whole = rows_of(shelf.related("n8", 30, wanted=wanted, diversity=diversity))
    found = shelf.pages("n8", 6, most=30, wanted=wanted, diversity=diversity)
    assert len(set(found)) == len(whole) == 30
    if not diversity or wanted == days(100, 140):  # else what is far off is searched less deep for a small page
        assert found == whole


def test_pages_go_to_the_end_without_doubles_or_gaps(shelf: Shelf) -> None:
    wanted = days(200, 300)
    found = shelf.pages("n8", 7, wanted=wanted)
    assert len(found) == len(set(found)) == 300
    assert set(found) == set(best(shelf, "n8", wanted))


def test_pages_survive_what_comes_and_goes_between(make_article: Any) -> None:
    shelf = Shelf(make_article(f"n{n}", story="s") for n in range(30))
    first = rows_of(shelf.related("n0", 10))
    shelf.put([make_article("new", story="s")])
    shelf.collection.remove(first[3])
    rest = shelf.related("n0", 100, shown=tuple(first))
    assert not set(rows_of(rest)) & set(first)
    assert len(rest.hits) == 31 - 1 - 10


# Order


def test_recency_halves(shelf: Shelf) -> None:
    query = shelf.query("n700")
    recency = Recency(30.0, query.day)
    least = shelf.related("n700", 45).hits[-1].score
    found = shelf.related("n700", 10, recency=recency, explain=True, minimum=least)
    every = np.array(best(shelf, "n700", Filter(), minimum=least), np.int64)
    worth = Scorer(shelf.collection, query)(every).score * 0.5 ** (
        np.abs(shelf.collection.days(every) - query.day) / 30
    )
    assert rows_of(found) == every[np.lexsort((every, -worth))][:10].tolist()
    assert [(h.explanation or {})["worth"] for h in found.hits] == pytest.approx(sorted(worth)[:-11:-1], abs=1e-4)
    assert any(a.score < b.score for a, b in zip(found.hits, found.hits[1:], strict=False))
    assert recency.weight(np.array([query.day - 30, query.day + 60, np.nan])).tolist() == [0.5, 0.25, 0.5]


def test_diversity_spreads(shelf: Shelf) -> None:
    plain = rows_of(shelf.related("n8", 10))
    assert rows_of(shelf.related("n8", 10, diversity=0.0)) == plain
    spread = rows_of(shelf.related("n8", 10, diversity=0.7))
    assert spread[0] == plain[0]

    def likeness(rows: list[int]) -> float:
        means = np.stack([shelf.collection.index.vectors(shelf.collection.member(r).passages).mean(0) for r in rows])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return float((means @ means.T).mean())

    assert likeness(spread) < likeness(plain) - 0.1


# Examples


def test_one_positive_is_a_plain_query(shelf: Shelf) -> None:
    assert find_related(shelf.collection, Examples((shelf.query("n8"),)), limit=20) == find_related(
        shelf.collection, shelf.query("n8"), limit=20
    )


def test_several_positives_share_the_hits_between_them(shelf: Shelf) -> None:
    examples = Examples((shelf.query("n1"), shelf.query("n31"), shelf.query("n2")))
    found = find_related(shelf.collection, examples, limit=100, options=Options(pairs=False))
    assert {(row - 1) % STORIES for row in rows_of(found)[:40]} == {1, 2}
    assert not {2, 32, 3} & set(rows_of(found))
    scores = [Scorer(shelf.collection, q)(np.array(rows_of(found), np.int64)).score for q in examples.positive]
    assert [h.score for h in found.hits] == pytest.approx(np.mean(scores, axis=0).tolist(), abs=1e-9)
    assert [h.positive for h in found.hits] == np.argmax(scores, axis=0).tolist()


def test_what_is_nearer_to_a_negative_is_left_out(shelf: Shelf) -> None:
    one, two = shelf.query("n1"), shelf.query("n2")
    both = find_related(shelf.collection, Examples((one, two)), limit=60)
    assert {(row - 1) % STORIES for row in rows_of(both)} >= {1, 2}
    found = find_related(shelf.collection, Examples((one,), (two,)), limit=60, options=Options(near_misses=5))
    stories = [(row - 1) % STORIES for row in rows_of(found)]
    assert stories[:48] == [1] * 48
    assert 2 not in stories
    assert 3 not in rows_of(found)
    assert {reason for miss in found.misses for reason in miss.reasons} == {"nearer_to_negative"}


# Near misses


def test_near_misses_say_why(shelf: Shelf) -> None:
    scores = best(shelf, "n8", Filter())
    wanted = replace(days(600, 200), sections=frozenset(["News"]))
    least = shelf.related("n8", 45).hits[-1].score
    found = shelf.related("n8", 100, wanted=wanted, minimum=least, near_misses=2_000)
    reasons = {miss.row: miss.reasons for miss in found.misses}
    assert not set(reasons) & {*rows_of(found), shelf.rows["n8"]}
    assert all(r[0] == "too_old" for row, r in reasons.items() if row <= 600)
    assert all(r[0] == "too_new" for row, r in reasons.items() if row > 800)
    assert {"too_old", "too_new"} < {r for some in reasons.values() for r in some}
    assert all(r == ("below_score",) for row, r in reasons.items() if row not in scores[:45])
    assert any(r == ("section",) for r in reasons.values())
    assert [m.score for m in found.misses] == sorted((m.score for m in found.misses), reverse=True)
    assert shelf.related("n8").misses == ()


def test_same_topic_only(shelf: Shelf) -> None:
    sure = shelf.related("n8", 20).hits[9].same_story
    found = shelf.related("n8", 20, same_story_minimum=sure, near_misses=1)
    assert all(hit.same_story >= sure for hit in found.hits)
    assert [miss.reasons for miss in found.misses] == [("same_topic_only",)]


def test_undated_articles_are_said_to_be(make_article: Any) -> None:
    shelf = Shelf([make_article("a", story="s"), make_article("b", story="s")])
    (miss,) = shelf.related("a", wanted=Filter(since=0.0), near_misses=5).misses
    assert (miss.row, miss.reasons) == (2, ("undated",))


# The columns of the filter


def test_facts_are_kept_and_named() -> None:
    rows = Rows()
    rows.put(1, Stated(10.0, 11.0), "Post", "News", None, "en")
    rows.put(5_000, Stated(20.0, 20.0), "Post", None, "Post", None)
    assert np.flatnonzero(rows.mask(Filter())).tolist() == [1, 5_000]
    assert np.flatnonzero(rows.mask(Filter(authors=frozenset(["Post"])))).tolist() == [5_000]
    assert rows.failing(1, Filter(since=11.0, authors=frozenset(["Post"]))) == ["too_old", "author"]
    assert rows.failing(5_000, Filter(until=20.0, sections=frozenset(["x"]))) == ["too_new", "section"]
    assert rows.failing(1, Filter(10.0, 10.1, frozenset(["Post"]), frozenset(["en"]), frozenset(["News"]))) == []


# What must hold of any collection


@pytest.mark.parametrize("seed", range(4))
def test_similarity_is_the_same_from_both_sides(shelf: Shelf, seed: int) -> None:
    """Not the score: how dense the hit's surroundings are, and over whom it is reached, belong to one side."""
    rng = np.random.default_rng(seed)
    for a, b in rng.integers(1, ARTICLES + 1, (5, 2)).tolist():
        there = Scorer(shelf.collection, shelf.collection.query(a))(np.array([b])).parts["similarity"][0]
        back = Scorer(shelf.collection, shelf.collection.query(b))(np.array([a])).parts["similarity"][0]
        assert there == pytest.approx(back, abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_an_unrelated_article_moves_no_score_by_more_than_idf_drifts(make_article: Any, seed: int) -> None:
    """With 60 articles the documented bound (`embeddings.lexical`) is 2 ln(62/61) / 2.5 = .013 of a cosine."""
    shelf = Shelf(make_article(f"{seed}-{n}", story=f"{seed}-{n % 3}", paragraphs=2) for n in range(60))
    before = {hit.row: hit.score for hit in shelf.related(f"{seed}-0", 19).hits}
    shelf.put([make_article(f"odd{seed}", story=f"odd{seed}")])
    after = {hit.row: hit.score for hit in shelf.related(f"{seed}-0", 19).hits}
    both = before.keys() & after.keys()
    assert len(both) >= 18
    assert max(abs(before[row] - after[row]) for row in both) < 0.013


@pytest.mark.parametrize("seed", range(3))
def test_what_is_deleted_is_in_no_answer(make_article: Any, seed: int) -> None:
    shelf = Shelf(make_article(f"{seed}-{n}", story=n % 4, paragraphs=2) for n in range(40))
    rng = np.random.default_rng(seed)
    for gone in (rng.permutation(39)[:10] + 2).tolist():
        shelf.collection.remove(gone)
        for options in ({}, {"near_misses": 99, "minimum": 0.5}, {"diversity": 0.5}, {"copies": frozenset([gone])},
                        {"group_of": lambda row: range(1, 41)}):  # fmt: skip
            found = find_related(shelf.collection, shelf.collection.query(1), limit=99, options=Options(**options))
            told = {*rows_of(found), *(m.row for m in found.misses), *(r for h in found.hits for r in h.collapsed)}
            assert gone not in told


def test_small_filters_are_scored_whole(shelf: Shelf) -> None:
    wanted = days(0, EXHAUSTIVE)
    assert len(shelf.related("n8", 1_000, wanted=wanted).hits) == EXHAUSTIVE - 1


# A closer look


def refusing(rows: set[int], seen: list[int]) -> Any:
    def refuse(judged: ScoredCandidates) -> list[str | None]:
        seen.extend(judged.rows.tolist())
        return ["odd" if row in rows else None for row in judged.rows.tolist()]

    return refuse


def test_what_is_refused_is_no_hit_and_says_why(shelf: Shelf) -> None:
    every, seen = rows_of(shelf.related("n8", 12)), []
    bad = {*every[1:4], every[6]}
    found = shelf.related("n8", 8, refuse=refusing(bad, seen), near_misses=3)
    assert rows_of(found) == [row for row in every if row not in bad]
    assert [(miss.row, miss.reasons) for miss in found.misses] == [(row, ("odd",)) for row in every[1:4]]
    assert len(seen) == len(set(seen))
    assert found.more


def test_of_a_group_the_best_that_is_not_refused_is_the_hit(shelf: Shelf) -> None:
    first, second, *_ = rows_of(shelf.related("n8", 10))
    groups = {first: (first, second), second: (first, second)}
    found = shelf.related("n8", 10, group_of=lambda row: groups.get(row, (row,)), refuse=refusing({first}, []))
    assert rows_of(found)[0] == second
    assert found.hits[0].collapsed == (first,)


def test_refusals_do_not_starve_and_are_bounded(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    every, seen = shelf.pages("n8", 1_000), []
    bad = set(every[:200])
    left = [row for row in every if row not in bad]
    assert len(shelf.related("n8", 5, refuse=refusing(bad, seen)).hits) == min(5, len(left))
    monkeypatch.setattr("embeddings.related.finding.EXAMINED_MOST", 30)
    seen.clear()
    assert shelf.related("n8", 5, refuse=refusing(bad, seen)).hits == ()
    assert len(seen) == 30


def test_another_order_is_of_the_best_and_ties_keep_theirs(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.related.finding.SORTED_MOST", 20)
    every = rows_of(shelf.related("n8", 20))
    by_row = shelf.pages("n8", 6, sort_by=lambda judged: judged.rows.astype(float))
    assert by_row == sorted(every, reverse=True)
    keys = {row: [1.0, float("nan"), 2.0][i % 3] for i, row in enumerate(every)}
    found = shelf.related("n8", 20, sort_by=lambda judged: np.array([keys.get(r, 0.0) for r in judged.rows.tolist()]))
    assert rows_of(found) == every[2::3] + every[0::3] + every[1::3]
    assert not found.more
