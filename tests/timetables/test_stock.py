"""No more is promised than the batches in the store allow, and how long they last is told."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random
from typing import Any

import msgspec
import pytest
from builders import batch, district, stop, vehicle
from timetables.small import FIRST, made, travel_of

from bookcar.audit.timetable import audit_timetable
from bookcar.model import District, Pool, Settings, TimetableSettings
from bookcar.planning.store import Stock, promised_stock

new = msgspec.structs.replace


def teahouses(count: int, store: int, **fields: Any) -> District:
    """Return teahouses of every fourth week, each with a batch, and some batches in the store."""
    stops = [stop(f"S{n}", kind="teahouse", every_weeks=4) for n in range(1, count + 1)]
    batches = [batch(f"B{n}") for n in range(store)]
    batches += [batch(f"H{s.id}", at=s.id) for s in stops]
    return district(*stops, batches=tuple(batches), vehicles=(vehicle(max_stops=20),), **fields)


def test_visits_a_day_are_no_more_than_the_batches_in_the_store() -> None:
    given = teahouses(20, 3)
    table = made(given)
    a_day = Counter(route.date for route in table.routes for _ in route.visits)
    assert len(table.served) == 20
    assert max(a_day.values()) <= 3
    (pool,) = table.stock
    assert (pool.store, pool.visits, pool.most) == (3, 20, max(a_day.values()))
    assert audit_timetable(table, given, travel_of(given, table)) == []


def test_who_keeps_what_it_gets_is_promised_no_more_than_there_is() -> None:
    stops = [stop(f"S{n}", kind="bookhouse", every_weeks=4, priority=n) for n in range(1, 7)]
    given = district(*stops, batches=(batch("B1"), batch("B2")))
    table = made(given)
    assert len(table.served) == 2
    assert {one.reason.key for one in table.left} == {"timetable.left-stock"}
    assert {one.reason.figures["batches"] for one in table.left} == {2}
    free = Settings(timetable=TimetableSettings(within_stock=False))
    bought = made(new(given, settings=free))
    assert len(bought.served) == 6
    assert (bought.within_stock, bought.stock[0].most) == (False, 6)


def test_each_pool_has_its_own_store_less_its_reserve() -> None:
    houses = [stop(f"S{n}", kind="bookhouse", every_weeks=4) for n in range(1, 4)]
    rooms = [stop(f"S{n}", kind="teahouse", every_weeks=4) for n in range(4, 7)]
    pools = (
        Pool(id="H", name="Houses", kinds=("bookhouse",)),
        Pool(id="T", name="Tea", kinds=("teahouse",), reserve=1),
    )
    batches = [batch(f"H{n}", pool="H") for n in range(5)]
    batches += [batch(f"T{n}", pool="T") for n in range(3)]
    given = district(*houses, *rooms, batches=tuple(batches), pools=pools)
    table = made(given)
    assert {pool.pool: pool.store for pool in table.stock} == {"H": 5, "T": 2}
    assert [one.reason.key for one in table.left] == ["timetable.left-stock-pool"]
    assert table.left[0].reason.figures["pool"] == "Tea"


def test_without_batches_nothing_is_limited() -> None:
    given = district(stop("S1", every_weeks=4), batches=())
    assert len(made(given).served) == 1
    assert made(given).stock == ()


@pytest.mark.parametrize("seed", range(30))
def test_what_is_left_is_what_counting_day_by_day_finds(seed: int) -> None:
    rng = Random(seed)
    stops = [f"S{n}" for n in range(6)]
    stock = Stock(
        store={"": 4},
        pool=dict.fromkeys(stops, ""),
        stays={stop: rng.choice((0, 1, 9)) for stop in stops},
    )
    visits = [(stop, sorted(rng.sample(range(10), rng.randint(1, 4)))) for stop in stops]
    left = stock.left(visits, 10)
    for day in range(10):
        out = 0
        for name, own in visits:
            gone = sum(one < day for one in own[: stock.stays[name]])
            out += gone + (day in own)
        assert left[""][day] == 4 - out
    name, own = visits[-1]
    others = stock.left(visits[:-1], 10)
    if min(others[""]) >= 0:
        assert stock.lasts(name, own, others) == (min(left[""]) >= 0)


def test_the_forecast_of_promises_says_when_batches_run_out() -> None:
    stops = [stop(f"S{n}", kind="bookhouse", every_weeks=4) for n in range(1, 5)]
    free = Settings(timetable=TimetableSettings(within_stock=False))
    given = district(*stops, batches=(batch("B1"), batch("B2")), settings=free)
    weeks = promised_stock(made(given), given)
    assert sum(len(week.due) for week in weeks) == 4
    assert sum(len(week.lacking) for week in weeks) == 2
    assert weeks[0].monday == FIRST
    kept = promised_stock(made(new(given, settings=Settings())), given)
    assert sum(len(week.lacking) for week in kept) == 0
    assert kept[-1].monday == FIRST + dt.timedelta(weeks=3)
