"""The one walk along what a car does between its loads."""

from __future__ import annotations

import pytest
from audit.clean import clean
from audit.test_reloads import reloading

from bookcar.plan_index import Part, parts, trips


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
