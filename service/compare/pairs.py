"""What a hit is to its query and what it adds: from memory, without any text."""

from collections.abc import Iterable
from dataclasses import dataclass

from corpus import Verdict
from embeddings.compare import PairDescription, Side, describe_pair, verdict_on
from embeddings.preparing import Prepared, side_of
from embeddings.search import Query

from ..archive.view import View


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of `describe_hit`, from `asked_stored` or `asked_prepared`; made once for all its hits."""

    side: Side
    source: str | None
    day: float
    """Days since 1970-01-01, UTC; NaN where undated."""
    row: int | None = None
    """None where it is not stored."""
    advisories: frozenset[str] = frozenset()
    """Ids of the advisories about it, and of what it is an advisory about."""


def asked_stored(view: View, row: int) -> Asked:
    """A stored article as a query."""
    member = view.collection.member(row)
    return Asked(view.sides([row])[0], member.source, member.day, row, _advisories_with(view, member.id))


def _advisories_with(view: View, id: str) -> frozenset[str]:
    found = view.tx.advisories.around([id])
    return frozenset(other for each in found for other in (each.article, each.about) if other and other != id)


def asked_prepared(view: View, prepared: Prepared, query: Query) -> Asked:
    """An article that is not stored, with its `preparing.query_of`."""
    return Asked(side_of(prepared, query, view.copies.boilerplate), prepared.article.source, query.day)


def describe_hit(
    view: View, asked: Asked, row: int, *, score: float, same_story: float, verdict: Verdict | None = None,
    side: Side | None = None,
) -> PairDescription:  # fmt: skip
    """Alignment, relation and evidence of one hit.

    Args:
        view: has the hit.
        asked: the query.
        row: the hit's.
        score: relatedness of the two.
        same_story: probability that they are of one story.
        verdict: the stored one that is about these two, if there is one.
        side: the hit's, where `View.sides` was asked for all hits at once, which is faster.
    """
    member = view.collection.member(row)
    return describe_pair(
        asked.side,
        side or view.sides([row])[0],
        score=score,
        same_story=same_story,
        days=member.day - asked.day,
        same_source=asked.source == member.source if asked.source and member.source else None,
        verdict=verdict_on(verdict, member.id) if verdict else None,
        advisory=member.id in asked.advisories,
        series=asked.row is not None and view.copies.series.are_of_one(asked.row, row),
    )


def verdicts_with(verdicts: Iterable[Verdict], id: str) -> dict[str, Verdict]:
    """Verdicts about the article with this id, by the id of the other article."""
    return {v.earlier if v.article == id else v.article: v for v in verdicts if id in (v.article, v.earlier)}
