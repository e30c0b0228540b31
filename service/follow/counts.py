"""What a look at one feed or folder brought, in numbers and in a line."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from .destination import Result

Report = Callable[[str, str, str], None]
"""Told, of a single record: `skipped` (it is not stored) or `note`, its place, and the reason or note."""

_LEFT_OUT = ("skipped", "refused", "exists")


@dataclass
class Counts:
    """What became of what was read."""

    results: Counter[str] = field(default_factory=Counter)
    """Status of `Result` -> articles."""
    unread: int = 0
    """Records and files that are no article."""
    reason: str = ""
    """Of the first that was not stored."""
    fields: set[str] = field(default_factory=set)
    """Names of fields that have a value and were not read."""

    def add(self, result: Result) -> None:
        """Count an article."""
        self.results[result.status] += 1
        self.reason = self.reason or result.reason

    def skip(self, reason: str) -> None:
        """Count what could not be read."""
        self.unread += 1
        self.reason = self.reason or reason

    def merge(self, other: "Counts") -> None:
        """Add those of another look."""
        self.results.update(other.results)
        self.unread += other.unread
        self.reason = self.reason or other.reason
        self.fields |= other.fields

    @property
    def news(self) -> int:
        """Articles that were not there before, or not like this."""
        return self.results["stored"] + self.results["updated"]

    def left_out(self) -> str:
        """What was not stored, in words; empty, if nothing."""
        copies = self.results["skipped"] + self.results["refused"]
        parts = [
            *([f"{copies:,} {'copy' if copies == 1 else 'copies'} left out"] if copies else []),
            *([f"{self.results['exists']:,} with a text other than the stored one"] if self.results["exists"] else []),
            *([f"{self.unread:,} not read"] if self.unread else []),
        ]
        return ", ".join(parts)

    def line(self) -> str:
        """All of it: `3 new, 1 updated, 12 unchanged, 1 not read (missing text)`."""
        parts = [f"{self.results['stored']:,} new"]
        parts += [f"{self.results[name]:,} {name}" for name in ("updated", "unchanged") if self.results[name]]
        left_out = self.left_out()
        parts += [left_out + (f" ({self.reason})" if self.reason else "")] if left_out else []
        return ", ".join(parts)


def is_left_out(result: Result) -> bool:
    """Whether an article was read and not stored."""
    return result.status in _LEFT_OUT
