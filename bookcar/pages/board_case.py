"""What the board shows, as the numbers the search works on: cars, stops, loads and roads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, zip_longest
from typing import NamedTuple

from bookcar.as_of import as_of
from bookcar.batches.holdings import collectable
from bookcar.due import DueStop, due_stops
from bookcar.model import Batch, Depot, District
from bookcar.optimiser.problem import Problem
from bookcar.parts import shares
from bookcar.plan import Again, Fetch, Halt, Plan, PlanBatch, Reload, Visit, place_of
from bookcar.plan_index import Part, handed_on, parts
from bookcar.planning.fleet import Fleet, FleetDay, ReloadOption, fleet_of
from bookcar.planning.on_foot import told_in
from bookcar.planning.visit_options import HandedOn, VisitOption
from bookcar.planning.week_problem import week_problem
from bookcar.roads.travel import Travel
from bookcar.weeks import Horizon, parse_week


@dataclass(frozen=True, kw_only=True)
class BoardCase:
    """What the board shows, in the numbers the search works on.

    Attributes
    ----------
    fleet
        Every car-day of the week, with a route or without, and those of routes on other days.
    due
        The stops of the visits on the board, each a task of the problem: those made, then those
        missing. A stop with two visits a week is there twice.
    stores
        The depots of the reloads in the plan: the tasks after those of the stops.
    problem
        Its tasks may be served on every car-day; what a stop does not allow is told apart.
    orders
        By car-day: the tasks of its route in the plan, in order.
    stocked
        By car-day: whether the depot it starts from may have a batch that morning.
    """

    fleet: Fleet
    due: tuple[DueStop, ...]
    stores: tuple[Depot, ...]
    problem: Problem
    orders: tuple[tuple[int, ...], ...]
    stocked: tuple[bool, ...]


def board_case(plan: Plan, district: District, travel: Travel) -> BoardCase:
    """Return the stops of a plan, served and unserved, as tasks with what they move.

    A stop served drops the batches of its visit. One unserved counts with the books it wants, at
    the mean weight of the district's books; which batches it gets is settled when it is planned.

    Limits, hours and roads are those of the tables as they are now, which may have changed since
    the plan was made: the board shows what a plan adjusted today would be held to. What the tables
    have no more is left out; the visits of a car that is gone are unserved.
    """
    district = as_of(district, parse_week(plan.week))
    routes = tuple(_still_there(plan, district))
    due = due_stops(district, parse_week(plan.week))
    fleet = _fleet(plan, routes, district).with_crews(district, due, travel, told=told_in(plan))
    options = list(_options(plan, routes, district, fleet))
    problem = week_problem(options, fleet, travel, settings=district.settings)
    return BoardCase(
        fleet=fleet,
        due=tuple(option.due for option in options),
        stores=tuple(district.depots_by_id[call.place] for call in fleet.reloads),
        problem=problem,
        orders=_orders(routes, fleet, reloads_from=len(options)),
        stocked=tuple(_stocked(plan, district, fleet)),
    )


class _Shown(NamedTuple):
    """A route of the plan with those of its halts that the tables still have.

    Without its fetches: the board has no cars that stand, and takes what they bring from the depot.
    Without second calls where carriers are met: there the board has the car wait.
    """

    vehicle: str
    date: dt.date
    halts: tuple[Halt, ...]

    @property
    def visits(self) -> Iterator[Visit]:
        return (call for call in self.halts if isinstance(call, Visit))

    @property
    def reloads(self) -> Iterator[Reload]:
        return (call for call in self.halts if isinstance(call, Reload))


def _still_there(plan: Plan, district: District) -> Iterator[_Shown]:
    stops = {stop.id for stop in district.stops}
    depots = {depot.id for depot in district.depots}
    vehicles = {vehicle.id for vehicle in district.vehicles}
    for route in plan.routes:
        places = stops | depots if route.vehicle in vehicles else stops
        halts = tuple(
            halt
            for halt in route.halts
            if place_of(halt) in places and not isinstance(halt, Fetch | Again)
        )
        yield _Shown(route.vehicle, route.date, halts)


def _fleet(plan: Plan, routes: Iterable[_Shown], district: District) -> Fleet:
    """Return the car-days of the week and of the routes, with the reloads that these make."""
    fleet = fleet_of(district, Horizon(parse_week(plan.week)))
    rank = {vehicle.id: k for k, vehicle in enumerate(district.vehicles)}
    found = {(day.date, rank[day.vehicle.id]) for day in fleet.days}
    found |= {(route.date, rank[route.vehicle]) for route in routes if route.vehicle in rank}
    days = tuple(FleetDay(district.vehicles[k], date) for date, k in sorted(found))
    return Fleet(days, fleet.horizon, tuple(_calls(routes, days, district)))


def _calls(
    routes: Iterable[_Shown], days: Sequence[FleetDay], district: District
) -> Iterator[ReloadOption]:
    car_days = {(day.vehicle.id, day.date): k for k, day in enumerate(days)}
    for route in routes:
        for number, reload in enumerate(route.reloads, start=1):
            car_day = car_days[route.vehicle, route.date]
            yield ReloadOption(
                car_day=car_day,
                place=reload.depot,
                number=number,
                service_s=days[car_day].vehicle.reload_s,
                windows=district.depots_by_id[reload.depot].windows,
            )


def _options(
    plan: Plan, routes: Iterable[_Shown], district: District, fleet: Fleet
) -> Iterator[VisitOption]:
    """Yield an option for every visit made, in the order of the routes, then for those missing.

    What a stop holds goes with its first visit, so a second one that is missing collects nothing;
    of one delivered in parts, each that is missing collects a share of what the others leave.
    """
    everywhere = tuple(range(len(fleet.days)))
    monday = fleet.horizon.monday
    by_id = {d.stop.id: d for d in due_stops(district, monday)}
    batches = {batch.id: _batch(batch) for batch in plan.batches}
    for visit, handed in (pair for route in routes for pair in _handed(route)):
        yield VisitOption(
            due=by_id[visit.stop],
            prize=0.0,
            fleet=everywhere,
            drops=tuple(batches[name] for name in visit.drops),
            collects=tuple(batches[name] for name in visit.collects),
            handed=handed,
        )
    kg_a_book = _kg_a_book(district)
    collected = {name for route in routes for visit in route.visits for name in visit.collects}
    missing = ((by_id[row.stop], row.made) for row in plan.unserved if row.stop in by_id)
    for due, made in missing:
        held = [b for b in collectable(district, due.stop, monday) if b.id not in collected]
        lacking = range(made, due.stop.visits_a_week)
        parts = due.stop.in_parts
        own = shares(held, len(lacking)) if parts else [() if made else tuple(held)]
        for _, collects in zip_longest(lacking, own[: len(lacking)], fillvalue=()):
            yield VisitOption(
                due=due,
                prize=0.0,
                fleet=everywhere,
                drops=_wanted(due, kg_a_book),
                collects=collects,
            )


def _handed(route: _Shown) -> Iterator[tuple[Visit, tuple[HandedOn, ...]]]:
    """Yield the visits of a route, each with what earlier ones of its trip hand on to it."""
    trips: tuple[Part[Visit | Again | Fetch, Reload], ...] = parts(route.halts, Reload)
    for part in trips:
        visits = [call for call in part.visits if isinstance(call, Visit)]
        found = handed_on(visits)
        for visit in visits:
            own = (name for name in visit.drops if name in found)
            yield visit, tuple(HandedOn(name, found[name][0].stop) for name in own)


def _batch(batch: PlanBatch) -> Batch:
    return Batch(id=batch.id, at=batch.at, books=batch.books, kg=batch.kg)


def _kg_a_book(district: District) -> Fraction:
    """Return the mean weight of the district's books; nothing where it has none."""
    books = sum(batch.books for batch in district.batches)
    return Fraction(sum(batch.kg for batch in district.batches), books) if books else Fraction(0)


def _wanted(due: DueStop, kg_a_book: Fraction) -> tuple[Batch, ...]:
    """Return the books a stop wants as one batch."""
    wanted = due.stop.books
    return (Batch(id="", at="", books=wanted, kg=round(wanted * kg_a_book)),) if wanted else ()


def _orders(
    routes: Iterable[_Shown], fleet: Fleet, *, reloads_from: int
) -> tuple[tuple[int, ...], ...]:
    orders: dict[tuple[str, dt.date], tuple[int, ...]] = {}
    visits, reloads = count(), count(reloads_from)
    for route in routes:
        orders[route.vehicle, route.date] = tuple(
            next(reloads if isinstance(call, Reload) else visits) for call in route.halts
        )
    return tuple(orders.get((day.vehicle.id, day.date), ()) for day in fleet.days)


def _stocked(plan: Plan, district: District, fleet: Fleet) -> Iterator[bool]:
    """Yield for each car-day if batches were in its depot on Monday, or may have come there since.

    A route may put off what it collected where it reloads and where it ends.
    """
    there = {batch.at for batch in district.batches}
    back = [
        (place, route.date)
        for route in plan.routes
        if any(visit.collects for visit in route.visits)
        for place in (route.depot, *(reload.depot for reload in route.reloads))
    ]
    for day in fleet.days:
        home = day.vehicle.depot
        yield home in there or any(place == home and date < day.date for place, date in back)
