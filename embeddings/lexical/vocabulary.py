"""Words and their numbers, small enough to be kept for every word that any article ever had.

A dict from word to number takes over 100 bytes a word, which at 17 new words an article (AllSides) is more than all
else that is kept of it. Here a word takes 24: eight of hash and four of number in an array ordered by hash, which
`searchsorted` looks up 300 words in at once, four of offset, and its letters. What is new waits in a dict until it is
worth merging.

A word is known by its 64-bit hash (Python's own, keyed differently in each process, so that no one can prepare two
words that meet): among ten million words, any two meet with a probability of .000003. Words are never forgotten;
articles that are removed leave theirs behind until the collection is loaded again.
"""

from array import array
from collections.abc import Collection, Iterable

import numpy as np

from ..types import Ids

_NEW_SHARE = 1 / 32
_NEW_LEAST = 1024


class Vocabulary:
    """Numbers 0, 1, 2... for words in the order in which they come. Safe to read from many threads, not to change."""

    def __init__(self) -> None:
        self._hashes = np.empty(0, np.int64)
        self._numbers = np.empty(0, np.int32)
        self._new: dict[str, int] = {}
        self._letters = bytearray()
        self._ends = array("I", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def numbers(self, words: Collection[str]) -> Ids:
        """The number of each word, (N,); -1 for an unknown one."""
        hashes = np.fromiter(map(hash, words), np.int64, len(words))
        at = np.searchsorted(self._hashes, hashes)
        found = np.full(len(words), -1, np.int64)
        inside = np.flatnonzero(at < len(self._hashes))
        known = inside[self._hashes[at[inside]] == hashes[inside]]
        found[known] = self._numbers[at[known]]
        if self._new and len(known) < len(words):
            rest = np.array([self._new.get(word, -1) for word in words], np.int64)
            found = np.where(found < 0, rest, found)
        return found

    def add(self, words: Collection[str]) -> Ids:
        """The number of each word, (N,), which is given to it where it has none."""
        found = self.numbers(words)
        for i, word in enumerate(words):
            if found[i] < 0:
                found[i] = self._new[word] = len(self)
                self._letters += word.encode("utf-8", "surrogatepass")
                self._ends.append(len(self._letters))
        if len(self._new) > max(_NEW_LEAST, _NEW_SHARE * len(self._hashes)):
            self._merge()
        return found

    def words(self, numbers: Iterable[int]) -> list[str]:
        """The words with these numbers."""
        ends, letters = self._ends, self._letters
        return [letters[ends[n] : ends[n + 1]].decode("utf-8", "surrogatepass") for n in numbers]

    def _merge(self) -> None:
        hashes = np.fromiter(map(hash, self._new), np.int64, len(self._new))
        order = np.argsort(hashes)
        hashes, numbers = hashes[order], np.fromiter(self._new.values(), np.int32, len(self._new))[order]
        at = np.searchsorted(self._hashes, hashes)
        self._hashes, self._numbers = np.insert(self._hashes, at, hashes), np.insert(self._numbers, at, numbers)
        self._new = {}
