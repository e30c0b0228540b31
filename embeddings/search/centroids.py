"""One vector for each article, to find candidates by: all articles are scanned in a millisecond or two.

Scanning paragraphs instead costs 25 times as much (100,000 of them: 150 MB of memory traffic for every search) and
finds less: of the ten best hits of AllSides .976 are among the 50 nearest centroids, 50 by words and 25 by names, and
.892 with the 50 nearest by paragraphs; their order is made by paragraphs either way. A centroid is the mean of an
article's paragraphs, which Rocchio (1971) compared documents by, and a share of its lead and its title. 1.5 kB each.

A newcomer, whose neighbours only are wanted, is compared with fewer where there are many: with those in the IVF lists
(`ivf`) nearest to it, with those of about its day, and with the latest. With 100,000 that takes 1 ms instead of 17.
Both lists and days are needed, as in the batch job (`threads.graph.candidates`).
"""

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import Floats, Ids, Vectors
from .ivf import lists_of, nearest_centre

_LEAD_SHARE = 0.3
"""Of the lead, and again of the title, beside the mean of the paragraphs; .6 finds as much, none .011 less."""
_COMPARED = 20.0
"""Articles in the lists that a newcomer is compared with, for each square root of N."""
_DATED = 1_000
"""And articles around it in order of date."""
_LATE = 2_000
"""Articles that wait to be put into lists, at most: newcomers are compared with all of them."""
_GROWN = 1.5
"""When there are this many times as many articles, the lists are made again."""


@dataclass(frozen=True, slots=True)
class _Ivf:
    """The first N rows in IVF lists: vectors stand list after list, at positions 0 to N - 1."""

    trained: int
    """Rows that there were when the lists were made."""
    centres: Vectors
    """(lists, D)"""
    starts: Ids
    """(lists + 1,): the position where each list begins."""
    row_at: Ids
    """(N,): the row at each position."""
    position_of: Ids
    """(N,): the position of each row."""
    number: NDArray[np.int16]
    """(N,): the list at each position."""
    by_day: Ids
    """(N,): positions in order of date, undated ones last."""
    days: Floats
    """Of these."""


class _State:
    """Vectors, (room, D): of listed rows at their positions, of later rows by row."""

    def __init__(self, vectors: Vectors, ivf: _Ivf | None = None) -> None:
        self.vectors, self.ivf = vectors, ivf

    def positions(self, rows: Ids) -> Ids:
        """Where the vectors of rows are, (N,)."""
        if self.ivf is None:
            return rows
        position_of = self.ivf.position_of
        return np.where(rows < len(position_of), position_of[np.minimum(rows, len(position_of) - 1)], rows)


class Centroids:
    """Centroids by row number. Not safe to change while it is searched; its owner holds the lock."""

    def __init__(self, dimension: int) -> None:
        self._state = _State(np.zeros((1024, dimension), np.float32))
        """Replaced as one, so that a search sees all of one moment."""
        self._rows = 0
        self._listing = threading.Lock()

    def put(self, row: int, centroid: Vectors) -> None:
        """Keep the centroid of a row; rows rise."""
        vectors, ivf = self._state.vectors, self._state.ivf
        if row >= len(vectors):
            more = np.zeros((row + 1 - len(vectors) // 2, vectors.shape[1]), np.float32)
            vectors = np.concatenate([vectors, more])
            self._state = _State(vectors, ivf)
        vectors[row] = centroid
        self._rows = max(self._rows, row + 1)

    def of(self, rows: Ids) -> Vectors:
        """Those of these rows, (N, D), copied."""
        state = self._state
        return np.asarray(state.vectors[state.positions(rows)])

    def cosines(self, centroid: Vectors, rows: Ids) -> Floats:
        """Cosine with each of these rows, (N,); 0 for one without a centroid."""
        state = self._state
        if 2 * len(rows) > self._rows:
            return np.asarray((state.vectors[: self._rows] @ centroid)[state.positions(rows)], np.float64)
        return np.asarray(self.of(rows) @ centroid, np.float64)

    def near(self, centroid: Vectors, day: float, days: Floats) -> tuple[Ids, Floats]:
        """Rows that a newcomer is compared with, each once, in no order, and their cosines, (N,) each.

        Some are of articles that are gone.

        Args:
            centroid: the newcomer's, (D,).
            day: its own, since 1970-01-01, UTC; NaN where undated.
            days: those of all rows, (rows,).
        """
        state = self._listed_state(days)
        ivf, vectors = state.ivf, state.vectors
        assert ivf is not None
        n, starts = len(ivf.row_at), ivf.starts
        near = np.argsort(-(ivf.centres @ centroid))
        near = near[: np.searchsorted(np.cumsum(np.diff(starts)[near]), _COMPARED * n**0.5) + 1]
        runs = [*zip(starts[near].tolist(), starts[near + 1].tolist(), strict=True), (n, self._rows)]
        at = int(np.searchsorted(ivf.days, day))
        dated = ivf.by_day[max(0, at - _DATED // 2) : at + _DATED // 2]
        looked_at = np.zeros(len(ivf.centres), bool)
        looked_at[near] = True
        dated = dated[~looked_at[ivf.number[dated]]]
        cosines = np.concatenate([*(vectors[a:b] @ centroid for a, b in runs), vectors[dated] @ centroid])
        rows = [*(ivf.row_at[a:b] for a, b in runs[:-1]), np.arange(*runs[-1]), ivf.row_at[dated]]
        return np.concatenate(rows), cosines.astype(np.float64)

    def _listed_state(self, days: Floats) -> _State:
        """With at most `_LATE` rows that are in no list."""
        with self._listing:
            state, n = self._state, self._rows
            known = state.ivf
            if known is None or n > _GROWN * known.trained:
                made = lists_of(state.vectors[:n])
                self._state = _arranged(state, made.order, made.starts, made.centres, n, days)
            elif n - len(known.row_at) > _LATE:
                late = nearest_centre(state.vectors[len(known.row_at) : n], known.centres)
                number = np.concatenate([known.number, late])
                order, counts = np.argsort(number, kind="stable"), np.bincount(number, minlength=len(known.centres))
                starts = np.concatenate([[0], np.cumsum(counts)])
                self._state = _arranged(state, order, starts, known.centres, known.trained, days)
            return self._state


def _arranged(state: _State, order: Ids, starts: Ids, centres: Vectors, trained: int, days: Floats) -> _State:
    """Vectors in another order.

    Args:
        state: as they are.
        order: the present position of what is to be at each position, (N,).
        starts: where each list begins then.
        centres: of the lists.
        trained: how many rows the lists were made from.
        days: of all rows.
    """
    n, known = len(order), state.ivf
    row_at = order if known is None else np.concatenate([known.row_at, np.arange(len(known.row_at), n)])[order]
    vectors = np.empty_like(state.vectors)
    np.take(state.vectors, order, axis=0, out=vectors[:n], mode="clip")
    vectors[n:] = state.vectors[n:]
    position_of = np.empty(n, np.int64)
    position_of[row_at] = np.arange(n)
    by_day = np.argsort(days[row_at], kind="stable")
    number = np.repeat(np.arange(len(centres), dtype=np.int16), np.diff(starts))
    return _State(vectors, _Ivf(trained, centres, starts, row_at, position_of, number, by_day, days[row_at[by_day]]))


def centroid(passages: Vectors, lead: Vectors | None, title: Vectors | None, dimension: int) -> Vectors:
    """The centroid of an article, (D,) float32 of unit length; zeros where it has no vector at all.

    Args:
        passages: (n, D) unit vectors of its paragraphs.
        lead: (D,), one of them.
        title: (D,)
        dimension: D.
    """
    mean = passages.mean(axis=0) if len(passages) else np.zeros(dimension, np.float32)
    length = np.linalg.norm(mean)
    whole = mean / length if length else mean
    for extra in (lead, title):
        if extra is not None:
            whole = whole + _LEAD_SHARE * extra
    length = np.linalg.norm(whole)
    return np.asarray(whole / length if length else whole, np.float32)
