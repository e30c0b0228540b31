"""What the parts of the job hand to each other: pairs worth comparing, and the finished graph. Plain arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...types import Array, Floats, Ids


@dataclass(frozen=True, slots=True)
class Promising:
    """Pairs of places that are worth comparing, by first place."""

    firsts: Ids
    seconds: Ids
    words: Array
    """Cosine of the words of each pair, float32."""
    names: Array
    """The same of the names; NaN where one has none."""


@dataclass(frozen=True, slots=True)
class NeighbourGraph:
    """The nearest of N articles, which are places 0 to N - 1."""

    starts: Ids
    """(N + 1,): where each article's begin."""
    neighbours: NDArray[np.int32]
    """Places, the nearest first; of equal similarities the lower row."""
    similarities: NDArray[np.float32]
    """Of five decimals, as `Collection.similarities` gives them."""

    @property
    def owner(self) -> Ids:
        """Whose neighbour each one is, (edges,), rising."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @property
    def rank(self) -> Ids:
        """Of each neighbour among its article's, the nearest first: 0, 1, 2..., (edges,)."""
        return np.asarray(np.arange(len(self.neighbours)) - np.repeat(self.starts[:-1], np.diff(self.starts)))

    def rounded(self, some: slice | NDArray[np.bool_]) -> Floats:
        """Some of the similarities as the five decimals they are."""
        return np.asarray(np.round(self.similarities[some].astype(np.float64), 5), np.float64)

    def of(self, place: int) -> tuple[Ids, Floats]:
        """One article's neighbours and their similarities."""
        own = slice(self.starts[place], self.starts[place + 1])
        return self.neighbours[own].astype(np.int64), self.rounded(own)
