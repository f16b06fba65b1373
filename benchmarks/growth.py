"""How the search grows with the number of stops: time per iteration, quality and memory.

Each size runs in a process of its own, since a process only knows the most it ever held.
"""

from __future__ import annotations

import argparse
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.machine import in_words, machine
from benchmarks.peers.ours import prepare
from benchmarks.weeks import week
from bookcar.optimiser import solve

SIZES = (50, 100, 302, 1_000, 3_000, 10_000)


class Growth(NamedTuple):
    """What one size took and gave; lists are by budget, megabytes without and with the search."""

    stops: int
    car_days: int
    iterations: list[int]
    seconds: list[float]
    costs: list[float]
    served: list[int]
    before_mb: int
    peak_mb: int


def measure(given: argparse.Namespace) -> None:
    """Print a row per size: a column per budget, each beside the longest one's cost."""
    first = ["stops", "car-days", "us an iteration"]
    heads = [*first, *_heads(given.seconds), "MB before", "MB at most"]
    print(f"| {' | '.join(heads)} |\n| {' | '.join(['---'] * len(heads))} |", flush=True)
    all_found = []
    for size in given.sizes:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            all_found.append(process.submit(grown, size, given.seconds).result())
        print(row(all_found[-1]), flush=True)
    print("\n" + in_words(machine()))
    if given.figure:
        draw(all_found, given.figure)


def _heads(budgets: list[float]) -> list[str]:
    heads = ((f"{b:g} s: above {budgets[-1]:g} s, %", "served") for b in budgets)
    return [head for pair in heads for head in pair]


def row(found: Growth) -> str:
    """Return a size's line of the table."""
    cells = [f"{found.stops:,}", str(found.car_days), f"{microseconds(found):.0f}"]
    for cost, served in zip(found.costs, found.served, strict=True):
        cells += [f"{100 * (cost / found.costs[-1] - 1):.2f}", f"{served:,}"]
    cells += [f"{found.before_mb:,}", f"{found.peak_mb:,}"]
    return f"| {' | '.join(cells)} |"


def microseconds(found: Growth) -> float:
    """Return wall microseconds by iteration, of all chains side by side, beginnings included."""
    return 1e6 * sum(found.seconds) / max(1, sum(found.iterations))


def draw(found: list[Growth], path: Path) -> None:
    """Draw time per iteration and memory against size, which grows by powers of ten."""
    from matplotlib.figure import Figure  # noqa: PLC0415  (only who draws needs it)

    figure = Figure(figsize=(8, 3), layout="constrained")
    stops = [size.stops for size in found]
    panels = {
        "microseconds an iteration": [microseconds(size) for size in found],
        "megabytes at most": [size.peak_mb for size in found],
    }
    for axes, (label, values) in zip(figure.subplots(1, 2), panels.items(), strict=True):
        axes.semilogx(stops, values, marker="o")
        axes.set(xlabel="stops", ylabel=label, xticks=stops, xticklabels=stops, ylim=(0, None))
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    figure.savefig(path)


def grown(stops: int, budgets: list[float]) -> Growth:
    """Make a week of a size and search it once for each budget."""
    prepare()
    problem = week(stops, 1)
    before = _peak_mb()
    runs, seconds = [], []
    for budget in budgets:
        began = perf_counter()
        runs.append(solve(problem, seconds=budget, bound=False))
        seconds.append(perf_counter() - began)
    return Growth(
        stops=stops,
        car_days=len(problem.car_days),
        iterations=[run.iterations for run in runs],
        seconds=seconds,
        costs=[run.cost for run in runs],
        served=[stops - len(run.unserved) for run in runs],
        before_mb=before,
        peak_mb=_peak_mb(),
    )


def _peak_mb() -> int:
    """Return the most memory this process has held; macOS counts bytes, Linux kilobytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (2**20 if sys.platform == "darwin" else 2**10)
