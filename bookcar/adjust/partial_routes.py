"""Visits and beginnings of routes fixed by hand, in a week that is planned anew around them.

A fixed visit is an option with one car-day that must be made; a beginning is put into the problem
as it is, for the search to go on from. What was in the plan that was adjusted is perhaps in the car
already: such a visit keeps its batches if the depot has them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bookcar.adjust.context import Context, named
from bookcar.adjust.messages import note
from bookcar.adjust.overrides import FixedRoute, FixedVisit
from bookcar.batches.assign import Supply, assign_batches
from bookcar.errors import Fault, InputError
from bookcar.optimiser.problem import FixedRoute as Beginning
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.timing import schedule
from bookcar.optimiser.violations import try_route
from bookcar.planning.visit_options import VisitOption, had_by_visit
from bookcar.planning.week import Week

_Given = dict[str, tuple[str, tuple[str, ...]]]
"""By the key of a visit: where its batches come aboard, and their ids."""


@dataclass(frozen=True, kw_only=True)
class PartialRoutes:
    """The fixed visits of a week.

    Attributes
    ----------
    starts, pins
        Beginnings in their order, and visits in any; car-days are those of the whole week.
    drops
        By the key of a visit: the batches it had in the plan adjusted.
    planned
        Those of every visit of that plan, by its stop, date and vehicle id.
    emptied
        Keys of visits before which another that is fixed collects what the stop holds.
    """

    context: Context
    starts: tuple[FixedRoute, ...]
    pins: tuple[FixedRoute, ...]
    drops: Mapping[str, tuple[str, ...]]
    planned: Mapping[tuple[str, dt.date, str], tuple[str, ...]]
    emptied: frozenset[str] = frozenset()

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
        return {
            key: store
            for route in self.starts
            for key, store in route.loaded_at(self.context.fleet).items()
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
        given = self._kept(taken)
        used = taken | {batch for _, names in given.values() for batch in names}
        given |= self._from_aboard(given, used)
        found, stores, batches = [], self.stores(), self.context.prepared.district.batches_by_id
        for visit, car_day in self.visits():
            due = self.context.by_stop[visit.stop]
            store, names = given.get(visit.key, (stores.get(visit.key), ()))
            drops = tuple(batches[name] for name in names)
            short = max(0, due.stop.books - sum(b.books for b in drops)) if drops else 0
            bare = self.context.option(due, (days.index(car_day),), visit.number)
            aboard = store in self.context.aboard
            seen_out = self.context.came_bare(due.stop.id) or (
                aboard and self.context.comes_bare(due.stop.id, store or "")
            )
            found.append(
                replace(
                    bare,
                    must=True,
                    keeps=seen_out and not drops,
                    emptied=visit.key in self.emptied,
                    drops=drops,
                    store=store,
                    short=short,
                )
            )
        return found

    def _kept(self, taken: Set[str]) -> _Given:
        """Return what the visits keep of the plan adjusted, where one store has all of it now."""
        found: dict[str, tuple[str, tuple[str, ...]]] = {}
        taken = set(taken)
        for visit, car_day in self.visits():
            wanted = self.drops.get(visit.key, ())
            store = self._store_of(visit, car_day, wanted)
            free = taken.isdisjoint(wanted) and self.context.may_keep(visit.stop, wanted)
            if store is not None and free:
                found[visit.key] = store, wanted
                taken.update(wanted)
        return found

    def _store_of(self, visit: FixedVisit, car_day: int, wanted: Sequence[str]) -> str | None:
        """Return where a visit could be supplied from with all of some batches."""
        own = self.stores().get(visit.key)
        usable = [own] if own else sorted(self.context.fleet.stores((car_day,)))
        return next((s for s in usable if wanted and set(wanted) <= self.context.held(s)), None)

    def _from_aboard(self, given: _Given, used: Set[str]) -> _Given:
        """Give what a car that has left has to spare to the visits that keep nothing.

        To those of its beginning, which have nothing else, before those that come later.
        """
        found: _Given = {}
        for visits in (self._asking(self.starts, given), self._asking(self.pins, given)):
            taken = set(used).union(*(names for _, names in found.values()))
            spare = self.context.prepared.pools.marked(
                Supply(batch=batch, depot=store)
                for store, batches in self.context.aboard.items()
                for batch in batches
                if batch.id not in taken
            )
            demands = [option.demand(depots=frozenset({store})) for option, store in visits]
            had = had_by_visit(self.context.had, (option for option, _ in visits))
            drops = assign_batches(demands, spare, had=had).drops if spare and demands else {}
            stores = {option.key: store for option, store in visits}
            found |= {key: (stores[key], tuple(sorted(names))) for key, names in drops.items()}
        return found

    def _asking(self, routes: Iterable[FixedRoute], given: _Given) -> list[tuple[VisitOption, str]]:
        """Return the visits that want books and keep none, each with what is aboard then."""
        last = self.context.fleet.last_aboard()
        found = []
        for route in routes:
            stores = route.loaded_at(self.context.fleet) if route in self.starts else {}
            for visit in route.visits:
                due = self.context.by_stop[visit.stop]
                aboard = last.get(route.car_day)
                store = stores.get(visit.key, aboard.store if aboard else "")
                if visit.key not in given and due.stop.books and store in self.context.aboard:
                    option = self.context.option(due, (route.car_day,), visit.number)
                    found.append((replace(option, must=True), store))
        return found

    def carried_on(
        self, options: Iterable[VisitOption], days: Sequence[int], *, taken: Set[str]
    ) -> list[VisitOption]:
        """Return options, where those for which something is aboard get that, from that car.

        ``taken`` are the batches of fixed visits; the car-days of the options are those of
        ``days``.
        """
        found, given = [], set(taken)
        for option in options:
            own = self._aboard_for(option, days, given)
            given |= {batch.id for batch in own.drops} if own else set()
            found.append(own or option)
        return found

    def _aboard_for(
        self, option: VisitOption, days: Sequence[int], taken: Set[str]
    ) -> VisitOption | None:
        stop = option.due.stop
        last = self.context.fleet.last_aboard()
        for place in option.fleet:
            day = self.context.fleet.days[days[place]]
            wanted = self.planned.get((stop.id, day.date, day.vehicle.id), ())
            aboard = last.get(days[place])
            if aboard is None or not wanted or not self.context.may_keep(stop.id, wanted):
                continue
            if set(wanted) <= self.context.held(aboard.store) - taken:
                names = self.context.prepared.district.batches_by_id
                drops = tuple(names[name] for name in wanted)
                short = max(0, stop.books - sum(batch.books for batch in drops))
                return replace(
                    option,
                    fleet=(place,),
                    drops=drops,
                    store=aboard.store,
                    short=short,
                    keeps=True,
                )
        return None

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
                made = [problem.tasks[n] for n in order]
                fault = self.context.broken(route, day, violation, made)
                if fault is not None:
                    yield fault
            filling = [visit for visit in route.visits if visit.key not in self.emptied]
            yield from self.context.too_full(filling, day, trial.violations)
            if not trial.violations and schedule(problem, place, order) is None:
                yield self.context.not_drivable(route, day)

    def missed(self, week: Week, days: Sequence[int]) -> Iterator[Fault]:
        """Yield what to say of the visits that the routes found do not make as they were fixed."""
        for visit, car_day in self.undone(week, days):
            due, day = self.context.by_stop[visit.stop], self.context.fleet.days[car_day]
            yield self.context.fault(day, rule="override-missed", visit=visit, place=named(due))
            if visit.key not in self.emptied:
                yield from self.context.not_emptied((visit,), day)

    def undone(self, week: Week, days: Sequence[int]) -> Iterator[tuple[FixedVisit, int]]:
        """Yield these visits, each with the car-day on which it was fixed."""
        at = {
            call.key: (days[route.car_day], place)
            for route in week.routes
            for place, call in enumerate(week.calls(route))
            if isinstance(call, VisitOption)
        }
        places = self._places()
        for visit, car_day in self.visits():
            there, place = at.get(visit.key, (None, 0))
            if there != car_day or places.get(visit.key, place) != place:
                yield visit, car_day

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
