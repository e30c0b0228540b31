"""Terms: one word however it is spelled or typed, compounds by their parts, names by their capitals, always in time."""

import sqlite3
import time
import unicodedata
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, Terms, terms_of, words
from corpus.repair import repaired
from corpus.store import DATABASE
from service.archive import Archive


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bank's plan", ["bank", "plan"]),
        ("O’Neil O'Neil O’Neil’s OʼNEIL", ["o'neil"] * 4),
        ("Erdoğan Erdog\u0306an ERDOĞAN Erdogan", ["erdogan"] * 4),
        ("Straße Łódź Tromsø ılık ﬁnal", ["strasse", "lodz", "tromso", "ilik", "final"]),
        ("İstanbul ISTANBUL", ["istanbul"] * 2),
        ("har\u00adbour har\u200bbour \ufeffharbour", ["harbour"] * 3),
        ("workers' 'quoted'", ["workers", "quoted"]),
        ("l'ambassade dell’accordo qu'elle", ["ambassade", "accordo", "elle"]),
        ("rock'n'roll", ["rock'n'roll"]),
        ("$1,000 1000 1.000.000 3.5 21st 1990s", ["1000", "1000", "1000000", "3.5", "21st", "1990s"]),
        ("It cost 5. Then 1,2 came.", ["cost", "5", "1,2", "came"]),
        ("a 5,000-mile, $1,000-1,500 trip", ["5000", "mile", "1000", "1500", "trip"]),
        ("rocket-propelled", ["rocket", "propelled"]),
        ("co-operate co‑operate", ["operate", "cooperate"] * 2),
        ("e-mail al-Assad F-16 Covid-19", ["mail", "email", "assad", "alassad", "f16", "covid", "covid19"]),
        ("U.N. UN U.N.-led D.C.", ["un", "un", "un", "led", "dc"]),
        ("2024-03-05", ["2024", "20240305"]),
        ("東京で地震", ["東京", "京で", "で地", "地震"]),
        ("東 京", ["東", "京"]),
        ("กรุงเทพ", ["กรุง", "รุงเ", "ุงเท", "งเทพ"]),
        ("ที่ ไป", ["ที่", "ไป"]),
        ("東京の都市です", ["東京", "京の", "の都", "都市", "市で", "です"]),
        ("한국어 नमस्ते", ["한국어", "नमस्ते"]),
        ("x_y -- a--b __ \ud800", ["x", "y", "b"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_function_words_are_those_of_the_language() -> None:
    text = "Der Bürgermeister hat am Sonntag die Räumung der Stadt angeordnet"
    assert words(text, "de") == words("Bürgermeister Sonntag Räumung Stadt angeordnet")
    assert "der" in words(text)
    assert words("The war was over", "de") == words("The over", "de")


def test_counts_are_of_the_text_once_and_the_title_twice() -> None:
    terms = terms_of("Ferry strike", "The ferry, the Ferry and the ferry's rocket-propelled harbour.")
    assert terms.words == {"ferry": 5, "strike": 2, "rocket": 1, "propelled": 1, "harbour": 1}


def test_a_name_has_its_capital_inside_a_sentence_too() -> None:
    terms = terms_of(
        "Ministers meet", "Police met Vesna Kolar. Police said Kolar’s US-backed aides saw Jean-Marie O’Neil."
    )
    assert terms.names == {"vesna": 1, "kolar": 2, "usbacked": 1, "jean": 1, "marie": 1, "o'neil": 1}


def test_names_behind_quotes_and_at_line_starts_are_none() -> None:
    assert terms_of("", "Ferries\nHarbour “Storm” - Rain").names == {}


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_text(title: str, text: str) -> None:
    terms = terms_of(title, text)
    assert terms.names.keys() <= terms.words.keys()
    assert all(0 < len(word) <= 40 and n > 0 for word, n in terms.words.items())
    if repaired(f"{title}\n{text}") == f"{title}\n{text}":  # else the one may change what the other means
        assert set(words(f"{title}\n{text}")) >= set(words(title))


@given(st.text(st.characters(max_codepoint=0x24F, categories=["L", "Zs"]), max_size=80))
def test_composed_and_decomposed_text_have_the_same_terms(text: str) -> None:
    assert terms_of("", unicodedata.normalize("NFD", text)) == terms_of("", unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "piece", ["a-", "1,", "a.", "e\u0301", "中", "'", "x", "\u0301a", "a\u0901", "1.", "A.-", "-'"]
)
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    started = time.process_time()
    terms_of("", piece * 100_000)
    assert time.process_time() - started < 3


# Counts of an older version in a store


def _counts(archive: Archive) -> list[Terms]:
    with archive.store.read() as tx:
        return [profile.terms for profile in tx.articles.profiles()]


def test_a_writer_counts_anew_what_an_older_version_counted(
    open_archive: Callable[..., Archive], fill: Callable[..., Any], make_article: Callable[..., Article],
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("service.archive.upgrades._AT_ONCE", 2)
    archive = open_archive()
    texts = [f"The Erdoğan rocket-propelled {end}." for end in "abcde"]  # one text under five headlines is boilerplate
    fill(archive, *(make_article(f"n{n}", text=text) for n, text in enumerate(texts)))
    right = _counts(archive)
    archive.close()
    assert not caplog.records
    with closing(sqlite3.connect(archive.settings.data / DATABASE)) as connection, connection:
        connection.execute("UPDATE articles SET words = '{\"old\": 1}', names = '{}'")
        connection.execute("UPDATE counters SET value = value - 1 WHERE name = 'terms_version'")
    reader = open_archive(write=False)
    assert _counts(reader) == [Terms({"old": 1}, {})] * 5
    assert reader.memory.collection.terms(reader.memory.collection.query(1)).words == {"old": 1}
    writer = open_archive()
    assert _counts(writer) == right
    assert writer.memory.collection.terms(writer.memory.collection.query(1)).words == right[0].words
    assert [record.levelname for record in caplog.records if "terms.recount " in record.getMessage()] == ["WARNING"]
    writer.close()
    caplog.clear()
    open_archive().close()
    assert not caplog.records
