"""Verdicts: which article repeats which earlier one, how, and on what evidence."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select

from ..verdict import Kind, Verdict
from . import times
from .schema import articles, duplicates

_later = articles.alias("later")
_earlier = articles.alias("earlier_article")
_VERDICTS = (
    select(
        _later.c.id.label("article_id"),
        _earlier.c.id.label("earlier_id"),
        duplicates.c.article,
        duplicates.c.earlier,
        duplicates.c.kind,
        duplicates.c.score,
        duplicates.c.evidence,
    )
    .join(_later, _later.c.row == duplicates.c.article)
    .join(_earlier, _earlier.c.row == duplicates.c.earlier)
    .order_by(duplicates.c.article, duplicates.c.score.desc(), duplicates.c.earlier)
)
_ABOUT = _VERDICTS.where(or_(duplicates.c.article == bindparam("row"), duplicates.c.earlier == bindparam("row")))


class Duplicates:
    """The verdicts, within one transaction. They go with either of their articles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, article: int, verdicts: Iterable[tuple[int, Verdict]]) -> None:
        """Store verdicts (earlier row, verdict) on the article of row `article`."""
        at = times.to_text(times.now())
        values = [
            {"article": article, "earlier": earlier, "kind": verdict.kind.value, "score": verdict.score,
             "evidence": dict(verdict.evidence), "judged_at": at}
            for earlier, verdict in verdicts
        ]  # fmt: skip
        if values:
            self._connection.execute(insert(duplicates), values)

    def of(self, row: int) -> list[Verdict]:
        """Verdicts in which this article is the later or the earlier one."""
        return [_verdict(found) for found in self._connection.execute(_ABOUT, {"row": row})]

    def all(self, *, after: int = 0, limit: int | None = None) -> Iterator[tuple[int, Verdict]]:
        """(row of the later article, verdict) for rows above `after`, by row; all verdicts of a row together."""
        rows = select(duplicates.c.article).where(duplicates.c.article > after).distinct()
        rows = rows.order_by(duplicates.c.article).limit(limit)
        query = _VERDICTS.where(duplicates.c.article.in_(rows.scalar_subquery()))
        for found in self._connection.execute(query):
            yield found.article, _verdict(found)

    def pairs(self, kinds: Collection[Kind] | None = None) -> Iterator[tuple[int, int]]:
        """(later row, earlier row) of every verdict (of these kinds)."""
        query = select(duplicates.c.article, duplicates.c.earlier)
        if kinds is not None:
            query = query.where(duplicates.c.kind.in_([kind.value for kind in kinds]))
        rows = self._connection.execute(query.order_by(duplicates.c.article))
        yield from ((row.article, row.earlier) for row in rows)

    def later_than(self, row: int) -> list[int]:
        """Rows of the articles that were found to repeat this one."""
        query = select(duplicates.c.article).where(duplicates.c.earlier == row)
        return list(self._connection.scalars(query.order_by(duplicates.c.article)))


def _verdict(row: Row[*tuple[Any, ...]]) -> Verdict:
    return Verdict(row.article_id, row.earlier_id, Kind(row.kind), row.score, row.evidence)
