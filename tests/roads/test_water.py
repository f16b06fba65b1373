"""Rivers and lakes read from an extract, kept, and drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from roads.osmfile import ROAD, lon_lat, on_roads, stop_at, write_osm

from bookcar.errors import InputError
from bookcar.roads import cache
from bookcar.roads.basemap import WATERS, basemap
from bookcar.roads.cache import load_water
from bookcar.roads.water import INNER, OUTER, RIVER, STREAM, read_water

SQUARE = {1: (0, 0), 2: (1000, 0), 3: (1000, 1000), 4: (0, 1000)}
ISLAND = {5: (400, 400), 6: (600, 400), 7: (600, 600), 8: (400, 600)}
LINE = {10: (-500, -500), 11: (0, -480), 12: (1500, -500)}
NODES = SQUARE | ISLAND | LINE | {20: (0, 2000), 21: (900, 2000)}
LAKE = """
<relation id="1" version="1">
<member type="way" ref="101" role="outer"/><member type="way" ref="102" role="inner"/>
<tag k="type" v="multipolygon"/><tag k="natural" v="water"/></relation>
</osm>"""


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    ways = [
        ([1, 2, 3, 4, 1], {}),
        ([5, 6, 7, 8, 5], {}),
        ([10, 11], {"waterway": "river"}),
        ([11, 12], {"waterway": "river"}),
        ([4, 20], {"waterway": "stream"}),
        ([3, 21], {"waterway": "stream", "tunnel": "culvert"}),
        ([3, 21], {"waterway": "dam"}),
        ([20, 21], ROAD),
    ]
    path = write_osm(tmp_path / "a.osm", NODES, ways)
    path.write_text(path.read_text("utf-8").replace("</osm>", LAKE), "utf-8")
    return path


def test_rivers_streams_and_lakes_with_islands_are_read(extract: Path) -> None:
    water = read_water(extract)
    assert sorted(water.kind.tolist()) == [RIVER, RIVER, STREAM, OUTER, INNER]
    assert [len(line) for line in water.lines(RIVER)] == [2, 2]
    (shore, island), *others = water.shores()
    assert others == []
    assert shapely.Polygon(shore).contains(shapely.Polygon(island))


def test_extract_without_water_gives_none(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", NODES, [([20, 21], ROAD)])
    assert len(read_water(path)) == 0
    waters = basemap(on_roads(path), cache=tmp_path / "kept").waters
    assert waters == {name: [] for name in WATERS}


def test_broken_extract_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.osm.pbf").write_bytes(b"no map")
    with pytest.raises(InputError):
        read_water(tmp_path / "a.osm.pbf")


def test_waters_are_kept_like_roads(
    tmp_path: Path, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_water(extract, folder=tmp_path / "kept")
    monkeypatch.setattr(cache, "read_water", lambda _: pytest.fail("read twice"))
    second = load_water(extract, folder=tmp_path / "kept")
    for name in first.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_broken_cache_is_made_anew(tmp_path: Path, extract: Path) -> None:
    whole = load_water(extract, folder=tmp_path / "kept")
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(b"no archive")
    assert len(load_water(extract, folder=tmp_path / "kept")) == len(whole)


def test_basemap_joins_rivers_and_keeps_islands(tmp_path: Path, extract: Path) -> None:
    waters = basemap(on_roads(extract, stop_at("S", 500, 500)), cache=tmp_path / "kept").waters
    assert {name: len(found) for name, found in waters.items()} == {
        "lake": 2, "river": 1, "stream": 1,
    }  # fmt: skip
    shore = max(waters["lake"], key=lambda ring: np.ptp(ring[:, 0]))
    assert np.abs(shore.min(axis=0) - lon_lat(0, 0)).max() < 1e-5
    assert (shore[0] == shore[-1]).all()
    assert np.abs(
        waters["river"][0][[0, -1]] - [lon_lat(-500, -500), lon_lat(1500, -500)]
    ).max() < (1e-5)


def test_overlapping_waters_are_one_without_a_hole(tmp_path: Path) -> None:
    ways = [
        ([1, 2, 3, 4, 1], {"natural": "water"}),
        ([5, 6, 7, 8, 5], {"waterway": "riverbank"}),
        ([20, 21], ROAD),
    ]
    path = write_osm(tmp_path / "a.osm", NODES, ways)
    assert len(basemap(on_roads(path), cache=tmp_path / "kept").waters["lake"]) == 1


def test_water_gives_way_before_roads(tmp_path: Path, extract: Path) -> None:
    places = on_roads(extract, stop_at("S", 500, 500))
    drawn = basemap(places, cache=tmp_path / "kept", max_points=72)  # 12 points of water
    assert {name: len(found) for name, found in drawn.waters.items()} == {
        "lake": 2, "river": 0, "stream": 0,
    }  # fmt: skip
    assert len(drawn.lines["village"]) == 1
