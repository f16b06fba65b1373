"""What a planner should know of a district's roads and of a week's batches, as warnings."""

from __future__ import annotations

from collections.abc import Iterator

from bookcar.advice.calendar_warnings import calendar_warnings
from bookcar.advice.closure_warnings import closure_warnings
from bookcar.advice.request_warnings import request_warnings
from bookcar.advice.road_warnings import road_warnings, unclear_roads
from bookcar.advice.warn import warning
from bookcar.advice.zone_warnings import zone_warnings
from bookcar.batches.doubles import doubles_of
from bookcar.batches.holdings import had_before
from bookcar.errors import Fault
from bookcar.inputs.movements import before, unplaced
from bookcar.model import District, Vehicle, Where
from bookcar.planning.fleet import near_enough
from bookcar.planning.week import Week
from bookcar.roads.travel import Travel


def plan_warnings(district: District, travel: Travel, week: Week) -> tuple[Fault, ...]:
    """Return the warnings a plan carries: of roads, books, requests and what was already done.

    Parameters
    ----------
    district
        With everything recorded, whenever that was.
    """
    return (
        *zone_warnings(district),
        *calendar_warnings(district, week.fleet.horizon.monday),
        *closure_warnings(district, travel.unclosed),
        *road_warnings(district, travel.tables),
        *unclear_roads(district, travel, week),
        *_stores_out_of_reach(district, travel, week),
        *_seen_all(district, week),
        *_leaves_rotation(district, week),
        *_double_titles(district, week),
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
        vehicle=vehicle.id,
        depot=place,
    )


def _closed(district: District, vehicle: Vehicle, place: str) -> Fault:
    (depot,) = (depot for depot in district.depots if depot.id == place)
    return warning(
        district.where("vehicles", vehicle.id),
        rule="store-closed",
        column="reload_at",
        value=" ".join(vehicle.reload_at),
        vehicle=vehicle.id,
        starts=vehicle.starts,
        ends=vehicle.ends,
        minutes=vehicle.reload_s // 60,
        depot=place,
        hours=tuple(second for window in depot.windows for second in window),
    )


def _seen_all(district: District, week: Week) -> Iterator[Fault]:
    """Yield a warning of the stops that get a batch again, or none, as they have had them all."""
    monday = week.fleet.horizon.monday
    had = had_before(before(district, monday), monday)
    made = week.dates()
    again = []
    for option in week.options:
        stop = option.due.stop
        repeats = any(batch.id in had.get(stop.id, ()) for batch in option.drops)
        bare = stop.books > 0 and not option.drops and not option.again
        if option.key in made and (repeats or bare):
            again.append(stop)
    if again:
        setting = district.settings.batches.when_seen_all
        yield warning(
            district.where("stops", again[0].id),
            rule="seen-all",
            variant="no-books" if setting == "no-books" else "",
            column="books",
            value=str(again[0].books),
            count=len(again),
            stops=tuple(f"{stop.id} {stop.name}" for stop in again),
        )


def _leaves_rotation(district: District, week: Week) -> Iterator[Fault]:
    """Yield a warning of batches that went round so far and are dropped where they stay."""
    rotate = district.settings.batches.rotate
    rotating = {stop.id for stop in district.stops if stop.kind in rotate}
    earlier = before(district, week.fleet.horizon.monday)
    been = {v.batch for v in earlier.visits if v.status == "done" and v.stop in rotating}
    been |= {batch.id for batch in earlier.batches if batch.at in rotating}
    made = week.dates()
    lost = [
        (batch, option.due.stop)
        for option in week.options
        if option.key in made and option.due.stop.id not in rotating
        for batch in option.drops
        if batch.id in been and not batch.pool
    ]
    if lost:
        first = lost[0][0]
        yield warning(
            district.where("batches", first.id),
            rule="leaves-rotation",
            column="id",
            value=first.id,
            count=len(lost),
            names=tuple(batch.id for batch, _ in lost),
            books=sum(batch.books for batch, _ in lost),
            stops=tuple(dict.fromkeys(stop.id for _, stop in lost)),
        )


def _double_titles(district: District, week: Week) -> Iterator[Fault]:
    """Yield a warning of copies that stops get of titles that they keep already, once for all."""
    made, monday = week.dates(), week.fleet.horizon.monday
    going = [option for option in week.options if option.key in made and option.drops]
    stops = [option.due.stop.id for option in going]
    doubles = doubles_of(before(district, monday), monday, stops)
    found = [
        (option.due.stop.id, batch, copies)
        for option in going
        for batch in option.drops
        if (copies := doubles.get(option.due.stop.id, {}).get(batch.id, 0))
    ]
    if found:
        first = found[0][1]
        yield warning(
            district.where("batches", first.id),
            rule="double-titles",
            column="titles",
            value=first.titles,
            books=sum(copies for _, _, copies in found),
            stops=tuple(f"{stop} ({batch.id}: {copies})" for stop, batch, copies in found),
        )


def _short_of_books(district: District, week: Week) -> Iterator[Fault]:
    made = week.dates()
    for option in week.options:
        if option.short and option.drops and option.key in made:
            stop = option.due.stop
            yield warning(
                district.where("stops", stop.id),
                rule="short-of-books",
                column="books",
                value=str(stop.books),
                stop=stop.id,
                name=stop.name,
                books=option.short,
            )


def _of_unknown_place(district: District, week: Week) -> Iterator[Fault]:
    """Yield a warning of the batches that may have been elsewhere before the week's Monday."""
    monday = week.fleet.horizon.monday
    lost = unplaced(district, monday)
    if not lost:
        return
    yield warning(
        district.where("batches", lost[0].id),
        rule="batch-place-unknown",
        column="since",
        value=str(lost[0].since),
        monday=monday.isoformat(),
        count=len(lost),
        names=tuple(batch.id for batch in lost),
    )


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
    visits = dict.fromkeys((visit.stop, visit.date.isoformat()) for _, visit in done)
    rows = list(district.origins.get("visits", {}).values())
    where = rows[done[0][0]] if rows else Where("visits")
    yield warning(
        where,
        rule="done-otherwise",
        column="date",
        value=done[0][1].date.isoformat(),
        visits=tuple(visits),
    )
