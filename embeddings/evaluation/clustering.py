"""How well threads agree with stories that people put together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BCubed:
    """All 0..1, higher is better."""

    precision: float
    """Of the articles in an article's thread, the share that belongs to its story; mean over articles."""
    recall: float
    """Of the articles of its story, the share in its thread; mean over articles."""
    f1: float
    """Harmonic mean of the two."""


def b_cubed(gold: Mapping[str, str], predicted: Mapping[str, str]) -> BCubed:
    """B-cubed scores (Bagga & Baldwin 1998) of threads by article id against stories by article id.

    An article without a thread counts as a thread of one; articles that are not in `gold` are left out.

    Raises:
        ValueError: `gold` is empty.
    """
    if not gold:
        raise ValueError("no article has a story to compare with")
    # tuples of their own kind: no thread can be named like an article that has none
    threads = {id: ("thread", predicted[id]) if id in predicted else ("alone", id) for id in gold}
    both = Counter((gold[id], threads[id]) for id in gold)
    story_sizes, thread_sizes = Counter(gold.values()), Counter(threads.values())
    precision = sum(n * n / thread_sizes[thread] for (_, thread), n in both.items()) / len(gold)
    recall = sum(n * n / story_sizes[story] for (story, _), n in both.items()) / len(gold)
    return BCubed(precision, recall, 2 * precision * recall / (precision + recall))
