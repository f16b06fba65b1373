"""The search as researchers call it: from Python on plain arrays, and on benchmark files."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from optimiser.small_problems import line, problem, task

import bookcar.optimiser
from bookcar.optimiser.__main__ import main
from bookcar.optimiser.problem import Problem, Solution

SQUARE = """NAME : square
TYPE : {kind}
DIMENSION : 5
CAPACITY : 2
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 0 10
3 1 10
4 10 0
5 10 1
DEMAND_SECTION
1 0
2 1
3 1
4 1
5 1
DEPOT_SECTION
1
-1
EOF
"""


@pytest.fixture
def square(tmp_path: Path) -> Path:
    """Two pairs of neighbours, and cars that hold two: 10 + 1 + 10 each way."""
    pytest.importorskip("vrplib")
    path = tmp_path / "square.vrp"
    path.write_text(SQUARE.format(kind="CVRP"))
    return path


def two_stops() -> Problem:
    return problem(line(0, 10, 20), task(1), task(2))


def test_the_example_in_the_docs_holds() -> None:
    result = doctest.testmod(bookcar.optimiser)
    assert result.attempted > 5
    assert result.failed == 0


def test_the_example_on_the_page_holds(root: Path) -> None:
    page = str(root / "docs" / "optimiser.md")
    result = doctest.testfile(page, module_relative=False, encoding="utf-8")
    assert result.attempted > 5
    assert result.failed == 0


def test_every_public_name_leads_somewhere() -> None:
    for name in bookcar.optimiser.__all__:
        assert getattr(bookcar.optimiser, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        bookcar.optimiser.sovle  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import bookcar.optimiser, sys; print('numba' in sys.modules, 'numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_seconds_alone_end_the_search() -> None:
    found = bookcar.optimiser.solve(two_stops(), seconds=0.2)
    assert found.unserved == ()
    assert found.iterations > 0


def test_a_search_without_an_end_is_refused() -> None:
    with pytest.raises(ValueError, match="iterations or seconds"):
        bookcar.optimiser.solve(two_stops())


def test_a_search_without_workers_is_refused() -> None:
    with pytest.raises(ValueError, match="0 workers"):
        bookcar.optimiser.solve(two_stops(), iterations=10, workers=0)


def test_workers_are_the_chains() -> None:
    one = bookcar.optimiser.solve(two_stops(), iterations=500, workers=1)
    three = bookcar.optimiser.solve(two_stops(), iterations=500, workers=3)
    assert three.iterations == 3 * one.iterations


def test_a_file_is_solved_in_its_own_units(
    square: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(square), "--iterations", "500", "--workers", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["cost"] == 42
    assert sorted(sorted(route) for route in report["routes"]) == [[1, 2], [3, 4]]
    assert (report["instance"], report["workers"]) == ("square", 1)


def test_words_are_a_solution_that_vrplib_reads(
    square: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    vrplib = pytest.importorskip("vrplib")
    assert main([str(square), "--iterations", "500"]) == 0
    path = tmp_path / "square.sol"
    path.write_text(capsys.readouterr().out)
    read = vrplib.read_solution(path)
    assert read["cost"] == 42
    assert sorted(sorted(route) for route in read["routes"]) == [[1, 2], [3, 4]]


def test_the_same_iterations_give_the_same_words(
    square: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = []
    for _ in range(2):
        assert main([str(square), "--iterations", "300", "--seed", "7"]) == 0
        runs.append(capsys.readouterr().out.split("Seconds")[0])
    assert runs[0] == runs[1]


def test_ctrl_c_prints_what_was_found(
    square: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(given: Problem, **options: object) -> Solution:
        return replace(bookcar.optimiser.solve(given, iterations=100), interrupted=True)

    monkeypatch.setattr("bookcar.optimiser.__main__.solve", stopped)
    assert main([str(square)]) == 130
    assert "Cost 42" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SQUARE.format(kind="TSP"), "type 'TSP' is not one of CVRP, VRPTW, VRPSPD"),
        (SQUARE.format(kind="CVRP").replace("CAPACITY : 2\n", ""), "KeyError('capacity')"),
        (SQUARE.format(kind="CVRP").replace("5 10 1\n", "5 ten 1\n"), "not a file in VRPLIB's"),
        ("a shopping list\n", "VRPLIB"),
    ],
)
def test_a_broken_file_is_refused_in_words(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("vrplib")
    path = tmp_path / "broken.vrp"
    path.write_text(text)
    assert main([str(path), "--iterations", "10"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert str(path) in said.err
    assert words in said.err


def test_a_file_that_is_not_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("vrplib")
    assert main([str(tmp_path / "nowhere.vrp")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_without_vrplib_the_user_is_told_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vrplib", None)
    assert main([str(tmp_path / "x.vrp")]) == 2
    assert "pip install vrplib" in capsys.readouterr().err


def test_too_few_cars_are_said_instead_of_a_cost(
    square: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    square.write_text(square.read_text().replace("CAPACITY : 2", "CAPACITY : 0"))
    assert main([str(square), "--iterations", "10"]) == 3
    assert "4 customers could not be served" in capsys.readouterr().err


@pytest.mark.parametrize("option", [["--seconds", "0"], ["--workers", "0"], ["--iterations", "-1"]])
def test_senseless_numbers_are_refused(
    option: list[str], square: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main([str(square), *option])
    assert stop.value.code == 2
    assert option[0] in capsys.readouterr().err
