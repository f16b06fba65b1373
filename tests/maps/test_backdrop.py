"""Roads, waters and hills as the pages get them."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import polyline
import pytest
from maps.plans import make_roads
from PIL import Image

from bookcar.maps.backdrop import backdrop, encode_classes
from bookcar.roads.basemap import GROUPS, Basemap
from bookcar.roads.heights import Heights, read_heights

BOX = (106.2, 29.2, 106.8, 29.8)


def curve(vertices: int = 2_000) -> np.ndarray:
    t = np.linspace(0, 1, vertices)
    return np.stack([106 + 0.3 * t, 29 + 0.02 * np.sin(25 * t)], axis=1)


def vertices(encoded: dict[str, list[str]]) -> int:
    return sum(len(polyline.decode(line)) for lines in encoded.values() for line in lines)


def steps(encoded: dict[str, list[str]], *names: str) -> int:
    """Return how often the lines go from a vertex to the next; joining lines changes nothing."""
    lines = [line for name in names or encoded for line in encoded[name]]
    return sum(len(polyline.decode(line)) - 1 for line in lines)


def cone(folder: Path) -> Heights:
    """Return the heights of a hill in the middle of a degree, 3,000 m high and round."""
    side = np.linspace(-1, 1, 601)
    away = np.hypot(side[None, :], side[:, None])
    tile = np.maximum(0, 3_000 * (1 - away)).astype(">i2")
    (folder / "N29E106.hgt").write_bytes(tile.tobytes())
    return read_heights(folder)


def opacity(hills: dict[str, object]) -> np.ndarray:
    """Return light (positive) and shadow (negative) of each cell of a picture of hills."""
    picture = Image.open(io.BytesIO(base64.b64decode(str(hills["png"])))).convert("RGBA")
    cells = np.asarray(picture).astype(int)
    return np.where(cells[..., 0] > 0, cells[..., 3], -cells[..., 3])


def test_no_basemap_gives_nothing():
    assert backdrop(None) == {"roads": {}, "waters": {}}


def test_every_vertex_within_the_budget_is_kept():
    roads = make_roads()
    encoded = backdrop(roads)["roads"]
    assert list(encoded) == list(GROUPS)
    assert steps(encoded) == sum(len(a) - 1 for lines in roads.lines.values() for a in lines)


def test_waters_stand_beside_the_roads():
    found = backdrop(Basemap(lines={}, waters={"river": [curve()], "lake": [curve(9)]}))
    assert list(found["waters"]) == ["lake", "river"]
    assert "hills" not in found


def test_of_unknown_classes_the_known_are_drawn():
    lines = {"canal": [curve()], "county": [curve(5)]}
    assert list(encode_classes(lines, GROUPS, 60_000)) == ["county"]


@pytest.mark.parametrize("budget", [40, 200, 1_000])
def test_a_budget_is_kept(budget):
    lines = {"county": [curve()] * 3, "path": [curve()] * 3}
    assert 0 < vertices(encode_classes(lines, GROUPS, budget)) <= budget


def test_least_important_roads_go_first():
    lines = {"trunk": [curve(2)], "path": [curve(2)] * 50}
    encoded = encode_classes(lines, GROUPS, 10)
    assert (steps(encoded, "trunk"), steps(encoded, "path")) == (1, 4)


def test_hills_are_light_to_the_north_west_and_dark_to_the_south_east(tmp_path: Path):
    cells = opacity(backdrop(Basemap(lines={}, heights=cone(tmp_path), box=BOX))["hills"])
    high, wide = cells.shape
    north_west = cells[high // 4, wide * 2 // 5]
    south_east = cells[high * 3 // 4, wide * 3 // 5]
    assert north_west > 0 > south_east
    assert cells[2, 2] == 0  # flat land is left as it is


def test_hills_lie_where_the_heights_are(tmp_path: Path):
    """The top of the hill is where the picture turns from light to shadow, in Web Mercator."""
    hills = backdrop(Basemap(lines={}, heights=cone(tmp_path), box=BOX))["hills"]
    (south, west), (north, east) = hills["bounds"]
    assert (south, north) == pytest.approx((29.128, 29.872))
    assert west < 106.2
    assert east > 106.8
    assert (west + east) / 2 == pytest.approx(106.5)
    row, _ = np.unravel_index(np.argmax(np.abs(np.diff(opacity(hills).sum(1)))), (9_999, 1))
    high = opacity(hills).shape[0]
    y = [np.arcsinh(np.tan(np.radians(lat))) for lat in (north, 29.5, south)]
    assert row / high == pytest.approx((y[0] - y[1]) / (y[0] - y[2]), abs=0.02)


def test_hills_take_few_bytes_and_are_the_same_twice(tmp_path: Path):
    heights = cone(tmp_path)
    one, two = (backdrop(Basemap(lines={}, heights=heights, box=BOX)) for _ in range(2))
    assert one == two
    assert len(one["hills"]["png"]) < 80_000


def test_where_no_height_is_known_no_hills_are_drawn(tmp_path: Path):
    far = Basemap(lines={}, heights=cone(tmp_path), box=(10.0, 40.0, 10.5, 40.5))
    assert "hills" not in backdrop(far)


@pytest.mark.shared
def test_a_real_country_takes_few_bytes(shared: Path):
    andorra = (1.41, 42.41, 1.77, 42.65)
    heights = read_heights(shared / "dem")
    hills = backdrop(Basemap(lines={}, heights=heights, box=andorra))["hills"]
    assert 5_000 < len(hills["png"]) < 60_000
