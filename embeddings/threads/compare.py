"""The similarity of many pairs of articles at once: what `Collection.similarities` says of each, to five decimals.

Pairs come by their first article, some dozens of these in a block. What a block's articles have is read once; words,
names, leads and titles are compared in products of its first articles with all of its articles, most of which nobody
asks for; paragraphs, which cost most, are compared for the pairs alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..collection import QUERY_PASSAGES, Collection, Member
from ..similarity import Parts, similarity
from ..types import Array, Floats, Ids, Mask, Vectors
from .overview import Overview, cosines, distinct

_FIRSTS = 64
"""First articles of a block."""
_PASSAGES = 64_000
"""Paragraphs that the pairs of a block have, at most, if it has more than one first article (100 MB in 384-d)."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Some articles' vectors."""

    passages: Vectors
    """All paragraphs, one article's after the other's."""
    starts: Ids
    """(N + 1,)"""
    leads: Vectors
    """(N, D); zeros where there is none, as in `titles`."""
    has_lead: Mask
    titles: Vectors
    has_title: Mask


def blocks(overview: Overview, firsts: Ids, seconds: Ids) -> Iterator[slice]:
    """Cut pairs, in order of the first article, where the first article changes and a block is full."""
    begins = np.concatenate([[0], np.flatnonzero(np.diff(firsts)) + 1, [len(firsts)]])
    passages = np.concatenate([[0], np.cumsum(overview.passages[seconds])])[begins]
    at = 0
    while at < len(begins) - 1 and len(firsts):
        full = int(np.searchsorted(passages, passages[at] + _PASSAGES, side="right")) - 1
        end = max(at + 1, min(full, at + _FIRSTS))
        yield slice(int(begins[at]), int(begins[end]))
        at = end


def similarities(collection: Collection, overview: Overview, firsts: Ids, seconds: Ids) -> Floats:
    """The similarity of each pair of places, (P,), rounded; NaN where one is gone. The caller holds the lock.

    Args:
        collection: holds the articles.
        overview: of them; its terms and days count.
        firsts: places, rising. Of their paragraphs `QUERY_PASSAGES` are compared.
        seconds: places.
    """
    own, others = distinct(firsts), distinct(seconds)
    first, second = np.searchsorted(own, firsts), np.searchsorted(others, seconds)
    every = distinct(np.concatenate([own, others]))
    members = [collection.member(row) if row in collection else None for row in overview.rows[every].tolist()]
    loaded = _load(collection, members)
    place, other_place = np.searchsorted(every, own), np.searchsorted(every, others)
    forward, backward = _max_sim(loaded, place[first], other_place[second])
    parts = Parts(
        cosines(overview.words, own, others)[second, first].astype(np.float64),
        _names(overview, own, others)[second, first],
        forward,
        backward,
        _leads(loaded, place, other_place)[second, first],
        np.abs(overview.days[firsts] - overview.days[seconds]),
    )
    gone = np.array([member is None for member in members], bool)
    found = np.round(similarity(parts), 5)
    found[gone[place][first] | gone[other_place][second]] = np.nan
    return found


def _load(collection: Collection, members: list[Member | None]) -> _Loaded:
    n, dimension = len(members), collection.index.dimension
    counts = [len(member.passages) if member else 0 for member in members]
    ids = np.concatenate([np.empty(0, np.int64), *(member.passages for member in members if member)])
    passages = collection.index.vectors(ids)
    starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    lead_ids = np.array([member.lead if member else -1 for member in members], np.int64)
    is_lead = np.flatnonzero(ids == np.repeat(lead_ids, counts))
    owners = np.searchsorted(starts, is_lead, side="right") - 1
    leads, titles = np.zeros((2, n, dimension), np.float32)
    leads[owners] = passages[is_lead]
    has_title = np.array([member is not None and member.title is not None for member in members])
    if has_title.any():
        titles[has_title] = [member.title for member in members if member and member.title is not None]
    return _Loaded(passages, starts, leads, lead_ids >= 0, titles, has_title)


def _names(overview: Overview, own: Ids, others: Ids) -> Array:
    """As `cosines`, of names; NaN where a side has none."""
    found = cosines(overview.names, own, others).astype(np.float64)
    found[~overview.named[others]] = np.nan
    found[:, ~overview.named[own]] = np.nan
    return found


def _leads(loaded: _Loaded, own: Ids, others: Ids) -> Array:
    """(others, own): the higher cosine of leads and of titles; NaN where a side has neither."""
    both = []
    for vectors, has in ((loaded.leads, loaded.has_lead), (loaded.titles, loaded.has_title)):
        found = np.full((len(others), len(own)), np.nan)
        if has.any():
            found[:] = vectors[others] @ vectors[own].T
            found[~has[others]] = np.nan
            found[:, ~has[own]] = np.nan
        both.append(found)
    return np.asarray(np.fmax(*both))


def _max_sim(loaded: _Loaded, firsts: Ids, seconds: Ids) -> tuple[Floats, Floats]:
    """MaxSim of each pair in both directions; NaN where a side has no paragraph."""
    counts = np.diff(loaded.starts)
    forward, backward = np.full((2, len(firsts)), np.nan)
    has = np.flatnonzero((counts[firsts] > 0) & (counts[seconds] > 0))
    cuts = np.flatnonzero(np.diff(firsts[has])) + 1
    for pairs in np.split(has, cuts) if len(has) else []:
        first, some = firsts[pairs[0]], counts[seconds[pairs]]
        begins = np.cumsum(some) - some
        at = np.arange(begins[-1] + some[-1]) + np.repeat(loaded.starts[seconds[pairs]] - begins, some)
        mine = _spaced(loaded.passages[loaded.starts[first] : loaded.starts[first + 1]])
        scores = loaded.passages.take(at, axis=0) @ mine.T
        forward[pairs] = np.maximum.reduceat(scores, begins, axis=0).mean(axis=1)
        best = np.ascontiguousarray(scores.T).max(axis=0)  # four times as fast as scores.max(axis=1)
        backward[pairs] = np.add.reduceat(best, begins) / some
    return forward, backward


def _spaced(passages: Vectors) -> Vectors:
    """`QUERY_PASSAGES` at most, evenly spaced over the text, as `collection.spaced` takes them."""
    if len(passages) <= QUERY_PASSAGES:
        return passages
    return np.asarray(passages[np.linspace(0, len(passages) - 1, QUERY_PASSAGES).round().astype(np.int64)])
