"""Texts as they were meant: what is repaired for comparing, and what stays as it is."""

import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import body_hash, comparable, content_hash, has_lookalikes, paragraph_hash, repaired, terms_of
from corpus.fields.records import FieldRules, article_from_record

TEXTS = [json.loads(line) for line in (Path(__file__).parent / "many_languages.jsonl").read_text("utf-8").splitlines()]
GERMAN = "Der Bürgermeister hat die Räumung angeordnet – für 4200 Menschen. „Arznei“, zählte er auf.\n\nGrüße!"
CZECH = "Starosta nařídil evakuaci 4200 lidí. „Voda stoupá příliš rychle,“ řekla inženýrka – a měla pravdu."
ENTITIES = {"ü": "&uuml;", "ä": "&auml;", "ß": "&szlig;", "–": "&#8211;", "„": "&#x201e;", "“": "&amp;ldquo;"}


def wrong(text: str, encoding: str) -> str:
    """The text's UTF-8 as it looks in another encoding; bytes that this leaves out as C1 controls."""
    return "".join(bytes((byte,)).decode(encoding, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("text", [t["text"] for t in TEXTS] + [GERMAN, CZECH], ids=lambda text: text[:12])
def test_a_sound_text_is_itself(text: str) -> None:
    assert repaired(text) == comparable(text) == text
    assert not has_lookalikes(text)


@pytest.mark.parametrize("text", [GERMAN, CZECH])
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1250", "cp1251", "mac_roman", "cp437", "cp850"])
def test_mojibake(text: str, encoding: str) -> None:
    assert repaired(wrong(text, encoding)) == text


def test_mojibake_beside_what_is_sound() -> None:
    assert repaired(f"Ja. „Gut“, sagte er.\n{wrong(GERMAN, 'cp1252')}") == f"Ja. „Gut“, sagte er.\n{GERMAN}"
    assert repaired("Il est dÃ©jÃ\xa0 tard, dit-il – « déjà ».") == "Il est déjà tard, dit-il – « déjà »."


@pytest.mark.parametrize("text", [GERMAN, CZECH])
def test_debris(text: str) -> None:
    assert repaired(text.translate(str.maketrans(ENTITIES))) == text
    assert repaired(unicodedata.normalize("NFD", text)) == text
    assert repaired("\ufeff" + "\u00ad".join(text)) == text
    assert repaired(text.replace(" ", "\u200b \u2060")) == text
    assert repaired("សួស្តី\u200bពិភពលោក") == "សួស្តី\u200bពិភពលោក", "words of a script without spaces stay apart"


@pytest.mark.parametrize("text", ["AT&T; R&D; Q&A", "a &unknown; b", "&#99999999;", "CAFÉ”, MANHÃ, Å “x”", "“É”"])
def test_what_only_looks_like_debris(text: str) -> None:
    assert repaired(text) == text


def test_lookalikes() -> None:
    mixed = "Thе mаyor оf Orsby оrdеred 4,200 рeople оut of the lower town."
    assert has_lookalikes(mixed)
    assert comparable(mixed) == "The mayor of Orsby ordered 4,200 people out of the lower town."
    assert repaired(mixed) == mixed
    russian = next(t["text"] for t in TEXTS if t["language"] == "ru")
    assert comparable(f"{russian} Hа заводe.") == f"{russian} Hа заводe."
    assert comparable("The word мир (peace) and the letter α stay.") == "The word мир (peace) and the letter α stay."


def test_hashes_of_sound_texts_are_those_of_earlier_versions() -> None:
    assert body_hash("Café – “so”") == "1ee455e562783b58edb7a8796eff34a8"
    assert content_hash("T", "Café – “so”") == "de7ba47971a5133274bd2c66822f0155"
    assert paragraph_hash("Café – “so”") == "f815336034ec05c7d173188c98a79609"


def test_hashes_and_terms_see_the_repaired_text() -> None:
    entities = GERMAN.translate(str.maketrans(ENTITIES))
    for other in (wrong(GERMAN, "cp1252"), entities, unicodedata.normalize("NFD", GERMAN)):
        assert body_hash(other) == body_hash(GERMAN)
        assert paragraph_hash(other) == paragraph_hash(GERMAN)
        assert terms_of("", other) == terms_of("", GERMAN)


def test_what_is_stored_is_repaired_where_a_user_wants_it() -> None:
    record = {"title": "R&auml;umung", "text": wrong(GERMAN, "cp1252")}
    article, notes, *_ = article_from_record(record)
    assert (article.title, article.text) == (record["title"], record["text"])
    article, notes, *_ = article_from_record(record, FieldRules(repair=True))
    assert (article.title, article.text) == ("Räumung", GERMAN)
    assert "mojibake, entities or invisible characters repaired in the text" in notes


@given(st.text(max_size=200))
def test_repairing_takes_any_text(text: str) -> None:
    assert isinstance(comparable(text), str)
    assert repaired(unicodedata.normalize("NFD", text)) == repaired(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("piece", ["&", "&amp;", "Ã¼", "Ã", "\u00ad", "â€", "аb", "&#", "Рњ"])
def test_long_texts_take_time_in_proportion(piece: str) -> None:
    started = time.process_time()
    comparable(piece * 100_000)
    assert time.process_time() - started < 15
