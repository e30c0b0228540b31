"""Related coverage: candidates scored, grouped, cut, diversified."""

from .examples import Examples, ScoredCandidates
from .finding import GroupOf, Hit, Options, Recency, RelatedResult, find_related

__all__ = ["Examples", "GroupOf", "Hit", "Options", "Recency", "RelatedResult", "ScoredCandidates", "find_related"]
