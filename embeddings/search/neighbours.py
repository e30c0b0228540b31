"""The neighbour graph of a collection: which articles are near which, as articles come and go.

An article is linked with its nearest, with those whose nearest it is, and with those that are near enough to count in a
linkage. Nearly all links are as they were loaded, in arrays (8 bytes a direction, where a dictionary takes 90); of
articles whose links have changed since there is a dictionary each. Of every article the nearest are kept, 64 bytes. The
caller holds the collection's lock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from ..arrays import rank_within, runs_of
from ..types import Array, Floats, Ids, Mask
from .similarity import DENSITY_NEIGHBOURS, NEIGHBOURS, densities, model

_DECIMALS = 1e5
"""Similarities have five decimals, and are kept as whole numbers of them."""
_PACKED = np.dtype([("other", "<u4"), ("similarity", "<i4")])
WITNESS_LEAST = 0.35
"""Similarity of an article with both of two issues of a column that shows them to be of one event: what an article
has with others of its story (`threads.pairs.COHESION_LONE`); what two issues of a digest have near are .1."""
_ROOM = 1024
_FAR = 1 << 30
"""More than any similarity, whole."""
_OTHER = (1 << 32) - 1
_NO_NEIGHBOUR = np.int64(np.iinfo(np.int64).max)


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


class Templates(Protocol):
    """Which articles are reports from one template, or issues of one column."""

    def same_frame(self, one: Ids, other: Ids) -> Mask:
        """Which of these pairs of rows are, (N,)."""
        ...

    def same_column(self, one: Ids, other: Ids) -> Mask:
        """Which are issues of one column, (N,)."""
        ...


NO_LINKS = Links.of([])


def pack_links(links: Mapping[int, float]) -> bytes:
    """An article's links (row -> similarity) as the store keeps them: 8 bytes each, little endian."""
    packed = np.empty(len(links), _PACKED)
    packed["other"] = list(links)
    packed["similarity"] = _whole(np.fromiter(links.values(), np.float64, len(links)))
    return packed.tobytes()


def links_in(packed: bytes) -> dict[int, float]:
    """The reverse of `pack_links`."""
    some = np.frombuffer(packed, _PACKED)
    return dict(zip(some["other"].tolist(), (some["similarity"] / _DECIMALS).tolist(), strict=True))


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
        self._copies: dict[int, int] = {}
        self._suppressed: set[int] = set()
        self.templates: Templates | None = None
        """Set by who knows; None knows none."""
        self._take(NO_LINKS)

    def load(self, links: Links) -> None:
        """Take a graph in place of the present one; copies stay."""
        self._take(links)
        rows = np.arange(len(self._starts) - 1)
        owner = np.repeat(rows, np.diff(self._starts))
        self._rank(rows, owner, self._others, self._similarities)

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
        self._suppressed.discard(row)
        self._refresh([row, *others])

    def connect(self, row: int, links: Mapping[int, float]) -> None:
        """Link an article with others."""
        own = self._own(row)
        new = not own and row not in self._suppressed
        for other, similarity in links.items():
            own[other] = self._own(other)[row] = similarity
        self._refresh([row] if new else [row, *links])
        if new:
            others = np.array(list(links), np.int64)
            keys = _keys(np.array([row]), _whole(np.array(list(links.values()))))[:, None]
            self._note(others, np.sort(np.concatenate([self._near[others], keys], axis=1), axis=1)[:, :-1])

    def links(self, row: int) -> Mapping[int, float]:
        """All that an article is linked with, and how similar they are."""
        if (own := self._changed.get(row)) is not None:
            return own
        some = self._loaded(row)
        return dict(zip(self._others[some].tolist(), (self._similarities[some] / _DECIMALS).tolist(), strict=True))

    def links_of(self, rows: Ids) -> tuple[Ids, Links]:
        """All links of some articles, in no order: positions in `rows` of their first sides, and the links."""
        loaded: list[int] = []
        others: list[int] = []
        similarities: list[float] = []
        counts = np.zeros(len(rows), np.int64)
        for i, row in enumerate(rows.tolist()):
            if (own := self._changed.get(row)) is None:
                loaded.append(i)
            else:
                counts[i] = len(own)
                others += own
                similarities += own.values()
        inside = np.array(loaded, np.int64)
        inside = inside[rows[inside] < len(self._starts) - 1]
        starts, at = runs_of(self._starts, rows[inside])
        owner = np.concatenate([np.repeat(inside, np.diff(starts)), np.repeat(np.arange(len(rows)), counts)])
        return owner, Links(
            rows[owner], np.concatenate([self._others[at], np.array(others, np.int64)]),
            np.concatenate([self._similarities[at] / _DECIMALS, np.array(similarities)]),
        )  # fmt: skip

    def nearest(self, row: int) -> dict[int, float]:
        """The nearest articles of one, with their similarities, nearest first; without suppressed copies."""
        (rows,), (similarities,) = self.nearest_of(np.array([row]))
        return {other: s for other, s in zip(rows.tolist(), similarities.tolist(), strict=True) if other >= 0}

    def nearest_of(self, rows: Ids) -> tuple[Ids, Floats]:
        """The same of several: rows, -1 where there are fewer, and similarities, (N, `DENSITY_NEIGHBOURS`) each."""
        keys = self._near[rows]
        known = keys != _NO_NEIGHBOUR
        return np.where(known, keys & _OTHER, -1), np.where(known, _FAR - (keys >> 32), 0) / _DECIMALS

    def density(self, row: int) -> float:
        """Density of an article."""
        return float(self._densities[row])

    def densities(self, rows: Ids | Sequence[int]) -> Floats:
        """Densities of articles, (N,)."""
        return np.asarray(self._densities[np.asarray(rows, np.int64)])

    def story_shares(self, rows: Ids) -> Floats:
        """What `threads.roundups` found of articles by their nearest, (N,); NaN where these are others since."""
        return np.asarray(self._story_shares[rows])

    def keep_story_shares(self, rows: Ids, shares: Floats) -> None:
        """Keep that, (N,), until the nearest of an article change."""
        self._story_shares[rows] = shares

    def wanted(self, rows: Ids, similarities: Floats, counted: Mask | None = None) -> dict[int, float]:
        """Which links a new article gets (row -> similarity): its nearest, those whose nearest it is, and `counted`.

        Args:
            rows: what it was compared with, (N,).
            similarities: with each of them, (N,).
            counted: which others, (N,), if they are among the nearest `NEIGHBOURS`.
        """
        order = np.lexsort((rows, -similarities))
        order = order[self.active(rows[order])]
        last = self._near[rows[order], -1]
        rank = np.arange(len(order))
        nearer = (last == _NO_NEIGHBOUR) | (similarities[order] > (_FAR - (last >> 32)) / _DECIMALS)
        kept = (rank < DENSITY_NEIGHBOURS) | nearer
        if counted is not None:
            kept |= (rank < NEIGHBOURS) & counted[order]
        return dict(zip(rows[order[kept]].tolist(), similarities[order[kept]].tolist(), strict=True))

    @property
    def copies(self) -> Mapping[int, int]:
        """Row of a copy -> row of the article that it is a copy of, its canonical one."""
        return self._copies

    @property
    def suppressed(self) -> AbstractSet[int]:
        """Copies that are no neighbours of any article."""
        return self._suppressed

    def active(self, rows: Ids) -> Mask:
        """Which of these are not suppressed, (N,)."""
        if not self._suppressed:
            return np.ones(len(rows), bool)
        return np.fromiter((row not in self._suppressed for row in rows.tolist()), bool, len(rows))

    def set_copies(self, rows: Sequence[int]) -> None:
        """Take articles, in order of age, for copies of the first of them.

        The first copy stays active too, and further ones are suppressed: forty outlets that run one text count as two
        articles. Else such an article would have no other neighbours than its copies, and seem to be alike to
        everything.
        """
        for position, row in enumerate(rows):
            self._copies.pop(row, None)
            self._suppressed.discard(row)
            if position:
                self._copies[row] = rows[0]
            if position > 1:
                self._suppressed.add(row)
        self._refresh(list({other for row in rows for other in (row, *self.links(row))}))

    def canonical(self, rows: Ids) -> Ids:
        """Of each article the one that it is a copy of, (N,); itself where it is none."""
        return np.fromiter((self._copies.get(row, row) for row in rows.tolist()), np.int64, len(rows))

    def other_reports(self, one: Ids, other: Ids) -> Mask:
        """Which of these pairs of articles are different reports of one series, (N,).

        From one template, or issues of one column, unless an article outside of it is near to both: then they report
        one event, "Hurricane Delia" day by day.
        """
        if self.templates is None:
            return np.zeros(len(one), bool)
        found, column = self.templates.same_frame(one, other), self.templates.same_column(one, other)
        for i in np.flatnonzero(column).tolist():
            found[i] = not self._have_a_witness(int(one[i]), int(other[i]))
        found[found] = self.canonical(one[found]) != self.canonical(other[found])
        return found

    def _have_a_witness(self, one: int, other: int) -> bool:
        """Whether an article that is not of the column of both is near to both."""
        assert self.templates is not None
        mine, theirs = self.links(one), self.links(other)
        common = [row for row in mine.keys() & theirs.keys() if min(mine[row], theirs[row]) >= WITNESS_LEAST]
        return not self.templates.same_column(np.full(len(common), one), np.array(common, np.int64)).all()

    def originals(self, rows: Sequence[int]) -> list[int]:
        """These articles without the copies of others among them."""
        among = set(rows)
        return [row for row in rows if self._copies.get(row) not in among]

    def _take(self, links: Links) -> None:
        """Each pair in both directions, by row."""
        rows, others = np.concatenate([links.rows, links.others]), np.concatenate([links.others, links.rows])
        order = np.argsort(rows, kind="stable")
        self._starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=1))])
        self._others = others[order].astype(np.int32)
        self._similarities = np.tile(_whole(links.similarities), 2)[order]
        self._changed: dict[int, dict[int, float]] = {}
        self._densities = np.empty(0)
        self._story_shares = np.empty(0)
        self._near = np.empty((0, DENSITY_NEIGHBOURS), np.int64)
        """Of each article `_keys` of the nearest, rising; `_NO_NEIGHBOUR` where there are fewer."""
        self._grow(max(_ROOM, len(self._starts)))

    def _loaded(self, row: int) -> slice:
        return slice(self._starts[row], self._starts[row + 1]) if row + 1 < len(self._starts) else slice(0)

    def _own(self, row: int) -> dict[int, float]:
        if row not in self._changed:
            self._changed[row] = dict(self.links(row))
        return self._changed[row]

    def _refresh(self, rows: Sequence[int]) -> None:
        """Bring what follows from the links of these in line with them."""
        own = np.array(rows, np.int64)
        owner, links = self.links_of(own)
        self._rank(own, owner, links.others, _whole(links.similarities))

    def _rank(self, rows: Ids, owner: Ids, others: Array, similarities: Array) -> None:
        """Note the nearest, and the densities, of articles by all links of theirs.

        Args:
            rows: the articles', (N,).
            owner: positions in `rows`, (L,).
            others: what they are linked with, (L,).
            similarities: whole, (L,).
        """
        active = self.active(others)
        owner, keys = owner[active], _keys(others[active], similarities[active])
        order = np.lexsort((keys, owner))
        owner = owner[order]
        rank = rank_within(owner)
        near = rank < DENSITY_NEIGHBOURS
        found = np.full((len(rows), DENSITY_NEIGHBOURS), _NO_NEIGHBOUR)
        found[owner[near], rank[near]] = keys[order[near]]
        self._note(rows, found)

    def _note(self, rows: Ids, keys: Ids) -> None:
        """Take `_keys`, (N, `DENSITY_NEIGHBOURS`), for those of the nearest of articles."""
        self._story_shares[rows[(self._near[rows] != keys).any(axis=1)]] = np.nan
        self._near[rows] = keys
        owner = np.repeat(np.arange(len(rows)), DENSITY_NEIGHBOURS)
        similarities = np.where(keys == _NO_NEIGHBOUR, 0, _FAR - (keys >> 32)).ravel() / _DECIMALS
        self._densities[rows] = densities(owner, similarities, len(rows))

    def _grow(self, rows: int) -> None:
        if (more := rows - len(self._densities)) > 0:
            more = max(more, len(self._densities) // 2)
            self._densities = np.concatenate([self._densities, np.full(more, model().background)])
            self._story_shares = np.concatenate([self._story_shares, np.full(more, np.nan)])
            self._near = np.concatenate([self._near, np.full((more, DENSITY_NEIGHBOURS), _NO_NEIGHBOUR)])


def _whole(similarities: Floats) -> Array:
    return np.asarray(np.rint(similarities * _DECIMALS), np.int32)


def _keys(others: Array, similarities: Array) -> Ids:
    """Neighbours and their whole similarities as one number each that rises from the nearest on, then by row."""
    return (_FAR - similarities.astype(np.int64) << 32) | others
