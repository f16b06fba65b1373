"""No required stop stays without a batch that one which is not required gets."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import batch, stop

from bookcar.batches.required import may_have, supply_required
from bookcar.batches.terms import Demand, Room, Supply

MON, TUE = dt.date(2026, 11, 30), dt.date(2026, 12, 1)


def _demand(id: str, *, required: bool = False, weight: float = 1.0) -> Demand:
    return Demand(stop=stop(id, required=required), weight=weight)


def _supply(id: str) -> Supply:
    return Supply(batch=batch(id), depot="D", loads=(50, 20))


def _ids(drops: dict[str, list[Supply]]) -> dict[str, list[str]]:
    return {stop_id: [supply.batch.id for supply in some] for stop_id, some in drops.items()}


A, B = _supply("A"), _supply("B")
FIRST, SECOND = _demand("S1", required=True), _demand("S2", required=True)


def test_a_required_stop_takes_a_batch_that_nobody_has_first() -> None:
    demands = [_demand("S3"), FIRST]
    assert _ids(supply_required({"S3": [A]}, demands, {"S1": [A, B]})) == {"S3": ["A"], "S1": ["B"]}


def test_it_takes_one_from_the_stop_that_matters_least() -> None:
    demands = [_demand("S3", weight=5), _demand("S4", weight=2), FIRST]
    found = supply_required({"S3": [A], "S4": [B]}, demands, {"S1": [A, B]})
    assert _ids(found) == {"S3": ["A"], "S1": ["B"]}


def test_a_required_stop_gives_up_one_where_it_finds_another() -> None:
    """S1 may have A only; S2 has A and could have B."""
    found = supply_required({"S2": [A]}, [FIRST, SECOND], {"S1": [A], "S2": [A, B]})
    assert _ids(found) == {"S1": ["A"], "S2": ["B"]}


def test_a_required_stop_does_not_lose_its_only_batch_to_another() -> None:
    found = supply_required({"S2": [A]}, [FIRST, SECOND], {"S1": [A], "S2": [A]})
    assert _ids(found) == {"S2": ["A"]}


@pytest.mark.parametrize(
    ("room", "since", "may"),
    [
        (Room((50, 20)), None, True),
        (Room((49, 20)), None, False),
        (Room((50, 19)), None, False),
        (Room((50, None)), None, True),
        (Room((50, 20), MON), TUE, False),
        (Room((50, 20), TUE), TUE, True),
    ],
)
def test_a_stop_may_have_what_one_car_can_bring_in_time(
    room: Room, since: dt.date | None, may: bool
) -> None:
    demand = Demand(stop=stop("S1"), depots=frozenset({"D"}), rooms={"D": (room,)})
    supply = Supply(batch=batch("A"), depot="D", since=since, loads=(50, 20))
    assert may_have(demand, supply, ()) is may
    assert not may_have(demand, supply, {"A"})


def test_a_stop_may_have_nothing_of_another_depot_or_without_books() -> None:
    demand = Demand(stop=stop("S1"), depots=frozenset({"D"}))
    assert not may_have(demand, Supply(batch=batch("A"), depot="E"), ())
    assert not may_have(demand, Supply(batch=batch("A", books=0), depot="D"), ())
