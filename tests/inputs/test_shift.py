"""Suspecting coordinates of a Chinese map service."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import builders
import pytest

from bookcar.earth import metres
from bookcar.inputs import coordinates as co
from bookcar.inputs.shift import shifted_coordinates
from bookcar.model import District

Points = Sequence[tuple[float, float]]


def _true_places(count: int = 40) -> list[tuple[float, float]]:
    rng = random.Random(5)
    return [(106.65 + rng.uniform(-0.3, 0.3), 29 + rng.uniform(-0.3, 0.3)) for _ in range(count)]


def _distance_to(roads: Points) -> Callable[[Points], list[float | None]]:
    """Return a distance function to roads that pass 20 m beside each true place."""

    def distance(points: Points) -> list[float | None]:
        return [min(metres(point, road) for road in roads) + 20 for point in points]

    return distance


def _district(points: Points) -> District:
    return builders.district(
        *(builders.stop(f"S{i}", lon=lon, lat=lat) for i, (lon, lat) in enumerate(points))
    )


@pytest.mark.parametrize(
    ("shift", "system"),
    [
        (co.wgs84_to_gcj02, "gcj02"),
        (co.wgs84_to_bd09, "bd09"),
        (co.gcj02_to_wgs84, "wgs84"),
    ],
)
def test_the_setting_that_mends_it_is_named(
    shift: Callable[[float, float], tuple[float, float]], system: str
) -> None:
    roads = _true_places()
    fault = shifted_coordinates(_district([shift(*p) for p in roads]), _distance_to(roads))
    assert fault is not None
    assert f'coordinates = "{system}"' in fault.fix
    assert fault.severity == "warning"


def test_places_on_the_roads_are_left_alone() -> None:
    roads = _true_places()
    assert shifted_coordinates(_district(roads), _distance_to(roads)) is None


def test_places_off_the_roads_without_a_common_offset_are_left_alone() -> None:
    rng = random.Random(9)
    roads = _true_places()
    away = [(x + rng.uniform(-0.01, 0.01), y + rng.uniform(-0.01, 0.01)) for x, y in roads]
    assert shifted_coordinates(_district(away), _distance_to(roads)) is None


def test_few_stops_no_roads_and_other_countries_give_no_suspicion() -> None:
    roads = _true_places()
    shifted = [co.wgs84_to_gcj02(*p) for p in roads]
    assert shifted_coordinates(_district(shifted[:4]), _distance_to(roads)) is None
    assert shifted_coordinates(_district(shifted), lambda ps: [None] * len(ps)) is None
    andorra = [(x - 105, y + 13) for x, y in shifted]
    assert shifted_coordinates(_district(andorra), lambda ps: [500.0] * len(ps)) is None


def test_a_few_stops_without_any_road_do_not_hide_it() -> None:
    roads = _true_places()
    near = _distance_to(roads)

    def distance(points: Points) -> list[float | None]:
        return [None if i < 8 else d for i, d in enumerate(near(points))]

    fault = shifted_coordinates(_district([co.wgs84_to_gcj02(*p) for p in roads]), distance)
    assert fault is not None
