"""What nobody wrote for readers is refused in words; what somebody did is read, however odd its lines are."""

import base64
import re
import time
from pathlib import Path

import pytest

from corpus.errors import UnknownFormat
from corpus.readers import reader_for
from corpus.readers.base import Options, ParsedArticle
from corpus.readers.files import read_paths
from corpus.readers.prose import not_prose

ROOT = Path(__file__).parents[1]

CSS = "body { color: red; }\n.article { margin: 0 }\n@media print {\n  nav { display: none; }\n}\n"
PYTHON = '''"""Reads settings of the mill."""

import os
from pathlib import Path


def load(path: Path) -> dict[str, str]:
    """Read the settings in a file, which must be there and be readable by the user who runs the mill."""
    found = {}
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        found[name.strip()] = value.strip()
    return found
'''
JAVASCRIPT = "// Menu\nconst menu = document.querySelector('#menu');\nmenu.addEventListener('click', (event) =>"
" {\n  toggle(event);\n});\n"
NOT_ARTICLES = {
    "robots.txt": ("User-agent: *\nDisallow: /admin\n", "robots.txt"),
    "robots with comments": (
        "# No robots here\n# please\nUser-agent: x\nDisallow:\n\nSitemap: https://a.b/s.xml\n",
        "robots.txt|comments",
    ),
    "style sheet": (CSS, "style sheet"),
    "Python": (PYTHON, "source code"),
    "Python, heading first": ("# Settings\n" + PYTHON, "source code"),
    "JavaScript": (JAVASCRIPT, "source code"),
    "packed JavaScript": (
        "!function(e,t){" + "var a=function(b){return b.c(d);};" * 100 + "}();",
        "program|source code",
    ),
    "C": ('#include <stdio.h>\n\nint main(void) {\n    printf("hi\\n");\n    return 0;\n}\n', "source code"),
    "shell": ("#!/bin/sh\nset -e\ncp a b\n", "a script"),
    "shell, no first line": ('set -e\nfor f in *.txt; do\n  mv "$f" "${f%.txt}.md"\ndone\n', "source code"),
    "SQL": (
        "-- dump\nCREATE TABLE a (\n  id INTEGER PRIMARY KEY,\n  title TEXT NOT NULL\n);\nINSERT INTO a VALUES"
        " (1, 'x');\n",
        "dump",
    ),
    "ini": ("[server]\nhost = a.example\nport = 80\n\n[log]\nlevel = info\n", "settings|source code"),
    "env": ("CLEW_DATA=/srv/a\nCLEW_PORT=8080\nCLEW_WORKERS=4\n", "settings|source code"),
    "conf with comments": ("# Where it listens.\n# The default is all.\n#\nListen 80\nUser www\n", "comments"),
    "YAML": (
        "services:\n  web:\n    image: a/b\n    ports:\n      - 80:80\nvolumes:\n  data: {}\n",
        "settings|source code",
    ),
    "log": (
        "".join(f"2024-03-04 09:12:{i:02d},120 INFO server: request {i} of 10.0.0.1 took 3 ms\n" for i in range(9)),
        "a log",
    ),
    "access log": (
        "".join(f'10.0.0.{i} - - [04/Mar/2024:09:12:00 +0000] "GET / HTTP/1.1" 200 12\n' for i in range(9)),
        "a log",
    ),
    "addresses": ("".join(f"https://kell.example/{i}\n" for i in range(9)), "list of addresses"),
    "BibTeX": (
        "@article{kell2024,\n  title = {Storm gates},\n  author = {Delmar, Ruta},\n  year = {2024},\n}\n",
        "references|source code",
    ),
    "RIS": ("TY  - JOUR\nTI  - Storm gates\nAU  - Delmar, Ruta\nPY  - 2024\nER  - \n", "references"),
    "TeX": ("\\documentclass{article}\n\\begin{document}\nWords.\n\\end{document}\n", "TeX"),
    "patch": ("diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+y\n", "a patch"),
    "calendar": ("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n", "calendar"),
    "key": ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", "key"),
    "subtitles": ("WEBVTT\n\n00:00.000 --> 00:02.000\nGood evening.\n", "subtitles"),
    "base64": (base64.b64encode(bytes(range(256)) * 8).decode(), "encoded data"),
    "figures": ("0.173 0.882 1.220\n" * 60, "figures"),
    "XML": ('<invoice number="7"><total>12</total></invoice>', "XML"),
}

POEM = "The gate is down, the boat is in,\nthe gulls go round and round;\n\nthe gate is down, the boat is in,\n"
"and nobody is drowned.\n"
ARTICLES = {
    "poem": POEM,
    "one word": "Resigned.",
    "flash": "PIER GATE FALLS; TWO HURT -POLICE",
    "transcript": "".join(
        f"[00:{i:02d}:10] Q: Why was the gate not mended?\n[00:{i:02d}:20] A: We had asked for it.\n" for i in range(9)
    ),
    "interview": "Q: Why now?\nA: Because it fell.\nQ: And then?\nA: We closed the pier.\nQ: For long?\nA: Until"
    " March.\n",
    "live blog": "09:12 The first gate falls.\n09:20 Police close the pier.\n09:44 The ferry turns back to"
    " Kell.\n10:02 The mayor speaks.\n",
    "results": "Kell 3 Orsby 1\nSandoy 0 Hennick 0\nVarne 2 Lower Town 2\nStrand 1 Mill 4\nPier 2 Gate 1\n",
    "table of results": "1. Ana Roe (Kell) 2:31:04\n2. Ruta Delmar (Varne) 2:31:40\n3. Piet Anselm (Orsby) 2:33:12\n",
    "prices": "Cod: €7.20\nHaddock: €6.90\nCrab (each): €4.00\nMussels: €3.10\n",
    "lottery": "Saturday's numbers\n\n5, 12, 33, 41, 44 and 47. The bonus ball is 9.\n",
    "obituaries": "ANSELM, Piet, 77, of Orsby. Printer.\nROE, Ana, 91, of Kell. Teacher; sang in the choir.\n",
    "recipe": "Pear jam\n\n1 kg pears\n500 g sugar\n1 lemon\n\nPeel the pears; cut them up. Boil for an hour.\n",
    "agenda": "Agenda:\n- Minutes\n- Pier: repair of gates\n- School boat\n- Any other business\n",
    "contacts": "Contact: Ruta Delmar\nPhone: 555 0101\nWeb: kellpost.example\n\nThe pier reopens on Monday, the"
    " council said.\n",
    "code quoted": "The flaw is one line, he said.\n\n    if (user = admin) { allow(); }\n\nIt had stood in the"
    " gate's program for nine years, and"
    " nobody who read it noticed that it lets everybody in. The county has asked the maker for a correction by"
    " Friday.\n",
    "press release": "FOR IMMEDIATE RELEASE\n\nContact: press@kell.example\n\n###\n\nThe pier will reopen on"
    " Monday.\n\n###\n",
    "hashtags": "#Kell #Sandoy\n\nThe ferry is back, islanders wrote on Monday, with pictures of a full car deck.\n",
    "dialogue": "— Why?\n— Because it fell.\n— When?\n— On Monday.\n",
    "Chinese": "渡轮停运。\n桑多伊岛码头的风暴闸门一个月内第二次失灵，三百四十名岛民与陆地失去联系。\n",
    "Thai": "เรือข้ามฟากหยุดให้บริการในวันจันทร์หลังประตูกันพายุของท่าเรือเสียหายเป็นครั้งที่สองในเดือนเดียว\n",
    "long word": "Die Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzgebungsdebatte liegt vor.",
    "links at the end": "The pier is shut until March.\n\nMore:\nhttps://kell.example/a\nhttps://kell.example/b\n",
}


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_what_merely_decodes_is_refused_in_words(name: str) -> None:
    text, words = NOT_ARTICLES[name]
    assert re.search(words, not_prose(text)), not_prose(text)
    with pytest.raises(UnknownFormat, match="no article"):
        reader_for(text.encode(), "a.txt")


@pytest.mark.parametrize("name", ARTICLES)
def test_what_somebody_wrote_for_readers_is_read(name: str) -> None:
    assert not_prose(ARTICLES[name]) == ""
    assert reader_for(ARTICLES[name].encode(), "a.txt").name == "text"


def test_front_matter_is_no_code() -> None:
    for mark in ("---", "+++"):
        text = f"{mark}\nlayout = 'post'\ndraft = false\n[params]\na_b: c\n{mark}\n\nThe gate fell.\n"
        assert not_prose(text) == ""


def test_who_says_that_it_is_text_gets_it_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("host = a.example\nport = 80\nuser = b\n")
    assert "settings" in str(next(iter(read_paths([tmp_path]))))
    [found] = read_paths([tmp_path], options=Options(format="text"))
    assert isinstance(found, ParsedArticle)


def test_every_article_of_the_sample_and_every_page_of_the_docs_is_prose() -> None:
    texts = [
        *(ROOT / "sample" / "archive").iterdir(),
        *(ROOT / "docs").glob("*.md"),
        ROOT / "README.md",
        ROOT / "LICENSE",
    ]
    assert [path.name for path in texts if not_prose(path.read_text("utf-8"))] == []


def test_all_of_this_program_is_source_code() -> None:
    files = [*(ROOT / "corpus").rglob("*.py"), *(ROOT / "service").rglob("*.css"), *(ROOT / "service").rglob("*.js")]
    missed = [path.name for path in files if not not_prose(path.read_text("utf-8")[:65_536])]
    assert len(files) > 60
    assert len(missed) <= 0.1 * len(files), missed


@pytest.mark.parametrize(
    "piece",
    ["a", "a ", "(", "{", "a.", ":", "- ", "a=b ", "[a] ", '"', "a(b,", "; ", "a:b;", "@", "<a ", "a, ", "\\", "_"],
)
def test_no_line_takes_long(piece: str) -> None:
    start = time.process_time()
    not_prose((piece * 60_000)[:60_000])
    not_prose("\n".join([piece * 300] * 200))
    assert time.process_time() - start < 3
