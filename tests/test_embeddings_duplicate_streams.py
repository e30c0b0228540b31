"""Duplicates: what a whole stream of articles is told, in whatever order, and every pair of the sample archive."""

import json
import random
import re
from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Kind, body_hash, split_paragraphs
from corpus.readers.base import ParsedArticle
from corpus.readers.files import read_paths
from embeddings.duplicates import Boilerplate, SignatureIndex, Text, classify, compare, is_same_text, signature
from embeddings.search import day_of

HERE = Path(__file__).resolve().parent
REPORTS = {}
for part in (HERE / "duplicate_texts.txt").read_text("utf-8").split("\n# ")[1:]:
    name, headline, rest = part.split("\n", 2)
    REPORTS[name] = Text(headline, rest.strip(), "pell.example", 0.0)


def later(report, source="pell.example", **changes):
    """Another version of a report."""
    return replace(report, source=source, **changes)


def elsewhere(report, **changes):
    return later(report, "harwick.example", **changes)


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


AT_HAND = {}
"""Texts by id and own text: their words are hashed once."""


def verdicts_of(stream):
    """(id, other id) -> kind of the first to the second, of articles (id, Text) as they come, the product's way."""
    boilerplate, index, bodies, known, found = Boilerplate(), SignatureIndex(), defaultdict(list), [], {}

    def text_of(row):
        id, text, paragraphs = known[row]
        own = boilerplate.own_text(text.text, paragraphs)
        if (id, own) not in AT_HAND:
            AT_HAND[id, own] = replace(text, text=own, whole=body_hash(text.text))
        return AT_HAND[id, own]

    for row, (id, text) in enumerate(stream):
        known.append((id, text, split_paragraphs(text.text).paragraphs))
        mine, signed, body = text_of(row), signature(text.text), body_hash(text.text)
        same = []
        for other in dict.fromkeys([*bodies[body][:16], *index.candidates(signed)]):
            facts = compare(mine, text_of(other))
            kind, pair = classify(facts).kind, (id, known[other][0])
            if kind is not Kind.NEW:
                found[min(pair), max(pair)] = kind if pair[0] < pair[1] else kind.mirrored
            if is_same_text(facts):
                same.append(other)
        index.add(row, signed)
        bodies[body].append(row)
        boilerplate.add(row, [paragraph.hash for paragraph in known[row][2]])
        for other in same:
            boilerplate.join(row, other)
    return found


BASES = {"dam": "blog", "match_rovers": "market_tuesday", "obituary_first": "weather_monday"}
"""What is edited, and what it is put into: three articles with one host would make boilerplate of that."""


def newsroom():
    """Reports, and what others made of them; each at a time of its own."""
    made = {name: text for name, text in REPORTS.items() if not name.startswith(("footer", "sea", "earnings"))}
    for name, host in BASES.items():
        original = REPORTS[name]
        parts = original.text.split("\n\n")
        lead = (
            f"What {name} was about has moved on since the night, people on the spot say: where there was one there"
            f" are two now, and nobody who was asked about {name} at the gates wished to say by whom they were told."
        )
        made |= {
            f"{name}/copy": elsewhere(original, title="Another headline"),
            f"{name}/typos": elsewhere(original, text=typed(original.text, 0.05)),
            f"{name}/cut": elsewhere(original, text="\n\n".join(parts[:-1])),
            f"{name}/corrected": later(original, text=re.sub(r"\d(?=\D)", "7", original.text, count=1)),
            f"{name}/update": later(original, text=f"{lead}\n\n{original.text}"),
            f"{name}/brief": elsewhere(original, text=parts[0]),
            f"{name}/within": elsewhere(original, text=f"{REPORTS[host].text}\n\n{original.text}", title="Notes"),
        }
    return {id: replace(text, day=i + 0.3 * (i % 3)) for i, (id, text) in enumerate(made.items())}


NEWSROOM = newsroom()


@given(st.permutations(list(NEWSROOM)), st.integers(2, len(NEWSROOM)))
@settings(max_examples=15, deadline=None)
def test_the_order_in_which_articles_come_does_not_matter(order, count):
    some = order[:count]
    assert verdicts_of((id, NEWSROOM[id]) for id in some) == verdicts_of((id, NEWSROOM[id]) for id in sorted(some))


def test_a_newsroom_is_told_right():
    found = verdicts_of(NEWSROOM.items())
    for name in BASES:
        kinds = {other: found.get((name, f"{name}/{other}")) for other in
                 ("copy", "typos", "cut", "corrected", "update", "brief", "within")}  # fmt: skip
        assert kinds["copy"] is Kind.EXACT
        assert kinds["typos"] is kinds["cut"] is Kind.NEAR_COPY
        assert kinds["corrected"] is kinds["update"] is Kind.UPDATE
        assert kinds["brief"] in (Kind.CONTAINS, None)  # the brief is the second of the two: the report contains it
        assert kinds["within"] is Kind.EXCERPT
    for one, other in found:
        assert {one.split("/")[0], other.split("/")[0]} <= {*BASES, *BASES.values()}


# The sample archive


def kind_between(article, earlier):
    """The kind; it must be the mirrored one, with the same score, where the two come the other way round."""
    there, back = classify(compare(article, earlier)), classify(compare(earlier, article))
    assert there.kind is back.kind.mirrored
    assert there.score == back.score
    assert 0 <= there.score <= 1
    assert (there.kind is Kind.EXACT) == (there.score == 1)
    assert (there.kind is Kind.NEW) == (there.score < 0.5)
    return there.kind


@pytest.fixture(scope="module")
def sample():
    """Its articles as they are judged, by the names of their files, and its truth."""
    folder = HERE.parent / "sample"
    articles = {
        Path(r.location.path).name: r.article for r in read_paths([folder / "archive"]) if isinstance(r, ParsedArticle)
    }
    boilerplate, texts = Boilerplate(), {}
    split = {name: split_paragraphs(article.text).paragraphs for name, article in articles.items()}
    for row, paragraphs in enumerate(split.values()):
        boilerplate.add(row, [paragraph.hash for paragraph in paragraphs])
    for name, article in articles.items():
        own = boilerplate.own_text(article.text, split[name])
        texts[name] = Text(article.title, own, article.source, day_of(article.published), body_hash(article.text))
    shortened = {articles[name].source for name in texts if texts[name].text != articles[name].text}
    assert {"tarnvalleycourier.example", "nspr.example"} <= shortened
    return texts, [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]


def test_every_pair_of_the_sample_archive(sample):
    texts, truth = sample
    expected = {(line["of"], line["file"]): line["relation"] for line in truth if line["of"]}
    found = Counter()
    for pair in combinations(texts, 2):
        kind = classify(compare(texts[pair[1]], texts[pair[0]])).kind
        assert kind is Kind.NEW or kind_between(texts[pair[1]], texts[pair[0]]) is kind
        found[expected.get(pair, "none"), kind] += 1
    assert found.pop(("none", Kind.NEW)) == 62 * 61 // 2 - 17
    assert found == {
        ("exact", Kind.EXACT): 2, ("near", Kind.NEAR_COPY): 6, ("update", Kind.UPDATE): 5,
        ("excerpt", Kind.EXCERPT): 3, ("excerpt", Kind.CONTAINS): 1,
    }  # fmt: skip


def test_signatures_find_every_repetition_of_the_sample(sample):
    texts, truth = sample
    names, index = list(texts), SignatureIndex()
    for row, text in enumerate(texts.values()):
        index.add(row, signature(text.text))
    for line in truth:
        if line["of"]:
            for one, other in ((line["of"], line["file"]), (line["file"], line["of"])):
                assert names.index(one) in index.candidates(signature(texts[other].text))
