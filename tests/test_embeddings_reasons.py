"""Why an article is in its thread: numbers that add up, by the one score that threads are made by."""

import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from corpus import Level
from embeddings.compare import Side
from embeddings.threads import CUTS, choose_thread, newcomer_scores
from embeddings.threads.describe import Reasons, best_pairs, reasons, shared_terms
from embeddings.threads.describe.reasons import MEMBERS_MOST, NEAREST_SHOWN, standing
from embeddings.threads.incremental import Shape, shape_of
from embeddings.threads.pairs import COHESION_LONE, PAIR_GAP
from service.archive import Archive


def asked(archive: Archive, row: int, level: Level = Level.STORY) -> Reasons:
    membership = archive.memory.levels[level]
    return reasons(
        archive.memory.collection, row, membership.thread_of[row], membership.thread_of, membership.members, CUTS[level]
    )


def row_of(archive: Archive, id: str) -> int:
    return next(row for row in archive.memory.collection.rows() if archive.memory.collection.member(row).id == id)


@pytest.mark.parametrize("level", Level)
def test_the_parts_add_up_to_the_pair_score_and_have_their_signs(sample_archive: Archive, level: Level) -> None:
    told = 0
    for row in sample_archive.memory.collection.rows():
        found = asked(sample_archive, row, level)
        assert [near.score for near in found.nearest] == sorted((near.score for near in found.nearest), reverse=True)
        for near in found.nearest:
            parts = (near.similarity, near.gap, near.cohesion, near.length, near.overlap, near.series, near.round_up)
            assert sum(parts) == pytest.approx(near.score, abs=5e-6)
            assert near.gap <= 0 <= near.overlap
            assert near.cohesion == pytest.approx(-COHESION_LONE)
            assert near.membership == pytest.approx(1 / (1 + math.exp(-17.9 * (near.score - CUTS[level]))), abs=1e-4)
            thread_of = sample_archive.memory.levels[level].thread_of
            assert thread_of[near.row] == thread_of[row]
            assert near.row != row
            told += 1
    assert told > 20


def test_a_pair_has_one_score_from_both_sides(sample_archive: Archive) -> None:
    whole = {row: asked(sample_archive, row) for row in sample_archive.memory.collection.rows()}
    scores = {(row, near.row): near.score for row, found in whole.items() for near in found.nearest}
    both = [(a, b) for a, b in scores if (b, a) in scores]
    assert len(both) > 20
    assert all(scores[a, b] == pytest.approx(scores[b, a], abs=2e-5) for a, b in both)


def test_the_date_gap_is_what_days_cost(archive: Archive, make_article: Any, fill: Any) -> None:
    one, other = (make_article(id, story="s", paragraphs=9, published=day)
                  for id, day in (("a", "2024-01-01"), ("b", "2024-01-08")))  # fmt: skip
    fill(archive, one, other)
    archive.memory.assign(2, archive.memory.assignment(1))
    (near,) = asked(archive, 1).nearest
    assert near.days == 7
    assert near.gap == pytest.approx(-PAIR_GAP * math.log1p(7), abs=1e-5)


class One:
    """Implements `SomeShapes` of one thread."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape

    def of(self, thread: str) -> Shape:
        return self._shape

    def size(self, thread: str) -> int:
        return self._shape.size


def test_a_thread_is_as_near_as_a_newcomer_finds_it(sample_archive: Archive) -> None:
    """`standing` and `choose_thread` are two ways to one number."""
    collection, level = sample_archive.memory.collection, sample_archive.memory.levels[Level.STORY]
    thread, members = max(level.members.items(), key=lambda pair: (len(pair[1]), pair[0]))
    rows = np.array(sorted(members), np.int64)
    near = {other for row in members for other in collection.neighbours.links(row)} - members
    query = collection.query(max(near, key=lambda row: (collection.neighbours.links(row).get(rows[0], 0.0), row)))
    scores = newcomer_scores(collection, rows, collection.similarities(query, rows), query.day, 150)
    days = collection.days(rows)
    shape = shape_of(collection, rows.tolist())
    assert shape.cohesion != 0
    assert shape.span == (float(np.nanmin(days)), float(np.nanmax(days)))
    chosen = choose_thread(rows, scores, query.day, dict.fromkeys(rows.tolist(), thread), One(shape))
    found = standing(thread, scores.tolist(), shape, query.day, CUTS[Level.STORY])
    assert 0 < found.score < 0.5
    assert found.score == pytest.approx(chosen.score, abs=1e-4)


def test_the_runner_up_is_the_nearest_other_thread(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, *(make_article(f"{s}{n}", story=s, paragraphs=9) for n in range(3) for s in "xyz"))
    words = [make_article(f"{s}9", story=s, paragraphs=6).text for s in "xy"]
    fill(archive, make_article("between", text="\n\n".join([words[0], words[0], words[1]])))
    between = row_of(archive, "between")
    archive.memory.assign(between, archive.memory.assignment(row_of(archive, "x0")))
    found = asked(archive, between)
    assert found.own is not None
    assert found.own.thread == archive.memory.thread_of[row_of(archive, "x0")]
    assert found.runner_up is not None
    assert found.runner_up.thread == archive.memory.thread_of[row_of(archive, "y0")]
    assert found.own.score > found.runner_up.score > asked_runner_up(archive, "z0")


def asked_runner_up(archive: Archive, id: str) -> float:
    found = asked(archive, row_of(archive, id)).runner_up
    assert found is not None
    return found.score


def test_an_article_alone_has_a_runner_up_below_the_cut(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, *(make_article(id, story=id, paragraphs=9) for id in "ab"))
    found = asked(archive, 1)
    assert (found.own, found.nearest) == (None, ())
    assert found.runner_up is not None
    assert found.runner_up.thread == archive.memory.thread_of[2]
    assert found.runner_up.nearness < CUTS[Level.STORY]
    assert found.runner_up.score < 0.5


def test_the_only_article_has_no_runner_up(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, make_article("a"))
    assert asked(archive, 1) == Reasons(None, (), None)
    with pytest.raises(KeyError):
        reasons(archive.memory.collection, 2, "t-x", {}, {}, 0.18)


def test_of_a_large_thread_the_nearest_members_are_compared(archive: Archive, make_article: Any, fill: Any) -> None:
    fill(archive, *(make_article(f"a{n}", story="a", paragraphs=1) for n in range(6)))
    rows = archive.memory.collection.rows()
    whole = {"t-one": set(rows)}
    found = reasons(archive.memory.collection, 1, "t-one", dict.fromkeys(rows, "t-one"), whole, 0.18)
    assert len(found.nearest) == NEAREST_SHOWN == 5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("embeddings.threads.describe.reasons"), "MEMBERS_MOST", 2)
        patch.setattr(import_module("embeddings.threads.describe.reasons"), "_CANDIDATES", 1)
        patch.setattr(archive.memory.collection.neighbours, "links", lambda row: {})
        few = reasons(archive.memory.collection, 1, "t-one", dict.fromkeys(rows, "t-one"), whole, 0.18)
    assert 2 <= len(few.nearest) <= 4
    assert MEMBERS_MOST == 200


def test_shared_terms_are_of_both_and_the_rarest_first(archive: Archive, make_article: Any, fill: Any) -> None:
    common = "The harbour was calm and the morning was grey as always in that town."
    fill(
        archive,
        make_article("a", title="One", text=f"Skerrow Ismay Halloran. {common}"),
        make_article("b", title="Two", text=f"Skerrow Ismay breakwater. {common}"),
        *(make_article(f"n{n}", title="More", text=f"Number {n}. {common}") for n in range(6)),
    )
    found = shared_terms(archive.memory.collection, 1, 2)
    assert set(found[:2]) == {"skerrow", "ismay"}
    assert not {"halloran", "breakwater"} & set(found)
    assert len(found) <= 8
    assert shared_terms(archive.memory.collection, 1, 3)[:1] != ["skerrow"]


def test_best_pairs_leave_boilerplate_out_and_are_in_the_order_of_the_text() -> None:
    vectors = np.eye(5, dtype=np.float32)
    hashes = tuple("abcde")
    one = Side(vectors, hashes, np.array([200.0, 10.0, 0.0, 300.0, 150.0]))
    found = best_pairs(one, Side(vectors, hashes, np.full(5, 200.0)))
    assert [(pair.a, pair.b) for pair in found] == [(0, 0), (3, 3), (4, 4)]
    assert best_pairs(one, Side(-vectors, tuple("vwxyz"), np.full(5, 200.0))) == ()
