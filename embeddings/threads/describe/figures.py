"""Figures of a thread that change over time: what is counted, and its values in order of date.

Requirements. An editor asks "how did the toll go on?". A list that puts figures of two things together misleads, so a
figure joins a row only where its surroundings are like those of the last ones in it, by the same measure by which
paragraphs are compared (`embeddings.figures`). What never changes is not listed, nor what is told by less than
`TOLD_LEAST` articles, of which two must agree on a value. A value that one article alone tells
is mostly of something else; it stays only where it fits a rise (of a toll: 11 before 13, not 3 after it).

**Rows.** Articles in order of date; each figure of the beginning of a text joins the row that it is most like
(`LIKE_LEAST`), else it begins one; of one article each row takes one figure, the first. Counts need a noun or a fate
("people" alone is none). Days, times, ages, durations and scores are left out: they belong to what happens, and do
not grow.

Known limits. A total and the number of one day are two rows only as far as their sentences differ; what two outlets
call by different nouns without a fate is two rows.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ...figures import BESIDE, Figure, FigureKind, figures, is_same, likeness, may_be_one

READ_CHARACTERS = 700
"""Of each text: further below stands what was before."""
TOLD_LEAST = 3
"""Articles of a row."""
LIKE_LEAST = 0.6
"""Mean likeness to the last figures of a row, of counts with a fate."""
LIKE_LEAST_OTHERS = 0.9
"""The same of all others: nearly the same sentence."""
_LAST = 3
"""So many of them."""
ROWS_MOST = 5
_ROWS_OPEN = 60
"""Rows of one kind and unit that are gone on with, the latest."""
_KINDS = frozenset({FigureKind.COUNT, FigureKind.MONEY, FigureKind.SHARE, FigureKind.MEASURE})
_ANYBODY = frozenset({"", "people", "person", "man"})
"""Counts of these say nothing without a fate."""


class Told(NamedTuple):
    """A figure in an article."""

    article: int
    """Position among the articles."""
    figure: Figure
    text: str
    """As it is written."""


@dataclass(slots=True)
class FigureRow:
    """What is told of one thing, in order of date."""

    told: list[Told] = field(default_factory=list)

    @property
    def of(self) -> str:
        """What it is of: a noun, a fate, or both; "" where neither is known."""
        return next((each.figure.thing for each in self.told if each.figure.thing), "")

    @property
    def values(self) -> list[list[Told]]:
        """What is told, by value, in order: those that two articles tell, and single ones that fit a rise."""
        told = [sum(is_same(each.figure, other.figure) for other in self.told) for each in self.told]
        sure = [n for n, count in enumerate(told) if count > 1]
        kept = [n for n in range(len(told)) if n in sure or self._fits_a_rise(n, sure)]
        found: list[list[Told]] = []
        for each in (self.told[n] for n in kept):
            if found and is_same(found[-1][0].figure, each.figure):
                found[-1].append(each)
            else:
                found.append([each])
        return found if sure else []

    def _fits_a_rise(self, n: int, sure: Sequence[int]) -> bool:
        own = self.told[n].figure
        return all((self.told[m].figure.low <= own.low) == (m < n) for m in sure)


def figures_over_time(texts: Sequence[str]) -> list[FigureRow]:
    """The figures that change, the most reported first; at most `ROWS_MOST`.

    Args:
        texts: of the articles, in order of date.
    """
    rows: dict[tuple[FigureKind, str], list[FigureRow]] = defaultdict(list)
    for article, text in enumerate(texts):
        beginning = text[:READ_CHARACTERS]
        taken: set[int] = set()
        for figure in filter(_counts, figures(beginning)):
            some = rows[figure.kind, figure.unit][-_ROWS_OPEN:]
            row = _most_like(figure, [row for row in some if id(row) not in taken])
            if row is None:
                row = FigureRow()
                rows[figure.kind, figure.unit].append(row)
            taken.add(id(row))
            row.told.append(Told(article, figure, figure.of(beginning)))
    changing = [row for some in rows.values() for row in some if len(row.told) >= TOLD_LEAST and len(row.values) > 1]
    return sorted(changing, key=lambda row: -len(row.told))[:ROWS_MOST]


def _counts(figure: Figure) -> bool:
    if figure.kind not in _KINDS or figure.former:
        return False
    if figure.counted.startswith(BESIDE):
        return False
    return figure.kind is not FigureKind.COUNT or bool(figure.fate) or figure.counted not in _ANYBODY


def _most_like(figure: Figure, rows: Sequence[FigureRow]) -> FigureRow | None:
    scored = [(_likeness(figure, row), n) for n, row in enumerate(rows)]
    best, n = max(scored, default=(0.0, -1))
    return rows[n] if best >= (LIKE_LEAST if figure.fate else LIKE_LEAST_OTHERS) else None


def _likeness(figure: Figure, row: FigureRow) -> float:
    last = [each.figure for each in row.told[-_LAST:]]
    if not all(may_be_one(figure, other) for other in last):
        return 0.0
    return sum(likeness(figure, other) for other in last) / len(last)
