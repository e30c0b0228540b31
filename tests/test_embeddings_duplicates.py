"""Duplicates: facts, and the rules on written reports (duplicate_texts.txt). No test may change these to please it."""

import json
import math
import random
import re
import time
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Kind
from embeddings.duplicates import Facts, Text, Thresholds, classify, compare, is_same_text, kind_of, with_vectors
from embeddings.duplicates.rules import likelihood

HERE = Path(__file__).resolve().parent
REPORTS = {}
for part in (HERE / "duplicate_texts.txt").read_text("utf-8").split("\n# ")[1:]:
    name, headline, rest = part.split("\n", 2)
    REPORTS[name] = Text(headline, rest.strip(), "pell.example", 0.0)
DAM = REPORTS["dam"]
PARAGRAPHS = DAM.text.split("\n\n")


def later(report, days=2.0, source="pell.example", **changes):
    """Another version of a report, or another report, some days later."""
    return replace(report, day=days, source=source, **changes)


def elsewhere(report, **changes):
    return later(report, 0.2, "harwick.example", **changes)


def kind_between(article, earlier):
    """The kind; it must be the mirrored one, with the same score, where the two come the other way round."""
    there, back = classify(compare(article, earlier)), classify(compare(earlier, article))
    assert there.kind is back.kind.mirrored
    assert there.score == back.score
    assert 0 <= there.score <= 1
    assert (there.kind is Kind.EXACT) == (there.score == 1)
    assert (there.kind is Kind.NEW) == (there.score < 0.5)
    return there.kind


def words(n, start=0):
    """n words that no other start shares."""
    return " ".join(f"w{i}" for i in range(start, start + n))


def typed(text, share, seed=1):
    """Letters lost, doubled or mistaken in this share of the words."""
    chance = random.Random(seed)

    def spoil(match):
        word = match[0]
        if chance.random() > share:
            return word
        at = chance.randrange(len(word))
        return chance.choice(
            (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word[:at] + "q" + word[at:])
        )

    return re.sub(r"[A-Za-z]{3,}", spoil, text)


# Facts


def test_of_a_report_and_its_correction():
    facts = compare(later(DAM, 0.1, text=DAM.text.replace("12 metres", "14 metres")), DAM)
    assert facts.changed_numbers == "12 -> 14"
    assert (facts.numbers_new, facts.numbers_gone, facts.replaced_numbers) == (1, 1, 1)
    assert (facts.longest_new, facts.longest_gone) == (1, 1)
    assert (facts.same_body, facts.same_title, facts.same_source, facts.days) == (False, True, True, 0.1)
    assert (facts.words, facts.earlier_words) == (281, 281)
    assert facts.least_covered == facts.most_covered == 0.9964


def test_new_and_gone_follow_the_newer_one_whichever_came_first():
    more = later(DAM, text=f"{DAM.text}\n\n{REPORTS['swedish'].text} 77")
    for facts in (compare(more, DAM), compare(DAM, more)):
        assert (facts.longest_new, facts.longest_gone, facts.numbers_new, facts.numbers_gone) == (89, 0, 1, 0)
    undated = replace(more, day=math.nan)
    assert compare(undated, DAM).days is None
    assert compare(undated, DAM).longest_new == compare(DAM, undated).longest_gone == 89


def test_paragraphs_in_another_order_are_moved():
    mixed = later(DAM, text="\n\n".join(PARAGRAPHS[i] for i in (0, 3, 1, 4, 2)))
    facts = compare(mixed, DAM)
    assert facts.least_covered == 1
    assert facts.moved == compare(DAM, mixed).moved == pytest.approx(100 * 1.5 / 281, abs=0.01)
    assert compare(later(DAM), DAM).moved == 0


def test_what_is_not_known_is_left_out_of_the_evidence():
    found = compare(Text("a", "b"), Text("c", "d"))
    assert not {"same_source", "days", "changed_numbers", "close", "close_pairs"} & found.evidence().keys()
    assert Facts.of({}) is None
    assert Facts.of({"jaccard": 0.5, "article_covered": 1.0}) is None
    assert Facts.of({**found.evidence(), "of_tomorrow": 1}) is None


def test_many_changed_numbers_are_not_listed():
    one, other = (Text("t", " ".join(f"on {i}{end} the" for i in range(9))) for end in "12")
    assert compare(one, other).numbers_new == 9
    assert compare(one, other).changed_numbers == ""


PIECES = st.lists(
    st.sampled_from([*PARAGRAPHS, *REPORTS["short"].text.split(". "), "12", "14", "1,900 or 3.1", "漢字", ""]),
    max_size=6,
).map("\n\n".join)
TEXTS = st.builds(
    Text, st.sampled_from(["A", "a", "B"]), PIECES, st.sampled_from([None, "x", "y"]),
    st.sampled_from([math.nan, 0.0, 0.25, 9.0]),
)  # fmt: skip


@given(TEXTS, TEXTS)
@settings(max_examples=150, deadline=None)
def test_seen_from_the_other_side_and_stored(one, other):
    facts, back = compare(one, other), compare(other, one)
    gone = {
        "article_covered": facts.earlier_covered, "earlier_covered": facts.article_covered,
        "article_copied": facts.earlier_copied, "earlier_copied": facts.article_copied,
        "words": facts.earlier_words, "earlier_words": facts.words,
        "numbers": facts.earlier_numbers, "earlier_numbers": facts.numbers,
        "days": None if facts.days is None else -facts.days,
        "article_own": facts.earlier_own, "earlier_own": facts.article_own,
        "article_midst": facts.earlier_midst, "earlier_midst": facts.article_midst,
        "article_lead": facts.earlier_lead, "earlier_lead": facts.article_lead,
    }  # fmt: skip
    if not facts.days:  # of the same moment, or undated: arrival decides what is new
        changed = " -> ".join(reversed(facts.changed_numbers.split(" -> ")))
        gone |= {"longest_new": facts.longest_gone, "longest_gone": facts.longest_new,
                 "numbers_new": facts.numbers_gone, "numbers_gone": facts.numbers_new,
                 "changed_numbers": changed}  # fmt: skip
    assert replace(facts, **gone) == back
    assert likelihood(facts) == likelihood(back)
    assert Facts.of(facts.evidence()) == facts
    assert Facts.of(json.loads(json.dumps(facts.evidence()))) == facts
    if facts.days:
        kind_between(one, other)


@given(st.lists(TEXTS, min_size=3, max_size=3))
@settings(max_examples=150, deadline=None)
def test_exact_is_an_equivalence(some):
    a, b, c = (replace(text, text=random.Random(i).choice([text.text, text.text.upper()]))
               for i, text in enumerate(some))  # fmt: skip
    assert kind_of(compare(a, a)) is Kind.EXACT
    exact = [kind_of(compare(x, y)) is Kind.EXACT for x, y in ((a, b), (b, a), (b, c), (a, c))]
    assert exact[0] == exact[1]
    assert not (exact[0] and exact[2]) or exact[3]


# Repetitions


def test_exact_whatever_the_headline():
    curly = DAM.text.replace('"', "“").replace(". ", ".  ").replace("\n\n", "\n").upper()
    assert kind_between(elsewhere(DAM, text=curly, title="Lake to go"), DAM) is Kind.EXACT


@pytest.mark.parametrize(
    "text",
    [
        "PELL (Northern Wire) - " + DAM.text,
        DAM.text + "\n\nReporting by the Pell desk; editing by the night team. Northern Wire, all rights reserved.",
        "\n\n".join(PARAGRAPHS[:3] + PARAGRAPHS[4:]),
        "\n\n".join(PARAGRAPHS[i] for i in (0, 3, 1, 4, 2)),
        typed(DAM.text, 0.05),
        typed(DAM.text, 0.15),
        DAM.text.replace("Engineers will drain", "Crews are about to empty").replace("said on Monday", "has said"),
    ],
)
def test_near_copies(text):
    assert kind_between(elsewhere(DAM, text=text, title="Crack found in dam"), DAM) is Kind.NEAR_COPY


def test_an_update_has_a_new_lead_or_new_paragraphs():
    lead = (
        "The level of Orrin Lake began to fall on Tuesday night as engineers opened the first of three outlets,"
        " a day earlier than planned, after rain was forecast for the end of the week."
    )
    with_lead = later(DAM, 1.0, text=f"{lead}\n\n{DAM.text}", title="Lake falls")
    assert kind_between(with_lead, DAM) is kind_between(with_lead, elsewhere(DAM)) is Kind.UPDATE


@pytest.mark.parametrize(
    "line",
    [
        "Home News Sport Business Weather Obituaries Classifieds Subscribe Log in E-edition Jobs Homes Cars",
        "By Jo Calder, Lomburg bureau.",
    ],
)
def test_what_a_page_has_over_an_article_is_no_lead(line):
    assert kind_between(later(DAM, 0.2, text=f"{line}\n\n{DAM.text}"), elsewhere(DAM)) is Kind.NEAR_COPY


def test_a_statement_that_two_agencies_quote_is_no_copy_and_the_same_words_told_by_both_are():
    said = " ".join(PARAGRAPHS[1:3])
    leads = REPORTS["swedish"].text, REPORTS["short"].text
    told = [Text(f"Orrin Lake dam, {s}", f"{lead}\n\n{said}", s, DAM.day) for lead, s in zip(leads, "ab", strict=True)]
    quoted = [replace(one, text=one.text.replace(said, f"\u201c{said}\u201d")) for one in told]
    assert compare(*quoted).retold == 0 < compare(*told).retold
    assert compare(*quoted).article_covered == compare(*told).article_covered


def test_corrected_figures_of_the_same_day_are_no_next_report():
    text = DAM.text
    for number in sorted({*re.findall(r"\d+", text)}, key=len, reverse=True)[:3]:
        text = re.sub(rf"\b{number}\b", str(int(number) + 3), text)
    assert kind_between(later(DAM, 0.1, text=text, title="Dam at Orrin Lake: the figures so far"), DAM) is Kind.UPDATE


@pytest.mark.parametrize("day", [0.0, math.nan])
def test_of_the_same_moment_or_undated_arrival_decides_what_is_new(day):
    """So the kind of such a pair depends on the order, and only of such a one."""
    more = replace(DAM, text=f"{DAM.text}\n\n{REPORTS['swedish'].text}", day=day)
    assert classify(compare(more, DAM)).kind is Kind.UPDATE
    assert classify(compare(DAM, more)).kind is Kind.NEAR_COPY


@pytest.mark.parametrize("report", ["dam", "short", "match_rovers", "weather_monday"])
@pytest.mark.parametrize("source", ["pell.example", "harwick.example"])
def test_a_correction_of_any_number_is_an_update(report, source):
    original = REPORTS[report]
    for match in re.finditer(r"\d+(?:[.,:]\d+)*", original.text):
        other = re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 2) % 10), match[0])
        text = original.text[: match.start()] + other + original.text[match.end() :]
        corrected = later(original, 0.1, source, text=text)
        assert kind_between(corrected, original) is Kind.UPDATE
        facts = compare(corrected, original)
        assert facts.changed_numbers == compare(original, corrected).changed_numbers == f"{match[0]} -> {other}"


def test_a_new_count_of_the_dead_is_an_update_on_the_same_day_under_the_same_headline():
    for old, new in (("12 ", "15 "), ("41 ", "44 "), ("1,600", "2,100"), ("2.3", "2.9")):
        text = DAM.text.replace(old, new)
        assert kind_between(later(DAM, 0.3, text=text), DAM) is Kind.UPDATE


@pytest.mark.parametrize("source", ["pell.example", "harwick.example"])
def test_a_brief_and_what_it_was_cut_from(source):
    brief = later(DAM, 0.5, source, text=PARAGRAPHS[0], title="Lake to be drained")
    assert kind_between(brief, DAM) is Kind.EXCERPT
    assert kind_between(replace(DAM, day=3.0), brief) is Kind.CONTAINS


@pytest.mark.parametrize(
    ("length", "cut", "grown"),
    [(120, Kind.EXCERPT, Kind.CONTAINS), (135, Kind.EXCERPT, Kind.UPDATE), (150, Kind.NEAR_COPY, Kind.UPDATE)],
)
def test_a_newer_short_one_is_an_excerpt_where_a_newer_long_one_is_an_update(length, cut, grown):
    """Of .60, .675 and .75 of the length; by their dates, whichever came first."""
    short, long = (replace(DAM, text=words(n)) for n in (length, 200))
    assert kind_between(later(short), long) is cut
    assert kind_between(later(long), short) is grown


def test_an_article_within_a_longer_one():
    host = REPORTS["dam_two_weeks_later"].text.split("\n\n")[:3] + REPORTS["obituary_second"].text.split("\n\n")
    text = "\n\n".join([host[0], *PARAGRAPHS, *host[1:]])
    assert kind_between(elsewhere(DAM, text=text, title="Week in Orrin"), DAM) is Kind.CONTAINS


def test_half_of_it_in_one_run_is_a_quotation_by_another_outlet_only():
    text = "\n\n".join([*REPORTS["obituary_first"].text.split("\n\n"), *PARAGRAPHS[1:4]])
    assert kind_between(elsewhere(DAM, text=text, title="Notes"), DAM) is Kind.CONTAINS
    assert kind_between(later(DAM, text=text, title="Notes"), DAM) is Kind.NEW


def test_a_persons_rewrite_is_seen_by_vectors_only():
    rewritten = elsewhere(REPORTS["dam_rewritten"])
    assert kind_between(rewritten, DAM) is Kind.NEW
    facts = compare(rewritten, DAM)
    for ours, close, pairs, kind in [
        (facts, 0.7, 5, Kind.REWRITE),
        (facts, 0.7, 3, Kind.NEW),
        (facts, 0.5, 5, Kind.NEW),
        (replace(facts, same_source=None), 0.7, 5, Kind.REWRITE),
        (replace(facts, same_source=True), 0.7, 5, Kind.NEW),
        (replace(facts, days=-4.0), 0.7, 5, Kind.NEW),
        (replace(facts, days=None), 0.7, 5, Kind.REWRITE),
        (replace(facts, numbers_new=1), 0.7, 5, Kind.NEW),
    ]:
        assert classify(with_vectors(ours, close, pairs)).kind is kind
    assert Facts.of(with_vectors(facts, 0.7, 5).evidence()) == with_vectors(facts, 0.7, 5)


def test_other_words_in_another_order_are_a_rewrite():
    sentences = [re.split(r"(?<=\.)\s", paragraph) for paragraph in PARAGRAPHS]
    turned = "\n\n".join(" ".join(some[1:] + some[:1]) for some in sentences)
    others = {
        "said": "stated",
        " will ": " is to ",
        "wall": "side",
        "town": "place",
        " to ": " for ",
        "that": "how",
    }
    for old, new in (others | {"that": "how", "level": "height", "in the": "within the"}).items():
        turned = turned.replace(old, new)
    assert kind_between(elsewhere(DAM, text=turned, title="Other"), DAM) is Kind.REWRITE


def test_other_thresholds():
    brief = later(DAM, text=PARAGRAPHS[0])
    facts = compare(brief, DAM)
    assert classify(facts, Thresholds(covered=1.01, covered_amid=1.01)).kind is Kind.NEW
    typos = compare(later(DAM, text=typed(DAM.text, 0.15)), DAM)
    assert classify(typos, Thresholds(same=0.9, covered=0.9, covered_amid=0.9)).kind is Kind.NEW
    assert classify(facts).evidence == facts.evidence()


def test_what_is_mostly_one_text():
    def one_text(other):
        return is_same_text(compare(other, DAM))

    assert one_text(later(DAM))
    assert one_text(elsewhere(DAM, text=typed(DAM.text, 0.05)))
    assert one_text(later(DAM, text=PARAGRAPHS[0]))
    assert not one_text(REPORTS["dam_week_later"])
    quoting = "\n\n".join([*REPORTS["obituary_first"].text.split("\n\n"), *PARAGRAPHS[1:4]])
    assert not one_text(elsewhere(DAM, text=quoting))


@pytest.mark.parametrize("source", ["pell.example", "harwick.example"])
@pytest.mark.parametrize(
    ("earlier", "article"),
    [
        ("dam", "dam_week_later"),
        ("dam", "dam_two_weeks_later"),
        ("dam_week_later", "dam_two_weeks_later"),
        ("weather_monday", "weather_wednesday"),
        ("market_tuesday", "market_thursday"),
        ("match_rovers", "match_sarn"),
        ("obituary_first", "obituary_second"),
        ("blog", "blog_trains"),
        ("blog_market", "blog"),
        ("quake_april", "quake_june"),
        ("earnings_first", "earnings_second"),
    ],
)
def test_what_looks_like_a_copy_and_is_none(earlier, article, source):
    assert kind_between(later(REPORTS[article], source=source), REPORTS[earlier]) is Kind.NEW


def test_an_outlets_forecast_of_another_day_is_none_even_without_a_number():
    assert kind_between(later(REPORTS["sea_tuesday"]), REPORTS["sea_monday"]) is Kind.NEW
    assert kind_between(later(REPORTS["sea_tuesday"], days=0.2), REPORTS["sea_monday"]) is not Kind.NEW


@pytest.mark.parametrize("source", ["pell.example", "harwick.example"])
def test_two_short_reports_over_a_publishers_footers(source):
    assert kind_between(later(REPORTS["footer_library"], source=source), REPORTS["footer_council"]) is Kind.NEW


def test_no_two_other_reports_are_taken_for_one():
    for (name, one), (other_name, other) in combinations(REPORTS.items(), 2):
        if name.split("_")[0] != other_name.split("_")[0]:
            assert kind_between(elsewhere(one), other) is Kind.NEW


# Odd texts


@pytest.mark.parametrize("text", ["", "...", "Video", "Watch the video above.", "漢", words(12)])
def test_too_short_for_anything_but_the_same_under_the_same_headline(text):
    assert kind_between(Text("A", text), Text("B", text)) is Kind.NEW
    assert kind_between(Text("A", text), Text(" a ", text.upper() + "\n")) is Kind.EXACT
    assert kind_between(Text("A", text), DAM) is Kind.NEW
    assert kind_between(Text("A", text), Text("A", text + " more")) is Kind.NEW


@pytest.mark.parametrize(("n", "kind"), [(29, Kind.NEW), (30, Kind.NEAR_COPY), (39, Kind.NEAR_COPY), (40, Kind.EXACT)])
def test_how_long_a_story_is(n, kind):
    assert kind_between(Text("A", words(n)), Text("B", words(n))) is kind


def test_scripts():
    swedish = REPORTS["swedish"]
    decomposed = swedish.text.replace("å", "a\u030a").replace("ö", "o\u0308")
    assert kind_between(elsewhere(swedish, text=decomposed), swedish) is Kind.EXACT
    japanese = "".join(chr(0x4E00 + (i * i) % 1900) for i in range(300))
    mixed = f"{DAM.text}\n\n{japanese}\n\n{swedish.text}"
    assert kind_between(elsewhere(DAM, text=japanese + "。"), later(DAM, 0, text=japanese)) is Kind.NEAR_COPY
    assert kind_between(elsewhere(DAM, text=mixed), DAM) is Kind.CONTAINS
    assert kind_between(elsewhere(DAM, text=japanese), DAM) is Kind.NEW


def test_five_megabytes():
    long = Text(
        "Minutes", " ".join(f"item {i} was carried by {i % 97} votes, and nobody spoke." for i in range(115_000))
    )
    assert len(long.text) > 4_500_000
    start = time.process_time()
    assert kind_of(compare(DAM, long)) is Kind.NEW
    assert kind_of(compare(REPORTS["short"], long)) is Kind.NEW
    assert kind_of(compare(later(DAM, text=long.text[:400]), long)) is Kind.EXCERPT
    assert time.process_time() - start < 20


def test_one_line_a_thousand_times():
    assert kind_between(Text("A", "Buy now and save. " * 1000), Text("B", "Buy now and save. " * 999)) is Kind.NEAR_COPY
    assert kind_between(Text("A", "Buy now and save. " * 1000), DAM) is Kind.NEW
