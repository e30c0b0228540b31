"""Judging what is stored once more: by the stored facts under other thresholds, or from the texts, after all came.

What people said holds in both. Verdicts of an article change in one transaction; what was done before an interruption
stays, and doing it all again gives the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus import Kind, Label, Verdict
from corpus.records import Stored
from corpus.store import Transaction
from embeddings.duplicates import Facts, Signature, Thresholds, signatures
from embeddings.duplicates import classify as judge_facts

from ..archive.archive import Archive
from ..ingest.writing import CANDIDATES
from ..threads.building import Progress
from . import detection as judging
from .labels import Labels, from_texts, store_verdict, with_label

_ARTICLES = 100
"""Articles that are judged anew in one transaction."""

Pair = tuple[int, int, Verdict]
"""Later row, earlier row, verdict."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What judging once more came to."""

    articles: int
    """That were looked at; of `reclassify` 0."""
    pairs: int
    """With a verdict or a close call."""
    changed: int
    """Pairs of another kind than before, those that came and went among them."""
    unreadable: int = 0
    """Pairs with facts of another version, left as they are: `rebuild` measures them anew."""


def reclassified(tx: Transaction, by: Thresholds, judged: Labels) -> Iterator[tuple[Pair, Verdict | None]]:
    """All stored pairs, and what each is under these thresholds; None where its facts are of another version."""
    for later, earlier, verdict in tx.duplicates.compared():
        facts = Facts.of(verdict.evidence)
        if facts is None:
            yield (later, earlier, verdict), None
            continue
        found = judge_facts(facts, by)
        ruled = replace(verdict, kind=found.kind, score=found.score)
        yield (later, earlier, verdict), with_label(ruled, judged.get((later, earlier)))


def reclassify(archive: Archive) -> Rebuilt:
    """Decide all stored pairs by the thresholds in force, by their stored facts, in one transaction."""
    with archive.changing() as tx:
        pairs = changed = unreadable = 0
        different: list[Pair] = []
        for (later, earlier, before), now in reclassified(tx, archive.copies.thresholds, tx.duplicates.labels()):
            pairs += 1
            unreadable += now is None
            if now is not None and (now.kind, now.score) != (before.kind, before.score):
                changed += now.kind is not before.kind
                different.append((later, earlier, now))
        for later, earlier, verdict in different:
            store_verdict(archive, tx, later, earlier, verdict)
    return Rebuilt(0, pairs, changed, unreadable)


def rebuild(archive: Archive, progress: Progress = lambda done, total: None) -> Rebuilt:
    """Judge all articles from their texts against those that came before, now that all boilerplate is known.

    May be broken off between two articles, and started again: it begins anew, and changes nothing twice.
    """
    with archive.changing() as tx:
        rows = tx.articles.arrivals()
        anew = _Rebuild(archive, {row: place for place, row in enumerate(rows)})
        anew.put_judgements_in_order(tx)
    for start in range(0, len(rows), _ARTICLES):
        progress(start, len(rows))
        with archive.changing() as tx:
            anew.judge(tx, rows[start : start + _ARTICLES])
    progress(len(rows), len(rows))
    return Rebuilt(len(rows), anew.pairs, anew.changed)


class _Rebuild:
    """Judges articles anew.

    Args:
        archive: open for writing.
        came: row -> its place in the order in which the articles came.
    """

    def __init__(self, archive: Archive, came: Mapping[int, int]) -> None:
        self.pairs = self.changed = 0
        self._archive, self._came = archive, came

    def put_judgements_in_order(self, tx: Transaction) -> None:
        """Judgements whose earlier article came later (the other one was replaced) change sides."""
        for (later, earlier), judged in tx.duplicates.labels().items():
            if self._came[later] < self._came[earlier]:
                tx.duplicates.remove_label(later, earlier)
                tx.duplicates.add_label(earlier, later, replace(judged, kind=judged.kind.mirrored))

    def judge(self, tx: Transaction, rows: Sequence[int]) -> None:
        """Judge these articles; what is gone meanwhile is left out."""
        stored = tx.articles.of_rows(rows)
        some = [stored[row] for row in rows if row in stored and row in self._archive.collection]
        decided: dict[int, dict[int, Label]] = defaultdict(dict)
        for (later, earlier), judged in tx.duplicates.labels().items():
            decided[later][earlier] = judged
        for each, signature in zip(some, signatures([one.article.text for one in some]), strict=True):
            found = self._verdicts(tx, each, signature)
            for earlier, judged in decided[each.row].items():
                found[earlier] = with_label(
                    found.get(earlier) or from_texts(self._archive, tx, each.row, earlier), judged
                )
            self._replace(tx, each.row, found)

    def _verdicts(self, tx: Transaction, each: Stored, signature: Signature) -> dict[int, Verdict]:
        """Verdicts of the rules by row of the earlier article."""
        archive, row = self._archive, each.row
        place = self._came[row]

        def before(other: int) -> bool:
            return self._came.get(other, place) < place

        with archive.collection.lock.reading():
            query = archive.collection.query(row)
            near = [other for other in archive.collection.candidates(query, CANDIDATES, note=False) if before(other)]
            rows = np.array(near, np.int64)
            text = archive.copies.texts([row], tx)[row]
            it = judging.Incoming(each.article, text, signature, row, before)
            similar = (rows, archive.collection.similarities(query, rows))
            return dict(judging.verdicts(archive, it, tx, side=archive.sides([row])[0], similar=similar))

    def _replace(self, tx: Transaction, row: int, found: Mapping[int, Verdict]) -> None:
        """Put these verdicts in the place of all that there were on the article."""
        before = tx.duplicates.on(row)
        tx.duplicates.clear(row)
        tx.duplicates.add(row, found.items())
        for earlier in before.keys() | found.keys():
            was, now = before.get(earlier), found.get(earlier)
            self.changed += (was.kind if was else Kind.NEW) is not (now.kind if now else Kind.NEW)
            if now is None and was is not None:
                now = replace(was, kind=Kind.NEW, score=0.0, evidence={})
            if now is not None and now != was:
                self._archive.take_verdict(row, earlier, now)
        self.pairs += len(found)
