"""Series: reports that come again and again from one template, or as a column under one headline.

An article joins the series of the report from its template that it shares most with, of its own outlet where there is
one; a series begins with two reports. A column begins with three articles of one outlet under one headline at regular
distances, whatever they say. Series never become one: a report that is like two of them joins one. Told is what comes
of one outlet.
"""

import math
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from corpus import Form, Kind, SeriesMembership, Verdict, paragraph_hash
from embeddings.duplicates import REGULAR_LEAST, Facts, cadence, headline_frame, is_of_one_series

from ..archive.copies import COPY_KINDS
from ..archive.view import Change, View
from . import models
from .pairs import facts_of

_ANOTHER_DAY = 0.5
"""Days from which a report is of another day."""
_COLUMN_MOST = 50
"""Articles under one headline that are looked at, the latest."""
_ALIKE_HEADLINES = 0.6
"""Cosine of two headlines of one column at least: "Five Things to Know for Monday" and others of that frame have .8."""


def join_series(
    change: Change, row: int, verdicts: Sequence[tuple[int, Verdict]], headline: str | None
) -> AbstractSet[int]:
    """Put a stored article into its series, where it is in one.

    Args:
        change: has the article.
        row: the article's.
        verdicts: on it: (earlier row, verdict), close calls too.
        headline: its own.

    Returns:
        Rows of all that are in a series now, or in another one.
    """
    known = change.copies.series
    wanted: dict[int, SeriesMembership] = {}
    if (other := template_of(change, verdicts)) is not None:
        membership = known.of(other)
        if membership is None or membership.form is Form.COLUMN:
            membership = wanted[other] = SeriesMembership(other, Form.TEMPLATE)
        wanted[row] = membership
    elif membership := next((found for found in map(known.of, _copied(verdicts)) if found), None):
        wanted[row] = membership
    elif column := _column(change, row, headline):
        first = known.of(column[0]) or SeriesMembership(column[0], Form.COLUMN)
        wanted = dict.fromkeys(column, first)
    changed = {each for each, membership in wanted.items() if known.of(each) != membership}
    for each in changed:
        change.set_series(each, wanted[each])
    return changed


def template_of(view: View, verdicts: Iterable[tuple[int, Verdict]]) -> int | None:
    """The row of the earlier report whose template an article has, of several the one that shares most with it."""
    found = [(row, facts) for row, facts in _facts(verdicts) if is_of_one_series(facts, view.copies.thresholds)]
    if not found:
        return None
    return min(found, key=lambda pair: (pair[1].same_source is not True, -pair[1].least_covered, pair[0]))[0]


def series_of(view: View, row: int) -> models.SeriesAnswer | None:
    """The series of a stored article; None where its outlet has no other report of one."""
    membership, member = view.copies.series.of(row), view.collection.member(row)
    if membership is None:
        return None
    return _told(view, membership, row, member.source, member.day)


def series_for(
    view: View, verdicts: Iterable[tuple[int, Verdict]], source: str | None, day: float
) -> models.SeriesAnswer | None:
    """The series that an article would join.

    Args:
        view: has the series.
        verdicts: on the article, which is not stored, close calls too.
        source: its outlet.
        day: days since 1970-01-01; NaN where it is undated.
    """
    other = template_of(view, verdicts)
    if other is None:
        return None
    return _told(
        view, view.copies.series.of(other) or SeriesMembership(other, Form.TEMPLATE), None, source, day, (other,)
    )


def _told(
    view: View, membership: SeriesMembership, row: int | None, source: str | None, day: float, more: Iterable[int] = ()
) -> models.SeriesAnswer | None:
    """A series beside one of its reports: `row`, or one that is not stored."""
    member = view.collection.member
    rows = {each for each in view.copies.series.members(membership.series).union(more) if member(each).source == source}
    copies = {row, *view.copies.groups.of(row)} if row is not None else set()
    others = sorted((_age(member(each).day), each) for each in rows - copies)
    if not others:
        return None
    before, after = _around(others, _age(day), row)
    stored = view.tx.articles.of_rows([*before, *after])
    briefs = {each: view.brief(found) for each, found in stored.items()}
    return models.SeriesAnswer(
        form=membership.form, cadence=cadence([*(age for age, _ in others if math.isfinite(age)), day]),
        reports=len(others) + 1, before=next(map(briefs.get, before), None), after=next(map(briefs.get, after), None),
    )  # fmt: skip


def _around(others: Sequence[tuple[float, int]], age: float, row: int | None) -> tuple[list[int], list[int]]:
    """The report before one and the report after it: of another day, or where there is none of the same."""
    own = (age, row if row is not None else math.inf)
    before = [each for each in others if each < own]
    after = [each for each in others if each > own]
    sooner = [each for each in before if each[0] <= age - _ANOTHER_DAY] or before
    later = [each for each in after if each[0] >= age + _ANOTHER_DAY] or after
    return [row for _, row in sooner[-1:]], [row for _, row in later[:1]]


def _age(day: float) -> float:
    return math.inf if math.isnan(day) else day


def _facts(verdicts: Iterable[tuple[int, Verdict]]) -> Iterable[tuple[int, Facts]]:
    for row, verdict in verdicts:
        facts = facts_of(verdict) if verdict.kind is Kind.NEW else None
        if facts is not None:
            yield row, facts


def _copied(verdicts: Iterable[tuple[int, Verdict]]) -> list[int]:
    return [row for row, verdict in verdicts if verdict.kind in COPY_KINDS]


def _column(view: View, row: int, headline: str | None) -> list[int]:
    """The articles of the column that an article is in, the earliest first; none where it is in no column."""
    member = view.collection.member(row)
    if headline is None or member.source is None or math.isnan(member.day):
        return []
    rows = view.tx.articles.with_headline(paragraph_hash(headline), member.source)[-_COLUMN_MOST:]
    if len(rows) < REGULAR_LEAST:
        rows = _with_frame(view, row, headline)
    dated = sorted((view.collection.member(each).day, each) for each in rows)
    days = [day for day, _ in dated]
    apart = len({math.floor(day) for day in days if not math.isnan(day)}) == len(rows)
    if not apart or len(rows) < REGULAR_LEAST or cadence(days) is None:
        return []
    return [each for _, each in dated]


def _with_frame(view: View, row: int, headline: str) -> list[int]:
    """An article, and those near it of its outlet whose headlines differ from its own by day or number, rising.

    What is not near need not be held apart. They are told by the vectors of the headlines before any text is read.
    """
    frame, collection = headline_frame(headline), view.collection
    own = collection.member(row)
    if frame is None or own.title is None:
        return []
    near = [collection.member(other) for other in collection.neighbours.links(row)]
    some = [
        other.row for other in near
        if other.source == own.source and other.title is not None and float(other.title @ own.title) >= _ALIKE_HEADLINES
    ]  # fmt: skip
    found = view.tx.articles.of_rows(some) if some else {}
    return sorted(
        [row, *(each for each, stored in found.items() if headline_frame(stored.article.title or "") == frame)]
    )
