"""What two texts have in common passage by passage, and what is one's own: prose, quotations, runs of words.

Shares of words say how much two texts have in common, not what the rest is. What an outlet's page has around an article
(menus, captions without a sentence), what an editor spells in another way, and a scanner's letters are nobody's news; a
lead, or a paragraph that only one of the two has, is. So the words of either text are marked:

* **prose**: in a line of ten words and more with the end of a sentence in it;
* **quoted**: between quotation marks, where two agencies have the same words because one person said them;
* a **passage** that both have: eight words of prose and more, one after the other;
* an **own passage**: the same that only one has, and that is no rewording: most of its
  words with a meaning stand nowhere in the other.
"""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..types import Mask
from .tokens import hashed_words

PASSAGE = 8
"""Words of a run: shorter ones that both have meet in captions, shorter ones that one has are an editor's hand."""
_LINE = 10
"""Words of a line of prose: menus, bylines and captions have fewer, or no end of a sentence."""
_REWORDED = 0.6
"""Share of the words with a meaning of an own run that the other text has too, from which it is the same in other
words: at most .44 of new leads; .5 and more in most passages that a scanner reads wrong."""

_ENDS = re.compile(
    r"[.!?\u2026\u061f\u06d4\u0964\u3002\uff01\uff1f][\"'\u201d\u2019\u00bb)\]]*(?=\s|$)|[\u3002\uff01\uff1f]"
)
_QUOTED = re.compile(
    '\u201c[^\u201d\\n]*\u201d?|\u201e[^\u201c\u201d\\n]*[\u201c\u201d]?|\u00ab[^\u00bb\\n]*\u00bb?|"[^"\\n]*"?|\u300c[^\u300d\\n]*\u300d?'
    "|\u2018[^\\n]*?(?:\u2019(?![^\\W_])|$)",
    re.MULTILINE,
)


def marks_of(text: str, words: int) -> tuple[Mask, Mask]:
    """Which of the words of a text are prose, and which of these are nobody's quotation, (words,) each.

    A text without a single line of prose, such as a list or one in a script without stops, is prose as a whole.
    """
    parts: list[str] = []
    prose: list[bool] = []
    told: list[bool] = []
    for line in text.split("\n"):
        is_prose = _is_prose(line)
        at = 0
        for quoted in _QUOTED.finditer(line) if is_prose else ():
            parts += [line[at : quoted.start()], quoted[0]]
            prose += [True, True]
            told += [True, False]
            at = quoted.end()
        parts.append(line[at:])
        prose.append(is_prose)
        told.append(is_prose)
    counts = np.diff(hashed_words(parts).starts)
    if counts.sum() != words or not any(prose):
        return np.ones(words, bool), np.ones(words, bool)
    return np.repeat(prose, counts), np.repeat(told, counts)


def _is_prose(line: str) -> bool:
    return len(line.split(None, _LINE)) >= _LINE and _ENDS.search(line) is not None


def edges_of(marks: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the runs of marked words begin and end."""
    padded = np.zeros(len(marks) + 2, bool)
    padded[1:-1] = marks
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    return edges[::2], edges[1::2]


def within(shared: Mask) -> tuple[int, int]:
    """Where the first passage that both have begins, and where the last one ends; all of it where there is none."""
    starts, ends = edges_of(shared)
    long = np.flatnonzero(ends - starts >= PASSAGE)
    return (int(starts[long[0]]), int(ends[long[-1]])) if len(long) else (0, len(shared))


@dataclass(frozen=True, slots=True)
class Passages:
    """Of a text beside another one."""

    own: float = 0.0
    """Share of its words of prose that stand in own passages, 0..1."""
    lead: int = 0
    """Words of the longest of these before the first passage that both have."""
    midst: int = 0
    """Words of all of these between the first such passage and the last one."""
    retold: int = 0
    """Words of the passages that both have, outside of quotations."""
    retold_share: float = 0.0
    """The same, of all words of prose outside of quotations, 0..1."""


def passages_of(shared: Mask, marks: tuple[Mask, Mask], meaning: Mask, known: Mask) -> Passages:
    """What a text has in common with another one, and what is its own, in passages.

    Args:
        shared: which of its words stand in a run that the other one has, (n,).
        marks: `marks_of` it.
        meaning: which of its words carry a meaning, (n,).
        known: which of its words stand in the other one, (n,).
    """
    prose, told = marks
    counted = _counts(told)
    starts, ends = _long(shared)
    in_both = int((counted[ends] - counted[starts]).sum())
    first, last = (starts[0], ends[-1]) if len(starts) else (0, len(shared))
    starts, ends = _long(~shared)
    words, meanings, others = (
        counts[ends] - counts[starts] for counts in map(_counts, (prose, meaning, meaning & known))
    )
    own = np.where((words >= PASSAGE) & ((others < _REWORDED * meanings) | (meanings == 0)), words, 0)
    is_lead, is_tail = ends <= first, starts >= last
    return Passages(
        own=round(float(own.sum() / max(1, prose.sum())), 4), lead=_most(own[is_lead]),
        midst=int(own[~is_lead & ~is_tail].sum()),
        retold=in_both, retold_share=round(in_both / max(1, int(counted[-1])), 4),
    )  # fmt: skip


def _long(marks: Mask) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    starts, ends = edges_of(marks)
    long = ends - starts >= PASSAGE
    return starts[long], ends[long]


def _most(words: NDArray[np.int64]) -> int:
    return int(words.max()) if len(words) else 0


def _counts(marks: Mask) -> NDArray[np.int64]:
    """How many are marked before each place, (n + 1,)."""
    return np.concatenate([[0], np.cumsum(marks)])
