"""What is left of an article's terms without some of its texts, and how alike two such remainders are."""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from corpus import Terms, terms_of

from ..types import Floats


class Counts(Protocol):
    """The terms of articles by row, as `lexical.index.TermIndex` has them."""

    def terms(self, row: int) -> Terms:
        """Those of an article, title included; none of one that is not in."""
        ...

    def idf(self, words: Sequence[str]) -> Floats:
        """The inverse document frequency of each word, (N,)."""
        ...


def cosine(index: Counts, one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """The TF-IDF cosine of two counts of terms, 0..1."""
    weights, others = _weights(index, one), _weights(index, other)
    product = sum(weight * others[term] for term, weight in weights.items() if term in others)
    return product / (math.hypot(*weights.values()) * math.hypot(*others.values()) or 1.0)


def _weights(index: Counts, counts: Mapping[str, int]) -> dict[str, float]:
    idf = index.idf(list(counts)).tolist()
    return {term: (1 + math.log(n)) * w for (term, n), w in zip(counts.items(), idf, strict=True)}


def contained(index: Counts, counts: Mapping[str, int], others: Mapping[str, int]) -> float:
    """The share of terms, by the square of their idf, that others have, 0..1."""
    squares = dict(zip(counts, (index.idf(list(counts)) ** 2).tolist(), strict=True))
    total = sum(squares.values())
    return sum(square for term, square in squares.items() if term in others) / total if total else 0.0


def terms_without(terms: Terms, texts: Iterable[str]) -> Terms:
    """The terms of an article without those of some of its paragraphs."""
    words, names = dict(terms.words), dict(terms.names)
    for text in texts:
        taken = terms_in(text)
        words, names = less(words, taken.words), less(names, taken.names)
    return Terms(words, {name: words[name] for name in names if name in words})


def terms_with(terms: Terms, texts: Iterable[str]) -> Terms:
    """The reverse of `terms_without`."""
    words, names = dict(terms.words), set(terms.names)
    for text in texts:
        for word, count in terms_in(text).words.items():
            words[word] = words.get(word, 0) + count
        names.update(terms_in(text).names)
    return Terms(words, {name: words[name] for name in names})


def less(counts: Mapping[str, int], taken: Mapping[str, int]) -> dict[str, int]:
    """Counts without others; what is not more often there is left out."""
    return {term: n - taken.get(term, 0) for term, n in counts.items() if n > taken.get(term, 0)}


@lru_cache(maxsize=4_000)
def terms_in(text: str) -> Terms:
    """The terms of a text without a title."""
    return terms_of("", text)
