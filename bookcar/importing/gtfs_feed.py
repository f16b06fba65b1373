"""The tables of a GTFS feed, a zip or a folder (https://gtfs.org/schedule/reference).

Only what says when a vehicle calls where is read: stops, trips, stop_times, calendar,
calendar_dates, frequencies, and the names of routes and the time zone.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from bookcar.errors import Fault
from bookcar.inputs import text as tx

Row = Mapping[str, str]
Rows = list[tuple[int, dict[str, str]]]

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "stops": ("stop_id", "stop_lat", "stop_lon"),
    "trips": ("trip_id", "service_id", "route_id"),
    "stop_times": ("trip_id", "stop_id", "arrival_time", "departure_time"),
    "calendar": ("service_id", "start_date", "end_date"),
    "calendar_dates": ("service_id", "date", "exception_type"),
    "frequencies": ("trip_id", "start_time", "end_time", "headway_secs"),
    "routes": ("route_id",),
    "agency": ("agency_timezone",),
}
_NEEDED = ("stops", "trips", "stop_times")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([0-9]{1,3}):([0-5][0-9]):([0-5][0-9])")
_LARGEST = 200_000_000
_MOST_ROWS = 2_000_000
_MOST_FAULTS = 200
LONGEST_DAYS = 1_100
"""So many days of a calendar are looked at, from its first on."""


class Feed(msgspec.Struct):
    """A feed: its tables by name, each row with its number in the file, and what is wrong."""

    file: str
    tables: dict[str, Rows]
    faults: list[Fault]

    def rows(self, name: str) -> Rows:
        """Return the rows of a table; none if the feed does not have it."""
        return self.tables.get(name, [])

    def tell(self, variant: str, *, table: str, row: int | None = None, **more: str) -> None:
        """Note a fault, unless there are hundreds already."""
        if len(self.faults) < _MOST_FAULTS:
            column, value = more.pop("column", None), more.pop("value", None)
            self.faults.append(
                Fault(
                    rule="import-gtfs",
                    variant=variant,
                    file=f"{self.file}: {table}.txt",
                    row=row,
                    column=column,
                    value=tx.shown(value) if value is not None else None,
                    figures=more,
                )
            )


def is_feed(path: Path) -> bool:
    """Tell whether a zip or a folder is a GTFS feed: it has ``stop_times.txt``."""
    if path.is_dir():
        return (path / "stop_times.txt").is_file()
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.rpartition("/")[2] == "stop_times.txt" for name in archive.namelist())


def read_feed(path: Path) -> Feed:
    """Return the tables of a feed; never raises for what stands in them."""
    feed = Feed(path.name, {}, [])
    for name, data in _members(path):
        if len(data) > _LARGEST:
            feed.tell("large", table=name)
        else:
            _read_table(feed, name, data)
    for name in _NEEDED:
        if name not in feed.tables and not feed.faults:
            feed.tell("file", table=name)
    if not feed.faults and not ("calendar" in feed.tables or "calendar_dates" in feed.tables):
        feed.tell("file", table="calendar")
    return feed


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the tables that count, by name; in an archive they may stand in one folder."""
    if path.is_dir():
        for name in _COLUMNS:
            file = path / f"{name}.txt"
            if file.is_file():
                with file.open("rb") as stream:
                    yield name, stream.read(_LARGEST + 1)
        return
    with zipfile.ZipFile(path) as archive:
        held = archive.namelist()
        top = min((n for n in held if n.rpartition("/")[2] == "stop_times.txt"), key=len)
        folder = top.removesuffix("stop_times.txt")
        for name in _COLUMNS:
            if f"{folder}{name}.txt" in held:
                with archive.open(f"{folder}{name}.txt") as stream:
                    yield name, stream.read(_LARGEST + 1)


def _read_table(feed: Feed, name: str, data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
        lines = [*csv.reader(io.StringIO(text, newline=""))]
    except (UnicodeDecodeError, csv.Error):
        feed.tell("text", table=name)
        return
    header = [cell.strip() for cell in lines[0]] if lines else []
    missing = [column for column in _COLUMNS[name] if column not in header]
    if missing:
        feed.tell("column", table=name, row=1, missing=missing[0])
        return
    if len(lines) > _MOST_ROWS:
        feed.tell("large", table=name)
        return
    blank = [""] * len(header)
    feed.tables[name] = [
        (number, dict(zip(header, [*map(str.strip, cells), *blank[len(cells) :]], strict=False)))
        for number, cells in enumerate(lines[1:], 2)
        if any(cell.strip() for cell in cells)
    ]


def seconds_of(text: str) -> int | None:
    """Return a time of a feed in seconds; it may be beyond 24 hours. None if it is none."""
    match = _TIME.fullmatch(text)
    return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3]) if match else None


def date_of(text: str) -> dt.date | None:
    """Return a date of a feed, ``20270104``; None if it is none."""
    try:
        return dt.datetime.strptime(text, "%Y%m%d").date() if len(text) == 8 else None
    except ValueError:
        return None


def degrees_of(text: str, most: float) -> float | None:
    """Return a figure of degrees; None if it is none of the globe."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= most else None


def service_dates(feed: Feed) -> tuple[dict[str, set[dt.date]], bool]:
    """Return the days of each service, and whether a calendar was too long to be read whole."""
    found: dict[str, set[dt.date]] = {}
    cut = False
    for number, row in feed.rows("calendar"):
        days = found.setdefault(row.get("service_id", ""), set())
        first, last = (
            _date(feed, "calendar", number, row, column=c) for c in ("start_date", "end_date")
        )
        if first is None or last is None:
            continue
        cut |= (last - first).days >= LONGEST_DAYS
        wanted = [d for d, name in enumerate(_DAYS) if row.get(name) == "1"]
        span = min(LONGEST_DAYS, max(0, (last - first).days + 1))
        all_days = (first + dt.timedelta(days=n) for n in range(span))
        days |= {day for day in all_days if day.weekday() in wanted}
    for number, row in feed.rows("calendar_dates"):
        days = found.setdefault(row.get("service_id", ""), set())
        day = _date(feed, "calendar_dates", number, row, column="date")
        kind = row.get("exception_type", "")
        if kind not in ("1", "2"):
            value = {"column": "exception_type", "value": kind}
            feed.tell("cell", table="calendar_dates", row=number, **value)
        elif day is not None:
            (days.add if kind == "1" else days.discard)(day)
    return found, cut


def _date(feed: Feed, table: str, number: int, row: Row, *, column: str) -> dt.date | None:
    day = date_of(row.get(column, ""))
    if day is None:
        feed.tell("cell", table=table, row=number, column=column, value=row.get(column, ""))
    return day
