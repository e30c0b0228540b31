"""When a feed or folder is looked at again. Times are seconds since 1970, waits are seconds."""

import random

DAY_S = 86_400.0
FRESH_MOST_S = 6 * 3_600.0
"""A server that says its feed stays fresh for longer is asked after that time nevertheless: news feeds that say days
are often set up wrongly."""
_SPREAD = 0.1
_SPREAD_AFTER_FAILURE = 0.25
"""Share by which a wait is varied, so that feeds do not fall into step with each other, nor with other readers."""


def after_success(now: float, interval: float, max_age: int | None, chance: random.Random) -> float:
    """The next time, of a feed that was fetched: its interval, or longer if its server says that it stays fresh."""
    wait = max(interval, min(max_age or 0, FRESH_MOST_S))
    return now + wait * (1 + _SPREAD * chance.random())


def after_failure(now: float, interval: float, failures: int, asked: float | None, chance: random.Random) -> float:
    """The next time, of a feed that failed so many times in a row.

    Twice as long after each failure, a day at most; never before the time that the server asked for (`asked`, in
    seconds from now, a day at most).
    """
    wait = min(interval * 2.0 ** min(failures, 20), max(DAY_S, interval))
    wait *= 1 + _SPREAD_AFTER_FAILURE * (2 * chance.random() - 1)
    return now + max(wait, min(asked or 0.0, DAY_S))


def is_due(next: float | None, now: float) -> bool:
    """Whether the time has come; a time too far ahead (the clock was set back) counts as come."""
    return next is None or next <= now or next > now + 8 * DAY_S
