"""What an article adds to earlier ones, paragraph by paragraph; and which articles are earlier."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from corpus import Paragraph
from corpus.records import Stored
from embeddings.compare import PAIRED_LEAST, EarlierParagraph, Novelty, Side, facts_of, novelty, numbers_of
from embeddings.figures import Figure, FigureKey, figure_keys, figures, new_figures

from ..archive.view import View
from . import models
from .alignment import weight_of
from .figures import figures_between

EARLIER_MOST = 200
"""Earlier articles of its thread, the latest, that an article is compared with."""


def novelty_of(view: View, id: str, against: Sequence[str] | None = None) -> models.NoveltyAnswer:
    """What a stored article adds to these articles, or to the earlier ones of its thread.

    Raises:
        NoSuchArticle: one of them is not stored.
    """
    own = view.tx.articles.get(id)
    if against is None:
        rows = earlier_in_thread(view, own.row)
    else:
        rows = [view.tx.articles.get(other).row for other in dict.fromkeys(against)]
    side, *sides = view.sides([own.row, *rows])
    facts = Facts(view, [own.row, *rows])
    found = novelty(side, sides, facts.of_paragraphs(own.row), facts.known(rows), facts.new_figures(own.row, rows))
    return _answer(
        view, own, side, facts.spans[own.row], found, [(facts.stored[row], facts.spans[row]) for row in rows]
    )


class Facts:
    """The names, numbers and figures of some stored articles.

    Args:
        view: has them.
        rows: theirs.
    """

    def __init__(self, view: View, rows: Sequence[int]) -> None:
        self.stored: Mapping[int, Stored] = view.tx.articles.of_rows(rows)
        self.spans: Mapping[int, list[Paragraph]] = view.paragraphs(rows)
        self._terms = {profile.row: profile.terms for profile in view.tx.articles.profiles(rows)}
        self._known: dict[int, set[str]] = {}
        self._keys: dict[int, set[FigureKey]] = {}
        self._figures: dict[int, list[Sequence[Figure]]] = {}

    def of_paragraphs(self, row: int) -> list[tuple[str, ...]]:
        """Names, and numbers that are no figures, of each encoded paragraph of an article."""
        names, own = self._terms[row].names, zip(self._texts(row), self.figures(row), strict=True)
        return [facts_of(text, names, some) for text, some in own]

    def known(self, rows: Iterable[int]) -> set[str]:
        """All words and numbers of these articles."""
        return set().union(*(self._known_in(row) for row in rows))

    def new_figures(self, row: int, earlier: Iterable[int]) -> list[list[str]]:
        """The figures of each encoded paragraph of an article that none of the earlier ones has, as written."""
        known = set[FigureKey]().union(*(self._keys_of(other) for other in earlier))
        own = zip(self._texts(row), self.figures(row), strict=True)
        return [[f.of(text) for f in new_figures(some, known)] for text, some in own]

    def figures(self, row: int) -> list[Sequence[Figure]]:
        """The figures of each encoded paragraph of an article."""
        if row not in self._figures:
            self._figures[row] = [figures(text) for text in self._texts(row)]
        return self._figures[row]

    def _texts(self, row: int) -> list[str]:
        text = self.stored[row].article.text
        return [p.of(text) for p in self.spans[row]]

    def _known_in(self, row: int) -> set[str]:
        if row not in self._known:
            article = self.stored[row].article
            self._known[row] = self._terms[row].words.keys() | numbers_of(f"{article.title}\n{article.text}")
        return self._known[row]

    def _keys_of(self, row: int) -> set[FigureKey]:
        if row not in self._keys:
            article, spans = self.stored[row].article, self.spans[row]
            rest = article.text[spans[-1].end if spans else 0 :]
            whole = (figures(article.title), *self.figures(row), figures(rest))
            self._keys[row] = figure_keys(figure for some in whole for figure in some)
        return self._keys[row]


def earlier_in_thread(view: View, row: int) -> list[int]:
    """Rows of the articles of its story before this one, the earliest first; the latest `EARLIER_MOST` of them.

    By date; by arrival where the dates do not say which of two is earlier: one is undated, or states the day only.
    """
    return earlier_of(view, row, list(view.members[view.thread_of[row]]))


def earlier_of(view: View, row: int, members: Sequence[int]) -> list[int]:
    """As `earlier_in_thread`, of these articles."""
    rows = np.array(sorted({*members} - {row}), np.int64)
    own = view.collection.member(row).stated
    days, ends = view.collection.days(rows), view.collection.ends(rows)
    earlier = (ends <= own.start) & (days < own.start)
    later = (own.end <= days) & (own.start < days)
    before = np.where(earlier | later, earlier, rows < row)
    rows, days = rows[before], np.nan_to_num(days[before], nan=-np.inf)
    return list(map(int, rows[np.lexsort((rows, days))][-EARLIER_MOST:]))


def _answer(
    view: View, own: Stored, side: Side, spans: Sequence[Paragraph], found: Novelty,
    earlier: Sequence[tuple[Stored, Sequence[Paragraph]]],
) -> models.NoveltyAnswer:  # fmt: skip
    def changed(p: Paragraph, at: EarlierParagraph | None) -> list[models.ChangedFigure]:
        if at is None or at.score < PAIRED_LEAST:
            return []
        stored, paragraphs = earlier[at.article]
        return figures_between(stored.article, paragraphs[at.paragraph], own.article, p, at.score)

    def nearest(at: EarlierParagraph | None) -> models.NearestParagraph | None:
        if at is None:
            return None
        stored, paragraphs = earlier[at.article]
        article = stored.article
        return models.NearestParagraph.of(paragraphs[at.paragraph], article.text, article=article.id, score=at.score)

    return models.NoveltyAnswer(
        article=view.brief(own),
        novelty=found.novelty,
        against=[stored.article.id for stored, _ in earlier],
        paragraphs=[
            models.NovelSpan.of(
                p, own.article.text, weight=weight_of(p, weight), novelty=each.novelty,
                new_facts=list(each.new_facts), new_figures=list(each.new_figures),
                changed_figures=changed(p, each.nearest) if weight else [], nearest=nearest(each.nearest),
            )
            for p, weight, each in zip(spans, side.weights, found.paragraphs, strict=True)
        ],
    )  # fmt: skip
