"""Hand-ons of routes fixed by hand: they stay as long as the giver comes before on the route."""

from __future__ import annotations

from pathlib import Path

from builders import MONDAY
from handing import WEEK, drops, order, planned, ring

import bookcar as bc
from bookcar.adjust.overrides import Adjustment
from bookcar.model import District
from bookcar.plan import Plan


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
