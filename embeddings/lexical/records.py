"""An article's terms in the least memory: a run of 16-bit records in the order of the terms' numbers.

Ten bits of distance to the number before, five of count (exact up to 16, then in steps of 15 %), one for a name; a
distance of 1,024 or more takes another record. That is 2.03 bytes a term (AllSides).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus import Terms

from ..types import Array, Floats, Ids, Mask

_ROOM_SHARE = 8
"""Of a heap of records, one in this many is room, and as many may be of articles that are gone."""
_DEAD_LEAST = 4096
Records = NDArray[np.uint16]
"""One article's terms, or those of several, one after the other; see `pack_terms`."""

_LOW_BITS = 6
"""Of a record, for count and name."""
_DISTANCE = 1 << (16 - _LOW_BITS)
COUNTS = np.array([0, *range(1, 17), 18, 21, 24, 28, 32, 37, 43, 49, 56, 65, 75, 86, 99, 114, 131], np.int64)
"""Code -> count; a larger count is taken for the largest."""
_BETWEEN = np.sqrt(COUNTS[1:-1] * COUNTS[2:])
WEIGHTS = np.concatenate([[0.0], 1 + np.log(COUNTS[1:])])
"""Code -> 1 + ln count."""
LOW_WEIGHTS = np.repeat(WEIGHTS, 2)
"""The same by `Unpacked.low`."""
LOW_NAMED_WEIGHTS = LOW_WEIGHTS * (np.arange(len(LOW_WEIGHTS)) & 1)
"""0 for what is no name."""


class Unpacked(NamedTuple):
    """Terms of N articles, one after the other.

    Records that are no term have code 0, which weighs nothing, and a number that is in range.
    """

    starts: Ids
    """(N + 1,): where each article's begin."""
    numbers: Ids
    low: NDArray[np.uint8]
    """Code, and in the lowest bit whether it is a name: for `LOW_WEIGHTS`."""

    @property
    def codes(self) -> Array:
        """Of the counts; 0 for what is no term."""
        return self.low >> 1

    @property
    def named(self) -> Mask:
        """Which is a name."""
        return (self.low & 1).astype(bool)

    @property
    def owner(self) -> Ids:
        """Which of the articles, rising."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def sums(self, values: Floats) -> Floats:
        """The sum over each article's, (N,)."""
        return np.asarray(np.add.reduceat(np.append(values, 0.0), self.starts[:-1]) * (np.diff(self.starts) > 0))

    def terms(self) -> "Unpacked":
        """Without records that are no term."""
        kept = self.low > 0
        if kept.all():
            return self
        starts = np.concatenate([[0], np.cumsum(kept)])[self.starts]
        return Unpacked(starts, self.numbers[kept], self.low[kept])


def codes_of(counts: Mapping[str, int]) -> Array:
    """Each count as a code, (N,), 1 to 31."""
    return 1 + np.searchsorted(_BETWEEN, np.fromiter(counts.values(), np.float64, len(counts)))


def named_in(terms: Terms) -> Mask:
    """Which of the words is a name, (N,)."""
    return np.fromiter((word in terms.names for word in terms.words), bool, len(terms.words))


def pack_terms(numbers: Ids, codes: Array, named: Mask) -> Records:
    """An article's terms as records. One whose lower six bits are 0 is no term: 1,024 times the distance it states."""
    order = np.argsort(numbers)
    distances = np.diff(numbers[order], prepend=0)
    far = distances // _DISTANCE
    more = -(-far // (_DISTANCE - 1))  # records that only lead on to the next
    ends = np.cumsum(more + 1) - 1
    steps = np.full(int(ends[-1]) + 1 if len(ends) else 0, _DISTANCE - 1)
    steps[ends[more > 0] - 1] = (far - (_DISTANCE - 1) * (more - 1))[more > 0]
    steps[ends] = distances % _DISTANCE
    records = steps << _LOW_BITS
    records[ends] |= codes[order] << 1 | named[order]
    return records.astype(np.uint16)


def unpack_terms(starts: Ids, records: Records) -> Unpacked:
    """The records of some articles, which begin at (N + 1,) starts."""
    low = (records & ((1 << _LOW_BITS) - 1)).astype(np.uint8)
    steps = (records >> _LOW_BITS).astype(np.int32)
    steps[low == 0] *= _DISTANCE
    filled = np.flatnonzero(np.diff(starts))
    begins = starts[filled]
    if len(begins) > 1:  # each article's numbers begin at 0 again
        steps[begins[1:]] -= np.add.reduceat(steps, begins)[:-1]
    return Unpacked(starts, np.cumsum(steps, dtype=np.int64), low)


class RecordHeap:
    """The records of articles by row, one article's after the other's. Not safe to change while it is read."""

    def __init__(self) -> None:
        self._records: Records = np.empty(4096, np.uint16)
        self._used, self._dead = 0, 0
        self._begins, self._sizes = np.zeros(1024, np.int64), np.full(1024, -1, np.int32)
        """By row; -1 for a row that is not in."""

    def __contains__(self, row: int) -> bool:
        return row < len(self._sizes) and bool(self._sizes[row] >= 0)

    def put(self, row: int, records: Records) -> None:
        """Keep an article's."""
        if (more := row + 1 - len(self._sizes)) > 0:
            more = max(more, len(self._sizes) // 2)
            self._begins = np.concatenate([self._begins, np.zeros(more, np.int64)])
            self._sizes = np.concatenate([self._sizes, np.full(more, -1, np.int32)])
        end = self._used + len(records)
        if end > len(self._records):
            room = np.empty(end + end // _ROOM_SHARE, np.uint16)
            room[: self._used] = self._records[: self._used]
            self._records = room
        self._records[self._used : end] = records
        self._begins[row], self._sizes[row], self._used = self._used, len(records), end

    def drop(self, row: int) -> None:
        """Forget those of an article that is in."""
        self._dead += int(self._sizes[row])
        self._sizes[row] = -1
        if self._dead > max(_DEAD_LEAST, self._used // _ROOM_SHARE):
            rows = np.flatnonzero(self._sizes > 0)
            starts, self._records = self._of(rows)
            self._begins[rows] = starts[:-1]
            self._used, self._dead = len(self._records), 0

    def unpacked(self, rows: Ids) -> Unpacked:
        """The terms of some articles; none of one that is not in."""
        return unpack_terms(*self._of(rows))

    def _of(self, rows: Ids) -> tuple[Ids, Records]:
        """Where each article's begin, and the records."""
        inside = rows < len(self._sizes)
        if not inside.all():
            rows = np.where(inside, rows, 0)
        sizes = np.where(inside, self._sizes[rows], 0).clip(min=0)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return starts, self._records[np.arange(starts[-1]) + np.repeat(self._begins[rows] - starts[:-1], sizes)]
