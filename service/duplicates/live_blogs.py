"""Live blogs and round-ups: three articles that do not repeat each other are contained in one, a version of none.

When the third one comes, or their container does, the verdicts on all that it contains say so, in whatever order they
came.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from corpus import Kind, Verdict
from embeddings.duplicates import Facts, Thresholds, classify, is_part, kind_of

from ..archive.view import Change, View
from .pairs import StoredPair, facts_of, pairs_with, with_classification


def with_contained_counts(view: View, facts: Mapping[int, Facts]) -> dict[int, Facts]:
    """Facts by row, with how many different articles the longer one of each pair contains.

    Args:
        view: knows what else the stored articles contain.
        facts: of an article that is not stored yet, with each earlier one.
    """
    found, thresholds = dict(facts), view.copies.thresholds
    contained = {row for row, each in facts.items() if is_part(each, thresholds) and each.earlier_words < each.words}
    count = _different(view, contained)
    for row in contained:
        found[row] = replace(found[row], parts=count)
    for row, each in facts.items():
        if row not in contained and is_part(each, thresholds):
            others = set(contained_in(view, row)) - _repeated(facts, thresholds)
            found[row] = replace(each, parts=1 + _different(view, others))
    return found


def contained_in(view: View, row: int) -> dict[int, StoredPair]:
    """What a stored article contains: row of the contained article -> the pair of the two."""
    found = {}
    for pair in pairs_with(view, row):
        if pair.facts is None or not is_part(pair.facts, view.copies.thresholds):
            continue
        longer = pair.later if pair.facts.words > pair.facts.earlier_words else pair.earlier
        if longer == row:
            found[pair.earlier if pair.later == row else pair.later] = pair
    return found


def reclassify_contained(change: Change, rows: Iterable[int]) -> None:
    """Bring the verdicts on all that some articles contain in line with how much that is now.

    Pairs with a label keep their verdicts.
    """
    for row in rows:
        contained = contained_in(change, row)
        count, labels = _different(change, contained.keys()), change.tx.duplicates.labels()
        for pair in contained.values():
            if pair.facts is not None and pair.facts.parts != count and pair.rows not in labels:
                found = classify(replace(pair.facts, parts=count), change.copies.thresholds)
                change.tx.duplicates.replace(*pair.rows, with_classification(pair.verdict, found))


def containers(verdicts: Iterable[tuple[int, Verdict]], thresholds: Thresholds) -> list[int]:
    """Rows of the earlier articles that contain a new one.

    Args:
        verdicts: on the new article: (earlier row, verdict).
        thresholds: of the rules.
    """
    found = []
    for row, verdict in verdicts:
        facts = facts_of(verdict)
        if facts is not None and is_part(facts, thresholds) and facts.words < facts.earlier_words:
            found.append(row)
    return found


def _different(view: View, rows: Iterable[int]) -> int:
    """How many of these do not repeat one of the others: those counted first, by row."""
    counted: set[int] = set()
    for row in sorted(rows):
        near = {other for pair in pairs_with(view, row) if pair.verdict.kind is not Kind.NEW for other in pair.rows}
        if not near & counted:
            counted.add(row)
    return len(counted)


def _repeated(facts: Mapping[int, Facts], thresholds: Thresholds) -> set[int]:
    """What the new article itself repeats without being contained in it."""
    return {
        row
        for row, each in facts.items()
        if kind_of(each, thresholds) is not Kind.NEW and not is_part(each, thresholds)
    }
