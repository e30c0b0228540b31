"""Times as the store writes them: UTC, ISO 8601, sortable as text."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


def to_text(at: datetime) -> str:
    """`2024-03-05T14:30:00.000000+00:00`: of fixed width, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """The reverse of `to_text`."""
    return datetime.fromisoformat(text)
