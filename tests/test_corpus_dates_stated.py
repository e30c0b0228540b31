"""What archives bring as dates: read in any usual form, left out with the reason, never guessed."""

import json
import time
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Precision
from corpus.dates import date_of, looks_like_date_line, parse_published, read_date
from corpus.errors import BadRecord
from corpus.fields.records import article_from_record

DAY, NINE = "2024-03-04", "2024-03-04T09:12:00Z"

FORMS = {
    # mail and feeds
    "Fri, 22 Sep 17 22:05:03 +0300": "2017-09-22T19:05:03Z",
    "Thu, 02 Jun 22 07:46:24 +0000": "2022-06-02T07:46:24Z",
    "Wed, 01 Jul 98 00:00:00 GMT": "1998-07-01T00:00:00Z",
    "Mon, 04 Mar 2024 09:12 +0000": NINE,
    "Mon, 04 Mar 2024 09:12:00 Z": NINE,
    "Mon, 04 Mar 2024 09:12:00 CST": "2024-03-04T15:12:00Z",
    "Monday, 04-Mar-24 09:12:00 UTC": NINE,
    # programs
    "2016/6/29 15:07:41": "2016-06-29T15:07:41Z",
    "2024-03-04 9:12:00 -0500": "2024-03-04T14:12:00Z",
    "2024-03-04T09:12:00.000+0000": NINE,
    "2024-03-04T09:12:00+01:00[Europe/Berlin]": "2024-03-04T08:12:00Z",
    "2024-07-04 09:12 America/New_York": "2024-07-04T13:12:00Z",
    "2024-03-04 09:12:00 +0000 UTC": NINE,
    "Mon Mar  4 09:12:00 2024": NINE,
    "Mon Mar 04 2024 09:12:00 GMT+0100 (Central European Standard Time)": "2024-03-04T08:12:00Z",
    "04/Mar/2024:09:12:00 +0000": NINE,
    "04-MAR-24 09.12.00.000000 AM": NINE,
    "2024:03:04 09:12:00": NINE,
    "20240304091200": NINE,
    "202403040912": NINE,
    "20240304 09:12": NINE,
    "20240304": DAY,
    "2024-03-04T09:12:00": NINE,
    "2024-03-04 09:12:00 UTC": NINE,
    "2024-3-4": DAY,
    "2024-W10-1": DAY,
    "2024-064": DAY,
    "(2024-03-04)": DAY,
    '<time datetime="2024-03-04T09:12:00Z">today</time>': NINE,
    # counted
    "1709543520": NINE,
    "1709543520000": NINE,
    "1709543520000000": NINE,
    "1709543520.5": "2024-03-04T09:12:00.500000Z",
    "1.70954352E9": NINE,
    "/Date(1709543520000+0100)/": NINE,
    # zones
    "Tue, 16 Jul 2019 18:30:00 AEST": "2019-07-16T08:30:00Z",
    "Mon, 4 Mar 2024 09:12:00 SGT": "2024-03-04T01:12:00Z",
    "March 4, 2024 9:12 AM Eastern Time": "2024-03-04T14:12:00Z",
    # papers
    "Updated: March 4, 2024 9:12 AM EST": "2024-03-04T14:12:00Z",
    "Updated 9:12 a.m. ET, March 4, 2024": "2024-03-04T14:12:00Z",
    "First published on Mon 4 Mar 2024 09.12 GMT": NINE,
    "Published 4 March 2024": DAY,
    "Published: 2024-03-04 | Modified: 2024-03-05": DAY,
    "Mar 4, 2024 · 9:12 AM": NINE,
    "Posted on March 4, 2024 by A. Writer": DAY,
    "Posted at 9:12 AM, Mar 04, 2024 and last updated 10:12 AM, Mar 04, 2024": NINE,
    "Mon 4 Mar 2024 09.12 GMT Last modified on Tue 5 Mar 2024 10.00 GMT": NINE,
    "March 4, 2024 at 9:12 a.m. EST": "2024-03-04T14:12:00Z",
    "Monday 4 March 2024 09.12 GMT": NINE,
    "Mar 4 2024 9:12AM": NINE,
    "Sept. 4, 2024": "2024-09-04",
    "Mar. 4, 2024": DAY,
    "Mar 4, '24": DAY,
    "4-Mar-24": DAY,
    "Monday, March 4th, 2024": DAY,
    "March 2024": "2024-03",
    # other languages
    "4. März 2024": DAY,
    "Stand: 4. März 2024, 9.12 Uhr": NINE,
    "Publié le lundi 4 mars 2024 à 9h12": NINE,
    "1er mars 2024": "2024-03-01",
    "mar. 5 mars 2024": "2024-03-05",
    "mar 5 mar 2024": "2024-03-05",
    "4 de marzo de 2024": DAY,
    "martedì 5 marzo 2024 ore 09:12": "2024-03-05T09:12:00Z",
    "segunda-feira, 4 de março de 2024 às 09h12": NINE,
    "4 mrt. 2024 09:12 uur": NINE,
    "4 марта 2024 г.": DAY,
    "понедельник, 4 марта 2024 года в 09:12": NINE,
    "4 marca 2024 r.": DAY,
    "4 listopada 2024": "2024-11-04",
    "4. listopada 2024.": "2024-10-04",
    "2024. március 4.": DAY,
    "4. maaliskuuta 2024 klo 9.12": NINE,
    "4 Mart 2024 Pazartesi": DAY,
    "2024年3月4日 9時12分": NINE,
    "2024년 3월 4일": DAY,
    "4 tháng 3 năm 2024": DAY,
    "٤/٠٣/2024 ": None,
    # numbers
    "04.03.2024": DAY,
    "4. 3. 2024, 09:12 Uhr": NINE,
    "14.03.2024 09:12": "2024-03-14T09:12:00Z",
    "3/14/2024": "2024-03-14",
    "14/3/24": None,
    "25/12/99": "1999-12-25",
    "Mon 04/03/2024": DAY,
    "Wednesday, 04/03/2024": "2024-04-03",
}  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), FORMS.items())
def test_usual_forms_are_read(value: str, expected: str | None) -> None:
    found = read_date(value)
    if expected is None:
        assert found.order == "open"
    else:
        assert (str(found.published), found.note) == (expected, "")


@pytest.mark.parametrize("value", ["4 مارس 2024", "٤ مارس ٢٠٢٤", "4 मार्च 2024", "4 มีนาคม 2567", "4 במרץ 2024"])
def test_dateparser_reads_months_of_further_languages(value: str) -> None:
    assert str(read_date(value).published) == DAY


@pytest.mark.parametrize(
    ("language", "month"), [("pl", 11), ("hr", 10), (None, 11)], ids=["Polish", "Croatian", "unknown"]
)
def test_the_language_of_the_article_tells_which_month_a_shared_name_is(language: str | None, month: int) -> None:
    found = read_date("4 listopada 2024", language=language).published
    assert found is not None
    assert found.date.month == month


@pytest.mark.parametrize("zone", ["BST", "IST", "CST", "AST", "XYZ", "local time"])
@pytest.mark.parametrize("form", ["16 Jul 2018 09:59 {}", "2018-07-16 23:15:36.519 {}", "July 16, 2018 07:18 AM {}"])
def test_of_a_zone_without_one_meaning_the_day_stands_and_the_hour_does_not(form: str, zone: str) -> None:
    found = read_date(form.format(zone))
    assert found.published is not None
    assert (str(found.published), found.published.precision) == ("2018-07-16", Precision.DAY)
    assert zone.split()[0].upper() in found.note
    assert "the day stands" in found.note


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("Spring 2024", "not a date"),
        ("yesterday", "not a date"),
        ("2 hours ago", "not a date"),
        ("il y a 2 heures", "not a date"),
        ("gestern", "not a date"),
        ("4 mars", "not a date"),
        ("4-5 March 2024", "not a date"),
        ("Ausgabe 12/2024", "not a date"),
        ("1.70954E+09", "not a date"),
        ("45355.38", "not a date"),
        ("912343", "not a date"),
        ("2011111614", "not a date"),
        ("0000-00-00 00:00:00", "no date"),
        ("N/A", "no date"),
        ("none", "no date"),
        ("NaT", "no date"),
        ("-1", "no date"),
        ("1970-01-01T00:00:00Z", "no date was set"),
        ("0001-01-01T00:00:00", "no date was set"),
        ("2024-02-30", "not possible"),
        ("31/04/2017", "not possible"),
        ("2024-W60-1", "nvalid week"),
        ("2024-03-04 25:00", "impossible time"),
        ("04/03/2024", "--dates dmy"),
        ("04-03-2024 09:12", "--dates dmy"),
        ("16/11/11", "--dates dmy"),
        ("9" * 200_000, "too long"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_the_value_and_the_reason(value: str, why: str) -> None:
    start = time.perf_counter()
    found = read_date(value)
    assert found.published is None
    assert why in found.note
    assert value[:20] in found.note
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(("order", "expected"), [("dmy", "2017-04-03"), ("mdy", "2017-03-04")])
def test_an_order_that_is_said_counts_except_between_dots(order: str, expected: str) -> None:
    assert str(read_date("03/04/2017", order).published) == expected  # type: ignore[arg-type]
    assert str(read_date("3-4-17", order).published) == expected  # type: ignore[arg-type]
    assert str(read_date("03.04.2017", order).published) == "2017-04-03"  # type: ignore[arg-type]


def test_a_date_that_is_impossible_in_the_order_that_is_said_is_read_in_the_other_one_and_noted() -> None:
    found = read_date("25/04/2017", "mdy")
    assert str(found.published) == "2017-04-25"
    assert "not possible in the order mdy" in found.note


def test_days_before_newspapers_and_far_ahead_are_kept_and_noted() -> None:
    assert (str(read_date("1512-01-01").published), read_date("1512-01-01").note[-4:]) == ("1512-01-01", "kept")
    assert "ahead" in read_date("9998-01-01").note
    assert read_date("1605-07-01").note == ""


@given(st.datetimes(datetime(1973, 4, 1), datetime(2032, 1, 1)), st.sampled_from([1, 10**3, 10**6, 10**9]))
def test_counted_moments_come_back(at: datetime, units: int) -> None:
    at = at.replace(microsecond=0)
    seconds = (at - datetime(1970, 1, 1)) // timedelta(seconds=1)
    found = read_date(str(seconds * units)).published
    compact = str(seconds * units)
    if len(compact) != 12:  # those may be a year, month, day and time
        assert str(found) == at.isoformat() + "Z"


@given(
    st.datetimes(datetime(1971, 1, 2), timezones=st.sampled_from([timezone(timedelta(hours=h)) for h in (-8, 0, 5)]))
)
def test_what_the_strict_reader_takes_means_the_same_here(at: datetime) -> None:
    at = at.replace(microsecond=0)
    forms = (
        "%Y-%m-%d %H:%M:%S%z",
        "%d %b %Y %H:%M:%S %z",
        "%B %d, %Y",
        "%a, %d %b %Y",
        "%I:%M %p, %B %d, %Y",
        "%Y%m%d",
    )
    for form in forms:
        try:
            strict = parse_published(value := at.strftime(form))
        except BadRecord:  # at the end of time
            continue
        assert read_date(value).published == strict


@given(st.text(max_size=40) | st.from_regex(r"[0-9a-zäéмр年月 :/.,+T-]{1,40}"))
def test_any_text_is_read_or_left_out_with_a_note(value: str) -> None:
    found = read_date(value)
    assert found.published or "date not read" in found.note


# Lines of Markdown


@pytest.mark.parametrize(
    "line",
    ["4. März 2024", "Updated: March 4, 2024", "16 Jul 2018 09:59 BST", "04/03/2024", "Published: 4 March 2024 | 09:12",
     "4 марта 2024 г.", "20240304", "2011"],
)  # fmt: skip
def test_a_date_line_is_one_in_any_form(line: str) -> None:
    assert looks_like_date_line(line)


@pytest.mark.parametrize(
    "line",
    ["1709543520", "12", "Spring 2024", "Yesterday", "N/A", "Feb 30, 2011", "The year was 2011", "ORSBY, March 4",
     "March 4, 2024: The mayor resigned", "Report for March 4, 2024", "By A. Writer, 4 March 2024", "Room 4 2024",
     "3-2", "LONDON (Wire) - 4 March 2024", "Vol. 4, March 2024", "10:30", ""],
)  # fmt: skip
def test_a_line_of_the_body_is_no_date_line(line: str) -> None:
    assert not looks_like_date_line(line)


# Values of records

VALUES = [
    1709543520,
    1709543520000,
    1709543520.0,
    {"$date": "2024-03-04T09:12:00Z"},
    {"$date": {"$numberLong": "1709543520000"}},
    {"_seconds": 1709543520, "_nanoseconds": 0},
    [2024, 3, 4, 9, 12],
    ["2024-03-04T09:12:00Z", "2024-03-05"],
    {"date": "2024-03-04 10:12:00.000000", "timezone_type": 3, "timezone": "Europe/Berlin"},
    datetime(2024, 3, 4, 9, 12),
]


@pytest.mark.parametrize("value", VALUES)
def test_values_of_any_type_are_dates(value: object) -> None:
    made = article_from_record({"text": "Some words of a text.", "published": value})
    assert (str(made.article.published), made.notes) == (NINE, ("no title", "no url"))


@pytest.mark.parametrize("none", ["N/A", "0000-00-00 00:00:00", "null", 0, None, ""])
def test_a_field_that_says_that_there_is_no_date_leaves_the_word_to_the_next_one(none: object) -> None:
    made = article_from_record({"text": "Some words of a text.", "published": none, "updated": "2024-03-04"})
    assert (str(made.article.published), made.used["published"]) == (DAY, "updated")


def test_a_date_that_cannot_be_read_costs_no_article() -> None:
    made = article_from_record(json.loads('{"text": "Some words of a text.", "published": "Spring 2024"}'))
    assert made.article.published is None
    assert made.notes == ("no title", "no date", "no url", "date not read: 'Spring 2024' is not a date in a known form")


# Addresses

IN_URL = {
    "/2011/11/16/dam/": "2011-11-16",
    "/2011/nov/16/dam": "2011-11-16",
    "/world/2011/November/16/dam": "2011-11-16",
    "/20111116/dam": "2011-11-16",
    "/news/2011-11-16-dam.html": "2011-11-16",
    "/2011-11/16/content_1234567.htm": "2011-11-16",
    "/n/2011/1116/c90000-123.html": "2011-11-16",
    "/201111/t20111116_12345.html": "2011-11-16",
    "/dam-cracked-2011-11-16/": "2011-11-16",
    "/local/fire-20111116-story.html": "2011-11-16",
    "/25/12/2011/dam": "2011-12-25",
    "/web/20150101000000/http://post.example/2011/11/16/dam": "2011-11-16",
    "/1887/03/04/archives/dam.html": "1887-03-04",
    "/2011/11/16/what-happened-on-2001-09-11": "2011-11-16",
    "/2011/11/dam": "2011-11",
    "/2011/11/": None,
    "/2011/dam": None,
    "/2011/13/16/": None,
    "/2011/11/31/": None,
    "/04/03/2011/dam": None,
    "/story/20111116123": None,
    "/article/20111116/dam": None,
    "/news/world-europe-20111116": None,
    "/isbn/9782011111614": None,
    "/live/2011-11-16-to-2011-11-18": None,
    "/app/1.2011.11.16": None,
    "/articles/fire-1887-roof": None,
    "/dam?day=/2011/11/16/": None,
}


@pytest.mark.parametrize(("path", "expected"), IN_URL.items())
def test_the_day_in_the_path_of_an_address_counts_where_there_is_no_other(path: str, expected: str | None) -> None:
    found = date_of("", f"https://post.example{path}")
    assert (str(found.published) if found.published else None) == expected
    assert len(found.notes) == (expected is not None)


def test_a_stated_date_comes_before_that_of_the_address() -> None:
    found = date_of("16 Jul 2018", "https://post.example/2024/03/04/dam")
    assert (str(found.published), found.notes) == ("2018-07-16", ())


def test_the_address_stands_in_for_a_date_that_cannot_be_read() -> None:
    found = date_of("yesterday", "https://post.example/2024/03/04/dam")
    assert str(found.published) == DAY
    assert ["yesterday" in note for note in found.notes] == [True, False]


def test_the_address_tells_which_of_two_dates_is_meant() -> None:
    address = "https://post.example/2024/03/04/dam"
    assert str(date_of("04/03/2024", address).published) == DAY
    assert str(date_of("03/04/2024 09:12", address).published) == NINE
    assert "two dates" in date_of("05/06/2024", address).notes[0]
