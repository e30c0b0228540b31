"""Figures: read as values of what they count, and compared; what is no figure is none."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.figures import Figure, FigureKind, changed_figures, figure_keys, figures, new_figures
from embeddings.threads.describe import figures_over_time


def only(passage: str) -> Figure:
    found = figures(passage)
    assert len(found) == 1, found
    return found[0]


def values(passage: str) -> list[tuple[float, float]]:
    return [(f.low, f.high) for f in figures(passage)]


def changes(a: str, b: str, days: tuple[date | None, date | None] = (None, None)) -> list[tuple[str, str]]:
    return [(one.of(a), other.of(b)) for one, other in changed_figures(figures(a), figures(b), days)]


# Reading


@pytest.mark.parametrize("passage", [
    "1.3 million people fled", "1,300,000 people fled", "1.300.000 people fled", "1.3m people fled",
    "1 300 000 people fled", "1\u00a0300\u00a0000 people fled", "1\u202f300\u202f000 people fled",
    "1'300'000 people fled", "1,3 millones de personas", "1.3 millones de personas", "1,3 Millionen Menschen",
    "1,3 million de personnes", "1,3 Mio Menschen", "130万人", "13 lakh people fled", "1,300 thousand people fled",
])  # fmt: skip
def test_one_value_in_many_notations(passage):
    assert only(passage).low == 1_300_000
    assert only(passage).kind is FigureKind.COUNT


@pytest.mark.parametrize(("passage", "value"), [
    ("twelve people fled", 12), ("twenty-one people fled", 21), ("one hundred and fifty people fled", 150),
    ("two hundred thousand people fled", 200_000), ("three dozen people fled", 36), ("a dozen people fled", 12),
    ("half a million people fled", 500_000), ("half-million people fled", 500_000), ("a million people fled", 1e6),
    ("1,312 people fled", 1312), ("1.312 muertos", 1312), ("4.2 houses fell", 4.2), ("zwölf Menschen flohen", 12),
    ("\u0661\u0662 people fled", 12), ("No one was killed", 0), ("nobody was hurt", 0), ("no injuries were found", 0),
    ("one person was killed", 1),
])  # fmt: skip
def test_counts(passage, value):
    assert (only(passage).low, only(passage).high) == (value, value)


@pytest.mark.parametrize(("passage", "low", "high"), [
    ("10 to 15 people fled", 10, 15), ("between 10 and 15 people fled", 10, 15), ("40-50 people fled", 40, 50),
    ("40\u201350 people fled", 40, 50), ("1.3 to 2.1 million people fled", 1.3e6, 2.1e6),
    ("dozens of people fled", 24, 120), ("tens of thousands of people fled", 20_000, 100_000),
])  # fmt: skip
def test_ranges_and_words_of_quantity(passage, low, high):
    assert (only(passage).low, only(passage).high) == (low, high)


@pytest.mark.parametrize(("passage", "kind", "value", "unit"), [
    ("It cost $4 million.", "money", 4e6, "USD"), ("It cost US$4m.", "money", 4e6, "USD"),
    ("It cost A$4 million.", "money", 4e6, "AUD"), ("It cost €3,5 Mrd.", "money", 3.5e9, "EUR"),
    ("It cost 4 million dollars.", "money", 4e6, "USD"), ("It cost 20 million pounds.", "money", 2e7, "GBP"),
    ("It cost 500 pesos.", "money", 500, "peso"), ("It cost 4 €.", "money", 4, "EUR"),
    ("It weighs 5 pounds.", "measure", 2.26795, "kg"), ("It fell 6.5 per cent.", "share", 6.5, "%"),
    ("Es fiel um 6,5 Prozent.", "share", 6.5, "%"), ("It fell 6.5%.", "share", 6.5, "%"),
    ("It rose 3 percentage points.", "share", 3, "percentage points"), ("It is 30 km away.", "measure", 30_000, "m"),
    ("It is 19 miles away.", "measure", 30_577.536, "m"), ("Winds of 75 mph blew.", "measure", 120.7005, "km/h"),
    ("Winds of 120 km/h blew.", "measure", 120, "km/h"), ("It burned 40 hectares.", "measure", 40, "ha"),
    ("It was -12 C at noon.", "measure", -12, "°C"), ("It was \u221212°C at noon.", "measure", -12, "°C"),
    ("It was minus 5 degrees.", "measure", -5, "°"), ("It was 10 degrees below zero.", "measure", -10, "°"),
    ("It was 14 F at noon.", "measure", -10, "°C"), ("It lasted 3 hours.", "duration", 10_800, "s"),
    ("A 43-year-old man fled.", "age", 516, "months"), ("He was aged 43.", "age", 516, "months"),
    ("Ann Hale, 43, fled.", "age", 516, "months"), ("It began at 9:30 a.m. there.", "time", 570, "min"),
    ("It began at 21:30 there.", "time", 1290, "min"), ("They met on May 19, 2011.", "date", 519, "day"),
    ("They met on 19th of May.", "date", 519, "day"), ("El 19 de mayo se vieron.", "date", 519, "day"),
    ("They met on Monday.", "date", 0, "weekday"), ("They won 2-1 there.", "score", 2, ""),
    ("The Senate voted 52-48.", "score", 52, ""), ("A quake of magnitude 7.1 struck.", "measure", 7.1, "magnitude"),
    ("She won 5,312 votes.", "count", 5312, ""),
])  # fmt: skip
def test_kinds_and_units(passage, kind, value, unit):
    found = only(passage)
    assert (found.kind.value, found.low, found.unit) == (kind, value, unit)


@pytest.mark.parametrize("passage", [
    "Nobody knows why.", "No one knows why.", "It began in 2011.", "The 1990s were long.", "the 2011-12 season",
    "The second man sat on the 3rd floor.", "Flight MH370 vanished.", "Boeing 737 crashed.", "Python 3.11.4 is out.",
    "Call 555-0134 now.", "Call +44 20 7946 0958 now.", "Covid-19 spread.", "See No. 10 and page 12.",
    "Route 66 is long.",
    "Two-thirds of voters came.", "One in four voters came.", "One of the men left.", "It is 2011-05-19.",
    "Card 4556737586899855.", "#12 of it", "Item 5G works.", "in the 4600 block of Main Street", "no reason was given",
])  # fmt: skip
def test_what_is_no_figure(passage):
    assert figures(passage) == ()


@pytest.mark.parametrize(("passage", "counted", "fate"), [
    ("12 Russian soldiers died", "soldier", "killed"), ("12 people were killed", "people", "killed"),
    ("killing 12", "", "killed"),
    ("The number of people killed when the ferry sank off Skerrow rose to 12, up from 10.", "", "killed"),
    ("two men accused of killing him", "man", ""), ("The death toll rose to 12.", "", "killed"), 
    ("12 more people fled", "other people", "displaced"),
    ("1.3 million customers lost power", "customer", ""), ("27 of the initial 251 hostages are dead", "hostage", ""),
])  # fmt: skip
def test_what_is_counted(passage, counted, fate):
    found = [f for f in figures(passage) if not f.former][-1]
    assert (found.counted, found.fate) == (counted, fate)


@pytest.mark.parametrize("passage", [
    "It rose from 10 to 15 people.", "It rose to 15 people, up from 10.", "It fell from 52 percent to 48 percent.",
])  # fmt: skip
def test_what_has_been_is_told_from_what_is(passage):
    assert sorted(f.former for f in figures(passage)) == [False, True]


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_read(text):
    ends = [0]
    for f in figures(text):
        assert f.start < f.end <= len(text)
        assert f.low <= f.high or f.kind is FigureKind.SCORE or f.low == f.low
        ends.append(f.end)


def fastest(text: str) -> float:
    taken = []
    for _ in range(3):
        start = time.process_time()
        figures(text)
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("part", [
    "12 people died, ", "1 2 3 ", "one hundred ", "thousands of ", "1,300.000,", "$", "12-", "half a ", "a ", "1.",
    "19 May ",
])  # fmt: skip
def test_reading_takes_linear_time(part):
    short, long = part * 3_000, part * 12_000
    assert fastest(long) < 12 * max(fastest(short), 0.005)


# Comparing

OUTAGE = "About {} were left without power after the storm struck the coast, the grid operator said."
TOLL = "At least {} were killed when the ferry struck the breakwater of Skerrow, the coastguard said."


@pytest.mark.parametrize(("template", "a", "b"), [
    (OUTAGE, "1.3 million people", "2.1 million people"), (OUTAGE, "1.3 million customers", "2.1 million households"),
    (TOLL, "12 people", "14 people"), (TOLL, "twelve people", "three dozen people"), (TOLL, "12", "14"),
    ("{} was killed when the ferry struck the breakwater, the coastguard said.", "No one", "Two people"),
    ("The minister resigned with a payment of {}, his office said on the day.", "$4 million", "$5 million"),
    ("The minister resigned with a payment of {}, his office said on the day.", "$4 million", "$4 billion"),
    ("Turnout in the election for parliament was {}, officials said.", "52 percent", "58 percent"),
    ("Temperatures in the capital fell to {} at night, the weather service said.", "-12 C", "-15 C"),
    ("The bill passed the Senate {} after a long debate on the budget.", "52-48", "51-49"),
    ("She won {} in the election for mayor of the port, officials said.", "5,312 votes", "5,412 votes"),
    ("The fire burned {} of forest near the port, the service said.", "40 hectares", "55 hectares"),
])  # fmt: skip
def test_a_figure_in_the_place_of_another_one(template, a, b):
    one, other = template.format(a), template.format(b)
    (before, after), *more = changes(one, other)
    assert not more
    assert before in one
    assert after in other
    assert changes(other, one) == [(after, before)]
    assert changes(one, one) == []


@pytest.mark.parametrize(("template", "a", "b"), [
    (OUTAGE, "1.3 million people", "1,312,400 people"), (OUTAGE, "1.3 million people", "1.3m people"),
    (OUTAGE, "1,300 people", "1,312 people"), (TOLL, "twelve people", "12 people"), 
    (TOLL, "dozens of people", "36 people"),
    ("More than {} people were killed in the war, the ministry said.", "62,000", "62,122"),
    ("The company bought {} of the firm, it said in a statement.", "10 percent", "9.9 percent"),
    ("The quake struck {} north of the port, the survey said.", "30 km", "19 miles"),
    ("They said it would take {} to mend the line.", "10 to 15 days", "12 days"),
])  # fmt: skip
def test_the_same_value_otherwise(template, a, b):
    assert changes(template.format(a), template.format(b)) == []


@pytest.mark.parametrize(("a", "b"), [
    ("12 people were killed in the crash at the port.", "30 people were injured in the crash at the port."),
    ("It cost $4 million to mend the ferry.", "It cost €5 million to mend the ferry."),
    ("12 ships lay in the port of Skerrow.", "14 houses burned in the port of Skerrow."),
    ("The team won 2-1 in May.", "The team has 12 players in May."),
    ("The toll rose from 10 to 15 people killed.", "The toll rose from 12 to 15 people killed."),
    ("Police killed 36 people at the gate on Monday.", "The war has killed 62,000 people so far at the gate."),
    ("Ann Hale, 43, was killed.", "43 people and 12 dogs were killed."),
    ("It began in 2011 with Flight 370.", "It began in 2012 with Flight 371."),
])  # fmt: skip
def test_figures_of_other_things_are_not_paired(a, b):
    assert changes(a, b) == []


def test_what_one_passage_corrects_is_a_change():
    first = (
        "Quillcom, the country's second-largest mobile telephone company, said on Tuesday that personal details of 1.3"
        " million customers had been copied by an intruder."
    )
    later = (
        "Quillcom raised its count of customers hit by a theft of data to 2.1 million on Tuesday evening, hours after"
        " the country's second-largest mobile telephone company had put the figure at 1.3 million."
    )
    assert changes(first, later) == [("1.3 million", "2.1 million")]
    assert changes(later, first) == [("2.1 million", "1.3 million")]
    assert changes(later, later) == []


def test_of_two_that_could_be_meant_none_is_said():
    a = "The fire burned 12 houses in the north and 15 houses in the south of the port."
    b = "The fire burned 18 houses in the port."
    assert changes(a, b) == []


def test_days_of_the_week_are_compared_as_dates():
    a, b = "The ferry struck the breakwater on Monday night.", "The ferry struck the breakwater on Tuesday night."
    wednesday, thursday, next_week = date(2011, 5, 18), date(2011, 5, 19), date(2011, 5, 25)
    assert changes(a, b, (wednesday, thursday)) == [("Monday", "Tuesday")]
    assert changes(a, a, (wednesday, next_week)) == []
    assert changes(a, b) == []  # nobody knows which days are meant
    assert changes(a, b, (wednesday, None)) == []


# Known or new


@pytest.mark.parametrize(("known", "passage", "new"), [
    ("The minister resigned on 4 May.", "He resigned with a payment of $4 million.", ["$4 million"]),
    ("It cost $4 million.", "It cost 4,000,000 dollars.", []),
    ("It cost $4.02 million.", "It cost about $4 million.", []),
    ("It cost $4 million.", "It cost $4.2 million.", ["$4.2 million"]),
    ("1,312 people fled.", "About 1,300 people fled.", []),
    ("12 people died.", "Twelve people died on 3 May, two men said.", []),
    ("Nothing.", "It fell to -12 C and 6,5 Prozent.", ["-12 C", "6,5 Prozent"]),
])  # fmt: skip
def test_figures_that_are_new(known, passage, new):
    assert [f.of(passage) for f in new_figures(figures(passage), figure_keys(figures(known)))] == new


# Over time

WRECK = "At least {} were killed when the ferry Lady Ismay struck the breakwater of Skerrow, the coastguard said."


def rows(*texts: str) -> list[tuple[str, list[str]]]:
    return [(row.of, [told[0].text for told in row.values]) for row in figures_over_time(texts)]


def test_a_toll_that_rises():
    told = ["12 people", "twelve people", "17 people", "19 people"]
    assert rows(*map(WRECK.format, told)) == [("people killed", ["12", "17", "19"])]


def test_what_one_article_alone_tells_stays_only_where_it_fits_a_rise():
    told = ["12 people", "3 people", "12 people", "17 people"]
    assert rows(*map(WRECK.format, told)) == [("people killed", ["12", "17"])]
    assert rows(*map(WRECK.format, ["12 people", "14 people", "17 people"])) == []  # no two agree on any


@pytest.mark.parametrize("texts", [
    [], ["No figure."] * 4, [WRECK.format("12 people")] * 4, [WRECK.format("12 people"), WRECK.format("14 people")],
    ["12 people were killed in the wreck.", "12 people were hurt in the wreck.", "14 people fled from the wreck."],
    ["It cost $4 million to mend the ferry.", "The ferry has 12 cabins.", "The port lies 30 km away.", "Nothing."],
    ["The fare is $4 for adults on weekdays.", "The crew found $400 in a drawer below.", "He paid $5 for tea."],
])  # fmt: skip
def test_what_is_no_row(texts):
    assert rows(*texts) == []


def test_money_needs_nearly_the_same_sentence():
    told = "The company will pay {} to the families of the passengers of the Lady Ismay, it said."
    assert rows(*map(told.format, ["$4 million", "$4m", "$6 million"])) == [("", ["$4 million", "$6 million"])]
