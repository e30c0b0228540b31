"""What is said of a thread: three sentences of its articles, and how it goes on."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.threads.describe import SummarySource, Trend, sample_evenly, summarise, trend, volume
from embeddings.threads.describe.summary import READ_MOST, SENTENCES

FERRY = "The car ferry Halvard struck the outer pier of Nordhavn harbour on Monday morning with 212 people aboard."
INJURED = "Nineteen passengers were taken to hospital with broken bones, the regional health service reported."
ENGINE = "Investigators found that a fuel valve had failed, so that neither engine could be reversed in time."
REOPENED = "Nordhavn reopened its outer pier after divers had cleared steel from the harbour entrance."
WEIGHTS = {
    word: 1.0 for word in ("ferry", "halvard", "pier", "nordhavn", "harbour", "passengers", "valve", "engine", "divers")
}


def sources(*texts: str) -> list[SummarySource]:
    return [SummarySource(10 + i, text) for i, text in enumerate(texts)]


# Summaries


def test_begins_with_the_representative_and_adds_what_it_does_not_say():
    given_ = sources(f"{FERRY} {INJURED}", f"{FERRY}\n\n{ENGINE}", f"{REOPENED} It was a relief.")
    found = summarise(given_, WEIGHTS, 11)
    assert [s.text for s in found] == [FERRY, ENGINE, REOPENED]
    assert [s.row for s in found] == [11, 11, 12]


def test_stands_where_it_says():
    texts = {10: f"Nordhavn, 3 June\n{FERRY} {INJURED}", 11: f"“Ünerhört.” {ENGINE}"}
    for sentence in summarise([SummarySource(*item) for item in texts.items()], WEIGHTS, 10):
        assert texts[sentence.row][sentence.start : sentence.end] == sentence.text


def test_leaves_out_quotations_and_what_needs_the_sentence_before():
    text = f'"The ferry Halvard hit the pier of Nordhavn harbour," said the harbour master. {ENGINE}'
    text += " He said that the ferry and the pier of Nordhavn harbour had met before."
    assert [s.text for s in summarise(sources(text), WEIGHTS, 10)] == [ENGINE]


def test_says_nothing_twice():
    found = summarise(sources(FERRY, FERRY.replace("Monday", "Tuesday"), FERRY), WEIGHTS, 10)
    assert len(found) == 1


def test_abbreviations_end_no_sentence():
    text = "Gov. J. B. Lind of St. Halvard said the Nordhavn ferry pier would be closed until 3 p.m. on Friday."
    assert [s.text for s in summarise(sources(text), WEIGHTS, 10)] == [text]


@given(st.lists(st.text(max_size=400), max_size=5))
def test_any_text(texts):
    given_ = sources(*texts)
    found = summarise(given_, WEIGHTS | {"a": 0.5}, 10)
    assert len(found) <= SENTENCES
    for sentence in found:
        assert texts[sentence.row - 10][sentence.start : sentence.end] == sentence.text


@given(st.lists(st.integers(0, 10_000), unique=True, min_size=1, max_size=200).map(sorted), st.data())
def test_a_large_thread_is_read_in_part(rows, data):
    representative = data.draw(st.sampled_from(rows))
    some = sample_evenly(rows, representative)
    assert some == sorted(some)
    assert len(some) <= READ_MOST + 1
    assert {rows[0], rows[-1], representative} <= set(some)


# Trends


@pytest.mark.parametrize(
    ("days", "now", "expected"),
    [
        ([100.0, 100.5, 101.2], 102.0, Trend.EMERGING),
        ([100 + i / 2 for i in range(30)], 115.0, Trend.ACTIVE),
        ([100 + i / 10 for i in range(50)] + [110.0], 116.0, Trend.FADING),
        ([100.0, 101.0], 116.0, Trend.DORMANT),
        ([100 + 30.0 * i for i in range(8)], 330.0, Trend.ACTIVE),  # a hearing a month
        ([100 + 30.0 * i for i in range(8)], 420.0, Trend.DORMANT),
        ([math.nan, 100.0], 100.0, Trend.EMERGING),
        ([math.nan], 100.0, None),
        ([], 100.0, None),
    ],
)
def test_in_a_word(days, now, expected):
    assert trend(days, now) is expected


def test_articles_a_day():
    assert volume([101.9, math.nan, 100.0, 101.2, -0.5]) == {-1: 1, 100: 1, 101: 2}


@given(st.lists(st.floats(-30_000, 30_000), min_size=1, max_size=30), st.floats(0, 4_000))
def test_silence_only_ever_leads_to_dormancy(days, later):
    now = max(days)
    assert trend(days, now) in (Trend.EMERGING, Trend.ACTIVE, Trend.FADING)
    if trend(days, now + later) is Trend.DORMANT:
        assert trend(days, now + later + 1) is Trend.DORMANT
