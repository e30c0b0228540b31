"""Notices: bodies that stand under unrelated headlines, such as consent walls, paywalls, "enable JavaScript".

Articles with such a body keep it; they are no copies of each other and belong to no thread but their own. Here they are
only named, so that who has ingested an archive learns what it lacks.
"""

from collections import defaultdict
from dataclasses import dataclass

from corpus import squeeze

from ..archive.view import View

_SHOWN = 80
"""Characters of a notice."""


@dataclass(frozen=True, slots=True)
class FoundNotice:
    """A body that unrelated articles have."""

    articles: int
    text: str
    """Its beginning."""
    example: str
    """The headline of the first article that has it."""


def notices_since(view: View, row: int) -> list[FoundNotice]:
    """The notices of the articles stored after a row, the most frequent first."""
    collection = view.collection
    same: dict[str, list[int]] = defaultdict(list)
    for each in collection.rows():
        if each > row and view.is_notice(each):
            same[collection.member(each).body_hash.split()[0]].append(each)  # what follows tells them apart
    stored = view.tx.articles.of_rows([rows[0] for rows in same.values()])
    found = (
        FoundNotice(len(rows), squeeze(it.article.text)[:_SHOWN], it.article.headline)
        for rows in same.values()
        if (it := stored.get(rows[0]))
    )
    return sorted(found, key=lambda notice: (-notice.articles, notice.text))


def last_row(view: View) -> int:
    """The row of the article stored last; 0 where there is none."""
    return max(view.collection.rows(), default=0)
