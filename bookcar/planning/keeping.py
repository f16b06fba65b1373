"""The routes of an earlier plan of the same week, to begin a search with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bookcar.optimiser.start import Orders
from bookcar.plan import Plan, Route, Visit
from bookcar.planning.fleet import Fleet
from bookcar.planning.visit_options import VisitOption, visit_key


def begun_with(earlier: Plan | None, options: Sequence[VisitOption], fleet: Fleet) -> Orders:
    """Return the routes of an earlier plan as tasks of some options and of the fleet's reloads.

    What no longer is an option, a car-day or a store is left out.
    """
    if earlier is None:
        return ()
    car_days = {(day.date, day.vehicle.id): k for k, day in enumerate(fleet.days)}
    numbers = {option.key: task for task, option in enumerate(options)}
    seen: Counter[str] = Counter()
    return [
        (car_day, tasks)
        for route in earlier.routes
        if (car_day := car_days.get((route.date, route.vehicle))) is not None
        and (tasks := tuple(_tasks(route, numbers, _stores(fleet, car_day, len(options)), seen)))
    ]


def _stores(fleet: Fleet, car_day: int, behind: int) -> Mapping[str, list[int]]:
    """Return by store the tasks of the reloads that a car-day may make there."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, call in enumerate(fleet.reloads):
        if call.car_day == car_day:
            found[call.place].append(behind + number)
    return found


def _tasks(
    route: Route,
    numbers: Mapping[str, int],
    stores: Mapping[str, list[int]],
    seen: Counter[str],
) -> Iterator[int]:
    for halt in route.halts:
        if isinstance(halt, Visit):
            seen[halt.stop] += 1
            task = numbers.get(visit_key(halt.stop, seen[halt.stop]))
            if task is not None:
                yield task
        elif stores[halt.depot]:
            yield stores[halt.depot].pop(0)
