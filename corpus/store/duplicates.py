"""Verdicts: which article repeats which earlier one, how, and on what evidence; and what people say of them."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select, update

from ..verdict import CanonicalChoice, Kind, Label, Verdict
from . import times
from .articles import batches
from .schema import articles, canonicals, duplicates, judgements

_later = articles.alias("later")
_earlier = articles.alias("earlier_article")
_ALL = (
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
)
_JUDGED = (
    select(
        _later.c.id.label("article_id"), _earlier.c.id.label("earlier_id"),
        judgements.c.kind, judgements.c.who, judgements.c.why, judgements.c.at,
    )
    .join(_later, _later.c.row == judgements.c.article)
    .join(_earlier, _earlier.c.row == judgements.c.earlier)
)  # fmt: skip
_NO_NEWS = duplicates.c.kind != Kind.NEW.value
_VERDICTS = _ALL.where(_NO_NEWS).order_by(duplicates.c.article, duplicates.c.score.desc(), duplicates.c.earlier)
_ABOUT = _VERDICTS.where(or_(duplicates.c.article == bindparam("row"), duplicates.c.earlier == bindparam("row")))


class Duplicates:
    """The verdicts, within one transaction. They go with either of their articles.

    Close calls are stored as verdicts of `Kind.NEW`; where nothing else is said, they are left out.
    """

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

    def clear(self, article: int) -> None:
        """Forget the verdicts on an article, close calls too; not those on later ones."""
        self._connection.execute(delete(duplicates).where(duplicates.c.article == article))

    def reclassify(self, article: int, earlier: int, kind: Kind, score: float) -> None:
        """Give a stored verdict another kind."""
        values = {"kind": kind.value, "score": score, "judged_at": times.to_text(times.now())}
        self._connection.execute(update(duplicates).where(_pair(duplicates, article, earlier)).values(**values))

    def replace(self, article: int, earlier: int, verdict: Verdict) -> None:
        """Store another verdict on two articles in place of the one that is there."""
        self.forget(article, earlier)
        self.add(article, [(earlier, verdict)])

    def forget(self, article: int, earlier: int) -> None:
        """Forget the verdict on two articles."""
        self._connection.execute(delete(duplicates).where(_pair(duplicates, article, earlier)))

    def of(self, row: int) -> list[Verdict]:
        """Verdicts in which this article is the later or the earlier one."""
        return [_verdict(found) for found in self._connection.execute(_ABOUT, {"row": row})]

    def around(self, row: int) -> list[tuple[int, int, Verdict]]:
        """(later row, earlier row, verdict) of all pairs that an article is one of, close calls too."""
        query = _ALL.where(or_(duplicates.c.article == row, duplicates.c.earlier == row))
        return list(_with_rows(self._connection, query.order_by(duplicates.c.article, duplicates.c.earlier)))

    def on(self, article: int) -> dict[int, Verdict]:
        """Row of the earlier article -> verdict, of those on this one, close calls too."""
        query = _ALL.where(duplicates.c.article == article).order_by(duplicates.c.earlier)
        return {earlier: verdict for _, earlier, verdict in _with_rows(self._connection, query)}

    def find(self, article: int, earlier: int) -> Verdict | None:
        """The verdict on two articles, close calls too; the later one's row first."""
        found = self._connection.execute(_ALL.where(_pair(duplicates, article, earlier))).first()
        return _verdict(found) if found else None

    def all(self, *, after: int = 0, limit: int | None = None) -> Iterator[tuple[int, Verdict]]:
        """(row of the later article, verdict) for rows above `after`, by row; all verdicts of a row together."""
        rows = select(duplicates.c.article).where(duplicates.c.article > after, _NO_NEWS).distinct()
        rows = rows.order_by(duplicates.c.article).limit(limit)
        query = _VERDICTS.where(duplicates.c.article.in_(rows.scalar_subquery()))
        for found in self._connection.execute(query):
            yield found.article, _verdict(found)

    def compared(self, *, least: float = 0.0, most: float = 1.0) -> Iterator[tuple[int, int, Verdict]]:
        """(later row, earlier row, verdict) of all pairs, close calls too, with scores within these bounds."""
        query = _ALL.where(duplicates.c.score.between(least, most))
        return _with_rows(self._connection, query.order_by(duplicates.c.article, duplicates.c.earlier))

    def close_calls(self, *, least: float, most: float, limit: int) -> Iterator[tuple[int, int, Verdict]]:
        """As `compared`, of pairs that nobody has judged, those nearest to .5 first."""
        judged = select(judgements.c.article).where(
            judgements.c.article == duplicates.c.article, judgements.c.earlier == duplicates.c.earlier
        )
        query = _ALL.where(duplicates.c.score.between(least, most), ~judged.exists())
        order = (func.abs(duplicates.c.score - 0.5), duplicates.c.article.desc(), duplicates.c.earlier)
        return _with_rows(self._connection, query.order_by(*order).limit(limit))

    def later_than(self, row: int) -> list[int]:
        """Rows of the articles that were found to repeat this one, or nearly were."""
        query = select(duplicates.c.article).where(duplicates.c.earlier == row)
        return list(self._connection.scalars(query.order_by(duplicates.c.article)))

    def add_label(self, article: int, earlier: int, judged: Label) -> None:
        """Note what a person says of two articles, in place of what was said of them before."""
        self._connection.execute(delete(judgements).where(_pair(judgements, article, earlier)))
        self._connection.execute(
            insert(judgements).values(
                article=article, earlier=earlier, kind=judged.kind.value, who=judged.who, why=judged.why,
                at=times.to_text(judged.at),
            )
        )  # fmt: skip

    def remove_label(self, article: int, earlier: int) -> bool:
        """Forget what a person said of two articles; False where nobody said anything."""
        return self._connection.execute(delete(judgements).where(_pair(judgements, article, earlier))).rowcount > 0

    def labels(self) -> dict[tuple[int, int], Label]:
        """(later row, earlier row) -> what a person says of them."""
        return {
            (row.article, row.earlier): _said(row)
            for row in self._connection.execute(select(judgements).order_by(judgements.c.at))
        }

    def labels_of(self, ids: Collection[str]) -> dict[tuple[str, str], Label]:
        """(id of the later article, id of the earlier one) -> what a person says of them; of these later ones."""
        return {
            (row.article_id, row.earlier_id): _said(row)
            for some in batches(ids)
            for row in self._connection.execute(_JUDGED.where(_later.c.id.in_(some)))
        }

    def set_canonical(self, row: int, who: str, why: str) -> None:
        """Note that an editor chose this article to stand for its copies."""
        self.clear_canonical(row)
        at = times.to_text(times.now())
        self._connection.execute(insert(canonicals).values(article=row, who=who, why=why, at=at))

    def clear_canonical(self, row: int) -> bool:
        """Forget that choice; False where there was none."""
        return self._connection.execute(delete(canonicals).where(canonicals.c.article == row)).rowcount > 0

    def canonical_choices(self) -> dict[int, CanonicalChoice]:
        """Row -> that an editor chose it to stand for its copies, the latest choice last."""
        rows = self._connection.execute(select(canonicals).order_by(canonicals.c.at, canonicals.c.article))
        return {row.article: CanonicalChoice(row.who, row.why, times.from_text(row.at)) for row in rows}


def _pair(table: Any, article: int, earlier: int) -> Any:  # noqa: ANN401 - SQLAlchemy's tables and clauses
    return and_(table.c.article == article, table.c.earlier == earlier)


def _with_rows(connection: Connection, query: Select[Any]) -> Iterator[tuple[int, int, Verdict]]:
    for found in connection.execute(query):
        yield found.article, found.earlier, _verdict(found)


def _said(row: Row[*tuple[Any, ...]]) -> Label:
    return Label(Kind(row.kind), row.who, row.why, times.from_text(row.at))


def _verdict(row: Row[*tuple[Any, ...]]) -> Verdict:
    return Verdict(row.article_id, row.earlier_id, Kind(row.kind), row.score, row.evidence)
