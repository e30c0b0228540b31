"""Relations: each kind on facts made for it, the hard negatives, and the sample archive with the real model."""

import json
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, Kind, Verdict, encoded, split_paragraphs
from embeddings.compare import AlignedPair, Shares, Side, align, describe_pair, verdict_on, weigh
from embeddings.compare.alignment import Alignment
from embeddings.compare.relations import PairFacts, Relation, evidence_of, relation_of
from embeddings.duplicates import Boilerplate, Text, classify, compare
from embeddings.encoders import encoder_for
from embeddings.search import day_of

NAN = float("nan")


def beside(
    a: tuple[float, float, float], b: tuple[float, float, float], *, pairs: int = 6, characters: float = 2000.0
) -> Alignment:
    """An alignment with these shares (covered, close, copied) of a and b."""
    score = 0.99 if a[2] else 0.8 if a[1] else 0.6
    some = tuple(AlignedPair(i, i, score) for i in range(pairs if a[0] else 0))
    return Alignment(some, (pairs,), (pairs,), Shares(*a, characters), Shares(*b, characters))


ALONE = beside((0, 0, 0), (0, 0, 0))
ONE_EVENT = beside((0.5, 0.1, 0), (0.6, 0.2, 0))
REWORDED = beside((0.9, 0.9, 0), (1, 0.9, 0))
MOSTLY_COPIED = beside((0.9, 0.8, 0.7), (1, 0.9, 0.8))
HALF_OF_IT = beside((0.4, 0.4, 0.4), (1, 1, 1))
IDENTICAL = Alignment((AlignedPair(0, 0, 1.0),), (), (), Shares(1, 1, 1, 900.0), Shares(1, 1, 1, 900.0))


def facts(alignment: Alignment, **more: Any) -> PairFacts:
    return PairFacts(alignment, **({"score": 0.8, "same_story": 0.9, "days": 0.5, "same_source": False} | more))


@pytest.mark.parametrize(
    ("given", "relation"),
    [
        (facts(IDENTICAL), Relation.COPY),
        (facts(IDENTICAL, same_source=True), Relation.COPY),
        (facts(ALONE, verdict=Kind.EXACT), Relation.COPY),
        (facts(MOSTLY_COPIED), Relation.COPY),
        (facts(MOSTLY_COPIED, same_source=None), Relation.COPY),
        (facts(ONE_EVENT, verdict=Kind.NEAR_COPY), Relation.COPY),
        (facts(MOSTLY_COPIED, verdict=Kind.UPDATE), Relation.UPDATE),
        (facts(MOSTLY_COPIED, same_source=True, days=1.0), Relation.UPDATE),
        (facts(beside((1, 1, 0.4), (0.9, 0.9, 0.3)), same_source=True), Relation.UPDATE),
        (facts(REWORDED), Relation.REWRITE),
        (facts(REWORDED, days=NAN), Relation.REWRITE),
        (facts(HALF_OF_IT), Relation.EXCERPT),
        (facts(HALF_OF_IT.mirrored()), Relation.CONTAINS),
        (facts(ONE_EVENT, verdict=Kind.EXCERPT), Relation.EXCERPT),
        (facts(IDENTICAL, verdict=Kind.CONTAINS), Relation.CONTAINS),
        (facts(ONE_EVENT, verdict=Kind.REWRITE, days=90.0), Relation.REWRITE),
        (facts(ONE_EVENT), Relation.PARALLEL),
        (facts(ONE_EVENT, days=NAN), Relation.PARALLEL),
        (facts(ONE_EVENT, days=0.0, same_source=True), Relation.PARALLEL),
        (facts(ONE_EVENT, days=0.3, same_source=True), Relation.FOLLOW_UP),
        (facts(ONE_EVENT, days=4.0), Relation.FOLLOW_UP),
        (facts(ONE_EVENT, days=-4.0), Relation.BACKGROUND),
        (facts(ALONE, same_story=0.2, score=0.5), Relation.SAME_TOPIC),
        (facts(ONE_EVENT, same_story=0.2, score=0.1), Relation.SAME_TOPIC),
        (facts(ALONE, same_story=0.1, score=0.1), None),
    ],
)
def test_each_relation(given: PairFacts, relation: Relation | None) -> None:
    assert relation_of(given) is relation


def test_two_reports_from_one_template_are_no_versions_of_each_other() -> None:
    assert relation_of(facts(REWORDED, same_source=True, days=77.0)) is Relation.SAME_TOPIC
    assert relation_of(facts(REWORDED, same_source=True, days=1.0)) is Relation.SAME_TOPIC


def test_a_late_or_a_short_likeness_is_no_rewrite() -> None:
    assert relation_of(facts(REWORDED, days=20.0)) is Relation.FOLLOW_UP
    assert relation_of(facts(beside((1, 1, 0), (1, 1, 0), pairs=2))) is Relation.PARALLEL
    assert relation_of(facts(beside((1, 1, 0), (1, 1, 0), characters=150.0))) is Relation.PARALLEL


def test_a_shared_line_of_background_is_no_copy() -> None:
    assert relation_of(facts(beside((0.5, 0.3, 0.3), (0.5, 0.3, 0.3)), days=9.0)) is Relation.FOLLOW_UP


def test_short_texts_are_copies_only_when_identical() -> None:
    assert relation_of(facts(beside((1, 1, 1), (1, 1, 1), pairs=1, characters=90.0))) is Relation.PARALLEL


STORED = [kind for kind in Kind if kind is not Kind.NEW]
SHARE = st.floats(0, 1)
SHARES = st.tuples(SHARE, SHARE, SHARE).map(lambda some: tuple(sorted(some, reverse=True)))
FACTS = st.builds(
    lambda a, b, **more: facts(beside(a, b), **more),
    SHARES, SHARES, score=SHARE, same_story=SHARE, days=st.one_of(st.just(NAN), st.floats(-400, 400)),
    same_source=st.sampled_from([True, False, None]), verdict=st.sampled_from([None, *STORED]),
)  # fmt: skip


@given(FACTS)
def test_seen_from_the_other_side_it_is_the_mirrored_relation(given: PairFacts) -> None:
    verdict = given.verdict.mirrored if given.verdict else None
    other = PairFacts(
        given.alignment.mirrored(), given.score, given.same_story, -given.days, given.same_source, verdict
    )
    found = relation_of(given)
    assert relation_of(other) is (found.mirrored if found else None)


def test_a_stored_verdict_decides_whatever_the_paragraphs_say() -> None:
    for alignment in (ALONE, ONE_EVENT, REWORDED, MOSTLY_COPIED, HALF_OF_IT, IDENTICAL):
        said = [relation_of(facts(alignment, verdict=kind)) for kind in STORED]
        assert said == ["copy", "copy", "update", "excerpt", "contains", "rewrite"]


def test_every_relation_is_the_mirror_of_its_mirror() -> None:
    assert all(relation.mirrored.mirrored is relation for relation in Relation)


def test_a_verdict_is_turned_towards_the_hit() -> None:
    verdict = Verdict("late", "early", Kind.EXCERPT, 0.9)
    assert verdict_on(verdict, "late") is Kind.EXCERPT
    assert verdict_on(verdict, "early") is Kind.CONTAINS
    assert verdict_on(Verdict("late", "early", Kind.NEAR_COPY, 0.9), "early") is Kind.NEAR_COPY


def test_the_evidence_says_what_is_known() -> None:
    found = evidence_of(facts(MOSTLY_COPIED, verdict=Kind.NEAR_COPY))
    assert found["paragraphs_copied"] == 6
    assert (found["query_copied"], found["hit_copied"]) == (0.7, 0.8)
    assert (found["days"], found["same_source"], found["verdict"]) == (0.5, False, "near_copy")
    assert not {"days", "same_source", "verdict"} & evidence_of(facts(ALONE, days=NAN, same_source=None)).keys()


def test_describe_pair_aligns_and_names() -> None:
    rows = np.eye(4, dtype=np.float32)
    one = Side(rows[:3], ("a", "b", "c"), np.full(3, 300.0))
    found = describe_pair(one, Side(rows, ("a", "b", "c", "d"), np.full(4, 300.0)), score=0.9, same_story=0.9)
    assert found.relation is Relation.COPY
    assert found.alignment.only_b == (3,)
    assert found.evidence["paragraphs_copied"] == 3


# The sample archive, with the real model


@pytest.fixture(scope="module")
def described(sample_articles: list[Article], sample_path: Any) -> dict[str, Counter[str]]:
    """What the truth says -> what is said of the later article, over all pairs; stories are taken from the truth."""
    truth = [json.loads(line) for line in (sample_path.parent / "truth.jsonl").read_text("utf-8").splitlines()]
    encoder, known = encoder_for("all-MiniLM-L6-v2"), Boilerplate()
    found = {a.id: list(encoded(split_paragraphs(a.text).paragraphs)) for a in sample_articles}
    for row, a in enumerate(sample_articles):
        known.add(row, [p.hash for p in found[a.id]])
    paragraphs = {p.hash: p.of(a.text) for a in sample_articles for p in found[a.id]}
    vectors = dict(zip(paragraphs, encoder.encode(list(paragraphs.values())), strict=True))
    sides = {}
    for a in sample_articles:
        some = found[a.id]
        hashes = tuple(p.hash for p in some)
        weights = weigh([p.end - p.start for p in some], hashes, known)
        sides[a.id] = Side(np.stack([vectors[hash] for hash in hashes]), hashes, weights)
    texts = {
        a.id: Text(a.title, known.own_text(a.text, found[a.id]), a.source, day_of(a.published)) for a in sample_articles
    }
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for (earlier, one), (later, other) in combinations(zip(truth, sample_articles, strict=True), 2):
        together = earlier["story"] == later["story"]
        kind = later["relation"] if later["of"] == earlier["file"] else "story" if together else "none"
        verdict = classify(compare(texts[other.id], texts[one.id])).kind
        relation = relation_of(
            PairFacts(
                align(sides[one.id], sides[other.id]), 0.9 * together, 0.9 * together,
                day_of(other.published) - day_of(one.published), one.source == other.source,
                None if verdict is Kind.NEW else verdict,
            )
        )  # fmt: skip
        said[kind][str(relation)] += 1
    return said


@pytest.mark.model
def test_the_sample_archive_is_told_right(described: dict[str, Counter[str]]) -> None:
    assert described["exact"] == {"copy": 2}
    assert described["near"] == {"copy": 6}
    assert described["update"] == {"update": 5}
    assert described["excerpt"] == {"excerpt": 3, "contains": 1}


@pytest.mark.model
def test_the_sample_archives_hard_negatives_are_no_copies(described: dict[str, Counter[str]]) -> None:
    assert not {"copy", "rewrite", "excerpt", "contains"} & described["none"].keys()
    assert described["none"]["same topic"] <= 20
    assert set(described["story"]) <= {"follow-up", "copy", "parallel", "background"}
    assert described["story"]["follow-up"] > 0.9 * described["story"].total()


@pytest.mark.model
def test_the_sample_archives_two_forecasts_are_on_the_same_topic(described: dict[str, Counter[str]]) -> None:
    assert "update" not in described["none"]
