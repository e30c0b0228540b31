"""How well related coverage finds the other articles of a story.

Only articles that have another one in their story are queries; an article is not related to itself; what is
in no story counts as a miss.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence


def mean_average_precision(gold: Mapping[str, str], ranked: Mapping[str, Sequence[str]]) -> float:
    """Mean over queries of the average precision at each article of the story; those not found count 0.

    Args:
        gold: story by article id.
        ranked: related article ids by article id, best first; a query without any scores 0.

    Raises:
        ValueError: no story has two articles.
    """
    return _mean([_average_precision(hits, wanted) for hits, wanted in _queries(gold, ranked)])


def precision_at_1(gold: Mapping[str, str], ranked: Mapping[str, Sequence[str]]) -> float:
    """Share of the queries whose first related article belongs to the story. Else as above."""
    return _mean([float(hits[:1] == [True]) for hits, _ in _queries(gold, ranked)])


def _queries(gold: Mapping[str, str], ranked: Mapping[str, Sequence[str]]) -> Iterator[tuple[list[bool], int]]:
    """For each query: whether each related article is wanted, and how many are."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for id, story in gold.items():
        members[story].add(id)
    for id, story in gold.items():
        wanted = members[story] - {id}
        if wanted:
            yield [other in wanted for other in ranked.get(id, ()) if other != id], len(wanted)


def _average_precision(hits: list[bool], wanted: int) -> float:
    found = total = 0.0
    for rank, hit in enumerate(hits, 1):
        if hit:
            found += 1
            total += found / rank
    return total / wanted


def _mean(scores: list[float]) -> float:
    if not scores:
        raise ValueError("no story has two articles")
    return sum(scores) / len(scores)
