"""Which date an article has: the one that its source states, else the one in its address."""

from datetime import UTC, datetime
from typing import Literal, NamedTuple

from ..article import Precision, Published
from .addresses import date_in_url
from .numeric import DateOrder
from .stated import Stated, read_date

_IN_URL = {
    Precision.DAY: "no other date: the day in its URL counts",
    Precision.MONTH: "no other date: the month in its URL counts",
}


class Chosen(NamedTuple):
    """The date of an article."""

    published: Published | None
    notes: tuple[str, ...] = ()
    order: DateOrder | Literal["open"] | None = None
    """As `Stated.order`; "open" only where nothing about the article tells."""


def date_of(value: str, url: str = "", order: DateOrder | None = None, language: str | None = None) -> Chosen:
    """The date of an article, with notes on what could not be read and where it was found.

    Where day and month can be read in two orders, and one of the two is the day in the address, that is it.

    Args:
        value: as the source has it, "" for none.
        url: of the article, "" for none.
        order: of day and month, where only numbers state them.
        language: of the article, where it is known.
    """
    stated = read_date(value, order, language) if value.strip() else Stated(None)
    if stated.published:
        return Chosen(stated.published, _said(stated), stated.order)
    address = date_in_url(url) if url else None
    if stated.order == "open" and address and (fitting := _fitting(value, address, language)):
        return Chosen(fitting, ("order of day and month as in its URL",))
    notes = (*_said(stated), *((_IN_URL[address.precision],) if address else ()))
    return Chosen(address, notes, stated.order)


def _said(stated: Stated) -> tuple[str, ...]:
    return (stated.note,) if stated.note else ()


def _fitting(value: str, address: Published, language: str | None) -> Published | None:
    """The reading of a date whose own day is that of an address."""
    orders: tuple[DateOrder, ...] = ("dmy", "mdy")
    readings = (read_date(value, order, language).published for order in orders)
    return next((found for found in readings if found and _near(found, address)), None)


def _near(found: Published, address: Published) -> bool:
    """Whether an address has this day; a time may be another day in its own zone."""
    days = abs((datetime.combine(found.date, datetime.min.time(), UTC) - address.at).days)
    return address.precision is Precision.DAY and days <= (found.precision is Precision.INSTANT)
