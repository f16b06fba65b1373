"""What a head decides, what was checked, who is late next week: groups and figures of the page."""

from __future__ import annotations

import re

import msgspec
import pytest
from manifests.plans import make_plan

from bookcar.manifests.rows import week_sheet
from bookcar.pages.checked import checked
from bookcar.pages.decisions import Decision, decisions
from bookcar.pages.late import late_next_week
from bookcar.pages.timeline import limit_of
from bookcar.pages.week import week_page
from bookcar.phrases import Phrases
from bookcar.plan import Break, Obstacle, Plan, Unserved
from bookcar.whys import Change, Why, Whys

SAY = Phrases("en")


def _plan(*reasons: str, areas: tuple[str, ...] = ("Datong",)) -> Plan:
    """Return a plan with so many unserved stops, each for its reason, in townships in turn."""
    plan = make_plan(routes=2, stops=5, unserved=len(reasons))
    obstacle = Obstacle(vehicle="V1", code="time")
    rows = tuple(
        Unserved(
            stop=row.stop,
            reason=reason,
            obstacles=(obstacle,) if reason == "full" else (),
            figures={"books": 40} if reason == "no-batch" else {},
        )
        for row, reason in zip(plan.unserved, reasons, strict=True)
    )
    left = [row.stop for row in rows]
    stops = tuple(
        msgspec.structs.replace(stop, area=areas[left.index(stop.id) % len(areas)])
        if stop.id in left
        else stop
        for stop in plan.stops
    )
    return msgspec.structs.replace(plan, unserved=rows, stops=stops)


def _found(plan: Plan, whys: Whys | None = None) -> list[Decision]:
    return decisions(plan, week_sheet(plan), whys, SAY)


def _whys(plan: Plan, *together: Change, alone: Change | None = None) -> Whys:
    changes = () if alone is None else (alone,)
    stops = tuple(Why(id=row.stop, level="price", changes=changes) for row in plan.unserved)
    return Whys(plan=plan.id, stops=stops, together=together)


def test_alike_stops_of_a_township_are_one_sentence() -> None:
    found = _found(_plan("full", "full", "full"))
    assert [one.matter for one in found] == ["3 stops in Datong are not served for lack of time."]
    assert len(found[0].stops) == 3


def test_townships_and_causes_are_told_apart_the_most_stops_first() -> None:
    plan = _plan("no-batch", "full", "no-batch", "full", "no-batch", areas=("A", "B"))
    found = _found(plan)
    assert [len(one.stops) for one in found] == [3, 2]
    assert found[0].matter == "3 stops in A are not served for want of books in the store."
    assert found[1].matter == "2 stops in B are not served for lack of time."


def test_each_stop_stands_in_one_group_under_the_change_that_serves_most() -> None:
    plan = _plan("full", "full", "full", "full", areas=("A", "B"))
    ids = [row.stop for row in plan.unserved]
    car = Change(lever="car", vehicle="V1", serves=tuple(ids[:3]))
    hours = Change(lever="hours", vehicle="V1", amount=30, serves=tuple(ids[1:3]))
    alone = Change(lever="km", vehicle="V1", amount=12, serves=())
    whys = msgspec.structs.replace(
        _whys(plan, hours, car),
        stops=tuple(
            Why(id=stop, level="price", changes=(alone,) if stop == ids[3] else ()) for stop in ids
        ),
    )
    found = _found(plan, whys)
    assert [one.stops for one in found] == [tuple(ids[:3]), (ids[3],)]
    assert found[0].matter == "3 stops in A, B are not served for lack of time."
    assert found[0].change.startswith("One more car like V1")
    assert "12 km more" in found[1].change


def test_without_any_change_the_group_says_no_more_than_it_knows() -> None:
    plan = _plan("off-road", "off-road")
    found = _found(plan, _whys(plan))
    assert [(one.matter, one.change) for one in found] == [
        ("2 stops in Datong are not served for want of a road.", "")
    ]


def test_decisions_stand_before_the_timeline_and_the_cost_is_folded() -> None:
    page = week_page(_plan("full", "full"))
    assert page.index('id="decisions"') < page.index('id="timeline"')
    assert 'id="decisions"' not in week_page(make_plan(unserved=0))


def test_many_groups_are_counted_not_listed() -> None:
    plan = _plan(*["full"] * 30, areas=tuple(f"T{k}" for k in range(30)))
    page = week_page(plan)
    assert page.count("is not served for lack of time") == 6
    assert "And 24 more groups with 24 stops: see the list below." in page
    assert "<details><summary>Every stop with its reason" in page


def test_stops_that_each_need_a_change_of_their_own_are_one_group() -> None:
    plan = _plan("full", "full", "full")
    found = _found(plan, _whys(plan, alone=Change(lever="km", vehicle="V1", amount=12)))
    assert [len(one.stops) for one in found] == [3]
    assert found[0].change.startswith("No change serves them together. For one of them: Let V1")


# ---- late next week


@pytest.mark.parametrize(
    ("since", "target", "late"), [(3, 4, 0), (4, 4, 1), (9, 4, 1), (None, 4, 0), (0, 1, 0)]
)
def test_who_waits_longer_than_the_target_is_late_next_week(
    since: int | None, target: int, late: int
) -> None:
    plan = make_plan(routes=1, stops=2, unserved=1)
    left = plan.unserved[0].stop
    stops = tuple(
        msgspec.structs.replace(stop, weeks_since=since, every_weeks=target)
        if stop.id == left
        else msgspec.structs.replace(stop, weeks_since=50, every_weeks=1)
        for stop in plan.stops
    )
    plan = msgspec.structs.replace(plan, stops=stops)
    assert late_next_week(plan) == late
    told = f"Late next week if nothing changes: {late} stop" in week_page(plan)
    assert told == (late > 0)


# ---- what was checked


def _keys(plan: Plan) -> dict[str, bool]:
    return dict(checked(plan))


def test_a_rule_without_data_is_not_ticked() -> None:
    plan = make_plan(routes=2, stops=3)
    whole = tuple(
        msgspec.structs.replace(stop, windows=((0, 86_400),), weeks_since=None)
        for stop in plan.stops
    )
    routes = tuple(
        msgspec.structs.replace(
            route, calls=tuple(call for call in route.calls if not isinstance(call, Break))
        )
        for route in plan.routes
    )
    light = tuple(msgspec.structs.replace(batch, kg=0) for batch in plan.batches)
    bare = msgspec.structs.replace(plan, stops=whole, routes=routes, batches=light)
    missing = [key for key, there in checked(bare) if not there]
    assert missing == [
        *("checked-kg-none", "checked-breaks-none", "checked-open-none", "checked-history-none"),
    ]
    page = week_page(bare)
    assert "No break is on any route" in page
    assert "Drivers have their breaks." not in page


def test_a_rule_with_data_is_ticked() -> None:
    plan = make_plan(routes=2, stops=3)
    stops = tuple(
        msgspec.structs.replace(stop, windows=((28_800, 64_800),), weeks_since=3)
        for stop in plan.stops
    )
    plan = msgspec.structs.replace(plan, stops=stops)
    keys = _keys(plan)
    assert keys["checked-open"]
    assert keys["checked-history"]
    assert keys["checked-breaks"] == any(route.breaks for route in plan.routes)


# ---- the limit of a route


def test_a_route_must_be_over_by_its_latest_return_or_when_its_hours_end() -> None:
    plan = make_plan(routes=1)
    route, vehicle = plan.routes[0], plan.vehicles[0]
    short = msgspec.structs.replace(vehicle, max_seconds=3_600)
    assert limit_of(route, short) == route.depart + 3_600
    long = msgspec.structs.replace(vehicle, max_seconds=86_400)
    assert limit_of(route, long) == vehicle.ends


# ---- figures


def test_figures_stand_to_the_right_in_one_format() -> None:
    page = week_page(make_plan(routes=2, stops=3, unserved=1))
    cells = re.findall(r'<td data-label="([^"]*)" class="number">', page)
    assert {"Stops", "km / limit", "Hours / limit", "Most books aboard / limit"} <= set(cells)
    assert "People" in cells


def test_a_car_more_is_told_with_what_would_serve_some_of_its_stops_without_it() -> None:
    plan = _plan("full", "full", "full", "full")
    ids = [row.stop for row in plan.unserved]
    car = Change(lever="car", vehicle="V1", serves=tuple(ids), metres=150_000)
    hours = Change(lever="hours", vehicle="V1", amount=30, serves=tuple(ids[1:3]), seconds=1_800)
    (found,) = _found(plan, _whys(plan, car, hours))
    assert "One more car like V1" in found.change
    assert "+150.0 km" in found.change
    assert "Or, for 2 of them: Let V1" in found.change
    assert "+30 min in all" in found.change
    (alone,) = _found(plan, _whys(plan, car))
    assert "Or, for" not in alone.change


def test_what_takes_far_less_for_one_of_them_stands_beside_what_serves_them_all() -> None:
    plan = _plan("full", "full", "full")
    ids = [row.stop for row in plan.unserved]
    car = Change(lever="car", vehicle="V1", serves=tuple(ids))
    bit = Change(lever="hours", vehicle="V1", amount=4, serves=(ids[0],))
    (found,) = _found(plan, _whys(plan, car, alone=bit))
    assert "The least effort, for" in found.change
    assert "up to 4 min longer" in found.change
    longer = Change(lever="hours", vehicle="V1", amount=11, serves=tuple(ids))
    (found,) = _found(plan, _whys(plan, longer, alone=bit))
    assert "The least effort" not in found.change, "not so much less that it is worth a line"
    (found,) = _found(plan, _whys(plan, msgspec.structs.replace(longer, amount=12), alone=bit))
    assert "The least effort" in found.change
