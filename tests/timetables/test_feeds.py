"""What other programs read of a timetable, read by programs that are not ours."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec
import pytest
from builders import holiday, stop
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event
from timetables.small import county, made

from bookcar.published.gtfs import gtfs_zip
from bookcar.published.ical import stops_ics, whole_ics
from bookcar.published.mobile_stops import stops_csv
from bookcar.published.recurring import recurring
from bookcar.timetable import Timetable

new = msgspec.structs.replace
FIRST = dt.date(2027, 3, 1)
ZONE = ZoneInfo("Europe/London")
POSTCODE = (
    r"^$|^([A-Za-z][A-Ha-hJ-Yj-y]?[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}|[Gg][Ii][Rr] ?0[Aa]{2})$"
)


@pytest.fixture(scope="module")
def table() -> Timetable:
    """Return eight weeks across the change to summer time on 28 March 2027, with a day moved."""
    moved = holiday(dt.date(2027, 3, 29), does="move", to=dt.date(2027, 3, 30))
    shut = holiday(dt.date(2027, 3, 26))
    tables = county(calendar=(moved, shut), time_zone="Europe/London")
    private = stop("P1", kind="school", every_weeks=2)
    tables = new(tables, stops=(*tables.stops, private))
    return made(tables, FIRST, dt.date(2027, 4, 25))


def told(table: Timetable) -> set[tuple[str, dt.datetime, dt.datetime]]:
    """Return every public visit on the clock of the place."""
    return {
        (table.stops_by_id[v.stop].name, at(r.date, v.begin), at(r.date, v.leave))
        for r in table.routes
        for v in r.visits
        if table.stops_by_id[v.stop].public
    }


def at(day: dt.date, seconds: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), ZONE) + dt.timedelta(seconds=seconds)


def expanded(data: bytes) -> Iterator[tuple[str, dt.datetime, dt.datetime]]:
    """Yield every event as icalendar reads it and dateutil expands it."""
    for event in Calendar.from_ical(data).walk("VEVENT"):
        assert isinstance(event, Event)
        start, lasts = event.start, event.end - event.start
        dates = {start}
        if "RRULE" in event:
            rule = event["RRULE"].to_ical().decode()
            dates = set(rrulestr(rule, dtstart=start))
        dates -= {one.dt for one in listed(event, "EXDATE")}
        dates |= {one.dt for one in listed(event, "RDATE")}
        for date in dates:
            yield str(event["SUMMARY"]), date, date + lasts


def listed(event: Event, name: str) -> list:
    given = event.get(name, [])
    return [one for some in (given if isinstance(given, list) else [given]) for one in some.dts]


def test_the_calendar_expands_to_the_table_across_the_change_of_the_clock(table: Timetable) -> None:
    found = list(expanded(whole_ics(table)))
    assert len(found) == len(set(found))
    assert set(found) == told(table)
    offsets = {begin.utcoffset() for _, begin, _ in found}
    assert offsets == {dt.timedelta(0), dt.timedelta(hours=1)}


def test_each_public_stop_has_a_calendar_of_its_own(table: Timetable) -> None:
    files = stops_ics(table)
    assert "P1" not in files
    every = [event for data in files.values() for event in expanded(data)]
    assert set(every) == told(table)


def test_a_calendar_names_its_zone_and_is_the_same_every_time(table: Timetable) -> None:
    text = whole_ics(table).decode()
    assert "BEGIN:VTIMEZONE" in text
    assert "DTSTART;TZID=Europe/London:" in text
    assert whole_ics(table) == whole_ics(table)


@given(st.sets(st.dates(dt.date(2027, 1, 1), dt.date(2027, 6, 30)), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_rule_with_its_exceptions_is_the_dates(dates: set[dt.date]) -> None:
    rule = recurring(sorted(dates))
    codes = ",".join(("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day] for day in rule.weekdays)
    text = f"FREQ=WEEKLY;INTERVAL={rule.weeks};COUNT={rule.count};BYDAY={codes};WKST=MO"
    begin = dt.datetime.combine(rule.first, dt.time())
    base = {moment.date() for moment in rrulestr(text, dtstart=begin)}
    assert (base - set(rule.without)) | set(rule.also) == dates


def test_regular_dates_have_no_exceptions() -> None:
    dates = [FIRST + dt.timedelta(weeks=3 * n) for n in range(5)]
    assert recurring(dates) == new(
        recurring(dates), first=FIRST, weeks=3, count=5, without=(), also=()
    )
    assert recurring(dates[:2] + dates[3:]).without == (dates[2],)


def test_the_rows_of_mobile_stops_keep_their_schema_and_expand_to_the_table(
    table: Timetable,
) -> None:
    """Hold each row to the constraints of the schema's fields (Table Schema, LibrariesHacked)."""
    rows = list(csv.DictReader(io.StringIO(stops_csv(table).decode("utf-8-sig"))))
    found = set()
    for row in rows:
        wanted = ("organisation", "mobile", "route", "stop", "day", "type", "frequency", "start")
        assert all(row[name] for name in wanted)
        assert re.match(POSTCODE, row["postcode"])
        assert row["type"] in {"Public", "Private", "Dynamic", "Other"}
        float(row["geox"]), float(row["geoy"])
        start = dt.date.fromisoformat(row["start"])
        assert f"{start:%A}" == row["day"]
        end = dt.datetime.combine(dt.date.fromisoformat(row["end"]), dt.time())
        dates = rrulestr(row["frequency"], dtstart=dt.datetime.combine(start, dt.time()))
        lacks = {dt.date.fromisoformat(text) for text in filter(None, row["exceptions"].split(","))}
        for moment in dates.between(dt.datetime(2027, 1, 1), end, inc=True):
            if moment.date() not in lacks:
                begin, leave = (
                    dt.datetime.combine(moment.date(), dt.time.fromisoformat(row[name]), ZONE)
                    for name in ("arrival", "departure")
                )
                found.add((row["stop"], begin, leave))
    assert found == told(table)


def feed(table: Timetable) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(gtfs_zip(table))) as file:
        texts = {name: file.read(name).decode() for name in file.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in texts.items()}


def test_the_feed_says_every_public_visit(table: Timetable) -> None:
    files = feed(table)
    names = {one["stop_id"]: one["stop_name"] for one in files["stops.txt"]}
    dates: dict[str, list[dt.date]] = {}
    for one in files["calendar_dates.txt"]:
        assert one["exception_type"] == "1"
        date = dt.datetime.strptime(one["date"], "%Y%m%d").date()
        dates.setdefault(one["service_id"], []).append(date)
    service = {one["trip_id"]: one["service_id"] for one in files["trips.txt"]}
    found = set()
    for call in files["stop_times.txt"]:
        if not call["stop_id"].startswith("depot "):
            for date in dates[service[call["trip_id"]]]:
                times = (seconds(call[name]) for name in ("arrival_time", "departure_time"))
                found.add((names[call["stop_id"]], *(at(date, time) for time in times)))
    assert found == told(table)


def test_the_feed_keeps_what_its_reference_requires(table: Timetable) -> None:
    files = feed(table)
    assert set(files) == {
        f"{name}.txt"
        for name in ("agency", "stops", "routes", "trips", "stop_times", "calendar_dates")
    } | {"feed_info.txt"}
    stops = {one["stop_id"] for one in files["stops.txt"]}
    routes = {one["route_id"] for one in files["routes.txt"]}
    trips = {one["trip_id"] for one in files["trips.txt"]}
    assert {one["route_id"] for one in files["trips.txt"]} == routes
    assert {one["stop_id"] for one in files["stop_times.txt"]} == stops
    by_trip: dict[str, list[dict[str, str]]] = {}
    for call in files["stop_times.txt"]:
        by_trip.setdefault(call["trip_id"], []).append(call)
    assert set(by_trip) == trips
    for calls in by_trip.values():
        assert len(calls) >= 2
        times = [seconds(c[n]) for c in calls for n in ("arrival_time", "departure_time")]
        assert times == sorted(times)
        assert [int(c["stop_sequence"]) for c in calls] == list(range(1, len(calls) + 1))
    assert gtfs_zip(table) == gtfs_zip(table)


def seconds(text: str) -> int:
    hours, minutes, rest = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + rest
