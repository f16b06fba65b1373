"""The week for the public: a timetable in the schema UK libraries share for mobile stops.

The schema is that of https://schema.librarydata.uk (mobile library stops). It is made for
timetables that repeat; a plan holds for its week alone, so each visit begins and ends on its day.
"""

from __future__ import annotations

from bookcar.manifests.sheet import WeekSheet
from bookcar.manifests.tables import table_csv
from bookcar.plan import Plan, PlanStop
from bookcar.weeks import clock

COLUMNS = (
    "organisation",
    "mobile",
    "route",
    "community",
    "stop",
    "address",
    "postcode",
    "geox",
    "geoy",
    "day",
    "type",
    "arrival",
    "departure",
    "frequency",
    "start",
    "end",
    "exceptions",
    "timetable",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PRIVATE = frozenset({"school", "organisation"})
"""Kinds of stops where not everybody may come in."""
_ONCE = "FREQ=WEEKLY;COUNT=1"


def _is_private(plan: Plan, stop: PlanStop) -> bool:
    """Tell whether not everybody may come: to a school, an organisation, a load of an event."""
    return stop.kind in PRIVATE or stop.id in plan.loads


def timetable_csv(plan: Plan, week: WeekSheet) -> bytes:
    """Return a row per visit: when the car is at which stop, without names or phones of people.

    A stop to which books are carried on foot has none: no car comes there.
    """
    stops = plan.stops_by_id
    rows = (
        (
            *(week.district, sheet.vehicle, sheet.id, row.area or row.name, row.name),
            *(row.landmark, ""),
            *(round(stops[visit.stop].lon, 5), round(stops[visit.stop].lat, 5)),
            _DAYS[route.date.weekday()],
            "Private" if _is_private(plan, stops[visit.stop]) else "Public",
            *(clock(visit.begin), clock(visit.depart)),
            *(_ONCE, sheet.date_text, sheet.date_text, "", ""),
        )
        for route, sheet in zip(plan.routes, week.routes, strict=True)
        for visit, row in zip(route.visits, sheet.visits, strict=True)
        if not visit.foot
    )
    return table_csv(COLUMNS, rows)
