"""Cars that have left: what came aboard them is settled, and theirs alone until they are back.

A beginning that is kept as ``start`` is what a car has done that has left, if the plan adjusted has
a route for it: the car has aboard what that plan loaded, for the stops that are now cut off too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from bookcar.adjust.messages import note
from bookcar.adjust.overrides import FixedReload, FixedRoute, Overrides
from bookcar.errors import Fault, InputError
from bookcar.model import Batch, District
from bookcar.plan import Plan, Route
from bookcar.plan_index import trips
from bookcar.planning.fleet import Aboard, Fleet, FleetDay, ReloadOption, aboard_store
from bookcar.planning.prepared import Prepared


@dataclass(frozen=True, kw_only=True)
class CarOut:
    """A car that has left.

    Attributes
    ----------
    beginning
        What it has done so far.
    loads
        Ids of the batches that came aboard at each loading that is over, on leaving and at each
        reload of the beginning; at reloads that are not there it took what is dropped behind them.
    """

    beginning: FixedRoute
    loads: tuple[tuple[str, ...], ...]


def cars_out(overrides: Overrides, base: Plan | None, fleet: Fleet) -> tuple[CarOut, ...]:
    """Return the cars that have left, by a plan that was adjusted."""
    routes = {(route.vehicle, route.date): route for route in base.routes} if base else {}
    found = []
    for start in overrides.starts:
        day = fleet.days[start.car_day]
        route = routes.get((day.vehicle.id, day.date))
        loads = _loads(start, route) if start.left and route else ()
        if loads:
            found.append(CarOut(beginning=start, loads=loads))
    return tuple(found)


def _loads(start: FixedRoute, route: Route) -> tuple[tuple[str, ...], ...]:
    """Return what a plan loaded for a beginning, as long as both load at the same depots."""
    places = [route.depot, *(call.place for call in start.calls if isinstance(call, FixedReload))]
    found = []
    for place, trip in zip(places, trips(route), strict=False):
        if trip.loaded_at != place:
            break
        found.append(trip.loads)
    return tuple(found)


def with_cars_out(prepared: Prepared, overrides: Overrides, out: Sequence[CarOut]) -> Prepared:
    """Return a week in which what the cars have aboard is nobody else's.

    Raises
    ------
    InputError
        With every batch that cannot have come aboard, as it was elsewhere.
    """
    if not out:
        return prepared
    faults = list(_not_there(prepared, overrides, out))
    if faults:
        raise InputError(faults)
    batches = prepared.district.batches_by_id
    fleet = prepared.fleet
    for car in out:
        fleet = _with_car_out(fleet, car, batches)
    return replace(prepared, fleet=fleet, district=_moved(prepared.district, fleet.aboard()))


def _with_car_out(fleet: Fleet, car: CarOut, batches: Mapping[str, Batch]) -> Fleet:
    number = car.beginning.car_day
    day = fleet.days[number]
    first, *others = (
        Aboard(
            store=aboard_store(day.vehicle.id, day.date, k),
            batches=tuple(batches[name] for name in names),
        )
        for k, names in enumerate(car.loads)
    )
    made = car.beginning.reloads(fleet)
    over = dict(zip(made, others, strict=False))
    reloads: list[ReloadOption] = []
    for call in fleet.reloads:
        if call.car_day != number:
            reloads.append(call)
        elif call in made or len(made) < day.vehicle.reloads:
            reloads.append(replace(call, aboard=over.get(call)))
    days = list(fleet.days)
    days[number] = replace(day, aboard=first)
    return replace(fleet, days=tuple(days), reloads=tuple(reloads))


def _moved(district: District, aboard: Iterable[Aboard]) -> District:
    """Return the district with what came aboard in no depot any more.

    What a stop had before the week stays there, for it is collected first.
    """
    depots = {depot.id for depot in district.depots}
    places = {batch.id: load.store for load in aboard for batch in load.batches}
    batches = (
        msgspec.structs.replace(batch, at=places[batch.id])
        if batch.id in places and batch.at in depots
        else batch
        for batch in district.batches
    )
    return msgspec.structs.replace(district, batches=tuple(batches))


def _not_there(prepared: Prepared, overrides: Overrides, out: Sequence[CarOut]) -> Iterator[Fault]:
    """Yield the batches that a car cannot have left with.

    They were neither where it loaded nor brought there earlier in the week, by what is fixed.
    """
    batches, fleet = prepared.district.batches_by_id, prepared.fleet
    for car in out:
        day = fleet.days[car.beginning.car_day]
        brought = set(_brought_before(overrides, fleet, out, day))
        places = [day.vehicle.depot]
        places += [c.place for c in car.beginning.calls if isinstance(c, FixedReload)]
        for place, names in zip(places, car.loads, strict=False):
            for name in names:
                at = batches[name].at if name in batches else ""
                if at != place and not {(at, place), (name, place)} & brought:
                    yield Fault(
                        rule="override-aboard",
                        variant="" if at else "gone",
                        file=overrides.file,
                        row=car.beginning.calls[0].row,
                        figures={
                            "vehicle": day.vehicle.id,
                            "date": day.date.isoformat(),
                            "batch": name,
                            "at": at,
                        },
                    )


def _brought_before(
    overrides: Overrides, fleet: Fleet, out: Sequence[CarOut], day: FleetDay
) -> Iterator[tuple[str, str]]:
    """Yield stops and batches of earlier days, each with the depot to which a car brought them."""
    for route in (*overrides.routes, *overrides.starts):
        earlier = fleet.days[route.car_day]
        if earlier.date < day.date:
            home = earlier.vehicle.depot
            stops = {visit.key: visit.stop for visit in route.visits}
            for key, depot in route.put_off_at(home).items():
                yield stops[key], depot
            own = (car for car in out if car.beginning is route)
            yield from ((name, home) for car in own for load in car.loads for name in load)


def left_with(
    out: Iterable[CarOut], fleet: Fleet
) -> dict[tuple[dt.date, str], tuple[frozenset[str], ...]]:
    """Return what came aboard the cars that have left, as the audit wants it."""
    days = ((fleet.days[car.beginning.car_day], car.loads) for car in out)
    return {
        (day.date, day.vehicle.id): tuple(frozenset(names) for names in loads)
        for day, loads in days
    }


def cars_left(overrides: Overrides, base: Plan | None, fleet: Fleet) -> Iterator[Fault]:
    """Yield which cars are taken to have left, with what, and of which that is not known."""
    last = fleet.last_aboard()
    for start in overrides.starts if base else ():
        if start.left:
            day, aboard = fleet.days[start.car_day], last.get(start.car_day)
            yield note(
                "has-left",
                overrides.file,
                row=start.calls[0].row,
                variant="" if aboard else "unknown",
                vehicle=day.vehicle.id,
                date=day.date.isoformat(),
                batches=tuple(sorted(batch.id for batch in aboard.batches)) if aboard else (),
            )
