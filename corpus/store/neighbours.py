"""The neighbour graph: which articles were nearest to each when it was stored, and how near."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, delete, insert, select

from .schema import neighbours


class Neighbours:
    """The graph's edges, within one transaction. They go with either of their articles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: int, similarities: Mapping[int, float]) -> None:
        """Store an article's nearest others (row -> similarity)."""
        values = [{"article": row, "other": other, "similarity": s} for other, s in similarities.items()]
        if values:
            self._connection.execute(insert(neighbours), values)

    def replace_all(self, edges: Iterable[tuple[int, int, float]]) -> None:
        """Store a whole graph, (row, other, similarity), in place of the present one."""
        self._connection.execute(delete(neighbours))
        values = [{"article": a, "other": b, "similarity": s} for a, b, s in edges]
        if values:
            self._connection.execute(insert(neighbours), values)

    def all(self) -> Iterator[tuple[int, int, float]]:
        """(row, other, similarity) of every edge."""
        order = (neighbours.c.article, neighbours.c.other)
        rows = self._connection.execute(select(neighbours).order_by(*order))
        yield from ((row.article, row.other, row.similarity) for row in rows)
