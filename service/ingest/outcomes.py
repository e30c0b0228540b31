"""What became of an incoming article."""

from dataclasses import dataclass
from enum import StrEnum

from corpus import ArticleExists, Assignment, Verdict

from ..errors import DuplicateRefused


class Status(StrEnum):
    """What became of an incoming article."""

    STORED = "stored"
    UPDATED = "updated"
    """The article has another version; the one before is kept."""
    UNCHANGED = "unchanged"
    """The same article is stored already."""
    SKIPPED = "skipped"
    """A copy, and the policy leaves copies out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an incoming article, and what was found on the way."""

    status: Status
    id: str
    thread: str | None = None
    """Id of its story."""
    verdicts: tuple[Verdict, ...] = ()
    paragraphs: int = 0
    notes: tuple[str, ...] = ()
    assignment: Assignment | None = None
    """All of its threads."""
    given: str | None = None
    """The id under which it came, where it is a version of the article `id`."""

    @property
    def repeats(self) -> str:
        """What a skipped copy repeats, in words."""
        first = self.verdicts[0]
        return f"repeats {first.earlier} ({first.kind}, {first.score:.2f})"


Refusal = ArticleExists | DuplicateRefused
"""Why one article of many was not stored."""
