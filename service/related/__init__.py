"""Related coverage of articles, texts and examples."""

from .answers import about_text, rank_all, related, related_to
from .requests import BATCH_MOST, RelatedRequest, Wanted

__all__ = ["BATCH_MOST", "RelatedRequest", "Wanted", "about_text", "rank_all", "related", "related_to"]
