"""Articles that arrive, or are removed: which threads they are assigned to, and what becomes of those they leave.

A new article's story is chosen first, by the score that the offline job uses; then an event inside that story; and the
story's saga. What editors decided about the article, and which stories are closed to it, comes before any score.

Articles that arrive together choose one after the other (`assign`), the later ones among the earlier; what is around
them is linked again, described and written once, for all of them (`finalise`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from corpus import Assignment, Level
from embeddings.search import Query
from embeddings.threads import (
    CUTS,
    Choice,
    ThreadShapes,
    around,
    choose_thread,
    new_thread_id,
    newcomer_links,
    newcomer_scores,
    relink,
)
from embeddings.types import Floats, Ids

from ..archive.view import Change, Compared, View
from .assigning import Scores, TakenIds, apply_assignments, bound_rows, constraints_on
from .describing import ThreadsAfter, redescribe
from .naming import name_part


@dataclass(frozen=True, slots=True)
class Candidates:
    """The stored articles that a new one was compared with, and how near they are."""

    rows: Ids
    """(N,)"""
    scores: Floats
    """(N,), from `newcomer_scores`."""
    day: float
    """The new article's: days since 1970-01-01, UTC; NaN where undated."""
    links: Mapping[int, float]
    """Row -> similarity, of its links in the neighbour graph."""

    @classmethod
    def of(cls, view: View, compared: Compared, query: Query, words: int) -> Self:
        """The candidates of an article with this many words in its terms."""
        rows, similarities = compared.rows, compared.similarities
        scores = newcomer_scores(view.collection, rows, similarities, query.day, words, query.passages)
        return cls(rows, scores, query.day, newcomer_links(view.collection, rows, similarities))

    def choose(self, view: View, level: Level, thread_of: Mapping[int, str]) -> Choice:
        """The best of these threads of a level (row -> thread)."""
        shapes = ThreadShapes(view.collection, view.levels[level].members)
        return choose_thread(self.rows, self.scores, self.day, thread_of, shapes, CUTS[level])


@dataclass(frozen=True, slots=True)
class Choices:
    """The threads that a new article belongs to; None at a level: a new thread."""

    event: Choice
    story: Choice
    saga: Choice

    def at(self, level: Level) -> Choice:
        """The choice of a level."""
        return {Level.EVENT: self.event, Level.STORY: self.story, Level.SAGA: self.saga}[level]


_NO_CHOICE = Choice(None, 0.0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new article that is assigned to threads in memory, and not yet on disk."""

    row: int
    choices: Choices
    emptied: Mapping[Level, str]
    """Level -> thread in which its older version was the only article."""


def choose_threads(view: View, id: str, candidates: Candidates, copied: int | None) -> Choices:
    """Choose an article's threads; changes nothing.

    Args:
        view: without the article.
        id: the article's.
        candidates: what it is compared with.
        copied: row of an article that it is a copy of: they are together, unless an editor decided otherwise.
    """
    bound, barred = _decided(view, id)
    near = {row: view.thread_of[row] for row in candidates.rows.tolist()}
    open_ = {row: story for row, story in near.items() if (story == bound if bound else story not in barred)}
    story = candidates.choose(view, Level.STORY, open_)
    copy_of = view.thread_of[copied] if copied is not None else None
    if copy_of is not None and copy_of not in barred and bound in (None, copy_of):
        story = Choice(copy_of, 1.0)
    elif bound:
        story = Choice(bound, story.score)
    if story.thread is None or story.thread not in view.members:
        sagas = {row: view.levels[Level.SAGA].thread_of[row] for row in near}
        return Choices(_NO_CHOICE, story, candidates.choose(view, Level.SAGA, sagas))
    events = {row: view.levels[Level.EVENT].thread_of[row] for row, of in near.items() if of == story.thread}
    event = candidates.choose(view, Level.EVENT, events)
    if copied is not None and copy_of == story.thread:
        event = Choice(view.levels[Level.EVENT].thread_of[copied], 1.0)
    member = next(iter(view.members[story.thread]))
    return Choices(event, story, Choice(view.levels[Level.SAGA].thread_of[member], story.score))


def assign(change: Change, row: int, choices: Choices) -> None:
    """Assign a new article, which was admitted already, to its threads: in memory only, until `finalise`."""
    id = change.id_of(row)
    ids = {level: choices.at(level).thread or new_thread_id(id, TakenIds(change, level), level) for level in Level}
    change.assign(row, Assignment(*(ids[level] for level in Level)))


def finalise(change: Change, arrivals: Sequence[Arrival], *, again: Collection[int] = ()) -> None:
    """Link what is around new articles again, and store which threads everything is in.

    Args:
        change: what it is part of.
        arrivals: were assigned by `assign`.
        again: rows of other articles whose links have changed; their stories are linked again too.
    """
    assignments, scores = _relinked(change, arrivals, again)
    for arrival in arrivals:
        change.assign(arrival.row, None)
    ended = {arrival.row: arrival.emptied for arrival in arrivals}
    apply_assignments(change, assignments, cause=None, scores=scores, ended=ended)


def _relinked(view: View, arrivals: Sequence[Arrival], again: Collection[int]) -> tuple[dict[int, Assignment], Scores]:
    """Assignments of the articles around new ones, themselves included, and memberships of those that change."""
    own: dict[int, Mapping[Level, float]] = {
        arrival.row: {
            level: choice.score for level in Level if (choice := arrival.choices.at(level)).thread is not None
        }
        for arrival in arrivals
    }
    rows: set[int] = set()
    for row in {*own, *again} - view.collection.neighbours.suppressed:
        rows.update(around(view.collection, row, view.thread_of, view.members))
    bound = constraints_on(view, rows | own.keys())
    found = relink(view.collection, rows, view.thread_of, bound)
    return name_part(view, found, bound, own.keys()), own | dict(found.scores)


def unassign(change: Change, row: int) -> tuple[dict[Level, str], list[int]]:
    """Take an article, which was removed from the store already, out of memory.

    Returns:
        The threads that end by it; and what `Change.expel` returns.
    """
    assignment = change.assignment(row)
    changed = change.expel(row)
    redescribe(change, ThreadsAfter(change), [(level, assignment.at(level)) for level in Level])
    ended = {level: id for level in Level if (id := assignment.at(level)) not in change.levels[level].members}
    return ended, changed


def _decided(view: View, id: str) -> tuple[str | None, set[str]]:
    """The story that an article has to be in, by what was decided, if any; and those that it must not be in."""
    rules = view.memory.rules
    number = rules.of.get(id)
    closed = {group.thread for other, group in enumerate(rules.groups) if group.closed and other != number}
    barred = {thread for thread in closed if thread}
    if number is None:
        return None, barred
    group, rows = rules.groups[number], bound_rows(view)
    if group.thread:
        return group.thread, barred
    for other in group.members:
        if other != id and other in rows:
            return view.thread_of[rows[other]], barred
    for a, b in rules.apart:
        if number in (a, b):
            apart = rules.groups[b if number == a else a]
            barred |= {view.thread_of[rows[one]] for one in apart.members if one in rows}
    return None, barred
