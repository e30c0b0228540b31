"""The terms of an article for the lexical score: its words, and the names among them.

A term is what a reader would call the same word however it is spelled or typed:

- An apostrophe is one however it is typed, "Erdoğan" (composed or not) is "Erdogan", "ﬁnal" is "final"; what
  `repair` mends (entities, mojibake, soft hyphens, zero-width characters) is mended. Accents are dropped, but Indic
  vowel signs and Korean syllables stay.
- "bank's" is "bank", "l'ambassade" and "dell'accordo" are what follows the article.
- "1,000" is "1000" and "1.000.000" is "1000000"; "3.5" is one term, and so are "230m" and "21st". "U.N." is "UN".
- A compound is found by its parts of three letters and more ("rocket-propelled" by both), and joined where a part is
  shorter ("co-operate": operate, cooperate; "e-mail": mail, email; "Covid-19": covid, covid19; "al-Assad": assad).
- Text without spaces gives each pair of adjacent characters (Chinese, Japanese; not those that are grammar), or each
  four (Thai, Lao, Burmese, Khmer, whose letters are syllables in pairs).

Function words are those of the language that the text is in (`languages`). In an archive of mostly English, idf does
not do that work for another language: of four unrelated articles in each of 16 languages beside 62 English ones, all
four were one story in 15 of them, and are four stories in each (with vectors left out where the encoder does not read
them). Pairs of Chinese characters without particles: MAP of TF-IDF over 700 articles .9127 to .9187.

MAP of TF-IDF over BASIL, ECB+, AllSides and WCEP (mean of the four; by words, by names, by half of each):

| | words | names | both |
|---|---|---|---|
| apostrophes and possessives only | .7614 | .7020 | .7511 |
| all of the above, compounds whole | .7635 | .7051 | .7521 |
| all of the above | .7648 | .7062 | .7531 |

Rejected: compounds by parts alone (.7644, .7059, .7528, and "e-mail" is not "email"), by parts and joined always
(.7647, .7055, .7522), by parts and whole (.7646, .7054, .7523); numbers in pieces ("1" and "000": .7626 for .7635);
"U.N." as two letters (.7624 for .7635); no terms of one letter (.7644, .7057, .7527). Stems: on ECB+ and BASIL words as
they stand, stems of a light stemmer, and both differ by under .007 of MAP, and whole words are what a reader can be
shown. A library's stop list: the common ones hold words that carry news ("bill", "case", "billion"). Apostrophes
dropped ("Quran" for "Qur'an"): "we're" would be "were".
"""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from .languages import Languages
from .repair import comparable

TERMS_VERSION = 4
"""Only counts of the same version can be compared; raised with every change of what is counted."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Thai, Lao, Burmese, Khmer, Kana and Han."""
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
"""Signs within words that are not letters to Python: accents, Hebrew and Arabic vowels, the Indic blocks."""
_RUN = f"[^\\W_{_UNSPACED}]++(?:[{_MARKS}]++[^\\W_{_UNSPACED}]*+)*+"
_PIECE = f"(?:\\d++(?:[.,]\\d++)*+(?:{_RUN})?+|{_RUN})"
_WORD = re.compile(
    r"(?<![^\W_])(?:[^\W\d_]\.){2,}+(?![^\W_])"  # U.N.
    f"|[{_UNSPACED}]++|{_PIECE}(?:['’ʼ‐‑\\-]{_PIECE})*+"
)
"""Every repetition is possessive: linear."""
_NO_SPACES = re.compile(f"[{_UNSPACED}]")
_SYLLABIC = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Of these, the scripts of letters: two letters are a syllable, as common in one text as in the next."""
_WORD_LENGTH = 4
"""Of their letters, as in a short word."""
_PLAIN = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-"})
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u064b-\u065f]")
_LETTERS = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
"""What Unicode does not decompose."""
_POSSESSIVE = re.compile(r"'s$|'$")
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|all|dall|dell|nell|sull|quell|quest)'(?=..)")
_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_DOTS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}$")
_OPENS = frozenset('.!?:;"“”„«»([{‘•*-–—')
"""After one of these, or at the start of a line, a capital does not mark a name."""

_LONGEST = 40
"""Characters of a term; anything longer is not a word (base64, a URL without its dots)."""
_PART = 3
"""Letters from which on a part of a compound is a term."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Counts of an article's terms, folded (no accents, lower case); a name is in both."""

    words: dict[str, int]
    names: dict[str, int]
    language: str | None = None
    """As `languages.Languages.of`: what the text is in, whatever its source says."""


class Spelling(NamedTuple):
    """A word as it is written in a text; of a script without spaces a run of characters."""

    text: str
    before: str
    """What stands between it and the word before it, or the beginning."""
    opens: bool
    """Whether it begins a sentence or a line: there a capital does not mark a name."""
    terms: tuple[str, ...]
    """Its terms; none of an English function word."""

    @property
    def unspaced(self) -> bool:
        """Whether it is of a script without spaces: its terms are pairs of characters."""
        return bool(_NO_SPACES.match(self.text))


def spellings(text: str) -> Iterator[Spelling]:
    """The words of a text as they are written, in order, function words too."""
    text, end = comparable(text), 0
    left_out = _languages().function_words(None)
    for match in _WORD.finditer(text):
        before = text[end : match.start()]
        terms = tuple(term for term in _terms(match.group()) if term not in left_out)
        yield Spelling(match.group(), before, not end or _opens(before), terms)
        end = match.end()


def words(text: str, language: str | None = None) -> list[str]:
    """The words of a text, folded, without function words, in order: "The bank's plan" gives bank, plan.

    Args:
        text: any.
        language: whose function words are left out; English ones where it is not known.
    """
    found = [term for spelling in _WORD.findall(comparable(text)) for term in _terms(spelling)]
    left_out = _languages().left_out(found, (), language)
    return [term for term in found if term not in left_out]


def is_function_word(term: str) -> bool:
    """Whether a folded word is a function word of any listed language: of a few words the language cannot be told."""
    return _languages().is_function_word(term)


def terms_of(title: str, text: str) -> Terms:
    """The terms of an article; the title's words count twice, because an editor chose them."""
    title, text = comparable(title), comparable(text)
    spellings = Counter(_WORD.findall(text))
    for spelling in _WORD.findall(title):
        spellings[spelling] += 2
    terms = {spelling: _terms(spelling) for spelling in spellings}  # each is folded once
    counted: Counter[str] = Counter()
    for spelling, n in spellings.items():
        for term in terms[spelling]:
            counted[term] += n
    language = _languages().of(text or title, counted)
    names = _names(f"{title}\n{text}", terms)
    left_out = _languages().left_out(counted, names, language)
    return Terms(
        {term: n for term, n in counted.items() if term not in left_out},
        {term: n for term, n in names.items() if term not in left_out},
        language,
    )


def _names(text: str, terms: dict[str, list[str]]) -> dict[str, int]:
    """Words with a capital that also have it inside a sentence (so "The" and "Police" at a start drop out)."""
    capitals: Counter[str] = Counter()
    inside: set[str] = set()
    end = 0
    for match in _WORD.finditer(text):
        word = match.group()
        if word[0].isupper() or ("-" in word and not word.islower()):
            capitals[word] += 1
            if end and word not in inside:
                if not _opens(text[end : match.start()]):
                    inside.add(word)
        end = match.end()
    proper = {term for word in inside for term in _capital_terms(word, terms[word])}
    names: Counter[str] = Counter()
    for word, n in capitals.items():
        for term in _capital_terms(word, terms[word]):
            if term in proper:
                names[term] += n
    return dict(names)


def _opens(gap: str) -> bool:
    """Whether what stands between two words ends a sentence or a line."""
    return "\n" in gap or gap.strip()[-1:] in _OPENS


def _capital_terms(spelling: str, terms: list[str]) -> list[str]:
    """Of the terms of a compound, those that begin with a capital in it: of "US-backed" not "backed"."""
    if "-" not in spelling:
        return terms
    small = {_fold(part) for part in spelling.split("-") if not part[:1].isupper()}
    return [term for term in terms if term not in small and (spelling[0].isupper() or "-" not in term)]


def _terms(spelling: str) -> list[str]:
    """The terms of a word as written in a text: none, one, or those of a compound, each once."""
    folded = _fold(spelling)
    if "-" in folded:
        parts = [_plain_number(part) for part in folded.split("-")]
        joined = ["".join(parts)] if min(map(len, parts)) < _PART else []
        found = list(dict.fromkeys([part for part in parts if len(part) >= _PART] + joined))
    elif len(folded) > 1 and _NO_SPACES.match(folded):
        found = _pieces(folded)
    else:
        found = [folded]
    return [term for term in found if term and len(term) <= _LONGEST]


def _pieces(run: str) -> list[str]:
    """The terms of a run of characters without spaces, each once."""
    if not _SYLLABIC.match(run):
        return list(dict.fromkeys(a + b for a, b in pairwise(run)))
    starts = range(max(1, len(run) - _WORD_LENGTH + 1))
    return list(dict.fromkeys(run[start : start + _WORD_LENGTH] for start in starts))


def _fold(word: str) -> str:
    """One form for all spellings of a word."""
    if word.isascii():
        word = word.lower()
        if word.isalpha():
            return word
    else:
        decomposed = unicodedata.normalize("NFKD", word).translate(_PLAIN).casefold().translate(_LETTERS)
        word = unicodedata.normalize("NFKC", _ACCENTS.sub("", decomposed))
    word = _POSSESSIVE.sub("", word)
    return _plain_number(word) if word[:1].isdigit() else _ELISION.sub("", word.replace(".", ""))


def _plain_number(word: str) -> str:
    """A number without separators of thousands; any other word as it is."""
    if _COMMAS.match(word):
        return word.replace(",", "")
    return word.replace(".", "") if _DOTS.match(word) else word


@functools.cache
def _languages() -> Languages:
    return Languages(_fold)
