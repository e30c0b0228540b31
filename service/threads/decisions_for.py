"""Which decisions of editors hold an article where it is, and which are about a thread. Nothing is decided here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus import Decision, Level

from ..archive.view import View
from .models import AppliedDecision, Effect

_ARTICLES_MOST = 10


@dataclass(frozen=True, slots=True)
class DecisionsFor:
    """The decisions that have an effect on which thread an article is in."""

    decisions: Sequence[AppliedDecision]

    @property
    def holds(self) -> bool:
        """Whether one of them keeps the article in its thread."""
        return any(made.effect == "holds" for made in self.decisions)

    @property
    def keeps_out(self) -> bool:
        """Whether one of them keeps it out of the runner-up."""
        return any(made.effect == "keeps_out" for made in self.decisions)


def decisions_for(view: View, id: str, level: Level, own: frozenset[str], other: frozenset[str]) -> DecisionsFor:
    """The decisions in force that hold an article in its thread, or keep it out of another one; the oldest first.

    Decisions are about stories: they hold articles in a story and so in its saga, not in an event; and they keep them
    apart in stories and events, not in sagas.

    Args:
        view: has the article.
        id: the article's.
        level: of both threads.
        own: ids of the articles in the article's thread.
        other: ids of those in the other thread; empty for none.
    """
    rules = view.memory.rules
    number = rules.of.get(id)
    bound = frozenset(rules.groups[number].members) if number is not None else frozenset((id,))
    found = []
    for made in view.tx.decisions.active():
        if level is not Level.EVENT and (held := _held_with(made, id, bound, own)) is not None:
            found.append(_applied(made, "holds", held))
        if level is not Level.SAGA and (apart := _kept_apart_from(made, bound, other)) is not None:
            found.append(_applied(made, "keeps_out", apart))
    return DecisionsFor(found)


def decisions_about(view: View, thread: str) -> list[Decision]:
    """The decisions in force that name a thread or one of its articles, the newest first."""
    articles = {view.id_of(row) for row in view.tx.threads.members(thread)}
    return [
        made
        for made in view.tx.decisions.active()
        if thread in (made.thread, made.source) or not articles.isdisjoint((*made.articles, *made.others))
    ][::-1]


def _held_with(made: Decision, id: str, bound: frozenset[str], own: frozenset[str]) -> frozenset[str] | None:
    """The articles that a decision holds an article together with; None where it does not hold it."""
    if not made.links or bound.isdisjoint(made.articles):
        return None
    others = own.intersection(made.articles) - {id}
    return others if others or made.names else None


def _kept_apart_from(made: Decision, bound: frozenset[str], other: frozenset[str]) -> frozenset[str] | None:
    """The articles of another thread that a decision keeps an article apart from; None where it does not."""
    if made.closes and not other.isdisjoint(made.articles) and bound.isdisjoint(made.articles):
        return other.intersection(made.articles)
    for one, two in ((made.articles, made.others), (made.others, made.articles)):
        if made.others and not bound.isdisjoint(one) and not other.isdisjoint(two):
            return other.intersection(two)
    return None


def _applied(made: Decision, effect: Effect, articles: Iterable[str]) -> AppliedDecision:
    return AppliedDecision(
        id=made.id, kind=made.kind, at=made.at, who=made.who, why=made.why, effect=effect,
        articles=sorted(articles)[:_ARTICLES_MOST],
    )  # fmt: skip
