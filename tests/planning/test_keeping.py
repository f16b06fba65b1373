"""A week planned again, near the plan that people were told."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import msgspec
import pytest
from builders import MONDAY, batch, district, stop, vehicle

import bookcar as bc
from bookcar.audit import audit
from bookcar.model import District, Settings, Weights
from bookcar.plan import Plan
from bookcar.plan_changes import changes, promises_of
from bookcar.roads.sources import travel_for

MON, TUE = MONDAY, MONDAY + dt.timedelta(days=1)


def _tables(count: int = 6, changed_visit: float = 10.0, **fields: Any) -> District:
    """Return stops in two directions and a car that reaches four of them a day."""
    stops = [stop(f"S{k}", lat=29.02 + 0.2 * (k % 2)) for k in range(1, count + 1)]
    defaults: dict[str, Any] = {
        "vehicles": (vehicle("V", max_stops=4, weekdays=(0, 1)), vehicle("W", weekdays=(1,))),
        "batches": tuple(batch(f"B{k:02d}") for k in range(12)),
        "settings": Settings(weights=Weights(changed_visit=changed_visit)),
    }
    return district(*stops, **defaults | fields)


def _plan(tables: District, keeping: Plan | None = None, **how: Any) -> Plan:
    return bc.plan_week(tables, "2026-W49", effort="quick", keeping=keeping, **how)


def _kinds(before: Plan, after: Plan) -> dict[str, str]:
    return {c.stop: c.kind for c in changes(promises_of(before), promises_of(after))}


def _other_way_round(plan: Plan, tables: District) -> Plan:
    """Return a plan that tells people the other of two cars, as good as the one found."""
    other = {"V": "W", "W": "V"}
    routes = tuple(msgspec.structs.replace(r, vehicle=other[r.vehicle]) for r in plan.routes)
    return msgspec.structs.replace(plan, routes=routes).with_id()


def test_nothing_changed_is_the_same_bytes() -> None:
    plan = _plan(_tables())
    assert _plan(_tables(), plan).to_json() == plan.to_json()


def test_one_more_stop_leaves_the_others_where_they_were() -> None:
    plan = _plan(_tables())
    again = _plan(_tables(7), plan)
    kinds = _kinds(plan, again)
    assert kinds.pop("S7") == "new"
    assert set(kinds.values()) <= {"same", "time"}
    assert again.kept_near is not None
    assert again.kept_near.plan == plan.id
    assert _plan(_tables(7), again).to_json() == again.to_json()


def test_days_and_cars_are_kept_that_a_search_alone_would_not_have_found() -> None:
    """Two cars alike on one day: which of them comes is nothing to the search, but to people."""
    tables = _tables(3, vehicles=(vehicle("V", weekdays=(1,)), vehicle("W", weekdays=(1,))))
    plan = _plan(tables)
    told = _other_way_round(plan, tables)
    assert set(_kinds(told, plan).values()) == {"car"}
    assert set(_kinds(told, _plan(tables, told)).values()) == {"same"}


def test_with_a_weight_of_nothing_every_week_is_planned_afresh() -> None:
    tables = _tables(changed_visit=0)
    plan = _plan(tables)
    told = _other_way_round(plan, tables)
    assert _plan(tables, told).to_json() == plan.to_json()


@pytest.mark.parametrize(("weight", "kind"), [(1.0, "day"), (500.0, "same")])
def test_a_visit_is_moved_where_that_saves_more_than_it_costs(weight: float, kind: str) -> None:
    """S9 was told a day of its own; on Monday it lies on the way of the others."""
    alone = _tables(0, stops=(stop("S8"), stop("S9")), changed_visit=weight)
    plan = _plan(alone)
    days = {"S8": MON, "S9": TUE}
    told = [msgspec.structs.replace(p, date=days[p.stop]) for p in promises_of(plan)]
    (route,) = plan.routes
    first, second = route.visits
    routes = (
        msgspec.structs.replace(route, date=days[first.stop], calls=(first,)),
        msgspec.structs.replace(route, id="R02", date=days[second.stop], calls=(second,)),
    )
    again = _plan(alone, msgspec.structs.replace(plan, routes=routes).with_id())
    assert len(told) == 2
    moved = {c.kind for c in changes(told, promises_of(again))} - {"time"}
    assert moved <= {kind, "same"}
    assert (len(again.routes) == 1) == (kind == "day")


def test_what_changes_is_told_with_counts() -> None:
    plan = _plan(_tables())
    again = _plan(_tables(7), plan)
    said = [w for w in again.warnings if w.rule == "changed-visits"]
    counted = Counter(_kinds(plan, again).values())
    assert said[0].figures == {"plan": plan.id, "told": 6, "same": counted["same"]}
    told = [w for w in said[1:] if w.variant != "batches"]
    assert {w.variant: w.figures["count"] for w in told} == {
        kind: count for kind, count in counted.items() if kind != "same"
    }
    assert told[-1].figures["stops"] == ("S7",)
    assert not [w for w in plan.warnings if w.rule == "changed-visits"]


def test_of_a_plan_that_told_nobody_only_what_is_new_is_told() -> None:
    nobody = _plan(_tables(vehicles=(vehicle("V", max_metres=1),)))
    assert nobody.routes == ()
    said = [w for w in _plan(_tables(), nobody).warnings if w.rule == "changed-visits"]
    assert [(w.variant, w.figures["count"]) for w in said] == [("new", 6)]


def test_stops_that_get_other_batches_are_told() -> None:
    plan = _plan(_tables())
    (route,) = plan.routes
    first, second, *others = route.visits
    calls = (
        msgspec.structs.replace(first, drops=second.drops),
        msgspec.structs.replace(second, drops=first.drops),
        *others,
    )
    swapped = msgspec.structs.replace(plan, routes=(msgspec.structs.replace(route, calls=calls),))
    again = _plan(_tables(), swapped.with_id(), seed=2)
    (said,) = (w for w in again.warnings if w.variant == "batches")
    assert said.figures["stops"] == (first.stop, second.stop)


def test_a_plan_fixed_otherwise_is_searched_on() -> None:
    """Another seed is another call: what stands there is kept near, not taken as it is."""
    plan = _plan(_tables())
    again = _plan(_tables(), plan, seed=2)
    assert again.provenance.seed == 2
    assert set(_kinds(plan, again).values()) == {"same"}


def test_the_audit_works_out_what_changes_cost() -> None:
    tables = _tables()
    plan = _plan(_tables(5))
    again = _plan(tables, plan)
    travel = travel_for(tables, stops=[s.id for s in tables.stops])
    assert audit(again, tables, travel) == []
    kept = again.kept_near
    assert kept is not None
    told = tuple(msgspec.structs.replace(p, vehicle="gone") for p in kept.promises)
    wrong = msgspec.structs.replace(again, kept_near=msgspec.structs.replace(kept, promises=told))
    found = audit(wrong.with_id(), tables, travel)
    assert any(f.startswith("terms-add-up: the term changes is 50.00") for f in found)


def test_reloads_are_begun_with_as_well() -> None:
    """A car for two stops a load keeps its order and its reloads when a stop is added."""
    cars = (vehicle("V", books=100, reloads=3, weekdays=(0,)),)
    plan = _plan(_tables(4, vehicles=cars))
    again = _plan(_tables(5, vehicles=cars), plan)
    assert plan.routes[0].reloads
    assert "day" not in _kinds(plan, again).values()
