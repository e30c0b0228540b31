"""Numbers in a passage: digits with their separators, words, scales. What a number is of, `reading` says.

**Separators.** "1,300,000.50" and "1.300.000,50" say by themselves which is which. Of one separator before three
digits, "1,300" is one thousand three hundred; so is "1.300" where people or things are counted, which are whole, but
"1.375 billion" and "1.375 per cent" have decimals. "1 300" with a plain space is not read: it may be two numbers.
"""

import math
import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from . import words as w

_NUMBER = r"\d++(?:[.,'\u2019\u066b\u066c\u00a0\u202f]\d++)*+"
_WORD = r"[^\W\d_]++(?:['\u2019][^\W\d_]++)*+"
_TOKEN = re.compile(rf"(?P<number>{_NUMBER})|(?P<word>{_WORD})|[^\s\w]|_")
"""Every repetition is possessive: linear."""
DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
_DIGITS_MOST = 15
"""A longer number is an identifier."""


class Token(NamedTuple):
    """A number in digits, a word, or a sign."""

    text: str
    low: str
    start: int
    end: int
    is_number: bool
    is_word: bool

    @property
    def is_capital(self) -> bool:
        """Whether it is a word with a capital."""
        return self.is_word and self.text[0].isupper()


_STARTS = frozenset("+ a an half no nobody".split()).union(w.NUMBERS, w.VAGUE, w.MONTHS, w.WEEKDAYS)
_NOTHING = Token("", "", -1, -2, False, False)


class Tokens:
    """The tokens of a passage. A place outside of it has a token that is nothing."""

    def __init__(self, passage: str) -> None:
        self._all = [
            Token(m[0], m[0].lower(), m.start(), m.end(), m.lastgroup == "number", m.lastgroup == "word")
            for m in _TOKEN.finditer(passage)
        ]

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, at: int) -> Token:
        return self._all[at] if 0 <= at < len(self._all) else _NOTHING

    def low(self, at: int) -> str:
        """A token in small letters."""
        return self[at].low

    def touches(self, at: int) -> bool:
        """Whether a token stands right behind the one before it."""
        return self[at].start == self[at - 1].end

    def after_dash(self, at: int) -> int:
        """The place itself, or the next one where a dash stands there."""
        return at + (self.low(at) in DASHES)

    def starts(self) -> list[int]:
        """Places at which a number or a date may begin."""
        return [n for n, token in enumerate(self._all) if token.is_number or token.low in _STARTS]

    def is_numeral(self, at: int) -> bool:
        """Whether there are digits, or a number in words."""
        return self[at].is_number or self.low(at) in w.NUMBERS


@dataclass(frozen=True, slots=True)
class Number:
    """A number, before it is known what it is of: tokens `first` up to `next`."""

    low: float
    high: float
    first: int
    next: int
    literal: str = ""
    """Its digits; "" where it is written in words."""
    scaled: bool = False
    vague: bool = False
    """A word such as "dozens"."""
    dashed: bool = False
    """Two numbers with a dash between."""


def number_at(tokens: Tokens, at: int) -> Number | None:
    """The number that begins at a token, with its scale; None where none does."""
    token = tokens[at]
    if token.is_number:
        return _scaled(tokens, _literal(tokens, at))
    found = _in_words(tokens, at) if token.is_word else None
    return found if found is None or found.vague else _scaled(tokens, found)


def joined(tokens: Tokens, number: Number) -> tuple[Number, Number] | None:
    """A number and the one that it is joined to ("10 to 15", "2-1"), in one scale; None where it stands alone."""
    between, at = tokens.low(number.next), number.next + 1
    if between in DASHES:
        if not (tokens.touches(number.next) or not tokens.touches(at)):  # "fell to 3 -2": no range
            return None
    elif between not in ("to", "or") and (between, tokens.low(number.first - 1)) != ("and", "between"):
        return None
    at += tokens.low(at) in w.CURRENCIES and not tokens[at].is_word
    other = number_at(tokens, at) if tokens.is_numeral(at) else None
    if other is None:
        return None
    if other.scaled and not number.scaled and other.literal:  # "1.3 to 2.1 million"
        low = number.low * other.low / (_value(other.literal, decimals=True) or 1.0)
        number = replace(number, low=low, high=low, scaled=True)
    return number, other


def ranging(tokens: Tokens, number: Number, other: Number) -> Number:
    """Two joined numbers as one, from the first to the second."""
    dashed = tokens.low(number.next) in DASHES
    return replace(number, high=other.high, next=other.next, scaled=other.scaled, dashed=dashed)


def run_of_digits(tokens: Tokens, at: int) -> int:
    """Where several numbers in digits with nothing between them end, or a telephone number; `at` for a single one."""
    end = at + (tokens.low(at) == "+")
    start = end
    while tokens[end].is_number and (end == start or not tokens[end - 1].is_word):
        end += 1
        if tokens.low(end) in DASHES and tokens.touches(end) and tokens.touches(end + 1) and start != at:
            end += 1
    return end if end > start + 1 or (start > at and end > start) else at


def groups_of_thousands(tokens: Tokens, at: int, end: int) -> Number | None:
    """A run of digits as one number: "1 300 000"; None where it may be several."""
    parts = [tokens[n].text for n in range(at, end)]
    if len(parts) < 3 or not all(part.isdecimal() and len(part) == 3 for part in parts[1:]) or len(parts[0]) > 3:
        return None
    value = float("".join(parts))
    return Number(value, value, at, end, "".join(parts))


def is_identifier(literal: str) -> bool:
    """Whether digits are those of a version or another name: "3.11.4", fifteen digits and more."""
    return len(literal) > _DIGITS_MOST or math.isnan(_value(literal, decimals=False))


def rounded(value: float) -> float:
    """Without what binary fractions add: 1.3 million is 1,300,000."""
    return float(f"{value:.12g}")


def _literal(tokens: Tokens, at: int) -> Number:
    text = tokens[at].text
    value = _value(text, decimals=_may_have_decimals(tokens, at))
    return Number(value, value, at, at + 1, literal=text)


def _may_have_decimals(tokens: Tokens, at: int) -> bool:
    """Whether a number is of what has decimals: there is a scale, a unit or a share behind it, or money before it."""
    after = tokens.low(at + 1)
    known = any(after in some for some in (w.SCALES, w.MEASURES, w.PERCENT, ("%", "°", "per", "degrees")))
    return known or tokens.low(at - 1) in w.CURRENCIES


def _in_words(tokens: Tokens, at: int) -> Number | None:
    word = tokens.low(at)
    if word in w.VAGUE:
        return _vague(tokens, at)
    if word in ("a", "an", "half"):
        return _article(tokens, at)
    if word in ("no", "nobody"):
        return Number(0.0, 0.0, at, at + 1 + ((word, tokens.low(at + 1)) == ("no", "one")))
    if word not in w.NUMBERS:
        return None
    value, end = float(w.NUMBERS[word]), at + 1
    ones = tokens.after_dash(end)
    if value >= 20 and 0 < w.NUMBERS.get(tokens.low(ones), 0) < 10:
        value, end = value + w.NUMBERS[tokens.low(ones)], ones + 1
    return Number(value, value, at, end)


def _vague(tokens: Tokens, at: int) -> Number | None:
    if tokens.low(at) == "miles" and tokens.low(at + 1) != "de":  # Spanish thousands, not English miles
        return None
    low, high = w.VAGUE[tokens.low(at)]
    end = at + 1
    while tokens.low(end) in ("of", "de") and tokens.low(end + 1) in w.VAGUE:  # hundreds of thousands
        scale = w.VAGUE[tokens.low(end + 1)][0] / 2
        low, high, end = low * scale, high * scale, end + 2
    return Number(low, high, at, end, vague=True)


def _article(tokens: Tokens, at: int) -> Number | None:
    """A dozen, a million, half a million; nothing else that begins with an article."""
    value, after = 1.0, at + 1
    if tokens.low(at) == "half":
        value, after = 0.5, after + (tokens.low(after) in DASHES or tokens.low(after) in ("a", "an"))
    word = tokens.low(after)
    return Number(value, value, at, after) if len(word) > 4 and word in w.SCALES else None


def _scaled(tokens: Tokens, number: Number) -> Number:
    """With the scales behind it: "two hundred thousand", "three dozen", "1.3m"."""
    while (found := _scale(tokens, number)) is not None:
        scale, at = found
        number = replace(
            number, low=number.low * scale, high=number.high * scale, next=at, scaled=number.scaled or scale >= 1e3
        )
        if not number.literal and scale in (1e2, 1e3):
            number = _with_rest(tokens, number, scale)
    return number


def _with_rest(tokens: Tokens, number: Number, scale: float) -> Number:
    """With what stands behind a hundred or a thousand: "one hundred and fifty"."""
    rest = number.next + (tokens.low(number.next) == "and")
    more = _in_words(tokens, rest) if tokens.low(rest) in w.NUMBERS else None
    if more is None or more.low >= scale:
        return number
    return replace(number, low=number.low + more.low, high=number.high + more.low, next=more.next)


def _scale(tokens: Tokens, number: Number) -> tuple[float, int] | None:
    at = number.next
    if tokens.low(at)[:1] in w.HAN_SCALES and tokens.touches(at):
        return w.HAN_SCALES[tokens.low(at)[0]], at + 1
    if tokens.low(at) in w.SHORT_SCALES and tokens.touches(at):
        return (w.SHORT_SCALES[tokens.low(at)], at + 1) if _is_short_scale(tokens, number) else None
    at = tokens.after_dash(at)
    word = tokens.low(at)
    return (w.SCALES[word], at + 1) if word in w.SCALES and (at == number.next or len(word) > 4) else None


def _is_short_scale(tokens: Tokens, number: Number) -> bool:
    """Whether an m, k or b behind a number is a scale: there is money before it, or a plural behind it."""
    if tokens.low(number.first - 1) in w.CURRENCIES:
        return True
    after = tokens[number.next + 1]
    return after.is_word and after.low not in w.FUNCTION and w.is_plural(after.low)


def _value(text: str, *, decimals: bool) -> float:
    """A number in digits; NaN for a list or a version. `decimals`: a point before three digits may be a decimal one."""
    plain = re.sub("['\u2019\u066c\u00a0\u202f]", "", text).replace("\u066b", ".")
    points, commas = plain.count("."), plain.count(",")
    last = max(plain.rfind("."), plain.rfind(","))
    if points and commas:
        whole, fraction = plain[:last], plain[last + 1 :]
        separator = "," if plain[last] == "." else "."
        good = _grouped(whole, separator) and plain.count(plain[last]) == 1
        return float(f"{whole.replace(separator, '')}.{fraction}") if good else math.nan
    if commas + points > 1:
        return float(plain.replace(plain[last], "")) if _grouped(plain, plain[last]) else math.nan
    if commas and not _grouped(plain, ","):
        return float(plain.replace(",", "."))
    if commas or (points and not decimals and _grouped(plain, ".")):
        return float(plain.replace(plain[last], ""))
    return float(plain)


def _grouped(text: str, separator: str) -> bool:
    first, *groups = text.split(separator)
    return all(len(group) == 3 for group in groups) and 1 <= len(first) <= 3 and first != "0"
