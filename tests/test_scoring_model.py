"""The coefficients that ship: whole, of known data, and with the properties that the documents promise."""

import json
import math
from dataclasses import MISSING, asdict, fields, replace
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.search.languages import Between
from embeddings.search.similarity import (
    DENSITY_NEIGHBOURS,
    Model,
    Parts,
    adjusted,
    bridged,
    density,
    in_languages,
    model,
    model_of,
    relatedness,
    same_story,
    similarity,
    worth,
)

WEIGHTS = ("words", "names", "passages", "lead")
STORIES = {"threads-ecbplus", "threads-basil", "threads-allsides-dev", "threads-wcep-2002-2018"}
GRADES = "pairs-semeval22-t8-train-subset"


@pytest.fixture(scope="module")
def file() -> Any:
    return json.loads(resources.files("embeddings.search").joinpath("scoring.json").read_text("utf-8"))


def parts(**given: float) -> Parts:
    """Of one pair: an identical article but for what is given."""
    values = {"words": 1.0, "names": 1.0, "forward": 1.0, "backward": 1.0, "lead": 1.0, "days": 0.0} | given
    return Parts(**{name: np.array([value]) for name, value in values.items()})


def between(*, unread: bool, by_words: float = 0.0) -> Between:
    """Of one pair in one language."""
    return Between(np.array([unread]), np.array([False]), np.array([by_words]))


def test_every_coefficient_is_a_finite_number(file: Any) -> None:
    needed = {field.name for field in fields(Model) if field.default is MISSING}
    assert needed <= set(file["coefficients"]) <= {field.name for field in fields(Model)}
    assert all(math.isfinite(value) for value in asdict(model()).values())


def test_another_file_can_be_read(file: Any, tmp_path: Path) -> None:
    changed = file["coefficients"] | {"gap": 0.5}
    (tmp_path / "other.json").write_text(json.dumps({"coefficients": changed}))
    assert Model.read(tmp_path / "other.json") == replace(model(), gap=0.5)


def test_the_data_it_was_fitted_to_are_known_by_their_digests(file: Any) -> None:
    assert set(file["trained_on"]) == STORIES | {GRADES}
    for some in file["trained_on"].values():
        assert len(bytes.fromhex(some["sha256"])) == 32
        assert some["articles"] > 0
    assert "benchmarks/train_scoring.py" in file["command"]


def test_each_set_has_a_figure_that_it_was_left_out_of(file: Any) -> None:
    assert set(file["figures"]) == set(file["trained_on"])
    for name, found in file["figures"].items():
        main = "pearson" if name == GRADES else "map"
        assert 0 < found["left_out"][main] <= 1
        assert 0 < found["all"][main] <= 1


def test_the_weights_are_a_mean() -> None:
    """The cut of threads is on this scale."""
    assert sum(getattr(model(), name) for name in WEIGHTS) == pytest.approx(1, abs=0.003)
    assert model().density_share == 0.5


def test_nothing_is_more_alike_than_the_same_article() -> None:
    whole = similarity(parts())[0]
    assert whole == pytest.approx(1, abs=0.003)
    for name in ("words", "names", "forward", "backward", "lead"):
        assert similarity(parts(**{name: 0.9}))[0] < whole
    assert similarity(parts(days=1.0))[0] < whole
    assert similarity(parts(days=float("nan")))[0] < whole


@pytest.mark.parametrize("name", ["words", "names", "forward", "backward", "lead"])
def test_the_score_rises_with_each_part(name: str) -> None:
    found = [score(similarity(parts(**{name: value}))) for value in np.linspace(0, 1, 11)]
    assert all(a < b for a, b in pairwise(found))


def test_the_score_falls_with_the_days_up_to_a_year() -> None:
    found = [score(similarity(parts(days=days))) for days in (0.0, 1.0, 7.0, 30.0, 365.0)]
    assert all(a > b for a, b in pairwise(found))
    assert similarity(parts(days=365.0)) == similarity(parts(days=9999.0))


def test_words_stand_in_for_names_and_paragraphs_for_leads() -> None:
    nan = float("nan")
    assert similarity(parts(words=0.4, names=nan)) == similarity(parts(words=0.4, names=0.4))
    assert similarity(parts(forward=0.4, backward=0.6, lead=nan)) == pytest.approx(
        similarity(parts(forward=0.4, backward=0.6, lead=0.5))
    )


def test_an_unrelated_neighbour_moves_no_density() -> None:
    near = [0.7, 0.6]
    unrelated = model().background - 0.01
    for count in (1, 5, 20):
        assert density([*near, *[unrelated] * count]) == pytest.approx(density(near), abs=1e-12)
    assert density([]) == pytest.approx(model().background)
    assert density([*near, model().background + 0.01]) > density(near)
    assert density([0.9] * DENSITY_NEIGHBOURS) == pytest.approx(0.9)


def test_the_bridge_of_a_direct_neighbour_is_its_own_step() -> None:
    first = np.array([0.5, 0.3])
    second = np.array([[np.inf, -np.inf, 0.4, -np.inf], [-np.inf, np.inf, 0.6, -np.inf]])
    assert bridged(first, second).tolist() == [0.5, 0.3, 0.4, 0.0]
    assert bridged(np.empty(0), np.empty((0, 3))).tolist() == [0, 0, 0]


def test_a_bridge_lifts_and_a_dense_hit_steps_back() -> None:
    own, other = np.array([0.5]), np.array([0.3])
    none, strong = np.zeros(1), np.array([0.4])
    assert worth(own, other, strong) > worth(own, other, none) > worth(own, other + 0.2, none)
    assert same_story(own, strong) > same_story(own, none)


def test_both_numbers_are_within_0_and_1_and_a_copy_is_near_1() -> None:
    for similarities in (np.array([-0.5]), np.array([1.0])):
        for value in (score(similarities), same_story(similarities, np.zeros(1))[0]):
            assert 0 < value < 1
    level = model().background
    copy = similarity(parts())
    steps = adjusted(copy, level, np.array([level]))
    assert relatedness(copy, np.array([level]), steps)[0] > 0.9
    assert same_story(steps, steps)[0] > 0.9


def score(similarities: Any) -> float:
    """In a sparse neighbourhood, without a bridge."""
    return float(relatedness(similarities, np.array([model().background]), np.zeros(1))[0])


# Other encoders


def test_the_multilingual_encoder_has_coefficients_and_threads_are_cut_as_ever() -> None:
    other = model_of("multilingual-e5-small@1571fc982750-1")
    assert other is not None
    assert other != model()
    for name in ("gap", "gap_unknown_days", "background", "density_share"):  # what threads are cut by
        assert getattr(other, name) == getattr(model(), name)
    assert model_of("all-MiniLM-L6-v2@53aa51172d14") is model()
    assert model_of("somebody-s-model@0123456789ab") is None


def test_words_stand_in_for_vectors_that_are_not_read() -> None:
    given = parts(words=0.04, names=0.04, forward=0.9, backward=0.9, lead=0.9)
    there, gone = similarity(given)[0], similarity(in_languages(given, between(unread=True)))[0]
    assert there > 0.5
    assert gone < 0.15
    assert similarity(in_languages(given, between(unread=False)))[0] == there


def test_where_a_language_has_many_articles_its_words_say_as_much_as_vectors_would() -> None:
    story, other = parts(words=0.1, names=0.1), parts(words=0.014, names=0.0)
    few, many = (between(unread=True, by_words=some) for some in (0.2, 0.9))
    assert similarity(in_languages(story, few))[0] < 0.35 < similarity(in_languages(story, many))[0]
    assert similarity(in_languages(other, many))[0] < 0.3
    same = parts(words=1.0, names=1.0)
    assert similarity(in_languages(same, many))[0] < similarity(same)[0]


def test_vectors_stand_in_for_words_between_two_languages() -> None:
    other = model_of("multilingual-e5-small@")
    assert other is not None
    given = parts(words=0.0, names=0.0, forward=0.8, backward=0.8, lead=0.8)
    apart = similarity(given, other)[0]
    across = similarity(replace(given, across=np.array([True])), other)[0]
    assert across > apart + 0.1
    shared = replace(parts(words=0.64, names=0.64, forward=0.8, backward=0.8, lead=0.8), across=np.array([True]))
    assert similarity(shared, other)[0] > across  # what they do have in common counts
