"""Clew's threads beside other ways to group news, on the same vectors in the same run.

    python benchmarks/thread_peers.py STORE GOLD.jsonl [STORE GOLD.jsonl ...] [--only NAMES]

A STORE is what `clew ingest` made of the articles in GOLD (`id` and `story` a line, .gz or not). Nothing is encoded:
the vectors are the store's. Where a tool wants one vector for an article it gets the mean of its title's and its
paragraphs'. What a tool leaves out as noise counts as threads of one.

For each set and tool: B-cubed precision, recall and F1 and CPU seconds at the tool's default; F1 at the one setting
that is best for the mean of all sets that are given; and F1 at the setting that is best for this very set. The last two
need the answer to be known: no reader of an archive has them.

Clew's seconds are those of the job on a loaded store, the others' from the articles' vectors or texts. BERTopic is
measured where it is installed (pip install bertopic). OMP_NUM_THREADS=1 makes CPU seconds comparable.
"""

import argparse
import gzip
import importlib.util
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from corpus import Level
from embeddings.evaluation import BCubed, b_cubed
from embeddings.search import Collection
from embeddings.threads import UNBOUND, cluster
from embeddings.threads.batch import items_of
from embeddings.threads.graph.build import neighbour_graph
from embeddings.threads.graph.edges import scored_edges
from embeddings.threads.linkage.nested import nested_linkage
from embeddings.threads.links import kept_apart, without_copies
from embeddings.threads.pairs import LEAST_SCORE, STORY_CUT, span_of
from embeddings.threads.roundups import round_ups_in
from embeddings.types import Floats, Vectors
from service.archive import Archive
from service.settings import load_settings, quiet_libraries

CUTS = tuple(np.round(np.arange(0.30, 0.079, -0.01), 2).tolist())
"""Of Clew's own tree, for its best cut."""
SIMILARITY_CUTS = tuple(np.round(np.arange(0.02, 0.961, 0.02), 2).tolist())
SEED = 42


@dataclass(frozen=True, slots=True)
class Case:
    """One set of N articles."""

    name: str
    gold: dict[str, str]
    """Id -> story."""
    ids: list[str]
    texts: list[str]
    vectors: Vectors
    """(N, D), unit rows."""
    collection: Collection
    rows: list[int]
    """Of the articles in the collection, as `ids`."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a tool made of a set at one setting."""

    setting: str
    score: BCubed
    threads: int
    cpu: float
    """Seconds."""
    default: bool = False


Labels = Sequence[int]
"""Number of each article's thread; -1 is noise."""
Settled = Iterator[tuple[str, Labels, float]]
"""Setting, labels and CPU seconds."""


def read_case(store: Path, gold: Path) -> Case:
    """A store with what people said about its articles."""
    lines = (gzip.open if gold.suffix == ".gz" else open)(gold, "rt", encoding="utf8")
    with lines as file:
        told = [json.loads(line) for line in file if line.strip()]
    stories = {str(row["id"]): str(row["story"]) for row in told if row.get("story") is not None}
    with Archive(load_settings({"data": store}), write=False) as archive:
        with archive.store.read() as transaction:
            profiles = [profile for profile in transaction.articles.profiles() if profile.id in stories]
            stored = transaction.articles.of_rows([profile.row for profile in profiles])
        rows = [profile.row for profile in profiles]
        members = [archive.memory.collection.member(row) for row in rows]
        passages = archive.memory.collection.passages(rows)
        means = [
            np.concatenate([own, member.title[None]] if member.title is not None else [own]).mean(axis=0)
            for member, own in zip(members, passages, strict=True)
        ]
        texts = [f"{stored[row].article.title or ''}\n{stored[row].article.text}" for row in rows]
        vectors = np.stack(means)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)
        return Case(store.name, stories, [p.id for p in profiles], texts, vectors, archive.memory.collection, rows)


def clew(case: Case) -> Settled:
    """The job at its default; then other cuts of the same tree."""
    begun = time.process_time()
    found = cluster(case.collection).levels[Level.STORY]
    cpu = time.process_time() - begun
    of = {row: number for number, rows in enumerate(found) for row in rows}
    yield f"cut {STORY_CUT}", [of[row] for row in case.rows], cpu
    items = items_of(case.collection, case.collection.rows(), UNBOUND)
    graph = neighbour_graph(case.collection, items.rows)
    edges, _ = scored_edges(graph, items.days, case.collection.word_counts(items.rows), LEAST_SCORE)
    rows = np.array(items.rows, np.int64)
    tied = round_ups_in(case.collection, rows, graph)
    edges = without_copies(case.collection, rows, kept_apart(case.collection, rows, edges, tied))  # as the job
    # one cut beforehand for events: identical articles are joined there
    levels = nested_linkage([span_of(day) for day in items.days.tolist()], edges, CUTS, items.identical)
    for cut, labels in zip(CUTS, levels, strict=True):
        of = dict(zip(items.rows, labels, strict=True))
        if cut != STORY_CUT:
            yield f"cut {cut}", [of[row] for row in case.rows], cpu


def tf_idf(case: Case) -> Settled:
    """Average link over cosines of sublinear TF-IDF: there is no default cut."""
    begun = time.process_time()
    yield from _average_link(_tf_idf(case), begun)


def tf_idf_and_dense(case: Case) -> Settled:
    """The same over the mean of both cosines."""
    begun = time.process_time()
    yield from _average_link((_tf_idf(case) + case.vectors @ case.vectors.T) / 2, begun)


def _tf_idf(case: Case) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(sublinear_tf=True).fit_transform(case.texts)
    return np.asarray((matrix @ matrix.T).toarray())


def _average_link(similarities: Floats, begun: float) -> Settled:
    from scipy.cluster.hierarchy import fcluster, linkage

    distances = (1 - similarities)[np.triu_indices(len(similarities), 1)].clip(0)
    tree = linkage(distances, "average")
    cpu = time.process_time() - begun
    for cut in SIMILARITY_CUTS:
        yield f"cut {cut}", fcluster(tree, 1 - cut, "distance").tolist(), cpu


def community_detection(case: Case) -> Settled:
    """Of sentence-transformers; its default leaves out groups of fewer than ten."""
    from sentence_transformers.util import community_detection as detect

    thresholds = [t for t in SIMILARITY_CUTS if 0.4 <= t <= 0.92]
    for threshold, least in [(0.75, 10), (0.75, 2), *((t, 2) for t in thresholds)]:
        begun = time.process_time()
        groups = detect(case.vectors, threshold=threshold, min_community_size=least)
        labels = np.full(len(case.ids), -1)
        for number, group in enumerate(groups):
            labels[group] = number
        yield f"threshold {threshold}, from {least}", labels.tolist(), time.process_time() - begun


def hdbscan(case: Case) -> Settled:
    """scikit-learn's."""
    from sklearn.cluster import HDBSCAN

    grid = [(5, None, "eom"), *product((2, 3), (1, 2), ("eom", "leaf"))]
    for size, samples, method in grid:
        begun = time.process_time()
        tool = HDBSCAN(min_cluster_size=size, min_samples=samples, cluster_selection_method=method, copy=True)
        labels = tool.fit_predict(case.vectors)
        yield f"size {size}, samples {samples}, {method}", labels.tolist(), time.process_time() - begun


def bertopic(case: Case) -> Settled:
    """With the store's vectors; UMAP as BERTopic has it, but for a seed."""
    from bertopic import BERTopic
    from umap import UMAP

    for size, around in [(10, 15), (5, 15), (3, 15), (2, 15), (2, 5)]:
        begun = time.process_time()
        umap = UMAP(
            n_neighbors=around, n_components=5, min_dist=0.0, metric="cosine", low_memory=False, random_state=SEED
        )
        topics, _ = BERTopic(min_topic_size=size, umap_model=umap).fit_transform(case.texts, case.vectors)
        yield f"topic size {size}, neighbours {around}", topics, time.process_time() - begun


TOOLS: dict[str, tuple[Callable[[Case], Settled], str, bool]] = {
    "clew": (clew, "", True),
    "tf-idf": (tf_idf, "sklearn", False),
    "tf-idf+dense": (tf_idf_and_dense, "sklearn", False),
    "community_detection": (community_detection, "sentence_transformers", True),
    "hdbscan": (hdbscan, "sklearn", True),
    "bertopic": (bertopic, "bertopic", True),
}
"""Name -> how it is run, the package that it needs, and whether what comes first is a default."""


def measured(name: str, case: Case) -> list[Tried]:
    """A tool on a set at all its settings."""
    run, _, has_default = TOOLS[name]
    found = []
    for place, (setting, labels, cpu) in enumerate(run(case)):
        threads = {id: str(label) for id, label in zip(case.ids, labels, strict=True) if label >= 0}
        number = len(set(threads.values())) + len(case.ids) - len(threads)
        found.append(Tried(setting, b_cubed(case.gold, threads), number, cpu, has_default and not place))
        sys.stderr.write(f"{name} {case.name}: {_told(found[-1])}, {cpu:.1f} s\n")
    return found


def common(tried: Iterable[list[Tried]]) -> str:
    """The setting that is best for the mean of the sets."""
    scores: dict[str, list[float]] = defaultdict(list)
    for some in tried:
        for one in some:
            scores[one.setting].append(one.score.f1)
    return max(scores, key=lambda setting: float(np.mean(scores[setting])))


def report(tool: str, by_set: dict[str, list[Tried]]) -> Iterator[str]:
    """Lines about one tool."""
    shared = common(by_set.values())
    for name, tried in by_set.items():
        first = next((one for one in tried if one.default), None)
        same = next(one for one in tried if one.setting == shared)
        best = max(tried, key=lambda one: one.score.f1)
        at_default = "no default" if first is None else _told(first)
        yield (
            f"{tool:<20} {name:<16} default: {at_default} | one for all sets: {same.score.f1:.3f} ({shared}) | best of"
            f" this set: {_told(best)} | CPU {(first or best).cpu:.1f} s"
        )


def _told(one: Tried) -> str:
    s = one.score
    return f"P {s.precision:.3f} R {s.recall:.3f} F1 {s.f1:.3f}, {one.threads} threads ({one.setting})"


def main() -> None:
    """As the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="+", type=Path, metavar="STORE GOLD")
    parser.add_argument("--only", default=",".join(TOOLS))
    asked = parser.parse_args()
    if len(asked.pairs) % 2:
        parser.error("a store and a gold file each")
    quiet_libraries()
    cases = []
    for store, gold in zip(asked.pairs[::2], asked.pairs[1::2], strict=True):
        if not (store.exists() and gold.exists()):
            raise SystemExit(f"skipped: {store} or {gold} is missing (clew ingest {gold} --data {store})")
        cases.append(read_case(store, gold))
    for tool in asked.only.split(","):
        if (needs := TOOLS[tool][1]) and importlib.util.find_spec(needs) is None:
            say(f"{tool}: skipped, {needs} is not installed")
            continue
        for line in report(tool, {case.name: measured(tool, case) for case in cases}):
            say(line)


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
