"""Articles come, or one goes: which threads they are put into, and what becomes of those that it leaves.

Its story first, by the score that the offline job uses; then an event inside that story; and the story's saga. What
editors decided about the article, and which stories are closed to it, comes before any score.

Articles that come together choose one after the other (`assign`), the later ones among the earlier; what is around
them is linked anew, told and written once, for all of them (`finalise`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus import Assignment, Level
from corpus.store import Transaction
from embeddings.threads import CUTS, Choice, Shapes, around, choose_thread, new_thread_id, relink
from embeddings.types import Floats, Ids

from ..archive.archive import Archive
from .assigning import Scores, TakenIds, apply_assignments, bound_rows, constraints_on
from .describing import redescribe
from .naming import renamed_here


@dataclass(frozen=True, slots=True)
class Candidates:
    """An article's candidates, and how near they are."""

    rows: Ids
    """(N,)"""
    scores: Floats
    """(N,), from `newcomer_scores`."""
    day: float

    def choose(self, archive: Archive, level: Level, thread_of: Mapping[int, str]) -> Choice:
        """The best of these threads of a level (row -> thread)."""
        shapes = Shapes(archive.collection, archive.levels[level].members)
        return choose_thread(self.rows, self.scores, self.day, thread_of, shapes, CUTS[level])


@dataclass(frozen=True, slots=True)
class Choices:
    """Where a new article belongs; None at a level: in a new thread."""

    event: Choice
    story: Choice
    saga: Choice

    def at(self, level: Level) -> Choice:
        """The choice of a level."""
        return {Level.EVENT: self.event, Level.STORY: self.story, Level.SAGA: self.saga}[level]


_NOWHERE = Choice(None, 0.0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new article that has taken its seat: it is in memory, and in threads there."""

    row: int
    home: Choices
    emptied: Mapping[Level, str]
    """Level -> thread that its older version was alone in."""


def choose_threads(archive: Archive, tx: Transaction, id: str, nearest: Candidates, copied: int | None) -> Choices:
    """Choose an article's threads; changes nothing.

    Args:
        archive: without the article.
        tx: a transaction of it.
        id: the article's.
        nearest: what it is compared with.
        copied: row of an article that it is a copy of: they are together, unless an editor decided otherwise.
    """
    bound, barred = _decided(archive, tx, id)
    near = {row: archive.thread_of[row] for row in nearest.rows.tolist() if row in archive.thread_of}
    open_ = {row: story for row, story in near.items() if (story == bound if bound else story not in barred)}
    story = nearest.choose(archive, Level.STORY, open_)
    copy_of = archive.thread_of.get(copied) if copied is not None else None
    if copy_of is not None and copy_of not in barred and bound in (None, copy_of):
        story = Choice(copy_of, 1.0)
    elif bound:
        story = Choice(bound, story.score)
    if story.thread is None or story.thread not in archive.members:
        sagas = {row: archive.levels[Level.SAGA].thread_of[row] for row in near}
        return Choices(_NOWHERE, story, nearest.choose(archive, Level.SAGA, sagas))
    events = {row: archive.levels[Level.EVENT].thread_of[row] for row, of in near.items() if of == story.thread}
    event = nearest.choose(archive, Level.EVENT, events)
    if copied is not None and copy_of == story.thread:
        event = Choice(archive.levels[Level.EVENT].thread_of[copied], 1.0)
    anyone = next(iter(archive.members[story.thread]))
    return Choices(event, story, Choice(archive.levels[Level.SAGA].thread_of[anyone], story.score))


def assign(archive: Archive, tx: Transaction, row: int, home: Choices) -> None:
    """Put a new article, which is in the collection already, into its threads, in memory and until it settles in."""
    id = archive.collection.member(row).id
    names = {level: home.at(level).thread or new_thread_id(id, TakenIds(archive, tx, level), level) for level in Level}
    archive.move(row, Assignment(*(names[level] for level in Level)))


def finalise(archive: Archive, tx: Transaction, arrivals: Sequence[Arrival]) -> None:
    """Link what is around new articles anew, and write down who is in which thread.

    Args:
        archive: is changed.
        tx: the transaction that it is changed in.
        arrivals: have their seats.
    """
    places, scores = _around(archive, tx, arrivals)
    for arrival in arrivals:
        archive.move(arrival.row, None)
    left = {arrival.row: arrival.emptied for arrival in arrivals}
    apply_assignments(archive, tx, places, cause=None, scores=scores, left=left)


def _around(archive: Archive, tx: Transaction, arrivals: Sequence[Arrival]) -> tuple[dict[int, Assignment], Scores]:
    """Places of the articles around some, themselves among them, and how firmly those are in them that move."""
    own: dict[int, Mapping[Level, float]] = {
        arrival.row: {level: choice.score for level in Level if (choice := arrival.home.at(level)).thread is not None}
        for arrival in arrivals
    }
    with archive.collection.lock.reading():
        rows: set[int] = set()
        for row in own.keys() - archive.collection.neighbours.suppressed:
            rows.update(around(archive.collection, row, archive.thread_of, archive.members))
        bound = constraints_on(archive, tx, rows | own.keys())
        found = relink(archive.collection, rows, archive.thread_of, bound)
    return renamed_here(archive, tx, found, bound, own.keys()), own | dict(found.scores)


def unassign(archive: Archive, tx: Transaction, row: int) -> dict[Level, str]:
    """Take an article, which is removed from the store already, out of memory; returns the threads that ended so."""
    place = archive.place(row)
    archive.expel(row)
    redescribe(archive, tx, [(level, place.at(level)) for level in Level])
    return {level: name for level in Level if (name := place.at(level)) not in archive.levels[level].members}


def _decided(archive: Archive, tx: Transaction, id: str) -> tuple[str | None, set[str]]:
    """The story that an article has to be in, by what was decided, if any; and those that it must not be in."""
    rules = archive.rules
    number = rules.of.get(id)
    closed = {group.thread for other, group in enumerate(rules.groups) if group.closed and other != number}
    barred = {name for name in closed if name}
    if number is None:
        return None, barred
    group, rows = rules.groups[number], bound_rows(archive, tx)
    if group.thread:
        return group.thread, barred
    for other in group.members:
        if other != id and other in rows:
            return archive.thread_of[rows[other]], barred
    for a, b in rules.apart:
        if number in (a, b):
            foe = rules.groups[b if number == a else a]
            barred |= {archive.thread_of[rows[one]] for one in foe.members if one in rows}
    return None, barred
