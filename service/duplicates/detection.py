"""What an article is to those that were there before: candidates, facts, verdicts, from the cheap steps to the dear.

1. The same body, by its hash.
2. Shared runs of words, by signatures.
3. The copies of what was found so far: a group of copies grows only by what is a copy of every one.
4. The texts themselves are compared: facts, and from these the verdict.
5. Where a very similar article is no repetition by its words, its paragraphs are aligned by their vectors: a rewrite.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import Article, Kind, Verdict
from corpus.store import Transaction
from embeddings.compare import CLOSE_LEAST, Side, align
from embeddings.duplicates import (
    Classification,
    Facts,
    Signature,
    Text,
    Thresholds,
    classify,
    compare,
    kind_of,
    with_vectors,
)
from embeddings.types import Floats, Ids

from ..archive.archive import Archive
from ..archive.copies import COPY_KINDS
from .live_blogs import with_part_counts

SAME_BODY_MOST = 16
"""Articles of one body that are compared: more would say the same."""
COMPARED_MOST = 200
"""Articles whose texts are compared with one."""
REWORDED_MOST = 5
"""Most similar articles whose paragraphs are aligned with one."""
REWORDED_LEAST = 0.4
"""Similarity from which they are."""
CLOSE_CALL = 0.2
"""Score from which a pair without a verdict is kept for the review queue, and for other thresholds."""
KEPT_COVERED = 0.3
"""Or the larger covered share: revisions of one text, over the years, share no more."""
CLOSE_CALLS_MOST = 8
"""Such pairs of one article."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article that is judged, stored or not."""

    article: Article
    text: Text
    signature: Signature
    row: int | None = None
    """Its own, where it is stored: nothing is compared with itself."""
    before: Callable[[int], bool] = lambda row: True
    """Whether a stored article, by its row, counts as earlier."""


def verdicts(
    archive: Archive, it: Incoming, tx: Transaction, *, side: Side, similar: tuple[Ids, Floats]
) -> list[tuple[int, Verdict]]:
    """Verdicts on an article against all stored ones, strongest first, close calls (`Kind.NEW`) last.

    The collection's lock is the caller's.

    Args:
        archive: has the others.
        it: the article.
        tx: reads their texts.
        side: its paragraphs.
        similar: rows and similarities, (N,), of what it was compared with.
    """
    facts = _by_text(archive, it, tx)
    facts |= _by_vectors(archive, it, tx, side, similar, facts)
    facts = with_part_counts(facts, tx, archive.copies.thresholds)
    found = {row: classify(each, archive.copies.thresholds) for row, each in facts.items()}
    ids = {row: archive.collection.member(row).id for row in found}
    pairs = [
        (row, Verdict(it.article.id, ids[row], judged.kind, judged.score, judged.evidence))
        for row, judged in found.items()
        if is_kept(judged)
    ]
    pairs.sort(key=lambda pair: (pair[1].kind.rank, -pair[1].score, pair[0]))
    news = [pair for pair in pairs if pair[1].kind is Kind.NEW]
    return pairs[: len(pairs) - len(news)] + news[:CLOSE_CALLS_MOST]


def is_kept(judged: Classification | Verdict) -> bool:
    """Whether a pair is stored."""
    if judged.kind is not Kind.NEW or judged.score >= CLOSE_CALL:
        return True
    facts = Facts.of(judged.evidence)
    return facts is not None and facts.most_covered >= KEPT_COVERED


def classify_pair(archive: Archive, later: int, earlier: int, tx: Transaction) -> Verdict | None:
    """Judge two stored articles by their texts; None where one is gone. The collection's lock is the caller's."""
    texts = archive.copies.texts([later, earlier], tx)
    if len(texts) < 2:
        return None
    found = classify(compare(texts[later], texts[earlier]), archive.copies.thresholds)
    one, other = archive.collection.member(later).id, archive.collection.member(earlier).id
    return Verdict(one, other, found.kind, found.score, found.evidence)


def compare_with_copies(
    first: Iterable[int], compared: Callable[[Sequence[int]], Mapping[int, Facts]],
    copies: Callable[[int], Iterable[int]], wanted: Callable[[int], bool], thresholds: Thresholds,
) -> dict[int, Facts]:  # fmt: skip
    """Compare an article with some others, then with the copies of those that turn out to be its copies, and so on.

    Args:
        first: the others.
        compared: the facts of the article with some of them.
        copies: those of one of them; of copies with one body no more are asked for.
        wanted: whether one of them is to be compared at all.
        thresholds: of the rules.
    """
    facts: dict[int, Facts] = {}
    waiting = list(first)
    while waiting := [each for each in dict.fromkeys(waiting) if each not in facts and wanted(each)]:
        new = compared(waiting[: COMPARED_MOST - len(facts)])
        facts |= new
        if len(facts) >= COMPARED_MOST:
            break
        found = [each for each, some in new.items() if kind_of(some, thresholds) in COPY_KINDS and not some.same_body]
        waiting = [copy for each in found for copy in copies(each)]
    return facts


def close_share(one: Side, other: Side) -> tuple[float, int]:
    """The smaller share of two articles in paragraphs that say the same by their vectors, and how many these are."""
    found = align(one, other)
    return min(found.a.close, found.b.close), sum(pair.score >= CLOSE_LEAST for pair in found.pairs)


def _by_text(archive: Archive, it: Incoming, tx: Transaction) -> dict[int, Facts]:
    copies = archive.copies

    def compared(rows: Sequence[int]) -> dict[int, Facts]:
        return {row: compare(it.text, text) for row, text in copies.texts(rows, tx).items()}

    same_body = sorted(filter(it.before, copies.by_body.get(it.text.body, ())))[:SAME_BODY_MOST]
    return compare_with_copies(
        [*same_body, *copies.signatures.candidates(it.signature)], compared, copies.groups.of,
        lambda row: row != it.row and it.before(row), copies.thresholds,
    )  # fmt: skip


def _by_vectors(
    archive: Archive, it: Incoming, tx: Transaction, side: Side, similar: tuple[Ids, Floats], known: dict[int, Facts]
) -> dict[int, Facts]:
    """Facts with vectors, of the most similar articles that are no repetition by their words."""
    thresholds = archive.copies.thresholds
    rows, similarities = similar
    order = np.lexsort((rows, -similarities))[:REWORDED_MOST]
    close: dict[int, tuple[float, int]] = {}
    for row in rows[order[similarities[order] >= REWORDED_LEAST]].tolist():
        if row in known and kind_of(known[row], thresholds) is not Kind.NEW:
            continue
        share, pairs = close_share(side, archive.sides([row])[0])
        if pairs >= thresholds.reworded_pairs and share >= thresholds.reworded_close:
            close[row] = (share, pairs)
    texts = archive.copies.texts([row for row in close if row not in known], tx)
    facts = {row: known.get(row) or compare(it.text, texts[row]) for row in close if row in known or row in texts}
    return {row: with_vectors(each, *close[row]) for row, each in facts.items()}
