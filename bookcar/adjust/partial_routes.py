"""Visits and beginnings of routes fixed by hand, in a week that is planned anew around them.

A fixed visit is an option with one car-day that must be made; a beginning is put into the problem
as it is, for the search to go on from. What was in the plan that was adjusted is perhaps in the car
already: such a visit keeps its batches if the depot has them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bookcar.adjust.context import Context, named
from bookcar.adjust.messages import note
from bookcar.adjust.overrides import FixedRoute, FixedVisit
from bookcar.errors import Fault, InputError
from bookcar.model import Batch
from bookcar.optimiser.problem import FixedRoute as Beginning
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.timing import schedule
from bookcar.optimiser.violations import try_route
from bookcar.planning.visit_options import VisitOption
from bookcar.planning.week import Week


@dataclass(frozen=True, kw_only=True)
class PartialRoutes:
    """The fixed visits of a week.

    Attributes
    ----------
    starts, pins
        Beginnings in their order, and visits in any; car-days are those of the whole week.
    drops
        By the key of a visit: the batches it had in the plan adjusted.
    """

    context: Context
    starts: tuple[FixedRoute, ...]
    pins: tuple[FixedRoute, ...]
    drops: Mapping[str, tuple[str, ...]]

    def visits(self) -> Iterator[tuple[FixedVisit, int]]:
        """Yield every visit with its car-day."""
        for route in (*self.starts, *self.pins):
            for visit in route.visits:
                yield visit, route.car_day

    def _places(self) -> dict[str, int]:
        """Return, by the key of each visit of a beginning, its place on the route from 0."""
        return {
            call.key: k
            for route in self.starts
            for k, call in enumerate(route.calls)
            if isinstance(call, FixedVisit)
        }

    def stores(self) -> dict[str, str]:
        """Return where the batches of each visit of a beginning come aboard, by its key."""
        days = self.context.fleet.days
        return {
            key: store
            for route in self.starts
            for key, store in route.loaded_at(days[route.car_day].vehicle.depot).items()
        }

    def refused(self) -> Iterator[Fault]:
        """Yield the visits that their stops do not take, whatever the route."""
        for visit, car_day in self.visits():
            fault = self.context.refused(visit, self.context.fleet.days[car_day])
            if fault is not None:
                yield fault
        for route in self.starts:
            yield from self.context.no_reload(route)

    def options(self, days: Sequence[int], *, taken: Set[str]) -> list[VisitOption]:
        """Return an option per visit, on the one of ``days`` (car-days of the week) that makes it.

        ``taken`` are the batches that fixed routes bring.
        """
        found, stores = [], self.stores()
        for visit, car_day in self.visits():
            due = self.context.by_stop[visit.stop]
            own = stores.get(visit.key)
            usable = frozenset({own}) if own else self.context.fleet.stores((car_day,))
            kept = self._kept(visit, usable, taken)
            taken = taken | {batch.id for batch in kept}
            bare = self.context.option(due, (days.index(car_day),), visit.number)
            store = kept[0].at if kept else own
            found.append(replace(bare, must=True, drops=kept, store=store))
        return found

    def _kept(self, visit: FixedVisit, stores: Set[str], taken: Set[str]) -> tuple[Batch, ...]:
        """Return the batches of the plan adjusted, if one of the stores has all of them now."""
        batches = self.context.district.batches_by_id
        had = self.context.had.get(visit.stop, frozenset())
        wanted = self.drops.get(visit.key, ())
        there = all(name in batches and name not in taken and name not in had for name in wanted)
        places = {batches[name].at for name in wanted if name in batches}
        if not there or len(places) != 1 or not places <= stores:
            return ()
        return tuple(batches[name] for name in wanted)

    def prepare(self, problem: Problem, options: Sequence[VisitOption]) -> Problem:
        """Return the problem with the beginnings in it.

        Raises
        ------
        InputError
            With every visit that no batch is left for, and every limit a beginning breaks.
        """
        tasks = {option.key: task for task, option in enumerate(options)}
        faults = [*self._without_batch(tasks), *self._broken(problem, tasks)]
        if faults:
            raise InputError(faults)
        beginnings = (
            Beginning(car_day=self._place(problem, tasks, route), tasks=order, open=True)
            for route, order in self._orders(problem, tasks)
        )
        return replace(problem, fixed=tuple(beginnings))

    def _orders(
        self, problem: Problem, tasks: Mapping[str, int]
    ) -> Iterator[tuple[FixedRoute, tuple[int, ...]]]:
        """Yield the beginnings all of whose visits have a batch, as tasks."""
        for route in self.starts:
            if all(visit.key in tasks for visit in route.visits):
                yield route, tuple(self._numbers(problem, tasks, route))

    def _numbers(
        self, problem: Problem, tasks: Mapping[str, int], route: FixedRoute
    ) -> Iterator[int]:
        """Yield the task of each call; a reload is the next unused one of its car-day there."""
        car_day = self._place(problem, tasks, route)
        reloads = [k for k, t in enumerate(problem.tasks) if t.reload and car_day in t.car_days]
        for call in route.calls:
            if isinstance(call, FixedVisit):
                yield tasks[call.key]
                continue
            row = self.context.travel.rows[call.place]
            task = next(k for k in reloads if problem.tasks[k].location == row)
            reloads.remove(task)
            yield task

    def _place(self, problem: Problem, tasks: Mapping[str, int], route: FixedRoute) -> int:
        """Return the car-day of a beginning as the problem counts: its tasks have no other."""
        return problem.tasks[tasks[route.visits[0].key]].car_days[0]

    def _without_batch(self, tasks: Mapping[str, int]) -> Iterator[Fault]:
        stores = self.stores()
        for visit, car_day in self.visits():
            if visit.key not in tasks:
                due, day = self.context.by_stop[visit.stop], self.context.fleet.days[car_day]
                bare = VisitOption(due=due, prize=0.0, fleet=(), store=stores.get(visit.key))
                fault = self.context.without_batch(visit, day, bare)
                if fault is not None:
                    yield fault

    def _broken(self, problem: Problem, tasks: Mapping[str, int]) -> Iterator[Fault]:
        for route, order in self._orders(problem, tasks):
            day = self.context.fleet.days[route.car_day]
            place = self._place(problem, tasks, route)
            trial = try_route(problem, place, order)
            for violation in trial.violations:
                yield self.context.broken(route, day, violation)
            if not trial.violations and schedule(problem, place, order) is None:
                yield self.context.not_drivable(route, day)

    def missed(self, week: Week, days: Sequence[int]) -> Iterator[Fault]:
        """Yield the visits that the routes found do not make as they were fixed."""
        at = {
            call.key: (days[route.car_day], place)
            for route in week.routes
            for place, call in enumerate(week.calls(route))
            if isinstance(call, VisitOption)
        }
        places = self._places()
        for visit, car_day in self.visits():
            there, place = at.get(visit.key, (None, 0))
            if there == car_day and places.get(visit.key, place) == place:
                continue
            due, day = self.context.by_stop[visit.stop], self.context.fleet.days[car_day]
            yield self.context.fault(day, rule="override-missed", visit=visit, place=named(due))

    def notes(self) -> Iterator[Fault]:
        """Yield what a reader of the plan should know of the fixed visits."""
        visits = list(self.visits())
        if visits:
            days = self.context.fleet.days
            listed = tuple(
                (visit.stop, days[k].vehicle.id, days[k].date.weekday()) for visit, k in visits
            )
            yield note("by-hand", self.context.overrides.file, variant="visits", visits=listed)


def numbered(routes: Iterable[FixedRoute], seen: Counter[str]) -> tuple[FixedRoute, ...]:
    """Return the routes with the second visit to a stop told from the first; counts in ``seen``."""
    found = []
    for route in routes:
        seen.update(visit.stop for visit in route.visits)
        calls = (
            replace(call, number=seen[call.stop]) if isinstance(call, FixedVisit) else call
            for call in route.calls
        )
        found.append(replace(route, calls=tuple(calls)))
    return tuple(found)
