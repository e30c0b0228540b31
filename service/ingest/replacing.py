"""An article in the place of a stored one, under the id of that one, or as a version of it; the old text is kept."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from corpus import Article, Level, Verdict, content_hash, encoded, paragraph_hash, terms_of
from corpus.records import Event, Stored
from embeddings.duplicates import line_keys
from embeddings.preparing import Prepared

from ..archive.view import Change
from ..duplicates.labels import human_input, restore_human_input
from ..duplicates.pairs import classify_pair, is_kept
from ..threads.online import unassign
from .batch import Batch, compare_again
from .outcomes import Outcome, Status
from .versioning import insert_earlier, is_before


def replace_article(batch: Batch, prepared: Prepared, old: Stored) -> Outcome:
    """Put an article in the place of a stored one, which is kept as a version."""
    id, given = old.article.id, prepared.article.id
    prepared = replace(prepared, article=replace(prepared.article, id=id))
    batch.change.tx.versions.keep(old)
    return _put(batch, prepared, old, None if given == id else given)


def update_facts(batch: Batch, prepared: Prepared, facts: Article, old: Stored) -> Outcome:
    """Store other facts about a text that stays as it is, which makes no version of it.

    Args:
        batch: has the vectors of `prepared`.
        prepared: the incoming article, with this text or one that differs in white space and the like only.
        facts: the stored article with what is new about it.
        old: the stored article.
    """
    tx = batch.change.tx
    paragraphs = tuple(paragraph for _, paragraph in tx.articles.paragraphs_of([old.row])[old.row])
    title_hash = paragraph_hash(facts.title) if facts.title else None
    hashes = [p.hash for p in encoded(paragraphs)] + [title_hash] * bool(title_hash)
    known = tx.articles.vectors([hash for hash in hashes if hash])
    batch.know({hash: np.frombuffer(vector, "<f4") for hash, vector in known.items()})
    prepared = replace(
        prepared, paragraphs=paragraphs, title_hash=title_hash,
        lines=line_keys(facts.title, facts.text, paragraphs),
        terms=terms_of(facts.title, facts.text), content_hash=content_hash(facts.title, facts.text),
        notes=(*prepared.notes, "the same text: only facts about it are new"),
        texts={hash: "" for hash in hashes if hash},
    )  # fmt: skip
    given = prepared.article.id
    found = _put(batch, replace(prepared, article=facts), old, old.given)
    return replace(found, given=None if given == facts.id else given)


def _put(batch: Batch, prepared: Prepared, old: Stored, other: str | None) -> Outcome:
    """Put an article in the place of a stored one.

    Args:
        batch: has its vectors.
        prepared: the article, under the id of the stored one.
        old: the stored one.
        other: the id that its text came with, where that is another one.
    """
    change, id = batch.change, old.article.id
    kept = human_input(change, old.row)
    later, emptied, changed = _remove(change, old)  # first: nothing is compared with its old version
    found = batch.findings(prepared)
    if later:  # those that were found to repeat it stay the later ones: `_reclassify`
        found = replace(found, verdicts=[pair for pair in found.verdicts if pair[0] not in later])
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
    """Take an article out.

    Returns rows of those that repeat it, the threads it was alone in, and rows of those of which something else is
    boilerplate now.
    """
    later = change.tx.duplicates.later_than(old.row)
    change.tx.articles.remove(old.row)
    return later, *unassign(change, old.row)


def _reclassify(change: Change, later: Sequence[int], row: int) -> None:
    """Classify articles that repeated the old version of an article against its new version, which has this row."""
    for other in later:
        verdict = classify_pair(change, other, row)
        if is_kept(verdict):
            change.tx.duplicates.add(other, [(row, verdict)])
            change.note_verdicts(other, [(row, verdict)])
