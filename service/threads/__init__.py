"""Threads: articles assigned to them one by one and by the offline job, decided about, described, and answered for."""

from .answers import list_threads, thread_articles, thread_detail, thread_page, thread_rows
from .building import build_threads, discard_run, propose_threads, publish_run, roll_back, window
from .decisions import DecisionRequest, decide, undo
from .history import change_page, decided, decision, decision_page, lineage, run, run_page
from .online import Arrival, Candidates, assign, choose_threads, finalise, unassign
from .reasons import why, why_article

__all__ = [
    "Arrival", "Candidates", "DecisionRequest", "assign", "build_threads", "change_page", "choose_threads", "decide",
    "decided", "decision", "decision_page", "discard_run", "finalise", "lineage", "list_threads", "propose_threads",
    "publish_run", "roll_back", "run", "run_page", "thread_articles", "thread_detail", "thread_page", "thread_rows",
    "unassign", "undo", "why", "why_article", "window",
]  # fmt: skip
