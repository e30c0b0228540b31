"""What Clew says about threads: their levels, who is where, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from .article import Published


class Level(StrEnum):
    """How wide a thread is; the finest first. Every article is in exactly one thread of each."""

    EVENT = "event"
    """Reports of one thing that happened."""
    STORY = "story"
    """One developing story: the level that "thread" means where none is named."""
    SAGA = "saga"
    """A long-running story of stories: the trial years after the crime."""

    @property
    def prefix(self) -> str:
        """What the ids of its threads begin with."""
        return _PREFIXES[self]

    @property
    def wider(self) -> "Level | None":
        """The level of its threads' parents."""
        return _WIDER[self]


_PREFIXES = {Level.EVENT: "e-", Level.STORY: "t-", Level.SAGA: "s-"}
_WIDER = {Level.EVENT: Level.STORY, Level.STORY: Level.SAGA, Level.SAGA: None}


class Assignment(NamedTuple):
    """Which threads an article is in, by their ids."""

    event: str
    story: str
    saga: str

    def at(self, level: Level) -> str:
        """The one of a level."""
        return {Level.EVENT: self.event, Level.STORY: self.story, Level.SAGA: self.saga}[level]


@dataclass(frozen=True, slots=True)
class Thread:
    """A set of articles of one level, described by its representative."""

    id: str
    headline: str
    """The representative's, or the one that an editor gave."""
    terms: tuple[str, ...]
    """Key terms, the most telling first."""
    representative: str
    """Id of the article that is nearest to all others (the medoid)."""
    first_seen: Published | None
    """Of its earliest dated article; None where none is dated."""
    last_seen: Published | None
    articles: int
    sources: tuple[str, ...]
    """Publishers, the most frequent first."""
    level: Level = Level.STORY
    parent: str | None = None
    """Id of the thread one level up that it is a part of; None for a saga."""


class LineageEvent(StrEnum):
    """What a line of the lineage says of a thread."""

    BORN = "born"
    CONTINUED = "continued"
    """A run or a decision changed who is in it."""
    MERGED_INTO = "merged_into"
    """It is gone; articles of it are in the other thread now."""
    SPLIT_FROM = "split_from"
    """It is new, and has articles of the other thread."""
    RETIRED = "retired"
    """It is gone, with all of its articles."""


@dataclass(frozen=True, slots=True)
class LineageLine:
    """One thing that became of a thread."""

    sequence: int
    """Of the change log's line about the same."""
    at: datetime
    cause: str | None
    """Id of the run or the decision that did it; None for an article that came or went."""
    level: Level
    fate: LineageEvent
    thread: str
    other: str | None
    """The heir of `merged_into`, the origin of `split_from`."""
