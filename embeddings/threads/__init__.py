"""Threads: one pair score, used online for each new article and offline for all; decisions, and ids that survive."""

from .arrange import fates, mark, name_new, nest, settle
from .batch import Clustering, cluster
from .constraints import UNBOUND, Conflict, Constraints, Rules, constraints_at, rules_of
from .describe import Faces, describe, faces, headline, is_told_anew
from .incremental import Choice, Shape, Shapes, choose_thread, newcomer_links, newcomer_scores, shape_of
from .local import around, link_scores, nearest_saga, relink
from .nearby import nearby_threads
from .pairs import CUTS, UNDATED
from .reasons import PairReason, Reasons, Standing, best_pairs, reasons, shared_terms, standing
from .reconcile import new_thread_id, reconcile
from .summary import SummarySource, spread, summarise
from .trend import Trend, trend, volume

__all__ = [
    "CUTS",
    "UNBOUND",
    "UNDATED",
    "Choice",
    "Clustering",
    "Conflict",
    "Constraints",
    "Faces",
    "PairReason",
    "Reasons",
    "Rules",
    "Shape",
    "Shapes",
    "Standing",
    "SummarySource",
    "Trend",
    "around",
    "best_pairs",
    "choose_thread",
    "cluster",
    "constraints_at",
    "describe",
    "faces",
    "fates",
    "headline",
    "is_told_anew",
    "link_scores",
    "mark",
    "name_new",
    "nearby_threads",
    "nearest_saga",
    "nest",
    "new_thread_id",
    "newcomer_links",
    "newcomer_scores",
    "reasons",
    "reconcile",
    "relink",
    "rules_of",
    "settle",
    "shape_of",
    "shared_terms",
    "spread",
    "standing",
    "summarise",
    "trend",
    "volume",
]  # fmt: skip
