"""Editors' decisions: checked against the earlier ones, stored, put into effect at once, undone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus import Assignment, Decision, DecisionKind, Level, Thread
from corpus.records import Event
from corpus.store import Transaction, times
from embeddings.threads import placeholder, rules_of

from ..archive.archive import Archive
from ..archive.view import View
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
    """Ids: two or more to link, two to separate, one to pin, some of one story to move or split off."""
    thread: str | None = None
    """Id of the thread: the target of `pin`, `move` and `merge`; the one split, renamed or locked."""
    source: str | None = None
    """Id of the story that a merge ends."""
    headline: str | None = None
    """The new one of a renamed thread."""


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """A decision, and what it changed at once."""

    decision: Decision
    moved: tuple[str, ...] = ()
    """Ids of the articles that are in another story now."""


def decide(archive: Archive, request: DecisionRequest) -> DecisionOutcome:
    """Store a decision and put it into effect, in one transaction.

    Raises:
        BadDecision: something is missing, too much, or not what such a decision can be about.
        DecisionConflict: it contradicts earlier decisions; it names them.
        NoSuchArticle, NoSuchThread, ThreadGone: it names an article or a thread that does not exist.
    """
    with archive.changing() as change:
        tx = change.tx
        decision = _resolve(change, request)
        conflicts = rules_of([*tx.decisions.active(), decision]).conflicts
        if conflicts:
            others = {id for conflict in conflicts for id in conflict.decisions} - {decision.id}
            raise DecisionConflict(sorted(others), [conflict.reason for conflict in conflicts[:3]])
        tx.decisions.add(decision)
        tx.changes.add(Event.DECIDED, thread=decision.thread, other=decision.id)
        change.learn_rules()
        if decision.kind is DecisionKind.RENAME:
            _rename(tx, str(decision.thread), decision.headline)
            return DecisionOutcome(decision)
        assignments = apply_constraints(change, _wanted_assignments(change, decision))
        moved = apply_assignments(change, assignments, cause=decision.id)
        return DecisionOutcome(decision, tuple(change.id_of(row) for row in moved))


def undo(archive: Archive, id: str, who: str, why: str) -> Decision:
    """Undo a decision: it binds nothing from now on. What it moved stays until the next run decides.

    Raises:
        NoSuchDecision: there is none with this id.
        AlreadyUndone: it was undone before.
    """
    with archive.changing() as change:
        tx = change.tx
        decision = tx.decisions.get(id)
        if decision.undone:
            raise AlreadyUndone(id)
        tx.decisions.undo(id, who, why)
        tx.changes.add(Event.UNDONE, thread=decision.thread, other=id)
        change.learn_rules()
        if decision.kind is DecisionKind.RENAME and decision.thread:
            _rename(tx, decision.thread, change.memory.headlines.get(decision.thread))
        return tx.decisions.get(id)


def _rename(tx: Transaction, thread: str, headline: str | None) -> None:
    tx.threads.rename(thread, headline)
    tx.changes.add(Event.THREAD_RENAMED, thread=thread)


def _resolve(view: View, request: DecisionRequest) -> Decision:
    """The decision that is asked for, with everything that it has to record of this moment."""
    _check(request)
    tx = view.tx
    rows = [tx.articles.get(id).row for id in request.articles]
    thread = living(tx, request.thread) if request.thread else None
    if thread and request.kind is not DecisionKind.RENAME:
        _require_story(thread, "thread")
    bound = _BINDING[request.kind](view, request, rows)
    return Decision(
        tx.decisions.next_id(), request.kind, times.now(), request.who, request.why, tuple(bound.articles),
        tuple(bound.others), request.thread, bound.source, request.headline,
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


def _check(request: DecisionRequest) -> None:
    kind = request.kind
    for name in ("thread", "source", "headline"):
        if (getattr(request, name) is not None) != (name in _NEEDS[kind]):
            raise BadDecision(name, f"{'is required' if name in _NEEDS[kind] else 'does not apply'} for {kind.value}")
    for name in ("who", "why", "headline"):
        if (given := getattr(request, name)) is not None and not given.strip():
            raise BadDecision(name, "is empty")
    least, most = _ARTICLES.get(kind, (0, 0))
    if not least <= len(request.articles) <= most:
        wanted = f"{least}" if least == most else f"{least} to {most:,}"
        raise BadDecision("articles", f"{kind.value} takes {wanted}, not {len(request.articles)}")
    if len(set(request.articles)) < len(request.articles):
        raise BadDecision("articles", "contains an article twice")


def _require_story(thread: Thread, field: str) -> None:
    if thread.level is not Level.STORY:
        raise BadDecision(field, f"{thread.id!r} is of level {thread.level.value}; decisions are about stories")


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a decision is about, as `Decision` has it."""

    articles: Sequence[str]
    others: Sequence[str] = ()
    source: str | None = None


def _bind_given(view: View, request: DecisionRequest, rows: Sequence[int]) -> _Bound:
    return _Bound(request.articles)


def _bind_two(view: View, request: DecisionRequest, rows: Sequence[int]) -> _Bound:
    return _Bound(request.articles[:1], request.articles[1:])


def _bind_move(view: View, request: DecisionRequest, rows: Sequence[int]) -> _Bound:
    former = view.thread_of[rows[0]]
    if former == request.thread:
        raise BadDecision("thread", f"{request.articles[0]!r} is in {former!r} already; to keep it there, pin it")
    if any(view.thread_of[row] != former for row in rows):
        raise BadDecision("articles", f"are not all in {former!r}: move those of one story at a time")
    return _Bound(request.articles, _ids(view, view.members[former] - set(rows)), former)


def _bind_merge(view: View, request: DecisionRequest, rows: Sequence[int]) -> _Bound:
    source, into = living(view.tx, str(request.source)), str(request.thread)
    _require_story(source, "source")
    if source.id == into:
        raise BadDecision("source", f"is the same thread, {into!r}: a story cannot be merged into itself")
    return _Bound(_ids(view, view.members[source.id] | view.members[into]), (), source.id)


def _bind_split(view: View, request: DecisionRequest, rows: Sequence[int]) -> _Bound:
    members = view.members[str(request.thread)]
    if strangers := [id for id, row in zip(request.articles, rows, strict=True) if row not in members]:
        verb = "is" if len(strangers) == 1 else "are"
        raise BadDecision("articles", f"{', '.join(map(repr, strangers[:5]))} {verb} not in {request.thread!r}")
    others = _ids(view, members - set(rows))
    if not others:
        raise BadDecision("articles", f"are all the articles of {request.thread!r}: nothing would be left in it")
    return _Bound(request.articles, others)


def _bind_lock(view: View, request: DecisionRequest, rows: Sequence[int]) -> _Bound:
    return _Bound(_ids(view, view.members[str(request.thread)]))


_BINDING: dict[DecisionKind, Callable[[View, DecisionRequest, Sequence[int]], _Bound]] = {
    DecisionKind.MUST_LINK: _bind_given, DecisionKind.CANNOT_LINK: _bind_two, DecisionKind.PIN: _bind_given,
    DecisionKind.MOVE: _bind_move, DecisionKind.MERGE: _bind_merge, DecisionKind.SPLIT: _bind_split,
    DecisionKind.RENAME: _bind_given, DecisionKind.LOCK: _bind_lock,
}  # fmt: skip


def _wanted_assignments(view: View, decision: Decision) -> dict[int, Assignment]:
    """Assignments of the articles of a decision, before everything else is constrained by it."""
    rows = view.tx.articles.rows(decision.articles)
    present = {row: view.assignment(row) for row in rows.values()}
    if decision.kind is DecisionKind.SPLIT:
        story = placeholder(f"split {decision.id}")
    elif decision.kind is DecisionKind.CANNOT_LINK:
        return _separated(view, decision)
    elif decision.names:
        story = str(decision.thread)
    else:
        size = {assignment.story: len(view.members[assignment.story]) for assignment in present.values()}
        story = min(size, key=lambda id: (-size[id], id))
    return {row: assignment._replace(story=story) for row, assignment in present.items()}


def _separated(view: View, decision: Decision) -> dict[int, Assignment]:
    """The second of two articles leaves, with those that are linked with it, where both are in one story."""
    rows = view.tx.articles.rows([*decision.articles, *decision.others])
    stays, leaves = (rows[id] for id in (*decision.articles, *decision.others))
    if view.thread_of[stays] != view.thread_of[leaves]:
        return {}
    rules = view.memory.rules
    linked = view.tx.articles.rows(rules.groups[rules.of[decision.others[0]]].members).values()
    story = placeholder(f"apart {decision.id}")
    return {row: view.assignment(row)._replace(story=story) for row in linked}


def _ids(view: View, rows: set[int]) -> list[str]:
    return sorted(view.id_of(row) for row in rows)
