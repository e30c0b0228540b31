"""What the service itself raises; everything else comes from `corpus.errors` and `embeddings.errors`.

ServiceError
+-- BadSettings       a setting makes no sense
+-- DuplicateRefused  the policy is `reject` and the article repeats an earlier one
+-- BadCursor         a page was asked for with a cursor that no answer gave
|   +-- OtherCursor   the cursor is of another query
+-- NotInThread       an article is asked about in a thread that it is not in
+-- BadDecision       a decision lacks something, or names what it cannot be about
+-- DecisionConflict  a decision cannot hold together with earlier ones
+-- AlreadyUndone     a decision was undone before
+-- RunNotProposed    a run is no proposal (any more)
+-- RunStale          something decisive came after a proposal was computed
+-- NothingToRollBack no published run can be rolled back
+-- NotLabelled       a label is undone that there is not
+-- ServerFailed      the server could not be started
+-- ServerUnreachable no answer came from a server that was asked
+-- RefusedByServer   a server that was asked answered with a problem
+-- FollowFailed      following cannot go on
"""

from collections.abc import Mapping, Sequence
from typing import Any

from corpus import RunState, Verdict


class ServiceError(Exception):
    """Root of the tree."""


class BadSettings(ServiceError):
    """A setting has a value that it cannot have."""


class BadCursor(ServiceError):
    """A cursor that no answer gave."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"cursor {cursor[:80]!r} is not valid: take it from `next` of the page before, unchanged")
        self.cursor = cursor


class OtherCursor(BadCursor):
    """A cursor of another query."""

    field = "cursor"

    def __init__(self, cursor: str) -> None:
        ServiceError.__init__(
            self, "cursor belongs to another query: send the query that it came with, with no change but `limit`"
        )
        self.cursor = cursor


class ServerFailed(ServiceError):
    """The server could not be started (the address is taken, or not on this machine)."""


class ServerUnreachable(ServiceError):
    """A server that was asked cannot be reached, or its answer did not come."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"{url} cannot be reached: {reason}. Is a server (clew serve) running there?")
        self.url = url
        self.reason = reason


class RefusedByServer(ServiceError):
    """A server that was asked answered with a problem; the message is the problem's own."""

    def __init__(self, detail: str, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(detail)
        self.status = status
        self.problem = problem
        """RFC 9457, with what Clew adds (`heirs`, `decisions`, `earlier`); empty where another program answered."""


class FollowFailed(ServiceError):
    """Following cannot go on: what is known about a feed or folder cannot be written."""


class DuplicateRefused(ServiceError):
    """An incoming article repeats an earlier one, and the policy refuses those."""

    def __init__(self, article: str, verdicts: Sequence[Verdict], headlines: Mapping[str, str]) -> None:
        first = verdicts[0]
        super().__init__(f"{article!r} repeats {first.earlier!r} ({first.kind}, {first.score:.2f}); it was not stored")
        self.article = article
        self.verdicts = tuple(verdicts)
        self.earlier = tuple(
            {"id": v.earlier, "headline": headlines.get(v.earlier, ""), "kind": v.kind.value, "score": v.score}
            for v in verdicts
        )
        """The articles that it repeats, the strongest verdict first."""


class NotInThread(ServiceError):
    """An article is not in the thread that it is asked about in."""

    def __init__(self, article: str, thread: str, present: str) -> None:
        super().__init__(f"the article {article!r} is not in {thread!r}: at that level it is in {present!r}")
        self.article = article
        self.thread = thread
        self.present = present
        """Id of the thread of the same level that it is in."""


class BadDecision(ServiceError):
    """A decision that makes no sense."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


class DecisionConflict(ServiceError):
    """A decision that cannot hold together with earlier ones."""

    def __init__(self, decisions: Sequence[str], reasons: Sequence[str]) -> None:
        super().__init__(
            f"this contradicts {', '.join(decisions)}: {'; '.join(reasons)}. Nothing was changed: undo what no longer"
            " holds, then decide again."
        )
        self.decisions = tuple(decisions)
        """Ids of the earlier ones."""


class AlreadyUndone(ServiceError):
    """A decision was undone before."""

    def __init__(self, id: str) -> None:
        super().__init__(f"the decision {id!r} was undone before")
        self.id = id


class RunNotProposed(ServiceError):
    """A run is no proposal, or none that is still kept."""

    def __init__(self, id: str, state: RunState) -> None:
        kept = "its clustering is no longer kept" if state is RunState.PROPOSED else f"it is {state.value}"
        super().__init__(f"the run {id!r} cannot be published or discarded as a proposal: {kept}")
        self.id = id
        self.state = state


class RunStale(ServiceError):
    """Decisions or a publication came after a proposal was computed."""

    def __init__(self, id: str) -> None:
        super().__init__(
            f"the run {id!r} was computed before the latest decisions or publication. Build again: clew threads build"
            " --dry-run"
        )
        self.id = id


class NothingToRollBack(ServiceError):
    """No published run is left of which the state before it is kept."""

    def __init__(self) -> None:
        super().__init__("no published run can be rolled back: of the last five, one after the other, none is left")


class NotLabelled(ServiceError):
    """Two articles have no label."""

    def __init__(self, a: str, b: str) -> None:
        super().__init__(f"{a!r} and {b!r} have no label: there is nothing to undo")
        self.a = a
        self.b = b
