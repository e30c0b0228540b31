"""The one way in which many articles change their threads: in line with decisions, nested, named, told.

Ingest and deletion, which are about one article, write for themselves; all else comes through here.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from corpus import Assignment, Level
from corpus.records import Event, NewChange
from corpus.store import Transaction
from embeddings.threads import (
    UNBOUND,
    Constraints,
    constrain_stories,
    constraints_at,
    lineage_events,
    name_placeholders,
    nest,
)

from ..archive.archive import Archive
from .describing import redescribe

Scores = Mapping[int, Mapping[Level, float]]
"""Row -> level -> membership, 0..1."""


@dataclass(frozen=True, slots=True)
class TakenIds:
    """Names that no new thread of a level may have: those of living threads, and those that lead to an heir."""

    archive: Archive
    tx: Transaction
    level: Level
    unknown: Container[str] = ()
    """Threads in memory that are not published yet, and whose names are free."""

    def __contains__(self, name: object) -> bool:
        living = name in self.archive.levels[self.level].members and name not in self.unknown
        return living or bool(self.tx.lineage.leading([str(name)]))


def bound_rows(archive: Archive, tx: Transaction) -> dict[str, int]:
    """Article id -> row, of the articles that decisions bind and that are stored."""
    return tx.articles.rows(list(archive.rules.of))


def constraints(archive: Archive, tx: Transaction) -> Constraints:
    """What editors decided, by row."""
    if not archive.rules.groups:
        return UNBOUND
    return constraints_at(archive.rules, bound_rows(archive, tx), archive.members)


def constraints_on(archive: Archive, tx: Transaction, rows: Iterable[int]) -> Constraints:
    """What editors decided about these articles and about the stories that they are in."""
    rules = archive.rules
    if not rules.groups:
        return UNBOUND
    own = {archive.collection.member(row).id for row in rows}
    stories = {archive.thread_of[row] for row in rows}
    numbers = {rules.of[id] for id in own if id in rules.of}
    numbers |= {number for number, group in enumerate(rules.groups) if group.thread in stories}
    ids = {id for number in numbers for id in rules.groups[number].members}
    return constraints_at(rules, tx.articles.rows(sorted(ids)), archive.members)


def apply_constraints(
    archive: Archive, tx: Transaction, wanted: Mapping[int, Assignment], bound: Constraints | None = None
) -> dict[int, Assignment]:
    """Places as they are wanted (marks among them), in line with what was decided, nested, and named.

    Args:
        archive: before the change.
        tx: a transaction of it.
        wanted: row -> place, of the articles that change; all others in a story that has to do with it keep theirs.
        bound: what was decided that has to do with it; None for all.
    """
    bound = constraints(archive, tx) if bound is None else bound
    stories = {place.story for place in wanted.values()}
    for row in {*wanted, *bound.of_row} & archive.thread_of.keys():
        stories.add(archive.thread_of[row])
    scope = {row: archive.place(row) for story in stories for row in archive.members.get(story, ())} | dict(wanted)
    settled = constrain_stories({row: place.story for row, place in scope.items()}, bound)
    events = {row: place.event for row, place in scope.items()}
    places = nest(settled, events, {row: place.saga for row, place in scope.items()})
    ids = {row: archive.collection.member(row).id for row in places}
    order = sorted(places, key=lambda row: _by_date(archive, row))
    return name_placeholders(places, order, ids, {level: TakenIds(archive, tx, level) for level in Level})


def apply_assignments(
    archive: Archive, tx: Transaction, places: Mapping[int, Assignment], *, cause: str | None,
    scores: Scores | None = None, whole: bool = False, left: Mapping[int, Mapping[Level, str]] = {},
) -> list[int]:  # fmt: skip
    """Put articles where `apply_constraints` says, on disk and in memory, with lineage and change log.

    Returns who moved.

    Args:
        archive: is changed.
        tx: the transaction that it is changed in.
        places: row -> place.
        cause: id of the run or the decision.
        scores: memberships in the new threads.
        whole: everything is described and scored anew, not only what changes.
        left: row -> level -> thread that ended when the article's older version went.

    Returns:
        Rows of the articles that are in another story than before; those that were in none are not among them.
    """
    changed = {row: place for row, place in places.items() if archive.find_place(row) != place}
    was = {row: _was(archive, row, left) for row in changed}
    moved = [row for row in sorted(changed) if archive.thread_of.get(row, changed[row].story) != changed[row].story]
    touched = {
        level: {name for row, place in changed.items() for name in (place.at(level), was[row].get(level)) if name}
        for level in Level
    }
    members = _members_to_store(archive, places if whole else changed, scores or {}, whole)
    living = {(level, name) for level in Level for name in touched[level] if name in archive.levels[level].members}
    before = {
        level: _members(archive, level, touched[level]) | {row: own[level] for row, own in was.items() if level in own}
        for level in Level
    }
    for row, place in changed.items():
        archive.move(row, place)
    after = {level: _members(archive, level, touched[level]) for level in Level}
    growth = cause is not None
    _write(archive, tx, touched, members, whole=whole)
    tx.lineage.add_all(
        [line for level in Level for line in lineage_events(level, before[level], after[level], growth=growth)], cause
    )
    _call_again(
        archive, tx, [name for level in Level for name in {*after[level].values()} if (level, name) not in living]
    )
    told = [
        NewChange(Event.THREAD_ASSIGNED, archive.collection.member(row).id, row, archive.thread_of[row], cause)
        for row in moved
    ]
    tx.changes.add_all(told)
    return moved


def _was(archive: Archive, row: int, left: Mapping[int, Mapping[Level, str]]) -> Mapping[Level, str]:
    """Level -> thread that an article was in, or that ended when its older version went."""
    place = archive.find_place(row)
    return {level: place.at(level) for level in Level} if place else left.get(row, {})


def _call_again(archive: Archive, tx: Transaction, threads: Iterable[str]) -> None:
    """Give threads that came back the headlines that editors gave them."""
    for thread in sorted(threads):
        if thread in archive.headlines:
            tx.threads.rename(thread, archive.headlines[thread])


def _write(
    archive: Archive, tx: Transaction, touched: Mapping[Level, set[str]],
    members: list[tuple[int, Level, str, float | None]], *, whole: bool,
) -> None:  # fmt: skip
    every = {(level, id) for level in Level for id in archive.levels[level].members} if whole else set()
    changed = {(level, id) for level, ids in touched.items() for id in ids}
    living = {(level, id) for level, id in every | changed if id in archive.levels[level].members}
    redescribe(archive, tx, living, whole=whole)
    tx.threads.assign_all(members)
    redescribe(archive, tx, changed - living)


def _members_to_store(
    archive: Archive, places: Mapping[int, Assignment], scores: Scores, whole: bool
) -> list[tuple[int, Level, str, float | None]]:
    """(row, level, thread, score) of what is new; with `whole`, of everything."""
    return [
        (row, level, place.at(level), scores.get(row, {}).get(level))
        for row, place in places.items()
        for level in Level
        if whole or (old := archive.find_place(row)) is None or place.at(level) != old.at(level)
    ]


def _members(archive: Archive, level: Level, threads: Iterable[str]) -> dict[int, str]:
    members = archive.levels[level].members
    return {row: thread for thread in threads for row in members.get(thread, ())}


def _by_date(archive: Archive, row: int) -> tuple[bool, float, str]:
    member = archive.collection.member(row)
    undated = member.day != member.day
    return undated, 0.0 if undated else member.day, member.id
