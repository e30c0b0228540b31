"""What people say of two articles, and which copy stands for the others: written down, in force at once, kept.

A label is about two articles, the later one first, as verdicts are. Whatever classifies the two again asks `with_label`
or comes here, so that the word of a person stays above the rules until it is undone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from corpus import Kind, Label, Verdict
from corpus.records import Event
from corpus.store import Transaction, times
from embeddings.duplicates import Facts
from embeddings.duplicates import classify as judge_facts

from ..archive.archive import Archive
from ..archive.copies import COPY_KINDS
from ..errors import BadDecision, NotLabelled
from .detection import classify_pair, is_kept

SURE = 1.0
"""Score of what a person calls a repetition. What a person calls none keeps the score of the rules."""
Labels = Mapping[tuple[int, int], Label]
"""(later row, earlier row) -> what a person says of them."""


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """What a person says that article `a` is to article `b`."""

    a: str
    b: str
    who: str
    why: str
    kind: Kind | None = None
    """None: it is a copy, of the kind that the rules say, else a near copy."""


def apply_label(archive: Archive, wanted: LabelRequest) -> tuple[Verdict, Label]:
    """Write a judgement down in place of an earlier one, and put it in force, in one transaction.

    Returns:
        The verdict as it stands now, and the judgement, both with the later article first.

    Raises:
        BadDecision: the two are one article, or nobody or nothing is named.
        NoSuchArticle: one of them is not stored.
    """
    for name in ("who", "why"):
        if not getattr(wanted, name).strip():
            raise BadDecision(name, "is empty")
    with archive.changing() as tx:
        later, earlier, mirrored = _pair(tx, wanted.a, wanted.b)
        known = _by_rules(archive, tx, later, earlier)
        kind = wanted.kind or (known.kind if known.kind in COPY_KINDS else Kind.NEAR_COPY)
        judged = Label(kind.mirrored if mirrored and wanted.kind else kind, wanted.who, wanted.why, times.now())
        tx.duplicates.add_label(later, earlier, judged)
        tx.changes.add(Event.DUPLICATE_LABELLED, article=known.article, row=later, other=known.earlier)
        verdict = with_label(known, judged)
        store_verdict(archive, tx, later, earlier, verdict)
        return verdict, judged


def undo_label(archive: Archive, a: str, b: str) -> Verdict:
    """Forget what a person said of two articles: from now on the rules decide. Returns what they say.

    Raises:
        NoSuchArticle: one of them is not stored.
        NotJudged: nobody said anything of them.
    """
    with archive.changing() as tx:
        later, earlier, _ = _pair(tx, a, b)
        if not tx.duplicates.remove_label(later, earlier):
            raise NotLabelled(a, b)
        verdict = _by_rules(archive, tx, later, earlier)
        tx.changes.add(Event.DUPLICATE_LABELLED, article=verdict.article, row=later, other=verdict.earlier)
        store_verdict(archive, tx, later, earlier, verdict)
        if not is_kept(verdict):
            tx.duplicates.forget(later, earlier)
        return verdict


def set_canonical(archive: Archive, id: str, who: str, why: str) -> None:
    """Let an article stand for its copies, whatever the policy says; the latest choice in a group counts.

    Raises:
        BadDecision: nobody or nothing is named.
        NoSuchArticle: it is not stored.
    """
    for name, given in (("who", who), ("why", why)):
        if not given.strip():
            raise BadDecision(name, "is empty")
    with archive.changing() as tx:
        row = tx.articles.get(id).row
        tx.duplicates.set_canonical(row, who, why)
        _chosen(archive, tx, id, row)


def clear_canonical(archive: Archive, id: str) -> bool:
    """Forget that choice; False where there was none.

    Raises:
        NoSuchArticle: it is not stored.
    """
    with archive.changing() as tx:
        row = tx.articles.get(id).row
        if not tx.duplicates.clear_canonical(row):
            return False
        _chosen(archive, tx, id, row)
        return True


def with_label(verdict: Verdict, judged: Label | None) -> Verdict:
    """A verdict of the rules, as a person has it."""
    if judged is None:
        return verdict
    return replace(verdict, kind=judged.kind, score=verdict.score if judged.kind is Kind.NEW else SURE)


def store_verdict(archive: Archive, tx: Transaction, later: int, earlier: int, verdict: Verdict) -> None:
    """Put a verdict in the place of the stored one, on disk and in memory."""
    if tx.duplicates.find(later, earlier) is None:
        tx.duplicates.add(later, [(earlier, verdict)])
    else:
        tx.duplicates.reclassify(later, earlier, verdict.kind, verdict.score)
    archive.take_verdict(later, earlier, verdict)


@dataclass(frozen=True, slots=True)
class HumanInput:
    """What people said of an article that is about to be replaced: it is about the article, not about its text."""

    judged: Labels
    who_chose: tuple[str, str] | None
    """Who chose it for canonical, and why."""


def human_input(tx: Transaction, row: int) -> HumanInput:
    """All that people said of an article."""
    chosen = tx.duplicates.canonical_choices().get(row)
    judged = {pair: judged for pair, judged in tx.duplicates.labels().items() if row in pair}
    return HumanInput(judged, (chosen.who, chosen.why) if chosen else None)


def restore_human_input(archive: Archive, tx: Transaction, kept: HumanInput, old: int, new: int) -> None:
    """Let what people said of the old version of an article hold for the new one."""
    for (later, earlier), judged in kept.judged.items():
        pair = (new if later == old else later, new if earlier == old else earlier)
        tx.duplicates.add_label(*pair, judged)
        store_verdict(archive, tx, *pair, with_label(_by_rules(archive, tx, *pair), judged))
    if kept.who_chose:
        tx.duplicates.set_canonical(new, *kept.who_chose)
        archive.choose_canonicals(list(tx.duplicates.canonical_choices()))


def _chosen(archive: Archive, tx: Transaction, id: str, row: int) -> None:
    tx.changes.add(Event.CANONICAL_CHOSEN, article=id, row=row)
    archive.choose_canonicals(list(tx.duplicates.canonical_choices()))


def _pair(tx: Transaction, a: str, b: str) -> tuple[int, int, bool]:
    """Rows of the later and of the earlier one, and whether `a` is the earlier one."""
    if a == b:
        raise BadDecision("b", "is the same article as a")
    one, other = tx.articles.get(a), tx.articles.get(b)
    known = tx.duplicates.labels()
    for later, earlier in ((one.row, other.row), (other.row, one.row)):
        if (later, earlier) in known or tx.duplicates.find(later, earlier):
            return later, earlier, later == other.row
    if (one.added_at, one.row) > (other.added_at, other.row):
        return one.row, other.row, False
    return other.row, one.row, True


def from_texts(archive: Archive, tx: Transaction, later: int, earlier: int) -> Verdict:
    """What the rules say of two stored articles by their texts, whether or not that is worth keeping."""
    with archive.collection.lock.reading():
        found = classify_pair(archive, later, earlier, tx)
        one, other = (archive.collection.member(row).id for row in (later, earlier))
    return found or Verdict(one, other, Kind.NEW, 0.0)


def _by_rules(archive: Archive, tx: Transaction, later: int, earlier: int) -> Verdict:
    """What the rules say of two articles, by their stored facts or, where there are none, by their texts."""
    stored = tx.duplicates.find(later, earlier)
    facts = Facts.of(stored.evidence) if stored else None
    if stored is None or facts is None:
        return from_texts(archive, tx, later, earlier)
    found = judge_facts(facts, archive.copies.thresholds)
    return replace(stored, kind=found.kind, score=found.score, evidence=found.evidence)
