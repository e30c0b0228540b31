"""How words stand in the articles of a thread, and the runs of words that a name may be made of.

Which words are names is asked of the bodies, not of headlines, which may have all words with capitals. Nouns are told
by what stands before them, which is known of English only, and ends of phrases by what follows: where nothing can be
told, any word of content will do.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus import Article, Spelling, spellings, words

from .name_dates import MONTHS

_BODY_CHARACTERS = 2_500
_LEAD_CHARACTERS = 300
_ELSEWHERE = 0.3
"""A word that so large a share of all other articles has is no word of content: "de", "year"."""
_EVERYWHERE = 0.02
"""Is added to that share: a word that no other article has is not much better than one that few have."""
_SHORT = 3
"""Letters up to which a word without a capital is none of content; in English these are known."""
_SMOOTHING = 2.0
"""Words that are added to the length of a run, so that the shortest is not always the densest."""
_FUNCTION_WORD = 0.7
"""What a function word counts in that length."""
_FUNCTION_WORDS_MOST = 2
"""Side by side within a run."""
RUN_MOST = 38
"""Characters of a run."""
_LEAD = 0.8
"""A run of a lead against the same of a headline."""
_CUT_NAME = 0.7
"""A run that begins or ends within a name ("State militants")."""
_NAME = 1.3
"""A name against another word."""
_NUMBER = 0.4
_UNTOLD = 0.3
"""What a word weighs that no headline and no lead has; 1 more where all of them have it."""
_IN_TITLE, _IN_LEAD = 0.7, 0.3
_NO_NOUN = 0.35
"""A word that never follows an article or a preposition ("kills"); known of English only."""
_NOUN_LEAST = 0.08
"""Share of a word's places in the bodies where it does, of a noun."""
_NO_PHRASE = 0.4
"""A run that begins with no noun ("vows ..."), or ends with none or with a word that another word of content mostly
follows ("royal", of "royal insult")."""
_TAIL_LEAST = 0.15
_EVENT_TOLD = 0.3
"""How many articles must have a word for what happened, and tell it at once, where nothing else says that."""
_LOUD = 0.7
"""Share of the words of four letters and more with a capital, above which a line's capitals mark no names."""
_BEFORE_NOUNS = frozenset(
    "the a an of his her its their our my this that these those in on for with by from after over against during"
    " amid".split()
)
_LINKS = frozenset("the a an of in on at for with by from to against and between over under his her its their".split())
"""English function words that may stand within a name."""
_OF_DATES = frozenset(words(" ".join([*MONTHS, "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"]))) - {
    "march", "may",
}  # fmt: skip
FULL_WIDTH = "、。\uff0c\uff1a\uff1b\uff01\uff1f"
DASHES = "\u2013\u2014"
_BREAKS = re.compile(rf"[.,:;!?|()\[\]{{}}\"'\u2018\u2019“”„«»\n\t•…/{DASHES}{FULL_WIDTH}]|\s-\s")
_ADDRESS = re.compile(r"(?:https?\b|www\.|pic\.)\S+|\S*@\S+")


@dataclass(frozen=True, slots=True)
class Fit:
    """How a word fits a thread."""

    share: float
    """Of the thread's articles that have it, 0..1."""
    elsewhere: float
    """Of all other articles, 0..1."""

    @property
    def weight(self) -> float:
        """How much it says of the thread; 0 of a word that is everywhere."""
        return 0.0 if self.elsewhere >= _ELSEWHERE else -self.share * math.log(self.elsewhere + _EVERYWHERE)


Fits = Mapping[str, Fit]
"""Term -> its fit, of all terms of a thread."""


class _Word(NamedTuple):
    text: str
    before: str
    terms: tuple[str, ...]
    weight: float
    """0 of what may stand within a run only; below 0 of what ends it."""
    is_name: bool
    begins: bool
    """Whether a run may begin with it."""
    ends: bool
    told: float
    breaks: bool
    """Whether something stands before it that no run goes across."""


class Run(NamedTuple):
    """Words side by side in a headline or a lead, that a name may be made of."""

    score: float
    text: str
    terms: frozenset[str]
    names: int
    others: int
    best: float
    """The highest weight of a word."""
    told: float
    """How many articles tell the best word at once, 0..1."""


class Reading:
    """How words stand in some articles: with a capital inside a sentence, after an article, before another word."""

    def __init__(self, articles: Sequence[Article], fits: Fits) -> None:
        self.spelled: dict[str, Counter[str]] = {}
        self._determined: Counter[str] = Counter()
        self._ending: Counter[str] = Counter()
        self._places: Counter[str] = Counter()
        self._in_titles: Counter[str] = Counter()
        self._ending_titles: Counter[str] = Counter()
        self.told: dict[str, float] = defaultdict(float)
        """How many of the articles tell a word at once, 0..1: in the headline, in the lead."""
        self.english = False
        share = 1 / len(articles)
        for article in articles:
            for text, part in ((article.headline, _IN_TITLE), (article.text[:_LEAD_CHARACTERS], _IN_LEAD)):
                for term in set(words(text)):
                    self.told[term] += part * share
            self._read_title(article.title)
            before = ""
            quiet = (line for line in article.text[:_BODY_CHARACTERS].splitlines() if not is_loud(line))
            for word in spellings(_without_addresses("\n".join(quiet))):
                folded = word.text.casefold()
                self.english |= folded in ("the", "of", "and") and not word.terms
                self._places[folded] += 1
                self._ending[before] += bool(_BREAKS.search(word.before)) or self.is_idle(word, fits)
                if not word.opens:
                    self.spelled.setdefault(folded, Counter())[word.text] += 1
                    self._determined[folded] += before in _BEFORE_NOUNS
                before = folded

    def _read_title(self, title: str) -> None:
        before = ""
        for word in spellings(title):
            self._ending_titles[before] += bool(_BREAKS.search(word.before))
            before = word.text.casefold()
            self._in_titles[before] += 1
        self._ending_titles[before] += 1

    def write(self, word: str) -> str | None:
        """How a word is written within sentences; None where it stands in none."""
        found = self.spelled.get(word.casefold())
        return min(found, key=lambda spelling: (-found[spelling], spelling)) if found else None

    def is_noun(self, word: str, *, loud: bool) -> bool:
        """Whether a word is a noun, as far as can be told; loud: it stands in a headline of capitals.

        What stands in headlines only is one if it ends them.
        """
        folded = word.casefold()
        found = self.spelled.get(folded)
        if not found:
            return not loud or 3 * self._ending_titles[folded] >= self._in_titles[folded] > 0
        if not self.english:
            return True
        return self._determined[word.casefold()] >= _NOUN_LEAST * found.total()

    def is_idle(self, word: Spelling, fits: Fits) -> bool:
        """Whether a word says nothing of a thread: a function word, one that is everywhere, one of a date."""
        if all(term in _OF_DATES or _says_nothing(fits.get(term)) for term in word.terms):
            return True
        return not self.english and len(word.text) <= _SHORT and word.text.islower()

    def event(self, fits: Fits) -> str | None:
        """The word for what happened that headlines and leads have most, however many other articles have it, too."""
        best, found = _EVENT_TOLD, None
        for term, told in sorted(self.told.items()):
            fit, written = fits.get(term), self.write(term)
            if fit and written and written.islower() and len(written) > _SHORT and term not in _OF_DATES:
                score = told * fit.share * self.is_noun(written, loud=False)
                if score > best and self.is_tail(written):
                    best, found = score, written
        return found

    def is_tail(self, word: str) -> bool:
        """Whether a word may end a phrase: mostly none of content follows it at once."""
        folded = word.casefold()
        return self._ending[folded] >= _TAIL_LEAST * self._places[folded]  # true of what stands in headlines only


def best_runs(reading: Reading, articles: Sequence[Article], fits: Fits, share: float) -> list[Run]:
    """The runs of the headlines and leads of some articles, the best first, of the same words one.

    Args:
        reading: of these articles.
        articles: the articles.
        fits: of the terms of the thread.
        share: of its members that must have each word of content.
    """
    best: dict[frozenset[str], Run] = {}
    for article in articles:
        for text, factor in ((article.title, 1.0), (article.text[:_LEAD_CHARACTERS], _LEAD)):
            for run in _runs(_words(text, reading, fits, share), factor):
                if run.terms not in best or run.score > best[run.terms].score:
                    best[run.terms] = run
    return sorted(best.values(), key=lambda run: (-run.score, len(run.text), run.text))


def _words(text: str, reading: Reading, fits: Fits, share: float) -> list[_Word]:
    """The words of a headline or a lead as a run may have them."""
    found = list(spellings(_without_addresses(text)))
    loud, shouts = is_loud(text), is_loud(text, str.isupper)
    made: list[_Word] = []
    for word in found:
        breaks = bool(_BREAKS.search(word.before))
        if word.unspaced:
            made += _pieces(word, reading, fits, share, breaks)
            continue
        written = reading.write(word.text) or (word.text.lower() if shouts else word.text)
        capital = written[:1].isupper()
        known = reading.write(word.text) is not None
        is_name = capital and (known or not (loud or word.opens)) and bool(word.terms)
        is_noun = reading.is_noun(word.text, loud=loud)
        weight = _weight(word, reading, fits, share, _NAME if is_name else 1.0 if is_noun else _NO_NOUN)
        told = sum(reading.told[term] for term in word.terms) / max(1, len(word.terms))
        ends = is_name or (is_noun and reading.is_tail(word.text))
        made.append(_Word(written, word.before, word.terms, weight, is_name, is_name or is_noun, ends, told, breaks))
    return made


def _weight(word: Spelling, reading: Reading, fits: Fits, share: float, kind: float) -> float:
    known = [fits.get(term) for term in word.terms]
    if reading.is_idle(word, fits):
        return 0.0 if word.terms or word.text.casefold() in _LINKS else -1.0
    if any(fit is None or fit.share < share for fit in known):
        return -1.0
    told = sum(reading.told[term] for term in word.terms) / len(known)
    weight = (_UNTOLD + told) * sum(fit.weight for fit in known if fit) / len(known)
    return weight * (kind if any(map(str.isalpha, word.text)) else _NUMBER)


def _pieces(run: Spelling, reading: Reading, fits: Fits, share: float, breaks: bool) -> Iterator[_Word]:
    """A run of characters without spaces, as the longest pieces of which every pair of characters fits."""
    text, start = run.text, 0
    pairs = [next(iter(words(text[i : i + 2])), "") for i in range(len(text) - 1)]
    good = [(fit := fits.get(p)) is not None and fit.share >= share and fit.weight > 0 for p in pairs]
    while start < len(text):
        end = start
        while end < len(good) and good[end]:
            end += 1
        terms = tuple(dict.fromkeys(pairs[start:end]))
        weight = max((fits[t].weight * (_UNTOLD + reading.told[t]) for t in terms), default=-1.0)
        weight *= 1 + 0.1 * min(len(terms), 5)
        told = max((reading.told[term] for term in terms), default=0.0)
        yield _Word(
            text[start : end + 1], "", terms, weight if terms else -1.0, False, True, True, told, breaks or start > 0
        )
        start = end + 1


def _runs(found: Sequence[_Word], factor: float) -> Iterator[Run]:
    """The runs of words of a text that a name may be made of."""
    for first, opening in enumerate(found):
        if opening.weight <= 0:
            continue
        idle, last = 0, first
        for last in range(first, len(found)):
            word = found[last]
            idle = idle + 1 if word.weight == 0 else 0
            if word.weight < 0 or idle > _FUNCTION_WORDS_MOST or (last > first and word.breaks):
                break
            if word.weight > 0 and (run := _run(found, first, last, factor)):
                yield run


def _run(found: Sequence[_Word], first: int, last: int, factor: float) -> Run | None:
    some = found[first : last + 1]
    text = some[0].text + "".join(word.before + word.text for word in some[1:])
    text = re.sub("['\u2019]s$", "", " ".join(text.split()))
    content = {word.terms: word for word in some if word.weight > 0}
    if len(text) > RUN_MOST or len(content) < sum(word.weight > 0 for word in some):
        return None
    around = [(found[first - 1], found[first])] if first else []
    around += [(found[last], found[last + 1])] if last + 1 < len(found) else []
    cuts = sum(a.is_name and b.is_name and not b.breaks and b.before == " " for a, b in around)
    idle = len(some) - len(content)
    total = sum(word.weight for word in content.values())
    odd = (not some[0].begins) + (not some[-1].ends)
    score = factor * _NO_PHRASE**odd * _CUT_NAME**cuts * total / (len(content) + _FUNCTION_WORD * idle + _SMOOTHING)
    names = sum(word.is_name for word in content.values())
    terms = frozenset(term for word in content.values() for term in word.terms)
    best = max(content.values(), key=lambda word: word.weight)
    return Run(round(score, 6), text, terms, names, len(content) - names, best.weight, best.told)


def _says_nothing(fit: Fit | None) -> bool:
    """Whether a word is everywhere, or no term at all, as the function words of an article's language are."""
    return fit is None or fit.elsewhere >= _ELSEWHERE


def _without_addresses(text: str) -> str:
    """A text in which addresses and names of accounts end what stands before them."""
    return _ADDRESS.sub("|", text)


def is_loud(line: str, capital: Callable[[str], bool] = lambda word: word[:1].isupper()) -> bool:
    """Whether most words of a line have a capital, whatever they are: in a headline, a list of links."""
    long = [word for word in line.split() if len(word) > 3]
    return sum(map(capital, long)) > _LOUD * len(long)
