"""N and df of the idf: how many articles there are, and how many have each word, by word number.

In an archive of mostly English the commonest Greek word is a rare one, and four unrelated Greek articles share many. So
a language may be kept apart: an article in it is weighed by how many articles there are in its language (N), and how
many in all such languages have a word (df): as in an archive of its own.
"""

from collections.abc import Set as AbstractSet

import numpy as np

from ..types import Array, Floats, Ids

TOGETHER = 0
"""Group of the articles whose language is not kept apart, or not known: these are weighed among all."""
_NEW = 1
"""Group of languages that are kept apart and that no article is in yet."""


class Statistics:
    """Of articles by row and words by number. Safe to read from many threads, not to change.

    Args:
        together: languages that are not kept apart; None for all.
    """

    def __init__(self, together: AbstractSet[str] | None = None) -> None:
        self.changes = 0
        """Of N and df, counted."""
        self._together = together
        self._frequencies = np.zeros((2, 1024), np.int32)
        """Of each word, among all articles and among those that are kept apart."""
        self._groups: dict[str, int] = {}
        self._group = np.zeros(1024, np.int16)
        """By row."""
        self._articles = np.array([0, 1], np.int64)
        """By group; of `TOGETHER` all there are."""
        self._logarithms = np.empty(0)
        """Document frequency -> ln(df + 0.5), of some more than N."""

    @property
    def articles(self) -> int:
        """How many there are."""
        return int(self._articles[TOGETHER])

    def add(self, row: int, numbers: Ids, language: str | None) -> None:
        """Count an article with these words."""
        self._articles[TOGETHER] += 1
        if (group := self.group(language)) != TOGETHER:
            if group == _NEW:
                group = self._groups[language or ""] = len(self._articles)
                self._articles = np.append(self._articles, 0)
            if row >= len(self._group):
                self._group = np.concatenate([self._group, np.zeros(row, np.int16)])
            self._group[row] = group
            self._articles[group] += 1
        self.change(row, numbers, 1)

    def remove(self, row: int, numbers: Ids) -> None:
        """Forget an article with these words."""
        self.change(row, numbers, -1)
        self._articles[TOGETHER] -= 1
        if (group := self.group_of(row)) != TOGETHER:
            self._articles[group] -= 1
            self._group[row] = TOGETHER

    def change(self, row: int, numbers: Ids, by: int) -> None:
        """An article that is counted has these words too, or (-1) has them no longer."""
        if (more := int(numbers.max(initial=-1)) + 1 - self._frequencies.shape[1]) > 0:
            more += self._frequencies.shape[1] // 8 + 1024
            self._frequencies = np.concatenate([self._frequencies, np.zeros((2, more), np.int32)], axis=1)
        self._frequencies[0, numbers] += by
        if self.group_of(row) != TOGETHER:
            self._frequencies[1, numbers] += by
        self.changes += 1

    def group(self, language: str | None) -> int:
        """What an article in a language is weighed among."""
        if self._together is None or language is None or language in self._together:
            return TOGETHER
        return self._groups.get(language, _NEW)

    def group_of(self, row: int) -> int:
        """The same of a stored article."""
        return int(self._group[row]) if row < len(self._group) else TOGETHER

    def groups(self, rows: Ids) -> Array:
        """The same of some, (N,)."""
        if not self._groups:
            return np.zeros(len(rows), np.int16)
        return np.where(rows < len(self._group), self._group[np.minimum(rows, len(self._group) - 1)], TOGETHER)

    def frequencies(self, numbers: Ids) -> Array:
        """In how many articles each word is, (W,); 0 for a negative number."""
        return np.where(numbers < 0, 0, self._frequencies[0, numbers])

    def idf(self, numbers: Ids, groups: Array | int = TOGETHER, least: int = 0) -> Floats:
        """The idf of words, (W,); of a negative number as of a word that no article has.

        Args:
            numbers: of the words, (W,).
            groups: what the article that each is in is weighed among, (W,); or one for all.
            least: articles that a word is taken to be in, at least.
        """
        if len(self._logarithms) <= self.articles:
            self._logarithms = np.log(np.arange(2 * self.articles + 1024) + 0.5)
        apart = np.not_equal(groups, TOGETHER).astype(np.int8)
        df = np.where(numbers < 0, 0, self._frequencies[apart, numbers]).clip(min=least)
        return np.asarray((np.log(self._articles + 1)[groups] - self._logarithms[df]).clip(min=0.0))
