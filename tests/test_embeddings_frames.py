"""The same frame with other fillers: reports from one template against copies, corrections and other spellings."""

import math
import random
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from corpus import Kind
from embeddings.duplicates import Facts, Text, classify, compare, is_of_one_series
from embeddings.duplicates.frames import Spelt, is_alike, slots_between
from embeddings.duplicates.rules import has_other_fillers

MATCH = (
    "{a} beat {b} on {day} in a match that was decided late. {p} put the home side ahead with a header from a corner,"
    " and {q} made the game safe before the end. The visitors had more of the ball in the second half without making"
    " much of it.\n\n{a} were without {r}, who is injured. The next round is played on Saturday week, when all matches"
    " kick off at three in the afternoon; tickets are sold at the grounds and at the usual places in town."
)
ROVERS = {"a": "Rovers", "b": "Athletic", "day": "Monday", "p": "Ada Verrin", "q": "Tomas Okelle", "r": "Jo Calder"}
RAILWAY = {"a": "Railway", "b": "Harbour", "day": "Friday", "p": "Eino Raask", "q": "Pieter Haan", "r": "Clara Wirz"}
KIEV = (
    "The mayor of Kiev said on Monday that trams between Kiev and the river port will run again from the spring. Kiev"
    " had stopped them after the flood, and Kharkov lent it forty cars. The works in Kiev and in Kharkov cost nine"
    " million, and the money comes from a loan that both towns took up together two years ago under one roof."
)
HERE = Path(__file__).resolve().parent


def text(title: str, body: str, day: float = 0.0, source: str | None = "pell.example") -> Text:
    return Text(title, body, source, day)


def match(names: dict[str, str], **changes: object) -> Text:
    report = text(f"{names['a']} beat {names['b']}", MATCH.format(**names))
    return replace(report, **changes)


def kind(later: Text, earlier: Text) -> Kind:
    return classify(compare(later, earlier)).kind


@pytest.mark.parametrize(
    "changes",
    [{"day": 1.0}, {"day": 0.01}, {"day": math.nan}, {"day": 0.5, "source": "north.example"}, {"source": None}],
)
def test_another_match_is_the_next_report_whenever_and_wherever(changes):
    facts = compare(match(RAILWAY, **changes), match(ROVERS))
    assert facts.least_covered > 0.8
    assert classify(facts).kind is Kind.NEW
    assert classify(facts).score < 0.2  # none for the review queue
    assert has_other_fillers(facts)
    assert is_of_one_series(facts)


def test_in_lower_case_too():
    one, other = (
        replace(match(n), title=match(n).title.lower(), text=match(n).text.lower()) for n in (ROVERS, RAILWAY)
    )
    facts = compare(replace(other, day=1.0), one)
    assert facts.caseless
    assert classify(facts).kind is Kind.NEW
    assert is_of_one_series(facts)


def test_what_is_counted_is_the_same_from_either_side():
    one, other = (Spelt(match(names).text) for names in (ROVERS, RAILWAY))
    headlines = Spelt("Rovers beat Athletic"), Spelt("Railway beat Harbour")
    found = slots_between(one, other, *headlines)
    assert found == slots_between(other, one, *headlines[::-1])
    assert (found.names, found.numbers, found.loose) == (5, 0, 0.0)  # a weekday stands once, at the edge
    assert found.kept == 1  # Saturday


def test_the_same_match_in_another_outlet_is_a_copy():
    changed = match(ROVERS).text.replace("without making much of it", "but made little of it")
    assert kind(match(ROVERS, source="north.example", day=0.1, text=changed), match(ROVERS)) is Kind.NEAR_COPY


@pytest.mark.parametrize(("old", "new"), [("Ada Verrin", "Bea Sorrel"), ("15.30 in", "14.30 in")])
def test_one_corrected_name_or_number_is_no_other_report(old, new):
    earlier = match(ROVERS, text=match(ROVERS).text.replace("three in", "15.30 in"))
    later = replace(earlier, day=0.1, text=earlier.text.replace(old, new))
    assert kind(later, earlier) is Kind.UPDATE


def test_another_spelling_of_names_is_a_copy():
    other = KIEV.replace("Kiev", "Kyiv").replace("Kharkov", "Kharkiv")
    earlier = text("Trams for Kiev", KIEV)
    facts = compare(text("Trams for Kyiv", other, 0.2, "north.example"), earlier)
    assert (facts.slot_names, facts.other_subject) == (0, False)
    assert facts.respelt == 6
    assert classify(facts).kind is Kind.NEAR_COPY


def test_another_agency_s_dateline_and_credits_are_no_fillers():
    body = MATCH.format(**ROVERS)
    one = text("Late goals for Rovers", f"PELL (Northern Wire) - {body}\n\nReporting by Ana Roe; editing by Cy Ashe")
    other = text(
        "Rovers win late", f"TALMOUTH (Coast Agency) - {body}\n\nReporting by Bo Lind; editing by Di Marsh", 0.1, "c"
    )
    facts = compare(other, one)
    assert facts.slot_names == 0
    assert classify(facts).kind is Kind.NEAR_COPY


def test_a_scanned_copy_is_found():
    chance = random.Random(5)
    letters = "abcdefghijklmnopqrstuvwxyz"
    body = match(ROVERS).text + "\n\n" + KIEV

    def misread(found: re.Match[str]) -> str:
        return chance.choice(letters) if chance.random() < 0.05 else found[0]

    scanned = re.sub("[A-Za-z]", misread, body)
    assert scanned != body
    assert kind(text("Rovers", scanned, 0.2, "scan.example"), text("Rovers", body)) is Kind.NEAR_COPY


def test_numbers_are_the_same_in_another_notation():
    facts = compare(
        text("a", KIEV + " It took 4,200 men, then 17 more."), text("a", KIEV + " It took 4200 men, then 17 more.")
    )
    assert facts.slot_numbers == 0


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("kiev", "kyiv", True), ("peking", "beijing", True), ("rovers", "athletic", False), ("12", "13", False)],
)
def test_alike(one, other, alike):
    assert is_alike([one], [other]) is alike


def test_short_reports_of_one_line_are_of_one_series_on_another_day():
    line = "County Road {} (CR {}) in Lanner County is closed to traffic from Monday until further notice for repairs."
    one, other = (text(f"County Road {n} Closed", line.format(n, n), day) for n, day in ((1506, 0.0), (1507, 1.0)))
    assert kind(other, one) is Kind.NEW
    assert is_of_one_series(compare(other, one))


def test_an_accident_and_the_death_that_follows_are_of_no_series():
    one = text("Pedestrian hit", "A man of about 60 was hit by a car in Weaver Street in Lomburg on Thursday evening"
               " and taken to hospital in serious condition.")  # fmt: skip
    other = text("Pedestrian dies", "The man of 60 who was hit by a car in Weaver Street in Lomburg on Thursday has"
                 " died of his injuries in hospital, police said.", 0.6)  # fmt: skip
    assert not is_of_one_series(compare(other, one))


def test_what_is_stored_without_slots_is_read():
    evidence = dict(compare(match(RAILWAY), match(ROVERS)).evidence())
    for name in (
        "slot_numbers",
        "slot_names",
        "slot_phrases",
        "frame_keys",
        "loose",
        "respelt",
        "caseless",
        "other_subject",
    ):
        del evidence[name]
    facts = Facts.of(evidence)
    assert facts is not None
    assert not has_other_fillers(facts)
    assert classify(facts).kind is Kind.NEAR_COPY  # as it was judged then


def test_reports_of_all_families():
    """Those that were kept aside while thresholds were chosen among them; a few differ in one slot on one day."""
    families = pytest.importorskip("benchmarks.duplicates.families", reason="benchmarks are not part of the wheel")
    for part, least in ((families.FAMILIES, 0.95), (families.KEPT_ASIDE, 0.85)):
        for name, family in part.items():
            chance = random.Random(name)
            made = [families.report(family, chance) for _ in range(8)]
            some = [text(title, "\n\n".join(ps), day) for day, (title, ps) in enumerate(made)]
            new = [kind(later, earlier) is Kind.NEW for earlier, later in combinations(some, 2)]
            assert sum(new) >= least * len(new), name
