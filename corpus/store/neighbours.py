"""The neighbour graph: which articles each article is linked with, and how similar they are."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, delete, insert, select

from .schema import links

_AT_ONCE = 10_000


class Neighbours:
    """The links, within one transaction. Removing an article removes its own; links of others to it stay, unused."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_all(self, packed: Iterable[tuple[int, bytes]]) -> None:
        """Store links of articles: (row, packed links)."""
        values = ({"article": row, "packed": some} for row, some in packed)
        while batch := list(islice(values, _AT_ONCE)):
            self._connection.execute(insert(links), batch)

    def replace(self, packed: Iterable[tuple[int, bytes]]) -> None:
        """Store links of articles, (row, packed links), in place of those they have."""
        some = list(packed)
        self._connection.execute(delete(links).where(links.c.article.in_([row for row, _ in some])))
        self.add_all(some)

    def replace_all(self, packed: Iterable[tuple[int, bytes]]) -> None:
        """Store a graph, (row, packed links), in place of the stored one."""
        self._connection.execute(delete(links))
        self.add_all(packed)

    def of(self, rows: Collection[int]) -> Iterator[tuple[int, bytes]]:
        """(row, packed links) of those of some articles that have links stored with them."""
        for row in self._connection.execute(select(links).where(links.c.article.in_(list(rows)))):
            yield row.article, row.packed

    def all(self) -> Iterator[tuple[int, bytes]]:
        """(row, packed links) of every article that has links, by row."""
        for row in self._connection.execute(select(links).order_by(links.c.article)):
            yield row.article, row.packed
