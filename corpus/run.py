"""A clustering of the whole archive: proposed, published, rolled back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .thread import Assignment, Level


class RunState(StrEnum):
    """The stage a run has reached."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Assignments:
    """Which threads each article is in, and with which membership scores."""

    by_row: Mapping[int, Assignment]
    """Row of an article -> its threads."""
    scores: Mapping[int, Mapping[Level, float]]
    """Row -> level -> membership score, 0..1; absent where the thread has no other article to compare with."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the offline job."""

    id: str
    state: RunState
    created_at: datetime
    ended_at: datetime | None
    """When it was published, or discarded; None while it is proposed."""
    based_on: int
    """The change log's newest sequence when it was computed."""
    summary: Mapping[str, Any]
    """How it differs from what was published."""
    kept: bool
    """Whether its clustering is still stored: to publish a proposal, or to roll back a published run."""
