"""Which pairs of articles are worth comparing, for a whole collection at once: by centroids and by rare words.

A pair is worth it where one article is among the best of the other. By centroids everything is compared with
everything as long as that is cheap. Beyond, an article is compared with those of about its day, and with the lists
nearest to its own out of 3 sqrt(N) that k-means cuts the collection into (an inverted file; Sivic & Zisserman, 2003).
Both are needed: of the 12 best of 30,000 briefs, 4,000 by lists hold .89, 4,000 by date .90, 2,000 by lists and as many
by date .94. Rare words find what lies elsewhere.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ...arrays import distinct, rank_within, runs_of
from ...parallel import Share, in_order
from ...search.collection import CENTROID_GAP
from ...search.ivf import LISTS, InvertedLists
from ...search.ivf import SETTINGS as LISTS_SETTINGS
from ...search.similarity import GAP_LONGEST_DAYS, gap, model
from ...types import Array, Ids
from .overview import Columns, Overview, cosines, largest_each, products_of
from .records import Promising

_CANDIDATES = 40
"""Of an article, by `_estimates`, of those that are found by centroid and by words."""
_CANDIDATES_LONG = 30
"""Of an article of more than `_LONG` paragraphs, where comparing costs most: not one B-cubed figure of ECB+, BASIL and
AllSides changes. With as few for briefs, WCEP has .5635 instead of .5672 at the cut of stories."""
_LONG = 4
_BY_CENTROID = 60
_BY_WORDS = 40
_RARE = 200
"""Articles that a word is in, at most, for two of them to be candidates by it."""
_EXACT = 10_000
"""Articles up to which all centroids are compared."""
_LISTS = 3.0
"""Beyond, lists for each square root of N. Finer lists need fewer articles compared: of the 8 nearest of 300,000 briefs
1.5 lists and 15 `_COMPARED` find .9825, 1.5 and 8 .9758, 3 and 8 .9818 (39 CPU seconds instead of 64 for this part),
3 and 6 .9798."""
_COMPARED = 8.0
"""Articles in the lists that an article is compared with, for each square root of N."""
_DATED = 2_000
"""And articles around it in order of date: at least half as many, and three quarters on average."""
_BY_DATE = 30
CROWDING = 0.3
"""Of the cosine with its list's centre, off a centroid's cosine: an article where many are is near to all of them. It
stands for `CENTROID_DENSITY`, with .64 of correlation (WCEP; without it .5652 instead of .5678 at the cut of stories),
since densities come from an earlier run of the job, and what it finds is to follow from the articles alone."""
_VOTING = 25.0
"""Of a list's cosine, in the exponent."""
_VOTERS = 100
"""Articles of a list, at most, that say which lists are near to it: it costs no more the longer the lists are."""
_IN_CACHE = 150_000
"""Numbers of a matrix that are gone over several times."""
_AT_ONCE = 128
"""Articles whose candidates are looked for together."""
_GROUPS = 16
_WORDS_FOR_PASSAGES = 0.2
_CENTROID_FOR_PASSAGES = 0.5
_CENTROID_FOR_LEAD = 0.8
"""In an estimate, for each unit of a part that is not known yet; between the least squares of briefs and of long
articles."""
SETTINGS = (
    _CANDIDATES, _CANDIDATES_LONG, _LONG, _BY_CENTROID, _BY_WORDS, _RARE, _EXACT, _LISTS, _COMPARED, _DATED, _BY_DATE,
    _VOTING, _VOTERS, *LISTS_SETTINGS, _AT_ONCE, _WORDS_FOR_PASSAGES, _CENTROID_FOR_PASSAGES, _CENTROID_FOR_LEAD,
    CENTROID_GAP, CROWDING,
)  # fmt: skip
"""What is compared with what depends on these."""


def share_of_lists(n: int) -> float:
    """Lists for each square root of N articles that candidates are best looked for in."""
    return _LISTS if n > _EXACT else LISTS


@dataclass(frozen=True, slots=True)
class Block:
    """Articles that stand one after the other, and whose candidates are looked for together."""

    start: int
    """The first one's place."""
    stop: int
    number: int
    """Of their list."""


class Candidates:
    """Finds the candidates of every article, block by block; any number of threads may ask.

    Args:
        overview: in the order of the lists.
        lists: of its articles.
        share: reports what is prepared.
    """

    def __init__(self, overview: Overview, lists: InvertedLists, share: Share) -> None:
        self._overview, self._lists = overview, lists
        self._rare = _rare(overview.words)
        self._turned = csr_array(self._rare.T)
        self._columns = Columns(overview.words.shape[1])
        self._centred = _Centred(overview, lists)
        self._dated: _Dated | None = None
        self._starts = np.array([0, len(overview)])
        self._near = [np.zeros(1, np.int64)]
        if len(overview) > _EXACT:
            self._starts = lists.starts
            self._dated = self._centred.by_date(share)
            with in_order(self._near_lists, range(len(lists.centres))) as near:
                self._near = list(near)

    def blocks(self) -> list[Block]:
        """All articles, in blocks."""
        found = []
        for number, (start, stop) in enumerate(pairwise(self._starts.tolist())):
            cuts = np.linspace(start, stop, -(-(stop - start) // _AT_ONCE) + 1).astype(int).tolist()
            found += [Block(a, b, number) for a, b in pairwise(cuts)]
        return found

    def of(self, block: Block) -> Promising:
        """The candidates of some articles."""
        overview, own = self._overview, np.arange(block.start, block.stop)
        others = runs_of(self._starts, self._near[block.number])[1]
        found = [self._centred.best(own, others, _BY_CENTROID), self._by_words(own)]
        if self._dated is not None:
            found.append(self._dated.of(own))
        firsts, seconds, cosines_of = (np.concatenate(some) for some in zip(*found, strict=True))
        keys = firsts * len(overview) + seconds
        order = np.argsort(keys, kind="stable")
        order = order[np.diff(keys[order], prepend=-1) > 0]
        pairs = self._measured(own, firsts[order], seconds[order])
        values = _estimates(overview, pairs, cosines_of[order])
        chosen = largest_each(pairs.firsts - block.start, values, len(own), _CANDIDATES)
        owner = pairs.firsts[chosen]
        chosen = chosen[rank_within(owner) < np.where(overview.passages(owner) > _LONG, _CANDIDATES_LONG, _CANDIDATES)]
        return Promising(pairs.firsts[chosen], pairs.seconds[chosen], pairs.words[chosen], pairs.names[chosen])

    def _near_lists(self, number: int) -> Ids:
        """The lists that a list's articles are compared with, rising.

        Lists are near to one whose articles have them among their own nearest lists: of 5,000 articles compared that
        holds .909 of the best of briefs, where nearness of the centres holds .890.
        """
        n, starts = len(self._overview), self._starts
        own = np.arange(starts[number], starts[number + 1])
        some = own[:: len(own) // _VOTERS + 1]
        cosines_of = self._overview.centroids(some) @ self._lists.centres.T
        votes = np.exp(_VOTING * (cosines_of - cosines_of.max(axis=1, keepdims=True))).sum(axis=0)
        votes[number] = np.inf
        near = np.argsort(-votes, kind="stable")
        return np.sort(near[: int(np.searchsorted(np.cumsum(np.diff(starts)[near]), _COMPARED * n**0.5)) + 1])

    def _by_words(self, own: Ids) -> tuple[Ids, Ids, Array]:
        """The `_BY_WORDS` others of each own place that share most weight in rare words; NaN for their cosines."""
        products = csr_array(self._rare[own] @ self._turned)
        owner = np.repeat(np.arange(len(own)), np.diff(products.indptr))
        kept = np.flatnonzero(own[owner] != products.indices)
        owner, seconds = owner[kept], products.indices[kept].astype(np.int64)
        chosen = largest_each(owner, products.data[kept], len(own), _BY_WORDS)
        return own[owner[chosen]], seconds[chosen], np.full(len(chosen), np.nan, np.float32)

    def _measured(self, own: Ids, firsts: Ids, seconds: Ids) -> Promising:
        """Pairs of places with the cosines of their words and names."""
        overview, others = self._overview, distinct(seconds)
        at = np.searchsorted(others, seconds), firsts - own[0]
        words, names = (cosines(some, own, others, self._columns)[at] for some in (overview.words, overview.names))
        names[~(overview.named[firsts] & overview.named[seconds])] = np.nan
        return Promising(firsts, seconds, words, names)


@dataclass(frozen=True, slots=True)
class _Dated:
    """The best others of each of N places among those of about its day."""

    others: NDArray[np.int32]
    """(N, `_BY_DATE`); -1 where there are fewer."""
    cosines: NDArray[np.float32]

    def of(self, own: Ids) -> tuple[Ids, Ids, Array]:
        """As `_Centred.best`."""
        some, near = self.others[own], self.cosines[own]
        there = some >= 0
        return np.repeat(own, there.sum(axis=1)), some[there].astype(np.int64), near[there]


class _Centred:
    """Worth of a candidate by centroids, as in `Collection`: cosine less the date gap and `CROWDING`."""

    def __init__(self, overview: Overview, lists: InvertedLists) -> None:
        self._overview = overview
        self._days = overview.days.astype(np.float32)
        self._undated = bool(np.isnan(self._days).any())
        self._off = np.empty(len(overview), np.float32)
        for centre, (start, stop) in zip(lists.centres, pairwise(lists.starts.tolist()), strict=True):
            self._off[start:stop] = CROWDING * (overview.centroids(np.arange(start, stop)) @ centre)

    def by_date(self, share: Share) -> _Dated:
        """The best others of each place among the `_DATED` around it by date."""
        n, order = len(self._days), np.argsort(self._days, kind="stable")
        found = _Dated(np.full((n, _BY_DATE), -1, np.int32), np.empty((n, _BY_DATE), np.float32))

        def look(start: int) -> None:
            own = order[start : start + _DATED // 2]
            around = np.sort(order[max(0, start - _DATED // 4) : start + _DATED // 2 + _DATED // 4])
            firsts, seconds, near = self.best(own, around, _BY_DATE)  # one article's stand together
            begins = np.flatnonzero(np.diff(firsts, prepend=-1))
            rank = np.arange(len(firsts)) - np.repeat(begins, np.diff(begins, append=len(firsts)))
            found.others[firsts, rank] = seconds
            found.cosines[firsts, rank] = near

        starts = range(0, n, _DATED // 2)
        with in_order(look, starts) as looked:
            for done, _ in enumerate(looked, 1):
                share.report(done / len(starts))
        return found

    def best(self, own: Ids, others: Ids, most: int) -> tuple[Ids, Ids, Array]:
        """The best others of each own place, `most` at most, and their cosines. Without a centroid none has or is one.

        Args:
            own: places.
            others: places, rising, among them the own ones.
            most: others of a place.
        """
        vectors, here = self._overview.centroids(others), np.searchsorted(others, own)
        products = vectors[here] @ vectors.T
        products[np.arange(len(own)), here] = -np.inf
        days, off = self._days[others], np.where(self._overview.filled[others], self._off[others], np.float32(np.inf))
        step = max(1, _IN_CACHE // max(len(others), 1))
        at, columns = [], []
        for start in range(0, len(own), step):
            part = products[start : start + step]
            part -= self._gap(np.abs(self._days[own[start : start + step], None] - days))
            part -= off
            row, column = _largest(part, most)
            at.append(row + start)
            columns.append(column)
        row, column = np.concatenate(at), np.concatenate(columns)
        filled = self._overview.filled[own[row]]
        row, column = row[filled], column[filled]
        firsts, seconds = own[row], others[column]
        near = products[row, column] + self._gap(np.abs(self._days[firsts] - self._days[seconds])) + off[column]
        return firsts, seconds, near

    def _gap(self, days: Array) -> Array:
        """`similarity.gap` times its weight, in place and in 32 bits."""
        if self._undated:
            np.copyto(days, model().gap_unknown_days, where=np.isnan(days))
        np.clip(days, 0, GAP_LONGEST_DAYS, out=days)  # `minimum` takes twice as long
        days += 1
        np.log(days, out=days)
        days *= CENTROID_GAP
        return days


def _largest(worth: Array, k: int) -> tuple[Ids, Ids]:
    """Row and column of the k largest finite numbers of each row.

    The k-th largest of the maxima of groups bounds the k-th largest number from below.
    """
    rows, columns = worth.shape
    width = columns // _GROUPS
    bound = np.full(rows, np.finfo(np.float32).min, np.float32)
    if width > 2 * k:
        maxima = worth[:, : width * _GROUPS].reshape(rows, _GROUPS, width).max(axis=1)
        bound = np.maximum(bound, np.partition(maxima, width - k, axis=1)[:, width - k])
    at, column = np.divmod(np.flatnonzero(worth >= bound[:, None]), columns)  # a sixth of `nonzero`'s time
    chosen = largest_each(at, worth[at, column].clip(-1.5, 1.5), rows, k)
    return at[chosen], column[chosen]


def _estimates(overview: Overview, pairs: Promising, near: Array) -> Array:
    """About how similar each pair of places is, (P,), as far as an order among the candidates of one article goes.

    The centroids stand for leads and paragraphs; paragraphs that say the same use the same words. In its order the
    candidates' first 40 hold .998 of the eight most similar (AllSides; .9999 of briefs).

    Args:
        overview: of the articles.
        pairs: of places.
        near: cosines of their centroids; filled in where they are NaN.
    """
    m = overview.collection.model
    unknown = np.flatnonzero(np.isnan(near))
    near[unknown] = products_of(overview.centroids, pairs.firsts[unknown], pairs.seconds[unknown])
    words, names = np.sqrt(pairs.words), np.sqrt(pairs.names)
    found = (m.words + _WORDS_FOR_PASSAGES * m.passages) * words + m.names * np.where(np.isnan(names), words, names)
    found += (_CENTROID_FOR_PASSAGES * m.passages + _CENTROID_FOR_LEAD * m.lead) * near
    return np.asarray(found - m.gap * gap(np.abs(overview.days[pairs.firsts] - overview.days[pairs.seconds])))


def _rare(words: csr_array) -> csr_array:
    """The weights of the terms that two to `_RARE` articles have."""
    frequencies = np.bincount(words.indices, minlength=words.shape[1])
    kept = ((frequencies > 1) & (frequencies <= _RARE))[words.indices]
    starts = np.concatenate([[0], np.cumsum(kept)])[words.indptr]
    return csr_array((words.data[kept], words.indices[kept], starts), shape=words.shape)
