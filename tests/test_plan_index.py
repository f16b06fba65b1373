"""The one walk along what a car does between its loads."""

from __future__ import annotations

import msgspec
import pytest
from audit.clean import clean
from audit.test_reloads import AT_HOME, reloading
from builders import MONDAY
from calls import changed

from bookcar.plan import place_of
from bookcar.plan_index import Part, cars_underway, parts, trips, underway


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ((), [(None, (), None)]),
        (("a", "b"), [(None, ("a", "b"), None)]),
        (("a", 1, "b", 2, "c"), [(None, ("a",), 1), (1, ("b",), 2), (2, ("c",), None)]),
        ((1, "a"), [(None, (), 1), (1, ("a",), None)]),
        (("a", 1, 2), [(None, ("a",), 1), (1, (), 2), (2, (), None)]),
    ],
)
def test_a_route_falls_apart_at_its_loads(
    calls: tuple[str | int, ...], found: list[tuple[int | None, tuple[str, ...], int | None]]
) -> None:
    split: tuple[Part[str, int], ...] = parts(calls, int)
    assert [(part.before, part.visits, part.after) for part in split] == found


def test_a_trip_names_the_depots_at_its_ends_and_what_moves() -> None:
    first, second = trips(reloading().plan.routes[0])
    assert (first.loaded_at, first.unloaded_at) == ("D", "D")
    assert first.reload is None
    assert second.reload is not None
    assert (first.loads, first.brings_back) == (("B1",), ("OLD",))
    assert (second.loads, second.brings_back) == (("B2",), ())


def test_a_break_parts_no_trip() -> None:
    route = clean().plan.routes[1]
    assert route.breaks
    (only,) = trips(route)
    assert only.visits == route.visits


def test_what_stays_aboard_is_loaded_and_brought_back() -> None:
    reload = msgspec.structs.replace(AT_HOME, stays_aboard=("B3",))
    first, second = trips(changed(reloading().plan.routes[0], reloads=[(1, reload)]))
    assert (first.loads, second.loads) == (("B1",), ("B2", "B3"))
    assert second.brings_back == ("B3",)


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (0, ((("B1",),), ("B1",), (), None)),
        (1, ((("B1",),), (), ("OLD",), "S1")),
        (2, ((("B1",), ("B2",)), ("B2",), (), "D")),
        (3, ((("B1",), ("B2",)), (), (), "S2")),
    ],
)
def test_a_car_under_way_has_what_it_took_and_did_not_drop(
    made: int, found: tuple[object, ...]
) -> None:
    cars = cars_underway(reloading().plan, MONDAY, {"V": made, "W": 0, "X": 1})
    assert list(cars) == ["V"], "W goes out on Tuesday, and X not at all"
    car = cars["V"]
    last = place_of(car.last) if car.last else None
    assert (car.loads, car.undropped, car.collected, last) == found
    assert car.aboard == (*car.undropped, *car.collected)


def test_a_car_that_has_left_has_the_batches_of_stops_still_to_come() -> None:
    car = underway(clean().plan.routes[0], 1)
    assert (car.loads, car.aboard) == ((("B1", "B2"),), ("B2", "OLD"))
