"""Eastings and northings: converted where the grid is named, told once where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from inputs.folders import check

from bookcar.inputs import grids

TOML = """\
name = "x"
time_zone = "Europe/London"
{coordinates}
[[depot]]
id = "LIB"
name = "Library"
lon = -2.8
lat = 51.37
"""
STOPS = "id,name,kind,X,Y,books\nA,x,village,346868.9252,162820.4224,0\nB,y,village,{},{},0\n"
BARE = {"visits": None, "requests": None, "batches": None, "closures": None}


@pytest.mark.parametrize(
    ("x", "y", "lon", "lat"),
    [
        # The worked example of the guide to coordinate systems in Great Britain, OSGB36 TM 65 43
        # by its Helmert figures; and North Somerset's list beside its published degrees.
        (651409.903, 313177.270, 1.716074, 52.657977),
        (346868.9252, 162820.4224, -2.764503, 51.361953),
        (344624.2238, 166220.2192, -2.797271, 51.392305),
    ],
)
def test_the_british_grid(x: float, y: float, lon: float, lat: float) -> None:
    found = grids.to_wgs84("EPSG:27700", x, y)
    assert found is not None
    assert found == pytest.approx((lon, lat), abs=6e-5)


def test_a_code_of_no_grid_is_none() -> None:
    assert grids.code_of("epsg:27700") == "EPSG:27700"
    assert grids.code_of("urn:ogc:def:crs:EPSG::3857") == "EPSG:3857"
    assert grids.code_of("EPSG:99999") is None
    assert grids.code_of("27700") is None
    assert grids.code_of("EPSG:5773") is None, "heights alone"


def test_a_named_grid_is_converted_and_degrees_stay(tmp_path: Path) -> None:
    toml = TOML.format(coordinates='coordinates = "EPSG:27700"')
    stops = STOPS.format(-2.79, 51.39)
    checked = check(tmp_path / "d", district=toml, stops=stops, **BARE)
    assert checked.district, [str(fault) for fault in checked.faults]
    points = [(stop.lon, stop.lat) for stop in checked.district.stops]
    assert points[0] == pytest.approx((-2.764503, 51.361953), abs=2e-6)
    assert points[1] == (-2.79, 51.39)
    assert checked.district.depots[0].lon == -2.8


def test_a_grid_that_is_not_named_is_told_once_with_its_name(tmp_path: Path) -> None:
    stops = STOPS.format(344624.2238, 166220.2192)
    toml = TOML.format(coordinates="")
    checked = check(tmp_path / "d", district=toml, stops=stops, **BARE)
    (fault,) = checked.errors
    assert (fault.rule, fault.variant, fault.row) == ("coordinates-range", "grid", 2)
    assert 'coordinates = "EPSG:27700"' in fault.fix


def test_an_unknown_code_is_refused(tmp_path: Path) -> None:
    toml = TOML.format(coordinates='coordinates = "EPSG:99999"')
    checked = check(tmp_path / "d", district=toml, stops=STOPS.format(1, 51), **BARE)
    assert ("bad-choice", "coordinates") in [(f.rule, f.column) for f in checked.errors]
