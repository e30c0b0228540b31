"""Numbers that were put in the place of others, between two wordings of one passage: the corrections that matter most.

Where a change has as many figures on either side, and no more than `NUMBER_CONTEXT` words, each was put in the other's
place. A figure is said whole, with its scale and unit, where only a part of it was changed ("4 million" -> "4 billion",
"$4" -> "€4"); one that is written otherwise ("twelve", 12) is none that was changed. Of numbers that are no figures
(years, flights) the same is said of the words themselves. Here nothing is rounded: "about 40" -> "about 42" is a
change of the wording.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from ..figures import Figure, figures
from ..figures.words import CURRENCIES, MONTHS, NUMBERS, SCALES, VAGUE, WEEKDAYS
from ..numerals import NUMERAL, without_thousands
from .wording import Mark, WordRun, words_in

NUMBER_CONTEXT = 6
"""Words of a change, on its longer side, in which numbers were put in each other's place."""
_CHANGE_MOST = 400
"""Characters of such a change."""
PARTS_MOST = 2_000
"""Changes of a passage that are looked at: in a text with more of them no number is a small correction."""
_TOKEN = re.compile(rf"(?<!\w)(?:{NUMERAL.pattern}|[^\W\d_]+(?!\w))")
_MAY_CHANGE = NUMBERS.keys() | VAGUE.keys() | SCALES.keys() | MONTHS.keys() | WEEKDAYS.keys() | CURRENCIES.keys()
"""Words and signs that a figure changes with."""
_AROUND = 80
"""Characters on either side of a change in which the rest of a figure may stand."""


class NumberChange(NamedTuple):
    """A number that stands in the place of another."""

    before: str
    after: str
    a_start: int
    b_start: int


class _Part(NamedTuple):
    """Characters of a passage that were changed."""

    passage: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.passage[self.start : self.end]


class _Found(NamedTuple):
    """A number in such a part: as it is written, where, and what it is compared by."""

    text: str
    start: int
    value: tuple[object, ...]


def changed_numbers(a: str, b: str, runs: Sequence[WordRun]) -> tuple[NumberChange, ...]:
    """The numbers of a that have others in their places in b, in order.

    Args:
        a: a passage.
        b: its other wording.
        runs: what `mark_words` says of the two.
    """
    parts = (
        (_Part(a, cut.a_start, cut.a_end), _Part(b, added.b_start, added.b_end))
        for cut, added in pairwise(runs)
        if (cut.mark, added.mark) == (Mark.CUT, Mark.ADDED)
    )
    found = (change for mine, theirs in islice(parts, PARTS_MOST) for change in _replaced(mine, theirs))
    return tuple(dict.fromkeys(found))


def _replaced(mine: _Part, theirs: _Part) -> Iterator[NumberChange]:
    if max(mine.end - mine.start, theirs.end - theirs.start) > _CHANGE_MOST:
        return
    if not (_may_hold(mine.text) and _may_hold(theirs.text)):
        return
    if max(len(words_in(mine.text)), len(words_in(theirs.text))) > NUMBER_CONTEXT:
        return
    for numbers in (_figures, _numerals):
        here, there = numbers(mine), numbers(theirs)
        if here and len(here) == len(there):
            for one, other in zip(here, there, strict=True):
                if one.value != other.value:
                    yield NumberChange(one.text, other.text, one.start, other.start)
            return


def _may_hold(text: str) -> bool:
    """Whether a number may stand in a text, or something that makes another figure of one."""
    return any(m[0][0].isdigit() or m[0].lower() in _MAY_CHANGE for m in _TOKEN.finditer(text)) or any(
        sign in text for sign in "$€£¥%°"
    )


def _figures(part: _Part) -> list[_Found]:
    """The figures that a part holds something of."""
    start, end = max(0, part.start - _AROUND), part.end + _AROUND
    while 0 < start < part.start and not part.passage[start - 1].isspace():
        start += 1
    around = part.passage[start:end]
    first, last = part.start - start, part.start - start + len(part.text.rstrip())
    some = (f for f in figures(around) if f.start < last and f.end > first)
    return [_Found(f.of(around), start + f.start, _value(f)) for f in some]


def _value(f: Figure) -> tuple[object, ...]:
    return f.kind, f.unit, f.low, f.high


def _numerals(part: _Part) -> list[_Found]:
    """The numbers in digits and in words, each by itself."""
    found = ((m[0], m.start(), _numeral(m[0])) for m in _TOKEN.finditer(part.text))
    return [_Found(text, part.start + start, (value,)) for text, start, value in found if value]


def _numeral(token: str) -> str:
    """As it is compared: "1,200" and "1200" are one, "two" is "2"; "" for a word that is no number."""
    if token[0].isdigit():
        return without_thousands(token)
    return str(NUMBERS.get(token.lower(), ""))
