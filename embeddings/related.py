"""Related coverage: candidates by vectors and by words, one similarity, hits with the paragraphs that carry them.

Groups are made before the cut to `limit`: what is filtered out or collapsed never takes a place.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .collection import QUERY_PASSAGES, Collection, Filter, Query, spaced
from .similarity import Parts, density, rank_score, similarity
from .types import Floats, Ids

CANDIDATES = 50
"""By vectors, and again by words. With 40, all but .03 % of the articles of a query's story are among them (ECB+,
BASIL, 600 of AllSides); larger archives need some more."""
SEARCHED_PASSAGES = 12
"""Paragraphs of the query that candidates are searched by; all of them are compared with the candidates then."""
PAIRS_SHOWN = 3
PAIR_LEAST = 0.5
"""Cosine from which two paragraphs are shown as matching. Of paragraphs of unrelated articles one pair in a hundred
reaches .39 (AllSides), .42 (BASIL) or .50 (ECB+)."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph of the query and the paragraph of the hit that says nearly the same."""

    query: int
    """Position of the query's paragraph."""
    hit: int
    """Position of the hit's paragraph."""
    score: float
    """Cosine."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a hit's similarity, as `similarity.Parts` describes them; None where a part does not apply."""

    similarity: float
    words: float
    names: float | None
    forward: float | None
    backward: float | None
    lead: float | None
    days: float | None
    density: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that is related to the query."""

    row: int
    score: float
    """0..1; .5 and more where the two are likely of one story."""
    pairs: tuple[Pair, ...]
    explanation: Explanation
    collapsed: tuple[int, ...] = ()
    """Rows of the copies of this hit that it stands for."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query."""

    hits: tuple[Hit, ...]
    copies: tuple[int, ...] = ()
    """Rows of copies of the query itself that were left out of the hits."""


GroupOf = Callable[[int], int]
"""Row -> a number that copies of one text share."""


def find_related(
    collection: Collection,
    query: Query,
    *,
    limit: int,
    wanted: Filter | None = None,
    group_of: GroupOf | None = None,
    least: float = 0.0,
    pairs: bool = True,
) -> Found:
    """The articles that are most related to the query, best first.

    Args:
        collection: what to search. Its lock is taken for reading.
        query: an article, stored or not.
        limit: hits at most; fewer where no more articles share anything with the query.
        wanted: which articles may be hits.
        group_of: with it, copies are collapsed: those of the query into `Found.copies`, those of a hit into the hit.
        least: hits with a lower score are left out.
        pairs: whether to look for the matching paragraphs.
    """
    with collection.lock.reading():
        allowed = collection.allowed(wanted) if wanted is not None else None
        rows = collection.candidates(query, CANDIDATES, allowed, passages=SEARCHED_PASSAGES).rows
        if not len(rows):
            return Found(())
        parts = collection.compare(query, rows)
        similarities = np.round(similarity(parts), 5)
        densities = collection.densities(rows)
        own = _own_density(collection, query, similarities)
        scores = rank_score(similarities, own, densities)
        order = np.lexsort((rows, -scores))
        kept, copies = _collapse(rows, order[scores[order] >= least], query, group_of, limit)
        return Found(
            tuple(
                Hit(
                    int(rows[i]),
                    float(scores[i]),
                    matching_paragraphs(collection, query, int(rows[i])) if pairs else (),
                    _explanation(parts, i, similarities[i], densities[i]),
                    tuple(others),
                )
                for i, others in kept
            ),
            tuple(copies),
        )


def matching_paragraphs(collection: Collection, query: Query, row: int) -> tuple[Pair, ...]:
    """The best pairs of paragraphs, each paragraph in one pair at most, best first."""
    some = spaced(query, QUERY_PASSAGES)
    member = collection.member(row)
    if not len(some.passages) or not len(member.passages):
        return ()
    scores = some.passages @ collection.index.vectors(member.passages).T
    pairs: list[Pair] = []
    while len(pairs) < PAIRS_SHOWN and scores.size:
        a, b = np.unravel_index(int(scores.argmax()), scores.shape)
        if scores[a, b] < PAIR_LEAST:
            break
        pairs.append(Pair(some.positions[a], int(b), float(min(scores[a, b], 1.0))))
        scores[a, :] = scores[:, b] = -1
    return tuple(pairs)


def _own_density(collection: Collection, query: Query, similarities: Floats) -> float:
    if query.row is not None:
        return collection.density(query.row)
    return density(np.sort(similarities)[::-1])


def _collapse(
    rows: Ids, order: Ids, query: Query, group_of: GroupOf | None, limit: int
) -> tuple[list[tuple[int, list[int]]], list[int]]:
    """Positions of the hits that stay, each with the rows that it stands for; and the rows of the query's copies."""
    kept: list[tuple[int, list[int]]] = []
    copies: list[int] = []
    own = group_of(query.row) if group_of and query.row is not None else None
    place: dict[int, int] = {}
    for i in order:
        row = int(rows[i])
        group = group_of(row) if group_of else row
        if own is not None and group == own:
            copies.append(row)
        elif group in place:
            kept[place[group]][1].append(row)
        elif len(kept) < limit:
            place[group] = len(kept)
            kept.append((int(i), []))
    return kept, copies


def _explanation(parts: Parts, i: int, total: float, hit_density: float) -> Explanation:
    def known(values: Floats) -> float | None:
        return None if np.isnan(values[i]) else round(float(values[i]), 4)

    return Explanation(
        float(total), round(float(parts.words[i]), 4), known(parts.names), known(parts.forward), known(parts.backward),
        known(parts.lead), known(parts.days), round(float(hit_density), 4),
    )  # fmt: skip
