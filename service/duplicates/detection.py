"""Which earlier articles an article repeats: candidates, facts, verdicts, from the cheap steps to the expensive ones.

1. The same body, by its hash.
2. Shared runs of words, by signatures.
3. The copies of what was found so far: a group of copies grows only by what is a copy of every one.
4. The texts themselves are compared: facts, and from these the verdict.
5. Where a very similar article is no repetition by its words, its paragraphs are aligned by their vectors: a rewrite.

This is the only way to detect duplicates. It asks an `Earlier`: the stored articles, or the lines of one request.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np

from corpus import Kind, Verdict
from embeddings.compare import CLOSE_LEAST, Side, align
from embeddings.duplicates import Facts, Signature, Text, Thresholds, compare, is_of_one_series, kind_of, with_vectors
from embeddings.preparing import Prepared, side_of, text_of
from embeddings.search import Query
from embeddings.types import Floats, Ids

from ..archive.copies import COPY_KINDS
from ..archive.view import Compared, View
from .live_blogs import with_contained_counts
from .pairs import facts_of, is_kept, verdict_of

SAME_BODY_MOST = 16
"""Articles of one body that are compared: more would say the same."""
COMPARED_MOST = 200
"""Articles whose texts are compared with one."""
REWORDED_MOST = 5
"""Most similar articles whose paragraphs are aligned with one."""
REWORDED_LEAST = 0.4
"""Similarity from which they are."""
SHORT_WORDS = 60
"""Of an article that is compared with the most similar ones whatever runs it shares: reports of one line from one
template share four runs of five words."""
CLOSE_CALLS_MOST = 8
"""Pairs without a verdict that are kept of one article (`pairs.is_kept`)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article that is compared with earlier ones, stored or not."""

    id: str
    text: Text
    signature: Signature
    side: Side


class Earlier(Protocol):
    """The articles that an incoming one is compared with, by keys that rise in the order in which they came."""

    @property
    def thresholds(self) -> Thresholds:
        """Of the rules."""
        ...

    def same_body(self, incoming: Incoming) -> Iterable[int]:
        """Those with its body, rising."""
        ...

    def by_signature(self, incoming: Incoming) -> Iterable[int]:
        """Those that share runs of words with it."""
        ...

    def nearest(self, incoming: Incoming) -> tuple[Ids, Floats]:
        """Keys (N,) and similarities (N,), higher is closer, of those that are similar to it by their vectors."""
        ...

    def is_candidate(self, incoming: Incoming, key: int) -> bool:
        """Whether one of them may be compared with it at all."""
        ...

    def id(self, key: int) -> str:
        """The id of one."""
        ...

    def texts(self, keys: Sequence[int]) -> Mapping[int, Text]:
        """Their texts without boilerplate."""
        ...

    def side(self, key: int) -> Side:
        """The paragraphs of one, ready to be aligned."""
        ...

    def copies(self, key: int) -> Iterable[int]:
        """The group of copies that one is in."""
        ...

    def with_contained_counts(self, facts: Mapping[int, Facts]) -> Mapping[int, Facts]:
        """The facts of the incoming article with each, with how many different articles the longer one contains."""
        ...


class StoredArticles:
    """The stored articles: an `Earlier`.

    Args:
        view: has them.
        compared: those that the incoming article was compared with by vectors and words.
        before: whether a stored article, by its row, counts as earlier.
    """

    def __init__(self, view: View, compared: Compared, *, before: Callable[[int], bool] = lambda row: True) -> None:
        self.thresholds = view.copies.thresholds
        self._view, self._compared, self._before = view, compared.where(before), before

    def same_body(self, incoming: Incoming) -> Iterable[int]:
        """Those with its body, rising."""
        return sorted(filter(self._before, self._view.copies.by_body.get(incoming.text.body, ())))

    def by_signature(self, incoming: Incoming) -> Iterable[int]:
        """Those that share runs of words with it."""
        return self._view.copies.signatures.candidates(incoming.signature)

    def nearest(self, incoming: Incoming) -> tuple[Ids, Floats]:
        """Those that it was compared with."""
        return self._compared.rows, self._compared.similarities

    def is_candidate(self, incoming: Incoming, key: int) -> bool:
        """Whether it counts as earlier."""
        return self._before(key)

    def id(self, key: int) -> str:
        """The id of one."""
        return self._view.id_of(key)

    def texts(self, keys: Sequence[int]) -> Mapping[int, Text]:
        """Their texts without boilerplate."""
        return self._view.texts(keys)

    def side(self, key: int) -> Side:
        """The paragraphs of one, ready to be aligned."""
        return self._view.sides([key])[0]

    def copies(self, key: int) -> Iterable[int]:
        """The group of copies that one is in."""
        return self._view.copies.groups.of(key)

    def with_contained_counts(self, facts: Mapping[int, Facts]) -> Mapping[int, Facts]:
        """The facts with what live blogs contain."""
        return with_contained_counts(self._view, facts)


def incoming_of(view: View, prepared: Prepared, query: Query) -> Incoming:
    """An article that is not stored, as it is compared now: without what is boilerplate at present."""
    boilerplate = view.copies.boilerplate
    side = side_of(prepared, query, boilerplate)
    return Incoming(prepared.article.id, text_of(prepared, boilerplate), prepared.signature, side)


def detect(incoming: Incoming, earlier: Earlier) -> list[tuple[int, Verdict]]:
    """Verdicts on an article, (key, verdict), strongest first, close calls (`Kind.NEW`) last."""
    facts = _by_text(incoming, earlier)
    facts |= _by_vectors(incoming, earlier, facts)
    found = [
        (key, verdict_of(incoming.id, earlier.id(key), each, earlier.thresholds))
        for key, each in earlier.with_contained_counts(facts).items()
    ]
    kept = [(key, verdict) for key, verdict in found if is_kept(verdict)]
    kept.sort(key=lambda pair: (pair[1].kind.rank, -pair[1].score, pair[0]))
    close_calls = [pair for pair in kept if pair[1].kind is Kind.NEW]
    return kept[: len(kept) - len(close_calls)] + _close_calls(close_calls, earlier.thresholds)


def _close_calls(found: Sequence[tuple[int, Verdict]], by: Thresholds) -> list[tuple[int, Verdict]]:
    """Those that are kept: the closest, and the report from the same template that shares most with the article."""
    kept, rest = list(found[:CLOSE_CALLS_MOST]), found[CLOSE_CALLS_MOST:]
    facts = ((key, verdict, facts_of(verdict)) for key, verdict in rest)
    reports = [
        (-each.least_covered, key, verdict) for key, verdict, each in facts if each and is_of_one_series(each, by)
    ]
    return kept + [(key, verdict) for _, key, verdict in sorted(reports, key=lambda report: report[:2])[:1]]


def _by_text(incoming: Incoming, earlier: Earlier) -> dict[int, Facts]:
    """Compare with the candidates, then with the copies of those that turn out to be its copies, and so on.

    Of copies with one body no copies are asked for.
    """
    facts: dict[int, Facts] = {}
    waiting = [*islice(earlier.same_body(incoming), SAME_BODY_MOST), *earlier.by_signature(incoming)]
    if len(incoming.text.words) < SHORT_WORDS:
        waiting += _nearest(incoming, earlier)
    while waiting := [
        key for key in dict.fromkeys(waiting) if key not in facts and earlier.is_candidate(incoming, key)
    ]:
        texts = earlier.texts(waiting[: COMPARED_MOST - len(facts)])
        new = {key: compare(incoming.text, text) for key, text in texts.items()}
        facts |= new
        if len(facts) >= COMPARED_MOST:
            break
        found = [key for key, each in new.items() if _is_copy(each, earlier.thresholds) and not each.same_body]
        waiting = [copy for key in found for copy in earlier.copies(key)]
    return facts


def _nearest(incoming: Incoming, earlier: Earlier) -> list[int]:
    """The most similar articles by their vectors, the nearest first."""
    keys, similarities = earlier.nearest(incoming)
    order = np.lexsort((keys, -similarities))[:REWORDED_MOST]
    return [int(key) for key in keys[order[similarities[order] >= REWORDED_LEAST]]]


def _is_copy(facts: Facts, by: Thresholds) -> bool:
    return kind_of(facts, by) in COPY_KINDS


def _by_vectors(incoming: Incoming, earlier: Earlier, known: Mapping[int, Facts]) -> dict[int, Facts]:
    """Facts with vectors, of the most similar articles that are no repetition by their words."""
    thresholds = earlier.thresholds
    close: dict[int, tuple[float, int]] = {}
    for key in _nearest(incoming, earlier):
        if not earlier.is_candidate(incoming, key):
            continue
        if key in known and kind_of(known[key], thresholds) is not Kind.NEW:
            continue
        share, pairs = _close_share(incoming.side, earlier.side(key))
        if pairs >= thresholds.reworded_pairs and share >= thresholds.reworded_close:
            close[key] = (share, pairs)
    texts = earlier.texts([key for key in close if key not in known])
    facts = {key: known.get(key) or compare(incoming.text, texts[key]) for key in close}
    return {key: with_vectors(each, *close[key]) for key, each in facts.items()}


def _close_share(one: Side, other: Side) -> tuple[float, int]:
    """The smaller share of two articles in paragraphs that say the same by their vectors, and how many these are."""
    found = align(one, other)
    return min(found.a.close, found.b.close), sum(pair.score >= CLOSE_LEAST for pair in found.pairs)
