"""Distances from coordinates alone."""

from __future__ import annotations

import math

import pytest
from builders import district, stop

from bookcar.model import RoadSettings, Settings
from bookcar.phrases.sentence import told
from bookcar.roads.sources import travel_for
from bookcar.roads.travel import Unreached


def test_straight_lines_are_lengthened_and_driven_at_one_speed() -> None:
    travel = travel_for(district(stop("S1"), stop("S2")))
    straight = 0.01 * math.pi / 180 * 6_371_008.8 * math.cos(math.radians(29.02))
    table = travel.tables["car"]
    assert table.metres[0, 1] == table.metres[1, 0] == round(1.65 * straight)
    assert table.metres[0, 2] == pytest.approx(2 * 1.65 * straight, abs=1)
    assert table.seconds[0, 1] == round(1.65 * straight / (30 / 3.6))
    assert travel.estimated
    assert told(travel.note, "en") == "Distances are estimated: straight line x 1.65 at 30 km/h."


def test_the_figures_are_the_settings() -> None:
    settings = Settings(roads=RoadSettings(detour=1.33, speed_kmh=40.5))
    travel = travel_for(district(stop("S1"), settings=settings))
    assert told(travel.note, "en") == "Distances are estimated: straight line x 1.33 at 40.5 km/h."


def test_the_way_is_a_straight_line() -> None:
    travel = travel_for(district(stop("S1")))
    assert travel.way("car", 0, 1) == [(106.65, 29.02), (106.65 + 0.01, 29.02)]


def test_a_stop_on_foot_is_not_driven_to() -> None:
    travel = travel_for(district(stop("S1", access="foot"), stop("S2")))
    table = travel.tables["car"]
    assert table.unreached == {"S1": Unreached(reason="foot-only", road_m=None, path_m=None)}
    assert table.seconds[0].tolist()[:2] == [0, -1]
    assert table.seconds[0, 2] > 0
    assert travel.way("car", 0, 1) == []
