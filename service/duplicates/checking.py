"""Articles judged without being stored: one, or many against the archive and against each other.

**Many.** Of two articles of a request the earlier one is the one with the earlier date (an undated one comes last),
then with the smaller id. They are judged in this order, each against those before it, so that the order of the lines
does not matter. Articles of the same id are versions of one article: they are not compared with each other, nor with
what is stored under that id. Boilerplate is what is boilerplate in the archive.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus import Article, Kind, Verdict
from corpus.store import Transaction
from embeddings.compare import Side
from embeddings.duplicates import Facts, SignatureIndex, classify, compare, kind_of, with_vectors
from embeddings.search import Query, day_of
from embeddings.types import Vectors

from ..archive.archive import Archive
from ..archive.copies import COPY_KINDS
from ..archive.preparing import Prepared, as_incoming, encode, prepare, query_of, side_of
from ..ingest.writing import place
from .detection import REWORDED_LEAST, REWORDED_MOST, SAME_BODY_MOST, close_share, compare_with_copies

_ENCODED = 64
"""Articles that are encoded together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an article repeats."""

    verdict: Verdict
    row: int | None = None
    """Of the earlier article, where it is stored."""
    line: int | None = None
    """Its place in the request, where it is not."""


@dataclass(slots=True)
class Checked:
    """An article, not stored, with what it repeats."""

    article: Article
    prepared: Prepared
    query: Query
    side: Side
    findings: list[Finding] = field(default_factory=list)
    """The strongest first."""
    same_id: list[int] = field(default_factory=list)
    """Places of other articles of the request with its id."""


def check(archive: Archive, tx: Transaction, article: Article) -> Checked:
    """What an article would be said to repeat, were it ingested now."""
    prepared = prepare(archive, article)
    return _against_store(archive, tx, prepared, query_of(prepared, encode(archive, [prepared])))


def check_many(archive: Archive, tx: Transaction, some: Sequence[Article]) -> list[Checked]:
    """As `check`, of many articles, which are judged against each other too; in the order in which they were given."""
    checked: list[Checked] = []
    for start in range(0, len(some), _ENCODED):
        prepared = [prepare(archive, article) for article in some[start : start + _ENCODED]]
        vectors = encode(archive, prepared)
        checked += [_against_store(archive, tx, each, query_of(each, vectors)) for each in prepared]
    _against_each_other(archive, checked)
    return checked


def _against_store(archive: Archive, tx: Transaction, prepared: Prepared, query: Query) -> Checked:
    placed = place(archive, prepared, query, tx)
    findings = [
        Finding(verdict, row)
        for row, verdict in placed.verdicts
        if verdict.kind is not Kind.NEW and verdict.earlier != prepared.article.id
    ]
    with archive.collection.lock.reading():
        side = side_of(archive, prepared, query)
    return Checked(prepared.article, prepared, query, side, findings)


def _against_each_other(archive: Archive, checked: Sequence[Checked]) -> None:
    """Add to each article's findings those before it in order of time."""
    order = sorted(range(len(checked)), key=lambda number: _age(checked[number].article))
    lines = _Lines(archive, [checked[number] for number in order])
    of_id: dict[str, list[int]] = defaultdict(list)
    for number, it in enumerate(checked):
        of_id[it.article.id].append(number)
    for place_, number in enumerate(order):
        it = checked[number]
        it.findings += [
            Finding(verdict, line=order[other])
            for other, verdict in lines.verdicts(place_)
            if verdict.kind is not Kind.NEW
        ]
        it.findings.sort(key=_strength)
        it.same_id = [other for other in of_id[it.article.id] if other != number]


class _Lines:
    """Articles of a request in order of time, each of which is judged against those before it.

    Args:
        archive: has the boilerplate and the thresholds.
        some: the articles, the earliest first.
    """

    def __init__(self, archive: Archive, some: Sequence[Checked]) -> None:
        self._some, self._thresholds = some, archive.copies.thresholds
        self._signatures = SignatureIndex()
        self._bodies: dict[str, list[int]] = {}
        self._copies: dict[int, set[int]] = {}
        with archive.collection.lock.reading():
            self._texts = [as_incoming(archive, each.prepared).text for each in some]
        self._centroids = np.stack([_centroid(each.side) for each in some]) if some else np.empty((0, 1), np.float32)

    def verdicts(self, number: int) -> list[tuple[int, Verdict]]:
        """(number of the earlier one, verdict) on the next article; each is asked for once, in order."""
        it = self._some[number]
        facts = self._by_text(number)
        facts |= self._by_vectors(number, facts)
        found = {other: classify(each, self._thresholds) for other, each in facts.items()}
        self._signatures.add(number, it.prepared.signature)
        self._bodies.setdefault(it.prepared.body_hash, []).append(number)
        self._copies[number] = {other for other, judged in found.items() if judged.kind in COPY_KINDS}
        for other in self._copies[number]:
            self._copies[other].add(number)
        return [
            (other, Verdict(it.article.id, self._some[other].article.id, each.kind, each.score, each.evidence))
            for other, each in found.items()
        ]

    def _by_text(self, number: int) -> dict[int, Facts]:
        it = self._some[number].prepared

        def compared(some: Sequence[int]) -> dict[int, Facts]:
            return {other: compare(self._texts[number], self._texts[other]) for other in some}

        return compare_with_copies(
            [*self._bodies.get(it.body_hash, ())[:SAME_BODY_MOST], *self._signatures.candidates(it.signature)],
            compared, lambda other: sorted(self._copies[other]), lambda other: not self._is_version(number, other),
            self._thresholds,
        )  # fmt: skip

    def _by_vectors(self, number: int, known: dict[int, Facts]) -> dict[int, Facts]:
        """As `judging` does with what is stored; by the cosine of the whole articles in place of their similarity."""
        cosines = self._centroids[:number] @ self._centroids[number]
        nearest = np.argsort(-cosines, kind="stable")[:REWORDED_MOST]
        found = {}
        for other in nearest[cosines[nearest] >= REWORDED_LEAST].tolist():
            facts = known.get(other) or compare(self._texts[number], self._texts[other])
            if self._is_version(number, other) or kind_of(facts, self._thresholds) is not Kind.NEW:
                continue
            found[other] = with_vectors(facts, *close_share(self._some[number].side, self._some[other].side))
        return found

    def _is_version(self, number: int, other: int) -> bool:
        return self._some[number].article.id == self._some[other].article.id


def _centroid(side: Side) -> Vectors:
    whole = (side.vectors * side.weights[:, None]).sum(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(whole))
    return np.asarray(whole / length if length else whole, np.float32)


def _age(article: Article) -> tuple[float, str, str]:
    day = day_of(article.published)
    return math.inf if math.isnan(day) else day, article.id, repr(article)


def _strength(finding: Finding) -> tuple[int, float, str, int]:
    verdict = finding.verdict
    return verdict.kind.rank, -verdict.score, verdict.earlier, -1 if finding.line is None else finding.line
