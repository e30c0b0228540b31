"""An article in the place of a stored one, under the id of that one; the old text is kept as a version."""

from collections.abc import Sequence
from dataclasses import replace

from corpus import Level
from corpus.records import Stored
from embeddings.preparing import Prepared

from ..archive.view import Change
from ..duplicates import classify_pair, human_input, is_kept, restore_human_input
from ..threads import unassign
from .batch import Batch
from .outcomes import Outcome, Status


def replace_article(batch: Batch, prepared: Prepared, old: Stored) -> Outcome:
    """Put an article in the place of a stored one."""
    change = batch.change
    id, given = old.article.id, prepared.article.id
    prepared = replace(prepared, article=replace(prepared.article, id=id))
    kept = human_input(change, old.row)
    later, emptied = _remove(change, old)  # first: nothing is compared with its old version
    found = batch.findings(prepared)
    if later:  # those that were found to repeat it stay the later ones: `_reclassify`
        found = replace(found, verdicts=[pair for pair in found.verdicts if pair[0] not in later])
    other = None if given == id else given
    row = batch.write(prepared, found, old, emptied, other)
    _reclassify(change, later, row)
    restore_human_input(change, kept, old.row, row)
    return Outcome(Status.UPDATED, id, None, found.repeats, len(prepared.paragraphs), prepared.notes, given=other)


def _remove(change: Change, old: Stored) -> tuple[list[int], dict[Level, str]]:
    """Take the old version of an article out, into the chain of its earlier versions.

    Returns rows of those that repeat it, and the threads it was alone in.
    """
    later = change.tx.duplicates.later_than(old.row)
    change.tx.versions.keep(old)
    change.tx.articles.remove(old.row)
    return later, unassign(change, old.row)


def _reclassify(change: Change, later: Sequence[int], row: int) -> None:
    """Classify articles that repeated the old version of an article against its new version, which has this row."""
    for other in later:
        verdict = classify_pair(change, other, row)
        if is_kept(verdict):
            change.tx.duplicates.add(other, [(row, verdict)])
            change.note_verdicts(other, [(row, verdict)])
