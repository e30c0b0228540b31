"""The stored descriptions of threads, kept in step with the articles that they have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from corpus import Assignment, Level, Thread
from embeddings.threads.describe import describe, exemplars, needs_full_description

from ..archive.view import Change, View
from .thread_names import ThreadNames

_Rows = tuple[int, ...]
_Described = tuple[Level, str, _Rows, Thread | None]
"""A thread, its articles, and its description where that is good for them still."""
_AT_ONCE = 2_000
"""Threads whose articles are in memory at the same time."""
_NOT_DESCRIBED = Thread("", "", (), "", None, None, 0, ())


class ThreadsAfter:
    """The threads as they will be when memory has taken up a change, which it has not yet.

    Args:
        view: before the change.
        changed: row -> assignment, of the articles that change theirs.
    """

    def __init__(self, view: View, changed: Mapping[int, Assignment] = {}) -> None:
        self._view, self._changed = view, changed
        self._leaving: dict[tuple[Level, str], set[int]] = defaultdict(set)
        self._coming: dict[tuple[Level, str], set[int]] = defaultdict(set)
        for row, assignment in changed.items():
            before = view.memory.assignment(row)
            for level in Level:
                self._coming[level, assignment.at(level)].add(row)
                if before is not None:
                    self._leaving[level, before.at(level)].add(row)

    def members(self, level: Level, thread: str) -> set[int]:
        """Rows of the articles of a thread; none where it does not exist."""
        before = self._view.levels[level].members.get(thread, set())
        return (before - self._leaving.get((level, thread), set())) | self._coming.get((level, thread), set())

    def thread_of(self, row: int, level: Level) -> str:
        """Id of the thread of a level that an article is in."""
        assignment = self._changed.get(row) or self._view.assignment(row)
        return assignment.at(level)


def redescribe(
    change: Change, after: ThreadsAfter, threads: Iterable[tuple[Level, str]], *, whole: bool = False
) -> None:
    """Store descriptions of threads by the articles that they will have; threads without any are removed.

    Args:
        change: what the descriptions are part of.
        after: which articles the threads will have.
        threads: level and id of each.
        whole: headlines and key terms of large threads are computed again, and each name is looked at.
    """
    described: list[_Described] = []
    empty = []
    for level, id in sorted(set(threads)):
        if members := after.members(level, id):
            rows = tuple(sorted(members, key=lambda row: by_time(change, row)))
            described.append((level, id, rows, None if whole else _still_valid(change, id, members)))
        else:
            empty.append(id)
    described.sort(key=lambda it: it[2])  # the levels of the same articles side by side
    for start in range(0, len(described), _AT_ONCE):
        _redescribe(change, after, described[start : start + _AT_ONCE], whole=whole)
    change.tx.threads.remove(empty)


def _redescribe(change: Change, after: ThreadsAfter, described: Sequence[_Described], *, whole: bool) -> None:
    collection = change.collection
    chosen = {(rows, old is None): exemplars(collection, rows, full=old is None) for _, _, rows, old in described}
    names = ThreadNames(change.tx, collection, [id for _, id, _, old in described if old is None], whole=whole)
    needed = {row for some in chosen.values() for row in some.rows}
    for _, id, rows, old in described:
        if old is None and (representative := chosen[rows, True].representative) is not None:
            needed.update(names.reads(id, rows, representative))
    articles = {row: found.article for row, found in change.tx.articles.of_rows(needed).items()}
    known: dict[tuple[_Rows, bool], Thread] = {}
    to_save: dict[bool, list[Thread]] = {True: [], False: []}
    for level, id, rows, old in described:
        full = old is None
        if (rows, full) not in known:
            known[rows, full] = describe(collection, old or _NOT_DESCRIBED, rows, chosen[rows, full], articles)
        found = replace(known[rows, full], id=id, level=level)
        if full:
            name, named_at = names.choose(level, id, rows, articles)
            found = replace(found, name=name, named_at=named_at)
        parent = after.thread_of(rows[0], level.wider) if level.wider else None
        to_save[full].append(replace(found, parent=parent))
    for full, some in to_save.items():
        change.tx.threads.save_all(some, full=full)


def _still_valid(view: View, id: str, members: set[int]) -> Thread | None:
    """The stored description of a large thread, where its headline and key terms are good for these members too."""
    if needs_full_description(len(members)):
        return None
    found = view.tx.threads.find(id)
    if found is None or view.tx.articles.rows([found.representative]).get(found.representative) not in members:
        return None
    return found


def by_time(view: View, row: int) -> tuple[float, int]:
    """Sort key of articles: by date, undated ones first; by arrival on equal dates."""
    day = view.collection.member(row).day
    return (day if day == day else float("-inf"), row)
