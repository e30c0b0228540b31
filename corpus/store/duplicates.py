"""Verdicts: which article repeats which earlier one, how, and on what evidence; and the labels people give pairs."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select, tuple_, update

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
_LABELS = (
    select(
        _later.c.id.label("article_id"), _earlier.c.id.label("earlier_id"),
        judgements.c.kind, judgements.c.who, judgements.c.why, judgements.c.at,
    )
    .join(_later, _later.c.row == judgements.c.article)
    .join(_earlier, _earlier.c.row == judgements.c.earlier)
)  # fmt: skip
_IS_REPETITION = duplicates.c.kind != Kind.NEW.value
_VERDICTS = _ALL.where(_IS_REPETITION).order_by(duplicates.c.article, duplicates.c.score.desc(), duplicates.c.earlier)
_ABOUT = _VERDICTS.where(or_(duplicates.c.article == bindparam("row"), duplicates.c.earlier == bindparam("row")))


class Duplicates:
    """The verdicts and labels, within one transaction. Removing an article removes those of its pairs.

    Close calls are stored as verdicts of `Kind.NEW`; methods leave them out unless they say otherwise.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, article: int, verdicts: Iterable[tuple[int, Verdict]]) -> None:
        """Store verdicts (earlier row, verdict) on the article with row `article`."""
        at = times.to_text(times.now())
        values = [
            {"article": article, "earlier": earlier, "kind": verdict.kind.value, "score": verdict.score,
             "evidence": dict(verdict.evidence), "judged_at": at}
            for earlier, verdict in verdicts
        ]  # fmt: skip
        if values:
            self._connection.execute(insert(duplicates), values)

    def clear(self, article: int) -> None:
        """Remove the verdicts on an article, close calls too; not those on later articles."""
        self._connection.execute(delete(duplicates).where(duplicates.c.article == article))

    def reclassify(self, article: int, earlier: int, kind: Kind, score: float) -> None:
        """Give a stored verdict another kind."""
        values = {"kind": kind.value, "score": score, "judged_at": times.to_text(times.now())}
        self._connection.execute(update(duplicates).where(_pair(duplicates, article, earlier)).values(**values))

    def replace(self, article: int, earlier: int, verdict: Verdict) -> None:
        """Store another verdict on a pair in place of the stored one."""
        self.forget(article, earlier)
        self.add(article, [(earlier, verdict)])

    def forget(self, article: int, earlier: int) -> None:
        """Remove the verdict on a pair."""
        self._connection.execute(delete(duplicates).where(_pair(duplicates, article, earlier)))

    def of(self, row: int) -> list[Verdict]:
        """Verdicts in which this article is the later or the earlier one."""
        return [_verdict(found) for found in self._connection.execute(_ABOUT, {"row": row})]

    def with_close_calls(self, row: int) -> list[Verdict]:
        """As `of`, close calls too."""
        return [verdict for _, _, verdict in self.around(row)]

    def around(self, row: int) -> list[tuple[int, int, Verdict]]:
        """(later row, earlier row, verdict) of all pairs with this article, close calls too."""
        query = _ALL.where(or_(duplicates.c.article == row, duplicates.c.earlier == row))
        return list(_with_rows(self._connection, query.order_by(duplicates.c.article, duplicates.c.earlier)))

    def on(self, article: int) -> dict[int, Verdict]:
        """Row of the earlier article -> verdict on this article, close calls too."""
        query = _ALL.where(duplicates.c.article == article).order_by(duplicates.c.earlier)
        return {earlier: verdict for _, earlier, verdict in _with_rows(self._connection, query)}

    def find(self, article: int, earlier: int) -> Verdict | None:
        """The verdict on a pair (the later row first), a close call too."""
        found = self._connection.execute(_ALL.where(_pair(duplicates, article, earlier))).first()
        return _verdict(found) if found else None

    def all(self, *, after: int = 0, limit: int | None = None) -> Iterator[tuple[int, Verdict]]:
        """(later row, verdict) for rows above `after`, by row; at most `limit` rows, each with all its verdicts."""
        rows = select(duplicates.c.article).where(duplicates.c.article > after, _IS_REPETITION).distinct()
        rows = rows.order_by(duplicates.c.article).limit(limit)
        query = _VERDICTS.where(duplicates.c.article.in_(rows.scalar_subquery()))
        for found in self._connection.execute(query):
            yield found.article, _verdict(found)

    def compared(
        self, *, least: float = 0.0, after: tuple[int, int] = (0, 0), limit: int | None = None
    ) -> Iterator[tuple[int, int, Verdict]]:
        """(later row, earlier row, verdict) of the pairs after one, by rows, close calls too; at most `limit`.

        Those with a lower score than `least` are left out.
        """
        wanted = and_(tuple_(duplicates.c.article, duplicates.c.earlier) > after, duplicates.c.score >= least)
        query = _ALL.where(wanted).order_by(duplicates.c.article, duplicates.c.earlier).limit(limit)
        return _with_rows(self._connection, query)

    def close_calls(self, *, least: float, most: float, limit: int) -> Iterator[tuple[int, int, Verdict]]:
        """As `compared`, of pairs without a label, those nearest to .5 first."""
        label = select(judgements.c.article).where(
            judgements.c.article == duplicates.c.article, judgements.c.earlier == duplicates.c.earlier
        )
        query = _ALL.where(duplicates.c.score.between(least, most), ~label.exists())
        order = (func.abs(duplicates.c.score - 0.5), duplicates.c.article.desc(), duplicates.c.earlier)
        return _with_rows(self._connection, query.order_by(*order).limit(limit))

    def later_than(self, row: int) -> list[int]:
        """Rows of the later articles that repeat this one, close calls too."""
        query = select(duplicates.c.article).where(duplicates.c.earlier == row)
        return list(self._connection.scalars(query.order_by(duplicates.c.article)))

    def add_label(self, article: int, earlier: int, label: Label) -> None:
        """Store a person's label of a pair in place of an earlier one."""
        self._connection.execute(delete(judgements).where(_pair(judgements, article, earlier)))
        self._connection.execute(
            insert(judgements).values(
                article=article, earlier=earlier, kind=label.kind.value, who=label.who, why=label.why,
                at=times.to_text(label.at),
            )
        )  # fmt: skip

    def remove_label(self, article: int, earlier: int) -> bool:
        """Remove the label of a pair; False where it has none."""
        return self._connection.execute(delete(judgements).where(_pair(judgements, article, earlier))).rowcount > 0

    def labels(self) -> dict[tuple[int, int], Label]:
        """(later row, earlier row) -> label, the oldest label first."""
        return {
            (row.article, row.earlier): _label(row)
            for row in self._connection.execute(select(judgements).order_by(judgements.c.at))
        }

    def labels_of(self, ids: Collection[str]) -> dict[tuple[str, str], Label]:
        """(later id, earlier id) -> label, of the pairs whose later article is one of `ids`."""
        return {
            (row.article_id, row.earlier_id): _label(row)
            for some in batches(ids)
            for row in self._connection.execute(_LABELS.where(_later.c.id.in_(some)))
        }

    def set_canonical(self, row: int, who: str, why: str) -> None:
        """Store that an editor chose this article as the canonical one of its copies."""
        self.clear_canonical(row)
        at = times.to_text(times.now())
        self._connection.execute(insert(canonicals).values(article=row, who=who, why=why, at=at))

    def clear_canonical(self, row: int) -> bool:
        """Remove that choice; False where there was none."""
        return self._connection.execute(delete(canonicals).where(canonicals.c.article == row)).rowcount > 0

    def canonical_choices(self) -> dict[int, CanonicalChoice]:
        """Row -> the choice that makes it the canonical one of its copies, the latest choice last."""
        rows = self._connection.execute(select(canonicals).order_by(canonicals.c.at, canonicals.c.article))
        return {row.article: CanonicalChoice(row.who, row.why, times.from_text(row.at)) for row in rows}


def _pair(table: Any, article: int, earlier: int) -> Any:  # noqa: ANN401 - SQLAlchemy's tables and clauses
    return and_(table.c.article == article, table.c.earlier == earlier)


def _with_rows(connection: Connection, query: Select[Any]) -> Iterator[tuple[int, int, Verdict]]:
    for found in connection.execute(query):
        yield found.article, found.earlier, _verdict(found)


def _label(row: Row[*tuple[Any, ...]]) -> Label:
    return Label(Kind(row.kind), row.who, row.why, times.from_text(row.at))


def _verdict(row: Row[*tuple[Any, ...]]) -> Verdict:
    return Verdict(row.article_id, row.earlier_id, Kind(row.kind), row.score, row.evidence)
