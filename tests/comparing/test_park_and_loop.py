"""The park-and-loop benchmark: its checker, its reader and its walks, on jobs along a road."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from benchmarks.park_and_loop import Instance, Routes, Visit, Walks, driven, faults_of, listed
from benchmarks.vrptr import modelled
from benchmarks.walks import Walking

ROAD = Instance(
    places=((0.0, 3.0), (0.0, 4.0), (0.0, 5.0), (2.0, 0.0), (0.0, 0.0)), minutes=(30, 20, 25, 40, 0)
)
"""Three jobs along one road, a kilometre apart, and one on another; the depot at their end."""


def test_what_is_driven_goes_to_where_the_car_stands_alone() -> None:
    assert driven(ROAD, [[(0, (1, 2)), (3, ())]]) == pytest.approx(3.0 + 13.0**0.5 + 2.0)


@pytest.mark.parametrize(
    ("routes", "fault"),
    [
        ([[(0, (1, 2)), (3, ())]], ""),
        ([[(0, (1,)), (3, ())]], "jobs [2] are not done once"),
        ([[(0, (1, 2)), (3, ()), (1, ())]], "jobs [1] are not done once"),
        ([[(4, (0,)), (1, ()), (2, ()), (3, ())]], "90.00 minutes are walked"),
    ],
)
def test_the_checker_holds_every_rule(routes: Routes, fault: str) -> None:
    assert fault in "; ".join(faults_of(ROAD, routes))
    assert bool(faults_of(ROAD, routes)) is bool(fault)


def test_the_checker_holds_the_time_away() -> None:
    slow = Instance(places=ROAD.places, minutes=(120, 120, 100, 40, 0))
    (fault,) = faults_of(slow, [[(0, (1, 2)), (3, ())]])
    assert fault.startswith(f"{380 + 60 + 2 * driven(slow, [[(0, ()), (3, ())]]):.2f} minutes pass")


def test_a_listed_way_back_that_is_missing_is_driven(tmp_path: Path) -> None:
    path = tmp_path / "solution.txt"
    wrong_way = "4;1;1;7\n5;4;1;7\n"
    path.write_text(f"5;1;1;7\n1;2;2;7\n2;3;2;7\n3;1;2;7\n1;1;1;7\n{wrong_way}")
    assert listed(ROAD, path) == [[(0, (1, 2)), (3, ())]]
    path.write_text("5;1;1;7\n1;2;2;7\n2;3;2;7\n1;4;1;7\n")  # nothing leads back from 3, nor 4
    assert listed(ROAD, path) == [[(0, (1, 2)), (3, ())]]


def test_a_walk_is_the_shortest_round_from_wherever_it_begins() -> None:
    walks = Walks(ROAD)
    visit = frozenset((0, 1, 2, 3))
    rounds = (
        sum(ROAD.km(a, b) for a, b in zip(order, (*order[1:], order[0]), strict=True))
        for order in permutations(visit)
    )
    assert walks.round(visit)[0] == pytest.approx(min(rounds))
    assert {frozenset((p, *walks.stop(visit, p)[1])) for p in visit} == {visit}


def test_changes_keep_every_job_and_count_what_is_driven() -> None:
    draw = Random(3)
    places = tuple((draw.uniform(0, 6), draw.uniform(0, 6)) for _ in range(12))
    instance = Instance(places=places, minutes=(20,) * 11 + (0,))
    walks = Walks(instance)
    walking = Walking(instance, walks, draw)
    begun: list[list[tuple[Visit, int]]] = [[(frozenset((j,)), j) for j in range(11)], []]
    walking.go_on_from(begun)
    walking.steps(3000, 0.5)
    km, best = walking.best
    routes = [[walks.stop(*stand) for stand in route] for route in best]
    assert not faults_of(instance, routes)
    assert driven(instance, routes) == pytest.approx(km)
    assert km < driven(instance, [[(j, ()) for j in range(11)], []])
    assert any(walk for route in routes for _, walk in route)


def test_a_visit_is_a_task_at_each_of_its_jobs_of_which_one_is_done() -> None:
    given = modelled(ROAD, [[(frozenset((0, 1)), 0), (frozenset((2,)), 2)], []], Walks(ROAD))
    assert [task.location for task in given.problem.tasks] == [0, 1, 2]
    assert [task.delivers for task in given.problem.tasks] == [(2000,), (2000,), (0,)]
    assert [task.service_s for task in given.problem.tasks] == [80 * 60, 80 * 60, 25 * 60]
    (group,) = given.problem.groups
    assert [pattern.car_days for pattern in group.patterns] == [((0, 1), ()), ((), (0, 1))]
