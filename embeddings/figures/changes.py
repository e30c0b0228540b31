"""Which figure of one passage stands in the place of which one of another, and has another value. Pure.

Requirements. What is said here is read as "this is wrong, or new". So a pair is said only where nothing speaks against
it, and of two that could be meant, none.

**The same value** written otherwise is no change: "twelve" and 12, "1.3m" and 1,300,000, 19 miles and 30 km (measures
within `CONVERTED`). A figure with a scale is what rounds to it, "1.3 million" 1,312,400; one that is left open
("about 1,300", "more than 100") what is within `APPROXIMATE` of it; a range or "dozens" what lies in it. But 1,300 and
1,312 are two figures where nothing is left open, as are "at least 12" and 14: of a toll just that is the news.

**The same thing.** Two figures are of one thing where their kinds and units are the same, their fates (killed,
injured) and nouns do not differ, and the words around them are alike. A figure of which the other passage has the
value too, of a thing that may be the same, is settled and takes no other's place. What is former ("from 10") is left
aside. Days of the week are dates when it is known when the articles came out, and are then compared as dates; they and
other dates, times and ages need nearly the same sentence, since each report has its own "on Tuesday".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from .figure import Figure, FigureKind
from .words import PEOPLE

APPROXIMATE = 0.1
"""Share by which a figure that is left open may differ."""
ROUNDED = 0.05
"""Share by which one that is written with a scale may, where the other one rounds to it."""
CONVERTED = 0.03
"""Share by which measures may: 19 miles are 30.6 km."""
ALIKE_LEAST = 0.3
"""Likeness of two figures' surroundings from which one stands in the other's place."""
ALIKE_DATES = 0.6
"""The same of dates, times, ages and scores."""
ALIKE_MARGIN = 0.1
"""By which the best is better than the next, else neither is said."""
_SAME_NOUN = 0.2
_SAME_FATE = 0.3
_FIGURES_MOST = 60
"""Of a passage that are compared: a table has more."""
_OWN_SENTENCE = frozenset({FigureKind.DATE, FigureKind.TIME, FigureKind.AGE, FigureKind.SCORE, FigureKind.DURATION})


class FigureChange(NamedTuple):
    """A figure, and the one in its place."""

    a: Figure
    b: Figure


@dataclass(frozen=True, slots=True)
class _Candidate:
    a: int
    b: int
    likeness: float


def changed_figures(
    a: Sequence[Figure], b: Sequence[Figure], days: tuple[date | None, date | None] = (None, None)
) -> list[FigureChange]:
    """The figures of a that have other values in b, in the order of a.

    Args:
        a: `figures` of a passage.
        b: of another one that says the same in the main.
        days: when the two were published, where that is known to the day.
    """
    mine, theirs = _compared(a, days[0]), _compared(b, days[1])
    pairs = [(i, j) for i, f in enumerate(mine) for j, g in enumerate(theirs) if _may_be_one(f, g)]
    equal = [(i, j) for i, j in pairs if is_same(mine[i], theirs[j], days)]
    settled = {i for i, _ in equal}, {j for _, j in equal}
    left = [
        _Candidate(i, j, likeness(mine[i], theirs[j])) for i, j in pairs if i not in settled[0] and j not in settled[1]
    ]
    return [FigureChange(mine[c.a], theirs[c.b]) for c in sorted(_mutual(left, mine), key=lambda c: c.a)]


def is_same(f: Figure, g: Figure, days: tuple[date | None, date | None] = (None, None)) -> bool:
    """Whether two figures of one kind and unit have the same value, as far as they say."""
    if f.kind is FigureKind.DATE and f.unit == "weekday":
        return not _dates(f, days[0]).isdisjoint(_dates(g, days[1]))
    if f.kind is FigureKind.SCORE:
        return sorted((f.low, f.high)) == sorted((g.low, g.high))
    if not (f.is_whole and g.is_whole):
        return f.low <= g.high and g.low <= f.high
    apart = abs(f.low - g.low) / (max(abs(f.low), abs(g.low)) or 1.0)
    if f.approximate or g.approximate:
        return apart <= APPROXIMATE
    if (f.scaled or g.scaled) and apart <= ROUNDED:
        return _rounds_to(f.low, g.low) or _rounds_to(g.low, f.low)
    return apart <= (CONVERTED if f.kind is FigureKind.MEASURE and f.unit != "°C" else 1e-9)


def likeness(f: Figure, g: Figure) -> float:
    """How alike what surrounds two figures is: 0 to 1 for the words, and more for the same noun and fate."""
    words = 2 * len(f.context & g.context) / (len(f.context) + len(g.context) or 1)
    noun, fate = f.counted == g.counted != "", f.fate == g.fate != ""
    return words + _SAME_NOUN * noun + _SAME_FATE * fate


def _compared(some: Sequence[Figure], day: date | None) -> list[Figure]:
    known = (f for f in some if not f.former and (f.unit != "weekday" or day is not None))
    return [f for f, _ in zip(known, range(_FIGURES_MOST), strict=False)]


def _may_be_one(f: Figure, g: Figure) -> bool:
    """Whether nothing speaks against two figures being of one thing."""
    if f.kind is not g.kind or f.unit != g.unit:
        return False
    if f.fate and g.fate:
        return f.fate == g.fate
    people = {f.counted, g.counted} <= PEOPLE
    return not f.counted or not g.counted or f.counted == g.counted or people


def _mutual(candidates: Sequence[_Candidate], mine: Sequence[Figure]) -> Iterator[_Candidate]:
    """Those that are the best of both sides, by a margin."""
    for c in candidates:
        least = ALIKE_DATES if mine[c.a].kind in _OWN_SENTENCE else ALIKE_LEAST
        rivals = (o.likeness for o in candidates if o is not c and (o.a == c.a or o.b == c.b))
        if c.likeness >= least and c.likeness >= max(rivals, default=0.0) + ALIKE_MARGIN:
            yield c


def _rounds_to(coarse: float, fine: float) -> bool:
    """Whether a number, rounded to as many digits as the other one has, is that one."""
    digits = len(f"{coarse:.12e}".split("e")[0].strip("-").replace(".", "").rstrip("0"))
    return float(f"{fine:.{max(digits, 1) - 1}e}") == coarse


def _dates(f: Figure, day: date | None) -> set[date]:
    """The dates that a day of the week may be: the last one and the next one."""
    assert day is not None
    last = day - timedelta(days=(day.weekday() - int(f.low)) % 7)
    return {last, last + timedelta(days=7)}
