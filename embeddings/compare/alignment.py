"""Which paragraphs of two articles say the same: best one-to-one pairs, what is left over, and the shares covered.

Pure functions over vectors, hashes and lengths: no text, no store. `compare.relations` and `compare.novelty` build on
it.

Requirements. An editor who sees two articles side by side asks "what is the same here, and what is not?". A paragraph
has one counterpart at most, else one sentence of background would "cover" ten; an identical paragraph is always the
counterpart of its twin; and `align(a, b)` is `align(b, a)` seen from the other side, to the last digit.

**Pairs.** Identical text (equal hashes) first, the k-th occurrence with the k-th. For the rest the assignment with the
greatest sum of what the cosines exceed `PAIRED_LEAST` by (Kuhn 1955; Crouse, "On implementing 2D rectangular
assignment algorithms", 2016). The excess is summed, not the cosine: two pairs at .60 must not break one at .90.

**What counts.** A paragraph counts with its characters, but

* boilerplate (`duplicates.boilerplate`) with none: it is paired with an identical paragraph only,
  and is never said to lack a counterpart;
* a short line with less, `length * min(1, length / STOCK_CHARACTERS)`. Credits, "Read more", "Reporting by ...",
  subheads and datelines are short, in every language, and need no list of phrases that would never be complete.

What was measured, on 59,774 paragraphs of 2,519 articles of AllSides (a word is common where one article in twenty has
it; repeated: the paragraph stands in three articles or more):

    characters                0-20  20-40  40-60  60-80  80-120  120-160  160-240  240-
    only common words, %      33.8   22.3   10.6    4.5     2.2       .8       .2    .0
    repeated, %               41.0   18.2   10.5    7.1      .9       .2       .0    .3
    of all characters, %        .1     .4     .8    1.4     5.0      8.6     24.7  58.9

So 80 characters part stock from news, and the slope takes no more than 1.4 % of all text away.

Rejected: the rarity of a paragraph's words (needs them all in memory, several times what the ids of vectors take, and
finds what length finds); in how many articles a paragraph stands, whatever the source (wire copy stands in forty, and
is what is looked for); a cut in place of the slope (an article of short lines would be nothing at all); greedy pairs,
best first (as fast, but one good pair that stands in the way of two leaves a paragraph without its counterpart).

Measured on one core: .15 ms for 15 x 15 paragraphs, .26 for 30 x 30, .9 for 100 x 100, 13 for 400 x 400 (no article has
more encoded ones), all with more possible counterparts than real articles have.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..duplicates.boilerplate import Boilerplate
from ..types import Array, Floats, Vectors

PAIRED_LEAST = 0.55
"""Cosine from which two paragraphs may be counterparts. One paragraph in a hundred has its like of .54 in an unrelated
article; two reports of one event have 8 pairs above it, unrelated articles .12 (AllSides)."""
CLOSE_LEAST = 0.75
"""Cosine from which they say the same, in other words perhaps."""
COPIED_LEAST = 0.97
"""Cosine from which one is a copy of the other, a typo or a quotation mark aside."""
STOCK_CHARACTERS = 80
"""A shorter paragraph counts less: the table above."""
_DIGITS = 5
"""Cosines are rounded: the last bits of a product depend on the machine and on which side comes first."""
_NOT_IDENTICAL = 1 - 10**-_DIGITS
"""Cosine of different texts at most, so that 1.0 means the same text."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The encoded paragraphs of one article, in the order of the text."""

    vectors: Vectors
    """(n, D)"""
    hashes: tuple[str, ...]
    """`corpus.paragraph_hash` of each."""
    weights: Floats
    """(n,) characters that count, from `weigh`."""


class AlignedPair(NamedTuple):
    """A paragraph and its counterpart, by position."""

    a: int
    b: int
    score: float
    """Cosine; 1.0 where the text is identical."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Which shares of one article's counting characters stand in the other one too, 0..1; 0 where nothing counts."""

    covered: float
    """In paragraphs with a counterpart."""
    close: float
    """With one from `CLOSE_LEAST` on."""
    copied: float
    """With one from `COPIED_LEAST` on."""
    characters: float
    """Counting characters of the whole article."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two articles side by side."""

    pairs: tuple[AlignedPair, ...]
    """In the order of a's text."""
    only_a: tuple[int, ...]
    """Positions of a's paragraphs that count and have no counterpart, rising."""
    only_b: tuple[int, ...]
    a: Shares
    b: Shares

    @property
    def identical(self) -> bool:
        """Whether everything that counts stands in both, word for word."""
        return not self.only_a and not self.only_b and all(pair.score == 1.0 for pair in self.pairs)

    @property
    def copied(self) -> tuple[AlignedPair, ...]:
        """The pairs of which one paragraph is a copy of the other."""
        return tuple(pair for pair in self.pairs if pair.score >= COPIED_LEAST)

    def mirrored(self) -> "Alignment":
        """The same seen from the other side."""
        pairs = sorted(AlignedPair(pair.b, pair.a, pair.score) for pair in self.pairs)
        return Alignment(tuple(pairs), self.only_b, self.only_a, self.b, self.a)


def weigh(lengths: Sequence[int] | Array, hashes: Sequence[str], boilerplate: Boilerplate) -> Floats:
    """The characters of each paragraph that count, (n,).

    Args:
        lengths: characters of each paragraph.
        hashes: `corpus.paragraph_hash` of each.
        boilerplate: knows what stands under everything.
    """
    whole = np.asarray(lengths, np.float64)
    counting = whole * np.minimum(1.0, whole / STOCK_CHARACTERS)
    repeated = [i for i, hash in enumerate(hashes) if boilerplate.is_boilerplate(hash)]
    counting[repeated] = 0.0
    return counting


def align(a: Side, b: Side) -> Alignment:
    """The best one-to-one pairs of paragraphs of two articles."""
    if b.hashes < a.hashes:  # always computed from the same side, so that ties fall alike
        return align(b, a).mirrored()
    weights = a.weights.tolist(), b.weights.tolist()
    pairs = _identical(a.hashes, b.hashes)
    left = _alone(weights[0], (pair.a for pair in pairs)), _alone(weights[1], (pair.b for pair in pairs))
    pairs += _assigned(a.vectors, b.vectors, *left)
    pairs.sort()
    paired = {pair.a for pair in pairs}, {pair.b for pair in pairs}
    return Alignment(
        tuple(pairs),
        tuple(i for i in left[0] if i not in paired[0]),
        tuple(j for j in left[1] if j not in paired[1]),
        shares_of(weights[0], [(pair.a, pair.score) for pair in pairs]),
        shares_of(weights[1], [(pair.b, pair.score) for pair in pairs]),
    )


def _identical(a: Sequence[str], b: Sequence[str]) -> list[AlignedPair]:
    if set(a).isdisjoint(b):
        return []
    positions: dict[str, list[int]] = defaultdict(list)
    for j in range(len(b) - 1, -1, -1):
        positions[b[j]].append(j)
    return [AlignedPair(i, positions[hash].pop(), 1.0) for i, hash in enumerate(a) if positions.get(hash)]


def _alone(weights: list[float], paired: Iterable[int]) -> tuple[int, ...]:
    """Positions that count and are in no pair, rising."""
    taken = set(paired)
    return tuple(i for i, weight in enumerate(weights) if weight and i not in taken)


def _assigned(a: Vectors, b: Vectors, rows: tuple[int, ...], columns: tuple[int, ...]) -> list[AlignedPair]:
    if not rows or not columns:
        return []
    one = a if len(rows) == len(a) else a[list(rows)]
    other = b if len(columns) == len(b) else b[list(columns)]
    cosines = one @ other.T
    i, j = np.nonzero(cosines >= PAIRED_LEAST)
    some, others = np.unique(i), np.unique(j)
    if not len(some) == len(others) == len(i):  # a paragraph has two possible counterparts
        scores = np.round(cosines[np.ix_(some, others)].astype(np.float64), _DIGITS)
        from scipy.optimize import linear_sum_assignment  # half a second, which every command would take

        at = linear_sum_assignment(np.maximum(scores, PAIRED_LEAST), maximize=True)
        i, j = some[at[0]], others[at[1]]
    scores = np.round(cosines[i, j].astype(np.float64), _DIGITS)
    return [
        AlignedPair(rows[a], columns[b], min(score, _NOT_IDENTICAL))
        for a, b, score in zip(i.tolist(), j.tolist(), scores.tolist(), strict=True)
        if score > PAIRED_LEAST
    ]


def shares_of(weights: Sequence[float] | Floats, scored: Sequence[tuple[int, float]]) -> Shares:
    """The shares of an article that stand in another one.

    Args:
        weights: characters of each paragraph that count, (n,).
        scored: position and cosine of those with a counterpart.
    """
    total = float(sum(weights))
    if not total:
        return Shares(0.0, 0.0, 0.0, 0.0)
    covered, close, copied = (
        round(sum(weights[i] for i, score in scored if score >= least) / total, 4)
        for least in (PAIRED_LEAST, CLOSE_LEAST, COPIED_LEAST)
    )
    return Shares(covered, close, copied, round(total, 1))
