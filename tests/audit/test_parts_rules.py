"""The rules on stops that are delivered in parts, each broken in a plan that is otherwise clean."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from builders import batch, district, stop, vehicle
from msgspec.structs import replace

import bookcar as bc
from bookcar.audit import audit
from bookcar.model import District
from bookcar.plan import Plan, Visit
from bookcar.roads.sources import travel_for


def _tables(books: int = 900) -> District:
    return district(
        stop("S1", books=books),
        vehicles=(vehicle(books=500),),
        batches=(
            *(batch(f"B{k:02d}", books=60) for k in range(20)),
            *(batch(f"H{k}", books=100, at="S1") for k in range(4)),
        ),
    )


def _found(plan: Plan, tables: District) -> set[str]:
    travel = travel_for(tables, stops=["S1"])
    return {text.split(":")[0] for text in audit(plan.with_id(), tables, travel)}


def _in_all(plan: Plan, books: int | msgspec.UnsetType) -> Plan:
    return replace(plan, stops=(replace(plan.stops[0], in_all=books),))


def _collecting_twice(plan: Plan) -> Plan:
    first, second = plan.routes
    (visit,) = first.visits

    def same(call: object) -> object:
        return replace(call, collects=visit.collects) if isinstance(call, Visit) else call

    return replace(plan, routes=(first, replace(second, calls=tuple(map(same, second.calls)))))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda plan: _in_all(plan, 800), "parts-where-needed"),
        (lambda plan: _in_all(plan, msgspec.UNSET), "parts-where-needed"),
        (_collecting_twice, "parts-are-whole"),
    ],
)
def test_a_breach_is_found(change: Callable[[Plan], Plan], rule: str) -> None:
    tables = _tables()
    plan = bc.plan_week(tables, "2026-W49", effort="quick")
    assert _found(plan, tables) == set()
    assert rule in _found(change(plan), tables)


def test_parts_of_what_one_car_could_bring_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the view that the audit has of the week says so."""
    tables = _tables()
    plan = bc.plan_week(tables, "2026-W49", effort="quick")

    def seen(given: District, _: object) -> District:
        asked = replace(given.stops[0], books=450, visits_a_week=2, days_between=1, in_all=900)
        return replace(given, stops=(asked,))

    monkeypatch.setattr("bookcar.audit.as_of", seen)
    larger = replace(tables, vehicles=(vehicle(books=1_200),))
    assert "parts-where-needed" in _found(plan, larger)
