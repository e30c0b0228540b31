"""Asking an archive that this process has opened. Each function of a subject is imported when it is needed."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus import Article, Kind, Level
    from corpus.readers.base import Reading
    from embeddings.parallel import Progress

    from ...archive import Archive, View
    from ...compare.models import AlignmentAnswer, NoveltyAnswer
    from ...compare.version_models import DiffAnswer, VersionChain
    from ...duplicates import models as duplicate_models
    from ...ingest import Outcome, Refusal
    from ...ingest.notices import FoundNotice
    from ...related import RelatedRequest
    from ...related.models import RelatedAnswer
    from ...review.models import Asked, ReviewQueue
    from ...threads import DecisionRequest
    from ...threads import models as thread_models
    from ...threads.building import Built


class Embedded:
    """A `Backend` over an open archive."""

    def __init__(self, archive: "Archive") -> None:
        self.archive = archive
        self._before = 0
        """Row of the last article before `ingest`."""

    def find(self, id_or_url: str) -> str:  # noqa: D102
        return self.archive.read(lambda view: view.find_article(id_or_url).article.id)

    def related(self, request: "RelatedRequest") -> "RelatedAnswer":  # noqa: D102
        from ...related import related

        return related(self.archive, request)

    def ingest(  # noqa: D102
        self, articles: "Iterator[Article]", policy: str | None, *, update: bool, unrelated: bool
    ) -> "Iterator[Outcome | Refusal]":
        from ...ingest import make_ready, write_together
        from ...ingest.notices import last_row

        self._before = self.archive.read(last_row)
        for some in make_ready(self.archive, articles):
            with uninterrupted():  # what is stored is counted
                yield from write_together(self.archive, some, policy=policy, replace=update, unrelated=unrelated)
            self.archive.save_if_due()

    def notices(self) -> "list[FoundNotice]":  # noqa: D102
        from ...ingest.notices import notices_since

        return self.archive.read(notices_since, self._before)

    def added(self) -> tuple[int, int]:  # noqa: D102
        with self.archive.reading() as view:
            return view.tx.threads.added_since_built(), len(view.collection)

    def story_count(self) -> int:  # noqa: D102
        return len(self.archive.memory.members)

    def build_threads(  # noqa: D102
        self, report: "Progress", since: str | None = None, until: str | None = None
    ) -> "Built":
        from ...threads import build_threads, window

        return build_threads(self.archive, report, window(since, until))

    def propose_threads(  # noqa: D102
        self, report: "Progress", since: str | None, until: str | None
    ) -> "thread_models.RunAnswer":
        from ...threads import propose_threads, run, window

        return run(propose_threads(self.archive, report, window(since, until)))

    def threads(  # noqa: D102
        self, level: "Level", *, limit: int, at_least: int, text: str | None
    ) -> "thread_models.ThreadPage":
        from corpus.store import ThreadFilter

        from ...threads import thread_page

        return self.archive.read(thread_page, ThreadFilter(at_least=at_least, text=text, level=level), limit=limit)

    def thread(self, id: str) -> "tuple[thread_models.ThreadDetail, list[thread_models.Member]]":  # noqa: D102
        from ...threads import thread_articles, thread_detail

        with self.archive.reading() as view:
            detail = thread_detail(view, id)
            return detail, thread_articles(view, id, limit=detail.articles).articles

    def why(self, id_or_url: str, level: "Level") -> "thread_models.Why":  # noqa: D102
        from ...threads import why_article

        return self.archive.read(why_article, id_or_url, level)

    def decide(self, request: "DecisionRequest") -> "thread_models.Decided":  # noqa: D102
        from ...threads import decide, decided

        return self.archive.read(decided, decide(self.archive, request))

    def undo_decision(self, id: str, who: str, why: str) -> "thread_models.DecisionAnswer":  # noqa: D102
        from ...threads import decision, undo

        return self.archive.read(decision, undo(self.archive, id, who, why))

    def decisions(self, limit: int) -> "thread_models.DecisionPage":  # noqa: D102
        from ...threads import decision_page

        return self.archive.read(decision_page, limit=limit)

    def runs(self, limit: int) -> "thread_models.RunPage":  # noqa: D102
        from ...threads import run_page

        return self.archive.read(run_page, limit)

    def publish_run(self, id: str) -> "thread_models.RunAnswer":  # noqa: D102
        from ...threads import publish_run, run

        return run(publish_run(self.archive, id))

    def discard_run(self, id: str) -> "thread_models.RunAnswer":  # noqa: D102
        from ...threads import discard_run, run

        return run(discard_run(self.archive, id))

    def roll_back(self) -> "thread_models.RunAnswer":  # noqa: D102
        from ...threads import roll_back, run

        return run(roll_back(self.archive))

    def duplicates(self, limit: int) -> "duplicate_models.DuplicatesPage":  # noqa: D102
        from ...duplicates import duplicate_page

        return self.archive.read(duplicate_page, limit=limit)

    def check(self, readings: "Sequence[Reading]") -> "duplicate_models.BulkCheckAnswer":  # noqa: D102
        from ...duplicates import check_all

        return check_all(self.archive, readings)

    def label(self, a: str, b: str, kind: "Kind | None", who: str, why: str) -> "duplicate_models.PairVerdict":  # noqa: D102
        from ...duplicates import LabelRequest, apply_label, labelled_pair

        return self.archive.read(labelled_pair, *apply_label(self.archive, LabelRequest(a, b, who, why, kind)))

    def undo_label(self, a: str, b: str) -> "duplicate_models.PairVerdict":  # noqa: D102
        from ...duplicates import labelled_pair, undo_label

        return self.archive.read(labelled_pair, undo_label(self.archive, a, b))

    def labels(self, limit: int) -> "duplicate_models.LabelPage":  # noqa: D102
        from ...duplicates import label_page

        return self.archive.read(label_page, limit=limit)

    def close_calls(self, *, min_score: float, max_score: float, limit: int) -> "duplicate_models.ReviewAnswer":  # noqa: D102
        from ...duplicates import review

        return self.archive.read(review, min_score=min_score, max_score=max_score, limit=limit)

    def group(self, id: str) -> "duplicate_models.GroupAnswer":  # noqa: D102
        from ...duplicates import copies_of

        return self.archive.read(copies_of, id)

    def choose_canonical(self, id: str, who: str, why: str) -> "duplicate_models.GroupAnswer":  # noqa: D102
        from ...duplicates import set_canonical

        set_canonical(self.archive, id, who, why)
        return self.group(id)

    def undo_canonical(self, id: str) -> "duplicate_models.GroupAnswer | None":  # noqa: D102
        from ...duplicates import clear_canonical

        return self.group(id) if clear_canonical(self.archive, id) else None

    def suggest(self) -> "duplicate_models.SuggestAnswer":  # noqa: D102
        from ...duplicates import suggest

        return suggest(self.archive)

    def backtest(self, given: dict[str, float | None], examples: int) -> "duplicate_models.BacktestAnswer":  # noqa: D102
        from ...duplicates import backtest

        return backtest(self.archive, given, examples)

    def review(self, kinds: "Sequence[Asked]", limit: int) -> "ReviewQueue":  # noqa: D102
        from ...review import review_queue

        return self.archive.read(review_queue, kinds=kinds, limit=limit)

    def versions(self, id: str, limit: int) -> "VersionChain":  # noqa: D102
        from ...compare import version_chain

        return version_chain(self.archive, id, limit=limit)

    def diff(self, a: str, b: str, a_version: int | None, b_version: int | None) -> "DiffAnswer":  # noqa: D102
        from ...compare import diff

        ids = [self.archive.read(_known, given) for given in (a, b)]
        return diff(self.archive, *ids, a_version=a_version, b_version=b_version)

    def alignment(self, a: str, b: str) -> "AlignmentAnswer":  # noqa: D102
        from ...compare import alignment

        return self.archive.read(alignment, a, b)

    def novelty(self, id: str, against: "Sequence[str] | None") -> "NoveltyAnswer":  # noqa: D102
        from ...compare import novelty_of

        return self.archive.read(novelty_of, id, against)


def _known(view: "View", given: str) -> str:
    """An id as it is, also one under which only a version came; else the id of the article with this URL."""
    return given if view.tx.articles.owner(given) else view.find_article(given).article.id


@contextmanager
def uninterrupted() -> "Iterator[None]":
    """Ctrl-C waits for the end of the block (a transaction: half a second or so)."""
    came: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt
