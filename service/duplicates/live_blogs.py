"""Live blogs and round-ups: three articles that do not repeat each other stand in one, which is a version of none.

When the third one comes, or the whole does, the verdicts on all of its parts say so, in whatever order they came.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from corpus import Kind, Verdict
from corpus.store import Transaction
from embeddings.duplicates import Facts, Thresholds, classify, is_part, kind_of


def with_part_counts(facts: Mapping[int, Facts], tx: Transaction, thresholds: Thresholds) -> dict[int, Facts]:
    """Facts of an article and others, by row, with how many parts the longer one has.

    Args:
        facts: of an article that is not stored yet, with each earlier one.
        tx: knows what else stands in these.
        thresholds: of the rules.
    """
    found = dict(facts)
    own = {row for row, each in facts.items() if is_part(each, thresholds) and each.earlier_words < each.words}
    count = _different(own, tx)
    for row in own:
        found[row] = replace(found[row], parts=count)
    for row, each in facts.items():
        if row not in own and is_part(each, thresholds):
            siblings = set(contained_in(row, tx, thresholds)) - _repeated(facts, thresholds)
            found[row] = replace(each, parts=1 + _different(siblings, tx))
    return found


def contained_in(row: int, tx: Transaction, thresholds: Thresholds) -> dict[int, tuple[int, int, Verdict, Facts]]:
    """What stands in an article: row of the part -> later row, earlier row, verdict, facts."""
    found = {}
    for later, earlier, verdict in tx.duplicates.around(row):
        facts = Facts.of(verdict.evidence)
        if facts is None or not is_part(facts, thresholds):
            continue
        longer = later if facts.words > facts.earlier_words else earlier
        if longer == row:
            found[earlier if later == row else later] = (later, earlier, verdict, facts)
    return found


def reclassify_contained(rows: Iterable[int], tx: Transaction, thresholds: Thresholds) -> None:
    """Bring the verdicts on all parts of some articles in line with how many parts these have now.

    What a person judged stays.
    """
    for row in rows:
        parts = contained_in(row, tx, thresholds)
        count, judged = _different(parts.keys(), tx), tx.duplicates.labels()
        for later, earlier, verdict, facts in parts.values():
            if facts.parts != count and (later, earlier) not in judged:
                again = classify(replace(facts, parts=count), thresholds)
                tx.duplicates.replace(
                    later, earlier, replace(verdict, kind=again.kind, score=again.score, evidence=again.evidence)
                )


def containers(verdicts: Iterable[tuple[int, Verdict]], thresholds: Thresholds) -> list[int]:
    """Rows of the earlier articles that a new one is a part of."""
    found = []
    for row, verdict in verdicts:
        facts = Facts.of(verdict.evidence)
        if facts is not None and is_part(facts, thresholds) and facts.words < facts.earlier_words:
            found.append(row)
    return found


def _different(rows: Iterable[int], tx: Transaction) -> int:
    """How many of these do not repeat one of the others: those counted first, by row."""
    counted: set[int] = set()
    for row in sorted(rows):
        near = {
            other
            for later, earlier, verdict in tx.duplicates.around(row)
            for other in (later, earlier)
            if verdict.kind is not Kind.NEW
        }
        if not near & counted:
            counted.add(row)
    return len(counted)


def _repeated(facts: Mapping[int, Facts], thresholds: Thresholds) -> set[int]:
    """What the new article itself repeats without being a part of it."""
    return {
        row
        for row, each in facts.items()
        if kind_of(each, thresholds) is not Kind.NEW and not is_part(each, thresholds)
    }
