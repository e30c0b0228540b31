"""One article: as it is given, and as it is answered."""

from .answers import article
from .models import ArticleAnswer, ArticleBody

__all__ = ["ArticleAnswer", "ArticleBody", "article"]
