"""Which features a random district and its plan use, so that a soak shows what it tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
import numpy as np

from bookcar.model import District
from bookcar.plan import FootLeg, Plan, Visit
from bookcar.plan_index import trips
from bookcar.roads.travel import Travel


class Case(NamedTuple):
    """A district, a plan of it and the ways between its places."""

    district: District
    plan: Plan
    travel: Travel


def features(case: Case) -> list[str]:
    """Return the names of the features that a planned district uses."""
    return [name for name, has in FEATURES.items() if has(case)]


def _asymmetric(case: Case) -> bool:
    tables = case.travel.tables.values()
    return any(not np.array_equal(table.seconds, table.seconds.T) for table in tables)


def _visits(case: Case) -> list[Visit]:
    return [visit for route in case.plan.routes for visit in route.visits]


def _bare(case: Case) -> bool:
    stops = case.district.stops_by_id
    made = [visit for visit in _visits(case) if visit.stop in stops]
    return any(stops[visit.stop].books and not visit.drops for visit in made)


def _elsewhere(case: Case) -> bool:
    routes = case.plan.routes
    return any(call.depot != route.depot for route in routes for call in route.reloads)


def _hands_on(case: Case) -> bool:
    """Tell whether a batch is collected and goes to another stop later in the week."""
    collected = {batch for visit in _visits(case) for batch in visit.collects}
    return any(batch in collected for visit in _visits(case) for batch in visit.drops)


def _days_in_parts(case: Case) -> list[list[str]]:
    """Return the days of the visits to each stop that is delivered in parts."""
    stops = (s.id for s in case.plan.stops if s.in_all is not msgspec.UNSET)
    routes = case.plan.routes
    return [[str(r.date) for r in routes for v in r.visits if v.stop == name] for name in stops]


def _of_pool(case: Case) -> bool:
    of = case.district.batches_by_id
    return any(of[batch].pool for visit in _visits(case) for batch in visit.drops)


def _stays(case: Case) -> bool:
    """Tell whether a visit leaves a batch of a pool at a stop where others are collected."""
    district = case.district
    for visit in _visits(case):
        here = [b for b in district.batches if b.at == visit.stop and b.pool]
        if any(b.id not in visit.collects and district.pools_by_id[b.pool].weeks for b in here):
            return True
    return False


def _on_the_way(case: Case) -> bool:
    """Tell whether a batch goes on to a later stop of the same route."""
    return any(trip.handed_on for route in case.plan.routes for trip in trips(route))


def _on_foot(case: Case) -> list[FootLeg]:
    return [visit.foot for visit in _visits(case) if visit.foot]


def _shared_carriers(case: Case) -> bool:
    """Tell whether a carrier goes to several stops in the week."""
    names = [tour.carrier for foot in _on_foot(case) for tour in foot.tours]
    return len(set(names)) < len(names)


def _loads(case: Case) -> list[Visit]:
    return [
        v for v in _visits(case) if case.district.place_of(v.stop) in case.district.events_by_id
    ]


FEATURES: Mapping[str, Callable[[Case], bool]] = {
    "several depots": lambda c: len(c.district.depots) > 1,
    "second calls": lambda c: any(r.second_calls for r in c.plan.routes),
    "reloads": lambda c: any(r.reloads for r in c.plan.routes),
    "reloads elsewhere": _elsewhere,
    "market days": lambda c: any(s.month_days for s in c.district.stops),
    "two visits a week": lambda c: any(s.visits_a_week > 1 for s in c.district.stops),
    "parts": lambda c: any(len(d) > 1 for d in _days_in_parts(c)),
    "several parts": lambda c: any(len(d) > 2 for d in _days_in_parts(c)),
    "opening hours": lambda c: any(len(s.windows) > 1 for s in c.district.stops),
    "breaks": lambda c: any(r.breaks for r in c.plan.routes),
    "kg": lambda c: any(v.kg is not None for v in c.district.vehicles),
    "closures": lambda c: bool(c.district.closures),
    "requests": lambda c: bool(c.district.requests),
    "holidays": lambda c: bool(c.district.calendar),
    "asymmetric ways": _asymmetric,
    "max_stops": lambda c: any(v.max_stops is not None for v in c.district.vehicles),
    "max_driving_min": lambda c: any(v.max_driving_s is not None for v in c.district.vehicles),
    "required stops": lambda c: any(s.required for s in c.district.stops),
    "profiles": lambda c: len(c.travel.tables) > 1,
    "repeats": lambda c: any(visit.repeats for visit in _visits(c)),
    "visits without books": _bare,
    "batches handed on": _hands_on,
    "batches handed on along a route": _on_the_way,
    "pools": lambda c: bool(c.district.pools),
    "rings": lambda c: any(pool.order == "ring" for pool in c.district.pools),
    "reserves": lambda c: any(pool.reserve for pool in c.district.pools),
    "mending": lambda c: any(pool.mend_after for pool in c.district.pools),
    "batches of a pool dropped": _of_pool,
    "stays for weeks": _stays,
    "books brought to events": lambda c: any(visit.drops for visit in _loads(c)),
    "books fetched from events": lambda c: any(visit.collects for visit in _loads(c)),
    "cars that stay": lambda c: any(event.stays for event in c.district.events),
    "carriers": lambda c: bool(c.district.carriers),
    "visits on foot": lambda c: bool(_on_foot(c)),
    "climbs on foot": lambda c: any(foot.climb for foot in _on_foot(c)),
    "cars that wait for carriers": lambda c: any(foot.waits for foot in _on_foot(c)),
    "several trips on foot": lambda c: any(t.up > 1 for f in _on_foot(c) for t in f.tours),
    "several carriers at a stop": lambda c: any(len(f.tours) > 1 for f in _on_foot(c)),
    "carriers with several stops": _shared_carriers,
    "meetings further off": lambda c: any(foot.choice > 1 for foot in _on_foot(c)),
    "batches left aboard": lambda c: any(r.stays_aboard for r in c.plan.routes),
}
