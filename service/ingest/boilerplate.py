"""Articles that were stored before it was known what in them is boilerplate, or that it is none: compared anew.

A paragraph or a line becomes boilerplate with the third article that has it, so two have been compared with it by then,
or some more where it is long unclear; and it is none any more when one of three is removed. `COMPANY_LOOKED_AT` of its
articles at most are looked at. Their verdicts on each other, their neighbours and their threads are found again.
"""

from collections.abc import Collection, Iterator

from corpus import Kind
from embeddings.duplicates import signatures

from ..archive.view import Change
from ..duplicates.pairs import classify_pair, is_kept


def leave_out_again(change: Change, row: int) -> list[int]:
    """Leave boilerplate out of those articles that share a paragraph or line with a new one which is that by it.

    Args:
        change: has the new article.
        row: its own.

    Returns:
        Their rows, rising: they are to be compared anew (`batch.compare_again`).
    """
    return [other for other in change.copies.changed_by(row) if change.leave_out(other) and other != row]


def classify_again(change: Change, rows: Collection[int]) -> None:
    """Classify pairs among some articles, and the stored ones with all others; labels of people hold."""
    if not rows:
        return
    duplicates, labels = change.tx.duplicates, change.tx.duplicates.labels()
    pairs = {(later, earlier): verdict for row in rows for later, earlier, verdict in duplicates.around(row)}
    among = {pair: None for pair in _alike_among(change, rows) if pair not in pairs and pair[::-1] not in pairs}
    for (later, earlier), before in (pairs | among).items():
        if (later, earlier) in labels:
            continue
        now = classify_pair(change, later, earlier)
        if before and (now.kind, now.score) == (before.kind, before.score):
            continue
        if before:
            duplicates.forget(later, earlier)
        if is_kept(now):
            duplicates.add(later, [(earlier, now)])
        if before or now.kind is not Kind.NEW:
            change.replace_verdict(later, earlier, now)


def _alike_among(change: Change, rows: Collection[int]) -> Iterator[tuple[int, int]]:
    """Pairs of these articles, the later one first, that may repeat each other by their bodies or signatures."""
    stored = change.tx.articles.of_rows(rows)
    for (row, found), signature in zip(
        stored.items(), signatures([one.article.text for one in stored.values()]), strict=True
    ):
        alike = {*change.copies.by_body.get(_body(change, row), ()), *change.copies.signatures.candidates(signature)}
        yield from ((row, other) for other in sorted(alike.intersection(rows)) if other < found.row)


def _body(change: Change, row: int) -> str:
    return change.collection.member(row).body_hash.split()[0]
