"""Figures in a passage: their value in one unit, what is counted, and where they stand. Pure, one pass, linear.

Requirements. An editor asks "which figure is another one?". So a figure is read with what it is a figure of, and
"1.3m", "1,300,000", "1.3 million" and "1.3 millones" are one value. What looks like a figure and is none must not be
one: years, ordinals, names ("Flight 370"), versions ("3.11.4"), telephone numbers, "no one knows". Where it cannot be
told, nothing is read: a change that is none costs more trust than one that is missed.

**What is counted** is the noun behind the number ("12 Russian soldiers": soldier), and the fate that the clause tells
("12 people were killed", "killing 12", "the toll rose to 12": killed).

**Libraries.** Tried, on twelve sentences with figures of all kinds: quantulum3 .10 (MIT; 24 MB, 3.9 s for the first
sentence, 4.6 ms for each one; this takes .2) reads "-12 C" as coulombs, "6,5 Prozent" as two numbers, "1.300.000" as
1.3, and the day and year of a date as counts; text2num 3.1 and number-parser .3 (MIT, BSD) replace words only, and so
"the second man" becomes "the 2 man", "no one" "no 1", "three dozen" "3 dozen"; ms-recognizers-text 1.0 (MIT) does not
import as published. None says what is counted.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from . import words as w
from .figure import Figure, FigureKind, Open
from .numbers import (
    DASHES,
    Number,
    Tokens,
    groups_of_thousands,
    is_identifier,
    joined,
    number_at,
    ranging,
    rounded,
    run_of_digits,
)

_AHEAD = 5
"""Words behind a number among which a noun is looked for; two more for a fate."""
_BEHIND = 6
"""Words before a number among which a fate is looked for."""
_BEHIND_RISE = 25
"""The same behind "rose to"."""
_WINDOW = 10
"""Words on either side that are a figure's context."""
BESIDE = "other "
"""What the noun of "12 other people" begins with: those are not the people of whom a figure was before."""
_KEPT_CHARACTERS = 1_500
"""Of a passage whose figures are kept: 8,192 of them take some 20 MB at most."""
_YEARS = frozenset(range(1500, 2101))


def figures(passage: str) -> tuple[Figure, ...]:
    """The figures of a passage, in order. Those of short ones are kept: a paragraph is asked about again and again."""
    return _kept(passage) if len(passage) <= _KEPT_CHARACTERS else tuple(_Reader(Tokens(passage)).read())


@lru_cache(maxsize=8_192)
def _kept(passage: str) -> tuple[Figure, ...]:
    return tuple(_Reader(Tokens(passage)).read())


class _Reader:
    """One passage as it is read."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.low = tokens.low
        self.found: list[Figure] = []

    def read(self) -> list[Figure]:
        behind = 0
        for at in self.tokens.starts():
            if at >= behind:
                behind = self._date(at) or self._figure(at) or at + 1
        return self.found

    # Days

    def _date(self, at: int) -> int | None:
        token = self.tokens[at]
        if token.is_capital and token.low in w.WEEKDAYS:
            return self._add(self._plain(w.WEEKDAYS[token.low], at, at + 1), FigureKind.DATE, "weekday", at + 1)
        day, month, end = None, None, at
        if token.is_capital and token.low in w.MONTHS:
            month = w.MONTHS[token.low]
            day, end = self._day(at + 1 + (self.low(at + 1) == "."))
        elif token.is_number:
            day, end = self._day(at)
            month, end = self._month(end + (self.low(end) in ("of", "de", ".")))
        if month is None or day is None:
            return self._in_figures(at) if token.is_number else None
        year = end + (self.low(end) == ",")
        if self.low(year).isdecimal() and len(self.low(year)) == 4:
            end = year + 1
        return self._add(self._plain(100 * month + day, at, end), FigureKind.DATE, "day", end)

    def _plain(self, value: float, first: int, end: int) -> Number:
        return Number(value, value, first, end)

    def _day(self, at: int) -> tuple[int | None, int]:
        text = self.low(at)
        if not text.isdecimal() or len(text) > 2 or not 1 <= int(text) <= 31:
            return None, at
        return int(text), at + 1 + (self.low(at + 1) in ("st", "nd", "rd", "th") and self.tokens.touches(at + 1))

    def _month(self, at: int) -> tuple[int | None, int]:
        token = self.tokens[at]
        known = w.MONTHS.get(token.low) if token.is_capital else w.MONTHS_ELSEWHERE.get(token.low)
        return (known, at + 1) if known else (w.MONTHS_ELSEWHERE.get(token.low), at + 1)

    def _in_figures(self, at: int) -> int | None:
        """Where "2011-05-19", "19/05/2011" or "555-0134" ends, of which nothing is read; None where none begins."""
        end, parts = at, [self.low(at)]
        while (self.low(end + 1) in DASHES or self.low(end + 1) == "/") and all(
            map(self.tokens.touches, (end + 1, end + 2))
        ):
            if not self.low(end + 2).isdecimal():
                break
            end += 2
            parts.append(self.low(end))
        number = len(parts) == 2 and min(map(len, parts)) >= 3 and sum(map(len, parts)) >= 7
        slashed = len(parts) == 2 and self.low(at + 1) == "/"
        return end + 1 if len(parts) > 2 or number or slashed else None

    # Numbers

    def _figure(self, at: int) -> int | None:
        if (end := run_of_digits(self.tokens, at)) > at:
            grouped = groups_of_thousands(self.tokens, at, end)
            return self._known(grouped) if grouped else end
        number = number_at(self.tokens, at)
        if number is None:
            return None
        both = None if number.vague else joined(self.tokens, number)
        if both and self.low(number.next) == "to" and self._is_from(number.first):
            return self._moved(*both)
        number = ranging(self.tokens, *both) if both else number
        return self._known(number) if self._is_quantity(number) else number.next

    def _is_from(self, first: int) -> bool:
        return self.low(first - 1 - (self.low(first - 1) in w.CURRENCIES)) == "from"

    def _moved(self, before: Number, now: Number) -> int:
        """Add what was and what is, as in "from 10 to 15 people": both are of what the second one is."""
        count, end = len(self.found), self._known(now)
        if len(self.found) > count:
            start, stop = self._span(before.first, before.next)
            was = replace(
                self.found[-1], low=rounded(before.low), high=rounded(before.high), start=start, end=stop, former=True
            )
            self.found.insert(-1, was)
        return end

    def _is_quantity(self, number: Number) -> bool:
        """Whether a number is one of something, and neither an ordinal, nor a name, a ratio or a fraction."""
        before, after = self.low(number.first - 1), self.low(number.next)
        if is_identifier(number.literal) if number.literal else False:
            return False
        if self.tokens.touches(number.next) and self.tokens[number.next].is_word and not self._is_unit(after):
            return False
        if number.literal and (self._is_glued(number.first) or self._runs_on(number.next)):
            return False
        if before in w.LABELS or (before == "." and self.low(number.first - 2) in ("no", "nos", "vol")):
            return False
        if self.low(self.tokens.after_dash(number.next)) in w.FRACTIONS or after == "block":
            return False
        return not self._is_ratio(number)

    def _is_glued(self, first: int) -> bool:
        """Whether a number is a part of what stands right before it: "MH370", "#5", "Covid-19"."""
        if not self.tokens.touches(first):
            return False
        before = self.low(first - 1)
        return before not in w.OPENING if before not in DASHES else self.tokens.touches(first - 1)

    def _runs_on(self, next: int) -> bool:
        """Whether a sign that closes nothing stands right behind a number."""
        sign = self.tokens[next]
        return self.tokens.touches(next) and not (sign.is_word or sign.low in w.CLOSING or sign.low in DASHES)

    def _is_ratio(self, number: Number) -> bool:
        """Whether it is one of "one in four" or "nine out of ten"."""
        after = number.next + (self.low(number.next) == "out")
        before = number.first - 1
        return (
            self.low(after) in ("in", "of") and after + 1 < len(self.tokens) and self.tokens.is_numeral(after + 1)
        ) or (self.low(before) in ("in", "of") and self.tokens.is_numeral(before - 1 - (self.low(before - 1) == "out")))

    def _is_unit(self, word: str) -> bool:
        known = any(word in some for some in (w.MEASURES, w.DURATIONS, w.CURRENCIES))
        return known or word in ("am", "pm", "c", "f", "m") or not word.isascii()

    def _known(self, number: Number) -> int:
        """Add what a number is of; the place behind it."""
        for of in (self._time, self._money, self._share, self._temperature, self._age, self._measure, self._score):
            if end := of(number):
                return end
        return self._count(number)

    # What a number is of

    def _time(self, number: Number) -> int | None:
        at, minutes = number.next, number.low * 60
        clock = self.low(at) == ":" and self.tokens.touches(at) and len(self.low(at + 1)) == 2
        if clock and self.low(at + 1).isdecimal() and number.low < 24:
            at, minutes = at + 2, minutes + int(self.low(at + 1))
            if self.low(at) == ":":  # of a race
                return at + 2
        half = self.low(at)
        if half in ("am", "pm") or (half in ("a", "p") and (self.low(at + 1), self.low(at + 2)) == (".", "m")):
            minutes = minutes % 720 + (720 if half[0] == "p" else 0)
            at += 1 if len(half) == 2 else 3 + (self.low(at + 3) == ".")
        return self._add(number, FigureKind.TIME, "min", at, values=(minutes, minutes)) if at > number.next else None

    def _money(self, number: Number) -> int | None:
        first = number.first - 1
        sign = self.low(first)
        if sign in w.CURRENCIES and (not sign.isalpha() or sign in w.CODES):
            unit = w.CURRENCIES[sign]
            if sign == "$" and self.low(first - 1) in w.DOLLARS and self.tokens.touches(first):
                unit, first = w.DOLLARS[self.low(first - 1)], first - 1
            return self._add(number, FigureKind.MONEY, unit, number.next, first=first)
        nation = self.low(number.next) in w.NATIONS
        word = self.low(number.next + nation)
        end = number.next + nation + 1
        if word == "pounds" and (number.scaled or self.low(end) == "sterling"):
            return self._add(number, FigureKind.MONEY, "GBP", end)
        if word not in w.CURRENCIES or (word == "won" and not number.scaled):
            return None
        unit = w.NATIONS.get(self.low(number.next)) or w.CURRENCIES[word] or w.stem(word)
        return self._add(number, FigureKind.MONEY, unit, end)

    def _share(self, number: Number) -> int | None:
        at = self.tokens.after_dash(number.next)
        word, after = self.low(at), self.low(at + 1)
        if word in ("%", "٪") or word in w.PERCENT:
            return self._add(number, FigureKind.SHARE, "%", at + 1)
        if (word, after) == ("per", "cent"):
            return self._add(number, FigureKind.SHARE, "%", at + 2)
        if word in ("percentage", "basis") and after in ("point", "points"):
            return self._add(number, FigureKind.SHARE, f"{word} points", at + 2)
        return None

    def _temperature(self, number: Number) -> int | None:
        at = number.next
        degrees = self.low(at) in w.DEGREES
        scale = self.low(at + degrees)
        named = scale in w.TEMPERATURES and (degrees or len(scale) > 1 or self.tokens[at].is_capital)
        if not degrees and not named:
            return None
        end = at + degrees + named
        below = self.low(end) == "below" and self.low(end + 1) in ("zero", "freezing")
        minus = self.low(number.first - 1) in ("-", "\u2212", "minus")
        low, high = sorted((-number.low, -number.high) if below or minus else (number.low, number.high))
        if named and scale[0] == "f":
            low, high = round((low - 32) / 1.8, 1), round((high - 32) / 1.8, 1)
        unit = "°C" if named else "°"
        end += 2 * below
        return self._add(number, FigureKind.MEASURE, unit, end, first=number.first - minus, values=(low, high))

    def _age(self, number: Number) -> int | None:
        at = self.tokens.after_dash(number.next)
        months = 1.0 if self.low(at) in ("month", "months") else 12.0
        old = next((n for n in (at + 1, at + 2) if self.low(n) == "old"), None)
        values = number.low * months, number.high * months
        if old is not None and self.low(at) in ("year", "years", "month", "months"):
            return self._add(number, FigureKind.AGE, "months", old + 1, values=values)
        before = self.low(number.first - 1)
        apposed = before == "," and self.low(number.next) == "," and self._is_name(number.first - 2)
        if before in ("aged", "age") or (apposed and number.literal.isdecimal() and number.low < 120):
            return self._add(number, FigureKind.AGE, "months", number.next, values=values)
        return None

    def _measure(self, number: Number) -> int | None:
        at, kind = self.tokens.after_dash(number.next), FigureKind.MEASURE
        power = {"square": 2, "cubic": 3}.get(self.low(at), 1)
        end = at + (power > 1) + 1
        word = self.low(end - 1)
        unit, factor = w.MEASURES.get(word, ("", 0.0))
        if not unit and power == 1 and word in w.DURATIONS and word != "second":
            (unit, factor), kind = w.DURATIONS[word], FigureKind.DURATION
        if not unit and power == 1 and word == "m" and number.literal and not number.scaled:
            unit, factor = "m", 1.0
        if not unit and self.low(number.first - 1) == "magnitude":
            unit, factor, end = "magnitude", 1.0, number.next
        if not unit:
            return None
        if power > 1:
            unit, factor = f"{self.low(at)} {unit}", factor**power
        elif unit == "m" and self.low(end) in ("per", "/", "an") and self.low(end + 1) in w.SPEEDS:
            unit, factor, end = "km/h", factor * w.SPEEDS[self.low(end + 1)], end + 2
        return self._add(number, kind, unit, end, values=(number.low * factor, number.high * factor))

    def _score(self, number: Number) -> int | None:
        if not number.dashed or (number.low < number.high and self._noun(number.next)):
            return None
        if number.low in _YEARS and len(number.literal) == 4:  # the season 2011-12
            return number.next
        return self._add(number, FigureKind.SCORE, "", number.next)

    def _count(self, number: Number) -> int:
        noun, fate = self._noun(number.next), self._fate(number)
        if (number.literal or self._is_counting_word(number, noun, fate)) and not self._is_name_or_year(
            number, noun, fate
        ):
            self._add(number, FigureKind.COUNT, "", number.next, counted=noun, fate=fate)
        return number.next

    def _is_counting_word(self, number: Number, noun: str, fate: str) -> bool:
        """Whether "no", "no one" and "one" are figures: where a fate says of what; and "one" with a noun."""
        word, before = self.low(number.first), self.low(number.first - 1)
        if word in ("no", "nobody"):
            of = self.low(number.next)
            return bool(fate) and (
                word == "nobody" or number.next > number.first + 1 or w.stem(of) in w.PEOPLE or of in w.FATES
            )
        if word != "one" or number.next > number.first + 1:
            return True
        if before in w.DETERMINERS or self.low(number.next) in ("of", "another", "day", "side", "hand", "thing"):
            return False
        return bool(fate or noun)

    def _is_name_or_year(self, number: Number, noun: str, fate: str) -> bool:
        before = self.low(number.first - 1)
        plain = number.literal.isdecimal() and not number.scaled
        year = plain and len(number.literal) == 4 and {int(number.low), int(number.high)} <= _YEARS
        if year and (not noun or before in w.BEFORE_YEARS or number.low != number.high):
            return True
        starts = number.first < 2 or self.low(number.first - 2) in (".", "!", "?", ":", "in", "on", "at", "near")
        return plain and not fate and self._is_name(number.first - 1) and not (starts and noun)

    def _is_name(self, at: int) -> bool:
        token = self.tokens[at]
        return token.is_capital and not any(token.low in some for some in (w.MONTHS, w.WEEKDAYS, w.FUNCTION, w.AROUND))

    def _noun(self, at: int) -> str:
        """What is counted: the first plural or word for people; else the first word that may be a noun.

        "Other people" are not the people of whom a figure was before.
        """
        first = beside = ""
        for n in range(at, at + _AHEAD):
            token = self.tokens[n]
            if token.low in DASHES or token.low in w.SKIPPED:
                continue
            if token.low in w.BESIDE:
                beside = BESIDE
                continue
            if not token.is_word or token.low in w.FUNCTION or token.low in w.NUMBERS or token.low in w.FATES:
                break
            if "\u3040" <= token.text[0] <= "\uffdc":
                return token.text[0]
            if w.stem(token.low) in w.PEOPLE or w.is_plural(token.low):
                return beside + w.stem(token.low)
            first = first or token.low
        return beside + ("" if first.endswith(("ed", "ing")) else first)

    def _fate(self, number: Number) -> str:
        """What the clause says became of those who are counted: behind the number first, then before it.

        Nothing of "27 of the 251 hostages are dead": it is not said of the 251.
        """
        if self._is_part(number.first):
            return ""
        behind = self._clause(range(number.next, number.next + _AHEAD + 2), w.CLAUSE_ENDS)
        rose = any(self.low(n) in w.RISES for n in range(number.first - 4, number.first))
        reach, ends = (_BEHIND_RISE, w.SENTENCE_ENDS) if rose else (_BEHIND, w.CLAUSE_ENDS)
        before = self._clause(range(number.first - 1, number.first - 1 - reach, -1), ends)
        return next((w.FATES[word] for word in chain(behind, before) if word in w.FATES), "")

    def _is_part(self, first: int) -> bool:
        """Whether another number and "of" stand before a number."""
        return any(self.low(n) == "of" and self.tokens.is_numeral(n - 1) for n in range(first - 3, first))

    def _clause(self, places: range, ends: AbstractSet[str]) -> Iterator[str]:
        """Words in one direction, up to another number or one of these."""
        for n in places:
            word = self.low(n)
            if word in ends or self.tokens.is_numeral(n):
                return
            yield word

    # Figures

    def _span(self, first: int, end: int) -> tuple[int, int]:
        return self.tokens[first].start, self.tokens[end - 1].end

    def _add(
        self, number: Number, kind: FigureKind, unit: str, end: int, *, first: int | None = None,
        values: tuple[float, float] | None = None, counted: str = "", fate: str = "",
    ) -> int:  # fmt: skip
        start = number.first if first is None else first
        low, high = map(rounded, values or (number.low, number.high))
        former = self._is_from(number.first) and (self.low(start - 2) in ("up", "down") or self._moves_on(end))
        self.found.append(
            Figure(
                kind, low, high, unit, counted, fate, *self._span(start, end), self._open(start - 1), number.scaled,
                former or self._was_said(start),
                self._year(end),
                frozenset((*self._around(range(start - 1, -1, -1)), *self._around(range(end, len(self.tokens))))),
            )
        )  # fmt: skip
        return end

    def _was_said(self, start: int) -> bool:
        """Whether the clause tells what was said before: "had put the figure at 1.3 million"."""
        for n in range(start - 1, start - 2 - _BEHIND, -1):
            if self.low(n) in w.CLAUSE_ENDS or self.tokens.is_numeral(n):
                return False
            if self.low(n) in w.BEFORE_NOW or (self.low(n) == "had" and self.low(n + 1) in w.STATED):
                return True
        return False

    def _year(self, end: int) -> int | None:
        """The year that the words behind a figure name, up to the next number or the end of the clause."""
        for n in range(end, end + _AHEAD):
            if self.low(n) in w.BEFORE_YEARS and self.low(n + 1).isdecimal() and len(self.low(n + 1)) == 4:
                return int(self.low(n + 1))
            if self.low(n) in w.CLAUSE_ENDS or self.tokens.is_numeral(n):
                return None
        return None

    def _moves_on(self, end: int) -> bool:
        """Whether "to" and a number follow, right behind or after a word: "from 52 per cent to 58"."""
        return any(
            self.low(n) == "to" and self.tokens.is_numeral(n + 1 + (self.low(n + 1) in w.CURRENCIES))
            for n in (end, end + 1)
        )

    def _open(self, at: int) -> Open:
        """How the words up to a place leave the number behind them open."""
        word, than = self.low(at), self.low(at - 1) if self.low(at) == "than" else ""
        if word in w.OVER or than == "more":
            return Open.OVER
        if word in w.UNDER or than in ("less", "fewer"):
            return Open.UNDER
        return Open.AROUND if word in w.AROUND else Open.NO

    def _around(self, places: range) -> list[str]:
        """The nearest words of the sentence in one direction, as they are compared."""
        found: list[str] = []
        for n in places[: 2 * _WINDOW]:
            token = self.tokens[n]
            if token.low in (".", "!", "?", ";") and not (token.low == "." and len(self.low(n - 1)) < 3):
                break
            if token.is_word and token.low not in w.FUNCTION:
                found.append(w.stem(token.low))
        return found[:_WINDOW]
