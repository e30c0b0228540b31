"""What the pages say in words, and how a timeline is drawn: pure functions, no page."""

from datetime import UTC, date, datetime

import pytest

from corpus import Precision, Published
from service.duplicates.models import Duplicate
from service.http.web.timeline import days, volume
from service.http.web.words import (
    date_attribute,
    date_words,
    distance_words,
    evidence_words,
    gap_words,
    percent,
    relation_evidence,
    relation_sentence,
    relation_words,
)
from service.models import Brief
from service.threads.models import Member


def published(text: str, precision: Precision = Precision.DAY) -> Published:
    return Published(datetime.fromisoformat(text).replace(tzinfo=UTC), precision)


def test_dates_in_words():
    at = published("2011-03-04T05:06:07.891", Precision.INSTANT)
    assert date_words(at) == "4 March 2011, 05:06 UTC"
    assert date_words(at, clock=False) == "4 March 2011"
    assert date_attribute(at) == "2011-03-04T05:06:07Z"
    assert date_words(published("0001-01-01", Precision.YEAR)) == "1"
    assert date_attribute(published("0001-01-01", Precision.YEAR)) == "0001"
    assert date_words(published("2011-03-01", Precision.MONTH)) == "March 2011"
    assert date_words(None) == "undated"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("2024-01-01", "2024-01-02", "the next day"), ("2024-01-01", "2024-01-13", "12 days later"),
     ("2024-01-01", "2024-06-01", "about 5 months later"), ("2001-01-01", "2024-01-01", "about 23 years later")],
)  # fmt: skip
def test_gaps_in_words(before, after, expected):
    assert gap_words(published(before), published(after)) == expected


def test_vague_gaps_are_not_stated():
    month = published("2024-01-01", Precision.MONTH)
    assert gap_words(month, published("2024-01-20")) == ""
    assert gap_words(None, month) == gap_words(month, None) == ""


def test_shares_in_words():
    shares = [percent(share) for share in (0, 0.001, 0.924, 0.996, 1)]
    assert shares == ["0 %", "1 %", "92 %", "99 %", "100 %"]


def brief(id: str, at: datetime | None = None, precision: str | None = None) -> Member:
    return Member(
        id=id, headline=id, published=at, published_precision=precision, source=None, language=None, url=None,
        thread=None, score=None, novelty=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("exact", "Copies 100 % of the earlier text, under another headline."),
     ("near_copy", "Copies 92 % of the earlier text; 40 % of the later one is from there."),
     ("excerpt", "Copies 92 % of the earlier text; 40 % of the later one is from there."),
     ("contains", "Takes in 92 % of the earlier text; 40 % of the later one is from there.")],
)  # fmt: skip
def test_evidence_in_words(kind, expected):
    one = Brief(**brief("a").model_dump(exclude={"score", "novelty"}))
    evidence = {"article_covered": 0.4, "earlier_covered": 0.92, "same_title": False}
    assert evidence_words(Duplicate(article=one, earlier=one, kind=kind, score=0.9, evidence=evidence)) == expected


def test_relations_in_words():
    one, other = brief("a", datetime(2024, 1, 1, tzinfo=UTC), "day"), brief("b")
    assert relation_words("same topic") == "Same topic"
    assert relation_words(None) == "Little in common"
    assert relation_sentence("follow-up") == "Later in the same story."
    assert relation_sentence(None) == "Too little speaks for any relation."
    evidence = {"paragraphs_paired": 1, "paragraphs_copied": 0, "same_source": True, "verdict": "contains"}
    assert relation_evidence(evidence, one, other) == [
        "1 paragraph has a counterpart.", "By the same outlet.", "Stored as containing the other.",
    ]  # fmt: skip
    evidence = {"paragraphs_paired": 3, "paragraphs_copied": 2}
    assert relation_evidence(evidence, one, one) == [
        "3 paragraphs have a counterpart, 2 copied.", "Published the same day.",
    ]  # fmt: skip
    assert relation_evidence({"paragraphs_paired": 0, "paragraphs_copied": 0}, other, one) == [
        "No paragraph has a counterpart."
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [("2024-01-01T08:00", "2024-01-01T08:10", "Published within the hour."),
     ("2024-01-01T08:00", "2024-01-01T11:10", "Published 3 hours later."),
     ("2024-01-02T08:00", "2024-01-01T11:10", "Published 21 hours earlier."),
     ("2024-01-01T08:00", "2024-01-04T07:00", "Published 3 days later."),
     ("2024-01-03", "2024-01-02", "Published 1 day earlier."),
     ("2024-01-03T23:00", "2024-01-03", "Published the same day.")],
)  # fmt: skip
def test_distances_are_as_exact_as_the_dates(first, second, expected):
    at = [published(text, Precision.INSTANT if "T" in text else Precision.DAY) for text in (first, second)]
    assert distance_words(*at) == [expected]
    assert distance_words(at[0], None) == distance_words(None, at[0]) == []
    assert distance_words(at[0], published("2024-01-01", Precision.MONTH)) == []


def test_timeline_groups_by_what_is_known_of_the_day():
    day = datetime(2024, 1, 1, tzinfo=UTC)
    members = [
        brief("undated"), brief("month", day, "month"), brief("day", day, "day"),
        brief("hour", day.replace(hour=9), "instant"), brief("later", day.replace(day=13), "day"),
    ]  # fmt: skip
    groups = [([m.id for m in group.members], group.gap) for group in days(members)]
    assert groups == [(["undated"], ""), (["month"], ""), (["day", "hour"], ""), (["later"], "12 days later")]


def test_volume_is_by_day_month_or_year():
    assert volume([]) is None
    assert volume([date(2024, 1, 1)] * 3) is None
    by_day = volume([date(2024, 1, 1), date(2024, 1, 1), date(2024, 1, 5)])
    assert (by_day.unit, by_day.width) == ("day", 50)
    assert [(bar.x, bar.height, bar.words) for bar in by_day.bars] == [
        (0, 40, "1 January 2024: 2 articles"),
        (40, 20, "5 January 2024: 1 article"),
    ]
    assert by_day.words == "3 dated articles from 1 January 2024 to 5 January 2024, at most 2 a day (1 January 2024)"
    assert volume([date(2023, 1, 1), date(2024, 1, 5)]).unit == "month"
    assert volume([date(1, 1, 1), date(9999, 12, 31)]).unit == "year"
