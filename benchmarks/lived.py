"""What happens to a planned week, drawn from a seed: misses, late days and other cars.

It is told as people tell it: in the week's ``visits.csv``, of which most rows stay empty because
the visit was made as planned.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bookcar.plan import Plan, Route, Visit
from bookcar.weeks import parse_week, week_dates

_MARK = "\ufeff"


@dataclass(frozen=True, kw_only=True)
class Chances:
    """How likely it is that a visit is missed, or late, and that another car drives a route."""

    missed: float = 0.05
    late: float = 0.05
    other_car: float = 0.10


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What became of the visits of a week that were not made as planned."""

    missed: frozenset[str]
    late: Mapping[str, dt.date]
    other_cars: Mapping[str, str]


def live(plan: Plan, chances: Chances, seed: str) -> Lived:
    """Return what becomes of a week: stops missed or late, and the cars of routes by their id.

    A visit that gives or takes what another one of the week moves keeps its day: else a batch would
    be in two places.
    """
    rng = Random(seed)
    moved = Counter(b for r in plan.routes for v in r.visits for b in (*v.drops, *v.collects))
    twice = Counter(visit.stop for route in plan.routes for visit in route.visits)
    missed, late, cars = set(), {}, {}
    for route in plan.routes:
        other = _other_car(plan, route, cars, rng)
        if other is not None and rng.random() < chances.other_car:
            cars[route.id] = other
        later = [day for day in _driven(plan) if day > route.date]
        for visit in route.visits:
            chance, day = rng.random(), rng.choice(later) if later else None
            if twice[visit.stop] > 1:
                continue
            if chance < chances.missed:
                missed.add(visit.stop)
                continue
            alone = all(moved[batch] == 1 for batch in (*visit.drops, *visit.collects))
            if day is not None and alone and chance < chances.missed + chances.late:
                late[visit.stop] = day
    return Lived(missed=frozenset(missed), late=late, other_cars=cars)


def _driven(plan: Plan) -> Sequence[dt.date]:
    """Return the days of the week on which a car goes out."""
    driven = {route.date for route in plan.routes}
    return [day for day in week_dates(parse_week(plan.week)) if day in driven]


def _other_car(plan: Plan, route: Route, cars: Mapping[str, str], rng: Random) -> str | None:
    """Return a car that has no route on the day of one, if there is any."""
    out = {r.vehicle for r in plan.routes if r.date == route.date}
    out |= {cars[r.id] for r in plan.routes if r.date == route.date and r.id in cars}
    free = [vehicle.id for vehicle in plan.vehicles if vehicle.id not in out]
    return rng.choice(free) if free else None


def tell(lived: Lived, plan: Plan, sheet: Path) -> None:
    """Fill in the ``visits.csv`` of a week with what became of it.

    Where somebody says that a visit was made, a batch that a missed one was to bring is none.
    """
    rows = list(csv.reader(io.StringIO(sheet.read_text("utf-8-sig"), newline="")))
    head, told = rows[0], rows[1:]
    names = ("date", "stop", "vehicle", "batch", "action", "books", "status")
    at = {name: head.index(name) for name in names}
    stayed = {
        b for r in plan.routes for v in r.visits if v.stop in lived.missed for b in v.collects
    }
    visits = {
        (r.date.isoformat(), v.stop, r.vehicle): (r, v) for r in plan.routes for v in r.visits
    }
    for row in told:
        route, visit = visits[row[at["date"]], row[at["stop"]], row[at["vehicle"]]]
        cells = _cells(lived, route, visit)
        if "done" in cells.values() and row[at["action"]] == "dropped":
            cells |= {"books": "0"} if row[at["batch"]] in stayed else {}
        for name, text in cells.items():
            row[at[name]] = text
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([head, *told])
    sheet.write_text(_MARK + stream.getvalue(), "utf-8", newline="")


def _cells(lived: Lived, route: Route, visit: Visit) -> dict[str, str]:
    if visit.stop in lived.missed:
        return {"status": "missed"}
    cells = {}
    if visit.stop in lived.late:
        cells["date"] = lived.late[visit.stop].isoformat()
    if route.id in lived.other_cars:
        cells["vehicle"] = lived.other_cars[route.id]
    return cells | {"status": "done"} if cells else {}
