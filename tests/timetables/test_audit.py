"""The audit of timetables: one breach for every rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from builders import holiday, stop
from timetables.small import FIRST, county, made, travel_of

from bookcar.audit import timetable_carriers
from bookcar.audit.timetable import (
    TIMETABLE_GROUND,
    TIMETABLE_RULES,
    audit_timetable,
    require_clean_timetable,
)
from bookcar.errors import AuditError
from bookcar.model import Settings
from bookcar.timetable import Later, Rest, Timetable, TimetableRoute, TimetableVisit

new = msgspec.structs.replace
GIVEN = county(calendar=(holiday(dt.date(2027, 1, 13)),))
Change = Callable[[Timetable], Timetable]


@pytest.fixture(scope="module")
def table() -> Timetable:
    return made(GIVEN)


def longest(table: Timetable) -> int:
    return max(range(len(table.routes)), key=lambda n: len(table.routes[n].visits))


def with_route(table: Timetable, change: Callable[[TimetableRoute], TimetableRoute]) -> Timetable:
    n = longest(table)
    routes = (*table.routes[:n], change(table.routes[n]), *table.routes[n + 1 :])
    return new(table, routes=routes).with_id()


def route(**fields: Any) -> Change:
    return lambda table: with_route(table, lambda one: new(one, **fields))


def visit(place: int, change: Callable[[TimetableVisit], TimetableVisit]) -> Change:
    def changed(one: TimetableRoute) -> TimetableRoute:
        visits = list(one.visits)
        visits[place] = change(visits[place])
        return new(one, visits=tuple(visits))

    return lambda table: with_route(table, changed)


def shifted(seconds: int) -> Change:
    """Return the whole day of a route earlier or later."""

    def changed(one: TimetableRoute) -> TimetableRoute:
        moved = [
            new(v, arrive=v.arrive + seconds, begin=v.begin + seconds, leave=v.leave + seconds)
            for v in one.visits
        ]
        rests = [new(r, begin=r.begin + seconds, end=r.end + seconds) for r in one.rests]
        depart, back = one.depart + seconds, one.back + seconds
        return new(one, depart=depart, back=back, visits=tuple(moved), rests=tuple(rests))

    return lambda table: with_route(table, changed)


def stops(**fields: Any) -> Change:
    def changed(table: Timetable) -> Timetable:
        return new(table, stops=tuple(new(s, **fields) for s in table.stops)).with_id()

    return changed


def without_a_route(table: Timetable) -> Timetable:
    return new(table, routes=table.routes[1:]).with_id()


def all_on_one_day(table: Timetable) -> Timetable:
    day = table.routes[0].date
    return new(table, routes=tuple(new(one, date=day) for one in table.routes)).with_id()


def told_later(table: Timetable) -> Timetable:
    return new(table, later=(Later(stop="S1", monday=FIRST),)).with_id()


BREACHES: dict[str, Change] = {
    "timetable-ids-known": route(vehicle="V9"),
    "dates-in-timetable": route(date=dt.date(2027, 2, 1)),
    "timetable-id": lambda table: new(table, id="0"),
    "one-route-a-day": lambda t: new(t, routes=(*t.routes, t.routes[0])).with_id(),
    "stops-accounted": told_later,
    "dates-by-rule": without_a_route,
    "cycle-begins-in-time": stops(begins=FIRST + dt.timedelta(weeks=5)),
    "days-open": route(date=dt.date(2027, 1, 13)),
    "cars-at-work": route(date=dt.date(2027, 1, 10)),
    "same-weekday": stops(weekdays=(6,)),
    "same-car": stops(vehicle="V9"),
    "same-time": shifted(-3600),
    "timetable-copies": stops(name="Elsewhere"),
    "told-in-steps": visit(0, lambda v: new(v, begin=v.begin + 1)),
    "legs-are-roads": visit(0, lambda v: new(v, metres=v.metres + 1)),
    "times-add-up": route(back=86_000),
    "visits-last": visit(0, lambda v: new(v, leave=v.leave + 60)),
    "day-limits": shifted(8 * 3600),
    "breaks-taken": route(rests=(Rest(position=0, moment="after", begin=0, end=1),)),
    "books-fit": route(books=1),
    "batches-last": all_on_one_day,
}


def test_every_rule_has_a_breach() -> None:
    afoot = set(timetable_carriers.RULES)  # see test_on_foot.py
    rules = [one for one in (*TIMETABLE_GROUND, *TIMETABLE_RULES) if one not in afoot]
    assert set(BREACHES) == {rule.__name__.replace("_", "-") for rule in rules}


@pytest.mark.parametrize("rule", BREACHES)
def test_a_breach_is_found(table: Timetable, rule: str) -> None:
    travel = travel_of(GIVEN, table)
    assert audit_timetable(table, GIVEN, travel) == []
    found = audit_timetable(BREACHES[rule](table), GIVEN, travel)
    assert rule in {finding.partition(":")[0] for finding in found}
    with pytest.raises(AuditError):
        require_clean_timetable(BREACHES[rule](table), GIVEN, travel)


@pytest.mark.parametrize(
    "change",
    [
        *(stops(**{name: value}) for name, value in (("lon", 1.0), ("area", "X"), ("people", 9))),
        *(
            lambda table, name=name: new(table, **{name: "00"}).with_id()
            for name in ("district", "district_en", "time_zone", "dispatch_phone")
        ),
        lambda table: new(table, areas_en={"X": "Y"}).with_id(),
        lambda table: new(table, vehicles=(new(table.vehicles[0], name="X"),)).with_id(),
        lambda table: new(table, depots=(new(table.depots[0], lat=1.0),)).with_id(),
    ],
)
def test_what_is_told_of_the_district_is_held_to_its_tables(
    table: Timetable, change: Change
) -> None:
    found = audit_timetable(change(table), GIVEN, travel_of(GIVEN, table))
    assert "timetable-copies" in {finding.partition(":")[0] for finding in found}


def test_a_stop_that_is_not_for_all_is_not_told_to_the_public() -> None:
    given = new(GIVEN, stops=(*GIVEN.stops, stop("P1", kind="school", every_weeks=2)))
    table = made(given)
    assert not table.stops_by_id["P1"].public
    travel = travel_of(given, table)
    assert audit_timetable(table, given, travel) == []
    (found,) = audit_timetable(stops(public=True)(table), given, travel)
    assert found.startswith("timetable-copies: P1")


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("day-limits", {"max_stops": 1}),
        ("day-limits", {"max_metres": 1_000}),
        ("day-limits", {"max_driving_s": 60}),
        ("day-limits", {"max_seconds": 600}),
        ("day-limits", {"ends": 9 * 3600}),
        ("breaks-taken", {"break_s": 1_800, "break_after_s": 60}),
        ("books-fit", {"books": 1}),
        ("books-fit", {"kg": 1}),
    ],
)
def test_a_limit_that_the_tables_tighten_is_broken(
    table: Timetable, rule: str, fields: dict[str, int]
) -> None:
    tight = tuple(new(car, **fields) for car in GIVEN.vehicles)
    found = audit_timetable(table, new(GIVEN, vehicles=tight), travel_of(GIVEN, table))
    assert rule in {finding.partition(":")[0] for finding in found}


def test_a_break_by_driving_is_held_to_driving(table: Timetable) -> None:
    cars = tuple(new(car, break_s=1_800, break_after_s=60) for car in GIVEN.vehicles)
    driving = new(GIVEN, vehicles=cars, settings=Settings(break_rule="driving"))
    found = audit_timetable(table, driving, travel_of(GIVEN, table))
    assert "breaks-taken" in {finding.partition(":")[0] for finding in found}


def test_more_promises_than_batches_are_found_unless_books_will_be_bought(table: Timetable) -> None:
    few = new(GIVEN, batches=GIVEN.batches[:3])
    found = audit_timetable(table, few, travel_of(GIVEN, table))
    assert "batches-last" in {finding.partition(":")[0] for finding in found}
    free = new(table, within_stock=False).with_id()
    assert audit_timetable(free, few, travel_of(GIVEN, table)) == []
