"""The times of a route, against every departure and every break tried by the minute."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from optimiser.peers import broken_limits
from optimiser.small_problems import (
    H,
    M,
    car_day,
    line,
    problem,
    random_problem,
    table,
    task,
    tiny_day,
)

from bookcar.optimiser.problem import Break, CarDay, Problem, Schedule
from bookcar.optimiser.timing import load_profile, route_metres, schedule

# Three stops, 30, 60 and 90 minutes east of the depot.
ROAD = line(0, 30, 60, 90)


def day_with(*, stops: int = 3, car: CarDay | None = None, **fields: Any) -> Problem:
    """Return the road's first stops, alike but for their place, and one car-day."""
    tasks = [task(i + 1, **fields) for i in range(stops)]
    return problem(ROAD, *tasks, cars=(car or car_day(),))


def test_times_follow_from_legs_and_service():
    times = schedule(day_with(), 0, (0, 1, 2))
    assert times is not None
    assert times.depart == 8 * H
    assert times.arrive == (8 * H + 30 * M, 9 * H + 10 * M, 9 * H + 50 * M)
    assert times.begin == times.arrive
    assert times.leave == (8 * H + 40 * M, 9 * H + 20 * M, 10 * H)
    assert times.back == 11 * H + 30 * M
    assert times.breaks == ()


def test_leaves_as_late_as_the_earliest_return_allows():
    times = schedule(day_with(windows={0: ((10 * H, 12 * H),)}), 0, (0, 1))
    assert times is not None
    assert (times.depart, times.begin[0], times.back) == (9 * H + 30 * M, 10 * H, 11 * H + 50 * M)


def test_waits_between_stops_but_not_before_leaving():
    tasks = (task(1), task(2, windows={0: ((12 * H, 13 * H),)}))
    times = schedule(problem(ROAD, *tasks), 0, (0, 1))
    assert times is not None
    assert times.arrive[1] == times.begin[1] == 12 * H
    assert times.depart == 12 * H - 70 * M


def test_takes_the_later_window_where_that_leaves_later_for_the_same_return():
    first = task(1, windows={0: ((8 * H, 9 * H), (11 * H, 12 * H))})
    second = task(2, windows={0: ((12 * H, 13 * H),)})
    times = schedule(problem(ROAD, first, second), 0, (0, 1))
    assert times is not None
    assert times.begin == (11 * H + 20 * M, 12 * H)


def test_takes_a_later_window_where_the_earlier_makes_the_day_too_long():
    first = task(1, windows={0: ((9 * H, 10 * H), (14 * H, 15 * H))})
    second = task(2, windows={0: ((12 * H, 13 * H), (15 * H, 16 * H))})
    car = car_day(max_seconds=3 * H)
    times = schedule(problem(ROAD, first, second, cars=(car,)), 0, (0, 1))
    assert times is not None
    assert times.begin == (14 * H + 20 * M, 15 * H)


def test_a_service_lies_inside_one_window():
    """Half an hour in each of two windows is no hour."""
    windows = {0: ((9 * H, 9 * H + 30 * M), (9 * H + 30 * M, 10 * H))}
    assert schedule(day_with(service_s=H, windows=windows), 0, (0,)) is None
    assert schedule(day_with(service_s=30 * M, windows=windows), 0, (0,)) is not None


@pytest.mark.parametrize(
    "limit",
    [
        {"ends": 11 * H + 29 * M},
        {"starts": 13 * H + 31 * M},
        {"max_seconds": 3 * H + 29 * M},
        {"distance": 179_999},
        {"stops": 2},
    ],
    ids=lambda limit: next(iter(limit)),
)
def test_each_limit_holds_to_the_unit(limit: dict[str, int]):
    """The same route fits a limit exactly and not one unit less."""
    drops = {"delivers": (20, 10)}
    assert schedule(day_with(car=car_day(**limit), **drops), 0, (0, 1, 2)) is None
    (name, value), *_ = limit.items()
    relaxed = {name: value - 1 * M if name == "starts" else value + (M if value > 1000 else 1)}
    assert schedule(day_with(car=car_day(**relaxed), **drops), 0, (0, 1, 2)) is not None


@pytest.mark.parametrize("load", [0, 1])
def test_each_load_holds_to_the_unit(load: int):
    most = (60, 30)[load]
    for room, fits in ((most, True), (most - 1, False)):
        capacity = (room, None) if load == 0 else (None, room)
        given = day_with(car=car_day(capacity=capacity), delivers=(20, 10))
        assert (schedule(given, 0, (0, 1, 2)) is not None) == fits


def test_no_schedule_for_a_car_or_a_day_that_may_not_serve():
    cars = (car_day(), car_day(day=1))
    stop = task(1, car_days=(1,), windows={1: ((8 * H, 9 * H),)})
    given = problem(ROAD, stop, cars=cars)
    assert schedule(given, 0, (0,)) is None
    assert schedule(given, 1, (0,)) is not None
    closed = replace(given, tasks=(replace(stop, windows={0: ((8 * H, 9 * H),), 1: ()}),))
    assert schedule(closed, 1, (0,)) is None


@pytest.mark.parametrize("unit", ["seconds", "metres"])
def test_no_schedule_over_an_impassable_leg(unit: str):
    broken = getattr(ROAD, unit).copy()
    broken[1, 2] = -1
    given = problem(replace(ROAD, **{unit: broken}), task(1), task(2))
    assert schedule(given, 0, (0, 1)) is None
    assert schedule(given, 0, (1, 0)) is not None


def test_collects_count_after_the_drop_of_the_same_stop():
    full = car_day(capacity=(100,))
    swap = task(1, delivers=(100,), collects=(100,))
    given = problem(ROAD, swap, task(2, collects=(1,)), cars=(full,))
    assert schedule(given, 0, (0,)) is not None
    assert schedule(given, 0, (0, 1)) is None


def test_order_decides_the_load():
    drop, collect = task(1, delivers=(80,)), task(2, collects=(80,))
    given = problem(ROAD, drop, collect, cars=(car_day(capacity=(100,)),))
    assert schedule(given, 0, (0, 1)) is not None
    assert schedule(given, 0, (1, 0)) is None


def test_load_profile_starts_with_all_drops_aboard():
    tasks = (task(1, delivers=(30, 9)), task(2, delivers=(20, 4), collects=(5,)))
    assert load_profile(problem(ROAD, *tasks), 0, (0, 1)) == ([50, 20, 5], [13, 4, 0])


def test_route_metres_include_the_return():
    assert route_metres(day_with(), 0, (0, 2)) == 180_000


def breaking(**fields: Any) -> CarDay:
    return car_day(**{"break_s": 30 * M, "break_after_s": 2 * H} | fields)


def test_a_short_route_has_no_break():
    times = schedule(day_with(car=breaking(break_after_s=3 * H + 30 * M)), 0, (0, 1, 2))
    assert times is not None
    assert times.breaks == ()


def test_a_long_route_breaks_once_as_late_as_it_may():
    times = schedule(day_with(car=breaking()), 0, (0, 1, 2))
    assert times is not None
    assert times.breaks == (Break(position=2, moment="after", begin=10 * H, end=10 * H + 30 * M),)
    assert times.back == 12 * H


def test_a_break_begins_no_later_than_it_must():
    """After the last service is a second late, after the one before it too early for the rest."""
    times = schedule(day_with(car=breaking(break_after_s=2 * H - 1)), 0, (0, 1, 2))
    assert times is not None
    (taken,) = times.breaks
    assert (taken.position, taken.moment, taken.begin) == (2, "before", 9 * H + 50 * M)


def test_the_first_stop_may_have_the_break_before_it():
    car = breaking(break_after_s=40 * M)
    times = schedule(day_with(car=car, service_s=40 * M), 0, (0,))
    assert times is not None
    before, after = times.breaks
    assert before == Break(position=0, moment="before", begin=8 * H + 30 * M, end=9 * H)
    assert after == Break(position=0, moment="after", begin=9 * H + 40 * M, end=10 * H + 10 * M)


def test_no_break_where_the_first_stop_is_too_far_for_it():
    assert schedule(day_with(car=breaking(break_after_s=29 * M)), 0, (0,)) is None


def test_waiting_holds_the_break():
    """The car comes to the second stop early, rests at its door and loses no time.

    It rests ten minutes longer than it must, or it would be back too long after its break.
    """
    first = task(1, windows={0: ((8 * H, 9 * H),)})
    second = task(2, windows={0: ((10 * H + 30 * M, 11 * H),)})
    times = schedule(
        problem(ROAD, first, second, cars=(breaking(break_after_s=90 * M),)), 0, (0, 1)
    )
    assert times is not None
    assert (times.depart, times.begin[1]) == (8 * H + 20 * M, 10 * H + 30 * M)
    (taken,) = times.breaks
    assert (taken.position, taken.moment) == (1, "before")
    assert (taken.begin, taken.end) == (9 * H + 30 * M, 10 * H + 10 * M)
    assert times.back - taken.end == 90 * M


def test_a_break_soon_after_leaving_is_the_last_resort():
    """At 40 of 120 minutes the break would fill a wait; later it costs half an hour."""
    first = task(1, windows={0: ((8 * H, 9 * H),)})
    second = task(2, windows={0: ((10 * H, 11 * H),)})
    times = schedule(problem(ROAD, first, second, cars=(breaking(),)), 0, (0, 1))
    assert times is not None
    assert times.breaks
    assert (times.breaks[0].position, times.breaks[0].begin) == (1, 10 * H + 10 * M)
    early = breaking(ends=11 * H + 30 * M)
    times = schedule(problem(ROAD, first, second, cars=(early,)), 0, (0, 1))
    assert times is not None
    assert times.breaks
    assert (times.breaks[0].position, times.back) == (0, 11 * H + 10 * M)


def test_the_break_counts_in_the_day():
    assert schedule(day_with(car=breaking(max_seconds=4 * H)), 0, (0, 1, 2)) is not None
    assert schedule(day_with(car=breaking(max_seconds=4 * H - 1)), 0, (0, 1, 2)) is None


def test_the_same_place_twice_and_no_service_take_no_time():
    given = problem(table([[0, 60], [60, 0]]), task(1, service_s=0), task(1, service_s=0))
    times = schedule(given, 0, (0, 1))
    assert times is not None
    assert times.back - times.depart == 120


def test_a_timed_route_keeps_every_limit():
    """An independent re-check of whatever comes out, in random days of up to four stops."""
    checked = 0
    for seed in range(300):
        given = random_problem(seed, 4)
        order = tuple(random.Random(seed).sample(range(4), seed % 4 + 1))
        times = schedule(given, seed % 2, order)
        if times is not None:
            checked += 1
            assert broken_limits(given, seed % 2, order, times) == []
    assert checked > 30


def test_agrees_with_trying_every_timing():
    """Against all departures, waits and breaks there are: none is missed, none is back earlier."""
    outcomes = {"none": 0, "plain": 0, "break": 0, "breaks": 0}
    for seed in range(500):
        given = tiny_day(random.Random(seed))
        times = schedule(given, 0, range(len(given.tasks)))
        best = best_of_all_timings(given)
        assert (times is None) == (best is None), seed
        if times is not None and best is not None:
            assert broken_limits(given, 0, range(len(given.tasks)), times) == [], seed
            ours = (times.back, -times.depart)
            assert max(1, len(times.breaks)) == max(1, best[0]), seed
            assert ours >= best[1:], seed
            free = times.breaks == () and given.car_days[0].break_s == 0
            assert ours == best[1:] or not (free or len(times.breaks) > 1), seed
        outcomes[named(times)] += 1
    assert min(outcomes.values()) > 20, outcomes


def named(times: Schedule | None) -> str:
    if times is None:
        return "none"
    return ("plain", "break", "breaks")[min(2, len(times.breaks))]


def best_of_all_timings(given: Problem) -> tuple[int, int, int] | None:
    """Return the fewest breaks, the earliest return with them, the latest departure for it."""
    car = given.car_days[0]
    found = [
        (breaks, back, -depart)
        for depart in range(car.starts, car.ends + 1)
        for back, breaks in returns(given, car, depart)
        if back <= car.ends and back - depart <= car.max_seconds
    ]
    return min(found, default=None)


State = tuple[int, int, int]
"""The time, how much of that until a break is used up (by waiting too, or in driving), breaks."""


def returns(given: Problem, car: CarDay, depart: int) -> set[tuple[int, int]]:
    """Return every (return, number of breaks) that some waits and some breaks lead to."""
    seconds = given.tables[0].seconds
    states, place = {(depart, car.break_used_s, 0)}, car.start
    for t in given.tasks:
        leg = int(seconds[place, t.location])
        place = t.location
        arrived = {(now + leg, used + leg, breaks) for now, used, breaks in kept(car, states)}
        states = {
            (begin + t.service_s, used + passed(car, begin + t.service_s - now), breaks)
            for now, used, breaks in rested(car, arrived)
            for opens, closes in t.windows[0]
            for begin in range(max(now, opens), closes - t.service_s + 1)
        }
        states = rested(car, states)
    home = int(seconds[place, car.end])
    ends = {(now + home, used + home, breaks) for now, used, breaks in kept(car, states)}
    return {(now, breaks) for now, _, breaks in kept(car, ends)}


def passed(car: CarDay, seconds: int) -> int:
    return 0 if car.break_rule == "driving" else seconds


def kept(car: CarDay, states: set[State]) -> set[State]:
    return {s for s in states if car.break_s == 0 or s[1] <= car.break_after_s}


def rested(car: CarDay, states: set[State]) -> set[State]:
    """Return the states with a break of any length, and without one."""
    if car.break_s == 0:
        return states
    more = {
        (now + length, 0, breaks + 1)
        for now, _, breaks in kept(car, states)
        for length in range(car.break_s, 46)
        if breaks < 6
    }
    return more | states
