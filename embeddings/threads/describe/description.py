"""What a thread is called and what distinguishes it: representative, headline, key terms, span, publishers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus import Article, Thread

from ...search.collection import Collection

_KEY_TERMS = 8
_DESCRIBED_EACH = 32
"""Members up to which a thread is described in full whenever one comes or goes."""


@dataclass(frozen=True, slots=True)
class Exemplars:
    """The members of a thread that it is described by: their text or date is needed."""

    first: int | None
    """Row of a dated one that none is certainly earlier than; None where none is dated."""
    last: int | None
    """Row of one that none is later than: of articles of one day one that states the day only, as far as there is one,
    since nobody knows that it came before the others."""
    representative: int | None
    """None: that, the headline and the key terms stay as they are."""

    @property
    def rows(self) -> set[int]:
        """All of them."""
        return {row for row in (self.first, self.last, self.representative) if row is not None}


def needs_full_description(size: int) -> bool:
    """Whether a thread that has come to this many members is worth a new headline and new key terms.

    Each time up to `_DESCRIBED_EACH`, then whenever it has grown by a sixteenth to a thirty-second: so what one
    article costs does not grow with its thread.
    """
    return size < _DESCRIBED_EACH or size % (1 << (size.bit_length() - _DESCRIBED_EACH.bit_length() + 1)) == 0


def exemplars(collection: Collection, rows: Sequence[int], *, full: bool = True) -> Exemplars:
    """The members that a thread is described by. The collection's lock must be held.

    Args:
        collection: holds the graph and the dates.
        rows: its members, in order of date, undated ones first.
        full: whether the thread is described in full: the representative is looked for.
    """
    days = collection.days(rows)
    dated = np.flatnonzero(~np.isnan(days))
    ends = collection.ends(rows)[dated]
    first = rows[dated[0]] if len(dated) else None
    last = rows[dated[len(ends) - 1 - int(np.argmax(ends[::-1]))]] if len(dated) else None
    return Exemplars(first, last, _medoid(collection, rows) if full else None)


def describe(
    collection: Collection, thread: Thread, rows: Sequence[int], by: Exemplars, articles: Mapping[int, Article]
) -> Thread:
    """Describe the story of these rows (at least one), in order of date. The collection's lock must be held.

    Args:
        collection: holds the term counts and vectors.
        thread: its id and level; where `by` has no representative, its headline and key terms too.
        rows: its members.
        by: its `exemplars`.
        articles: row -> article, of these at least.
    """
    sources = Counter(source for row in rows if (source := collection.member(row).source))
    found = replace(
        thread,
        first_seen=articles[by.first].published if by.first is not None else None,
        last_seen=articles[by.last].published if by.last is not None else None,
        articles=len(rows),
        sources=tuple(source for source, _ in sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))),
    )
    if by.representative is None:
        return found
    medoid = articles[by.representative]
    return replace(found, headline=medoid.headline, terms=_key_terms(collection, rows), representative=medoid.id)


def _medoid(collection: Collection, rows: Sequence[int]) -> int:
    """The member nearest to the others in the neighbour graph (Kaufman & Rousseeuw 1987); the first of equals."""
    rows = collection.neighbours.originals(rows)
    members = set(rows)
    nearness = dict.fromkeys(rows, 0.0)
    for row in rows:
        for other, s in collection.neighbours.nearest(row).items():
            if other in members:
                nearness[row] += s
                nearness[other] += s
    return max(rows, key=lambda row: round(nearness[row], 6))


def _key_terms(collection: Collection, rows: Sequence[int]) -> tuple[str, ...]:
    """The words that distinguish the thread from all other articles: c-TF-IDF (Grootendorst, "BERTopic", 2022).

    A word's weight is the mean of its logarithmic counts over the members times its idf, so a word that one member
    repeats weighs less than one that all share.
    """
    words, weights = collection.word_weights(collection.neighbours.originals(rows))
    scored = zip(weights.round(6).tolist(), words, strict=True)
    order = sorted((-weight, word) for weight, word in scored if any(map(str.isalpha, word)))
    return tuple(word for _, word in order[:_KEY_TERMS])
