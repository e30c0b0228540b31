"""Paragraphs that an outlet puts under everything: they must not make its articles look like copies.

A paragraph is boilerplate where three articles of one named source have it. The source matters: wire copy
runs in forty outlets, each paragraph of it once in each, and is what duplicates are looked for; the line
"Sign up for our newsletter" runs forty times in one. Articles without a source prove nothing either way and
are left whole.

The exception is a story that one source has posted three times (corrected, or under several URLs): all its
paragraphs count three. Boilerplate is a small part of a story, so where most of a story would go, it stays
whole; what is too short to be a story goes, for a body that is nothing but "Watch the video above" is no copy
of another.

Known: the first two articles of a source are seen before their boilerplate is known. Verdicts on short pairs
among them may say more than they would today; judging again after an import settles it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from corpus import Paragraph

ARTICLES_LEAST = 3
"""Articles of a source with the same paragraph. Two happen by one correction."""

SHARE_MOST = 0.5
"""Share of a story's characters up to which they may be boilerplate."""

STORY_CHARACTERS = 240
"""Length from which a body counts as a story: some 40 words, as in `rules.SHINGLES_LEAST`."""


class Boilerplate:
    """Counts of (source, paragraph hash) over articles; an article that has a paragraph twice counts once.

    Not safe to change while it is asked; its owner holds the lock.
    """

    def __init__(self) -> None:
        self._articles: Counter[tuple[str, str]] = Counter()

    def add(self, source: str | None, hashes: Iterable[str]) -> None:
        """Count the paragraphs of an article, before `own_text` is asked for its text."""
        if source:
            self._articles.update({(source, hash) for hash in hashes})

    def remove(self, source: str | None, hashes: Iterable[str]) -> None:
        """Forget an article that was added with the same source and hashes."""
        for key in {(source, hash) for hash in hashes} if source else ():
            self._articles[key] -= 1
            if self._articles[key] <= 0:
                del self._articles[key]

    def is_boilerplate(self, source: str | None, hash: str) -> bool:
        """Whether the source repeats this paragraph."""
        return source is not None and self._articles[source, hash] >= ARTICLES_LEAST

    def own_text(self, source: str | None, text: str, paragraphs: Sequence[Paragraph]) -> str:
        """The text of an article without boilerplate; the text itself where it has none."""
        own = [p for p in paragraphs if not self.is_boilerplate(source, p.hash)]
        if len(own) == len(paragraphs):
            return text
        whole = _characters(paragraphs)
        if whole >= STORY_CHARACTERS and _characters(own) < (1 - SHARE_MOST) * whole:
            return text
        return "\n\n".join(p.of(text) for p in own)


def _characters(paragraphs: Sequence[Paragraph]) -> int:
    return sum(p.end - p.start for p in paragraphs)
