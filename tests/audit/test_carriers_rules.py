"""The rules on carriers, each broken in a plan that is otherwise clean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from builders import H, batch, district, stop
from msgspec.structs import replace

import bookcar as bc
from bookcar.audit import audit
from bookcar.model import Carrier, District
from bookcar.plan import CarrierTour, FootLeg, Plan, Visit
from bookcar.roads.sources import travel_for

Change = Callable[[Plan, District], tuple[Plan, District]]


@pytest.fixture(scope="module")
def tables() -> District:
    house = stop("S5", access="foot", lat=29.0245)
    carrier = Carrier(id="K", name="k", lon=106.7, lat=29.0245, at="S5", stops=("S5",))
    return district(
        stop("S6", lon=106.70),
        house,
        carriers=(carrier, replace(carrier, id="L", stops=("S9",))),
        batches=(batch("B1", kg=30), batch("B2", kg=30), batch("OLD", kg=18, at="S5")),
        time_zone="Asia/Shanghai",
    )


@pytest.fixture(scope="module")
def plan(tables: District) -> Plan:
    return bc.plan_week(tables, "2026-W49", effort="quick")


def _found(plan: Plan, tables: District) -> set[str]:
    findings = audit(plan.with_id(), tables, travel_for(tables))
    return {text.split(":")[0] for text in findings}


def _visit(**fields: Any) -> Change:
    def change(plan: Plan, tables: District) -> tuple[Plan, District]:
        (route,) = plan.routes
        calls = tuple(
            replace(call, **fields) if isinstance(call, Visit) and call.foot else call
            for call in route.calls
        )
        return replace(plan, routes=(replace(route, calls=calls),)), tables

    return change


def _foot_of(plan: Plan) -> FootLeg:
    (foot,) = (v.foot for route in plan.routes for v in route.visits if v.foot)
    return foot


def _foot(**fields: Any) -> Change:
    return lambda plan, tables: _visit(foot=replace(_foot_of(plan), **fields))(plan, tables)


def _tour(**fields: Any) -> Change:
    def change(plan: Plan, tables: District) -> tuple[Plan, District]:
        tours = tuple(replace(tour, **fields) for tour in _foot_of(plan).tours)
        return _foot(tours=tours)(plan, tables)

    return change


def _later(name: str, seconds: int) -> Change:
    def change(plan: Plan, tables: District) -> tuple[Plan, District]:
        (tour,) = _foot_of(plan).tours
        return _tour(**{name: getattr(tour, name) + seconds})(plan, tables)

    return change


def _carrier(**fields: Any) -> Change:
    def change(plan: Plan, tables: District) -> tuple[Plan, District]:
        first, *others = tables.carriers
        return plan, replace(tables, carriers=(replace(first, **fields), *others))

    return change


def _stop(**fields: Any) -> Change:
    def change(plan: Plan, tables: District) -> tuple[Plan, District]:
        stops = (replace(s, **fields) if s.id == "S5" else s for s in tables.stops)
        return plan, replace(tables, stops=tuple(stops))

    return change


def _twice(plan: Plan, tables: District) -> tuple[Plan, District]:
    tours = _foot_of(plan).tours
    return _foot(tours=(*tours, *tours))(plan, tables)


def _night(plan: Plan, tables: District) -> tuple[Plan, District]:
    """Return tables by which it is dark then, and a carrier who goes all the same."""
    plan, tables = _carrier(starts=0, ends=24 * H)(plan, tables)
    return plan, replace(tables, time_zone="America/New_York")


BREACHES: dict[str, tuple[Change, str]] = {
    "nobody carries": (_visit(foot=msgspec.UNSET), "meets-where-it-may"),
    "no such place": (_foot(choice=9), "meets-where-it-may"),
    "another place": (_foot(lon=106.7123), "meets-where-it-may"),
    "another length": (_foot(metres=1), "meets-where-it-may"),
    "another climb": (_foot(climb=5), "meets-where-it-may"),
    "a carrier of others": (_tour(carrier="L"), "carriers-may-come"),
    "no such carrier": (_tour(carrier="X"), "carriers-may-come"),
    "a day off": (_carrier(weekdays=(6,)), "carriers-may-come"),
    "nobody at all": (_foot(tours=()), "carriers-may-come"),
    "twice the same": (_twice, "carriers-may-come"),
    "too heavy": (_carrier(kg=14), "carrier-loads"),
    "a trip too few": (_tour(up=1), "carrier-loads"),
    "what comes down is left": (_tour(down=0, down_kg=0), "carrier-loads"),
    "too far": (_carrier(metres=2_000), "carrier-km"),
    "other kilometres": (_later("metres", 500), "carrier-km"),
    "leaves too late": (_later("leaves", 120), "carrier-clock"),
    "home too soon": (_later("home", -120), "carrier-clock"),
    "walks faster": (_later("up_s", -60), "carrier-clock"),
    "the car waits": (_foot(waits=True), "carrier-clock"),
    "out too early": (_carrier(starts=16 * H), "carrier-hours"),
    "home too late": (_carrier(ends=8 * H), "carrier-hours"),
    "in the dark": (_night, "carrier-daylight"),
    "two at once": (_twice, "carrier-in-one-place"),
    "closed": (_stop(windows=((5 * H, 6 * H),)), "carried-while-open"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found(name: str, plan: Plan, tables: District) -> None:
    change, rule = BREACHES[name]
    assert _found(plan, tables) == set()
    assert rule in _found(*change(plan, tables))


def test_a_car_that_hands_over_stands_as_long_as_that_takes(plan: Plan, tables: District) -> None:
    (visit,) = (v for route in plan.routes for v in route.visits if v.foot)
    longer = _visit(depart=visit.depart + 300)(plan, tables)
    assert "carrier-clock" in _found(*longer)


def test_names_of_carriers_are_those_of_the_tables(plan: Plan, tables: District) -> None:
    carriers = tuple(replace(one, phone="1") for one in plan.carriers or ())
    assert "copies-match-tables" in _found(replace(plan, carriers=carriers), tables)


def test_a_tour_tells_all_that_is_printed() -> None:
    assert set(CarrierTour.__struct_fields__) >= {"leaves", "home", "metres", "up", "down"}
