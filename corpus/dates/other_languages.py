"""Months in the languages that `names` does not have: the second chance, by dateparser.

It is asked for the month only, by day 14 of 2024 in place of the numbers of the date, strictly and with all parts
required: what it makes of anything less is a guess. It takes 50 ms to refuse a text, so it is asked only where a word
is the name of a month in one of its languages and none is one in `names`, and once for each form of words.
"""

import re
from functools import lru_cache

from .names import MONTHS, has_month

_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DAY = re.compile(r"(?<![\d:.])(\d{1,2})(?![\d:]|\.\d)")
_TIME = re.compile(r"[ ,]+(\d{1,2}:\d{2}(?::\d{2})?(?: ?(?:z|utc|gmt|[+-]\d{2}:?\d{2}))?)$")
_WORD = re.compile(r"[^\W\d_][^\s\d,.;:()/-]*")
_WORDS_MOST = 6
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_BUDDHIST = 543
"""Years by which Thailand's calendar is ahead."""
_ASKED = {
    "STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"],
    "RETURN_AS_TIMEZONE_AWARE": False,
}  # fmt: skip
_ENGLISH = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def in_other_language(text: str, language: str | None = None) -> str | None:
    """A date with its month in English, in the order day, month, year; None for what is no date with a named month.

    Args:
        text: in lower case, ASCII digits, white space squeezed.
        language: of the article, where it is known: the first that is tried.
    """
    time = _TIME.search(text)
    day_text = text[: time.start()] if time else text
    years, days = _YEAR.findall(day_text), _DAY.findall(day_text)
    words = _WORD.findall(day_text)
    if len(years) != 1 or len(days) != 1 or not 1 <= len(words) <= _WORDS_MOST or ":" in day_text:
        return None
    if has_month(day_text) or _month_names().isdisjoint(words):
        return None
    month = _month_of(_DAY.sub("14", _YEAR.sub("2024", day_text)), language)
    if month is None:
        return None
    year = int(years[0]) - (_BUDDHIST if _THAI.search(day_text) and int(years[0]) > 2400 else 0)
    return f"{days[0]} {MONTHS[month - 1]} {year:04}" + (f" {time[1]}" if time else "")


@lru_cache(maxsize=1024)
def _month_of(text: str, language: str | None) -> int | None:
    """The month of the 14th day of 2024 that a text names."""
    from dateparser.date import DateDataParser

    try:
        own = DateDataParser(languages=[language], settings=_ASKED) if language else None
    except ValueError:  # a language that it does not have
        own = None
    for parser in (own, DateDataParser(settings=_ASKED)):
        found = parser.get_date_data(text).date_obj if parser else None
        if found and (found.year, found.day) == (2024, 14):
            return int(found.month)
    return None


@lru_cache(maxsize=1)
def _month_names() -> frozenset[str]:
    """All words that are the name of a month, or end one, in a language of dateparser."""
    from dateparser.languages.loader import LocaleDataLoader

    names: set[str] = set()
    for locale in LocaleDataLoader().get_locales():
        for month in _ENGLISH:
            names.update(word for name in locale.info.get(month, ()) for word in name.casefold().split())
    return frozenset(names)
