"""Real timetables of UK mobile libraries, and places of a real map, where they are beside."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from dateutil.rrule import rrulestr

from bookcar.cli import main
from bookcar.importing.places import Places, places_of
from bookcar.inputs.reader import read
from bookcar.recurrence import days_in_week
from bookcar.roads.pois import Sight

MONDAYS = [dt.date(2027, 1, 11) + dt.timedelta(weeks=n) for n in range(9)]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["aberdeenshire", "angus", "somerset", "wiltshire"])
def test_a_real_timetable_is_read_to_the_row(name: str, shared: Path, tmp_path: Path) -> None:
    path = shared / "timetables" / f"{name}.csv"
    result = CliRunner().invoke(main, ["import", str(path), "--into", str(tmp_path / name)])
    assert result.exit_code == 0, result.output
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    stops = read(tmp_path / name).stops
    assert len(stops) == len(rows)
    for stop, row in zip(stops, rows, strict=True):
        begins, ends = (
            int(row[c][:2]) * 3600 + int(row[c][3:]) * 60 for c in ("arrival", "departure")
        )
        assert (stop.name, stop.windows, stop.service_s) == (
            row["stop"].strip(), ((begins, ends),), ends - begins,
        )  # fmt: skip
        assert (stop.lon, stop.lat) == pytest.approx((float(row["geox"]), float(row["geoy"])))
        assert stop.vehicles == (row["mobile"].replace(" ", "-"),)
        rule = rrulestr(row["frequency"], dtstart=dt.datetime.fromisoformat(row["start"]))
        assert stop.recurs
        for monday in MONDAYS:
            first = dt.datetime.combine(monday, dt.time())
            due = [
                day.date() for day in rule.between(first, first + dt.timedelta(days=6), inc=True)
            ]
            assert [*days_in_week(stop.recurs, monday)] == due


@pytest.mark.shared
def test_villages_of_a_map_are_found_by_name_or_told_apart(shared: Path) -> None:
    places = places_of(shared / "osm" / "andorra.osm.pbf", None)
    with (shared / "osm" / "andorra_sites.csv").open(encoding="utf-8") as stream:
        villages = [row for row in csv.DictReader(stream) if row["kind"] == "village"]
    found = 0
    for row in villages:
        point, variant, choices = places({"name": row["name"].upper()})
        assert point or (variant == "several" and len(choices) > 1), row["name"]
        if point:
            found += 1
            assert point == pytest.approx((float(row["lon"]), float(row["lat"])), abs=0.02)
    assert found > 0.8 * len(villages)


def _seconds(clock: str) -> int:
    return int(clock[:2]) * 3600 + int(clock[3:]) * 60


def _sight(name: str, lon: float, lat: float) -> Sight:
    return Sight(kind="village", osm_type="node", osm_id=1, lon=lon, lat=lat, name=name)


def test_of_places_of_one_name_none_is_chosen_but_by_the_township() -> None:
    twins = [(_sight("Prats", 1.5, 42.5), "Canillo"), (_sight("Prats", 1.6, 42.6), "Encamp")]
    places = Places(names={"prats": twins}, postcodes={})
    point, variant, choices = places({"name": "Prats"})
    assert (point, variant, len(choices)) == (None, "several", 2)
    assert places({"name": "PRATS", "area": "Encamp"})[0] == (1.6, 42.6)
    assert places({"name": "Elsewhere"}) == (None, "none", ())


def test_one_place_that_stands_on_the_map_twice_is_one() -> None:
    twice = [(_sight("Prats", 1.5, 42.5), ""), (_sight("Prats", 1.501, 42.5), "")]
    assert Places(names={"prats": twice}, postcodes={})({"name": "Prats"})[0] == (1.5, 42.5)
