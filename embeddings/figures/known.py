"""Whether a figure has been said before, wherever in an article: for what is new in another one. Pure.

By kind, unit and value: what is counted is left aside, since it has another noun in each report. A figure that is
written with a scale or left open is known where one rounds to it, and the other way round.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from .changes import significant
from .figure import Figure, FigureKind, Open

FigureKey = tuple[str, FigureKind, str, float, float]

_ROUNDINGS = (2, 3)
"""Digits to which figures are rounded: "$4 million" is not 4.2 million."""
_SMALL = 3
"""Counts up to it, without a fate, are no news: two men, three reasons."""


def figure_keys(some: Iterable[Figure]) -> set[FigureKey]:
    """What the figures of an article make known."""
    found: set[FigureKey] = set()
    for f in some:
        found.add(_key("value", f, f.low, f.high))
        if f.is_whole:
            found |= {_key("rounds to", f, value, value) for value in _roundings(f)}
            if _is_loose(f):
                found.add(_key("rounded", f, f.low, f.low))
    return found


def new_figures(some: Iterable[Figure], known: AbstractSet[FigureKey]) -> list[Figure]:
    """Those of some figures that are not known, each value once, in order; days and small counts are never new.

    Args:
        some: figures of a passage.
        known: `figure_keys` of all earlier articles.
    """
    found: dict[FigureKey, Figure] = {}
    for f in some:
        if not _is_small(f) and f.kind is not FigureKind.DATE and not _is_known(f, known):
            found.setdefault(_key("value", f, f.low, f.high), f)
    return list(found.values())


def _is_known(f: Figure, known: AbstractSet[FigureKey]) -> bool:
    if _key("value", f, f.low, f.high) in known:
        return True
    if _is_loose(f) and _key("rounds to", f, f.low, f.low) in known:
        return True
    return f.is_whole and any(_key("rounded", f, value, value) in known for value in _roundings(f))


def _is_small(f: Figure) -> bool:
    return f.kind is FigureKind.COUNT and not f.fate and 0 <= f.high <= _SMALL


def _is_loose(f: Figure) -> bool:
    return f.is_whole and (f.scaled or f.open is not Open.NO)


def _roundings(f: Figure) -> set[float]:
    return {significant(f.low, digits) for digits in _ROUNDINGS}


def _key(what: str, f: Figure, low: float, high: float) -> FigureKey:
    return what, f.kind, f.unit, low, high
