"""A figure as it stands in a passage: a plain record."""

from dataclasses import dataclass
from enum import StrEnum


class Open(StrEnum):
    """In which direction a figure is left open."""

    NO = ""
    AROUND = "around"
    OVER = "over"
    UNDER = "under"


class FigureKind(StrEnum):
    """What a figure is of. Figures of two kinds are never compared."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    """Per cent, and percentage points."""
    MEASURE = "measure"
    DURATION = "duration"
    AGE = "age"
    DATE = "date"
    TIME = "time"
    SCORE = "score"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a passage."""

    kind: FigureKind
    low: float
    """In `unit`: the value, or the lower end of a range or of a word such as "dozens". Of a date month * 100 + day, of
    a weekday that of `datetime.date`, of a time minutes, of a score the first number."""
    high: float
    unit: str
    """"" of counts; "USD", "%", "m", "kg", "°C", "s"...; of dates "day" (of a month) or "weekday"."""
    counted: str
    """The noun behind it, without its plural's ending; "" where none was found."""
    fate: str
    """"killed", "injured"...: what became of those who are counted, or ""."""
    start: int
    end: int
    """Of the figure with its sign, scale and unit; without the noun."""
    open: Open
    """"About", "more than", "nearly"... before it. "At least" and "up to" leave nothing open: of a toll that has risen
    from "at least 12" to "at least 14" just that is the news."""
    scaled: bool
    """Written with a scale ("1.3 million"): it may stand for a number that rounds to it."""
    former: bool
    """What has been before: 10 in "rose from 10 to 15"."""
    year: int | None
    """The year that is named behind it: "1.2 million people in 1979"."""
    context: frozenset[str]
    """The words of the sentence around it that are no function words."""

    def of(self, passage: str) -> str:
        """As it is written."""
        return passage[self.start : self.end]

    @property
    def is_whole(self) -> bool:
        """Whether it is one value, and neither a range nor a word such as "dozens"."""
        return self.low == self.high

    @property
    def thing(self) -> str:
        """What it is a figure of, in words: "people killed", "house", "killed", or ""."""
        return " ".join(filter(None, (self.counted, self.fate)))
