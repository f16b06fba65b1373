"""Why a visit is made on this day, by this car, so late: every other way, tried and priced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bookcar.advice.promises import without_visit
from bookcar.advice.trials import Trials
from bookcar.optimiser.cost import route_cost
from bookcar.optimiser.insertion import Base, Places, Verdict, bases_of
from bookcar.optimiser.timing import route_metres
from bookcar.planning.chances import chances_of
from bookcar.planning.offers import Offers
from bookcar.planning.visit_options import VisitOption
from bookcar.planning.week import Week
from bookcar.why.standing import Standing
from bookcar.whys import Alternative, Visited


def visited(standing: Standing, stop: str) -> tuple[Visited, ...]:
    """Return each visit to a stop with every other car-day that may come, and what it would cost.

    All other visits stay as they are; what the visit would bring may be another batch. On its own
    car-day the earliest time that its route allows is told.
    """
    week = standing.week
    return tuple(
        _of_visit(standing, option, route.car_day)
        for route in week.routes
        for option in week.made(route)
        if option.due.stop.id == stop
    )


@dataclass(frozen=True)
class _Without:
    """A week without one visit, and that visit with what it could bring."""

    standing: Standing
    week: Week
    offers: Offers

    @property
    def tasks(self) -> Sequence[int]:
        """The tasks of the visit, one for each load that it could bring."""
        return tuple(range(self.offers.first, self.offers.first + len(self.offers.visits)))


def _of_visit(standing: Standing, option: VisitOption, car_day: int) -> Visited:
    week = standing.week
    day = week.fleet.days[car_day]
    route = next(route for route in week.routes if route.car_day == car_day)
    begin = route.schedule.begin[week.calls(route).index(option)]
    found: list[Alternative] = []
    less = without_visit(week, option.due.stop.id, day.date)
    if less is not None:
        wide = next(e for e in standing.options if e.key == option.key)
        wide = replace(wide, fleet=tuple(k for k in wide.fleet if k in _free(standing, option)))
        offers = chances_of(standing.prepared, less, [wide]).offers
        without = _Without(standing, less, offers)
        found = [*_others(without, car_day), *_earlier(without, car_day, begin)]
    ranked = sorted(found, key=lambda one: (one.begin is None, one.cost, one.date, one.vehicle))
    return Visited(date=day.date, vehicle=day.vehicle.id, begin=begin, others=tuple(ranked))


def _free(standing: Standing, option: VisitOption) -> set[int]:
    """Return the car-days far enough from the stop's other visits."""
    made, days = standing.week.dates(), standing.week.fleet.days
    stop = option.due.stop
    others = [
        made[e.key]
        for e in standing.week.options
        if e.due.stop.id == stop.id and e.key != option.key and e.key in made
    ]
    return {
        k
        for k, day in enumerate(days)
        if all(abs((day.date - other).days) >= stop.days_between for other in others)
    }


def _others(without: _Without, own: int) -> Iterator[Alternative]:
    """Yield the cheapest way on every other car-day, or what keeps the visit off it."""
    if not without.tasks:
        return
    offers, week = without.offers, without.week
    trials = Trials(prepared=offers.prepared, week=week, offers=offers)
    every = bases_of(offers.problem, week.routes)
    able = sorted({k for task in without.tasks for k in offers.visit(task).fleet} - {own})
    for car_day in able:
        bases = [base for base in every if base.car_day == car_day]
        verdicts = offers.places.verdicts(week.routes, without.tasks, bases=bases)
        fitting = [verdict for verdict in verdicts if verdict.fits]
        day = week.fleet.days[car_day]
        if fitting:
            yield _priced(without, min(fitting, key=lambda v: (v.cost, v.task)))
            continue
        lacks = next((v.lacks for v in verdicts if v.lacks), ())
        lacks = lacks[:1] or next((v.together for v in verdicts if v.together), ())
        yield Alternative(
            date=day.date,
            vehicle=day.vehicle.id,
            obstacles=tuple(trials.obstacle(lack, dated=True) for lack in lacks),
        )


def _earlier(without: _Without, own: int, begin: int) -> Iterator[Alternative]:
    """Yield the earliest time on its own route, if another place on it is earlier."""
    offers, week = without.offers, without.week
    places = Places(offers.problem)
    best: Alternative | None = None
    for base in bases_of(offers.problem, week.routes):
        if base.car_day != own or base.only is not None:
            continue
        for at in range(base.first, len(base.tasks) + 1):
            one = (Base(car_day=own, tasks=base.tasks, first=base.first, only=at),)
            for verdict in places.verdicts(week.routes, without.tasks, bases=one, why=False):
                if not verdict.fits:
                    continue
                found = _priced(without, verdict)
                assert found.begin is not None
                sooner = best is None or best.begin is None or found.begin < best.begin
                best = found if sooner else best
    if best is not None and best.begin is not None and best.begin < begin:
        yield best


def _priced(without: _Without, verdict: Verdict) -> Alternative:
    """Return a way with what all routes together are longer than they are now."""
    route = verdict.route
    assert route is not None
    now, less, problem = without.standing.week, without.week, without.offers.problem
    day = less.fleet.days[route.car_day]
    others = [r for r in less.routes if r.car_day != route.car_day]
    metres = sum(route_metres(less.problem, r.car_day, r.tasks) for r in others)
    metres += route_metres(problem, route.car_day, route.tasks)
    was = sum(route_metres(now.problem, r.car_day, r.tasks) for r in now.routes)
    seconds = sum(r.schedule.back - r.schedule.depart for r in (*others, route))
    before = sum(r.schedule.back - r.schedule.depart for r in now.routes)
    cost = sum(route_cost(less.problem, r) for r in others) + route_cost(problem, route)
    return Alternative(
        date=day.date,
        vehicle=day.vehicle.id,
        begin=route.schedule.begin[route.tasks.index(verdict.task)],
        metres=metres - was,
        seconds=seconds - before,
        cost=round(cost - sum(route_cost(now.problem, r) for r in now.routes), 2),
    )
