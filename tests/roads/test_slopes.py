"""Slopes slow a loaded van by what its engine can, both ways."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from roads.osmfile import LAT, M_PER_DEG, on_roads, stop_at, write_osm
from roads.test_heights import tile

from bookcar.inputs.reader import read_district
from bookcar.roads import slopes
from bookcar.roads.heights import Heights
from bookcar.roads.network import Network
from bookcar.roads.osm import read_network
from bookcar.roads.sources import travel_for

STRAIGHT = {1: (0, 0), 2: (0, 1000), 3: (0, 2000)}
SECONDARY_S = 2000 * 3.6 / 45


class Hill(Heights):
    """A slope to the north, so many metres up for each metre; unknown north of ``until`` m."""

    def __init__(self, grade: float, *, until: float = np.inf) -> None:
        super().__init__({})
        self.grade, self.until = grade, until

    def at(self, _lons: object, lats: object) -> np.ndarray:
        metres = (np.asarray(lats) - LAT) * M_PER_DEG
        return np.where(metres > self.until, np.nan, 500 + self.grade * metres)


def _network(tmp_path: Path, **tags: str) -> Network:
    return read_network(write_osm(tmp_path / "a.osm", STRAIGHT, [([1, 2, 3], tags)]))


def _seconds(network: Network, hill: Heights) -> float:
    return int(slopes.on_slopes(network, hill).total_us.sum()) / 1e6


@pytest.mark.parametrize("grade", [0.0, 0.05, 0.1, 0.2])
def test_at_a_steady_speed_the_power_is_used_up(grade: float) -> None:
    v = slopes.climbing_kmh(grade) / 3.6
    angle = np.arctan(grade)
    weight = 3_500 * 9.81 * (np.sin(angle) + 0.012 * np.cos(angle))
    assert (weight + 1.1 * 1.8 / 2 * v**2) * v == pytest.approx(52_500)


def test_a_gentle_slope_slows_nobody(tmp_path: Path) -> None:
    network = _network(tmp_path, highway="secondary")
    for grade in (0.0, 0.05, -0.09):
        assert _seconds(network, Hill(grade)) == pytest.approx(SECONDARY_S, rel=1e-3)


@pytest.mark.parametrize("grade", [0.15, -0.15])
def test_a_steep_one_slows_up_and_down_alike(tmp_path: Path, grade: float) -> None:
    network = _network(tmp_path, highway="secondary")
    assert _seconds(network, Hill(grade)) == pytest.approx(2000 * 3.6 / 33.8, rel=2e-3)
    slow = _network(tmp_path, highway="residential")  # as slow anyway
    assert _seconds(slow, Hill(grade)) == pytest.approx(2000 * 3.6 / 25, rel=1e-3)


def test_the_ground_above_a_tunnel_says_nothing(tmp_path: Path) -> None:
    class Mountain(Heights):
        def at(self, _lons: object, lats: object) -> np.ndarray:
            metres = (np.asarray(lats) - LAT) * M_PER_DEG
            return 1000 - np.abs(metres - 1000) * 0.3

    network = _network(tmp_path, highway="secondary", tunnel="yes")
    assert _seconds(network, Mountain({})) == pytest.approx(SECONDARY_S, rel=1e-3)
    over = _network(tmp_path, highway="secondary")
    assert _seconds(over, Mountain({})) > 1.5 * SECONDARY_S


def test_where_heights_are_not_known_nothing_changes(tmp_path: Path) -> None:
    network = _network(tmp_path, highway="secondary")
    assert _seconds(network, Hill(0.2, until=-1)) == pytest.approx(SECONDARY_S, rel=1e-3)
    half = _seconds(network, Hill(0.2, until=1000))
    assert SECONDARY_S < half < _seconds(network, Hill(0.2))


def test_of_a_short_piece_no_slope_is_known(tmp_path: Path) -> None:
    short = {1: (0, 0), 2: (0, 70), 3: (0, 140)}
    path = write_osm(tmp_path / "a.osm", short, [([1, 2, 3], {"highway": "secondary"})])
    assert _seconds(read_network(path), Hill(0.3)) == pytest.approx(140 * 3.6 / 45, rel=1e-3)


def test_times_on_one_piece_rise_from_nothing(tmp_path: Path) -> None:
    ways = [([1, 2, 3], {"highway": "secondary"}), ([2, 4], {"highway": "tertiary"})]
    path = write_osm(tmp_path / "a.osm", STRAIGHT | {4: (600, 1000)}, ways)
    network = slopes.on_slopes(read_network(path), Hill(0.2))
    for begin, end in zip(network.offset[:-1], network.offset[1:], strict=True):
        assert network.us[begin] == 0
        assert (np.diff(network.us[begin:end]) > 0).all()


def test_a_district_with_heights_drives_slower_uphill(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", STRAIGHT, [([1, 2, 3], {"highway": "secondary"})])
    flat = on_roads(path, stop_at("S1", 0, 2000))
    rows = [[20_000] * 3, [10_000] * 3, [0] * 3]  # 20 km up on a degree: 18 %
    dem = tile(tmp_path / "dem", "N29E106.hgt", rows).parent
    roads = msgspec.structs.replace(flat.settings.roads, heights=dem)
    hilly = msgspec.structs.replace(
        flat, settings=msgspec.structs.replace(flat.settings, roads=roads)
    )
    cache = tmp_path / "cache"
    on_flat, on_hill = (travel_for(d, cache=cache).tables["car"] for d in (flat, hilly))
    kmh = slopes.climbing_kmh(20_000 / M_PER_DEG)
    assert on_flat.seconds[0, 1] == round(SECONDARY_S)
    assert on_hill.seconds[0, 1] == pytest.approx(2000 * 3.6 / kmh, rel=5e-3)
    assert on_hill.metres[0, 1] == on_flat.metres[0, 1] == 2000


def test_a_plan_on_an_extract_is_checked_against_the_tiles_too(tmp_path: Path) -> None:
    write_osm(tmp_path / "a.osm", STRAIGHT, [([1, 2, 3], {"highway": "secondary"})])
    tile(tmp_path / "dem", "N29E106.hgt", [[0] * 3] * 3)
    (tmp_path / "dem" / "README").write_text("SRTM", "utf-8")
    toml = 'name = "T"\n[[depot]]\nid = "D"\nname = "L"\nlon = 106.65\nlat = 29.02\n'
    (tmp_path / "stops.csv").write_text("id,name,kind,lon,lat,books\nS,S,village,106.65,29.03,9\n")
    (tmp_path / "vehicles.csv").write_text("id,books,max_km,max_hours\nV,400,200,8\n")
    for roads, named in (('extract = "a.osm"\n', True), ("", False)):
        text = f'{toml}[roads]\n{roads}heights = "dem"\n'
        (tmp_path / "district.toml").write_text(text, "utf-8")
        found = read_district(tmp_path).district
        assert found is not None
        assert ("dem/N29E106.hgt" in found.inputs) is named
        assert "dem/README" not in found.inputs
