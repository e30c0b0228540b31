"""One article into a batch: new, unchanged, replaced, or a version of another one; and one out of the archive.

An article's text, paragraphs, vectors, verdicts, threads and change-log line are on disk together or not at all, and
only then is the caller told.
"""

from collections.abc import Mapping
from dataclasses import replace as replace_in

from corpus import ArticleExists, LineageEvent
from corpus.records import Event, NewLineageEvent, Stored
from embeddings.preparing import Prepared
from embeddings.types import Vectors

from ..archive.archive import Archive
from ..archive.copies import REDUNDANT_KINDS
from ..archive.view import Change, View
from ..errors import DuplicateRefused
from ..threads.online import finalise, unassign
from .batch import Batch, compare_again
from .outcomes import Outcome, Status
from .replacing import replace_article, take_version, update_facts
from .versioning import REPLACED_BY, Identity, Known, Relation, identify


def write(batch: Batch, prepared: Prepared) -> None:
    """Write one article; `Batch.outcomes` has one more then.

    Raises:
        ArticleExists: the id is taken by an article with another text, and it must not be replaced.
        DuplicateRefused: it is a copy and the policy is `reject`. Nothing is written in either case.
    """
    found = identify(batch.change.tx, prepared.article)
    known = found.known
    if found.relation is Relation.NEW or known is None:
        batch.outcomes.append(_add(batch, prepared))
        return
    batch.finalise()
    batch.outcomes.append(_known(batch, prepared, found, known))


def _known(batch: Batch, prepared: Prepared, found: Identity, known: Known) -> Outcome:
    """An article that belongs to a stored one."""
    relation, article, stored = found.relation, prepared.article, known.stored
    is_same = relation in (Relation.SAME, Relation.FACTS) and article.id == stored.article.id
    if is_same and batch.may_replace and article.text != known.last.text:
        return replace_article(batch, prepared, stored)  # other quotes, other white space: asked for
    if is_same and batch.may_replace_unrelated and article != stored.article and article.text == stored.article.text:
        return update_facts(batch, prepared, article, stored)  # what it does not state goes, too
    if relation is Relation.SAME:
        return unchanged(batch.change, stored, article.id)
    if relation is Relation.FACTS:
        assert found.facts is not None
        return update_facts(batch, prepared, found.facts, stored)
    if batch.may_replace and (relation is not Relation.UNRELATED or batch.may_replace_unrelated):
        return replace_article(batch, _under(prepared, stored.article.id) if found.own else prepared, stored)
    if found.own is None or relation is Relation.TEXT:
        raise ArticleExists(stored.article.id, unrelated=relation is Relation.UNRELATED)
    added = _add(batch, _under(prepared, found.own))
    if relation is Relation.PAGE:
        return added
    note = f"its URL is also that of {stored.article.id}, which has another text: an article of its own"
    return replace_in(added, notes=(*added.notes, note))


def _under(prepared: Prepared, id: str) -> Prepared:
    return replace_in(prepared, article=replace_in(prepared.article, id=id))


def write_one(
    change: Change, prepared: Prepared, vectors: Mapping[str, Vectors], *, policy: str | None = None,
    replace: bool = False, unrelated: bool = False,
) -> Outcome:  # fmt: skip
    """Write one article in the caller's transaction: `Batch` describes the arguments, `write` what it raises."""
    batch = Batch(change, vectors, policy, replace=replace, unrelated=unrelated)
    write(batch, prepared)
    batch.finalise()
    (outcome,) = batch.outcomes
    assert isinstance(outcome, Outcome)
    return outcome


def unchanged(view: View, stored: Stored, given: str) -> Outcome:
    """The outcome of an article that is stored already, and came under an id."""
    verdicts = [verdict for verdict in view.tx.duplicates.of(stored.row) if verdict.article == stored.article.id]
    assignment = view.assignment(stored.row)
    return Outcome(
        Status.UNCHANGED, stored.article.id, assignment.story, tuple(verdicts), assignment=assignment,
        given=given if given != stored.article.id else None,
    )  # fmt: skip


def delete_article(archive: Archive, id: str) -> None:
    """Remove an article with all of its versions, from disk and memory.

    Raises:
        NoSuchArticle: there is none with this id.
        ArticleReplaced: a version of another article came under it; that one can be removed.
    """
    with archive.changing() as change:
        tx = change.tx
        stored = tx.articles.get(id)
        thread = change.thread_of.get(stored.row)
        tx.articles.remove(stored.row)
        tx.versions.remove(id)
        emptied, changed = unassign(change, stored.row)
        tx.lineage.add_all([NewLineageEvent(level, LineageEvent.RETIRED, id) for level, id in emptied.items()])
        tx.changes.add(Event.ARTICLE_DELETED, article=id, row=stored.row, thread=thread)
        if changed:
            compare_again(change, changed)
            finalise(change, [], again=changed)


def _add(batch: Batch, prepared: Prepared) -> Outcome:
    """An article under an id that is not taken: stored, or what the policy says of one that repeats another."""
    tx, article = batch.change.tx, prepared.article
    policy = batch.policy_for(article.source)
    found = batch.findings(prepared)
    verdicts = found.repeats
    if verdicts and policy == "reject":
        earlier = tx.articles.of_rows([row for row, _ in found.verdicts])
        raise DuplicateRefused(article.id, verdicts, {e.article.id: e.article.headline for e in earlier.values()})
    if policy == "skip" and any(verdict.kind in REDUNDANT_KINDS for verdict in verdicts):
        return Outcome(Status.SKIPPED, article.id, None, verdicts)
    if verdicts and policy == "replace" and verdicts[0].kind in REPLACED_BY:
        batch.finalise()
        return take_version(batch, prepared, verdicts[0])
    batch.write(prepared, found)
    return Outcome(Status.STORED, article.id, None, verdicts, paragraphs=len(prepared.paragraphs), notes=prepared.notes)
