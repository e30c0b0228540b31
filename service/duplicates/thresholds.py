"""Other thresholds tried on what is stored: what would change, and which would agree best with what people judged.

Everything comes from stored facts: no text is read and nothing is written. Known bias: only pairs that were compared
are there, and of those without a verdict the closest few with a score of `judging.CLOSE_CALL` and more. What the
present thresholds miss altogether is not counted as missed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from corpus import Kind
from corpus.store import Transaction
from embeddings.duplicates import Facts, Thresholds, kind_of

from ..archive.archive import Archive
from ..archive.copies import COPY_KINDS
from .rebuilding import Pair, reclassified

NAMES = ("same", "covered", "quoted")
"""The thresholds that users move."""
BOUNDS = {"same": (0.3, 1.0), "covered": (0.5, 1.0), "quoted": (0.3, 1.0)}
"""As in the settings."""
FEW = 20
"""Judgements below which a suggestion says little."""
_STEP = 0.02
_ROUNDS = 4
"""In which each threshold is moved in turn, at most."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What would change under some thresholds."""

    thresholds: Thresholds
    pairs: int
    counts: Mapping[tuple[Kind, Kind], int]
    """(kind now, kind then) -> pairs; those that stay the same among them."""
    examples: Sequence[tuple[Pair, Kind, float]]
    """A pair as it is now, and its kind and score then."""
    groups: tuple[int, int]
    """Groups of copies now and then."""
    grouped: tuple[int, int]
    """Articles in them."""
    unreadable: int
    """Pairs with facts of another version: they stay as they are."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well a value of a threshold agrees with what people judged; None where there is nothing to divide by."""

    value: float
    right: int
    """Repetitions that it finds."""
    wrong: int
    """What it takes for one, and is none."""
    missed: int

    @property
    def precision(self) -> float | None:
        """Share of what it finds that is a repetition."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """Share of the repetitions that it finds."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Suggested:
    """The thresholds that agree best with what people judged; on a tie the one that is nearest to the present one."""

    judged: int
    repetitions: int
    unreadable: int
    """Judged pairs with facts of another version, left out."""
    single: Mapping[str, tuple[Agreement, Agreement]]
    """Threshold -> the present value and the best one, the others as they are."""
    together: Thresholds
    """All three moved."""
    agreement: Agreement
    """Of these; its `value` means nothing."""


def backtest(archive: Archive, tx: Transaction, by: Thresholds, examples: int = 10) -> Backtest:
    """What would change under these thresholds, over all stored pairs."""
    counts: Counter[tuple[Kind, Kind]] = Counter()
    changed: dict[tuple[Kind, Kind], list[tuple[Pair, Kind, float]]] = {}
    copies: list[tuple[int, int, float]] = []
    now: list[tuple[int, int, float]] = []
    unreadable = 0
    for pair, then in reclassified(tx, by, tx.duplicates.labels()):
        later, earlier, before = pair
        unreadable += then is None
        after = then or before
        counts[before.kind, after.kind] += 1
        if before.kind in COPY_KINDS:
            now.append((later, earlier, before.score))
        if after.kind in COPY_KINDS:
            copies.append((later, earlier, after.score))
        some = changed.setdefault((before.kind, after.kind), [])
        if before.kind is not after.kind and len(some) < examples:
            some.append((pair, after.kind, after.score))
    with archive.collection.lock.reading():
        sizes = [[len(group) for group in _groups(archive, pairs)] for pairs in (now, copies)]
    return Backtest(
        by, counts.total(), counts, list(_in_turn(changed.values()))[:examples],
        (len(sizes[0]), len(sizes[1])), (sum(sizes[0]), sum(sizes[1])), unreadable,
    )  # fmt: skip


def suggest(tx: Transaction, present: Thresholds) -> Suggested:
    """The thresholds that agree best with what people judged."""
    facts: list[tuple[Facts, bool]] = []
    decided = tx.duplicates.labels()
    for pair, judged in decided.items():
        verdict = tx.duplicates.find(*pair)
        found = Facts.of(verdict.evidence) if verdict else None
        if found is not None:
            facts.append((found, judged.kind is not Kind.NEW))
    single = {name: (agreement(facts, present, name), best(facts, present, name)) for name in NAMES}
    together = present
    for _ in range(_ROUNDS):
        before = together
        for name in NAMES:
            together = with_values(together, {name: best(facts, together, name).value})
        if together == before:
            break
    return Suggested(
        len(decided), sum(repeats for _, repeats in facts), len(decided) - len(facts), single, together,
        agreement(facts, together, NAMES[0]),
    )  # fmt: skip


def with_values(by: Thresholds, values: Mapping[str, float]) -> Thresholds:
    """The thresholds with other values by name."""
    return replace(by, **values)  # type: ignore[arg-type]


def agreement(facts: Iterable[tuple[Facts, bool]], by: Thresholds, name: str) -> Agreement:
    """How well these thresholds agree with what people say (facts of a pair, whether it is a repetition)."""
    right = wrong = missed = 0
    for each, repeats in facts:
        found = kind_of(each, by) is not Kind.NEW
        right += found and repeats
        wrong += found and not repeats
        missed += repeats and not found
    return Agreement(getattr(by, name), right, wrong, missed)


def best(facts: Sequence[tuple[Facts, bool]], present: Thresholds, name: str) -> Agreement:
    """The value of one threshold that agrees best, by F1; the others as they are."""
    own: float = getattr(present, name)
    found = [agreement(facts, with_values(present, {name: value}), name) for value in {own, *_grid(name)}]
    return min(found, key=lambda each: (-(each.f1 or 0.0), abs(each.value - own), each.value))


def _grid(name: str) -> list[float]:
    least, most = BOUNDS[name]
    return [round(least + _STEP * i, 2) for i in range(round((most - least) / _STEP) + 1)]


def _groups(archive: Archive, pairs: Iterable[tuple[int, int, float]]) -> set[tuple[int, ...]]:
    there = (pair for pair in pairs if pair[0] in archive.collection and pair[1] in archive.collection)
    return archive.copies.regrouped(there).all()


def _in_turn(lists: Iterable[Sequence[tuple[Pair, Kind, float]]]) -> Iterator[tuple[Pair, Kind, float]]:
    """One of each, then a second one of each: examples of every change."""
    for some in zip_longest(*lists):
        yield from (one for one in some if one is not None)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
