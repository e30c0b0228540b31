"""What is in files, before hours of encoding: formats, fields, shares of dated articles, languages, notices, skips."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath

from ..fields.names import plain_name
from ..fields.records import Unread
from ..hashing import body_hash
from .base import ParsedArticle, Reading, Skipped

_EXAMPLES = 3
_VARIES = re.compile(r"\b[a-z]-[0-9a-f]{12,16}\b|'[^']*'|\"[^\"]*\"|[0-9][0-9,.]*")
_BODIES_MAX = 2_000_000
"""Bodies that are told apart, 8 bytes each; of more articles, notices among the first ones are found."""


@dataclass
class Survey:
    """Counts over what was read; filled by `add`."""

    articles: int = 0
    skipped: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    """Name of a reader -> articles."""
    have: Counter[str] = field(default_factory=Counter)
    """`title`, `date`, `url`, `source`, `author`, `section`, `language` -> articles that have it."""
    languages: Counter[str] = field(default_factory=Counter)
    read_as: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(what a field is, its name in the records) -> articles."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why something was skipped, less what differs from one to the other -> times."""
    notes: Counter[str] = field(default_factory=Counter)
    examples: list[ParsedArticle] = field(default_factory=list)
    """The first, and later ones of other formats or files."""
    unread: Counter[Unread] = field(default_factory=Counter)
    """Field that was not read -> articles in which it has a value."""
    _places: set[tuple[str, str]] = field(default_factory=set)
    _bodies: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Hash of a body -> (hash of its first headline, number of articles with another one)."""

    def add(self, reading: Reading) -> None:
        """Count what was read."""
        if isinstance(reading, Skipped):
            self.skipped += 1
            self.reasons[alike(reading.reason)] += 1
            return
        article = reading.article
        self.articles += 1
        self.formats[reading.format] += 1
        self.languages[article.language or "not known"] += 1
        has = {"title": article.title, "date": article.published, "url": article.url, "source": article.source,
               "author": article.author, "section": article.section, "language": article.language}  # fmt: skip
        self.have.update(name for name, value in has.items() if value)
        self.read_as.update(reading.used.items())
        self.unread.update(reading.unread)
        self.notes.update({alike(note) for note in reading.notes})
        self._example(reading)
        self._body(article.text, article.title)

    def notices(self) -> int:
        """Articles whose whole body comes under three headlines or more."""
        return sum(others + 1 for _, others in self._bodies.values() if others >= 2)

    def _example(self, reading: ParsedArticle) -> None:
        place = reading.format, PurePath(reading.location.path).suffix
        if len(self.examples) < _EXAMPLES and place not in self._places:
            self._places.add(place)
            self.examples.append(reading)

    def _body(self, text: str, title: str) -> None:
        body, headline = hash(body_hash(text)), hash(plain_name(title))
        first, others = self._bodies.get(body, (headline, 0))
        if body in self._bodies or len(self._bodies) < _BODIES_MAX:
            self._bodies[body] = first, others + (first != headline)


def alike(reason: str) -> str:
    """A reason without what differs between two of its kind: quoted values and numbers."""
    return _VARIES.sub("…", reason)[:160]
