"""The benchmark for duplicates: what can be tried without the data it is made of."""

import json
from datetime import datetime, timedelta
from itertools import cycle

import pytest

texts = pytest.importorskip("benchmarks.duplicates.texts", reason="benchmarks are not part of the wheel")

from benchmarks.duplicates.edits import EDITS, Desk  # noqa: E402
from benchmarks.duplicates.generate import make, write  # noqa: E402
from benchmarks.duplicates.measure import TextOnly  # noqa: E402
from benchmarks.duplicates.news_copy import BadNewsCopy, read_news_copy  # noqa: E402
from benchmarks.duplicates.records import figures, read_set, run  # noqa: E402

ARTICLES = {
    "a": "The mill at Arvend burned for three days, and the river carried the ash to the sea.",
    "b": {"article": "The mil1 at Arvend burncd for three days.", "headline": "Mill burns", "date": "1931-05-02"},
    "c": {"text": "The council of Talmouth met on Tuesday."},
}


def words(n, start):
    """Sentences of invented words that no other start shares."""
    return " ".join(f"Word{chr(97 + i % 26)}{chr(97 + start)} goes {i + start * 7} by." for i in range(n // 4))


@pytest.fixture
def news_copy(tmp_path):
    def read(clusters, articles=ARTICLES):
        for name, content in (("articles", articles), ("clusters", clusters)):
            (tmp_path / f"{name}.json").write_text(json.dumps(content))
        return read_news_copy(tmp_path / "articles.json", tmp_path / "clusters.json")

    return read


# The news copy set


@pytest.mark.parametrize("clusters", [[["a", "b"]], {"7": ["b", "a"]}, {"a": 7, "b": 7}])
def test_reads_each_shape(news_copy, clusters):
    found = news_copy(clusters)
    assert found.pairs == {frozenset("ab")}
    assert found.articles["b"].title == "Mill burns"
    assert found.articles["b"].text.startswith("The mil1")
    assert found.clusters["c"] not in {found.clusters["a"], found.clusters["b"]}


@pytest.mark.parametrize(
    ("clusters", "articles", "message"),
    [
        ([["a", "z"]], ARTICLES, "'z'"),
        ([["a", "b"], ["a"]], ARTICLES, "two clusters"),
        ("ab", ARTICLES, "list or an object of clusters"),
        ([], ["a"], "articles by id"),
        ([], {"a": 3}, "'a'"),
    ],
)
def test_says_what_is_wrong(news_copy, clusters, articles, message):
    with pytest.raises(BadNewsCopy, match=message):
        news_copy(clusters, articles)


@pytest.fixture
def pieces():
    at = datetime(2020, 3, 1)
    return [
        texts.Piece(
            f"Piece {i}",
            tuple(words(60, i + 40 * p) for p in range(4 + i % 12)),
            at + timedelta(hours=i),
            f"outlet{i % 3}.example",
        )
        for i in range(20)
    ]


def test_every_edit_changes_something_and_keeps_the_rest(pieces):
    for name, edit in EDITS.items():
        changed = edit.change(pieces[7], Desk(name, cycle(pieces[1:])))
        assert changed.paragraphs, name
        assert (changed != pieces[7]) == (name != "copy"), name


def test_a_correction_changes_one_number(pieces):
    changed = EDITS["corrected"].change(pieces[0], Desk("x", cycle(pieces)))
    before, after = (" ".join(p.paragraphs).split() for p in (pieces[0], changed))
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_the_same_seed_gives_the_same_set_and_it_can_be_measured(pieces, tmp_path):
    first, again = (make(pieces, 120, seed=3) for _ in range(2))
    assert first.articles == again.articles
    assert first.truth == again.truth
    write(first, tmp_path)
    labelled = read_set(tmp_path)
    dates = [article.published.at for article in labelled.articles]
    assert dates == sorted(dates)
    found = figures(labelled, run(TextOnly(), labelled.articles), TextOnly.accepts)
    assert found["kinds"]["exact"]["found"] == 1
    assert found["edits"]["update/corrected"]["pairs"] >= 2
