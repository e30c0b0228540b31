"""Signatures of texts, and an index of them that finds what may repeat a text. It never gives a verdict.

Requirements. A copy in forty outlets, an update, a brief of forty words cut from a feature, an article that another one
quotes whole, a text with every sixth word changed: all have to be found among a million others, in a millisecond and
in a few hundred bytes each; and the index has to forget as fast as it learns.

**Method.** A text is the set of its runs of five words (Broder, "On the Resemblance and Containment of Documents",
1997), each hashed to a number below 2^64. Its signature is the runs whose hash is small: below 2^62, one in four. So
two texts that share a run either both have it in their signatures or neither has: what is sampled is the same
everywhere, and the share of a signature that another one has estimates containment, not only resemblance, however
different the lengths. The index keeps, of each text, the hashes below 2^64 / `_KEPT_ONE_IN`, and of a short text the
`KEPT_LEAST` smallest of its signature. Texts that share `SHARED_LEAST` kept runs with a signature are candidates.

**Arithmetic.** Of s shared runs a longer text keeps each with probability 1/10, so two texts that share s runs are
missed with (9/10)^s + s (1/10) (9/10)^(s-1):

    s runs shared       10     20     30     40     60    100    200
    missed            .736   .392   .184   .080   .014  .0003  1e-8

A brief of 40 words has 36 runs, and all of the nine or so that are in its signature are kept; where the brief comes
after its original, which keeps a tenth, one run is enough if it stands in no more than `RARE` articles: .023 are
missed. MinHash, with 128 values in 32 bands of 4, finds a pair of
Jaccard overlap J with 1 - (1 - J^4)^32 instead:

    J       .1     .2     .3     .4     .5     .6     .7     .8
    found   .003   .050   .229   .564   .873   .988   .9998  1.000

which is nothing for a quarter of an article (J = .25) or for an article inside one three times as long (.3).

What was measured on the edits of benchmarks/duplicates, as the least recall of candidates of any edit:

    words of a run, kept one in     bytes   candidates/article    least recall
    5, 8                              594          3.6                1.000
    5, 16                             305          2.3                 .975
    5, 24                             217          2.0                 .949
    4, 16                             305          3.3                 .988
    3, 16                             301          5.6                 .987
    MinHash, 32 bands of 4          3,400           .5                 .01

**The index** is a few sorted arrays of numbers, 36 bits of a hash and 28 bits of a row each, every one several times as
long as the next (the logarithmic method; Bentley & Saxe, "Decomposable searching problems", 1980). What is removed is
marked, and drops out when it is a third of all.

A run that stands in more than `ROWS_MOST` articles is looked up in the earliest of these only: it is an outlet's footer
or a wire story in a hundred outlets, and the earliest are enough to find out.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import BadSignature
from ..types import Array, Mask
from .tokens import Hashes, hashed_words, runs

Signature = Hashes
"""(n,) uint64, rising: the sampled runs of a text."""

SIGNATURES_VERSION = 3
"""Of the hashing and sampling: what another version made is made again."""
_WORDS_PER_RUN = 5
"""Runs of 3 meet in stock phrases ("told reporters on Monday"); with runs of 8 a typo costs 8 of them."""
_SAMPLED_BELOW = np.uint64(1 << 62)
_KEPT_ONE_IN = 10
KEPT_LEAST = 16
SHARED_LEAST = 2
"""Runs."""
SHORT = 24
"""Runs of a signature, of a text of about 100 words, below which one shared run is enough that `RARE` articles have."""
RARE = 3
SHARED_SHARE = 0.07
"""And this share of those that the index keeps of the shorter text: a scanned copy with 5 % wrong letters has .3, one
with every sixth word changed .17."""
ROWS_MOST = 64
CANDIDATES_MOST = 40
"""Those that share most."""
_KEPT_BELOW = np.uint64((1 << 64) // _KEPT_ONE_IN)
_ROW_BITS = np.uint64(28)
_HASH_SHIFT = np.uint64(26)
"""Kept hashes have 62 bits, of which 36 stay."""
_ROW_MASK = np.uint64((1 << 28) - 1)
_RATIO = 4
"""An array is at least this many times as long as the next."""
_PURGED = 1 / 3
_STORED = np.dtype("<u8")


def signature(text: str) -> Signature:
    """The signature of one text; empty for a text without words."""
    return signatures([text])[0]


def signatures(texts: Sequence[str]) -> list[Signature]:
    """The signature of each text. Of 600 words, .2 ms each where there are many."""
    words, width = hashed_words(texts), _WORDS_PER_RUN
    if len(words.hashes) < width:
        return [np.sort(_sampled(runs(words.of(i), width))) for i in range(len(words))]
    hashes, owner = runs(words.hashes, width), np.repeat(np.arange(len(words)), np.diff(words.starts))
    inside = owner[: len(hashes)] == owner[width - 1 :]
    chosen = np.flatnonzero(inside & (hashes < _SAMPLED_BELOW))
    hashes, owner = hashes[chosen], owner[chosen]
    order = np.lexsort((hashes, owner))
    hashes, owner = hashes[order], owner[order]
    first = np.ones(len(hashes), bool)
    first[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
    hashes, owner = hashes[first], owner[first]
    found = np.split(hashes, np.searchsorted(owner, np.arange(1, len(words)))) if len(words) else []
    for i in np.flatnonzero(np.diff(words.starts) < width).tolist():  # shorter than a run: one run of all its words
        found[i] = _sampled(runs(words.of(i), width))
    return found


def _sampled(hashes: Hashes) -> Hashes:
    return hashes[hashes < _SAMPLED_BELOW]


def kept(signature: Signature) -> Hashes:
    """What an index keeps of a signature, (n,), rising."""
    return signature[: max(KEPT_LEAST, int(np.searchsorted(signature, _KEPT_BELOW)))]


def pack_signature(signature: Signature) -> bytes:
    """What an index keeps, as the store has it: 8 bytes a run, little endian."""
    return kept(signature).astype(_STORED).tobytes()


def unpack_signature(blob: bytes) -> Signature:
    """The reverse of `pack_signature`.

    Raises:
        BadSignature: it is no whole number of runs, or they do not rise.
    """
    if len(blob) % _STORED.itemsize:
        raise BadSignature(f"a signature is a whole number of {_STORED.itemsize} bytes, not {len(blob)}")
    found = np.frombuffer(blob, _STORED).astype(np.uint64)
    if len(found) and (found[-1] >= _SAMPLED_BELOW or not (found[1:] > found[:-1]).all()):
        raise BadSignature("the runs of a signature rise, and are sampled ones")
    return found


class SignatureIndex:
    """Signatures by row number (0 to 2^28 - 1). Not safe to change while it is searched; its owner holds the lock."""

    def __init__(self) -> None:
        self._arrays: list[Hashes] = []
        """Sorted entries, the longest array first."""
        self._sizes = np.zeros(1024, np.uint32)
        """Entries by row that is in, plus one."""
        self._dead = np.zeros(1024, bool)
        """Rows that are removed and have entries still."""
        self._entries = self._dead_entries = self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def __contains__(self, row: int) -> bool:
        return 0 <= row < len(self._sizes) and bool(self._sizes[row])

    def add(self, row: int, signature: Signature) -> None:
        """Add the signature of a row; one that is there already is replaced."""
        self.add_all([(row, signature)])

    def add_all(self, signed: Iterable[tuple[int, Signature]]) -> None:
        """As `add`, for many rows at once."""
        some = {row: kept(signature) for row, signature in signed}
        if not some:
            return
        rows = np.fromiter(some, np.int64, len(some))
        self._grow(int(rows.max()) + 1)
        for row in rows[self._sizes[rows] > 0].tolist():
            self.remove(row)
        if self._dead[rows].any():  # an old entry must not come back to life under its row
            self._purge()
        counts = np.fromiter(map(len, some.values()), np.int64, len(some))
        hashes = np.concatenate(list(some.values()))
        entries = _keys(hashes) | np.repeat(rows, counts).astype(np.uint64)
        entries.sort()
        if len(entries):
            self._arrays.append(entries)
        self._sizes[rows] = counts + 1
        self._entries += len(entries)
        self._rows += len(rows)
        while len(self._arrays) > 1 and len(self._arrays[-2]) < _RATIO * len(self._arrays[-1]):
            self._merge()

    def remove(self, row: int) -> None:
        """Take a row out; nothing happens where it is not in."""
        if row not in self:
            return
        entries = int(self._sizes[row]) - 1
        self._sizes[row] = 0
        self._dead[row] = entries > 0
        self._dead_entries += entries
        self._rows -= 1
        if self._dead_entries > 1024 + _PURGED * self._entries:
            self._purge()

    def candidates(self, signature: Signature) -> list[int]:
        """Rows that may repeat a text or be repeated by it, those that share most first; none for an empty text."""
        return self.candidates_of([signature])[0]

    def candidates_of(self, signed: Sequence[Signature]) -> list[list[int]]:
        """As `candidates`, for many texts at once, which is faster."""
        hashes = np.concatenate([np.empty(0, np.uint64), *signed])
        owner = np.repeat(np.arange(len(signed)), [len(one) for one in signed])
        order = np.argsort(hashes)  # looked up in order, memory is gone through in order
        keys, owner = _keys(hashes[order]), owner[order]
        found = [np.empty(0, np.uint64), *(self._look_up(array, keys) for array in self._arrays)]
        asker, rows, counts, rare = _counted(np.sort(np.concatenate(found)), owner)
        sizes = np.fromiter((len(kept(one)) for one in signed), np.int64, len(signed))
        short = np.fromiter((len(one) < SHORT for one in signed), bool, len(signed))
        least = np.maximum(SHARED_LEAST, SHARED_SHARE * np.minimum(sizes[asker], self._sizes[rows] - 1.0))
        enough = (counts >= least) | (short[asker] & rare)
        asker, rows, counts = asker[enough], rows[enough], counts[enough]
        order = np.lexsort((rows, -counts, asker))
        starts = np.searchsorted(asker, np.arange(len(signed) + 1))
        rows = rows[order]
        return [
            rows[start : min(stop, start + CANDIDATES_MOST)].tolist()
            for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
        ]

    def _look_up(self, array: Hashes, keys: Hashes) -> Hashes:
        """Which key stands in which row, as position among the keys << 32 | row: the earliest `ROWS_MOST` of each."""
        at = np.searchsorted(array, keys)
        there = np.flatnonzero((array[np.minimum(at, len(array) - 1)] ^ keys) <= _ROW_MASK)
        at = at[there]
        counts = np.searchsorted(array, keys[there] | _ROW_MASK, side="right") - at
        many = np.flatnonzero(counts > ROWS_MOST)
        found = [self._earliest(array[at[i] : at[i] + counts[i]], there[i]) for i in many]
        counts[many] = 0
        found_at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(at, counts)
        rows, key = array[found_at] & _ROW_MASK, np.repeat(there, counts)
        alive = ~self._dead[rows]
        return np.concatenate([key[alive].astype(np.uint64) << np.uint64(32) | rows[alive], *found])

    def _earliest(self, entries: Hashes, key: np.int64) -> Hashes:
        rows = entries & _ROW_MASK
        return np.asarray(np.uint64(key) << np.uint64(32) | rows[~self._dead[rows]][:ROWS_MOST])

    def _merge(self) -> None:
        """The last two arrays become one."""
        last, before = self._arrays.pop(), self._arrays.pop()
        merged = np.concatenate([before, last])
        merged.sort(kind="stable")  # two sorted runs: one pass
        self._arrays.append(merged)

    def _purge(self) -> None:
        """All arrays without what is dead."""
        self._arrays = [array[~self._dead[array & _ROW_MASK]] for array in self._arrays]
        self._arrays = sorted((array for array in self._arrays if len(array)), key=len, reverse=True)
        self._dead[:] = False
        self._entries, self._dead_entries = sum(map(len, self._arrays)), 0

    def _grow(self, rows: int) -> None:
        if rows > len(self._sizes):
            more = max(rows, 2 * len(self._sizes)) - len(self._sizes)
            self._sizes = np.concatenate([self._sizes, np.zeros(more, np.uint32)])
            self._dead = np.concatenate([self._dead, np.zeros(more, bool)])


def _counted(found: Hashes, owner: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], Array, Mask]:
    """Asker, row, how many keys they share, and whether one of these is rare; of each key the earliest `ROWS_MOST`.

    Args:
        found: position among the keys << 32 | row, rising.
        owner: whose key stands at each position.
    """
    key = (found >> np.uint64(32)).astype(np.int64)
    first = np.searchsorted(key, key)
    few = np.searchsorted(key, key, side="right") - first <= RARE
    early = np.arange(len(found)) - first < ROWS_MOST
    found, few, asker = found[early], few[early], owner[key[early]].astype(np.uint64)
    pairs, at, counts = np.unique(asker << np.uint64(32) | (found & _ROW_MASK), return_inverse=True, return_counts=True)
    rare = np.bincount(at[few], minlength=len(pairs)) > 0
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & _ROW_MASK).astype(np.int64), counts, rare


def _keys(hashes: Hashes) -> Hashes:
    """The hashes with room for a row."""
    return np.asarray((hashes >> _HASH_SHIFT) << _ROW_BITS)
