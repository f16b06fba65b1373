"""The time zone of a place, held to a few that everybody can look up."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as some
from inputs import folders

from bookcar.advice.zone_warnings import zone_warnings
from bookcar.errors import Fault
from bookcar.inputs.reader import read_district
from bookcar.time_zones import keeps_hours_of, zone_at

NO_ZONE = folders.TOML.replace('time_zone = "Asia/Shanghai"\n', "")


@pytest.mark.parametrize(
    ("lon", "lat", "zone"),
    [
        (36.82, -1.29, "Africa/Nairobi"),
        (1.53, 42.5, "Europe/Andorra"),
        (106.65, 29.02, "Asia/Shanghai"),
        (87.6, 43.8, "Asia/Shanghai"),
        (-2.1, 57.15, "Europe/London"),
        (-30.0, 0.0, None),
    ],
)
def test_a_place_has_a_zone_and_the_sea_none(lon: float, lat: float, zone: str | None) -> None:
    assert zone_at(lon, lat) == zone


@given(some.floats(), some.floats())
def test_every_place_has_a_known_zone_or_none(lon: float, lat: float) -> None:
    assert zone_at(lon, lat) in {None, *available_timezones()}


def test_zones_of_the_same_hours_are_taken_for_each_other() -> None:
    assert keeps_hours_of("Europe/Paris", 1.53, 42.5)
    assert keeps_hours_of("Asia/Urumqi", 87.6, 43.8)
    assert not keeps_hours_of("Asia/Urumqi", 106.65, 29.02)
    assert not keeps_hours_of("Africa/Tunis", 2.35, 48.85)  # as in Paris, but in winter alone
    assert keeps_hours_of("UTC", -30.0, 0.0)


def _zone_faults(folder: Path, toml: str) -> tuple[str, list[Fault]]:
    checked = read_district(folders.write(folder, district=toml))
    assert checked.district is not None
    faults = [*checked.faults, *zone_warnings(checked.district)]
    return checked.district.time_zone, [f for f in faults if f.rule.startswith("time-zone")]


def test_without_a_zone_that_of_the_depot_is_taken_and_told_once(tmp_path: Path) -> None:
    zone, faults = _zone_faults(tmp_path / "d", NO_ZONE)
    assert zone == "Asia/Shanghai"
    assert [(f.rule, f.severity) for f in faults] == [("time-zone-by-place", "warning")]
    assert 'time_zone = "Asia/Shanghai"' in faults[0].fix


def test_a_zone_that_is_not_the_depots_is_told_with_its_row(tmp_path: Path) -> None:
    toml = folders.TOML.replace("Asia/Shanghai", "UTC")
    zone, (fault,) = _zone_faults(tmp_path / "d", toml)
    assert zone == "UTC"
    assert (fault.rule, fault.file, fault.row) == ("time-zone-elsewhere", "district.toml", 3)
    assert "Asia/Shanghai" in fault.fix


def test_a_depot_on_a_national_grid_has_a_zone_as_well(tmp_path: Path) -> None:
    toml = NO_ZONE.replace("106.648", "394200").replace("29.023", "806400")
    grid = toml.replace('language = "zh"', 'language = "en"\ncoordinates = "EPSG:27700"')
    checked = read_district(folders.write(tmp_path / "d", district=grid))
    (fault,) = (f for f in checked.faults if f.rule == "time-zone-by-place")
    assert fault.figures["zone"] == "Europe/London"


def test_a_zone_that_fits_is_not_told(tmp_path: Path) -> None:
    assert _zone_faults(tmp_path / "d", folders.TOML)[1] == []


def test_files_in_old_encodings_are_read_by_the_zone_of_the_place(tmp_path: Path) -> None:
    toml = NO_ZONE.replace('"zh"', '"en"')
    stops = folders.STOPS.replace("Anyu", "安裕").encode("gb18030")
    checked = read_district(folders.write(tmp_path / "d", district=toml, stops=stops))
    assert checked.district is not None
    assert "安裕" in {stop.name for stop in checked.district.stops}
