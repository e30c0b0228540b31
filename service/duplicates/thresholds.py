"""Other thresholds tried on what is stored: what would change, and which would agree best with the labels of people.

Everything comes from stored facts: no text is read and nothing is written. Known bias: only pairs that were compared
count, and of those without a verdict the closest few with a score of `pairs.CLOSE_CALL` and more. What the present
thresholds miss altogether is not counted as missed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from corpus import Kind, Verdict
from embeddings.duplicates import Facts, Thresholds, kind_of

from ..archive.archive import Archive
from ..archive.copies import COPY_KINDS
from ..limits import THRESHOLD_BOUNDS
from .labels import reclassified
from .pairs import StoredPair, find_pair

NAMES = tuple(THRESHOLD_BOUNDS)
"""The thresholds that users may set."""
FEW = 20
"""Labels below which a suggestion says little."""
_STEP = 0.02
_PAIRS = 1_000
"""That are read at once: whoever waits to change the archive has its turn after them."""
_ROUNDS = 4
"""In which each threshold is moved in turn, at most."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What would change under some thresholds."""

    thresholds: Thresholds
    pairs: int
    counts: Mapping[tuple[Kind, Kind], int]
    """(kind now, kind then) -> pairs; those that stay the same among them."""
    examples: Sequence[tuple[StoredPair, Kind, float]]
    """A pair as it is now, and its kind and score then."""
    groups: tuple[int, int]
    """Groups of copies now and then."""
    grouped: tuple[int, int]
    """Articles in them."""
    unreadable: int
    """Pairs with facts of another version: they stay as they are."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well a value of a threshold agrees with the labels; shares are None where there is nothing to divide by."""

    value: float
    right: int
    """Repetitions that it finds."""
    wrong: int
    """Pairs that it finds although they are no repetitions."""
    missed: int
    """Repetitions that it does not find."""

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
    """The thresholds that agree best with the labels; on a tie the one that is nearest to the present one."""

    labelled: int
    """Pairs with a label."""
    repetitions: int
    """Those that the label calls a repetition."""
    unreadable: int
    """Labelled pairs with facts of another version, left out."""
    single: Mapping[str, tuple[Agreement, Agreement]]
    """Threshold -> the present value and the best one, the others as they are."""
    together: Thresholds
    """All three, set together."""
    agreement: Agreement
    """Of these; its `value` means nothing."""


def backtest(archive: Archive, by: Thresholds, examples: int = 10) -> Backtest:
    """What would change under these thresholds, over all stored pairs; with so many examples at most.

    The archive may be changed meanwhile: what comes or goes then may be counted, or not.
    """
    counts: Counter[tuple[Kind, Kind]] = Counter()
    changed: dict[tuple[Kind, Kind], list[tuple[StoredPair, Kind, float]]] = {}
    copies: list[tuple[int, int, float]] = []
    now: list[tuple[int, int, float]] = []
    unreadable = 0
    for pair, then in _reclassified(archive, by):
        before = pair.verdict
        unreadable += then is None
        after = then or before
        counts[before.kind, after.kind] += 1
        if before.kind in COPY_KINDS:
            now.append((*pair.rows, before.score))
        if after.kind in COPY_KINDS:
            copies.append((*pair.rows, after.score))
        some = changed.setdefault((before.kind, after.kind), [])
        if before.kind is not after.kind and len(some) < examples:
            some.append((pair, after.kind, after.score))
    sizes = [_group_sizes(archive, pairs) for pairs in (now, copies)]
    return Backtest(
        by, counts.total(), counts, list(_in_turn(changed.values()))[:examples],
        (len(sizes[0]), len(sizes[1])), (sum(sizes[0]), sum(sizes[1])), unreadable,
    )  # fmt: skip


def suggest(archive: Archive) -> Suggested:
    """The thresholds that agree best with the labels."""
    facts: list[tuple[Facts, bool]] = []
    with archive.reading() as view:
        present = view.copies.thresholds
        labels = view.tx.duplicates.labels()
        for rows, label in labels.items():
            pair = find_pair(view, *rows)
            if pair is not None and pair.facts is not None:
                facts.append((pair.facts, label.kind is not Kind.NEW))
    single = {name: (agreement(facts, present, name), best(facts, present, name)) for name in NAMES}
    together = present
    for _ in range(_ROUNDS):
        before = together
        for name in NAMES:
            together = with_values(together, {name: best(facts, together, name).value})
        if together == before:
            break
    return Suggested(
        len(labels), sum(repeats for _, repeats in facts), len(labels) - len(facts), single, together,
        agreement(facts, together, NAMES[0]),
    )  # fmt: skip


def with_values(by: Thresholds, values: Mapping[str, float]) -> Thresholds:
    """The thresholds with other values by name."""
    return replace(by, **values)  # type: ignore[arg-type]


def agreement(facts: Iterable[tuple[Facts, bool]], by: Thresholds, name: str) -> Agreement:
    """How well these thresholds agree with labels: (facts of a pair, whether it is a repetition)."""
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
    smallest, largest = THRESHOLD_BOUNDS[name]
    return [round(smallest + _STEP * i, 2) for i in range(round((largest - smallest) / _STEP) + 1)]


def _reclassified(archive: Archive, by: Thresholds) -> Iterator[tuple[StoredPair, Verdict | None]]:
    """As `reclassified`, of all pairs, some at a time."""
    after = (0, 0)
    while True:
        with archive.reading() as view:
            some = list(reclassified(view, by, after=after, limit=_PAIRS))
        if not some:
            return
        yield from some
        after = some[-1][0].rows


def _group_sizes(archive: Archive, pairs: Iterable[tuple[int, int, float]]) -> list[int]:
    """How many articles each group of these copies has; those that were removed meanwhile are in none."""
    with archive.reading() as view:
        present = (pair for pair in pairs if pair[0] in view.collection and pair[1] in view.collection)
        return [len(group) for group in view.copies.regrouped(present).all()]


def _in_turn(lists: Iterable[Sequence[tuple[StoredPair, Kind, float]]]) -> Iterator[tuple[StoredPair, Kind, float]]:
    """One of each, then a second one of each: examples of every change."""
    for some in zip_longest(*lists):
        yield from (one for one in some if one is not None)


def _share(part: int, total: int) -> float | None:
    return round(part / total, 4) if total else None
