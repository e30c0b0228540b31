"""An article in the place of a stored one, under the id of that one, or as a version of it; the old text is kept."""

from collections.abc import Sequence
from dataclasses import replace

from corpus import Level, Verdict
from corpus.records import Event, Stored
from embeddings.preparing import Prepared

from ..archive.view import Change
from ..duplicates.labels import human_input, restore_human_input
from ..duplicates.pairs import classify_pair, is_kept
from ..threads.online import unassign
from .batch import Batch, compare_again
from .outcomes import Outcome, Status
from .versioning import insert_earlier, is_before


def replace_article(batch: Batch, prepared: Prepared, old: Stored) -> Outcome:
    """Put an article in the place of a stored one."""
    change = batch.change
    id, given = old.article.id, prepared.article.id
    prepared = replace(prepared, article=replace(prepared.article, id=id))
    kept = human_input(change, old.row)
    later, emptied, changed = _remove(change, old)  # first: nothing is compared with its old version
    found = batch.findings(prepared)
    if later:  # those that were found to repeat it stay the later ones: `_reclassify`
        found = replace(found, verdicts=[pair for pair in found.verdicts if pair[0] not in later])
    other = None if given == id else given
    row = batch.write(prepared, found, old, emptied, other)
    _reclassify(change, later, row)
    compare_again(change, changed)
    batch.thread_again(changed)
    restore_human_input(change, kept, old.row, row)
    return Outcome(Status.UPDATED, id, None, found.repeats, len(prepared.paragraphs), prepared.notes, given=other)


def take_version(batch: Batch, prepared: Prepared, verdict: Verdict) -> Outcome:
    """An article under a new id that is a version of the earlier one: its newest, or an older one."""
    article, change = prepared.article, batch.change
    old = change.tx.articles.get(verdict.earlier)
    if not is_before(article.published, old.article.published):
        found = replace_article(batch, prepared, old)
        note = "came under another id as a new version of a stored article"
        return replace(found, verdicts=(verdict, *found.verdicts), notes=(*found.notes, note))
    insert_earlier(change.tx, old, article)
    id, threads = old.article.id, change.assignment(old.row)
    change.tx.changes.add(Event.ARTICLE_UPDATED, article=id, row=old.row, thread=threads.story)
    note = "came under another id as an older version of a stored article, which stays as it is"
    return Outcome(
        Status.UPDATED, id, threads.story, (verdict,), len(prepared.paragraphs), (note,), threads, article.id
    )


def _remove(change: Change, old: Stored) -> tuple[list[int], dict[Level, str], list[int]]:
    """Take the old version of an article out, into the chain of its earlier versions.

    Returns rows of those that repeat it, the threads it was alone in, and rows of those of which something else is
    boilerplate now.
    """
    later = change.tx.duplicates.later_than(old.row)
    change.tx.versions.keep(old)
    change.tx.articles.remove(old.row)
    return later, *unassign(change, old.row)


def _reclassify(change: Change, later: Sequence[int], row: int) -> None:
    """Classify articles that repeated the old version of an article against its new version, which has this row."""
    for other in later:
        verdict = classify_pair(change, other, row)
        if is_kept(verdict):
            change.tx.duplicates.add(other, [(row, verdict)])
            change.note_verdicts(other, [(row, verdict)])
