"""Answers put together from the store and what was computed: shared by HTTP, the pages and the command line."""

from corpus.dates import moment

from ..archive.briefs import brief, find_article
from ..articles.answers import article
from ..compare.answers import alignment, novelty_of
from ..compare.versions import count_versions, diff, version, version_chain
from ..duplicates.answers import backtest, copies_of, group_page, ids_of, label_page, labelled_pair, review, suggest
from ..duplicates.check_answers import check_all, check_duplicates
from ..duplicates.verdicts import duplicate_page, duplicates, label_answer
from ..ingest.answers import outcome
from ..related.answers import about_text, related
from ..related.requests import RelatedRequest
from ..threads.answers import list_threads, thread, thread_articles, thread_detail, thread_page
from ..threads.history import change_page, decided, decision, decision_page, lineage, run, run_page, window
from ..threads.reasons import why

__all__ = [
    "RelatedRequest",
    "about_text",
    "alignment",
    "article",
    "backtest",
    "brief",
    "change_page",
    "check_all",
    "check_duplicates",
    "copies_of",
    "count_versions",
    "decided",
    "decision",
    "decision_page",
    "diff",
    "duplicate_page",
    "duplicates",
    "find_article",
    "group_page",
    "ids_of",
    "label_answer",
    "label_page",
    "labelled_pair",
    "lineage",
    "list_threads",
    "moment",
    "novelty_of",
    "outcome",
    "related",
    "review",
    "run",
    "run_page",
    "suggest",
    "thread",
    "thread_articles",
    "thread_detail",
    "thread_page",
    "version",
    "version_chain",
    "why",
    "window",
]
