"""Which questions to ask people first: those whose answer would change most, and not the same one twice.

The worth of a question is how many answers its answer is expected to change: the probability that the present answer
is wrong, times what would change then (a loss-reduction criterion of active learning; Roy & McCallum 2001). Asked one
after the other, a question about something that was just asked about is worth less (`_ANOTHER`), and one that
an earlier one answers is not asked.
"""

import heapq
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

_Subject = TypeVar("_Subject")
_ANOTHER = 0.5
"""What another question about the same thing is worth, of what it is worth alone."""


@dataclass(frozen=True, slots=True)
class Question(Generic[_Subject]):
    """Something that people may decide."""

    subject: _Subject
    key: Hashable
    """The same for questions that one answer decides."""
    about: tuple[Hashable, ...]
    """What it is about: clusters of copies, threads."""
    probability: float
    """That the present answer is wrong, 0..1."""
    impact: int
    """How many articles would be answered otherwise then."""

    @property
    def worth(self) -> float:
        """Articles that are expected to be answered otherwise."""
        return self.probability * self.impact


def ask_first(questions: Iterable[Question[_Subject]]) -> Iterator[Question[_Subject]]:
    """Questions in the order in which to ask them; of those with one key, the first one only."""
    ordered: Sequence[Question[_Subject]] = sorted(questions, key=lambda it: (-it.worth, repr(it.key)))
    asked: Counter[Hashable] = Counter()
    keys: set[Hashable] = set()
    waiting = [(-it.worth, number) for number, it in enumerate(ordered)]
    heapq.heapify(waiting)
    while waiting:
        worth, number = heapq.heappop(waiting)
        it = ordered[number]
        if it.key in keys:
            continue
        now = -it.worth * _ANOTHER ** max((asked[thing] for thing in it.about), default=0)
        if now > worth:  # something that it is about was asked about meanwhile
            heapq.heappush(waiting, (now, number))
            continue
        keys.add(it.key)
        asked.update(it.about)
        yield it
