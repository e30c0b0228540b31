"""An article by itself: what is computed of it before it stands beside others."""

from datetime import UTC, datetime

import numpy as np

from corpus import ENCODED_MAX, Article, Precision, Published, body_hash, content_hash, paragraph_hash, split_paragraphs
from embeddings.compare import weigh
from embeddings.duplicates import Boilerplate, signature
from embeddings.encoders.hashing import HashingEncoder
from embeddings.preparing import Prepared, prepare, query_of, side_of, text_of
from embeddings.types import Vectors

CAPTION = "A view of the harbour"
LEAD = "The harbour of Valen was closed on Monday after a tanker ran aground near its mouth."
FOOTER = "Subscribe to our newsletter and never miss a story from this newspaper again."
ENCODER = HashingEncoder()
DAY = Published(datetime(2025, 3, 2, 12, tzinfo=UTC), Precision.INSTANT)


def article(*paragraphs: str, title: str = "Harbour  closed") -> Article:
    return Article("a-1", title, "\n\n".join(paragraphs), source="valen.example", published=DAY)


def vectors_of(prepared: Prepared) -> dict[str, Vectors]:
    return dict(zip(prepared.texts, ENCODER.encode(list(prepared.texts.values())), strict=True))


def footer_everywhere() -> Boilerplate:
    boilerplate = Boilerplate()
    for row in range(3):
        boilerplate.add(row, [paragraph_hash(FOOTER)])
    return boilerplate


def test_an_article_is_split_counted_hashed_and_signed() -> None:
    own = article(CAPTION, LEAD)
    prepared = prepare(own, ENCODER)
    split = split_paragraphs(own.text, count_tokens=ENCODER.count_tokens, max_tokens=ENCODER.max_tokens)
    assert prepared.article is own
    assert prepared.paragraphs == split.paragraphs
    assert prepared.body_hash == body_hash(own.text)
    assert prepared.content_hash == content_hash(own.title, own.text)
    assert prepared.title_hash == paragraph_hash(own.title)
    assert np.array_equal(prepared.signature, signature(own.text))
    assert prepared.notes == ()
    assert prepared.texts == {
        paragraph_hash(CAPTION): CAPTION,
        paragraph_hash(LEAD): LEAD,
        paragraph_hash("Harbour closed"): "Harbour closed",
    }


def test_an_article_without_a_title_has_no_title_to_encode() -> None:
    prepared = prepare(article(LEAD, title=""), ENCODER)
    assert prepared.title_hash is None
    assert list(prepared.texts) == [paragraph_hash(LEAD)]
    assert query_of(prepared, vectors_of(prepared)).title is None


def test_notes_say_what_was_cut_and_what_is_not_encoded() -> None:
    long = " ".join(f"Sentence number {n} of the report is here." for n in range(80))
    assert prepare(article(long), ENCODER).notes == ("1 over-long paragraphs were cut at sentence ends",)
    many = prepare(article(*(f"Paragraph {n}." for n in range(ENCODED_MAX + 5))), ENCODER)
    assert many.notes == (
        f"the first {ENCODED_MAX} of {ENCODED_MAX + 5} paragraphs are compared by meaning,"
        " the others by their words only",
    )
    assert len(many.texts) == ENCODED_MAX + 1


def test_a_query_has_the_lead_and_not_the_caption_before_it() -> None:
    prepared = prepare(article(CAPTION, LEAD), ENCODER)
    vectors = vectors_of(prepared)
    query = query_of(prepared, vectors)
    assert query.terms is prepared.terms
    assert query.positions == (0, 1)
    assert np.array_equal(query.passages, np.stack([vectors[p.hash] for p in prepared.paragraphs]))
    assert query.lead is not None
    assert np.array_equal(query.lead, vectors[paragraph_hash(LEAD)])
    assert query.title is not None
    assert np.array_equal(query.title, vectors[paragraph_hash("Harbour closed")])
    assert query.day == DAY.at.timestamp() / 86_400
    assert query.row is None


def test_an_article_of_captions_is_led_by_the_first_one() -> None:
    prepared = prepare(article(CAPTION, "Another view"), ENCODER)
    query = query_of(prepared, vectors_of(prepared))
    assert query.lead is not None
    assert np.array_equal(query.lead, query.passages[0])


def test_an_article_without_text_is_a_query_without_passages() -> None:
    prepared = prepare(article(), ENCODER)
    query = query_of(prepared, vectors_of(prepared))
    assert query.passages.shape == (0, 1)
    assert query.lead is None
    assert side_of(prepared, query, Boilerplate()).hashes == ()


def test_boilerplate_counts_with_nothing_and_is_no_part_of_the_text() -> None:
    prepared = prepare(article(LEAD, *(f"{LEAD} {n}" for n in range(4)), FOOTER), ENCODER)
    query = query_of(prepared, vectors_of(prepared))
    boilerplate = footer_everywhere()
    side = side_of(prepared, query, boilerplate)
    assert side.vectors is query.passages
    assert side.hashes == tuple(p.hash for p in prepared.paragraphs)
    lengths = [p.end - p.start for p in prepared.paragraphs]
    assert np.array_equal(side.weights, weigh(lengths, side.hashes, boilerplate))
    assert side.weights[-1] == 0
    assert (side.weights[:-1] > 0).all()

    text = text_of(prepared, boilerplate)
    assert FOOTER not in text.text
    assert LEAD in text.text
    assert text.body == prepared.body_hash
    assert (text.title, text.source, text.day) == ("Harbour  closed", "valen.example", query.day)


def test_a_text_without_boilerplate_is_the_article_as_it_came() -> None:
    own = article(LEAD, FOOTER)
    assert text_of(prepare(own, ENCODER), Boilerplate()).text == own.text
