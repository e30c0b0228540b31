"""An open data directory: the store, and everything in memory that is computed from it."""

from .archive import Archive
from .copies import COPY_KINDS, REDUNDANT_KINDS, Copies
from .view import Change, Compared, View, brief_of

__all__ = ["COPY_KINDS", "REDUNDANT_KINDS", "Archive", "Change", "Compared", "Copies", "View", "brief_of"]
