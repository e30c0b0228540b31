"""What the service answers about the life of threads: lineage, decisions, runs, changes."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from .models import Model, ThreadAnswer

LevelName = Literal["event", "story", "saga"]
FateName = Literal["born", "continued", "merged_into", "split_from", "retired"]
DecisionName = Literal["must_link", "cannot_link", "pin", "move", "merge", "split", "rename", "lock"]


class ThreadDetail(ThreadAnswer):
    """A thread with its parts."""

    children: list[str] = Field(description="Ids of the threads one level down, the latest first.")


class LineageEntry(Model):
    """One thing that became of a thread."""

    sequence: int = Field(description="Of the change about the same.")
    at: datetime
    cause: str | None = Field(description="Id of the run or decision; null for an article that came or went.")
    level: LevelName
    fate: FateName
    thread: str
    other: str | None = Field(description="The heir of merged_into, the origin of split_from.")


class LineageAnswer(Model):
    """All that became of a thread, the oldest first."""

    id: str
    living: bool
    heirs: list[str] = Field(description="Of a thread that is gone: the living threads that have its articles.")
    lineage: list[LineageEntry]


class UndoneAnswer(Model):
    """That a decision was taken back."""

    at: datetime
    who: str
    why: str


class DecisionAnswer(Model):
    """An editor's decision."""

    id: str
    kind: DecisionName
    at: datetime
    who: str
    why: str
    articles: list[str]
    others: list[str] = Field(description="cannot_link: the other article; move, split: whom the articles were with.")
    thread: str | None
    source: str | None = Field(description="merge: the thread that ended; move: the one that was left.")
    headline: str | None
    undone: UndoneAnswer | None
    missing: list[str] = Field(description="Its articles that are not stored now: as far as they go, it is inert.")


class DecidedAnswer(Model):
    """A decision that was just made."""

    decision: DecisionAnswer
    moved: list[str] = Field(description="Ids of the articles that are in another story now.")


class DecisionPage(Model):
    """Decisions, the oldest first."""

    decisions: list[DecisionAnswer]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class LevelCounts(Model):
    """How the threads of one level change."""

    threads: int
    moved: int = Field(description="Articles that are in another thread of this level.")
    born: int
    merged: int
    split: int
    retired: int


class FlowAnswer(Model):
    """Articles that go from one story to another."""

    kind: Literal["merged", "split", "moved"]
    articles: int
    source: str
    source_headline: str
    target: str
    target_headline: str


class DifferenceAnswer(Model):
    """A clustering against the one that was published when it was computed."""

    articles: int
    levels: dict[LevelName, LevelCounts]
    largest: list[FlowAnswer] = Field(description="The ten changes of stories that move the most articles.")


class RunAnswer(Model):
    """A run of the thread job."""

    id: str
    state: Literal["proposed", "published", "rolled_back", "discarded"]
    created_at: datetime
    ended_at: datetime | None
    based_on: int = Field(description="The newest change when it was computed.")
    kept: bool = Field(description="Whether it can still be published, or rolled back in its turn.")
    difference: DifferenceAnswer


class RunPage(Model):
    """Runs, the newest first."""

    runs: list[RunAnswer]


class ChangeAnswer(Model):
    """One line of the change log."""

    sequence: int
    at: datetime
    event: str
    article: str | None
    thread: str | None
    other: str | None = Field(description="The other thread, the decision, the run: what the event tells.")


class ChangePage(Model):
    """Changes in order; sequences have no gap."""

    changes: list[ChangeAnswer]
    next: int = Field(description="What to ask for next: after=next.")
    last: int = Field(description="The newest sequence.")
