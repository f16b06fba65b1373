"""What a visit would cost that has no room: which stops would go for it, kilometres and minutes.

On each car-day that may come all visits are taken out that may go, and put back one after the
other, those worth the most first, as long as there is room beside the visit asked for: what stays
out then is needed, every one of it. Where there is no room even without them, those that stay are
held against it in every order, as far as they are few.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import permutations

from bookcar.advice.trials import Trials
from bookcar.optimiser.insertion import Base, Places, Verdict, bases_on
from bookcar.optimiser.problem import Problem, SolvedRoute
from bookcar.planning.offers import Offers
from bookcar.planning.returning import first_missing, settled
from bookcar.planning.rounds import with_all_that_fits
from bookcar.planning.week import Week
from bookcar.planning.week_problem import week_problem
from bookcar.why.lengths import cost_of, metres_of, seconds_of
from bookcar.why.standing import Standing
from bookcar.whys import Conflict, Moved, Price

ORDERS = 5
"""Of so many visits that stay on a car-day every order is tried."""


@dataclass(frozen=True)
class _Way:
    """A visit put into a route from which others go; ``worth`` is what is lost by it all."""

    verdict: Verdict
    out: tuple[int, ...]
    worth: float
    reordered: bool = False


@dataclass(frozen=True, kw_only=True)
class Prices:
    """A week in which visits are to be made that it lacks.

    Attributes
    ----------
    offers
        Those visits, with what they could bring, each of which fits alone.
    """

    standing: Standing
    offers: Offers

    @property
    def week(self) -> Week:
        """The week as it stands."""
        return self.standing.week

    def of(self, stop: str) -> tuple[Price | None, Conflict | None, bool]:
        """Return what a visit to a stop costs, or what it is in conflict with, if that is proven.

        The last tells whether every order was tried where no room was found.
        """
        tasks = [
            task
            for task in range(self.offers.first, self.offers.first + len(self.offers.visits))
            if self.offers.visit(task).due.stop.id == stop
        ]
        direct = self._direct(tasks)
        if direct is not None:
            return direct, None, True
        ways, every = [], True
        cars = sorted({k for task in tasks for k in self.offers.visit(task).fleet})
        for car_day in cars:
            found, all_orders = self._ways(car_day, tasks)
            ways += found
            every = every and all_orders
        for way in sorted(ways, key=lambda way: (way.worth, way.verdict.task)):
            price = self._price(way)
            if price is not None:
                return price, None, True
        if ways or not every:
            return None, None, False
        return None, self._conflict(cars, tasks), True

    def _direct(self, tasks: Sequence[int]) -> Price | None:
        """Return the price of a visit that fits, and costs more than it is worth."""
        best = self.cheapest(tasks)
        return None if best is None else self._price(_Way(best, (), 0.0))

    def cheapest(self, tasks: Sequence[int]) -> Verdict | None:
        """Return the cheapest way to make one of some visits, all others as they are."""
        found = [v for v in self.offers.in_week(tasks, why=False).values() if v.fits]
        return min(found, key=lambda verdict: (verdict.cost, verdict.task), default=None)

    @cached_property
    def _places(self) -> Places:
        return self.offers.places

    @property
    def _problem(self) -> Problem:
        return self.offers.problem

    @cached_property
    def _routes(self) -> Mapping[int, SolvedRoute]:
        return {route.car_day: route for route in self.week.routes}

    @cached_property
    def _needed(self) -> frozenset[str]:
        """Batches that visits of the week drop: whoever collects one of them stays."""
        return frozenset(
            batch.id
            for route in self.week.routes
            for option in self.week.made(route)
            for batch in option.drops
        )

    def _may_go(self, task: int) -> bool:
        """Tell whether the visit of a task may be left out for another."""
        if task >= len(self.week.options):
            return False
        option = self.week.options[task]
        collected = {batch.id for batch in option.collects}
        stop = option.due.stop
        free = not (stop.required or option.must or option.held)
        return free and stop.visits_a_week == 1 and not collected & self._needed

    def _fits(self, car_day: int, order: Sequence[int], tasks: Sequence[int]) -> Verdict | None:
        """Return the cheapest way to put one of some tasks into an order of a car-day."""
        bases = self._bases(car_day, order)
        verdicts = self._places.verdicts(self.week.routes, tasks, bases=bases, why=False)
        fitting = [verdict for verdict in verdicts if verdict.fits]
        return min(fitting, key=lambda v: (v.cost, v.task), default=None)

    def _bases(self, car_day: int, order: Sequence[int]) -> tuple[Base, ...]:
        """Return an order of a car-day to put a visit into, and that with a reload more."""
        return bases_on(self._problem, Base(car_day=car_day, tasks=tuple(order)))

    def _ways(self, car_day: int, tasks: Sequence[int]) -> tuple[list[_Way], bool]:
        """Return the way to make a visit on a car-day, if any, and whether all were tried."""
        if car_day not in self._routes:
            return [], True  # empty: whatever fits there fits in the week
        if self._hands_on(car_day):
            return [], False
        order = self._routes[car_day].tasks
        may_go = [task for task in order if self._may_go(task)]
        stay = self._without(order, may_go)
        if stay is None:
            return [], False
        if self._fits(car_day, stay, tasks) is None:
            return self._in_other_order(car_day, stay, tasks)
        out = set(may_go)
        for task in sorted(may_go, key=lambda k: (-self._problem.tasks[k].prize, k)):
            again = self._without(order, out - {task})
            if again is not None and self._fits(car_day, again, tasks) is not None:
                out.discard(task)
        return list(self._way(car_day, order, out, tasks)), True

    def _hands_on(self, car_day: int) -> bool:
        """Tell whether a route hands a batch on: its visits need one another."""
        made = self.week.made(self._routes[car_day])
        collected = {batch.id for option in made for batch in option.collects}
        return any(batch.id in collected for option in made for batch in option.drops)

    def _without(self, order: Sequence[int], out: Collection[int]) -> tuple[int, ...] | None:
        """Return an order without some visits, reloads that nothing follows then gone with them."""
        left = [task for task in order if task not in out]
        kept: list[int] = []
        for k, task in enumerate(left):
            follows = left[k + 1] if k + 1 < len(left) else None
            idle = follows is None or self._problem.tasks[follows].reload
            if not (self._problem.tasks[task].reload and idle and out):
                kept.append(task)
        return tuple(kept)

    def _way(
        self, car_day: int, order: Sequence[int], out: Collection[int], tasks: Sequence[int]
    ) -> Iterator[_Way]:
        left = self._without(order, out)
        verdict = None if left is None else self._fits(car_day, left, tasks)
        if verdict is not None:
            prizes = sum(self._problem.tasks[task].prize for task in out)
            yield _Way(verdict, tuple(k for k in order if k in out), prizes + verdict.cost)

    def _in_other_order(
        self, car_day: int, stay: Sequence[int], tasks: Sequence[int]
    ) -> tuple[list[_Way], bool]:
        """Return the cheapest way with the visits that stay in any order, if they are few."""
        if len(stay) > ORDERS:
            return [], False
        found = [
            _Way(
                verdict, tuple(k for k in self._routes[car_day].tasks if self._may_go(k)), 0.0, True
            )
            for some in permutations(stay)
            if (verdict := self._fits(car_day, some, tasks)) is not None
        ]
        best = min(found, key=lambda way: (way.verdict.cost, way.verdict.task), default=None)
        if best is None:
            return [], True
        prizes = sum(self._problem.tasks[task].prize for task in best.out)
        return [replace(best, worth=prizes + best.verdict.cost)], True

    def _price(self, way: _Way) -> Price | None:
        """Return what a way costs once the stops that go have looked for room elsewhere."""
        forced = self.forced(way.verdict)
        if forced is None:
            return None
        gone = {self.week.options[task].due.stop.id for task in way.out}
        made = forced.dates()
        wanted = [e for e in self.standing.options if e.key in made or e.due.stop.id in gone]
        full = (
            with_all_that_fits(self.standing.prepared, forced, options=wanted) if gone else forced
        )
        out = tuple(self.week.options[task].due.stop.id for task in way.out)
        return price_of(way.verdict, (self.week, full), out=out, reordered=way.reordered)

    def forced(self, verdict: Verdict) -> Week | None:
        """Return the week with a visit made; None if that takes a batch that another needs."""
        route = verdict.route
        assert route is not None
        visit = self.offers.visit(verdict.task)
        own = len(self.week.options)
        options = (*self.week.options, visit)

        def number(task: int) -> int:
            if task == verdict.task:
                return own
            return task if task < own else task + 1

        others = [r for r in self.week.routes if r.car_day != route.car_day]
        routes = [
            replace(r, tasks=tuple(number(task) for task in r.tasks)) for r in (*others, route)
        ]
        settings = self.standing.prepared.district.settings
        travel = self.standing.prepared.travel
        week = settled(
            replace(
                self.week,
                options=options,
                unsupplied=tuple(e for e in self.week.unsupplied if e.key != visit.key),
                problem=week_problem(options, self.week.fleet, travel, settings=settings),
                routes=tuple(sorted(routes, key=lambda r: r.car_day)),
            )
        )
        return week if first_missing(week) is None else None

    def _conflict(self, cars: Sequence[int], tasks: Sequence[int]) -> Conflict | None:
        """Return what keeps a visit off the car-day nearest to taking it, and cannot be less."""
        trials = Trials(prepared=self.standing.prepared, week=self.week, offers=self.offers)
        nearest: list[tuple[float, int, tuple[int, ...], Verdict]] = []
        for car_day in cars:
            if car_day not in self._routes:
                continue
            order = self._routes[car_day].tasks
            stay = self._without(order, [task for task in order if self._may_go(task)])
            if not stay or self._fits(car_day, (), tasks) is None:
                continue  # nobody is in the way where it has no room by itself
            core = self._core(car_day, stay, tasks)
            bases = self._bases(car_day, core)
            for verdict in self._places.verdicts(self.week.routes, tasks, bases=bases):
                lacks = verdict.lacks[:1] or verdict.together
                over = sum(abs(k.figure - k.limit) / max(1, k.limit) for k in lacks)
                nearest.append((over + 10 * len(lacks), car_day, core, verdict))
        if not nearest:
            return None
        _, car_day, core, verdict = min(nearest, key=lambda one: (one[0], one[1], one[3].task))
        day = self.week.fleet.days[car_day]
        lacks = verdict.lacks or verdict.together
        return Conflict(
            date=day.date,
            vehicle=day.vehicle.id,
            stops=tuple(
                self.week.options[k].due.stop.id for k in core if k < len(self.week.options)
            ),
            obstacles=tuple(trials.obstacle(lack, dated=True) for lack in lacks),
        )

    def _core(self, car_day: int, stay: tuple[int, ...], tasks: Sequence[int]) -> tuple[int, ...]:
        """Return the fewest of the visits that stay, found by leaving out one after the other."""
        core = stay
        for task in stay:
            less = self._without(core, [task])
            if task < len(self.week.options) and less and not self._any_order(car_day, less, tasks):
                core = less
        return core

    def _any_order(self, car_day: int, stay: Sequence[int], tasks: Sequence[int]) -> bool:
        return any(self._fits(car_day, some, tasks) is not None for some in permutations(stay))


def price_of(
    verdict: Verdict, weeks: tuple[Week, Week], *, out: Sequence[str], reordered: bool = False
) -> Price:
    """Return what a visit costs, from the week as it is and that with the visit.

    Parameters
    ----------
    out
        The stops that go for it; those that the week with the visit has elsewhere are moved.
    """
    before, after = weeks
    route = verdict.route
    assert route is not None
    day = before.fleet.days[route.car_day]
    then = {e.due.stop.id: after.fleet.days[r.car_day] for r in after.routes for e in after.made(r)}
    moved = (
        Moved(stop=stop, date=then[stop].date, vehicle=then[stop].vehicle.id)
        for stop in out
        if stop in then
    )
    return Price(
        date=day.date,
        vehicle=day.vehicle.id,
        begin=route.schedule.begin[route.tasks.index(verdict.task)],
        out=tuple(out),
        moved=tuple(moved),
        metres=metres_of(after) - metres_of(before),
        seconds=seconds_of(after) - seconds_of(before),
        cost=round(cost_of(after) - cost_of(before), 2),
        reordered=reordered,
    )
