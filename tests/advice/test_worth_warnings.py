"""Stops that no plan would serve are told before one is made, and only those."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations
from pathlib import Path

import builders
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bookcar.advice.worth_warnings import may_not_be_worth, worth_warnings
from bookcar.check import check_district
from bookcar.due import due_stops, prize
from bookcar.errors import Fault
from bookcar.model import District
from bookcar.roads.sources import travel_for

PLACE = some.tuples(some.integers(-60, 60), some.integers(-60, 60))


def _district(places: list[tuple[int, int]], **fields: object) -> District:
    """Return a district with stops so many hundredths of a degree from its depot."""
    stops = [
        builders.stop(f"S{i}", lon=106.65 + 0.01 * x, lat=29.02 + 0.01 * y, books=0, **fields)
        for i, (x, y) in enumerate(places, 1)
    ]
    return builders.district(*stops)


def _told(district: District) -> list[Fault]:
    due = due_stops(district, builders.MONDAY)
    faults = list(worth_warnings(district, due, travel_for(district)))
    assert not faults or may_not_be_worth(district, due)
    return faults


def _ids(faults: list[Fault]) -> set[str]:
    return {str(text).split()[0] for fault in faults for text in fault.figures["stops"]}  # type: ignore[union-attr]


def _served_in_some_best(district: District) -> set[str]:
    """Return the stops that a route of the most prize less cost serves, by trying every route."""
    travel = travel_for(district)
    km = travel.tables["car"].metres / 1000
    due = {
        d.stop.id: prize(d, district.settings.weights) for d in due_stops(district, builders.MONDAY)
    }
    rows = travel.rows
    gains: dict[frozenset[str], float] = {frozenset(): 0.0}
    for size in range(1, len(due) + 1):
        for chosen in combinations(due, size):
            ways = (
                sum(km[a, b] for a, b in pairwise([0, *(rows[s] for s in order), 0]))
                for order in permutations(chosen)
            )
            gains[frozenset(chosen)] = sum(due[s] for s in chosen) - min(ways)
    best = max(gains.values())
    return set().union(*(chosen for chosen, gain in gains.items() if gain > best - 1e-6))


@settings(max_examples=150, deadline=None)
@given(some.lists(PLACE, min_size=1, max_size=5, unique=True))
def test_no_stop_that_a_best_route_serves_is_told(places: list[tuple[int, int]]) -> None:
    district = _district(places)
    assert not _ids(_told(district)) & _served_in_some_best(district)


@settings(max_examples=100, deadline=None)
@given(PLACE)
def test_a_stop_on_its_own_is_told_just_where_it_is_left_out(place: tuple[int, int]) -> None:
    district = _district([place])
    assert _ids(_told(district)) == {"S1"} - _served_in_some_best(district)


def test_the_figures_are_those_of_the_way_and_the_worth() -> None:
    (fault,) = _told(_district([(40, 0)]))
    way = 2 * float(travel_for(_district([(40, 0)])).tables["car"].metres[0, 1]) / 1000
    assert fault.figures["stops"] == (f"S1 stop S1 ({way:.1f} > 75.0)",)
    assert fault.figures["weight"] == int(np.ceil(60 + way - 75))


def test_two_far_stops_beside_each_other_pay_for_the_way_together() -> None:
    assert _ids(_told(_district([(30, 0)]))) == {"S1"}
    assert _told(_district([(30, 0), (31, 0)])) == []
    assert _ids(_told(_district([(30, 0), (-31, 0)]))) == {"S1", "S2"}


def test_two_far_stops_that_do_not_pay_together_either_are_told() -> None:
    district = _district([(31, 0), (0, 31)])
    (fault,) = _told(district)
    assert _ids([fault]) == {"S1", "S2"}
    assert not _served_in_some_best(district)


@settings(max_examples=60, deadline=None)
@given(some.lists(PLACE, min_size=2, max_size=4, unique=True))
def test_where_no_route_pays_every_stop_that_is_away_is_told(places: list[tuple[int, int]]) -> None:
    district = _district(places)
    if not _served_in_some_best(district):
        assert _ids(_told(district)) == {stop.id for stop in district.stops}


def test_a_stop_on_the_way_to_others_is_not_told() -> None:
    near = [(10, 0), (20, 0), (28, 0), (36, 0)]
    assert _told(_district(near)) == []


@pytest.mark.parametrize("changed", [{"required": True}, {"priority": 5}, {"access": "foot"}])
def test_what_is_served_for_another_reason_is_not_told(changed: dict[str, object]) -> None:
    district = _district([(40, 0)])
    stop = builders.stop("S1", lon=107.05, lat=29.02, books=0, **changed)
    assert _told(builders.district(stop)) == []
    assert len(_told(district)) == 1


def test_check_tells_it_with_what_would_help(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    toml = 'name = "D"\ntime_zone = "Europe/Paris"\n[[depot]]\nid = "L"\nname = "Library"\n'
    (folder / "district.toml").write_text(toml + "lon = 6.463\nlat = 43.537\n", "utf-8")
    (folder / "vehicles.csv").write_text("id,books,max_km,max_hours\nV,500,250,11\n", "utf-8")
    head = "id,name,kind,lon,lat,books,every_weeks,days\n"
    row = "S1,La Bastide,village,6.623,43.742,0,2,Fri\n"
    (folder / "stops.csv").write_text(head + row, "utf-8")
    (fault,) = check_district(folder).faults
    assert (fault.rule, fault.row, fault.severity) == ("not-worth-the-way", 2, "warning")
    weight = fault.figures["weight"]
    (folder / "district.toml").write_text(
        f"{toml}lon = 6.463\nlat = 43.537\n[weights]\nstop = {weight}\n", "utf-8"
    )
    assert check_district(folder).faults == ()
