"""Duplicates: rules, boilerplate, groups, and all pairs of the sample archive against its truth."""

import json
import random
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from corpus import Kind, split_paragraphs
from embeddings.duplicates import (
    Boilerplate,
    DuplicateGroups,
    SignatureIndex,
    Text,
    judge,
    shingles,
    signature,
)

SAMPLE = Path(__file__).parents[1] / "sample"


def words(n, start=0):
    """n words that no other start shares."""
    return " ".join(f"w{i}" for i in range(start, start + n))


class TestJudge:
    BODY = words(200)

    def test_exact_under_another_headline(self):
        found = judge(Text("One", self.BODY), Text("Another", self.BODY.replace(" ", "\n").upper()))
        assert found is not None
        assert (found.kind, found.score) == (Kind.EXACT, 1.0)
        assert found.evidence == {
            "jaccard": 1.0, "article_covered": 1.0, "earlier_covered": 1.0, "same_title": False
        }  # fmt: skip

    def test_near(self):
        found = judge(Text("T", self.BODY + " " + words(40, 900)), Text("“T”", self.BODY))
        assert found is not None
        assert found.kind is Kind.NEAR
        assert found.score == found.evidence["jaccard"] == round(196 / 236, 4)

    @pytest.mark.parametrize("swap", [False, True])
    def test_excerpt_and_contains_are_mirrored(self, swap):
        brief, long = Text("Brief", words(60)), Text("Long", words(300))
        found = judge(long, brief) if swap else judge(brief, long)
        assert found is not None
        assert found.kind is (Kind.CONTAINS if swap else Kind.EXCERPT)
        assert found.score == 1.0
        assert found.evidence["earlier_covered" if swap else "article_covered"] == 1.0

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (words(200), words(200, 1000)),
            ("", ""),
            ("", words(200)),
            (words(30), words(300)),
            ("Watch the video above.", "Watch the video above."),
            (words(38), words(38) + " more"),
        ],
    )
    def test_nothing(self, one, other):
        assert judge(Text("One", one), Text("Another", other)) is None
        assert judge(Text("Another", other), Text("One", one)) is None

    def test_a_short_text_is_a_copy_under_the_same_headline_only(self):
        assert judge(Text("A", "Trains are late."), Text("B", "Trains are late.")) is None
        found = judge(Text("A", "Trains are late."), Text("a ", "trains are late. "))
        assert found is not None
        assert found.kind is Kind.EXACT

    @pytest.mark.parametrize(
        ("one", "other", "kind"),
        [
            (words(100), words(100, 32), Kind.NEAR),  # 64 of 128 shingles
            (words(100), words(100, 33), None),  # 63 of 129
            (words(104), words(300, 30), Kind.EXCERPT),  # 70 of its 100
            (words(104), words(300, 31), None),
            (words(40), words(300), Kind.EXCERPT),  # 36 shingles
            (words(39), words(300), None),
        ],
    )
    def test_thresholds(self, one, other, kind):
        found = judge(Text("A", one), Text("B", other))
        assert (found and found.kind) == kind

    def test_near_stays_near_where_one_side_is_just_too_short(self):
        found = judge(Text("A", words(39)), Text("B", words(40)))
        assert found is not None
        assert found.kind is Kind.NEAR

    @given(st.integers(30, 120), st.integers(30, 120), st.integers(0, 120))
    @settings(max_examples=100, deadline=None)
    def test_symmetry(self, n, m, start):
        mirror = {Kind.EXCERPT: Kind.CONTAINS, Kind.CONTAINS: Kind.EXCERPT}
        one, other = Text("A", words(n)), Text("B", words(m, start))
        there, back = judge(one, other), judge(other, one)
        assert (there is None) == (back is None)
        if there and back:
            assert back.kind is mirror.get(there.kind, there.kind)
            assert (back.score, back.evidence["jaccard"]) == (there.score, there.evidence["jaccard"])
            assert 0 < there.score <= 1


def read(name):
    """Title and body of a sample file, without the readers: this test is about the rules."""
    content = (SAMPLE / "archive" / name).read_text().split("## Original url:")[0].strip()
    title, _, rest = content.partition("\n")
    first, _, after = rest.strip().partition("\n")
    body = after.strip() if len(first) < 40 else rest.strip()
    return title.removeprefix("## "), body.replace("\\", "")


FITTING = {
    "exact": {Kind.EXACT},
    "near": {Kind.NEAR},
    "update": {Kind.NEAR},
    "excerpt": {Kind.EXCERPT, Kind.CONTAINS},
}


@pytest.fixture(scope="module")
def truth():
    return [json.loads(line) for line in (SAMPLE / "truth.jsonl").read_text().splitlines()]


def test_every_pair_of_the_sample_archive(truth):
    texts = {line["file"]: Text(*read(line["file"])) for line in truth}
    expected = {(line["of"], line["file"]): line["relation"] for line in truth if line["of"]}
    assert len(expected) >= 17
    for earlier, later in combinations(texts, 2):
        found = judge(texts[later], texts[earlier])
        fitting = FITTING.get(expected.get((earlier, later), ""), {None})
        assert (found and found.kind) in fitting, (earlier, later, found)


def test_the_same_with_boilerplate_taken_out(truth):
    """One outlet invites to its newsletter, one to enlarge images: both go, and no verdict changes."""
    boilerplate, split = Boilerplate(), {}
    for line in truth:
        title, body = read(line["file"])
        source = line["url"] and line["url"].split("/")[2].removeprefix("www.")
        split[line["file"]] = (source, title, body, split_paragraphs(body).paragraphs)
        boilerplate.add(source, [paragraph.hash for paragraph in split[line["file"]][3]])
    texts = {
        name: Text(title, boilerplate.own_text(source, body, paragraphs))
        for name, (source, title, body, paragraphs) in split.items()
    }
    shortened = {split[name][0] for name in texts if texts[name].text != split[name][2]}
    assert shortened == {"tarnvalleycourier.example", "nspr.example"}
    for line in truth:
        if line["of"]:
            found = judge(texts[line["file"]], texts[line["of"]])
            assert found is not None
            assert found.kind in FITTING[line["relation"]]


def test_signatures_find_all_but_excerpts(truth):
    index = SignatureIndex()
    made = {line["file"]: signature(shingles(read(line["file"])[1])) for line in truth}
    rows = {name: row for row, name in enumerate(made)}
    for name, row in rows.items():
        index.add(row, made[name])
    for line in truth:
        if line["of"] and line["relation"] != "excerpt":
            assert rows[line["of"]] in index.candidates(made[line["file"]])


class TestBoilerplate:
    FOOTER = "Sign up for our newsletter and never miss a story again."

    def article(self, n):
        text = f"{words(80, n * 1000)}\n\n{self.FOOTER}"
        return text, split_paragraphs(text).paragraphs

    def filled(self, articles, source="post.example"):
        made = Boilerplate()
        for n in range(articles):
            made.add(source, [paragraph.hash for paragraph in self.article(n)[1]])
        return made

    def test_three_articles_of_a_source(self):
        text, paragraphs = self.article(0)
        assert self.filled(2).own_text("post.example", text, paragraphs) == text
        assert self.filled(3).own_text("post.example", text, paragraphs) == words(80)
        assert self.filled(3).is_boilerplate("post.example", paragraphs[1].hash)
        assert not self.filled(3).is_boilerplate("post.example", paragraphs[0].hash)

    def test_of_one_and_of_a_named_source(self):
        """Wire copy runs in forty outlets and is no boilerplate; without a source nothing is known."""
        text, paragraphs = self.article(0)
        made = Boilerplate()
        for n in range(40):
            made.add(f"outlet{n}.example", [paragraph.hash for paragraph in paragraphs])
            made.add(None, [paragraph.hash for paragraph in paragraphs])
        assert made.own_text("outlet1.example", text, paragraphs) == text
        assert made.own_text(None, text, paragraphs) == text

    def test_twice_in_one_article_counts_once(self):
        made = Boilerplate()
        for _ in range(2):
            made.add("a", ["x", "x", "x"])
        assert not made.is_boilerplate("a", "x")

    def test_removing_undoes_adding(self):
        made = self.filled(3)
        made.remove("post.example", [paragraph.hash for paragraph in self.article(1)[1]])
        assert not made.is_boilerplate("post.example", self.article(0)[1][1].hash)
        for n in (0, 2, 7):
            made.remove("post.example", [paragraph.hash for paragraph in self.article(n)[1]])
        made.remove(None, ["x"])
        assert not made._articles

    def test_a_story_posted_three_times_stays_whole(self):
        """Else its fourth version would be found to repeat nothing."""
        made = Boilerplate()
        text = "\n\n".join(words(60, n * 100) for n in range(5))
        paragraphs = split_paragraphs(text).paragraphs
        for _ in range(4):
            made.add("post.example", [paragraph.hash for paragraph in paragraphs])
        assert made.own_text("post.example", text, paragraphs) == text

    def test_a_body_of_nothing_else_becomes_blank(self):
        made = self.filled(3)
        paragraphs = split_paragraphs(self.FOOTER).paragraphs
        blank = made.own_text("post.example", self.FOOTER, paragraphs)
        assert blank == ""
        assert judge(Text("Video", blank), Text("Video", blank)) is None

    def test_text_without_paragraphs(self):
        assert self.filled(3).own_text("post.example", " \n", ()) == " \n"


class GroupMachine(RuleBasedStateMachine):
    """Groups against connected components, computed anew each time."""

    @initialize()
    def start(self):
        self.groups = DuplicateGroups()
        self.pairs: set[tuple[int, int]] = set()

    @rule(a=st.integers(0, 12), b=st.integers(0, 12))
    def add(self, a, b):
        self.groups.add(a, b)
        if a != b:
            self.pairs.add((a, b))

    @rule(row=st.integers(0, 12))
    def remove(self, row):
        self.groups.remove(row)
        self.pairs = {pair for pair in self.pairs if row not in pair}

    @invariant()
    def components(self):
        for row in range(13):
            group = {row}
            while more := {n for pair in self.pairs if group & set(pair) for n in pair} - group:
                group |= more
            assert self.groups.of(row) == tuple(sorted(group))
            assert self.groups.leader(row) == min(group)
        assert len(self.groups._groups) == len({row for pair in self.pairs for row in pair})


GroupMachine.TestCase.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
TestGroups = GroupMachine.TestCase


def test_groups_do_not_depend_on_the_order_of_pairs():
    pairs = [(1, 2), (2, 3), (5, 6), (3, 4), (9, 6)]
    for seed in range(10):
        groups = DuplicateGroups()
        for a, b in random.Random(seed).sample(pairs, len(pairs)):
            groups.add(b, a)
        assert [groups.of(row) for row in (4, 9, 7)] == [(1, 2, 3, 4), (5, 6, 9), (7,)]


def test_a_group_falls_apart_where_its_link_is_removed():
    groups = DuplicateGroups()
    for a, b in [(1, 2), (2, 3), (3, 4), (2, 9)]:
        groups.add(a, b)
    groups.remove(2)
    assert [groups.of(row) for row in (1, 2, 3, 4, 9)] == [(1,), (2,), (3, 4), (3, 4), (9,)]
