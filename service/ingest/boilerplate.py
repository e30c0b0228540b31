"""Articles that were stored before it was known what in them is boilerplate: compared anew when it is.

A paragraph becomes boilerplate with the third article that has it, so two have been compared with it by then, or some
more where it is long unclear: `COMPANY_LOOKED_AT` of them at most. Their verdicts on each other, their neighbours and
their threads are found again.
"""

from collections.abc import Collection

from corpus import Kind

from ..archive.view import Change
from ..duplicates.pairs import classify_pair, is_kept


def leave_out_again(change: Change, row: int) -> list[int]:
    """Leave boilerplate out of those articles that share a paragraph with a new one which is boilerplate by it.

    Args:
        change: has the new article.
        row: its own.

    Returns:
        Their rows, rising: they are to be compared anew. Their verdicts are up to date.
    """
    changed = [other for other in change.copies.changed_by(row) if change.leave_out(other) and other != row]
    _classify_again(change, changed)
    return changed


def _classify_again(change: Change, rows: Collection[int]) -> None:
    """Classify the stored pairs among some articles and with all others; labels of people hold."""
    duplicates, labels = change.tx.duplicates, change.tx.duplicates.labels() if rows else {}
    pairs = {(later, earlier): verdict for row in rows for later, earlier, verdict in duplicates.around(row)}
    for (later, earlier), before in pairs.items():
        if (later, earlier) in labels:
            continue
        now = classify_pair(change, later, earlier)
        if (now.kind, now.score) == (before.kind, before.score):
            continue
        duplicates.forget(later, earlier)
        if is_kept(now) or now.kind is not Kind.NEW:
            duplicates.add(later, [(earlier, now)])
        change.replace_verdict(later, earlier, now)
