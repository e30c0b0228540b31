"""Boilerplate, groups of copies, and which copy stands for the others."""

import random
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from corpus import Kind, body_hash, paragraph_hash, split_paragraphs, terms_of
from embeddings.duplicates import Boilerplate, CanonicalPolicy, Copy, DuplicateGroups, Text, classify, compare
from embeddings.duplicates.canonical import CRITERIA
from embeddings.duplicates.groups import Connected
from embeddings.lexical.index import TermIndex

NAN = float("nan")
FOOTER = "Sign up for our newsletter and never miss a story again."


def words(n, start=0):
    """n words that no other start shares."""
    return " ".join(f"w{i}" for i in range(start, start + n))


def article(n, footer=FOOTER):
    text = f"{words(80, n * 1000)}\n\n{footer}"
    return text, split_paragraphs(text).paragraphs


def filled(articles):
    made = Boilerplate()
    for row in range(articles):
        made.add(row, [paragraph.hash for paragraph in article(row)[1]])
    return made


# Boilerplate


def test_three_articles_that_are_not_one_text():
    text, paragraphs = article(0)
    assert filled(2).own_text(text, paragraphs) == text
    assert filled(3).own_text(text, paragraphs) == words(80)
    assert filled(3).is_boilerplate(paragraphs[1].hash)
    assert not filled(3).is_boilerplate(paragraphs[0].hash)
    assert not filled(3).is_boilerplate("unknown")


def test_wire_copy_in_forty_outlets_is_none():
    made, hashes = Boilerplate(), [paragraph.hash for paragraph in article(0)[1]]
    for row in range(40):
        made.add(row, hashes)
        if row:
            made.join(row, random.Random(row).randrange(row))
    assert not any(map(made.is_boilerplate, hashes))
    made.add(40, hashes[1:])
    assert not made.is_boilerplate(hashes[1])
    made.add(41, hashes[1:])
    assert made.is_boilerplate(hashes[1])


def test_twice_in_one_article_counts_once():
    made = Boilerplate()
    for row in (1, 2, 2, 1):
        made.add(row, ["x", "x", "x"])
    assert not made.is_boilerplate("x")


def test_removing_undoes_adding_and_joining():
    made, footer = filled(3), article(0)[1][1].hash
    made.remove(1)
    assert not made.is_boilerplate(footer)
    made.add(1, [footer])
    made.join(1, 2)
    assert not made.is_boilerplate(footer)
    made.remove(1)
    made.add(1, [footer])
    assert made.is_boilerplate(footer)
    for row in range(4):
        made.remove(row)
    made.remove(9)
    assert not made._articles
    assert not made._texts._groups
    assert not made._texts._pairs


def described(*articles):
    """Articles of (headline, paragraphs) by row, their terms in the index, as they come."""
    index = TermIndex()
    made = Boilerplate(index)
    for row, (title, paragraphs) in enumerate(articles):
        index.add(row, terms_of(title, "\n\n".join(paragraphs)))
        made.add(row, map(paragraph_hash, paragraphs), {paragraph_hash(p): p for p in paragraphs})
    return made


NOTICE = "To read on without advertising take out a subscription for 1.20 euros a week. Already a subscriber? Log in."
STORIES = {
    "Harbour bridge closed after barge strikes pier": "A barge hit the harbour bridge at dawn; its pier sank.",
    "Coach Maren Vost leaves Falkenau after nine defeats": "Falkenau parted with Vost after four wins in 31 games.",
    "Parliament votes to raise the minimum wage to 14 euros": "The house voted 312 to 207 for a wage of 14 euros.",
    "Storks return to the Lenz marshes": "Volunteers counted 212 pairs of white storks in the marshes this spring.",
}


def test_what_unrelated_articles_share_is_boilerplate_behind_them_and_as_their_whole_body():
    behind = described(*((title, [text, NOTICE]) for title, text in STORIES.items()))
    assert behind.is_boilerplate(paragraph_hash(NOTICE))
    whole = described(*((title, [NOTICE]) for title in STORIES))
    assert whole.is_boilerplate(paragraph_hash(NOTICE))
    assert not described(*((title, [NOTICE]) for title in list(STORIES)[:2])).is_boilerplate(paragraph_hash(NOTICE))


def test_what_the_takes_of_one_story_share_is_none():
    lead, *rest = (f"Engineers at Orrin dam {what} the reservoir on Sunday, said Ruta Delmar of the board in Kell."
                   for what in ("emptied", "watched", "photographed", "measured", "closed", "lit"))  # fmt: skip
    takes = [(f"Orrin dam: {n} told to leave Kell", [line, lead, *STORIES.values()]) for n, line in enumerate(rest)]
    made = described(*takes, *((title, [text]) for title, text in STORIES.items()))
    assert not made.is_boilerplate(paragraph_hash(lead))


def test_it_is_none_any_more_when_its_company_goes():
    made = described(*((title, [text, NOTICE]) for title, text in list(STORIES.items())[:3]))
    left_out, terms = made.leave_out(0, terms_of(*next(iter(STORIES.items()))))
    assert left_out == {paragraph_hash(NOTICE)}
    made.remove(2)
    assert not made.is_boilerplate(paragraph_hash(NOTICE))
    assert made.leave_out(0, terms)[0] == frozenset()


def test_a_body_of_nothing_else_becomes_blank_and_is_no_copy_of_another():
    made, paragraphs = filled(3), split_paragraphs(FOOTER).paragraphs
    blank = made.own_text(FOOTER, paragraphs)
    assert blank == ""
    one, other = (Text(title, blank, whole=body_hash(FOOTER)) for title in ("Video", "Another video"))
    assert classify(compare(one, other)).kind is Kind.NEW
    assert classify(compare(one, Text("video", blank, whole=body_hash(FOOTER)))).kind is Kind.EXACT


def test_text_without_paragraphs():
    assert filled(3).own_text(" \n", ()) == " \n"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(0, 7)), max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_order_against_plain_sets(steps):
    made, rows, joined = Boilerplate(), set(), set()
    for join, a, b in steps:
        if join and a != b and {a, b} <= rows:
            made.join(a, b)
            joined.add((a, b))
        elif a in rows:
            made.remove(a)
            rows.discard(a)
            joined = {pair for pair in joined if a not in pair}
        else:
            made.add(a, ["x", f"own {a}"])
            rows.add(a)
        assert made.is_boilerplate("x") == (len(components(rows, joined)) >= 3)
        assert not made.is_boilerplate(f"own {a}")


def components(rows, pairs):
    left, found = set(rows), set()
    while left:
        group = {left.pop()}
        while more := {n for pair in pairs if group & set(pair) for n in pair} - group:
            group |= more
        left -= group
        found.add(tuple(sorted(group)))
    return found


SOME = st.integers(0, 12)


class ConnectedMachine(RuleBasedStateMachine):
    """Against connected components, computed anew each time."""

    @initialize()
    def start(self):
        self.made, self.pairs = Connected(), set()

    @rule(a=SOME, b=SOME)
    def add(self, a, b):
        self.made.add(a, b)
        if a != b:
            self.pairs.add((min(a, b), max(a, b)))

    @rule(a=SOME, b=SOME)
    def cut(self, a, b):
        self.made.cut(a, b)
        self.pairs.discard((min(a, b), max(a, b)))

    @rule(row=SOME)
    def remove(self, row):
        self.made.remove(row)
        self.pairs = {pair for pair in self.pairs if row not in pair}

    @invariant()
    def components(self):
        for group in components(range(13), self.pairs):
            assert {self.made.of(row) for row in group} == {group}
            assert {self.made.leader(row) for row in group} == {group[0]}
        assert len(self.made._groups) == len({row for pair in self.pairs for row in pair})


ConnectedMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestConnected = ConnectedMachine.TestCase


def age(row):
    """Not the order of rows."""
    return (row * 7) % 13


BODIES = {3: "wire", 6: "wire", 11: "wire"}


def same(a, b):
    return a in BODIES and BODIES.get(a) == BODIES.get(b)


def made_of(scores):
    groups = DuplicateGroups(age, same)
    for (a, b), score in scores.items():
        groups.add(a, b, score)
    return groups


class GroupMachine(RuleBasedStateMachine):
    """Every two of a group are linked, none could join another, and the way there does not matter."""

    @initialize()
    def start(self):
        self.groups, self.scores = DuplicateGroups(age, same), {}

    @rule(a=SOME, b=SOME, score=st.sampled_from([0.5, 0.7, 0.9, 1.0]))
    def add(self, a, b, score):
        self.groups.add(a, b, score)
        if a != b:
            self.scores[min(a, b), max(a, b)] = score

    @rule(a=SOME, b=SOME)
    def cut(self, a, b):
        self.groups.cut(a, b)
        self.scores.pop((min(a, b), max(a, b)), None)

    @precondition(lambda self: self.scores)
    @rule(data=st.data())
    def remove_and_bring_back(self, data):
        row = data.draw(SOME)
        before, own = self.groups.all(), {pair: s for pair, s in self.scores.items() if row in pair}
        self.remove(row)
        assert self.groups.all() == made_of(self.scores).all()
        for (a, b), score in own.items():
            self.add(b, a, score)
        assert self.groups.all() == before

    @rule(row=SOME)
    def remove(self, row):
        self.groups.remove(row)
        self.scores = {pair: score for pair, score in self.scores.items() if row not in pair}

    @invariant()
    def complete(self):
        for group in self.groups.all():
            assert all(pair in self.scores or same(*pair) for pair in combinations(group, 2))
            assert all(self.groups.of(row) == group and self.groups.leader(row) == group[0] for row in group)
        grouped = {row for group in self.groups.all() for row in group}
        assert grouped == {row for row in range(13) if len(self.groups.of(row)) > 1}
        for a, b in self.scores:  # what is linked and not together has a reason
            if self.groups.of(a) != self.groups.of(b):
                rows = {(min(x, y), max(x, y)) for x in self.groups.of(a) for y in self.groups.of(b)}
                assert not all(pair in self.scores or same(*pair) for pair in rows)

    @invariant()
    def order_does_not_matter(self):
        pairs = list(self.scores.items())
        random.Random(len(pairs)).shuffle(pairs)
        other = made_of({(b, a): score for (a, b), score in pairs})
        assert other.all() == self.groups.all()
        assert [other.related(row) for row in range(13)] == [self.groups.related(row) for row in range(13)]

    @invariant()
    def related_is_connected(self):
        for group in components(range(13), set(self.scores)):
            assert {self.groups.related(row) for row in group} == {group}


GroupMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestGroups = GroupMachine.TestCase


# Groups


@pytest.mark.parametrize("order", [[(1, 2, 0.8), (2, 3, 0.9)], [(2, 3, 0.9), (1, 2, 0.8)]])
def test_a_copy_of_a_copy_is_no_copy(order):
    groups = DuplicateGroups(lambda row: row)
    for a, b, score in order:
        groups.add(a, b, score)
    assert groups.all() == {(2, 3)}
    assert (groups.of(1), groups.related(1)) == ((1,), (1, 2, 3))


def test_ties_go_to_the_older_ones():
    groups = DuplicateGroups(lambda row: -row)
    groups.add(1, 2, 0.8)
    groups.add(2, 3, 0.8)
    assert groups.all() == {(2, 3)}


def test_a_lost_link_frees_others():
    groups = DuplicateGroups(lambda row: row)
    for a, b, score in [(1, 2, 0.9), (2, 3, 0.8), (3, 4, 0.9), (1, 3, 0.7)]:
        groups.add(a, b, score)
    assert groups.all() == {(1, 2), (3, 4)}
    groups.cut(3, 4)
    assert groups.all() == {(1, 2, 3)}
    groups.cut(3, 4)
    groups.remove(2)
    assert (groups.all(), groups.of(2), groups.of(99)) == ({(1, 3)}, (2,), (99,))


@pytest.mark.parametrize("gone", range(5))
def test_a_group_survives_the_loss_of_any(gone):
    groups = DuplicateGroups(lambda row: row)
    for a, b in combinations(range(5), 2):
        groups.add(a, b, 0.9)
    groups.remove(gone)
    assert groups.all() == {tuple(row for row in range(5) if row != gone)}


def test_copies_of_one_body_need_not_all_be_compared():
    """Of 100 outlets each was compared with the first few only."""
    groups = DuplicateGroups(lambda row: row, lambda a, b: (a < 100) == (b < 100))
    for row in range(1, 100):
        for other in range(min(row, 3)):
            groups.add(row, other, 1.0)
    groups.add(100, 0, 0.9)
    assert groups.all() == {tuple(range(100))}
    assert groups.of(100) == (100,)


def test_an_article_is_no_copy_of_itself():
    groups = DuplicateGroups(lambda row: row)
    groups.add(1, 1, 1.0)
    assert (groups.all(), groups.of(1)) == (set(), (1,))


def test_judged_anew_a_pair_has_its_new_score():
    groups = DuplicateGroups(lambda row: row)
    groups.add(1, 2, 0.9)
    groups.add(2, 3, 0.8)
    groups.add(2, 3, 0.95)
    assert groups.all() == {(2, 3)}


def copy(row, day=1.0, length=100, source=None, id=None):
    return Copy(row, id or f"a{row}", day, length, source)


# The canonical policy


@pytest.mark.parametrize(
    ("policy", "rows"),
    [
        (CanonicalPolicy(), [2, 1, 3, 4]),
        (CanonicalPolicy(("earliest",)), [2, 1, 3, 4]),
        (CanonicalPolicy(("latest",)), [3, 1, 2, 4]),
        (CanonicalPolicy(("longest",)), [1, 4, 2, 3]),
        (CanonicalPolicy(("wire", "latest"), wires=("Wire.example", "agency.example")), [3, 1, 2, 4]),
        (CanonicalPolicy(("wire",), wires=("nobody.example",)), [2, 1, 3, 4]),
        (CanonicalPolicy(("publisher",), publishers=("pell.example", "WIRE.example")), [1, 3, 2, 4]),
        (CanonicalPolicy(("longest", "latest")), [1, 4, 3, 2]),
        (CanonicalPolicy(("wire",)), [2, 1, 3, 4]),
        (CanonicalPolicy(()), [2, 1, 3, 4]),
    ],
)
def test_each_criterion(policy, rows):
    copies = [
        copy(1, 2.0, 300, "Pell.example"), copy(2, 1.0, 200, "sarn.example"),
        copy(3, 3.0, 200, "wire.example"), copy(4, NAN, 300, None),
    ]  # fmt: skip
    for some in permutations(copies):
        assert [one.row for one in policy.ranked(some)] == rows


def test_the_tie_at_the_end_goes_by_id():
    copies = [copy(1, id="c"), copy(2, id="a"), copy(3, id="b")]
    assert [one.id for one in CanonicalPolicy(CRITERIA).ranked(copies)] == ["a", "b", "c"]


def test_an_editor_beats_every_criterion_and_the_latest_choice_wins():
    copies = [copy(1, 1.0), copy(2, 2.0), copy(3, 3.0)]
    assert [one.row for one in CanonicalPolicy().ranked(copies, {3: 0})] == [3, 1, 2]
    assert [one.row for one in CanonicalPolicy().ranked(copies, {3: 4, 2: 9, 77: 12})] == [2, 3, 1]


COPIES = st.lists(
    st.builds(
        copy, st.integers(0, 99), st.sampled_from([1.0, 2.0, NAN]), st.sampled_from([10, 20]),
        st.sampled_from([None, "A", "a", "b", "c"]),
    ),
    max_size=6, unique_by=lambda one: one.row,
)  # fmt: skip


@given(COPIES, st.lists(st.sampled_from(CRITERIA), unique=True), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_copies_does_not_matter(copies, order, chance):
    policy = CanonicalPolicy(tuple(order), ("a", "b"), ("c", "A"))
    mixed = list(copies)
    chance.shuffle(mixed)
    assert repr(policy.ranked(mixed)) == repr(policy.ranked(copies))
    assert sorted(one.row for one in policy.ranked(copies)) == sorted(one.row for one in copies)


def test_the_names_of_the_criteria():
    assert CRITERIA == ("earliest", "latest", "longest", "wire", "publisher")
