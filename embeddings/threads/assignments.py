"""Assignments, which thread each article is in at each level: constrained by decisions, nested, named, compared.

Pure: no collection, no store. A thread that has no id yet is written as a placeholder: a line feed, and a text that
distinguishes it from others.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from corpus import Assignment, Level, LineageEvent
from corpus.records import NewLineageEvent

from .constraints import Constraints
from .reconcile import reconcile

_PLACEHOLDER = "\n"


def placeholder(text: str) -> str:
    """The placeholder of a thread that has no id yet; this text distinguishes it from others."""
    return _PLACEHOLDER + text


def constrain_stories(stories: Mapping[int, str], constraints: Constraints) -> dict[int, str]:
    """The same stories (row -> id or placeholder) with as few articles elsewhere as the constraints need.

    A group goes to the story whose id it is bound to, else to the one that most of it is in. Where groups that may not
    meet are in one story, the group that the story is bound to stays, else what no decision binds, else the largest;
    the others leave for stories of their own.
    """
    assigned = dict(stories)
    of_row = constraints.of_row
    for group in constraints.groups:
        own = [row for row in group.rows if row in stories]
        if own:
            assigned.update(dict.fromkeys(own, group.thread or _most(assigned[row] for row in own)))
    touched = {assigned[row] for row in of_row if row in assigned}
    inside: dict[str, list[int]] = defaultdict(list)
    for row, story in assigned.items():
        if story in touched:
            inside[story].append(row)
    for story, rows in inside.items():
        for number, part in enumerate(_compatible(story, rows, constraints, of_row)):
            if number:
                assigned.update(dict.fromkeys(part, placeholder(f"{story} {number}")))
    return assigned


def _compatible(
    story: str, rows: Sequence[int], constraints: Constraints, of_row: Mapping[int, int]
) -> list[list[int]]:
    """The rows of one story in parts that may each be one; the first part keeps the story's name."""
    grouped: dict[int | None, list[int]] = defaultdict(list)
    for row in sorted(rows):
        grouped[of_row.get(row)].append(row)

    def order(number: int | None) -> tuple[bool, bool, int, int]:
        bound = number is not None and constraints.groups[number].thread == story
        return not bound, number is not None, -len(grouped[number]), grouped[number][0]

    parts: list[list[int | None]] = []
    for number in sorted(grouped, key=order):
        fitting = (part for part in parts if all(_may_meet(constraints, number, other) for other in part))
        part = next(fitting, None)
        if part is None:
            parts.append([number])
        else:
            part.append(number)
    return [[row for number in part for row in grouped[number]] for part in parts]


def _may_meet(constraints: Constraints, a: int | None, b: int | None) -> bool:
    if a is not None and b is not None:
        return constraints.may_meet(a, b)
    bound = b if a is None else a
    return bound is None or not constraints.groups[bound].closed


def nest(stories: Mapping[int, str], events: Mapping[int, str], sagas: Mapping[int, str]) -> dict[int, Assignment]:
    """Assignments (with placeholders) in which each event is in one story and each story in one saga.

    An event over several stories falls apart; its largest part keeps its name. A story is in the saga of most of its
    articles.
    """
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    wider: dict[str, Counter[str]] = defaultdict(Counter)
    for row, story in stories.items():
        parts[events[row]][story] += 1
        wider[story][sagas[row]] += 1
    home = {event: _first(counts) for event, counts in parts.items()}
    saga_of = {story: _first(counts) for story, counts in wider.items()}
    return {
        row: Assignment(
            events[row] if home[events[row]] == story else placeholder(f"{events[row]} {story}"), story, saga_of[story]
        )
        for row, story in stories.items()
    }


def name_placeholders(
    assignments: Mapping[int, Assignment], order: Sequence[int], article_ids: Mapping[int, str],
    taken: Mapping[Level, Container[str]],
) -> dict[int, Assignment]:  # fmt: skip
    """Assignments with thread ids where there were placeholders.

    Args:
        assignments: row -> assignment.
        order: their rows, by date: a thread is named after its first article.
        article_ids: row -> article id.
        taken: ids that no new thread may have, besides those in `assignments`.
    """
    named: dict[Level, dict[str, str]] = {}
    for level in Level:
        clusters: dict[str, list[int]] = defaultdict(list)
        own = (assignment.at(level) for assignment in assignments.values())
        used = {name for name in own if not name.startswith(_PLACEHOLDER)}
        for row in order:
            if (name := assignments[row].at(level)).startswith(_PLACEHOLDER):
                clusters[name].append(row)
        names = reconcile(
            list(clusters.values()), {}, article_ids, level=level, taken=_Either(used, taken.get(level, ()))
        )
        named[level] = dict(zip(clusters, names, strict=True))
    return {
        row: Assignment(*(named[level].get(own.at(level), own.at(level)) for level in Level))
        for row, own in assignments.items()
    }


def lineage_events(
    level: Level, before: Mapping[int, str], after: Mapping[int, str], *, growth: bool
) -> list[NewLineageEvent]:
    """What becomes of the threads of a level: born, split, merged, retired, continued.

    Args:
        level: theirs.
        before: row -> thread, of all members of every thread that has to do with the change.
        after: the same afterwards.
        growth: whether a thread that only has other members than before is worth a line.
    """
    old, new = _members(before), _members(after)
    lines = [NewLineageEvent(level, LineageEvent.BORN, thread) for thread in sorted(new.keys() - old.keys())]
    for thread in sorted(new.keys() - old.keys()):
        origins = sorted({before[row] for row in new[thread] if row in before} & new.keys())
        lines += [NewLineageEvent(level, LineageEvent.SPLIT_FROM, thread, origin) for origin in origins]
    for thread in sorted(old.keys() - new.keys()):
        heirs = sorted({after[row] for row in old[thread] if row in after})
        lines += [NewLineageEvent(level, LineageEvent.MERGED_INTO, thread, heir) for heir in heirs]
        if not heirs:
            lines.append(NewLineageEvent(level, LineageEvent.RETIRED, thread))
    if growth:
        same = sorted(old.keys() & new.keys())
        lines += [
            NewLineageEvent(level, LineageEvent.CONTINUED, thread) for thread in same if old[thread] != new[thread]
        ]
    return lines


def _members(of: Mapping[int, str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for row, thread in of.items():
        found[thread].add(row)
    return found


def _most(names: Iterable[str]) -> str:
    return _first(Counter(names))


def _first(counts: Counter[str]) -> str:
    """The most frequent; of equals one that has a name, then the lowest."""
    return min(counts, key=lambda name: (-counts[name], name.startswith(_PLACEHOLDER), name))


class _Either:
    """What is in one of two containers."""

    def __init__(self, first: Container[str], second: Container[str]) -> None:
        self._both = (first, second)

    def __contains__(self, name: object) -> bool:
        return any(name in some for some in self._both)
