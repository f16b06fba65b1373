"""Blow the example up to a district of many stops, plan its week, and say what that takes.

``python -m benchmarks.blown_up --stops 1000 --cars 4`` copies the stops and batches of
``examples/qijiang`` around their places until there are so many, all due, on estimated roads,
plans a week of it in a process of its own with cold caches of roads, and prints seconds on the
clock and of the processor and the most memory that the process held. ``--keep DIR`` writes the
district there, for other measurements.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "qijiang"
WEEK = "2026-W49"
_DEPOT, _FAIR = "D1", "FAIR"
_APART = 0.012
"""Degrees by which a copy lies from its stop, in each direction."""

Row = dict[str, str]


def main() -> None:
    """Print a row of figures for each run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stops", type=int, default=1_000)
    parser.add_argument("--cars", type=int, default=4)
    parser.add_argument("--effort", default="quick")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="write the district there, and leave it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as top:
        folder = given.keep or Path(top, "district")
        write(folder, stops=given.stops, cars=given.cars)
        print("| stops | cars | batches | served | routes | wall s | cpu s | peak MB |")
        print(f"|{' --- |' * 8}", flush=True)
        for run in range(given.runs):
            print(_row(folder, given, Path(top, f"out{run}")), flush=True)


def write(folder: Path, *, stops: int, cars: int) -> None:
    """Write the district of so many stops and cars; the same numbers give the same files."""
    draw = random.Random(f"{stops} {cars}")
    folder.mkdir(parents=True, exist_ok=True)
    rules = (EXAMPLE / "district.toml").read_text(encoding="utf-8")
    before, _, after = rules.partition("[roads]")
    rest = after[after.index("[batches]") :]
    (folder / "district.toml").write_text(before + rest, encoding="utf-8")
    places = _rows(EXAMPLE / "stops.csv")
    copies = -(-stops // len(places))
    chosen = [(number, copy) for number in range(len(places)) for copy in range(copies)]
    chosen = sorted(draw.sample(chosen, stops))
    _write(folder / "stops.csv", (_moved(draw, places[n], copy) for n, copy in chosen))
    here = {(places[number]["id"], copy) for number, copy in chosen}
    pools = [row for row in _rows(EXAMPLE / "pools.csv") if row["for"] != _FAIR]
    _write(folder / "pools.csv", pools)
    known = {pool["id"] for pool in pools} | {""}
    batches = [row for row in _rows(EXAMPLE / "batches.csv") if row["pool"] in known]
    _write(folder / "batches.csv", _copied(batches, here, copies))
    vehicles = _rows(EXAMPLE / "vehicles.csv")
    _write(folder / "vehicles.csv", (_car(vehicles, number) for number in range(cars)))


def _moved(draw: random.Random, place: Row, copy: int) -> Row:
    """Return a stop, or one like it some way off; none asks for a road of its own."""
    moved = {**place, "access": "road", "required": ""}
    if not copy:
        return moved
    lon = float(place["lon"]) + draw.gauss(0, _APART)
    lat = float(place["lat"]) + draw.gauss(0, _APART)
    name = f"{place['name']}（{copy + 1}）"
    return {**moved, "id": f"{place['id']}-{copy}", "name": name, "name_en": "", "phone": ""} | {
        "lon": f"{lon:.5f}",
        "lat": f"{lat:.5f}",
    }


def _copied(batches: list[Row], here: set[tuple[str, int]], copies: int) -> Iterable[Row]:
    """Return each batch so often, at the copy of its stop, or in the depot where that is none."""
    for batch in batches:
        for copy in range(copies):
            name = f"{batch['at']}-{copy}" if copy else batch["at"]
            at = name if (batch["at"], copy) in here else _DEPOT
            yield {**batch, "id": f"{batch['id']}-{copy}" if copy else batch["id"], "at": at}


def _car(vehicles: list[Row], number: int) -> Row:
    car = vehicles[number % len(vehicles)]
    if number < len(vehicles):
        return {**car, "profile": ""}
    new = {"id": f"C{number + 1}", "name": f"{number + 1}号流动书车", "driver": "", "phone": ""}
    return {**car, "profile": "", **new}


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Iterable[Row]) -> None:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)


def _row(folder: Path, given: argparse.Namespace, out: Path) -> str:
    wall, cpu, peak = _planned(folder, given.effort, out)
    plan = json.loads(next(out.rglob("plan.json")).read_text(encoding="utf-8"))
    calls = [call for route in plan["routes"] for call in route["calls"]]
    served = sum(call["kind"] == "visit" for call in calls)
    batches = len(_rows(folder / "batches.csv"))
    figures = f"{given.stops:,} | {given.cars} | {batches:,} | {served} | {len(plan['routes'])}"
    return f"| {figures} | {wall:.1f} | {cpu:.1f} | {peak:.0f} |"


def _planned(folder: Path, effort: str, out: Path) -> tuple[float, float, float]:
    """Return seconds on the clock and of the processor, and megabytes at most, of one command."""
    command = [sys.executable, "-m", "bookcar", "plan", str(folder), "--week", WEEK]
    command += ["--effort", effort, "--routes", str(out / "routes"), "--maps", str(out / "maps")]
    out.mkdir(parents=True)
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "BOOKCAR_CACHE": str(out / "cache")},
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(said.decode())
    return time.perf_counter() - begun, used.ru_utime + used.ru_stime, _megabytes(used)


def _megabytes(used: resource.struct_rusage) -> float:
    """Return the most memory held; macOS counts bytes, Linux kilobytes."""
    return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
