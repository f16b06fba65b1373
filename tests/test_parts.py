"""Stops that want, or hold, more than a car carries: how many parts, and which batches in each."""

from __future__ import annotations

import datetime as dt
from itertools import product
from random import Random

import pytest
from builders import MONDAY, batch, district, holiday, stop, vehicle
from msgspec.structs import replace

import bookcar as bc
from bookcar.as_of import as_of
from bookcar.model import Batch, District, Pool, Stop
from bookcar.parts import part_of, shares, with_parts
from bookcar.plan import Plan


def _batches(count: int, books: int, **fields: object) -> tuple[Batch, ...]:
    at = fields.get("at", "B")
    return tuple(batch(f"{at}{n:02d}", books=books, **fields) for n in range(count))


def _week(tables: District) -> Stop:
    return as_of(tables, MONDAY).stops_by_id["S1"]


def _wanting(
    books: int, size: int, *, cars: tuple[int, ...] = (500,), **fields: object
) -> District:
    return district(
        stop("S1", books=books, **fields),
        stop("S2"),
        vehicles=tuple(vehicle(f"V{n}", books=most) for n, most in enumerate(cars)),
        batches=_batches(30, size),
    )


@pytest.mark.parametrize(
    ("books", "size", "parts", "each"),
    [
        (500, 60, 1, 500),
        (501, 60, 2, 251),
        (900, 60, 2, 450),
        (900, 300, 3, 300),
        (900, 450, 2, 450),
        (1_500, 100, 3, 500),
        (1_500, 60, 4, 375),
    ],
)
def test_as_many_parts_as_its_batches_need(books: int, size: int, parts: int, each: int) -> None:
    found = _week(_wanting(books, size))
    assert (found.visits_a_week, found.books) == (parts, each)
    assert found.in_parts == (parts > 1)
    assert not found.in_parts or found.in_all == books


def test_batches_of_pools_for_others_make_no_parts() -> None:
    tables = _wanting(900, 60)
    others = Pool(id="P", name="P", stops=("S2",))
    few = tuple(replace(b, pool="P") for b in tables.batches[5:])
    assert not _week(replace(tables, pools=(others,), batches=(*tables.batches[:5], *few))).in_parts
    own = replace(others, stops=("S1",))
    assert _week(replace(tables, pools=(own,), batches=(*tables.batches[:5], *few))).in_parts


def test_the_largest_car_that_may_come_counts() -> None:
    assert not _week(_wanting(900, 60, cars=(300, 900))).in_parts
    only = _week(_wanting(900, 60, cars=(300, 900), vehicles=("V0",)))
    assert (only.visits_a_week, only.in_all) == (3, 900)


def test_no_more_parts_than_days() -> None:
    few = _week(_wanting(2_000, 60, weekdays=(0, 1)))
    assert few.visits_a_week == 2
    closed = _wanting(2_000, 60, weekdays=(0, 1))
    shut = replace(closed, calendar=(holiday(MONDAY),))
    assert not _week(shut).in_parts


def test_no_part_for_books_that_are_not_there() -> None:
    tables = replace(_wanting(2_000, 60), batches=_batches(7, 60))
    assert not _week(tables).in_parts
    assert _week(replace(tables, batches=_batches(12, 60))).visits_a_week == 2


def test_two_visits_a_week_are_not_split() -> None:
    assert not _week(_wanting(900, 60, visits_a_week=2)).in_parts


def test_what_it_holds_is_collected_in_parts() -> None:
    held = tuple(batch(f"H{n}", books=300, at="S1") for n in range(3))
    tables = replace(_wanting(100, 60), batches=(*_batches(9, 60), *held))
    found = _week(tables)
    assert (found.visits_a_week, found.in_all) == (3, 100)
    own = [part_of(found, n, held) for n in (1, 2, 3, 4)]
    assert [[one.id for one in part] for part in own] == [["H0"], ["H1"], ["H2"], []]


def test_shares_are_all_and_as_even_as_can_be() -> None:
    sizes = (300, 300, 200, 200, 100, 60)
    given = [batch(f"H{n}", books=size) for n, size in enumerate(sizes)]
    for count in (1, 2, 3):
        found = shares(given, count)
        assert sorted(b.id for share in found for b in share) == [b.id for b in given]
        best = min(
            max(sum(s for s, at in zip(sizes, ways, strict=True) if at == k) for k in range(count))
            for ways in product(range(count), repeat=len(sizes))
        )
        assert max(sum(b.books for b in share) for share in found) <= 4 / 3 * best


def test_a_week_without_such_a_stop_stays_as_it_is() -> None:
    tables = district(stop("S1"), stop("S2"))
    assert with_parts(tables, MONDAY) is tables


def _planned(tables: District) -> Plan:
    return bc.plan_week(tables, "2026-W49", effort="quick")


def _visits(plan: Plan, name: str = "S1") -> list[tuple[dt.date, str, tuple[str, ...]]]:
    return [
        (route.date, route.vehicle, visit.drops)
        for route in plan.routes
        for visit in route.visits
        if visit.stop == name
    ]


@pytest.mark.parametrize(("books", "parts"), [(900, 2), (1_300, 3), (2_300, 5)])
def test_every_part_is_brought_on_a_day_of_its_own(books: int, parts: int) -> None:
    plan = _planned(replace(_wanting(books, 60, cars=(500, 200)), batches=_batches(50, 60)))
    visits = _visits(plan)
    assert len({date for date, *_ in visits}) == len(visits) == parts
    dropped = [name for *_, drops in visits for name in drops]
    assert len(set(dropped)) == len(dropped)
    assert 60 * len(dropped) >= books
    assert all(60 * len(drops) <= 500 for *_, drops in visits)
    assert not plan.unserved
    assert plan.totals.served == 2
    assert plan.stops_by_id["S1"].in_all == books


def _fewest(wanted: int, rooms: tuple[int, ...], sizes: tuple[int, ...]) -> int | None:
    """Return the fewest visits that can bring so many books in whole batches, of all packings."""
    for most in range(1, len(rooms) + 1):
        for ways in product(range(most + 1), repeat=len(sizes)):  # the last place is the store
            loads = [
                sum(s for s, at in zip(sizes, ways, strict=True) if at == k) for k in range(most)
            ]
            if sum(loads) >= wanted and all(a <= b for a, b in zip(loads, rooms, strict=False)):
                return most
    return None


def test_parts_are_held_to_every_packing_of_tiny_stores() -> None:
    """Never fewer than can bring the books, and seldom one more."""
    chance, same, known = Random(14), 0, 0
    for _ in range(150):
        sizes = tuple(chance.choice((30, 50, 60, 90, 120)) for _ in range(chance.randint(3, 6)))
        wanted = chance.randint(101, max(101, sum(sizes)))
        cars = chance.choice((100, 150))
        tables = district(
            stop("S1", books=wanted, weekdays=(0, 1, 2)),
            vehicles=(vehicle(books=cars),),
            batches=tuple(batch(f"B{n}", books=size) for n, size in enumerate(sizes)),
        )
        fewest = _fewest(wanted, (cars,) * 3, sizes)
        found = _week(tables).visits_a_week
        if wanted > cars and fewest is not None:
            known += 1
            same += found == fewest
            assert fewest <= found <= fewest + 1
    assert known > 50
    assert same >= 0.95 * known
