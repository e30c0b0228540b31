"""What threads are called: kept while it fits, made again where it does not, and of one thread only.

A name is looked at when its thread has twice as many articles as when that was last done, or half as many, and whenever
the complete archive is clustered. What an editor called a thread is stored apart, and wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus import Article, Level
from corpus.store import Transaction
from embeddings.search import Collection
from embeddings.threads.describe import READ_MOST, Fit, name_single, propose_names, sample_evenly, still_fits

_Rows = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Subject:
    """The articles that a name is to fit."""

    rows: _Rows
    """Without copies, in order of date."""
    read: tuple[int, ...]
    """Those that the name is made from, the representative first."""
    fits: Mapping[str, Fit]
    days: Sequence[float]


class ThreadNames:
    """The names of some threads that are described.

    Args:
        tx: where they are stored.
        collection: has their articles.
        ids: of the threads.
        whole: whether each is looked at.
    """

    def __init__(self, tx: Transaction, collection: Collection, ids: Sequence[str], *, whole: bool) -> None:
        self._tx, self._collection, self._whole = tx, collection, whole
        self._stored = tx.threads.names(ids)
        self._subjects: dict[_Rows, _Subject] = {}
        self._proposed: dict[_Rows, list[str]] = {}
        self._given: set[tuple[Level, str]] = set()

    def reads(self, id: str, rows: _Rows, representative: int) -> Sequence[int]:
        """Rows of the articles whose texts are needed for the thread of these rows; none where its name stays."""
        if len(rows) == 1 or not self._is_due(id, len(rows)):
            return ()
        subject = self._subject(rows, representative)
        if len(subject.rows) > 1 and id in self._stored and self._stored[id][1] > 1:
            return () if still_fits(self._stored[id][0], subject.fits, subject.days) else subject.read
        return subject.read

    def choose(self, level: Level, id: str, rows: _Rows, articles: Mapping[int, Article]) -> tuple[str, int]:
        """The name of a thread, and `Thread.named_at`.

        Args:
            level: the thread's.
            id: its own.
            rows: its members, in order of date.
            articles: row -> article: those that `reads` asked for, and the representative of a thread of one.
        """
        name, tried = self._stored.get(id, ("", 0))
        subject = self._subjects.get(rows)
        if len(rows) > 1 and subject is None:  # not due
            return self._note(level, name), tried
        if subject is None or len(subject.rows) == 1:
            row = rows[0] if subject is None else subject.read[0]
            if row not in articles:
                return self._note(level, name), len(rows)
            return self._first_free(level, id, name, name_single(articles[row])), len(rows)
        if any(row not in articles for row in subject.read):
            return self._note(level, name), len(rows)
        if rows not in self._proposed:
            some = [articles[row] for row in subject.read]
            self._proposed[rows] = propose_names(some, subject.fits, subject.days)
        proposed = self._proposed[rows]
        if tried > 1 and still_fits(name, subject.fits, subject.days, proposed[0]):
            return self._note(level, name), len(rows)
        return self._first_free(level, id, name, proposed), len(rows)

    def _is_due(self, id: str, size: int) -> bool:
        name, tried = self._stored.get(id, ("", 0))
        return self._whole or not name or size >= 2 * tried or 2 * size <= tried

    def _subject(self, rows: _Rows, representative: int) -> _Subject:
        if rows not in self._subjects:
            collection = self._collection
            own = tuple(collection.neighbours.originals(rows))
            read = sample_evenly(own, representative, READ_MOST)
            read.sort(key=lambda row: row != representative)
            days = [day for day in collection.days(rows).tolist() if day == day]
            self._subjects[rows] = _Subject(own, tuple(read), _fits(collection, own), days)
        return self._subjects[rows]

    def _first_free(self, level: Level, id: str, present: str, wanted: Sequence[str]) -> str:
        """The first name that no other thread of the level has; where all are taken, the first one."""
        if present in wanted:
            return self._note(level, present)
        threads = self._tx.threads
        free = (n for n in wanted if (level, n) not in self._given and not threads.is_taken(n, level, id))
        return self._note(level, next(free, wanted[0]))

    def _note(self, level: Level, name: str) -> str:
        self._given.add((level, name))
        return name


def _fits(collection: Collection, rows: Sequence[int]) -> Mapping[str, Fit]:
    words, shares, elsewhere = collection.word_shares(rows)
    return {word: Fit(*both) for word, *both in zip(words, shares.tolist(), elsewhere.tolist(), strict=True)}
