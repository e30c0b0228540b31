"""The same frame with other fillers: what two reports from one template differ by, found by aligning their words.

Two texts are laid beside each other. Where a short run of words stands in the place of another short run, that place is
a **slot**, and what stands in it a **filler**; what both have is the **frame**. A filler is a number, a name, or a
phrase. Names are told by their capital letters inside of sentences. A text without any (in lower case, or in a script
that has none) has none, there any word counts that the other text does not have.

Not slots: what only one side has, what is longer than a phrase, and what is merely spelt in another way (typos, a
scanner's letters, "Kiev" and "Kyiv").
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

import numpy as np

from corpus import fold

from ..numerals import without_thousands
from .tokens import UNSPACED

SLOT_WORDS = 12
"""Words of a filler at most: a longer run is a passage."""
_RUN = 3
"""Words of a run that stands once in either text, by which they are aligned first."""
_GAP_WORDS = 80
"""Words between two such runs that are aligned one by one; what is longer is another passage."""
_ALIKE = 0.6
"""Share of letters in order by which one word is another spelling of the other: Kiev/Kyiv .75, Peking/Beijing .62,
Rovers/Athletic .14."""
_CASELESS = 0.02
"""Share of the words with a capital, those that begin sentences too: .05 and more in any text with sentences of twenty
words, 0 in what is set in lower case."""
_SUBJECT = 3
"""Letters of a word that names a subject."""
_TOKEN = re.compile(f"\\d+(?:[.,:]\\d+)*|[{UNSPACED}]|[^\\W_{UNSPACED}]+(?:['\u2019][^\\W_{UNSPACED}]+)*")
_FIRST_UNSPACED = "\u0e00"
"""No character below stands in a script that sets no spaces."""
_SPACED_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_]+(?:['\u2019][^\W_]+)*")
"""The same of a text without such characters, in a third of the time."""
_Mapping = tuple[tuple[str, ...], tuple[str, ...]]
"""A filler, and what the other text has in its place."""
_ENDS_SENTENCE = re.compile(r"[.!?:\n\u3002\u201c\u201e\u00ab\"(]")


@dataclass(frozen=True)
class Spelt:
    """A text as words that are compared, with what their letters tell."""

    text: str

    @cached_property
    def _found(self) -> list[re.Match[str]]:
        pattern = _SPACED_TOKEN if max(self.text, default="") < _FIRST_UNSPACED else _TOKEN
        return list(pattern.finditer(self.text))

    @cached_property
    def words(self) -> list[str]:
        """Folded, in order; numbers with their separators."""
        return [_folded(match[0]) for match in self._found]

    @cached_property
    def capitals(self) -> tuple[list[bool], list[bool]]:
        """Whether each word has a capital; and whether it has one inside of a sentence."""
        capital = [match[0][0].isupper() for match in self._found]
        starts, ends = (np.array([match.span()[i] for match in self._found], np.int64) for i in (0, 1))
        stops = np.array([match.start() for match in _ENDS_SENTENCE.finditer(self.text)], np.int64)
        opens = np.searchsorted(stops, starts) > np.searchsorted(stops, np.concatenate([[0], ends[:-1]]))
        opens[:1] = True
        return capital, (np.array(capital, bool) & ~opens).tolist()

    @cached_property
    def own(self) -> frozenset[str]:
        """Its words, each once."""
        return frozenset(self.words)

    @cached_property
    def names(self) -> frozenset[str]:
        """The words that stand with a capital inside of a sentence."""
        return frozenset(word for word, inside in zip(self.words, self.capitals[1], strict=True) if inside)

    @property
    def is_caseless(self) -> bool:
        """Whether capitals say nothing here."""
        return sum(self.capitals[0]) < _CASELESS * len(self.words)

    @cached_property
    def runs_once(self) -> dict[tuple[str, ...], int]:
        """The runs of three words that stand in the text once, and where."""
        runs = list(zip(*(self.words[i:] for i in range(_RUN)), strict=False))
        counts = Counter(runs)
        return {run: at for at, run in enumerate(runs) if counts[run] == 1}


def _folded(word: str) -> str:
    return without_thousands(word.lower() if word.isascii() else fold(word))


@dataclass(frozen=True, slots=True)
class Slots:
    """What two texts of one frame differ by; the same from either side."""

    numbers: int = 0
    """Distinct numbers that have another in their place."""
    names: int = 0
    """Distinct names that have another in their place: "Rovers" with "Athletic" in three places is one."""
    phrases: int = 0
    """Distinct slots with neither."""
    kept: int = 0
    """Distinct names and numbers of the frame."""
    loose: float = 0.0
    """Words of either side outside of frame and slots: passages that only one has; the larger share, 0..1."""
    respelt: int = 0
    """Runs that are spelt in another way."""
    caseless: bool = False
    """Names are words that only one side has, as capitals tell nothing."""


def slots_between(one: Spelt, other: Spelt, headline: Spelt, other_headline: Spelt) -> Slots:
    """Align two texts, and count. What only credits and datelines differ by does not count."""
    if one.text > other.text:  # the same from either side
        one, other, headline, other_headline = other, one, other_headline, headline
    found = _Found(one, other, headline, other_headline)
    runs = list(differing(one, other))
    edges = _edges(runs, len(one.words))
    for number, (a, b) in enumerate(runs):
        found.take(a, b, at_edge=number in edges)
    lengths = max(1, len(one.words)), max(1, len(other.words))
    loose = max(words / length for words, length in zip(found.loose, lengths, strict=True))
    numbers, names, phrases = (len(_distinct(found.mappings[kind])) for kind in ("number", "name", "phrase"))
    kept = _kept(one, [a for a, _ in runs], found.caseless) if any(found.mappings.values()) else ()
    return Slots(numbers, names, phrases, len(kept), round(loose, 4), found.respelt, found.caseless)


def _kept(text: Spelt, slots: Sequence[range], caseless: bool) -> set[str]:
    """The names and numbers of the frame."""
    ends, starts = [0, *(slot.stop for slot in slots)], [*(slot.start for slot in slots), len(text.words)]
    return {key for start, end in zip(ends, starts, strict=True) for key in _keys(text, range(start, end), caseless)}


class _Found:
    """Slots as they are found, by kind, as pairs of fillers."""

    def __init__(self, one: Spelt, other: Spelt, headline: Spelt, other_headline: Spelt) -> None:
        self.caseless = one.is_caseless or other.is_caseless
        self.loose = [0, 0]
        """Words of either side that are in no slot."""
        self.respelt = 0
        self.mappings: dict[str, set[_Mapping]] = {kind: set() for kind in ("number", "name", "phrase")}
        self._sides = (one, headline), (other, other_headline)

    def take(self, a: range, b: range, *, at_edge: bool) -> None:
        """A run of either text that differs from the other's."""
        (one, _), (other, _) = self._sides
        filler, instead = tuple(one.words[a.start : a.stop]), tuple(other.words[b.start : b.stop])
        if not filler or not instead or max(len(filler), len(instead)) > SLOT_WORDS:
            self.loose = [self.loose[0] + len(filler), self.loose[1] + len(instead)]
        elif is_alike(filler, instead):
            self.respelt += 1
        elif not (at_edge and self._is_credit(filler, instead)):
            self.mappings[self._kind(a, b)].add((filler, instead))

    def _is_credit(self, filler: Sequence[str], instead: Sequence[str]) -> bool:
        """Whether a side has nothing that its headline or the rest of its text has too, and the other text has not."""
        rests = {id(one): other for (one, _), (other, _) in (self._sides, self._sides[::-1])}
        for (text, headline), run in zip(self._sides, (filler, instead), strict=True):
            own = [word for word in run if word not in rests[id(text)].own]
            if not any(word in headline.own or text.words.count(word) > 1 for word in own):
                return True
        return False

    def _kind(self, a: range, b: range) -> str:
        sides = ((*self._sides[0], a), (*self._sides[1], b))
        runs = [set(text.words[run.start : run.stop]) for text, _, run in sides]
        if all(self._is_name(*side, runs[1 - number], self._sides[1 - number][1]) for number, side in enumerate(sides)):
            return "name"
        mine, theirs = ({word for word in run if word[0].isdigit()} for run in runs)
        return "number" if mine and theirs and mine != theirs else "phrase"

    def _is_name(self, text: Spelt, headline: Spelt, run: range, instead: set[str], other_headline: Spelt) -> bool:
        """Whether the run has a name that the other run has not; where there is no telling, any word.

        What only begins a sentence is a name where the headline has it, too, and the other headline has not.
        """
        for at in run:
            word = text.words[at]
            if word[0].isdigit() or word in instead:
                continue
            in_headline = word in headline.own and word not in other_headline.own
            if self.caseless or (text.capitals[0][at] and (word in text.names or in_headline)):
                return True
        return False


def _edges(runs: Sequence[tuple[range, range]], length: int) -> set[int]:
    """Which of the runs stand at the beginning or the end, with others that are a word or two away."""
    found = set()
    at = 0
    for number, (a, _) in enumerate(runs):
        if a.start - at >= _RUN:
            break
        found.add(number)
        at = a.stop
    at = length
    for number in range(len(runs) - 1, -1, -1):
        if at - runs[number][0].stop >= _RUN:
            break
        found.add(number)
        at = runs[number][0].start
    return found


def _distinct(mappings: set[_Mapping]) -> list[_Mapping]:
    """The shortest of those that share a word on both sides: a full name, and then the surname, is one."""
    found: list[_Mapping] = []
    for filler, instead in sorted(mappings, key=lambda mapping: (len(mapping[0]) + len(mapping[1]), mapping)):
        if not any({*filler} & {*one} and {*instead} & {*other} for one, other in found):
            found.append((filler, instead))
    return found


def differing(one: Spelt, other: Spelt) -> Iterator[tuple[range, range]]:
    """The runs of words that differ, side by side, in order; one of two may be empty.

    Patience alignment: what stands once in both keeps its order, and the gaps between are aligned word by word.
    """
    a, b = one.words, other.words
    i = j = 0
    for start, there in [*_anchors(one.runs_once, other.runs_once), (len(a), len(b))]:
        if start < i or there < j:
            continue
        yield from _in_gap(a, b, range(i, start), range(j, there))
        while start < len(a) and there < len(b) and a[start] == b[there]:
            start, there = start + 1, there + 1
        i, j = start, there


def _anchors(mine: dict[tuple[str, ...], int], theirs: dict[tuple[str, ...], int]) -> list[tuple[int, int]]:
    """Places of the runs that both have once: as many as rise on both sides."""
    pairs = [(at, theirs[run]) for run, at in mine.items() if run in theirs]
    ends: list[int] = []
    best: list[int] = []
    before: list[int] = []
    for number, (_, there) in enumerate(pairs):
        at = bisect_left(ends, there)
        before.append(best[at - 1] if at else -1)
        ends[at : at + 1], best[at : at + 1] = [there], [number]
    chain = []
    number = best[-1] if best else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _in_gap(a: Sequence[str], b: Sequence[str], here: range, there: range) -> Iterator[tuple[range, range]]:
    if max(len(here), len(there)) > _GAP_WORDS or not here or not there:
        if here or there:
            yield here, there
        return
    matcher = SequenceMatcher(None, a[here.start : here.stop], b[there.start : there.stop], autojunk=False)
    for tag, i, until, j, end in matcher.get_opcodes():
        if tag != "equal":
            yield range(here.start + i, here.start + until), range(there.start + j, there.start + end)


def is_alike(filler: Sequence[str], instead: Sequence[str]) -> bool:
    """Whether one is another spelling of the other. Numbers never are."""
    one, other = " ".join(filler), " ".join(instead)
    if any(char.isdigit() for char in one + other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _keys(one: Spelt, run: range, caseless: bool) -> Iterator[str]:
    """The names and numbers of a piece of the frame: names that stand side by side are one."""
    name: list[str] = []
    for at in run:
        word = one.words[at]
        if not caseless and one.capitals[1][at]:
            name.append(word)
            continue
        if name:
            yield " ".join(name)
            name = []
        if word[0].isdigit():
            yield word
    if name:
        yield " ".join(name)


def is_other_subject(one: Spelt, other: Spelt, headline: Spelt, other_headline: Spelt) -> bool:
    """Whether each headline names what its own text is about, and the other article says nothing of.

    Headlines of copies differ by what both texts say, those of updates by what only the newer one says.
    """
    mine = _subjects((headline.own & one.own) - other.own - other_headline.own)
    theirs = _subjects((other_headline.own & other.own) - one.own - headline.own)
    alike = {(word, instead) for word in mine for instead in theirs if is_alike([word], [instead])}
    return bool(mine and theirs) and ({word for word, _ in alike} < mine or {word for _, word in alike} < theirs)


def _subjects(words: frozenset[str]) -> set[str]:
    return {word for word in words if len(word) >= _SUBJECT and not word[0].isdigit()}
