"""Earlier versions of articles, a chain for each: stored in full, shown, compared, and removed with their article."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ..article import Article, Published
from ..errors import NoSuchVersion
from ..records import Stored, Version
from . import times
from .articles import article_of, checksum, published_of
from .schema import articles, versions


class Versions:
    """The earlier versions, within one transaction. The newest version of an article is the article itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, stored: Stored) -> None:
        """Keep an article as the newest of its earlier versions, before another text replaces it."""
        number = self.count(stored.article.id) + 1
        self._add(stored.article, number, stored.given, times.to_text(stored.updated_at))

    def insert(self, article: Article, number: int, given: str | None) -> None:
        """Insert a version that is older than others in the chain; those from `number` on move up by one."""
        later = (versions.c.article == article.id) & (versions.c.number >= number)
        self._connection.execute(update(versions).where(later).values(number=versions.c.number + 1))
        self._add(article, number, given, times.to_text(times.now()))

    def count(self, article: str) -> int:
        """How many earlier versions an article has."""
        query = select(func.count()).select_from(versions).where(versions.c.article == article)
        return self._connection.scalar(query) or 0

    def count_all(self) -> int:
        """How many earlier versions are stored."""
        return self._connection.scalar(select(func.count()).select_from(versions)) or 0

    def of(self, article: str, *, before: int | None = None, limit: int | None = None) -> list[Version]:
        """Earlier versions of an article, the newest first: those below number `before`, up to `limit`."""
        query = select(versions).where(versions.c.article == article)
        if before is not None:
            query = query.where(versions.c.number < before)
        rows = self._connection.execute(query.order_by(versions.c.number.desc()).limit(limit))
        return [_version(row) for row in rows]

    def get(self, article: str, number: int) -> Version:
        """An earlier version of an article.

        Raises:
            NoSuchVersion: the article has no earlier version with this number.
        """
        query = select(versions).where(versions.c.article == article, versions.c.number == number)
        row = self._connection.execute(query).first()
        if row is None:
            raise NoSuchVersion(article, number, self.count(article) + 1)
        return _version(row)

    def dates(self, article: str) -> list[tuple[int, Published | None]]:
        """(number, published) of the earlier versions of an article, the oldest first."""
        columns = (versions.c.number, versions.c.published_at, versions.c.published_precision)
        query = select(*columns).where(versions.c.article == article).order_by(versions.c.number)
        return [(row.number, published_of(row)) for row in self._connection.execute(query)]

    def last_given(self, article: str, given: str | None) -> Version | None:
        """The newest of an article's earlier versions that came with an id; None means the article's own id."""
        query = select(versions).where(versions.c.article == article, versions.c.given.is_not_distinct_from(given))
        row = self._connection.execute(query.order_by(versions.c.number.desc()).limit(1)).first()
        return _version(row) if row else None

    def remove(self, article: str) -> None:
        """Remove all earlier versions of an article."""
        self._connection.execute(delete(versions).where(versions.c.article == article))

    def damaged(self) -> Iterator[str]:
        """Versions whose facts no longer match their checksum, or whose article is gone, as `id, version n`."""
        found = select(versions, articles.c.row).outerjoin(articles, articles.c.id == versions.c.article)
        for row in self._connection.execute(found.order_by(versions.c.id)):
            if row.row is None or checksum(_version(row).article) != row.checksum:
                yield f"{row.article}, version {row.number}"

    def _add(self, article: Article, number: int, given: str | None, stored_at: str) -> None:
        published = article.published
        self._connection.execute(
            insert(versions).values(
                article=article.id, number=number, given=given, title=article.title, text=article.text,
                published_at=times.to_text(published.at) if published else None,
                published_precision=published.precision.value if published else None,
                source=article.source, author=article.author, section=article.section, language=article.language,
                url=article.url, kept=article.kept or None, checksum=checksum(article), stored_at=stored_at,
                replaced_at=times.to_text(times.now()),
            )
        )  # fmt: skip


def _version(row: Row[*tuple[Any, ...]]) -> Version:
    times_of = times.from_text(row.stored_at), times.from_text(row.replaced_at)
    return Version(article_of(row, row.article), row.number, row.given, *times_of)
