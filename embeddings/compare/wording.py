"""Two wordings of one passage, word by word: what was kept, cut and added. `difference` does the same for articles.

**What is compared.** Words, with their hyphens and apostrophes, and numbers with their points and commas ("1,200");
each sign of punctuation; in scripts without spaces (Han, kana, Thai, Lao, Burmese, Khmer) each character. White space
counts nothing. Case, accents and quotes count: an editor who changes them has changed something.

**How.** The common beginning and end are set aside. What is between is matched by `difflib.SequenceMatcher` (Ratcliff
and Metzener, "Pattern matching: the Gestalt approach", 1988; without its `autojunk`, which takes every frequent word
of a long text for noise). Its time grows with the pairs of equal words, quadratic in the length: so where these are
more than `PAIRS_MOST`, words that stand once on either side are made anchors (Cohen's patience diff) and what is
between them is matched in the same way. Where there is no such word, or what is between is longer than
`BETWEEN_MOST`, or the `Effort` of the whole comparison is spent, it is one cut and one addition, and the answer says
that it is `coarse`.

**Readable marks.** A rewritten sentence keeps its "the" and "of" by chance, and marks that leave them standing read
like noise. A kept run of k words between two changes is given up where each of the two is of `max(2, 2k + 1)` words
or more on its longer side, so "12 of 14" -> "13 of 15" stays two changes. (As in Fraser's diff-match-patch, by
words.)

**Numbers** that were put in the place of others are found in `numbers`.

What b is to a is what a is to b with cut and added changed over, to the last mark: the two are compared in an order
that does not depend on which comes first. Rejected: offsets of characters instead of words ("[-14-]{+41+}" became
"{+4+}1[-4-]"); all equal words as one matching (longest common subsequence), which scatters them.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

PAIRS_MOST = 200_000
"""Pairs of equal words that are matched at once: some .1 s. Two paragraphs of 1,000 English words have 15,000."""
BETWEEN_MOST = 1_500_000
"""Characters of two passages, the common beginning and end aside, that are split into words: 100,000 words each."""
EFFORT = 6_000_000
"""And in one comparison: some four seconds. Two characters count as a pair of words."""
_DEPTH_MOST = 6

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SIGNS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b6-\u17d3\u3099\u309a"
"""Vowels and tones that are written on the character before them."""
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"
_LETTER = f"(?:[^\\W{_UNSPACED}]|[{_MARKS}])"
_WORD = re.compile(
    f"[{_UNSPACED}][{_SIGNS}]*+|{_LETTER}++(?:(?:['\u2019\u2010\u2011\\-]|(?<=\\d)[.,:/](?=\\d)){_LETTER}++)*+"
)
_TOKEN = re.compile(_WORD.pattern + r"|([^\w\s])\1*+")
"""Every repetition is possessive: linear."""


class Mark(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    CUT = "cut"
    ADDED = "added"


class WordRun(NamedTuple):
    """Words that were all kept, all cut or all added.

    The runs of a passage cover all of it, on both sides, white space included.
    """

    mark: Mark
    a_start: int
    a_end: int
    b_start: int
    b_end: int


@dataclass(frozen=True, slots=True)
class Marked:
    """Two wordings, compared. Offsets are those of the passages."""

    runs: tuple[WordRun, ...]
    kept: int
    """Words of either side."""
    cut: int
    added: int
    coarse: bool
    """Whether words that were kept may be marked as cut and added, because the passage was too long to compare."""


@dataclass(slots=True)
class Effort:
    """What may still be spent on comparing words."""

    left: int = EFFORT

    def take(self, pairs: int) -> bool:
        """Spend so much, if it is there."""
        if pairs > self.left:
            return False
        self.left -= pairs
        return True


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The words and signs of a passage."""

    texts: Sequence[str]
    bounds: Sequence[int]
    """Where each begins, the first at 0; behind them where the passage ends."""
    words: Sequence[int]
    """How many of those before are words: 0 for the first, and behind them all."""


def _tokens_of(passage: str) -> _Tokens:
    """Split a passage."""
    found = list(_TOKEN.finditer(passage))
    return _Tokens(
        [match[0] for match in found],
        [0, *(match.start() for match in found[1:]), len(passage)] if found else [0],
        [0, *accumulate(match.lastindex is None for match in found)],
    )


def words_in(passage: str) -> list[str]:
    """The words of a passage as they are compared, punctuation aside."""
    return _WORD.findall(passage)


def longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest sequence of these pairs in which both numbers rise; O(n log n)."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    ordered = sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
    for n, (_, b) in enumerate(ordered):
        at = bisect_left(ends, b)
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(b)
            last.append(n)
        else:
            ends[at], last[at] = b, n
    found, n = [], last[-1] if last else -1
    while n >= 0:
        found.append(ordered[n])
        n = before[n]
    return found[::-1]


def mark_words(a: str, b: str, effort: Effort) -> Marked:
    """Compare two wordings word by word."""
    start, end = _in_common(a, b)
    mine, theirs = a[start : len(a) - end], b[start : len(b) - end]
    length = len(mine) + len(theirs)
    if length > BETWEEN_MOST or not effort.take(length // 2):
        found = _apart(mine, theirs)
    else:
        one, other = _tokens_of(mine), _tokens_of(theirs)
        swap = (len(one.texts), mine) > (len(other.texts), theirs)
        found = _mirrored(_mark(other, one, effort)) if swap else _mark(one, other, effort)
    return _framed(found, a, b, start, end)


def _in_common(a: str, b: str) -> tuple[int, int]:
    """How many characters at the beginning and at the end are the same, up to white space."""
    least = min(len(a), len(b))
    if a == b:
        return least, 0
    start = _longest(least, lambda n: a[:n] == b[:n])
    while start and not a[start - 1].isspace():
        start -= 1
    end = _longest(least - start, lambda n: a[len(a) - n :] == b[len(b) - n :])
    while end and not a[-end].isspace():
        end -= 1
    if a[start : len(a) - end].strip() and b[start : len(b) - end].strip():
        while end and a[-end].isspace():  # it goes with the words before it
            end -= 1
    return start, end


def _longest(most: int, holds: Callable[[int], bool]) -> int:
    """The greatest number up to `most` that something holds for which holds for all smaller ones."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        low, most = (middle, most) if holds(middle) else (low, middle - 1)
    return low


def _apart(a: str, b: str) -> Marked:
    """All of it cut and added."""
    runs = (WordRun(Mark.CUT, 0, len(a), 0, 0), WordRun(Mark.ADDED, len(a), len(a), 0, len(b)))
    return Marked(runs, 0, len(words_in(a)), len(words_in(b)), True)


def _framed(found: Marked, a: str, b: str, start: int, end: int) -> Marked:
    """With the common beginning and end, which touch no word of what is between."""
    runs = [WordRun(r.mark, r.a_start + start, r.a_end + start, r.b_start + start, r.b_end + start) for r in found.runs]
    if start and runs and runs[0].mark is Mark.KEPT:
        runs[0] = runs[0]._replace(a_start=0, b_start=0)
    elif start:
        runs.insert(0, WordRun(Mark.KEPT, 0, start, 0, start))
    if end and runs and runs[-1].mark is Mark.KEPT:
        runs[-1] = runs[-1]._replace(a_end=len(a), b_end=len(b))
    elif end:
        runs.append(WordRun(Mark.KEPT, len(a) - end, len(a), len(b) - end, len(b)))
    kept = found.kept + len(words_in(a[:start])) + len(words_in(a[len(a) - end :]))
    return replace(found, runs=tuple(runs), kept=kept)


class _Piece(NamedTuple):
    """Tokens i0 up to i1 of a and j0 up to j1 of b, kept (then they are equal) or changed."""

    kept: bool
    i0: int
    i1: int
    j0: int
    j1: int


def _mark(a: _Tokens, b: _Tokens, effort: Effort) -> Marked:
    compared = _Compared(a.texts, b.texts, effort)
    compared.compare(0, len(a.texts), 0, len(b.texts))
    pieces = _readable(list(_pieces(compared.blocks, len(a.texts), len(b.texts))), a, b)
    kept = sum(a.words[p.i1] - a.words[p.i0] for p in pieces if p.kept)
    return Marked(
        tuple(run for piece in pieces for run in _runs(piece, a, b)),
        kept, a.words[-1] - kept, b.words[-1] - kept, compared.coarse,
    )  # fmt: skip


def _mirrored(found: Marked) -> Marked:
    other = {Mark.KEPT: Mark.KEPT, Mark.CUT: Mark.ADDED, Mark.ADDED: Mark.CUT}
    runs = [WordRun(other[r.mark], r.b_start, r.b_end, r.a_start, r.a_end) for r in found.runs]
    for n in range(len(runs) - 1):  # what was cut stands before what came in its place
        one, two = runs[n : n + 2]
        if (one.mark, two.mark) == (Mark.ADDED, Mark.CUT):
            runs[n] = two._replace(b_start=one.b_start, b_end=one.b_start)
            runs[n + 1] = one._replace(a_start=two.a_end, a_end=two.a_end)
    return Marked(tuple(runs), found.kept, found.added, found.cut, found.coarse)


@dataclass(slots=True)
class _Compared:
    """The matching of two sequences as it grows."""

    a: Sequence[str]
    b: Sequence[str]
    effort: Effort
    blocks: list[tuple[int, int, int]] = field(default_factory=list)
    """(position in a, position in b, length), in order."""
    coarse: bool = False

    def compare(self, i0: int, i1: int, j0: int, j1: int, depth: int = 0) -> None:
        """Match these parts of the two."""
        start = i0
        while i0 < i1 and j0 < j1 and self.a[i0] == self.b[j0]:
            i0, j0 = i0 + 1, j0 + 1
        self._keep(start, j0 - (i0 - start), i0 - start)
        end = i1
        while i0 < i1 and j0 < j1 and self.a[i1 - 1] == self.b[j1 - 1]:
            i1, j1 = i1 - 1, j1 - 1
        self._between(i0, i1, j0, j1, depth)
        self._keep(i1, j1, end - i1)

    def _between(self, i0: int, i1: int, j0: int, j1: int, depth: int) -> None:
        mine, theirs = Counter(self.a[i0:i1]), Counter(self.b[j0:j1])
        pairs = sum(n * theirs[token] for token, n in mine.items() if token in theirs)
        if not pairs:
            return
        if pairs <= PAIRS_MOST and self.effort.take(pairs):
            matcher = SequenceMatcher(None, self.a[i0:i1], self.b[j0:j1], autojunk=False)
            for i, j, n in matcher.get_matching_blocks():
                self._keep(i0 + i, j0 + j, n)
            return
        once = {token for token, n in mine.items() if n == 1 == theirs[token]}
        if not once or depth == _DEPTH_MOST:
            self.coarse = True
            return
        position = {self.b[j]: j for j in range(j0, j1) if self.b[j] in once}
        anchors = longest_rising([(i, position[self.a[i]]) for i in range(i0, i1) if self.a[i] in once])
        for i, j in anchors:
            self.compare(i0, i, j0, j, depth + 1)
            self._keep(i, j, 1)
            i0, j0 = i + 1, j + 1
        self.compare(i0, i1, j0, j1, depth + 1)

    def _keep(self, i: int, j: int, n: int) -> None:
        if n:
            self.blocks.append((i, j, n))


def _pieces(blocks: Sequence[tuple[int, int, int]], a: int, b: int) -> Iterator[_Piece]:
    """The kept blocks, those that touch as one, and the changes between them."""
    i = j = start = 0
    for x, y, n in [*blocks, (a, b, 0)]:
        if (x, y) != (i, j):
            if i > start:
                yield _Piece(True, start, i, j - (i - start), j)
            yield _Piece(False, i, x, j, y)
            start = x
        i, j = x + n, y + n
    if i > start:
        yield _Piece(True, start, i, j - (i - start), j)


def _readable(pieces: Sequence[_Piece], a: _Tokens, b: _Tokens) -> list[_Piece]:
    """Give up kept runs that are short beside the changes around them."""

    def size(piece: _Piece) -> int:
        return max(a.words[piece.i1] - a.words[piece.i0], b.words[piece.j1] - b.words[piece.j0])

    found: list[_Piece] = []
    for piece in pieces:
        while not piece.kept and len(found) > 1 and found[-1].kept:
            needed = max(2, 2 * size(found[-1]) + 1)
            if min(size(piece), size(found[-2])) < needed:
                break
            piece = _Piece(False, found[-2].i0, piece.i1, found[-2].j0, piece.j1)
            del found[-2:]
        found.append(piece)
    return found


def _runs(piece: _Piece, a: _Tokens, b: _Tokens) -> Iterator[WordRun]:
    i0, i1, j0, j1 = a.bounds[piece.i0], a.bounds[piece.i1], b.bounds[piece.j0], b.bounds[piece.j1]
    if piece.kept:
        yield WordRun(Mark.KEPT, i0, i1, j0, j1)
        return
    if i1 > i0:
        yield WordRun(Mark.CUT, i0, i1, j0, j0)
    if j1 > j0:
        yield WordRun(Mark.ADDED, i1, i1, j0, j1)
