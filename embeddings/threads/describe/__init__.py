"""How a thread is described: name, headline, key terms, summary, trend, reasons, nearby threads.

Nothing here changes which article is in which thread.
"""

from .description import describe, exemplars, needs_full_description
from .figures import FigureRow, Told, figures_over_time
from .names import READ_MOST, name_single, propose_names, still_fits, support
from .nearby import nearby_threads
from .phrases import Fit
from .reasons import PairReason, Reasons, Standing, best_pairs, reasons, shared_terms
from .summary import SummarySource, sample_evenly, summarise
from .trend import Trend, trend, volume

__all__ = [
    "READ_MOST", "FigureRow", "Fit", "PairReason", "Reasons", "Standing", "SummarySource", "Told", "Trend",
    "best_pairs", "describe", "exemplars", "figures_over_time", "name_single", "nearby_threads",
    "needs_full_description", "propose_names", "reasons", "sample_evenly", "shared_terms", "still_fits", "summarise",
    "support", "trend", "volume",
]  # fmt: skip
