"""Thread ids that survive a re-clustering: each id goes on where, over all, most articles keep theirs.

Maximum-overlap assignment (the Hungarian method; Kuhn 1955) between the clusters and the published threads, over each
connected part of their overlaps by itself: nearly all parts are one cluster and one thread, or one and a few.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import count

import numpy as np

from corpus import Level

_ASSIGNED_MOST = 2_000
"""Clusters or threads in one connected part; a greater one is served greedily, the largest overlaps first (the matrix
of 2,000 by 2,000 takes 32 MB and under a second)."""


def new_thread_id(article: str, taken: Container[str] = (), level: Level = Level.STORY) -> str:
    """The id of a thread that begins with this article: the same wherever and whenever the thread is born.

    Where that id is `taken` (the article began a thread before, left it, and others stayed), the next one.
    """
    return next(name for name in _names([article], level) if name not in taken)


def reconcile(
    clusters: Sequence[Sequence[int]], published: Mapping[int, str], article_ids: Mapping[int, str], *,
    level: Level = Level.STORY, bound: Mapping[int, str] | None = None, taken: Container[str] = (),
) -> list[str]:  # fmt: skip
    """A thread id for each cluster, all different.

    Ids that are bound come first, then the greatest sum of overlaps (ties: the lower id, then the earlier cluster); a
    cluster without one is named after its first article whose name is free (another cluster may go on under it).

    Args:
        clusters: rows of each.
        published: row -> present thread id.
        article_ids: row -> article id.
        level: of the clusters.
        bound: number of a cluster -> the id that it has to have; all different.
        taken: ids that no new thread may have.
    """
    given = dict(bound or {})
    used = set(given.values())
    overlaps: dict[tuple[str, int], int] = {}
    for number, rows in enumerate(clusters):
        if number not in given:
            for old, shared in Counter(published[row] for row in rows if row in published).items():
                if old not in used:
                    overlaps[old, number] = shared
    for part in _parts(overlaps):
        for old, number in _assigned(part):
            given[number] = old
            used.add(old)
    used |= set(published.values())
    for number, rows in enumerate(clusters):
        if number not in given:
            names = _names([article_ids[row] for row in rows], level)
            given[number] = next(name for name in names if name not in used and name not in taken)
            used.add(given[number])
    return [given[number] for number in range(len(clusters))]


def _parts(overlaps: Mapping[tuple[str, int], int]) -> Iterator[dict[tuple[str, int], int]]:
    """The connected parts of the overlap graph."""
    numbers_of: dict[str, list[int]] = defaultdict(list)
    olds_of: dict[int, list[str]] = defaultdict(list)
    for old, number in sorted(overlaps):
        numbers_of[old].append(number)
        olds_of[number].append(old)
    seen: set[int] = set()
    for start in sorted(olds_of):
        if start in seen:
            continue
        seen.add(start)
        part, olds = [start], set[str]()
        for number in part:
            for old in olds_of[number]:
                if old not in olds:
                    olds.add(old)
                    fresh = [other for other in numbers_of[old] if other not in seen]
                    seen.update(fresh)
                    part.extend(fresh)
        yield {(old, number): overlaps[old, number] for number in part for old in olds_of[number]}


def _assigned(part: Mapping[tuple[str, int], int]) -> list[tuple[str, int]]:
    """Which thread goes on as which cluster, of one connected part."""
    olds: list[str] = sorted({old for old, _ in part})
    numbers: list[int] = sorted({number for _, number in part})
    if min(len(olds), len(numbers)) == 1 or max(len(olds), len(numbers)) > _ASSIGNED_MOST:
        return _greedy(part)
    row = {old: i for i, old in enumerate(olds)}
    column = {number: i for i, number in enumerate(numbers)}
    matrix = np.zeros((len(olds), len(numbers)))
    for (old, number), shared in part.items():
        matrix[row[old], column[number]] = shared
    from scipy.optimize import linear_sum_assignment  # half a second, which every command would take

    pairs = zip(*linear_sum_assignment(matrix, maximize=True), strict=True)
    return [(olds[i], numbers[j]) for i, j in pairs if matrix[i, j]]


def _greedy(part: Mapping[tuple[str, int], int]) -> list[tuple[str, int]]:
    """The largest overlaps first."""
    found: list[tuple[str, int]] = []
    given: set[str | int] = set()
    for (old, number), _ in sorted(part.items(), key=lambda pair: (-pair[1], pair[0])):
        if old not in given and number not in given:
            found.append((old, number))
            given |= {old, number}
    return found


def _names(articles: Sequence[str], level: Level) -> Iterator[str]:
    """Names that a cluster could have, without end."""
    for again in count():
        for article in articles:
            text = f"{article}\n{again}" if again else article
            yield level.prefix + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
