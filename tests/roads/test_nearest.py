"""How far points lie from the roads."""

from __future__ import annotations

from pathlib import Path

import pytest
from roads.osmfile import PATH, ROAD, lon_lat, on_roads, write_osm

from bookcar.roads.cache import load_network
from bookcar.roads.nearest import distance_to_road


def test_metres_to_the_nearest_road_a_car_can_use(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (500, 0), 3: (0, 300), 4: (500, 300)}
    path = write_osm(tmp_path / "a.osm", nodes, [([1, 2], ROAD), ([3, 4], PATH)])
    distances = distance_to_road(on_roads(path), load_network(path, folder=tmp_path / "cache"))
    assert distances([lon_lat(250, 290), lon_lat(600, 0)]) == [
        pytest.approx(290, rel=1e-3),
        pytest.approx(100, rel=1e-3),
    ]
    assert distances([]) == []


def test_none_without_a_road(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm", {1: (0, 0), 2: (500, 0)}, [([1, 2], PATH)])
    distances = distance_to_road(on_roads(path), load_network(path, folder=tmp_path / "cache"))
    assert distances([(106.0, 29.0)]) == [None]
