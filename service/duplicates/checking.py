"""Articles checked for duplicates without being stored: one, or many against the archive and against each other.

**Many.** Of two articles of a request the earlier one is the one with the earlier date (an undated one comes last),
then with the smaller id. They are checked in this order, each against those before it, so that the order of the lines
does not matter. Articles of the same id are versions of one article: they are not compared with each other, nor with
what is stored under that id. Boilerplate is what is boilerplate in the archive.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus import Article, Kind, Paragraph, Verdict, encoded
from embeddings.compare import Side
from embeddings.duplicates import Facts, SignatureIndex, Text, Thresholds
from embeddings.preparing import Prepared, prepare, query_of, without_boilerplate
from embeddings.search import Query, day_of
from embeddings.types import Floats, Ids, Vectors

from ..archive.archive import Archive
from ..archive.copies import COPY_KINDS
from ..archive.view import View
from .detection import Incoming, StoredArticles, detect, incoming_of
from .models import SeriesAnswer
from .series import series_for

_AT_ONCE = 64
"""Articles that are encoded together, and then compared with one moment of the archive."""


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
    paragraphs: Sequence[Paragraph]
    """The encoded ones: those that the side of `incoming` has, in its order."""
    incoming: Incoming
    findings: list[Finding] = field(default_factory=list)
    """The strongest first."""
    series: SeriesAnswer | None = None
    """Of the stored articles."""
    same_id: list[int] = field(default_factory=list)
    """Places of other articles of the request with its id."""


def prepare_queries(archive: Archive, articles: Sequence[Article]) -> list[tuple[Prepared, Query]]:
    """Split and encode articles, as `check` takes them; outside of any block."""
    prepared = [prepare(article, archive.encoder) for article in articles]
    vectors = archive.encode(prepared)
    return [(each, query_of(each, vectors)) for each in prepared]


def check(view: View, prepared: Prepared, query: Query) -> Checked:
    """What an article would repeat, were it ingested now."""
    incoming = incoming_of(view, prepared, query)
    own = without_boilerplate(query, prepared, view.copies.boilerplate)
    found = detect(incoming, StoredArticles(view, view.compare(own)))
    findings = [
        Finding(verdict, row)
        for row, verdict in found
        if verdict.kind is not Kind.NEW and verdict.earlier != incoming.id
    ]
    series = series_for(view, found, prepared.article.source, query.day)
    return Checked(prepared.article, list(encoded(prepared.paragraphs)), incoming, findings, series)


def check_many(archive: Archive, articles: Sequence[Article]) -> list[Checked]:
    """As `check`, of many articles, each against those of the others that are earlier, too; in the order given."""
    checked: list[Checked] = []
    for start in range(0, len(articles), _AT_ONCE):
        some = prepare_queries(archive, articles[start : start + _AT_ONCE])
        with archive.reading() as view:
            checked += [check(view, *each) for each in some]
    with archive.reading() as view:
        thresholds = view.copies.thresholds
    _check_against_each_other(checked, thresholds)
    return checked


def _check_against_each_other(checked: Sequence[Checked], thresholds: Thresholds) -> None:
    """Add to each article's findings those before it in order of time."""
    order = sorted(range(len(checked)), key=lambda number: _age(checked[number].article))
    of_id: dict[str, list[int]] = defaultdict(list)
    for number, it in enumerate(checked):
        of_id[it.incoming.id].append(number)
    found = _detect_among([checked[number].incoming for number in order], thresholds)
    for number, verdicts in zip(order, found, strict=True):
        it = checked[number]
        it.findings += [
            Finding(verdict, line=order[other]) for other, verdict in verdicts if verdict.kind is not Kind.NEW
        ]
        it.findings.sort(key=_strength)
        it.same_id = [other for other in of_id[it.incoming.id] if other != number]


def _detect_among(lines: Sequence[Incoming], thresholds: Thresholds) -> Iterator[list[tuple[int, Verdict]]]:
    """What `detect` finds of each article among those before it: (place of the earlier one, verdict)."""
    earlier = _EarlierLines(lines, thresholds)
    for each in lines:
        found = detect(each, earlier)
        earlier.add(other for other, verdict in found if verdict.kind in COPY_KINDS)
        yield found


class _EarlierLines:
    """The articles of a request before one of them: an `Earlier`, with their places in order of time for keys.

    Args:
        lines: all articles, the earliest first.
        thresholds: of the rules.
    """

    def __init__(self, lines: Sequence[Incoming], thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self._lines = lines
        self._centroids = np.stack([_centroid(line.side) for line in lines]) if lines else np.empty((0, 1), np.float32)
        self._signatures = SignatureIndex()
        self._bodies: dict[str, list[int]] = defaultdict(list)
        self._copies: list[set[int]] = []

    def add(self, copies: Iterable[int]) -> None:
        """Let the next article be one of the earlier ones; it is a copy of these."""
        number, line = len(self._copies), self._lines[len(self._copies)]
        self._signatures.add(number, line.signature)
        self._bodies[line.text.body].append(number)
        self._copies.append(set(copies))
        for other in self._copies[number]:
            self._copies[other].add(number)

    def same_body(self, incoming: Incoming) -> Iterable[int]:
        """Those with its body, rising."""
        return self._bodies.get(incoming.text.body, ())

    def by_signature(self, incoming: Incoming) -> Iterable[int]:
        """Those that share runs of words with it."""
        return self._signatures.candidates(incoming.signature)

    def nearest(self, incoming: Incoming) -> tuple[Ids, Floats]:
        """All of them, by the cosine of the articles as one vector."""
        count = len(self._copies)
        cosines = self._centroids[:count] @ _centroid(incoming.side)
        return np.arange(count, dtype=np.int64), cosines.astype(np.float64)

    def is_candidate(self, incoming: Incoming, key: int) -> bool:
        """Whether it is another article, and no version of the same one."""
        return incoming.id != self._lines[key].id

    def id(self, key: int) -> str:
        """The id of one."""
        return self._lines[key].id

    def texts(self, keys: Sequence[int]) -> Mapping[int, Text]:
        """Their texts without boilerplate."""
        return {key: self._lines[key].text for key in keys}

    def side(self, key: int) -> Side:
        """The paragraphs of one."""
        return self._lines[key].side

    def copies(self, key: int) -> Iterable[int]:
        """Its copies among them."""
        return sorted(self._copies[key])

    def with_contained_counts(self, facts: Mapping[int, Facts]) -> Mapping[int, Facts]:
        """The facts as they are: live blogs are recognised among stored articles."""
        return facts


def _centroid(side: Side) -> Vectors:
    total = (side.vectors * side.weights[:, None]).sum(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(total))
    return np.asarray(total / length if length else total, np.float32)


def _age(article: Article) -> tuple[float, str, str]:
    day = day_of(article.published)
    return math.inf if math.isnan(day) else day, article.id, repr(article)


def _strength(finding: Finding) -> tuple[int, float, str, int]:
    verdict = finding.verdict
    return verdict.kind.rank, -verdict.score, verdict.earlier, -1 if finding.line is None else finding.line
