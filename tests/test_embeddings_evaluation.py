"""The scores, by values worked out by hand, and against the script that every published figure comes from."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from embeddings.evaluation.clustering import b_cubed
from embeddings.evaluation.retrieval import mean_average_precision, precision_at_1

SCORE = Path(__file__).parents[2] / "shared" / "tools" / "score.py"

GOLD = {"a": "flood", "b": "flood", "c": "flood", "d": "strike", "e": "strike", "f": "single"}


# B-cubed


def test_b_cubed_worked_out_by_hand():
    """Threads abd | ce | f.

    Precision: a and b share a thread of 3 with one other of their story: 2/3 each; d 1/3; c, e 1/2; f 1.
    Recall: a and b 2/3 each; c 1/3; d 1/2; e 1/2; f 1.
    """
    scores = b_cubed(GOLD, {"a": "1", "b": "1", "d": "1", "c": "2", "e": "2", "f": "3"})
    precision = (2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2 + 1) / 6
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2 + 1) / 6
    assert scores.precision == pytest.approx(precision)
    assert scores.recall == pytest.approx(recall)
    assert scores.f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_the_same_threads_under_other_names():
    scores = b_cubed(GOLD, {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y", "f": "a"})
    assert (scores.precision, scores.recall, scores.f1) == pytest.approx((1, 1, 1))


def test_everything_in_one_thread():
    """Precision: 3/6 three times, 2/6 twice, 1/6 once, that is 14/36; recall 1."""
    scores = b_cubed(GOLD, dict.fromkeys(GOLD, "one"))
    assert (scores.precision, scores.recall) == pytest.approx((14 / 36, 1))
    assert scores.f1 == pytest.approx(2 * 14 / 50)


def test_articles_without_a_thread_are_threads_of_one():
    """Recall: 1/3 three times, 1/2 twice, 1 once, that is 3/6. No two of them share a thread."""
    scores = b_cubed(GOLD, {})
    assert (scores.precision, scores.recall) == pytest.approx((1, 0.5))
    assert scores == b_cubed(GOLD, {id: id for id in GOLD})


def test_a_thread_named_like_an_article_is_not_that_article():
    """`b` has no thread; the thread of `a` is called "b"."""
    scores = b_cubed({"a": "s", "b": "s"}, {"a": "b"})
    assert (scores.precision, scores.recall) == pytest.approx((1, 0.5))


def test_articles_without_a_story_are_left_out():
    threads = {"a": "1", "b": "1", "x": "1", "y": "1"}
    assert b_cubed({"a": "s", "b": "s"}, threads).precision == pytest.approx(1)


def test_nothing_to_compare_with():
    with pytest.raises(ValueError, match="no article"):
        b_cubed({}, {"a": "1"})


# Retrieval


def test_retrieval_worked_out_by_hand():
    """Queries are a to e; f is alone in its story.

    a wants b and c, found at 2 and 3: (1/2 + 2/3) / 2. b wants a and c, finds a at 1: (1 + 0) / 2.
    c: nothing said. d wants e, found at 1. e wants d, found at 4 (itself, at 2, is no rank): 1/4.
    """
    ranked = {
        "a": ["x", "b", "c"],
        "b": ["a", "e", "f"],
        "d": ["e"],
        "e": ["a", "e", "b", "c", "d"],
        "f": ["a"],
    }
    average_precisions = [(1 / 2 + 2 / 3) / 2, 1 / 2, 0, 1, 1 / 4]
    assert mean_average_precision(GOLD, ranked) == pytest.approx(sum(average_precisions) / 5)
    assert precision_at_1(GOLD, ranked) == pytest.approx(2 / 5)


def test_perfect_and_empty():
    ranked = {id: [other for other in GOLD if GOLD[other] == GOLD[id]] for id in GOLD}
    assert mean_average_precision(GOLD, ranked) == pytest.approx(1)
    assert precision_at_1(GOLD, ranked) == pytest.approx(1)
    assert mean_average_precision(GOLD, {}) == 0
    assert precision_at_1(GOLD, {}) == 0


@pytest.mark.parametrize("score", [mean_average_precision, precision_at_1])
@pytest.mark.parametrize("gold", [{}, {"a": "s", "b": "t"}])
def test_nothing_to_find(score, gold):
    with pytest.raises(ValueError, match="two articles"):
        score(gold, {"a": ["b"]})


@pytest.mark.skipif(not SCORE.exists(), reason=f"{SCORE} is not there: compared by hand-made values only")
@pytest.mark.parametrize("seed", range(3))
def test_the_same_figures_as_score_py(tmp_path, seed):
    chance = random.Random(seed)
    ids = [f"n{i}" for i in range(60)]
    gold = {id: f"s{chance.randrange(15)}" for id in ids}
    threads = {id: f"t{chance.randrange(20)}" for id in ids if chance.random() < 0.9}
    ranked = {id: chance.sample(ids, 12) for id in ids if chance.random() < 0.9}

    def write(name, key, values):
        lines = (json.dumps({"id": id, key: value}) for id, value in values.items())
        (tmp_path / name).write_text("\n".join(lines))

    def score(kind, name):
        arguments = [sys.executable, SCORE, kind, tmp_path / "gold", tmp_path / name]
        return json.loads(subprocess.run(arguments, capture_output=True, check=True).stdout)

    write("gold", "story", gold)
    write("threads", "thread", threads)
    write("related", "related", ranked)
    said = score("threads", "threads")
    ours = b_cubed(gold, threads)
    assert (ours.precision, ours.recall, ours.f1) == pytest.approx(
        (said["b3_precision"], said["b3_recall"], said["b3_f1"])
    )
    said = score("related", "related")
    assert mean_average_precision(gold, ranked) == pytest.approx(said["map"])
    assert precision_at_1(gold, ranked) == pytest.approx(said["p_at_1"])
