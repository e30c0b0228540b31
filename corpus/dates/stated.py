"""When an article was published, as its source states it in any usual form: read, or left out with the reason.

What is one of the forms of `strict` in another dress is brought into it: words before it, names of months in other
languages, years of two digits, seconds since 1970. Nothing is guessed, and relative words ("yesterday") are no dates.
Finding dates in running text does not belong here.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal, NamedTuple

from ..article import Precision, Published
from . import strict
from .addresses import date_in_url
from .epochs import epoch_of
from .names import UnclearMonth, in_english
from .numeric import DateOrder, full_year, in_order
from .other_languages import in_other_language
from .zones import AMBIGUOUS, UnknownZone

_NO_DATE = frozenset(
    "n/a na n.a. none null nil nan nat - -- ? unknown undated n.d. nd s.d. o.d. tbd tba undefined never false".split()
) | {"no date", "not available", "not set", "invalid date", "date unknown", "not a date"}
_ZEROS = re.compile(r"0{1,4}[-/.]?0{1,2}[-/.]?0{1,4}(?:[t ]?[0:. ]*)z?|-1|0+")
_NOT_SET = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
)
"""Moments that computers write where none was set: an article of exactly these seconds is less likely than that."""

_OLDEST = 1600
"""No newspaper is older (the Relation of Strasbourg: 1605)."""
_AHEAD = timedelta(days=366)

_PUBLISHED = (
    r"(?:(?:first|last|originally) |date |zuletzt |dernière |last )*"
    r"(?:published|publication|publication date|posted|created|released|issued|printed|filed|written|pub ?date|date"
    r"|date of publication|veröffentlicht|erschienen|publiziert|erstellt|datum|publiée?|paru|publicad[oa]|fecha"
    r"|pubblicato|data|gepubliceerd|geplaatst|opublikowano|data publikacji|dodano|utworzono"
    r"|опубликован[оа]?|дата|дата публикации|publicerad|publicerat|offentliggjort|udgivet|publisert|julkaistu"
    r"|publikováno|vydáno|dateline)"
)
_UPDATED = (
    r"(?:(?:last|zuletzt|dernière) )?(?:updated|update|modified|edited|revised|corrected|aktualisiert|geändert"
    r"|stand|mise? à jour|modifiée?|actualizad[oa]|aggiornato|atualizad[oa]|modificad[oa]|bijgewerkt|gewijzigd"
    r"|aktualizacja|zaktualizowano|обновлен[оа]?|изменено|uppdaterad|opdateret|oppdatert|päivitetty|aktualizováno)"
)
_LEAD = re.compile(
    rf"(?:(?:{_PUBLISHED}|{_UPDATED})\b ?[:|\u2013-]? ?)+(?:(?:on|at|am|den|vom|le|el|il|em|op|dnia|o|the|pada)\b:? )*"
)
_SECOND = re.compile(rf"(?<=\d)(?P<end>[^\d]*?)[ ,;|(/\u2022\u00b7\u2013-]+(?:{_UPDATED}|{_PUBLISHED})\b.*")
_SECOND_WORD = re.compile(rf"[ ,;|(/\u2022\u00b7\u2013-](?:{_UPDATED}|{_PUBLISHED})\b")
_BYLINE = re.compile(r"(?<=\d)(?P<end>[ap]\.?m\.?)?[ ,|\u2013-]+(?:by|von|par|por|di|door) [^\d]+$")
_WRAPPED = re.compile(r"[\"'\u201c\u201e\u00ab(\[<](.*)[\"'\u201d\u201c\u00bb)\]>]")
_TAG_TIME = re.compile(r"<[^<>]*\b(?:datetime|content)=[\"']([^\"']+)[\"'].*")
_TAG = re.compile(r"<[^<>]*>")

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"local time\b", "local"),
        (r"\b(?:12 )?noon\b", "12:00 pm"),
        (r"(?<=\d)(?:er|ère|re|e|ro)\b(?= )", ""),  # 1er mars
        (r"(?<=\d) ?(?:hrs|hours|o'clock)\b\.?", ""),
        (r"^(\d{1,2})/([a-z]{3})/(\d{4}):", r"\1 \2 \3 "),  # web servers
        (r"^(\d{4}):(\d{2}):(\d{2})(?= |$)", r"\1-\2-\3"),  # cameras
        (
            r"^(\d{4})(\d\d)(\d\d)[t ]?(\d\d)(\d\d)(?:(\d\d)\d{0,6})?( ?z| ?[+-]\d\d:?\d\d)?$",
            r"\1-\2-\3t\4:\5:\6\7",
        ),
        (r"^(\d{4}-\d{2}-\d{2})[t ](\d{2})(\d{2})(\d{2})?(?=[z+-]|$)", r"\1t\2:\3:\4"),
        (r":(?=$|z$|[+-])", ""),
        (r"^(\d{4})(\d{2})(\d{2})(?=[ t]\d)", r"\1-\2-\3"),
        (r"(?<=\dt)(\d{2})(?=$|z$|[+-])", r"\1:00"),
        (r"^(\d{1,2}-[a-z]{3}-\d{2,4}) (\d{1,2})\.(\d{2})\.(\d{2})(?:\.\d+)?", r"\1 \2:\3:\4"),  # Oracle
        (r" [|/] ", ", "),
    )
)
"""Forms with numbers only, and what they are in ISO 8601."""
_FORMS_ELSEWHERE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), form)
    for pattern, form in (
        (r"^(\d{4}) ?[年년](?: ?(\d{1,2}) ?[月월])?$", r"\1-\2"),
        (r"^(\d{4})-$", r"\1"),
        (r"\bмск\b", "msk"),
        (r" ?[\u00b7\u2022\u2014] ?", ", "),
        (r"(\d) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일號号]?", r"\1-\2-\3 "),
        (r"[(][日月火水木金土월화수목금토일一二三四五六]曜?일?[)]|星期[一二三四五六日天]|周[一二三四五六日]", " "),
        (r"(?:午後|下午|오후) ?(\d{1,2}) ?[:時时點시] ?(\d{2})[分분]?", r"\1:\2 pm"),
        (r"(?:午前|上午|오전) ?(\d{1,2}) ?[:時时點시] ?(\d{2})[分분]?", r"\1:\2 am"),
        (r"(\d{1,2}) ?[時时點시] ?(\d{1,2}) ?[分분]", r"\1:\2"),
        (r"(?:ngày )?(\d{1,2}) tháng (\d{1,2})(?:,| năm)? (\d{4})", r"\1.\2.\3"),
    )
)
"""The same, in letters that are not ASCII."""

_NAMED = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:[a-z]{3,6}|[ch]+|il|e|y)?\.?"
_SHORT_YEAR = tuple(
    re.compile(rf"(?P<before>{before})(?P<year>\d{{2}})(?=$|,? [^\d]|,? \d{{1,2}}[:.]\d|t\d)")
    for before in (
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ -]?{_NAMED},?[ -]?(?:(?<=[ -])['\u2019])?",
        rf"\b{_NAMED} \d{{1,2}}(?:st|nd|rd|th)?(?:, ?['\u2019]?| ['\u2019])",
    )
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:z|[+-]\d\d:?\d\d)?)?")
_WEEK = re.compile(r"(\d{4})-?w(\d{2})-?([1-7])(?=t|$)")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?=t|$)")


_IN_URL = {
    Precision.DAY: "no other date: the day in its URL counts",
    Precision.MONTH: "no other date: the month in its URL counts",
}


class Stated(NamedTuple):
    """A date as it was read."""

    published: Published | None
    note: str = ""
    """What its reader should know: why there is none, or what was left out."""
    order: DateOrder | Literal["open"] | None = None
    """The order of day and month that it shows; "open" where it can be read in both."""


class Chosen(NamedTuple):
    """The date of an article."""

    published: Published | None
    notes: tuple[str, ...] = ()
    order: DateOrder | Literal["open"] | None = None
    """As `Stated.order`; "open" only where nothing about the article tells."""


def read_date(value: str, order: DateOrder | None = None, language: str | None = None) -> Stated:
    """Read a date in any usual form.

    A time without a zone is read as UTC; of one in a zone with several meanings the day stands, not the hour.

    Args:
        value: as the source has it.
        order: of day and month, where only numbers state them.
        language: of the article, where it is known: decides what a month's name means that two languages share.
    """
    text = _plain(value)
    shown = strict.shown(" ".join(value.split()))
    if says_no_date(value):
        return Stated(None, f"date not read: {shown} stands for no date")
    if len(text) > strict.LONGEST:
        return Stated(None, f"date not read: {shown} is too long for a date")
    try:
        epoch = epoch_of(text)
        found = Stated(Published(epoch)) if epoch else _in_iso(text) or _read(text, order, language)
    except UnclearMonth as error:
        return Stated(None, f"date not read: {shown} names a month ({error}) that is another one in another language")
    except (ValueError, OverflowError) as error:
        return Stated(None, f"date not read: {shown} {error}")
    if found.order == "open":
        return Stated(None, f"date not read: {shown} can be read as two dates; say --dates dmy or --dates mdy", "open")
    if found.published is None:
        return Stated(None, f"date not read: {shown} is not a date in a known form")
    if order and found.order not in (order, None):
        found = found._replace(note=f"{shown} is not possible in the order {order}: read in the other one")
    return _doubted(found, shown)


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


def says_no_date(value: str) -> bool:
    """Whether it stands for no date: `N/A`, `0000-00-00`."""
    text = _plain(value)
    return not text or text in _NO_DATE or _ZEROS.fullmatch(text) is not None


def looks_like_date_line(line: str) -> bool:
    """Whether an entire line is a date, also one whose order or zone is open; of bare numbers only years and days."""
    text = line.strip()
    if len(text) > strict.LONGEST or not any(map(str.isdigit, text)) or (text.isdigit() and len(text) not in (4, 8)):
        return False
    found = read_date(text)
    return found.published is not None or found.order == "open" or strict.is_date(text)


def _doubted(found: Stated, shown: str) -> Stated:
    """A date that computers write where there is none is left out; one that no newspaper has is noted."""
    published = found.published
    assert published is not None
    if published.precision is Precision.INSTANT and published.at.replace(microsecond=0) in _NOT_SET:
        return Stated(None, f"date not read: {shown} is what computers write where no date was set")
    if published.at.year < _OLDEST:
        return found._replace(note=found.note or "date before the first newspapers: kept")
    if published.at > datetime.now(UTC) + _AHEAD:
        return found._replace(note=found.note or "date more than a year ahead: kept")
    return found


def _in_iso(text: str) -> Stated | None:
    """The usual form at once."""
    parts = strict.parts_of(text) if _ISO.fullmatch(text) else None
    return Stated(strict.published_from(parts, text)) if parts else None


def _read(text: str, order: DateOrder | None, language: str | None) -> Stated:
    """Raises ValueError for a date that is impossible: the message says why."""
    text = _in_known_form(text)
    plain, shown = in_order(text, order)
    if shown == "open":
        return Stated(None, order="open")
    plain = _with_full_year(plain)
    day_only: Stated | None = None
    for candidate in _candidates(plain, language):
        parts = strict.parts_of(candidate)
        if not parts:
            continue
        try:
            return Stated(strict.published_from(parts, candidate), order=shown)
        except UnknownZone as error:
            found = strict.published_from(parts, candidate, zone=False)
            meant = "has several meanings" if str(error).lower() in AMBIGUOUS else "is unknown"
            day_only = day_only or Stated(found, f"time zone {error} {meant}: the day stands, the hour does not", shown)
            if str(error).lower() in AMBIGUOUS:
                break
    return day_only or Stated(None)


def _candidates(text: str, language: str | None) -> Iterator[str]:
    """The forms of a date that are tried one after the other."""
    yield text
    yield _with_full_year(in_english(text, language))
    if other := in_other_language(text, language):
        yield other


def _plain(value: str) -> str:
    """In lower case, with ASCII digits, without markup and what encloses it; white space squeezed."""
    if len(value) > 10 * strict.LONGEST:
        return value
    text = value if value.isascii() else unicodedata.normalize("NFKC", value)
    if not text.isascii():
        text = "".join(_digit(c) for c in text if unicodedata.category(c) != "Cf").replace("\u2212", "-")
    text = _TAG.sub(" ", _TAG_TIME.sub(r"\1", text)) if "<" in text else text
    text = " ".join(text.casefold().split())
    while enclosed := _WRAPPED.fullmatch(text):
        text = enclosed[1].strip()
    return text if text in _NO_DATE else text.strip(" ,;")


def _digit(character: str) -> str:
    decimal = unicodedata.decimal(character, None)
    return character if decimal is None else str(decimal)


def _in_known_form(text: str) -> str:
    """Without words before and behind it; forms of numbers as ISO 8601 has them.

    Raises:
        ValueError: the week or the day of the year does not exist.
    """
    lead = _LEAD.match(text)
    text = text[lead.end() :] if lead else text
    if (second := _SECOND_WORD.search(text)) and (second := _SECOND.search(text)):
        text = (text[: second.start()] + second["end"]).strip(" ,;|(").removesuffix(" and")
    text = _BYLINE.sub(lambda found: found["end"] or "", text)
    for pattern, form in _FORMS if text.isascii() else _FORMS + _FORMS_ELSEWHERE:
        text = pattern.sub(form, text)
    text = " ".join(text.split())
    if week := _WEEK.match(text):
        day = date.fromisocalendar(int(week[1]), int(week[2]), int(week[3]))
        return day.isoformat() + text[week.end() :]
    if ordinal := _ORDINAL.match(text):
        day = date(int(ordinal[1]), 1, 1) + timedelta(days=int(ordinal[2]) - 1)
        if day.year != int(ordinal[1]):
            raise ValueError("is not possible (day of the year is out of range)")
        return day.isoformat() + text[ordinal.end() :]
    return text


def _with_full_year(text: str) -> str:
    """`fri, 22 sep 17` -> `fri, 22 sep 2017`, as RFC 5322 (section 4.3) has it for mail."""
    for pattern in _SHORT_YEAR:
        if found := pattern.search(text):
            before = text[: found.start()] + found["before"].rstrip("'\u2019")
            return f"{before}{full_year(found['year'])}{text[found.end() :]}"
    return text


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
