"""Questions in words, with the commands and requests that answer them."""

import shlex
from collections.abc import Sequence
from typing import Any

from corpus import DecisionKind, Kind, Verdict
from embeddings.threads import CloseCall, Doubt

from ..archive.view import View
from ..duplicates import DoubtfulPair, Question, labelled_pair
from .models import Choice, QuestionAnswer, ThreadBrief

_IS = {
    Kind.EXACT: "an exact copy", Kind.NEAR_COPY: "a near copy", Kind.UPDATE: "an update", Kind.EXCERPT: "an excerpt",
    Kind.CONTAINS: "a longer text with all of it", Kind.REWRITE: "a rewrite", Kind.NEW: "no repetition",
}  # fmt: skip
_SIGNED = " --who NAME --why REASON"


def pair_question(view: View, question: Question[Any], pair: DoubtfulPair) -> QuestionAnswer:
    """Two articles that may be copies, or may not."""
    verdict = pair.verdict
    answer = labelled_pair(view, verdict)
    otherwise = Kind.NEAR_COPY if verdict.kind is Kind.NEW else Kind.NEW
    effects = [f"{_count(pair.regrouped, 'article')} would stand under another copy"] if pair.regrouped else []
    effects += ["they are in two threads"] if pair.moved else []
    effects += ["the policy would treat the later one otherwise"] if pair.kept else []
    chance = "close to the line" if 0.4 <= verdict.score <= 0.6 else "not certain"
    reason = f"By the rules {_IS[verdict.kind]}, {chance} ({verdict.score:.2f}). If not: {_listed(effects)}."
    return QuestionAnswer(
        kind="duplicate", reason=reason, **_numbers(question), articles=[answer.article, answer.earlier], thread=None,
        other=None, pair=answer, choices=[_label(verdict, kind) for kind in (verdict.kind, otherwise)],
    )  # fmt: skip


def thread_question(view: View, question: Question[Any], case: CloseCall) -> QuestionAnswer:
    """An article, a part or a thread that may be in another one."""
    here = _thread(view, case.thread)
    other = _thread(view, case.other) if case.other else None
    rest = sorted(view.members[case.thread] - set(case.rows))
    own = _representative(view, case.thread, case.rows)
    beside = _representative(view, case.thread, rest) if rest else None
    beyond = _representative(view, case.other, sorted(view.members[case.other])) if case.other else None
    shown = view.tx.articles.of_rows([row for row in (own, beside, beyond) if row is not None])
    ids = {row: view.id_of(row) for row in shown}
    choices = _choices(view, case, ids[own], ids.get(beside or -1), ids.get(beyond or -1))
    return QuestionAnswer(
        kind="member" if case.doubt is Doubt.MEMBER else "thread", reason=_reason(case, here, other, len(case.rows)),
        **_numbers(question), articles=[view.brief(stored) for stored in shown.values()], thread=here, other=other,
        pair=None, choices=choices,
    )  # fmt: skip


def _reason(case: CloseCall, here: ThreadBrief, other: ThreadBrief | None, size: int) -> str:
    if case.doubt is Doubt.MERGE and other is not None:
        return (
            f"{here.name!r} ({_count(size, 'article')}) is near {other.name!r} ({_count(other.articles, 'article')}):"
            f" {case.next:.2f}, where they would be one thread from 0.50 on."
        )
    if case.doubt is Doubt.SPLIT:
        return (
            f"{_count(size, 'article')} of the {here.articles:,} in {here.name!r} are hardly near the others:"
            f" {case.own:.2f}, where they would be a thread of their own below 0.50."
        )
    if other is not None:
        return f"It is as near to {other.name!r} ({case.next:.2f}) as to {here.name!r} ({case.own:.2f}), where it is."
    return f"It is hardly near the others in {here.name!r}: {case.own:.2f}, where 0.50 is the cut."


def _choices(view: View, case: CloseCall, own: str, beside: str | None, beyond: str | None) -> list[Choice]:
    rows = [view.id_of(row) for row in case.rows]
    if case.doubt is Doubt.MERGE and case.other and beyond:
        return [
            _decision("they are two threads", DecisionKind.CANNOT_LINK, articles=[own, beyond]),
            _decision("they are one thread", DecisionKind.MERGE, source=case.thread, thread=case.other),
        ]
    if beside is None:
        return []
    stays = _decision("it belongs there", DecisionKind.MUST_LINK, articles=[own, beside])
    if case.doubt is Doubt.SPLIT:
        stays = stays.model_copy(update={"says": "they belong there"})
        return [
            stays,
            _decision("they are a thread of their own", DecisionKind.SPLIT, thread=case.thread, articles=rows),
        ]
    found = [stays]
    if case.other:
        found.append(_decision("it belongs to the other thread", DecisionKind.MOVE, articles=rows, thread=case.other))
    alone = _decision("it belongs to none of them", DecisionKind.SPLIT, thread=case.thread, articles=rows)
    return [*found, alone]


_COMMANDS = {
    DecisionKind.CANNOT_LINK: ("separate", ("articles",)), DecisionKind.MUST_LINK: ("link", ("articles",)),
    DecisionKind.MERGE: ("merge", ("source", "thread")), DecisionKind.MOVE: ("move", ("articles", "thread")),
    DecisionKind.SPLIT: ("split", ("thread", "articles")),
}  # fmt: skip
"""Decision -> its command, and the order of its arguments."""


def _decision(says: str, kind: DecisionKind, **given: str | list[str]) -> Choice:
    name, order = _COMMANDS[kind]
    arguments = [
        each for field in order for each in ([given[field]] if isinstance(given[field], str) else given[field])
    ]
    return Choice(
        says=says, command=f"clew threads {name} {shlex.join(map(str, arguments))}{_SIGNED}", method="POST",
        path="/v1/decisions", body={"kind": kind.value, **given},
    )  # fmt: skip


def _label(verdict: Verdict, kind: Kind) -> Choice:
    a, b = verdict.article, verdict.earlier
    option = "--not-copy" if kind is Kind.NEW else f"--kind {kind.value}"
    return Choice(
        says=f"it is {_IS[kind]}", command=f"clew duplicates label {shlex.join([a, b])} {option}{_SIGNED}",
        method="PUT", path="/v1/duplicates/labels", body={"a": a, "b": b, "kind": kind.value},
    )  # fmt: skip


def _numbers(question: Question[Any]) -> dict[str, Any]:
    return {
        "expected": round(question.worth, 4), "probability": round(question.probability, 4), "impact": question.impact,
    }  # fmt: skip


def _thread(view: View, id: str) -> ThreadBrief:
    found = view.tx.threads.get(id)
    return ThreadBrief(id=id, name=found.name, articles=found.articles)


def _representative(view: View, thread: str, rows: Sequence[int]) -> int:
    """The thread's, where it is among these articles, else the first of them."""
    representative = view.tx.threads.get(thread).representative
    row = view.tx.articles.rows([representative]).get(representative, rows[0])
    return row if row in rows else rows[0]


def _listed(effects: Sequence[str]) -> str:
    return ", and ".join(effects) if effects else "only what is said of the two would change"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
