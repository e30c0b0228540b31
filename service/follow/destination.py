"""Where articles go, and what becomes of them there."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from corpus import Article

from ..limits import Policy


class Result(NamedTuple):
    """What became of an article."""

    status: str
    """`stored`, `updated`, `unchanged`; `skipped` or `refused` (a copy, under such a policy); `exists` (its id is that
    of an article with another text, which is not to be replaced)."""
    reason: str = ""
    """Of the last three, in words."""


class Destination(Protocol):
    """Takes articles in."""

    def write(self, articles: Iterable[Article], *, policy: Policy | None, update: bool) -> Iterator[Result]:
        """Write articles as they come; what became of each, in order. What was yielded for is safe.

        Args:
            articles: asked for in turn; where they raise, what was yielded for stays.
            policy: for copies; None for what the settings say of their source.
            update: whether an article with the same id and another text is replaced, its earlier version kept.
        """
        ...
