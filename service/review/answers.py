"""One queue of everything that waits for people: the worth of each question is measured in articles."""

from collections.abc import Iterator, Sequence
from itertools import islice

from corpus import Level
from embeddings.threads import CloseCall, Doubt, close_calls

from ..archive.view import View
from ..cursors import decode_number, encode_cursor
from ..duplicates import DoubtfulPair, Question, ask_first, doubtful_pairs
from .models import Asked, QuestionAnswer, ReviewQueue
from .wording import pair_question, thread_question

_Subject = DoubtfulPair | CloseCall
_SCORES = (0.2, 0.8)
"""Of pairs that are asked about: the default of `clew duplicates review`."""
QUESTIONS_MOST = 2_000
"""As many are put in order."""


def review_queue(view: View, *, kinds: Sequence[Asked] = (), cursor: str | None = None, limit: int = 20) -> ReviewQueue:
    """A page of what people should decide, the questions first whose answer is expected to change most.

    Args:
        view: has everything.
        kinds: what is asked about; all where none is given.
        cursor: `next` of the page before.
        limit: questions at most.

    Raises:
        BadCursor: the cursor is not one that an answer gave.
    """
    after = decode_number(cursor) or 0
    waiting: list[Question[_Subject]] = []
    if not kinds or "duplicate" in kinds:
        least, most = _SCORES
        waiting += doubtful_pairs(view, least=least, most=most)  # type: ignore[arg-type]
    if not kinds or {"member", "thread"} & set(kinds):
        waiting += (q for q in _about_threads(view) if not kinds or _asked(q) in kinds)
    found = list(islice(ask_first(waiting), QUESTIONS_MOST))
    return ReviewQueue(
        questions=[_answer(view, question) for question in found[after : after + limit]], total=len(found),
        next=encode_cursor(after + limit) if len(found) > after + limit else None,
    )  # fmt: skip


def _answer(view: View, question: Question[_Subject]) -> QuestionAnswer:
    case = question.subject
    if isinstance(case, DoubtfulPair):
        return pair_question(view, question, case)
    return thread_question(view, question, case)


def _asked(question: Question[_Subject]) -> Asked:
    case = question.subject
    if isinstance(case, DoubtfulPair):
        return "duplicate"
    return "member" if case.doubt is Doubt.MEMBER else "thread"


def _about_threads(view: View) -> Iterator[Question[_Subject]]:
    """Close calls of threads that no decision has settled."""
    events = view.levels[Level.EVENT].thread_of
    for case in close_calls(view.collection, (view.thread_of, view.members), events):
        there = view.members[case.other] if case.other else view.members[case.thread] - set(case.rows)
        if not _is_settled(view, case.rows, there) and not _is_settled(view, case.rows, _rest(view, case)):
            impact = len({other for row in case.rows for other in view.copies.groups.of(row)})
            threads = tuple(sorted({case.thread, case.other or case.thread}))
            key = threads if len(threads) > 1 else (case.thread, min(case.rows, tuple(sorted(there))))
            yield Question(case, ("threads", key), threads, case.probability, impact)


def _rest(view: View, case: CloseCall) -> set[int]:
    """The articles of its thread that a case leaves behind."""
    return view.members[case.thread] - set(case.rows)


def _is_settled(view: View, rows: Sequence[int], others: set[int]) -> bool:
    """Whether decisions keep some of these together, or apart."""
    rules = view.memory.rules
    if not rules.of or not others:
        return False
    one, two = ({rules.of.get(view.id_of(row), -1) for row in some} - {-1} for some in (rows, others))
    return not one.isdisjoint(two) or any((min(a, b), max(a, b)) in rules.apart for a in one for b in two)
