"""Advisories: what an agency says of a report that it has sent, in a message of its own or above the corrected text."""

from dataclasses import dataclass
from enum import StrEnum


class AdvisoryKind(StrEnum):
    """What is to become of the report."""

    KILL = "kill"
    """It is withdrawn, withheld or removed: nobody should print it."""
    CORRECTION = "correction"
    """Something in it was wrong, or not clear."""


@dataclass(frozen=True, slots=True)
class Advisory:
    """A stored article that is an advisory."""

    article: str
    """Its id."""
    kind: AdvisoryKind
    about: str | None
    """Id of the report; None while that is not known. The report may be gone."""
