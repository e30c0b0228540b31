"""Decisions as constraints: conflicts are found and named, and no clustering or arrangement breaks what holds."""

from datetime import UTC, datetime
from itertools import count, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Assignment, Decision, DecisionKind, Level, LineageEvent
from embeddings.threads import (
    constrain_stories,
    constraints_at,
    lineage_events,
    name_placeholders,
    nest,
    placeholder,
    rules_of,
)
from embeddings.threads.constraints import StorySets
from embeddings.threads.linkage.nested import nested_linkage
from embeddings.threads.pairs import COHESION_LONE, UNDATED, Edges

_NUMBERS = count(1)
AT = datetime(2024, 5, 1, tzinfo=UTC)
K = DecisionKind


def made(kind: DecisionKind, articles: str = "", others: str = "", **given: Any) -> Decision:
    """A decision about articles that are called by one letter each."""
    return Decision(f"d-{next(_NUMBERS)}", kind, AT, "editor", "why", tuple(articles), tuple(others), **given)


def named(*decisions: Decision) -> list[set[str]]:
    """Which decisions each conflict names, by their place in the arguments."""
    letters = {d.id: "abcdefgh"[i] for i, d in enumerate(decisions)}
    return [{letters[id] for id in conflict.decisions} for conflict in rules_of(decisions).conflicts]


# Conflicts


def test_what_agrees_has_no_conflict() -> None:
    assert named() == []
    assert named(made(K.MUST_LINK, "ab"), made(K.MUST_LINK, "bc"), made(K.CANNOT_LINK, "a", "d")) == []
    assert named(made(K.PIN, "a", thread="t-1"), made(K.PIN, "b", thread="t-1")) == []
    assert named(made(K.LOCK, "abc", thread="t-1"), made(K.MUST_LINK, "ab"), made(K.PIN, "a", thread="t-1")) == []
    assert named(made(K.RENAME, thread="t-1", headline="x"), made(K.RENAME, thread="t-1", headline="y")) == []


@pytest.mark.parametrize(
    ("decisions", "expected"),
    [
        ([made(K.MUST_LINK, "ab"), made(K.CANNOT_LINK, "a", "b")], {"a", "b"}),
        ([made(K.MUST_LINK, "ab"), made(K.MUST_LINK, "xy"), made(K.MUST_LINK, "bc"), made(K.CANNOT_LINK, "a", "c")],
         {"a", "c", "d"}),
        ([made(K.PIN, "a", thread="t-1"), made(K.PIN, "a", thread="t-2")], {"a", "b"}),
        ([made(K.PIN, "a", thread="t-1"), made(K.PIN, "b", thread="t-1"), made(K.CANNOT_LINK, "a", "b")],
         {"a", "b", "c"}),
        ([made(K.LOCK, "ab", thread="t-1"), made(K.MUST_LINK, "bc")], {"a", "b"}),
        ([made(K.LOCK, "ab", thread="t-1"), made(K.PIN, "c", thread="t-1")], {"a", "b"}),
        ([made(K.LOCK, "ab", thread="t-1"), made(K.SPLIT, "a", "b", thread="t-1")], {"a", "b"}),
        ([made(K.MERGE, "abcd", thread="t-1", source="t-2"), made(K.MOVE, "a", "bcd", thread="t-3")], {"a", "b"}),
    ],
)  # fmt: skip
def test_a_conflict_names_the_decisions_that_make_it(decisions: list[Decision], expected: set[str]) -> None:
    assert expected in named(*decisions)
    for left_out in range(len(decisions)):
        some = decisions[:left_out] + decisions[left_out + 1 :]
        if "abcdefgh"[left_out] in expected:
            assert named(*some) == []


def test_a_link_through_an_article_that_is_gone_holds() -> None:
    rules = rules_of([made(K.MUST_LINK, "ab"), made(K.MUST_LINK, "bc")])
    found = constraints_at(rules, {"a": 1, "c": 3})
    assert [group.rows for group in found.groups] == [(1, 3)]


def test_who_is_a_guest() -> None:
    pinned = rules_of([made(K.PIN, "a", thread="t-1")])
    assert constraints_at(pinned, {"a": 1}, {"t-1": {1, 7}}).guests == {1}
    assert constraints_at(pinned, {"a": 1}, {"t-1": {1}}).guests == set()  # it is the story
    assert constraints_at(pinned, {}, {"t-1": {7}}).groups == ()  # nothing is bound while the article is gone
    merged = rules_of([made(K.MERGE, "ab", thread="t-1", source="t-2")])
    assert constraints_at(merged, {"a": 1, "b": 2}, {"t-1": {1, 2, 7}}).guests == set()


# Nothing breaks them

LETTERS = "abcdefghij"
SOME = st.lists(st.sampled_from(LETTERS), min_size=2, max_size=3, unique=True).map("".join)
DECISIONS = st.lists(
    st.one_of(
        st.builds(lambda s: made(K.MUST_LINK, s), SOME),
        st.builds(lambda s: made(K.CANNOT_LINK, s[0], s[1]), SOME),
        st.builds(lambda s, t: made(K.PIN, s[0], thread=t), SOME, st.sampled_from(["t-1", "t-2"])),
        st.builds(lambda s: made(K.SPLIT, s[0], s[1:], thread="t-9"), SOME),
        st.builds(lambda s, t: made(K.LOCK, s, thread=t), SOME, st.sampled_from(["t-3", "t-4"])),
    ),
    max_size=6,
)


def kept(decisions: list[Decision]) -> list[Decision]:
    """Those that an editor could have made one after the other."""
    some: list[Decision] = []
    for decision in decisions:
        if not rules_of([*some, decision]).conflicts:
            some.append(decision)
    return some


def assert_kept(decisions: list[Decision], label: dict[str, Any]) -> None:
    for d in decisions:
        own, others = {label[a] for a in d.articles}, {label[a] for a in d.others}
        assert len(own) == 1, d
        assert not own & others, d
        if d.kind is K.LOCK:
            assert {a for a in LETTERS if label[a] in own} == set(d.articles), d


@settings(max_examples=300, deadline=None, derandomize=True)
@given(DECISIONS, st.randoms(use_true_random=False), st.floats(0, 1))
def test_linkage_keeps_them_and_its_levels_nest(decisions: list[Decision], rng: Any, share: float) -> None:
    decisions = kept(decisions)
    n, place = len(LETTERS), {i: i for i in range(len(LETTERS))}
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n) if rng.random() < share]
    first, second = np.array(pairs, np.int64).reshape(-1, 2).T
    edges = Edges(first, second, np.array([rng.random() for _ in pairs]), np.full(len(pairs), COHESION_LONE))
    rows = {letter: i for i, letter in enumerate(LETTERS)}
    bound = constraints_at(rules_of(decisions), rows)
    identical = [[0, 3, 5]] if rng.random() < 0.5 else []
    levels = nested_linkage([UNDATED] * n, edges, (0.5, 0.3, 0.15), identical, StorySets(n, bound, place))
    assert_kept(decisions, {letter: levels[1][i] for letter, i in rows.items()})
    for narrow, wide in pairwise(levels):
        assert len({(a, b) for a, b in zip(narrow, wide, strict=True)}) == len(set(narrow))
    if not decisions:
        assert levels[1] == nested_linkage([UNDATED] * n, edges, (0.3,), identical)[0]
        assert levels[2] == nested_linkage([UNDATED] * n, edges, (0.15,), identical)[0]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(DECISIONS, st.lists(st.sampled_from(["t-1", "t-2", "t-3", "t-5"]), min_size=10, max_size=10))
def test_settling_keeps_them_and_moves_nothing_that_agrees(decisions: list[Decision], stories: list[str]) -> None:
    decisions = kept(decisions)
    rows = {letter: i for i, letter in enumerate(LETTERS)}
    bound = constraints_at(rules_of(decisions), rows)
    before = dict(enumerate(stories))
    after = constrain_stories(before, bound)
    label = {letter: after[i] for letter, i in rows.items()}
    assert_kept(decisions, label)
    for d in decisions:
        if d.names:
            assert {label[a] for a in d.articles} == {d.thread}
    assert constrain_stories(after, bound) == after
    if not decisions:
        assert after == before


# Nesting, naming, telling


def test_an_event_over_two_stories_falls_apart_and_the_larger_part_keeps_its_name() -> None:
    stories = {1: "t-1", 2: "t-1", 3: "t-2", 4: "t-2"}
    found = nest(stories, dict.fromkeys(stories, "e-1"), {1: "s-1", 2: "s-1", 3: "s-2", 4: "s-1"})
    assert [found[row].event for row in (1, 2)] == ["e-1", "e-1"]
    assert found[3].event == found[4].event != "e-1"
    assert {row: place.saga for row, place in found.items()} == {1: "s-1", 2: "s-1", 3: "s-1", 4: "s-1"}
    named_ = name_placeholders(found, [1, 2, 3, 4], {row: f"a{row}" for row in stories}, {Level.EVENT: {"e-9"}})
    assert named_[3].event.startswith("e-")
    assert named_[1] == Assignment("e-1", "t-1", "s-1")


def test_new_names_are_those_of_the_first_article_unless_taken() -> None:
    places = {
        1: Assignment(placeholder("x"), placeholder("x"), placeholder("x")),
        2: Assignment(placeholder("x"), placeholder("x"), placeholder("x")),
    }
    first = name_placeholders(places, [2, 1], {1: "a", 2: "b"}, {})
    assert first == name_placeholders({2: places[2]}, [2], {2: "b"}, {}) | {1: first[2]}
    other = name_placeholders(places, [2, 1], {1: "a", 2: "b"}, {Level.STORY: {first[2].story}})
    assert other[1].story != first[1].story
    assert other[1].event == first[1].event


def test_what_became_of_threads_is_told() -> None:
    before = {1: "t-1", 2: "t-1", 3: "t-2", 4: "t-3", 5: "t-4"}
    after = {1: "t-1", 2: "t-9", 3: "t-1", 4: "t-3"}
    told = [(line.event, line.thread, line.other) for line in lineage_events(Level.STORY, before, after, growth=True)]
    assert told == [
        (LineageEvent.BORN, "t-9", None),
        (LineageEvent.SPLIT_FROM, "t-9", "t-1"),
        (LineageEvent.MERGED_INTO, "t-2", "t-1"),
        (LineageEvent.RETIRED, "t-4", None),
        (LineageEvent.CONTINUED, "t-1", None),
    ]
    assert lineage_events(Level.STORY, before, before, growth=True) == []
