"""Benchmark instances, read and solved by the kernel that plans the week."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookcar.optimiser.instances import read_instance
from bookcar.optimiser.problem import Problem
from bookcar.optimiser.sisr.solve import solve

vrplib = pytest.importorskip("vrplib")


def gap(given: Problem, best: float) -> float:
    found = solve(given, seed=1, iterations=20_000)
    assert found.unserved == ()
    return found.cost / best - 1


def test_a_capacitated_instance_is_solved_close_to_the_best_known(shared: Path) -> None:
    path = shared / "vrp/cvrp/X-n101-k25.vrp"
    best = vrplib.read_solution(path.with_suffix(".sol"))["cost"]
    assert 0 <= gap(read_instance(path), best) < 0.01


def test_the_best_known_solution_costs_what_is_published(shared: Path) -> None:
    path = shared / "vrp/vrptw/R1_10_1.vrp"
    given, known = read_instance(path), vrplib.read_solution(path.with_suffix(".sol"))
    metres = given.tables[0].metres
    legs = [leg for r in known["routes"] for leg in zip([0, *r], [*r, 0], strict=True)]
    assert sum(metres[leg] for leg in legs) / 10 == pytest.approx(known["cost"])


def test_drops_and_collections_reach_the_best_known(shared: Path) -> None:
    given = read_instance(shared / "vrp/vrpspd/CON8-0.vrpspd", unit=1e4)
    assert -1e-4 < gap(given, 857.17) < 0.01


def test_an_unknown_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.vrp"
    path.write_text("NAME : x\nTYPE : TSP\nDIMENSION : 2\nEDGE_WEIGHT_TYPE : EUC_2D\n")
    with pytest.raises((ValueError, KeyError)):
        read_instance(path)
