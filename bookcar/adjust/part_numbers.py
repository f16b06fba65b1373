"""Which part of its stop's delivery a fixed visit is: that of the plan that is adjusted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bookcar.adjust.overrides import FixedRoute, FixedVisit
from bookcar.batches.holdings import collectable
from bookcar.model import District, Stop
from bookcar.parts import part_of
from bookcar.plan import Plan
from bookcar.planning.fleet import Fleet

Routes = tuple[FixedRoute, ...]


def as_in_plan(
    groups: Sequence[Routes], base: Plan | None, district: District, fleet: Fleet
) -> tuple[Routes, ...]:
    """Return fixed routes whose visits in parts collect what they do in a plan.

    A visit to a stop that is delivered in parts is that part of which it had the share; where the
    plan does not say, the first that no other is. All routes of a week stand in the ``groups``.
    """
    stops = {s.id: s for s in district.stops if s.in_parts}
    shared = {
        (visit.stop, route.date): {*visit.collects}
        for route in (base.routes if base else ())
        for visit in route.visits
    }
    found: dict[str, dict[int, int]] = {}
    visits = [(route.car_day, v) for routes in groups for route in routes for v in route.visits]
    for name in dict.fromkeys(visit.stop for _, visit in visits if visit.stop in stops):
        days = sorted(car_day for car_day, visit in visits if visit.stop == name)
        wanted = {k: shared.get((name, fleet.days[k].date)) for k in days}
        found[name] = _numbers(stops[name], district, wanted, fleet.horizon.monday)
    return tuple(tuple(_renumbered(route, found) for route in routes) for routes in groups)


def _numbers(
    stop: Stop, district: District, wanted: Mapping[int, set[str] | None], monday: dt.date
) -> dict[int, int]:
    """Return by car-day the number of the part that a visit is."""
    held = collectable(district, stop, monday)
    free = {
        number: {batch.id for batch in part_of(stop, number, held)}
        for number in range(1, max(stop.visits_a_week, len(wanted)) + 1)
    }
    found: dict[int, int] = {}
    for car_day, share in wanted.items():
        number = next((n for n, own in free.items() if own == share), None)
        if number is not None:
            found[car_day] = number
            del free[number]
    for car_day in wanted:
        if car_day not in found:
            found[car_day] = min(free)
            del free[found[car_day]]
    return found


def _renumbered(route: FixedRoute, found: Mapping[str, Mapping[int, int]]) -> FixedRoute:
    calls: Iterable[object] = (
        replace(call, number=found[call.stop][route.car_day])
        if isinstance(call, FixedVisit) and call.stop in found
        else call
        for call in route.calls
    )
    return replace(route, calls=tuple(calls))  # type: ignore[arg-type]
