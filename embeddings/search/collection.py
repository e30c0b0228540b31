"""All articles of a store in the form that comparing needs: vectors, term counts, dates, the neighbour graph.

It holds no text and can be built again from the store at any time. Any number of threads may ask while one changes it.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from corpus import Published, Terms, primary
from corpus.records import ParagraphKey, Profile

from ..arrays import evenly_spaced, within
from ..index.base import VectorIndex
from ..lexical.index import TermIndex, UnitTerms
from ..locks import ReadersWriterLock
from ..times import Stated
from ..types import Floats, Ids, Mask, Vectors
from .centroids import Centroids, centroid
from .filters import Filter, Rows
from .languages import Between, Languages
from .neighbours import Links, Neighbours
from .similarity import Model, Parts, gap, in_languages, model, similarity

QUERY_PASSAGES = 128
"""Paragraphs of a query that are compared; of a longer article this many evenly spaced ones."""
_PER_PASSAGE = 48
"""Nearest paragraphs looked at for each paragraph of a query."""
_LEAD_CHARACTERS = 60
"""A shorter first paragraph is a caption, a dateline or a subheading, and not the lead."""


_SHORT_QUERY = 3
"""Paragraphs up to which a query is searched for paragraph by paragraph too: a sentence or two may be what one
paragraph of a long article says, and nothing that its centroid shows."""
CENTROID_GAP = 0.05
"""Off a centroid's cosine for each unit of ln(1 + days): with it and `CENTROID_DENSITY`, .976 instead of .912 of the
ten best hits (AllSides) are among the candidates."""
CENTROID_DENSITY = 0.7
"""Of an article's density, off a centroid's cosine."""
_LISTED = 10_000
"""Articles up to which a newcomer's centroid is compared with all."""


@dataclass(frozen=True, slots=True)
class Query:
    """An article, stored or not, ready to be compared."""

    terms: Terms | None
    """None where it is stored: the collection has them."""
    passages: Vectors
    """(n, D): its encoded paragraphs."""
    positions: tuple[int, ...]
    """Which paragraph each passage is."""
    lead: Vectors | None
    """(D,), the first real paragraph's."""
    title: Vectors | None
    """(D,)"""
    day: float
    """Days since 1970-01-01, UTC; NaN where undated."""
    row: int | None = None
    """Its row, if it is stored."""
    language: str | None = None
    """What it is in, as far as is known."""


@dataclass(frozen=True, slots=True)
class Member:
    """What the collection keeps of one article."""

    row: int
    id: str
    day: float
    source: str | None
    language: str | None
    body_hash: str
    """`corpus.body_hash`; of a body that is nothing but boilerplate one of its own."""
    passages: Ids
    """Ids of the encoded paragraphs that it is compared by, in the order of the text."""
    every: Ids
    """Ids of all encoded paragraphs, boilerplate among them."""
    lengths: Ids
    """Characters of these."""
    lead: int
    """Id of the lead's paragraph; -1 for none."""
    title: Vectors | None
    stated: Stated
    text_language: str | None
    """What its text is in; what the source says, where it is too short to tell."""


class Collection:
    """The articles of one store.

    Args:
        index: holds the vectors of encoded paragraphs under their ids, or is filled by `add`.
        lock: guards it; its own where none is given. Where a collection takes the place of another one, both have it.
        by: the model of the encoder that the vectors are of; the default one's where none is given.
        languages: that the encoder reads; None for any.
    """

    def __init__(
        self,
        index: VectorIndex,
        lock: ReadersWriterLock | None = None,
        *,
        by: Model | None = None,
        languages: AbstractSet[str] | None = None,
    ) -> None:
        self.index = index
        self.model = by or model()
        self._languages = Languages(languages)
        self.lock = lock or ReadersWriterLock()
        self._members: dict[int, Member] = {}
        self._terms = TermIndex(languages)
        self._rows = Rows()
        self._centroids = Centroids(index.dimension)
        self.neighbours = Neighbours()
        self._word_counts = np.zeros(1024, np.float32)
        self._owner = np.full(1024, -1, np.int64)

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, row: int) -> bool:
        return row in self._members

    def rows(self) -> list[int]:
        """All rows, rising."""
        return sorted(self._members)

    def member(self, row: int) -> Member:
        """What is kept of an article; KeyError where it is not in."""
        return self._members[row]

    def by_date(self, row: int) -> tuple[bool, float, str]:
        """Sort key: by date, undated ones last, then by id; KeyError where it is not in."""
        member = self._members[row]
        undated = bool(np.isnan(member.day))
        return undated, 0.0 if undated else member.day, member.id

    def add(self, profile: Profile, title: Vectors | None) -> None:
        """Add an article whose paragraphs are in the index."""
        ids = np.array([key.id for key in profile.paragraphs], np.int64)
        lengths = np.array([key.length for key in profile.paragraphs], np.int64)
        member = Member(
            profile.row, profile.id, day_of(profile.published), profile.source, profile.language, profile.body_hash,
            ids, ids, lengths, lead_of(profile.paragraphs), title, Stated.of(profile.published),
            profile.terms.language or primary(profile.language),
        )  # fmt: skip
        if len(ids):
            while ids.max() >= len(self._owner):
                self._owner = np.concatenate([self._owner, np.full(len(self._owner), -1, np.int64)])
            self._owner[ids] = profile.row
        self._members[member.row] = member
        self._languages.put(member.row, member.text_language)
        self.neighbours.admit(member.row)
        while member.row >= len(self._word_counts):
            self._word_counts = np.concatenate([self._word_counts, np.zeros_like(self._word_counts)])
        self._word_counts[member.row] = sum(profile.terms.words.values())
        passages = self.index.vectors(ids)
        self._centroids.put(member.row, self._centroid(passages, self._lead(member, passages), title))
        self._terms.add(member.row, replace(profile.terms, language=member.text_language))
        self._rows.put(member.row, member.stated, profile.source, profile.section, profile.author, profile.language)

    def leave_out(self, row: int, positions: AbstractSet[int], terms: Terms) -> None:
        """Compare an article without some of its paragraphs; KeyError where it is not in.

        Args:
            row: the article's.
            positions: of these paragraphs among the encoded ones; of a body that is nothing else all.
            terms: of what is left, and of its title.
        """
        member = self._members[row]
        kept = np.array([i for i in range(len(member.every)) if i not in positions], np.int64)
        ids = member.every[kept]
        lead = int(ids[lead_position(member.lengths[kept].tolist())]) if len(ids) else -1
        body = member.body_hash.split()[0]
        if len(member.every) and not len(ids):
            body = f"{body} {row}"  # no copy of any other
        member = self._members[row] = replace(member, passages=ids, lead=lead, body_hash=body)
        passages = self.index.vectors(ids)
        self._centroids.put(row, self._centroid(passages, self._lead(member, passages), member.title))
        self._terms.replace(row, terms)
        self._word_counts[row] = sum(terms.words.values())

    def remove(self, row: int) -> None:
        """Take an article out; KeyError where it is not in."""
        member = self._members.pop(row)
        self._owner[member.every] = -1
        self._terms.remove(row)
        self._languages.drop(row)
        self._rows.alive[row] = False
        self.neighbours.remove(row)
        self.index.remove(member.every)

    def query(self, row: int) -> Query:
        """A stored article as a query; KeyError where it is not in."""
        member = self._members[row]
        passages = self.index.vectors(member.passages)
        positions = np.flatnonzero(np.isin(member.every, member.passages)).tolist()
        return Query(
            None, passages, tuple(positions), self._lead(member, passages), member.title,
            member.day, row, member.text_language,
        )  # fmt: skip

    @property
    def term_index(self) -> TermIndex:
        """The terms of its articles, by row; to read only."""
        return self._terms

    def terms(self, query: Query) -> Terms:
        """The terms of a query; KeyError where it is stored no longer."""
        if query.terms is not None:
            return query.terms
        assert query.row is not None
        return self._terms.terms(self._members[query.row].row)

    def passages(self, rows: Sequence[int]) -> list[Vectors]:
        """The vectors of each article's encoded paragraphs, (n, D) each; KeyError where one is not in."""
        if not rows:
            return []
        members = [self._members[row] for row in rows]
        ends = np.cumsum([len(member.every) for member in members])
        return np.split(self.index.vectors(np.concatenate([member.every for member in members])), ends[:-1])

    def allowed(self, wanted: Filter) -> Mask:
        """A filter as a mask over row numbers."""
        return self._rows.mask(wanted)

    def days(self, rows: Ids | Sequence[int]) -> Floats:
        """When these articles were published, (N,): days since 1970-01-01, UTC; NaN where undated."""
        return np.asarray(self._rows.day[np.asarray(rows, np.int64)])

    def ends(self, rows: Ids | Sequence[int]) -> Floats:
        """The same of the ends of the days, months or years that are stated (`times.Stated`); of instants the same."""
        return np.asarray(self._rows.end[np.asarray(rows, np.int64)])

    def present(self, links: Links) -> Links:
        """Those between articles of the collection."""
        may = self._rows.alive
        return links[within(links.rows, may) & within(links.others, may)]

    def latest_day(self) -> float:
        """The newest article's; NaN where none is dated."""
        days = self._rows.day[np.flatnonzero(self._rows.alive)]
        return float(np.fmax.reduce(days)) if len(days) else float("nan")

    def failing(self, row: int, wanted: Filter) -> list[str]:
        """As `filters.Rows.failing`."""
        return self._rows.failing(row, wanted)

    def candidates(self, query: Query, limit: int, allowed: Mask | None = None, *, note: bool = True) -> Ids:
        """Rows of articles that may be related, rising.

        At most `limit` by their centroids, as many by words, half as many by names, and for a query of a few paragraphs
        that is not stored (a note, a quotation) as many by these; not where it is known to be no `note`. A newcomer,
        unfiltered and no note, is compared with part of a large archive by its centroid: see `centroids`.
        """
        may = self._may(query, allowed)
        newcomer = not note and allowed is None and query.row is None
        found = [
            self._nearest_centroids(query, limit, may, newcomer=newcomer),
            self._terms.candidates(_terms_or_row(query), limit, None if allowed is None and query.row is None else may),
        ]
        if note and query.row is None and 0 < len(query.passages) <= _SHORT_QUERY:
            rows, best = self._by_passages(query.passages, may)
            found.append(rows[np.lexsort((rows, -best.sum(axis=0)))[:limit]])
        return np.unique(np.concatenate(found))

    def compare(self, query: Query, rows: Ids) -> Parts:
        """The parts of the similarity of a query with each of these articles."""
        members = [self._members[row] for row in rows.tolist()]
        words, names = self._terms.cosines(_terms_or_row(query), rows)
        counts = np.array([len(member.passages) for member in members], np.int64)
        leads = np.array([member.lead for member in members], np.int64)
        led = leads >= 0
        vectors = self.index.vectors(np.concatenate([*(member.passages for member in members), leads[led]]))
        passages = len(vectors) - np.count_nonzero(led)
        forward, backward = _max_sim(query, vectors[:passages], counts)
        near = np.full(len(rows), np.nan)
        if query.lead is not None:
            near[led] = vectors[passages:] @ query.lead
        if query.title is not None:
            titled = [i for i, member in enumerate(members) if member.title is not None]
            titles = np.array([members[i].title for i in titled], np.float32).reshape(-1, self.index.dimension)
            near[titled] = np.fmax(near[titled], titles @ query.title)
        own = np.full(len(rows), self._languages.number(query.language))
        days = np.abs(self.days(rows) - query.day)
        between = self._languages.between(own, self._languages.of(rows))
        return in_languages(Parts(words, names, forward, backward, near, days), between)

    def similarities(self, query: Query, rows: Ids) -> Floats:
        """The similarity of a query with each of these articles, rounded: the same whatever the order of the input."""
        return np.round(similarity(self.compare(query, rows), self.model), 5) if len(rows) else np.empty(0)

    def languages(self, rows: Ids, others: Ids) -> Between:
        """What the languages of pairs of articles mean for comparing them."""
        return self._languages.between(self._languages.of(rows), self._languages.of(others))

    def word_counts(self, rows: Ids | Sequence[int]) -> Floats:
        """Of how many words these articles' terms are, (N,)."""
        return np.asarray(self._word_counts[np.asarray(rows, np.int64)], np.float64)

    def centroids(self, rows: Ids) -> Vectors:
        """The centroids of stored articles, (N, D): unit length, or zeros where an article has no vector."""
        return self._centroids.of(rows)

    def unit_terms(self, rows: Ids) -> UnitTerms:
        """As `TermIndex.unit_terms`."""
        return self._terms.unit_terms(rows)

    def word_weights(self, rows: Sequence[int]) -> tuple[list[str], Floats]:
        """As `TermIndex.weights`."""
        return self._terms.weights(rows)

    def word_shares(self, rows: Sequence[int]) -> tuple[list[str], Floats, Floats]:
        """As `TermIndex.shares`."""
        return self._terms.shares(rows)

    def _lead(self, member: Member, passages: Vectors) -> Vectors | None:
        at = np.flatnonzero(member.passages == member.lead)
        return passages[at[0]] if len(at) else None

    def _centroid(self, passages: Vectors, lead: Vectors | None, title: Vectors | None) -> Vectors:
        return centroid(passages, lead, title, self.index.dimension)

    def _may(self, query: Query, allowed: Mask | None) -> Mask:
        may = self._rows.alive if allowed is None else allowed
        if query.row is not None and query.row < len(may):
            may = may.copy()
            may[query.row] = False
        return may

    def _nearest_centroids(self, query: Query, limit: int, may: Mask, *, newcomer: bool) -> Ids:
        own = self._centroid(query.passages, query.lead, query.title)
        if not own.any():
            return np.empty(0, np.int64)
        if newcomer and len(self) > _LISTED:
            rows, cosines = self._centroids.near(own, query.day, self._rows.day)
            there = may[rows]
            rows, cosines = rows[there], cosines[there]
        else:
            rows = np.flatnonzero(may)
            cosines = self._centroids.cosines(own, rows)
        worth = cosines - CENTROID_GAP * gap(np.abs(self._rows.day[rows] - query.day))
        worth = np.round(worth - CENTROID_DENSITY * self.neighbours.densities(rows), 5)
        if len(rows) > limit:
            best = np.flatnonzero(worth >= np.partition(worth, -limit)[-limit])
        else:
            best = np.arange(len(rows))
        return np.asarray(rows[best[np.lexsort((rows[best], -worth[best]))[:limit]]])

    def _by_passages(self, some: Vectors, may: Mask) -> tuple[Ids, Floats]:
        """Rows with a paragraph near one of these (Q, D), rising, (N,); and the best cosine for each pair, (Q, N)."""
        if not len(some) or not len(self.index):
            return np.empty(0, np.int64), np.empty((len(some), 0))
        allowed = within(np.where(self._owner < 0, len(may), self._owner), may)
        found = self.index.search(some, min(_PER_PASSAGE, len(self.index)), allowed)
        real = found.ids >= 0
        at, _ = np.nonzero(real)
        rows, inverse = np.unique(self._owner[found.ids[real]], return_inverse=True)
        best = np.zeros((len(some), len(rows)))
        np.maximum.at(best, (at, inverse), found.scores[real])
        return rows, best


def _max_sim(query: Query, vectors: Vectors, counts: Ids) -> tuple[Floats, Floats]:
    """`Parts.forward` and `backward` of a query and N articles, whose paragraphs' vectors follow each other.

    Args:
        query: an article.
        vectors: of the paragraphs, (P, D).
        counts: of each article's paragraphs, (N,).
    """
    forward, backward = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    some, has = spaced(query, QUERY_PASSAGES).passages, np.flatnonzero(counts)
    if not len(has) or not len(some):
        return forward, backward
    starts = (np.cumsum(counts) - counts)[has]
    scores = vectors @ some.T  # this way round OpenBLAS takes two thirds of the time
    forward[has] = np.maximum.reduceat(scores, starts, axis=0).mean(axis=1)
    best = np.ascontiguousarray(scores.T).max(axis=0)  # four times as fast as scores.max(axis=1)
    backward[has] = np.add.reduceat(best, starts) / counts[has]
    return forward, backward


def _terms_or_row(query: Query) -> Terms | int:
    if query.terms is not None:
        return replace(query.terms, language=query.language)
    assert query.row is not None
    return query.row


def day_of(published: Published | None) -> float:
    """Days since 1970-01-01 in UTC; NaN for None."""
    return Stated.of(published).start


def lead_of(keys: Sequence[ParagraphKey]) -> int:
    """Id of the paragraph at `lead_position`; -1 where there is none."""
    return keys[lead_position([key.length for key in keys])].id if keys else -1


def lead_position(lengths: Sequence[int]) -> int:
    """Position of the first paragraph that is long enough to be a lead, else 0, by the paragraphs' characters."""
    return next((n for n, length in enumerate(lengths) if length >= _LEAD_CHARACTERS), 0)


def spaced(query: Query, most: int) -> Query:
    """The query with at most `most` passages, evenly spaced over the text."""
    if len(query.passages) <= most:
        return query
    at = evenly_spaced(len(query.passages), most)
    return replace(query, passages=query.passages[at], positions=tuple(query.positions[i] for i in at))
