"""Pairs that a label may turn round, as questions: how likely the rules are wrong, and what would change."""

from collections.abc import Iterator
from dataclasses import dataclass

from corpus import Kind, Verdict
from embeddings.duplicates import Connected

from ..archive.copies import COPY_KINDS, REDUNDANT_KINDS
from ..archive.view import View
from .asking import Question, ask_first

PAIRS_MOST = 2_000
"""Pairs that are looked at: the closest calls."""


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """Two articles without a label."""

    later: int
    """Row."""
    earlier: int
    """Row."""
    verdict: Verdict
    regrouped: int
    """Articles that another copy would stand for, if the label were the other one."""
    moved: bool
    """Whether the two would be copies, and are in two stories."""
    kept: bool
    """Whether the policy for its source would leave out, or keep, the later one then."""


def doubtful_pairs(view: View, *, least: float, most: float) -> Iterator[Question[DoubtfulPair]]:
    """Pairs without a label with scores between these, those first whose label is expected to change most."""
    found = list(view.tx.duplicates.close_calls(least=least, most=most, limit=PAIRS_MOST))
    clusters = Connected()
    for later, earlier, _ in found:
        for row in (later, earlier):
            for other in view.copies.groups.of(row):
                clusters.add(row, other)
        clusters.add(later, earlier)
    return ask_first(_question(view, clusters, *each) for each in found)


def _question(view: View, clusters: Connected, later: int, earlier: int, verdict: Verdict) -> Question[DoubtfulPair]:
    groups, is_copy = view.copies.groups, verdict.kind in COPY_KINDS
    turns = verdict.kind is Kind.NEW or is_copy  # what else it may be makes no groups
    then = groups.turned(later, earlier) if turns else {}
    moved = not is_copy and turns and view.thread_of.get(later) != view.thread_of.get(earlier)
    pair = DoubtfulPair(later, earlier, verdict, len(then), moved, _is_kept_otherwise(view, later, verdict.kind))
    repetition = verdict.kind is not Kind.NEW
    return Question(
        pair, ("copies", *sorted((groups.leader(later), groups.leader(earlier)))) if not is_copy else (later, earlier),
        (("copies", clusters.leader(later)),), 1 - verdict.score if repetition else verdict.score,
        1 + pair.regrouped + pair.moved + pair.kept,
    )  # fmt: skip


def _is_kept_otherwise(view: View, row: int, kind: Kind) -> bool:
    policy = view.settings.policy_for(view.collection.member(row).source)
    if policy == "link":
        return False
    if policy == "reject":
        return True
    return kind is Kind.NEW or kind in (REDUNDANT_KINDS if policy == "skip" else COPY_KINDS)
