"""The routes of all car-days at once, by the search for routes: what moves stops of a single date.

Stops with one date in all their options may go to any car-day of these; the visits of the others
stay on theirs, in whatever order. Whether weeks are level is not known to it.
"""

from __future__ import annotations

from dataclasses import replace

from bookcar.optimiser.problem import Task
from bookcar.optimiser.search import SHARE_AGAIN, solve
from bookcar.timetables.draft import Draft
from bookcar.timetables.options import Option

_Moves = dict[int, Option]
"""The cheapest option of a stop by the car-day of its only date."""


def route_anew(draft: Draft, *, seed: int, iterations: int, allowed: int | None = None) -> bool:
    """Put better routes into a draft; False if none are found with all its visits.

    Parameters
    ----------
    allowed
        As in `search.improve`: with a limit, stops that keep their days go on keeping them.
    """
    tasks: list[Task] = []
    visits: list[tuple[str, _Moves]] = []
    numbers: dict[tuple[str, int], int] = {}
    for stop, option in draft.chosen.items():
        moves = _moves(draft, option, free=allowed is None)
        for k in option.car_days:
            numbers[stop, k] = len(tasks)
            tasks.append(_visit(draft, stop, k, moves))
            visits.append((stop, moves))
    start = [
        (k, tuple(numbers[stop, k] for stop in order))
        for k, order in enumerate(draft.orders)
        if order
    ]
    found = solve(
        draft.grid.problem(tasks),
        seed=seed,
        iterations=round(iterations / SHARE_AGAIN),
        bound=False,
        start=start,
    )
    if found.unserved:
        return False
    for route in found.routes:
        for task in route.tasks:
            stop, moves = visits[task]
            if moves:
                option = draft.chosen[stop]
                draft.changed += moves[route.car_day].changes - option.changes
                draft.chosen[stop] = moves[route.car_day]
    orders = {r.car_day: tuple(visits[task][0] for task in r.tasks) for r in found.routes}
    for k in range(len(draft.orders)):
        draft.set_order(k, orders.get(k, ()))
    return True


def _moves(draft: Draft, chosen: Option, *, free: bool) -> _Moves:
    """Return where the only visit of a stop might go; nothing for a stop with several."""
    found: _Moves = {}
    options = draft.options[chosen.stop]
    if any(len(option.car_days) > 1 for option in options):
        return found
    for option in options:
        (k,) = option.car_days
        may = free or not option.changes or chosen.changes
        if may and (k not in found or draft.late_cost(option) < draft.late_cost(found[k])):
            found[k] = option
    return found


def _visit(draft: Draft, stop: str, k: int, moves: _Moves) -> Task:
    task = replace(draft.grid.tasks[stop], required=True)
    if not moves:
        return replace(task, car_days=(k,))
    costs = {car_day: draft.late_cost(option) for car_day, option in moves.items()}
    surcharges = {car_day: cost for car_day, cost in costs.items() if cost > 0}
    return replace(task, car_days=tuple(sorted(moves)), surcharges=surcharges)
