"""Threads: one pair score, used online for each new article and offline for all; decisions, and ids that survive."""

from .arrange import fates, mark, name_new, nest, settle
from .batch import Clustering, cluster
from .constraints import Conflict, Constraints, Rules, constraints_at, rules_of
from .describe import describe, headline
from .incremental import Choice, Shape, choose_thread, newcomer_scores
from .nearby import nearby_threads
from .pairs import CUTS, UNDATED
from .reconcile import new_thread_id, reconcile
from .summary import SummarySource, spread, summarise
from .trend import Trend, trend, volume

__all__ = [
    "CUTS", "UNDATED", "Choice", "Clustering", "Conflict", "Constraints", "Rules", "Shape", "SummarySource",
    "Trend", "choose_thread", "cluster", "constraints_at", "describe", "fates", "headline", "mark", "name_new",
    "nearby_threads", "nest", "new_thread_id", "newcomer_scores", "reconcile", "rules_of", "settle", "spread",
    "summarise", "trend", "volume",
]  # fmt: skip
