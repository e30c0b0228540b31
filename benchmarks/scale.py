"""Time, memory and growth of the batch job's parts on archives made large from a real one.

    python benchmarks/scale.py STORE [--sizes 2500,10000,30000,100000] [--sample 200] [--whole] [--profile]

An archive of several times the articles is made of clones of the store's. Each clone has a rotation R of its own and
each vector v becomes (v + R v) / sqrt 2: within a clone cosines stay as they are but for a little noise, and between
two clones they are half, as on other events of one kind. Names and the rarer half of the words are renamed by clone,
dates move by up to ten years. Then the articles are put into a collection in memory, as opening a store does.

Printed for each size: seconds of CPU and of the clock by part, and the most memory it took beyond what was there; how
many of the 8 (40) most similar of a sample of articles, found one by one, the graph has, and how much less similar its
neighbours are; and the exponent with which CPU grew from the size before. All cores are used, with BLAS at one thread
each as in `clew threads build`; `--whole` times all of what that runs, too, from a collection to its threads.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import argparse
import cProfile
import math
import pstats
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np

from corpus import Terms
from corpus.records import Profile
from embeddings.index.faiss import FaissIndex
from embeddings.search import Collection
from embeddings.search.similarity import NEIGHBOURS
from embeddings.threads import CUTS, cluster
from embeddings.threads.graph.build import NeighbourGraph, neighbour_graph
from embeddings.threads.graph.edges import scored_edges
from embeddings.threads.linkage.nested import nested_linkage
from embeddings.threads.pairs import LEAST_SCORE, span_of
from embeddings.types import Vectors
from service.archive import Archive
from service.settings import load_settings

LONGEST_SHIFT_DAYS = 3650
CANDIDATES = 60
"""Of an article, where articles are compared one by one."""

Article = tuple[Profile, Vectors | None, Vectors]
"""With the title's vector and the paragraphs'."""
_T = TypeVar("_T")


def read(store: Path) -> list[Article]:
    """All articles of a store."""
    with Archive(load_settings({"data": store}), write=False) as archive:
        with archive.store.read() as transaction:
            profiles = list(transaction.articles.profiles())
        members = [archive.memory.collection.member(profile.row) for profile in profiles]
        passages = archive.memory.collection.passages([member.row for member in members])
        return [
            (profile, member.title, np.array(own))
            for profile, member, own in zip(profiles, members, passages, strict=True)
        ]


def grown(articles: list[Article], size: int) -> Iterator[Article]:
    """So many articles: clone after clone; ids and rows are new."""
    frequencies = Counter(word for profile, _, _ in articles for word in profile.terms.words)
    names = {word for profile, _, _ in articles for word in profile.terms.names}
    kept = {word for word, count in frequencies.items() if count > len(articles) / 50 and word not in names}
    kept |= {word for word in frequencies if word not in names and sum(word.encode()) % 2}
    row, paragraph = 0, 0
    for clone in range(-(-size // len(articles))):
        random = np.random.default_rng(clone)
        dimension = articles[0][2].shape[1]
        rotation = np.linalg.qr(random.standard_normal((dimension, dimension)))[0].astype(np.float32)
        days = int(random.integers(LONGEST_SHIFT_DAYS))
        for profile, title, passages in articles[: size - row]:
            keys = tuple(key._replace(id=paragraph + i) for i, key in enumerate(profile.paragraphs))
            published = profile.published and replace(profile.published, at=profile.published.at + timedelta(days=days))
            yield (
                replace(
                    profile, row=row, id=f"{clone}-{profile.id}", published=published, paragraphs=keys,
                    body_hash=f"{clone}-{profile.body_hash}", terms=_renamed(profile.terms, kept, clone),
                ),
                None if title is None else _turned(title[None], rotation)[0],
                _turned(passages, rotation),
            )  # fmt: skip
            row, paragraph = row + 1, paragraph + len(keys)


def _turned(vectors: Vectors, rotation: Vectors) -> Vectors:
    both = vectors + vectors @ rotation
    return np.asarray(both / np.linalg.norm(both, axis=1, keepdims=True).clip(1e-12), np.float32)


def _renamed(terms: Terms, kept: set[str], clone: int) -> Terms:
    new = {word: word if word in kept or not clone else f"{word}~{clone}" for word in terms.words}
    return Terms(
        {new[word]: count for word, count in terms.words.items()},
        {new[word]: count for word, count in terms.names.items()},
    )


def collection_of(articles: list[Article], size: int) -> tuple[Collection, list[int]]:
    """A collection of so many articles in memory, and its rows by date.

    All vectors go into the index first, as from a snapshot; for the rest of each article it is made once more.
    """
    passages = [len(own) for _, _, own in articles]
    full, rest = divmod(size, len(articles))
    vectors = np.empty((full * sum(passages) + sum(passages[:rest]), articles[0][2].shape[1]), np.float32)
    end = 0
    for _, _, own in grown(articles, size):
        vectors[end : end + len(own)] = own
        end += len(own)
    collection = Collection(FaissIndex(vectors.shape[1]))
    collection.index.add(np.arange(end), vectors)
    del vectors
    for profile, title, _ in grown(articles, size):
        collection.add(profile, title)
    days = collection.days(np.arange(size))
    return collection, np.argsort(days, kind="stable").tolist()


class Peak:
    """The most memory that the process has while this is open, in GB, sampled (Linux)."""

    def __enter__(self) -> "Peak":
        self.before = self.most = self._now()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._closed.wait(0.1):
            self.most = max(self.most, self._now())

    @staticmethod
    def _now() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e9


def timed(name: str, articles: int, task: Callable[[], _T]) -> tuple[_T, float]:
    """What a task gives and its CPU seconds, which are printed."""
    with Peak() as peak:
        wall, cpu = time.perf_counter(), time.process_time()
        found = task()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    say(
        f"  {name:<8} {cpu:8.2f} s CPU {wall:8.2f} s wall {cpu / articles * 1e3:7.3f} ms CPU an article; "
        f"memory {peak.before:.2f} GB + {peak.most - peak.before:.2f}"
    )
    return found, cpu


def recall(collection: Collection, rows: list[int], graph: NeighbourGraph, sample: int) -> str:
    """How much of what comparing one by one finds the graph has."""
    random = np.random.default_rng(0)
    shares: dict[int, list[float]] = {8: [], 40: []}
    less: list[float] = []
    worst, spent = 0.0, time.process_time()
    for place in random.choice(len(rows), min(sample, len(rows)), replace=False).tolist():
        query = collection.query(rows[place])
        candidates = collection.candidates(query, CANDIDATES)
        similarities = collection.similarities(query, candidates)
        best = np.lexsort((candidates, -similarities))[:NEIGHBOURS]
        others, values = graph.of(place)
        found = dict(zip([rows[i] for i in others.tolist()], values.tolist(), strict=True))
        expected = dict(zip(candidates.tolist(), similarities.tolist(), strict=True))
        worst = max([worst, *(abs(found[row] - expected[row]) for row in found.keys() & expected.keys())])
        for k, some in shares.items():
            top = set(candidates[best[:k]].tolist())
            some.append(len(top & set(list(found)[:k])) / max(len(top), 1))
        less.append(float(similarities[best[:8]].sum() - sum(values[:8].tolist())) / 8)
    spent = (time.process_time() - spent) / len(less)
    return (
        f"recall@8 {np.mean(shares[8]):.4f}, recall@40 {np.mean(shares[40]):.4f}, the 8 nearest are less similar by "
        f"{np.mean(less):.5f}; largest difference of one similarity {worst:.6f}; one by one: {spent * 1e3:.1f} ms each"
    )


def measure(
    articles: list[Article], size: int, sample: int, before: tuple[int, float] | None, *, whole: bool = False
) -> tuple[int, float]:
    """One size; returns it and its CPU seconds."""
    say(f"{size:,} articles")
    (collection, rows), _ = timed("load", size, lambda: collection_of(articles, size))
    if whole:
        timed("whole", size, lambda: cluster(collection))
    graph, in_graph = timed("graph", size, lambda: neighbour_graph(collection, rows))
    numbers = np.array(rows, np.int64)
    days, words = collection.days(numbers), collection.word_counts(numbers)
    (edges, _), in_edges = timed("scores", size, lambda: scored_edges(graph, days, words, LEAST_SCORE))
    spans = [span_of(day) for day in days.tolist()]
    labels, in_linkage = timed("linkage", size, lambda: nested_linkage(spans, edges, tuple(CUTS.values())))
    cpu = in_graph + in_edges + in_linkage
    sizes = [Counter(level).values() for level in labels]
    threads, largest = [len(some) for some in sizes], [max(some) for some in sizes]
    say(f"  {len(edges[0]):,} edges; threads {threads}, largest {largest}")
    if sample:
        say(f"  {recall(collection, rows, graph, sample)}")
    if before:
        say(f"  all parts {cpu:.1f} s CPU: exponent {math.log(cpu / before[1]) / math.log(size / before[0]):.2f}")
    return size, cpu


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """As the head of this file says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--sizes", default="2500,10000,30000,100000")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    articles, before = read(asked.store), None
    profile = cProfile.Profile()
    for size in map(int, asked.sizes.split(",")):
        if asked.profile:
            profile.enable()
        before = measure(articles, size, asked.sample, before, whole=asked.whole)
        profile.disable()
    if asked.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
