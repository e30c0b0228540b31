"""The web pages: search, article, threads, duplicates. HTML for people, no JSON; nothing is changed."""

from .errors import error_page
from .views import pages

__all__ = ["error_page", "pages"]
