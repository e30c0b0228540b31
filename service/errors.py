"""What the service itself raises; everything else comes from `corpus.errors` and `embeddings.errors`.

ServiceError
+-- BadSettings       a setting has no sense
+-- DuplicateRefused  the policy is `reject` and the article repeats an earlier one
+-- BadCursor         a page was asked for with a cursor that no answer gave
|   +-- OtherCursor   the cursor is of another query
+-- ServerFailed      the server could not be started
"""

from collections.abc import Sequence

from corpus import Verdict


class ServiceError(Exception):
    """Root of the tree."""


class BadSettings(ServiceError):
    """A setting has a value that it cannot have."""


class BadCursor(ServiceError):
    """A cursor that no answer gave."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f"cursor {cursor[:80]!r} is not one: take it from `next` of the page before, unchanged")
        self.cursor = cursor


class OtherCursor(BadCursor):
    """A cursor of another query."""

    field = "cursor"

    def __init__(self, cursor: str) -> None:
        ServiceError.__init__(
            self, "cursor is of another query: send the one that it came with, unchanged but for limit"
        )
        self.cursor = cursor


class ServerFailed(ServiceError):
    """The server could not be started (the address is taken, or not on this machine)."""


class DuplicateRefused(ServiceError):
    """An incoming article repeats an earlier one, and the policy refuses those."""

    def __init__(self, article: str, verdicts: Sequence[Verdict]) -> None:
        first = verdicts[0]
        super().__init__(f"{article!r} repeats {first.earlier!r} ({first.kind}, {first.score:.2f}); it was not stored")
        self.article = article
        self.verdicts = tuple(verdicts)
