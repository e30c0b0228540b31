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

**Lines** (`lines`) have company, too, by their forms: a credit, a share line, an invitation in which a date or a name
differs, alone or at the end of a paragraph. As a form says less than a paragraph, more is asked: three articles of one
source that have nothing else to do with each other, one in `_LINE_SHARE` of its articles, and lines that are mostly not
`at home` in their articles. Articles of which little is left beside the lines that they share are reports from one
template (`frames`), whose slots are the news: they do not count. What that marks in real pages is in
docs/how-duplicates-are-decided.md.

Known: the first two articles are seen before their boilerplate is known; `service` looks at them again when it is. The
vector of a paragraph is that of all of it, where one of its sentences is a line of the page, too.

Rejected:

* Three articles that do not repeat each other, whatever they are about: the paragraphs of a wire story that ran in many
  takes were boilerplate, and near copies with .98 of their runs in common were told to be none.
* Three articles of one *source*. It needs no copies to be known, but where a publisher puts one footer into
  many papers, 101 pairs of 5,000 articles were called quotations of each other; and a story that one outlet posted
  three times was boilerplate.
* The cosine of the paragraphs' vectors that are not shared: it parts as well in English, and not at all in languages
  that the model does not know, where all is alike.
"""

from bisect import insort
from collections import ChainMap, Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from copy import copy
from dataclasses import dataclass

from corpus import Paragraph, Terms

from .groups import Connected
from .lines import LineKeys, lines_of
from .remainders import Counts, contained, cosine, less, terms_in, terms_with, terms_without

_ARTICLES_LEAST = 3
"""Articles with the same paragraph that have nothing to do with each other. Two happen by one quotation."""

_RELATED_COSINE = 0.12
"""Cosine of what two articles say beside what they share, from which they are about the same thing: see above."""
_FEW_TERMS = 12
"""Different terms below which a cosine says little: a headline, and a line or two."""
_RELATED_CONTAINED = 0.3
"""Share of these terms, by the square of their idf, that stand in the other article, from which they are related."""
_LINE_SHARE = 500
"""Articles of a source to one with a line that is the source's furniture: what stands in fewer is a common sentence."""
_COMPANY_MOST = 64
"""Articles with one paragraph that are looked at: where these are of one story or two, the paragraph is the story's."""

STORY_CHARACTERS = 240
"""Length from which a body counts as a story: some 40 words."""


@dataclass(frozen=True, slots=True)
class _ParagraphLines:
    """The forms of a paragraph's lines, hashed."""

    whole: int
    """Of the paragraph as one line; 0 for none."""
    ends: tuple[int, ...]
    """Of lines within it."""
    everything: bool
    """Whether these are all of it."""


Unit = str | int
"""What has company: a paragraph, by `corpus.paragraph_hash`, or the form of a line, by `lines.Line.key`."""


class Boilerplate:
    """Which articles have which paragraphs and lines, by row, and which of these are boilerplate.

    Not safe to change while it is asked; its owner holds the lock.

    Args:
        index: has the terms of the articles by row, title and boilerplate included; where it has none of an article,
            that has nothing to do with any other.
    """

    def __init__(self, index: Counts | None = None) -> None:
        self._index = index
        self._articles: dict[Unit, int | list[int]] = {}
        """Row or rows, rising, by unit; of lines where these are not at home. Nearly all units stand in one article,
        which needs no list."""
        self._units: dict[int, frozenset[Unit]] = {}
        """Of each article that has any."""
        self._lines: MutableMapping[str, _ParagraphLines] = {}
        """Of each paragraph that has any."""
        self._at_home: dict[int, frozenset[int]] = {}
        """Lines that are at home in an article."""
        self._homes: Counter[int] = Counter()
        """In how many articles a line is at home."""
        self._sources: dict[int, str | None] = {}
        self._of_source: Counter[str | None] = Counter()
        self._shared: dict[Unit, str] = {}
        """The text of each unit that stands in several articles, as one of them has it, for its terms."""
        self._strangers: dict[Unit, tuple[int, ...]] = {}
        """Of a unit: the first articles that have nothing to do with each other, of a line within each source."""
        self._seen: dict[Unit, int] = {}
        """How many of a unit's articles were looked at for them."""
        self._texts = Connected()
        self._left_out: dict[int, frozenset[Unit]] = {}
        """Of articles: whose terms in the index are without those of these units."""
        self._taken: dict[int, tuple[str, ...]] = {}
        """Of articles: the texts whose terms these are."""

    def add(
        self, row: int, hashes: Iterable[str], texts: Mapping[str, str] | None = None, lines: LineKeys | None = None,
        source: str | None = None,
    ) -> None:  # fmt: skip
        """Count the paragraphs and lines of an article.

        Args:
            row: above all that came before.
            hashes: of its paragraphs, in the order of the text.
            texts: hash -> text, of those at least that another article has; `learn` may bring them later.
            lines: `lines.line_keys`.
            source: of the article.
        """
        hashes = list(hashes)
        before = self._units.get(row, frozenset())
        if row not in self._sources:
            self._sources[row] = source
            self._of_source[source] += 1
        away = self._add_lines(row, hashes, lines) if lines is not None and len(lines) else frozenset()
        own: frozenset[Unit] = before | frozenset(hashes) | away
        self._units[row] = own
        for unit in own - before:
            there = self._articles.get(unit)
            if there is None:
                self._articles[unit] = row
                continue
            if not isinstance(there, list):
                there = self._articles[unit] = [there]
            insort(there, row)
            if there[-1] != row:
                self._forget(unit)
        if texts is not None:
            self.learn(texts.items())

    def _add_lines(self, row: int, hashes: Sequence[str], lines: LineKeys) -> frozenset[int]:
        """Take in an article's lines; returns those that are not at home in it."""
        for hash, found in _paragraph_lines(hashes, lines).items():
            self._lines.setdefault(hash, found)
        home = frozenset(lines["key"][lines["home"]].tolist())
        if home:
            self._at_home[row] = home
            self._homes.update(home)
        return frozenset(lines["key"].tolist()) - home

    def including(self, hashes: Sequence[str], lines: LineKeys) -> "Boilerplate":
        """The same, to ask about an article that is not in: its paragraphs, and its `lines.line_keys`."""
        found = copy(self)
        found._lines = ChainMap(_paragraph_lines(hashes, lines), self._lines)
        return found

    def learn(self, texts: Iterable[tuple[str, str]]) -> None:
        """Take in the texts, (hash, text), of paragraphs that stand in several articles, or have lines that do."""
        for hash, text in texts:
            if isinstance(self._articles.get(hash), list):
                self._shared.setdefault(hash, text)
            if any(isinstance(self._articles.get(key), list) for key in self._keys(hash)):
                for line in lines_of(text):
                    if isinstance(self._articles.get(line.key), list):
                        self._shared.setdefault(line.key, text[line.start : line.end])

    def unlearned(self) -> set[int]:
        """Rows of articles whose paragraphs `learn` needs, for lines that may be boilerplate."""
        candidates = (unit for unit in self._articles if isinstance(unit, int) and unit not in self._shared)
        return {self.articles(unit)[0] for unit in candidates if self._may_be_known(unit)}

    def has_known_lines(self, row: int) -> bool:
        """Whether lines of an article are boilerplate: its paragraphs are needed to leave them out."""
        return any(isinstance(unit, int) and self.is_known(unit) for unit in self._units.get(row, ()))

    def remove(self, row: int) -> None:
        """Forget an article; nothing happens where it is not in."""
        for other in self._texts.of(row):  # they may fall apart
            self._forget(*self._units.get(other, ()))
        self._texts.remove(row)
        self._left_out.pop(row, None)
        self._taken.pop(row, None)
        if row in self._sources:
            self._of_source[self._sources.pop(row)] -= 1
        home = self._at_home.pop(row, frozenset())
        self._homes.subtract(home)
        for unit in self._units.pop(row, ()):
            there = self._articles[unit]
            if not isinstance(there, list):
                del self._articles[unit]
                if isinstance(unit, str):
                    self._lines.pop(unit, None)
                continue
            there.remove(row)
            if len(there) == 1:
                self._articles[unit] = there[0]
                self._shared.pop(unit, None)
        for key in home:
            if not self._homes[key]:
                del self._homes[key]

    def join(self, row: int, other: int) -> None:
        """The two articles are mostly one text: their paragraphs count once."""
        groups = self._texts.of(row), self._texts.of(other)
        if groups[0] != groups[1]:
            for each in min(groups, key=len):
                self._forget(*self._units.get(each, ()))
        self._texts.add(row, other)

    def units(self, row: int) -> frozenset[Unit]:
        """The paragraphs and lines of an article."""
        return self._units.get(row, frozenset())

    def left_out(self, row: int) -> frozenset[Unit]:
        """Which paragraphs' and lines' terms are left out of the article's in the index."""
        return self._left_out.get(row, frozenset())

    def is_to_be_left_out(self, unit: Unit) -> bool:
        """Whether a paragraph or line is boilerplate now."""
        return self.is_boilerplate(unit) if isinstance(unit, str) else self.is_known(unit)

    def leave_out(
        self, row: int, terms: Terms, texts: Mapping[str, str] | None = None
    ) -> tuple[frozenset[Unit], Terms] | None:
        """What is to be left out of an article now, and the terms of the rest; None where nothing has changed.

        Args:
            row: the article's.
            terms: those in the index.
            texts: hash -> text of its paragraphs; else lines within them are not left out of the terms.
        """
        now = frozenset(unit for unit in self._units[row] if self.is_to_be_left_out(unit))
        if now == self.left_out(row):
            return None
        taken = tuple(self._taken_from(row, now, texts or {}))
        terms = terms_without(terms_with(terms, self._taken.get(row, ())), taken)
        self._left_out[row], self._taken[row] = now, taken
        return now, terms

    def _taken_from(self, row: int, known: frozenset[Unit], texts: Mapping[str, str]) -> Iterator[str]:
        for hash in self._units[row]:
            if not isinstance(hash, str):
                continue
            text = texts.get(hash) or self._shared.get(hash, "")
            if self.is_boilerplate(hash):
                yield text
            elif text and not known.isdisjoint(self._keys(hash)):
                yield from (text[start:end] for start, end in self._within(text))

    def articles(self, unit: Unit) -> Sequence[int]:
        """Rows of the articles with this paragraph or line, rising."""
        there = self._articles.get(unit, ())
        return there if isinstance(there, list | tuple) else (there,)

    def is_boilerplate(self, hash: str) -> bool:
        """Whether a paragraph is boilerplate: by its own company, or by that of the lines that it consists of."""
        if self.is_known(hash):
            return True
        lines = self._lines.get(hash)
        if lines is None:
            return False
        return self.is_known(lines.whole) or (lines.everything and all(map(self.is_known, lines.ends)))

    def marks(self, hash: str) -> tuple[bool, ...]:
        """Whether a paragraph is boilerplate, and each of the lines within it."""
        lines = self._lines.get(hash)
        ends = () if lines is None else tuple(map(self.is_known, lines.ends))
        return (self.is_boilerplate(hash), *ends)

    def is_known(self, unit: Unit) -> bool:
        """Whether `_ARTICLES_LEAST` articles have this paragraph or line that have nothing to do with each other."""
        rows = self._articles.get(unit)
        if not isinstance(rows, list) or len(rows) < _ARTICLES_LEAST:
            return False
        if isinstance(unit, int) and not self._may_be_known(unit):
            return False
        strangers = self._strangers.get(unit, ())
        if (seen := self._seen.get(unit, 0)) < len(rows) and not self._are_enough(unit, strangers):
            strangers = self._looked_through(unit, rows[seen:_COMPANY_MOST], strangers)
            self._strangers[unit], self._seen[unit] = strangers, len(rows)
        return self._are_enough(unit, strangers)

    def spans(self, text: str, paragraphs: Iterable[Paragraph]) -> list[tuple[int, int]]:
        """Where an article's boilerplate begins and ends, in characters of its text, rising."""
        found: list[tuple[int, int]] = []
        for p in paragraphs:
            if self.is_boilerplate(p.hash):
                found.append((p.start, p.end))
            elif any(map(self.is_known, self._keys(p.hash))):
                found += [(p.start + start, p.start + end) for start, end in self._within(p.of(text))]
        return found

    def own_text(self, text: str, paragraphs: Sequence[Paragraph]) -> str:
        """The text of an article without boilerplate; the text itself where it has none."""
        left_out = self.spans(text, paragraphs)
        if not left_out:
            return text
        pieces = []
        for p in paragraphs:
            at = p.start
            own = []
            for start, end in left_out:
                if p.start <= start and end <= p.end:
                    own.append(text[at:start])
                    at = end
            own.append(text[at : p.end])
            if piece := "".join(own).strip():
                pieces.append(piece)
        return "\n\n".join(pieces)

    def are_related(self, row: int, other: int, *, by_line: bool = False) -> bool:
        """Whether two articles have to do with each other beside the paragraphs and lines that they share.

        Args:
            row: the one.
            other: the other one.
            by_line: a line is asked about: what consists of such is from one template, and counts as related.
        """
        if self._texts.leader(row) == self._texts.leader(other):
            return True
        if self._index is None:
            return False
        common = self._units[row] & self._units[other]
        terms, others = self._index.terms(row).words, self._index.terms(other).words
        rest = less(terms, self._terms_of(common - self.left_out(row)))
        rest_of_other = less(others, self._terms_of(common - self.left_out(other)))
        if min(len(rest), len(rest_of_other)) >= _FEW_TERMS:
            return cosine(self._index, rest, rest_of_other) >= _RELATED_COSINE
        if by_line:
            return True
        shares = contained(self._index, rest, others), contained(self._index, rest_of_other, terms)
        return max(shares) >= _RELATED_CONTAINED

    def _terms_of(self, units: Collection[Unit]) -> dict[str, int]:
        """The terms of units; of a line in one of these paragraphs once."""
        found: dict[str, int] = {}
        within = {key for unit in units if isinstance(unit, str) for key in self._keys(unit)}
        for unit in units:
            if unit not in within:
                for term, n in terms_in(self._shared.get(unit, "")).words.items():
                    found[term] = found.get(term, 0) + n
        return found

    def _keys(self, hash: str) -> tuple[int, ...]:
        """The lines of a paragraph, itself among them."""
        lines = self._lines.get(hash)
        return () if lines is None else (lines.whole, *lines.ends)

    def _within(self, text: str) -> list[tuple[int, int]]:
        """Where the boilerplate within a paragraph that is none begins and ends."""
        return [(line.start, line.end) for line in lines_of(text) if not line.whole and self.is_known(line.key)]

    def _forget(self, *units: Unit) -> None:
        """Look through the company of these units anew, when next they are asked for."""
        for unit in units:
            self._strangers.pop(unit, None)
            self._seen.pop(unit, None)

    def _may_be_known(self, key: int) -> bool:
        """Whether a line has articles enough in which it is not at home."""
        rows = self._articles.get(key)
        return isinstance(rows, list) and len(rows) >= max(_ARTICLES_LEAST, self._homes.get(key, 0))

    def _are_enough(self, unit: Unit, strangers: Sequence[int]) -> bool:
        if isinstance(unit, str) or len(strangers) < _ARTICLES_LEAST:
            return len(strangers) >= _ARTICLES_LEAST
        source, count = Counter(self._sources[row] for row in strangers).most_common(1)[0]
        return count >= _ARTICLES_LEAST and len(self.articles(unit)) * _LINE_SHARE >= self._of_source[source]

    def _looked_through(self, unit: Unit, rows: Sequence[int], strangers: tuple[int, ...]) -> tuple[int, ...]:
        by_line = isinstance(unit, int)
        for row in rows:
            others = strangers
            if by_line:
                others = tuple(other for other in strangers if self._sources[other] == self._sources[row])
            if not any(self.are_related(row, other, by_line=by_line) for other in others):
                strangers = (*strangers, row)
                if len(others) + 1 >= _ARTICLES_LEAST:
                    break
        return strangers


def _paragraph_lines(hashes: Sequence[str], lines: LineKeys) -> dict[str, _ParagraphLines]:
    whole: dict[int, int] = {}
    ends: dict[int, list[int]] = defaultdict(list)
    covered = set(lines["paragraph"][lines["all"]].tolist())
    for number, key, is_whole in zip(*(lines[name].tolist() for name in ("paragraph", "key", "whole")), strict=True):
        if is_whole:
            whole[number] = key
        else:
            ends[number].append(key)
    return {
        hashes[number]: _ParagraphLines(whole.get(number, 0), tuple(ends[number]), number in covered and number in ends)
        for number in dict.fromkeys([*whole, *ends])
    }
