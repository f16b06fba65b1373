"""Live through the weeks of a year: plan a week, let things happen, close it, plan the next.

python benchmarks/year.py [fuhuan] [qijiang] [andorra] [--weeks 12,26] [--seed 1] [--each]
    [--restock] [--timetable 12]

Andorra is begun from its OpenStreetMap extract (``--extract``), and left out where that is not
there. Every command runs as a process of its own, as people run it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import bookcar as bc
from benchmarks.lived import Chances, Lived, live, tell
from benchmarks.machine import in_words, machine
from benchmarks.stock import lost_books, mend, restock, rotating_batches
from benchmarks.wandering import Wandered, wandered
from bookcar.cli.plan import NOTHING_FEASIBLE
from bookcar.due import due_stops
from bookcar.model import District
from bookcar.plan import Plan
from bookcar.weeks import parse_week, week_name

FIRST = "2026-W49"
EXAMPLES = ("fuhuan", "qijiang")
EXTRACT = "../shared/data/osm/andorra.osm.pbf"
_ROOT = Path(__file__).resolve().parent.parent

_NO_ROAD = ("foot-only", "off-road", "disconnected")

Run = Callable[[Sequence[str]], None]
"""Runs a command of bookcar, given without its own name; raises if it fails."""


@dataclass(frozen=True, kw_only=True)
class WeekLived:
    """A week as it was planned and as it went.

    Attributes
    ----------
    due
        Stops that are due and that a car can reach at all.
    planned, served
        Due stops that the plan serves, and those whose visits were made.
    late
        Weeks past its target of every stop served that had been visited before.
    waiting
        The most weeks past its target of any stop left unserved.
    kept, known
        Visits on a weekday of the stop's visits before, and visits of which that is known.
    lost_books
        Books of rotating batches that lie where nobody collects them.
    promised, promises
        Promises of the timetable, and those that the plan keeps: day, car and time.
    wandered
        How the rotating pools fared.
    seconds
        Of planning and closing, from the start of each command to its end.
    """

    week: str
    due: int
    planned: int
    served: int
    late: tuple[int, ...]
    waiting: int
    kept: int
    known: int
    lost_books: int
    wandered: Wandered
    seconds: float
    promised: int = 0
    promises: int = 0


def main() -> None:
    """Live through the weeks that are asked for, and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[*EXAMPLES, "andorra"])
    parser.add_argument("--weeks", default="12,26", help="after how many weeks to sum up")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--effort", default="quick")
    parser.add_argument("--extract", type=Path, default=_ROOT / EXTRACT)
    parser.add_argument(
        "--restock", action="store_true", help="buy what stops that keep their books are due"
    )
    parser.add_argument(
        "--timetable", type=int, metavar="WEEKS", help="adopt a timetable of so many weeks first"
    )
    parser.add_argument("--each", action="store_true", help="print every week")
    given = parser.parse_args()
    marks = sorted({int(word) for word in given.weeks.split(",")})
    print(in_words(machine()))
    print(_head())
    for name in given.names:
        with tempfile.TemporaryDirectory() as top:
            folder = begin(name, Path(top), extract=given.extract)
            if folder is None:
                print(f"{name}: left out, {given.extract} is not there")
                continue
            lived: list[WeekLived] = []
            if given.timetable:
                adopt_timetable(folder, weeks=given.timetable)
            lives = weeks(folder, seed=given.seed, effort=given.effort, buying=given.restock)
            for week in islice(lives, max(marks)):
                lived.append(week)
                if given.each:
                    print(_row(f"{name} {week.week}", [week]), flush=True)
                if len(lived) in marks:
                    print(_row(f"{name}, {len(lived)} weeks", lived), flush=True)


def begin(name: str, top: Path, *, extract: Path) -> Path | None:
    """Return a copy of an example, or Andorra begun from its map; None if that is not there."""
    folder = top / name
    if name in EXAMPLES:
        shutil.copytree(_ROOT / "examples" / name, folder)
        return folder
    if not extract.exists():
        return None
    zone = ["--time-zone", "Europe/Andorra"]
    in_process(top)(["init", str(folder), "--from-osm", str(extract), *zone])
    return folder


def adopt_timetable(folder: Path, *, weeks: int, run: Run | None = None) -> None:
    """Make the timetable of the weeks that are lived, and give it to the district."""
    run = run or in_process(folder.parent)
    monday = parse_week(FIRST)
    routes = folder.parent / "routes"
    span = ["--from", str(monday), "--weeks", str(weeks), "--effort", "quick"]
    run(["timetable", str(folder), *span, "--routes", str(routes)])
    made = routes / folder.name / f"timetable-{monday}" / "timetable.csv"
    shutil.copy(made, folder / "timetable.csv")
    shutil.rmtree(routes)


def in_process(folder: Path) -> Run:
    """Return what runs a command as a process in a folder."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))

    def run(arguments: Sequence[str]) -> None:
        command = [sys.executable, "-m", "bookcar", *arguments]
        env = {**os.environ, "PYTHONPATH": path}
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, NOTHING_FEASIBLE):  # a week may have nobody to go to
            raise RuntimeError(f"{' '.join(arguments)}: {done.stderr or done.stdout}")

    return run


def weeks(
    folder: Path,
    *,
    seed: int = 1,
    effort: str = "quick",
    chances: Chances | None = None,
    buying: bool = False,
    run: Run | None = None,
) -> Iterator[WeekLived]:
    """Yield one week after another of a district, each planned, lived through and closed.

    The folder is changed. Results go beside it. What is to be mended is mended by
    the Sunday. With ``buying``, the store gets a new batch before each week for every due stop that
    keeps what it gets and for which there is none.
    """
    run = run or in_process(folder.parent)
    district = bc.read(folder)
    rotating = rotating_batches(district)
    monday = parse_week(FIRST)
    while True:
        week = week_name(monday)
        if buying:
            restock(folder, district, monday, rotating)
        routes, maps = folder.parent / "routes", folder.parent / "maps"
        begun = time.perf_counter()
        planning = ["--week", week, "--effort", effort, "--routes", str(routes)]
        run(["plan", str(folder), *planning, "--maps", str(maps)])
        seconds = time.perf_counter() - begun
        result = routes / folder.name / week
        plan = bc.load(result)
        lived = live(plan, chances or Chances(), f"{seed} {week}")
        tell(lived, plan, result / "visits.csv")
        sunday = monday + dt.timedelta(days=6)
        begun = time.perf_counter()
        run(["close", str(result), "--district", str(folder), "--today", str(sunday), "--yes"])
        seconds += time.perf_counter() - begun
        after = bc.read(folder)
        if mend(folder, after, sunday):
            after = bc.read(folder)
        yield _figures(plan, lived, district, lost=lost_books(after, rotating), seconds=seconds)
        shutil.rmtree(routes)
        shutil.rmtree(maps)
        district, monday = after, monday + dt.timedelta(days=7)


def _figures(plan: Plan, lived: Lived, before: District, *, lost: int, seconds: float) -> WeekLived:
    due = {row.stop.id: row for row in due_stops(before, parse_week(plan.week))}
    visits = [  # loads of a fair are no visits to a stop of the tables
        (route.date, v.stop) for route in plan.routes for v in route.visits if v.stop in due
    ]
    done = {stop for _, stop in visits} - lived.missed
    known = [(date, stop) for date, stop in visits if due[stop].last_weekdays]
    left = [r.stop for r in plan.unserved if r.stop in due and r.reason not in _NO_ROAD]
    waits = [due[stop] for stop in left if due[stop].weeks_since is not None]
    return WeekLived(
        week=plan.week,
        due=plan.totals.served + len(left),
        planned=plan.totals.served,
        served=plan.totals.served - len(lived.missed),
        late=tuple(due[stop].overdue for stop in done if due[stop].weeks_since is not None),
        waiting=max((row.overdue for row in waits), default=0),
        kept=sum(date.weekday() in due[stop].last_weekdays for date, stop in known),
        known=len(known),
        lost_books=lost,
        wandered=wandered(plan, before),
        seconds=seconds,
        promised=len(plan.promises),
        promises=sum(promise.becomes == "same" for promise in plan.promises),
    )


_COLUMNS = {
    "weeks": 20,
    "planned": 9,
    "served": 9,
    "of due": 8,
    "share": 7,
    "weeks late": 12,
    "worst wait": 12,
    "same day": 10,
    "books lost": 12,
    "promises": 10,
    "kept": 7,
    "pool visits": 13,
    "new": 6,
    "repeats": 9,
    "passed": 8,
    "lacking": 9,
    "minutes": 9,
}


def _head() -> str:
    return "".join(f"{name:>{width}}" for name, width in _COLUMNS.items())


def _row(name: str, lived: Sequence[WeekLived]) -> str:
    """Return the figures of some weeks in a line; lost books are those at their end."""
    due, served = sum(w.due for w in lived), sum(w.served for w in lived)
    late = [max(0, weeks) for week in lived for weeks in week.late]
    kept, known = sum(w.kept for w in lived), sum(w.known for w in lived)
    cells = (
        name,
        f"{sum(w.planned for w in lived):,}",
        f"{served:,}",
        f"{due:,}",
        f"{served / due:.0%}" if due else "-",
        f"{sum(late) / len(late):.2f}" if late else "-",
        f"{max(w.waiting for w in lived)}",
        f"{kept / known:.0%}" if known else "-",
        f"{lived[-1].lost_books:,}",
        f"{sum(w.promised for w in lived):,}",
        f"{sum(w.promises for w in lived):,}",
        *(f"{sum(figures):,}" for figures in zip(*(w.wandered for w in lived), strict=True)),
        f"{sum(w.seconds for w in lived) / 60:.1f}",
    )
    return "".join(f"{cell:>{w}}" for cell, w in zip(cells, _COLUMNS.values(), strict=True))


if __name__ == "__main__":
    main()
