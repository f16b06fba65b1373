"""The places of one more stop, as verdicts: where it fits, or which limits keep it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf

import numpy as np

from bookcar.optimiser.insertion.arrays import bits, car_arrays, numbered_drivers, task_arrays
from bookcar.optimiser.insertion.bases import Base, bases_of
from bookcar.optimiser.insertion.figures import Figures
from bookcar.optimiser.insertion.layout import (
    CODES,
    FAR,
    FIRST,
    TOTALS,
    Asked,
    BaseArrays,
    Found,
    Frame,
    Scratch,
)
from bookcar.optimiser.insertion.scan import scan, smallest
from bookcar.optimiser.limits import SUMS
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.optimiser.sisr.breaks import LINE_ROWS
from bookcar.optimiser.timing import route_metres, schedule

_SAME = 1e-6  # cost units: what is less is rounding


@dataclass(frozen=True, kw_only=True)
class Lack:
    """A limit that keeps a stop out of a car-day's route, which would have ``figure`` of it.

    Attributes
    ----------
    code
        Of `limits.LIMITS`, or ``spacing``, ``fixed`` or ``depot``: see `insertion.layout.CODES`.
    figure, limit
        In the unit of the limit; both 0 where there is no figure: opening hours, fixed, depot.
    order
        The route that would be driven, the stop in it.
    dear
        Whether it would cost more than it is worth even so.
    """

    code: str
    car_day: int
    figure: int
    limit: int
    order: tuple[int, ...]
    dear: bool = False


@dataclass(frozen=True, kw_only=True)
class Way:
    """A car-day and its stops in order, one more among them; it keeps every limit."""

    problem: Problem = field(repr=False)
    car_day: int
    order: tuple[int, ...]

    def timed(self) -> SolvedRoute:
        """Return the route with its times."""
        times = schedule(self.problem, self.car_day, self.order)
        assert times is not None
        return SolvedRoute(car_day=self.car_day, tasks=self.order, schedule=times)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of trying a stop at every place.

    Attributes
    ----------
    way, cost
        The route with it that costs least more, and how much; None and infinite if it fits nowhere.
    lacks
        The limits of which each, lifted alone, lets it in; the nearest to fitting first.
    together
        Where none does: the fewest that let it in if all of them are lifted, on the nearest
        car-day; empty where no road leads to it.
    """

    task: int
    way: Way | None
    cost: float
    worth: float
    lacks: tuple[Lack, ...] = ()
    together: tuple[Lack, ...] = ()

    @cached_property
    def route(self) -> SolvedRoute | None:
        """The route of the way, timed when it is first asked for: most never are."""
        return None if self.way is None else self.way.timed()

    @property
    def fits(self) -> bool:
        """Whether it fits anywhere, whatever that costs."""
        return self.way is not None

    @property
    def pays(self) -> bool:
        """Whether it fits and costs less than it is worth."""
        return self.fits and self.cost < self.worth - _SAME


def insertions(
    problem: Problem,
    routes: Sequence[SolvedRoute],
    tasks: Sequence[int],
    *,
    bases: Sequence[Base] | None = None,
) -> tuple[Verdict, ...]:
    """Try every task at every place of every base, all limits at once.

    Parameters
    ----------
    routes
        As they stand: what a longer one costs more is held against them.
    tasks
        Not in them. A task may come only on its own car-days, and, if another visit to the same
        stop is made, far enough from it.
    bases
        The routes to put them into; by default `bases_of`.

    Returns
    -------
    A verdict per task, in their order.
    """
    return Places(problem).verdicts(routes, tasks, bases=bases)


def filled(problem: Problem, routes: Sequence[SolvedRoute]) -> tuple[SolvedRoute, ...]:
    """Return routes with every stop put in that fits for less than it is worth, the best first.

    Visits of a group are left to the search: one by itself may go nowhere.
    """
    grouped = {task for group in problem.groups for task in group.tasks}
    places, now = Places(problem), {route.car_day: route for route in routes}
    while True:
        served = {task for route in now.values() for task in route.tasks}
        known = served | grouped
        left = [k for k, t in enumerate(problem.tasks) if not t.reload and k not in known]
        found = places.verdicts(_by_car_day(now), left, why=False)
        chosen = _independent(problem, [verdict for verdict in found if verdict.pays])
        if not chosen:
            return _by_car_day(now)
        now.update((route.car_day, route) for route in chosen)


def _by_car_day(routes: Mapping[int, SolvedRoute]) -> tuple[SolvedRoute, ...]:
    return tuple(routes[car_day] for car_day in sorted(routes))


def _independent(problem: Problem, paying: Sequence[Verdict]) -> list[SolvedRoute]:
    """Return the best routes of which none changes what another is worth: one a car-day.

    Two visits to one stop bear on each other; so do all routes where drivers' hours are balanced.
    """
    twins = {k: n for n, spacing in enumerate(problem.spacings) for k in spacing.tasks}
    taken: dict[int, SolvedRoute] = {}
    stops: set[int] = set()
    for verdict in sorted(paying, key=lambda verdict: (verdict.cost - verdict.worth, verdict.task)):
        way, stop = verdict.way, twins.get(verdict.task, -1)
        if way is None or way.car_day in taken or stop in stops:
            continue
        taken[way.car_day] = way.timed()
        if stop >= 0:
            stops.add(stop)
        if problem.balance > 0:
            break
    return list(taken.values())


class Places:
    """A problem whose places are tried again and again, laid out once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.tasks = task_arrays(problem)
        self.cars = car_arrays(problem)

    def verdicts(
        self,
        routes: Sequence[SolvedRoute],
        tasks: Sequence[int],
        *,
        bases: Sequence[Base] | None = None,
        why: bool = True,
    ) -> tuple[Verdict, ...]:
        """Do as `insertions`; without ``why`` nothing is told of what fits nowhere."""
        if not tasks:
            return ()
        if bases is None:
            bases = bases_of(self.problem, routes)
        return _Insertion(self, routes, bases).verdicts(tasks, why=why)


class _Insertion:
    """Routes of a problem with what is to be put into them."""

    def __init__(
        self, places: Places, routes: Sequence[SolvedRoute], bases: Sequence[Base]
    ) -> None:
        self.problem = places.problem
        self.tasks, self.cars = places.tasks, places.cars
        self.routes = {route.car_day: route for route in routes}
        self.bases = bases
        self.loads = self.tasks.drops.shape[1]
        self.bits = FIRST + len(SUMS) + self.loads
        self.other = self._other_days()
        self.base_arrays = self._base_arrays()

    def verdicts(self, tasks: Sequence[int], *, why: bool) -> tuple[Verdict, ...]:
        """Return the verdict of each task."""
        frame = Frame(self.tasks, self.cars, self.base_arrays, self._asked(tasks))
        found = self._found(len(tasks))
        for base, seconds, metres, scratch in self._tables():
            scan(frame, seconds, metres, base, scratch, found)
        if not why:
            found.lack_base[:] = -1
        stuck = [
            task
            for t, task in enumerate(tasks)
            if why and found.base[t] < 0 and (found.lack_base[t] < 0).all()
        ]
        together = self._together(stuck)
        return tuple(
            self._verdict(frame, found, t, together.get(task, ())) for t, task in enumerate(tasks)
        )

    def _tables(self) -> Iterator[tuple[int, np.ndarray, np.ndarray, Scratch]]:
        longest = 2 + max((len(base.tasks) for base in self.bases), default=0)
        scratch = Scratch(
            line=np.zeros((LINE_ROWS, 2 * longest + 3), dtype=np.int64),
            high=np.zeros((self.loads, longest), dtype=np.int64),
            ahead=np.zeros((self.loads, longest), dtype=np.int64),
            depot=np.zeros(longest, dtype=np.int64),
            totals=np.zeros(2 * len(TOTALS), dtype=np.int64),
            excess=np.zeros(self.bits, dtype=np.int64),
        )
        for number, base in enumerate(self.bases):
            table = self.problem.tables[self.problem.car_days[base.car_day].table]
            yield number, table.seconds, table.metres, scratch

    def _together(self, tasks: Sequence[int]) -> Mapping[int, tuple[Lack, ...]]:
        """Return the fewest limits that keep each task out."""
        if not tasks:
            return {}
        frame = Frame(self.tasks, self.cars, self.base_arrays, self._asked(tasks))
        found = np.full((len(tasks), 5), FAR, dtype=np.int64)
        for base, seconds, metres, scratch in self._tables():
            smallest(frame, seconds, metres, base, scratch, found)
        return {
            task: self._lacks_of(int(row[2]), int(row[3]), task, bits(int(row[4])))
            for task, row in zip(tasks, found, strict=True)
            if row[0] < FAR
        }

    def _base_arrays(self) -> BaseArrays:
        own = [self._now(base.car_day) for base in self.bases]
        begins = np.cumsum([0, *(len(base.tasks) for base in self.bases)])
        return BaseArrays(
            car=_ints(base.car_day for base in self.bases),
            begins=begins.astype(np.int64),
            tasks=_ints((*(task for base in self.bases for task in base.tasks), 0)),
            first=_ints(base.first for base in self.bases),
            only=_ints(-1 if base.only is None else base.only for base in self.bases),
            metres=_ints(metres for metres, _ in own),
            seconds=_ints(seconds for _, seconds in own),
            used=_ints(base.car_day in self.routes for base in self.bases),
        )

    def _now(self, car_day: int) -> tuple[int, int]:
        """Return the metres and seconds of a car-day's route as it stands."""
        route = self.routes.get(car_day)
        if route is None:
            return 0, 0
        metres = route_metres(self.problem, car_day, route.tasks)
        return metres, route.schedule.back - route.schedule.depart

    def _asked(self, tasks: Sequence[int]) -> Asked:
        cars = len(self.problem.car_days)
        apart = np.full((len(tasks), cars), -1, dtype=np.int64)
        surcharges = np.zeros((len(tasks), cars))
        for t, k in enumerate(tasks):
            task = self.problem.tasks[k]
            for car in task.car_days:
                apart[t, car] = 0
                if k in self.other:
                    day, gap = self.other[k]
                    apart[t, car] = max(0, gap - abs(self.problem.car_days[car].day - day))
            for car, cost in task.surcharges.items():
                surcharges[t, car] = cost
        return Asked(
            tasks=_ints(tasks),
            worth=np.array([self._worth(k) for k in tasks]),
            apart=apart,
            surcharges=surcharges,
            behind=self._behind(tasks),
            hours=self._hours(),
            balance=float(self.problem.balance),
        )

    def _behind(self, tasks: Sequence[int]) -> np.ndarray:
        """Return the places at which all that hands on to a task is aboard, as `Asked` has them."""
        givers = self.problem.givers
        if not givers:
            return np.zeros((0, 0, 2), dtype=np.int64)
        ends = [len(base.tasks) for base in self.bases]
        places = np.array([[(0, end) for end in ends]] * len(tasks), dtype=np.int64)
        for t, task in enumerate(tasks):
            if task in givers:
                places[t] = [self._while_aboard(base.tasks, givers[task]) for base in self.bases]
        return places

    def _while_aboard(self, order: Sequence[int], givers: Sequence[int]) -> tuple[int, int]:
        """Return the first and the last place of an order at which givers' batches are aboard."""
        if not set(givers) <= set(order):
            return 0, -1
        first = 1 + max(order.index(giver) for giver in givers)
        since = 1 + min(order.index(giver) for giver in givers)
        reloads = (at for at in range(since, len(order)) if self.problem.tasks[order[at]].reload)
        return first, next(reloads, len(order))

    def _worth(self, task: int) -> float:
        given = self.problem.tasks[task]
        return inf if given.required else given.prize

    def _other_days(self) -> Mapping[int, tuple[int, int]]:
        """Return, by task, the day of the other visit to its stop, and how far off it must be."""
        days = {
            task: self.problem.car_days[route.car_day].day
            for route in self.routes.values()
            for task in route.tasks
        }
        return {
            one: (days[other], spacing.days)
            for spacing in self.problem.spacings
            for one, other in (spacing.tasks, spacing.tasks[::-1])
            if other in days
        }

    def _hours(self) -> np.ndarray:
        """Return the seconds each driver is away now."""
        drivers = numbered_drivers(self.problem)
        hours = np.zeros(max(1, len(drivers)), dtype=np.int64)
        for car_day, route in self.routes.items():
            driver = self.problem.car_days[car_day].driver
            if driver is not None:
                hours[drivers[driver]] += route.schedule.back - route.schedule.depart
        return hours

    def _found(self, tasks: int) -> Found:
        shape = (tasks, self.bits)
        return Found(
            cost=np.full(tasks, inf),
            base=np.full(tasks, -1, dtype=np.int64),
            place=np.zeros(tasks, dtype=np.int64),
            lack=np.zeros(shape, dtype=np.int64),
            lack_base=np.full(shape, -1, dtype=np.int64),
            lack_place=np.zeros(shape, dtype=np.int64),
            dear=np.zeros(shape, dtype=np.int64),
        )

    def _verdict(self, frame: Frame, found: Found, t: int, together: tuple[Lack, ...]) -> Verdict:
        task, base = int(frame.asked.tasks[t]), int(found.base[t])
        way = None
        if base >= 0:
            car_day = self.bases[base].car_day
            order = self._order(base, int(found.place[t]), task)
            way = Way(problem=self.problem, car_day=car_day, order=order)
        return Verdict(
            task=task,
            way=way,
            cost=float(found.cost[t]),
            worth=float(frame.asked.worth[t]),
            lacks=self._lacks(found, t, task),
            together=together,
        )

    def _order(self, base: int, place: int, task: int) -> tuple[int, ...]:
        order = self.bases[base].tasks
        return (*order[:place], task, *order[place:])

    def _lacks(self, found: Found, t: int, task: int) -> tuple[Lack, ...]:
        """Return the limits that each keep a task out alone, those nearest to fitting first."""
        lacks = []
        for bit in np.flatnonzero(found.lack_base[t] >= 0).tolist():
            base, place = int(found.lack_base[t, bit]), int(found.lack_place[t, bit])
            (lack,) = self._lacks_of(base, place, task, (bit,))
            lacks.append(replace(lack, dear=bool(found.dear[t, bit])))
        return tuple(sorted(lacks, key=nearness))

    def _lacks_of(
        self, base: int, place: int, task: int, lifted: Sequence[int]
    ) -> tuple[Lack, ...]:
        """Return what the route with a task at a place has of each limit that must be lifted."""
        car_day, order = self.bases[base].car_day, self._order(base, place, task)
        figures = Figures(self.problem, car_day, order, lifted)
        return tuple(
            Lack(code=CODES[bit], car_day=car_day, order=order, figure=figure, limit=limit)
            for bit in lifted
            for figure, limit in (figures.of(bit, self._spaced(task, car_day)),)
        )

    def _spaced(self, task: int, car_day: int) -> tuple[int, int]:
        """Return how many days lie between a task and the other visit, and how many should."""
        day, gap = self.other.get(task, (0, 0))
        return abs(self.problem.car_days[car_day].day - day), gap


def nearness(lack: Lack) -> tuple[bool, bool, float]:
    """Rank limits: first those that are worth lifting, those with figures, the least excess."""
    over = abs(lack.figure - lack.limit) / max(1, lack.limit)
    return lack.dear, (lack.figure, lack.limit) == (0, 0), over


def _ints(values: Iterable[int]) -> np.ndarray:
    return np.array(list(values), dtype=np.int64)
