"""How a thread goes on: articles a day, and whether it emerges, is active, fades or is dormant.

Requirements. An editor asks "is this still going?", of a breaking story and of a trial with a hearing a month. So
a pause is measured by the thread's own rhythm, and by days only where that rhythm is fast; and "now" is the newest
article of the archive, not the clock: an archive of 1998 has threads that are active in it.

    dormant    nothing for `_DORMANT_DAYS`, and for `_DORMANT_GAPS` times the usual gap between its days with articles
    emerging   all of it within `_EMERGING_DAYS` of now
    fading     the last `_RECENT_DAYS` (or `_RECENT_GAPS` of its usual gaps, where that is longer) brought less than
               `_FADING_SHARE` of what its busiest such time did
    active     else
"""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

import numpy as np

_DORMANT_DAYS = 14.0
_DORMANT_GAPS = 3.0
_EMERGING_DAYS = 3.0
_RECENT_DAYS = 7
_RECENT_GAPS = 1.5
_FADING_SHARE = 0.25


class Trend(StrEnum):
    """How a thread goes on."""

    EMERGING = "emerging"
    ACTIVE = "active"
    FADING = "fading"
    DORMANT = "dormant"


def volume(days: Sequence[float]) -> dict[int, int]:
    """Whole days since 1970-01-01, UTC -> articles on it, rising; without days that have none.

    Args:
        days: when each article was published; NaN where undated.
    """
    return dict(sorted(Counter(int(np.floor(day)) for day in days if day == day).items()))


def trend(days: Sequence[float], now: float) -> Trend | None:
    """How a thread goes on; None where no article is dated.

    Args:
        days: days since 1970-01-01, UTC, of its articles; NaN where undated.
        now: the same, of the archive's newest article.
    """
    counts = volume(days)
    if not counts:
        return None
    dates = np.array(list(counts))
    pause = max(0.0, now - max(day for day in days if day == day))
    usual = float(np.median(np.diff(dates))) if len(dates) > 1 else 0.0
    if pause > max(_DORMANT_DAYS, _DORMANT_GAPS * usual):
        return Trend.DORMANT
    if now - dates[0] <= _EMERGING_DAYS:
        return Trend.EMERGING
    last = max(int(np.floor(now)), int(dates[-1]))
    until = np.concatenate([[0], np.cumsum(list(counts.values()))])
    window = max(_RECENT_DAYS, round(_RECENT_GAPS * usual))
    ends = np.append(dates, last)  # the busiest time ends on a day with articles
    recent = until[np.searchsorted(dates, ends, "right")] - until[np.searchsorted(dates, ends - window, "right")]
    return Trend.FADING if recent[-1] < _FADING_SHARE * recent.max() else Trend.ACTIVE
