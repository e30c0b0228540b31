"""What Clew knows about one article: plain facts, no behaviour beyond what can be derived from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

_HEADLINE_CHARACTERS = 120


class Precision(StrEnum):
    """How exactly a source states when it published."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, order=True)
class Published:
    """When an article was published: the start, in UTC, of the instant, day, month or year that its source states."""

    at: datetime
    precision: Precision = Precision.INSTANT

    def __post_init__(self) -> None:
        if self.at.tzinfo is not UTC:
            raise ValueError(f"Published.at must be in UTC, not {self.at.tzinfo}")

    @property
    def date(self) -> date:
        """The day in UTC."""
        return self.at.date()

    @property
    def end(self) -> datetime:
        """The first moment after the day, month or year; of an instant itself. After the year 9999 its last moment."""
        try:
            if self.precision is Precision.INSTANT:
                return self.at
            if self.precision is Precision.DAY:
                return self.at + timedelta(days=1)
            months = 1 if self.precision is Precision.MONTH else 12
            return self.at.replace(
                year=self.at.year + (self.at.month - 1 + months) // 12, month=(self.at.month - 1 + months) % 12 + 1
            )
        except (OverflowError, ValueError):
            return datetime.max.replace(tzinfo=UTC)

    def is_before(self, other: "Published") -> bool:
        """Whether this is certainly the earlier one: a day is over before the other begins."""
        return self.end <= other.at and self.at < other.at

    def __str__(self) -> str:
        """ISO 8601, as exact as it is known: `2011-11-16T09:30:00Z`, `2011-11-16`, `2011-11` or `2011`."""
        if self.precision is Precision.INSTANT:
            return self.at.isoformat().replace("+00:00", "Z")
        length = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}[self.precision]
        return self.at.isoformat()[:length]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph as a span of its article's text."""

    position: int
    """0, 1, 2... in the order of the text."""
    start: int
    """Offset of its first character in `Article.text`."""
    end: int
    """Offset after its last character."""
    hash: str
    """`corpus.hashing.paragraph_hash` of its text."""

    def of(self, text: str) -> str:
        """The paragraph's text, cut out of the article's."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its source gave it.

    `id` is the given one, else derived from the canonical URL, else from the content. `text` is the body, to which all
    character offsets refer. What the source does not state is None (or "" for the title), never guessed.
    """

    id: str
    title: str
    text: str
    published: Published | None = None
    source: str | None = None
    author: str | None = None
    section: str | None = None
    language: str | None = None
    url: str | None = None
    kept: Mapping[str, object] = field(default_factory=dict, hash=False)
    """Further fields of its source that were asked for, by their names there: JSON."""

    @property
    def headline(self) -> str:
        """The title, or the beginning of the text where there is none."""
        if self.title:
            return self.title
        text = " ".join(self.text[: 4 * _HEADLINE_CHARACTERS].split())
        if len(text) <= _HEADLINE_CHARACTERS:
            return text
        return text[:_HEADLINE_CHARACTERS].rsplit(" ", 1)[0] + "…"
