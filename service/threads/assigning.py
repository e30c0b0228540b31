"""The one way in which articles change their threads: constrained by decisions, nested, named, described, stored.

Memory comes last: from its first change on nobody can read, so everything that takes long is done before.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from corpus import Assignment, Level
from corpus.records import Event, NewChange
from embeddings.threads import (
    UNBOUND,
    Constraints,
    constrain_stories,
    constraints_at,
    lineage_events,
    name_placeholders,
    nest,
)

from ..archive.view import Change, View
from .describing import ThreadsAfter, redescribe

Scores = Mapping[int, Mapping[Level, float]]
"""Row -> level -> membership, 0..1."""
_Touched = Mapping[Level, set[str]]
"""Level -> ids of the threads that articles leave or join."""


@dataclass(frozen=True, slots=True)
class TakenIds:
    """Ids that no new thread of a level may have: those of living threads, and those that lead to an heir."""

    view: View
    level: Level
    unpublished: Container[str] = ()
    """Threads in memory that are not published yet: their ids are free."""

    def __contains__(self, id: object) -> bool:
        living = id in self.view.levels[self.level].members and id not in self.unpublished
        return living or bool(self.view.tx.lineage.leading([str(id)]))


def bound_rows(view: View) -> dict[str, int]:
    """Article id -> row, of the stored articles that decisions bind."""
    return view.tx.articles.rows(list(view.memory.rules.of))


def constraints(view: View) -> Constraints:
    """What editors decided, by row."""
    rules = view.memory.rules
    return constraints_at(rules, bound_rows(view), view.members) if rules.groups else UNBOUND


def constraints_on(view: View, rows: Iterable[int]) -> Constraints:
    """What editors decided about these articles and about the stories that they are in."""
    rules = view.memory.rules
    if not rules.groups:
        return UNBOUND
    own = {view.id_of(row) for row in rows}
    stories = {view.thread_of[row] for row in rows}
    numbers = {rules.of[id] for id in own if id in rules.of}
    numbers |= {number for number, group in enumerate(rules.groups) if group.thread in stories}
    ids = {id for number in numbers for id in rules.groups[number].members}
    return constraints_at(rules, view.tx.articles.rows(sorted(ids)), view.members)


def apply_constraints(
    view: View, wanted: Mapping[int, Assignment], bound: Constraints | None = None
) -> dict[int, Assignment]:
    """The wanted assignments (some to placeholders), changed as little as decisions need, nested, and named.

    Args:
        view: before the change.
        wanted: row -> assignment, of the articles that change; all others in a story that is concerned keep theirs.
        bound: the decisions that concern it; None for all.
    """
    bound = constraints(view) if bound is None else bound
    stories = {assignment.story for assignment in wanted.values()}
    for row in {*wanted, *bound.of_row} & view.thread_of.keys():
        stories.add(view.thread_of[row])
    scope = {row: view.assignment(row) for story in stories for row in view.members.get(story, ())} | dict(wanted)
    constrained = constrain_stories({row: assignment.story for row, assignment in scope.items()}, bound)
    events = {row: assignment.event for row, assignment in scope.items()}
    assignments = nest(constrained, events, {row: assignment.saga for row, assignment in scope.items()})
    ids = {row: view.id_of(row) for row in assignments}
    order = sorted(assignments, key=view.collection.by_date)
    return name_placeholders(assignments, order, ids, {level: TakenIds(view, level) for level in Level})


def apply_assignments(
    change: Change, assignments: Mapping[int, Assignment], *, cause: str | None, scores: Scores | None = None,
    whole: bool = False, ended: Mapping[int, Mapping[Level, str]] = {},
) -> list[int]:  # fmt: skip
    """Assign articles as `apply_constraints` says: on disk, with lineage and change log, then in memory.

    Args:
        change: what it is part of.
        assignments: row -> assignment.
        cause: id of the run or the decision.
        scores: memberships in the new threads.
        whole: these are all articles; everything is described and scored again, not only what changes.
        ended: row -> level -> thread that ended when the article's older version was removed.

    Returns:
        Rows of the articles that are in another story than before; those that were in none are not among them.
    """
    changed = {row: assigned for row, assigned in assignments.items() if change.memory.assignment(row) != assigned}
    former = {row: _former_threads(change, row, ended) for row in changed}
    moved = [row for row in sorted(changed) if change.thread_of.get(row, changed[row].story) != changed[row].story]
    touched = {
        level: {id for row, assigned in changed.items() for id in (assigned.at(level), former[row].get(level)) if id}
        for level in Level
    }
    after = ThreadsAfter(change, changed)
    _describe_and_store(change, assignments if whole else changed, scores or {}, touched, after, whole=whole)
    _add_lineage(change, touched, former, after, cause)
    _restore_headlines(change, touched, after)
    change.tx.changes.add_all(
        [NewChange(Event.THREAD_ASSIGNED, change.id_of(row), row, changed[row].story, cause) for row in moved]
    )
    for row, assigned in changed.items():
        change.assign(row, assigned)
    return moved


def _former_threads(view: View, row: int, ended: Mapping[int, Mapping[Level, str]]) -> Mapping[Level, str]:
    """Level -> thread that an article is in, or that ended when its older version was removed."""
    assignment = view.memory.assignment(row)
    return {level: assignment.at(level) for level in Level} if assignment else ended.get(row, {})


def _describe_and_store(
    change: Change, assignments: Mapping[int, Assignment], scores: Scores, touched: _Touched, after: ThreadsAfter, *,
    whole: bool,
) -> None:  # fmt: skip
    """Store the threads, then their members, then remove what has none: each member needs its thread."""
    every = {(level, assigned.at(level)) for assigned in assignments.values() for level in Level} if whole else set()
    changed = {(level, id) for level, ids in touched.items() for id in ids}
    living = {(level, id) for level, id in every | changed if after.members(level, id)}
    redescribe(change, after, living, whole=whole)
    change.tx.threads.assign_all(
        [
            (row, level, assigned.at(level), scores.get(row, {}).get(level))
            for row, assigned in assignments.items()
            for level in Level
            if whole or (old := change.memory.assignment(row)) is None or assigned.at(level) != old.at(level)
        ]
    )
    change.tx.threads.remove([id for _, id in changed - living])


def _add_lineage(
    change: Change, touched: _Touched, former: Mapping[int, Mapping[Level, str]], after: ThreadsAfter, cause: str | None
) -> None:
    lines = []
    for level, ids in touched.items():
        known = change.levels[level].members
        before = {row: id for id in ids for row in known.get(id, ())}
        before |= {row: own[level] for row, own in former.items() if level in own}
        now = {row: id for id in ids for row in after.members(level, id)}
        lines += lineage_events(level, before, now, growth=cause is not None)
    change.tx.lineage.add_all(lines, cause)


def _restore_headlines(change: Change, touched: _Touched, after: ThreadsAfter) -> None:
    """Give threads that exist again the headlines that editors chose for them."""
    headlines = change.memory.headlines
    for level, ids in touched.items():
        for id in sorted(ids & headlines.keys() - change.levels[level].members.keys()):
            if after.members(level, id):
                change.tx.threads.rename(id, headlines[id])
