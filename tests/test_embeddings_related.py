"""Related coverage: nothing that should be found is lost to a filter, to a copy or to the order of things."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest

from corpus import ENCODED_MAX, Article, Precision, Published, body_hash, paragraph_hash, split_paragraphs, terms_of
from corpus.records import ParagraphKey, Profile
from embeddings.encoders import encoder_for
from embeddings.index import ExactIndex, VectorIndex
from embeddings.index.faiss import FaissIndex
from embeddings.related import GroupOf, Options, RelatedResult, find_related
from embeddings.related.finding import PAIR_LEAST, PAIRS_SHOWN, matching_paragraphs
from embeddings.search import Collection, Filter, Links, Query, day_of, lead_of
from embeddings.search.collection import QUERY_PASSAGES, spaced
from embeddings.search.similarity import DENSITY_NEIGHBOURS, density, model, similarity

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
ENCODER = encoder_for("hashing")


class Shelf:
    """A collection that articles are put on one by one, without a store."""

    def __init__(self, index: VectorIndex | None = None) -> None:
        self.index = index or ExactIndex(ENCODER.dimension)
        self.collection = Collection(self.index)
        self.rows: dict[str, int] = {}
        self._ids = count(1)

    def near(self, row: int) -> dict[int, float]:
        return self.collection.neighbours.nearest(row)

    def put(self, articles: Iterable[Article], *, connect: bool = True) -> None:
        for article in articles:
            row = len(self.rows) + 1
            split = split_paragraphs(article.text, count_tokens=ENCODER.count_tokens, max_tokens=ENCODER.max_tokens)
            some = split.paragraphs[:ENCODED_MAX]
            keys = tuple(ParagraphKey(next(self._ids), p.hash, p.end - p.start) for p in some)
            profile = Profile(
                row, article.id, article.published, article.source, article.language, body_hash(article.text),
                paragraph_hash(article.title), terms_of(article.title, article.text), b"", keys,
            )  # fmt: skip
            vectors = ENCODER.encode([p.of(article.text) for p in some])
            self.index.add(np.array([key.id for key in keys], np.int64), vectors)
            self.collection.add(profile, ENCODER.encode([article.title])[0])
            self.rows[article.id] = row
            if connect:
                query = self.collection.query(row)
                others = self.collection.candidates(query, 60)
                edges = self.collection.neighbours.wanted(others, self.collection.similarities(query, others))
                self.collection.neighbours.connect(row, edges)

    def related(self, id: str, limit: int = 10, **options: Any) -> RelatedResult:
        return find_related(self.collection, self.query(id), limit=limit, options=Options(**options))

    def query(self, id: str) -> Query:
        return self.collection.query(self.rows[id])


def ranking(found: RelatedResult) -> list[tuple[int, float]]:
    return [(hit.row, hit.score) for hit in found.hits]


@pytest.fixture(scope="module")
def articles(make_article: Any) -> list[Article]:
    """Two hundred on five stories, one a day, the sources and languages in turn."""
    return [
        replace(
            make_article(f"n{n}", story=n % 5),
            published=Published(FIRST + timedelta(days=n), Precision.DAY),
            source=f"s{n % 7}.example",
            language=("en", "de", "fr")[n % 3],
        )
        for n in range(200)
    ]


@pytest.fixture(scope="module", params=["exact", "faiss"])
def shelf(request: pytest.FixtureRequest, articles: list[Article]) -> Shelf:
    """All of them; only read."""
    made = Shelf(FaissIndex(ENCODER.dimension) if request.param == "faiss" else None)
    made.put(articles)
    return made


# Filters


def _window(first: int, days: int) -> Filter:
    start = day_of(Published(FIRST + timedelta(days=first), Precision.DAY))
    return Filter(start, start + days)


@pytest.mark.parametrize("id", ["n0", "n77", "n199"])
@pytest.mark.parametrize(
    "wanted",
    [_window(120, 2), _window(10, 40), Filter(sources=frozenset(["s3.example"])),
     Filter(languages=frozenset(["de", "fr"])),
     replace(_window(50, 100), sources=frozenset(["s1.example", "s2.example"]), languages=frozenset(["en"]))],
    ids=["one percent", "a fifth", "source", "languages", "all at once"],
)  # fmt: skip
def test_a_filter_returns_the_best_of_what_it_lets_through(shelf: Shelf, id: str, wanted: Filter) -> None:
    allowed = np.flatnonzero(shelf.collection.allowed(wanted))
    query = shelf.query(id)
    rest = allowed[allowed != query.row]
    similarities = shelf.collection.similarities(query, rest)
    found = shelf.related(id, limit=3, wanted=wanted, explain=True)
    assert len(found.hits) == min(3, len(rest))
    assert {hit.row for hit in found.hits} <= set(rest.tolist())
    scored = {int(row): s for row, s in zip(rest, similarities, strict=True)}
    assert all((hit.explanation or {})["similarity"] == scored[hit.row] for hit in found.hits)
    everything = shelf.related(id, limit=200)
    places = [row for row, _ in ranking(everything) if row in scored]
    inside = [row for row, _ in ranking(found) if row in places]
    assert inside == places[: len(inside)]
    if len(places) >= 3:
        assert inside == [row for row, _ in ranking(found)]


def test_a_filter_that_lets_all_through_changes_nothing(shelf: Shelf) -> None:
    assert ranking(shelf.related("n3", wanted=Filter())) == ranking(shelf.related("n3"))
    assert ranking(shelf.related("n3", wanted=_window(0, 200))) == ranking(shelf.related("n3"))


def test_a_filter_that_lets_nothing_through(shelf: Shelf) -> None:
    for wanted in (Filter(sources=frozenset(["none.example"])), Filter(languages=frozenset()), _window(500, 10)):
        assert shelf.related("n3", wanted=wanted) == RelatedResult(())


def test_a_window_begins_inclusive_and_ends_exclusive(shelf: Shelf) -> None:
    assert np.flatnonzero(shelf.collection.allowed(_window(4, 3))).tolist() == [5, 6, 7]


def test_undated_articles_are_in_no_window(make_article: Any) -> None:
    shelf = Shelf()
    shelf.put([make_article("a", story="s"), make_article("b", story="s"), make_article("c", story="s")])
    assert len(shelf.related("a").hits) == 2
    assert shelf.related("a", wanted=Filter(since=0.0)).hits == ()
    assert shelf.related("a", wanted=Filter(until=1e6)).hits == ()


# Copies


def test_copies_cost_no_hit(make_article: Any) -> None:
    first = [make_article(f"n{n}", story="s") for n in range(12)]
    copies = [make_article(f"c{n}{m}", title=f"Copy {m}", text=first[n].text) for n in (0, 1, 2) for m in range(6)]
    shelf = Shelf()
    shelf.put([*first, *copies])
    leader = {shelf.rows[f"c{n}{m}"]: shelf.rows[f"n{n}"] for n in (0, 1, 2) for m in range(6)}
    own = frozenset(row for row, of in leader.items() if of == shelf.rows["n0"])
    found = shelf.related("n0", limit=11, group_of=groups(leader), copies=own, near_misses=20)
    assert {miss.row for miss in found.misses} == own
    assert {miss.reasons for miss in found.misses} == {("copy",)}
    assert len(found.hits) == 11
    assert not found.more
    shown = [leader.get(hit.row, hit.row) for hit in found.hits]
    assert sorted(shown) == [shelf.rows[f"n{n}"] for n in range(1, 12)]
    for hit in found.hits:
        stood_for = {row for row in (*hit.collapsed, hit.row)}
        group = leader.get(hit.row, hit.row)
        assert stood_for == {group} | {row for row, of in leader.items() if of == group}
    plain = shelf.related("n0", limit=40)
    assert all(hit.collapsed == () for hit in plain.hits)
    assert len(plain.hits) == 29
    assert [hit.row for hit in found.hits] == _firsts(plain, leader, own=shelf.rows["n0"])


def groups(leader: dict[int, int]) -> GroupOf:
    """Groups by row, out of the leaders of all but the leaders."""
    members: dict[int, list[int]] = {}
    for row, of in leader.items():
        members.setdefault(of, [of]).append(row)
    return lambda row: members.get(leader.get(row, row), [row])


def _firsts(found: RelatedResult, leader: dict[int, int], own: int) -> list[int]:
    seen = {own}
    rows = []
    for hit in found.hits:
        if (group := leader.get(hit.row, hit.row)) not in seen:
            seen.add(group)
            rows.append(hit.row)
    return rows


def test_copies_of_what_fell_off_the_end_are_not_counted_elsewhere(make_article: Any) -> None:
    shelf = Shelf()
    first = [make_article(f"n{n}", story="s") for n in range(6)]
    shelf.put([*first, make_article("copy", title="Copy", text=first[5].text)])
    leader = {shelf.rows["copy"]: shelf.rows["n5"]}
    every = shelf.related("n0", group_of=groups(leader))
    for limit in range(1, 6):
        found = shelf.related("n0", limit=limit, group_of=groups(leader))
        assert found.hits == every.hits[:limit]
        assert found.more == (limit < len(every.hits))


# Limit and order


@pytest.mark.parametrize("limit", [1, 7, 50, 1000])
def test_the_limit_is_kept_and_only_cuts(shelf: Shelf, limit: int) -> None:
    every = ranking(shelf.related("n8", limit=1000))
    found = ranking(shelf.related("n8", limit=limit))
    assert found[:39] == every[: min(limit, 39)]
    assert len(found) == min(limit, 199)
    assert len(every) == 199
    assert {(row - 1) % 5 for row, _ in every[:39]} == {3}  # the story's; the others share no word with it
    assert shelf.rows["n8"] not in dict(every)
    assert len(dict(every)) == len(every)


def test_the_order_is_by_score_then_row(shelf: Shelf) -> None:
    found = ranking(shelf.related("n8", limit=1000))
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
    assert all(0 <= score <= 1 for _, score in found)
    assert ranking(shelf.related("n8", limit=1000)) == found


def test_the_best_hits_are_of_the_story(shelf: Shelf) -> None:
    for n in (0, 33, 101):
        assert {(row - 1) % 5 for row, _ in ranking(shelf.related(f"n{n}", limit=10))} == {n % 5}


def test_the_least_score_cuts(shelf: Shelf) -> None:
    every = ranking(shelf.related("n8", limit=1000))
    least = every[20][1]
    assert ranking(shelf.related("n8", limit=1000, minimum=least)) == [pair for pair in every if pair[1] >= least]
    assert shelf.related("n8", minimum=1.1).hits == ()


def test_the_order_of_arrival_plays_no_part(articles: list[Article]) -> None:
    shelves = []
    for some in (articles[:40], articles[39::-1]):
        shelves.append(Shelf())
        shelves[-1].put(some, connect=False)
    for id in ("n0", "n20"):
        one, other = (
            {shelf.collection.member(row).id: round(score, 9) for row, score in ranking(shelf.related(id, 39))}
            for shelf in shelves
        )
        assert one == other


def test_both_indexes_find_the_same(articles: list[Article]) -> None:
    exact, faiss = Shelf(), Shelf(FaissIndex(ENCODER.dimension))
    for shelf in (exact, faiss):
        shelf.put(articles[:60])
    for article in articles[:60:7]:
        assert [row for row, _ in ranking(exact.related(article.id))] == [
            row for row, _ in ranking(faiss.related(article.id))
        ]


def test_an_empty_collection_and_a_lone_article(make_article: Any) -> None:
    shelf = Shelf()
    article = make_article("a")
    passages = ENCODER.encode([article.text])
    query = Query(terms_of("", article.text), passages, (0,), passages[0], None, float("nan"))
    assert find_related(shelf.collection, query, limit=5) == RelatedResult(())
    shelf.put([article])
    assert shelf.related("a") == RelatedResult(())
    assert [hit.row for hit in find_related(shelf.collection, query, limit=5).hits] == [1]


# Deletion


@pytest.mark.parametrize("index", ["exact", "faiss"])
def test_a_deleted_article_is_gone_at_once(articles: list[Article], index: str) -> None:
    shelf = Shelf(FaissIndex(ENCODER.dimension) if index == "faiss" else None)
    shelf.put(articles[:60])
    while found := shelf.related("n0", limit=1).hits:
        shelf.collection.remove(found[0].row)
        assert found[0].row not in shelf.collection
        assert found[0].row not in {hit.row for hit in shelf.related("n0", limit=100).hits}
        assert all(found[0].row not in shelf.collection.neighbours.nearest(row) for row in shelf.collection.rows())
        with pytest.raises(KeyError):
            shelf.collection.remove(found[0].row)
    assert shelf.collection.rows() == [1]
    assert len(shelf.index) == len(shelf.query("n0").passages)


# Symmetry


def test_the_similarity_is_the_same_from_both_sides(shelf: Shelf) -> None:
    rows = [1, 2, 6, 50, 113, 200]
    for a in rows:
        for b in rows:
            if a == b:
                continue
            there = shelf.collection.compare(shelf.collection.query(a), np.array([b]))
            back = shelf.collection.compare(shelf.collection.query(b), np.array([a]))
            assert there.forward[0] == pytest.approx(back.backward[0], abs=1e-6)
            assert there.backward[0] == pytest.approx(back.forward[0], abs=1e-6)
            for part in ("words", "names", "lead", "days"):
                assert getattr(there, part)[0] == pytest.approx(getattr(back, part)[0], abs=1e-6, nan_ok=True)
            assert similarity(there)[0] == pytest.approx(similarity(back)[0], abs=1e-6)


def test_parts_that_do_not_apply_are_missing_and_do_no_harm(make_article: Any) -> None:
    shelf = Shelf()
    lower = make_article("lower", title="nothing here", text="no capital letters in this text at all. " * 5)
    shelf.put([lower, make_article("a"), make_article("b", published="2024-01-01")])
    parts = shelf.collection.compare(shelf.query("lower"), np.array([2, 3]))
    assert np.isnan(parts.names).all()
    assert np.isnan(parts.days).all()
    assert np.isfinite(similarity(parts)).all()


# Density and the graph


def test_missing_neighbours_count_as_background() -> None:
    assert density([]) == pytest.approx(model().background)
    assert density([1.0]) == pytest.approx((1 + model().background * (DENSITY_NEIGHBOURS - 1)) / DENSITY_NEIGHBOURS)
    assert density([0.5] * DENSITY_NEIGHBOURS + [0.1] * 50) == pytest.approx(0.5)
    assert density(np.array([0.1, 0.9] * DENSITY_NEIGHBOURS)) == pytest.approx(0.9)


def test_the_graph_is_the_same_loaded_as_grown(articles: list[Article]) -> None:
    grown = Shelf()
    stored: dict[tuple[int, int], float] = {}
    for article in articles[:50]:
        grown.put([article], connect=False)
        row = grown.rows[article.id]
        query = grown.collection.query(row)
        others = grown.collection.candidates(query, 60)
        edges = grown.collection.neighbours.wanted(others, grown.collection.similarities(query, others))
        grown.collection.neighbours.connect(row, edges)
        stored |= {(row, other): s for other, s in edges.items()}
    loaded = Shelf()
    loaded.put(articles[:50], connect=False)
    loaded.collection.neighbours.load(Links.of((a, b, s) for (a, b), s in reversed(stored.items())))
    rows = grown.collection.rows()
    assert [grown.near(row) for row in rows] == [loaded.near(row) for row in rows]
    gone = [1, 7, 8, 30, 49]
    for row in gone:
        grown.collection.remove(row)
    loaded.collection.neighbours.load(grown.collection.present(Links.of((a, b, s) for (a, b), s in stored.items())))
    rows = grown.collection.rows()
    assert [grown.near(row) for row in rows] == [loaded.near(row) for row in rows]
    assert grown.collection.neighbours.densities(rows).tolist() == loaded.collection.neighbours.densities(rows).tolist()


def test_each_has_its_nearest_in_the_graph(articles: list[Article]) -> None:
    shelf = Shelf()
    shelf.put(articles[:30])
    for row in shelf.collection.rows():
        nearest = shelf.collection.neighbours.nearest(row)
        assert len(nearest) == DENSITY_NEIGHBOURS
        assert list(nearest.values()) == sorted(nearest.values(), reverse=True)
        assert row not in nearest
        assert shelf.collection.neighbours.density(row) == pytest.approx(
            np.mean([max(s, model().background) for s in nearest.values()])
        )


def test_edges_are_the_nearest_and_those_whose_nearest_it_is(make_article: Any) -> None:
    shelf = Shelf()
    shelf.put([make_article(f"n{n}") for n in range(20)], connect=False)
    rows = np.arange(1, 21)
    few = shelf.collection.neighbours.wanted(rows[:3], np.array([0.1, 0.3, 0.2]))
    assert few == {2: 0.3, 3: 0.2, 1: 0.1}
    shelf.collection.neighbours.load(Links.of((20, other, 0.5) for other in range(1, 9)))
    edges = shelf.collection.neighbours.wanted(rows, np.array([0.9] * 8 + [0.2] * 11 + [0.4]))
    assert set(edges) == {*range(1, 9), *range(9, 20)}  # 9 to 19 lack neighbours; 20 has eight nearer ones
    edges = shelf.collection.neighbours.wanted(rows, np.array([0.9] * 8 + [0.2] * 11 + [0.6]))
    assert 20 in edges


# Paragraphs


def test_matching_paragraphs_are_pairs_of_their_own(make_article: Any) -> None:
    a = make_article("a", paragraphs=5)
    parts = a.text.split("\n\n")
    shelf = Shelf()
    shelf.put([a, make_article("b", title="Other", text="\n\n".join([parts[3], "Entirely else.", parts[1]]))])
    b = shelf.rows["b"]
    found = matching_paragraphs(shelf.collection, shelf.query("a"), [b])[b]
    assert {(p.query, p.hit) for p in found if p.score > 0.99} == {(3, 0), (1, 2)}
    assert len(found) <= PAIRS_SHOWN
    assert all(PAIR_LEAST <= p.score <= 1 for p in found)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    (hit,) = shelf.related("a").hits
    assert hit.pairs == found
    assert shelf.related("a", pairs=False).hits[0].pairs == ()


def test_long_articles_are_compared_by_spaced_paragraphs(make_article: Any) -> None:
    long = make_article("long", paragraphs=QUERY_PASSAGES * 2 + 1)
    last = long.text.split("\n\n")[-1]
    shelf = Shelf()
    shelf.put([long, make_article("end", title="The end", text=last), make_article("other")])
    query = shelf.query("long")
    assert len(query.passages) == QUERY_PASSAGES * 2 + 1
    some = spaced(query, QUERY_PASSAGES)
    assert len(some.passages) == len(some.positions) == QUERY_PASSAGES
    assert list(some.positions) == sorted(set(some.positions))
    assert (some.positions[0], some.positions[-1]) == (0, QUERY_PASSAGES * 2)
    assert max(np.diff(some.positions)) <= 3
    for at, position in enumerate(some.positions):
        assert (some.passages[at] == query.passages[position]).all()
    assert spaced(query, 1000) is query
    hit = shelf.related("long").hits[0]
    assert hit.row == shelf.rows["end"]
    assert (hit.pairs[0].query, hit.pairs[0].hit) == (QUERY_PASSAGES * 2, 0)


def test_the_lead_is_the_first_real_paragraph() -> None:
    keys = [ParagraphKey(7, "a", 12), ParagraphKey(8, "b", 60), ParagraphKey(9, "c", 500)]
    assert lead_of(keys) == 8
    assert lead_of(keys[:1]) == 7
    assert lead_of([]) == -1
