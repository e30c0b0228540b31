"""What articles that are not stored would repeat, as it is shown: side by side with what they repeat."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus import Article, Kind, Paragraph, article_from_fields, fold
from corpus.readers.base import ParsedArticle, Reading
from embeddings.compare import Shares, Side, align

from ..archive.archive import Archive
from ..archive.view import View, brief_of
from ..compare import Beside, with_figures
from ..models import Brief, Span
from . import models
from .answers import pair_answer
from .checking import Checked, Finding, check, check_many, prepare_queries

ALIGNED_MOST = 25
"""Earlier articles, the strongest, that are shown paragraph by paragraph."""
ALIGNED_MOST_OF_MANY = 5
_SHOWN_AT_ONCE = 64
"""Lines that are shown from one moment of the archive."""


def check_duplicates(archive: Archive, fields: dict[str, object]) -> models.CheckAnswer:
    """What an article would repeat, were it ingested now; nothing is stored.

    Raises:
        BadRecord: it is no article.
    """
    article, _ = article_from_fields(fields)
    ((prepared, query),) = prepare_queries(archive, [article])
    with archive.reading() as view:
        found = check(view, prepared, query)
        duplicates = _Shown(view, [found], ALIGNED_MOST).duplicates(found)
    return models.CheckAnswer(verdict=_strongest(duplicates), duplicates=duplicates, series=found.series)


def check_all(archive: Archive, readings: Sequence[Reading]) -> models.BulkCheckAnswer:
    """The same of many articles, which are compared with each other too; a line that is no article has its reason."""
    numbers = [reading.location.line or number for number, reading in enumerate(readings, 1)]
    parsed = [(n, reading) for n, reading in zip(numbers, readings, strict=True) if isinstance(reading, ParsedArticle)]
    found = check_many(archive, [reading.article for _, reading in parsed])
    checked = iter(_checked_lines(archive, found, [number for number, _ in parsed]))
    lines = [
        next(checked)
        if isinstance(reading, ParsedArticle)
        else models.CheckLine(line=number, http_status=422, reason=reading.reason)
        for number, reading in zip(numbers, readings, strict=True)
    ]
    counts = Counter(line.verdict.value if line.verdict else "refused" for line in lines)
    return models.BulkCheckAnswer(lines=lines, counts=dict(counts))


def _checked_lines(archive: Archive, found: Sequence[Checked], numbers: Sequence[int]) -> list[models.CheckLine]:
    lines = []
    for start in range(0, len(found), _SHOWN_AT_ONCE):
        with archive.reading() as view:
            shown = _Shown(view, found, ALIGNED_MOST_OF_MANY, numbers)
            for number, checked in enumerate(found[start : start + _SHOWN_AT_ONCE], start):
                duplicates = shown.duplicates(checked)
                lines.append(
                    models.CheckLine(
                        line=numbers[number], http_status=200, id=checked.article.id, verdict=_strongest(duplicates),
                        duplicates=duplicates, series=checked.series,
                        same_id=[numbers[other] for other in checked.same_id],
                    )
                )  # fmt: skip
    return lines


@dataclass(frozen=True, slots=True)
class _Earlier:
    """An article that a checked one repeats, stored or not."""

    article: Article
    brief: Brief
    side: Side | None = None
    """None where it is not shown paragraph by paragraph."""
    paragraphs: Sequence[Paragraph] = ()
    """Those of the side."""


class _Shown:
    """Shapes findings.

    Args:
        view: has the stored articles.
        checked: all articles of the request.
        most: findings of one article that are shown paragraph by paragraph.
        lines: the line of each of them.
    """

    def __init__(self, view: View, checked: Sequence[Checked], most: int, lines: Sequence[int] = ()) -> None:
        self._view, self._checked, self._most, self._lines = view, checked, most, lines

    def duplicates(self, it: Checked) -> list[models.CheckedDuplicate]:
        """What an article repeats, the strongest first."""
        stored = self._stored(it.findings)
        # they were found in an earlier moment of the archive: what was removed since is left out
        findings = [each for each in it.findings if each.row is None or each.row in stored]
        return [
            self._duplicate(it, each, self._unstored(each) if each.row is None else stored[each.row], number)
            for number, each in enumerate(findings)
        ]

    def _stored(self, findings: Sequence[Finding]) -> Mapping[int, _Earlier]:
        """The stored articles among them, by row."""
        articles = self._view.tx.articles.of_rows([each.row for each in findings if each.row is not None])
        near = [each.row for each in findings[: self._most] if each.row in articles]
        sides, spans = dict(zip(near, self._view.sides(near), strict=True)), self._view.paragraphs(near)
        return {
            row: _Earlier(each.article, self._view.brief(each), sides.get(row), spans.get(row, ()))
            for row, each in articles.items()
        }

    def _unstored(self, finding: Finding) -> _Earlier:
        assert finding.line is not None
        it = self._checked[finding.line]
        return _Earlier(it.article, brief_of(it.article, None), it.incoming.side, it.paragraphs)

    def _duplicate(self, it: Checked, finding: Finding, earlier: _Earlier, number: int) -> models.CheckedDuplicate:
        own, other = it.article.title, earlier.article.title
        answer = pair_answer(
            models.CheckedDuplicate, finding.verdict, brief_of(it.article, None), earlier.brief,
            line=None if finding.line is None else self._lines[finding.line],
            headline=models.Headlines(changed=fold(own) != fold(other), article=own, earlier=other),
        )  # fmt: skip
        if number < self._most and earlier.side is not None:
            _lay_beside(answer, it, earlier, earlier.side)
        return answer


def _lay_beside(answer: models.CheckedDuplicate, it: Checked, earlier: _Earlier, side: Side) -> None:
    """Show paragraph by paragraph what is the same, what was added, and what was cut."""
    found = align(it.incoming.side, side)
    own = Beside(it.article, it.paragraphs, it.incoming.side)
    agreed = with_figures(own, Beside(earlier.article, earlier.paragraphs, side), found)
    answer.alignment = models.CheckedAlignment(pairs=agreed.pairs, article=_shares(agreed.a), earlier=_shares(agreed.b))
    answer.added = [Span.of(it.paragraphs[at], it.article.text) for at in found.only_a]
    answer.cut = [Span.of(earlier.paragraphs[at], earlier.article.text) for at in found.only_b]


def _shares(shares: Shares) -> models.SharesAnswer:
    return models.SharesAnswer(covered=shares.covered, close=shares.close, copied=shares.copied)


def _strongest(duplicates: Sequence[models.CheckedDuplicate]) -> Kind:
    return duplicates[0].kind if duplicates else Kind.NEW
