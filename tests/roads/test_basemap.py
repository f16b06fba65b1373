"""The roads a map draws under its routes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from builders import district, stop
from roads.osmfile import lon_lat, on_roads, stop_at, write_osm

from bookcar.roads.basemap import GROUPS, basemap

NODES = {k: (10.0 * k, 0.5 * (k % 2)) for k in range(1, 101)}  # wobbles by half a metre
WAYS = [
    (list(range(1, 21)), {"highway": "primary"}),
    (list(range(20, 41)), {"highway": "secondary_link"}),
    (list(range(40, 61)), {"highway": "tertiary"}),
    (list(range(60, 71)), {"highway": "residential"}),
    (list(range(70, 81)), {"highway": "residential"}),
    (list(range(80, 91)), {"highway": "track"}),
    (list(range(90, 101)), {"highway": "service"}),
]


def drawn(tmp_path: Path, max_points: int = 60_000) -> dict[str, list[np.ndarray]]:
    path = write_osm(tmp_path / "a.osm", NODES, WAYS)
    places = on_roads(path, stop_at("S1", 900, 0))
    return dict(basemap(places, cache=tmp_path / "cache", max_points=max_points).lines)


def test_roads_are_grouped_merged_and_simplified(tmp_path: Path) -> None:
    lines = drawn(tmp_path)
    assert tuple(lines) == GROUPS
    assert [len(found) for found in lines.values()] == [1, 1, 1, 1, 1]
    assert [len(found[0]) for found in lines.values()] == [2] * 5
    village = lines["village"][0]  # two residential roads on end, the service road left out
    assert np.abs(village - [lon_lat(600, 0), lon_lat(800, 0)]).max() < 1e-5
    assert np.abs(lines["path"][0] - [lon_lat(800, 0), lon_lat(900, 0)]).max() < 1e-5


def test_a_bend_of_more_than_a_few_metres_stays(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (100, 12), 3: (200, 0)}
    path = write_osm(tmp_path / "a.osm", nodes, [([1, 2, 3], {"highway": "primary"})])
    lines = basemap(on_roads(path), cache=tmp_path / "cache").lines
    assert len(lines["trunk"][0]) == 3


def test_over_the_limit_the_least_important_go_first(tmp_path: Path) -> None:
    lines = drawn(tmp_path, max_points=7)
    assert [len(lines[group]) for group in GROUPS] == [1, 1, 1, 0, 0]
    assert all(not found for found in drawn(tmp_path, max_points=1).values())


def test_roads_are_cut_off_beyond_the_margin(tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (50_000, 0), 3: (60_000, 0), 4: (70_000, 0)}
    primary = {"highway": "primary"}
    path = write_osm(tmp_path / "a.osm", nodes, [([1, 2], primary), ([3, 4], primary)])
    lines = basemap(on_roads(path), cache=tmp_path / "cache").lines["trunk"]
    assert len(lines) == 1
    east = lines[0][:, 0].max()
    assert lon_lat(2_900, 0)[0] < east < lon_lat(3_100, 0)[0]


def test_without_an_extract_there_are_no_lines() -> None:
    assert basemap(district(stop("S1"))).lines == {group: [] for group in GROUPS}
