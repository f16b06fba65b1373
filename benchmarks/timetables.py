"""Make timetables of real services anew, and one of the example: driving saved, days that change.

python benchmarks/timetables.py uk DATA [--effort normal] [--only angus]
python benchmarks/timetables.py example [--effort normal] [--weeks 12] [--bought]

DATA is the folder with the four UK timetables (aberdeenshire.csv, angus.csv, somerset.csv,
wiltshire.csv and their ..._routes.csv), as LibrariesHacked collected them from the councils.

Each service is kept as it is: every stop, its frequency and its minutes. What the files do not say
is taken so: one depot, at the stop nearest to the middle of all; roads longer than the straight
line, and speeds, as the driving legs of the same service are in the sum; no working day longer than
the longest of today's; any van to any stop. Today's driving is today's order of stops on the same
roads.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import math
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec

from bookcar.inputs.reader import read
from bookcar.model import (
    Depot,
    District,
    RoadSettings,
    Settings,
    Stop,
    TimetableEntry,
    TimetableSettings,
    Vehicle,
    Weights,
)
from bookcar.optimiser.effort import EFFORTS, Effort
from bookcar.roads.sources import travel_for
from bookcar.timetable_changes import Told
from bookcar.timetables.make import make_timetable
from bookcar.weeks import monday_of

SERVICES = ("aberdeenshire", "angus", "somerset", "wiltshire")
SHARES = (0, 10, 25, 100)
MONDAY = dt.date(2021, 1, 4)


@dataclass(frozen=True)
class Call:
    """A row of a timetable: a stop, its van, and the dates and times on which it comes."""

    stop: str
    van: str
    dates: tuple[dt.date, ...]
    arrive: int
    leave: int


def main() -> None:
    """Print the table that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["uk", "example"])
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--effort", choices=EFFORTS, default="normal")
    parser.add_argument("--only", choices=SERVICES, default=None)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--shares", default="0,10,25,100", help="per cent of stops that may change")
    parser.add_argument(
        "--bought", action="store_true", help="promise visits that no batch is in store for, too"
    )
    given = parser.parse_args()
    if given.what == "example":
        example(given.effort, given.weeks, bought=given.bought)
    else:
        for name in [given.only] if given.only else SERVICES:
            shares = [int(share) for share in given.shares.split(",")]
            service(given.data, name, given.effort, shares)


def example(effort: Effort, weeks: int, *, bought: bool) -> None:
    """Make a timetable of examples/qijiang from January 2027 on, and print how level it is."""
    first = dt.date(2027, 1, 4)
    district = read("examples/qijiang")
    timetable = TimetableSettings(within_stock=not bought)
    settings = msgspec.structs.replace(district.settings, timetable=timetable)
    district = msgspec.structs.replace(district, settings=settings)
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    table = make_timetable(district, first, first + dt.timedelta(days=7 * weeks - 1), effort=effort)
    wall = time.perf_counter() - begun
    cpu = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    hours = [week.seconds / 3600 for week in table.weeks]
    mean = sum(hours) / len(hours)
    worst = max(abs(own - mean) / mean for own in hours)
    print(table.summary())
    print(f"effort {effort}: {wall:.0f} s, {cpu:.0f} s of one processor")
    print(f"hours a week: {', '.join(f'{own:.1f}' for own in hours)}")
    print(f"from the mean of {mean:.1f} h at most {100 * worst:.1f} %")
    days = Counter(route.date.weekday() for route in table.routes)
    print(f"routes by day of the week: {[days[day] for day in range(7)]}")
    print(f"without a date: {dict(Counter(one.reason.key for one in table.left))}")


def service(data: Path, name: str, effort: Effort, shares: Sequence[int] = SHARES) -> None:
    """Print the curve of a service: driving saved for each share of stops that may change days."""
    rows = list(csv.DictReader((data / f"{name}.csv").open(encoding="utf-8-sig")))
    weeks = int(rows[0]["frequency"].rpartition("=")[2])
    calls = [_call(number, row, weeks) for number, row in enumerate(rows)]
    district = _district(name, rows, calls, data)
    today = _driven(district, calls)
    entries = [
        TimetableEntry(stop=c.stop, date=d, vehicle=c.van, arrive=c.arrive, leave=c.leave)
        for c in calls
        for d in c.dates
    ]
    told = Told(promises=tuple(entries), metres_a_week=today // weeks)
    last = MONDAY + dt.timedelta(days=7 * weeks - 1)
    print(f"{name}: {len(calls)} stops, {weeks} weeks, today {today / 1000:,.0f} km a cycle")
    for share in shares:
        begun, cpu = time.perf_counter(), time.process_time()
        table = make_timetable(
            district, MONDAY, last, effort=effort, told=told, keep_days=1 - share / 100
        )
        assert table.before is not None
        changed = sum(change.kind == "day" for change in table.before.changes)
        saved = 100 * (1 - table.metres / today)
        print(
            f"  {share:3d} % may change: {changed:3d} do, {table.metres / 1000:7,.0f} km, "
            f"{saved:5.1f} % saved, {len(table.left)} left, {time.perf_counter() - begun:.0f} s, "
            f"{time.process_time() - cpu:.0f} s of one processor",
            flush=True,
        )


def _call(number: int, row: dict[str, str], weeks: int) -> Call:
    start = dt.date.fromisoformat(row["start"])
    monday = MONDAY + (monday_of(start) - MONDAY) % dt.timedelta(weeks=weeks)
    return Call(
        stop=f"S{number}",
        van=row["mobile"],
        dates=(monday + dt.timedelta(days=start.weekday()),),
        arrive=_seconds(row["arrival"]),
        leave=_seconds(row["departure"]),
    )


def _seconds(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 3600 + int(minutes) * 60


def _district(
    name: str, rows: Sequence[dict[str, str]], calls: Sequence[Call], data: Path
) -> District:
    spots = [(float(row["geox"]), float(row["geoy"])) for row in rows]
    middle = [sum(axis) / len(axis) for axis in zip(*spots, strict=True)]
    lon, lat = min(spots, key=lambda spot: _straight(spot, (middle[0], middle[1])))
    stops = tuple(
        Stop(
            id=call.stop,
            name=row["stop"],
            kind="village",
            lon=spot[0],
            lat=spot[1],
            books=0,
            every_weeks=int(row["frequency"].rpartition("=")[2]),
            service_s=max(0, call.leave - call.arrive),
            required=True,
        )
        for row, call, spot in zip(rows, calls, spots, strict=True)
    )
    detour, speed = _roads(data / f"{name}_routes.csv")
    weekdays = tuple(sorted({day.weekday() for call in calls for day in call.dates}))
    district = District(
        name=name,
        folder=data / name,
        depots=(Depot(id="D", name="depot", lon=lon, lat=lat),),
        stops=stops,
        vehicles=tuple(_van(van, weekdays) for van in sorted({call.van for call in calls})),
        settings=Settings(
            weekdays=weekdays,
            buffer_s=0,
            roads=RoadSettings(detour=detour, speed_kmh=speed),
            weights=Weights(level=0.0, other_weekday=0.0, overdue_week=0.0),
            timetable=TimetableSettings(same_time_s=0),
        ),
    )
    longest = _longest(district, calls)
    vans = tuple(_van(van.id, weekdays, longest) for van in district.vehicles)
    return msgspec.structs.replace(district, vehicles=vans)


def _van(name: str, weekdays: tuple[int, ...], longest: int = 86_400) -> Vehicle:
    return Vehicle(
        id=name,
        depot="D",
        books=1,
        max_metres=10**9,
        max_seconds=longest,
        starts=6 * 3600,
        ends=22 * 3600,
        weekdays=weekdays,
        cost_km=1.0,
    )


def _straight(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return 111_195 * math.hypot(east, b[1] - a[1])


def _roads(path: Path) -> tuple[float, float]:
    """Return how much longer than straight the legs of a service are, and their km/h."""
    csv.field_size_limit(10**7)
    metres = straight = seconds = 0.0
    for row in csv.DictReader(path.open(encoding="utf-8-sig")):
        ends = ("origin_stop", "destination_stop")
        a, b = ((float(row[f"{e}_longitude"]), float(row[f"{e}_latitude"])) for e in ends)
        metres += float(row["distance"])
        seconds += float(row["duration"])
        straight += _straight(a, b)
    return metres / straight, metres / seconds * 3.6


def _days(calls: Sequence[Call]) -> list[list[Call]]:
    """Return the calls of each van on each date in their order."""
    days: defaultdict[tuple[str, dt.date], list[Call]] = defaultdict(list)
    for call in calls:
        for date in call.dates:
            days[call.van, date].append(call)
    return [sorted(own, key=lambda call: (call.arrive, call.leave)) for own in days.values()]


def _driven(district: District, calls: Sequence[Call]) -> int:
    """Return the metres that today's order of stops takes on the roads of the comparison."""
    travel = travel_for(district)
    metres, rows = travel.tables["car"].metres, travel.rows
    ways = [["D", *(call.stop for call in own), "D"] for own in _days(calls)]
    return sum(int(metres[rows[a], rows[b]]) for way in ways for a, b in pairwise(way))


def _longest(district: District, calls: Sequence[Call]) -> int:
    """Return the seconds of today's longest day, from the depot until back there."""
    travel = travel_for(district)
    seconds, rows = travel.tables["car"].seconds, travel.rows
    return max(
        own[-1].leave
        - own[0].arrive
        + int(seconds[rows["D"], rows[own[0].stop]] + seconds[rows[own[-1].stop], rows["D"]])
        for own in _days(calls)
    )


if __name__ == "__main__":
    main()
