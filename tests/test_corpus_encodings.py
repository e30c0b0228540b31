"""Bytes to characters: encodings that are stated or recognised, and bad bytes that cost a character, not a file."""

import io
import json
import os
from pathlib import Path

import pytest

from corpus.errors import UnknownFormat
from corpus.readers import reader_for, reader_named
from corpus.readers.base import Options, ParsedArticle, Reading, Skipped, SourceLocation
from corpus.readers.decoding import decode_record, in_utf8, records_of
from corpus.readers.encodings import recognised_encoding

TEXTS = [json.loads(line) for line in (Path(__file__).parent / "many_languages.jsonl").read_text("utf-8").splitlines()]
OLD = {
    "de": ("cp1252", "iso8859_1", "mac_roman", "cp850"), "fr": ("cp1252", "mac_roman", "cp850"), "es": ("cp1252",),
    "pl": ("cp1250", "iso8859_2"), "tr": ("cp1254",), "ru": ("cp1251", "koi8_r", "cp866", "iso8859_5"),
    "el": ("cp1253", "iso8859_7"), "he": ("cp1255",), "ar": ("cp1256",), "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "ko": ("cp949",), "th": ("cp874",), "zh": ("gb18030", "big5"),
}  # fmt: skip
ENGLISH = "Buses took 310 residents to the hall at Hennick – a café’s neighbour – where “soup” had been laid out."


def read(data: bytes, format: str | None = None, **options: object) -> list[Reading]:
    reader = reader_named(format) if format else reader_for(data, "a")
    return list(reader.read(io.BytesIO(data), SourceLocation("x"), Options(**options)))  # type: ignore[arg-type]


def article(data: bytes, format: str | None = None, **options: object) -> ParsedArticle:
    (found,) = read(data, format, **options)
    assert isinstance(found, ParsedArticle)
    return found


def lines(*records: bytes) -> bytes:
    return b"\n".join(records) + b"\n"


def record(text: str, encoding: str) -> bytes:
    return json.dumps({"id": "a", "title": "Soup", "text": text}, ensure_ascii=False).encode(encoding)


@pytest.mark.parametrize("language", OLD)
def test_old_encodings_are_recognised(language: str) -> None:
    for each in TEXTS:
        for encoding in OLD[language] if each["language"] == language else ():
            data = each["text"].encode(encoding, "ignore")
            found = recognised_encoding(data)
            assert data.decode(found) == data.decode(encoding), (encoding, found)


@pytest.mark.parametrize("language", ["en", "cs", "lt", "is", "hr"])
@pytest.mark.parametrize("format", ["text", "json"])
def test_languages_of_latin_letters(language: str, format: str) -> None:
    text, encoding = {
        "en": (ENGLISH, "cp1252"),
        "cs": ("Starosta nařídil v neděli večer evakuaci 4200 lidí z dolní části města, uvedl inženýr.", "cp1250"),
        "lt": ("Orsbio meras sekmadienio vakarą nurodė 4200 žmonių palikti žemutinį miestą prie užtvankos.", "cp1257"),
        "is": ("Borgarstjórinn skipaði 4.200 manns að yfirgefa neðri hluta bæjarins á sunnudagskvöld.", "cp1252"),
        "hr": (
            "Gradonačelnik je u nedjelju navečer naredio evakuaciju grada. Nitko se neće smjeti vratiti kući.",
            "cp1250",
        ),
    }[language]
    data = text.encode(encoding) if format == "text" else record(text, encoding)
    found = article(data, format)
    assert found.article.text == text
    assert f"read as windows-{encoding[2:]}" in found.notes


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", [ENGLISH, *(t["text"] for t in TEXTS if t["language"] in ("ru", "ar", "th", "hi"))])
def test_wide_encodings_without_a_mark(encoding: str, text: str) -> None:
    assert article(f"Soup\n\n{text}".encode(encoding)).article.text == text.replace("\r\n", "\n")
    assert article(f"## Soup\n\n{text}".encode(encoding)).format == "markdown"
    found = article(record(text, encoding))
    assert (found.format, found.article.text) == ("json", text)
    assert f"read as {encoding}" in found.notes


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        (b"caf\xe9 \x96 soup", "café – soup"),
        (b"caf\xc3\xa9 and caf\xe9", "café and café"),
        (b"na\xc3\xafve \xff caf\xc3\xa9 \xc3\xa0 la mode", "naïve ÿ café à la mode"),
        ("naïve ".encode() + b"\x81 soup", "naïve \ufffd soup"),
        (b"soup\0 and bread" + b" at noon" * 10, "soup\ufffd and bread" + " at noon" * 10),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_byte_costs_a_character(bad: bytes, good: str, place: int) -> None:
    records = [b'{"id": "%d", "text": "gr\xc3\xbcn"}' % i for i in range(3)]
    records[place] = b'{"id": "bad", "text": "' + bad + b'"}'
    found = read(lines(*records))
    assert [r.article.text for r in found if isinstance(r, ParsedArticle)] == [
        good if i == place else "grün" for i in range(3)
    ]
    assert isinstance(found[place], ParsedArticle)
    assert any("windows-1252" in note or "U+FFFD" in note for note in found[place].notes)
    assert article(b"Head\n\n" + bad, "text").article.text == good


def test_a_file_of_two_encodings() -> None:
    data = lines(*[record(ENGLISH, e) for e in ("utf-8", "cp1252") * 40])
    found = read(data)
    assert {r.article.text for r in found if isinstance(r, ParsedArticle)} == {ENGLISH}
    assert ["read as windows-1252" in r.notes for r in found if isinstance(r, ParsedArticle)] == [False, True] * 40


def test_a_short_record_is_read_as_its_file_is() -> None:
    russian = next(t["text"] for t in TEXTS if t["language"] == "ru")
    data = lines(record(russian, "koi8_r"), record("Да.", "koi8_r"))
    assert [r.article.text for r in read(data) if isinstance(r, ParsedArticle)] == [russian, "Да."]


def test_a_last_line_that_is_cut_off() -> None:
    found = read(lines(record("grün", "utf-8")) + '{"id": "b", "text": "grü'.encode()[:-1])
    assert isinstance(found[0], ParsedArticle)
    assert isinstance(found[1], Skipped)
    assert "not JSON" in found[1].reason
    cut = article("Head\n\nAll is grü".encode()[:-1], "text")
    assert cut.article.text == "All is gr\ufffd"
    assert "bytes that are not UTF-8 became U+FFFD" in cut.notes
    assert article(b"\xff\xfe" + "A damaged text".encode("utf-16-le") + b"\0", "text").article.text[:-1] == (
        "A damaged text"
    )
    padded = read(lines(record("grün", "utf-8")) + b"\0" * 5_000)
    assert isinstance(padded[0], ParsedArticle)
    assert isinstance(padded[1], Skipped)


def test_a_stated_encoding_is_obeyed() -> None:
    data = "Kopf\n\nEin schöner Tag – für alle".encode("mac_roman")
    assert article(data, "text", encoding="mac_roman").article.text == "Ein schöner Tag – für alle"
    assert "read as mac_roman" in article(data, "text", encoding="mac_roman").notes
    assert article(record("Привет", "cp1251"), "json", encoding="cp1251").article.text == "Привет"
    assert article(b'{"text": "caf\xe9"}', "json", encoding="utf-8").article.text == "caf\ufffd"


@pytest.mark.parametrize(
    "data",
    [
        os.urandom(3_000) + b"\0", bytes(range(256)) * 20, b"\x7fELF\2\1\1" + b"\0\1\2" * 300,
        b"RIFF\x24\x08\0\0WAVEfmt \x10\0\0\0\1\0\2\0" + bytes(range(0, 250, 3)) * 9,
    ],
)  # fmt: skip
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownFormat, match=r"binary data|a program"):
        reader_for(data, "a.txt")
    for format in ("text", "markdown"):
        (found,) = read(data, format)
        assert isinstance(found, Skipped)
        assert "binary data" in found.reason


def test_a_stream_of_records_leaves_each_to_be_decoded() -> None:
    written = ["grün", "café", "schön", "plain", "naïve rôle"]
    data = lines(*[text.encode("cp1252" if i % 2 else "utf-8") for i, text in enumerate(written)])
    stream, encoding, options = records_of(io.BytesIO(data), Options())
    found = [decode_record(line, options) for line in stream]
    assert encoding == ""
    assert [text.strip() for text, _ in found] == written
    assert [notes for _, notes in found] == [(), ("read as windows-1252",), (), (), ()]
    assert in_utf8(io.BytesIO("grün".encode("utf-16")), Options())[1] == "utf-16"
    stream, encoding = in_utf8(io.BytesIO("\ufeff名前\n".encode("cp932", "ignore") * 9), Options())
    assert (stream.readline().decode(), encoding) == ("名前\n", "cp932")
