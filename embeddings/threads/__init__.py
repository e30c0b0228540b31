"""Story threads: one pair score, used online for each new article and offline for all."""

from .batch import Clustering, cluster
from .describe import describe, headline
from .incremental import Choice, choose_thread
from .reconcile import new_thread_id, reconcile

__all__ = [
    "Choice", "Clustering", "choose_thread", "cluster", "describe", "headline", "new_thread_id", "reconcile",
]  # fmt: skip
