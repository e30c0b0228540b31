"""Advisories and the reports that they are about: found when either of them comes, and told of both.

What an advisory is about is, in this order: what it repeats, where it is the corrected text itself; the article whose
id or address it names; of the articles of its outlet of the month before the one that fits best what it says, of
several that fit as well the latest. The advisory holds for the copies of that report, too.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from corpus import Advisory, Article, Verdict
from corpus.records import Stored
from corpus.store import times
from embeddings.duplicates import Notice, likelihood_of, notice_of

from ..archive.copies import COPY_KINDS
from ..archive.view import Change, View
from . import models

DAYS_MOST = 30.0
"""Days between a report and an advisory about it: agencies correct within days, web pages within weeks."""
_REFERENCES_MOST = 20
"""Words of an advisory that are looked up as ids and addresses."""
_UNLINKED_MOST = 20
"""Advisories, the latest, that a report is compared with when it comes after them."""
_COPIES_MOST = 20
"""Copies of a report that its advisory is told of."""


def note_advisory(change: Change, row: int, article: Article, verdicts: Sequence[tuple[int, Verdict]]) -> None:
    """Link an article that was just stored: as an advisory with its report, or as a report with its advisory.

    Args:
        change: has the article.
        row: the article's.
        article: as it was stored.
        verdicts: on it: (earlier row, verdict), the strongest first.
    """
    notice = notice_of(article.title, article.text)
    if notice is not None:
        change.tx.advisories.set(row, notice.kind, _about(change, row, notice, verdicts))
    if notice is None or notice.is_version:
        _link_unlinked(change, row, article)


def without_advisories(view: View, article: Article, verdicts: list[tuple[int, Verdict]]) -> list[tuple[int, Verdict]]:
    """The verdicts on an article; of an advisory without those on other ones: they are made alike, whatever about."""
    if not verdicts or not _is_message(article):
        return verdicts
    earlier = view.tx.articles.of_rows([row for row, _ in verdicts])
    return [(row, verdict) for row, verdict in verdicts if not _is_message(earlier[row].article)]


def _is_message(article: Article) -> bool:
    """Whether an article is an advisory and nothing else: no version of a report of more than a few lines."""
    notice = notice_of(article.title, article.text)
    return notice is not None and not notice.is_version


def advisories_of(view: View, stored: Stored) -> list[models.AdvisoryAnswer]:
    """The advisories about an article or a copy of it; and of an advisory, what it is about, with its copies."""
    own = [view.id_of(row) for row in _group(view, stored.row)]
    found: list[Advisory] = []
    for advisory in view.tx.advisories.around(own):
        if advisory.article == stored.article.id:
            found += _of_copies(view, advisory)
        elif advisory.about in own:
            found.append(advisory)
    return list(_answers(view, found))


def _of_copies(view: View, advisory: Advisory) -> Iterator[Advisory]:
    about = view.tx.articles.find(id=advisory.about) if advisory.about else None
    for row in _group(view, about.row) if about else ():
        if (id := view.id_of(row)) != advisory.article:
            yield Advisory(advisory.article, advisory.kind, id)


def _group(view: View, row: int) -> list[int]:
    """An article and its copies."""
    return [row, *(other for other in view.copies.groups.of(row) if other != row)][:_COPIES_MOST]


def _answers(view: View, found: Iterable[Advisory]) -> Iterator[models.AdvisoryAnswer]:
    for advisory in dict.fromkeys(found):
        article, about = (view.tx.articles.find(id=id) if id else None for id in (advisory.article, advisory.about))
        if article and about:
            yield models.AdvisoryAnswer(kind=advisory.kind, article=view.brief(article), about=view.brief(about))


def _about(view: View, row: int, notice: Notice, verdicts: Iterable[tuple[int, Verdict]]) -> str | None:
    """Id of the report that an advisory is about."""
    repeated = [other for other, verdict in verdicts if verdict.kind in COPY_KINDS and not _is_after(view, other, row)]
    if repeated:
        return view.id_of(repeated[0])
    for reference in notice.references[:_REFERENCES_MOST]:
        named = view.look_up(reference)
        if named is not None and named.row != row:
            return named.article.id
    near = view.compare(view.collection.query(row)).rows.tolist()
    fits = [other for other in near if other != row and _may_be_about(view, row, other)]
    likely = [
        (likelihood_of(notice, each.article.title, each.article.text), _age(view, other), other)
        for other, each in view.tx.articles.of_rows(fits).items()
        if not _is_message(each.article)
    ]
    best = max((found for found in likely if found[0] > 0), default=None)
    return view.id_of(best[2]) if best else None


def _link_unlinked(change: Change, row: int, article: Article) -> None:
    """Link advisories that came before the report that they are about."""
    at = article.published.at if article.published else None
    since, until = _moved(at, -1.0), _moved(at, DAYS_MOST)
    waiting = [other for other, _ in change.tx.advisories.unlinked(since, until, _UNLINKED_MOST) if other != row]
    for other, stored in change.tx.articles.of_rows(waiting).items():
        notice = notice_of(stored.article.title, stored.article.text)
        if notice is None:
            continue
        named = article.id in notice.references or (article.url or "-") in notice.references
        fits = _may_be_about(change, other, row) and likelihood_of(notice, article.title, article.text) > 0
        if named or fits:
            change.tx.advisories.link(other, article.id)


def _moved(at: datetime | None, days: float) -> str | None:
    """A date so many days later, as the store has it; None where there is none, or the calendar ends before."""
    try:
        return None if at is None else times.to_text(at + timedelta(days=days))
    except OverflowError:
        return None


def _may_be_about(view: View, row: int, other: int) -> bool:
    """Whether an article is of the outlet of an advisory, `row`, and was out in the month before it."""
    advisory, report = view.collection.member(row), view.collection.member(other)
    if advisory.source and report.source and advisory.source != report.source:
        return False
    days = advisory.day - report.day
    return math.isnan(days) or (days <= DAYS_MOST and not _is_after(view, other, row))


def _is_after(view: View, row: int, other: int) -> bool:
    """Whether an article came out after another one; where a date is a day, not within that day."""
    day, before = view.collection.member(row).day, view.collection.member(other).day
    if math.isnan(day) or math.isnan(before):
        return False
    if day == math.floor(day) or before == math.floor(before):
        day, before = math.floor(day), math.floor(before)
    return day > before


def _age(view: View, row: int) -> float:
    day = view.collection.member(row).day
    return -math.inf if math.isnan(day) else day
