"""Threads: one pair score, used online for each new article and offline for all; decisions, and ids that survive.

Rows, scores and ids only: what is stored, and when, is decided elsewhere. What a thread is called is in `describe`.
"""

from .assignments import constrain_stories, lineage_events, name_placeholders, nest, placeholder
from .batch import Clustering, cluster
from .constraints import UNBOUND, Constraints, constraints_at, rules_of
from .doubtful import CloseCall, Doubt, close_calls
from .incremental import Choice, ThreadShapes, choose_thread, newcomer_links, newcomer_scores
from .links import link_scores
from .local import around, nearest_saga, relink
from .pairs import CUTS
from .reconcile import new_thread_id, reconcile

__all__ = [
    "CUTS", "UNBOUND", "Choice", "CloseCall", "Clustering", "Constraints", "Doubt", "ThreadShapes", "around",
    "choose_thread", "close_calls", "cluster", "constrain_stories", "constraints_at", "lineage_events", "link_scores",
    "name_placeholders", "nearest_saga", "nest", "new_thread_id", "newcomer_links", "newcomer_scores", "placeholder",
    "reconcile", "relink", "rules_of",
]  # fmt: skip
