"""What a clustering changes against the published one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from corpus import Assignment, Level
from corpus.store import Transaction
from embeddings.threads import lineage_events
from embeddings.threads.describe import headline

from ..archive.archive import Archive

LARGEST = 10
"""Changes that are told one by one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How the threads of one level change."""

    threads: int
    """As there would be."""
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


@dataclass(frozen=True, slots=True)
class Difference:
    """A clustering against the published one."""

    articles: int
    levels: Mapping[Level, Counts]
    largest: tuple[Flow, ...]
    """Of the stories, those of the most articles first."""

    @property
    def empty(self) -> bool:
        """Whether no article changes its place at any level."""
        return not any(counts.moved for counts in self.levels.values())

    @property
    def summary(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "articles": self.articles,
            "levels": {level.value: asdict(counts) for level, counts in self.levels.items()},
            "largest": [asdict(flow) for flow in self.largest],
        }


def difference(archive: Archive, tx: Transaction, places: Mapping[int, Assignment]) -> Difference:
    """What these places of all articles change against the present ones."""
    return Difference(
        len(places),
        {level: _counts(archive, level, places) for level in Level},
        tuple(_largest(archive, tx, places)),
    )


def _counts(archive: Archive, level: Level, places: Mapping[int, Assignment]) -> Counts:
    before = {row: archive.levels[level].thread_of[row] for row in places}
    after = {row: place.at(level) for row, place in places.items()}
    lines = lineage_events(level, before, after, growth=False)
    ended = {(line.fate, line.thread) for line in lines}
    kinds = Counter(fate.value for fate, _ in ended)
    moved = sum(1 for row, thread in after.items() if before[row] != thread)
    return Counts(
        len(set(after.values())), moved, kinds["born"], kinds["merged_into"], kinds["split_from"], kinds["retired"]
    )


def _largest(archive: Archive, tx: Transaction, places: Mapping[int, Assignment]) -> list[Flow]:
    flows = Counter(
        (archive.thread_of[row], place.story) for row, place in places.items() if archive.thread_of[row] != place.story
    )
    best = sorted(flows.items(), key=lambda pair: (-pair[1], pair[0]))[:LARGEST]
    names = {name for pair, _ in best for name in pair}
    headlines = tx.threads.headlines(names)
    headlines |= _faces(archive, tx, places, names - headlines.keys())
    living = {place.story for place in places.values()}
    return [
        Flow(
            "merged" if source not in living else "split" if target not in archive.members else "moved",
            articles, source, headlines.get(source, ""), target, headlines.get(target, ""),
        )
        for (source, target), articles in best
    ]  # fmt: skip


def _faces(archive: Archive, tx: Transaction, places: Mapping[int, Assignment], names: set[str]) -> dict[str, str]:
    """Headlines of the first articles of stories that are not there yet."""
    first: dict[str, int] = {}
    for row in sorted(places):
        if places[row].story in names:
            first.setdefault(places[row].story, row)
    stored = tx.articles.of_rows(list(first.values()))
    return {name: headline(stored[row].article) for name, row in first.items()}
