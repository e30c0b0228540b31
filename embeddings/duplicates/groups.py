"""Which articles are copies of each other, by row number: whatever pairs connect."""


class DuplicateGroups:
    """Groups of rows that exact and near verdicts connect; every other row is a group of its own.

    Unlike union-find it can forget: a group whose link is removed falls apart into what is still connected.
    Only one thread may change it; any number may ask meanwhile, as a group is replaced and never written to.
    """

    def __init__(self) -> None:
        self._pairs: dict[int, set[int]] = {}
        self._groups: dict[int, tuple[int, ...]] = {}

    def add(self, a: int, b: int) -> None:
        """One of the two repeats the other."""
        if a == b:
            return
        self._pairs.setdefault(a, set()).add(b)
        self._pairs.setdefault(b, set()).add(a)
        if self.leader(a) != self.leader(b):
            self._put((*self.of(a), *self.of(b)))

    def remove(self, row: int) -> None:
        """The row is gone, with its pairs; nothing happens where it is not in."""
        rest = set(self._groups.pop(row, ())) - {row}
        for other in self._pairs.pop(row, ()):
            self._pairs[other].discard(row)
        while rest:
            part = self._connected(rest.pop())
            rest -= part
            if len(part) > 1:
                self._put(part)
            else:
                for alone in part:
                    del self._groups[alone], self._pairs[alone]

    def of(self, row: int) -> tuple[int, ...]:
        """The rows of its group, itself among them, rising."""
        return self._groups.get(row, (row,))

    def leader(self, row: int) -> int:
        """The smallest row of its group: the article that was there first."""
        return self.of(row)[0]

    def _put(self, rows: tuple[int, ...] | set[int]) -> None:
        group = tuple(sorted(rows))
        for row in group:
            self._groups[row] = group

    def _connected(self, row: int) -> set[int]:
        seen = {row}
        waiting = [row]
        while waiting:
            new = self._pairs[waiting.pop()] - seen
            seen |= new
            waiting.extend(new)
        return seen
