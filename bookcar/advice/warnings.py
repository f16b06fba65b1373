"""What a planner should know of a district's roads and of a week's batches, as warnings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bookcar.advice.closure_warnings import closure_warnings
from bookcar.advice.request_warnings import request_warnings
from bookcar.advice.warn import warning
from bookcar.errors import Fault
from bookcar.inputs import text as tx
from bookcar.inputs.movements import unplaced
from bookcar.model import District, Stop, Vehicle, Where
from bookcar.planning.fleet import near_enough
from bookcar.planning.week import Week
from bookcar.roads.travel import Travel, Unreached
from bookcar.weeks import clock


def plan_warnings(district: District, travel: Travel, week: Week) -> tuple[Fault, ...]:
    """Return the warnings a plan carries: of roads, books, requests and what was already done.

    Parameters
    ----------
    district
        With everything recorded, whenever that was.
    """
    unreached = {name: table.unreached for name, table in travel.tables.items()}
    return (
        *closure_warnings(district, travel.unclosed),
        *road_warnings(district, unreached),
        *_stores_out_of_reach(district, travel, week),
        *_short_of_books(district, week),
        *_of_unknown_place(district, week),
        *_done_otherwise(district, week),
        *request_warnings(district, week),
    )


def _stores_out_of_reach(district: District, travel: Travel, week: Week) -> Iterator[Fault]:
    """Yield the stores where a vehicle may reload and never can: too far away, or closed."""
    days = week.fleet.days
    reached = {(days[call.car_day].vehicle.id, call.place) for call in week.fleet.reloads}
    for vehicle in dict.fromkeys(day.vehicle for day in days):
        for place in vehicle.stores:
            if (vehicle.id, place) not in reached:
                tell = _closed if near_enough(vehicle, place, travel) else _too_far
                yield tell(district, vehicle, place)


def _too_far(district: District, vehicle: Vehicle, place: str) -> Fault:
    return warning(
        district.where("vehicles", vehicle.id),
        rule="store-out-of-reach",
        column="reload_at",
        value=" ".join(vehicle.reload_at),
        problem=f"Vehicle {vehicle.id} cannot drive to depot {place} and back in its day.",
        fix="Take it out of reload_at, or correct where the depot lies.",
    )


def _closed(district: District, vehicle: Vehicle, place: str) -> Fault:
    (depot,) = (depot for depot in district.depots if depot.id == place)
    hours = ", ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in depot.windows)
    return warning(
        district.where("vehicles", vehicle.id),
        rule="store-closed",
        column="reload_at",
        value=" ".join(vehicle.reload_at),
        problem=f"Vehicle {vehicle.id} works {clock(vehicle.starts)}-{clock(vehicle.ends)}: with "
        f"the way it cannot reload for {vehicle.reload_s // 60} min at depot {place} while that is "
        f"open ({hours}).",
        fix="Change the depot's opens and closes in district.toml or the vehicle's starts and "
        "ends, or take the depot out of reload_at.",
    )


def road_warnings(
    district: District, unreached: Mapping[str, Mapping[str, Unreached]]
) -> tuple[Fault, ...]:
    """Return a warning for every stop no vehicle reaches, with distances and what to do.

    Stops the table itself calls ``foot`` are left out: nothing about them is a mistake.

    Parameters
    ----------
    unreached
        By profile, then by id of the stop.
    """
    limit = district.settings.roads.max_snap_m
    faults = []
    for stop in district.stops:
        cut = _by_none(unreached, stop)
        if cut is not None and stop.access != "foot":
            faults.append(_unreached_fault(district, stop, cut, limit))
    return tuple(faults)


def _by_none(unreached: Mapping[str, Mapping[str, Unreached]], stop: Stop) -> Unreached | None:
    """Return why a stop is cut off from the vehicles of every profile; None if some reaches it."""
    cuts = [stops.get(stop.id) for stops in unreached.values()]
    return cuts[0] if cuts and all(cuts) else None


def _unreached_fault(district: District, stop: Stop, cut: Unreached, limit: int) -> Fault:
    problem, fix = _UNREACHED[cut.reason]
    road = "none in the extract" if cut.road_m is None else f"{cut.road_m:,} m away"
    path = "none in the extract" if cut.path_m is None else f"{cut.path_m:,} m away"
    return warning(
        district.where("stops", stop.id),
        rule=cut.reason,
        column="lon, lat",
        value=f"{stop.lon}, {stop.lat}",
        problem=f"Stop {stop.id} {stop.name} {problem.format(limit=limit, road=road, path=path)}",
        fix=fix,
    )


_UNREACHED = {
    "off-road": (
        "has no usable road within {limit} m; the nearest is {road}.",
        "Correct lon and lat, raise roads.max_snap_m, or set access to foot.",
    ),
    "foot-only": (
        "is reached only by a path ({path}); the nearest road is {road}.",
        "Set access to foot, or correct lon and lat.",
    ),
    "disconnected": (
        "lies on a road ({road}) that does not join the depot's roads both ways.",
        "Correct lon and lat, or the road's tags in OpenStreetMap.",
    ),
}


def _short_of_books(district: District, week: Week) -> Iterator[Fault]:
    made = week.dates()
    for option in week.options:
        if option.short and option.key in made:
            stop = option.due.stop
            yield warning(
                district.where("stops", stop.id),
                rule="short-of-books",
                column="books",
                value=str(stop.books),
                problem=f"Stop {stop.id} {stop.name} gets {option.short} books fewer than wanted.",
                fix="Put more batches it has not had into the store, or lower its books.",
            )


def _of_unknown_place(district: District, week: Week) -> Iterator[Fault]:
    """Yield a warning of the batches that may have been elsewhere before the week's Monday."""
    monday = week.fleet.horizon.monday
    lost = unplaced(district, monday)
    if not lost:
        return
    names = tx.listing([batch.id for batch in lost])
    yield warning(
        district.where("batches", lost[0].id),
        rule="batch-place-unknown",
        column="since",
        value=str(lost[0].since),
        problem=f"A week is planned as it stood before its Monday, {monday:%a %d %b}. Where "
        f"{_batches(len(lost))} ({names}) then was is not known, as since is no earlier and no "
        "visit tells; the plan counts on where at says it is.",
        fix="Write under at where it was before that Monday and leave since empty, also in weeks "
        "to come: where it is now is known from the visits.",
    )


def _batches(count: int) -> str:
    return "1 batch" if count == 1 else f"each of {count} batches"


def _done_otherwise(district: District, week: Week) -> Iterator[Fault]:
    """Yield a warning of the visits done in this very week that the plan does not make that day.

    A week is planned as it stood before its Monday, so it may send a car there again.
    """
    days = week.fleet.horizon.dates
    options = {option.key: option.due.stop.id for option in week.options}
    planned = {(options[key], date) for key, date in week.dates().items()}
    done = [
        (number, visit)
        for number, visit in enumerate(district.visits)
        if visit.status == "done" and visit.date in days and (visit.stop, visit.date) not in planned
    ]
    if not done:
        return
    names = list(dict.fromkeys(f"{visit.stop} on {visit.date:%a %d %b}" for _, visit in done))
    rows = list(district.origins.get("visits", {}).values())
    where = rows[done[0][0]] if rows else Where("visits")
    yield warning(
        where,
        rule="done-otherwise",
        column="date",
        value=done[0][1].date.isoformat(),
        problem="A week is planned as it stood before its Monday, and this plan does not have "
        f"visits done since: {tx.listing(names)}.",
        fix="To plan the rest of a week that has begun, fix the routes driven so far in an "
        "overrides.csv, and give it with --apply.",
    )
