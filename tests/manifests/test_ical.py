"""The visits as a calendar, read back by another program's parser."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest
from calls import changed
from manifests.plans import HOSTILE, ZH, make_plan

from bookcar.manifests.ical import visits_ics
from bookcar.manifests.rows import week_sheet
from bookcar.plan import Plan
from bookcar.web.text import printable


def _ics(plan: Plan) -> bytes:
    return visits_ics(plan, week_sheet(plan))


def _events(plan: Plan) -> list[Any]:
    return list(icalendar.Calendar.from_ical(_ics(plan)).walk("VEVENT"))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Denver", "UTC"])
def test_every_visit_is_an_event_at_its_local_time(zone: str) -> None:
    plan = make_plan(routes=3, stops=4, plan={"time_zone": zone})
    visits = [(route, visit) for route in plan.routes for visit in route.visits]
    for event, (route, visit) in zip(_events(plan), visits, strict=True):
        for key, seconds in (("DTSTART", visit.begin), ("DTEND", visit.depart)):
            local = event[key].dt.astimezone(ZoneInfo(zone))
            assert local.date() == route.date
            assert local.hour * 60 + local.minute == seconds // 60
            assert local.second == 0
            assert zone == "UTC" or event[key].params["TZID"] == zone


def test_an_event_begins_when_people_are_served_not_when_the_car_comes() -> None:
    """The crew rests there for half an hour, or waits for the stop to open."""
    plan = make_plan(routes=1, stops=1)
    (route,), (visit,) = plan.routes, plan.routes[0].visits
    rests = msgspec.structs.replace(visit, begin=visit.arrive + 1_800)
    resting = msgspec.structs.replace(route, calls=(rests,))
    (event,) = _events(msgspec.structs.replace(plan, routes=(resting,)))
    assert event["DTSTART"].dt.hour * 60 + event["DTSTART"].dt.minute == rests.begin // 60


def test_the_zone_of_its_times_is_in_the_calendar() -> None:
    calendar = icalendar.Calendar.from_ical(_ics(make_plan(plan={"time_zone": "America/Denver"})))
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["America/Denver"]


def test_names_come_back_as_they_are() -> None:
    plan = make_plan(routes=1, stops=len(HOSTILE), names=HOSTILE, stop={"name_en": ""})
    for k, (event, name) in enumerate(zip(_events(plan), HOSTILE, strict=True), 1):
        assert str(event["SUMMARY"]) == f"R01 {k:02d} {printable(name)}"
        assert str(event["LOCATION"]).startswith(printable(name))


@pytest.mark.parametrize(("language", "name"), [("en", "Huatian Village 1"), ("fr", "花田村1")])
def test_an_english_calendar_tells_english_names_and_the_places_own(
    language: str, name: str
) -> None:
    (event,) = _events(make_plan(routes=1, stops=1, plan={"language": language}))
    assert str(event["SUMMARY"]) == f"R01 01 {name}"
    assert str(event["LOCATION"]).startswith("花田村1")


def test_no_line_is_too_long_and_none_is_split_in_a_character() -> None:
    data = _ics(make_plan(plan=ZH, names=("塆塝屲" * 60,)))
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert lines.pop() == b""
    for line in lines:
        line.decode()
        assert b"\n" not in line


def test_an_event_keeps_its_id_in_another_plan_of_the_week() -> None:
    first = {str(event["UID"]) for event in _events(make_plan(routes=2))}
    assert len(first) == 10
    assert {str(e["UID"]) for e in _events(make_plan(routes=2, rest=False))} == first
    later = make_plan(routes=2, plan={"week": "2026-W50"})
    assert not first & {str(event["UID"]) for event in _events(later)}


def test_the_batches_and_the_place_are_said() -> None:
    plan = make_plan(routes=1, stops=1)
    (event,) = _events(plan)
    assert "B1001-1" in event["DESCRIPTION"]
    assert "Collect: B2001-1" in event["DESCRIPTION"]
    stop = plan.stops[0]
    assert event["GEO"].to_ical() == f"{stop.lat};{stop.lon}"
    assert event["DTSTAMP"].dt == dt.datetime(2026, 11, 30, tzinfo=dt.UTC)


def test_two_visits_to_one_stop_are_two_events() -> None:
    plan = make_plan(routes=2, stops=2)
    first, second = plan.routes
    again = msgspec.structs.replace(second.visits[0], stop=first.visits[0].stop)
    routes = (first, changed(second, visits=(again, second.visits[1])))
    twice = msgspec.structs.replace(plan, routes=routes)
    before, after = ([str(event["UID"]) for event in _events(p)] for p in (plan, twice))
    assert len(set(after)) == 4
    assert after[0] == before[0]
