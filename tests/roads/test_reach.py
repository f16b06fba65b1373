"""Which places are reached, and why the others are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import vehicle
from roads.osmfile import PATH, ROAD, depot_at, on_roads, stop_at, write_osm

from bookcar.errors import InputError
from bookcar.model import RoadProfile, Where
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Table, Unreached

# A road of 1 km east from the depot, a path of 1 km north from its end, a lone driveway, a lone
# path, and a one-way road that leaves the district for good.
NODES = {
    1: (0, 0),
    2: (500, 0),
    3: (1000, 0),
    4: (1000, 1000),
    5: (500, 60),
    6: (500, 90),
    7: (0, 3000),
    8: (300, 3000),
    9: (500, -900),
}
WAYS = [
    ([1, 2, 3], ROAD),
    ([3, 4], PATH),
    ([5, 6], {"highway": "service"}),
    ([7, 8], PATH),
    ([2, 9], {**ROAD, "oneway": "yes"}),
]


def extract(tmp_path: Path) -> Path:
    return write_osm(tmp_path / "a.osm", NODES, WAYS)


def table(tmp_path: Path, *stops: object, **fields: object) -> Table:
    district = on_roads(extract(tmp_path), *stops, **fields)
    return travel_for(district, cache=tmp_path / "cache").tables["car"]


def test_a_stop_by_the_road_is_reached(tmp_path: Path) -> None:
    found = table(tmp_path, stop_at("S1", 700, 50))
    assert found.unreached == {}
    assert found.metres[0, 1] == found.metres[1, 0] == 700


def test_a_stop_by_a_path_alone_is_foot_only(tmp_path: Path) -> None:
    found = table(tmp_path, stop_at("S1", 1020, 800))
    assert found.unreached == {"S1": Unreached(reason="foot-only", road_m=800, path_m=20)}
    assert (found.seconds[0, 1], found.metres[1, 0], found.seconds[1, 1]) == (-1, -1, 0)


def test_a_path_that_leads_nowhere_does_not_count(tmp_path: Path) -> None:
    found = table(tmp_path, stop_at("S1", 100, 3010)).unreached["S1"]
    assert found.reason == "off-road"
    assert found.path_m is not None
    assert found.path_m > 2000


def test_a_stop_far_from_everything_is_off_road(tmp_path: Path) -> None:
    found = table(tmp_path, stop_at("S1", 500, 400)).unreached["S1"]
    assert found == Unreached(reason="off-road", road_m=310, path_m=400)


def test_a_driveway_not_joined_gives_way_to_the_road(tmp_path: Path) -> None:
    """The stop is 10 m from the driveway and 80 m from the road that the depot stands on."""
    found = table(tmp_path, stop_at("S1", 510, 80))
    assert found.unreached == {}
    assert found.metres[0, 1] == 510


def test_a_driveway_with_no_road_near_is_disconnected(tmp_path: Path) -> None:
    found = table(tmp_path, stop_at("S1", 510, 80), max_snap_m=60)
    assert found.unreached["S1"].reason == "disconnected"


def test_a_road_of_no_return_is_disconnected(tmp_path: Path) -> None:
    found = table(tmp_path, stop_at("S1", 500, -800))
    assert found.unreached["S1"].reason == "disconnected"


def test_a_stop_marked_foot_is_foot_only_though_a_road_is_near(tmp_path: Path) -> None:
    found = table(tmp_path, stop_at("S1", 700, 50, access="foot"))
    assert found.unreached == {"S1": Unreached(reason="foot-only", road_m=50, path_m=50)}
    assert found.seconds[0, 1] == -1


def test_a_depot_stands_on_the_joined_roads_not_on_a_driveway(tmp_path: Path) -> None:
    found = table(tmp_path, stop_at("S1", 800, 0), depots=[depot_at(500, 75)])
    assert found.metres[0, 1] == 300


def test_every_depot_off_the_roads_is_named(tmp_path: Path) -> None:
    depots = [depot_at(0, 900, "D1"), depot_at(0, 0, "D2"), depot_at(0, 700, "D3")]
    district = on_roads(extract(tmp_path), stop_at("S1", 0, 0), depots=depots)
    rows = {"depots": {"D1": Where("district.toml", 7)}}
    district = type(district)(
        **{f: getattr(district, f) for f in district.__struct_fields__} | {"origins": rows}
    )
    with pytest.raises(InputError) as caught:
        travel_for(district, cache=tmp_path / "cache")
    first, second = caught.value.faults
    assert (first.file, first.row, first.rule) == ("district.toml", 7, "depot-off-road")
    assert "within 100 m of depot D1: the nearest is 900 m away" in first.problem
    assert "D3" in second.problem
    assert "max_snap_m" in second.fix


def test_two_stops_at_one_spot_are_no_way_apart(tmp_path: Path) -> None:
    district = on_roads(
        extract(tmp_path), stop_at("S1", 700, 5), stop_at("S2", 700, -5), stop_at("S3", 700, 90)
    )
    travel = travel_for(district, cache=tmp_path / "cache")
    assert (travel.tables["car"].metres[1:, 1:] == 0).all()
    assert len(travel.way("car", 1, 2)) == 2
    assert len(set(travel.way("car", 1, 2))) == 1


# --- limits and barriers --------------------------------------------------------------------------

LOOP = {1: (0, 0), 2: (400, 0), 3: (800, 0), 4: (400, 600)}


def around(tmp_path: Path, direct: dict[str, str], profile: RoadProfile, **tagged: object) -> int:
    """Return metres from 1 to 3 by a direct road, or around over 4 where that one is shut."""
    ways = [([1, 2, 3], {**ROAD, **direct}), ([1, 4, 3], ROAD)]
    path = write_osm(tmp_path / "loop.osm", LOOP, ways, tagged.get("nodes"))
    stop = stop_at("S1", 800, 0)
    cars = (vehicle(profile=profile.name),)
    district = on_roads(path, stop, profiles=[profile], vehicles=cars)
    found = travel_for(district, cache=tmp_path / "cache").tables[profile.name]
    return int(found.metres[0, 1])


BUS = RoadProfile(name="bus", width_m=2.5, height_m=3.2, weight_t=7.5)
CAR = RoadProfile(name="car")
DETOUR = 1442


@pytest.mark.parametrize(
    ("direct", "metres"),
    [
        ({"maxheight": "3.2"}, 800),
        ({"maxheight": "3.1"}, DETOUR),
        ({"maxwidth": "2.5"}, 800),
        ({"width": "2.4"}, DETOUR),
        ({"maxweight": "3.5"}, DETOUR),
        ({"maxweight": "7.5"}, 800),
    ],
)
def test_limits_hold_for_the_profile_alone(
    tmp_path: Path, direct: dict[str, str], metres: int
) -> None:
    assert around(tmp_path, direct, BUS) == metres
    assert around(tmp_path, direct, CAR) == 800


@pytest.mark.parametrize(
    ("node", "bus", "car"),
    [
        ({"barrier": "bollard"}, DETOUR, DETOUR),
        ({"barrier": "height_restrictor", "maxheight": "2.1"}, DETOUR, DETOUR),  # no car is lower
        ({"barrier": "height_restrictor", "maxheight": "2.9"}, DETOUR, 800),
        ({"barrier": "gate"}, 800, 800),
        ({"ford": "yes"}, DETOUR, DETOUR),
    ],
)
def test_barriers_stop_the_way_through(
    tmp_path: Path, node: dict[str, str], bus: int, car: int
) -> None:
    assert around(tmp_path, {}, BUS, nodes={2: node}) == bus
    assert around(tmp_path, {}, CAR, nodes={2: node}) == car


def test_a_stop_behind_a_barrier_is_reached_from_the_other_side(tmp_path: Path) -> None:
    ways = [([1, 2, 3], ROAD), ([1, 4, 3], ROAD)]
    path = write_osm(tmp_path / "loop.osm", LOOP, ways, {2: {"barrier": "block"}})
    district = on_roads(path, stop_at("S1", 500, 0), stop_at("S2", 300, 0))
    metres = travel_for(district, cache=tmp_path / "cache").tables["car"].metres
    assert metres[0, 1:].tolist() == [DETOUR + 300, 300]


def test_a_roundabout_is_driven_one_way(tmp_path: Path) -> None:
    ring = {1: (0, 0), 2: (100, 0), 3: (130, 30), 4: (160, 0), 5: (130, -30), 6: (260, 0)}
    circle = {**ROAD, "junction": "roundabout"}
    ways = [([1, 2], ROAD), ([2, 5, 4, 3, 2], circle), ([4, 6], ROAD), ([3, 4], PATH)]
    path = write_osm(tmp_path / "ring.osm", ring, ways)
    stops = [stop_at("S1", 260, 0), stop_at("S2", 145, -15.5)]
    metres = travel_for(on_roads(path, *stops), cache=tmp_path / "cache").tables["car"].metres
    assert metres[0, 1] == metres[1, 0] == 285
    assert metres[0, 2] < 170 < metres[1, 2]
