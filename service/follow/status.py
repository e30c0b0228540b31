"""What is known about the feeds and folders that the settings list: read from the states, beside whoever follows."""

from datetime import UTC, datetime

from pydantic import BaseModel

from ..settings import Settings
from .listed import all_listed, check_listed, name_of, place_of
from .states import States


class PlaceStatus(BaseModel):
    """How it stands with a feed or folder. Times are in UTC."""

    name: str
    place: str
    last_look: datetime | None
    last_success: datetime | None
    last_new: datetime | None
    articles: int
    """New and changed articles so far."""
    failures: int
    """In a row, until now."""
    error: str
    next: datetime | None


def status_of(settings: Settings) -> list[PlaceStatus]:
    """How it stands with each place, in the order of the settings.

    Raises:
        BadSettings: as `check_listed`.
    """
    check_listed(settings)
    states = States(settings.data)
    found = []
    for listed in all_listed(settings):
        state = states.load(place_of(listed))
        found.append(
            PlaceStatus(
                name=name_of(listed), place=state.place, last_look=_time(state.last_look),
                last_success=_time(state.last_success), last_new=_time(state.last_new), articles=state.articles,
                failures=state.failures, error=state.error, next=_time(state.next),
            )
        )  # fmt: skip
    return found


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
