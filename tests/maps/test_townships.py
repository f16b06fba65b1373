from __future__ import annotations

import msgspec
import polyline
import pytest
from maps.plans import make_areas, make_plan
from shapely.geometry import Point, shape

from bookcar.maps.townships import locate, townships
from bookcar.model import Area

STOPS = make_plan(stops=80, routes=2, visits=3, unserved=2).stops


def square(west: float, south: float, size: float = 1.0) -> dict:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def at(lon: float, lat: float, **fields):
    return msgspec.structs.replace(STOPS[0], lon=lon, lat=lat, **fields)


def test_join_agrees_with_shapely_point_by_point():
    areas = make_areas()
    for stop, found in zip(STOPS, locate(STOPS, areas), strict=True):
        inside = [
            i for i, a in enumerate(areas) if shape(a.outline).covers(Point(stop.lon, stop.lat))
        ]
        assert found == (inside[0] if inside else -1)


def test_stop_on_a_common_border_belongs_to_the_first_area():
    areas = [Area(name="a", outline=square(0, 0)), Area(name="b", outline=square(1, 0))]
    assert locate([at(1.0, 0.5)], areas).tolist() == [0]


def test_stop_in_a_hole_lies_outside():
    outline = square(0, 0)
    outline["coordinates"].append(square(0.4, 0.4, 0.2)["coordinates"][0])
    assert locate([at(0.5, 0.5), at(0.2, 0.2)], [Area(name="a", outline=outline)]).tolist() == [
        -1,
        0,
    ]


def test_bow_tie_outline_still_joins():
    ring = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
    area = Area(name="a", outline={"type": "Polygon", "coordinates": [ring]})
    assert locate([at(0.2, 0.5), at(0.5, 0.9)], [area]).tolist() == [0, -1]


def test_outline_of_two_parts_keeps_both():
    parts = [square(0, 0)["coordinates"], square(5, 5)["coordinates"]]
    area = Area(name="a", outline={"type": "MultiPolygon", "coordinates": parts})
    (found,) = townships([at(5.5, 5.5)], [area])
    assert len(found.rings) == 2
    assert found.stops == (0,)
    assert polyline.decode(found.rings[1][0])[0] == (5.0, 5.0)


def test_label_stands_inside_the_outline():
    for township, area in zip(townships((), make_areas()), make_areas(), strict=True):
        lat, lon = township.label
        assert shape(area.outline).contains(Point(lon, lat))


def test_every_stop_is_counted_once_and_the_rest_comes_last():
    found = townships(STOPS, make_areas())
    assert sorted(i for t in found for i in t.stops) == list(range(len(STOPS)))
    assert [t.name for t in found].index("") == len(found) - 1


def test_without_outlines_stops_go_by_their_own_word():
    stops = [at(0, 0, area="b"), at(0, 0, area=""), at(0, 0, area="a"), at(0, 0, area="b")]
    found = townships(stops, ())
    assert [(t.name, t.stops) for t in found] == [("b", (0, 3)), ("a", (2,)), ("", (1,))]
    assert not any(t.rings for t in found)


@pytest.mark.parametrize("areas", [(), make_areas()], ids=["by name", "by outline"])
def test_no_stops_at_all(areas):
    assert all(t.stops == () for t in townships((), areas))
