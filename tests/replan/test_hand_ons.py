"""Hand-ons in a week planned again: a batch goes on only as long as its giver comes first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from handing import drops, order, planned, ring

from bookcar.audit import audit
from bookcar.model import District
from bookcar.plan import Plan
from bookcar.replan.events import Events
from bookcar.replan.week import replan_week


def _after(plan: Plan, halts: int) -> dt.datetime:
    """Return a minute after so many halts of the first route have been reached."""
    there = plan.routes[0]
    second = there.halts[halts - 1].arrive + 60 if halts else there.depart - 600
    return dt.datetime.combine(there.date, dt.time()) + dt.timedelta(seconds=second)


def _again(tables: District, plan: Plan, **events: Any) -> Plan:
    found = replan_week(tables, plan, Events(**events))
    new = found.taken.plan
    was = None if new.id == plan.id else plan
    assert audit(new, found.district, found.travel, was=was) == []
    return new


def test_a_week_in_which_nothing_happens_stays_as_it_is() -> None:
    tables = ring(5, books=150)
    plan = planned(tables)
    for halts in range(5):
        assert _again(tables, plan, at=_after(plan, halts)).to_json() == plan.to_json()


def test_a_car_that_is_late_hands_on_all_the_same() -> None:
    tables = ring(5, books=150)
    plan = planned(tables)
    late = _again(tables, plan, at=_after(plan, 2), late={"V": 45})
    assert order(late) == order(plan)
    assert drops(late) == drops(plan)


def test_who_was_to_get_what_a_shut_stop_holds_gets_another_batch_or_none() -> None:
    """Its giver shut before it was reached, the next one gets the spare batch if there is one."""
    for spare in (1, 3):
        tables = ring(4, books=400, spare=spare, days=2)
        plan = planned(tables)
        giver, taker = order(plan)[1:3]
        assert drops(plan)[taker] == (f"B{giver[1:]}",)
        new = _again(tables, plan, at=_after(plan, 0), shut=(giver,))
        assert drops(new).get(taker) != (f"B{giver[1:]}",)
        assert giver not in drops(new)


def test_what_is_aboard_a_car_that_breaks_down_is_handed_on_by_nobody() -> None:
    tables = ring(5, books=600, spare=4, cars=2, days=2)
    plan = planned(tables)
    route = next(route for route in plan.routes if len(route.visits) > 2)
    at = dt.datetime.combine(route.date, dt.time()) + dt.timedelta(
        seconds=route.halts[1].arrive + 60
    )
    new = _again(tables, plan, at=at, out=(route.vehicle,))
    lost = {name for visit in route.visits[:2] for name in visit.collects}
    lost -= {name for visit in route.visits[:2] for name in visit.drops}
    later = {name for stop, names in drops(new).items() for name in names}
    later -= {name for visit in route.visits[:2] for name in visit.drops}
    assert not lost & later
