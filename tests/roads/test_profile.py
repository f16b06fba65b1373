"""What tags mean for a book car and for a walker."""

from __future__ import annotations

import pytest

from bookcar.roads import profile, speeds
from bookcar.roads.access import blocks
from bookcar.roads.network import LIMITS


def tags(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split())


CAR_MAY = [
    "highway=tertiary",
    "highway=residential access=destination",
    "highway=service access=customers",
    "highway=service access=private",
    "highway=service access=yes motor_vehicle=private",
    "highway=unclassified access=delivery",
    "highway=service access=private motor_vehicle=yes",
    "highway=unclassified access=no motorcar=permissive",
    "highway=track tracktype=grade2",
    "highway=track surface=gravel",
    "highway=track motor_vehicle=yes",
    "highway=pedestrian motor_vehicle=yes",
    "highway=unclassified access=agricultural;destination",
    "highway=unclassified ford=no",
    "highway=unclassified width=3",
]
CAR_MAY_NOT = [
    "highway=path",
    "highway=footway",
    "highway=pedestrian",
    "highway=construction construction=primary",
    "highway=proposed",
    "highway=track",
    "highway=track tracktype=grade4",
    "highway=track tracktype=grade5 surface=gravel",
    "highway=track motor_vehicle=private",
    "highway=pedestrian motor_vehicle=private",
    "highway=unclassified vehicle=agricultural",
    "highway=unclassified motor_vehicle=forestry",
    "highway=unclassified motor_vehicle=yes motorcar=no",
    "highway=unclassified vehicle=no",
    "highway=unclassified access=no",
    "highway=unclassified ford=yes",
    "highway=primary route=ferry",
    "highway=service area=yes",
    "highway=unclassified smoothness=horrible",
    "highway=unclassified smoothness=impassable",
    "highway=residential width=1.5",
]


@pytest.mark.parametrize("text", CAR_MAY)
def test_car_may_use(text: str) -> None:
    assert profile.drivable(tags(text))


@pytest.mark.parametrize("text", CAR_MAY_NOT)
def test_car_may_not_use(text: str) -> None:
    rule = profile.rule(tags(text))
    assert rule is None or not (rule.forward or rule.backward)


@pytest.mark.parametrize(
    ("text", "forward", "backward"),
    [
        ("highway=tertiary", True, True),
        ("highway=tertiary oneway=yes", True, False),
        ("highway=tertiary oneway=1", True, False),
        ("highway=tertiary oneway=-1", False, True),
        ("highway=tertiary oneway=reverse", False, True),
        ("highway=tertiary oneway=reversible", False, False),
        ("highway=tertiary oneway=alternating", True, True),
        ("highway=tertiary oneway=yes oneway:motor_vehicle=no", True, True),
        ("highway=motorway", True, False),
        ("highway=motorway oneway=no", True, True),
        ("highway=motorway_link", True, True),
        ("highway=tertiary junction=roundabout", True, False),
        ("highway=tertiary junction=circular", True, False),
        ("highway=tertiary motor_vehicle:backward=no", True, False),
        ("highway=tertiary vehicle:forward=no", False, True),
    ],
)
def test_directions(text: str, forward: bool, backward: bool) -> None:
    assert profile.directions(tags(text)) == (forward, backward)


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("highway=tertiary", 40),
        ("highway=primary maxspeed=30", 27),  # a limit is not quite reached
        ("highway=tertiary maxspeed=60", 48),  # a high one even less
        ("highway=unclassified maxspeed=60mph", 37.5),  # and it makes no main road of a lane
        ("highway=trunk maxspeed=100 maxspeed:backward=60", 54),
        ("highway=secondary maxspeed=50 maxspeed:advisory=30", 30),
        ("highway=tertiary maxspeed=45", 40),
        ("highway=tertiary maxspeed=none", 40),
        ("highway=trunk maxspeed=CN:urban", 50),
        ("highway=trunk maxspeed:type=CN:urban", 50),
        ("highway=tertiary maxspeed=CN:rural", 40),  # says nothing of the road
        ("highway=residential maxspeed=walk", 6),
        ("highway=secondary lit=yes", 36),
        ("highway=secondary lit=no", 45),
        ("highway=secondary lit=yes tunnel=yes", 45),
        ("highway=secondary lit=yes maxspeed=50", 45),  # who posted it knew of the town
        ("highway=primary sidewalk=left", 44),
        ("highway=primary sidewalk:both=no sidewalk=no", 55),
        ("highway=tertiary zone:traffic=DE:urban", 32),
        ("highway=residential lit=yes", 25),  # a street of a town by its class
        ("highway=secondary width=3.5", 30),
        ("highway=secondary est_width=2.8", 20),
        ("highway=secondary width=4", 45),
        ("highway=secondary width=3.5 oneway=yes", 45),  # nobody comes the other way
        ("highway=tertiary lanes=1", 30),
        ("highway=tertiary lanes=1 width=5", 40),
        ("highway=tertiary lanes=1 oneway=yes", 40),
        ("highway=secondary surface=gravel", 30),
        ("highway=secondary surface=asphalt", 45),
        ("highway=secondary smoothness=very_bad", 15),
        ("highway=track tracktype=grade3", 15),
        ("highway=track tracktype=grade1 surface=mud", 8),
        ("highway=pedestrian motor_vehicle=yes", 12),
    ],
)
def test_speed(text: str, kmh: float) -> None:
    assert speeds.speed_kmh(tags(text)) == pytest.approx(kmh)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("highway=path", True),
        ("highway=steps", True),
        ("highway=tertiary", True),
        ("highway=track", True),
        ("highway=motorway", False),
        ("highway=tertiary foot=no", False),
        ("highway=path access=private", False),
        ("highway=path access=no foot=yes", True),
        ("highway=path sac_scale=mountain_hiking", True),
        ("highway=path sac_scale=difficult_alpine_hiking", False),
    ],
)
def test_walker(text: str, may: bool) -> None:
    assert profile.walkable(tags(text)) is may


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("barrier=bollard", True),
        ("barrier=block", True),
        ("barrier=rock", True),
        ("barrier=chain", True),
        ("barrier=bollard motor_vehicle=yes", False),
        ("barrier=gate", False),
        ("barrier=gate locked=yes", True),
        ("barrier=gate access=private", True),
        ("barrier=lift_gate access=no motor_vehicle=yes", False),
        ("barrier=cattle_grid", False),
        ("barrier=toll_booth", False),
        ("highway=gate access=no", True),
        ("ford=yes", True),
        ("highway=ford", True),
        ("highway=crossing", False),
    ],
)
def test_barriers(text: str, stops: bool) -> None:
    assert blocks(tags(text)) is stops


@pytest.mark.parametrize(
    ("text", "only_callers"),
    [
        ("highway=residential access=destination", True),
        ("highway=service access=private", True),
        ("highway=service access=private motorcar=yes", False),
        ("highway=service access=delivery;customers", True),
        ("highway=tertiary access=permissive", False),
        ("highway=tertiary", False),
    ],
)
def test_for_callers_only(text: str, only_callers: bool) -> None:
    rule = profile.rule(tags(text))
    assert rule is not None
    assert rule.last is only_callers


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("highway=tertiary", True),
        ("highway=trunk", True),
        ("highway=trunk motorroad=yes", False),
        ("highway=trunk_link", False),
        ("highway=motorway", False),
        ("highway=tertiary tunnel=yes", False),
        ("highway=residential tunnel=building_passage", True),
        ("highway=path", False),
    ],
)
def test_where_a_car_may_stand(text: str, may: bool) -> None:
    rule = profile.rule(tags(text))
    assert rule is not None
    assert rule.halt is may


def test_a_ferry_takes_cars_if_it_says_so() -> None:
    boat = profile.rule(tags("route=ferry motor_vehicle=yes duration=00:25"))
    assert boat is not None
    assert (boat.ferry, boat.forward, boat.halt, boat.crossing_s) == (True, True, False, 1_500)
    assert profile.rule(tags("route=ferry foot=yes duration=00:25")) is None


def test_limits_are_the_least_that_is_said() -> None:
    text = "maxwidth=3 width=2.5 maxheight=2.8 maxweight=7.5 maxlength=9 maxaxleload=5.5"
    found = profile.limits(tags(f"{text} maxweight:hgv=4"))
    assert dict(zip(LIMITS, found, strict=True)) == {
        "width": 2.5,
        "height": 2.8,
        "weight": 7.5,
        "length": 9,
        "axle": 5.5,
        "lorry": 4,
    }
    assert profile.limits({"maxheight": "default"}) == profile.NO_LIMITS
    assert profile.limits({"hgv": "no"})[LIMITS.index("lorry")] == 0


def test_the_bend_radius_is_the_standards() -> None:
    """JTG B01-2014 gives 15, 60 and 125 m as limiting radii at 20, 40 and 60 km/h."""
    for kmh, radius in ((20, 15), (40, 60), (60, 125)):
        assert speeds.bend_radius_m(kmh) == pytest.approx(radius, rel=0.09)
