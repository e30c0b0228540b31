"""Who is near whom: the neighbour graph of a collection, as articles come and go.

An article is linked with its nearest, with those whose nearest it is, and with those that are near enough to count in a
linkage. Nearly all links are as they were loaded, in arrays (8 bytes a direction, where a dictionary takes 90); of
articles whose links have changed since there is a dictionary each. The caller holds the collection's lock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .similarity import DENSITY_NEIGHBOURS, NEIGHBOURS, densities, model
from .types import Array, Floats, Ids, Mask

_DECIMALS = 1e5
"""Similarities have five decimals, and are kept as whole numbers of them."""
_PACKED = np.dtype([("other", "<u4"), ("similarity", "<i4")])
_REMEMBERED = 50_000
"""Articles whose nearest are kept at hand (60 MB)."""


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """L pairs of articles and how similar they are; each pair once."""

    rows: Ids
    others: Ids
    similarities: Floats
    """(L,), of five decimals."""

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, some: Mask) -> "Links":
        return Links(self.rows[some], self.others[some], self.similarities[some])

    @staticmethod
    def of(pairs: Iterable[tuple[int, int, float]]) -> "Links":
        """Links of (row, other, similarity)."""
        found = list(pairs)
        rows, others, similarities = zip(*found, strict=True) if found else ((), (), ())
        return Links(np.array(rows, np.int64), np.array(others, np.int64), np.array(similarities, np.float64))

    @staticmethod
    def joined(*parts: "Links") -> "Links":
        """All of these."""
        return Links(
            np.concatenate([part.rows for part in parts]), np.concatenate([part.others for part in parts]),
            np.concatenate([part.similarities for part in parts]),
        )  # fmt: skip


NO_LINKS = Links.of([])


def pack_links(links: Mapping[int, float]) -> bytes:
    """An article's links (row -> similarity) as the store keeps them: 8 bytes each, little endian."""
    packed = np.empty(len(links), _PACKED)
    packed["other"] = list(links)
    packed["similarity"] = _whole(np.fromiter(links.values(), np.float64, len(links)))
    return packed.tobytes()


def packed_by_row(links: Links) -> Iterator[tuple[int, bytes]]:
    """Links as the store keeps them, all of a row together: (row, `pack_links`), by row."""
    order = np.argsort(links.rows, kind="stable")
    packed = np.empty(len(links), _PACKED)
    packed["other"], packed["similarity"] = links.others[order], _whole(links.similarities[order])
    rows, starts = np.unique(links.rows[order], return_index=True)
    for row, (start, stop) in zip(rows.tolist(), pairwise([*starts.tolist(), len(links)]), strict=True):
        yield row, packed[start:stop].tobytes()


def unpack_links(stored: Iterable[tuple[int, bytes]]) -> Links:
    """The reverse of `packed_by_row`."""
    rows, blobs = [], []
    for row, blob in stored:
        rows.append(row)
        blobs.append(blob)
    packed = np.frombuffer(b"".join(blobs), _PACKED)
    counts = [len(blob) // _PACKED.itemsize for blob in blobs]
    return Links(
        np.repeat(np.array(rows, np.int64), counts), packed["other"].astype(np.int64), packed["similarity"] / _DECIMALS
    )


class Neighbours:
    """The neighbour graph of the articles of one collection."""

    def __init__(self) -> None:
        self._take(NO_LINKS)
        self._densities = np.full(1024, model().background)
        self._copies: dict[int, int] = {}
        self._silent: set[int] = set()

    def load(self, links: Links) -> None:
        """Take a graph in place of the present one; copies stay."""
        self._take(links)
        self._densities[:] = model().background
        silent = self._mask(self._silent)
        owner, near = self._owner(), ~silent[self._others]
        before = np.concatenate([[0], np.cumsum(near)])
        near &= before[:-1] - before[self._starts[owner]] < DENSITY_NEIGHBOURS
        found = densities(owner[near], self._similarities[near] / _DECIMALS, len(self._starts) - 1)
        self._grow(len(found))
        self._densities[: len(found)] = found

    def admit(self, row: int) -> None:
        """Make room for an article, which has no links yet."""
        self._grow(row + 1)

    def remove(self, row: int) -> None:
        """Take an article out; nothing happens where it has no links."""
        others = list(self.links(row))
        for other in others:
            self._own(other).pop(row, None)
        self._changed[row] = {}
        self._copies.pop(row, None)
        self._silent.discard(row)
        self._refresh([row, *others])

    def connect(self, row: int, links: Mapping[int, float]) -> None:
        """Link an article with others."""
        for other, similarity in links.items():
            self._own(row)[other] = similarity
            self._own(other)[row] = similarity
        self._refresh([row, *links])

    def links(self, row: int) -> Mapping[int, float]:
        """All that an article is linked with, and how similar they are."""
        if (own := self._changed.get(row)) is not None:
            return own
        some = self._loaded(row)
        return dict(zip(self._others[some].tolist(), (self._similarities[some] / _DECIMALS).tolist(), strict=True))

    def nearest(self, row: int) -> dict[int, float]:
        """The nearest articles of one, with their similarities, nearest first; without silent copies."""
        if (found := self._nearest.get(row)) is None:
            links = self.links(row)
            near = [other for other in links if other not in self._silent]
            if row in self._changed:  # else they are in this order
                near.sort(key=lambda other: (-links[other], other))
            found = {other: links[other] for other in near[:DENSITY_NEIGHBOURS]}
            if len(self._nearest) >= _REMEMBERED:
                self._nearest.clear()
            self._nearest[row] = found
        return found

    def density(self, row: int) -> float:
        """Density of an article."""
        return float(self._densities[row])

    def densities(self, rows: Ids | Sequence[int]) -> Floats:
        """Densities of articles, (N,)."""
        return np.asarray(self._densities[np.asarray(rows, np.int64)])

    def wanted(self, rows: Ids, similarities: Floats, counted: Mask | None = None) -> dict[int, float]:
        """Which links a new article gets (row -> similarity): its nearest, those whose nearest it is, and `counted`.

        Args:
            rows: what it was compared with, (N,).
            similarities: with each of them, (N,).
            counted: who else, (N,), if it is among the nearest `NEIGHBOURS`.
        """
        order = [i for i in np.lexsort((rows, -similarities)).tolist() if int(rows[i]) not in self._silent]
        return {
            int(rows[i]): float(similarities[i])
            for place, i in enumerate(order)
            if place < DENSITY_NEIGHBOURS
            or (place < NEIGHBOURS and counted is not None and counted[i])
            or similarities[i] > self._least_near(int(rows[i]))
        }

    @property
    def copies(self) -> Mapping[int, int]:
        """Row of a copy -> row of the article that it is a copy of, its canonical one."""
        return self._copies

    @property
    def silent(self) -> AbstractSet[int]:
        """Copies that are nobody's neighbours."""
        return self._silent

    def follow(self, rows: Sequence[int]) -> None:
        """Take articles, in order of age, for copies of the first of them.

        The first copy speaks too, and further ones are silent: forty outlets that run one text are two voices. Else
        such an article would have no other neighbours than its copies, and seem to be alike to everything.
        """
        for place, row in enumerate(rows):
            self._copies.pop(row, None)
            self._silent.discard(row)
            if place:
                self._copies[row] = rows[0]
            if place > 1:
                self._silent.add(row)
        self._refresh(list({other for row in rows for other in (row, *self.links(row))}))

    def originals(self, rows: Sequence[int]) -> list[int]:
        """These articles without the copies of others among them."""
        among = set(rows)
        return [row for row in rows if self._copies.get(row) not in among]

    def _take(self, links: Links) -> None:
        """Each pair in both directions, by row, the nearest first."""
        rows, others = np.concatenate([links.rows, links.others]), np.concatenate([links.others, links.rows])
        similarities = np.tile(_whole(links.similarities), 2)
        order = np.lexsort((others, -similarities, rows))
        counts = np.bincount(rows, minlength=1)
        self._starts = np.concatenate([[0], np.cumsum(counts)])
        self._others, self._similarities = others[order].astype(np.int32), similarities[order]
        self._changed: dict[int, dict[int, float]] = {}
        self._nearest: dict[int, dict[int, float]] = {}

    def _loaded(self, row: int) -> slice:
        return slice(self._starts[row], self._starts[row + 1]) if row + 1 < len(self._starts) else slice(0)

    def _owner(self) -> Ids:
        return np.repeat(np.arange(len(self._starts) - 1), np.diff(self._starts))

    def _own(self, row: int) -> dict[int, float]:
        if row not in self._changed:
            self._changed[row] = dict(self.links(row))
        return self._changed[row]

    def _least_near(self, row: int) -> float:
        """Similarity that a newcomer must exceed to be among the nearest of an article."""
        nearest = self.nearest(row)
        return min(nearest.values()) if len(nearest) == DENSITY_NEIGHBOURS else float("-inf")

    def _refresh(self, rows: Sequence[int]) -> None:
        """Bring what follows from the links of these in line with them."""
        for row in rows:
            self._nearest.pop(row, None)
        near = [list(self.nearest(row).values()) for row in rows]
        owner = np.repeat(np.arange(len(rows)), [len(some) for some in near])
        self._densities[list(rows)] = densities(owner, np.array([s for some in near for s in some]), len(rows))

    def _grow(self, rows: int) -> None:
        while rows > len(self._densities):
            self._densities = np.concatenate([self._densities, np.full(len(self._densities), model().background)])

    def _mask(self, rows: Iterable[int]) -> Mask:
        found = np.zeros(max(len(self._starts), int(self._others.max(initial=0)) + 1), bool)
        found[[row for row in rows if row < len(found)]] = True
        return found


def _whole(similarities: Floats) -> Array:
    return np.asarray(np.rint(similarities * _DECIMALS), np.int32)
