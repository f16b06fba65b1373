"""Hand-ons of a week: what one stop gives back goes on to a later one of the route."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from dataclasses import replace
from functools import partial
from random import Random

import msgspec
import pytest
from builders import MONDAY, batch, district, past_visit, prepared, stop, vehicle
from handing import LONG_AGO, ON, WEEK, planned, ring

from bookcar.audit import audit
from bookcar.model import District, Load, Pool, Settings
from bookcar.optimiser.search import solve
from bookcar.pipeline import plan_week
from bookcar.plan import Plan
from bookcar.plan_index import trips
from bookcar.planning.handing_on import handed_on, may_hand_on
from bookcar.planning.rounds import plan_rounds
from bookcar.planning.visit_options import options_of
from bookcar.planning.week import Week


def _week(tables: District) -> Week:
    return plan_rounds(prepared(tables), search=partial(solve, iterations=400, seed=1))


def test_a_car_for_one_collection_and_a_half_serves_a_ring_of_six_on_one_route() -> None:
    without = planned(ring(6, books=150, settings=Settings()))
    assert without.totals.visits == 1
    plan = planned(ring(6, books=150))
    (route,) = plan.routes
    assert plan.totals.served == 6
    assert (route.books_out, route.peak_books) == (100, 100)
    given = [visit.collects for visit in route.visits]
    assert [visit.drops for visit in route.visits] == [("N1",), *given[:-1]]


def test_nothing_is_handed_on_where_the_district_does_not_say_so() -> None:
    plan = planned(ring(6, books=10_000, settings=Settings(), spare=6))
    assert plan.totals.served == 6
    collected = {name for route in plan.routes for v in route.visits for name in v.collects}
    assert not collected & {name for route in plan.routes for v in route.visits for name in v.drops}


def test_a_large_car_has_less_to_load_for_the_same_stops() -> None:
    plan = planned(ring(6, books=10_000, spare=6))
    (route,) = plan.routes
    assert (plan.totals.served, route.books_out) == (6, 100)
    without = planned(ring(6, books=10_000, spare=6, settings=Settings()))
    assert plan.totals.metres == without.totals.metres


def test_no_stop_gets_what_it_has_had() -> None:
    """All but one have had what the others hold, so each needs a batch of the depot."""
    tables = ring(3, books=10_000, spare=3)
    had = [
        past_visit(f"S{k}", dt.date(2026, 3, 2 + 7 * n), batch=f"B{n}", action="collected")
        for k in (1, 2, 3)
        for n in (1, 2, 3)
        if n != k and (k, n) != (2, 1)
    ]
    plan = planned(msgspec.structs.replace(tables, visits=tuple(had)))
    handed = {
        (visit.stop, name)
        for route in plan.routes
        for visit in route.visits
        for name in visit.drops
        if name.startswith("B")
    }
    assert plan.totals.served == 3
    assert handed <= {("S2", "B1")}


def test_a_pool_hands_on_only_to_whom_it_is_for() -> None:
    pools = (Pool(id="T", name="tea", kinds=frozenset({"teahouse"})),)
    tables = ring(4, books=10_000, spare=4)
    stops = [
        msgspec.structs.replace(s, kind="teahouse" if s.id in ("S1", "S3") else "village")
        for s in tables.stops
    ]
    batches = [
        msgspec.structs.replace(b, pool="T" if b.id in ("B1", "B3", "N1", "N3") else "")
        for b in tables.batches
    ]
    plan = planned(
        msgspec.structs.replace(tables, stops=tuple(stops), batches=tuple(batches), pools=pools)
    )
    kinds = {s.id: s.kind for s in stops}
    own = {b.id: b.pool for b in batches}
    for route in plan.routes:
        for visit in route.visits:
            for name in visit.drops:
                assert own[name] == "" or kinds[visit.stop] == "teahouse"


def test_what_is_to_be_mended_goes_home() -> None:
    pools = (Pool(id="V", name="all", kinds=frozenset({"village"}), mend_after=1),)
    tables = ring(3, books=10_000, spare=3)
    batches = tuple(msgspec.structs.replace(b, pool="V") for b in tables.batches)
    moves = [past_visit(f"S{k}", LONG_AGO, batch=f"B{k}", action="dropped") for k in (1, 2, 3)]
    worn = msgspec.structs.replace(tables, batches=batches, pools=pools, visits=tuple(moves))
    assert all(
        not name.startswith("B")
        for route in planned(worn).routes
        for visit in route.visits
        for name in visit.drops
    )
    fresh = (msgspec.structs.replace(pools[0], mend_after=2),)
    assert handed_on(_week(msgspec.structs.replace(worn, pools=fresh))) == 2


def test_a_stop_gets_no_fewer_books_for_it() -> None:
    """The first gives back half of what the second wants, which the depot has whole."""
    tables = district(
        stop("S1", books=50),
        stop("S2", books=100),
        batches=(
            batch("B1", books=50, at="S1", since=LONG_AGO),
            batch("N1", books=50),
            batch("N2", books=100),
        ),
        settings=ON,
    )
    plan = planned(tables)
    drops = {visit.stop: visit.drops for route in plan.routes for visit in route.visits}
    assert drops == {"S1": ("N1",), "S2": ("N2",)}


def test_a_route_with_hand_ons_is_audited_whatever_is_changed() -> None:
    tables = ring(4, books=150)
    plan = planned(tables)
    travel = prepared(tables).travel
    assert audit(plan, tables, travel) == []
    off = msgspec.structs.replace(tables, settings=Settings())
    rules = {finding.split(":")[0] for finding in audit(plan, off, travel)}
    assert "hands-on-where-allowed" in rules


def _seeded(tables: District, seed: int) -> Plan:
    return plan_week(tables, WEEK, effort="quick", seed=seed)


@pytest.mark.parametrize("seed", range(3))
def test_the_same_district_gives_the_sameplanned(seed: int) -> None:
    tables = ring(5, books=250, spare=2)
    assert _seeded(tables, seed).to_json() == _seeded(tables, seed).to_json()


def test_what_is_handed_on_is_not_in_the_store_the_next_day() -> None:
    week = _week(ring(3, books=150))
    assert handed_on(week) == 2
    assert week.fleet.horizon.monday == MONDAY


def test_what_comes_to_a_fair_or_from_it_is_not_handed_on() -> None:
    ready = prepared(ring(2, books=10_000, spare=2))
    fair, village = options_of(ready)
    load = Load(event="F", brings=False, number=1, of=1, days=(MONDAY,))
    stop = msgspec.structs.replace(fair.due.stop, load=load)
    fetched = replace(fair, due=msgspec.structs.replace(fair.due, stop=stop))
    assert [may_hand_on(option) for option in (fair, fetched, village)] == [True, False, True]


def test_what_a_stop_lacks_of_what_is_handed_on_comes_from_the_depot() -> None:
    mixed = []
    for seed in range(6):
        tables, *_ = _mixed(seed, 6)
        for route in planned(tables).routes:
            for trip in trips(route):
                on = [sum(b in trip.handed_on for b in visit.drops) for visit in trip.visits]
                mixed += [v for v, n in zip(trip.visits, on, strict=True) if 0 < n < len(v.drops)]
    assert mixed


def _twice(seed: int) -> District:
    """Return stops of which some want two visits, so that what they hold goes on once."""
    chance = Random(seed)
    tables = ring(5, books=chance.choice((150, 250)), spare=chance.randint(1, 4), days=3)
    return msgspec.structs.replace(
        tables,
        stops=tuple(
            msgspec.structs.replace(one, visits_a_week=2) if chance.random() < 0.5 else one
            for one in tables.stops
        ),
    )


def test_the_earlier_of_two_visits_hands_on_what_the_stop_holds() -> None:
    handing, later = 0, 0
    for seed in range(8):
        tables = _twice(seed)
        plan = planned(tables)
        assert audit(plan, tables, prepared(tables).travel) == []
        twice = {one.id for one in tables.stops if one.visits_a_week == 2}
        days: dict[str, list[dt.date]] = {}
        for route in plan.routes:
            for visit in route.visits:
                days.setdefault(visit.stop, []).append(route.date)
        for route in plan.routes:
            for trip in trips(route):
                for giver, _ in trip.handed_on.values():
                    if giver.stop in twice:
                        handing += 1
                        later += len(days[giver.stop]) == 2
                        assert route.date == min(days[giver.stop])
    assert handing
    assert later


@pytest.mark.parametrize("seed", [9, 24, *range(4)])
def test_no_batch_is_given_to_two_visits_at_once(seed: int) -> None:
    """Visits filled up in the depot, and others that keep what they had or had nothing."""
    tables, _, _, _ = _mixed(seed, 6)
    plan = planned(tables)
    loaded = [name for route in plan.routes for trip in trips(route) for name in trip.loads]
    assert len(loaded) == len(set(loaded))
    assert audit(plan, tables, prepared(tables).travel) == []


def _mixed(seed: int, count: int) -> tuple[District, list[int], int, int]:
    """Return stops that hold some batches of 50 books and want two, the depot's and the room."""
    chance = Random(seed)
    held = [chance.choice((0, 1, 1, 2)) for _ in range(count)]
    spare, room = chance.randint(1, 4), chance.choice((2, 3, 4))
    out = [
        batch(f"B{k}{j}", books=50, at=f"S{k}", since=LONG_AGO)
        for k, some in enumerate(held, 1)
        for j in range(some)
    ]
    tables = district(
        *(stop(f"S{k}", books=100) for k in range(1, count + 1)),
        batches=(*out, *(batch(f"N{k}", books=50) for k in range(spare))),
        vehicles=(vehicle(books=50 * room, weekdays=(0,)),),
        settings=ON,
    )
    return tables, held, spare, room


def _most(held: list[int], spare: int, room: int) -> int:
    """Return how many stops one car could serve at most, by trying every order and every load."""

    def go(left: Set[int], aboard: int) -> int:
        return max(
            (
                1 + go(left - {k}, aboard - drops + held[k])
                for k in left
                for drops in (1, 2)
                if drops <= aboard and aboard - drops + held[k] <= room
            ),
            default=0,
        )

    return max(go(frozenset(range(len(held))), out) for out in range(min(spare, room) + 1))


@pytest.mark.parametrize("seed", range(16))
def test_mixed_supply_serves_no_fewer_than_without_and_no_more_than_can_be(seed: int) -> None:
    tables, held, spare, room = _mixed(seed, 3 + seed % 4)
    off = planned(msgspec.structs.replace(tables, settings=Settings()))
    served = planned(tables).totals.served
    assert off.totals.served <= served <= _most(held, spare, room)
