"""Editors' decisions: checked against the earlier ones, written down, in effect at once; and taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus import Assignment, Decision, DecisionKind, Level, Thread
from corpus.records import Event
from corpus.store import Transaction, times
from embeddings.threads import placeholder, rules_of

from ..archive.archive import Archive
from ..errors import AlreadyUndone, BadDecision, DecisionConflict
from .assigning import apply_assignments, apply_constraints
from .finding import living


@dataclass(frozen=True, slots=True)
class DecisionRequest:
    """What an editor asks for."""

    kind: DecisionKind
    who: str
    why: str
    articles: tuple[str, ...] = ()
    """Ids: two or more to link, two to keep apart, one to pin, some of one story to move or split off."""
    thread: str | None = None
    """Id: where to pin or move to, what is merged into, split, renamed or locked."""
    source: str | None = None
    """Id of the story that a merger ends."""
    headline: str | None = None
    """What a thread is called from now on."""


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """A decision, and what came of it at once."""

    decision: Decision
    moved: tuple[str, ...] = ()
    """Ids of the articles that are in another story now."""


def decide(archive: Archive, wish: DecisionRequest) -> DecisionOutcome:
    """Write a decision down and put it into effect, in one transaction.

    Raises:
        BadDecision: something is missing, too much, or not what such a decision can be about.
        DecisionConflict: it cannot hold together with earlier ones; it names them.
        NoSuchArticle, NoSuchThread, ThreadGone: it names what is not there.
    """
    with archive.changing() as tx:
        decision = _resolved(archive, tx, wish)
        conflicts = rules_of([*tx.decisions.active(), decision]).conflicts
        if conflicts:
            others = {id for conflict in conflicts for id in conflict.decisions} - {decision.id}
            raise DecisionConflict(sorted(others), [conflict.reason for conflict in conflicts[:3]])
        tx.decisions.add(decision)
        tx.changes.add(Event.DECIDED, thread=decision.thread, other=decision.id)
        archive.learn_rules(tx)
        if decision.kind is DecisionKind.RENAME:
            _call(tx, str(decision.thread), decision.headline)
            return DecisionOutcome(decision)
        places = apply_constraints(archive, tx, _wanted(archive, tx, decision))
        moved = apply_assignments(archive, tx, places, cause=decision.id)
        return DecisionOutcome(decision, tuple(archive.collection.member(row).id for row in moved))


def undo(archive: Archive, id: str, who: str, why: str) -> Decision:
    """Take a decision back: it binds nothing from now on. What it moved stays until the next run decides.

    Raises:
        NoSuchDecision: there is none with this id.
        AlreadyUndone: it was taken back before.
    """
    with archive.changing() as tx:
        decision = tx.decisions.get(id)
        if decision.undone:
            raise AlreadyUndone(id)
        tx.decisions.undo(id, who, why)
        tx.changes.add(Event.UNDONE, thread=decision.thread, other=id)
        archive.learn_rules(tx)
        if decision.kind is DecisionKind.RENAME and decision.thread:
            _call(tx, decision.thread, archive.headlines.get(decision.thread))
        return tx.decisions.get(id)


def _call(tx: Transaction, thread: str, headline: str | None) -> None:
    tx.threads.rename(thread, headline)
    tx.changes.add(Event.THREAD_RENAMED, thread=thread)


def _resolved(archive: Archive, tx: Transaction, wish: DecisionRequest) -> Decision:
    """The decision with everything that it has to know of this moment."""
    _check(wish)
    rows = [tx.articles.get(id).row for id in wish.articles]
    thread = living(tx, wish.thread) if wish.thread else None
    if thread and wish.kind is not DecisionKind.RENAME:
        _want_story(thread, "thread")
    articles, others, source = _BINDING[wish.kind](archive, tx, wish, rows)
    return Decision(
        tx.decisions.next_id(), wish.kind, times.now(), wish.who, wish.why, tuple(articles), tuple(others),
        wish.thread, source, wish.headline,
    )  # fmt: skip


_NEEDS = {
    DecisionKind.MUST_LINK: (), DecisionKind.CANNOT_LINK: (), DecisionKind.PIN: ("thread",),
    DecisionKind.MOVE: ("thread",), DecisionKind.MERGE: ("thread", "source"), DecisionKind.SPLIT: ("thread",),
    DecisionKind.RENAME: ("thread", "headline"), DecisionKind.LOCK: ("thread",),
}  # fmt: skip
_ARTICLES = {
    DecisionKind.MUST_LINK: (2, 1_000), DecisionKind.CANNOT_LINK: (2, 2), DecisionKind.PIN: (1, 1),
    DecisionKind.MOVE: (1, 1_000), DecisionKind.SPLIT: (1, 1_000),
}  # fmt: skip
"""How many articles a decision takes, at least and at most; the others take none."""


def _check(wish: DecisionRequest) -> None:
    for name in ("thread", "source", "headline"):
        if (getattr(wish, name) is not None) != (name in _NEEDS[wish.kind]):
            needed = "is needed" if name in _NEEDS[wish.kind] else "has no meaning"
            raise BadDecision(name, f"{needed} for {wish.kind.value}")
    for name in ("who", "why", "headline"):
        if (given := getattr(wish, name)) is not None and not given.strip():
            raise BadDecision(name, "is empty")
    least, most = _ARTICLES.get(wish.kind, (0, 0))
    if not least <= len(wish.articles) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most:,}"
        raise BadDecision("articles", f"{wish.kind.value} takes {wanted}, not {len(wish.articles)}")
    if len(set(wish.articles)) < len(wish.articles):
        raise BadDecision("articles", "names an article twice")


def _want_story(thread: Thread, field: str) -> None:
    if thread.level is not Level.STORY:
        raise BadDecision(field, f"{thread.id!r} is of level {thread.level.value}; decisions are about stories")


_Bound = tuple[Sequence[str], Sequence[str], str | None]
"""Articles, others, source."""


def _bind_given(archive: Archive, tx: Transaction, wish: DecisionRequest, rows: Sequence[int]) -> _Bound:
    return wish.articles, (), None


def _bind_two(archive: Archive, tx: Transaction, wish: DecisionRequest, rows: Sequence[int]) -> _Bound:
    return wish.articles[:1], wish.articles[1:], None


def _bind_move(archive: Archive, tx: Transaction, wish: DecisionRequest, rows: Sequence[int]) -> _Bound:
    former = archive.thread_of[rows[0]]
    if former == wish.thread:
        raise BadDecision("thread", f"{wish.articles[0]!r} is in {former!r} already; to keep it there, pin it")
    if any(archive.thread_of[row] != former for row in rows):
        raise BadDecision("articles", f"are not all in {former!r}: move those of one story at a time")
    return wish.articles, _ids(archive, archive.members[former] - set(rows)), former


def _bind_merge(archive: Archive, tx: Transaction, wish: DecisionRequest, rows: Sequence[int]) -> _Bound:
    source, into = living(tx, str(wish.source)), str(wish.thread)
    _want_story(source, "source")
    if source.id == into:
        raise BadDecision("source", f"is {into!r} itself")
    return _ids(archive, archive.members[source.id] | archive.members[into]), (), source.id


def _bind_split(archive: Archive, tx: Transaction, wish: DecisionRequest, rows: Sequence[int]) -> _Bound:
    members = archive.members[str(wish.thread)]
    if strangers := [id for id, row in zip(wish.articles, rows, strict=True) if row not in members]:
        raise BadDecision("articles", f"{', '.join(map(repr, strangers[:5]))} is not in {wish.thread!r}")
    others = _ids(archive, members - set(rows))
    if not others:
        raise BadDecision("articles", f"are all that {wish.thread!r} has: nothing would be left")
    return wish.articles, others, None


def _bind_lock(archive: Archive, tx: Transaction, wish: DecisionRequest, rows: Sequence[int]) -> _Bound:
    return _ids(archive, archive.members[str(wish.thread)]), (), None


_BINDING: dict[DecisionKind, Callable[[Archive, Transaction, DecisionRequest, Sequence[int]], _Bound]] = {
    DecisionKind.MUST_LINK: _bind_given, DecisionKind.CANNOT_LINK: _bind_two, DecisionKind.PIN: _bind_given,
    DecisionKind.MOVE: _bind_move, DecisionKind.MERGE: _bind_merge, DecisionKind.SPLIT: _bind_split,
    DecisionKind.RENAME: _bind_given, DecisionKind.LOCK: _bind_lock,
}  # fmt: skip


def _wanted(archive: Archive, tx: Transaction, decision: Decision) -> dict[int, Assignment]:
    """Where the articles of a decision go, before everything else is brought in line with it."""
    rows = tx.articles.rows(decision.articles)
    places = {row: archive.place(row) for row in rows.values()}
    if decision.kind is DecisionKind.SPLIT:
        story = placeholder(f"split {decision.id}")
    elif decision.kind is DecisionKind.CANNOT_LINK:
        return _parted(archive, tx, decision)
    elif decision.names:
        story = str(decision.thread)
    else:
        size = {place.story: len(archive.members[place.story]) for place in places.values()}
        story = min(size, key=lambda name: (-size[name], name))
    return {row: place._replace(story=story) for row, place in places.items()}


def _parted(archive: Archive, tx: Transaction, decision: Decision) -> dict[int, Assignment]:
    """The second of two articles leaves, with those that are linked with it, where both are in one story."""
    rows = tx.articles.rows([*decision.articles, *decision.others])
    stays, leaves = (rows[id] for id in (*decision.articles, *decision.others))
    if archive.thread_of[stays] != archive.thread_of[leaves]:
        return {}
    group = archive.rules.groups[archive.rules.of[decision.others[0]]]
    linked = tx.articles.rows(group.members).values()
    story = placeholder(f"apart {decision.id}")
    return {row: archive.place(row)._replace(story=story) for row in linked}


def _ids(archive: Archive, rows: set[int]) -> list[str]:
    return sorted(archive.collection.member(row).id for row in rows)
