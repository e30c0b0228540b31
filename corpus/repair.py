"""Texts as they were meant: entities decoded, mojibake undone, invisible debris removed, letters composed.

Articles are compared by this form, so that a copy with `&uuml;`, `Ã¼` or soft hyphens is found as one. What is stored
stays as its source gave it (offsets refer to that), unless `--repair` asks for it.

Nearly all texts need nothing, and are told by tests of .05 ms for 4,000 characters: in ASCII without `&`, or no
character beyond it that mojibake begins with before one that it goes on with. Only what looks like that is given to
ftfy, which decides, line by line (2 ms). A text without a fault comes back as it is, so hashes of such texts are those
of versions that repaired nothing.

Known: an entity without its semicolon stays; so does mojibake of which bytes were lost (`Ã` alone).
"""

import functools
import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ENTITIES_DEEP = 3
"""How often an entity may be encoded: `&amp;uuml;`."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
"""Soft hyphens, zero-width spaces, joiners, marks of direction."""
_PARTING = re.compile("(?<=[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b")
"""A zero-width space that parts words, as in Thai and Khmer."""

_WRONGLY_READ_AS = (
    "cp1252 latin-1 cp1250 cp1251 cp1253 cp1254 cp1257 iso8859_2 mac_roman cp437 cp850".split()
)  # fmt: skip
"""Encodings that UTF-8 is taken for."""


def _characters(encoding: str, first: int, last: int) -> str:
    """The characters beyond ASCII that bytes are read as; those that the encoding leaves out come as C1 controls."""
    found = {bytes((byte,)).decode(encoding, "ignore") or chr(byte) for byte in range(first, last)}
    return "".join(sorted(c for c in found if not c.isascii()))


def _pattern(encoding: str) -> str:
    following = _class(_characters(encoding, 0x80, 0xC0))
    pair = _class(_characters(encoding, 0xC2, 0xE0)) + following
    triple = _class(_characters(encoding, 0xE0, 0xF0)) + following + "{2}"
    return f"{pair}|{triple}|{_class(_characters(encoding, 0xF0, 0xF5))}{following}{{3}}"


_SEQUENCES_LEAST = 2
"""That are no chance, where all of a text is UTF-8 then."""


def _class(characters: str) -> str:
    return f"[{re.escape(characters)}]"


_CYRILLIC = "АВЕКМНОРСТУХІЈЅЗаеорсухіјѕһԁԛԝгкпть"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανρικτυ"
_FOREIGN = _CYRILLIC + _GREEK
_AS_LATIN = str.maketrans(_FOREIGN, "ABEKMHOPCTYXIJS3aeopcyxijshdqwrknmb" + "ABEZHIKMNOPTYXoavpiktu")
_ANY_FOREIGN = re.compile(_class(_FOREIGN))
_LOOKALIKE = re.compile(f"[A-Za-z][{_FOREIGN}]|[{_FOREIGN}][A-Za-z]")
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f]")
_FOREIGN_LETTER = re.compile("[\u0370-\u03ff\u0400-\u052f]")


@functools.cache
def _maybe() -> re.Pattern[str]:
    """A character that mojibake begins with before one that it goes on with, in any of the encodings."""
    beginning = _class("".join(_characters(name, 0xC2, 0xF5) for name in _WRONGLY_READ_AS))
    return re.compile(beginning + _class("".join(_characters(name, 0x80, 0xC0) for name in _WRONGLY_READ_AS)))


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """A sequence of UTF-8 as each of the encodings shows it."""
    return {name: re.compile(_pattern(name)) for name in _WRONGLY_READ_AS}


def repaired(text: str) -> str:
    """The text without entities, mojibake and invisible characters, composed (NFC); itself where there is none."""
    if "&" in text:
        for _ in range(_ENTITIES_DEEP):
            before, text = text, _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
            if text == before:
                break
    if text.isascii():
        return text
    text = _composed(text)
    if _maybe().search(text) and any(pattern.search(text) for pattern in _patterns().values()):
        text = _without_mojibake(text)
        text = _composed(text)
    if not _INVISIBLE.search(text):
        return text
    return _composed(_INVISIBLE.sub("", _PARTING.sub("\0", text)).replace("\0", "\u200b"))


def _composed(text: str) -> str:
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


@functools.lru_cache(maxsize=4)  # an article is hashed, counted and signed
def comparable(text: str) -> str:
    """The text as it is compared with others: `repaired`, and with letters that merely look Latin as Latin ones."""
    text = repaired(text)
    return text.translate(_AS_LATIN) if has_lookalikes(text) else text


def has_lookalikes(text: str) -> bool:
    """Whether letters of another alphabet stand within words of a text in Latin letters."""
    if text.isascii() or not _ANY_FOREIGN.search(text) or not _LOOKALIKE.search(text):
        return False
    foreign = len(_FOREIGN_LETTER.findall(text))
    return foreign < len(_LATIN_LETTER.findall(text))


def _without_mojibake(text: str) -> str:
    for encoding, pattern in _patterns().items():
        if len(pattern.findall(text)) >= _SEQUENCES_LEAST:
            try:
                return _bytes_in(text, encoding).decode()
            except (UnicodeEncodeError, UnicodeDecodeError):
                pass  # not all of it is, or not in this one
    import ftfy

    return "\n".join(line if line.isascii() else ftfy.fix_encoding(line) for line in text.split("\n"))


def _bytes_in(text: str, encoding: str) -> bytes:
    """The text in an encoding; a C1 control as its byte.

    Raises:
        UnicodeEncodeError: it has a character that the encoding has not.
    """
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b"".join(c.encode("latin-1") if "\x80" <= c <= "\x9f" else c.encode(encoding) for c in text)
