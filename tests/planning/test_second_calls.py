"""Cars that come by again for what carriers bring down, instead of waiting for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from typing import Any

import msgspec
import pytest
from builders import batch, stop, vehicle
from planning.test_carriers import district

import bookcar as bc
from bookcar.audit import audit
from bookcar.errors import InputError
from bookcar.manifests.phone_data import form_data
from bookcar.manifests.rows import week_sheet
from bookcar.model import Carrier, CarrierSettings, District, Settings
from bookcar.plan import Again, Call, Plan, Route, Visit
from bookcar.replan.events import Events, require_possible
from bookcar.roads.sources import travel_for

WEEK = "2026-W49"
replace = msgspec.structs.replace


def _tables(*, again: bool = True, cost_hour: float = 20.0, **fields: Any) -> District:
    """Return a valley with a house above it; its carrier lives at the road and can go there once.

    One car serves the valley on Wednesdays.
    """
    house = stop("S5", access="foot", lat=29.0245, lon=106.70, weekdays=(2,))
    carrier = Carrier(
        id="K",
        name="carrier K",
        lon=106.70,
        lat=29.02,
        stops=("S5",),
        **{"metres": 2_000, **fields},
    )
    return district(
        stop("S1", lon=106.70, weekdays=(2,)),
        stop("S2", lon=106.70, lat=29.04, weekdays=(2,)),
        stop("S3", lon=106.71, lat=29.06, weekdays=(2,)),
        house,
        carriers=(carrier,),
        batches=(*(batch(f"B{k}", kg=10) for k in range(4)), batch("OLD", kg=15, at="S5")),
        vehicles=(vehicle(cost_hour=cost_hour, weekdays=(2,), books=250),),
        settings=Settings(carriers=CarrierSettings(again=again)),
    )


@pytest.fixture(scope="module")
def tables() -> District:
    return _tables()


@pytest.fixture(scope="module")
def plan(tables: District) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick")


def _cost(plan: Plan) -> float:
    assert plan.objective
    return plan.objective.cost


def test_the_car_comes_by_again_where_that_is_cheaper(plan: Plan, tables: District) -> None:
    waiting = bc.plan_week(_tables(again=False), WEEK, effort="quick")
    free = bc.plan_week(_tables(cost_hour=0.0), WEEK, effort="quick")
    foot = [v.foot for p in (waiting, free, plan) for r in p.routes for v in r.visits if v.foot]
    assert [(one.waits, bool(one.again)) for one in foot] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert _cost(plan) < _cost(waiting)
    assert (plan.unserved, waiting.unserved) == ((), ())
    assert plan.totals.visits == waiting.totals.visits == 4
    assert foot[0].tours[0].metres == foot[2].tours[0].metres
    assert audit(plan, tables, travel_for(tables)) == []


def test_what_is_collected_is_aboard_from_the_second_call_on(plan: Plan) -> None:
    (route,) = plan.routes
    (call,) = route.second_calls
    visit = next(v for v in route.visits if v.foot)
    at = [halt.books for halt in route.halts]
    k, j = route.halts.index(visit), route.halts.index(call)
    assert (visit.collects_now, visit.collects, call.takes) == ((), ("OLD",), ("OLD",))
    assert j > k + 1
    assert at[k] == at[k - 1] - 50 if k else at[k] == route.books_out - 50
    assert at[j] == at[j - 1] + 50
    assert visit.foot
    (tour,) = visit.foot.tours
    assert call.begin >= visit.depart + tour.up_s + tour.down_s + 300
    assert tour.home == call.depart


def test_brute_force_finds_nothing_cheaper(plan: Plan, tables: District) -> None:
    """Both calls at each two places, every minute of departure; and waiting at each place."""
    (route,) = plan.routes
    best = min(_brute(plan, tables, route))
    (now,) = (_hours(r) + _km(r.metres) for r in plan.routes)
    minute = 20.0 / 60
    assert best - minute <= now <= best + 1e-6


def _hours(route: Route) -> float:
    return 20.0 * (route.back - route.depart) / 3600


def _km(metres: int) -> float:
    return metres / 1000


def _brute(plan: Plan, tables: District, route: Route) -> Iterator[float]:
    visit = next(v for v in route.visits if v.foot)
    assert visit.foot
    (tour,) = visit.foot.tours
    lag = tour.up_s + tour.down_s + tables.settings.carriers.handling_s
    others = [v.stop for v in route.visits if not v.foot]
    for i, j in combinations(range(len(others) + 2), 2):
        order = [*others]
        order.insert(i, "S5")
        order.insert(j, "S5")
        yield from _driven(plan, tables, ("D", *order, "D"), lag)


def _driven(plan: Plan, tables: District, order: tuple[str, ...], lag: int) -> Iterator[float]:
    travel = travel_for(tables)
    table, rows = travel.tables["car"], travel.rows
    (car,) = tables.vehicles
    for depart in range(car.starts, car.ends, 60):
        now, metres, met = depart, 0, None
        for here, there in pairwise(order):
            far = int(table.metres[rows[here], rows[there]])
            metres += far
            now += int(table.seconds[rows[here], rows[there]])
            now += tables.settings.buffer_s if far else 0
            if there == "S5":
                now = now if met is None else max(now, met + lag)
                now = met = now + 600
            elif there != "D":
                served = tables.stops_by_id[there]
                now = max(now, served.windows[0][0]) + served.service_s
        if now <= car.ends:
            yield 20.0 * (now - depart) / 3600 + _km(metres)


Change = Callable[[Plan, District], tuple[Plan, District]]


def _calls(change: Callable[[Call], Call | None]) -> Change:
    def made(plan: Plan, tables: District) -> tuple[Plan, District]:
        (route,) = plan.routes
        calls = tuple(new for call in route.calls if (new := change(call)) is not None)
        return replace(plan, routes=(replace(route, calls=calls),)), tables

    return made


def _again(**fields: Any) -> Change:
    return _calls(lambda call: replace(call, **fields) if isinstance(call, Again) else call)


def _visit(**fields: Any) -> Change:
    def change(call: Call) -> Call:
        if not isinstance(call, Visit) or not call.foot:
            return call
        return replace(call, foot=replace(call.foot, **fields))

    return _calls(change)


def _sooner(plan: Plan, tables: District) -> tuple[Plan, District]:
    (call,) = plan.routes[0].second_calls
    visit = next(v for v in plan.routes[0].visits if v.foot)
    begin = visit.depart + 60
    return _again(begin=begin, depart=begin + call.depart - call.begin)(plan, tables)


def _longer(plan: Plan, tables: District) -> tuple[Plan, District]:
    (call,) = plan.routes[0].second_calls
    return _again(depart=call.depart + 60)(plan, tables)


def _before(plan: Plan, tables: District) -> tuple[Plan, District]:
    (route,) = plan.routes
    calls = (*route.second_calls, *(c for c in route.calls if not isinstance(c, Again)))
    return replace(plan, routes=(replace(route, calls=calls),)), tables


BREACHES: dict[str, tuple[Change, str]] = {
    "before they are back": (_sooner, "comes-by-again"),
    "stands too long": (_longer, "comes-by-again"),
    "takes nothing": (_again(takes=()), "comes-by-again"),
    "loads as if it had": (_again(books=0), "books-aboard"),
    "not at all": (_calls(lambda c: None if isinstance(c, Again) else c), "comes-by-again"),
    "before the visit": (_before, "comes-by-again"),
    "without being asked": (
        lambda plan, tables: (
            plan,
            replace(tables, settings=replace(tables.settings, carriers=CarrierSettings())),
        ),
        "comes-by-again",
    ),
    "for a visit of one call": (_visit(again=msgspec.UNSET), "comes-by-again"),
    "for one that waits": (_visit(again=msgspec.UNSET, waits=True), "comes-by-again"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found(name: str, plan: Plan, tables: District) -> None:
    change, rule = BREACHES[name]
    broken, of = change(plan, tables)
    findings = audit(broken.with_id(), of, travel_for(tables))
    assert rule in {text.split(":")[0] for text in findings}


def test_the_driver_is_told_at_both_calls(plan: Plan) -> None:
    week = week_sheet(plan)
    (sheet,) = week.routes
    first = next(row for row in sheet.rows if row.on_foot and not row.again)
    again = next(row for row in sheet.rows if row.again)
    assert first.number == again.number
    assert [batch.id for batch in first.later] == [batch.id for batch in again.collects] == ["OLD"]
    assert first.collects == ()
    assert (first.lon, first.lat) == (again.lon, again.lat)
    assert f"come by again at {again.begin.text}" in first.note
    assert len(sheet.visits) == len(sheet.rows) - 1 == 4
    told = form_data(sheet, week)["visits"]
    assert [one["collects"] for one in told if one["stop"] == "S5"] == [
        [{"books": 50, "id": "OLD"}]
    ]


def test_a_week_is_not_planned_around_a_second_call_to_come(plan: Plan, tables: District) -> None:
    (route,) = plan.routes
    (call,) = route.second_calls
    for second, faults in ((call.arrive - 60, ["replan-again"]), (call.arrive, [])):
        at = dt.datetime.combine(route.date, dt.time()) + dt.timedelta(seconds=second)
        events = Events(at=at)
        try:
            require_possible(events, plan, tables)
            found: list[str] = []
        except InputError as error:
            found = [fault.rule for fault in error.faults]
        assert found == faults
