"""What is said about threads, kept in step with who is in them."""

from collections.abc import Iterable
from dataclasses import replace

from corpus import Level, Thread
from corpus.store import Transaction
from embeddings import describe

from ..archive import Archive


def redescribe(archive: Archive, tx: Transaction, threads: Iterable[tuple[Level, str]]) -> None:
    """Store the descriptions of threads from their present articles, as memory has them; those without are removed."""
    living, empty = [], []
    for level, id in sorted(set(threads)):
        if members := archive.levels[level].members.get(id):
            living.append((level, id, tuple(sorted(members, key=lambda row: moment(archive, row)))))
        else:
            empty.append(id)
    stored = tx.articles.of_rows({row for _, _, rows in living for row in rows})
    articles = {row: found.article for row, found in stored.items()}
    known: dict[tuple[int, ...], Thread] = {}
    with archive.collection.lock.reading():
        for level, id, rows in living:
            if rows not in known:
                known[rows] = describe(archive.collection, id, rows, articles)
            wider = level.wider
            parent = archive.levels[wider].thread_of[rows[0]] if wider else None
            tx.threads.save(replace(known[rows], id=id, level=level, parent=parent))
    tx.threads.remove(empty)


def moment(archive: Archive, row: int) -> tuple[float, int]:
    """Where an article stands in time: undated ones first."""
    day = archive.collection.member(row).day
    return (day if day == day else float("-inf"), row)
