"""Paragraphs that stand under everything: they must not make articles look like copies, or like one story.

A paragraph is boilerplate where three articles have it that have nothing else to do with each other: a newspaper's
invitation to subscribe, a consent notice, a line of the page, a publisher's footer in all of its papers. It is known by
its company. Wire copy in forty outlets is none, and neither are the takes of a wire story, or the background that
stands in every report on a subject: what these articles say beside that paragraph is about the same thing.

**Whether two articles have to do with each other** is told by their terms, those of all paragraphs that they share
taken off: by the TF-IDF cosine of what is left. Where one of them has little left (a copy, an excerpt; or a body that
is nothing but notices, under a headline), by how much of that stands in the other one, be it in what they share: the
headline of a copy speaks of the text that it stands over, a notice says nothing of any. What was measured, on pairs of
articles with a paragraph in common:

    percentiles                         one story            different stories
                                       1      5     50         50     95     99    pairs
    cosine    week                   .08    .17    .59        .03    .08    .15    897
              AllSides               .17    .19    .38        .03    .09    .19  6,229
              incidents              .15    .21    .49        .05    .25    .35    354
              claims, undated        .16    .24    .51        .02    .09    .15  1,845
    contained, week                  .25    .28    .95          -      -      -      7
    little    incidents              .08    .38    1.0          -      -      -     21
    left      claims, undated        .14    .17    .84        .00    .01    .01     17

"Incidents" are confusable on purpose: another shooting in the same town, reported by the same outlet.

Articles that mostly are one text (`join`) count once whatever is left of them.

Of a body that is nothing but boilerplate nothing is left: it is no copy of another.

Known: the first two articles are seen before their boilerplate is known; `service` looks at them again when it is.

Rejected:

* Three articles that do not repeat each other, whatever they are about: the paragraphs of a wire story that ran in many
  takes were boilerplate, and near copies with .98 of their runs in common were told to be none.
* Three articles of one *source*. It needs no copies to be known, but where a publisher puts one footer into
  many papers, 101 pairs of 5,000 articles were called quotations of each other; and a story that one outlet posted
  three times was boilerplate.
* The cosine of the paragraphs' vectors that are not shared: it parts as well in English, and not at all in languages
  that the model does not know, where all is alike.
"""

import math
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from corpus import Paragraph, Terms, terms_of

from ..types import Floats
from .groups import Connected

_ARTICLES_LEAST = 3
"""Articles with the same paragraph that have nothing to do with each other. Two happen by one quotation."""

_RELATED_COSINE = 0.12
"""Cosine of what two articles say beside what they share, from which they are about the same thing: see above."""
_FEW_TERMS = 12
"""Different terms below which a cosine says little: a headline, and a line or two."""
_RELATED_CONTAINED = 0.3
"""Share of these terms, by the square of their idf, that stand in the other article, from which they are related."""
_COMPANY_MOST = 64
"""Articles with one paragraph that are looked at: where these are of one story or two, the paragraph is the story's."""

STORY_CHARACTERS = 240
"""Length from which a body counts as a story: some 40 words."""


class Counts(Protocol):
    """The terms of articles by row, as `lexical.index.TermIndex` has them."""

    def terms(self, row: int) -> Terms:
        """Those of an article, title included; none of one that is not in."""
        ...

    def idf(self, words: Sequence[str]) -> Floats:
        """The inverse document frequency of each word, (N,)."""
        ...


class Boilerplate:
    """Which articles have which paragraphs, by row and `corpus.paragraph_hash`, and which of these are boilerplate.

    Not safe to change while it is asked; its owner holds the lock.

    Args:
        index: has the terms of the articles by row, title and boilerplate included; where it has none of an article,
            that has nothing to do with any other.
    """

    def __init__(self, index: Counts | None = None) -> None:
        self._index = index
        self._articles: dict[str, int | list[int]] = {}
        """Row or rows, rising, by paragraph. Nearly all paragraphs stand in one article, which needs no list."""
        self._paragraphs: dict[int, frozenset[str]] = {}
        """Of each article that has any."""
        self._shared: dict[str, str] = {}
        """The text of each paragraph that stands in several articles, for its terms."""
        self._strangers: dict[str, tuple[int, ...]] = {}
        """Of a paragraph: the first articles that have nothing to do with each other, `_ARTICLES_LEAST` at most."""
        self._seen: dict[str, int] = {}
        """How many of a paragraph's articles were looked at for them."""
        self._texts = Connected()
        self._left_out: dict[int, frozenset[str]] = {}
        """Of articles: whose terms in the index are without those of these paragraphs."""

    def add(self, row: int, hashes: Iterable[str], texts: Mapping[str, str] | None = None) -> None:
        """Count the paragraphs of an article.

        Args:
            row: above all that came before.
            hashes: of its paragraphs.
            texts: hash -> text, of those at least that another article has; `learn` may bring them later.
        """
        before = self._paragraphs.get(row, frozenset())
        self._paragraphs[row] = own = before.union(hashes)
        for hash in own - before:
            there = self._articles.get(hash)
            if there is None:
                self._articles[hash] = row
                continue
            if not isinstance(there, list):
                there = self._articles[hash] = [there]
            insort(there, row)
            if there[-1] != row:
                self._forget(hash)
            if texts is not None and hash not in self._shared:
                self._shared[hash] = texts.get(hash, "")

    def learn(self, texts: Iterable[tuple[str, str]]) -> None:
        """Take in the texts of paragraphs that stand in several articles: (hash, text)."""
        self._shared.update(texts)

    def texts_of(self, hashes: Iterable[str]) -> dict[str, str]:
        """Hash -> text, of those of these paragraphs that several articles have."""
        return {hash: self._shared[hash] for hash in hashes if hash in self._shared}

    def remove(self, row: int) -> None:
        """Forget an article; nothing happens where it is not in."""
        for other in self._texts.of(row):  # they may fall apart
            self._forget(*self._paragraphs.get(other, ()))
        self._texts.remove(row)
        self._left_out.pop(row, None)
        for hash in self._paragraphs.pop(row, ()):
            there = self._articles[hash]
            if not isinstance(there, list):
                del self._articles[hash]
                continue
            there.remove(row)
            if len(there) == 1:
                self._articles[hash] = there[0]
                self._shared.pop(hash, None)

    def join(self, row: int, other: int) -> None:
        """The two articles are mostly one text: their paragraphs count once."""
        groups = self._texts.of(row), self._texts.of(other)
        if groups[0] != groups[1]:
            for each in min(groups, key=len):
                self._forget(*self._paragraphs.get(each, ()))
        self._texts.add(row, other)

    def left_out(self, row: int) -> frozenset[str]:
        """Which paragraphs' terms are left out of the article's in the index."""
        return self._left_out.get(row, frozenset())

    def leave_out(self, row: int, terms: Terms) -> tuple[frozenset[str], Terms] | None:
        """What is to be left out of an article now, and the terms of the rest; None where nothing has changed.

        Args:
            row: the article's.
            terms: those in the index.
        """
        before = self.left_out(row)
        now = frozenset(hash for hash in self._paragraphs[row] if self.is_boilerplate(hash))
        if now == before:
            return None
        self._left_out[row] = now
        terms = terms_with(terms, (self._shared.get(hash, "") for hash in before - now))
        return now, terms_without(terms, (self._shared.get(hash, "") for hash in now - before))

    def articles(self, hash: str) -> Sequence[int]:
        """Rows of the articles with this paragraph, rising."""
        there = self._articles.get(hash, ())
        return there if isinstance(there, list | tuple) else (there,)

    def is_boilerplate(self, hash: str) -> bool:
        """Whether `_ARTICLES_LEAST` articles have this paragraph that have nothing to do with each other."""
        rows = self._articles.get(hash)
        if not isinstance(rows, list) or len(rows) < _ARTICLES_LEAST:
            return False
        strangers = self._strangers.get(hash, ())
        if len(strangers) < _ARTICLES_LEAST and (seen := self._seen.get(hash, 0)) < len(rows):
            strangers = self._looked_through(rows[seen:_COMPANY_MOST], strangers)
            self._strangers[hash], self._seen[hash] = strangers, len(rows)
        return len(strangers) >= _ARTICLES_LEAST

    def own_text(self, text: str, paragraphs: Sequence[Paragraph]) -> str:
        """The text of an article without boilerplate; the text itself where it has none."""
        own = [p for p in paragraphs if not self.is_boilerplate(p.hash)]
        if len(own) == len(paragraphs):
            return text
        return "\n\n".join(p.of(text) for p in own)

    def are_related(self, row: int, other: int) -> bool:
        """Whether two articles have to do with each other beside the paragraphs that they share."""
        if self._texts.leader(row) == self._texts.leader(other):
            return True
        if self._index is None:
            return False
        common = self._paragraphs[row] & self._paragraphs[other]
        terms, others = self._index.terms(row).words, self._index.terms(other).words
        rest = _less(terms, self._terms_of(common - self.left_out(row)))
        rest_of_other = _less(others, self._terms_of(common - self.left_out(other)))
        if min(len(rest), len(rest_of_other)) >= _FEW_TERMS:
            return _cosine(self._index, rest, rest_of_other) >= _RELATED_COSINE
        contained = _contained(self._index, rest, others), _contained(self._index, rest_of_other, terms)
        return max(contained) >= _RELATED_CONTAINED

    def _terms_of(self, hashes: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for hash in hashes:
            for term, n in _terms(self._shared.get(hash, "")).words.items():
                found[term] = found.get(term, 0) + n
        return found

    def _forget(self, *hashes: str) -> None:
        """Look through the company of these paragraphs anew, when next they are asked for."""
        for hash in hashes:
            self._strangers.pop(hash, None)
            self._seen.pop(hash, None)

    def _looked_through(self, rows: Sequence[int], strangers: tuple[int, ...]) -> tuple[int, ...]:
        for row in rows:
            if not any(self.are_related(row, other) for other in strangers):
                strangers = (*strangers, row)
                if len(strangers) >= _ARTICLES_LEAST:
                    break
        return strangers


def _cosine(index: Counts, one: Mapping[str, int], other: Mapping[str, int]) -> float:
    weights, others = _weights(index, one), _weights(index, other)
    product = sum(weight * others[term] for term, weight in weights.items() if term in others)
    return product / (math.hypot(*weights.values()) * math.hypot(*others.values()) or 1.0)


def _weights(index: Counts, counts: Mapping[str, int]) -> dict[str, float]:
    idf = index.idf(list(counts)).tolist()
    return {term: (1 + math.log(n)) * w for (term, n), w in zip(counts.items(), idf, strict=True)}


def _contained(index: Counts, counts: Mapping[str, int], others: Mapping[str, int]) -> float:
    squares = dict(zip(counts, (index.idf(list(counts)) ** 2).tolist(), strict=True))
    total = sum(squares.values())
    return sum(square for term, square in squares.items() if term in others) / total if total else 0.0


def terms_without(terms: Terms, texts: Iterable[str]) -> Terms:
    """The terms of an article without those of some of its paragraphs."""
    words, names = dict(terms.words), dict(terms.names)
    for text in texts:
        taken = _terms(text)
        words, names = _less(words, taken.words), _less(names, taken.names)
    return Terms(words, {name: words[name] for name in names if name in words})


def terms_with(terms: Terms, texts: Iterable[str]) -> Terms:
    """The reverse of `terms_without`."""
    words, names = dict(terms.words), set(terms.names)
    for text in texts:
        for word, count in _terms(text).words.items():
            words[word] = words.get(word, 0) + count
        names.update(_terms(text).names)
    return Terms(words, {name: words[name] for name in names})


def _less(counts: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    return {term: n - taken.get(term, 0) for term, n in counts.items() if n > taken.get(term, 0)}


@lru_cache(maxsize=4_000)
def _terms(text: str) -> Terms:
    return terms_of("", text)
