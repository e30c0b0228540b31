"""What the service answers about threads: descriptions, reasons, lineage, decisions, runs, the change log."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from corpus import DecisionKind, Kind, Level, LineageEvent, Precision, RunState
from corpus.records import Event
from embeddings.figures import FigureKind
from embeddings.threads.describe import Trend

from ..compare.models import ChangedFigure
from ..models import Brief, Model, Span

Likeness = Literal["identical", "copied", "rephrased", "related"]
"""Of two paragraphs."""
Effect = Literal["holds", "keeps_out"]
"""Of a decision on where an article is."""


class ThreadAnswer(Model):
    """A thread."""

    id: str
    level: Level
    parent: str | None = Field(description="Id of the thread one level up that it is a part of; null for a saga.")
    name: str = Field(
        description="A few words that fit most of its articles; it stays while it fits, and is what an editor chose."
    )
    headline: str = Field(description="The representative's, or the one that an editor chose.")
    terms: list[str]
    representative: str = Field(description="Id of the article that is nearest to the others.")
    first_seen: datetime | None
    first_seen_precision: Precision | None
    last_seen: datetime | None
    last_seen_precision: Precision | None
    articles: int
    sources: list[str]


class ThreadPage(Model):
    """Threads, the latest first."""

    threads: list[ThreadAnswer]
    total: int
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class Member(Brief):
    """An article in a thread."""

    score: float | None = Field(description="Same-story probability with which it was assigned to the thread.")
    novelty: float | None = Field(
        description="What it adds to the articles of the thread before it: 0 (all known) to 1 (all new). Of the 200"
        " before it the 24 nearest count."
    )


class MemberPage(Model):
    """Articles of a thread in order of time, undated ones first."""

    articles: list[Member]
    next: str | None


class SummarySentence(Model):
    """A sentence of an article, as it is in the text."""

    article: str = Field(description="Id of the article that it is from.")
    start: int = Field(description="Characters from the beginning of its text.")
    end: int
    text: str


class DayVolume(Model):
    """How many articles were published on a day."""

    day: date
    articles: int


class ToldFigure(Model):
    """A value of a figure, and the first article of the thread that tells it."""

    text: str = Field(description="As it is written there.")
    low: float = Field(description="In `unit`; the lower end of a range or of a word such as dozens.")
    high: float
    article: Brief
    start: int = Field(description="Characters from the beginning of its text.")
    end: int
    articles: int = Field(description="How many articles in a row tell it.")


class FigureOverTime(Model):
    """A figure of a thread that has changed."""

    of: str = Field(description="What it is of: a noun, what became of those counted, or both; empty where unknown.")
    kind: FigureKind
    unit: str = Field(description="Empty for counts.")
    values: list[ToldFigure] = Field(description="In order of date.")


class NearbyThread(Model):
    """Another thread of the same level that is near."""

    id: str
    name: str
    headline: str
    score: float = Field(description="0 to 1; .5 where two would be one story.")


class UndoneAnswer(Model):
    """When a decision was undone, by whom, and why."""

    at: datetime
    who: str
    why: str


class DecisionAnswer(Model):
    """An editor's decision."""

    id: str
    kind: DecisionKind
    at: datetime
    who: str
    why: str
    articles: list[str]
    others: list[str] = Field(description="cannot_link: the other article; move, split: the articles left behind.")
    thread: str | None
    source: str | None = Field(description="merge: the thread that ended; move: the one that the articles left.")
    headline: str | None
    undone: UndoneAnswer | None
    missing: list[str] = Field(description="Its articles that are not stored now: as far as they go, it is inert.")


class ThreadDetail(ThreadAnswer):
    """A thread with its parts, summary, trend, volume, and the decisions about it."""

    children: list[str] = Field(description="Ids of the threads one level down, the latest first.")
    summary: list[SummarySentence] = Field(description="At most three sentences, in order of time.")
    trend: Trend | None = Field(
        description="As of the newest article of the archive; null where none of the thread is dated."
    )
    volume: list[DayVolume] = Field(description="Articles a day (UTC), without days that have none.")
    figures: list[FigureOverTime] = Field(
        description="Figures that changed over time, told by three dated articles or more, in their beginnings;"
        " at most five."
    )
    related: list[NearbyThread] = Field(description="Near threads of the same level, nearest first.")
    decisions: list[DecisionAnswer] = Field(
        description="Those in force that name the thread or one of its articles, the newest first."
    )


class LineageEntry(Model):
    """One lineage event of a thread."""

    sequence: int = Field(description="Of the same event in the change log.")
    at: datetime
    cause: str | None = Field(description="Id of the run or decision; null where an article was added or deleted.")
    level: Level
    event: LineageEvent
    thread: str
    other: str | None = Field(description="The thread merged into, or split from.")


class ThreadLineage(Model):
    """The lineage events of a thread, the oldest first."""

    id: str
    living: bool
    heirs: list[str] = Field(description="Of a thread that no longer exists: those that have its articles.")
    lineage: list[LineageEntry]


class Decided(Model):
    """A decision that was just made."""

    decision: DecisionAnswer
    moved: list[str] = Field(description="Ids of the articles that are in another story now.")


class DecisionPage(Model):
    """Decisions, the oldest first."""

    decisions: list[DecisionAnswer]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class ScoreParts(Model):
    """What a pair score is the sum of, but for rounding. docs/how-threads-form.md says what each means."""

    similarity: float = Field(description="Of words, names, paragraphs and leads.")
    gap: float = Field(description="0 or less: for the days between the two.")
    cohesion: float = Field(description="Less than 0: what the articles of one story have in common anyway.")
    length: float = Field(description="Less than 0 for long articles, more for briefs.")
    overlap: float = Field(description="0 or more: for having the same articles near.")
    series: float = Field(description="0 or less: different reports of one series, which their frame makes alike.")
    round_up: float = Field(description="0 or less: one of the two is a round-up of several stories.")


class ReasonPair(Model):
    """A paragraph of the article and its counterpart in a member."""

    score: float = Field(description="Cosine; 1 where the text is identical.")
    label: Likeness = Field(description="A paragraph with another figure is not said to be copied or rephrased.")
    figures: list[ChangedFigure] = Field(description="Figures of the article that are others in the member.")
    article: Span
    member: Span


class NearMember(Model):
    """Another article of the thread, and why the two are together."""

    article: Brief
    score: float = Field(description="0 to 1; .5 where the pair alone would be at the cut.")
    pair_score: float = Field(description="The sum of the parts.")
    parts: ScoreParts
    days: float | None = Field(
        description="Between the two, whole ones where not both state the hour; null where one is undated."
    )
    shared: list[str] = Field(description="Words of both, the most characteristic first; at most eight.")
    pairs: list[ReasonPair] = Field(description="The best counterparts, at most three, in the order of the article.")


class RunnerUp(Model):
    """The next best thread of the level."""

    id: str
    name: str
    headline: str
    score: float = Field(description="0 to 1, as the article's with its own thread.")
    short_of_cut: float = Field(description="How far its nearness is below the cut; negative where it is above.")


class CopyOf(Model):
    """An earlier article of the thread that this one repeats."""

    id: str
    headline: str
    kind: Kind
    score: float


class AppliedDecision(Model):
    """A decision in force that holds an article in its thread, or keeps it out of the runner-up."""

    id: str
    kind: DecisionKind
    at: datetime
    who: str
    why: str
    effect: Effect = Field(
        description="holds: the article is in this thread by it; keeps_out: it must not be in the runner-up."
    )
    articles: list[str] = Field(description="Ids of those it is held with, or kept apart from; at most ten.")


class Why(Model):
    """Why an article is in its thread."""

    thread: str
    name: str = Field(description="The thread's.")
    headline: str
    level: Level
    article: Brief
    score: float | None = Field(
        description="Membership, 0 to 1; .5 at the level's cut, null where it is alone. Over its members, of a large"
        " thread the hundred nearest."
    )
    nearness: float | None = Field(description="What the score is made of: on the scale of the cut and the parts.")
    thread_part: float | None = Field(
        description="What of the nearness is the thread's: for how alike its members are, its size, the days to it."
    )
    cut: float
    nearest: list[NearMember] = Field(description="At most five, nearest first.")
    runner_up: RunnerUp | None
    margin: float | None = Field(description="The score less the runner-up's.")
    copy_of: CopyOf | None
    decisions: list[AppliedDecision]
    forced: bool = Field(description="Whether it is there by decisions alone, against the score.")


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
    source_name: str = Field(default="", description="Empty of a thread that the clustering would only make.")
    source_headline: str
    target: str
    target_name: str = ""
    target_headline: str


class DifferenceAnswer(Model):
    """A clustering against the one that was published when it was computed."""

    articles: int
    levels: dict[Level, LevelCounts]
    largest: list[FlowAnswer] = Field(description="The ten changes of stories that move the most articles.")


class RunAnswer(Model):
    """A run of the thread job."""

    id: str
    state: RunState
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
    event: Event
    article: str | None
    thread: str | None
    other: str | None = Field(description="The other thread, the decision or the run, as the event says.")


class ChangePage(Model):
    """Changes in order; sequences have no gap."""

    changes: list[ChangeAnswer]
    next: int = Field(description="For the next request: after=next.")
    last: int = Field(description="The newest sequence.")
