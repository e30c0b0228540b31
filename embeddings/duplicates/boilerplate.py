"""Paragraphs that stand under everything: they must not make articles look like copies.

A paragraph is boilerplate where three articles have it that do not repeat each other: a newspaper's invitation to
subscribe, a publisher's footer in all of its papers, the background that an outlet puts into every report on a subject.
Wire copy in forty outlets is none: each of its paragraphs stands in forty articles, but these are one text forty times.
So articles that mostly are one text (`join`) count once, whoever published them.

Where most of a story would go, it stays whole; what is too short to be a story goes, for a body that is nothing but
"Watch the video above" is no copy of another.

Known: the first two articles are seen before their boilerplate is known. Verdicts on short pairs among them may say
more than they would today; classifying again (`clew duplicates build`) puts that right.

Rejected: three articles of one *source*. It needs no copies to be known, but where a publisher puts one footer into
many papers, 101 pairs of 5,000 articles were called quotations of each other; and a story that one outlet posted three
times was boilerplate.
"""

from collections.abc import Iterable, Sequence

from corpus import Paragraph

from .groups import Connected

_ARTICLES_LEAST = 3
"""Different articles with the same paragraph. Two happen by one quotation."""

SHARE_MOST = 0.5
"""Share of a story's characters up to which they may be boilerplate."""

STORY_CHARACTERS = 240
"""Length from which a body counts as a story: some 40 words."""


class Boilerplate:
    """Which articles have which paragraphs, by row and `corpus.paragraph_hash`.

    Not safe to change while it is asked; its owner holds the lock.
    """

    def __init__(self) -> None:
        self._articles: dict[str, int | set[int]] = {}
        """Row or rows by paragraph. Nearly all paragraphs stand in one article, which needs no set."""
        self._texts = Connected()

    def add(self, row: int, hashes: Iterable[str]) -> None:
        """Count the paragraphs of an article."""
        for hash in set(hashes):
            there = self._articles.setdefault(hash, row)
            if isinstance(there, set):
                there.add(row)
            elif there != row:
                self._articles[hash] = {there, row}

    def remove(self, row: int, hashes: Iterable[str]) -> None:
        """Forget an article that was added with the same hashes."""
        self._texts.remove(row)
        for hash in set(hashes):
            there = self._articles.get(hash)
            if isinstance(there, set):
                there.discard(row)
                if len(there) == 1:
                    self._articles[hash] = there.pop()
            elif there == row:
                del self._articles[hash]

    def join(self, row: int, other: int) -> None:
        """The two articles are mostly one text: their paragraphs count once."""
        self._texts.add(row, other)

    def is_boilerplate(self, hash: str) -> bool:
        """Whether `_ARTICLES_LEAST` different texts have this paragraph."""
        rows = self._articles.get(hash)
        if not isinstance(rows, set) or len(rows) < _ARTICLES_LEAST:
            return False
        texts: set[int] = set()
        for row in rows:
            texts.add(self._texts.leader(row))
            if len(texts) >= _ARTICLES_LEAST:
                return True
        return False

    def own_text(self, text: str, paragraphs: Sequence[Paragraph]) -> str:
        """The text of an article without boilerplate; the text itself where it has none."""
        own = [p for p in paragraphs if not self.is_boilerplate(p.hash)]
        if len(own) == len(paragraphs):
            return text
        whole = _characters(paragraphs)
        if whole >= STORY_CHARACTERS and _characters(own) < (1 - SHARE_MOST) * whole:
            return text
        return "\n\n".join(p.of(text) for p in own)


def _characters(paragraphs: Sequence[Paragraph]) -> int:
    return sum(p.end - p.start for p in paragraphs)
