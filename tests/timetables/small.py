"""Small timetables for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import district, stop, vehicle

from bookcar.inputs.movements import before
from bookcar.model import District, Settings, TimetableSettings
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Travel
from bookcar.timetable import Timetable
from bookcar.timetables.make import make_timetable

FIRST = dt.date(2027, 1, 4)
LAST = dt.date(2027, 1, 31)

H = 3600


def county(**fields: Any) -> District:
    """Return twelve stops of every second week and four of every fourth, and two cars."""
    often = [stop(f"S{n}", every_weeks=2, people=10 * n) for n in range(1, 13)]
    seldom = [stop(f"R{n}", every_weeks=4, kind="bookhouse", lat=29.06) for n in range(1, 5)]
    defaults: dict[str, Any] = {
        "vehicles": (
            vehicle("V1", break_s=1_800, break_after_s=4 * H, max_stops=6),
            vehicle("V2", books=400, max_driving_s=5 * H),
        ),
        "settings": Settings(timetable=TimetableSettings(same_time_s=900)),
    }
    return district(*often, *seldom, **defaults | fields)


def made(given: District, first: dt.date = FIRST, last: dt.date = LAST, **more: Any) -> Timetable:
    """Return a quick timetable."""
    return make_timetable(given, first, last, effort="quick", **more)


def travel_of(given: District, table: Timetable) -> Travel:
    """Return the travel that a timetable was made on."""
    days = (table.last - table.first).days + 1
    span = [table.first + dt.timedelta(days=n) for n in range(days)]
    return travel_for(before(given, table.first), dates=span)
