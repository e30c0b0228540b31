"""What linkage asks of its clusters: the contract of `dense` and `sparse`, which give the same labels."""

from collections.abc import Iterable
from typing import Protocol

from ...types import Ids
from ..pairs import Sets

NEVER = -9.0
"""The nearness of a pair that is not to be joined."""


class Clusters(Protocol):
    """Clusters of n items, each under the number of its lowest item."""

    labels: Ids
    """(n,): each item's cluster."""

    def mutual(self, cut: float) -> tuple[Ids, Ids]:
        """The lower and the higher one of each two clusters that are each other's nearest, and nearer than the cut."""
        ...

    def join_pairs(self, low: Ids, high: Ids, sets: Sets | None) -> None:
        """Join pairs of clusters, no cluster twice, as far as the sets allow it: the nearest first."""
        ...

    def join(self, items: Iterable[tuple[int, int]]) -> None:
        """Join the clusters of pairs of items, whatever is between them."""
        ...

    def allow_all(self) -> None:
        """From here on nothing is refused."""
        ...
