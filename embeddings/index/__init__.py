"""Vector indexes behind one contract, and their snapshots."""

from .base import Nearest, VectorIndex
from .exact import ExactIndex
from .snapshot import MANIFEST, Manifest, load_snapshot, quarantine, save_snapshot

__all__ = [
    "MANIFEST", "ExactIndex", "Manifest", "Nearest", "VectorIndex", "load_snapshot", "quarantine", "save_snapshot",
]  # fmt: skip
