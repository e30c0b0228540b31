"""What the store hands out and takes in, beyond `Article`, `Verdict` and `Thread`: plain facts with row numbers.

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


@dataclass(frozen=True, slots=True)
class Entry:
    """An article with everything that is computed from it, ready to be stored whole."""

    article: Article
    paragraphs: Sequence[Paragraph]
    canonical_url: str | None
    content_hash: str
    body_hash: str
    title_hash: str | None
    terms: Terms
    signature: bytes
    vectors: Mapping[str, bytes]
    """Hash of a paragraph or title -> vector, float32 little endian; those already stored may be left out."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as it stands in the store."""

    row: int
    article: Article
    added_at: datetime
    updated_at: datetime
    given: str | None = None
    """The id under which its present text came, where that is another one."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article that another one has replaced."""

    article: Article
    """Its id is that of the article."""
    number: int
    """1, 2, 3..., the oldest first."""
    given: str | None
    """The id under which it came, where that is another one."""
    stored_at: datetime
    replaced_at: datetime


class ParagraphKey(NamedTuple):
    """A paragraph without its text."""

    id: int
    """Never used twice in a store: what an index knows the paragraph by."""
    hash: str
    length: int
    """Characters."""


@dataclass(frozen=True, slots=True)
class Profile:
    """All that ranking, threads and duplicates need to know of an article; its text stays on disk."""

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
    """Those that are encoded, in the order of the text."""
    section: str | None = None
    author: str | None = None


class Event(StrEnum):
    """What a line of the change log says."""

    ARTICLE_ADDED = "article_added"
    ARTICLE_UPDATED = "article_updated"
    ARTICLE_DELETED = "article_deleted"
    THREAD_ASSIGNED = "thread_assigned"
    """An article that was there before is in another story now."""
    THREAD_BORN = "thread_born"
    THREAD_CHANGED = "thread_changed"
    """A run or a decision changed who is in it."""
    THREAD_MERGED = "thread_merged"
    """`thread` is gone; articles of it are in `other` now."""
    THREAD_SPLIT = "thread_split"
    """`thread` is new, with articles of `other`."""
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
    """Where a job is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One long piece of work; survives the process that runs it."""

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
    """A request that was answered before, under its idempotency key."""

    request: str
    status: int
    response: Mapping[str, Any]


class NewChange(NamedTuple):
    """A line that is to be written."""

    event: Event
    article: str | None = None
    row: int | None = None
    thread: str | None = None
    other: str | None = None


class NewLineageEvent(NamedTuple):
    """A line that is to be written."""

    level: Level
    fate: LineageEvent
    thread: str
    other: str | None = None
