"""Which languages the articles of a collection are in, and which of them the encoder reads."""

from collections.abc import Set as AbstractSet

import numpy as np

from ..types import Array, Ids, Mask

_UNKNOWN = 0
"""Too short to tell: as if it were in a language that is read."""


class Languages:
    """Languages by row, as small numbers.

    Args:
        read: codes of those that the encoder reads; None for any.
    """

    def __init__(self, read: AbstractSet[str] | None = None) -> None:
        self._read = read
        self._numbers: dict[str | None, int] = {None: _UNKNOWN}
        self._readable = np.ones(1, bool)
        self._of = np.zeros(1024, np.int16)

    def put(self, row: int, language: str | None) -> None:
        """Say what an article is in."""
        if row >= len(self._of):
            self._of = np.concatenate([self._of, np.zeros(max(row, len(self._of)), np.int16)])
        if language not in self._numbers:
            self._numbers[language] = len(self._numbers)
            self._readable = np.append(self._readable, self._read is None or language in self._read)
        self._of[row] = self._numbers[language]

    def number(self, language: str | None) -> int:
        """Of a language; one that no article is in, and that is read, is as good as unknown."""
        if language in self._numbers or self._read is None or language in self._read:
            return self._numbers.get(language, _UNKNOWN)
        return -1

    def of(self, rows: Ids) -> Array:
        """The numbers of articles, (N,)."""
        return np.asarray(self._of[rows])

    def between(self, some: Array, others: Array) -> tuple[Mask, Mask]:
        """Of pairs of numbers: which have a side that is not read; which are of two languages that are, (N,) each."""
        readable = np.append(self._readable, False)  # the last one is for -1
        unread = ~(readable[some] & readable[others])
        known = (some != _UNKNOWN) & (others != _UNKNOWN)
        return unread, known & (some != others) & ~unread
