"""Which articles are of one series, in memory; and how often a series comes."""

import math

import numpy as np
import pytest

from corpus import Form, SeriesMembership
from embeddings.duplicates import SeriesIndex, cadence, headline_frame


def rows(*numbers):
    return np.array(numbers, np.int64)


@pytest.fixture
def index():
    index = SeriesIndex()
    for row, series, form in ((3, 3, Form.TEMPLATE), (5, 3, Form.TEMPLATE), (6, 6, Form.COLUMN), (9, 6, Form.COLUMN)):
        index.add(row, SeriesMembership(series, form))
    return index


def test_pairs_of_one_template(index):
    assert index.same_frame(rows(3, 3, 6, 5, 1, 3), rows(5, 6, 9, 700, 2, 3)).tolist() == [True] + [False] * 5
    assert index.same_frame(rows(), rows()).tolist() == []
    assert SeriesIndex().same_frame(rows(1), rows(2)).tolist() == [False]


def test_of_whatever_form(index):
    assert index.are_of_one(6, 9)
    assert not index.are_of_one(6, 6)
    assert not index.are_of_one(1, 2)
    assert not index.are_of_one(3, 6)


def test_an_article_may_leave_or_change(index):
    index.remove(5)
    index.remove(5)
    assert index.members(3) == {3}
    index.add(3, SeriesMembership(6, Form.COLUMN))
    assert index.members(6) == {3, 6, 9}
    assert index.members(3) == frozenset()
    assert not index.same_frame(rows(3), rows(5)).any()
    index.clear()
    assert index.of(3) is None


@pytest.mark.parametrize(
    ("days", "name"),
    [
        ([0, 1, 2, 3], "daily"),
        ([0, 1, 2, 3, 4, 7, 8, 9, 10, 11], "daily"),  # not at weekends
        ([0.2, 7.3, 14.1, 14.1], "weekly"),
        ([0, 31, 59, 90], "monthly"),
        ([0, 365, 731], "yearly"),
        ([0, 3, 6, 9], None),
        ([0, 1], None),
        ([5, 5.2, 5.4], None),
        ([math.nan, 0, 1, math.nan], None),
        ([], None),
    ],
)
def test_cadence(days, name):
    assert cadence(days) == name


def test_pairs_of_one_column(index):
    assert index.same_column(rows(6, 3, 6, 6), rows(9, 5, 6, 3)).tolist() == [True, False, False, False]
    index.remove(9)
    assert not index.same_column(rows(6), rows(9)).any()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Five Things to Know for Tuesday, March 5", "Five Things to Know for Wednesday, March 6"),
        ("Crossword No. 4411", "Crossword no. 4412"),
        ("Monday\u2019s Briefing", "FRIDAY'S BRIEFING"),
        ("Die Nachrichten am Dienstag, 5. März", "Die Nachrichten am Mittwoch, 13. März"),
        ("L'essentiel du lundi 4 mars", "L'essentiel du mardi 5 mars"),
    ],
)
def test_headlines_of_one_frame(one, other):
    assert headline_frame(one) == headline_frame(other) is not None


@pytest.mark.parametrize("headline", ["Closing Bell", "Monday, March 4", "", "2024"])
def test_a_headline_that_says_no_day_or_nothing_else_has_no_frame(headline):
    assert headline_frame(headline) is None
