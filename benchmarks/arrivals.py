"""How fast an article that comes finds its thread, in a large archive, vectors given.

    python benchmarks/arrivals.py STORE [--active 100000] [--arrivals 320] [--together 32]

The archive is grown from a store's as `scale.py` does, and threaded by the offline job. Then articles come some at a
time, as in a stream: candidates, similarities, pair scores, the nearest thread, the neighbour graph of one after the
other, and the threads around all of them linked anew.
Printed: CPU milliseconds of each part, and articles a second; the first article, which terms are compiled and centroids
put into lists for, is not counted.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.scale import Article, collection_of, grown, read, say
from corpus import Level
from embeddings.search import Collection, Query
from embeddings.threads import (
    CUTS,
    UNBOUND,
    ThreadShapes,
    around,
    choose_thread,
    cluster,
    newcomer_links,
    newcomer_scores,
    relink,
)
from service.archive.view import CANDIDATES


class Clock:
    """CPU seconds by part."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time a part."""
        start = time.process_time()
        yield
        self.spent[name] += time.process_time() - start


class Threads:
    """Stories, both ways."""

    def __init__(self, clusters: tuple[tuple[int, ...], ...]) -> None:
        self.of: dict[int, str] = {}
        self.members: dict[str, set[int]] = defaultdict(set)
        for number, rows in enumerate(clusters):
            for row in rows:
                self.put(row, f"t-{number}")

    def put(self, row: int, thread: str) -> None:
        """Move an article."""
        self.members[self.of.get(row, thread)].discard(row)
        self.of[row] = thread
        self.members[thread].add(row)


def arrive(collection: Collection, threads: Threads, article: Article, clock: Clock) -> None:
    """One article finds its thread."""
    profile, title, passages = article
    lead = passages[0] if len(passages) else None
    day = profile.published.at.timestamp() / 86_400 if profile.published else float("nan")
    query = Query(profile.terms, passages, tuple(range(len(passages))), lead, title, day)
    with clock.part("candidates"):
        rows = collection.candidates(query, CANDIDATES, note=False)
    with clock.part("similarities"):
        similarities = collection.similarities(query, rows)
    with clock.part("pair scores"):
        scores = newcomer_scores(collection, rows, similarities, day, sum(profile.terms.words.values()))
        edges = newcomer_links(collection, rows, similarities)
    with clock.part("nearest thread"):
        near = {row: threads.of[row] for row in rows.tolist()}
        shapes = ThreadShapes(collection, threads.members)
        found = choose_thread(rows, scores, day, near, shapes, CUTS[Level.STORY])
        threads.put(profile.row, found.thread or f"n-{profile.row}")
    with clock.part("graph"):
        collection.index.add(np.array([key.id for key in profile.paragraphs], np.int64), passages)
        collection.add(profile, title)
        collection.neighbours.connect(profile.row, edges)


def settle(collection: Collection, threads: Threads, rows: list[int], clock: Clock) -> None:
    """Link what is around new articles anew."""
    with clock.part("linked anew"):
        rows_around = {other for row in rows for other in around(collection, row, threads.of, threads.members)}
        linked = relink(collection, rows_around, threads.of, UNBOUND)
        for some in linked.clusters:
            name = threads.of[some[0]]
            for row in some:
                threads.put(row, name)


def main() -> None:
    """As the head of this file says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--active", type=int, default=100_000)
    parser.add_argument("--arrivals", type=int, default=320)
    parser.add_argument("--together", type=int, default=32, help="articles that are linked anew together")
    asked = parser.parse_args()
    articles = read(asked.store)
    collection, _ = collection_of(articles, asked.active)
    every = islice(grown(articles, asked.active + 1 + asked.arrivals), asked.active, None)
    clustering = cluster(collection)
    collection.neighbours.load(clustering.links)
    threads, clock = Threads(clustering.clusters), Clock()
    say(f"{len(collection):,} articles in {len(clustering.clusters):,} stories")
    arrive(collection, threads, next(every), Clock())  # what the first one makes ready is not counted
    while some := list(islice(every, asked.together)):
        for article in some:
            arrive(collection, threads, article, clock)
        settle(collection, threads, [profile.row for profile, *_ in some], clock)
    for name, seconds in clock.spent.items():
        say(f"  {name:<15} {1e3 * seconds / asked.arrivals:7.2f} ms")
    total = sum(clock.spent.values())
    say(f"  {'all':<15} {1e3 * total / asked.arrivals:7.2f} ms, {asked.arrivals / total:.0f} articles a second")


if __name__ == "__main__":
    main()
