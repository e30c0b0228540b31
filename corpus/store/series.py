"""Which articles are reports of one series."""

from collections.abc import Iterator

from sqlalchemy import Connection, delete, insert, select

from ..series import Form, SeriesMembership
from .schema import series


class Series:
    """The series, within one transaction. Removing an article takes it out of its series."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, row: int, membership: SeriesMembership) -> None:
        """Put an article into a series, and out of the one that it was in."""
        self._connection.execute(delete(series).where(series.c.article == row))
        values = {"article": row, "series": membership.series, "form": membership.form.value}
        self._connection.execute(insert(series).values(**values))

    def clear(self) -> None:
        """Forget all series."""
        self._connection.execute(delete(series))

    def all(self) -> Iterator[tuple[int, SeriesMembership]]:
        """(row, membership) of all that are in a series, by row."""
        for row in self._connection.execute(select(series).order_by(series.c.article)):
            yield row.article, SeriesMembership(row.series, Form(row.form))
