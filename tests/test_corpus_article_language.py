"""The language of an article: what its source states as a tag, else what its text is in."""

import json
from pathlib import Path

import pytest

from corpus import article_from_fields
from corpus.fields.language import language_of, tag_of

FILE = Path(__file__).parent / "many_languages.jsonl"

STATED = {
    "en": "en",
    "EN": "en",
    "en_US": "en-us",
    "pt-BR": "pt-br",
    "en-US,en;q=0.9": "en-us",
    "en_GB.UTF-8": "en-gb",
    "eng": "en",
    "ger": "de",
    "deu": "de",
    "fre": "fr",
    "nob": "no",
    "English": "en",
    "english": "en",
    "English (US)": "en",
    "American English": "en-us",
    "German": "de",
    "Deutsch": "de",
    "Englisch": "en",
    "français": "fr",
    "francés": "fr",
    "русский": "ru",
    "中文": "zh",
    "Mandarin": "zh",
    "Spanish; Castilian": "es",
    "Portuguese (Brazil)": "pt",
    "Norwegian": "no",
    "http://publications.europa.eu/resource/authority/language/ENG": "en",
    "xx": "xx",
    "klingonish": None,
    "12": None,
    "": None,
}


@pytest.mark.parametrize(("given", "expected"), STATED.items())
def test_tags_codes_and_names_become_tags(given: str, expected: str | None) -> None:
    assert tag_of(given) == expected


@pytest.mark.parametrize("length", [120, 2_000])
def test_the_text_tells_where_nothing_is_stated(length: int) -> None:
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    told = [(language_of("", row["text"][:length]), row["language"]) for row in rows]
    assert len(told) == 64
    assert [(found, stated) for found, stated in told if found not in (stated, None)] == []
    assert sum(found is None for found, _ in told) <= 1


def test_of_the_sample_all_are_english(sample_articles: list) -> None:  # type: ignore[type-arg]
    assert {language_of(article.title, article.text) for article in sample_articles} == {"en"}
    assert {article.language for article in sample_articles} == {"en"}


@pytest.mark.parametrize(
    "text", ["", "Ja.", "12:3", "Berlin, Paris, Roma", "photo_1|photo_2|5845524|https://a.b/c.jpg"]
)
def test_a_text_that_is_too_short_tells_nothing(text: str) -> None:
    assert language_of("", text) is None


def test_a_short_text_is_told_with_its_title() -> None:
    text = "Der Kanzler reist am Montag."
    assert language_of("Regierung stellt neuen Haushalt für das kommende Jahr vor", text) == "de"


def test_what_is_stated_comes_first_and_what_is_no_language_is_noted() -> None:
    english = "The mayor ordered people out of the lower town after engineers found a crack in the spillway on Sunday."
    assert article_from_fields({"text": english, "language": "Deutsch"})[0].language == "de"
    article, notes = article_from_fields({"text": english, "language": "klingonish"})
    assert (article.language, [note for note in notes if "klingonish" in note]) == (
        "en",
        ["language 'klingonish' is not a language tag such as en or pt-br, nor a name: left out"],
    )
    article, notes = article_from_fields({"text": english, "language": "und"})
    assert (article.language, notes) == ("en", ("no title", "no date", "no url"))
