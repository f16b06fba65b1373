"""Which stops are due in a week, and how overdue."""

from __future__ import annotations

import datetime as dt

import msgspec

from bookcar.model import Stop


class DueStop(msgspec.Struct, frozen=True, kw_only=True):
    """A stop as a week sees it.

    Attributes
    ----------
    weeks_since
        Weeks since its last visit that was done, counted to the week planned; None if never.
    overdue
        Weeks past ``every_weeks``; 0 in the week it falls due, negative before. A stop never
        visited counts as more overdue than any visited one.
    due
        ``overdue >= 0``.
    dates
        Days of the week on which it may be visited: its own days, without the district's holidays
        and the days no car goes out; may be empty though it is due.
    """

    stop: Stop
    weeks_since: int | None
    overdue: int
    due: bool
    dates: tuple[dt.date, ...]
