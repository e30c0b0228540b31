"""The order of day and month in a file: where one of its dates is possible in one order only, the others have it too.

In `03/04/2017` nothing tells which comes first; `25/04/2017` in the same file does. A file is read as a stream, so at
the first date that is open the file is read once more, from its start and for its dates alone, and nothing but what
they show is kept. A file without such dates is read once. Of an archive each member decides for itself; for one that
shows nothing (an article a file) all members together do. Where dates contradict each other, they stay open.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache

from ..dates import DateOrder, date_of, has_open_form
from ..fields.conversion import NO_DATE
from .base import ParsedArticle, Reading

_WORDS: dict[DateOrder, str] = {"dmy": "day before month", "mdy": "month before day"}


def with_order_of_dates(
    readings: Iterable[Reading], again: Callable[[], Iterable[Reading]], given: DateOrder | None = None
) -> Iterator[Reading]:
    """The readings of one file, with the dates read that others of the file explain.

    Args:
        readings: of the file, in order.
        again: reads the file from its start.
        given: the order that a user has named; then there is nothing to find out.
    """
    shown = cache(lambda: _shown(again()))
    for reading in readings:
        if given is None and isinstance(reading, ParsedArticle) and _order(reading) == "open":
            orders = shown()
            yield _dated(reading, orders.get(reading.location.member) or orders[None])
        else:
            yield reading


def _order(reading: ParsedArticle) -> str | None:
    """The order that an article's date shows; "open" where it can be read in both."""
    if not has_open_form(reading.date):
        return None
    return date_of(reading.date, reading.article.url or "").order


def _shown(readings: Iterable[Reading]) -> dict[str | None, set[str]]:
    """The orders that the dates of each member show, and those of all together under None."""
    orders: dict[str | None, set[str]] = {None: set()}
    for reading in readings:
        if isinstance(reading, ParsedArticle) and (order := _order(reading)) in ("dmy", "mdy"):
            assert order is not None
            orders.setdefault(reading.location.member, set()).add(order)
            orders[None].add(order)
    return orders


def _dated(reading: ParsedArticle, orders: set[str]) -> ParsedArticle:
    """An article whose date was open, as the order of its file explains it."""
    url = reading.article.url or ""
    before = date_of(reading.date, url).notes
    order: DateOrder | None = "dmy" if orders == {"dmy"} else "mdy" if orders == {"mdy"} else None
    chosen = date_of(reading.date, url, order)
    notes = [
        note for note in reading.notes if note not in before and not (chosen.published and note.startswith(NO_DATE))
    ]
    if order:
        about = [*chosen.notes, f"{_WORDS[order]} in its date, as in others of its file"]
    else:
        about = [*before, *(["its file has dates in both orders of day and month"] if orders else [])]
    article = replace(reading.article, published=chosen.published)
    return replace(reading, article=article, notes=(*notes, *about))
