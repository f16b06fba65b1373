"""Cordeau's periodic instances p01 to p32 against the costs published in 1997, a table at the end.

``python benchmarks/pvrp.py --seconds 60 --seeds 1,2,3 --out build/pvrp.jsonl`` runs what that file
does not hold yet, seed by seed; ``--table`` prints the table of what it holds. Every answer is
checked twice: by `benchmarks.checker` as a problem, and here against the file itself, read anew,
with unrounded distances. That cost is the one in the table.
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.checker import check
from benchmarks.instances import data_folder
from benchmarks.machine import machine
from benchmarks.results import Log, Result
from bookcar.optimiser import Problem, read_instance, solve
from bookcar.optimiser.problem import Solution

say = partial(print, flush=True)

Driven = list[tuple[int, list[int]]]
"""A day, the first one 0, and the customers of a route of that day in order."""

SAME = 0.005
"""Costs are published to two decimals."""


def main(arguments: list[str] | None = None) -> None:
    """Run what is missing, or print the table of what there is."""
    given = _parser().parse_args(arguments)
    log = Log(given.out)
    published = _published()
    if given.table:
        sys.stdout.write("\n".join(table(log.results(), published)) + "\n")
        return
    log.add_machine(machine())
    done = {result.key() for result in log.results()}
    for seed in given.seeds:
        for name, cost in published.items():
            key = ("pvrp", name, seed, "bookcar", given.seconds or given.iterations)
            if key in done or not any(part in name for part in given.only):
                continue
            result = measured(name, seed, given, cost)
            log.add(result)
            say(in_words(result))


def measured(name: str, seed: int, given: argparse.Namespace, published: float) -> Result:
    """Solve an instance and check what comes out."""
    path = _folder() / f"{name}.txt"
    problem = read_instance(path)
    began = monotonic()
    solution = solve(
        problem,
        seed=seed,
        seconds=given.seconds,
        iterations=given.iterations,
        workers=given.workers,
        bound=False,
    )
    seconds = monotonic() - began
    verdict = check(problem, [(route.car_day, route.tasks) for route in solution.routes])
    cost, faults = exact(path, driven(problem, solution))
    faults += list(verdict.faults)
    if abs(verdict.objective - cost) > SAME + 1e-6 * cost:
        faults.append(f"as a problem it costs {verdict.objective}, by the file {cost}")
    return Result(
        suite="pvrp",
        instance=name,
        seed=seed,
        method="bookcar",
        budget=given.seconds or given.iterations,
        seconds=round(seconds, 2),
        objective=None if faults else cost,
        best_known=published,
        size=len(problem.tasks),
        served=verdict.served,
        required_missed=verdict.required_missed,
        iterations=solution.iterations,
        fault="; ".join(faults[:3]),
    )


def driven(problem: Problem, solution: Solution) -> Driven:
    """Return the routes of a solution as days and customers."""
    return [
        (problem.car_days[r.car_day].day, [problem.tasks[i].location for i in r.tasks])
        for r in solution.routes
    ]


def exact(path: Path, routes: Driven) -> tuple[float, list[str]]:
    """Return the cost of routes by the numbers of the file, and what is wrong with them."""
    rows = [line.split() for line in path.read_text("utf-8").splitlines() if line.split()]
    _, vehicles, count, days = map(int, rows[0][:4])
    limits = [(float(a), float(b)) for a, b in rows[1 : 1 + days]]
    places = [list(map(float, row)) for row in rows[1 + days : 2 + days + count]]
    cost, faults = 0.0, []
    for day, stops in routes:
        points = [places[0][1:3], *(places[s][1:3] for s in stops), places[0][1:3]]
        way = sum(math.dist(a, b) for a, b in pairwise(points))
        longest, most = limits[day]
        if most and sum(places[s][4] for s in stops) > most:
            faults.append(f"day {day + 1}: {stops} carries more than {most}")
        if longest and way + sum(places[s][3] for s in stops) > longest + 1e-3:
            faults.append(f"day {day + 1}: {stops} takes longer than {longest}")
        cost += way
    faults += [
        f"day {day + 1}: more than {vehicles} routes"
        for day in range(days)
        if sum(one == day for one, _ in routes) > vehicles
    ]
    for customer in range(1, count + 1):
        visits = [day for day, stops in routes for stop in stops if stop == customer]
        code = sum(1 << (days - 1 - day) for day in visits)
        if len(set(visits)) < len(visits) or code not in places[customer][7:]:
            faults.append(f"customer {customer} is visited on days {sorted(visits)}")
    return cost, faults


def table(results: Sequence[Result], published: dict[str, float]) -> Iterator[str]:
    """Yield the table, a line an instance, and what it comes to."""
    yield "| instance | visits | published 1997 | best | median | mean | median against 1997 |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    gaps: list[tuple[float, float]] = []
    above: list[str] = []
    runs = 0
    for name, cost in published.items():
        some = [r for r in results if r.instance == name]
        costs = [r.objective for r in some if r.objective is not None]
        wrong = [r.fault for r in some if r.objective is None]
        if not some:
            continue
        if not costs:
            yield f"| {name} | {some[0].size} | {cost:,.2f} | {'; '.join(wrong)} | | | |"
            above.append(name)
            continue
        runs += len(costs)
        median, mean = statistics.median(costs), statistics.fmean(costs)
        gaps.append((median / cost - 1, mean / cost - 1))
        if median > cost + SAME or wrong:
            above.append(name)
        yield (
            f"| {name} | {some[0].size} | {cost:,.2f} | {min(costs):,.2f} | {median:,.2f} | "
            f"{mean:,.2f} | {_percent(median / cost - 1)} |" + "".join(f" {text}" for text in wrong)
        )
    yield ""
    if gaps:
        medians, means = (statistics.fmean(some) for some in zip(*gaps, strict=True))
        yield (
            f"{runs} runs of {len(gaps)} instances: the medians are {medians:+.2%} from the costs "
            f"of 1997 on the average, the means {means:+.2%}. "
            f"Above them in the median: {', '.join(above) or 'none'}."
        )


def in_words(result: Result) -> str:
    """Return a line of progress."""
    text = f"{result.instance} seed {result.seed} ({result.seconds:.0f} s, {result.iterations:,})"
    if result.objective is None or result.best_known is None:
        return f"{text}: {result.fault}"
    return f"{text}: {result.objective:,.2f} {result.objective / result.best_known - 1:+.2%}"


def _percent(part: float) -> str:
    return "0" if abs(part) < SAME / 100 else f"{part:+.2%}"


def _folder() -> Path:
    return data_folder() / "pvrp"


def _published() -> dict[str, float]:
    with (_folder() / "published.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: float(row["res_cost"]) for row in csv.DictReader(file)}


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _parts(text: str) -> Iterable[str]:
    return text.split(",")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, help="for each run")
    parser.add_argument("--iterations", type=int, help="of each chain, instead of seconds")
    parser.add_argument("--seeds", type=_numbers, default=[1, 2, 3])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", type=_parts, default=[""], help="parts of instances' names")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--table", action="store_true", help="print the table, run nothing")
    return parser


if __name__ == "__main__":
    main()
