"""What articles that are not stored would be said to repeat, with everything that shows it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from corpus import Article, Paragraph, article_from_fields, encoded, fold
from corpus.readers.base import ParsedArticle, Reading
from corpus.records import Stored
from corpus.store import Transaction
from embeddings.compare import Shares, Side, align

from ..archive.archive import Archive
from ..archive.briefs import brief, brief_of
from ..compare.answers import spans_of
from ..compare.models import PairAnswer
from ..models import Brief, Span
from . import models
from .checking import Checked, Finding, check, check_many
from .models import kind_name

ALIGNED_MOST = 25
"""Earlier articles, the strongest, that are told paragraph by paragraph."""
ALIGNED_MOST_OF_MANY = 5


def check_duplicates(archive: Archive, fields: dict[str, object]) -> models.CheckAnswer:
    """What an article would be said to repeat, were it ingested now; nothing is stored.

    Raises:
        BadRecord: it is no article.
    """
    article, _ = article_from_fields(fields)
    with archive.store.read() as tx:
        found = check(archive, tx, article)
        duplicates = _Shown(archive, tx, [found], ALIGNED_MOST).duplicates(found)
    return models.CheckAnswer(verdict=_strongest(duplicates), duplicates=duplicates)


def check_all(archive: Archive, readings: Sequence[Reading]) -> models.BulkCheckAnswer:
    """The same of many articles, which are judged against each other too; what is none has its reason."""
    places = [place for place, reading in enumerate(readings) if isinstance(reading, ParsedArticle)]
    numbers = [reading.location.line or place + 1 for place, reading in enumerate(readings)]
    with archive.store.read() as tx:
        found = check_many(archive, tx, [reading.article for reading in readings if isinstance(reading, ParsedArticle)])
        shown = _Shown(archive, tx, found, ALIGNED_MOST_OF_MANY, [numbers[place] for place in places])
        told = {place: (checked, shown.duplicates(checked)) for place, checked in zip(places, found, strict=True)}
    lines = []
    for place, reading in enumerate(readings):
        if not isinstance(reading, ParsedArticle):
            lines.append(models.CheckLine(line=numbers[place], http_status=422, reason=reading.reason))
            continue
        checked, duplicates = told[place]
        lines.append(
            models.CheckLine(
                line=numbers[place], http_status=200, id=checked.article.id, verdict=_strongest(duplicates),
                duplicates=duplicates, same_id=[numbers[places[other]] for other in checked.same_id],
            )
        )  # fmt: skip
    return models.BulkCheckAnswer(lines=lines, counts=dict(Counter(line.verdict or "refused" for line in lines)))


class _Shown:
    """Shapes findings.

    Args:
        archive: has the stored ones.
        tx: a transaction of it.
        checked: all articles of the request.
        most: findings of one article that are told paragraph by paragraph.
        lines: the line of each of them.
    """

    def __init__(
        self, archive: Archive, tx: Transaction, checked: Sequence[Checked], most: int, lines: Sequence[int] = ()
    ) -> None:
        self._archive, self._tx, self._checked, self._most, self._lines = archive, tx, checked, most, lines

    def duplicates(self, it: Checked) -> list[models.CheckedDuplicate]:
        """What an article repeats, the strongest first."""
        rows = [finding.row for finding in it.findings if finding.row is not None]
        stored = self._tx.articles.of_rows(rows)
        near = [f.row for f in it.findings[: self._most] if f.row is not None and f.row in stored]
        spans = spans_of(self._tx, near)
        there = [f for f in it.findings if f.row is None or f.row in stored]
        return [
            self._duplicate(it, finding, stored, spans if number < self._most else None)
            for number, finding in enumerate(there)
        ]

    def _duplicate(
        self, it: Checked, finding: Finding, stored: Mapping[int, Stored],
        spans: Mapping[int, Sequence[Paragraph]] | None,
    ) -> models.CheckedDuplicate:  # fmt: skip
        verdict = finding.verdict
        earlier, about = self._earlier(finding, stored)
        answer = models.CheckedDuplicate(
            article=brief_of(it.article, None), earlier=about, kind=kind_name(verdict.kind), score=verdict.score,
            evidence=dict(verdict.evidence), line=None if finding.line is None else self._lines[finding.line],
            headline=models.Headlines(
                changed=fold(it.article.title) != fold(earlier.title), article=it.article.title, earlier=earlier.title
            ),
        )  # fmt: skip
        side = self._side(finding) if spans is not None else None
        if side is not None and spans is not None:
            theirs = spans[finding.row] if finding.row is not None else _spans(self._checked[finding.line or 0])
            _lay_beside(answer, it, side, earlier, theirs)
        return answer

    def _earlier(self, finding: Finding, stored: Mapping[int, Stored]) -> tuple[Article, Brief]:
        if finding.row is not None:
            found = stored[finding.row]
            return found.article, brief(self._archive, found)
        article = self._checked[finding.line or 0].article
        return article, brief_of(article, None)

    def _side(self, finding: Finding) -> Side | None:
        """The paragraphs of an earlier article; None where it is just going."""
        if finding.row is None:
            return self._checked[finding.line or 0].side
        with self._archive.collection.lock.reading():
            return self._archive.sides([finding.row])[0] if finding.row in self._archive.collection else None


def _lay_beside(
    answer: models.CheckedDuplicate, it: Checked, side: Side, earlier: Article, theirs: Sequence[Paragraph]
) -> None:
    """Tell paragraph by paragraph what is the same, what was added, and what was cut."""
    found, own = align(it.side, side), _spans(it)
    answer.alignment = models.CheckedAlignment(
        pairs=[PairAnswer(a=p.a, b=p.b, score=round(p.score, 4)) for p in found.pairs],
        article=_shares(found.a), earlier=_shares(found.b),
    )  # fmt: skip
    answer.added = [_span(own[at], it.article) for at in found.only_a]
    answer.cut = [_span(theirs[at], earlier) for at in found.only_b]


def _spans(checked: Checked) -> Sequence[Paragraph]:
    return list(encoded(checked.prepared.paragraphs))


def _span(p: Paragraph, article: Article) -> Span:
    return Span(position=p.position, start=p.start, end=p.end, text=p.of(article.text))


def _shares(shares: Shares) -> models.SharesAnswer:
    return models.SharesAnswer(covered=shares.covered, close=shares.close, copied=shares.copied)


def _strongest(duplicates: Sequence[models.CheckedDuplicate]) -> models.VerdictName:
    return duplicates[0].kind if duplicates else "new"
