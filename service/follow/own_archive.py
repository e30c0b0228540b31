"""The archive in this process, as a destination."""

from collections.abc import Iterable, Iterator

from corpus import Article, ArticleExists

from ..archive import Archive
from ..ingest import Outcome, Refusal, Status, make_ready, write_together
from ..limits import Policy
from .destination import Result


class OwnArchive:
    """The archive, open for writing in this process."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def write(self, articles: Iterable[Article], *, policy: Policy | None, update: bool) -> Iterator[Result]:
        """As `Destination`; each transaction is finished once it has begun."""
        for some in make_ready(self._archive, articles):
            yield from map(result_of, write_together(self._archive, some, policy=policy, replace=update))
            self._archive.save_if_due()


def result_of(outcome: Outcome | Refusal) -> Result:
    """What became of an article, in a word, and why it was not stored."""
    if isinstance(outcome, ArticleExists):
        return Result("exists", str(outcome))
    if not isinstance(outcome, Outcome):
        return Result("refused", str(outcome))
    if outcome.status is not Status.SKIPPED:
        return Result(outcome.status.value)
    return Result("skipped", outcome.repeats)
