"""Timetables with stops that carriers bring books to: promised, audited, and kept by the weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from builders import H, batch, district, stop, vehicle
from timetables.small import FIRST, made, travel_of

import bookcar as bc
from bookcar.audit import audit
from bookcar.audit.timetable import audit_timetable
from bookcar.audit.timetable_carriers import RULES
from bookcar.model import Carrier, District, Stop
from bookcar.roads.sources import travel_for
from bookcar.timetable import Timetable, TimetableFoot, TimetableVisit
from bookcar.timetable_changes import entries_of

new = msgspec.structs.replace
HOUSES = [
    stop(f"F{k}", access="foot", lon=106.70 + 0.01 * k, lat=29.0245, every_weeks=2)
    for k in range(2)
]


def carrier(id: str, *stops: Stop, **fields: Any) -> Carrier:
    home = {"lon": stops[0].lon, "lat": stops[0].lat, "at": stops[0].id}
    served = tuple(s.id for s in stops)
    return Carrier(**{"id": id, "name": f"carrier {id}", "stops": served} | home | fields)


def county(*carriers: Carrier, houses: list[Stop] = HOUSES) -> District:
    return district(
        stop("S1", every_weeks=2),
        stop("S5", lon=106.70, every_weeks=2),
        stop("S6", lon=106.71, every_weeks=2),
        *houses,
        carriers=carriers,
        vehicles=(vehicle(max_seconds=9 * H, max_metres=200_000),),
        batches=tuple(batch(f"B{k:02d}", kg=14) for k in range(20)),
        time_zone="Asia/Shanghai",
    )


LATE = {"starts": 19 * H - 1_500, "ends": 23 * H}
GIVEN = county(carrier("K", *HOUSES, metres=20_000))


@pytest.fixture(scope="module")
def table() -> Timetable:
    return made(GIVEN)


def _visits(table: Timetable) -> list[tuple[dt.date, TimetableVisit]]:
    return [(route.date, visit) for route in table.routes for visit in route.visits]


def test_stops_on_foot_are_promised_on_days_on_which_a_carrier_goes_to_one(
    table: Timetable,
) -> None:
    afoot = [(date, visit) for date, visit in _visits(table) if visit.foot]
    assert {visit.stop for _, visit in afoot} == {"F0", "F1"}
    assert table.left == ()
    assert len({date for date, _ in afoot}) == len(afoot)
    assert all(visit.leave - visit.begin == 600 for _, visit in afoot)
    assert audit_timetable(table, GIVEN, travel_of(GIVEN, table)) == []
    assert msgspec.json.decode(table.to_json(), type=Timetable) == table


def test_nobody_is_invited_to_where_no_car_comes(table: Timetable) -> None:
    assert [s.id for s in table.stops if not s.public] == ["F0", "F1"]


def test_weeks_keep_what_is_promised_on_foot(table: Timetable) -> None:
    adopted = new(GIVEN, timetable=entries_of(table))
    promised = {(visit.stop, date) for date, visit in _visits(table) if visit.foot}
    found = set()
    for week in ("2027-W01", "2027-W02"):
        plan = bc.plan_week(adopted, week, effort="quick")
        assert audit(plan, adopted, travel_for(adopted)) == []
        assert {p.becomes for p in plan.promises} <= {"same"}
        found |= {(v.stop, r.date) for r in plan.routes for v in r.visits if v.foot}
    days = {FIRST + dt.timedelta(days=n) for n in range(14)}
    assert found == {(name, date) for name, date in promised if date in days}


@pytest.mark.parametrize(
    ("carriers", "reason"),
    [
        ((), "timetable.left-foot-only"),
        ((carrier("K", HOUSES[0], weekdays=(6,)),), "reasons.no-carrier-day"),
        ((carrier("K", HOUSES[0], metres=500),), "reasons.too-far-on-foot"),
        (
            (carrier("K", HOUSES[0], metres=20_000, starts=19 * H - 1_500, ends=23 * H),),
            "reasons.after-dusk",
        ),
    ],
)
def test_why_a_stop_on_foot_has_no_date_is_told(carriers: tuple[Carrier, ...], reason: str) -> None:
    given = county(*carriers, houses=HOUSES[:1])
    (left,) = made(given).left
    assert (left.stop, left.reason.key) == ("F0", reason)
    for language in ("en", "zh"):
        assert "{" not in left.reason.text_in(language)


def test_a_carrier_whose_weekdays_others_have_is_taken() -> None:
    given = county(carrier("K", *HOUSES, weekdays=(2,), metres=20_000))
    (left,) = made(given).left
    assert left.reason.key == "reasons.carrier-taken"


Change = Callable[[TimetableVisit, TimetableFoot], TimetableVisit]


def _foot(**fields: Any) -> Change:
    return lambda visit, foot: new(visit, foot=new(foot, **fields))


BREACHES: dict[str, Change] = {
    "promises-met": _foot(choice=2),
    "promised-carriers": _foot(carriers=()),
    "promised-walks": lambda visit, _: new(
        visit, begin=visit.begin - 6 * H, leave=visit.leave - 6 * H
    ),
    "promised-stands": lambda visit, _: new(visit, leave=visit.leave + 300),
}


def test_every_rule_has_a_breach() -> None:
    assert set(BREACHES) == {rule.__name__.replace("_", "-") for rule in RULES}


@pytest.mark.parametrize("rule", BREACHES)
def test_a_breach_is_found(table: Timetable, rule: str) -> None:
    found = audit_timetable(_changed(table, BREACHES[rule]), GIVEN, travel_of(GIVEN, table))
    assert rule in {finding.partition(":")[0] for finding in found}


def _changed(table: Timetable, change: Change) -> Timetable:
    routes = tuple(
        new(
            route,
            visits=tuple(change(v, v.foot) if v.foot else v for v in route.visits),
        )
        for route in table.routes
    )
    return new(table, routes=routes).with_id()


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("promised-carriers", {"weekdays": (6,)}),
        ("promised-walks", {"metres": 1_000}),
        ("promised-walks", {"starts": 12 * H, "ends": 12 * H + 60}),
    ],
)
def test_what_the_tables_say_of_a_carrier_is_held(
    table: Timetable, rule: str, fields: dict[str, Any]
) -> None:
    tight = new(GIVEN, carriers=(new(GIVEN.carriers[0], **fields),))
    found = audit_timetable(table, tight, travel_of(tight, table))
    assert rule in {finding.partition(":")[0] for finding in found}
