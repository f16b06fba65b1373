"""Heights along bridges and tunnels, on a ridge and a valley of a few samples."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from builders import district
from roads.osmfile import LAT, LON, ROAD, lon_lat, on_roads, write_osm

from bookcar.manifests.profile import climb_of
from bookcar.model import RoadSettings, Settings
from bookcar.roads import cache
from bookcar.roads.heights import read_heights
from bookcar.roads.road_heights import RoadHeights, road_heights_of
from bookcar.roads.spans import Spans, read_spans

# A road east: 3 km in the open, 2 km in a tunnel, 1 km in the open, 1 km on a bridge, 1 km more.
ENDS = {1: (0, 0), 2: (3_000, 0), 3: (5_000, 0), 4: (6_000, 0), 5: (7_000, 0), 6: (8_000, 0)}
ACROSS = {7: (4_000, -2_000), 8: (4_000, 2_000)}
WAYS = [
    ([1, 2], ROAD),
    ([2, 3], ROAD | {"tunnel": "yes"}),
    ([3, 4], ROAD),
    ([4, 5], ROAD | {"bridge": "viaduct"}),
    ([5, 6], ROAD),
    ([7, 8], ROAD),
    ([7, 1], ROAD | {"tunnel": "avalanche_protector"}),
    ([8, 6], {"waterway": "stream", "tunnel": "culvert"}),
]


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    return write_osm(tmp_path / "a.osm", ENDS | ACROSS, WAYS)


class Ridge:
    """Ground at 500 m, with a ridge of 900 m from 3 to 5 km east and a valley of 300 m at 6.5."""

    def at(self, lons: object, lats: object) -> np.ndarray:
        lon = np.broadcast_arrays(np.asarray(lons, float), np.asarray(lats, float))[0]
        metres = (lon - LON) / (lon_lat(1, 0)[0] - lon_lat(0, 0)[0])
        return np.where(
            (metres > 3_050) & (metres < 4_950), 900.0,
            np.where((metres > 6_050) & (metres < 6_950), 300.0, 500.0),
        )  # fmt: skip


def _along(y: float, step: int = 50) -> tuple[np.ndarray, np.ndarray]:
    places = np.array([lon_lat(x, y) for x in range(0, 8_001, step)])
    return places[:, 0], places[:, 1]


def _filled(metres: np.ndarray) -> np.ndarray:
    known = ~np.isnan(metres)
    at = np.arange(len(metres))
    return np.interp(at, at[known], metres[known])


def test_only_roads_that_leave_the_ground_are_spans(extract: Path) -> None:
    spans = read_spans(extract)
    assert len(spans) == 2
    lons, lats = _along(0)
    on = spans.on(lons, lats)
    assert np.flatnonzero(on).tolist() == [*range(60, 101), *range(120, 141)]
    assert not spans.on(*_along(20)).any()
    assert spans.on(np.array(lons[80]), np.array(lats[80])).shape == ()


def test_a_road_is_straight_through_the_mountain_and_over_the_valley(extract: Path) -> None:
    ground = Ridge()
    heights = RoadHeights(ground, read_spans(extract))  # type: ignore[arg-type]
    lons, lats = _along(0)
    assert climb_of(ground.at(lons, lats)) == 600
    assert _filled(heights.at(lons, lats)).tolist() == [500.0] * 161


def test_a_road_over_a_tunnel_keeps_its_own_heights(extract: Path) -> None:
    """Where it crosses, one point is left out, and those beside it say what it was."""
    heights = RoadHeights(Ridge(), read_spans(extract))  # type: ignore[arg-type]
    places = np.array([lon_lat(4_000, y) for y in range(-2_000, 2_001, 50)])
    along = heights.at(places[:, 0], places[:, 1])
    assert np.isnan(along).sum() == 1
    assert _filled(along).tolist() == [900.0] * 81


def test_spans_are_kept_and_read_again_once_broken(extract: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    first = cache.load_spans(extract, folder=folder)
    (kept,) = folder.glob("*-spans-*.npz")
    again = cache.load_spans(extract, folder=folder)
    assert (again.x.tolist(), again.offset.tolist()) == (first.x.tolist(), first.offset.tolist())
    kept.write_bytes(b"broken")
    assert len(cache.load_spans(extract, folder=folder)) == 2


def test_no_bridge_and_no_tunnel_is_no_span(tmp_path: Path) -> None:
    extract = write_osm(tmp_path / "b.osm", ENDS, [([1, 2], ROAD)])
    spans = read_spans(extract)
    assert len(spans) == 0
    assert not spans.on(*_along(0)).any()


def test_a_district_without_heights_has_none_and_without_roads_no_spans(tmp_path: Path) -> None:
    assert road_heights_of(district()) is None
    tile = tmp_path / "N29E106.hgt"
    tile.write_bytes(np.full((3, 3), 400, dtype=">i2").tobytes())
    tables = district(settings=Settings(roads=RoadSettings(heights=tile)))
    heights = road_heights_of(tables)
    assert heights is not None
    assert len(heights.spans) == 0
    assert heights.at([LON], [LAT]).tolist() == [400]


def test_a_district_with_both_has_them(extract: Path, tmp_path: Path) -> None:
    tile = tmp_path / "N29E106.hgt"
    tile.write_bytes(np.full((3, 3), 400, dtype=">i2").tobytes())
    tables = on_roads(extract)
    roads = msgspec.structs.replace(tables.settings.roads, heights=tile)
    tables = msgspec.structs.replace(
        tables, settings=msgspec.structs.replace(tables.settings, roads=roads)
    )
    heights = road_heights_of(tables, cache=tmp_path / "kept")
    assert heights is not None
    assert isinstance(heights.spans, Spans)
    lons, lats = _along(0)
    assert np.isnan(heights.at(lons, lats)).sum() == 62
    assert not np.isnan(read_heights(tile).at(lons, lats)).any()
