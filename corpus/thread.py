"""Threads: their levels, the assignment of articles to them, and their lineage."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from .article import Published


class Level(StrEnum):
    """How wide a thread is, the finest level first. Every article is in exactly one thread of each level."""

    EVENT = "event"
    """Reports of one thing that happened."""
    STORY = "story"
    """One developing story: the level meant by "thread" where no level is named."""
    SAGA = "saga"
    """A long-running story of stories: the trial years after the crime."""

    @property
    def prefix(self) -> str:
        """Prefix of its threads' ids."""
        return _PREFIXES[self]

    @property
    def wider(self) -> "Level | None":
        """The level of its threads' parents; None for the widest."""
        return _WIDER[self]


_PREFIXES = {Level.EVENT: "e-", Level.STORY: "t-", Level.SAGA: "s-"}
_WIDER = {Level.EVENT: Level.STORY, Level.STORY: Level.SAGA, Level.SAGA: None}


class Assignment(NamedTuple):
    """The threads an article is assigned to: one id for each level."""

    event: str
    story: str
    saga: str

    def at(self, level: Level) -> str:
        """Id of the thread of a level."""
        return {Level.EVENT: self.event, Level.STORY: self.story, Level.SAGA: self.saga}[level]


@dataclass(frozen=True, slots=True)
class Thread:
    """A set of articles at one level, described by its representative."""

    id: str
    headline: str
    """The representative's, or the one an editor chose."""
    terms: tuple[str, ...]
    """Key terms, the most characteristic first."""
    representative: str
    """Id of the medoid: the article nearest to all others."""
    first_seen: Published | None
    """Date of its earliest dated article; None where no article is dated."""
    last_seen: Published | None
    articles: int
    sources: tuple[str, ...]
    """Publishers, the most frequent first."""
    level: Level = Level.STORY
    parent: str | None = None
    """Id of the thread one level up that contains it; None for a saga."""
    name: str = ""
    """A few words that fit most of its articles, or the headline that an editor chose; it stays."""
    named_at: int = 0
    """How many articles it had when its name was last made or found to be good; 0 where it has none."""


class LineageEvent(StrEnum):
    """What happened to a thread."""

    BORN = "born"
    CONTINUED = "continued"
    """A run or a decision changed its members."""
    MERGED_INTO = "merged_into"
    """It no longer exists; some of its articles are in the other thread now."""
    SPLIT_FROM = "split_from"
    """It is new, and has articles from the other thread."""
    RETIRED = "retired"
    """It no longer exists, and neither do its articles."""


@dataclass(frozen=True, slots=True)
class LineageLine:
    """One lineage event of a thread, as stored."""

    sequence: int
    """Sequence of the same event in the change log."""
    at: datetime
    cause: str | None
    """Id of the run or decision behind it; None where an article was added or deleted."""
    level: Level
    event: LineageEvent
    thread: str
    other: str | None
    """The thread merged into, or split from."""
