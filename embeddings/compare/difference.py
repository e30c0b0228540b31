"""What is different between two versions of an article: its headline, and its paragraphs in reading order.

**What an editor asks.** Is it a correction or a new report? Which paragraphs came, went, changed, moved? Which number
has changed? And, before anything is deleted or replaced, how much of each text is in the other one?

**Paragraphs.** Those with equal text (white space aside) are counterparts. The longest common subsequence of the two
articles' paragraphs stays in its place ("same"), the other equal ones are "moved": of several equal ones the first
with the first. The subsequence is exact (Hunt and Szymanski, 1977) up to `EQUAL_MOST` pairs of equal paragraphs;
beyond, in texts that are mostly one line over and over, the k-th of each is laid beside the k-th. For the others the
pair with most words in common comes first, then the next, down to `LIKE_LEAST` (Dice's coefficient, 2 |a and b| /
(|a| + |b|), words with their counts, without punctuation); of equal ones the pair nearest in position. They are
"changed" where they stand in order among the paragraphs that stayed (the longest rising sequence of them), else
"moved and changed". What has no counterpart is "cut" or "added". Within a changed paragraph `wording` marks the
words.

**Why Dice, why .5.** Two unrelated paragraphs of news share their function words. Of 72,866 pairs of paragraphs of
the sample archive (of two articles, ten words or more each) the median has .17 and one in a hundred .30. From .55 on
those looked at are copies, updates and reports from one template; between .45 and .55 there is one pair; below,
different reports of one event and chance. And below one half more would be marked than left standing: a cut and an
added paragraph are easier to read. Rejected: cosines of vectors, which say that two paragraphs mean the same; a word
diff of such a pair is confetti.

**Cost.** Linear but for three things, each with its bound: pairs of equal paragraphs (`EQUAL_MOST`), pairs of
paragraphs that share a word (`SHARED_MOST`: beyond it the words that most of them share do not count), pairs of equal
words (`Effort` in `wording`; what it leaves out is said as `coarse`). Two texts of 5 MB with 14,000 paragraphs each,
every one of them edited, took seven seconds, the worst seen; the same texts shuffled under one.

**Known limits.** A paragraph that was split has one counterpart; its other half is added. Words that moved from one
paragraph to another are cut here and added there. Markup, pictures and captions are not seen: text only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from corpus import Paragraph

from .numbers import NumberChange, changed_numbers
from .wording import Effort, Mark, WordRun, longest_rising, mark_words, words_in

LIKE_LEAST = 0.5
"""Words in common from which two paragraphs are counterparts, 0 to 1."""
EQUAL_MOST = 500_000
"""Pairs of equal paragraphs of which the longest common subsequence is found exactly: a second."""
SHARED_MOST = 1_000_000
"""Pairs of paragraphs, for each word that both have, that are looked at: half a second. 300 on either side reach it."""

_Pairs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Wording:
    """One version of an article."""

    title: str
    text: str
    paragraphs: Sequence[Paragraph]


class ParagraphState(StrEnum):
    """What became of a paragraph."""

    SAME = "same"
    CHANGED = "changed"
    MOVED = "moved"
    MOVED_AND_CHANGED = "moved and changed"
    ADDED = "added"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """A paragraph in one version or both."""

    change: ParagraphState
    a: Paragraph | None
    b: Paragraph | None
    runs: tuple[WordRun, ...]
    """Cover the paragraph whole; offsets are those of the two texts."""
    numbers: tuple[NumberChange, ...] = ()
    kept: int = 0
    """Words."""
    cut: int = 0
    added: int = 0
    coarse: bool = False
    """As `Marked.coarse`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two versions, compared. Words are those of the text, the headline aside."""

    headline: tuple[WordRun, ...]
    """Offsets are those of the titles."""
    headline_numbers: tuple[NumberChange, ...]
    paragraphs: tuple[ParagraphChange, ...]
    """In the order of b; what was cut stands where it stood."""

    @property
    def same_headline(self) -> bool:
        """Whether nothing of the headline was changed."""
        return all(run.mark is Mark.KEPT for run in self.headline)

    @property
    def is_nothing(self) -> bool:
        """Whether the two are the same, white space aside."""
        return self.same_headline and all(p.change is ParagraphState.SAME for p in self.paragraphs)

    @property
    def coarse(self) -> bool:
        """Whether any paragraph was too long to be compared word by word."""
        return any(paragraph.coarse for paragraph in self.paragraphs)

    @property
    def counts(self) -> Mapping[ParagraphState, int]:
        """How many paragraphs there are of each kind; all kinds are there."""
        found = Counter(paragraph.change for paragraph in self.paragraphs)
        return {change: found[change] for change in ParagraphState}

    @property
    def kept(self) -> int:
        """Words that stand in both."""
        return sum(paragraph.kept for paragraph in self.paragraphs)

    @property
    def cut(self) -> int:
        """Words of a only."""
        return sum(paragraph.cut for paragraph in self.paragraphs)

    @property
    def added(self) -> int:
        """Words of b only."""
        return sum(paragraph.added for paragraph in self.paragraphs)

    @property
    def kept_of_a(self) -> float:
        """Share of a's words that stand in b, 0 to 1."""
        return _share(self.kept, self.cut)

    @property
    def kept_of_b(self) -> float:
        """Share of b's words that stand in a, 0 to 1."""
        return _share(self.kept, self.added)


def difference(a: Wording, b: Wording, effort: Effort | None = None) -> Difference:
    """What is different in b.

    Args:
        a: the earlier version.
        b: the later one.
        effort: may be shared by several comparisons, which then take no longer than one.
    """
    effort = effort or Effort()
    headline = mark_words(a.title, b.title, effort)
    if (len(a.paragraphs), a.text) > (len(b.paragraphs), b.text):  # so that both directions find the same pairs
        states = {(i, j): state for (j, i), state in _counterparts(b, a).items()}
    else:
        states = _counterparts(a, b)
    changes = {}
    for pair, state in sorted(states.items()):
        if state in (ParagraphState.SAME, ParagraphState.MOVED):
            changes[pair] = _unchanged(a, b, pair, state)
        else:
            changes[pair] = _marked(a, b, pair, state, effort)
    numbers = changed_numbers(a.title, b.title, headline.runs)
    return Difference(headline.runs, numbers, tuple(_arranged(a, b, changes)))


def _counterparts(a: Wording, b: Wording) -> dict[tuple[int, int], ParagraphState]:
    """Which paragraph of a is which of b, and what became of it."""
    equal = _equal(a.paragraphs, b.paragraphs)
    states = dict.fromkeys(equal.stayed, ParagraphState.SAME) | dict.fromkeys(equal.moved, ParagraphState.MOVED)
    alike = _alike(a, b, list(states))
    states |= dict.fromkeys(alike, ParagraphState.MOVED_AND_CHANGED)
    return states | dict.fromkeys(_in_order(alike, equal.stayed), ParagraphState.CHANGED)


@dataclass(frozen=True, slots=True)
class _Equal:
    stayed: _Pairs
    moved: _Pairs


def _equal(a: Sequence[Paragraph], b: Sequence[Paragraph]) -> _Equal:
    """Pairs of paragraphs with the same text: those that stayed, those that moved."""
    mine, theirs = _positions(a), _positions(b)
    both = [(positions, theirs[hash]) for hash, positions in mine.items() if hash in theirs]
    if sum(len(one) * len(other) for one, other in both) <= EQUAL_MOST:
        possible = [(i, j) for one, other in both for i in one for j in other]
    else:
        possible = [pair for one, other in both for pair in zip(one, other, strict=False)]
    stayed = longest_rising(possible)
    gone, come = {i for i, _ in stayed}, {j for _, j in stayed}
    moved = [
        pair
        for one, other in both
        for pair in zip((i for i in one if i not in gone), (j for j in other if j not in come), strict=False)
    ]
    return _Equal(stayed, moved)


def _positions(paragraphs: Sequence[Paragraph]) -> dict[str, list[int]]:
    found = defaultdict(list)
    for position, paragraph in enumerate(paragraphs):
        found[paragraph.hash].append(position)
    return found


def _alike(a: Wording, b: Wording, taken: _Pairs) -> _Pairs:
    """Of the paragraphs that are left, those that are most alike, each in one pair at most."""
    gone, come = {i for i, _ in taken}, {j for _, j in taken}
    mine = {i: Counter(words_in(p.of(a.text))) for i, p in enumerate(a.paragraphs) if i not in gone}
    theirs = {j: Counter(words_in(p.of(b.text))) for j, p in enumerate(b.paragraphs) if j not in come}
    ranked = sorted((-score, abs(i - j), i + j, i, j) for (i, j), score in _likeness(mine, theirs))
    found = []
    for _, _, _, i, j in ranked:
        if i not in gone and j not in come:
            found.append((i, j))
            gone.add(i)
            come.add(j)
    return found


def _likeness(
    mine: Mapping[int, Counter[str]], theirs: Mapping[int, Counter[str]]
) -> Iterator[tuple[tuple[int, int], float]]:
    """Pairs that are alike enough, with Dice's coefficient. Words that most share do not count where they are many."""
    here, there = _postings(mine), _postings(theirs)
    shared = sorted((len(here[word]) * len(there[word]), word) for word in here.keys() & there.keys())
    left, common = SHARED_MOST, defaultdict[tuple[int, int], int](int)
    dropped = set()
    for pairs, word in shared:
        if pairs > left:
            dropped.add(word)
            continue
        left -= pairs
        for i, n in here[word]:
            for j, m in there[word]:
                common[i, j] += min(n, m)
    sizes = [
        {position: bag.total() - sum(bag[word] for word in dropped & bag.keys()) for position, bag in bags.items()}
        for bags in (mine, theirs)
    ]
    for (i, j), n in common.items():
        score = 2 * n / (sizes[0][i] + sizes[1][j])
        if score >= LIKE_LEAST:
            yield (i, j), score


def _postings(bags: Mapping[int, Counter[str]]) -> dict[str, list[tuple[int, int]]]:
    found = defaultdict(list)
    for position, bag in bags.items():
        for word, n in bag.items():
            found[word].append((position, n))
    return found


def _in_order(pairs: _Pairs, stayed: _Pairs) -> _Pairs:
    """Those of the pairs that stand in order among the paragraphs that stayed, and among each other."""
    before = sorted(pairs)
    fitting, passed = [], 0
    ends = sorted(stayed)
    for i, j in before:
        while passed < len(ends) and ends[passed][0] < i:
            passed += 1
        low = ends[passed - 1][1] if passed else -1
        if low < j and (passed == len(ends) or j < ends[passed][1]):
            fitting.append((i, j))
    return longest_rising(fitting)


def _unchanged(a: Wording, b: Wording, pair: tuple[int, int], change: ParagraphState) -> ParagraphChange:
    mine, theirs = a.paragraphs[pair[0]], b.paragraphs[pair[1]]
    run = WordRun(Mark.KEPT, mine.start, mine.end, theirs.start, theirs.end)
    return ParagraphChange(change, mine, theirs, (run,), kept=len(words_in(mine.of(a.text))))


def _marked(a: Wording, b: Wording, pair: tuple[int, int], change: ParagraphState, effort: Effort) -> ParagraphChange:
    mine, theirs = a.paragraphs[pair[0]], b.paragraphs[pair[1]]
    one, other = mine.of(a.text), theirs.of(b.text)
    found = mark_words(one, other, effort)
    x, y = mine.start, theirs.start
    numbers = changed_numbers(one, other, found.runs)
    return ParagraphChange(
        change, mine, theirs,
        tuple(WordRun(r.mark, r.a_start + x, r.a_end + x, r.b_start + y, r.b_end + y) for r in found.runs),
        tuple(n._replace(a_start=n.a_start + x, b_start=n.b_start + y) for n in numbers),
        found.kept, found.cut, found.added, found.coarse,
    )  # fmt: skip


def _arranged(a: Wording, b: Wording, changes: Mapping[tuple[int, int], ParagraphChange]) -> Iterator[ParagraphChange]:
    """All paragraphs in the order of b, those that were cut where they stood."""
    gone, come = {i for i, _ in changes}, {j: found for (_, j), found in changes.items()}
    stands = [pair for pair, found in changes.items() if found.change in (ParagraphState.SAME, ParagraphState.CHANGED)]
    i = j = 0
    for x, y in [*sorted(stands), (len(a.paragraphs), len(b.paragraphs))]:
        yield from (_alone(a, b, paragraph, None) for n, paragraph in enumerate(a.paragraphs[i:x], i) if n not in gone)
        for n in range(j, y):
            yield come.get(n) or _alone(a, b, None, b.paragraphs[n])
        if y < len(b.paragraphs):
            yield changes[x, y]
        i, j = x + 1, y + 1


def _alone(a: Wording, b: Wording, mine: Paragraph | None, theirs: Paragraph | None) -> ParagraphChange:
    if mine is not None:
        run = WordRun(Mark.CUT, mine.start, mine.end, 0, 0)
        return ParagraphChange(ParagraphState.CUT, mine, None, (run,), cut=len(words_in(mine.of(a.text))))
    assert theirs is not None
    run = WordRun(Mark.ADDED, 0, 0, theirs.start, theirs.end)
    return ParagraphChange(ParagraphState.ADDED, None, theirs, (run,), added=len(words_in(theirs.of(b.text))))


def _share(kept: int, lost: int) -> float:
    return kept / (kept + lost) if kept + lost else 1.0
