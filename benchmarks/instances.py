"""The instances of each suite: public files with their best known costs, and made-up weeks."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import weeks
from bookcar.optimiser import Problem, read_instance

SUITES = ("cvrp", "vrptw", "vrpspd", "weeks")

_DETHLOFF_UNIT = 1e4
"""Dethloff's files hold distances in ten-thousandths of what is published."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """An instance that is read or made when it is needed.

    ``seed`` tells a week from others of its size; public files have none.
    """

    name: str
    make: Callable[[], Problem]
    size: int | None = None
    best_known: float | None = None
    seed: int | None = None


def data_folder() -> Path:
    """Return where the public files are: ``BOOKCAR_DATA``, or ``shared/data`` beside us."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("BOOKCAR_DATA", beside)) / "vrp"


def instances(suite: str, *, sizes: Sequence[int], seeds: Sequence[int]) -> list[Instance]:
    """Return the instances of a suite; sizes and seeds are those of weeks.

    Raises
    ------
    FileNotFoundError
        If the public files are not there.
    """
    if suite == "weeks":
        return [_week(size, seed) for size in sizes for seed in seeds]
    read = _dethloff if suite == "vrpspd" else _with_solutions
    found = list(read(suite))
    if not found:
        folder = data_folder() / suite
        raise FileNotFoundError(f"{folder}: no instances; set BOOKCAR_DATA to the data folder.")
    return found


def _week(size: int, seed: int) -> Instance:
    name = f"week-{size}-{seed}"
    return Instance(name=name, make=partial(weeks.week, size, seed), size=size, seed=seed)


def _with_solutions(suite: str) -> Iterator[Instance]:
    files = sorted((data_folder() / suite).glob("*.vrp"), key=lambda path: (_count(path), path))
    for path in files:
        last = path.with_suffix(".sol").read_text("utf-8").split("Cost")[-1]
        yield Instance(
            name=path.stem, make=partial(read_instance, path), best_known=float(last.split()[0])
        )


def _count(path: Path) -> int:
    """Return the n of ``X-n101-k25``; 0 for names without one."""
    part = path.stem.split("-n")[-1].split("-")[0]
    return int(part) if part.isdigit() else 0


def _dethloff(suite: str) -> Iterator[Instance]:
    folder = data_folder() / suite
    if not (folder / "best_known.csv").is_file():
        return
    with (folder / "best_known.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            path = folder / f"{row['instance']}.vrpspd"
            make = partial(read_instance, path, unit=_DETHLOFF_UNIT)
            yield Instance(name=path.stem, make=make, best_known=float(row["best_known"]))
