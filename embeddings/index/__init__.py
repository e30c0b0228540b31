"""Vector indexes behind one contract, and their snapshots."""

from .base import VectorIndex
from .exact import ExactIndex
from .snapshot import load_snapshot, quarantine, save_snapshot

__all__ = ["ExactIndex", "VectorIndex", "load_snapshot", "quarantine", "save_snapshot"]
