"""A stop that no route serves, tried: alone on every car-day, and in every route of the week.

All limits are held at once, so what comes of it is true of one car on one day, never of several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import msgspec

from bookcar.model import Vehicle
from bookcar.optimiser.insertion import Base, Lack, Places, Verdict, base_of, bases_of
from bookcar.optimiser.limits import LIMITS
from bookcar.optimiser.problem import Problem, SolvedRoute, Task
from bookcar.plan import Obstacle, Swap
from bookcar.planning.offers import Offers, by_task
from bookcar.planning.prepared import Prepared
from bookcar.planning.week import Week

_UNITS = {limit.code: limit.unit for limit in LIMITS} | {"time": "seconds", "spacing": "days"}


@dataclass(frozen=True, kw_only=True)
class Trials:
    """A week with visits that it lacks, each with the loads that it could bring."""

    prepared: Prepared
    week: Week
    offers: Offers

    @property
    def problem(self) -> Problem:
        """The week's problem, the visits tried behind its own tasks."""
        return self.offers.problem

    @cached_property
    def _kinds(self) -> Mapping[Vehicle, tuple[int, ...]]:
        """The car-days of each kind of vehicle, under the first vehicle of the kind."""
        kinds: dict[Vehicle, list[int]] = {}
        for car_day, day in enumerate(self.week.fleet.days):
            kinds.setdefault(_kind(day.vehicle), []).append(car_day)
        first = {kind: self.week.fleet.days[days[0]].vehicle for kind, days in kinds.items()}
        return {first[kind]: tuple(days) for kind, days in kinds.items()}

    def alone_by_kind(self, tasks: Sequence[int]) -> Mapping[Vehicle, Mapping[int, Verdict]]:
        """Return what comes of each task on a route of its own, for each kind of vehicle."""
        return {
            vehicle: by_task(
                self.offers.alone_places.verdicts(
                    (), tasks, bases=[base for car in cars for base in self.offers.empty[car]]
                )
            )
            for vehicle, cars in self._kinds.items()
        }

    def with_reload(self, tasks: Sequence[int]) -> Mapping[int, Verdict]:
        """Return what comes of each task with one reload more on each route than may be."""
        if not tasks:
            return {}
        calls = [call for call, _ in self._more_calls]
        first = len(self.problem.tasks)
        more = replace(self.problem, tasks=(*self.problem.tasks, *calls))
        bases = bases_of(more, self.week.routes, calls=range(first, first + len(calls)))
        bases = tuple(b for b in bases if any(k >= first for k in b.tasks))
        if not bases:
            return {}
        return by_task(Places(more).verdicts(self.week.routes, tasks, bases=bases))

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

    def tried(self, lack: Lack) -> int:
        """Return the task that is on the way of a lack for a trial."""
        first = self.offers.first
        return next(k for k in lack.order if first <= k < first + len(self.offers.visits))

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
            gone = {out, *self._second_calls(out, route)}
            order = tuple(k for k in route.tasks if k not in gone)
            bases = base_of(self.problem, Base(car_day=route.car_day, tasks=order, first=first))
            stop = self.week.options[out].due.stop.id
            for verdict in self.offers.places.verdicts(
                self.week.routes, left, bases=bases, why=False
            ):
                if verdict.fits:
                    swap = Swap(stop=stop, vehicle=day.vehicle.id, date=day.date)
                    found[verdict.task] = swap
        return found

    def _stays(self, task: int) -> bool:
        given = self.week.problem.tasks[task]
        return given.reload or given.required or bool(self.week.options[task].again)

    def _second_calls(self, task: int, route: SolvedRoute) -> Iterator[int]:
        """Yield the second call for what a visit collects, which goes with it."""
        options = self.week.options
        for k in route.tasks:
            if k < len(options) and options[k].again == options[task].key:
                yield k

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
