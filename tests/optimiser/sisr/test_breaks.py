"""The compiled clocks on days of several breaks, held against the plain one."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
from optimiser.small_problems import tiny_day

from bookcar.compiled import called
from bookcar.optimiser.breaks import rule_of
from bookcar.optimiser.insertion import clock as insertion
from bookcar.optimiser.problem import CarDay, Problem
from bookcar.optimiser.sisr import clock, node_data
from bookcar.optimiser.sisr import state as states
from bookcar.optimiser.sisr.breaks import LINE_ROWS, Day
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.clock import NO_STOP
from bookcar.optimiser.sisr.state import empty_state
from bookcar.optimiser.timing import schedule

best_times, refresh = called(clock.best_times), called(node_data.refresh)
insert, timed_by_insertion = called(states.insert), called(insertion.best_times)

SEEDS = range(2_000)


def test_the_kernel_times_several_breaks_as_the_schedule_does() -> None:
    many = 0
    for seed in SEEDS:
        given = tiny_day(random.Random(seed), stops=4)
        times = schedule(given, 0, range(len(given.tasks)))
        depart, back = _of_kernel(given)
        assert (times is None) == (back < 0), seed
        several = times is not None and len(times.breaks) > 1
        if times is not None and (several or given.car_days[0].break_s == 0):
            assert (times.depart, times.back) == (depart, back), seed
        elif times is not None:
            assert back <= times.back, seed  # one break is later at times, to be of use
        many += several
    assert many > 60


def test_insertions_are_timed_as_the_schedule_times_them() -> None:
    for seed in SEEDS:
        given = tiny_day(random.Random(seed), stops=4)
        times = schedule(given, 0, range(len(given.tasks)))
        depart, back, _ = _of_insertion(given, given.car_days[0])
        assert (times is None) == (back < 0), seed
        if times is not None:
            assert (times.depart, times.back) == (depart, back), seed


def _of_kernel(given: Problem) -> tuple[int, int]:
    layout, _ = lay_out(given)
    state = empty_state(layout, 1)
    start = np.uint32(len(given.tasks))
    after = start
    for stop in range(len(given.tasks)):
        insert(layout, state, np.uint32(stop), after)
        after = np.uint32(stop)
    kept = refresh(layout, state, np.uint32(0))
    times = best_times(layout, state, NO_STOP, start)
    assert kept == (times[1] >= 0)
    return int(times[0]), int(times[1])


def _of_insertion(given: Problem, car: CarDay) -> tuple[int, int, bool]:
    stops = len(given.tasks)
    line = np.zeros((LINE_ROWS, 2 * stops + 3), dtype=np.int64)
    seconds = given.tables[0].seconds
    places = [car.start, *(t.location for t in given.tasks), car.end]
    line[0, : stops + 1] = [seconds[a, b] for a, b in pairwise(places)]
    line[1, :stops] = [t.service_s for t in given.tasks]
    begins = [
        [(o, c - t.service_s) for o, c in t.windows[0] if c - o >= t.service_s] for t in given.tasks
    ]
    ends = np.cumsum([0, *(len(some) for some in begins)])
    line[2, :stops], line[3, :stops] = ends[:-1], ends[1:]
    opens, closes = (
        np.array([one[k] for some in begins for one in some] + [0], dtype=np.int64) for k in (0, 1)
    )
    rule = rule_of(car)
    day = Day(
        np.int64(car.starts), np.int64(car.ends), np.int64(car.max_seconds),
        np.int64(car.break_s), np.int64(max(0, car.break_after_s - car.break_used_s)),
        np.int64(car.break_after_s), rule is not None and rule.driving, False,
    )  # fmt: skip
    depart, back, early = timed_by_insertion(line, stops, opens, closes, day)
    return int(depart), int(back), bool(early)
