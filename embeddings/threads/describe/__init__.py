"""How a thread is described: headline, key terms, summary, trend, reasons, nearby threads.

Nothing here changes which article is in which thread.
"""

from .description import describe, exemplars, needs_full_description
from .figures import FigureRow, Told, figures_over_time
from .nearby import nearby_threads
from .reasons import PairReason, Reasons, Standing, best_pairs, reasons, shared_terms
from .summary import SummarySource, sample_evenly, summarise
from .trend import Trend, trend, volume

__all__ = [
    "FigureRow", "PairReason", "Reasons", "Standing", "SummarySource", "Told", "Trend", "best_pairs", "describe",
    "exemplars", "figures_over_time", "nearby_threads", "needs_full_description", "reasons", "sample_evenly",
    "shared_terms", "summarise", "trend", "volume",
]  # fmt: skip
