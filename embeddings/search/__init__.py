"""The articles of a store, ready to be searched and compared: collection, neighbour graph, similarity, scores.

The one similarity model lives here (`similarity`, `scoring.json`); what is a hit, a copy or a thread
is decided elsewhere.
"""

from .collection import Collection, Query, day_of, lead_of
from .filters import Filter
from .neighbours import Links, links_in, pack_links, packed_by_row, unpack_links
from .scoring import MINIMUM_SCORE, scores_between
from .similarity import model_of

__all__ = [
    "MINIMUM_SCORE", "Collection", "Filter", "Links", "Query", "day_of", "lead_of", "links_in", "model_of",
    "pack_links", "packed_by_row", "scores_between", "unpack_links",
]  # fmt: skip
