"""Threads as they are kept: described when an article comes or goes, and built anew by the offline job."""

from collections.abc import Callable
from dataclasses import dataclass

from corpus.store import Event, Transaction
from embeddings import cluster, describe, reconcile

from .archive import Archive

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a run of the offline job did."""

    articles: int
    threads: int
    moved: int
    """Articles that are in another thread than before."""


def redescribe(archive: Archive, tx: Transaction, thread: str) -> None:
    """Store the description of a thread from its present members; remove it where none is left."""
    rows = archive.members.get(thread)
    if not rows:
        tx.threads.remove_empty()
        return
    stored = tx.articles.of_rows(rows)
    articles = {row: found.article for row, found in stored.items()}
    with archive.collection.lock.reading():
        ordered = sorted(articles, key=lambda row: _moment(archive, row))
        tx.threads.save(describe(archive.collection, thread, ordered, articles))


def build_threads(archive: Archive, progress: Progress | None = None) -> Built:
    """Cluster all articles anew and publish the result in one transaction.

    Articles may be added and removed while the job computes; what is added meanwhile keeps its online thread.
    """
    clustering = cluster(archive.collection, progress)
    with archive.changing() as tx:
        ids = {row: archive.collection.member(row).id for row in archive.collection.rows()}
        clusters = [left for rows in clustering.clusters if (left := [row for row in rows if row in ids])]
        names = reconcile(clusters, archive.thread_of, ids)
        before = dict(archive.thread_of)
        members = before | {row: name for name, rows in zip(names, clusters, strict=True) for row in rows}
        edges = [edge for edge in clustering.edges if edge[0] in ids and edge[1] in ids]
        for row in sorted(ids.keys() - {row for rows in clusters for row in rows}):  # they came meanwhile
            edges += [(row, other, s) for other, s in archive.collection.nearest(row).items()]
        with archive.collection.lock.writing():
            archive.collection.load_graph(edges)
        for row, thread in members.items():
            archive.move(row, thread)
        _publish(archive, tx, clustering.scores, before)
        tx.neighbours.replace_all(edges)
    moved = sum(1 for row, thread in members.items() if before.get(row) != thread)
    return Built(len(members), len(set(members.values())), moved)


def _publish(archive: Archive, tx: Transaction, scores: dict[int, float], before: dict[int, str]) -> None:
    """Store who is in which thread, as memory has it, with descriptions and a change-log line for each that moved."""
    stored = tx.articles.of_rows(list(archive.thread_of))
    found = {}
    with archive.collection.lock.reading():
        for thread, rows in archive.members.items():
            ordered = sorted(rows, key=lambda row: _moment(archive, row))
            articles = {row: stored[row].article for row in ordered}
            found[thread] = describe(archive.collection, thread, ordered, articles)
    tx.threads.replace_all(found, {row: (t, scores.get(row)) for row, t in archive.thread_of.items()})
    for row, thread in archive.thread_of.items():
        if before.get(row) != thread:
            tx.changes.add(Event.THREAD_ASSIGNED, article=stored[row].article.id, row=row, thread=thread)


def _moment(archive: Archive, row: int) -> tuple[float, int]:
    day = archive.collection.member(row).day
    return (day if day == day else float("-inf"), row)
