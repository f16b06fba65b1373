"""Why a stop is not served, level by level, in districts in which the answer is plain."""

from __future__ import annotations

import datetime as dt
from html import unescape
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from builders import MONDAY, H, batch, district, stop, vehicle

import bookcar as bc
from bookcar.audit import audit
from bookcar.manifests.rows import week_sheet
from bookcar.model import District, Settings, Weights
from bookcar.pages.why import why_page
from bookcar.pages.why_words import WhyWords, helps_of
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.plan import Plan, Replanned
from bookcar.roads.sources import travel_for
from bookcar.weeks import week_dates
from bookcar.why.forced import visited
from bookcar.why.standing import Standing
from bookcar.why.week import whys_of
from bookcar.whys import FILE, LeverKind, Why, effort, load_whys

WEEK = "2026-W49"
ONE_DAY = vehicle("V", weekdays=(0,))


def _planned(tables: District) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick")


def _why(tables: District, name: str) -> Why:
    return whys_of(tables, _planned(tables)).by_stop[name]


def _of(why: Why, lever: str) -> Any:
    return next(change for change in why.changes if change.lever == lever)


def test_a_stop_beyond_the_day_of_every_car_is_impossible_alone() -> None:
    tables = district(stop("S15"), vehicles=(vehicle("V", max_metres=40_000),))
    why = _why(tables, "S15")
    assert why.level == "alone"
    assert why.price is None
    change = _of(why, "km")
    metres = 40_000 + 1_000 * change.amount
    for limit, served in ((metres, 1), (metres - 1_000, 0)):
        again = _planned(district(stop("S15"), vehicles=(vehicle("V", max_metres=limit),)))
        assert again.totals.served == served
    assert change.changes == (f"vehicles.V.max_km={metres // 1000}",)


def test_one_stop_too_many_costs_the_one_worth_the_least() -> None:
    stops = (stop("S1", people=9_000), stop("S2", people=100), stop("S3"))
    tables = district(*stops, vehicles=(msgspec.structs.replace(ONE_DAY, max_stops=2),))
    why = _why(tables, "S3")
    assert why.level == "price"
    assert why.price is not None
    assert why.price.out == why.price.lost == ("S2",)
    assert _of(why, "stops").amount == 1
    assert _of(why, "stops").serves == ("S3",)


def test_a_stop_that_makes_room_may_be_visited_on_another_day() -> None:
    monday = msgspec.structs.replace(ONE_DAY, max_stops=1)
    friday = vehicle("W", weekdays=(4,), max_stops=1, fixed_cost=70.0)
    tables = district(
        stop("S1", people=9_000), stop("S2", weekdays=(0,)), vehicles=(monday, friday)
    )
    why = _why(tables, "S2")
    assert why.price is not None
    assert why.price.out == ("S1",)
    assert [(one.stop, one.vehicle) for one in why.price.moved] == [("S1", "W")]
    assert why.price.lost == ()


def test_what_has_no_room_beside_what_is_required_is_told_so() -> None:
    stops = (stop("S1", required=True), stop("S2", required=True), stop("S3"))
    tables = district(*stops, vehicles=(msgspec.structs.replace(ONE_DAY, max_stops=2),))
    why = _why(tables, "S3")
    assert why.level == "kept"
    assert why.conflict is not None
    assert sorted(why.conflict.stops) == ["S1", "S2"]
    assert [one.code for one in why.conflict.obstacles] == ["stops"]


def test_a_way_that_costs_too_much_has_its_price_and_the_least_priority() -> None:
    weights = Weights(stop=5.0, priority=5.0, overdue_week=0.0)
    tables = district(stop("S10"), settings=Settings(weights=weights))
    why = _why(tables, "S10")
    assert why.price is not None
    assert (why.price.out, why.price.metres > 30_000) == ((), True)
    amount = _of(why, "priority").amount
    for priority, served in ((amount, 1), (amount - 1, 0)):
        again = district(stop("S10", priority=priority), settings=Settings(weights=weights))
        assert _planned(again).totals.served == served
    assert _of(why, "required").changes == ("stops.S10.required=yes",)


def test_hours_are_widened_to_the_minute() -> None:
    early = ((6 * H, 8 * H + 600),)
    why = _why(district(stop("S9", windows=early)), "S9")
    amount = _of(why, "closes").amount
    for minutes, served in ((amount, 1), (amount - 1, 0)):
        windows = ((6 * H, 8 * H + 600 + 60 * minutes),)
        assert _planned(district(stop("S9", windows=windows))).totals.served == served


def test_one_change_that_serves_several_stands_before_all_others() -> None:
    stops = tuple(stop(f"S{k}", weekdays=(1,)) for k in (1, 2, 3))
    whys = whys_of(tables := district(*stops, vehicles=(ONE_DAY,)), _planned(tables))
    first = whys.together[0]
    assert (first.lever, first.weekday, len(first.serves)) == ("car-day", 1, 3)
    for why in whys.stops:
        assert first.changes in [change.changes for change in why.changes]
        assert list(why.changes) == sorted(why.changes, key=effort)


def test_a_car_day_more_is_told_where_stops_are_worth_it_only_together() -> None:
    def tables(days: tuple[int, ...], *names: str) -> District:
        stops = (stop(name, weekdays=(1,)) for name in names)
        weights = Weights(stop=30.0, overdue_week=0.0, people=0.0)
        car = vehicle("V", weekdays=days, fixed_cost=40.0)
        return district(*stops, vehicles=(car,), settings=Settings(weights=weights))

    for name in ("S1", "S2"):  # with the car-day, either alone stays unserved
        assert _planned(tables((0, 1), name)).totals.served == 0
    assert _planned(tables((0, 1), "S1", "S2")).totals.served == 2
    given = tables((0,), "S1", "S2")
    whys = whys_of(given, plan := _planned(given))
    for why in whys.stops:
        change = _of(why, "car-day")
        assert (change.weekday, change.serves, change.jointly) == (1, ("S1", "S2"), True)
        assert change.when == dt.date(2026, 12, 1)
        assert change.serves == whys.together[0].serves
    for language in LANGUAGES:
        say = Phrases(language)
        stops = tuple(say("why.named", name=s.name, id=s.id) for s in plan.stops)
        text = say("why.serves-jointly", count=2, stops=stops)
        assert all(text in " ".join(WhyWords(plan, say).lines(why)) for why in whys.stops)
    alone = tables((0,), "S1")
    (why,) = whys_of(alone, _planned(alone)).stops
    assert all(change.lever != "car-day" for change in why.changes)


def test_a_batch_more_is_of_the_size_that_is_wanted() -> None:
    tables = district(stop("S1"), stop("S2"), batches=(batch("B1"),))
    (why,) = whys_of(tables, _planned(tables)).stops
    assert _of(why, "batch").changes == ("+batch B2 books=50 kg=20 at=D",)


def test_nothing_is_told_of_a_week_in_which_all_are_served() -> None:
    tables = district(stop("S1"))
    assert whys_of(tables, _planned(tables)).stops == ()


def test_every_other_way_of_a_visit_is_a_plan_that_breaks_no_rule() -> None:
    tables = district(stop("S1"), stop("S2"), vehicles=(vehicle("V"), vehicle("W", max_metres=900)))
    plan = _planned(tables)
    (visit,) = visited(Standing.of(tables, plan), "S1")
    able = [other for other in visit.others if other.begin is not None]
    assert {(o.date, o.vehicle) for o in able if o.vehicle == "V"}
    assert all(o.obstacles[0].code == "distance" for o in visit.others if o.vehicle == "W")
    for other in able:
        if other.date == visit.date:
            continue
        fixed = msgspec.structs.replace(
            tables.stops[0], weekdays=(other.date.weekday(),), required=True
        )
        moved = district(fixed, tables.stops[1], vehicles=tables.vehicles)
        again = bc.plan_week(moved, WEEK, effort="quick", keeping=plan)
        travel = travel_for(moved, dates=week_dates(MONDAY))
        assert audit(again, moved, travel) == []
        assert again.totals.metres - plan.totals.metres <= other.metres


def test_the_file_is_of_its_plan_alone(tmp_path: Path) -> None:
    tables = district(stop("S15"), vehicles=(vehicle("V", max_metres=40_000),))
    plan = _planned(tables)
    whys = whys_of(tables, plan)
    (tmp_path / FILE).write_bytes(whys.to_json())
    assert load_whys(tmp_path, plan) == whys
    assert load_whys(tmp_path, msgspec.structs.replace(plan, id="other")) is None
    (tmp_path / FILE).write_bytes(b"{")
    assert load_whys(tmp_path, plan) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_found_is_said(language: Any) -> None:
    stops = (stop("S1", people=9_000), stop("S2", name='<b>"2"'), stop("S3"), stop("S90"))
    tables = district(*stops, vehicles=(msgspec.structs.replace(ONE_DAY, max_stops=2),))
    plan = _planned(tables)
    whys = whys_of(tables, plan)
    words = WhyWords(plan, Phrases(language))
    page = why_page(plan, whys, language=language)
    for why in whys.stops:
        assert words.level(why)
        assert f'id="{why.id}"' in page
        assert len(list(words.lines(why))) == len(why.changes)
    assert '<b>"2' not in page


def test_a_lever_is_known_by_words_in_every_language() -> None:
    for language in LANGUAGES:
        assert all(f"why.change-{lever}" in Phrases(language) for lever in get_args(LeverKind))


def test_a_week_that_is_driven_gets_levels_alone() -> None:
    tables = district(stop("S15"), vehicles=(vehicle("V", max_metres=40_000),))
    plan = _planned(tables)

    moment = dt.datetime(2026, 12, 1, 10, tzinfo=dt.UTC)
    again = msgspec.structs.replace(plan, replanned=Replanned(plan="x", at=moment))
    (why,) = whys_of(tables, again).stops
    assert (why.level, why.changes) == ("alone", ())


def _two_for_one_place() -> District:
    """Return a car whose day is full, and two more stops that one stop more a day is room for."""
    stops = (stop("S1", people=9_000), stop("S2", people=500), stop("S3", people=400))
    return district(*stops, vehicles=(msgspec.structs.replace(ONE_DAY, max_stops=1),))


def test_stops_that_one_change_serves_each_alone_are_told_to_compete() -> None:
    tables = _two_for_one_place()
    whys = whys_of(tables, _planned(tables))
    told = {why.id: _of(why, "stops") for why in whys.stops}
    more = [name for name, change in told.items() if change.amount == 1]
    assert sorted(more) == ["S2", "S3"]
    first, second = told["S2"], told["S3"]
    assert (first.instead, second.instead) == ((), ("S2",))
    assert whys.alone(first) == ("S3",)
    room = msgspec.structs.replace(ONE_DAY, max_stops=2)
    again = _planned(msgspec.structs.replace(tables, vehicles=(room,)))
    assert [row.stop for row in again.unserved] == ["S3"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_who_competes(language: Any) -> None:
    tables = _two_for_one_place()
    plan = _planned(tables)
    whys = whys_of(tables, plan)
    words = WhyWords(plan, Phrases(language))
    said = words.instead(_of(whys.by_stop["S3"], "stops"))
    assert "S2" in said
    assert said in unescape(why_page(plan, whys, language=language))


def test_a_longer_day_is_told_with_the_day_and_when_the_car_is_back() -> None:
    stops = (stop("S5", people=9_000), stop("S6", people=100))
    alone = _planned(district(stops[0], vehicles=(ONE_DAY,))).routes[0]
    worked = -(-(alone.back - alone.depart) // 60) * 60
    short = msgspec.structs.replace(ONE_DAY, max_seconds=worked)
    tables = district(*stops, vehicles=(short,))
    plan = _planned(tables)
    change = _of(whys_of(tables, plan).by_stop["S6"], "hours")
    (day,) = change.days
    longer = msgspec.structs.replace(short, max_seconds=short.max_seconds + 60 * change.amount)
    again = _planned(msgspec.structs.replace(tables, vehicles=(longer,)))
    assert again.unserved == ()
    assert (day.date, day.vehicle) == (dt.date(2026, 11, 30), "V")
    assert day.back - plan.routes[0].depart <= longer.max_seconds
    assert day.back > plan.routes[0].back


def test_tables_tell_what_would_help_as_the_pages_do() -> None:
    tables = _two_for_one_place()
    plan = _planned(tables)
    whys = whys_of(tables, plan)
    helps = helps_of(plan, whys, "en")
    rows = week_sheet(plan, language="en", helps=helps).unserved
    words = WhyWords(plan, Phrases("en"))
    for row, why in zip(rows, whys.stops, strict=True):
        assert row.help == helps[why.id]
        assert words.change(why.changes[0]) in row.help
        assert words.level(why) in row.help
