"""Novelty: nothing new in what stood before, all new against nothing, and less with each earlier article."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import paragraph_hash, terms_of
from embeddings.compare import Side, facts_of, novelty, novelty_share, numbers_of
from embeddings.compare.novelty import FACT_SHARE, SUPPORTED, UNSUPPORTED
from embeddings.encoders import encoder_for

ENCODER = encoder_for("hashing")
FACTS = ["Skerrow", "Ismay", "12", "4.2", "Halloran", "1900"]
SENTENCES = [
    "The ferry hit the breakwater in fog on Tuesday night.",
    "Investigators took the recorder from the wheelhouse.",
    "Twelve passengers were brought to the hospital in the harbour town.",
    "The company put off the repair of the steering three times.",
    "A tug towed the damaged ship into the dry dock.",
    "The minister promised an inquiry before the summer.",
    "Read more",
]


def made(texts: list[str], weights: list[float] | None = None) -> Side:
    vectors = ENCODER.encode(texts) if texts else np.empty((0, ENCODER.dimension), np.float32)
    return Side(vectors, tuple(map(paragraph_hash, texts)), np.array(weights or [float(len(t)) for t in texts]))


ARTICLES = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map(made)
KNOWN = st.sets(st.sampled_from(FACTS))


@given(ARTICLES, st.lists(ARTICLES, max_size=3), ARTICLES, st.data())
@settings(deadline=None, max_examples=60)
def test_one_more_earlier_article_never_makes_anything_newer(
    own: Side, earlier: list[Side], another: Side, data: st.DataObject
) -> None:
    facts = [data.draw(st.lists(st.sampled_from(FACTS), unique=True, max_size=3)) for _ in own.hashes]
    known, more = data.draw(KNOWN), data.draw(KNOWN)
    before = novelty(own, earlier, facts, known)
    after = novelty(own, [*earlier, another], facts, known | more)
    assert after.novelty <= before.novelty + 1e-6
    for one, other in zip(after.paragraphs, before.paragraphs, strict=True):
        assert one.novelty <= other.novelty + 1e-6


@given(ARTICLES, st.lists(ARTICLES, max_size=3), st.randoms())
@settings(deadline=None, max_examples=40)
def test_the_order_of_the_earlier_ones_does_not_matter(own: Side, earlier: list[Side], random: object) -> None:
    mixed = list(earlier)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = novelty(own, earlier), novelty(own, mixed)
    assert one.novelty == other.novelty
    assert [p.novelty for p in one.paragraphs] == [p.novelty for p in other.paragraphs]


@given(ARTICLES, st.lists(ARTICLES, max_size=2))
@settings(deadline=None, max_examples=40)
def test_against_itself_an_article_adds_nothing(own: Side, others: list[Side]) -> None:
    found = novelty(own, [*others, own], [["Skerrow"]] * len(own.hashes))
    assert found.novelty == 0.0
    assert all(p.nearest is not None and p.nearest.score == 1.0 for p in found.paragraphs)


@given(ARTICLES)
@settings(deadline=None, max_examples=20)
def test_against_nothing_all_is_new(own: Side) -> None:
    found = novelty(own, [], [["Skerrow"]] * len(own.hashes))
    assert found.novelty == 1.0
    assert all(p.novelty == 1.0 and p.nearest is None and p.new_facts == () for p in found.paragraphs)


def _at(cosine: float) -> tuple[Side, Side]:
    one, other = np.zeros((1, 4), np.float32), np.zeros((1, 4), np.float32)
    one[0, 0] = 1.0
    other[0, :2] = cosine, np.sqrt(1 - cosine**2)
    return Side(one, ("a",), np.array([100.0])), Side(other, ("b",), np.array([100.0]))


@pytest.mark.parametrize(
    ("cosine", "new"),
    [(0.1, 1.0), (UNSUPPORTED, 1.0), ((UNSUPPORTED + SUPPORTED) / 2, 0.5), (SUPPORTED, 0.0), (0.99, 0.0)],
)
def test_support_runs_from_unlike_to_alike(cosine: float, new: float) -> None:
    own, other = _at(cosine)
    assert novelty(own, [other]).novelty == pytest.approx(new, abs=1e-3)


def test_new_facts_lift_what_is_known_otherwise() -> None:
    own, other = _at(0.95)
    found = novelty(own, [other], [["14", "Ismay", "Halloran"]], {"12", "Ismay"})
    assert found.paragraphs[0].new_facts == ("14", "Halloran")
    assert found.novelty == pytest.approx(1 - (1 - FACT_SHARE) ** 2, abs=1e-3)
    assert found.paragraphs[0].nearest is not None
    assert (found.paragraphs[0].nearest.article, found.paragraphs[0].nearest.paragraph) == (0, 0)


def test_boilerplate_is_never_new_and_supports_nothing() -> None:
    texts = [SENTENCES[0], "Sign up for the newsletter of this paper, every morning."]
    own = made(texts, [100.0, 0.0])
    assert [p.novelty for p in novelty(own, []).paragraphs] == [1.0, 0.0]
    assert novelty(own, []).novelty == 1.0
    reworded = made([SENTENCES[0] + " Again."], [0.0])
    assert novelty(own, [reworded]).novelty == 1.0


def test_an_article_is_as_new_as_its_long_paragraphs() -> None:
    own = made([SENTENCES[0], SENTENCES[1]], [300.0, 100.0])
    unlike = made(["zzz qqq xxx"])
    assert novelty(own, [made([SENTENCES[0]]), unlike]).paragraphs[0].novelty == 0.0
    assert novelty(own, [made([SENTENCES[1]]), unlike]).novelty > novelty(own, [made([SENTENCES[0]]), unlike]).novelty


def test_facts_are_names_and_numbers() -> None:
    text = "On Tuesday the ferry Lady Ismay, with 1,900 tons and 4.2 metres draught, hit Skerrow; the ferry sank."
    names = terms_of("", text).names
    assert facts_of(text, names) == ("lady", "ismay", "skerrow", "1900", "4.2")
    assert facts_of("nothing of the kind", names) == ()
    assert facts_of("The ferry's passengers", terms_of("Ferry Hits Breakwater", "A ferry hit it.").names) == ()
    assert numbers_of("1,900 and 1900; 09:30 or 4.2, 7.") == {"1900", "09:30", "4.2", "7"}


@given(ARTICLES, ARTICLES)
@settings(deadline=None, max_examples=80)
def test_the_share_for_hits_is_the_number_without_facts(own: Side, earlier: Side) -> None:
    assert novelty_share(own, earlier) == pytest.approx(novelty(own, [earlier]).novelty, abs=2e-4)


def test_the_share_for_hits_at_the_ends() -> None:
    own, nothing = made(SENTENCES[:3]), made([])
    assert novelty_share(own, own) == 0.0
    assert novelty_share(own, nothing) == 1.0
    assert novelty_share(own, made(SENTENCES[:3], [0.0, 0.0, 0.0])) == 0.0
    assert novelty_share(nothing, own) == 0.0
    assert novelty_share(made(SENTENCES[:2], [0.0, 9.0]), made(SENTENCES[:1])) > 0.5
