"""Related coverage: candidates scored, grouped, cut, diversified.

How a score is made is in `search`; what a hit is to its query is in `compare`.
"""

from .examples import Examples, ScoredCandidates
from .finding import GroupOf, Hit, Options, Recency, RelatedResult, find_related

__all__ = ["Examples", "GroupOf", "Hit", "Options", "Recency", "RelatedResult", "ScoredCandidates", "find_related"]
