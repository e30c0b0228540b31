"""The similarity of many pairs of articles at once: what `Collection.similarities` says of each, to five decimals.

Words and names come with the pairs. What the articles of some pairs have is read once. Paragraphs cost most: those of
short articles are multiplied pair by pair, those of a longer one with all of its candidates' in one product.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...arrays import distinct, evenly_spaced, runs_of
from ...search.collection import QUERY_PASSAGES
from ...search.similarity import Parts, in_languages, similarity
from ...types import Array, Floats, Ids, Mask, Vectors
from .overview import Overview, products_of
from .records import Promising

_PASSAGES = 32_000
"""Paragraphs of the second articles that are compared at once, at most, if there is more than one first article (50 MB
in 384-d)."""
_SHORT = 4
"""Paragraphs of a short article."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """Some articles' vectors."""

    passages: Vectors
    """All paragraphs, one article's after the other's."""
    starts: Ids
    """(N + 1,)"""
    leads: Ids
    """(N,): where in `passages` the lead is; -1 where there is none."""
    titles: Vectors
    """(N, D); zeros where there is none. Empty where no article has one."""
    has_title: Mask


def similarities(overview: Overview, pairs: Promising) -> Floats:
    """The similarity of each pair of places, (P,), rounded; NaN where one is gone.

    The collection's lock is taken for reading for some pairs at a time.

    Args:
        overview: of the articles; its days count.
        pairs: by first place. Of their paragraphs `QUERY_PASSAGES` are compared.
    """
    found = np.empty(len(pairs.firsts))
    for some in _portions(overview, pairs):
        part = Promising(pairs.firsts[some], pairs.seconds[some], pairs.words[some], pairs.names[some])
        found[some] = _similarities(overview, part)
    return found


def _portions(overview: Overview, pairs: Promising) -> Iterator[slice]:
    """Cuts where the first article changes and a portion is full."""
    begins = np.concatenate([np.flatnonzero(np.diff(pairs.firsts, prepend=-1)), [len(pairs.firsts)]])
    passages = np.concatenate([[0], np.cumsum(overview.passages(pairs.seconds))])[begins]
    at = 0
    while at < len(begins) - 1:
        end = max(at + 1, int(np.searchsorted(passages, passages[at] + _PASSAGES, side="right")) - 1)
        yield slice(int(begins[at]), int(begins[end]))
        at = end


def _similarities(overview: Overview, pairs: Promising) -> Floats:
    every = distinct(np.concatenate([pairs.firsts, pairs.seconds]))
    first, second = np.searchsorted(every, pairs.firsts), np.searchsorted(every, pairs.seconds)
    with overview.collection.lock.reading():
        there = overview.present(every)
        loaded = _load(overview, every, there)
    forward, backward = _max_sim(loaded, first, second)
    parts = Parts(
        pairs.words.astype(np.float64),
        pairs.names.astype(np.float64),
        forward,
        backward,
        _leads(loaded, first, second),
        np.abs(overview.days[pairs.firsts] - overview.days[pairs.seconds]),
    )
    between = overview.collection.languages(overview.rows[pairs.firsts], overview.rows[pairs.seconds])
    found = np.round(similarity(in_languages(parts, between), overview.collection.model), 5)
    found[~(there[first] & there[second])] = np.nan
    return found


def _load(overview: Overview, places: Ids, there: Mask) -> _Loaded:
    """Of these places; those that are not there have nothing."""
    index = overview.collection.index
    own = np.flatnonzero(there)
    begins, at = runs_of(overview.starts, places[own])
    ids = overview.paragraphs[at]
    counts = np.zeros(len(places), np.int64)
    counts[own] = np.diff(begins)
    leads = np.full(len(places), -1, np.int64)
    is_lead = np.flatnonzero(ids == np.repeat(overview.leads[places[own]], np.diff(begins)))
    leads[own[np.searchsorted(begins, is_lead, side="right") - 1]] = is_lead
    known = [overview.titles[place] for place in places.tolist()]
    has_title = np.array([title is not None for title in known], bool)
    titles = np.zeros((len(places) if has_title.any() else 0, index.dimension), np.float32)
    if has_title.any():
        titles[has_title] = [title for title in known if title is not None]
    starts = np.concatenate([[0], np.cumsum(counts)])
    return _Loaded(index.vectors(ids), starts, leads, titles, has_title)


def _leads(loaded: _Loaded, firsts: Ids, seconds: Ids) -> Floats:
    """The higher cosine of leads and of titles of each pair, (P,); NaN where a side has neither."""
    found = np.full(len(firsts), np.nan)
    first, second = loaded.leads[firsts], loaded.leads[seconds]
    both = np.flatnonzero((first >= 0) & (second >= 0))
    found[both] = products_of(loaded.passages.__getitem__, first[both], second[both])
    both = np.flatnonzero(loaded.has_title[firsts] & loaded.has_title[seconds])
    found[both] = np.fmax(found[both], products_of(loaded.titles.__getitem__, firsts[both], seconds[both]))
    return found


def _max_sim(loaded: _Loaded, firsts: Ids, seconds: Ids) -> tuple[Floats, Floats]:
    """MaxSim of each pair in both directions; NaN where a side has no paragraph."""
    counts = np.diff(loaded.starts)
    forward, backward = np.full((2, len(firsts)), np.nan)
    has = (counts[firsts] > 0) & (counts[seconds] > 0)
    short = (counts[firsts] <= _SHORT) & (counts[seconds] <= _SHORT)
    some = np.flatnonzero(has & short)
    forward[some], backward[some] = _max_sim_short(loaded, firsts[some], seconds[some])
    some = np.flatnonzero(has & ~short)
    cuts = np.flatnonzero(np.diff(firsts[some])) + 1
    for pairs in np.split(some, cuts) if len(some) else []:
        forward[pairs], backward[pairs] = _max_sim_one(loaded, int(firsts[pairs[0]]), seconds[pairs])
    return forward, backward


def _max_sim_short(loaded: _Loaded, firsts: Ids, seconds: Ids) -> tuple[Floats, Floats]:
    """Of pairs of short articles, each of which has a paragraph."""
    counts = np.diff(loaded.starts)
    mine, theirs = counts[firsts], counts[seconds]
    pair = np.repeat(np.arange(len(firsts)), mine * theirs)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(mine * theirs) - mine * theirs, mine * theirs)
    one, other = np.divmod(within, theirs[pair])
    begins = loaded.starts[firsts[pair]], loaded.starts[seconds[pair]]
    products = products_of(loaded.passages.__getitem__, begins[0] + one, begins[1] + other)
    if len(pair) == len(firsts):
        return products.astype(np.float64), products.astype(np.float64)
    return _mean_best(products, pair * _SHORT + one, mine), _mean_best(products, pair * _SHORT + other, theirs)


def _mean_best(products: Array, passage: Ids, counts: Ids) -> Floats:
    """The mean of the best products of each pair's passages, (P,).

    Args:
        products: of two passages each.
        passage: whose: the pair times `_SHORT` and the number in it.
        counts: passages of each pair.
    """
    order = np.argsort(passage, kind="stable")
    begins = np.flatnonzero(np.diff(passage[order], prepend=-1))
    best = np.maximum.reduceat(products[order], begins)
    return np.asarray(np.bincount(passage[order][begins] // _SHORT, best, len(counts)) / counts)


def _max_sim_one(loaded: _Loaded, first: int, seconds: Ids) -> tuple[Floats, Floats]:
    """Of one article, `QUERY_PASSAGES` of whose paragraphs are taken, with others."""
    starts, some = loaded.starts[seconds], np.diff(loaded.starts)[seconds]
    begins = np.cumsum(some) - some
    at = np.arange(begins[-1] + some[-1]) + np.repeat(starts - begins, some)
    mine = loaded.passages[loaded.starts[first] : loaded.starts[first + 1]]
    if len(mine) > QUERY_PASSAGES:
        mine = mine[evenly_spaced(len(mine), QUERY_PASSAGES)]  # as `collection.spaced`
    scores = np.ascontiguousarray((loaded.passages.take(at, axis=0) @ mine.T).T)  # two thirds of the time of mine @ X.T
    forward = np.maximum.reduceat(scores, begins, axis=1).mean(axis=0)
    return forward.astype(np.float64), np.add.reduceat(scores.max(axis=0), begins) / some
