"""What a thread is called and what tells it from others: representative, headline, key terms, span, publishers."""

from collections import Counter
from collections.abc import Mapping, Sequence

from corpus import Article, Published, Thread, squeeze

from ..collection import Collection

KEY_TERMS = 8
_HEADLINE_CHARACTERS = 120


def describe(collection: Collection, id: str, rows: Sequence[int], articles: Mapping[int, Article]) -> Thread:
    """Describe the story of these rows (at least one), in order of date. The collection's lock must be held.

    Args:
        collection: holds the term counts and vectors.
        id: the thread's.
        rows: its members.
        articles: row -> article, of the members at least.
    """
    representative = articles[medoid(collection, rows)]
    members = [articles[row] for row in rows]
    dated = sorted((a.published for a in members if a.published), key=_moment)
    sources = Counter(a.source for a in members if a.source)
    return Thread(
        id,
        headline(representative),
        key_terms(collection, rows),
        representative.id,
        dated[0] if dated else None,
        dated[-1] if dated else None,
        len(rows),
        tuple(source for source, _ in sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def medoid(collection: Collection, rows: Sequence[int]) -> int:
    """The member nearest to the others in the neighbour graph (Kaufman & Rousseeuw 1987); the first of equals."""
    members = set(rows)
    nearness = dict.fromkeys(rows, 0.0)
    for row in rows:
        for other, s in collection.nearest(row).items():
            if other in members:
                nearness[row] += s
                nearness[other] += s
    return max(rows, key=lambda row: round(nearness[row], 6))


def headline(article: Article) -> str:
    """The article's title, or the beginning of its text where it has none."""
    if article.title:
        return article.title
    text = squeeze(article.text[: 4 * _HEADLINE_CHARACTERS])
    if len(text) <= _HEADLINE_CHARACTERS:
        return text
    return text[:_HEADLINE_CHARACTERS].rsplit(" ", 1)[0] + "…"


def key_terms(collection: Collection, rows: Sequence[int]) -> tuple[str, ...]:
    """The words that tell the thread from all other articles: c-TF-IDF (Grootendorst, "BERTopic", 2022).

    A word's weight is the mean of its logarithmic counts over the members times its idf, so a word that one member
    repeats weighs less than one that all share.
    """
    words, weights = collection.word_weights(rows)
    scored = zip(weights.round(6).tolist(), words, strict=True)
    order = sorted((-weight, word) for weight, word in scored if any(map(str.isalpha, word)))
    return tuple(word for _, word in order[:KEY_TERMS])


def _moment(published: Published) -> tuple[object, str]:
    return published.at, published.precision.value
