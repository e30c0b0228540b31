"""What the store takes and returns beyond `Article`, `Verdict` and `Thread`: plain records with row numbers.

No SQL: `embeddings` and `service` read these without loading a database library.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from .article import Article, Paragraph, Published
from .terms import Terms
from .thread import Level, LineageEvent

__all__ = [
    "Answered",
    "Change",
    "Entry",
    "Event",
    "Job",
    "JobState",
    "NewChange",
    "NewLineageEvent",
    "ParagraphKey",
    "Profile",
    "Stored",
    "Version",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with everything computed from it, ready to be stored."""

    article: Article
    paragraphs: Sequence[Paragraph]
    canonical_url: str | None
    """`corpus.page_of` its URL."""
    content_hash: str
    body_hash: str
    title_hash: str | None
    terms: Terms
    signature: bytes
    vectors: Mapping[str, bytes]
    """Hash of a paragraph or title -> (D,) float32 vector as little-endian bytes; stored ones may be left out."""
    lines: bytes | None = None
    """The lines of its page (`embeddings.duplicates.lines`); None for not found yet."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as stored."""

    row: int
    article: Article
    added_at: datetime
    updated_at: datetime
    given: str | None = None
    """The id its present text came with, where it differs from the article's."""


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier version of an article."""

    article: Article
    """The facts of this version, under the article's id."""
    number: int
    """1, 2, 3..., the oldest first."""
    given: str | None
    """The id it came with, where it differs from the article's."""
    stored_at: datetime
    replaced_at: datetime


class ParagraphKey(NamedTuple):
    """A paragraph without its text."""

    id: int
    """Never used twice in a store: the paragraph's key in an index."""
    hash: str
    length: int
    """Characters."""


@dataclass(frozen=True, slots=True)
class Profile:
    """All that ranking, threads and duplicates need of an article; its text stays on disk."""

    row: int
    id: str
    published: Published | None
    source: str | None
    language: str | None
    body_hash: str
    title_hash: str | None
    terms: Terms
    signature: bytes
    paragraphs: tuple[ParagraphKey, ...]
    """The encoded ones, in the order of the text."""
    section: str | None = None
    author: str | None = None
    lines: bytes = b""
    """As in `Entry`."""


class Event(StrEnum):
    """What happened, in a line of the change log."""

    ARTICLE_ADDED = "article_added"
    ARTICLE_UPDATED = "article_updated"
    ARTICLE_DELETED = "article_deleted"
    THREAD_ASSIGNED = "thread_assigned"
    """An article stored before is in another story now."""
    THREAD_BORN = "thread_born"
    THREAD_CHANGED = "thread_changed"
    """A run or a decision changed its members."""
    THREAD_MERGED = "thread_merged"
    """`thread` no longer exists; some of its articles are in `other` now."""
    THREAD_SPLIT = "thread_split"
    """`thread` is new, with articles from `other`."""
    THREAD_RETIRED = "thread_retired"
    THREAD_RENAMED = "thread_renamed"
    DECIDED = "decided"
    """`other` is the decision."""
    UNDONE = "undone"
    """`other` is the decision."""
    RUN_PUBLISHED = "run_published"
    """`other` is the run."""
    RUN_ROLLED_BACK = "run_rolled_back"
    """`other` is the run."""
    DUPLICATE_LABELLED = "duplicate_labelled"
    """A person labelled the pair of `article` and the earlier `other`, or withdrew the label."""
    CANONICAL_CHOSEN = "canonical_chosen"
    """An editor chose `article` as the canonical one of its copies, or withdrew the choice."""

    @classmethod
    def _missing_(cls, value: object) -> "Event | None":
        """A value of an older version, by its present name: change logs keep what they were written with."""
        return cls.DUPLICATE_LABELLED if value == "duplicate_judged" else None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log; sequences are 1, 2, 3... without a gap."""

    sequence: int
    at: datetime
    event: Event
    article: str | None
    article_row: int | None
    thread: str | None
    other: str | None = None


class JobState(StrEnum):
    """The stage a job has reached."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A long-running piece of work; it survives the process that runs it."""

    id: str
    kind: str
    parameters: Mapping[str, Any]
    state: JobState
    attempt: int
    done: int
    total: int | None
    result: Mapping[str, Any] | None
    error: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """The stored answer to an earlier request with the same idempotency key."""

    request: str
    status: int
    response: Mapping[str, Any]


class NewChange(NamedTuple):
    """A line to be written to the change log."""

    event: Event
    article: str | None = None
    row: int | None = None
    thread: str | None = None
    other: str | None = None


class NewLineageEvent(NamedTuple):
    """A lineage event to be written."""

    level: Level
    event: LineageEvent
    thread: str
    other: str | None = None
