"""What a clustering changes against the published one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from corpus import Assignment, Level, LineageEvent
from embeddings.threads import lineage_events

from ..archive.view import View

LARGEST = 10
"""Changes that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How the threads of one level change."""

    threads: int
    """How many there would be."""
    moved: int
    """Articles that are in another one than before."""
    born: int
    merged: int
    """Threads whose articles go to others."""
    split: int
    """New threads with articles of one that goes on."""
    retired: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Articles that go from one story to another."""

    kind: str
    """merged: the first one ends; split: the other one is new; moved: both go on."""
    articles: int
    source: str
    source_headline: str
    target: str
    target_headline: str
    source_name: str = ""
    """Empty of a story that does not exist yet."""
    target_name: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A clustering against the published one."""

    articles: int
    levels: Mapping[Level, Counts]
    largest: tuple[Flow, ...]
    """Of the stories, those of the most articles first."""

    @property
    def empty(self) -> bool:
        """Whether every article stays in its threads, at every level."""
        return not any(counts.moved for counts in self.levels.values())

    @property
    def summary(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "articles": self.articles,
            "levels": {level.value: asdict(counts) for level, counts in self.levels.items()},
            "largest": [asdict(flow) for flow in self.largest],
        }


def difference(view: View, assignments: Mapping[int, Assignment]) -> Difference:
    """What these assignments of all articles change against the present ones."""
    return Difference(
        len(assignments),
        {level: _counts(view, level, assignments) for level in Level},
        tuple(_largest(view, assignments)),
    )


def _counts(view: View, level: Level, assignments: Mapping[int, Assignment]) -> Counts:
    before = {row: view.levels[level].thread_of[row] for row in assignments}
    after = {row: assignment.at(level) for row, assignment in assignments.items()}
    changed = {(line.event, line.thread) for line in lineage_events(level, before, after, growth=False)}
    threads = Counter(event for event, _ in changed)
    return Counts(
        threads=len(set(after.values())),
        moved=sum(1 for row, thread in after.items() if before[row] != thread),
        born=threads[LineageEvent.BORN],
        merged=threads[LineageEvent.MERGED_INTO],
        split=threads[LineageEvent.SPLIT_FROM],
        retired=threads[LineageEvent.RETIRED],
    )


def _largest(view: View, assignments: Mapping[int, Assignment]) -> list[Flow]:
    present = view.thread_of
    flows = Counter(
        (present[row], assignment.story) for row, assignment in assignments.items() if present[row] != assignment.story
    )
    best = sorted(flows.items(), key=lambda pair: (-pair[1], pair[0]))[:LARGEST]
    ids = {id for pair, _ in best for id in pair}
    headlines = view.tx.threads.headlines(ids)
    headlines |= _first_headlines(view, assignments, ids - headlines.keys())
    names = view.tx.threads.called(ids)
    living = {assignment.story for assignment in assignments.values()}
    return [
        Flow(
            "merged" if source not in living else "split" if target not in view.members else "moved",
            articles, source, headlines.get(source, ""), target, headlines.get(target, ""),
            names.get(source, ""), names.get(target, ""),
        )
        for (source, target), articles in best
    ]  # fmt: skip


def _first_headlines(view: View, assignments: Mapping[int, Assignment], stories: set[str]) -> dict[str, str]:
    """Headlines of the first articles of stories that do not exist yet."""
    first: dict[str, int] = {}
    for row in sorted(assignments):
        if assignments[row].story in stories:
            first.setdefault(assignments[row].story, row)
    stored = view.tx.articles.of_rows(list(first.values()))
    return {id: stored[row].article.headline for id, row in first.items()}
