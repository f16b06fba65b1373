"""GTFS feeds become stops with rules and promises: those of others, and bookcar's own."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from builders import holiday, stop
from click.testing import CliRunner, Result
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from importing import lists
from timetables.small import county, made

from bookcar.cli import main
from bookcar.importing import gtfs
from bookcar.importing.fit import fitted
from bookcar.inputs.reader import read, read_district
from bookcar.model import District
from bookcar.published.gtfs import gtfs_zip
from bookcar.published.mobile_stops import stops_csv
from bookcar.recurrence import days_in_week
from bookcar.timetable import Timetable
from bookcar.weeks import monday_of

new = msgspec.structs.replace
H = 3600
DAY = dt.timedelta(days=1)


def _zipped(folder: Path, path: Path, top: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, top + file.name)
    return path


def _run(*args: Any) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, args)], env={"LANG": "en_GB"})


def _imported(path: Path, into: Path) -> District:
    result = _run(path, "--into", into)
    assert result.exit_code == 0, result.output
    assert not [f for f in read_district(into).faults if f.severity == "error"]
    return read(into)


def _promised(district: District) -> set[tuple[str, dt.date, str, int, int]]:
    """Return every promise by the name of its stop."""
    names = {stop.id: stop.name for stop in district.stops}
    return {
        (names[one.stop], one.date, one.vehicle, one.arrive, one.leave)
        for one in district.timetable
    }


def _ruled(district: District, first: dt.date, last: dt.date) -> set[tuple[str, dt.date]]:
    """Return the dates that the rules give, without those on which the calendar shuts the stop."""
    shut = {(stop, entry.first) for entry in district.calendar for stop in entry.stops}
    mondays = [monday_of(first) + n * 7 * DAY for n in range((last - first).days // 7 + 2)]
    return {
        (stop.name, day)
        for stop in district.stops
        for monday in mondays
        for day in days_in_week(stop.recurs, monday)
        if first <= day <= last and (stop.id, day) not in shut
    }


def _wanted() -> set[tuple[str, dt.date, str, int, int]]:
    """Return the visits of the feed above, counted day by day."""
    found = set()
    for n in range(84):
        day = dt.date(2027, 1, 4) + n * DAY
        if day.weekday() == 1 and day.isocalendar().week % 2:
            found.add(("Aden School", day, "1", 10 * H, 10 * H + 2700))
            found.add(("Bray Green", day, "1", 11 * H, 11 * H + 1200))
        thursday = day.weekday() == 3 and day != dt.date(2027, 1, 14)
        monday_or_added = day.weekday() == 0 or day == dt.date(2027, 1, 16)
        if day <= dt.date(2027, 1, 31) and (thursday or monday_or_added):
            found.add(("Bray Green", day, "Vale", 9 * H + 3000, 10 * H))
    return found


@pytest.mark.parametrize("form", ["folder", "zip", "zip with a folder"])
def test_a_feed_gives_its_visits_as_promises_and_rules(tmp_path: Path, form: str) -> None:
    # one car has no short name, so that none has its id in brackets
    routes = "route_id,route_short_name,route_long_name,route_type\nR1,1,,3\nR2,,Vale,3\n"
    path = lists.feed(tmp_path / "feed", routes=routes)
    if form != "folder":
        path = _zipped(path, tmp_path / "feed.zip", "top/" if "folder" in form else "")
    district = _imported(path, tmp_path / "d")
    assert _promised(district) == _wanted()
    first, last = dt.date(2027, 1, 4), dt.date(2027, 3, 28)
    assert _ruled(district, first, last) >= {(name, day) for name, day, *_ in _wanted()}
    inside = {one for one in _ruled(district, first, last) if one[1] <= dt.date(2027, 1, 31)}
    wanted = {(name, day) for name, day, *_ in _wanted() if day <= dt.date(2027, 1, 31)}
    assert inside == wanted
    assert district.time_zone == "Europe/London"
    (depot,) = district.depots
    assert (depot.name, depot.lon, depot.lat) == ("Depot", -2.1, 51.3)


def test_a_car_has_the_short_name_of_its_route_as_its_id(tmp_path: Path) -> None:
    routes = "route_id,route_short_name,route_long_name,route_type\nR1,1,Hill car,3\nR2,2,Vale,3\n"
    district = _imported(lists.feed(tmp_path / "feed", routes=routes), tmp_path / "d")
    assert {car.id for car in district.vehicles} == {"1", "2"}
    assert {one.vehicle for one in district.timetable} == {"1", "2"}


_TWO = (
    lists.FEED["stop_times"]
    .replace("T2,9:30:00,9:30:00,D", "T2,9:30:00,9:30:00,E")
    .replace("T2,10:30:00,10:30:00,D", "T2,10:30:00,10:30:00,E")
)
_PLACES = lists.FEED["stops"] + "E,Vale garage,51.40,-2.20,0,\n"


def test_each_car_has_the_depot_of_its_trips(tmp_path: Path) -> None:
    path = lists.feed(tmp_path / "feed", stops=_PLACES, stop_times=_TWO)
    district = _imported(path, tmp_path / "d")
    places = {depot.id: (depot.name, depot.lon, depot.lat) for depot in district.depots}
    assert {car.name: places[car.depot] for car in district.vehicles} == {
        "Hill car": ("Depot", -2.1, 51.3),
        "Vale": ("Vale garage", -2.2, 51.4),
    }
    assert {stop.name for stop in district.stops} == {"Aden School", "Bray Green"}


def test_a_depot_that_somebody_names_is_the_only_one(tmp_path: Path) -> None:
    path = lists.feed(tmp_path / "feed", stops=_PLACES, stop_times=_TWO)
    result = _run(path, "--into", tmp_path / "d", "--depot", "-2.3,51.35")
    assert result.exit_code == 0, result.output
    assert "are none here: Depot, Vale garage." in " ".join(result.output.split())
    district = read(tmp_path / "d")
    (depot,) = district.depots
    assert (depot.lon, depot.lat) == (-2.3, 51.35)
    assert {car.depot for car in district.vehicles} == {depot.id}


def test_a_car_with_trips_from_two_depots_has_the_one_with_more(tmp_path: Path) -> None:
    third = "T3,10:00:00,10:20:00,A,1,,\nT3,10:40:00,10:40:00,E,2,1,1\n"
    trips = lists.FEED["trips"] + "R1,daily,T3\n"
    path = lists.feed(tmp_path / "feed", stops=_PLACES, stop_times=_TWO + third, trips=trips)
    result = _run(path, "--into", tmp_path / "d")
    assert result.exit_code == 0, result.output
    assert "at several depots; the one with the most is their depot: Hill car." in " ".join(
        result.output.split()
    )
    district = read(tmp_path / "d")
    names = {depot.id: depot.name for depot in district.depots}
    assert {names[car.depot] for car in district.vehicles if car.name.startswith("Hill")} == {
        "Depot"
    }


def test_headways_and_times_after_midnight(tmp_path: Path) -> None:
    path = lists.feed(
        tmp_path / "feed",
        trips="route_id,service_id,trip_id\nR2,daily,T2\n",
        stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "T2,10:00:00,10:10:00,A,1\nT2,,,P,2\nT2,24:30:00,24:40:00,B,3\n",
        frequencies=f"{lists.RUNS},exact_times\nT2,10:00:00,13:00:00,5400,1\n",
        calendar_dates=None,
    )  # fmt: skip
    result = _run(path, "--into", tmp_path / "d")
    assert result.exit_code == 0, result.output
    assert "no time: one call" in result.output
    found = _promised(read(tmp_path / "d"))
    days = [dt.date(2027, 1, 4) + n * DAY for n in range(28) if n % 7 in (0, 3)]
    car = next(iter(found))[2]
    wanted = {("Aden School", day, car, s * H, s * H + 600) for day in days for s in (10, 11.5)}
    wanted |= {
        ("Bray Green", day + DAY, car, int(s * H), int(s * H) + 600)
        for day in days for s in (0.5, 2)
    }  # fmt: skip
    assert found == wanted


@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        ("trips", None, "feed: trips.txt [import-gtfs]"),
        ("calendar", "service_id,start_date\nodd,20270105\n", "column end_date is missing"),
        ("stops", "stop_id,stop_lat,stop_lon\nA,91,0\n", "stops.txt row 2, stop_lat '91'"),
        ("stop_times", f"{lists.CALLS}\nT1,10:61:00,11:00:00,A\n", "arrival_time '10:61:00'"),
        ("stop_times", f"{lists.CALLS}\nT1,10:00:00,09:00:00,A\n", "departure_time '09:00:00'"),
        ("stop_times", f"{lists.CALLS}\nT9,10:00:00,11:00:00,A\n", "trip_id 'T9'"),
        ("stop_times", f"{lists.CALLS}\nT1,10:00:00,11:00:00,Z\n", "stop_id 'Z'"),
        ("trips", "route_id,service_id,trip_id\nR1,no,T1\nR1,odd,T2\n", "service_id 'no'"),
        ("calendar_dates", "service_id,date,exception_type\nodd,20270230,1\n", "date '20270230'"),
        ("calendar_dates", "service_id,date,exception_type\nodd,20270105,3\n", "'3' [import-gtfs]"),
        ("frequencies", f"{lists.RUNS}\nT1,09:00:00,10:00:00,0\n", "headway_secs '0'"),
    ],
)
def test_what_a_feed_lacks_is_told_by_table_row_and_column(
    tmp_path: Path, table: str, text: str | None, told: str
) -> None:
    result = _run(lists.feed(tmp_path / "feed", **{table: text}), "--into", tmp_path / "d")
    assert result.exit_code == 2
    assert told in " ".join(result.output.split())
    assert not (tmp_path / "d").exists()


def test_a_feed_of_a_whole_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gtfs, "_MOST_VISITS", 10)
    result = _run(lists.feed(tmp_path / "feed"), "--into", tmp_path / "d")
    assert result.exit_code == 2
    assert "more visits than any library" in result.output


def test_a_folder_that_is_no_feed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    result = _run(tmp_path / "x", "--into", tmp_path / "d")
    assert result.exit_code == 2
    assert "no stop_times.txt" in result.output


def test_a_feed_that_unpacks_to_a_disk_full_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stop_times.txt", b"0" * 50_000_000)
    result = _run(path, "--into", tmp_path / "d")
    assert result.exit_code == 2
    assert "unpacks to far more" in result.output


@pytest.fixture(scope="module")
def table() -> Timetable:
    """Return eight weeks with a day moved and one dropped, a private stop, and a pair a week."""
    moved = holiday(dt.date(2027, 3, 29), does="move", to=dt.date(2027, 3, 30))
    shut = holiday(dt.date(2027, 3, 26))
    tables = county(calendar=(moved, shut), time_zone="Europe/London")
    more = (stop("P1", kind="school", every_weeks=2), stop("W1", every_weeks=1, visits_a_week=2))
    return made(
        new(tables, stops=(*tables.stops, *more)), dt.date(2027, 3, 1), dt.date(2027, 4, 25)
    )


def _public(table: Timetable) -> set[tuple[str, dt.date, str, int, int]]:
    return {
        (table.stops_by_id[v.stop].name, r.date, r.vehicle, v.begin, v.leave)
        for r in table.routes
        for v in r.visits
        if table.stops_by_id[v.stop].public
    }


def test_bookcars_own_feed_goes_in_again_and_gives_the_same_service(
    table: Timetable, tmp_path: Path
) -> None:
    path = tmp_path / "gtfs.zip"
    path.write_bytes(gtfs_zip(table))
    district = _imported(path, tmp_path / "d")
    assert _promised(district) == _public(table)
    days = {(name, day) for name, day, *_ in _public(table)}
    assert _ruled(district, table.first, table.last) == days
    ids = {one.id for one in district.stops}
    assert {
        v.stop for r in table.routes for v in r.visits if table.stops_by_id[v.stop].public
    } <= ids
    assert {car.id for car in district.vehicles} == {r.vehicle for r in table.routes}


def test_the_stops_that_uk_libraries_share_go_in_again_on_the_same_dates(
    table: Timetable, tmp_path: Path
) -> None:
    path = tmp_path / "mobile_library_stops.csv"
    path.write_bytes(stops_csv(table))
    district = _imported(path, tmp_path / "d")
    days = {(name, day) for name, day, *_ in _public(table)}
    assert _ruled(district, table.first, table.last) == days


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, 60), min_size=1, max_size=20), st.integers(0, 90))
def test_a_fitted_rule_gives_the_dates_and_those_it_names(weeks: set[int], beyond: int) -> None:
    dates = [dt.date(2027, 1, 5) + n * 7 * DAY for n in sorted(weeks)]
    end = dates[-1] + beyond * DAY
    text, left_out = fitted(dates, end)
    rule = rrulestr(text, dtstart=dt.datetime.combine(dates[0], dt.time()))
    given_dates = rule.between(
        dt.datetime(2027, 1, 1), dt.datetime.combine(end, dt.time()), inc=True
    )
    assert sorted({d.date() for d in given_dates} - set(left_out)) == dates


def test_dates_of_the_month_have_a_rule_without_exceptions() -> None:
    dates = [dt.date(2027, 1, 12), dt.date(2027, 2, 9), dt.date(2027, 3, 9), dt.date(2027, 4, 13)]
    assert fitted(dates, dates[-1]) == ("FREQ=MONTHLY;BYDAY=2TU", [])
    last = [dt.date(2027, 1, 26), dt.date(2027, 2, 23), dt.date(2027, 3, 30)]
    assert fitted(last, last[-1]) == ("FREQ=MONTHLY;BYDAY=-1TU", [])
