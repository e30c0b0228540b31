"""The language of an article: the tag of what its source states, else what its text is in.

A language is told by its text only where that is sure: most English texts by their function words alone (0.03 ms), all
others by py3langid among the languages that news is written in (0.3 ms, and a second to load). `corpus.languages` is
another matter: it tells which words of a text are function words, whatever the source says.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ..languages import ENGLISH, function_words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_TAG_MOST = 35
"""Characters (RFC 5646, section 4.4.1)."""
_END = re.compile(r"[,;|(/.@]| - ")
_ALSO = {
    "mandarin": "zh", "putonghua": "zh", "cantonese": "yue", "farsi": "fa", "flemish": "nl", "castilian": "es",
    "castellano": "es", "bahasa": "id", "bahasa indonesia": "id", "bahasa melayu": "ms", "brazilian": "pt-br",
    "simplified chinese": "zh-hans", "traditional chinese": "zh-hant", "norsk": "no", "norsk bokmål": "no",
    "british english": "en-gb", "us english": "en-us", "uk english": "en-gb", "moldovan": "ro", "serbo-croatian": "sh",
    "汉语": "zh", "简体中文": "zh-hans", "繁體中文": "zh-hant",
}  # fmt: skip
"""Usual names that Unicode's tables do not have."""

UNSAID = frozenset(("und", "mul", "zxx", "mis", "unknown", "undefined", "none", "null", "n/a", "other"))
"""What sources write where they do not know the language."""

_ENGLISH_SHARE = 0.2
"""Of English function words among all: of 3,500 English articles of newspapers 3 have less; of 64 texts in sixteen
other languages none has more than .11."""
_ENGLISH_WORDS = 20
_LOOKED_AT = 600
"""Characters of a text, from its start. On 64 articles in sixteen languages the first 40 were enough each time."""
_LETTERS = 40
"""Least number of letters for a text to tell its language; half as many where they are not all ASCII."""
_SURE = 0.9
"""Of py3langid's probability. Of 8,600 English articles and summaries none is given another language from here on, and
49 are given none; of 64 in sixteen languages, cut to 120 characters, 63 are told and none is told wrongly."""
_WRITTEN = (
    "af am ar as az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu he hi hr hu hy id is it ja ka kk km kn"
    " ko ku ky lb lo lt lv mk ml mn mr ms mt my ne nl no or pa pl ps pt ro ru si sk sl so sq sr sv sw ta te tg th tk tl"
    " tr ug uk ur uz vi zh zu"
).split()
"""Languages that py3langid may answer: those with a press. Among the others are English creoles and Latin."""


def tag_of(given: str) -> str | None:
    """The tag (BCP 47, lower case) of what a source states: a tag, a code of three letters, or a name in any language.

    None where it is neither. Of several languages the first counts.
    """
    stated = given.rsplit("/", 1)[-1] if "://" in given else given
    tag = _END.split(stated, maxsplit=1)[0].strip().lower().replace("_", "-")
    if _TAG.fullmatch(tag) and len(tag) <= _TAG_MOST:
        first, dash, rest = tag.partition("-")
        return (_short_code(first) if len(first) == 3 else first) + dash + rest
    name = " ".join(stated.casefold().split())
    return _by_name(name) or _by_name(_END.split(name, maxsplit=1)[0].strip())


def language_of(title: str, text: str) -> str | None:
    """The code of the language that an article is in, None where its text does not tell: too short, or not sure."""
    head = text[:_LOOKED_AT] if len(text) >= _LOOKED_AT // 2 else f"{title}\n{text}"[:_LOOKED_AT]
    words = re.findall(r"[^\W\d_]+", head.lower())
    english = _english()
    if len(words) >= _ENGLISH_WORDS and sum(word in english for word in words) >= _ENGLISH_SHARE * len(words):
        return ENGLISH
    letters = sum(map(len, words))
    if letters < (_LETTERS if head.isascii() else _LETTERS // 2):
        return None
    code, sure = _identifier().classify(head)
    return str(code) if sure >= _SURE else None


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return function_words(ENGLISH)


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(set(_WRITTEN) & set(identifier.labels))
    return identifier


@lru_cache(maxsize=256)
def _short_code(code: str) -> str:
    """The code of two letters for one of three, where there is one: `eng`, `ger`, `deu`."""
    from babel.core import get_global

    short = get_global("language_aliases").get(code, code)
    return "no" if short == "nb" else str(short).lower().replace("_", "-")


@lru_cache(maxsize=256)
def _by_name(name: str) -> str | None:
    return _ALSO.get(name) or _names().get(name) or (_more_names().get(name) if name else None)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """English names of languages -> tags."""
    return _names_in("en")


@lru_cache(maxsize=1)
def _more_names() -> dict[str, str]:
    """Names of languages in their own, and in the large European ones -> tags; read from some 90 files (a second)."""
    from babel import Locale, UnknownLocaleError

    found: dict[str, str] = {}
    for code in _WRITTEN:
        try:
            own = Locale(code).languages.get(code, "")
        except UnknownLocaleError:
            continue
        found.setdefault(own.casefold(), code)
        found.setdefault(own.casefold().split(" ")[0], code)
    for language in ("de", "fr", "es", "it", "pt", "nl", "ru", "pl"):
        found = _names_in(language) | found
    return found


def _names_in(language: str) -> dict[str, str]:
    from babel import Locale

    return {name.casefold(): code.lower().replace("_", "-") for code, name in Locale(language).languages.items()}
