"""The splitter keeps every character, in order, in linear time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.hashing import paragraph_hash
from corpus.paragraphs import encoded, split_paragraphs


def words(text: str) -> int:
    """A token counter: four characters of a word are a token, as in a word-piece model."""
    return sum(-(-len(word) // 4) for word in text.split())


def pieces(text: str, **options: object) -> list[str]:
    return [p.of(text) for p in split_paragraphs(text, **options).paragraphs]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\n ", []),
        ("one", ["one"]),
        ("one\n\ntwo", ["one", "two"]),
        ("one\n \t\n\n two ", ["one", "two"]),
        ("one\r\n\r\ntwo", ["one", "two"]),
        ("One.\nTwo.", ["One.", "Two."]),
        ("a line\nwithin\n\nnext", ["a line\nwithin", "next"]),
        ("wrapped at\nsome column\nby a mailer", ["wrapped at\nsome column\nby a mailer"]),
        ("Sentences.\nOn their own.\nLines.", ["Sentences.", "On their own.", "Lines."]),
    ],
)
def test_where_paragraphs_are(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


_texts = st.one_of(
    st.text(max_size=300),
    st.text("ab.! \n\r\u2028\x85\x1c\u3000。", max_size=300),
    st.lists(st.text("abc .!?\"'", max_size=120), max_size=12).map("\n\n".join),
    st.lists(st.text("abc .!?\"'", max_size=120), max_size=12).map("\n".join),
)


@given(_texts, st.sampled_from([None, 1, 3, 8]))
def test_keeps_every_character_in_order(text: str, limit: int | None) -> None:
    options = {"count_tokens": words, "max_tokens": limit} if limit else {}
    split = split_paragraphs(text, **options)  # type: ignore[arg-type]
    end = 0
    for position, paragraph in enumerate(split.paragraphs):
        assert paragraph.position == position
        assert end <= paragraph.start < paragraph.end <= len(text)
        assert not text[end : paragraph.start].strip(), "only white space between paragraphs"
        end = paragraph.end
        piece = paragraph.of(text)
        assert piece == piece.strip()
        assert paragraph.hash == paragraph_hash(piece)
        assert limit is None or words(piece) <= limit
    assert not text[end:].strip()
    assert split.cut == 0 or limit


@given(_texts)
def test_joined_by_blank_lines_it_splits_the_same(text: str) -> None:
    first = pieces(text)
    if len(first) > 1:  # a single one may be read differently: nothing says what its line breaks are
        assert [re.sub(r"\s+", " ", p) for p in pieces("\n\n".join(first))] == [re.sub(r"\s+", " ", p) for p in first]


def test_cut_at_sentence_ends_as_few_and_even_as_possible() -> None:
    sentence = "Ten words of two tokens make up this one sentence. "
    text = (sentence * 10).strip()
    split = split_paragraphs(text, count_tokens=words, max_tokens=words(sentence) * 4)
    assert split.cut == 1
    found = [p.of(text) for p in split.paragraphs]
    assert len(found) == 3
    assert all(piece.startswith("Ten") and piece.endswith("sentence.") for piece in found)


@pytest.mark.parametrize(
    "text",
    [
        " " * 200_000 + "a",
        "a" + " " * 200_000 + "a",
        "a" + "\n" * 200_000 + "a",
        "[" * 100_000,
        '."' * 100_000,
        "." * 200_000,
        "x" * 1_000_000,
        "word " * 200_000,
        "A sentence of words. " * 50_000,
        "。" * 200_000,
        "\n\n".join(f"Paragraph {i}." for i in range(30_000)),
        "\n".join(f"Line {i}" for i in range(30_000)),
    ],
    ids=range(12),
)
def test_linear_and_within_the_limit(text: str) -> None:
    start = time.perf_counter()
    split = split_paragraphs(text, count_tokens=words, max_tokens=256)
    assert time.perf_counter() - start < 5
    assert all(words(p.of(text)) <= 256 for p in encoded(split.paragraphs))
    assert encoded(split.paragraphs) or not text.strip()
    assert sum(len("".join(p.of(text).split())) for p in split.paragraphs) == len("".join(text.split()))
