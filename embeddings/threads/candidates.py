"""Which pairs of articles are worth comparing, for a whole collection at once: by centroids and by rare words.

A pair is worth it where one article is among the best of the other. By centroids everything is compared with
everything as long as that is cheap. Beyond, an article is compared with those of about its day, and with the lists
nearest to its own out of 1.5 sqrt(N) that k-means cuts the collection into (an inverted file; Sivic & Zisserman, 2003).
Both are needed: of the 12 best of 30,000 briefs, 4,000 by lists hold .89, 4,000 by date .90, 2,000 by lists and as many
by date .94. Rare words find what lies elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ..collection import CENTROID_GAP
from ..lists import SETTINGS as LISTS_SETTINGS
from ..lists import Lists
from ..parallel import Share, in_order
from ..similarity import GAP_LONGEST_DAYS, gap, model
from ..types import Array, Ids, Mask
from .overview import Overview, cosines, distinct, largest_each, products_of

CANDIDATES = 40
"""Of an article, by `_estimates`, of those that are found by centroid and by words."""
CANDIDATES_LONG = 30
"""Of an article of more than `LONG` paragraphs, where comparing costs most: not one B-cubed figure of ECB+, BASIL and
AllSides changes. With as few for briefs, WCEP has .5635 instead of .5672 at the cut of stories."""
LONG = 4
BY_CENTROID = 60
BY_WORDS = 40
RARE = 200
"""Articles that a word is in, at most, for two of them to be candidates by it."""
_EXACT = 10_000
"""Articles up to which all centroids are compared."""
_COMPARED = 15.0
"""Beyond, articles in the lists that an article is compared with, for each square root of N."""
_DATED = 2_000
"""And articles around it in order of date: at least half as many, and three quarters on average."""
BY_DATE = 30
CROWDING = 0.3
"""Of the cosine with its list's centre, off a centroid's cosine: an article where many are is near to everyone. It
stands for `CENTROID_DENSITY`, with .64 of correlation (WCEP; without it .5652 instead of .5678 at the cut of stories),
since densities come from an earlier run of the job, and what it finds is to follow from the articles alone."""
_VOTING = 25.0
"""Of a list's cosine, in the exponent."""
_IN_CACHE = 150_000
"""Numbers of a matrix that are gone over several times."""
_AT_ONCE = 128
"""Articles whose candidates are looked for together."""
_GROUPS = 16
WORDS_FOR_PASSAGES = 0.2
CENTROID_FOR_PASSAGES = 0.5
CENTROID_FOR_LEAD = 0.8
"""In an estimate, for each unit of a part that is not known yet; between the least squares of briefs and of long
articles."""
SETTINGS = (
    CANDIDATES, CANDIDATES_LONG, LONG, BY_CENTROID, BY_WORDS, RARE, _EXACT, _COMPARED, _DATED, BY_DATE, _VOTING,
    *LISTS_SETTINGS, _AT_ONCE, WORDS_FOR_PASSAGES, CENTROID_FOR_PASSAGES, CENTROID_FOR_LEAD, CENTROID_GAP, CROWDING,
)  # fmt: skip
"""What is compared with what depends on these."""


@dataclass(frozen=True, slots=True)
class Block:
    """Articles that stand one after the other, and whose candidates are looked for together."""

    start: int
    """The first one's place."""
    stop: int
    number: int
    """Of their list."""


@dataclass(frozen=True, slots=True)
class Promising:
    """Pairs of places that are worth comparing, by first place."""

    firsts: Ids
    seconds: Ids
    words: Array
    """Cosine of the words of each pair, float32."""
    names: Array
    """The same of the names; NaN where one has none."""


class Candidates:
    """Finds the candidates of every article, block by block; any number of threads may ask.

    Args:
        overview: in the order of the lists.
        lists: of its articles.
        share: told of what is prepared.
    """

    def __init__(self, overview: Overview, lists: Lists, share: Share) -> None:
        self._overview, self._lists = overview, lists
        self._rare = _rare(overview.words)
        self._turned = csr_array(self._rare.T)
        self._centred = _Centred(overview, lists)
        self._dated = self._centred.by_date(share) if len(overview) > _EXACT else None

    def blocks(self) -> list[Block]:
        """All articles, in blocks."""
        starts = self._lists.starts.tolist() if self._dated is not None else [0, len(self._overview)]
        found = []
        for number, (start, stop) in enumerate(pairwise(starts)):
            cuts = np.linspace(start, stop, -(-(stop - start) // _AT_ONCE) + 1).astype(int).tolist()
            found += [Block(a, b, number) for a, b in pairwise(cuts)]
        return found

    def of(self, block: Block) -> Promising:
        """The candidates of some articles."""
        overview, own = self._overview, np.arange(block.start, block.stop)
        found = [self._centred.best(own, self._runs(block), BY_CENTROID), _by_words(self._rare[own], self._turned, own)]
        if self._dated is not None:
            found.append(self._dated.of(own))
        firsts, seconds, near = (np.concatenate(some) for some in zip(*found, strict=True))
        keys = firsts * len(overview) + seconds
        order = np.argsort(keys, kind="stable")
        order = order[np.diff(keys[order], prepend=-1) > 0]
        pairs = _measured(overview, own, firsts[order], seconds[order])
        values = _estimates(overview, pairs, near[order])
        chosen = largest_each(pairs.firsts - block.start, values, len(own), CANDIDATES)
        owner = pairs.firsts[chosen]
        rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
        chosen = chosen[rank < np.where(overview.passages(owner) > LONG, CANDIDATES_LONG, CANDIDATES)]
        return Promising(pairs.firsts[chosen], pairs.seconds[chosen], pairs.words[chosen], pairs.names[chosen])

    def _runs(self, block: Block) -> list[tuple[int, int]]:
        """The places that a block's centroids are compared with, as runs (start, stop), rising.

        Lists are near to one whose articles have them among their own nearest lists: of 5,000 articles compared that
        holds .909 of the best of briefs, where nearness of the centres holds .890.
        """
        if self._dated is None:
            return [(0, len(self._overview))]
        n, starts = len(self._overview), self._lists.starts
        own = self._overview.centroids[starts[block.number] : starts[block.number + 1]]
        cosines_of = own @ self._lists.centres.T
        votes = np.exp(_VOTING * (cosines_of - cosines_of.max(axis=1, keepdims=True))).sum(axis=0)
        votes[block.number] = np.inf
        near = np.argsort(-votes, kind="stable")
        near = np.sort(near[: int(np.searchsorted(np.cumsum(np.diff(starts)[near]), _COMPARED * n**0.5)) + 1])
        return list(zip(starts[near].tolist(), starts[near + 1].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Dated:
    """The best others of each of N places among those of about its day."""

    others: NDArray[np.int32]
    """(N, `BY_DATE`); -1 for nobody."""
    cosines: NDArray[np.float32]

    def of(self, own: Ids) -> tuple[Ids, Ids, Array]:
        """As `_Centred.best`."""
        some, near = self.others[own], self.cosines[own]
        there = some >= 0
        return np.repeat(own, there.sum(axis=1)), some[there].astype(np.int64), near[there]


class _Centred:
    """Worth of a candidate by centroids, as in `Collection`: cosine less the date gap and `CROWDING`."""

    def __init__(self, overview: Overview, lists: Lists) -> None:
        self._centroids = overview.centroids
        self._days = overview.days.astype(np.float32)
        self._undated = bool(np.isnan(self._days).any())
        self._off = np.empty(len(overview), np.float32)
        for centre, (start, stop) in zip(lists.centres, pairwise(lists.starts.tolist()), strict=True):
            self._off[start:stop] = CROWDING * (overview.centroids[start:stop] @ centre)
        self._filled: Mask = np.asarray(overview.centroids.any(axis=1))

    def by_date(self, share: Share) -> _Dated:
        """The best others of each place among the `_DATED` around it by date."""
        n, order = len(self._days), np.argsort(self._days, kind="stable")
        found = _Dated(np.full((n, BY_DATE), -1, np.int32), np.empty((n, BY_DATE), np.float32))

        def look(start: int) -> None:
            own = order[start : start + _DATED // 2]
            around = np.sort(order[max(0, start - _DATED // 4) : start + _DATED // 2 + _DATED // 4])
            products = self._centroids[own] @ self._centroids[around].T
            firsts, seconds, near = self._best(own, around, products, BY_DATE)  # one article's stand together
            begins = np.flatnonzero(np.diff(firsts, prepend=-1))
            rank = np.arange(len(firsts)) - np.repeat(begins, np.diff(begins, append=len(firsts)))
            found.others[firsts, rank] = seconds
            found.cosines[firsts, rank] = near

        starts = range(0, n, _DATED // 2)
        with in_order(look, starts) as looked:
            for done, _ in enumerate(looked, 1):
                share.tell(done / len(starts))
        return found

    def best(self, own: Ids, runs: Sequence[tuple[int, int]], most: int) -> tuple[Ids, Ids, Array]:
        """The best others of each own place, `most` at most, and their cosines.

        Args:
            own: places.
            runs: of places, rising, that hold the own ones.
            most: others of a place.
        """
        vectors = self._centroids[own]
        ends = np.cumsum([stop - start for start, stop in runs])
        products = np.empty((len(own), int(ends[-1])), np.float32)
        for (start, stop), end in zip(runs, ends.tolist(), strict=True):
            np.matmul(vectors, self._centroids[start:stop].T, out=products[:, end - (stop - start) : end])
        return self._best(own, np.concatenate([np.arange(*run) for run in runs]), products, most)

    def _best(self, own: Ids, others: Ids, products: Array, most: int) -> tuple[Ids, Ids, Array]:
        """The best by products of (own, others), which are changed. Without a centroid none is found, or finds any."""
        here = np.searchsorted(others, own)
        products[np.arange(len(own)), here] = -np.inf
        days, off = self._days[others], np.where(self._filled[others], self._off[others], np.float32(np.inf))
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
        filled = self._filled[own[row]]
        row, column = row[filled], column[filled]
        firsts, seconds = own[row], others[column]
        near = products[row, column] + self._gap(np.abs(self._days[firsts] - self._days[seconds])) + off[column]
        return firsts, seconds, near

    def _gap(self, days: Array) -> Array:
        """`similarity.gap` times its weight, in place and in 32 bits."""
        if self._undated:
            np.nan_to_num(days, copy=False, nan=model().gap_unknown_days)
        np.minimum(days, GAP_LONGEST_DAYS, out=days)
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
    bound = np.full(rows, np.finfo(np.float32).min)
    if width > 2 * k:
        maxima = worth[:, : width * _GROUPS].reshape(rows, _GROUPS, width).max(axis=1)
        bound = np.maximum(bound, np.partition(maxima, width - k, axis=1)[:, width - k])
    at, column = np.nonzero(worth >= bound[:, None])
    chosen = largest_each(at, worth[at, column].clip(-1.5, 1.5), rows, k)
    return at[chosen], column[chosen]


def _by_words(rare: csr_array, turned: csr_array, own: Ids) -> tuple[Ids, Ids, Array]:
    """The `BY_WORDS` others of each own place that share most weight in rare words with it; NaN for their cosines."""
    products = csr_array(rare @ turned)
    owner = np.repeat(np.arange(len(own)), np.diff(products.indptr))
    kept = np.flatnonzero(own[owner] != products.indices)
    owner, others = owner[kept], products.indices[kept].astype(np.int64)
    chosen = largest_each(owner, products.data[kept], len(own), BY_WORDS)
    return own[owner[chosen]], others[chosen], np.full(len(chosen), np.nan, np.float32)


def _measured(overview: Overview, own: Ids, firsts: Ids, seconds: Ids) -> Promising:
    """Pairs of places with the cosines of their words and names."""
    others = distinct(seconds)
    first, second = firsts - own[0], np.searchsorted(others, seconds)
    names = cosines(overview.names, own, others)[second, first]
    names[~(overview.named[firsts] & overview.named[seconds])] = np.nan
    return Promising(firsts, seconds, cosines(overview.words, own, others)[second, first], names)


def _estimates(overview: Overview, pairs: Promising, near: Array) -> Array:
    """About how similar each pair of places is, (P,), as far as an order among the candidates of one article goes.

    The centroids stand for leads and paragraphs; paragraphs that say the same use the same words. In its order the
    candidates' first 40 hold .998 of the eight most similar (AllSides; .9999 of briefs).

    Args:
        overview: of the articles.
        pairs: of places.
        near: cosines of their centroids; filled in where they are NaN.
    """
    m = model()
    unknown = np.flatnonzero(np.isnan(near))
    near[unknown] = products_of(overview.centroids, pairs.firsts[unknown], pairs.seconds[unknown])
    words, names = np.sqrt(pairs.words), np.sqrt(pairs.names)
    found = (m.words + WORDS_FOR_PASSAGES * m.passages) * words + m.names * np.where(np.isnan(names), words, names)
    found += (CENTROID_FOR_PASSAGES * m.passages + CENTROID_FOR_LEAD * m.lead) * near
    return np.asarray(found - m.gap * gap(np.abs(overview.days[pairs.firsts] - overview.days[pairs.seconds])))


def _rare(words: csr_array) -> csr_array:
    """The weights of the terms that two to `RARE` articles have."""
    frequencies = np.bincount(words.indices, minlength=words.shape[1])
    kept = ((frequencies > 1) & (frequencies <= RARE))[words.indices]
    starts = np.concatenate([[0], np.cumsum(kept)])[words.indptr]
    return csr_array((words.data[kept], words.indices[kept], starts), shape=words.shape)
