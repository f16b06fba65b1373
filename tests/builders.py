"""Small districts for tests; a test names only what it is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from bookcar.model import Batch, CalendarEntry, Depot, District, PastVisit, Settings, Stop, Vehicle
from bookcar.planning.prepared import Prepared, Scope
from bookcar.roads.travel import Travel
from bookcar.weeks import Horizon

H = 3600
MONDAY = dt.date(2026, 11, 30)  # of 2026-W49


def depot(id: str = "D", **fields: Any) -> Depot:
    return Depot(**{"id": id, "name": f"depot {id}", "lon": 106.65, "lat": 29.02} | fields)


def stop(id: str, **fields: Any) -> Stop:
    """Return a village that lies east of the depot by the number in its id, 1 km a step."""
    step = int("".join(c for c in id if c.isdigit()) or 0)
    defaults: dict[str, Any] = {
        "id": id,
        "name": f"stop {id}",
        "kind": "village",
        "lon": 106.65 + 0.01 * step,
        "lat": 29.02,
        "books": 50,
    }
    return Stop(**defaults | fields)


def vehicle(id: str = "V", **fields: Any) -> Vehicle:
    defaults: dict[str, Any] = {
        "id": id,
        "depot": "D",
        "books": 1_200,
        "max_metres": 200_000,
        "max_seconds": 9 * H,
        "starts": 8 * H,
        "ends": 17 * H,
        "weekdays": (0, 1, 2, 3, 4),
    }
    return Vehicle(**defaults | fields)


def batch(id: str, **fields: Any) -> Batch:
    return Batch(**{"id": id, "books": 50, "kg": 20, "at": "D"} | fields)


def past_visit(stop: str, date: dt.date, **fields: Any) -> PastVisit:
    return PastVisit(**{"stop": stop, "date": date} | fields)


def holiday(*days: dt.date, **fields: Any) -> CalendarEntry:
    """Return a holiday for all, from the first day to the last."""
    return CalendarEntry(**{"first": days[0], "last": days[-1], "what": "holiday"} | fields)


def district(*stops: Stop, **fields: Any) -> District:
    """Return a district of one depot, one car and a batch of 50 books per stop in the store."""
    defaults: dict[str, Any] = {
        "name": "Testshire",
        "folder": Path("testshire"),
        "depots": (depot(),),
        "stops": stops,
        "vehicles": (vehicle(),),
        "batches": tuple(batch(f"B{i:03d}") for i in range(1, len(stops) + 1)),
        "settings": Settings(),
    }
    return District(**defaults | fields)


def prepared(tables: District, travel: Travel | None = None) -> Prepared:
    """Return the tested week of a district, on its own roads or on others."""
    ready = Scope.of(tables, Horizon(MONDAY)).on_roads([s.id for s in tables.stops])
    return ready if travel is None else replace(ready, travel=travel)
