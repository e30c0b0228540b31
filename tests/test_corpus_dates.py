"""Dates are read as exactly as they are stated, and never guessed."""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Precision
from corpus.dates import looks_like_date_line, moment, parse_published
from corpus.errors import BadRecord


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("November 16, 2011", "2011-11-16"),
        ("16 November 2011", "2011-11-16"),
        ("Nov. 16, 2011", "2011-11-16"),
        ("Nov 16,2011", "2011-11-16"),
        ("NOVEMBER 16 2011", "2011-11-16"),
        ("Wednesday, 16 Nov 2011", "2011-11-16"),
        ("Wed. November 16, 2011", "2011-11-16"),
        ("November 16th, 2011", "2011-11-16"),
        ("the 1st", None),
        ("1st of Sept. 2011", "2011-09-01"),
        ("  16\u00a0 Nov  2011 ", "2011-11-16"),
        ("16-Nov-2011", "2011-11-16"),
        ("2011 November 16", "2011-11-16"),
        ("2011-11-16", "2011-11-16"),
        ("2011/11/16", "2011-11-16"),
        ("2011.11.16", "2011-11-16"),
        ("20111116", "2011-11-16"),
        ("16/11/2011", "2011-11-16"),
        ("11/16/2011", "2011-11-16"),
        ("05/05/2011", "2011-05-05"),
        ("November 2011", "2011-11"),
        ("2011-11", "2011-11"),
        ("11/2011", "2011-11"),
        ("2011", "2011"),
        ("0001-01-01", "0001-01-01"),
        ("9999-12-31", "9999-12-31"),
        ("0001", "0001"),
        ("16 Nov 2011, 14:30 GMT", "2011-11-16T14:30:00Z"),
        ("16 Nov 2011 14:30", "2011-11-16T14:30:00Z"),
        ("14:30 GMT, 16 Nov 2011", "2011-11-16T14:30:00Z"),
        ("2:30 PM on Wednesday, November 16, 2011", "2011-11-16T14:30:00Z"),
        ("November 16, 2011 at 12:05 a.m.", "2011-11-16T00:05:00Z"),
        ("November 16, 2011 12 pm", "2011-11-16T12:00:00Z"),
        ("November 16, 2011 5:22 p.m. ET", "2011-11-16T22:22:00Z"),
        ("July 16, 2011 5:22 p.m. ET", "2011-07-16T21:22:00Z"),
        ("16 Nov 2011 14:30 CEST", "2011-11-16T12:30:00Z"),
        ("16 Nov 2011 14:30 UTC+3", "2011-11-16T11:30:00Z"),
        ("2011-11-16T14:30:00Z", "2011-11-16T14:30:00Z"),
        ("2011-11-16T14:30:00", "2011-11-16T14:30:00Z"),
        ("2011-11-16 14:30:00.25+05:30", "2011-11-16T09:00:00.250000Z"),
        ("2011-11-16T14:30:00\u221205:00", "2011-11-16T19:30:00Z"),
        ("20111116T143000Z", "2011-11-16T14:30:00Z"),
        ("20111116T143000+0100", "2011-11-16T13:30:00Z"),
        ("Wed, 16 Nov 2011 14:30:00 +0000 (UTC)", "2011-11-16T14:30:00Z"),
        ("Wed Nov 16 14:30:00 +0000 2011", "2011-11-16T14:30:00Z"),
        ("2011-11-16T24:00:00Z", "2011-11-17T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("0001-01-01T05:00:00+05:00", "0001-01-01T00:00:00Z"),
    ],
)
def test_usual_forms(value: str, expected: str | None) -> None:
    if expected is None:
        assert not looks_like_date_line(value)
    else:
        assert str(parse_published(value)) == expected
        assert looks_like_date_line(value)


@pytest.mark.parametrize(
    ("value", "precision"),
    [
        ("16 Nov 2011 14:30", Precision.INSTANT),
        ("16 Nov 2011", Precision.DAY),
        ("Nov 2011", Precision.MONTH),
        ("2011", Precision.YEAR),
    ],
)
def test_precision_is_what_is_stated(value: str, precision: Precision) -> None:
    assert parse_published(value).precision is precision


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("yesterday", "not a date"),
        ("Wednesday", "not a date"),
        ("2 hours ago", "not a date"),
        ("", "not a date"),
        ("16 Nov", "not a date"),
        ("Nov 16", "not a date"),
        ("16 Nov 11", "not a date"),
        ("11/16/11", "not a date"),
        ("mid-November 2011", "not a date"),
        ("1321453800", "not a date"),
        ("\u0662\u0660\u0661\u0661", "not a date"),
        ("2011-11-16T", "not a date"),
        ("03/04/2011", "two dates"),
        ("3-4-2011", "two dates"),
        ("Feb 30, 2011", "not possible"),
        ("Feb 29, 2011", "not possible"),
        ("2011-13-01", "not possible"),
        ("2011-00", "not possible"),
        ("0 Nov 2011", "not possible"),
        ("0000", "not possible"),
        ("2011-11-16T25:00Z", "impossible time"),
        ("2011-11-16T14:60Z", "impossible time"),
        ("16 Nov 2011 14:30 pm", "impossible time"),
        ("16 Nov 2011 14", "incomplete time"),
        ("16 Nov 2011 14:30 +25:00", "impossible zone"),
        ("16 Nov 2011 14:30 BST", "unknown or ambiguous"),
        ("16 Nov 2011 14:30 xyz", "unknown or ambiguous"),
        ("0001-01-01T00:00:00+01:00", "not possible"),
        ("9999-12-31T23:59:59-01:00", "not possible"),
        ("9999-12-31T24:00:00Z", "not possible"),
        ("November 16, 2011" + " " * 200_000, "too long"),
        ("1" * 200_000, "too long"),
        ("\ud800", "not a date"),
    ],
)
def test_what_would_be_a_guess_is_refused(value: str, why: str) -> None:
    start = time.perf_counter()
    with pytest.raises(BadRecord, match=why) as error:
        parse_published(value)
    assert error.value.field == "published"
    assert "2011-11-16" in str(error.value), "the message names forms that are taken"
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("16 Nov 2011 14:30 CET", datetime(2011, 11, 16, 13, 30), datetime(2011, 11, 16, 13, 30, 0, 1)),
        ("2011-11-16T23:59:59.999999Z", datetime(2011, 11, 16, 23, 59, 59, 999_999), datetime(2011, 11, 17)),
        ("2011-11-16", datetime(2011, 11, 16), datetime(2011, 11, 17)),
        ("2011-12-31", datetime(2011, 12, 31), datetime(2012, 1, 1)),
        ("2012-02-28", datetime(2012, 2, 28), datetime(2012, 2, 29)),
        ("2011-11", datetime(2011, 11, 1), datetime(2011, 12, 1)),
        ("2011-12", datetime(2011, 12, 1), datetime(2012, 1, 1)),
        ("2011", datetime(2011, 1, 1), datetime(2012, 1, 1)),
        ("9998", datetime(9998, 1, 1), datetime(9999, 1, 1)),
        ("9999", datetime(9999, 1, 1), datetime.max),
        ("9999-12", datetime(9999, 12, 1), datetime.max),
        ("9999-12-31", datetime(9999, 12, 31), datetime.max),
        ("9999-12-31T23:59:59.999999Z", datetime.max, datetime.max),
    ],
)
def test_a_filter_names_its_start_and_its_end(text: str, start: datetime, end: datetime) -> None:
    assert moment(text, "since") == start.replace(tzinfo=UTC)
    assert moment(text, "until", end=True) == end.replace(tzinfo=UTC)


@given(st.datetimes(max_value=datetime(9998, 1, 1)), st.sampled_from([26, 10, 7, 4]))
def test_a_time_is_within_the_bounds_of_its_day_month_and_year(at: datetime, length: int) -> None:
    text = at.isoformat(timespec="microseconds")[:length]
    start, end = moment(text, "since"), moment(text, "since", end=True)
    assert start <= at.replace(tzinfo=UTC) < end
    assert timedelta(0) < end - start <= timedelta(days=366)


@pytest.mark.parametrize("end", [False, True])
@pytest.mark.parametrize(
    ("text", "why"), [("yesterday", "not a date"), ("03/04/2011", "two dates"), ("", "not a date")]
)
def test_a_filter_that_is_not_a_date_is_named(text: str, why: str, end: bool) -> None:
    with pytest.raises(BadRecord, match=f"^until: .*{why}") as error:
        moment(text, "until", end=end)
    assert error.value.field == "until"
    assert "published" not in str(error.value)


@given(st.datetimes(timezones=st.just(None)))
def test_iso_comes_back_as_it_went_in(at: object) -> None:
    value = at.isoformat()  # type: ignore[attr-defined]
    assert str(parse_published(value)) == value + "Z"


@given(st.text(max_size=70) | st.from_regex(r"[0-9novjan :/.,+T-]{1,40}"))
def test_only_the_documented_error(value: str) -> None:
    with suppress(BadRecord):
        assert str(parse_published(value))
