"""Solve a benchmark file: ``python -m bookcar.optimiser INSTANCE --seconds 10 --seed 1 --json``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bookcar.errors import BookcarError, InfeasibleError
from bookcar.optimiser.cost import gap
from bookcar.optimiser.instances import read_instance
from bookcar.optimiser.problem import Problem, Solution
from bookcar.optimiser.search import CHAINS, solve

_SECONDS = 10.0
"""How long to search if nothing is said: the X instances are near the best known by then."""

_INTERRUPTED = 130
"""The exit code after Ctrl-C; what was found by then is printed all the same."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve an instance, print what was found and return the exit code.

    0, or 2 for a file or option that cannot be used, 3 if customers are left, 130 after Ctrl-C.
    """
    given = _parser().parse_args(arguments)
    try:
        report = solved(given)
    except BookcarError as error:
        sys.stderr.write(f"Error: {error}\n")
        return error.exit_code
    sys.stdout.write(json.dumps(report) + "\n" if given.json else in_words(report))
    return _INTERRUPTED if report["interrupted"] else 0


def solved(given: argparse.Namespace) -> dict[str, Any]:
    """Read and solve what the arguments ask for; return what there is to report.

    Raises
    ------
    InfeasibleError
        If customers are left, so that the cost would not compare with any other.
    """
    problem = read_instance(given.instance)
    seconds = given.seconds
    if seconds is None and given.iterations is None:
        seconds = _SECONDS
    began = time.perf_counter()
    solution = solve(
        problem,
        seed=given.seed,
        iterations=given.iterations,
        seconds=seconds,
        workers=given.workers,
    )
    taken = time.perf_counter() - began
    if solution.unserved:
        raise InfeasibleError(
            f"{len(solution.unserved)} customers could not be served by "
            f"{len(problem.car_days)} cars; search longer."
        )
    return {
        "instance": given.instance.stem,
        "seed": given.seed,
        "workers": given.workers,
        "cost": solution.cost,
        "bound": solution.bound,
        "gap": None if solution.bound is None else gap(solution.cost, solution.bound),
        "iterations": solution.iterations,
        "seconds": round(taken, 3),
        "interrupted": solution.interrupted,
        "routes": customers(problem, solution),
        "days": [problem.car_days[route.car_day].day + 1 for route in solution.routes],
    }


def customers(problem: Problem, solution: Solution) -> list[list[int]]:
    """Return the routes as CVRPLIB counts: the depot is 0, the first customer 1."""
    return [[problem.tasks[i].location for i in route.tasks] for route in solution.routes]


def in_words(report: dict[str, Any]) -> str:
    """Return a solution in CVRPLIB's form, with a line for each figure after it.

    Where routes are of several days, each says its own before it.
    """
    days = report["days"] if max(report["days"], default=1) > 1 else [0] * len(report["days"])
    lines = [
        (f"Day {day} " if day else "") + f"Route #{n}: {_spaced(route)}"
        for n, (day, route) in enumerate(zip(days, report["routes"], strict=True), 1)
    ]
    lines.append(f"Cost {_figure(report['cost'])}")
    lines.append(f"Bound {_figure(report['bound'])}")
    lines.append("Gap " + ("unknown" if report["gap"] is None else f"{report['gap']:.2%}"))
    lines.append(f"Iterations {report['iterations']}")
    lines.append(f"Seconds {report['seconds']:.1f}")
    return "\n".join(lines) + "\n"


def _spaced(route: list[int]) -> str:
    return " ".join(map(str, route))


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.10g}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bookcar.optimiser",
        description="Solve a CVRP, VRPTW or VRPSPD instance in VRPLIB's format, or a PVRP or MDVRP "
        "instance in Cordeau's.",
    )
    parser.add_argument("instance", type=Path, help="the instance's file")
    parser.add_argument(
        "--seconds", type=_positive, help=f"how long to search (default {_SECONDS:g})"
    )
    parser.add_argument(
        "--iterations", type=_count, help="of each chain: repeatable, unlike seconds"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=_count, default=CHAINS, help="chains side by side")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
