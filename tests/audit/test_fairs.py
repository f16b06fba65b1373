"""Rules on events: a plan of a fair's week that is clean, and what breaks each rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from builders import MONDAY, stop
from fairs.fair import DAY, OPENS, STOCK, after, carried, county, fair
from msgspec.structs import replace

import bookcar as bc
from bookcar.as_of import as_of
from bookcar.audit import audit
from bookcar.model import District, TimetableEntry
from bookcar.plan import Plan
from bookcar.roads.sources import travel_for

WEEK = 7 * DAY
Change = Callable[[District, Plan], tuple[District, Plan]]


@cache
def _brought() -> tuple[District, Plan]:
    tables = county(fair(bring_from=OPENS - DAY))
    return tables, bc.plan_week(tables, "2026-W49", effort="quick")


@cache
def _fetched() -> tuple[District, Plan]:
    tables = after(*_brought())
    return tables, bc.plan_week(tables, "2026-W50", effort="quick")


def _broken(tables: District, plan: Plan, monday: dt.date = MONDAY) -> set[str]:
    plan = plan.with_id()
    travel = travel_for(as_of(tables, monday))
    return {finding.partition(":")[0] for finding in audit(plan, tables, travel)}


def _event(tables: District, **fields: Any) -> District:
    return replace(tables, events=(replace(tables.events[0], **fields),))


def _told(plan: Plan, **fields: Any) -> Plan:
    return replace(plan, events=tuple(replace(event, **fields) for event in plan.events))


def _more_for_villages(tables: District) -> District:
    """Return a district whose fair stock is promised to villages next week, all but ten batches."""
    villages = tuple(stop(f"S{n}", books=60, every_weeks=9) for n in range(11, 21))
    promises = (TimetableEntry(stop=s.id, date=MONDAY + WEEK) for s in villages)
    pools = (replace(STOCK, stops=("FAIR", *(s.id for s in villages))), *tables.pools[1:])
    return replace(tables, stops=(*tables.stops, *villages), pools=pools, timetable=tuple(promises))


def _on_its_first_day(plan: Plan) -> Plan:
    routes = (replace(r, date=OPENS) if r.vehicle == "L" else r for r in plan.routes)
    return replace(plan, routes=tuple(routes))


BREAKS: dict[str, Change] = {
    "loads-of-the-week": lambda t, p: (_event(t, bring_by=OPENS - 2 * DAY), p),
    "brought-before-it-opens": lambda t, p: (
        _event(t, bring_from=None, bring_by=OPENS - 2 * DAY),
        p,
    ),
    "event-gets-no-more": lambda t, p: (_event(t, books=700), p),
    "pools-lend-what-they-can": lambda t, p: (_more_for_villages(t), p),
    "staying-car-stays": lambda t, p: (_event(t, stays=("L",)), _on_its_first_day(p)),
    "events-are-told": lambda t, p: (t, _told(p, name="Another fair")),
}


def test_the_weeks_of_a_fair_are_clean() -> None:
    assert _broken(*_brought()) == set()
    assert _broken(*_fetched(), MONDAY + WEEK) == set()


@pytest.mark.parametrize("rule", BREAKS)
def test_a_breach_is_found(rule: str) -> None:
    assert rule in _broken(*BREAKS[rule](*_brought()))


def test_what_the_plan_says_of_an_event_is_found_alone() -> None:
    tables, plan = _brought()
    assert _broken(tables, _told(plan, books=901)) == {"events-are-told"}


def test_books_of_a_pool_that_is_not_named_are_found() -> None:
    tables, plan = _brought()
    found = _broken(_event(tables, pools=("V",)), plan)
    assert "pools-lend-what-they-can" in found


def test_books_fetched_before_it_ends_are_found() -> None:
    tables, plan = _fetched()
    found = _broken(_event(tables, fetch_from=MONDAY + 12 * DAY), plan, MONDAY + WEEK)
    assert found & {"brought-before-it-opens", "loads-of-the-week"}


def test_what_is_there_is_told_whole() -> None:
    tables, plan = _fetched()
    (event,) = plan.events
    assert len(event.there) == len({b for r in plan.routes for v in r.visits for b in v.collects})
    assert "events-are-told" in _broken(tables, _told(plan, there=event.there[1:]), MONDAY + WEEK)
    gone = replace(plan, events=())
    assert "events-are-told" in _broken(tables, gone, MONDAY + WEEK)


@pytest.mark.parametrize("promised", [0, 5, 10, 15])
def test_pools_lend_what_is_not_promised_until_it_is_back(promised: int) -> None:
    """Twenty batches of fair stock: what villages are promised stays, whatever the fair wants."""
    tables = county(fair(books=1_200, bring_from=OPENS - 2 * DAY, pools=("F",)))
    villages = tuple(stop(f"S{n}", books=60, every_weeks=9) for n in range(11, 11 + promised))
    pools = (replace(STOCK, stops=tuple(s.id for s in villages)), *tables.pools[1:])
    told = tuple(TimetableEntry(stop=s.id, date=MONDAY + WEEK) for s in villages)
    told += tuple(TimetableEntry(stop=s.id, date=MONDAY) for s in tables.stops)
    tables = replace(tables, stops=(*tables.stops, *villages), pools=pools, timetable=told)
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    lent = sum(books for *_, books in carried(plan)) // 60
    assert lent <= 20 - promised
    assert lent >= min(19, 20 - promised)
    again = after(tables, plan)
    later = bc.plan_week(again, "2026-W50", effort="quick")
    served = {v.stop for r in later.routes for v in r.visits if v.drops}
    assert {s.id for s in villages} <= served


def test_a_batch_is_never_lent_from_a_reserve() -> None:
    pools = (replace(STOCK, reserve=15), county().pools[1])
    plan = bc.plan_week(county(pools=pools), "2026-W49", effort="quick")
    assert sum(books for *_, books in carried(plan)) == 5 * 60
