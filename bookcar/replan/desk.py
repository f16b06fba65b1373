"""What is left of a week as a problem: which car could make which job, when, and at what cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from bookcar.due import DueStop, prize
from bookcar.model import Batch
from bookcar.optimiser.breaks import rests_in_time, until_first
from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.limits import LOADS, SUMS
from bookcar.optimiser.problem import (
    Break,
    CarDay,
    Loaded,
    Problem,
    Schedule,
    SolvedRoute,
    Task,
)
from bookcar.optimiser.timing import legs_of, schedule
from bookcar.plan import Reload, Visit, place_of
from bookcar.plan_changes import TOLD_S
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption, allowed_car_days
from bookcar.planning.week_problem import week_problem
from bookcar.replan.jobs import Job, Ride, used_until_break

_DAY_S = 86_400
_ABOARD = 10**6  # numbers of stores aboard cars lie beyond those of all places

Order = tuple[int, ...]
"""Jobs in the order in which a car makes them."""


class Driven(NamedTuple):
    """How a ride goes on: its times, and its cost; no times if nothing is left of it.

    ``told`` is what it costs to tell people that they are served at another time.
    """

    times: Schedule | None
    cost: float
    told: float = 0.0

    @property
    def whole(self) -> float:
        """Both costs."""
        return self.cost + self.told


@dataclass(frozen=True)
class Desk:
    """The rides and jobs of a moment, with everything that is asked of them.

    Attributes
    ----------
    rides
        By car-day, in their order; those of cars that are out are not among them.
    jobs
        All that is still to be made; an order names them by their index.
    meets
        By car-day, from which second of the day on it may meet the car from which it fetches.
    """

    prepared: Prepared
    rides: Mapping[int, Ride]
    jobs: tuple[Job, ...]
    date: dt.date
    meets: Mapping[int, int] = field(default_factory=dict)
    _known: dict[tuple[int, Order], Driven | None] = field(default_factory=dict)

    @cached_property
    def batches(self) -> Mapping[str, Batch]:
        """The batches by id."""
        return self.prepared.district.batches_by_id

    @cached_property
    def by_stop(self) -> Mapping[str, DueStop]:
        """Every stop as the week sees it, by id."""
        return {d.stop.id: d for d in self.prepared.due}

    @cached_property
    def allowed(self) -> tuple[frozenset[int], ...]:
        """For each job the car-days that may make it."""
        return tuple(frozenset(self._allowed(job)) for job in self.jobs)

    def _allowed(self, job: Job) -> list[int]:
        days, own = self.prepared.fleet.days, self._own(job)
        if not job.visit:
            return [] if own is None else [own]
        due = self.by_stop[job.stop]
        found = []
        for k in allowed_car_days(due, self.prepared.fleet, self.prepared.travel):
            ride = self.rides.get(k)
            if ride is None:
                continue
            date, home = days[k].date, days[k].vehicle.depot
            late = job.after is not None and date <= job.after
            early = job.before is not None and date >= job.before
            with_it = k in (own, job.fetched_by)
            there = with_it if ride.begun and job.drops else True
            held = not with_it and date <= self._home_after(job)
            stocked = not job.drops or with_it or job.store == home
            tied = (job.handed_by is not None or job.gives) and k != own
            free = not (late or early or held or tied)
            if free and there and stocked and (with_it or not ride.locked):
                found.append(k)
        return found

    def _home_after(self, job: Job) -> dt.date:
        """Return the day in whose evening what a job brings is in a depot again, if it is out."""
        if job.fetched_by is not None:
            return self.prepared.fleet.days[job.fetched_by].date
        return self.date if job.aboard else dt.date.min

    def with_car(self, number: int, k: int) -> bool:
        """Tell whether a job on a car-day brings what is aboard by then, from no depot any more."""
        job = self.jobs[number]
        return k in (job.fetched_by, job.handed_by) or (job.aboard and job in self.rides[k].jobs)

    def _own(self, job: Job) -> int | None:
        return next((k for k, ride in self.rides.items() if job in ride.jobs), None)

    @cached_property
    def problem(self) -> Problem:
        """Two tasks for each job, aboard its own car or not, then the fleet's reloads."""
        found = self._problem()
        cars = [
            self._car_day(k, car) if k in self.rides else car
            for k, car in enumerate(found.car_days)
        ]
        tasks = list(found.tasks)
        for number, job in enumerate(self.jobs):
            own = self._own(job)
            if job.aboard and own is not None:
                tasks[2 * number + 1] = replace(
                    tasks[2 * number + 1], aboard=True, depot=_ABOARD + own
                )
            if job.fetched_by is not None or job.handed_by is not None:
                tasks[2 * number + 1] = replace(tasks[2 * number + 1], aboard=True, depot=None)
            if job.fetch and own is not None:
                tasks[2 * number] = tasks[2 * number + 1] = self._fetch(job, own)
        return replace(found, car_days=tuple(cars), tasks=tuple(tasks), spacings=(), levels=())

    def _fetch(self, job: Job, own: int) -> Task:
        """Return the call at a car that stands; `Job.after` has no say, its window does."""
        day = self.prepared.fleet.days[own]
        takes = [self.batches[name] for name in job.takes]
        windows = {self.prepared.horizon.index(day.date): ((self.meets.get(own, 0), _DAY_S),)}
        return Task(
            location=self.prepared.travel.rows[job.stop],
            prize=0.0,
            service_s=day.vehicle.reload_s,
            windows=windows,
            car_days=(own,),
            collects=tuple(load.of_batches(takes) for load in LOADS),
        )

    def _problem(self) -> Problem:
        some = next((job.stop for job in self.jobs if job.visit), "")
        weights = self.prepared.district.settings.weights
        every = tuple(range(len(self.prepared.fleet.days)))
        options = []
        for job in self.jobs:
            due = self.by_stop[job.stop if job.visit else some]
            option = VisitOption(
                due=due,
                prize=weights.stop,
                fleet=every,
                drops=tuple(self.batches[name] for name in job.drops),
                collects=tuple(self.batches[name] for name in job.collects),
            )
            options += [option, option]
        fleet, travel = self.prepared.fleet, self.prepared.travel
        return week_problem(options, fleet, travel, settings=self.prepared.district.settings)

    def _car_day(self, k: int, car: CarDay) -> CarDay:
        """Return a car-day as it may go on from where it is."""
        ride = self.rides[k]
        starts = max(car.starts, ride.free + ride.delay)
        if not ride.begun or ride.route is None:
            return replace(car, starts=starts)
        route, frozen = ride.route, ride.frozen
        ends = min(car.ends, route.depart + car.max_seconds)
        used = {
            "stops": sum(isinstance(halt, Visit) for halt in frozen),
            "reloads": sum(isinstance(halt, Reload) for halt in frozen),
            "distance": sum(halt.leg.metres for halt in frozen),
            "driving-time": sum(halt.leg.seconds for halt in frozen),
        }
        here = place_of(frozen[-1]) if frozen else route.depot
        aboard = [self.batches[name] for name in ride.aboard]
        return replace(
            car,
            start=self.prepared.travel.rows[here],
            starts=starts,
            ends=ends,
            max_seconds=max(0, ends - starts),
            most=tuple(
                None if most is None else max(0, most - used[one.code])
                for one, most in zip(SUMS, car.most, strict=True)
            ),
            break_used_s=min(
                car.break_after_s,
                used_until_break(ride, starts, driving=car.break_rule == "driving"),
            ),
            fixed_cost=0.0,
            loaded=Loaded(
                depot=_ABOARD + k, loads=tuple(load.of_batches(aboard) for load in LOADS)
            ),
        )

    @cached_property
    def held(self) -> Problem:
        """The problem in which nobody who was told a time is served before it."""
        tasks = list(self.problem.tasks)
        for number, job in enumerate(self.jobs):
            if job.told is None or not isinstance(job.halt, Visit):
                continue
            day, begin = self.prepared.horizon.index(job.told.date), job.halt.begin
            for twin in (2 * number, 2 * number + 1):
                windows = tasks[twin].windows
                own = tuple((max(o, begin), c) for o, c in windows.get(day, ()) if c > begin)
                tasks[twin] = replace(tasks[twin], windows={**windows, day: own})
        return replace(self.problem, tasks=tuple(tasks))

    def tasks_of(self, k: int, order: Order) -> tuple[int, ...]:
        """Return the tasks that stand for some jobs on a car-day."""
        behind, used = 2 * len(self.jobs), []
        found = []
        for number in order:
            job = self.jobs[number]
            if job.reload:
                free = (
                    behind + n
                    for n, call in enumerate(self.prepared.fleet.reloads)
                    if call.car_day == k and call.place == job.stop and behind + n not in used
                )
                used.append(next(free))
                found.append(used[-1])
            else:
                found.append(2 * number + self.with_car(number, k))
        return tuple(found)

    def driven(self, k: int, order: Order) -> Driven | None:
        """Return how a car would go on with these jobs, or None if that breaks a limit."""
        key = (k, order)
        if key not in self._known:
            self._known[key] = self._driven(k, order)
        return self._known[key]

    def _driven(self, k: int, order: Order) -> Driven | None:
        ride = self.rides[k]
        if not order:
            return self._home(k) if ride.begun else Driven(None, 0.0)
        if any(k not in self.allowed[number] for number in order):
            return None
        if not self._fetched_first(k, order) or not self._given_first(order):
            return None
        tasks = self.tasks_of(k, order)
        for problem in (self.held, self.problem):
            times = schedule(problem, k, tasks)
            if times is not None and self._rests_in_time(k, times):
                if problem is self.held:
                    times = self._as_told(k, tasks, times)
                solved = SolvedRoute(car_day=k, tasks=tasks, schedule=times)
                told = self._told(k, order, times)
                return Driven(times, route_cost(self.problem, solved), told)
        return None

    def _fetched_first(self, k: int, order: Order) -> bool:
        """Tell whether nothing is brought before it is fetched, and a visit follows a fetch."""
        jobs = [self.jobs[number] for number in order]
        fetch = next((at for at, job in enumerate(jobs) if job.fetch), None)
        first = next((at for at, job in enumerate(jobs) if job.fetched_by == k), None)
        if fetch is None:
            return first is None
        return (first is None or first > fetch) and jobs[-1].visit

    def _given_first(self, order: Order) -> bool:
        """Tell whether nothing is brought before it is given back, or after it was unloaded."""
        aboard: set[str] = set()
        for job in (self.jobs[number] for number in order):
            if job.reload:
                aboard.clear()
            elif not aboard.issuperset(job.givers):
                return False
            aboard.add(job.stop)
        return True

    def _told(self, k: int, order: Order, times: Schedule) -> float:
        """Return the cost of times that differ, of those who keep the day and the car."""
        ride, changed = self.rides[k], 0
        for number, begin in zip(order, times.begin, strict=True):
            told = self.jobs[number].told
            if told and (told.date, told.vehicle) == (ride.date, ride.vehicle):
                changed += abs(told.begin - begin) > TOLD_S
        return self.prepared.district.settings.weights.changed_visit * changed

    def _as_told(self, k: int, tasks: tuple[int, ...], times: Schedule) -> Schedule:
        """Return times that are as early as the told ones allow: nobody waits for what is gone.

        A schedule leaves as late as it can; people are told the time, and the car waits.
        """
        ride, car = self.rides[k], self.held.car_days[k]
        if ride.route is None:
            return times
        first = car.starts if ride.begun else max(car.starts, min(times.depart, ride.route.depart))
        told = self._from(first, k, tasks, times)
        long = told.back - told.depart > car.max_seconds
        return told if rests_in_time(car, told) and not long else times

    def _from(self, free: int, k: int, tasks: tuple[int, ...], times: Schedule) -> Schedule:
        """Return the times of a route that leaves at a moment, its breaks where they were."""
        car = self.held.car_days[k]
        depart = free
        arrive, begin, leave = [], [], []
        breaks: list[Break] = []
        legs = legs_of(self.held, car, [self.held.tasks[task] for task in tasks])
        for place, task in enumerate(tasks):
            there = free + legs[place].seconds
            here = {rest.moment: rest for rest in times.breaks if rest.position == place}
            length = {moment: rest.end - rest.begin for moment, rest in here.items()}
            at = self._first(task, car, there + length.get("before", 0))
            arrive.append(there)
            begin.append(at)
            leave.append(at + self.held.tasks[task].service_s)
            taken = {"after": leave[-1]}
            if "before" in here:
                taken["before"] = min(at - length["before"], max(there, here["before"].begin))
            breaks += [
                replace(rest, begin=taken[moment], end=taken[moment] + length[moment])
                for moment, rest in here.items()
            ]
            free = leave[-1] + length.get("after", 0)
        return Schedule(
            depart=depart,
            arrive=tuple(arrive),
            begin=tuple(begin),
            leave=tuple(leave),
            back=free + legs[-1].seconds,
            breaks=tuple(breaks),
        )

    def _first(self, task: int, car: CarDay, there: int) -> int:
        """Return when a service begins at the earliest that a car can begin from a time on."""
        one = self.held.tasks[task]
        return next(
            max(opens, there)
            for opens, closes in one.windows[car.day]
            if max(opens, there) + one.service_s <= closes
        )

    def _home(self, k: int) -> Driven | None:
        car = self.problem.car_days[k]
        table = self.problem.tables[car.table]
        seconds, metres = (
            int(figures[car.start, car.end]) for figures in (table.seconds, table.metres)
        )
        rest = self.rest_on_way_home(k)
        if seconds < 0 or car.starts + rest + seconds > car.ends:
            return None
        if rest and (not self.rides[k].frozen or seconds > car.break_after_s):
            return None
        cost = car.cost_km * metres / 1000 + car.cost_hour * seconds / 3600
        return Driven(None, cost)

    def rest_on_way_home(self, k: int) -> int:
        """Return how long a crew rests at its last halt before it drives straight home."""
        car = self.problem.car_days[k]
        table = self.problem.tables[car.table]
        away = int(table.seconds[car.start, car.end])
        return car.break_s if car.break_s > 0 and away > until_first(car) else 0

    def _rests_in_time(self, k: int, times: Schedule) -> bool:
        """Tell whether the breaks come in time after a departure that is long past."""
        ride, car = self.rides[k], self.problem.car_days[k]
        return not ride.begun or rests_in_time(car, replace(times, depart=car.starts))

    def extra(self, k: int, order: Order, number: int, at: int) -> float | None:
        """Return what one more job at a place of an order costs, or None if it does not fit."""
        before = self.driven(k, order)
        longer = (*order[:at], number, *order[at:])
        after = self.driven(k, longer)
        return None if before is None or after is None else after.whole - before.whole

    def detour(self, k: int, order: Order, number: int, at: int) -> int:
        """Return the metres of a detour, whatever it breaks."""
        car = self.problem.car_days[k]
        rows = [car.start, *(self._row(k, n) for n in order), car.end]
        metres, here = self.problem.tables[car.table].metres, self._row(k, number)
        a, b = rows[at], rows[at + 1]
        return int(metres[a, here]) + int(metres[here, b]) - int(metres[a, b])

    def _row(self, k: int, number: int) -> int:
        (task,) = self.tasks_of(k, (number,))
        return self.problem.tasks[task].location

    def worth(self, number: int) -> float:
        """Return what leaving a job out costs."""
        weights, job = self.prepared.district.settings.weights, self.jobs[number]
        stop = self.prepared.district.stops_by_id[job.stop]
        if stop.required:
            return 1e6
        return prize(self.by_stop[job.stop], weights)

    def apart(self, number: int, k: int, orders: Mapping[int, Order]) -> bool:
        """Tell whether a visit is far enough from the other one to its stop."""
        job = self.jobs[number]
        stop = self.prepared.district.stops_by_id.get(job.stop)
        if not job.visit or stop is None or stop.visits_a_week < 2:
            return True
        date = self.prepared.fleet.days[k].date
        days = [
            self.prepared.fleet.days[other].date
            for other, order in orders.items()
            for n in order
            if n != number and self.jobs[n].stop == job.stop
        ]
        return all(abs((date - day).days) >= stop.days_between for day in (*days, *self._past(job)))

    def _past(self, job: Job) -> Sequence[dt.date]:
        earlier = self.prepared.earlier
        if earlier is None:
            return ()
        left = {(j.told.date, j.stop) for j in self.jobs if j.told}
        return [
            route.date
            for route in earlier.routes
            for visit in route.visits
            if visit.stop == job.stop and (route.date, visit.stop) not in left
        ]
