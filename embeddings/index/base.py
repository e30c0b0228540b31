"""The contract of every vector index; `tests/test_contract_index.py` holds each implementation to it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..types import Ids, Mask, Scores, Vectors


@dataclass(frozen=True, slots=True)
class Nearest:
    """What a search found, best first."""

    ids: Ids
    """(Q, k); -1 where fewer than k vectors are there (or allowed)."""
    scores: Scores
    """(Q, k) cosine; -inf beside an id of -1."""


class VectorIndex(Protocol):
    """Unit vectors under numbers that the caller gives (never positions in the index).

    Safe to use from any number of threads at once. A search sees each add or remove wholly or not at all.
    """

    dimension: int

    def __len__(self) -> int:
        """How many vectors can be found."""
        ...

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add (N, D) unit vectors under new ids.

        Raises:
            BadVectors: another dimension, not finite, or of zero length. Nothing was added.
            ValueError: an id is negative, there already, or twice in `ids`. Nothing was added.
        """
        ...

    def remove(self, ids: Ids) -> None:
        """Remove vectors; ids that are not there are ignored."""
        ...

    def search(self, queries: Vectors, k: int, allowed: Mask | None = None) -> Nearest:
        """The k nearest of each of (Q, D) unit queries by cosine; equal scores stand in the order of ids.

        Where more vectors than fit have the same score as the last one, any of them may be the last ones.

        `allowed[id]` says whether a vector may be found; ids behind its end may not.

        Raises:
            BadVectors: as for `add`.
        """
        ...

    def vectors(self, ids: Ids) -> Vectors:
        """(N, D) vectors as they were added (an approximate index may give approximate ones).

        Raises:
            KeyError: an id is not there.
        """
        ...

    def ids(self) -> Ids:
        """All ids, in rising order."""
        ...

    def save(self, path: Path) -> int:
        """Write everything into one file (not atomically: `embeddings.index.snapshot` does that).

        Returns how many vectors are in it: others may come or go meanwhile.
        """
        ...
