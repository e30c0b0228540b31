"""Which thread of a level each article is in, in memory: both ways."""

from collections import defaultdict


class Membership:
    """The threads of one level and their articles. The archive's locks are the caller's."""

    def __init__(self) -> None:
        self.thread_of: dict[int, str] = {}
        """Row -> thread id."""
        self.members: dict[str, set[int]] = defaultdict(set)
        """Thread id -> rows; no thread is without."""

    def move(self, row: int, thread: str | None) -> None:
        """Put an article into a thread (None: into none), out of the one that it was in."""
        old = self.thread_of.pop(row, None)
        if old is not None:
            self.members[old].discard(row)
            if not self.members[old]:
                del self.members[old]
        if thread is not None:
            self.thread_of[row] = thread
            self.members[thread].add(row)
