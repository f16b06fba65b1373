"""Hand-ons of routes fixed by hand: they stay as long as the giver comes before on the route."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from builders import MONDAY, batch, district, prepared, stop, vehicle
from handing import LONG_AGO, ON, WEEK, drops, order, planned, ring

import bookcar as bc
from bookcar.adjust.overrides import Adjustment
from bookcar.advice.wording import explanation
from bookcar.audit import audit
from bookcar.model import District
from bookcar.phrases import Phrases
from bookcar.plan import Plan
from bookcar.plan_index import trips


def _applied(folder: Path, tables: District, base: Plan, stops: list[str], *, keep: bool) -> Plan:
    path = folder / "overrides.csv"
    rows = [f"{MONDAY},V,{k},{stop}\n" for k, stop in enumerate(stops, start=1)]
    path.write_text("date,vehicle,position,stop\n" + "".join(rows), "utf-8")
    adjustment = Adjustment(file=path, base=base, keep=keep)
    return bc.plan_week(tables, WEEK, effort="quick", adjustment=adjustment)


def test_a_route_that_stays_as_it_is_hands_on_as_it_did(tmp_path: Path) -> None:
    tables = ring(5, books=150)
    plan = planned(tables)
    for keep in (True, False):
        again = _applied(tmp_path, tables, plan, order(plan), keep=keep)
        assert (order(again), drops(again)) == (order(plan), drops(plan))


def test_who_is_moved_before_its_giver_gets_a_batch_of_the_depot(tmp_path: Path) -> None:
    tables = ring(4, books=600, spare=4)
    plan = planned(tables)
    stops = order(plan)
    taker = stops[-1]
    (handed,) = drops(plan)[taker]
    assert handed.startswith("B")
    again = _applied(tmp_path, tables, plan, [taker, *stops[:-1]], keep=True)
    assert order(again) == [taker, *stops[:-1]]
    assert drops(again)[taker][0].startswith("N")
    assert any(warning.rule == "other-batch" for warning in again.warnings)
    assert {s: drops(again)[s] for s in stops[1:-1]} == {s: drops(plan)[s] for s in stops[1:-1]}


def test_what_is_not_fixed_is_handed_on_around_a_route_that_is(tmp_path: Path) -> None:
    """Monday's car stays as it is; on Tuesday it has room for a collection and a half again."""
    tables = ring(6, books=150, spare=2, days=2)
    plan = planned(tables)
    first = plan.routes[0]
    assert first.date == MONDAY
    kept = [visit.stop for visit in first.visits][:2]
    around = _applied(tmp_path, tables, plan, kept, keep=False)
    (monday, *others) = around.routes
    assert [visit.stop for visit in monday.visits] == kept
    handed = [pair for route in others for trip in trips(route) for pair in trip.handed_on]
    assert len(handed) >= 3
    assert around.totals.served == 6
    assert audit(around, tables, prepared(tables).travel) == []


def test_a_visit_that_could_come_only_before_the_one_that_hands_on_says_so(tmp_path: Path) -> None:
    """On Friday what S1 holds goes on to S2; before that day it would be taken to the depot."""
    tables = district(
        stop("S1", books=30, visits_a_week=2, required=True),
        stop("S2", books=40, visits_a_week=2, days_between=1),
        batches=(
            batch("B1", books=30, at="S1", since=LONG_AGO),
            batch("B2", books=60, at="S2", since=LONG_AGO),
            batch("N1", books=40),
        ),
        vehicles=(vehicle("V", books=150, weekdays=(1, 2, 4)),),
        settings=ON,
    )
    base = planned(tables)
    friday = MONDAY + dt.timedelta(days=4)
    path = tmp_path / "overrides.csv"
    rows = [f"{friday},V,{k},{name},route\n" for k, name in enumerate(("S1", "S2"), start=1)]
    path.write_text("date,vehicle,position,stop,keep\n" + "".join(rows), "utf-8")
    around = bc.plan_week(
        tables, WEEK, effort="quick", adjustment=Adjustment(file=path, base=base, keep=False)
    )
    (route,) = around.routes
    assert [giver.stop for giver, _ in trips(route)[0].handed_on.values()] == ["S1"]
    left = next(row for row in around.unserved if row.stop == "S1")
    assert (left.stop, left.made, left.reason) == ("S1", 1, "before-hand-on")
    assert left.figures == {"date": str(friday)}
    assert "before its other visit" in explanation(around, left, Phrases("en"))
