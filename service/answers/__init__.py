"""Answers put together from the store and what was computed: shared by HTTP, the pages and the command line."""

from ..questions import RelatedRequest
from .alignment import alignment, novelty_of
from .articles import brief, find_article, moment
from .related import about_text, related
from .threads import list_threads, thread, thread_articles, thread_page
from .verdicts import article, check_duplicates, duplicate_page, duplicates, outcome

__all__ = [
    "RelatedRequest",
    "about_text",
    "alignment",
    "article",
    "brief",
    "check_duplicates",
    "duplicate_page",
    "duplicates",
    "find_article",
    "list_threads",
    "moment",
    "novelty_of",
    "outcome",
    "related",
    "thread",
    "thread_articles",
    "thread_page",
]
