"""Which of two articles came first, as far as their dates say: a day is no midnight."""

import math

import pytest

from corpus import parse_published
from embeddings.times import Stated


def stated(text: str | None) -> Stated:
    return Stated.of(parse_published(text) if text else None)


@pytest.mark.parametrize(("one", "other", "earlier", "days"), [
    ("2011-05-19", "2011-05-19T09:00:00Z", False, 0.0),
    ("2011-05-19T09:00:00Z", "2011-05-19", False, 0.0),
    ("2011-05-19T00:00:00Z", "2011-05-19", False, 0.0),
    ("2011-05-19", "2011-05-19", False, 0.0),
    ("2011-05-19", "2011-05-20", True, 1.0),
    ("2011-05-19", "2011-05-20T00:00:00Z", True, 1.0),
    ("2011-05-19T23:59:00Z", "2011-05-20", True, 1.0),
    ("2011-05-19T09:00:00Z", "2011-05-19T21:00:00Z", True, 0.5),
    ("2011-05", "2011-05-19", False, 0.0),
    ("2011", "2011-05-19T09:00:00Z", False, 0.0),
    ("2011-04", "2011-05-19", True, 48.0),
    ("2010", "2011", True, 365.0),
    ("9999", "9999-12-31T23:00:00Z", False, 0.0),
])  # fmt: skip
def test_what_dates_say(one, other, earlier, days):
    a, b = stated(one), stated(other)
    assert a.is_before(b) is earlier
    assert not b.is_before(a)
    assert a.days_to(b) == pytest.approx(days)
    assert b.days_to(a) == pytest.approx(-days)
    assert parse_published(one).is_before(parse_published(other)) is earlier


def test_an_undated_article_is_neither_earlier_nor_later():
    known, unknown = stated("2011-05-19"), stated(None)
    assert not known.is_before(unknown)
    assert not unknown.is_before(known)
    assert math.isnan(known.days_to(unknown))
    assert not unknown.is_exact
    assert stated("2011-05-19T09:00:00Z").is_exact
    assert known.is_exact
    assert not stated("2011-05").is_exact
