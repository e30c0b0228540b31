"""Answers put together from the store and what was computed: shared by HTTP, the pages and the command line."""

from ..questions import RelatedRequest
from .alignment import alignment, novelty_of
from .articles import brief, find_article, moment
from .lives import change_page, decided, decision, decision_page, lineage, run, run_page, window
from .reasons import why
from .related import about_text, related
from .threads import list_threads, thread, thread_articles, thread_detail, thread_page
from .verdicts import article, check_duplicates, duplicate_page, duplicates, outcome
from .versions import count_versions, diff, version, version_chain

__all__ = [
    "RelatedRequest",
    "about_text",
    "alignment",
    "article",
    "brief",
    "change_page",
    "check_duplicates",
    "count_versions",
    "decided",
    "decision",
    "decision_page",
    "diff",
    "duplicate_page",
    "duplicates",
    "find_article",
    "lineage",
    "list_threads",
    "moment",
    "novelty_of",
    "outcome",
    "related",
    "run",
    "run_page",
    "thread",
    "thread_articles",
    "thread_detail",
    "thread_page",
    "version",
    "version_chain",
    "why",
    "window",
]
