"""Import timetables, plan every week of their cycle, and hold each visit against its source row.

``python -m benchmarks.imported FOLDER`` takes the CSV files of UK mobile libraries in a folder, as
https://github.com/LibrariesHacked/mobilelibraries-data has them, and prints a row for each: rows,
visits due by dateutil, visits planned, and how many of those have the day, car, stay and time of
their row to the minute.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from dateutil.rrule import rrulestr

_YEAR, _FIRST_WEEK = 2027, 2
_SAME = ("day", "car", "stay", "time")

Row = dict[str, str]


def main() -> None:
    """Print a row of figures for each timetable of the folder."""
    print("| timetable | rows | due | planned | day | car | stay | time |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for path in sorted(Path(sys.argv[1]).glob("*.csv")):
        if path.stem.endswith("_routes"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows, found = _held(path, Path(folder))
        figures = [found[name] for name in ("due", "planned", *_SAME)]
        print(f"| {path.stem} | {rows} | {' | '.join(map(str, figures))} |", flush=True)


def _held(path: Path, folder: Path) -> tuple[int, Counter[str]]:
    district = folder / path.stem
    _bookcar("import", path, "--into", district)
    source, stops = _rows(path), _rows(district / "stops.csv")
    assert len(source) == len(stops), "each row is a stop, in its order"
    by_id = {stop["id"]: row for stop, row in zip(stops, source, strict=True)}
    weeks = max(int(row["frequency"].partition("INTERVAL=")[2] or 1) for row in source)
    found: Counter[str] = Counter()
    for week in range(_FIRST_WEEK, _FIRST_WEEK + weeks):
        monday = dt.date.fromisocalendar(_YEAR, week, 1)
        due = {name: day for name, row in by_id.items() if (day := _due(row, monday))}
        name = f"{_YEAR}-W{week:02d}"
        out = ("--routes", folder / "routes", "--maps", folder / "maps")
        _bookcar("plan", district, "--week", name, "--effort", "quick", *out)
        plan = json.loads((folder / "routes" / path.stem / name / "plan.json").read_text())
        found["due"] += len(due)
        for route in plan["routes"]:
            for call in route["calls"]:
                if call["kind"] == "visit":
                    found["planned"] += 1
                    found.update(_same(route, call, by_id[call["stop"]], due.get(call["stop"])))
    return len(source), found


def _same(route: Row, call: dict[str, int], row: Row, day: dt.date | None) -> list[str]:
    """Return in what a visit is as its row has it."""
    begins, ends = (_seconds(row[name]) for name in ("arrival", "departure"))
    same = {
        "day": day is not None and route["date"] == day.isoformat(),
        "car": route["vehicle"] == row["mobile"].replace(" ", "-"),
        "stay": call["depart"] - call["begin"] == ends - begins,
        "time": call["begin"] == begins,
    }
    return [name for name in _SAME if same[name]]


def _due(row: Row, monday: dt.date) -> dt.date | None:
    """Return the day of a week on which the source has a visit, by dateutil."""
    first = dt.datetime.combine(monday, dt.time())
    rule = rrulestr(row["frequency"], dtstart=dt.datetime.fromisoformat(row["start"]))
    days = rule.between(first, first + dt.timedelta(days=6), inc=True)
    return days[0].date() if days else None


def _seconds(clock: str) -> int:
    return int(clock[:2]) * 3600 + int(clock[3:]) * 60


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _bookcar(*args: object) -> None:
    command = [sys.executable, "-m", "bookcar", *map(str, args)]
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
