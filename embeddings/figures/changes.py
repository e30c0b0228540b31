"""Which figure of one passage stands in the place of which one of another, and has another value. Pure.

Requirements. What is said here is read as "this is wrong, or new". So a pair is said only where nothing speaks against
it, and of two that could be meant, none.

**The same value** written otherwise is no change: "twelve" and 12, "1.3m" and 1,300,000, 19 miles and 30 km (measures
within `CONVERTED`). A figure with a scale or a fraction is what rounds to it, "1.3 million" 1,312,400 and 10 per cent
9.9; "about 1,300" what is within `AROUND` of it; "more than 62,000" what is below 63,000, and "nearly" the other way;
a range or "dozens" what lies in it. But 1,300 and 1,312 are two figures where nothing is left open, as are "at least
12" and 14: of a toll just that is the news.

**The same thing.** Two figures are of one thing where their kinds and units are the same, their fates (killed,
injured), years ("in 1979") and nouns do not differ, and the words around them are alike. A figure of which the other
passage has the value too, of a thing that may be the same, is settled and takes no other's place. What is former
("up from 10", "had put it at 10") is left aside; but where it is the other passage's figure, the nearest figure of now
has taken that one's place. Days of the week are dates when it is known when the articles came out, and are then
compared as dates; they and other dates, times and ages need nearly the same sentence: each report has its own "on
Tuesday".

What was measured: docs/how-articles-are-aligned.md.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from .figure import Figure, FigureKind, Open
from .words import PEOPLE

AROUND = 0.1
"""Share by which "about" leaves a figure open."""
ROUNDED = 0.05
"""Share by which a rounded figure may differ from the one that rounds to it: "1 million" is not 1.3 million."""
CONVERTED = 0.03
"""Share by which measures may: 19 miles are 30.6 km."""
ALIKE_LEAST = 0.6
"""Likeness of two figures' surroundings from which one stands in the other's place: see docs."""
ALIKE_CORRECTED = 0.3
"""The same where one passage says what the other's figure has become."""
ALIKE_APART = 0.75
"""The same where the passages are only on the same point, and do not say the same otherwise."""
ALIKE_OWN_DAY = 0.75
"""The same of dates, times, ages, durations and scores."""
ALIKE_MARGIN = 0.1
"""By which the best is better than the next, else neither is said."""
RATIO_MOST = 10.0
"""A count in the place of another one is no more than so many times as great: the dead of a day and of a war."""
_SAME_NOUN = 0.2
_SAME_FATE = 0.3
_ONLY_ONES = 0.15
"""Two counts with nouns that are the only ones of passages that say the same otherwise."""
_FIGURES_MOST = 60
"""Of a passage that are compared: a table has more."""
_OWN_DAY = frozenset({FigureKind.DATE, FigureKind.TIME, FigureKind.AGE, FigureKind.SCORE, FigureKind.DURATION})


class FigureChange(NamedTuple):
    """A figure, and the one in its place."""

    a: Figure
    b: Figure


def changed_figures(
    a: Sequence[Figure],
    b: Sequence[Figure],
    days: tuple[date | None, date | None] = (None, None),
    *,
    close: bool = True,
) -> list[FigureChange]:
    """The figures of a that have other values in b, in the order of a.

    Args:
        a: `figures` of a passage.
        b: of another one that says the same in the main.
        days: when the two were published, where that is known to the day.
        close: whether the passages say the same in other respects (a cosine of `CLOSE_LEAST`): then less will do, and
            the only counts of both are of one thing.
    """
    mine, theirs = _compared(a, days[0]), _compared(b, days[1])
    pairs = [(i, j) for i, f in enumerate(mine) for j, g in enumerate(theirs) if may_be_one(f, g)]
    equal = [(i, j) for i, j in pairs if is_same(mine[i], theirs[j], days)]
    settled = {i for i, _ in equal}, {j for _, j in equal}
    left = {
        (i, j): likeness(mine[i], theirs[j]) + _ONLY_ONES * (close and _is_only(mine, i) and _is_only(theirs, j))
        for i, j in pairs
        if i not in settled[0] and j not in settled[1]
    }
    found = {(i, j) for i, j in _best(left) if left[i, j] >= _least(mine[i], close=close)}
    found |= {(i, j) for i, j in pairs if _is_corrected(mine[i], theirs[j], a, b)}
    return [FigureChange(mine[i], theirs[j]) for i, j in sorted(found)]


def _is_corrected(f: Figure, g: Figure, a: Sequence[Figure], b: Sequence[Figure]) -> bool:
    """Whether one passage says of the other's figure that it has been: "2.1 million, up from 1.3 million"."""
    if f.kind is FigureKind.DATE or is_same(f, g) or likeness(f, g) < ALIKE_CORRECTED:
        return False
    later = any(now is g and is_same(was, f) for was, now in _corrections(b, f))
    return later or any(now is f and is_same(was, g) for was, now in _corrections(a, g))


def _corrections(some: Sequence[Figure], like: Figure) -> Iterator[tuple[Figure, Figure]]:
    """What has been, with the nearest figure of now; of the kind and unit of `like`."""
    alike = [f for f in some if (f.kind, f.unit) == (like.kind, like.unit)]
    present = [f for f in alike if not f.former]
    for was in (f for f in alike if f.former and present):
        yield was, min(present, key=lambda f: abs(f.start - was.start))


def is_same(f: Figure, g: Figure, days: tuple[date | None, date | None] = (None, None)) -> bool:
    """Whether two figures of one kind and unit have the same value, as far as they say."""
    if f.kind is FigureKind.DATE and f.unit == "weekday":
        return not _dates(f, days[0]).isdisjoint(_dates(g, days[1]))
    if f.kind is FigureKind.SCORE:
        return sorted((f.low, f.high)) == sorted((g.low, g.high))
    (low, high), (other_low, other_high) = _bounds(f), _bounds(g)
    if low <= other_high and other_low <= high:
        return True
    apart = abs(f.low - g.low) / (max(abs(f.low), abs(g.low)) or 1.0)
    if f.is_whole and g.is_whole and apart <= ROUNDED and any(each.scaled or each.low % 1 for each in (f, g)):
        return significant(f.low, _digits(g.low)) == g.low or significant(g.low, _digits(f.low)) == f.low
    return f.kind is FigureKind.MEASURE and f.unit != "°C" and apart <= CONVERTED


def likeness(f: Figure, g: Figure) -> float:
    """How alike what surrounds two figures is: 0 to 1 for the words, and more for the same noun and fate."""
    words = 2 * len(f.context & g.context) / (len(f.context) + len(g.context) or 1)
    noun, fate = f.counted == g.counted != "", f.fate == g.fate != ""
    return words + _SAME_NOUN * noun + _SAME_FATE * fate


def _compared(some: Sequence[Figure], day: date | None) -> list[Figure]:
    known = (f for f in some if not f.former and (f.unit != "weekday" or day is not None))
    return [f for f, _ in zip(known, range(_FIGURES_MOST), strict=False)]


def may_be_one(f: Figure, g: Figure) -> bool:
    """Whether nothing speaks against two figures being of one thing."""
    if f.kind is not g.kind or f.unit != g.unit:
        return False
    if f.kind is FigureKind.COUNT and max(abs(f.low), abs(g.low)) > RATIO_MOST * max(
        min(abs(f.high), abs(g.high)), 1.0
    ):
        return False
    if f.year != g.year or (f.fate and g.fate and f.fate != g.fate):
        return False
    if not f.counted or not g.counted or f.counted == g.counted:
        return True
    return {f.counted, g.counted} <= PEOPLE or f.fate == g.fate != ""


def _is_only(some: Sequence[Figure], at: int) -> bool:
    """Whether a count with a noun is the only count of its passage."""
    own = some[at]
    return own.kind is FigureKind.COUNT and own.counted != "" and sum(f.kind is own.kind for f in some) == 1


def _least(f: Figure, *, close: bool) -> float:
    if f.kind in _OWN_DAY:
        return ALIKE_OWN_DAY
    return ALIKE_LEAST if close else ALIKE_APART


def _best(left: Mapping[tuple[int, int], float]) -> Iterator[tuple[int, int]]:
    """Pairs that are the best of both sides, by a margin."""
    ranked: dict[tuple[str, int], list[float]] = defaultdict(list)
    for (i, j), alike in left.items():
        ranked["a", i].append(alike)
        ranked["b", j].append(alike)
    seconds = {side: sorted(some)[-2] if len(some) > 1 else 0.0 for side, some in ranked.items()}
    for (i, j), alike in left.items():
        if alike >= max(seconds["a", i], seconds["b", j]) + ALIKE_MARGIN:
            yield i, j


def _bounds(f: Figure) -> tuple[float, float]:
    """Between which values it is, as far as it says."""
    if f.open is Open.AROUND:
        return f.low - AROUND * abs(f.low), f.high + AROUND * abs(f.high)
    step = 10.0 ** (_exponent(f.high) + 1 - _digits(f.high))  # that of its last digit
    if f.open is Open.OVER:
        return f.low, max(f.high, f.low + step - 1e-9 * step)
    return (min(f.low, f.high - step + 1e-9 * step), f.high) if f.open is Open.UNDER else (f.low, f.high)


def _exponent(value: float) -> int:
    return int(f"{value:e}".split("e")[1])


def _digits(value: float) -> int:
    """Digits of a number up to the last that is not 0."""
    return len(f"{value:.12e}".split("e")[0].strip("-").replace(".", "").rstrip("0")) or 1


def significant(value: float, digits: int) -> float:
    """A number, rounded to so many digits."""
    return float(f"{value:.{digits - 1}e}")


def _dates(f: Figure, day: date | None) -> set[date]:
    """The dates that a day of the week may be: the last one and the next one."""
    assert day is not None
    last = day - timedelta(days=(day.weekday() - int(f.low)) % 7)
    return {last, last + timedelta(days=7)}
