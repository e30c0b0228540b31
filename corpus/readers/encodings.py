"""Which encoding bytes are in, where nothing says so: UTF-16 by its zero bytes, the old 8-bit and Asian encodings.

**UTF-8** is certain where it decodes: text in another encoding does not by chance. A text that has correct sequences of
UTF-8, and some bytes that are none, is UTF-8 with pieces of another file in it.

**Latin letters.** A short English text with a quotation mark or two is the same in all of windows-1252, windows-1250,
Mac Roman, and what a statistical detector says of it is chance: of six German, French and Spanish articles in
windows-1252, charset-normalizer 3.4 calls five windows-1250, and three come out wrong. Two things decide instead:
whether the characters are plausible where they stand (no capital letter and no symbol within a word in lower case,
which is what Mac Roman and the code pages of DOS look like when read as windows-1252, and ISO 8859-2 as windows-1250),
and the language, by its function words (by py3langid where these do not tell): Polish is never in windows-1252. Of 108
short articles in 17 languages, in the old encodings of each, 107 are right; the other one is Spanish in Mac Roman with
nothing but ñ, ó and ú, which are dashes in windows-1252 (`tests/test_corpus_encodings.py` has most of them).

**Other scripts** have letters by the run, and charset-normalizer knows them well.

**Binary data** has control characters, or is none of these. It is refused: what merely decodes is no article.
"""

import codecs
import re
from functools import lru_cache
from typing import Final

_BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

BINARY: Final = "binary"
"""What `recognised_encoding` says of data that is no text."""

_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\x0b\x0c\r\x1b") | {0x7F})
_CONTROLS_MOST = 0.02
"""Share of control characters in a text; of random bytes .11 are, of programs and images more."""
_NULS = re.compile(rb"\0+")
_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\n\r"
_ASCII_SHARE = 0.9
"""Of the bytes that are not zero, from which a text is in English or the like."""
_ZEROS_OF_ASCII = 0.3
"""Share of zero bytes that such a text has at least in UTF-16."""
_ZEROS_LEAST = 0.005
"""That any other has: Chinese has them in line ends and digits only."""
_WIDE_LEAST = 16
"""Bytes that such a text has at least."""
_ZEROS_OF_32 = 0.45
"""That a text has at least in UTF-32."""
_READABLE = 0.97
"""Share of characters that are assigned and no controls."""

_CUT_FROM = 1 << 12
"""Bytes from which data may be the beginning of a file, cut anywhere."""
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_USUAL = tuple(bytes((byte,)) for byte in b"\xc2\xc3\xc4\xc5\xe2")
"""With what the characters of European texts begin; in old encodings these are rarely the last letter of a word."""
_HIGH = re.compile(rb"[\x80-\xff]+")
_LETTER = re.compile(rb"[A-Za-z]")

_LATIN_SHARE = 0.45
"""High bytes of all letters: Czech has .15, a sentence of it up to .4, Greek and Russian all but a few."""
_LATIN_RUN = 2.5
"""Bytes of a run of high bytes, on average."""

_LATIN = {
    "cp1252": frozenset("en de fr es it pt nl sv da no fi ca id is".split()),
    "cp1250": frozenset("pl cs sk hu ro hr sl sr".split()),
    "iso8859_2": frozenset("pl cs sk hu ro hr sl sr".split()),
    "cp1254": frozenset(("tr",)),
    "cp1257": frozenset("lt lv et".split()),
    "iso8859_15": frozenset("en de fr es it pt nl sv da no fi ca".split()),
    "mac_roman": frozenset("en de fr es it pt nl sv da no fi ca".split()),
    "cp850": frozenset("en de fr es it pt nl sv da no fi ca".split()),
}
"""Encoding -> the languages that are written in it; of two as plausible ones the first is taken."""
_OTHERS = (
    "cp1251 koi8_r koi8_u iso8859_5 cp866 mac_cyrillic cp1253 iso8859_7 cp1255 cp1256 cp932 euc_jp gb18030 big5 cp949"
    " cp874 cp1258"
).split()
NOT_ASCII_SAFE = frozenset("cp932 gb18030 big5 big5hkscs iso2022_jp shift_jis gbk utf-7 cp949 johab".split())
"""Encodings in which a byte below 128 may be a part of a letter: a bracket need not be one."""

_ODD = re.compile(
    r"(?<=[a-zß-ÿœšžąęłńśźżčďěňřťůőűğışāēīū])[^\W\d_a-zß-ÿœšžąęłńśźżčďěňřťůőűğışāēīūăâîșțţģķļņų]"
    r"|(?<=\w)[^\w\s’'‘`´\"“”„‚«»‹›…\-–—.,;:!?()/·°²³€%©®™\x00-\x7f](?=\w)"
    r"|[\x80-\x9f\ufffd¤¦§¨¬¯±µ¶¸¹¼½¾×÷ƒˆ˜†‡‰](?=[a-z])"
    r"|(?<=[a-z])[\x80-\x9f\ufffd¤¦¨¬¯±¶¸¹¼½¾×÷ƒˆ˜†‡‰‚„]"
    r"|[\x80-\x9f\ufffd¤]"
)
"""A character beyond ASCII where none is written: a capital or a symbol behind a small letter, a control."""

_ODD_LETTERS = {"cp1252": "þýðÞÝÐ", "cp1254": "áéíóúæåãõàèìòùñ"}
"""Letters of Icelandic, which the Turkish ones are read as in the other encoding; and those that Turkish has not."""
_LANGUAGES = frozenset[str]().union(*_LATIN.values())
_LANGUAGE_LEAST = 60
"""Characters from which py3langid is right."""
_ODD_STEP = 0.05
"""Difference of the shares of odd characters that counts."""


@lru_cache(maxsize=8)
def recognised_encoding(head: bytes) -> str:
    """The encoding of a file by its beginning, which may end within a character; `BINARY` for what is no text.

    That which a byte order mark states, UTF-8 (also where some bytes are none), UTF-16 and UTF-32 by their zero bytes,
    else what is recognised.
    """
    if stated := stated_encoding(head):
        return stated
    if b"\0" in head and (wide := _wide(head)):
        return wide
    if head and _share_of_controls(head) > _CONTROLS_MOST:
        return BINARY
    if b"\x1b$B" in head or b"\x1b$@" in head:
        return "iso2022_jp"
    if is_utf8(head) or is_cut_off(head) or is_mostly_utf8(head):
        return "utf-8"
    return legacy_encoding(head) or BINARY


def stated_encoding(head: bytes) -> str:
    """What a byte order mark states; "" where there is none."""
    return next((name for mark, name in _BYTE_ORDER_MARKS if head.startswith(mark)), "")


def is_utf8(head: bytes) -> bool:
    """Whether data is UTF-8 as far as it goes: where it is long, it may end within a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, len(head) < _CUT_FROM)
    except UnicodeDecodeError:
        return False
    return True


def is_cut_off(data: bytes) -> bool:
    """Whether data is UTF-8 but for its last character, which is not all there."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        rest = data[error.start :]
        likely = len(rest) > 1 or rest in _USUAL or rest in data[: error.start]
        return error.reason.startswith("unexpected end") and likely
    return False


def is_mostly_utf8(data: bytes) -> bool:
    """Whether there are as many correct sequences of UTF-8 as bytes that belong to none."""
    good = _SEQUENCE.findall(data)
    high = sum(map(len, _HIGH.findall(data)))
    return bool(good) and len(good) >= high - sum(map(len, good))


def legacy_encoding(data: bytes) -> str | None:
    """The old encoding that a text is in which is not UTF-8; None where it is in none."""
    data = _telling(data)
    runs = _HIGH.findall(data)
    high = sum(map(len, runs))
    if not high:
        return None
    if high <= _LATIN_SHARE * (high + len(_LETTER.findall(data))) and high <= _LATIN_RUN * len(runs):
        return _latin(data)
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=_OTHERS).best()
    return best.encoding if best else None


def shown(encoding: str) -> str:
    """The name that people know an encoding by."""
    return re.sub(r"^cp(125\d)$", r"windows-\1", encoding)


def _telling(data: bytes, most: int = 1 << 13) -> bytes:
    """The lines of a text that are not UTF-8, as many as it takes to tell."""
    found: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii() and not is_utf8(line):
            found.append(line[:most])
            size += len(line)
        if size > most:
            break
    return b"".join(found)


def _latin(data: bytes) -> str:
    """The first of the encodings of Latin letters whose characters are plausible, in the language of the text."""
    language = _language(data.decode("cp1252", "replace"))
    scores = {}
    for place, (name, languages) in enumerate(_LATIN.items()):
        text = data.decode(name, "replace")
        odd = len(_ODD.findall(text)) + sum(map(text.count, _ODD_LETTERS.get(name, "")))
        share = odd / max(1, sum(not c.isascii() for c in text))
        scores[name] = (language not in languages, round(share / _ODD_STEP), place)
    return min(scores, key=lambda name: scores[name])


def _language(text: str) -> str | None:
    """By function words, which have their ASCII letters in any encoding; else as py3langid has it, of a long text."""
    from ..terms import terms_of

    language = terms_of("", text).language
    if language in _LANGUAGES or len(text) < _LANGUAGE_LEAST:
        return language
    import py3langid

    return str(py3langid.classify(text)[0])


def _share_of_controls(data: bytes) -> float:
    """Share of control characters, a run of NULs as one: a file that was not written to its end has a block of them."""
    data = _NULS.sub(b"\0", data.strip(b"\0"))
    return (len(data) - len(data.translate(None, _CONTROLS))) / max(1, len(data))


def _wide(head: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark; "" for anything else."""
    zeros, even, odd = head.count(0), head[::2].count(0), head[1::2].count(0)
    names = ["utf-32-le", "utf-32-be"] if zeros >= _ZEROS_OF_32 * len(head) else []
    if max(even, odd) >= 8 * min(even, odd):
        names.append("utf-16-le" if odd > even else "utf-16-be")
    rest = head.replace(b"\0", b"")
    printable = len(rest) - len(rest.translate(None, _PRINTABLE))
    least = _ZEROS_OF_ASCII if printable > _ASCII_SHARE * len(rest) else _ZEROS_LEAST
    if zeros < least * len(head) or len(head) < _WIDE_LEAST:
        return ""
    return next((name for name in names if _is_readable(head, name)), "")


def _is_readable(head: bytes, encoding: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    good = sum(c.isprintable() or c in "\t\n\r\ufeff\u3000\xa0" for c in text)
    return bool(text) and good >= _READABLE * len(text)
