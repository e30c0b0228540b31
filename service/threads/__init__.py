"""Threads as they are kept: described, built anew, proposed and taken back, decided about."""

from .building import Built, Progress, Window, build_threads, discard_run, propose_threads, publish_run, roll_back
from .decisions import DecisionOutcome, DecisionRequest, decide, undo
from .finding import living

__all__ = [
    "Built",
    "DecisionOutcome",
    "DecisionRequest",
    "Progress",
    "Window",
    "build_threads",
    "decide",
    "discard_run",
    "living",
    "propose_threads",
    "publish_run",
    "roll_back",
    "undo",
]  # fmt: skip
