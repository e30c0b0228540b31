"""Which language a text is in, and that its function words are left out."""

import json
from pathlib import Path

import pytest

from corpus import primary, terms_of

TEXTS = [json.loads(line) for line in (Path(__file__).parent / "many_languages.jsonl").read_text("utf-8").splitlines()]
UNLISTED = {"sw"}


@pytest.mark.parametrize("language", sorted({article["language"] for article in TEXTS}))
def test_every_text_is_in_its_language(language: str) -> None:
    own = [article for article in TEXTS if article["language"] == language]
    expected = "und" if language in UNLISTED else language
    assert terms_of("", "\n\n".join(article["text"] for article in own)).language == expected
    for article in own:  # of some thirty words: where that is not enough, it is no other language at least
        assert terms_of(article["title"], article["text"]).language in {expected, "und", None}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The minister said that he would not resign before the vote.", "en"),
        ("Il ministro ha detto che non si dimetterà prima del voto della camera.", "it"),
        ("Ministern sade att han inte avgår innan riksdagen har röstat om frågan.", "sv"),
        ("De minister zei dat hij niet voor de stemming in de kamer zal aftreden.", "nl"),
        ("Міністр заявив, що він не піде у відставку до голосування в парламенті.", "uk"),
        ("وزیر گفت که پیش از رأی مجلس از مقام خود کناره نمی‌گیرد و به کار ادامه می‌دهد.", "fa"),
        ("Bộ trưởng nói rằng ông sẽ không từ chức trước khi quốc hội bỏ phiếu về việc này.", "vi"),
        ("Protesters attack State Congress building in Guerrero", None),
        ("Masked men in military uniforms kidnap 16 Turkish workers in Baghdad.", None),
        ("Kolar, Torven, Delmar", None),
        ("12 345", None),
        ("", None),
    ],
)
def test_short_texts(text: str, language: str | None) -> None:
    assert terms_of("", text).language == language


def test_an_english_text_that_quotes_another_language_is_english() -> None:
    text = "The crowd sang the old song, 'wir sind das Volk', for an hour, and then it went home through the park."
    assert terms_of("", text).language == "en"


def test_function_words_are_those_of_the_language() -> None:
    german = terms_of("", "Die Regierung hat am Montag erklärt, dass sie das Gesetz nicht in den Landtag einbringt.")
    assert not {"die", "hat", "am", "dass", "sie", "das", "nicht", "in", "den"} & german.words.keys()
    english = terms_of("", "The war will die down, said the man who had led it, and a gift of arms will be in vain.")
    assert {"war", "die", "man", "gift", "arms"} <= english.words.keys()


def test_pairs_of_characters_that_are_grammar_are_left_out() -> None:
    assert terms_of("", "他的城市是新的城市").words.keys() == {"城市"}
    assert terms_of("", "与党の新しい都市です").words.keys() >= {"与党", "都市"}
    assert "です" not in terms_of("", "与党の新しい都市です").words


def test_short_words_of_an_unlisted_language_are_left_out_but_names_stay() -> None:
    text = " ".join(a["text"] for a in TEXTS if a["language"] == "sw" and a["topic"] in {"dam", "strike"})
    terms = terms_of("", text + " Serikali ya Uru na Oya zilisema hayo.")
    assert terms.language == "und"
    assert not {"ya", "na", "wa", "kwa"} & terms.words.keys()
    assert {"uru", "oya", "wauguzi"} <= terms.words.keys()


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("de-AT", "de"),
        ("EN", "en"),
        ("zh_Hant", "zh"),
        ("nb", "no"),
        ("iw", "he"),
        (" fr ", "fr"),
        ("", None),
        (None, None),
    ],
)
def test_codes_of_sources(code: str | None, language: str | None) -> None:
    assert primary(code) == language
