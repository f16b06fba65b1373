"""The rhythm of a stop as it was planned: a visit that comes late does not move it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Self

import msgspec

from bookcar.model import PastVisit
from bookcar.weeks import monday_of, weeks_between


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """When a stop was planned to be visited last.

    Attributes
    ----------
    made
        The day of its last visit; None if it never had one.
    last
        The day from which the weeks to its next visit count; None likewise.
    weekdays
        Those on which it was to be visited then.
    """

    made: dt.date | None = None
    last: dt.date | None = None
    weekdays: tuple[int, ...] = ()

    @classmethod
    def of(cls, visits: Iterable[PastVisit], every_weeks: int) -> Self:
        """Return the rhythm that the visits of a stop have shown, done and missed.

        Where visits were missed before the last one that was made, the first of them was the one
        that people waited for. Its weekday stays the stop's; the weeks count from it, too, unless
        the visit that was made came later than half way to the next one.
        """
        rows = sorted(visits, key=lambda visit: visit.date)
        done = [visit.date for visit in rows if visit.status == "done"]
        missed = [visit.date for visit in rows if visit.status == "missed"]
        if not done:
            return cls(weekdays=_weekdays(missed[:1]))
        week = [day for day in done if monday_of(day) == monday_of(done[-1])]
        before = [day for day in done if day < week[0]]
        since = before[-1] if before else dt.date.min
        waited = [day for day in missed if since < day < week[0]]
        if not waited:
            return cls(made=done[-1], last=done[-1], weekdays=_weekdays(week))
        late = weeks_between(waited[0], done[-1])
        return cls(
            made=done[-1],
            last=waited[0] if 2 * late <= every_weeks else done[-1],
            weekdays=_weekdays(waited[:1]),
        )


def _weekdays(days: Sequence[dt.date]) -> tuple[int, ...]:
    return tuple(sorted({day.weekday() for day in days}))
