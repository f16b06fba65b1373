"""``timetable.csv``: the promises of a timetable, to be adopted as the district's own table."""

from __future__ import annotations

from bookcar.manifests.tables import table_csv
from bookcar.timetable import Timetable
from bookcar.weeks import clock

COLUMNS = ("stop", "date", "vehicle", "arrive", "leave", "status", "was", "told", "note")


def promises_csv(timetable: Timetable) -> bytes:
    """Return a row per visit, by date and time."""
    return table_csv(
        COLUMNS,
        (
            (
                *(visit.stop, route.date.isoformat(), route.vehicle),
                *(clock(visit.begin), clock(visit.leave)),
                *("promised", "", "", ""),
            )
            for route in sorted(timetable.routes, key=lambda r: (r.date, r.vehicle))
            for visit in route.visits
        ),
    )
