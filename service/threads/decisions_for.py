"""Which decisions of editors bear on where an article is, and which concern a thread. Nothing is decided here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from corpus import Decision, Level
from corpus.store import Transaction

from ..archive.archive import Archive
from . import models as thread_models

_NAMED_MOST = 10


@dataclass(frozen=True, slots=True)
class DecisionsFor:
    """The decisions that bear on where an article is."""

    decisions: list[thread_models.BearingDecision]

    @property
    def holds(self) -> bool:
        """Whether one of them keeps the article in its thread."""
        return any(made.effect == "holds" for made in self.decisions)

    @property
    def keeps_out(self) -> bool:
        """Whether one of them keeps it out of the runner-up."""
        return any(made.effect == "keeps_out" for made in self.decisions)


def decisions_for(
    archive: Archive, tx: Transaction, id: str, level: Level, here: frozenset[str], there: frozenset[str]
) -> DecisionsFor:
    """The decisions in force that hold an article in its thread, or keep it out of another one; the oldest first.

    Decisions are about stories: they hold articles in a story and so in its saga, not in an event; and they keep them
    apart in stories and events, not in sagas.

    Args:
        archive: knows who is bound together.
        tx: a transaction of it.
        id: the article's.
        level: of both threads.
        here: ids of the articles in the article's thread.
        there: ids of those in the other thread; empty for none.
    """
    number = archive.rules.of.get(id)
    bound = frozenset(archive.rules.groups[number].members) if number is not None else frozenset((id,))
    found = []
    for made in tx.decisions.active():
        if level is not Level.EVENT and (held := _held(made, id, bound, here)) is not None:
            found.append(_bearing(made, "holds", held))
        if level is not Level.SAGA and (foes := _kept_apart(made, bound, there)) is not None:
            found.append(_bearing(made, "keeps_out", foes))
    return DecisionsFor(found)


def decisions_about(archive: Archive, tx: Transaction, thread: str) -> list[Decision]:
    """The decisions in force that name a thread or one of its articles, the newest first."""
    rows, collection = tx.threads.members(thread), archive.collection
    with collection.lock.reading():
        articles = {collection.member(row).id for row in rows if row in collection}
    return [
        made
        for made in tx.decisions.active()
        if thread in (made.thread, made.source) or not articles.isdisjoint((*made.articles, *made.others))
    ][::-1]


def _held(made: Decision, id: str, bound: frozenset[str], here: frozenset[str]) -> frozenset[str] | None:
    """Whom a decision holds an article with; None where it does not."""
    if not made.links or bound.isdisjoint(made.articles):
        return None
    others = here.intersection(made.articles) - {id}
    return others if others or made.names else None


def _kept_apart(made: Decision, bound: frozenset[str], there: frozenset[str]) -> frozenset[str] | None:
    """Whom, in another thread, a decision keeps an article apart from; None where it does not."""
    if made.closes and not there.isdisjoint(made.articles) and bound.isdisjoint(made.articles):
        return there.intersection(made.articles)
    for one, other in ((made.articles, made.others), (made.others, made.articles)):
        if made.others and not bound.isdisjoint(one) and not there.isdisjoint(other):
            return there.intersection(other)
    return None


def _bearing(
    made: Decision, effect: Literal["holds", "keeps_out"], articles: Iterable[str]
) -> thread_models.BearingDecision:
    return thread_models.BearingDecision(
        id=made.id, kind=made.kind.value, at=made.at, who=made.who, why=made.why, effect=effect,
        articles=sorted(articles)[:_NAMED_MOST],
    )  # fmt: skip
