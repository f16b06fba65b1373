"""Routes as what they call at, whatever their options are numbered, and the order that tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from bookcar.optimiser.start import Orders
from bookcar.planning.fleet import Fleet
from bookcar.planning.visit_options import VisitOption, after_givers, collects_once, givers_of
from bookcar.planning.week import Week

Call = str | int
"""The key of an option, or the number of a call among the fleet's."""

Driven = Sequence[tuple[int, tuple[Call, ...]]]
"""Car-days, each with what its route calls at, in order."""


def later_visits(driven: Driven, wide: Mapping[str, VisitOption], fleet: Fleet) -> frozenset[str]:
    """Return the keys of visits before which another one collects what their stop holds."""
    days = _days_of(driven, fleet)
    first: dict[str, dt.date] = {}
    for key, day in days.items():
        stop = wide[key].due.stop.id
        first[stop] = min(day, first.get(stop, day))
    return frozenset(
        key
        for key, day in days.items()
        if collects_once(wide[key]) and day > first[wide[key].due.stop.id]
    )


def givers_first(
    options: Sequence[VisitOption], driven: Driven, fleet: Fleet
) -> tuple[VisitOption, ...]:
    """Return options of which a visit that hands on is made no later than on its day.

    The other visit to its stop comes after that day.
    """
    giving, days = givers_of(options), _days_of(driven, fleet)
    early = (
        replace(e, fleet=tuple(k for k in e.fleet if fleet.days[k].date <= days[e.key]))
        if e.key in giving and collects_once(e)
        else e
        for e in options
    )
    return after_givers(tuple(early), fleet)


def _days_of(driven: Driven, fleet: Fleet) -> dict[str, dt.date]:
    """Return the day of every visit of some routes, by its key."""
    return {
        call: fleet.days[car_day].date
        for car_day, calls in driven
        for call in calls
        if isinstance(call, str)
    }


def driven_by(week: Week) -> Driven:
    """Return what the routes of a week call at, whatever its options are numbered."""
    first = len(week.options)
    calls: list[Call] = [*(e.key for e in week.options), *range(len(week.problem.tasks) - first)]
    return [(route.car_day, tuple(calls[task] for task in route.tasks)) for route in week.routes]


def orders(driven: Driven, options: Sequence[VisitOption]) -> Orders:
    """Return routes as tasks of some options, what is none of them left out."""
    numbers: dict[Call, int] = {option.key: task for task, option in enumerate(options)}
    first = len(options)
    return [
        (car_day, tuple(_number(call, numbers, first) for call in calls if _known(call, numbers)))
        for car_day, calls in driven
    ]


def _known(call: Call, numbers: Mapping[Call, int]) -> bool:
    return isinstance(call, int) or call in numbers


def _number(call: Call, numbers: Mapping[Call, int], first: int) -> int:
    return first + call if isinstance(call, int) else numbers[call]


class Trip(NamedTuple):
    """The visits between two loads, by key; before them the car loads at a ``call``, or leaves."""

    car_day: int
    call: int | None
    keys: list[str]


def trips(driven: Driven) -> Iterator[Trip]:
    """Yield the visits between two loads."""
    for car_day, calls in driven:
        trip = Trip(car_day, None, [])
        for call in calls:
            if isinstance(call, int):
                yield trip
                trip = Trip(car_day, call, [])
            else:
                trip.keys.append(call)
        yield trip
