"""Which car-days could make a visit if they made nothing else, by where its batches come aboard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bookcar.batches.holdings import collectable
from bookcar.optimiser.problem import CarDay, Problem, with_room
from bookcar.optimiser.timing import schedule
from bookcar.planning.prepared import Prepared
from bookcar.planning.visit_options import VisitOption
from bookcar.planning.week_problem import week_problem

Reach = Mapping[str, tuple[int, ...]]
"""By depot, the car-days that could bring something from there and keep every limit."""

_Way = tuple[str, tuple[int, ...]]


def tried_alone(options: Sequence[VisitOption], prepared: Prepared) -> dict[str, Reach]:
    """Return, by the key of each option, the car-days that could make it and nothing else.

    All limits are tried at once, with what is collected but without what is brought. From another
    depot than its own a car brings something after a reload there. Car-days that are equal but for
    their date are tried once.
    """
    district, monday = prepared.district, prepared.horizon.monday
    bare = [
        replace(e, drops=(), store=None, collects=e.own(collectable(district, e.due.stop, monday)))
        for e in options
    ]
    problem = with_room(
        week_problem(bare, prepared.fleet, prepared.travel, settings=district.settings)
    )
    ways = [tuple(_ways(prepared, len(bare), k)) for k in range(len(problem.car_days))]
    kinds = _kinds(problem, ways)
    return {e.key: _reach(problem, n, ways, kinds) for n, e in enumerate(bare)}


def _ways(prepared: Prepared, options: int, car_day: int) -> Iterator[_Way]:
    """Yield the depots a car-day can load at, each with the reloads that come first."""
    yield prepared.fleet.days[car_day].store, ()
    seen: set[str] = set()
    for number, call in enumerate(prepared.fleet.reloads, start=options):
        if call.car_day == car_day and call.store not in seen:
            seen.add(call.store)
            yield call.store, (number,)


def _kinds(problem: Problem, ways: Sequence[Sequence[_Way]]) -> list[int]:
    """Return a number for each car-day, the same for those with equal limits and reloads."""
    numbers: dict[tuple[object, ...], int] = {}
    found = []
    for car, own in zip(problem.car_days, ways, strict=True):
        reloads = [problem.tasks[i] for _, before in own for i in before]
        calls = tuple((r.location, r.service_s, r.windows.get(car.day)) for r in reloads)
        kind = (_undated(car), *calls)
        found.append(numbers.setdefault(kind, len(numbers)))
    return found


def _undated(car: CarDay) -> CarDay:
    """Return a car-day without what no limit depends on."""
    return replace(car, day=0, driver=None, fixed_cost=0.0, cost_km=0.0, cost_hour=0.0)


def _reach(
    problem: Problem, number: int, ways: Sequence[Sequence[_Way]], kinds: Sequence[int]
) -> Reach:
    task = problem.tasks[number]
    known: dict[tuple[object, ...], list[str]] = {}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for k in task.car_days:
        kind = (kinds[k], task.windows[problem.car_days[k].day])
        if kind not in known:
            able = (depot for depot, before in ways[k] if schedule(problem, k, (*before, number)))
            known[kind] = list(dict.fromkeys(able))
        for depot in known[kind]:
            found[depot].append(k)
    return {depot: tuple(found[depot]) for depot in sorted(found)}
