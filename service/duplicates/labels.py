"""What people decide about duplicates: labels of pairs, and canonical copies. It is in force at once, and kept.

A label is about two articles, the later one first, as verdicts are. Whatever classifies the two again goes through
`with_label`, so that the label of a person overrides the rules until it is undone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from corpus import Kind, Label, Verdict
from corpus.records import Event
from corpus.store import times
from embeddings.duplicates import Thresholds

from ..archive.archive import Archive
from ..archive.copies import COPY_KINDS
from ..archive.view import Change, View
from ..errors import BadDecision, NotLabelled
from .pairs import StoredPair, classify_pair, find_pair, is_kept, stored_pairs

SURE = 1.0
"""Score of what a person calls a repetition. What a person calls none keeps the score of the rules."""
Labels = Mapping[tuple[int, int], Label]
"""(later row, earlier row) -> label."""


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """How a person labels a pair: what article `a` is to article `b`."""

    a: str
    b: str
    who: str
    why: str
    kind: Kind | None = None
    """None: it is a copy, of the kind that the rules say, else a near copy."""


def apply_label(archive: Archive, wanted: LabelRequest) -> tuple[Verdict, Label]:
    """Store a label in place of an earlier one, and put it in force, in one transaction.

    Returns:
        The verdict that is in force now, and the label, both with the later article first.

    Raises:
        BadDecision: the two are one article, or `who` or `why` is empty.
        NoSuchArticle: one of them is not stored.
    """
    _want_reasons(wanted.who, wanted.why)
    with archive.changing() as change:
        later, earlier, mirrored = _pair(change, wanted.a, wanted.b)
        known = _by_rules(change, later, earlier)
        kind = wanted.kind or (known.kind if known.kind in COPY_KINDS else Kind.NEAR_COPY)
        label = Label(kind.mirrored if mirrored and wanted.kind else kind, wanted.who, wanted.why, times.now())
        change.tx.duplicates.add_label(later, earlier, label)
        change.tx.changes.add(Event.DUPLICATE_LABELLED, article=known.article, row=later, other=known.earlier)
        verdict = with_label(known, label)
        store_verdict(change, later, earlier, verdict)
        return verdict, label


def undo_label(archive: Archive, a: str, b: str) -> Verdict:
    """Remove the label of a pair: from now on the rules decide. Returns what they say.

    Raises:
        NoSuchArticle: one of them is not stored.
        NotLabelled: the pair has no label.
    """
    with archive.changing() as change:
        later, earlier, _ = _pair(change, a, b)
        duplicates = change.tx.duplicates
        if not duplicates.remove_label(later, earlier):
            raise NotLabelled(a, b)
        verdict = _by_rules(change, later, earlier)
        change.tx.changes.add(Event.DUPLICATE_LABELLED, article=verdict.article, row=later, other=verdict.earlier)
        store_verdict(change, later, earlier, verdict)
        if not is_kept(verdict):
            duplicates.forget(later, earlier)
        return verdict


def set_canonical(archive: Archive, id: str, who: str, why: str) -> None:
    """Make an article the canonical one of its copies, whatever the policy says; the latest choice in a group counts.

    Raises:
        BadDecision: `who` or `why` is empty.
        NoSuchArticle: it is not stored.
    """
    _want_reasons(who, why)
    with archive.changing() as change:
        row = change.tx.articles.get(id).row
        change.tx.duplicates.set_canonical(row, who, why)
        _note_choice(change, id, row)


def clear_canonical(archive: Archive, id: str) -> bool:
    """Undo that choice; False where there was none.

    Raises:
        NoSuchArticle: it is not stored.
    """
    with archive.changing() as change:
        row = change.tx.articles.get(id).row
        if not change.tx.duplicates.clear_canonical(row):
            return False
        _note_choice(change, id, row)
        return True


def with_label(verdict: Verdict, label: Label | None) -> Verdict:
    """A verdict of the rules, as the label has it."""
    if label is None:
        return verdict
    return replace(verdict, kind=label.kind, score=verdict.score if label.kind is Kind.NEW else SURE)


def reclassified(
    view: View, by: Thresholds, *, after: tuple[int, int] = (0, 0), limit: int | None = None
) -> Iterator[tuple[StoredPair, Verdict | None]]:
    """As `stored_pairs`, and what each is under these thresholds; None where its facts are of another version."""
    labels = view.tx.duplicates.labels()
    for pair in stored_pairs(view, after=after, limit=limit):
        found = pair.classified(by)
        yield pair, found and with_label(found, labels.get(pair.rows))


def store_verdict(change: Change, later: int, earlier: int, verdict: Verdict) -> None:
    """Put a verdict in the place of the stored one, on disk and in memory."""
    duplicates = change.tx.duplicates
    if duplicates.find(later, earlier) is None:
        duplicates.add(later, [(earlier, verdict)])
    else:
        duplicates.reclassify(later, earlier, verdict.kind, verdict.score)
    change.replace_verdict(later, earlier, verdict)


@dataclass(frozen=True, slots=True)
class HumanInput:
    """What people decided about an article that is about to be replaced: about the article, not about its text."""

    labels: Labels
    """Of the pairs that it is in."""
    canonical: tuple[str, str] | None
    """Who chose it as canonical, and why."""


def human_input(view: View, row: int) -> HumanInput:
    """All that people decided about an article."""
    duplicates = view.tx.duplicates
    chosen = duplicates.canonical_choices().get(row)
    labels = {pair: label for pair, label in duplicates.labels().items() if row in pair}
    return HumanInput(labels, (chosen.who, chosen.why) if chosen else None)


def restore_human_input(change: Change, kept: HumanInput, old: int, new: int) -> None:
    """Let what people decided about the old version of an article hold for the new one.

    Args:
        change: has the new version, and the old one no more.
        kept: the `human_input` of the old version.
        old: its row.
        new: the row of the new version.
    """
    for (later, earlier), label in kept.labels.items():
        pair = (new if later == old else later, new if earlier == old else earlier)
        change.tx.duplicates.add_label(*pair, label)
        store_verdict(change, *pair, with_label(_by_rules(change, *pair), label))
    if kept.canonical:
        change.tx.duplicates.set_canonical(new, *kept.canonical)
        change.set_canonicals(list(change.tx.duplicates.canonical_choices()))


def _want_reasons(who: str, why: str) -> None:
    for name, given in (("who", who), ("why", why)):
        if not given.strip():
            raise BadDecision(name, "is empty")


def _note_choice(change: Change, id: str, row: int) -> None:
    change.tx.changes.add(Event.CANONICAL_CHOSEN, article=id, row=row)
    change.set_canonicals(list(change.tx.duplicates.canonical_choices()))


def _pair(view: View, a: str, b: str) -> tuple[int, int, bool]:
    """Rows of the later and of the earlier one, and whether `a` is the earlier one."""
    if a == b:
        raise BadDecision("b", "is the same article as a")
    one, other = view.tx.articles.get(a), view.tx.articles.get(b)
    known = view.tx.duplicates.labels()
    for later, earlier in ((one.row, other.row), (other.row, one.row)):
        if (later, earlier) in known or view.tx.duplicates.find(later, earlier):
            return later, earlier, later == other.row
    if (one.added_at, one.row) > (other.added_at, other.row):
        return one.row, other.row, False
    return other.row, one.row, True


def _by_rules(view: View, later: int, earlier: int) -> Verdict:
    """What the rules say of two articles, by their stored facts or, where these cannot be used, by their texts."""
    stored = find_pair(view, later, earlier)
    known = stored.classified(view.copies.thresholds) if stored else None
    return known or classify_pair(view, later, earlier)
