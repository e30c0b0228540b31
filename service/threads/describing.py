"""What is said about threads, kept in step with who is in them."""

from collections.abc import Iterable
from dataclasses import replace

from corpus import Level, Thread
from corpus.store import Transaction
from embeddings.threads.describe import describe, exemplars, needs_full_description

from ..archive.archive import Archive

_Rows = tuple[int, ...]
_UNTOLD = Thread("", "", (), "", None, None, 0, ())


def redescribe(archive: Archive, tx: Transaction, threads: Iterable[tuple[Level, str]], *, whole: bool = False) -> None:
    """Store the descriptions of threads from their present articles, as memory has them; those without are removed.

    Args:
        archive: with everybody in place.
        tx: the transaction.
        threads: level and id of each.
        whole: all is told anew, headlines and key terms of large threads too.
    """
    living: list[tuple[Level, str, _Rows, Thread | None]] = []
    empty = []
    for level, id in sorted(set(threads)):
        if members := archive.levels[level].members.get(id):
            rows = tuple(sorted(members, key=lambda row: moment(archive, row)))
            living.append((level, id, rows, None if whole else _as_told(archive, tx, id, members)))
        else:
            empty.append(id)
    with archive.collection.lock.reading():
        told = {
            (rows, old is None): exemplars(archive.collection, rows, anew=old is None) for _, _, rows, old in living
        }
    stored = tx.articles.of_rows({row for face in told.values() for row in face.rows})
    articles = {row: found.article for row, found in stored.items()}
    known: dict[tuple[_Rows, bool], Thread] = {}
    said: dict[bool, list[Thread]] = {True: [], False: []}
    with archive.collection.lock.reading():
        for level, id, rows, old in living:
            anew = old is None
            if (rows, anew) not in known:
                known[rows, anew] = describe(archive.collection, old or _UNTOLD, rows, told[rows, anew], articles)
            wider = level.wider
            parent = archive.levels[wider].thread_of[rows[0]] if wider else None
            said[anew].append(replace(known[rows, anew], id=id, level=level, parent=parent))
    for anew, some in said.items():
        tx.threads.save_all(some, anew=anew)
    tx.threads.remove(empty)


def _as_told(archive: Archive, tx: Transaction, id: str, members: set[int]) -> Thread | None:
    """A large thread as it is told now, where that still does."""
    if needs_full_description(len(members)):
        return None
    told = tx.threads.find(id)
    if told is None or tx.articles.rows([told.representative]).get(told.representative) not in members:
        return None
    return told


def moment(archive: Archive, row: int) -> tuple[float, int]:
    """Where an article stands in time: undated ones first."""
    day = archive.collection.member(row).day
    return (day if day == day else float("-inf"), row)
