"""A stop that no route serves, tried: alone on every car-day, and in every route of the week.

All limits are held at once, so what comes of it is true of one car on one day, never of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from bookcar.advice.cargo import Cargo
from bookcar.model import Vehicle
from bookcar.optimiser.insertion import Base, Lack, Places, Verdict, bases_of
from bookcar.optimiser.limits import LIMITS
from bookcar.optimiser.problem import Problem, SolvedRoute, Task, with_room
from bookcar.plan import Obstacle, Swap
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption
from bookcar.planning.week import Week
from bookcar.planning.week_problem import store_numbers, week_problem

_UNITS = {limit.code: limit.unit for limit in LIMITS} | {"time": "seconds", "spacing": "days"}


@dataclass(frozen=True, kw_only=True)
class Trials:
    """A week with everything that it lacks, ready to be tried.

    Attributes
    ----------
    cargoes
        By the key of an option, each load it could be tried with; one of its own if it has batches.
    """

    prepared: Prepared
    week: Week
    cargoes: Mapping[str, Sequence[Cargo]]

    @cached_property
    def tasks(self) -> Mapping[str, tuple[int, ...]]:
        """The tasks of each option, by its key: one, or one per load."""
        found: dict[str, list[int]] = {}
        for number, option in enumerate(self.week.options):
            found[option.key] = [number]
        for number, (option, _) in enumerate(self._extra, start=len(self.week.problem.tasks)):
            found.setdefault(option.key, []).append(number)
        return {key: tuple(tasks) for key, tasks in found.items()}

    @cached_property
    def _extra(self) -> list[tuple[VisitOption, Cargo]]:
        """What has no batches, once per load it could be tried with."""
        return [
            (replace(option, fleet=cargo.car_days, drops=cargo.drops), cargo)
            for option in self.week.unsupplied
            for cargo in self.cargoes.get(option.key, ())
        ]

    @cached_property
    def problem(self) -> Problem:
        """The week's problem, every task loaded where its batches are, and the extra tasks."""
        week = self.week
        own = [self._loaded(k, task) for k, task in enumerate(week.problem.tasks)]
        extra = [replace(o, store=c.depot) for o, c in self._extra]
        settings = self.prepared.district.settings
        more = week_problem(extra, week.fleet, self.prepared.travel, settings=settings).tasks
        return replace(week.problem, tasks=(*own, *more[: len(extra)]))

    def _loaded(self, number: int, task: Task) -> Task:
        if number >= len(self.week.options):
            return task
        option = self.week.options[number]
        depot = self._loaded_at.get(option.key)
        if depot is None and (cargo := self.cargoes.get(option.key)):
            depot = cargo[0].depot
        if self.week.fewest_car_days and option.prize > 0:
            task = replace(task, required=True)  # there every prize is worth any way
        return task if depot is None else replace(task, depot=self._stores[depot])

    @cached_property
    def _loaded_at(self) -> Mapping[str, str]:
        made = {option.key: option for option in self.week.options}
        return {key: at for key, at in self.week.loaded_at().items() if made[key].drops}

    @cached_property
    def _stores(self) -> Mapping[str, int]:
        return store_numbers(self.week.fleet, self.prepared.travel)

    @cached_property
    def _alone(self) -> Places:
        return Places(replace(with_room(self.problem), fixed=(), spacings=(), balance=0.0))

    @cached_property
    def _week(self) -> Places:
        return Places(self.problem)

    @cached_property
    def _kinds(self) -> Mapping[Vehicle, tuple[int, ...]]:
        """The car-days of each kind of vehicle, under the first vehicle of the kind."""
        kinds: dict[Vehicle, list[int]] = {}
        for car_day, day in enumerate(self.week.fleet.days):
            kinds.setdefault(_kind(day.vehicle), []).append(car_day)
        first = {kind: self.week.fleet.days[days[0]].vehicle for kind, days in kinds.items()}
        return {first[kind]: tuple(days) for kind, days in kinds.items()}

    @cached_property
    def _empty(self) -> Mapping[int, list[Base]]:
        """Empty routes by car-day, and those that reload first."""
        found: dict[int, list[Base]] = {}
        for base in bases_of(self._alone.problem, ()):
            found.setdefault(base.car_day, []).append(base)
        return found

    def alone(self, tasks: Sequence[int]) -> Mapping[int, Verdict]:
        """Return what comes of each task on a route of its own, on any car-day."""
        every = [base for bases in self._empty.values() for base in bases]
        return _by_task(self._alone.verdicts((), tasks, bases=every))

    def alone_by_kind(self, tasks: Sequence[int]) -> Mapping[Vehicle, Mapping[int, Verdict]]:
        """Return the same for each kind of vehicle that may come."""
        return {
            vehicle: _by_task(
                self._alone.verdicts(
                    (), tasks, bases=[base for car in cars for base in self._empty[car]]
                )
            )
            for vehicle, cars in self._kinds.items()
        }

    def in_week(self, tasks: Sequence[int]) -> Mapping[int, Verdict]:
        """Return what comes of each task in the routes as they were found."""
        return _by_task(self._week.verdicts(self.week.routes, tasks))

    def with_reload(self, tasks: Sequence[int]) -> Mapping[int, Verdict]:
        """Return the same with one reload more, beyond those a car may make, on each route."""
        if not tasks:
            return {}
        calls = [call for call, _ in self._more_calls]
        first = len(self.problem.tasks)
        more = replace(self.problem, tasks=(*self.problem.tasks, *calls))
        bases = bases_of(more, self.week.routes, calls=range(first, first + len(calls)))
        bases = tuple(b for b in bases if any(k >= first for k in b.tasks))
        if not bases:
            return {}
        return _by_task(Places(more).verdicts(self.week.routes, tasks, bases=bases))

    @cached_property
    def _more_calls(self) -> list[tuple[Task, str]]:
        """A reload more for each route at each depot where its car may reload, and the depot."""
        return list(self._each_call())

    def _each_call(self) -> Iterator[tuple[Task, str]]:
        depots = self.prepared.district.depots_by_id
        for route in self.week.routes:
            day, car = self.week.fleet.days[route.car_day], self.problem.car_days[route.car_day]
            for place in day.vehicle.reload_at or (day.vehicle.depot,):
                call = Task(
                    location=self.prepared.travel.rows[place],
                    prize=0.0,
                    service_s=day.vehicle.reload_s,
                    windows={car.day: depots[place].windows},
                    car_days=(route.car_day,),
                    reload=True,
                )
                yield call, depots[place].name

    def reloaded_at(self, lack: Lack) -> str:
        """Return the name of the depot of the reload more on the way of a lack."""
        first = len(self.problem.tasks)
        return next(self._more_calls[k - first][1] for k in lack.order if k >= first)

    def swaps(self, wanted: Mapping[int, int]) -> Mapping[int, Swap]:
        """Return which stop makes room for each task on the car-day wanted for it, if one does.

        Of several the one with the least prize; never one that must be visited or is fixed.
        """
        by_car: dict[int, list[int]] = {}
        for task, car_day in wanted.items():
            by_car.setdefault(car_day, []).append(task)
        routes = {route.car_day: route for route in self.week.routes}
        found: dict[int, Swap] = {}
        for car_day, tasks in by_car.items():
            if car_day in routes:
                found.update(self._swaps_on(routes[car_day], tasks))
        return found

    def _swaps_on(self, route: SolvedRoute, tasks: Sequence[int]) -> dict[int, Swap]:
        day = self.week.fleet.days[route.car_day]
        fixed = {k for one in self.problem.fixed for k in one.tasks}
        if any(one.car_day == route.car_day and not one.open for one in self.problem.fixed):
            return {}
        first = sum(k in fixed for k in route.tasks)
        others = [k for k in route.tasks if k not in fixed and not self._stays(k)]
        found: dict[int, Swap] = {}
        for out in sorted(others, key=lambda k: (self.problem.tasks[k].prize, k)):
            left = [task for task in tasks if task not in found]
            order = tuple(k for k in route.tasks if k != out)
            base = Base(car_day=route.car_day, tasks=order, first=first)
            stop = self.week.options[out].due.stop.id
            for verdict in self._week.verdicts(self.week.routes, left, bases=[base], why=False):
                if verdict.route is not None:
                    swap = Swap(stop=stop, vehicle=day.vehicle.id, date=day.date)
                    found[verdict.task] = swap
        return found

    def _stays(self, task: int) -> bool:
        given = self.week.problem.tasks[task]
        return given.reload or given.required

    def obstacle(self, lack: Lack, *, dated: bool) -> Obstacle:
        """Return a limit as the plan tells it."""
        day = self.week.fleet.days[lack.car_day]
        return Obstacle(
            vehicle=day.vehicle.id,
            date=day.date if dated else None,
            code=lack.code,
            unit=_UNITS.get(lack.code, ""),
            figure=lack.figure,
            limit=lack.limit,
        )


def _kind(vehicle: Vehicle) -> Vehicle:
    """Return a vehicle without what no limit depends on."""
    return msgspec.structs.replace(
        vehicle, id="", name="", driver="", phone="", weekdays=(), fixed_cost=0.0, cost_km=0.0
    )


def _by_task(verdicts: Iterable[Verdict]) -> dict[int, Verdict]:
    return {verdict.task: verdict for verdict in verdicts}
