"""Which articles are advisories, and which report each one is about."""

from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update

from ..advisory import Advisory, AdvisoryKind
from .schema import advisories, articles

_ALL = select(articles.c.id, advisories.c.kind, advisories.c.about).join(
    articles, articles.c.row == advisories.c.article
)


class Advisories:
    """The advisories, within one transaction. Removing the article of one removes it; what it is about may be gone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, row: int, kind: AdvisoryKind, about: str | None) -> None:
        """Store that an article, by its row, is an advisory about a report, by its id."""
        self.clear(row)
        self._connection.execute(insert(advisories).values(article=row, kind=kind.value, about=about))

    def clear(self, row: int) -> None:
        """An article is no advisory."""
        self._connection.execute(delete(advisories).where(advisories.c.article == row))

    def link(self, row: int, about: str) -> None:
        """Store what an advisory is about, now that it is known."""
        self._connection.execute(update(advisories).where(advisories.c.article == row).values(about=about))

    def around(self, ids: list[str]) -> list[Advisory]:
        """The advisories about these articles, and those that are one of them; without those that are about nothing."""
        query = _ALL.where(or_(advisories.c.about.in_(ids), articles.c.id.in_(ids)), advisories.c.about.is_not(None))
        return self._found(query)

    def unlinked(self, since: str | None, until: str | None, limit: int) -> list[tuple[int, AdvisoryKind]]:
        """(row, kind) of advisories of which nobody knows what they are about, the newest first.

        Args:
            since: those published from then on, `times.to_text`; None for all.
            until: and up to then.
            limit: at most.
        """
        query = select(advisories.c.article, advisories.c.kind).where(advisories.c.about.is_(None))
        query = query.join(articles, articles.c.row == advisories.c.article)
        undated = articles.c.published_at.is_(None)
        if since is not None:
            query = query.where(or_(undated, articles.c.published_at >= since))
        if until is not None:
            query = query.where(or_(undated, articles.c.published_at <= until))
        found = self._connection.execute(query.order_by(advisories.c.article.desc()).limit(limit))
        return [(row.article, AdvisoryKind(row.kind)) for row in found]

    def _found(self, query: Select[Any]) -> list[Advisory]:
        return [_advisory(row) for row in self._connection.execute(query.order_by(articles.c.row))]


def _advisory(row: Row[Any]) -> Advisory:
    return Advisory(row.id, AdvisoryKind(row.kind), row.about)
