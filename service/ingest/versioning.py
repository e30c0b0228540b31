"""Which article an incoming one is a version of, and where in its chain it belongs. Changes nothing but the chain.

An article under a new id that repeats an earlier one so that `REPLACED_BY` has the verdict is, with the policy
`replace`, a new version of the earlier article: the earlier id stays, the new one is remembered as `given`. From then
on it stands for the article: what comes under it again is compared with what last came under it, and is unchanged, or
another version.

Which of two is the newer text is told by the dates that their sources state, so far as these can tell; where they
cannot, what came later is newer.
"""

from dataclasses import dataclass, replace

from corpus import Article, Precision, Published
from corpus.records import Stored
from corpus.store import Transaction

from ..archive.copies import COPY_KINDS

REPLACED_BY = COPY_KINDS
"""Verdicts of an incoming article that make it a version of the earlier one, with the policy `replace`."""


@dataclass(frozen=True, slots=True)
class Known:
    """The stored article that an id stands for."""

    stored: Stored
    last: Article
    """What last came under the id, with this id."""


def known_under(tx: Transaction, id: str) -> Known | None:
    """What an id stands for: the article that has it, or the one of which a version came under it."""
    owner = id
    stored = tx.articles.find(id=id)
    if stored is None:
        owner = tx.articles.owner(id) or ""
        stored = tx.articles.find(id=owner)
    if stored is None:
        return None
    given = None if owner == id else id
    if stored.given == given:
        return Known(stored, replace(stored.article, id=id))
    before = tx.versions.last_given(owner, given)
    return Known(stored, replace(before.article if before else stored.article, id=id))


def is_before(one: Published | None, other: Published | None) -> bool:
    """Whether the first was published earlier, so far as both state it."""
    if one is None or other is None:
        return False
    if one.precision is other.precision is Precision.INSTANT:
        return one.at < other.at
    parts = min(_PARTS[one.precision], _PARTS[other.precision])
    return one.at.timetuple()[:parts] < other.at.timetuple()[:parts]


_PARTS = {Precision.YEAR: 1, Precision.MONTH: 2, Precision.DAY: 3, Precision.INSTANT: 3}
"""How much of a date can be compared with a date of this or a finer precision."""


def insert_earlier(tx: Transaction, stored: Stored, article: Article) -> int:
    """Put an article that is older than the stored one into its chain; returns its number there."""
    number = 1
    for n, published in tx.versions.dates(stored.article.id):
        if published is not None and not is_before(article.published, published):
            number = n + 1
    tx.versions.insert(replace(article, id=stored.article.id), number, article.id)
    return number
