"""ISO weeks, days and clock times: the calendar the whole package counts by."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from bookcar.errors import UsageError

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True)
class Horizon:
    """Consecutive whole weeks that are planned together, the first from ``monday`` on.

    Raises
    ------
    ValueError
        If ``monday`` is another day of the week, or there is not one week at least.
    """

    monday: dt.date
    weeks: int = 1

    def __post_init__(self) -> None:
        """Refuse what is no sequence of whole weeks."""
        if self.monday.weekday() != 0:
            raise ValueError(f"{self.monday} is not a Monday")
        if self.weeks < 1:
            raise ValueError(f"a horizon of {self.weeks} weeks")

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Every day, the first Monday to the last Sunday."""
        return tuple(self.monday + dt.timedelta(days=i) for i in range(7 * self.weeks))

    def index(self, date: dt.date) -> int:
        """Return 0 for the first Monday, 1 for the Tuesday after it, and so on."""
        return (date - self.monday).days


def parse_week(text: str) -> dt.date:
    """Return the Monday of an ISO 8601 week such as ``2026-W49``.

    Raises
    ------
    UsageError
        If the text is not a week, or the year has no such week.
    """
    match = _WEEK.fullmatch(text.strip())
    try:
        if match:
            return dt.date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise UsageError(f"{text!r} is not an ISO week. Write it like 2026-W49{_meant(text)}.")


def _meant(text: str) -> str:
    """Return the week that a date lies in, or the last one of a year that is asked for more."""
    try:
        return f"; that day is in {week_name(dt.date.fromisoformat(text.strip()))}"
    except ValueError:
        pass
    match = _WEEK.fullmatch(text.strip())
    if match and 1 <= int(match[1]) <= dt.MAXYEAR:
        last = dt.date(int(match[1]), 12, 28)  # always in the year's last week
        return f"; the last week of {match[1]} is {week_name(last)}"
    return ""


def week_name(day: dt.date) -> str:
    """Return the ISO week a day lies in, e.g. ``2026-W49``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_dates(monday: dt.date) -> tuple[dt.date, ...]:
    """Return the seven days of the week that begins on ``monday``."""
    return tuple(monday + dt.timedelta(days=i) for i in range(7))


def weeks_between(earlier: dt.date, later: dt.date) -> int:
    """Return the number of week boundaries between two days (0 within the same ISO week)."""
    return (monday_of(later) - monday_of(earlier)).days // 7


def latest_today() -> dt.date:
    """Return the day that it is where the day is furthest on (UTC+14), by this machine's clock.

    What lies after it is in the future everywhere.
    """
    return (dt.datetime.now(dt.UTC) + dt.timedelta(hours=14)).date()


def monday_of(day: dt.date) -> dt.date:
    """Return the Monday of the ISO week that a day lies in."""
    return day - dt.timedelta(days=day.weekday())


def clock(seconds: int) -> str:
    """Return seconds after midnight as ``HH:MM``, rounded down to the minute.

    Arrivals shown a few seconds early are safe; a departure is never shown too late.
    """
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
