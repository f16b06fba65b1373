"""Each limit of the list can be broken, and is told, in words of every language, by every part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from optimiser.small_problems import H, M, car_day, line, problem, table, task

from bookcar import audit
from bookcar.model import Vehicle
from bookcar.optimiser.limits import LIMITS, LOADS, SUMS, Limit, at_most, limited, most_of
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.timing import schedule
from bookcar.optimiser.violations import Violation, try_route
from bookcar.phrases import LANGUAGES, Phrases, limit_codes
from bookcar.phrases.rules import rules

ROAD = line(0, 30)
CUT = table([[0, 60], [-1, 0]])


def _one(*, stop: dict[str, Any] | None = None, **car: Any) -> Problem:
    """Return a stop half an hour and 30 km from the depot, with one car."""
    return problem(ROAD, task(1, **(stop or {})), cars=(car_day(**car),))


def _two(**car: Any) -> Problem:
    return problem(ROAD, task(1), task(1, reload=True, prize=0.0), cars=(car_day(**car),))


def _loaded(load: int, most: int) -> Problem:
    loads = tuple(10 if one == load else 0 for one in range(len(LOADS)))
    capacity = tuple(most if one == load else None for one in range(len(LOADS)))
    return _one(stop={"delivers": loads}, capacity=capacity)


# By code: the same route where it just keeps the limit and where it just breaks it, and how that
# is told.
CASES: dict[str, tuple[Callable[[int], Problem], Violation]] = {
    "road": (
        lambda more: problem(CUT if more else ROAD, task(1)),
        Violation("road", 0, 0, 1),
    ),
    "stops": (lambda more: _one(stops=1 - more), Violation("stops", 1, 0)),
    "reloads": (lambda more: _two(reloads=1 - more), Violation("reloads", 1, 0)),
    "distance": (
        lambda more: _one(distance=60_000 - more),
        Violation("distance", 60_000, 59_999),
    ),
    "driving-time": (
        lambda more: _one(driving_time=60 * M - more),
        Violation("driving-time", 60 * M, 60 * M - 1),
    ),
    "books": (lambda more: _loaded(0, 10 - more), Violation("books", 10, 9)),
    "kg": (lambda more: _loaded(1, 10 - more), Violation("kg", 10, 9)),
    "latest-return": (
        lambda more: _one(ends=9 * H + 10 * M - more),
        Violation("latest-return", 9 * H + 10 * M, 9 * H + 10 * M - 1),
    ),
    "working-time": (
        lambda more: _one(max_seconds=70 * M - more),
        Violation("working-time", 70 * M, 70 * M - 1),
    ),
    "break": (
        lambda more: _one(break_s=20 * M, break_after_s=30 * M - more),
        Violation("break", 0, 30 * M - 1),
    ),
    "opening-hours": (
        lambda more: _one(stop={"windows": {0: ((8 * H, 8 * H + 40 * M - more),)}}),
        Violation("opening-hours", 8 * H + 30 * M, 0, 0),
    ),
}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.code)
def test_a_route_can_break_every_limit(limit: Limit) -> None:
    given, told = CASES[limit.code]
    for more in (0, 1):
        case = given(more)
        order = tuple(range(len(case.tasks)))
        assert try_route(case, 0, order).violations == ((told,) if more else ())
        assert (schedule(case, 0, order) is None) == bool(more)


def test_a_limit_is_told_where_it_stands_in_the_list() -> None:
    assert [*CASES] == [limit.code for limit in LIMITS]
    case = _one(stops=0, distance=1, max_seconds=1)
    assert [v.code for v in try_route(case, 0, (0,)).violations] == [
        "stops",
        "distance",
        "working-time",
    ]


def test_limits_are_given_and_changed_by_their_codes() -> None:
    car = car_day(stops=3, distance=None)
    assert (most_of(car, "stops"), most_of(car, "metres")) == (3, None)
    changed = limited(car, distance=5)
    assert (most_of(changed, "stops"), most_of(changed, "metres")) == (3, 5)
    assert limited(changed, stops=None).most == at_most(distance=5)
    with pytest.raises(TypeError, match="no limit called speed"):
        at_most(speed=1)


def test_a_car_that_names_fewer_limits_than_there_are_has_no_others() -> None:
    given = problem(ROAD, task(1), cars=(car_day(),))
    car = given.car_days[0]
    assert most_of(limited(car), "stops") is None
    assert len(SUMS) == len(car.most)


def test_every_limit_of_a_vehicle_reaches_its_car_day() -> None:
    vehicle = Vehicle(
        id="V", depot="D", books=7, kg=8, max_metres=9, max_seconds=10, starts=0, ends=11,
        weekdays=(0,), max_stops=12, reloads=13, max_driving_s=14,
    )  # fmt: skip
    assert [one.of_vehicle(vehicle) for one in LOADS] == [7, 8]
    assert [one.of_vehicle(vehicle) for one in SUMS] == [12, 13, 9, 14]


SAID = ("board", "problem", "fix", "finds", "lacks", "change")
"""What bookcar/phrases/*/limits.toml says of each limit."""

AUDITED = {
    "road": "stop-is-reached-by-road",
    "stops": "max-stops",
    "reloads": "reloads-a-day",
    "distance": "max-km",
    "driving-time": "max-driving",
    "books": "books-within-limit",
    "kg": "kg-within-limit",
    "latest-return": "working-day",
    "working-time": "max-hours",
    "break": "break-taken",
    "opening-hours": "opening-hours",
}
"""The rule of the audit that holds each limit, by code of its own; tests/audit breaks each."""


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.code)
def test_every_limit_is_said_in_every_language_and_has_its_rules(limit: Limit) -> None:
    for language in LANGUAGES:
        say = Phrases(language)
        assert [part for part in SAID if f"limits.{limit.code}.{part}" not in say] == []
    assert f"route-{limit.code}" in rules()["board"]
    assert AUDITED[limit.code] in {one.__name__.replace("_", "-") for one in audit.RULES}


def test_nothing_is_said_or_audited_of_a_limit_that_is_not_in_the_list() -> None:
    assert {*limit_codes()} == {*AUDITED} == {limit.code for limit in LIMITS}
