"""The contract of what commands ask. The answers are the models of the API, whichever way they come."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from corpus import Article, Kind, Level
    from corpus.readers.base import Reading
    from embeddings.parallel import Progress

    from ...compare.models import AlignmentAnswer, NoveltyAnswer
    from ...compare.version_models import DiffAnswer, VersionChain
    from ...duplicates import models as duplicate_models
    from ...errors import RefusedByServer
    from ...ingest import Outcome, Refusal
    from ...ingest.notices import FoundNotice
    from ...related import RelatedRequest
    from ...related.models import RelatedAnswer
    from ...review.models import Asked, ReviewQueue
    from ...threads import DecisionRequest
    from ...threads import models as thread_models
    from ...threads.building import Built


class Backend(Protocol):
    """An archive that commands may ask and change, wherever it is open.

    Every method raises what is wrong as one of our errors, with the same words whichever way it is asked. Ids are those
    of stored articles: `find` knows them by URL, too.
    """

    def find(self, id_or_url: str) -> str:
        """Id of the article with this id or URL, or of the one a version of which came under this id."""
        ...

    def related(self, request: "RelatedRequest") -> "RelatedAnswer":
        """Related coverage."""
        ...

    def ingest(
        self, articles: "Iterator[Article]", policy: str | None, *, update: bool, unrelated: bool
    ) -> "Iterator[Outcome | Refusal | RefusedByServer]":
        """Store articles as they come; what became of each, in order.

        Args:
            articles: they.
            policy: for copies; None for the archive's settings.
            update: a text that has changed is a new version.
            unrelated: also where it has hardly a word in common with the old one.
        """
        ...

    def notices(self) -> "list[FoundNotice]":
        """The notices among the articles that `ingest` stored, as far as that is known here."""
        ...

    def added(self) -> tuple[int, int]:
        """(articles that came since the threads were built last, all articles)."""
        ...

    def story_count(self) -> int:
        """How many stories there are."""
        ...

    def build_threads(self, report: "Progress", since: str | None = None, until: str | None = None) -> "Built":
        """Cluster all articles, or the stories of a window, and publish the result."""
        ...

    def propose_threads(self, report: "Progress", since: str | None, until: str | None) -> "thread_models.RunAnswer":
        """The same as a proposal."""
        ...

    def threads(self, level: "Level", *, limit: int, at_least: int, text: str | None) -> "thread_models.ThreadPage":
        """The latest threads of a level."""
        ...

    def thread(self, id: str) -> "tuple[thread_models.ThreadDetail, list[thread_models.Member]]":
        """A thread with its articles; `ThreadGone` names its heirs."""
        ...

    def why(self, id_or_url: str, level: "Level") -> "thread_models.Why":
        """Why an article is in its thread of a level."""
        ...

    def decide(self, request: "DecisionRequest") -> "thread_models.Decided":
        """Decide about threads."""
        ...

    def undo_decision(self, id: str, who: str, why: str) -> "thread_models.DecisionAnswer":
        """Undo a decision."""
        ...

    def decisions(self, limit: int) -> "thread_models.DecisionPage":
        """The oldest decisions."""
        ...

    def runs(self, limit: int) -> "thread_models.RunPage":
        """The newest runs of the thread job."""
        ...

    def publish_run(self, id: str) -> "thread_models.RunAnswer":
        """Publish a proposal."""
        ...

    def discard_run(self, id: str) -> "thread_models.RunAnswer":
        """Drop a proposal."""
        ...

    def roll_back(self) -> "thread_models.RunAnswer":
        """Undo the newest published run."""
        ...

    def duplicates(self, limit: int) -> "duplicate_models.DuplicatesPage":
        """All verdicts on so many articles."""
        ...

    def check(self, readings: "Sequence[Reading]") -> "duplicate_models.BulkCheckAnswer":
        """What articles would repeat, each other too; a line for each reading."""
        ...

    def label(self, a: str, b: str, kind: "Kind | None", who: str, why: str) -> "duplicate_models.PairVerdict":
        """Label a pair; None: they are copies."""
        ...

    def undo_label(self, a: str, b: str) -> "duplicate_models.PairVerdict":
        """Undo the label of a pair."""
        ...

    def labels(self, limit: int) -> "duplicate_models.LabelPage":
        """The latest labels."""
        ...

    def close_calls(self, *, min_score: float, max_score: float, limit: int) -> "duplicate_models.ReviewAnswer":
        """Pairs without a label, the closest calls first."""
        ...

    def group(self, id: str) -> "duplicate_models.GroupAnswer":
        """The copies of an article."""
        ...

    def choose_canonical(self, id: str, who: str, why: str) -> "duplicate_models.GroupAnswer":
        """Make an article the canonical one of its copies."""
        ...

    def undo_canonical(self, id: str) -> "duplicate_models.GroupAnswer | None":
        """Undo that choice; None where nobody chose the article."""
        ...

    def suggest(self) -> "duplicate_models.SuggestAnswer":
        """Thresholds that agree best with the labels."""
        ...

    def backtest(self, given: dict[str, float | None], examples: int) -> "duplicate_models.BacktestAnswer":
        """What other thresholds would change."""
        ...

    def review(self, kinds: "Sequence[Asked]", limit: int) -> "ReviewQueue":
        """What people should decide first."""
        ...

    def versions(self, id: str, limit: int) -> "VersionChain":
        """The newest versions of an article."""
        ...

    def diff(self, a: str, b: str, a_version: int | None, b_version: int | None) -> "DiffAnswer":
        """What is different in b; ids (also one under which only a version came) or URLs."""
        ...

    def alignment(self, a: str, b: str) -> "AlignmentAnswer":
        """Two articles side by side."""
        ...

    def novelty(self, id: str, against: "Sequence[str] | None") -> "NoveltyAnswer":
        """What an article adds to the earlier ones of its thread, or to those given."""
        ...
