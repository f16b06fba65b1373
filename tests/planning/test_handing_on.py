"""Hand-ons of a week: what one stop gives back goes on to a later one of the route."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import msgspec
import pytest
from builders import MONDAY, batch, district, past_visit, prepared, stop
from handing import LONG_AGO, ON, WEEK, planned, ring

from bookcar.audit import audit
from bookcar.model import District, Load, Pool, Settings
from bookcar.optimiser.search import solve
from bookcar.pipeline import plan_week
from bookcar.plan import Plan
from bookcar.planning.handing_on import handed_on, only_visit
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
    assert [only_visit(option) for option in (fair, fetched, village)] == [True, False, True]
