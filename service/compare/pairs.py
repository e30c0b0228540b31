"""What a hit is to its query and what it adds: from memory, without any text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from corpus import Kind, Verdict
from embeddings.compare import PairDescription, Relation, Side, describe_pair, verdict_on
from embeddings.duplicates import Text, classify, compare
from embeddings.preparing import Prepared, side_of, text_of
from embeddings.search import Query
from embeddings.times import Stated

from ..archive.copies import COPY_KINDS
from ..archive.view import View


@dataclass(frozen=True, slots=True)
class Asked:
    """The query of `describe_hit`, from `asked_stored` or `asked_prepared`; made once for all its hits."""

    side: Side
    source: str | None
    stated: Stated
    row: int | None = None
    """None where it is not stored."""
    text: Text | None = None
    """As duplicates are compared by; None where it is stored."""
    advisories: frozenset[str] = frozenset()
    """Ids of the advisories about it, and of what it is an advisory about."""


_CLAIMS = (Relation.COPY, Relation.UPDATE, Relation.EXCERPT, Relation.CONTAINS)
"""Relations that the duplicate rules decide, so that two articles are the same to each other wherever they stand."""


def asked_stored(view: View, row: int) -> Asked:
    """A stored article as a query."""
    member = view.collection.member(row)
    advisories = _advisories_with(view, member.id)
    return Asked(view.sides([row])[0], member.source, member.stated, row, advisories=advisories)


def _advisories_with(view: View, id: str) -> frozenset[str]:
    found = view.tx.advisories.around([id])
    return frozenset(other for each in found for other in (each.article, each.about) if other and other != id)


def asked_prepared(view: View, prepared: Prepared, query: Query) -> Asked:
    """An article that is not stored, with its `preparing.query_of`."""
    boilerplate = view.copies.boilerplate
    article, text = prepared.article, text_of(prepared, boilerplate)
    side = side_of(prepared, query, boilerplate)
    return Asked(side, article.source, Stated.of(article.published), text=text)


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
        verdict: the stored one that is about these two, if there is one; a close call too.
        side: the hit's, where `View.sides` was asked for all hits at once, which is faster.
    """
    member = view.collection.member(row)
    days = asked.stated.days_to(member.stated)
    dated_exactly = asked.stated.is_exact and member.stated.is_exact
    same_source = asked.source == member.source if asked.source and member.source else None
    sides, kind = (asked.side, side or view.sides([row])[0]), verdict_on(verdict, member.id) if verdict else None

    def described(kind: Kind | None) -> PairDescription:
        return describe_pair(
            *sides,
            score=score,
            same_story=same_story,
            days=days,
            dated_exactly=dated_exactly,
            same_source=same_source,
            verdict=kind,
            advisory=member.id in asked.advisories,
            series=asked.row is not None and view.copies.series.are_of_one(asked.row, row),
        )

    found = described(kind)
    if kind is None and found.relation in _CLAIMS and (by_rules := kind_by_rules(view, asked, row)):
        return replace(found, relation=described(by_rules).relation)
    return found


def kind_by_rules(view: View, asked: Asked, row: int) -> Kind | None:
    """What a hit is to its query by the duplicate rules, as they are now; None where a text is gone."""
    texts = view.texts([row] if asked.row is None else [row, asked.row])
    hit, query = texts.get(row), asked.text if asked.row is None else texts.get(asked.row)
    if hit is None or query is None:
        return None
    thresholds = view.copies.thresholds
    if asked.row is not None and asked.row < row:  # the hit came later
        return classify(compare(hit, query), thresholds).kind
    return classify(compare(query, hit), thresholds).kind.mirrored


def kind_of_copy(view: View, asked: Asked, row: int, verdict: Verdict | None) -> Kind:
    """What a member of the query's group of copies is to it: an exact or near copy, or an update.

    The verdict is theirs, where there is one. Not every two with one body are compared: those are exact copies.
    """
    kind = verdict_on(verdict, view.id_of(row)) if verdict else kind_by_rules(view, asked, row)
    return kind if kind in COPY_KINDS else Kind.EXACT


def verdicts_with(verdicts: Iterable[Verdict], id: str) -> dict[str, Verdict]:
    """Verdicts about the article with this id, by the id of the other article."""
    return {v.earlier if v.article == id else v.article: v for v in verdicts if id in (v.article, v.earlier)}
