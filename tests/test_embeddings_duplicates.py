"""Duplicates: shingles, signatures, rules, boilerplate, groups, and all pairs of the sample archive."""

import json
import random
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from corpus import Kind, split_paragraphs
from embeddings.duplicates import (
    BadSignature,
    Boilerplate,
    DuplicateGroups,
    SignatureIndex,
    Text,
    estimate,
    judge,
    pack_signature,
    shingles,
    signature,
    unpack_signature,
)

SAMPLE = Path(__file__).parents[1] / "sample"


def words(n, start=0):
    """n words that no other start shares."""
    return " ".join(f"w{i}" for i in range(start, start + n))


def jaccard(one, other):
    a, b = set(one.tolist()), set(other.tolist())
    return len(a & b) / len(a | b)


class TestShingles:
    def test_one_for_each_run_of_five_words(self):
        assert len(shingles(words(12))) == 8
        assert len(shingles(f"{words(12)} {words(12)}")) == 8 + 4  # the second half adds the four runs across
        assert len(shingles("a a a a a a a a")) == 1

    @pytest.mark.parametrize("n", [1, 2, 4, 5])
    def test_short_texts_have_one(self, n):
        assert len(shingles(words(n))) == 1

    @pytest.mark.parametrize("text", ["", "  \n ", "... — !?", "\ud800", "___", "\x00"])
    def test_no_words_no_shingles(self, text):
        assert shingles(text).shape == (0,)
        assert shingles(text).dtype == np.uint64

    def test_case_quotes_and_white_space_do_not_matter(self):
        one = shingles("“It’s over,”  said the\nMINISTER – at last…")
        other = shingles("\"it's over,\" said the minister - at last...")
        np.testing.assert_array_equal(one, other)

    def test_function_words_and_their_order_do(self):
        end = "in the park behind the old town hall"
        one, other = shingles(f"the man bit the dog {end}"), shingles(f"the dog bit the man {end}")
        assert 0 < jaccard(one, other) < 1

    def test_sorted_and_unique(self):
        found = shingles(words(50) + " " + words(50))
        assert (np.diff(found.astype(object)) > 0).all()

    def test_scripts_without_spaces_go_by_character(self):
        one, other = shingles("日本の首相は水曜日に辞任した"), shingles("日本の首相は木曜日に辞任した")
        assert len(one) == 10
        assert jaccard(one, other) == 5 / 15

    def test_the_same_on_every_machine_and_in_every_run(self):
        """Values are pinned: stored signatures rest on them."""
        found = shingles("Two people died when a ferry struck the pier.")
        assert found[:2].tolist() == [101890569211172548, 2353804292009748389]
        assert signature(found)[:3].tolist() == [837954316, 916251829, 185017002]

    @given(st.text(max_size=200))
    @settings(max_examples=100, deadline=None)
    def test_any_text(self, text):
        found = shingles(text)
        assert len(found) <= max(1, len(text))
        np.testing.assert_array_equal(found, shingles(text + " \n"))

    @pytest.mark.parametrize("unit", [" ", "[", "a", "漢", "é'", "a ", "\ud800"])
    def test_odd_texts_take_linear_time(self, unit):
        start = time.process_time()
        signature(shingles(unit * 300_000))
        assert time.process_time() - start < 2


class TestSignature:
    def test_shape_and_emptiness(self):
        made = signature(shingles(words(100)))
        assert (made.shape, made.dtype) == ((128,), np.uint32)
        assert signature(shingles("")).tolist() == [2**32 - 1] * 128

    def test_long_texts_are_hashed_in_blocks(self):
        """Of sets, the least of the union is the least of the parts."""
        found = shingles(words(5000))
        parts = [signature(part) for part in np.array_split(found, 7)]
        np.testing.assert_array_equal(signature(found), np.min(parts, axis=0))

    @pytest.mark.parametrize("shared", [0, 100, 300, 500, 600])
    def test_estimate_is_near_the_overlap(self, shared):
        errors = []
        for seed in range(12):
            numbers = np.random.default_rng(seed).integers(0, 2**63, 1200, dtype=np.uint64)
            one, other = numbers[:600], numbers[600 - shared : 1200 - shared]
            exact = shared / (1200 - shared)
            errors.append(estimate(signature(one), signature(other)) - exact)
        assert abs(np.mean(errors)) < 3 * 0.044 / 12**0.5
        assert np.abs(errors).max() < 4 * 0.044

    def test_empty_texts_have_nothing_in_common(self):
        empty = signature(shingles(""))
        assert estimate(empty, empty) == 0.0

    def test_packed_and_unpacked(self):
        made = signature(shingles(words(40)))
        packed = pack_signature(made)
        assert len(packed) == 512
        assert packed[:4] == int(made[0]).to_bytes(4, "little")
        np.testing.assert_array_equal(unpack_signature(packed), made)
        assert unpack_signature(packed).dtype == np.uint32

    @pytest.mark.parametrize("length", [0, 1, 511, 513, 1024])
    def test_other_lengths_are_refused(self, length):
        with pytest.raises(BadSignature, match=f"not {length}"):
            unpack_signature(b"x" * length)
        assert issubclass(BadSignature, ValueError)


class TestSignatureIndex:
    def test_candidates(self):
        index = SignatureIndex()
        index.add(9, signature(shingles(words(300))))
        index.add(4, signature(shingles(words(300, 20))))
        index.add(5, signature(shingles(words(300, 5000))))
        assert index.candidates(signature(shingles(words(300)))) == [4, 9]
        assert index.candidates(signature(shingles(words(300, 9000)))) == []

    def test_how_often_an_overlap_makes_a_candidate(self):
        """The table of the module, by trial: 400 pairs at each overlap."""
        for overlap, low, high in [(0.1, 0, 0.03), (0.3, 0.15, 0.31), (0.5, 0.82, 0.93), (0.7, 0.99, 1)]:
            found = 0
            shared = round(2 * 300 * overlap / (1 + overlap))
            for seed in range(400):
                numbers = np.random.default_rng(seed).integers(0, 2**63, 600, dtype=np.uint64)
                index = SignatureIndex()
                index.add(1, signature(numbers[:300]))
                found += bool(index.candidates(signature(numbers[300 - shared : 600 - shared])))
            assert low <= found / 400 <= high

    def test_empty_texts_are_never_candidates(self):
        index = SignatureIndex()
        empty = signature(shingles(""))
        index.add(1, empty)
        index.add(2, empty)
        assert index.candidates(empty) == []
        assert (1 in index, len(index)) == (True, 2)
        index.remove(1)
        assert 1 not in index

    def test_removing_leaves_nothing_behind(self):
        """Structures that only grow were the complaint about others."""
        index = SignatureIndex()
        signatures = [signature(shingles(words(60, i % 5))) for i in range(20)]
        for row, made in enumerate(signatures):
            index.add(row, made)
        for row in range(20):
            index.remove(row)
            index.remove(row)
        assert len(index) == 0
        assert not index._rows
        assert not index._keys

    def test_adding_again_replaces(self):
        index = SignatureIndex()
        old, new = signature(shingles(words(60))), signature(shingles(words(60, 500)))
        index.add(3, old)
        index.add(3, new)
        assert index.candidates(old) == []
        assert index.candidates(new) == [3]
        assert len(index) == 1

    def test_equal_bands_at_different_places_are_no_match(self):
        index = SignatureIndex()
        one, other = np.arange(128, dtype=np.uint32), np.roll(np.arange(128, dtype=np.uint32), 4)
        index.add(1, one)
        assert index.candidates(other) == []
        index.add(2, np.zeros(128, np.uint32))
        index.remove(2)
        assert len(index._rows) == 32

    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 5)), max_size=40))
    @settings(max_examples=50, deadline=None)
    def test_any_order_of_adds_and_removes(self, steps):
        signatures = [signature(shingles(words(80, 15 * i))) for i in range(6)]
        index, oracle = SignatureIndex(), {}
        for add, row, which in steps:
            if add:
                index.add(row, signatures[which])
                oracle[row] = which
            else:
                index.remove(row)
                oracle.pop(row, None)
        bands = [made.reshape(32, 4) for made in signatures]
        for wanted in range(6):
            agree = [(bands[which] == bands[wanted]).all(axis=1).any() for which in range(6)]
            expected = [row for row in sorted(oracle) if agree[oracle[row]]]
            assert index.candidates(signatures[wanted]) == expected
        assert len(index) == len(oracle)


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
