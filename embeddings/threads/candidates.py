"""Which pairs of articles are worth comparing, for a whole collection at once: by centroids and by rare words.

A pair is worth it where one article is among the best of the other. By centroids everything is compared with
everything as long as that is cheap. Beyond, an article is compared with those of about its day, and with the lists
nearest to its own out of 1.5 sqrt(N) that k-means cuts the collection into (an inverted file; Sivic & Zisserman, 2003).
Both are needed: of the 12 best of 30,000 briefs, 4,000 by lists hold .89, 4,000 by date .90, 2,000 by lists and as many
by date .94. Rare words find what lies elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ..collection import CENTROID_DENSITY, CENTROID_GAP
from ..similarity import GAP_LONGEST_DAYS, gap, model
from ..types import Array, Floats, Ids, Mask, Vectors
from .overview import Overview, cosines, distinct

CANDIDATES = 40
"""Of an article, by `_estimates`, of those that are found by centroid and by words."""
BY_CENTROID = 60
BY_WORDS = 40
RARE = 200
"""Articles that a word is in, at most, for two of them to be candidates by it."""
_LISTS = 1.5
"""Lists, for each square root of N."""
_EXACT = 10_000
"""Articles up to which all centroids are compared."""
_COMPARED = 15.0
"""Beyond, articles in the lists that an article is compared with, for each square root of N."""
_DATED = 2_000
"""And articles around it in order of date: at least half as many, and three quarters on average."""
BY_DATE = 30
_VOTING = 25.0
"""Of a list's cosine, in the exponent."""
_ROUNDS = 8
"""Of k-means; of more the lists hardly change."""
_SAMPLE = 40
"""Articles that k-means looks at for each list."""
_BLOCK = 4_000_000
"""Numbers in a product of articles with lists."""
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


@dataclass(frozen=True, slots=True)
class Lists:
    """N articles in lists of similar ones."""

    order: Ids
    """(N,): the places of the articles, list after list."""
    starts: Ids
    """(lists + 1,): where each begins in `order`."""
    centres: Vectors
    """(lists, D) unit vectors."""


def lists_of(centroids: Vectors) -> Lists:
    """Spherical k-means (Dhillon & Modha, 2001) from a fixed sample."""
    n = len(centroids)
    k = min(n, round(_LISTS * n**0.5))
    random = np.random.default_rng(0)
    sample = centroids[np.sort(random.choice(n, min(n, k * _SAMPLE), replace=False))]
    centres = sample[np.sort(random.choice(len(sample), k, replace=False))]
    for _ in range(_ROUNDS):
        nearest = _nearest_centre(sample, centres)
        member = csr_array((np.ones(len(sample), np.float32), (nearest, np.arange(len(sample)))), (k, len(sample)))
        sums = member @ sample
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / lengths.clip(1e-12), centres)
    nearest = _nearest_centre(centroids, centres)
    order = np.argsort(nearest, kind="stable")
    return Lists(order, np.concatenate([[0], np.cumsum(np.bincount(nearest, minlength=k))]), centres)


def _nearest_centre(vectors: Vectors, centres: Vectors) -> Ids:
    size = max(1, _BLOCK // max(len(centres), 1))
    parts = [(vectors[start : start + size] @ centres.T).argmax(axis=1) for start in range(0, len(vectors), size)]
    return np.concatenate([np.empty(0, np.int64), *parts])


def promising(overview: Overview, lists: Lists) -> Iterator[tuple[int, Ids, Ids]]:
    """For some articles at a time: the place behind them, and pairs of their places with their candidates'.

    Args:
        overview: in the order of the lists.
        lists: of its articles.
    """
    n, rare = len(overview), _rare(overview.words)
    centred, turned = _Centred(overview), csr_array(rare.T)
    dated = centred.by_date() if n > _EXACT else np.empty((n, 0), np.int32)
    for own, others in _neighbourhoods(lists, overview.centroids):
        near, far = centred.best(own, others, BY_CENTROID), _by_words(rare[own], turned, own)
        some = dated[own].astype(np.int64)
        late = np.repeat(own, (some >= 0).sum(axis=1)), some[some >= 0]
        firsts, seconds = (np.concatenate(found) for found in zip(near, far, late, strict=True))
        firsts, seconds = np.divmod(distinct(firsts * n + seconds), n)
        chosen = largest_each(firsts - own[0], _estimates(overview, firsts, seconds), len(own), CANDIDATES)
        yield int(own[-1]) + 1, firsts[chosen], seconds[chosen]


def _neighbourhoods(lists: Lists, centroids: Vectors) -> Iterator[tuple[Ids, Ids]]:
    """Some places (rising, one after the other), and those that their centroids are compared with (rising).

    Lists are near to one whose articles have them among their own nearest lists: of 5,000 articles compared that holds
    .909 of the best of briefs, where nearness of the centres holds .890.
    """
    n, sizes = len(lists.order), np.diff(lists.starts)
    if n <= _EXACT:
        for start in range(0, n, _AT_ONCE):
            yield np.arange(start, min(start + _AT_ONCE, n)), np.arange(n)
        return
    for number in np.flatnonzero(sizes):
        own = np.arange(lists.starts[number], lists.starts[number + 1])
        cosines_of = centroids[own] @ lists.centres.T
        votes = np.exp(_VOTING * (cosines_of - cosines_of.max(axis=1, keepdims=True))).sum(axis=0)
        votes[number] = np.inf
        near = np.argsort(-votes, kind="stable")
        near = near[: int(np.searchsorted(np.cumsum(sizes[near]), _COMPARED * n**0.5)) + 1]
        others = np.concatenate([np.arange(lists.starts[i], lists.starts[i + 1]) for i in np.sort(near)])
        for start in range(0, len(own), _AT_ONCE):
            yield own[start : start + _AT_ONCE], others


class _Centred:
    """Worth of a candidate by centroids, as in `Collection`: cosine less the date gap and a share of the density."""

    def __init__(self, overview: Overview) -> None:
        self._centroids = overview.centroids
        self._days = overview.days.astype(np.float32)
        self._undated = bool(np.isnan(self._days).any())
        self._off = (CENTROID_DENSITY * overview.densities).astype(np.float32)
        self._filled: Mask = np.asarray(overview.centroids.any(axis=1))

    def by_date(self) -> NDArray[np.int32]:
        """The best others of each place among the `_DATED` around it by date, (N, `BY_DATE`); -1 for nobody."""
        n, order = len(self._days), np.argsort(self._days, kind="stable")
        found = np.full((n, BY_DATE), -1, np.int32)
        for start in range(0, n, _DATED // 2):
            own = order[start : start + _DATED // 2]
            around = order[max(0, start - _DATED // 4) : start + _DATED // 2 + _DATED // 4]
            firsts, seconds = self.best(own, np.sort(around), BY_DATE)  # those of one article stand together
            begins = np.flatnonzero(np.diff(firsts, prepend=-1))
            rank = np.arange(len(firsts)) - np.repeat(begins, np.diff(begins, append=len(firsts)))
            found[firsts, rank] = seconds
        return found

    def best(self, own: Ids, others: Ids, most: int) -> tuple[Ids, Ids]:
        """The best others of each own place that has a centroid: `most` at most. `others` are rising."""
        own, others = own[self._filled[own]], others[self._filled[others]]
        worth = self._centroids[own] @ self._centroids[others].T
        here = np.searchsorted(others, own)
        worth[np.arange(len(own)), here] = -np.inf
        days, off = self._days[others], self._off[others]
        step = max(1, _IN_CACHE // max(len(others), 1))
        found = [(own[:0], others[:0])]
        for start in range(0, len(own), step):
            part = worth[start : start + step]
            part -= self._gap(np.abs(self._days[own[start : start + step], None] - days))
            part -= off
            at, column = _largest(part, most)
            found.append((own[at + start], others[column]))
        firsts, seconds = zip(*found, strict=True)
        return np.concatenate(firsts), np.concatenate(seconds)

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
    chosen = largest_each(at, worth[at, column], rows, k)
    return at[chosen], column[chosen]


def _by_words(rare: csr_array, turned: csr_array, own: Ids) -> tuple[Ids, Ids]:
    """The `BY_WORDS` others of each own place that share most weight in rare words with it."""
    products = csr_array(rare @ turned)
    owner = np.repeat(np.arange(len(own)), np.diff(products.indptr))
    kept = np.flatnonzero(own[owner] != products.indices)
    owner, others = owner[kept], products.indices[kept].astype(np.int64)
    chosen = largest_each(owner, products.data[kept], len(own), BY_WORDS)
    return own[owner[chosen]], others[chosen]


def _estimates(overview: Overview, firsts: Ids, seconds: Ids) -> Floats:
    """About how similar each pair of places is, (P,), as far as an order among the candidates of one article goes.

    The centroids stand for leads and paragraphs; paragraphs that say the same use the same words. In its order the
    candidates' first 40 hold .998 of the eight most similar (AllSides; .9999 of briefs).
    """
    m = model()
    own, others = distinct(firsts), distinct(seconds)
    first, second = np.searchsorted(own, firsts), np.searchsorted(others, seconds)
    words = np.sqrt(cosines(overview.words, own, others)[second, first])
    names = np.sqrt(cosines(overview.names, own, others)[second, first])
    names[~(overview.named[firsts] & overview.named[seconds])] = np.nan
    near = (overview.centroids[others] @ overview.centroids[own].T)[second, first]
    found = (m.words + WORDS_FOR_PASSAGES * m.passages) * words + m.names * np.where(np.isnan(names), words, names)
    found += (CENTROID_FOR_PASSAGES * m.passages + CENTROID_FOR_LEAD * m.lead) * near
    return np.asarray(found - m.gap * gap(np.abs(overview.days[firsts] - overview.days[seconds])))


def _rare(words: csr_array) -> csr_array:
    """The weights of the terms that two to `RARE` articles have."""
    frequencies = np.bincount(words.indices, minlength=words.shape[1])
    kept = ((frequencies > 1) & (frequencies <= RARE))[words.indices]
    starts = np.concatenate([[0], np.cumsum(kept)])[words.indptr]
    return csr_array((words.data[kept], words.indices[kept], starts), shape=words.shape)


def largest_each(owner: Ids, values: Array, owners: int, k: int) -> Ids:
    """Positions of the k largest values of each owner, the largest first.

    Args:
        owner: (N,), rising.
        values: (N,), from -1.5 to 1.5.
        owners: how many there are.
        k: positions of each owner at most.
    """
    order = np.argsort(owner * 4.0 - values)
    counts = np.bincount(owner, minlength=owners)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(order[rank < k])
