"""Thread ids that survive a re-clustering: a cluster inherits the id of the thread that most of it comes from."""

import hashlib
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import count


def new_thread_id(article: str, taken: Container[str] = ()) -> str:
    """The id of a thread that begins with this article: the same wherever and whenever the thread is born.

    Where that id is `taken` (the article began a thread before, left it, and others stayed), the next one.
    """
    return next(name for name in _names([article]) if name not in taken)


def reconcile(
    clusters: Sequence[Sequence[int]], published: Mapping[int, str], article_ids: Mapping[int, str]
) -> list[str]:
    """A thread id for each cluster, all different.

    The largest overlaps are served first (ties: the lower id, then the earlier cluster); a cluster without one is named
    after its first article whose name is free (another cluster may go on under it).

    Args:
        clusters: rows of each.
        published: row -> present thread id.
        article_ids: row -> article id.
    """
    overlaps = sorted(
        (-shared, old, number)
        for number, rows in enumerate(clusters)
        for old, shared in Counter(published[row] for row in rows if row in published).items()
    )
    given: dict[int, str] = {}
    taken: set[str] = set()
    for _, old, number in overlaps:
        if number not in given and old not in taken:
            given[number] = old
            taken.add(old)
    for number, rows in enumerate(clusters):
        if number not in given:
            given[number] = next(name for name in _names([article_ids[row] for row in rows]) if name not in taken)
            taken.add(given[number])
    return [given[number] for number in range(len(clusters))]


def _names(articles: Sequence[str]) -> Iterator[str]:
    """Names that a cluster could have, without end."""
    for again in count():
        for article in articles:
            text = f"{article}\n{again}" if again else article
            yield "t-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
