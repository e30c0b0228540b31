"""Classifying what is stored once more: by the stored facts under other thresholds, or from the texts, after all came.

Labels of people hold in both. Verdicts of an article change in one transaction; what was done before an interruption
stays, and doing it all again gives the same.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from corpus import Kind, Label, Verdict
from corpus.records import Stored
from embeddings.duplicates import Signature, signatures
from embeddings.parallel import Progress

from ..archive.archive import Archive
from ..archive.view import Change, View
from .detection import Incoming, StoredArticles, detect
from .labels import reclassified, store_verdict, with_label
from .pairs import StoredPair, classify_pair
from .series import join_series

_ARTICLES = 100
"""Articles that are classified in one transaction."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What classifying once more came to."""

    articles: int
    """That were looked at; of `reclassify` 0."""
    pairs: int
    """With a verdict or a close call."""
    changed: int
    """Pairs of another kind than before, those that came and went among them."""
    unreadable: int = 0
    """Pairs with facts of another version, left as they are: `rebuild` measures them again."""


def reclassify(archive: Archive) -> Rebuilt:
    """Decide all stored pairs by the thresholds in force, by their stored facts, in one transaction."""
    with archive.changing() as change:
        pairs = changed = unreadable = 0
        different: list[tuple[StoredPair, Verdict]] = []
        for pair, now in reclassified(change, change.copies.thresholds):
            before = pair.verdict
            pairs += 1
            unreadable += now is None
            if now is not None and (now.kind, now.score) != (before.kind, before.score):
                changed += now.kind is not before.kind
                different.append((pair, now))
        for pair, verdict in different:
            store_verdict(change, *pair.rows, verdict)
    return Rebuilt(0, pairs, changed, unreadable)


def rebuild(archive: Archive, progress: Progress = lambda done, total: None) -> Rebuilt:
    """Classify all articles from their texts against those that came before, now that all boilerplate is known.

    May be interrupted between two articles, and started again: it begins at the first, and changes nothing twice.
    """
    with archive.changing() as change:
        rows = change.tx.articles.arrivals()
        run = _Rebuild({row: place for place, row in enumerate(rows)})
        run.begin(change)
    for start in range(0, len(rows), _ARTICLES):
        progress(start, len(rows))
        with archive.changing() as change:
            run.classify(change, rows[start : start + _ARTICLES])
    progress(len(rows), len(rows))
    return Rebuilt(len(rows), run.pairs, run.changed)


class _Rebuild:
    """Classifies articles once more, and counts.

    Args:
        came: row -> its place in the order in which the articles came.
    """

    def __init__(self, came: Mapping[int, int]) -> None:
        self.pairs = self.changed = 0
        self._came = came

    def begin(self, change: Change) -> None:
        """Labels whose earlier article came later (the other one was replaced) change sides. Series begin again."""
        change.clear_series()
        duplicates = change.tx.duplicates
        for (later, earlier), label in duplicates.labels().items():
            if self._came[later] < self._came[earlier]:
                duplicates.remove_label(later, earlier)
                duplicates.add_label(earlier, later, replace(label, kind=label.kind.mirrored))

    def classify(self, change: Change, rows: Sequence[int]) -> None:
        """Classify these articles; those that were removed meanwhile are left out."""
        stored = change.tx.articles.of_rows(rows)
        some = [stored[row] for row in rows if row in stored]
        labels: dict[int, dict[int, Label]] = defaultdict(dict)
        for (later, earlier), label in change.tx.duplicates.labels().items():
            labels[later][earlier] = label
        for each, signature in zip(some, signatures([one.article.text for one in some]), strict=True):
            found = self._by_rules(change, each, signature)
            for earlier, label in labels[each.row].items():
                found[earlier] = with_label(found.get(earlier) or classify_pair(change, each.row, earlier), label)
            self._replace(change, each.row, found)
            join_series(change, each.row, [*found.items()], each.article.title)

    def _by_rules(self, view: View, each: Stored, signature: Signature) -> dict[int, Verdict]:
        """Verdicts of the rules by row of the earlier article."""
        row, place = each.row, self._came[each.row]

        def before(other: int) -> bool:
            return self._came.get(other, place) < place

        incoming = Incoming(each.article.id, view.texts([row])[row], signature, view.sides([row])[0])
        compared = view.compare(view.collection.query(row))
        return dict(detect(incoming, StoredArticles(view, compared, before=before)))

    def _replace(self, change: Change, row: int, found: Mapping[int, Verdict]) -> None:
        """Put these verdicts in the place of all stored ones on the article."""
        before = change.tx.duplicates.on(row)
        change.tx.duplicates.clear(row)
        change.tx.duplicates.add(row, found.items())
        for earlier in before.keys() | found.keys():
            was, now = before.get(earlier), found.get(earlier)
            self.changed += (was.kind if was else Kind.NEW) is not (now.kind if now else Kind.NEW)
            if now is None and was is not None:
                now = replace(was, kind=Kind.NEW, score=0.0, evidence={})
            if now is not None and now != was:
                change.replace_verdict(row, earlier, now)
        self.pairs += len(found)
