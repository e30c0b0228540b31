"""The terms that an article is known by to the lexical score: its words, and the names among them.

No stemming: on ECB+ and BASIL words as they stand, stems of a light stemmer, and both with or without function words
differ by under .007 of MAP, and whole words are what a reader can be shown. No library's stop list: the common ones
hold words that carry news ("bill", "case", "billion").
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*+")
_POSSESSIVE = re.compile(r"['’]s$|['’]$")
_OPENS = '.!?:;"“”„«»([{‘•*-–—'
"""Behind one of these, or at the start of a line, a capital says nothing about a word being a name."""

_FUNCTION_WORDS = frozenset(
    "a about after again against all also an and any are as at be because been before being but by can could "
    "did do does during each for from had has have he her here him his how i if in into is it its just me more "
    "most my no nor not now of off on once one only or other our out over own said same say says she should so "
    "some such than that the their them then there these they this those through to too two under until up "
    "upon us very was we were what when where which while who whom why will with would you your".split()
)
"""English words without content (closed classes and the reporting verb). Elsewhere IDF alone does this work."""

_LONGEST = 40
"""Characters of a term; what is longer is no word (base64, a URL without its dots)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Counts of an article's terms, folded (NFKC, lower case); a name stands in both."""

    words: dict[str, int]
    names: dict[str, int]


def words(text: str) -> list[str]:
    """The words of a text, folded, without function words, in order: "The bank's plan" gives bank, plan."""
    found = (_fold(match.group()) for match in _WORD.finditer(text))
    return [word for word in found if word and word not in _FUNCTION_WORDS]


def terms_of(title: str, text: str) -> Terms:
    """The terms of an article; the title's words count twice, for an editor chose them."""
    counted: Counter[str] = Counter()
    for word, n in Counter(_WORD.findall(text) + 2 * _WORD.findall(title)).items():  # each spelling is folded once
        folded = _fold(word)
        if folded and len(folded) <= _LONGEST and folded not in _FUNCTION_WORDS:
            counted[folded] += n
    return Terms(dict(counted), _names(f"{title}\n{text}"))


def _names(text: str) -> dict[str, int]:
    """Words with a capital which have it inside a sentence too (so "The" and "Police" at a start drop out)."""
    capitals: Counter[str] = Counter()
    inside: set[str] = set()
    end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        if word[0].isupper() and len(word) <= _LONGEST:
            capitals[word] += 1
            if end and word not in inside:
                gap = text[end : match.start()]
                if "\n" not in gap and not (gap.strip() and gap.strip()[-1] in _OPENS):
                    inside.add(word)
        end = match.end()
    folded = {_fold(word) for word in inside} - _FUNCTION_WORDS
    names: Counter[str] = Counter()
    for word, n in capitals.items():
        if (name := _fold(word)) in folded:
            names[name] += n
    return dict(names)


def _fold(word: str) -> str:
    return _POSSESSIVE.sub("", unicodedata.normalize("NFKC", word).casefold())
