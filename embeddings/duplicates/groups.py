"""Which articles are copies of each other, by row number; and what pairs connect, in one step or in many.

**Complete link.** A copy of a copy need not be a copy: a report grows by a third, then by a third again, loses its
beginning, and what began as one flood ends as another. Connecting whatever pairs there are would chain the first to the
last (single link). So two groups become one only where every article of the one repeats every article of the other,
the likeliest pairs first (Sorensen, 1948); ties go by age, so that the order in which articles came does not matter.
"""

from collections.abc import Callable, Iterable
from typing import Any


def averaged(pairs: Iterable[tuple[int, int, float]], least: float) -> dict[int, int]:
    """Groups by likeness, more loosely than `DuplicateGroups`: row -> the smallest row of its group.

    Two groups become one where at least this share of the pairs across them is given, the likeliest pairs first.

    Args:
        pairs: (row, other row, how alike they are), each pair once.
        least: share of the pairs across two groups, 0..1; 1 is complete link, 0 single link.
    """
    likeness: dict[int, dict[int, float]] = {}
    for a, b, score in pairs:
        likeness.setdefault(a, {})[b] = likeness.setdefault(b, {})[a] = score
    groups = {row: {row} for row in likeness}
    ranked = sorted((-score, a, b) for a, others in likeness.items() for b, score in others.items() if a < b)
    for _, a, b in ranked:
        one, other = groups[a], groups[b]
        given = sum(each in likeness[row] for row in one for each in other) if one is not other else 0
        if given and given >= least * len(one) * len(other):
            one |= other
            for row in other:
                groups[row] = one
    return {row: min(group) for row, group in groups.items()}


class Connected:
    """Groups of rows that pairs connect, in however many steps; every other row is a group of its own.

    Unlike union-find it can forget: a group whose link is removed falls apart into what is still connected.
    Only one thread may change it; any number may ask meanwhile, as a group is replaced and never written to.
    """

    def __init__(self) -> None:
        self._pairs: dict[int, set[int]] = {}
        self._groups: dict[int, tuple[int, ...]] = {}

    def add(self, a: int, b: int) -> None:
        """The two belong together."""
        if a == b:
            return
        self._pairs.setdefault(a, set()).add(b)
        self._pairs.setdefault(b, set()).add(a)
        if self.leader(a) != self.leader(b):
            self._put((*self.of(a), *self.of(b)))

    def cut(self, a: int, b: int) -> None:
        """The two do not belong together by themselves any more."""
        for one, other in ((a, b), (b, a)):
            self._pairs.get(one, set()).discard(other)
        self._split(set(self.of(a)))

    def remove(self, row: int) -> None:
        """The row is gone, with its pairs; nothing happens where it is not in."""
        rest = set(self.of(row)) - {row}
        self._groups.pop(row, None)
        for other in self._pairs.pop(row, ()):
            self._pairs[other].discard(row)
        self._split(rest)

    def of(self, row: int) -> tuple[int, ...]:
        """The rows of its group, itself among them, rising."""
        return self._groups.get(row, (row,))

    def leader(self, row: int) -> int:
        """The smallest row of its group: the article that was there first."""
        return self.of(row)[0]

    def _split(self, rest: set[int]) -> None:
        while rest:
            part = self._connected(rest.pop())
            rest -= part
            if len(part) > 1:
                self._put(part)
            else:
                for alone in part:
                    self._groups.pop(alone, None)
                    self._pairs.pop(alone, None)

    def _put(self, rows: Iterable[int]) -> None:
        group = tuple(sorted(rows))
        for row in group:
            self._groups[row] = group

    def _connected(self, row: int) -> set[int]:
        seen = {row}
        waiting = [row]
        while waiting:
            new = self._pairs.get(waiting.pop(), set()) - seen
            seen |= new
            waiting.extend(new)
        return seen


class DuplicateGroups:
    """Groups of articles of which every two are copies; every other article is a group of its own.

    Only one thread may change it; any number may ask meanwhile.

    Args:
        age: of a row, by which ties are broken; the same for as long as the row is in.
        same: whether two rows are copies though no pair was added: of a text in hundreds of outlets not every two
            are compared.
    """

    def __init__(self, age: Callable[[int], Any], same: Callable[[int, int], bool] = lambda a, b: False) -> None:
        self._age, self._same = age, same
        self._scores: dict[int, dict[int, float]] = {}
        self._connected = Connected()
        self._groups: dict[int, tuple[int, ...]] = {}

    def add(self, a: int, b: int, score: float = 1.0) -> None:
        """One of the two repeats the other.

        Args:
            a: one article's row.
            b: the other's.
            score: how likely, 0..1.
        """
        if a == b:
            return
        for one, other in ((a, b), (b, a)):
            self._scores.setdefault(one, {})[other] = score
        self._connected.add(a, b)
        self._regroup(self._connected.of(a))

    def cut(self, a: int, b: int) -> None:
        """The two are no copies of each other after all; nothing happens where that pair was not added."""
        if b not in self._scores.get(a, {}):
            return
        rows = self._connected.of(a)
        del self._scores[a][b], self._scores[b][a]
        self._connected.cut(a, b)
        self._regroup(rows)

    def remove(self, row: int) -> None:
        """The row is gone, with its pairs; nothing happens where it is not in."""
        rows = self._connected.of(row)
        for other in self._scores.pop(row, {}):
            del self._scores[other][row]
        self._connected.remove(row)
        self._groups.pop(row, None)
        self._regroup(other for other in rows if other != row)

    def of(self, row: int) -> tuple[int, ...]:
        """The rows of its group, itself among them, rising."""
        return self._groups.get(row, (row,))

    def leader(self, row: int) -> int:
        """The smallest row of its group: the article that was there first."""
        return self.of(row)[0]

    def related(self, row: int) -> tuple[int, ...]:
        """All that is connected with it in any number of steps, rising: its group may become any part of that."""
        return self._connected.of(row)

    def turned(self, a: int, b: int) -> dict[int, int]:
        """Row -> its leader then, of the rows whose group would have another one if this pair were turned round.

        That is, added where it is not, taken out where it is. Nothing is changed.
        """
        rows = {*self.related(a), *self.related(b)}
        other = DuplicateGroups(self._age, self._same)
        scores = {row: dict(self._scores.get(row, {})) for row in rows}
        joined = b in scores[a]
        for one, two in ((a, b), (b, a)):
            if joined:
                del scores[one][two]
            else:
                scores[one][two] = 1.0
        other._scores = scores
        other._regroup(rows)
        return {row: leader for row in rows if (leader := other.leader(row)) != self.leader(row)}

    def all(self) -> set[tuple[int, ...]]:
        """The groups of two and more."""
        return set(self._groups.values())

    def _regroup(self, rows: Iterable[int]) -> None:
        """Group some rows again; what they are connected with is among them."""
        own = list(rows)
        groups = {row: {row} for row in own}
        for _, a, b in self._ranked(own):
            one, other = groups[a], groups[b]
            if one is not other and all(self._copies(row, each) for row in one for each in other):
                one |= other
                for row in other:
                    groups[row] = one
        for row in own:
            if len(groups[row]) > 1:
                self._groups[row] = tuple(sorted(groups[row]))
            else:
                self._groups.pop(row, None)

    def _copies(self, a: int, b: int) -> bool:
        return b in self._scores[a] or self._same(a, b)

    def _ranked(self, rows: list[int]) -> list[tuple[tuple[Any, ...], int, int]]:
        age = {row: (self._age(row), row) for row in rows}
        pairs = [
            (row, other, score)
            for row in rows
            for other, score in self._scores.get(row, {}).items()
            if age[row] < age[other]
        ]
        return sorted((((-score, age[a], age[b]), a, b) for a, b, score in pairs))
