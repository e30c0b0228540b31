"""Answers about the versions of an article, and about what is different between two articles or versions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from corpus import Article, NoSuchArticle, split_paragraphs
from corpus.records import Stored, Version
from embeddings.compare import (
    Difference,
    Effort,
    Mark,
    NumberChange,
    ParagraphChange,
    ParagraphState,
    Wording,
    WordRun,
    difference,
)

from ..archive.archive import Archive
from ..archive.view import View
from ..cursors import decode_number, encode_cursor
from . import version_models as models

COUNTED_MOST = 4_000_000
"""Characters of the texts of one page of a chain that are compared; the older ones beyond are listed without counts."""


@dataclass(frozen=True, slots=True)
class _Edition:
    """A version of an article, the present one or an earlier one."""

    article: Article
    number: int
    of: int
    given: str
    stored_at: datetime
    replaced_at: datetime | None


def version_chain(archive: Archive, id: str, *, cursor: str | None = None, limit: int = 50) -> models.VersionChain:
    """The versions of an article, the newest first, each with how much is different from the one before.

    The texts are compared when they have been read: that may take seconds, and nobody waits for it.

    Raises:
        NoSuchArticle: there is none; ArticleReplaced where it is a version of another one.
        BadCursor: the cursor is not one that an answer gave.
    """
    before = decode_number(cursor)
    editions, total = archive.read(_editions, id, before, limit + 1)
    counts = _counted(editions)
    lines = [
        models.VersionLine(**_brief(edition).model_dump(), difference=counts.get(edition.number))
        for edition in editions[:limit]
    ]
    more = len(editions) > limit
    return models.VersionChain(
        versions=lines, total=total, next=encode_cursor(lines[-1].number) if more and lines else None
    )


def count_versions(view: View, id: str) -> int:
    """How many versions an article has; 1 for one that was never replaced."""
    return view.tx.versions.count(id) + 1


def version(view: View, id: str, number: int) -> models.VersionAnswer:
    """One version whole.

    Raises:
        NoSuchArticle: there is no such article.
        NoSuchVersion: it has none of this number.
    """
    view.tx.articles.get(id)
    found = _edition(view, id, number)
    article = found.article
    return models.VersionAnswer(
        **_brief(found).model_dump(), title=article.title, text=article.text, author=article.author,
        section=article.section, url=article.url,
    )  # fmt: skip


def diff(
    archive: Archive, a: str, b: str, *, a_version: int | None = None, b_version: int | None = None
) -> models.DiffAnswer:
    """What is different in b. As for `version_chain`, the texts are compared when they have been read.

    Args:
        archive: has both.
        a: id of the earlier article, or the id under which a version of one came.
        b: likewise of the later one.
        a_version: which of its versions; the present one where it is not given, or the one that came under the id.
        b_version: likewise.

    Raises:
        NoSuchArticle: one of them is not stored.
        NoSuchVersion: it has none of this number.
    """
    with archive.reading() as view:
        one, other = _edition(view, a, a_version), _edition(view, b, b_version)
    return _answer(one, other, difference(_wording(one.article), _wording(other.article)))


def _editions(view: View, id: str, before: int | None, most: int) -> tuple[list[_Edition], int]:
    """Versions of an article below number `before`, the newest first, at most so many; and how many it has."""
    stored = view.tx.articles.get(id)
    total = count_versions(view, id)
    editions = [] if before is not None else [_present(stored, total)]
    earlier = view.tx.versions.of(id, before=before, limit=most - len(editions))
    return editions + [_earlier(version, total) for version in earlier], total


def _edition(view: View, id: str, number: int | None) -> _Edition:
    tx = view.tx
    stored = tx.articles.find(id=id)
    given = None if stored else id
    if stored is None:
        owner = tx.articles.owner(id)
        if owner is None:
            raise NoSuchArticle(id)
        stored = tx.articles.get(owner)
    count = count_versions(view, stored.article.id)
    if number is None and given not in (None, stored.given):
        last = tx.versions.last_given(stored.article.id, given)
        number = last.number if last else count
    if number in (None, count):
        return _present(stored, count)
    return _earlier(tx.versions.get(stored.article.id, number or 0), count)


def _present(stored: Stored, count: int) -> _Edition:
    article = stored.article
    return _Edition(article, count, count, stored.given or article.id, stored.updated_at, None)


def _earlier(version: Version, count: int) -> _Edition:
    article = version.article
    given = version.given or article.id
    return _Edition(article, version.number, count, given, version.stored_at, version.replaced_at)


def _brief(edition: _Edition) -> models.VersionBrief:
    article = edition.article
    return models.VersionBrief(
        id=article.id,
        number=edition.number,
        versions=edition.of,
        headline=article.headline,
        published=article.published.at if article.published else None,
        published_precision=article.published.precision if article.published else None,
        source=article.source,
        language=article.language,
        given=edition.given,
        stored_at=edition.stored_at,
        replaced_at=edition.replaced_at,
    )


def _counted(editions: Sequence[_Edition]) -> dict[int, models.ChangeCounts]:
    """Number of each version -> its difference to the one before; the effort is that of one comparison."""
    found, effort, left = {}, Effort(), COUNTED_MOST
    for later, earlier in pairwise(editions):
        left -= len(later.article.text) + len(earlier.article.text)
        if left < 0:
            break
        found[later.number] = _counts(difference(_wording(earlier.article), _wording(later.article), effort))
    return found


def _wording(article: Article) -> Wording:
    """With the paragraphs of its author: those that are stored may be cut to what the encoder takes."""
    return Wording(article.title, article.text, split_paragraphs(article.text).paragraphs)


def _counts(found: Difference) -> models.ChangeCounts:
    paragraphs = {state.value.replace(" ", "_"): count for state, count in found.counts.items()}
    return models.ChangeCounts(
        same_headline=found.same_headline, **paragraphs, words_kept=found.kept, words_cut=found.cut,
        words_added=found.added, kept_of_a=_rounded(found.kept_of_a), kept_of_b=_rounded(found.kept_of_b),
    )  # fmt: skip


def _rounded(share: float) -> float:
    """To four digits; 1 and 0 are said only of all and nothing."""
    return share if share in (0.0, 1.0) else min(max(round(share, 4), 0.0001), 0.9999)


def _answer(one: _Edition, other: _Edition, found: Difference) -> models.DiffAnswer:
    a, b = one.article, other.article
    numbers = _numbers(found.headline_numbers, None)
    for paragraph in found.paragraphs:
        numbers += _numbers(paragraph.numbers, paragraph.b.position if paragraph.b else None)
    return models.DiffAnswer(
        a=_brief(one), b=_brief(other), identical=found.is_nothing, coarse=found.coarse, counts=_counts(found),
        numbers=numbers,
        headline=_runs(found.headline, a.title, b.title),
        paragraphs=[_paragraph(p, a.text, b.text) for p in found.paragraphs],
    )  # fmt: skip


def _numbers(some: Iterable[NumberChange], paragraph: int | None) -> list[models.ChangedNumber]:
    return [
        models.ChangedNumber(before=n.before, after=n.after, paragraph=paragraph, a_start=n.a_start, b_start=n.b_start)
        for n in some
    ]


def _paragraph(found: ParagraphChange, a: str, b: str) -> models.ChangedParagraph:
    same = found.change is ParagraphState.SAME
    return models.ChangedParagraph(
        change=found.change,
        a=found.a.position if found.a else None,
        b=found.b.position if found.b else None,
        runs=_runs(found.runs, a, b),
        coarse=found.coarse and not same,
    )


def _runs(runs: Iterable[WordRun], a: str, b: str) -> list[models.TextRun]:
    return [
        models.TextRun(
            mark=run.mark,
            text=a[run.a_start : run.a_end] if run.mark is Mark.CUT else b[run.b_start : run.b_end],
            a_start=run.a_start, a_end=run.a_end, b_start=run.b_start, b_end=run.b_end,
        )
        for run in runs
    ]  # fmt: skip
