"""A clustering of everything: proposed, published, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .thread import Assignment, Level


class RunState(StrEnum):
    """Where a run is in its life."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Assignments:
    """Who is where, and how firmly."""

    by_row: Mapping[int, Assignment]
    """Row of an article -> its threads."""
    scores: Mapping[int, Mapping[Level, float]]
    """Row -> level -> membership, 0..1; absent where there is nothing to compare with."""


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
    """Its difference to what was published."""
    kept: bool
    """Whether its clustering is still there: to publish a proposal, or to go back behind a published one."""
