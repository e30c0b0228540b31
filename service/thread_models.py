"""What the service answers about the life of threads: lineage, decisions, runs, changes."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from .models import Model, ThreadAnswer

LevelName = Literal["event", "story", "saga"]
FateName = Literal["born", "continued", "merged_into", "split_from", "retired"]
DecisionName = Literal["must_link", "cannot_link", "pin", "move", "merge", "split", "rename", "lock"]


class SummarySentence(Model):
    """A sentence of an article, as it stands there."""

    article: str = Field(description="Id of the article that says it.")
    start: int = Field(description="Characters from the beginning of its text.")
    end: int
    text: str


class DayVolume(Model):
    """How many articles a day brought."""

    day: date
    articles: int


class NearbyThread(Model):
    """Another thread of the same level that is near."""

    id: str
    headline: str
    score: float = Field(description="0 to 1; .5 where two would be one story.")


class ThreadDetail(ThreadAnswer):
    """A thread with its parts, and what it is told by."""

    children: list[str] = Field(description="Ids of the threads one level down, the latest first.")
    summary: list[SummarySentence] = Field(description="At most three sentences, in order of time.")
    trend: Literal["emerging", "active", "fading", "dormant"] | None = Field(
        description="As of the newest article of the archive; null where none of the thread is dated."
    )
    volume: list[DayVolume] = Field(description="Articles a day (UTC), without days that brought none.")
    related: list[NearbyThread] = Field(description="Near threads of the same level, nearest first.")


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
