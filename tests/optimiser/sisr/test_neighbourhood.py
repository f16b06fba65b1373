"""The neighbours of each stop, held to the same looked up one pair after the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from optimiser.small_problems import random_problem, stocked_problem

from bookcar.optimiser.problem import Problem
from bookcar.optimiser.sisr import neighbourhood
from bookcar.optimiser.sisr.build import lay_out
from bookcar.optimiser.sisr.layout import IMPASSABLE, Layout
from bookcar.optimiser.sisr.neighbourhood import turned
from bookcar.optimiser.sisr.times import begins


def _out_of_step(problem: Problem, seconds: npt.NDArray[np.int32], one: int, other: int) -> float:
    """Return a fifth of the wait, and the lateness, on the best day and in the better order."""
    least = float(IMPASSABLE)
    for day in sorted({car.day for car in problem.car_days}):
        hours = [
            begins(problem.tasks[k], problem.tasks[k].windows.get(day, ())) for k in (one, other)
        ]
        if not all(hours):
            continue
        for a, b, first, then in ((one, other, *hours), (other, one, *hours[::-1])):
            leg = problem.tasks[a].service_s + int(seconds[a, b])
            wait = then[0][0] - (first[-1][1] + leg)
            late = first[0][0] + leg - then[-1][1]
            least = min(least, 0.2 * max(0, wait) + max(0, late))
    return least


def _nearest(problem: Problem, layout: Layout, stop: int, count: int) -> list[int]:
    stops = len(problem.tasks)
    metres, seconds = layout.metres[0][:stops, :stops], layout.seconds[0][:stops, :stops]
    passable = metres < IMPASSABLE
    pace = max(1, int(metres[passable].sum(dtype=np.int64))) / max(
        1, int(seconds[passable].sum(dtype=np.int64))
    )
    timed = bool(layout.facts["timed"][0])
    apart = {}
    for other in range(stops):
        if other != stop and not problem.tasks[other].reload:
            apart[other] = float(metres[stop, other]) + float(metres[other, stop])
            if timed:
                apart[other] += 2 * pace * _out_of_step(problem, seconds, stop, other)
    return sorted(apart, key=lambda other: (apart[other], other))[:count]


@pytest.mark.parametrize("block", [3, 128])
@pytest.mark.parametrize("seed", range(12))
def test_neighbours_are_those_of_one_pair_after_the_other(
    seed: int, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbourhood, "_BLOCK", block)
    monkeypatch.setattr(neighbourhood, "_TILE", 4)
    kind = (random_problem, stocked_problem)[seed % 2]
    problem = kind(seed, 14, 4, crooked=seed % 3 == 0)
    layout, _ = lay_out(problem)
    count = layout.near.shape[1]
    assert count
    for stop in range(len(problem.tasks)):
        nearest = layout.near["stop"][stop].tolist()
        assert nearest == _nearest(problem, layout, stop, count)
        assert (layout.near["to_it"][stop] == layout.metres[0][stop, nearest]).all()
        assert (layout.near["from_it"][stop] == layout.metres[0][nearest, stop]).all()


def test_the_closest_are_told_by_their_values() -> None:
    """Which of equals a partition puts first differs between processors; all of them are taken."""
    never = neighbourhood._NEVER
    gaps = np.array([[5, 1, 3, 3, never, 3, 0], [9, 9, 9, 9, 9, 9, 9]], dtype=np.uint32)
    rows, close = neighbourhood._closest(gaps, 3)
    assert close[rows == 0].tolist() == [1, 2, 3, 5, 6]
    assert close[rows == 1].tolist() == list(range(7))
    assert neighbourhood._closest(gaps, 9)[1].tolist() == [*range(7), *range(7)]


@pytest.mark.parametrize("size", [1, 127, 128, 129, 700])
def test_columns_are_turned_into_rows(size: int) -> None:
    table = np.arange(size * size, dtype=np.int32).reshape(size, size)
    assert (turned(table, np.arange(size), size) == table.T).all()
    some = np.arange(size // 3, size)
    assert (turned(table, some, size // 2) == table[: size // 2, some].T).all()
