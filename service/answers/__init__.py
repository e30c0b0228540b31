"""Answers put together from the store and what was computed: shared by HTTP, the pages and the command line."""

from ..questions import RelatedRequest
from .alignment import alignment, novelty_of
from .articles import brief, find_article, moment
from .checks import check_all, check_duplicates
from .copies import backtest, copies_of, group_page, ids_of, judged_pair, judgement_page, review, suggest
from .lives import change_page, decided, decision, decision_page, lineage, run, run_page, window
from .reasons import why
from .related import about_text, related
from .threads import list_threads, thread, thread_articles, thread_detail, thread_page
from .verdicts import article, duplicate_page, duplicates, judged_answer, outcome
from .versions import count_versions, diff, version, version_chain

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
    "judged_answer",
    "judged_pair",
    "judgement_page",
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
