"""What repeated text is found by, in memory: bodies, signatures, boilerplate, groups of copies, texts at hand.

The collection's lock guards all of it. Everything comes from the store and can be built from it at any time.
"""

import heapq
import math
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from corpus import Kind, Verdict, comparable
from corpus.records import Profile
from corpus.store import Transaction
from embeddings.compare import Side, weigh
from embeddings.duplicates import (
    DEFAULTS,
    Boilerplate,
    CanonicalPolicy,
    Copy,
    DuplicateGroups,
    Facts,
    SeriesIndex,
    SignatureIndex,
    Text,
    Thresholds,
    Unit,
    is_same_text,
    is_untold,
    unpack_lines,
    unpack_signature,
)
from embeddings.search import Collection

COPY_KINDS = (Kind.EXACT, Kind.NEAR_COPY, Kind.UPDATE)
"""Verdicts that make two articles copies of one text."""
REDUNDANT_KINDS = (Kind.EXACT, Kind.NEAR_COPY, Kind.EXCERPT)
"""Verdicts for which an article is left out where the policy says so. An update, what contains an earlier article, and
a rewrite have something that the archive has not."""
COMPANY_LOOKED_AT = 64
"""Articles with one paragraph that are looked at again when it becomes boilerplate: it does so with the third one."""
_READ_AT_ONCE = 500
"""Articles whose texts are read together."""
_Stamp = tuple[tuple[bool, ...], ...]
_TEXTS_AT_HAND = 1_000
"""Articles whose words stay hashed (30 kB each, of 600 words): what was just compared is compared again soon."""


class Copies:
    """Of the articles of one collection.

    Args:
        collection: holds them.
        canonical: how the copy is chosen that stands for the others.
        thresholds: of the rules.
        days: older articles than so many days before the newest have no signature; None: all have.
    """

    def __init__(
        self, collection: Collection, canonical: CanonicalPolicy, thresholds: Thresholds = DEFAULTS,
        days: int | None = None,
    ) -> None:  # fmt: skip
        self.thresholds = thresholds
        self.signatures, self.boilerplate = SignatureIndex(), Boilerplate(collection.term_index)
        self.series = collection.neighbours.templates = SeriesIndex()
        self.groups = DuplicateGroups(self._age, self._same_body)
        self.by_body: dict[str, set[int]] = defaultdict(set)
        self.chosen: dict[int, int] = {}
        """Row -> when an editor chose it for canonical, as a rising number."""
        self._collection, self._canonical, self._days = collection, canonical, days
        self._by_age: list[tuple[float, int]] = []
        self._newest = -math.inf
        self._hashes: dict[int, tuple[str, ...]] = {}
        self._lengths: dict[int, NDArray[np.int32]] = {}
        self._texts: OrderedDict[int, tuple[_Stamp, Text]] = OrderedDict()

    def add(self, profile: Profile, texts: Mapping[str, str] | None = None, *, signed: bool = True) -> None:
        """Take in an article that is in the collection.

        Args:
            profile: of the article.
            texts: hash -> text of its paragraphs; `learn_paragraphs` may bring those that several articles have.
            signed: whether its signature is taken in too; else `sign` does that, faster, for many.
        """
        row = profile.row
        self.by_body[profile.body_hash].add(row)
        self._hashes[row] = tuple(key.hash for key in profile.paragraphs)
        self._lengths[row] = np.array([key.length for key in profile.paragraphs], np.int32)
        self.boilerplate.add(row, self._hashes[row], texts, unpack_lines(profile.lines), profile.source)
        if signed:
            self.sign([(row, profile.signature)])

    def learn_paragraphs(self, tx: Transaction) -> None:
        """Take in the texts of what several articles have, and leave boilerplate out of all."""
        self.boilerplate.learn(tx.articles.shared_paragraphs())
        for texts in _paragraph_texts(tx, sorted(self.boilerplate.unlearned())):
            self.boilerplate.learn(texts[1].items())
        with_lines = []
        for row in self._hashes:
            if self.boilerplate.has_known_lines(row):
                with_lines.append(row)
            else:
                self._leave_out(row, {})
        for row, own in _paragraph_texts(tx, with_lines):
            self._leave_out(row, own)

    def leave_out(self, row: int, tx: Transaction) -> bool:
        """Compare an article without what is boilerplate now; whether that is something else than before."""
        return any(self._leave_out(*found) for found in _paragraph_texts(tx, [row]))

    def leave_out_of_new(self, row: int, texts: Mapping[str, str]) -> bool:
        """The same of an article whose paragraphs are at hand: hash -> text."""
        return self._leave_out(row, texts)

    def _leave_out(self, row: int, texts: Mapping[str, str]) -> bool:
        found = self.boilerplate.leave_out(row, self._collection.term_index.terms(row), texts)
        if found is None:
            return False
        _, terms = found
        positions = {i for i, hash in enumerate(self._hashes[row]) if self.boilerplate.is_boilerplate(hash)}
        self._collection.leave_out(row, positions, terms)
        return True

    def changed_by(self, row: int) -> list[int]:
        """Articles with a paragraph or line of this one which has become boilerplate, or is none any more."""
        return self._changed(self.boilerplate.units(row))

    def _changed(self, units: Iterable[Unit]) -> list[int]:
        boilerplate = self.boilerplate
        found = {
            other
            for unit in units
            for other in boilerplate.articles(unit)[:COMPANY_LOOKED_AT]
            if (unit in boilerplate.left_out(other)) != boilerplate.is_to_be_left_out(unit)
        }
        return sorted(found)

    def sign(self, signed: Sequence[tuple[int, bytes]]) -> None:
        """Let articles that are in be found by their signatures: (row, `pack_signature`)."""
        self.signatures.add_all((row, unpack_signature(blob)) for row, blob in signed)
        for row, _ in signed:
            self._age_out(row)

    def remove(self, row: int) -> list[int]:
        """Take an article out that is in the collection still; what was a copy of it follows another one.

        Returns:
            Articles that had a paragraph or line in common with it which is boilerplate no more; or which is now, where
            two of its copies have nothing else to do with each other.
        """
        units = self.boilerplate.units(row)
        self.by_body[self._collection.member(row).body_hash.split()[0]].discard(row)
        self.boilerplate.remove(row)
        del self._hashes[row], self._lengths[row]
        self.signatures.remove(row)
        self.series.remove(row)
        self._texts.pop(row, None)
        self.chosen.pop(row, None)
        rest = [other for other in self.groups.related(row) if other != row]
        self.groups.remove(row)
        self._follow(rest)
        return self._changed(units)

    def note(self, found: Iterable[tuple[int, int, Verdict]]) -> None:
        """Take in verdicts: (later row, earlier row, verdict)."""
        touched = set()
        for row, other, verdict in found:
            if verdict.kind in COPY_KINDS:
                self.groups.add(row, other, verdict.score)
                touched |= {row, other}
            if self._are_one_text(verdict):
                self.boilerplate.join(row, other)
        self._follow(touched)

    def _are_one_text(self, verdict: Verdict) -> bool:
        facts = Facts.of(verdict.evidence)
        if facts is None or is_untold(facts):
            return facts is None and verdict.kind is Kind.EXACT
        return verdict.kind is Kind.EXACT or is_same_text(facts, self.thresholds)

    def unlink(self, row: int, other: int) -> None:
        """Two articles are no copies of each other after all."""
        around = self.groups.related(row)
        self.groups.cut(row, other)
        self._follow(around)

    def regrouped(self, pairs: Iterable[tuple[int, int, float]]) -> DuplicateGroups:
        """The groups that these copies would make: (row, row, score). Changes nothing."""
        groups = DuplicateGroups(self._age, self._same_body)
        for row, other, score in pairs:
            groups.add(row, other, score)
        return groups

    def choose(self, rows: Sequence[int]) -> None:
        """Take up what editors chose for canonical, the latest choice last."""
        before, self.chosen = self.chosen, {row: number for number, row in enumerate(rows)}
        self._follow(before.keys() | self.chosen.keys())

    def ranked(self, row: int) -> list[int]:
        """The rows of its group, the canonical one first."""
        group = self.groups.of(row)
        return [copy.row for copy in self._canonical.ranked([self._copy(each) for each in group], self.chosen)]

    def side(self, row: int, vectors: NDArray[np.float32]) -> Side:
        """The paragraphs of an article, ready to be aligned; KeyError where it is not in."""
        hashes = self._hashes[row]
        return Side(vectors, hashes, weigh(self._lengths[row], hashes, self.boilerplate))

    def texts(self, rows: Sequence[int], tx: Transaction) -> dict[int, Text]:
        """The texts of stored articles without boilerplate; those that are gone are left out."""
        stamps = {row: self._stamp(row) for row in rows if row in self._hashes}
        found = {row: text for row, stamp in stamps.items() if (text := self._at_hand(row, stamp))}
        missing = [row for row in stamps if row not in found]
        stored, spans = tx.articles.of_rows(missing), tx.articles.paragraphs_of(missing)
        for row, it in stored.items():
            article, member = it.article, self._collection.member(row)
            own = self.boilerplate.own_text(article.text, [p for _, p in spans[row]])
            found[row] = Text(comparable(article.title), comparable(own), article.source, member.day, member.body_hash)
            self._texts[row] = (stamps[row], found[row])
        while len(self._texts) > _TEXTS_AT_HAND:
            self._texts.popitem(last=False)
        return found

    def _at_hand(self, row: int, stamp: _Stamp) -> Text | None:
        known = self._texts.get(row)
        if known is None or known[0] != stamp:
            return None
        self._texts.move_to_end(row)
        return known[1]

    def _stamp(self, row: int) -> _Stamp:
        """Which of its paragraphs are boilerplate at present, and which lines within them."""
        return tuple(map(self.boilerplate.marks, self._hashes[row]))

    def _follow(self, rows: Iterable[int]) -> None:
        """Let the copies of these articles follow the canonical one of their group."""
        for group in {self.groups.of(row) for row in rows if row in self._collection}:
            self._collection.neighbours.set_copies(self.ranked(group[0]))

    def _copy(self, row: int) -> Copy:
        member = self._collection.member(row)
        words = int(self._collection.word_counts([row])[0])
        return Copy(row, member.id, member.day, words, member.source)

    def _age(self, row: int) -> tuple[float, str]:
        member = self._collection.member(row)
        return (math.inf if math.isnan(member.day) else member.day, member.id)

    def _same_body(self, a: int, b: int) -> bool:
        return self._collection.member(a).body_hash == self._collection.member(b).body_hash

    def _age_out(self, row: int) -> None:
        """Forget the signatures of what is too old. Undated articles are as old as the newest one when they came."""
        if self._days is None:
            return
        day = self._collection.member(row).day
        self._newest = float(np.fmax(self._newest, day))
        heapq.heappush(self._by_age, (self._newest if math.isnan(day) else day, row))
        while self._by_age and self._by_age[0][0] < self._newest - self._days:
            self.signatures.remove(heapq.heappop(self._by_age)[1])


def _paragraph_texts(tx: Transaction, rows: Sequence[int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Of articles: row, and hash -> text of its paragraphs; those that are gone are left out."""
    for at in range(0, len(rows), _READ_AT_ONCE):
        some = rows[at : at + _READ_AT_ONCE]
        stored, spans = tx.articles.of_rows(some), tx.articles.paragraphs_of(some)
        for row, found in stored.items():
            yield row, {p.hash: p.of(found.article.text) for _, p in spans[row]}
