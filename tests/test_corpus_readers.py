"""Each reader: what becomes an article, what is skipped, and with which words."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import article_from_fields
from corpus.errors import UnknownFormat
from corpus.readers import delimited, json_pieces, reader_for, reader_named, reader_names
from corpus.readers.base import Limits, Options, ParsedArticle, Reading, Skipped, SourceLocation

EXPORTED = """

## A 14-Seat \\*Signal Box\\* Opens

January 13, 2024



The first paragraph, of \\$31,000.

The second
paragraph.

### A heading within

#Breaking: no heading.

## Original url:

https://www.example.com/2024/01/13/signal\\_box-a10836"""


def read(data: bytes, format: str, limits: Limits | None = None) -> list[Reading]:
    reader = reader_named(format)
    return list(reader.read(io.BytesIO(data), SourceLocation("x"), Options(limits=limits or Limits())))


def one(data: bytes | str, format: str) -> ParsedArticle:
    [found] = read(data.encode() if isinstance(data, str) else data, format)
    assert isinstance(found, ParsedArticle), found
    return found


def skip(data: bytes | str, format: str, limits: Limits | None = None) -> str:
    [skipped] = read(data.encode() if isinstance(data, str) else data, format, limits)
    assert isinstance(skipped, Skipped), skipped
    return skipped.reason


# Registry


def test_names() -> None:
    assert {"csv", "feed", "html", "json", "mail", "markdown", "parquet", "sitemap", "text", "warc"} <= set(
        reader_names()
    )
    assert list(reader_names()) == sorted(reader_names())
    assert reader_named("jsonl").name == "json", "an earlier name"
    assert [reader_named(name).name for name in reader_names()] == list(reader_names())
    with pytest.raises(UnknownFormat, match="csv, feed, html, json"):
        reader_named("spreadsheet")


def test_importing_the_registry_imports_no_reader() -> None:
    code = (
        "import sys, corpus.readers, corpus.readers.files\n"
        "bad = {'w3lib', 'numpy', 'flask', 'corpus.readers.markdown'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=env)


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (EXPORTED.encode(), "000_c48f.txt", "markdown"),
        (b"# Title\n\nBody", "a", "markdown"),
        (b"\xef\xbb\xbf# Title\n\nBody", "a", "markdown"),
        ("# Title\r\n\r\nBody".encode("utf-16"), "a", "markdown"),
        (b"No heading", "a.md", "markdown"),
        (b"#hashtag first\n\nBody", "a.txt", "text"),
        (b'{"text": "x"}\n', "a.txt", "json"),
        (b'\n\n{ "text": 1', "a", "json"),
        (b'[{"text": "x"}]', "a.json", "json"),
        (b"{\n", "a.json", "json"),
        (b"nonsense\n", "a.jsonl", "json"),
        (b"{curly} text", "a.txt", "text"),
        (b"Just text.", "a", "text"),
        (b"caf\xe9", "a.txt", "text"),
        (("x" * 65_535 + "ä").encode()[:65_536], "a.txt", "text"),
    ],
)
def test_recognised_by_content(head: bytes, name: str, expected: str) -> None:
    assert reader_for(head, name).name == expected


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "empty file"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdftotext"),
        (b"\x89PNG\r\n\x1a\n\0\0", "an image"),
        (b"\xff\xd8\xff\xe1aaaa", "an image"),
        (b"\x7fELF\x02\0", "a program"),
        (b"some\0thing", "binary"),
        (b"{\\rtf1", "rich text"),
        (b"\x04\x22\x4d\x18\x64\x40\xa7\xff\0abc", "lz4 -d"),
        (b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">]>', "XML"),
        (b'<?xml version="1.0"?><invoice><total>1</total></invoice>', "XML"),
    ],
)
def test_unknown_format(head: bytes, words: str) -> None:
    with pytest.raises(UnknownFormat, match=words):
        reader_for(head, "a.txt")


# Markdown


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_markdown(line_end: str, encoding: str) -> None:
    found = one(EXPORTED.replace("\n", line_end).encode(encoding), "markdown")
    assert found.notes == ()
    article = found.article
    assert article.title == "A 14-Seat *Signal Box* Opens"
    assert str(article.published) == "2024-01-13"
    assert article.url == "https://www.example.com/2024/01/13/signal_box-a10836"
    assert article.source == "example.com"
    assert article.id.startswith("u-")
    assert article.text == (
        "The first paragraph, of $31,000.\n\nThe second\nparagraph.\n\nA heading within\n\n#Breaking: no heading."
    )


@pytest.mark.parametrize(
    ("text", "title", "body", "notes"),
    [
        ("# T\n\nBody", "T", "Body", ("no date line", "no original url")),
        ("Body", "", "Body", ("no heading", "no date line", "no original url")),
        ("# T\n\n*May 1, 2011*\n\nBody", "T", "Body", ("no original url",)),
        ("# T\n\nYesterday\n\nBody", "T", "Yesterday\n\nBody", ("no date line", "no original url")),
        (
            "# T\n\n03/04/2011\n\nBody",
            "T",
            "03/04/2011\n\nBody",
            ("no date line", "no original url"),
        ),
        ("# T\nMay 1, 2011\nBody", "T", "Body", ("no original url",)),
        ("# T\n\nMay 1, 2011\n\nBody\n\n## Original url:\n", "T", "Body", ("no original url",)),
        ("# T\n\nMay 1, 2011\n\nA\n\n## Original url: http://a.b/\n\nB", "T", "A\n\nB", ()),
        ("# T\n\nMay 1, 2011\n\nA\n\n# ORIGINAL URL\n<http://a.b/>", "T", "A", ()),
        ("# T\n\nMay 1, 2011\n\nA\n\n# Original url:\n[here](http://a.b/)", "T", "A", ()),
        (
            "# T\n\nMay 1, 2011\n\nA\n\n## Original url:\n\nn/a",
            "T",
            "A",
            ("no original url", "original url is not a web address: 'n/a'"),
        ),
        (
            "# T\n\nMay 1, 2011\n\nA\n\n## Original url:\n\nNot known to us.",
            "T",
            "A\n\nNot known to us.",
            ("no original url", "original url is not a web address: 'Not known to us.'"),
        ),
    ],
)
def test_markdown_states_what_is_missing(text: str, title: str, body: str, notes: tuple[str, ...]) -> None:
    found = one(text, "markdown")
    assert (found.article.title, found.article.text, found.notes) == (title, body, notes)


def front(matter: str, fence: str = "---") -> str:
    return f"{fence}\n{matter}\n{fence}\n\nBody\n"


@pytest.mark.parametrize(
    ("text", "title", "day", "author"),
    [
        (front('title: "T: one"\ndate: 2024-03-04\nauthor: Ana Roe\nlayout: post'), "T: one", "2024-03-04", "Ana Roe"),
        (front("Title: T\nPublished: 2024-03-04\nBy: Ana Roe"), "T", "2024-03-04", "Ana Roe"),
        (front("title: '*T*'\ndate: 2024-03-04\nauthors:\n- name: Ana\n- name: Ben"), "T", "2024-03-04", "Ana, Ben"),
        (front('title = "T"\ndate = 2024-03-04\n[params]\nauthor = "Ana Roe"', "+++"), "T", "2024-03-04", None),
        ("T\n===\n\n*By Ana Roe* | March 4, 2024\n\nBody", "T", "2024-03-04", "Ana Roe"),
        ("T\n---\n\nBy Ana Roe\n\n4 March 2024\n\nBody", "T", "2024-03-04", "Ana Roe"),
        ("# **T** [one](https://a.b/)\n\nMarch 4, 2024\n\n![x](y.jpg)\n\nBo[d](u)**y**", "T one", "2024-03-04", None),
        ("---\ndate: 2024-03-04\n---\n# T\n\nBody", "T", "2024-03-04", None),
    ],
)  # fmt: skip
def test_front_matter_headings_and_lines_below_them(text: str, title: str, day: str, author: str | None) -> None:
    article = one(text, "markdown").article
    assert (article.title, str(article.published), article.author) == (title, day, author)
    assert article.text == "Body"
    assert reader_for(text.encode(), "post.md").name == "markdown"


def test_odd_front_matter() -> None:
    broken = one(front("title: [a\ndate: x"), "markdown")
    assert broken.article.text == "Body"
    assert "front matter not read" in "".join(broken.notes)
    assert "a draft" in skip(front("title: T\ndraft: true"), "markdown")
    assert "a draft" in skip(front("title: T\npublished: false"), "markdown")
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert one(front("title: T\n" + bomb), "markdown").article.title == "T"
    text = "Sentence.\n\n---\n\nkey: value"
    assert one(text, "markdown").article.text == "Sentence.\n\nkey: value", "a rule is no front matter"
    named = reader_named("markdown").read(
        io.BytesIO(b"# T\n\nBody"), SourceLocation("_posts/2024-03-04-t.md"), Options()
    )
    [found] = named
    assert isinstance(found, ParsedArticle)
    assert str(found.article.published) == "2024-03-04"
    assert "date from the file's name" in found.notes


def test_lists_and_other_blocks_of_markdown_keep_their_words() -> None:
    text = (
        "# T\n\nOne:\n\n1. first\n2. second\n\n- *third*\n\n> Quoted\n> on.\n\n<p>raw <b>html</b></p>\n\n    code\n\n"
        "2011\\. Yes"
    )
    assert one(text, "markdown").article.text == (
        "One:\n\n1. first\n2. second\n\n- third\n\nQuoted\non.\n\nraw html\n\ncode\n\n2011. Yes"
    )


# Tables

ROWS = [("a", "T, one", 'He said: "No", she\nsaid.\n\nMore; and\tmore'), ("b", "Two", "Body"), ("c", "", "Ünï")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tables(delimiter: str, line_end: str, encoding: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(["ID", "Headline", "Body Text"])
    writer.writerows(ROWS)
    data = out.getvalue().encode(encoding)
    assert reader_for(data, "a.txt").name == "csv"
    readings = read(data, "csv")
    found = [(r.article.id, r.article.title, r.article.text) for r in readings if isinstance(r, ParsedArticle)]
    assert [(id, title, text.replace("\r", "")) for id, title, text in found] == ROWS
    assert [r.location.line for r in readings] == [2, 6, 7]


@given(
    rows=st.lists(
        st.tuples(*(st.text('a",;\n ', max_size=6).map(lambda cell: f"x{cell}x") for _ in range(2))),
        min_size=1,
        max_size=5,
    ),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)  # fmt: skip
def test_what_the_csv_library_writes_is_read_the_same(rows: list[tuple[str, str]], quoting: Any) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=quoting, lineterminator="\n").writerows([("title", "text"), *rows])
    found = list(delimited.rows(io.BytesIO(out.getvalue().encode()), ",", 2, Options()))
    assert [row for _, row in found] == [["title", "text"], *map(list, rows)]


def test_a_faulty_row_costs_itself() -> None:
    data = (
        b'id,title,text\n1,One,"He said "no" and left."\n2,Two,a text, with a comma\n3,"Three,open\n4,Four,Body\n'
        b'5,Five\n6,,\n\n7,Seven,"Last'
    )
    readings = read(data, "csv")
    shown = [
        (r.article.id, r.article.text) if isinstance(r, ParsedArticle) else (r.location.line, r.reason.split(";")[0])
        for r in readings
    ]
    assert shown == [
        ("1", 'He said "no" and left.'),
        (3, "4 cells, but 3 columns"),
        (4, "a quote that nothing closes"),
        ("4", "Body"),
        ("5", "Five"),
        (7, "text: missing or blank under all usual names (fields given: 'id', 'title', 'text')"),
        (9, "a quote that nothing closes"),
    ]


def test_tables_of_other_things() -> None:
    assert reader_for(b"Dear all, hello\n\nThis is a text, with commas.\n", "a.txt").name == "text"
    assert reader_for(b"a,b\n1,2\n", "a.txt").name == "text"
    [reading] = read(b"a,b\n1,2\n", "csv")
    assert isinstance(reading, Skipped)
    assert "fields given: 'a', 'b'" in reading.reason
    assert "without rows" in skip(b"title,text\n", "csv")
    assert "no table" in skip(b"just a line", "csv")


def test_thousands_of_open_quotes_end_the_file_early() -> None:
    readings = read(b"title,text\n" + b'T,"open\n' * 5_000, "csv")
    assert len(readings) < 100
    assert "the rest of the file was not read" in getattr(readings[-1], "reason", "")


def test_parquet(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    columns = {
        "headline": ["A", None],
        "body": ["One", "Two"],
        "date": [datetime(2024, 3, 4), None],
        "score": [0.5, 1.0],
    }
    parquet.write_table(pyarrow.table(columns), out)
    assert reader_for(out.getvalue(), "x").name == "parquet"
    first, second = read(out.getvalue(), "parquet")
    assert isinstance(first, ParsedArticle)
    assert isinstance(second, ParsedArticle)
    assert (first.article.title, first.article.text, str(first.article.published)) == (
        "A",
        "One",
        "2024-03-04T00:00:00Z",
    )
    assert [unread.name for unread in first.unread] == ["score"]
    assert second.article.text == "Two"
    assert "damaged Parquet" in skip(out.getvalue()[:200], "parquet")
    other = io.BytesIO()
    parquet.write_table(pyarrow.table({"x": [1]}), other)
    assert "--field text=COLUMN" in skip(other.getvalue(), "parquet")


# Plain text


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("Title\n\nBody\n\nMore\n", "Title", "Body\n\nMore"),
        ("\n\nTitle\r\n \r\nBody", "Title", "Body"),
        ("First line\nsecond line", "", "First line\nsecond line"),
        ("Only line", "", "Only line"),
        ("x" * 199 + "\n\nBody", "x" * 199, "Body"),
        ("x" * 200 + "\n\nBody", "", "x" * 200 + "\n\nBody"),
    ],
)
def test_plain_text(text: str, title: str, body: str) -> None:
    article = one(text, "text").article
    assert (article.title, article.text) == (title, body)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_say_so(encoding: str) -> None:
    text = "Tïtle\n\nBödy ‮ with RTL override"
    data = text.encode(encoding)
    assert one(data, "text").article.text == text.partition("\n\n")[2]
    assert reader_for(data, "a.txt").name == "text"


@pytest.mark.parametrize("format", ["text", "markdown"])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty file"),
        (b"\xef\xbb\xbf", "text: missing or blank"),
        (b" \n \n", "text: missing or blank"),
        (b"abc caf\xe9 d", r"byte 7 \(0xe9\) is not UTF-8.*iconv -f latin1 -t utf-8"),
        (b"\xef\xbb\xbfabc caf\xe9 d", r"byte 10 \(0xe9\) is not UTF-8"),
        (b"ends within \xc3", r"byte 12 \(0xc3\) is not UTF-8"),
        (b"\xff\xfea\0b", "byte 2 is not utf-16|byte 4 is not utf-16"),
        (b"\xff\xfea\0\x00\xd8", "is not utf-16"),
        (b"PK\x03\x04\0", "unknown format: binary data"),
        (b"...\n\n---", "no letter or digit"),
        (b"x" * 1001, "longer than 1,000 bytes"),
    ],
)
def test_unreadable_text(format: str, data: bytes, words: str) -> None:
    reason = skip(data, format, Limits(record_bytes=1000))
    assert re.search(words, reason), reason


# JSON Lines


def test_json_lines_go_on_after_a_bad_one() -> None:
    data = b"\n".join(
        [
            b'\xef\xbb\xbf{"text": "one", "published": "2011", "url": "https://a.b/"}',
            b"",
            b'{"text": "two", "title": "T", "published": "2011", "url": "https://a.c/"}\r',
            b'{"text": "thr',
            b'{"text": "four"}',
        ]
    )
    readings = read(data, "jsonl")
    assert [(type(r), r.location.line) for r in readings] == [
        (ParsedArticle, 1),
        (ParsedArticle, 3),
        (Skipped, 4),
        (ParsedArticle, 5),
    ]
    assert [r.notes for r in readings if isinstance(r, ParsedArticle)] == [
        ("no title",),
        (),
        ("no title", "no date", "no url"),
    ]
    assert str(readings[2].location) == "x, line 4"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"text": "a"', "not JSON: Expecting ',' delimiter (column 13)"),
        (b'{"text": "a\xff"}', "byte 11 (0xff) is not UTF-8"),
        (b'{"n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        (b'{"n": ' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b'{"n": [' + b"[]," * 600_000 + b"1]}", "more than 500,000 brackets"),
        (b'"text"', "must be a JSON object, not str"),
        (b"null", "must be a JSON object"),
        (b"{}", "text: missing or blank"),
    ],
)
def test_bad_lines(line: bytes, words: str) -> None:
    start = time.perf_counter()
    good = b'{"text": "good"}'
    first, bad, last = read(b"\n".join([good, line, good]), "jsonl")
    assert isinstance(first, ParsedArticle)
    assert isinstance(last, ParsedArticle)
    assert isinstance(bad, Skipped)
    assert bad.location.line == 2
    assert words in bad.reason
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("line", "note"),
    [
        (b'{"text": "a", "text": "b"}', "the key 'text' appears twice: its last value counts"),
        (b'{"text": "b", "n": {"k": 1, "k": 1}}', "the key 'k' appears twice: its last value counts"),
        (b'{"text": "b", "n": NaN, "m": -Infinity}', ""),
        (b'{"text": "b", "n": ' + b"9" * 5000 + b"}", ""),
        (b'{"text": "b",}', ""),
        (b'{"text": "b", "tags": ["x",],},', ""),
        (b'{"text": "b", "published": "soon"}', "date not read: 'soon' is not a date"),
        (b'{"text": "b", "url": "page.html"}', "url left out: 'page.html'"),
        (b'{"text": "b", "id": "' + b"x" * 201 + b'"}', "id of more than 200"),
        (b'{"title": "b"}', "no text: the headline stands for it"),
        (b'{"title": "a", "lead": "b"}', "no text: its summary stands for it"),
    ],
)
def test_a_fault_in_what_is_not_needed_costs_nothing(line: bytes, note: str) -> None:
    good = b'{"text": "good"}'
    readings = read(b"\n".join([good, line, good]), "json")
    assert [type(reading) for reading in readings] == [ParsedArticle] * 3
    assert isinstance(readings[1], ParsedArticle)
    assert readings[1].article.text == "b"
    assert note in "".join(readings[1].notes)


RECORDS = [{"id": name, "title": "T", "text": f'A "{name}" {{[\n', "url": "https://a.b/"} for name in ("x", "y", "z")]
SHAPES = {
    "lines": b"\n".join(json.dumps(r).encode() for r in RECORDS),
    "array": json.dumps(RECORDS).encode(),
    "pretty array": json.dumps(RECORDS, indent=2).encode(),
    "array of lines": b"[\n" + b",\n".join(json.dumps(r).encode() for r in RECORDS) + b"\n]",
    "pretty, one after the other": b"\n".join(json.dumps(r, indent=1).encode() for r in RECORDS),
    "one after the other": b"".join(json.dumps(r).encode() for r in RECORDS),
    "answer": json.dumps({"status": "ok", "sources": [{"name": "n"}], "articles": RECORDS}).encode(),
    "answer in a line": json.dumps({"response": {"docs": RECORDS}}).encode() + b"\n",
    "search hits": json.dumps({"took": 1, "hits": {"hits": [{"_id": "?", "_source": r} for r in RECORDS]}}).encode(),
    "hits by line": b"\n".join(json.dumps({"_id": "?", "_source": r}).encode() for r in RECORDS),
    "edges": json.dumps({"data": {"posts": {"edges": [{"node": r} for r in RECORDS]}}}, indent=2).encode(),
    "bulk": b"\n".join(json.dumps(o).encode() for r in RECORDS for o in ({"index": {"_id": r["id"]}}, r)),
    "bulk, ids in the action": b"\n".join(
        json.dumps(o).encode() for r in RECORDS for o in ({"create": {"_id": r["id"]}}, {**r, "id": None})
    ),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_usual_shapes_of_json(shape: str, encoding: str) -> None:
    data = SHAPES[shape].decode().encode(encoding)
    assert reader_for(data, "a").name == "json"
    readings = read(data, "json")
    assert [r.article for r in readings if isinstance(r, ParsedArticle)] == [
        article_from_fields(record)[0] for record in RECORDS
    ]
    assert len(readings) == len(RECORDS)


@given(
    records=st.lists(
        st.recursive(
            st.text(max_size=5) | st.integers() | st.none(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"\\{[', max_size=3), inner, max_size=3)
            ),
            max_leaves=8,
        ),
        max_size=5,
    ),
    indent=st.sampled_from([None, 0, 1, 4]),
    pure=st.booleans(),
    as_array=st.booleans(),
    chunk=st.integers(1, 50),
)
def test_records_are_found_however_the_stream_is_cut(
    records: list[object], indent: int | None, pure: bool, as_array: bool, chunk: int
) -> None:
    objects = [{"n": record} for record in records]
    if as_array:
        text = json.dumps(objects, indent=indent, ensure_ascii=pure)
    else:
        text = " ".join(json.dumps(each, indent=indent, ensure_ascii=pure) for each in objects)
    found = list(json_pieces.pieces(io.BufferedReader(io.BytesIO(text.encode())), 1 << 20, chunk=chunk))
    assert [json.loads(piece.data or b"") for piece in found] == objects
    assert [piece.line for piece in found] == sorted(piece.line for piece in found)


def test_a_faulty_record_of_an_array_costs_itself() -> None:
    data = b'[\n  {"text": "one"},\n  {"text": "two, and the rest is miss\n  {"text": "three"},\n  {"text": "four"}\n]'
    readings = read(data, "json")
    assert [r.article.text if isinstance(r, ParsedArticle) else r.location.line for r in readings] == [
        "one", 3, "three", "four",
    ]  # fmt: skip


def test_an_answer_beyond_the_limit_is_read_by_its_list() -> None:
    records = [{"id": str(i), "text": "word " * 20, "more": [{"deep": 1}]} for i in range(500)]
    data = json.dumps({"took": 1, "hits": {"total": {"value": 9}, "hits": records}}).encode()
    readings = read(data, "json", Limits(record_bytes=2000))
    assert [r.article.id for r in readings if isinstance(r, ParsedArticle)] == [str(i) for i in range(500)]
    assert len(readings) == 500


def test_what_holds_no_article_says_so() -> None:
    assert "no JSON object" in skip(b"nonsense", "json")
    assert "fields given: 'a'" in skip(b'{"a": 1}', "json") or "missing" in skip(b'{"a": 1}', "json")
    assert "its type is picture" in skip(
        b'{"type": "picture", "headline": "x", "renditions": [{"title": "a"}]}', "json"
    )
    assert "withdrawn" in skip(b'{"headline": "x", "body_text": "b", "pubstatus": "canceled"}', "json")


def test_odd_characters_in_json() -> None:
    found = one(b'{"text": "a\\u0000b\\ud800c\\u202e' + b"[" * 100_000 + b'"}', "jsonl")
    assert found.article.text == "a\ufffdb\ufffdc\u202e" + "[" * 100_000
    assert "2 control characters" in found.notes[-1]


class _Endless(io.RawIOBase):
    """`{"text": "aaaa...` for 300 MB, then a good line."""

    def __init__(self) -> None:
        self.head = b'{"text": "'
        self.left = 300 << 20
        self.tail = b'"}\n{"text": "good"}\n'

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        if self.head:
            size, self.head = len(self.head), b""
            buffer[:size] = b'{"text": "'
            return size
        size = min(len(buffer), self.left)
        if not size:
            size = min(len(buffer), len(self.tail))
            buffer[:size], self.tail = self.tail[:size], self.tail[size:]
            return size
        buffer[:size] = b"a" * size
        self.left -= size
        return size


def test_a_line_beyond_the_limit_is_never_in_memory() -> None:
    stream = io.BufferedReader(_Endless(), 1 << 16)  # type: ignore[type-var]
    tracemalloc.start()
    bad, good = reader_named("jsonl").read(stream, SourceLocation("x"), Options())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(bad, Skipped)
    assert "longer than 8,388,608 bytes" in bad.reason
    assert isinstance(good, ParsedArticle)
    assert good.location.line == 2
    assert peak < 40 << 20


# All

_PARAGRAPHS = "\n\n".join(f"Paragraph {i}." for i in range(30_000))


@pytest.mark.parametrize("format", ["text", "markdown"])
@pytest.mark.parametrize(
    "text",
    [
        "word " * 400_000,
        _PARAGRAPHS,
        "x" * 1_000_000,
        "a" + " " * 200_000 + "b",
        "# " + " " * 200_000 + "b\n\nbody",
        "body\n\n## original url:" + " " * 200_000 + "b",
        "body\n\n## original url:\n" + "[" * 100_000,
        "a" + "[" * 100_000,
        "a" + "\\" * 200_000,
        "# " * 100_000 + "b\n\nbody",
        "# a" + " #" * 1_000 + "\n\nbody",
        "a" + "\n" * 500_000 + "b",
        "<div>" * 260 + "deep" + "</div>" * 260,
        "a\u202e" * 1000,
    ],
    ids=range(14),
)
def test_odd_texts_are_read_or_skipped_fast(format: str, text: str) -> None:
    start = time.perf_counter()
    [reading] = read(text.encode(), format)
    assert time.perf_counter() - start < 2
    if isinstance(reading, Skipped):
        assert "title: longer than 2,000" in reading.reason


_documents: st.SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(str.encode),
    st.text("#\n\r \\[]<>:ao{}\"'0", max_size=100).map(str.encode),
    st.builds(lambda a, b: (a + EXPORTED + b).encode(), st.text(max_size=9), st.text(max_size=9)),
)


@pytest.mark.parametrize("format", reader_names())
@given(data=_documents)
@settings(deadline=None)
def test_nothing_is_raised_for_content(format: str, data: bytes) -> None:
    reader = reader_named(format)
    assert 0 <= reader.recognises(data, "a.md") <= 100
    readings: Iterator[Reading] = reader.read(io.BytesIO(data), SourceLocation("x"), Options())
    for reading in readings:
        if isinstance(reading, Skipped):
            assert reading.reason.encode()
        else:
            assert reading.article.text.encode()
            assert all(note.encode() for note in reading.notes)


@given(data=_documents)
def test_sniffing_raises_only_unknown_format(data: bytes) -> None:
    with suppress(UnknownFormat):
        assert reader_for(data, "a").name in reader_names()
