"""Lines of a page within an article's paragraphs, and what two lines have in common that differ by a date or a name.

A line is a short paragraph, a line of one, or its first or last sentence. Two lines have one **form** where they differ
by dates, times and names only: "Sign up for the Leeds newsletter" and "Sign up for the Hull newsletter". Which forms
are boilerplate is told in `boilerplate`, by their company.

**Masked** are names (words with a capital inside of a sentence), days and months, the numbers beside these, times,
years, handles and addresses, and what follows a label ("Read more: ..."); other numbers only in what is no sentence
("12 comments", "3 min read"): a sentence that differs by a number tells news ("At least 12 people were killed."). A
form has to say as much as it masks.

**At home** is a line with a name that stands elsewhere in the article, too: "Smith was charged with murder." is about
what the article is about, "Photo: Jane Doe" is not.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus import Paragraph, encoded, fold

LINE_CHARACTERS = 200
"""Of a line at most. Invitations, credits and share lines have .99 of their lengths below."""
_PLAIN_WORDS = 12
"""Words at most of what is no sentence, as no full stop ends it."""
_NAME, _NUMBER = "N", "#"
_BESIDE = 2
"""Words between a number and the day or month that it belongs to: "16 de noviembre de 2011"."""
_ENDS = re.compile(r"[.!?\u2026\u3002\uff01\uff1f][\"'\u201d\u2019\u00bb)\]]*+(?=\s)|[\u3002\uff01\uff1f]|\n")
_ABBREVIATION = re.compile(r"(?:(?<![^\W_])[^\W\d_]|(?<![^\W_])[A-Z][^\W\d_]{1,3}|\.[^\W\d_])\.$")
"""U.S., Mr., Sen., Aug.: no end of a sentence."""
_TOKEN = re.compile(
    r"(?P<address>(?:https?://|www\.)\S++|[\w.+-]++@[\w-]++(?:\.[\w-]++)++|@\w++)"
    r"|(?P<number>\d++(?:[.,:/\-]\d++)*+(?:st|nd|rd|th|h)?+)"
    r"|(?P<word>[^\W\d_]++(?:['\u2019\-][^\W\d_]++)*+)"
    r"|(?P<sign>[^\w\s])"
)
_Token = tuple[str, str]
"""Its kind, and how it is spelt."""
_OPENING = frozenset('.!?"\u201c\u201d\u201e\u00ab\u2022')
_LABEL = re.compile(r"([^\W\d_]++(?: [^\W\d_]++){1,3}):\s+(?![\"'\u201c\u201e\u00ab\u2018])\S(?:[^\n]*[^.\n\u3002])?$")
"""Two to four words, a colon, and what is no sentence: "Read more: Council backs plan". A quotation is none."""
_WORD = re.compile(r"[^\W\d_]++(?:['\u2019\-][^\W\d_]++)*+")
_YEAR = re.compile(r"(?:19|20)\d\d$")
_DAYS_AND_MONTHS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun"
    " january february march april may june july august september october november december"
    " jan feb mar apr jun jul aug sep sept oct nov dec am pm noon midnight today yesterday tomorrow"
    " gmt utc bst est edt cst cdt pst pdt cet cest et pt"
    " montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar februar märz mai juni juli oktober"
    " dezember uhr heute gestern"
    " lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars avril juin juillet août septembre"
    " octobre novembre décembre"
    " lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto"
    " septiembre octubre noviembre diciembre"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica gennaio febbraio aprile maggio giugno luglio"
    " settembre ottobre dicembre"
    " segunda terça quarta quinta sexta janeiro fevereiro março maio junho julho setembro outubro novembro dezembro"
    " maandag dinsdag woensdag donderdag vrijdag zaterdag zondag januari februari maart augustus".split()
)
"""In English, German, French, Spanish, Italian, Portuguese and Dutch, folded. In others a number beside a year, a time
and a name tell most dates."""
_UNSURE = frozenset({"may", "march", "mars", "sat", "sun", "mon", "et", "am", "dec", "sep", "mar", "pt"})
"""Of these, other words too: only beside a number, or with a capital."""

KEY = np.dtype([("paragraph", "<u2"), ("key", "<u8"), ("whole", "?"), ("home", "?"), ("all", "?")])
LineKeys = NDArray[np.void]
"""(n,) of `KEY`, the lines of an article: the number of its paragraph among the encoded ones; its form, hashed; whether
it is the whole paragraph; whether it is at home; whether the lines within the paragraph are all of it. The store keeps
the bytes: where forms are to be made in another way, a migration sets them to null."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line within a paragraph."""

    start: int
    """Characters from the beginning of the paragraph."""
    end: int
    key: int
    """The form, hashed; never 0."""
    fillers: tuple[str, ...]
    """The names that are masked in it, folded."""
    whole: bool
    """Whether it is all of the paragraph."""


def line_keys(title: str, text: str, paragraphs: Sequence[Paragraph]) -> LineKeys:
    """The lines of an article's encoded paragraphs. .6 ms for 600 words."""
    found: list[tuple[int, int, bool, bool, bool]] = []
    counts: Counter[str] = Counter()
    for number, paragraph in enumerate(encoded(paragraphs)):
        own = paragraph.of(text)
        lines = lines_of(own)
        everything = sum(line.end - line.start for line in lines if not line.whole) >= len(own) - len(lines)
        for line in lines:
            if line.fillers and not counts:
                counts.update(map(_folded, _WORD.findall(f"{title}\n{text}")))
            home = any(counts[filler] > line.fillers.count(filler) for filler in line.fillers)
            found.append((number, line.key, line.whole, home, everything))
    return np.array(found, KEY)


def unpack_lines(blob: bytes) -> LineKeys:
    """The reverse of `LineKeys.tobytes`."""
    return np.frombuffer(blob, KEY)


def _folded(word: str) -> str:
    return word.lower() if word.isascii() else fold(word)


@lru_cache(maxsize=4_000)
def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a paragraph that may be boilerplate: itself, where it is short, and those at its ends, or in it."""
    found = []
    for start, end in _spans(text):
        form, fillers = form_of(text[start:end])
        if form:
            key = int.from_bytes(blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
            found.append(Line(start, end, key or 1, fillers, end - start == len(text)))
    return tuple(found)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    if len(text) <= LINE_CHARACTERS:
        yield 0, len(text)
    ends = [m.end() for m in _ENDS.finditer(text) if m.end() < len(text) and not _is_abbreviation(text, m)]
    if not ends:
        return
    bounds = [0, *ends, len(text)]
    pieces = [*pairwise(bounds)] if "\n" in text else [(0, ends[0]), (ends[-1], len(text))]
    for start, end in dict.fromkeys(pieces):
        piece = text[start:end]
        start, end = start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        if 0 < end - start <= LINE_CHARACTERS and end - start < len(text):
            yield start, end


def _is_abbreviation(text: str, end: re.Match[str]) -> bool:
    return end[0] == "." and bool(_ABBREVIATION.search(text, max(0, end.start() - 6), end.end()))


def form_of(line: str) -> tuple[str, tuple[str, ...]]:
    """The form of a line, and the names that it masks; an empty form where too little is left."""
    if label := _LABEL.match(line):
        return f"{fold(label[1])}:", ()
    tokens = [(str(token.lastgroup), token[0]) for token in _TOKEN.finditer(line)]
    spoken = sum(kind != "sign" for kind, _ in tokens)
    is_plain = spoken <= _PLAIN_WORDS and not line.rstrip().endswith((".", "!", "?", "\u3002"))
    form: list[str] = []
    fillers: list[str] = []
    said, opens = 0, True
    for at, (kind, own) in enumerate(tokens):
        if kind == "sign":
            opens = own in _OPENING and not (own == "." and _is_initial(tokens, at - 1))
            continue
        mask = _mask(tokens, at, opens=opens, is_plain=is_plain)
        if mask == _NAME and kind == "word":
            fillers.append(_folded(own))
        said += not mask
        if not mask or form[-1:] != [mask]:
            form.append(mask or _folded(own))
        opens = False
    masked = form.count(_NAME) + form.count(_NUMBER)
    return (" ".join(form), tuple(fillers)) if said and said >= masked else ("", ())


def _mask(tokens: Sequence[_Token], at: int, *, opens: bool, is_plain: bool) -> str:
    """What stands for a word in a form; empty where it stands itself."""
    kind, own = tokens[at]
    if kind == "address":
        return _NAME
    if kind == "number":
        is_time = ":" in own or "/" in own or _YEAR.match(own)
        return _NUMBER if is_plain or is_time or _is_beside(tokens, at, _is_day) else ""
    inside = own[0].isupper() and (not opens or _is_initial(tokens, at))
    if _is_day(own) and (inside or _folded(own) not in _UNSURE or _is_beside(tokens, at, _is_number)):
        return _NUMBER
    return _NAME if inside else ""


def _is_day(word: str) -> bool:
    return _folded(word) in _DAYS_AND_MONTHS


def _is_number(word: str) -> bool:
    return word[0].isdigit()


def _is_initial(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a word is the first letter of a name, with its full stop."""
    return at >= 0 and len(tokens[at][1]) == 1 and tokens[at][1].isupper() and ("sign", ".") in tokens[at + 1 : at + 2]


def _is_beside(tokens: Sequence[_Token], at: int, wanted: Callable[[str], bool]) -> bool:
    return any(wanted(own) for _, own in tokens[max(0, at - _BESIDE) : at + _BESIDE + 1])
