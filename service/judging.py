"""What an article is to those that were there before: candidates, facts, verdicts, from the cheap steps to the dear.

1. The same body, by its hash.
2. Shared runs of words, by signatures.
3. The copies of what was found so far: a group of copies grows only by what is a copy of every one.
4. The texts themselves are compared: facts, and from these the verdict.
5. Where a very similar article is no repetition by its words, its paragraphs are aligned by their vectors: a rewrite.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus import Article, Kind, Paragraph, Verdict
from corpus.store import Transaction
from embeddings import (
    CLOSE_LEAST,
    Facts,
    Floats,
    Ids,
    Judgement,
    Query,
    Side,
    Signature,
    Text,
    align,
    compare,
    judge,
    with_vectors,
)

from .archive import Archive
from .copies import COPIES
from .roundups import with_parts

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
_KIND_ORDER = {kind: place for place, kind in enumerate(Kind)}


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


def incoming(
    archive: Archive, article: Article, paragraphs: Sequence[Paragraph], signature: Signature, body: str, day: float
) -> Incoming:
    """An article as it is judged now. The collection's lock is the caller's."""
    own = archive.copies.boilerplate.own_text(article.text, paragraphs)
    return Incoming(article, Text(article.title, own, article.source, day, body), signature)


def verdicts(
    archive: Archive, it: Incoming, tx: Transaction, *, side: Side | None = None, query: Query | None = None,
    similar: tuple[Ids, Floats] | None = None,
) -> list[tuple[int, Verdict]]:  # fmt: skip
    """Verdicts on an article against all stored ones, strongest first, close calls (`Kind.NEW`) last.

    The collection's lock is the caller's.

    Args:
        archive: has the others.
        it: the article.
        tx: reads their texts.
        side: its paragraphs, for the step by vectors; without, there is none.
        query: the article as it is compared by vectors.
        similar: rows and similarities, (N,), of what it was compared with.
    """
    facts = _by_text(archive, it, tx)
    if side is not None and similar is not None:
        facts |= _by_vectors(archive, it, tx, side, similar, facts)
    facts = with_parts(facts, tx, archive.copies.thresholds)
    found = {row: judge(each, archive.copies.thresholds) for row, each in facts.items()}
    ids = {row: archive.collection.member(row).id for row in found}
    pairs = [
        (row, Verdict(it.article.id, ids[row], judged.kind, judged.score, judged.evidence))
        for row, judged in found.items()
        if is_kept(judged, facts[row])
    ]
    pairs.sort(key=lambda pair: (_KIND_ORDER[pair[1].kind], -pair[1].score, pair[0]))
    news = [pair for pair in pairs if pair[1].kind is Kind.NEW]
    return pairs[: len(pairs) - len(news)] + news[:CLOSE_CALLS_MOST]


def is_kept(judged: Judgement, facts: Facts) -> bool:
    """Whether a pair is stored."""
    return judged.kind is not Kind.NEW or judged.score >= CLOSE_CALL or facts.most_covered >= KEPT_COVERED


def judge_pair(archive: Archive, later: int, earlier: int, tx: Transaction) -> Verdict | None:
    """Judge two stored articles anew; None where one is gone or the pair is not to be kept.

    The collection's lock is the caller's.
    """
    texts = archive.copies.texts([later, earlier], tx)
    if len(texts) < 2:
        return None
    facts = compare(texts[later], texts[earlier])
    found = judge(facts, archive.copies.thresholds)
    one, other = archive.collection.member(later).id, archive.collection.member(earlier).id
    return Verdict(one, other, found.kind, found.score, found.evidence) if is_kept(found, facts) else None


def _by_text(archive: Archive, it: Incoming, tx: Transaction) -> dict[int, Facts]:
    copies, facts = archive.copies, dict[int, Facts]()
    same_body = sorted(filter(it.before, copies.by_body.get(it.text.body, ())))
    waiting = [*_first(same_body), *copies.signatures.candidates(it.signature)]
    while waiting := [row for row in dict.fromkeys(waiting) if row not in facts and row != it.row and it.before(row)]:
        some = copies.texts(waiting[: COMPARED_MOST - len(facts)], tx)
        new = {row: compare(it.text, text) for row, text in some.items()}
        facts |= new
        waiting = list(_copies_of(archive, new)) if len(facts) < COMPARED_MOST else []
    return facts


def _copies_of(archive: Archive, facts: dict[int, Facts]) -> Iterator[int]:
    """The groups of what turned out to be a copy; of one body, some."""
    for row, each in facts.items():
        if judge(each, archive.copies.thresholds).kind in COPIES and not each.same_body:
            yield from archive.copies.groups.of(row)


def _first(rows: Sequence[int]) -> Sequence[int]:
    return rows[:SAME_BODY_MOST]


def _by_vectors(
    archive: Archive, it: Incoming, tx: Transaction, side: Side, similar: tuple[Ids, Floats], known: dict[int, Facts]
) -> dict[int, Facts]:
    """Facts with vectors, of the most similar articles that are no repetition by their words."""
    thresholds = archive.copies.thresholds
    rows, similarities = similar
    order = np.lexsort((rows, -similarities))[:REWORDED_MOST]
    close: dict[int, tuple[float, int]] = {}
    for row in rows[order[similarities[order] >= REWORDED_LEAST]].tolist():
        if row in known and judge(known[row], thresholds).kind is not Kind.NEW:
            continue
        found = align(side, archive.sides([row])[0])
        pairs = sum(pair.score >= CLOSE_LEAST for pair in found.pairs)
        if pairs >= thresholds.reworded_pairs and min(found.a.close, found.b.close) >= thresholds.reworded_close:
            close[row] = (min(found.a.close, found.b.close), pairs)
    texts = archive.copies.texts([row for row in close if row not in known], tx)
    facts = {row: known.get(row) or compare(it.text, texts[row]) for row in close if row in known or row in texts}
    return {row: with_vectors(each, *close[row]) for row, each in facts.items()}
