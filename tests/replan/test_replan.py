"""The rest of a week planned again: what was driven stays, and little else changes."""

from __future__ import annotations

import datetime as dt
import re
from random import Random
from typing import Any

import icalendar
import msgspec
import pytest
from builders import MONDAY, H, batch, district, stop, vehicle

import bookcar as bc
from bookcar.audit import audit
from bookcar.errors import InfeasibleError, InputError
from bookcar.manifests.difference import calls_csv, difference_page
from bookcar.manifests.ical import visits_ics
from bookcar.manifests.rows import week_sheet
from bookcar.model import District, Request
from bookcar.plan import Plan, Visit
from bookcar.plan_changes import changes, promises_of
from bookcar.replan.events import Events
from bookcar.replan.jobs import reached
from bookcar.replan.week import Outcome, replan_week
from bookcar.web.minimap import route_map

WEEK = "2026-W49"


def _tables(count: int = 8, **fields: Any) -> District:
    """Return stops of two villages each side of the depot, two cars, and batches to spare."""
    stops = [stop(f"S{k}", contact=f"Mr {k}", phone=f"0{k}") for k in range(1, count + 1)]
    defaults: dict[str, Any] = {
        "vehicles": (
            vehicle("V", max_stops=5, weekdays=(0, 1, 2)),
            vehicle("W", max_stops=5, weekdays=(0, 1, 2)),
        ),
        "batches": (
            *(batch(f"B{k:02d}") for k in range(1, count + 7)),
            *(batch(f"OLD{k}", at=f"S{k}") for k in range(1, count + 1)),
        ),
    }
    return district(*stops, **defaults | fields)


def _plan(tables: District) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick")


def _at(plan: Plan, halts: int, route: int = 0) -> dt.datetime:
    """Return a moment a minute after so many halts of a route have been reached."""
    there = plan.routes[route]
    second = there.halts[halts - 1].arrive + 60 if halts else there.depart + 60
    return dt.datetime.combine(there.date, dt.time()) + dt.timedelta(seconds=second)


def _replanned(tables: District, plan: Plan, **events: Any) -> Outcome:
    found = replan_week(tables, plan, Events(**events))
    new = found.taken.plan
    was = None if new.id == plan.id else plan
    assert audit(new, found.district, found.travel, was=was) == []
    assert _frozen(plan, new, events["at"])
    return found


def _frozen(was: Plan, new: Plan, at: dt.datetime) -> bool:
    """Tell whether every halt that had been reached is the same to the second."""
    now = {(route.date, route.vehicle): route for route in new.routes}
    moment = Events(at=at)
    return all(
        route.halts[:done] == now[route.date, route.vehicle].halts[:done]
        for route in was.routes
        if (done := reached(route, moment))
    )


def _kinds(found: Outcome) -> dict[str, str]:
    return {change.stop: change.kind for change in found.taken.changes}


def test_nothing_changed_is_the_same_bytes() -> None:
    tables = _tables()
    plan = _plan(tables)
    for halts in range(4):
        found = _replanned(tables, plan, at=_at(plan, halts))
        assert found.taken.plan.to_json() == plan.to_json()
        assert found.taken.rung == "times"
        assert found.taken.told == 0


def test_a_late_car_changes_times_and_nothing_else() -> None:
    tables = _tables()
    plan = _plan(tables)
    route = plan.routes[0]
    found = _replanned(tables, plan, at=_at(plan, 2), late={route.vehicle: 45})
    assert found.taken.rung == "times"
    now = found.taken.plan.routes[0]
    for before, after in zip(route.halts[2:], now.halts[2:], strict=True):
        assert after.arrive == before.arrive + 45 * 60
    assert now.halts[2].leg.delay == 45 * 60
    assert now.back == route.back + 45 * 60
    assert {c.kind for c in found.taken.changes if c.before in promises_of(plan)} == {
        "same",
        "time",
    }


def test_a_car_that_has_not_left_leaves_later() -> None:
    tables = _tables()
    plan = _plan(tables)
    route = plan.routes[0]
    at = dt.datetime.combine(route.date, dt.time(6))
    now = _replanned(tables, plan, at=at, late={route.vehicle: 30}).taken.plan.routes[0]
    assert now.depart == route.depart + 30 * 60
    assert not any(leg.delay for leg in now.legs)


def test_a_late_car_that_could_not_be_back_gives_visits_to_another_day() -> None:
    tables = _tables()
    plan = _plan(tables)
    route = plan.routes[0]
    late = (17 * H - route.back) // 60 + 30
    found = _replanned(tables, plan, at=_at(plan, 1), late={route.vehicle: late})
    assert found.taken.rung == "day"
    assert "day" in _kinds(found).values()
    assert found.taken.plan.totals.served == plan.totals.served
    assert found.taken.plan.routes[0].stays_aboard, "their batches come home in the evening"


def test_a_shut_stop_falls_away_and_the_others_keep_their_times() -> None:
    tables = _tables()
    plan = _plan(tables)
    gone = plan.routes[0].visits[3].stop
    found = _replanned(tables, plan, at=_at(plan, 1), shut=(gone,))
    kinds = _kinds(found)
    assert kinds.pop(gone) == "gone"
    assert set(kinds.values()) == {"same"}
    assert [(u.stop, u.reason) for u in found.taken.plan.unserved] == [(gone, "shut")]


def test_a_car_turns_round_if_the_stop_it_is_on_its_way_to_is_shut() -> None:
    tables = _tables()
    plan = _plan(tables)
    gone = plan.routes[0].visits[0].stop
    found = _replanned(tables, plan, at=_at(plan, 0), shut=(gone,))
    assert _kinds(found)[gone] == "gone"
    assert found.taken.plan.routes[0].halts[0].leg.delay == 2 * 60


def test_an_added_stop_is_put_in_where_little_changes() -> None:
    """S9 is not due: it is visited all the same, and nobody else is moved to another day."""
    tables = _tables(9, visits=(bc_visit("S9", MONDAY - dt.timedelta(days=7)),))
    plan = _plan(tables)
    found = _replanned(tables, plan, at=_at(plan, 1), add=("S9",))
    kinds = _kinds(found)
    assert kinds.pop("S9") == "new"
    assert set(kinds.values()) <= {"same", "time"}
    assert found.taken.plan.replanned is not None
    assert found.taken.plan.replanned.added == ("S9",)


def bc_visit(stop_id: str, day: dt.date) -> Any:
    from builders import past_visit  # noqa: PLC0415

    return past_visit(stop_id, day)


def test_a_car_that_is_out_stands_where_it_is_with_what_it_has_aboard() -> None:
    """What it would have dropped and what it has collected is lost; others get other batches."""
    tables = _tables()
    plan = _plan(tables)
    route = plan.routes[0]
    found = _replanned(tables, plan, at=_at(plan, 2), out=(route.vehicle,))
    new = found.taken.plan
    now = new.routes[0]
    assert now.stands
    assert now.end == route.visits[1].stop
    assert now.back == route.visits[1].depart
    sheet = week_sheet(new, language="en").routes[0]
    place = new.stops_by_id[now.end].name
    assert (sheet.back_label, sheet.return_text) == (
        "Stands from",
        f"Stands at {place} and drives no more",
    )
    driven = week_sheet(plan, language="en").routes[0]
    assert (driven.back_label, driven.return_text) == ("Back", f"Back at {driven.depot}")
    lost = {b for v in route.visits[2:] for b in v.drops} | {
        b for v in route.visits[:2] for b in v.collects
    }
    assert new.replanned is not None
    assert set(new.replanned.lost) == lost
    later = {b for r in new.routes for v in r.halts[r.done :] for b in v.drops}  # type: ignore[union-attr]
    assert not later & lost
    assert new.totals.served == plan.totals.served, "there are batches and days to spare"
    assert {c.kind for c in found.taken.changes} <= {"same", "day", "car", "time"}


def test_a_car_that_is_out_before_its_first_stop_has_no_route() -> None:
    tables = _tables()
    plan = _plan(tables)
    car = plan.routes[0].vehicle
    found = _replanned(tables, plan, at=_at(plan, 0), out=(car,))
    assert car not in {route.vehicle for route in found.taken.plan.routes}
    assert found.taken.plan.replanned is not None
    assert found.taken.plan.replanned.lost == ()


def test_batches_out_of_thin_air_are_found_by_the_audit() -> None:
    """Somebody writes what is lost into a later visit, and a halt that was reached anew."""
    tables = _tables()
    plan = _plan(tables)
    found = _replanned(tables, plan, at=_at(plan, 2), out=(plan.routes[0].vehicle,))
    new = found.taken.plan
    assert new.replanned is not None
    last = new.routes[-1]
    visit = msgspec.structs.replace(last.visits[-1], drops=new.replanned.lost[:1])
    calls = tuple(visit if call == last.visits[-1] else call for call in last.calls)
    bad = msgspec.structs.replace(
        new, routes=(*new.routes[:-1], msgspec.structs.replace(last, calls=calls))
    ).with_id()
    rules = {f.partition(":")[0] for f in audit(bad, found.district, found.travel, was=plan)}
    assert {"batch-is-where-it-is-taken", "as-it-happened"} <= rules
    first = new.routes[0]
    halt = msgspec.structs.replace(first.visits[0], begin=first.visits[0].begin + 1)
    moved = msgspec.structs.replace(first, calls=(halt, *first.calls[1:]))
    bad = msgspec.structs.replace(new, routes=(moved, *new.routes[1:])).with_id()
    assert any(
        f.startswith("nothing-driven-changes")
        for f in audit(bad, found.district, found.travel, was=plan)
    )


def _scarce(count: int = 8, **fields: Any) -> District:
    """Return a district with a batch for each stop, and no other."""
    batches = tuple(batch(f"B{k:02d}") for k in range(1, count + 1))
    return _tables(count, **{"batches": batches} | fields)


@pytest.mark.parametrize("halts", [1, 2, 3])
def test_a_car_fetches_what_one_that_is_out_has_for_others(halts: int) -> None:
    """There are no other batches: every stop keeps a visit, with the batch that was promised it."""
    tables = _scarce()
    plan = _plan(tables)
    route = plan.routes[0]
    found = _replanned(tables, plan, at=_at(plan, halts), out=(route.vehicle,))
    new = found.taken.plan
    assert found.taken.rung == "fetch"
    assert new.totals.served == plan.totals.served
    (fetch,) = (call for r in new.routes for call in r.fetches)
    assert (fetch.vehicle, fetch.place) == (route.vehicle, route.visits[halts - 1].stop)
    assert set(fetch.takes) == {b for v in route.visits[halts:] for b in v.drops}
    assert new.replanned is not None
    assert new.replanned.lost == ()
    assert _drops(new) == _drops(plan)
    without = replan_week(
        tables, plan, Events(at=_at(plan, halts), out=(route.vehicle,)), rung="day"
    )
    assert without.taken.rung == "fetch"


def _drops(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {v.stop: v.drops for r in plan.routes for v in r.visits}


def test_only_as_much_is_fetched_as_there_is_room_for() -> None:
    """A car of 100 books takes two batches of 50; the other stops lose their visits."""
    small = vehicle("W", max_stops=5, weekdays=(0, 1), books=100)
    tables = _scarce(vehicles=(vehicle("V", max_stops=8, weekdays=(0,), cost_km=0.1), small))
    plan = _plan(tables)
    assert {route.vehicle for route in plan.routes} == {"V"}
    new = _replanned(tables, plan, at=_at(plan, 1), out=("V",)).taken.plan
    (fetch,) = (call for r in new.routes for call in r.fetches)
    assert len(fetch.takes) == 2
    assert new.totals.served == 3
    assert new.replanned is not None
    assert len(new.replanned.lost) == 5


def test_nothing_is_fetched_where_the_depot_has_other_batches() -> None:
    tables = _tables()
    plan = _plan(tables)
    found = _replanned(tables, plan, at=_at(plan, 2), out=(plan.routes[0].vehicle,))
    assert not any(route.fetches for route in found.taken.plan.routes)


def test_sheets_say_what_is_fetched_and_load_none_of_it() -> None:
    tables = _scarce()
    plan = _plan(tables)
    new = _replanned(tables, plan, at=_at(plan, 1), out=(plan.routes[0].vehicle,)).taken.plan
    (k,) = (k for k, r in enumerate(new.routes) if r.fetches)
    route, fetch = new.routes[k], new.routes[k].fetches[0]
    sheet = week_sheet(new)
    call = next(row.reload for row in sheet.routes[k].rows if row.reload)
    assert (call.title, call.place) == (f"Fetch from {fetch.vehicle}", fetch.place)
    assert [line.id for line in call.on] == list(fetch.takes)
    loaded = {row.batch.id for part in sheet.routes[k].parts for row in part.rows}
    assert loaded == {b for v in route.visits for b in v.drops} - set(fetch.takes)
    assert f"fetches from {fetch.vehicle} at stop {fetch.place}" in difference_page(
        plan, new, sheet
    )
    events = _events(visits_ics(new, sheet, was=plan))
    before = _events(visits_ics(plan, week_sheet(plan)))
    fetched = [e for uid, e in events.items() if uid not in before]
    assert ["Fetch from" in str(e["summary"]) for e in fetched] == [True]


def test_the_little_maps_number_visits_only() -> None:
    """Neither where a car fetches nor, once more, where it stands."""
    tables = _scarce()
    plan = _plan(tables)
    new = _replanned(tables, plan, at=_at(plan, 1), out=(plan.routes[0].vehicle,)).taken.plan
    assert any(r.stands for r in new.routes)
    for route in new.routes:
        numbers = re.findall(r">([0-9]+)</text>", route_map(new, route))
        assert sorted(numbers) == [str(k) for k in range(1, len(route.visits) + 1)]


def _with_wish(tables: District, plan: Plan, halts: int) -> tuple[District, Plan, str]:
    """Return both with a book that lies ready for a stop of the first car, and that stop."""
    stop_id = plan.routes[0].visits[halts].stop
    wish = Request(id="Q", date=MONDAY - dt.timedelta(9), stop=stop_id, title="T", status="ready")
    asked = msgspec.structs.replace(tables, requests=(wish,))
    again = _plan(asked)
    assert again.requests_by_id["Q"].carried == "single"
    assert [v.stop for v in again.routes[0].visits] == [v.stop for v in plan.routes[0].visits]
    return asked, again, stop_id


def test_a_single_book_aboard_a_car_that_is_out_does_not_come_with_another() -> None:
    tables, plan, stop_id = _with_wish(_tables(), _plan(_tables()), 3)
    new = _replanned(tables, plan, at=_at(plan, 2), out=(plan.routes[0].vehicle,)).taken.plan
    (visit,) = (v for r in new.routes for v in r.visits if v.stop == stop_id)
    assert (visit.requests, visit.to_find) == ((), ("Q",))
    assert new.requests_by_id["Q"].carried == "none"
    assert new.replanned is not None
    assert new.replanned.away == ("Q",)
    assert "aboard a car that is out: Q" in difference_page(plan, new, week_sheet(new))
    later = dt.datetime.combine(MONDAY + dt.timedelta(days=1), dt.time(7))
    others = [r for r in new.routes if r.date > MONDAY]
    shut = next(v.stop for r in others for v in r.visits if v.stop != stop_id)
    twice = _replanned(tables, new, at=later, shut=(shut,)).taken.plan
    assert twice.replanned is not None
    assert twice.replanned.away == ("Q",)


def test_a_single_book_comes_along_with_the_car_that_fetches() -> None:
    tables, plan, stop_id = _with_wish(_scarce(), _plan(_scarce()), 3)
    new = _replanned(tables, plan, at=_at(plan, 2), out=(plan.routes[0].vehicle,)).taken.plan
    (visit,) = (v for r in new.routes for v in r.visits if v.stop == stop_id)
    assert (visit.requests, visit.to_find) == (("Q",), ())
    assert new.replanned is not None
    assert new.replanned.away == ()


def test_a_fetch_falls_away_if_the_car_that_was_to_make_it_is_out_too() -> None:
    tables = _scarce(vehicles=tuple(vehicle(n, max_stops=5, weekdays=(0, 1, 2)) for n in "VWX"))
    plan = _plan(tables)
    once = _replanned(tables, plan, at=_at(plan, 1), out=(plan.routes[0].vehicle,)).taken.plan
    (route,) = (r for r in once.routes if r.fetches)
    before = dt.datetime.combine(route.date, dt.time()) + dt.timedelta(seconds=route.depart - 60)
    twice = _replanned(tables, once, at=before, out=(route.vehicle,)).taken.plan
    assert twice.replanned is not None
    assert set(twice.replanned.lost) == set(route.fetches[0].takes)


def test_a_car_that_has_fetched_and_is_out_stands_with_what_it_fetched() -> None:
    tables = _scarce()
    plan = _plan(tables)
    once = _replanned(tables, plan, at=_at(plan, 1), out=(plan.routes[0].vehicle,)).taken.plan
    (k,) = (k for k, r in enumerate(once.routes) if r.fetches)
    route = once.routes[k]
    halts = 2 + route.halts.index(route.fetches[0])
    again = _replanned(tables, once, at=_at(once, halts, k), out=(route.vehicle,)).taken.plan
    assert again.replanned is not None
    brought = {b for v in route.visits[: halts - 1] for b in v.drops}
    assert set(again.replanned.lost) == set(route.fetches[0].takes) - brought


def test_a_fetch_for_no_visit_is_not_made() -> None:
    """All the stops behind it are shut: what it was to bring stays where it is."""
    tables = _scarce()
    plan = _plan(tables)
    once = _replanned(tables, plan, at=_at(plan, 3), out=(plan.routes[0].vehicle,)).taken.plan
    (route,) = (r for r in once.routes if r.fetches)
    shut = tuple(v.stop for v in route.visits)
    before = dt.datetime.combine(route.date, dt.time(7))
    twice = _replanned(tables, once, at=before, shut=shut).taken.plan
    assert not any(r.fetches for r in twice.routes)
    assert twice.replanned is not None
    assert set(twice.replanned.lost) >= set(route.fetches[0].takes)


def test_a_fetch_from_where_no_car_stands_is_found_by_the_audit() -> None:
    tables = _scarce()
    plan = _plan(tables)
    found = _replanned(tables, plan, at=_at(plan, 1), out=(plan.routes[0].vehicle,))
    new = found.taken.plan
    (k,) = (k for k, r in enumerate(new.routes) if r.fetches)
    route = new.routes[k]
    for change in ({"place": new.routes[0].depot}, {"vehicle": route.vehicle}):
        bad = _with_fetch(new, k, **change)
        rules = {f.partition(":")[0] for f in audit(bad, found.district, found.travel, was=plan)}
        assert {"fetches-meet-a-car-that-stands", "batch-is-where-it-is-taken"} <= rules
    bad = _with_fetch(new, k, takes=route.fetches[0].takes[1:])
    rules = {f.partition(":")[0] for f in audit(bad, found.district, found.travel, was=plan)}
    assert "batch-is-where-it-is-taken" in rules


def _with_fetch(plan: Plan, k: int, **change: Any) -> Plan:
    route = plan.routes[k]
    calls = tuple(
        msgspec.structs.replace(call, **change) if call in route.fetches else call
        for call in route.calls
    )
    routes = [*plan.routes]
    routes[k] = msgspec.structs.replace(route, calls=calls)
    return msgspec.structs.replace(plan, routes=tuple(routes)).with_id()


def test_another_rung_may_be_taken() -> None:
    tables = _tables()
    plan = _plan(tables)
    events = Events(at=_at(plan, 1), late={plan.routes[0].vehicle: 30})
    first = replan_week(tables, plan, events)
    assert first.taken.rung == "times"
    other = replan_week(tables, plan, events, rung="drop")
    assert other.taken.rung in ("day", "drop")
    assert audit(other.taken.plan, other.district, other.travel, was=plan) == []


def test_a_week_may_be_planned_again_twice() -> None:
    """A car that is out stays out; what had been lost stays lost; the number counts up."""
    tables = _tables()
    plan = _plan(tables)
    car = plan.routes[0].vehicle
    once = _replanned(tables, plan, at=_at(plan, 2), out=(car,)).taken.plan
    later = dt.datetime.combine(MONDAY + dt.timedelta(days=1), dt.time(7))
    assert _replanned(tables, once, at=later).taken.plan.to_json() == once.to_json()
    gone = next(r for r in once.routes if r.date > MONDAY).visits[0].stop
    twice = _replanned(tables, once, at=later, shut=(gone,)).taken.plan
    assert twice.replanned is not None
    assert twice.replanned.number == 2
    assert twice.replanned.out == (car,)
    assert set(twice.replanned.lost) == set(once.replanned.lost if once.replanned else ())


def test_the_calendar_moves_and_cancels_and_the_calls_say_both() -> None:
    tables = _tables()
    plan = _plan(tables)
    gone = plan.routes[0].visits[3].stop
    new = _replanned(
        tables, plan, at=_at(plan, 1), shut=(gone,), late={plan.routes[0].vehicle: 30}
    ).taken.plan
    before = _events(visits_ics(plan, week_sheet(plan)))
    after = _events(visits_ics(new, week_sheet(new), was=plan))
    assert before.keys() == after.keys()
    cancelled = [e for e in after.values() if e.get("status") == "CANCELLED"]
    assert [str(e["summary"]) for e in cancelled] == [f"stop {gone}"]
    assert {int(e["sequence"]) for e in after.values()} == {1}
    calls = calls_csv(plan, new).decode("utf-8-sig").splitlines()
    assert len(calls) - 1 == sum(
        c.kind != "same" for c in changes(promises_of(plan), promises_of(new))
    )
    assert calls[1].startswith(f"{gone},stop {gone},Mr {gone[1:]},0{gone[1:]},gone,2026-11-30,")
    assert f"stop {gone}" in difference_page(plan, new, week_sheet(new))


def _events(data: bytes) -> dict[str, Any]:
    calendar = icalendar.Calendar.from_ical(data)
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ({"out": ("X",)}, "replan-vehicle"),
        ({"late": {"V": 0}}, "replan-late"),
        ({"shut": ("S99",)}, "replan-stop"),
        ({"add": ("S1",)}, "replan-added"),
    ],
)
def test_what_cannot_have_happened_is_refused(events: dict[str, Any], rule: str) -> None:
    tables = _tables()
    plan = _plan(tables)
    with pytest.raises(InputError) as caught:
        replan_week(tables, plan, Events(at=_at(plan, 1), **events))
    assert [fault.rule for fault in caught.value.faults] == [rule]


def test_a_moment_outside_the_week_is_refused() -> None:
    tables = _tables()
    with pytest.raises(InputError, match="not in the week"):
        replan_week(tables, _plan(tables), Events(at=dt.datetime(2026, 12, 9, 10)))


def test_a_car_too_late_to_be_back_at_all_is_told() -> None:
    tables = _tables()
    plan = _plan(tables)
    with pytest.raises(InfeasibleError):
        replan_week(tables, plan, Events(at=_at(plan, 2), late={plan.routes[0].vehicle: 600}))


@pytest.mark.parametrize("seed", range(30))
def test_seeded_breakdowns(seed: int) -> None:
    """Any moment, any mixture: what was driven stays, and the audit finds nothing."""
    rng = Random(seed)
    reloads = {"books": 150, "reloads": 2} if seed % 3 == 0 else {}
    cars = tuple(vehicle(n, max_stops=5, weekdays=(0, 1, 2), break_s=1800, **reloads) for n in "VW")
    make = _scarce if seed % 2 else _tables
    tables = make(rng.randint(6, 12), vehicles=cars)
    plan = _plan(tables)
    route = rng.choice(plan.routes)
    at = dt.datetime.combine(route.date, dt.time()) + dt.timedelta(
        seconds=rng.randint(route.depart - 1800, route.back)
    )
    events: dict[str, Any] = {"at": at}
    if rng.random() < 0.5:
        events["out"] = (rng.choice("VW"),)
    if rng.random() < 0.4:
        events["late"] = {"W" if events.get("out") == ("V",) else "V": rng.randint(10, 60)}
    if rng.random() < 0.5:
        events["shut"] = (rng.choice(tables.stops).id,)
    new = _replanned(tables, plan, **events).taken.plan
    for route in new.routes if new.replanned else ():
        for halt in route.halts[route.done :]:
            assert not isinstance(halt, Visit) or halt.stop not in events.get("shut", ())
