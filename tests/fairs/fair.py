"""A district with a fair: two cars, a few villages, and batches that pools lend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from builders import MONDAY, batch, district, stop, vehicle
from msgspec.structs import replace

from bookcar.model import District, Event, PastVisit, Pool, Stop
from bookcar.plan import Plan

DAY = dt.timedelta(days=1)
OPENS = MONDAY + 4 * DAY
"""A Friday."""

STOCK, VILLAGES = (
    Pool(id="F", name="fair stock", stops=("FAIR",)),
    Pool(id="V", name="villages", kinds=("village",)),
)


def fair(**fields: Any) -> Event:
    """Return a fair of three days from the Friday on that wants 900 books."""
    place = Stop(id="FAIR", name="Fair", kind="other", books=0, lon=106.655, lat=29.02)
    known = {"id": "FAIR", "name": "Fair", "stop": place, "first": OPENS, "last": OPENS + 2 * DAY}
    return Event(**{**known, "books": 900} | fields)


def county(*events: Event, **fields: Any) -> District:
    """Return a district with cars of 600 and 400 books and 1,200 books of fair stock in twenty."""
    known = {
        "events": events or (fair(),),
        "vehicles": (vehicle("L", books=600), vehicle("S", books=400)),
        "pools": (STOCK, VILLAGES),
        "batches": (
            *(batch(f"F{n:02d}", books=60, pool="F") for n in range(20)),
            *(batch(f"V{n:02d}", pool="V") for n in range(8)),
        ),
    }
    villages = (stop(f"S{n}", every_weeks=2) for n in range(1, 4))
    return district(*villages, **known | fields)


def after(tables: District, plan: Plan) -> District:
    """Return a district with the visits of a plan recorded as planned."""
    done = tuple(_recorded(plan))
    at = {v.batch: v.stop if v.action == "dropped" else "D" for v in done if v.batch}
    batches = (replace(b, at=tables.place_of(at.get(b.id, b.at))) for b in tables.batches)
    return replace(tables, visits=(*tables.visits, *done), batches=tuple(batches))


def _recorded(plan: Plan) -> Iterator[PastVisit]:
    for route in plan.routes:
        for visit in route.visits:
            common = {"date": route.date, "stop": visit.stop, "vehicle": route.vehicle}
            yield PastVisit(**common)
            for action, names in (("dropped", visit.drops), ("collected", visit.collects)):
                yield from (PastVisit(batch=b, action=action, **common) for b in names)


def carried(plan: Plan, stop: str = "FAIR") -> list[tuple[dt.date, str, int]]:
    """Return the day, the car and the books of every load to or from an event."""
    size = {batch.id: batch.books for batch in plan.batches}
    return [
        (route.date, route.vehicle, sum(size[b] for b in (*visit.drops, *visit.collects)))
        for route in plan.routes
        for visit in route.visits
        if visit.stop.startswith(f"{stop}/")
    ]
