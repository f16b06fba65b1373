"""Why a stop is unserved: the first reason that holds, tested on every car-day that could come."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bookcar.due import DueStop
from bookcar.model import Depot, District
from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.limits import limited, most_of
from bookcar.optimiser.problem import CarDay, Problem, SolvedRoute, Task
from bookcar.optimiser.timing import schedule
from bookcar.plan import ReasonCode, Unserved
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption, visit_key
from bookcar.planning.week import Week
from bookcar.planning.week_problem import week_problem
from bookcar.roads.travel import Travel, Unreached

Figures = Mapping[str, int | float | str]


@dataclass(frozen=True, kw_only=True)
class _Case:
    """One visit not made; ``option`` is None where no car-day could come at all.

    ``made`` has the day of the stop's other visit, if it wants two and one is made.
    """

    prepared: Prepared
    week: Week
    due: DueStop
    option: VisitOption | None
    made: dt.date | None

    @property
    def district(self) -> District:
        """Return the district as it stood before the horizon."""
        return self.prepared.district

    @property
    def travel(self) -> Travel:
        """Return the driving between all places."""
        return self.prepared.travel

    @property
    def depots(self) -> Mapping[str, Depot]:
        """Return the district's depots by id."""
        return {depot.id: depot for depot in self.district.depots}

    def car_days(self) -> tuple[int, ...]:
        """Return the car-days that may come, far enough from the visit made."""
        if self.option is None:
            return ()
        if self.made is None:
            return self.option.fleet
        gap, days = self.due.stop.days_between, self.week.fleet.days
        return tuple(k for k in self.option.fleet if abs((days[k].date - self.made).days) >= gap)


def unserved_stops(prepared: Prepared, *, week: Week) -> tuple[Unserved, ...]:
    """Return every due stop that lacks a visit, with the first reason.

    Required stops stand first, then the most overdue, then the district's order.
    """
    made = week.dates()
    options = {e.key: e for e in (*week.options, *week.unsupplied)}
    found = []
    for d in sorted(prepared.due, key=lambda d: (not d.stop.required, -d.overdue)):
        keys = [visit_key(d.stop.id, n) for n in range(1, d.stop.visits_a_week + 1)]
        missing = [options.get(key) for key in keys if key not in made]
        if d.due and missing:
            days = [made[key] for key in keys if key in made]
            case = _Case(
                prepared=prepared,
                week=week,
                due=d,
                option=missing[0],
                made=days[0] if days else None,
            )
            found.append(_unserved(case, missing))
    return tuple(found)


def _unserved(case: _Case, missing: Sequence[VisitOption | None]) -> Unserved:
    reason, figures = _first_reason(case)
    could = [e for e in missing if e is not None and e in case.week.options]
    return Unserved(
        stop=case.due.stop.id,
        reason=reason,
        figures=figures,
        made=case.due.stop.visits_a_week - len(missing),
        lost=0.0 if case.due.stop.required else round(sum((e.prize for e in could), 0.0), 2),
    )


def _first_reason(case: _Case) -> tuple[ReasonCode, Figures]:
    for test in _TESTS:
        found = test(case)
        if found is not None:
            return found
    return "no-room", {}


_Found = tuple[ReasonCode, Figures] | None


def _by_hand(case: _Case) -> _Found:
    return ("left-out", {}) if case.due.stop.id in case.week.left_out else None


def _no_way(case: _Case) -> _Found:
    """Find out whether no vehicle can reach the stop: on foot only, off the roads, cut off."""
    stop = case.due.stop
    if stop.access == "foot":
        return "foot-only", {}
    cut = [
        table.unreached[stop.id]
        for table in case.travel.tables.values()
        if stop.id in table.unreached
    ]
    if len(cut) < len(case.travel.tables):
        return None
    return cut[0].reason, _snap_figures(case, cut[0])


def _snap_figures(case: _Case, cut: Unreached) -> Figures:
    if cut.reason != "off-road":
        return {}
    limit = case.district.settings.roads.max_snap_m
    return {"limit_m": limit, "road": "-" if cut.road_m is None else f"{cut.road_m:,} m"}


def _no_day(case: _Case) -> _Found:
    return None if case.due.dates else ("no-day", {})


def _no_vehicle(case: _Case) -> _Found:
    return ("no-vehicle", {}) if case.option is None else None


def _no_batch(case: _Case) -> _Found:
    stop = case.due.stop
    if case.option is None or case.option.drops or not stop.books:
        return None
    return "no-batch", {"books": stop.books}


def _too_close(case: _Case) -> _Found:
    """Find out whether every day left is too near to the visit that is made."""
    if case.made is None or case.car_days():
        return None
    return "too-close", {"days": case.due.stop.days_between}


def _breaks_a_limit(case: _Case) -> _Found:
    """Find the first limit that a route to this stop alone breaks on every car-day."""
    if case.option is None:
        return None
    settings = case.district.settings
    alone = replace(case.option, store=None)  # at another store than the car's: behind a reload
    problem = week_problem([alone], case.week.fleet, case.travel, settings=settings)
    task = problem.tasks[0]
    cars = [problem.car_days[k] for k in task.car_days]
    if not cars:
        return "no-vehicle", {}
    for limit in _LIMITS:
        found = limit(problem, task, cars)
        if found is not None:
            return found
    fits = any(schedule(problem, k, (0,)) is not None for k in task.car_days)
    return None if fits else ("closed", {})


def _books(_problem: Problem, task: Task, cars: Sequence[CarDay]) -> _Found:
    books = max(task.delivered(0), task.collected(0))
    limit = max(car.capacity[0] or 0 for car in cars)
    return ("too-many-books", {"books": books, "limit": limit}) if books > limit else None


def _kg(_problem: Problem, task: Task, cars: Sequence[CarDay]) -> _Found:
    limits = [kg for car in cars if (kg := car.capacity[1]) is not None]
    kg = max(task.delivered(1), task.collected(1))
    if len(limits) < len(cars) or kg <= max(limits):
        return None
    return "too-heavy", {"kg": kg, "limit": max(limits)}


def _km(problem: Problem, task: Task, cars: Sequence[CarDay]) -> _Found:
    ways = [(_there_and_back(problem, task, car)[0], most_of(car, "metres") or 0) for car in cars]
    metres, limit = _nearest_to_fit(ways)
    return ("too-far", {"km": metres / 1000, "limit": limit / 1000}) if metres > limit else None


def _hours(problem: Problem, task: Task, cars: Sequence[CarDay]) -> _Found:
    days = [
        (
            _there_and_back(problem, task, car)[1] + task.service_s,
            min(car.max_seconds, car.ends - car.starts),
        )
        for car in cars
    ]
    seconds, limit = _nearest_to_fit(days)
    if seconds <= limit:
        return None
    return "too-long", {"hours": seconds / 3600, "limit": limit / 3600}


def _nearest_to_fit(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return the (figure, limit) with the least excess."""
    return min(pairs, key=lambda pair: (pair[0] - pair[1], pair))


def _there_and_back(problem: Problem, task: Task, car: CarDay) -> tuple[int, int]:
    table = problem.tables[car.table]
    out, home = (car.start, task.location), (task.location, car.end)
    metres = int(table.metres[out]) + int(table.metres[home])
    return metres, int(table.seconds[out]) + int(table.seconds[home])


def _not_worth(case: _Case) -> _Found:
    """Find out whether the stop would fit into a route, and only costs more than its prize."""
    if case.option is None or case.option not in case.week.options:
        return None
    problem, task = case.week.problem, case.week.options.index(case.option)
    routes = {route.car_day: route for route in case.week.routes}
    extras = [
        extra
        for car_day in case.car_days()
        for extra in _extra_costs(problem, task, car_day, routes.get(car_day))
    ]
    cheapest = min(extras, default=0.0)
    if case.week.fewest_car_days and case.option.prize > 0:
        return None  # there every prize is worth any way
    if cheapest <= case.option.prize:
        return None  # nothing fits: there is no room
    return "not-worth", {"cost": round(cheapest), "prize": round(case.option.prize)}


def _extra_costs(
    problem: Problem, task: int, car_day: int, route: SolvedRoute | None
) -> Iterator[float]:
    """Yield what the task would cost more at each place of a car-day's route where it fits."""
    order = route.tasks if route else ()
    before = route_cost(problem, route) if route else 0.0
    for at in range(len(order) + 1):
        longer = (*order[:at], task, *order[at:])
        times = schedule(problem, car_day, longer)
        if times is not None:
            with_it = SolvedRoute(car_day=car_day, tasks=longer, schedule=times)
            yield route_cost(problem, with_it) - before


def _reload_would_help(case: _Case) -> _Found:
    """Find out whether a car that reloaded once more where it may would have room for the stop."""
    if case.option is None or case.option not in case.week.options:
        return None
    week, task = case.week, case.week.options.index(case.option)
    worth = math.inf if case.due.stop.required else case.option.prize
    loaded = week.loaded_at()
    for route in week.routes:
        if route.car_day not in case.car_days():
            continue
        day = week.fleet.days[route.car_day]
        before = route_cost(week.problem, route)
        for store in day.vehicle.reload_at or (day.vehicle.depot,):
            more = _one_more_reload(case, route.car_day, store)
            if any(
                route_cost(more, longer) - before <= worth
                for longer in _with_reload(more, task, route)
                if _stocked(week, longer, store, loaded)
            ):
                figures = {"vehicle": day.vehicle.id, "date": day.date.isoformat()}
                return "full", {**figures, "place": case.depots[store].name}
    return None


def _one_more_reload(case: _Case, car_day: int, store: str) -> Problem:
    """Return the problem with a last task: one reload more of a car-day, at a store in its hours.

    Batches come from where they are (`_stocked`), so no task is kept to a store as well.
    """
    week = case.week
    vehicle, cars = week.fleet.days[car_day].vehicle, list(week.problem.car_days)
    cars[car_day] = limited(cars[car_day], reloads=vehicle.reloads + 1)
    call = Task(
        location=case.travel.rows[store],
        prize=0.0,
        service_s=vehicle.reload_s,
        windows={cars[car_day].day: case.depots[store].windows},
        car_days=(car_day,),
        reload=True,
    )
    tasks = (replace(task, depot=None) for task in week.problem.tasks)
    return replace(week.problem, car_days=tuple(cars), tasks=(*tasks, call))


def _stocked(week: Week, route: SolvedRoute, store: str, loaded: Mapping[str, str]) -> bool:
    """Tell whether every batch comes aboard where it is, with a reload more at a store.

    Those of the visits made are where they were ``loaded``, by the key of an option.
    """
    here = week.fleet.days[route.car_day].vehicle.depot
    places = [*(call.place for call in week.fleet.reloads), store]
    for task in route.tasks:
        if task >= len(week.options):
            here = places[task - len(week.options)]
            continue
        option = week.options[task]
        own = loaded.get(option.key)
        if any(here != (own or batch.at) for batch in option.drops):
            return False
    return True


def _with_reload(problem: Problem, task: int, route: SolvedRoute) -> Iterator[SolvedRoute]:
    """Yield the routes with a task and the last reload more that keep every limit."""
    call = len(problem.tasks) - 1
    for at in range(len(route.tasks) + 1):
        longer = (*route.tasks[:at], task, *route.tasks[at:])
        for k in range(1, len(longer)):
            order = (*longer[:k], call, *longer[k:])
            times = schedule(problem, route.car_day, order)
            if times is not None:
                yield SolvedRoute(car_day=route.car_day, tasks=order, schedule=times)


_TESTS: tuple[Callable[[_Case], _Found], ...] = (
    _by_hand,
    _no_way,
    _no_day,
    _no_vehicle,
    _no_batch,
    _too_close,
    _breaks_a_limit,
    _not_worth,
    _reload_would_help,
)
_LIMITS: tuple[Callable[[Problem, Task, Sequence[CarDay]], _Found], ...] = (
    _books,
    _kg,
    _km,
    _hours,
)
