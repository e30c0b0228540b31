"""Vector indexes behind one contract, and their snapshots.

Ids and vectors only, no articles. FAISS is in `index.faiss` alone, which this face does not load.
"""

from .base import VectorIndex
from .exact import ExactIndex
from .snapshot import load_snapshot, quarantine, save_snapshot

__all__ = ["ExactIndex", "VectorIndex", "load_snapshot", "quarantine", "save_snapshot"]
