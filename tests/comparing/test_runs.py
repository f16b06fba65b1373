"""Runs that can be taken up again, and the tables made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from optimiser.small_problems import line, problem, task

from benchmarks import compare, growth
from benchmarks.instances import Instance, instances
from benchmarks.machine import in_words, machine
from benchmarks.peers import METHODS, Method
from benchmarks.peers.answer import Answer
from benchmarks.results import Log, Result
from benchmarks.runs import Plan, ready, run
from benchmarks.tables import gap_tables, tables, week_table
from bookcar.optimiser import Problem, Solution, solve


def two_stops() -> Problem:
    return problem(line(0, 10, 20), task(1), task(2, prize=15.0))


class Made:
    """A method whose answers are given, and that counts how often it is asked."""

    def __init__(self, routes: Any) -> None:
        self.routes, self.asked = routes, []

    def prepare(self) -> None:
        pass

    def run(self, _: Problem, budgets: Sequence[float], seed: int) -> list[Answer]:
        self.asked.append((seed, tuple(budgets)))
        if isinstance(self.routes, Exception):
            raise self.routes
        return [Answer(budget=b, seconds=b, routes=self.routes) for b in budgets]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> dict[str, Made]:
    """One method that serves the near stop, one that drives too often, one that fails."""
    found = {
        "good": Made(((0, (0,)),)),
        "wrong": Made(((0, (0,)), (0, (1,)))),
        "broken": Made(RuntimeError("no licence")),
    }
    for name, module in found.items():
        monkeypatch.setitem(METHODS, name, _method(name, module))
    return found


def _method(name: str, module: Made) -> Any:
    return SimpleNamespace(
        name=name, seeded=name != "wrong", kinds=("cvrp", "weeks"), module=lambda: module
    )


def plan(suite: str = "cvrp", **fields: Any) -> Plan:
    public = Instance(name="two", make=two_stops, best_known=35.0)
    given = {"methods": ("good", "wrong", "broken"), "seconds": (1.0, 2.0), "seeds": (1, 2)}
    return Plan(**{"suite": suite, "instances": [public], **given, **fields})


def silent(line: str) -> None:
    pass


def test_every_answer_is_checked_and_written(made: dict[str, Made], tmp_path: Path) -> None:
    log = Log(tmp_path / "r.jsonl")
    run(plan(seconds=(1.0,), seeds=(1,)), log, silent)
    found = {r.method: r for r in log.results()}
    assert (found["good"].objective, found["good"].served) == (35.0, 1)
    assert found["wrong"].objective is None
    assert found["wrong"].fault == "car-day 0 has two routes"
    assert found["broken"].fault == "RuntimeError: no licence"


def test_a_run_is_taken_up_where_it_was(made: dict[str, Made], tmp_path: Path) -> None:
    log = Log(tmp_path / "r.jsonl")
    run(plan(seconds=(1.0,)), log, silent)
    with log.path.open("a") as file:
        file.write('{"suite": "cvrp", "instance": "tw')  # killed while writing
    run(plan(seconds=(1.0, 2.0)), log, silent)
    assert made["good"].asked == [(1, (1.0,)), (2, (1.0,)), (1, (2.0,)), (2, (2.0,))]
    run(plan(seconds=(1.0, 2.0)), log, silent)
    assert len(made["good"].asked) == 4


def test_a_method_without_seeds_runs_once_on_a_file(made: dict[str, Made], tmp_path: Path) -> None:
    run(plan(), Log(tmp_path / "r.jsonl"), silent)
    assert [seed for seed, _ in made["wrong"].asked] == [1]
    assert [seed for seed, _ in made["good"].asked] == [1, 2]


def test_a_week_runs_with_its_own_seed(made: dict[str, Made], tmp_path: Path) -> None:
    weeks = [Instance(name=f"w{s}", make=two_stops, size=2, seed=s) for s in (4, 5)]
    run(plan("weeks", instances=weeks), Log(tmp_path / "r.jsonl"), silent)
    assert [seed for seed, _ in made["wrong"].asked] == [4, 5]


def test_methods_take_turns_in_beginning(made: dict[str, Made], tmp_path: Path) -> None:
    said: list[str] = []
    pair = [Instance(name=name, make=two_stops, best_known=35.0) for name in ("a", "b")]
    methods = ("good", "wrong")
    run(plan(instances=pair, methods=methods, seeds=(1,)), Log(tmp_path / "r"), said.append)
    assert [line.split()[3] for line in said[::2]] == ["good", "wrong", "wrong", "good"]


def test_required_stops_missed_on_a_file_are_a_fault(made: dict[str, Made], tmp_path: Path) -> None:
    must = problem(line(0, 10, 20), task(1), task(2, required=True))
    file = Instance(name="must", make=lambda: must, best_known=1.0)
    log = Log(tmp_path / "r.jsonl")
    run(plan(instances=[file], methods=("good",)), log, silent)
    assert log.results()[0].objective is None
    assert log.results()[0].fault == "1 customers are not served"


def test_ctrl_c_during_our_search_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(given: Problem, **options: Any) -> Solution:
        return replace(solve(given, iterations=10), interrupted="seconds" in options)

    ours = METHODS["ours"].module()
    monkeypatch.setattr(ours, "solve", stopped)
    with pytest.raises(KeyboardInterrupt):
        ours.run(two_stops(), [1.0], 1)


def test_what_is_not_installed_or_has_no_model_is_left_out(
    made: dict[str, Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ImportError("no module named good")

    monkeypatch.setattr(made["good"], "prepare", fail)
    said: list[str] = []
    assert ready(["good", "wrong"], "cvrp", said.append) == ["wrong"]
    assert ready(["wrong"], "vrptw", said.append) == []
    assert said == ["good: left out: no module named good", "wrong: no model of vrptw, left out"]


def result(**fields: Any) -> Result:
    given = {"suite": "cvrp", "instance": "a", "seed": 1, "method": "ours", "budget": 5.0}
    return Result(**{**given, "seconds": 5.0, "best_known": 100.0, **fields})


def test_gaps_are_medians_of_seeds_and_means_of_instances() -> None:
    found = [
        *(result(seed=s, objective=100.0 + s) for s in (1, 2, 9)),
        result(instance="b", objective=104.0),
        result(method="peer", objective=110.0, seconds=7.0),
        result(method="peer", instance="b", fault="nothing found in time"),
    ]
    assert gap_tables(found) == (
        "| mean (worst) gap, % | 5 s |\n"
        "| --- | --- |\n"
        "| ours | 3.00 (4.00) |\n"
        "| peer | 10.00 (10.00); 1 without; took 6.0 s |\n\n"
        "| gap, % at 5 s (median of seeds) | ours | peer |\n"
        "| --- | --- | --- |\n"
        "| a | 2.00 | 10.00 |\n"
        "| b | 4.00 | - |"
    )


def test_weeks_are_told_beside_ours() -> None:
    week = partial(result, suite="weeks", size=50, best_known=None)
    found = [
        week(instance="w1", objective=1000.0),
        week(instance="w2", objective=2000.0),
        week(instance="w3", objective=3000.0),
        week(method="peer", instance="w1", objective=1100.0),
        week(method="peer", instance="w2", objective=1900.0, required_missed=1),
        week(method="peer", instance="w3", fault="nothing found in time"),
        week(method="none", instance="w1", fault="nothing found in time"),
    ]
    assert week_table(found).splitlines()[2] == (
        "| 50 | 5 | 2,000 | +2.5 % (3 of 3); 1 required missed; 1 without | no answer (1 of 1) |"
    )


def test_a_win_of_a_peer_is_not_ours() -> None:
    week = partial(result, suite="weeks", size=50)
    found = [week(objective=1000.0), week(method="peer", objective=990.0)]
    assert "-1.0 % (0 of 1)" in week_table(found)


def test_the_machine_stands_below_the_tables(tmp_path: Path) -> None:
    log = Log(tmp_path / "r.jsonl")
    here = machine()
    log.add_machine(here)
    log.add_machine(here)
    log.add(result(objective=101.0))
    text = tables(log.results(), log.machines())
    assert text.startswith("### cvrp\n")
    assert text.count(in_words(here)) == 1
    assert f"{here['cores']} cores, {here['cpu']}" in text


def test_public_instances_come_with_what_is_best_known(shared: Path) -> None:
    files = {suite: instances(suite, sizes=(), seeds=()) for suite in ("cvrp", "vrptw", "vrpspd")}
    assert all(one.best_known for found in files.values() for one in found)
    assert len(files["vrpspd"]) == 40
    assert {"R2_10_1", "C1_10_2"} <= {one.name for one in files["vrptw"]}
    assert (files["cvrp"][0].name, files["cvrp"][0].best_known) == ("X-n101-k25", 27591)
    assert files["cvrp"][-1].name == "X-n1001-k43"
    assert len(files["vrpspd"][0].make().tasks) == 50


def test_without_the_data_the_user_is_told_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOKCAR_DATA", str(tmp_path))
    with pytest.raises(SystemExit) as stop:
        compare.main(["vrpspd", "--out", str(tmp_path / "r.jsonl")])
    assert "set BOOKCAR_DATA" in str(stop.value)


def test_an_unknown_method_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        compare.main(["weeks", "--methods", "ours,gurobi"])
    assert "no method gurobi; known: ours, pyvrp" in capsys.readouterr().err


def test_one_command_runs_and_another_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "r.jsonl")
    few = ["--methods", "ours", "--sizes", "12", "--seeds", "1", "--seconds", "0.3"]
    compare.main(["weeks", *few, "--out", out])
    assert "week-12-1" in capsys.readouterr().out
    compare.main(["table", out])
    assert "| 12 | 0.3 |" in capsys.readouterr().out


def test_growth_is_a_row_per_size() -> None:
    found = growth.grown(12, [0.2, 0.3])
    assert found.car_days == 5
    assert found.peak_mb >= found.before_mb > 0
    cells = growth.row(found._replace(costs=[110.0, 100.0], served=[9, 10])).split(" | ")
    assert cells[0] == "| 12"
    assert cells[3:7] == ["10.00", "9", "0.00", "10"]


def test_growth_is_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    found = [
        growth.Growth(
            stops=stops,
            car_days=5,
            iterations=[1_000],
            seconds=[stops / 1_000],
            costs=[1.0],
            served=[stops],
            before_mb=100,
            peak_mb=100 + stops,
        )
        for stops in (50, 500)
    ]
    growth.draw(found, tmp_path / "growth.svg")
    assert "</svg>" in (tmp_path / "growth.svg").read_text("utf-8")
    assert growth.microseconds(found[1]) == pytest.approx(500)


def test_every_method_says_what_it_models() -> None:
    assert METHODS["hgs"] == Method(name="hgs", kinds=("cvrp",))
    assert [name for name, method in METHODS.items() if not method.seeded] == ["vroom", "ortools"]
