"""Cordeau's files: read, solved, held to the file itself by code of their own, and refused."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import pytest

from benchmarks.checker import check
from benchmarks.pvrp import driven, exact
from bookcar.optimiser.__main__ import main
from bookcar.optimiser.instances import InstanceError, read_instance
from bookcar.optimiser.problem import Pattern
from bookcar.optimiser.search import solve

# Two days, one car of 3 a day; customer 1 on both, 2 on either, 3 on either.
PERIODIC = """1 1 3 2
0 3
0 3
 0 0 0 0 0 0 0
 1 0 3 0 1 2 1 3
 2 4 3 0 2 1 2 1 2
 3 4 0 0 2 1 2 1 2
"""

DEPOTS = """2 1 2 2
30 9
30 9
 1 1 0 2 1 1 2 1 2
 2 9 0 2 1 1 1 2
 3 0 0 0 0 0 0
 4 10 0 0 0 0 0
"""


@pytest.fixture
def periodic(tmp_path: Path) -> Path:
    path = tmp_path / "p.txt"
    path.write_text(PERIODIC)
    return path


def test_customers_are_groups_and_combinations_patterns(periodic: Path) -> None:
    given = read_instance(periodic)
    assert [t.location for t in given.tasks] == [1, 1, 2, 3]
    assert [g.tasks for g in given.groups] == [(0, 1), (2,), (3,)]
    assert given.groups[0].patterns == (Pattern(car_days=((0,), (1,))),)
    # Binary digits, the first day first: 2 is day 1 of two.
    assert [p.car_days for p in given.groups[1].patterns] == [((1,),), ((0,),)]
    assert [car.day for car in given.car_days] == [0, 1]


def test_a_cycle_is_solved_and_checked_against_its_file(periodic: Path) -> None:
    given = read_instance(periodic)
    solution = solve(given, iterations=300)
    assert solution.cost == pytest.approx(3 + 4 + 5 + 3 + 5 + 4, abs=1e-3)
    verdict = check(given, [(r.car_day, r.tasks) for r in solution.routes])
    assert (verdict.faults, verdict.required_missed) == ((), 0)
    assert verdict.objective == pytest.approx(solution.cost)
    assert exact(periodic, driven(given, solution)) == (pytest.approx(solution.cost), [])


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ([(0, [1, 2]), (1, [3])], "customer 1 is visited on days [0]"),
        ([(0, [1, 2]), (1, [1])], "customer 3 is visited on days []"),
        ([(0, [1, 2]), (0, [3]), (1, [1])], "day 1: more than 1 routes"),
        ([(0, [1, 2, 3]), (1, [1])], "day 1: [1, 2, 3] carries more than 3"),
    ],
)
def test_the_check_against_the_file_finds_what_is_wrong(
    periodic: Path, routes: list[tuple[int, list[int]]], words: str
) -> None:
    assert any(words in fault for fault in exact(periodic, routes)[1])


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ([(0, (0, 2)), (1, (3,))], "group 0: visits by car-days [0] are no pattern"),
        ([(0, (1, 2)), (1, (0, 3))], "group 0: visits by car-days [1, 0] are no pattern"),
    ],
)
def test_the_checker_of_problems_knows_patterns(
    periodic: Path, routes: list[tuple[int, tuple[int, ...]]], words: str
) -> None:
    assert words in check(read_instance(periodic), routes).faults


def test_customers_of_several_depots(tmp_path: Path) -> None:
    path = tmp_path / "d.txt"
    path.write_text(DEPOTS)
    given = read_instance(path)
    assert given.groups == ()
    assert [(c.start, c.day) for c in given.car_days] == [(0, 0), (3, 0)]
    assert [t.car_days for t in given.tasks] == [(0, 1), (0,)]
    solution = solve(given, iterations=300)
    # The second customer stands at the second depot, but belongs to the first alone.
    assert solution.cost == pytest.approx(18.0)
    tight = DEPOTS.replace("30 9", "21 9")  # 18 of way, 2 + 2 of service: the other car, too
    path.write_text(tight)
    assert solve(read_instance(path), iterations=300).cost == pytest.approx(36.0)


def test_a_route_says_its_day(periodic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(periodic), "--iterations", "300", "--workers", "1"]) == 0
    words = capsys.readouterr().out
    assert words.startswith("Day 1 Route #1: ")
    assert "\nDay 2 Route #2: " in words
    assert main([str(periodic), "--iterations", "300", "--workers", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["days"] == [1, 2]
    assert sorted(chain.from_iterable(report["routes"])) == [1, 1, 2, 3]


def test_everything_wrong_with_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    swaps = [
        ("0 3\n0 3", "0 3\nzero 3"),
        (" 2 4 3 0", " 2 4 x 0"),
        ("1 2 1 2\n", "1 2 1 4\n"),
        (" 1 0 3 0 1 2 1 3", " 1 0 3 0 1 2 1 2"),
    ]
    text = PERIODIC
    for right, wrong in swaps:
        text = text.replace(right, wrong)
    path.write_text(text)
    with pytest.raises(InstanceError) as refused:
        read_instance(path)
    told = str(refused.value)
    assert f"{path}, line 3: 'zero 3' is not a duration and a capacity" in told
    assert "line 5: combinations [2] are not of 2 days" in told
    assert "line 6: '2 4 x 0 2 1 2 1 4' is not id, x, y" in told
    assert "line 7: combinations [4] are not of 2 days" in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 1 3 2\n0 3\n", "line 1: type 3 is not 1 (PVRP) or 2 (MDVRP)"),
        ("1 1 3 2\n0 3\n", "2 lines, but its first line asks for 7"),
        ("1 0 3 2\n0 3\n", "line 1: give 1 vehicle or more"),
    ],
)
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "p.txt"
    path.write_text(text)
    with pytest.raises(InstanceError, match=r"p\.txt") as refused:
        read_instance(path)
    assert words in str(refused.value)


def test_every_published_instance_is_read(shared: Path) -> None:
    paths = sorted((shared / "vrp/pvrp").glob("p*.txt"))
    assert len(paths) == 32
    visits = [len(read_instance(path).tasks) for path in paths]
    assert (min(visits), max(visits)) == (40, 457)
