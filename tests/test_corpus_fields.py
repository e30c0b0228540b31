"""Loose fields become an article in one place, by one set of rules."""

import hashlib
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import BadRecord
from corpus.fields.conversion import TEXT_MAX_BYTES, article_from_fields
from corpus.hashing import content_hash

URL = "https://www.example.com/a"
FIELDS = ("id", "title", "text", "published", "source", "author", "section", "language", "url")


def test_everything_given() -> None:
    article, notes = article_from_fields(
        {
            "id": "a-1",
            "title": " Two\n words ",
            "text": " Body.\r\n\r\nMore. ",
            "published": "2011-11-16",
            "source": "The Paper",
            "author": "A. Writer",
            "section": "World",
            "language": "en_GB",
            "url": f" {URL}?utm_source=x ",
            "colour": "ignored",
        }
    )
    assert notes == ()
    assert article.id == "a-1"
    assert article.title == "Two words"
    assert article.text == " Body.\r\n\r\nMore. ", "offsets into what was sent stay true"
    assert str(article.published) == "2011-11-16"
    assert article.source == "The Paper"
    assert (article.author, article.section, article.language) == ("A. Writer", "World", "en-gb")
    assert article.url == f"{URL}?utm_source=x", "as given: the canonical form is for the id only"


def test_nothing_but_text() -> None:
    article, notes = article_from_fields({"text": "Body", "title": None, "url": " ", "source": ""})
    assert notes == ("no title", "no date", "no url")
    assert article.id == "c-" + content_hash("", "Body")[:16]
    assert (article.title, article.published, article.source, article.url) == ("", None, None, None)


def test_id_from_the_canonical_url() -> None:
    ids = {
        article_from_fields({"text": text, "url": url})[0].id
        for text, url in [("A", URL), ("B", URL + "/?utm_source=x#top"), ("C", "http" + URL[5:])]
    }
    assert ids == {"u-" + hashlib.sha256(URL.encode()).hexdigest()[:16]}


def test_source_from_the_url() -> None:
    assert article_from_fields({"text": "A", "url": URL})[0].source == "example.com"


@pytest.mark.parametrize(
    ("given_id", "expected"),
    [(7, "7"), (-7, "-7"), ("x" * 200, "x" * 200), ("ü/ß 1", "ü/ß 1")],
)
def test_given_ids(given_id: object, expected: str) -> None:
    assert article_from_fields({"text": "A", "id": given_id})[0].id == expected


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": 10**5000}, "id"),
        ({"id": " x"}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a\0"}, "id"),
        ({"id": "a\u202eb"}, "id"),
        ({"id": "\ud800"}, "id"),
        ({"id": True}, "id"),
        ({"id": 1.5}, "id"),
        ({"id": ["x"]}, "id"),
        ({"text": None}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n\t "}, "text"),
        ({"text": "... --- !!!"}, "text"),
        ({"text": "\0\0"}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": "x" * (TEXT_MAX_BYTES + 1)}, "text"),
        ({"text": "ü" * (TEXT_MAX_BYTES // 2 + 1)}, "text"),
        ({"title": 3}, "title"),
        ({"title": "x" * 2001}, "title"),
        ({"published": 2011}, "published"),
        ({"url": "/a"}, "url"),
        ({"url": "https://example.com/\0"}, "url"),
        ({"url": {}}, "url"),
        ({"source": "x" * 501}, "source"),
        ({"author": ["A", "B"]}, "author"),
        ({"section": False}, "section"),
        ({"language": 1}, "language"),
    ],
)
def test_refused_with_the_field_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(BadRecord) as error:
        article_from_fields({"text": "Body", **change})
    assert error.value.field == field
    assert str(error.value).startswith(f"{field}: ")
    assert len(str(error.value)) < 700


def test_missing_text_names_the_keys_that_are_there() -> None:
    with pytest.raises(BadRecord, match="'body'"):
        article_from_fields({"body": "A"})


def test_limits_are_reached_exactly() -> None:
    article, _ = article_from_fields({"text": "x" * TEXT_MAX_BYTES, "title": "x" * 2000})
    assert len(article.text) == TEXT_MAX_BYTES


@pytest.mark.parametrize("language", ["Klingonish", "e", "en us", "12", "en-" + "a" * 99, "\ud800"])
def test_unknown_language_is_left_out_with_a_note(language: str) -> None:
    article, notes = article_from_fields({"text": "A", "language": language})
    assert article.language is None
    assert any("language" in note for note in notes)


def test_unstorable_characters_are_replaced_one_for_one() -> None:
    text = "a\0b\ud800c\x1bd\te\u202ef\x0cg"
    article, notes = article_from_fields({"text": text, "title": "\0t"})
    assert article.text == "a\ufffdb\ufffdc\ufffdd\te\u202ef\ng"
    assert len(article.text) == len(text)
    assert article.title == "\ufffdt"
    assert [note for note in notes if "U+FFFD" in note] == [
        "3 control characters or broken code points in text replaced by U+FFFD",
        "1 control characters or broken code points in title replaced by U+FFFD",
    ]


_values = st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.integers())
_any_text = st.text(st.characters(exclude_categories=[]), max_size=40)


@given(st.dictionaries(st.sampled_from(FIELDS) | _any_text, _any_text | _values))
def test_storable_or_the_documented_error(fields: dict[str, Any]) -> None:
    try:
        article, notes = article_from_fields({"text": "Body", **fields})
    except BadRecord as error:
        values = [str(error)]
    else:
        optional = (article.source, article.author, article.section, article.language, article.url)
        values = [article.id, article.title, article.text, *notes, *filter(None, optional)]
    with closing(sqlite3.connect(":memory:")) as database:
        for value in values:
            assert json.loads(json.dumps(value)) == value
            stored = database.execute("SELECT ?, length(?)", (value, value)).fetchone()
            assert stored == (value, len(value))
