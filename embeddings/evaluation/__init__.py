"""Scores for threads and related coverage against labelled stories.

Ids in, figures out: for benchmarks and quality floors, never used by an answer.
"""

from .clustering import BCubed, b_cubed
from .retrieval import mean_average_precision, precision_at_1

__all__ = ["BCubed", "b_cubed", "mean_average_precision", "precision_at_1"]
