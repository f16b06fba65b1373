"""The rule that gives some dates, and no others but those it names: from a calendar to an RRULE."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bookcar.recurrence import WEEKDAY_CODES

_WEEK = dt.timedelta(weeks=1)


def fitted(dates: Sequence[dt.date], end: dt.date) -> tuple[str, list[dt.date]]:
    """Return an RRULE from the first date on, and its dates that are none of those.

    Of a rule by weeks and one by weekdays of the month the one with fewer exceptions. It ends
    where a date before ``end`` would follow that is not among them.

    Parameters
    ----------
    dates
        Of one weekday, ascending, each once; at least one.
    end
        The last day that anybody knows of.
    """
    if len(dates) == 1:
        return "FREQ=WEEKLY;COUNT=1", []
    candidates = [_weekly(dates), *_monthly(dates)]
    text, found = min(candidates, key=lambda one: len(one[1]))
    given = set(dates)
    left_out = [day for day in found if day not in given]
    after = _next(text, dates[-1])
    return (text if after > end else f"{text};UNTIL={dates[-1]:%Y%m%d}"), left_out


def _weekly(dates: Sequence[dt.date]) -> tuple[str, list[dt.date]]:
    weeks = math.gcd(*((other - one).days // 7 for one, other in pairwise(dates)))
    count = (dates[-1] - dates[0]).days // (7 * weeks) + 1
    found = [dates[0] + n * weeks * _WEEK for n in range(count)]
    return f"FREQ=WEEKLY;INTERVAL={weeks}", found


def _monthly(dates: Sequence[dt.date]) -> Iterator[tuple[str, list[dt.date]]]:
    """Yield the rules by weekday of the month that give all dates."""
    shared = set.intersection(*(_nth(day) for day in dates))
    for nth in sorted(shared, reverse=True):
        days = (dates[0] + n * _WEEK for n in range((dates[-1] - dates[0]).days // 7 + 1))
        code = WEEKDAY_CODES[dates[0].weekday()]
        yield f"FREQ=MONTHLY;BYDAY={nth}{code}", [day for day in days if nth in _nth(day)]


def _next(text: str, last: dt.date) -> dt.date:
    if text.startswith("FREQ=WEEKLY"):
        return last + int(text.rpartition("=")[2]) * _WEEK
    nth = int(text.rpartition("=")[2][:-2])
    day = last + _WEEK
    while nth not in _nth(day):
        day += _WEEK
    return day


def _nth(day: dt.date) -> set[int]:
    """Return which of its weekday in its month a day is, from the front and, if last, -1."""
    found = {(day.day - 1) // 7 + 1}
    return found | {-1} if (day + _WEEK).month != day.month else found
