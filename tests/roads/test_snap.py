"""Places on the nearest point of a road."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from roads.osmfile import ROAD, lon_lat, write_osm

from bookcar.roads import snap
from bookcar.roads.osm import read_network

EL = {1: (0, 0), 2: (1000, 0), 3: (1000, 1000)}


def test_the_foot_of_the_perpendicular_counts_not_the_node(tmp_path: Path) -> None:
    network = read_network(write_osm(tmp_path / "a.osm", EL, [([1, 2, 3], ROAD)]))
    place = lon_lat(400, 70)
    piece, metres = snap.nearest(snap.index(network), [place])
    assert metres[0] == pytest.approx(70, rel=1e-3)
    spot = snap.spot(network, int(piece[0]), place)
    assert spot.mm / 1000 == pytest.approx(400, rel=1e-3)
    assert spot.metres == pytest.approx(70, rel=1e-3)
    assert spot.us == pytest.approx(network.total_us[0] * 400 / 2000, rel=0.05)


def test_metres_are_metres_in_every_direction(tmp_path: Path) -> None:
    """At 65 degrees north a degree of longitude is less than half one of latitude."""
    for lat in (0.5, 29.0, 65.0, -50.0):
        text = (
            f'<osm version="0.6"><node id="1" lon="10.0" lat="{lat}"/>'
            f'<node id="2" lon="10.001" lat="{lat + 0.001}"/>'
            '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="road"/></way></osm>'
        )
        path = tmp_path / "a.osm"
        path.write_text(text, "utf-8")
        index = snap.index(read_network(path))
        _, metres = snap.nearest(index, [(10.0, lat - 0.002), (9.995, lat)])
        assert metres[0] == pytest.approx(0.002 * 111_195, rel=1e-3)
        beside = 0.005 * 111_195 * np.cos(np.radians(lat))
        assert metres[1] == pytest.approx(beside, rel=1e-3)


def test_beyond_an_end_the_end_is_nearest(tmp_path: Path) -> None:
    network = read_network(write_osm(tmp_path / "a.osm", EL, [([1, 2, 3], ROAD)]))
    spot = snap.spot(network, 0, lon_lat(-300, -400))
    assert (spot.mm, spot.us) == (0, 0)
    assert spot.metres == pytest.approx(500, rel=1e-3)


def test_of_roads_equally_near_the_first_is_taken(tmp_path: Path) -> None:
    fork = {1: (0, 0), 2: (100, 0), 3: (200, 50), 4: (200, -50)}
    ways = [([1, 2], ROAD), ([2, 3], ROAD), ([2, 4], ROAD)]
    network = read_network(write_osm(tmp_path / "a.osm", fork, ways))
    piece, _ = snap.nearest(snap.index(network), [lon_lat(100, 0), lon_lat(180, 0)])
    assert piece.tolist() == [0, 1]


def test_nothing_is_near_nothing(tmp_path: Path) -> None:
    network = read_network(write_osm(tmp_path / "a.osm", EL, [([1, 2, 3], ROAD)]))
    none = snap.index(network, np.array([], dtype=int))
    piece, metres = snap.nearest(none, [lon_lat(0, 0)])
    assert piece.tolist() == [-1]
    assert metres.tolist() == [float("inf")]


def test_a_place_at_a_corner_stands_at_the_junction(tmp_path: Path) -> None:
    network = read_network(write_osm(tmp_path / "a.osm", EL, [([1, 2, 3], ROAD)]))
    assert snap.spot(network, 0, lon_lat(1.5, 20)).mm == 0
    assert snap.spot(network, 0, lon_lat(2.5, 20)).mm > 0
    end = snap.spot(network, 0, lon_lat(1010, 999))
    assert (end.mm, end.us) == (network.total_mm[0], network.total_us[0])
