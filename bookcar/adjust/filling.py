"""What still fits into a week beside its fixed routes, with the batches that these bring back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from bookcar.adjust.context import Context
from bookcar.optimiser.problem import FixedRoute as Beginning
from bookcar.optimiser.problem import Problem
from bookcar.planning.fleet import ReloadOption
from bookcar.planning.last_pass import LastPass
from bookcar.planning.visit_options import VisitOption, options_of
from bookcar.planning.week import Week

_Call = VisitOption | ReloadOption


@dataclass(frozen=True, kw_only=True)
class _Held:
    """The calls of a route that stay as they are; more may follow if it is ``open``."""

    car_day: int
    calls: tuple[_Call, ...]
    open: bool

    def numbered(
        self, options: Sequence[VisitOption], reloads: Sequence[ReloadOption]
    ) -> Beginning:
        """Return it as tasks of some options, the reloads behind them."""
        numbers = {option.key: k for k, option in enumerate(options)}
        tasks = (
            numbers[call.key]
            if isinstance(call, VisitOption)
            else len(options) + reloads.index(call)
            for call in self.calls
        )
        return Beginning(car_day=self.car_day, tasks=tuple(tasks), open=self.open)


def filled_beside(context: Context, week: Week, whole: Collection[int]) -> Week:
    """Return a week with what still fits, while the routes of some car-days stay ``whole``.

    The rest was planned before it was known what these bring back, and from which day on it is in
    a depot. Stops that somebody left out stay out.
    """
    held = tuple(_held(week, whole))
    fixed = {c.key for one in held if not one.open for c in one.calls if isinstance(c, VisitOption)}

    def problem(options: Sequence[VisitOption]) -> Problem:
        routes = (one.numbered(options, week.fleet.reloads) for one in held)
        return replace(context.problem(options), fixed=tuple(routes))

    options = tuple(replace(o, must=True) if o.key in fixed else o for o in week.options)
    begun = replace(week, options=options, problem=problem(options))
    out = context.overrides.out()
    wanted = [o for o in options_of(context.prepared) if o.due.stop.id not in out]
    full = LastPass(prepared=context.prepared, options=wanted, problem=problem).filled(begun)
    if full is begun:
        return week
    return _released(full, fixed)


def _held(week: Week, whole: Collection[int]) -> Iterator[_Held]:
    """Yield the routes that are fixed whole, and the beginnings that others go on from."""
    orders = {route.car_day: week.calls(route) for route in week.routes}
    for car_day in sorted(whole):
        yield _Held(car_day=car_day, calls=orders[car_day], open=False)
    for fixed in week.problem.fixed:
        calls = orders[fixed.car_day][: len(fixed.tasks)]
        yield _Held(car_day=fixed.car_day, calls=calls, open=fixed.open)


def _released(week: Week, fixed: Collection[str]) -> Week:
    """Return a week in which more may be put into the routes that are fixed whole, by hand."""
    options = tuple(replace(o, must=False) if o.key in fixed else o for o in week.options)
    tasks = tuple(
        replace(task, required=option.due.stop.required) if option.key in fixed else task
        for task, option in zip(week.problem.tasks, options, strict=False)
    )
    tasks += week.problem.tasks[len(options) :]
    begun = tuple(one for one in week.problem.fixed if one.open)
    problem = replace(week.problem, tasks=tasks, fixed=begun)
    return replace(week, options=options, problem=problem)
