"""What is told of stops that only carriers reach: as the reason has it, and it can be driven."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from builders import batch, stop, vehicle
from builders import district as anywhere

import bookcar as bc
from bookcar.audit import audit
from bookcar.model import Carrier, District, Stop
from bookcar.pages.why import why_page
from bookcar.pages.why_words import WhyWords
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.plan import Plan
from bookcar.planning.compose import compose
from bookcar.planning.week import Week
from bookcar.scenarios.changes import Scenario
from bookcar.scenarios.tables import changed_district
from bookcar.why import carried, price
from bookcar.why.carriers import living_at, with_ways
from bookcar.why.standing import Standing
from bookcar.why.week import whys_of

WEEK = "2026-W49"
_OF_THE_REST = {"every-due-stop-accounted", "plan-totals", "terms-add-up"}
"""Rules on who is left out, which is not made up for the weeks that are tried."""


def _afoot(id: str, **fields: Any) -> Stop:
    """Return a stop that no car reaches, half a kilometre north of the road."""
    return stop(id, **{"access": "foot", "lat": 29.0245} | fields)


def _carrier(*stops: Stop, **fields: Any) -> Carrier:
    """Return who lives at the first of the stops and serves them all."""
    home = {"lon": stops[0].lon, "lat": stops[0].lat, "at": stops[0].id}
    served = tuple(s.id for s in stops)
    return Carrier(**{"id": "K", "name": "carrier K", "stops": served} | home | fields)


def _district(*stops: Stop, **fields: Any) -> District:
    return anywhere(*stops, **{"time_zone": "Asia/Shanghai"} | fields)


def _planned(tables: District) -> Plan:
    return bc.plan_week(tables, WEEK, effort="quick")


def test_a_stop_whose_carrier_is_elsewhere_is_told_which_visit_would_go() -> None:
    one, two = _afoot("S5"), _afoot("S6", priority=-1)
    carrier = _carrier(one, two, weekdays=(2,), metres=10_000)
    tables = _district(
        stop("S7"),
        one,
        two,
        carriers=(carrier,),
        batches=(batch("B1", kg=10), batch("B2", kg=10), batch("B3", kg=10)),
    )
    plan = _planned(tables)
    (row,) = plan.unserved
    why = whys_of(tables, plan).by_stop["S6"]
    assert (row.stop, row.reason, why.level) == ("S6", "carrier-taken", "carriers")
    assert why.price is not None
    assert why.price.out == why.price.lost == ("S5",)
    assert why.price.date.weekday() == 2


def test_a_stop_on_foot_without_room_in_a_car_has_what_a_car_with_room_would_do() -> None:
    """It fits alone: nothing says that no car could come, and one stop more is enough."""
    house = _afoot("S5", priority=-1)
    short = vehicle("V", weekdays=(2,), max_stops=1)
    tables = _district(
        stop("S7"),
        house,
        vehicles=(short,),
        carriers=(_carrier(house),),
        batches=(batch("B1", kg=10), batch("B2", kg=10)),
    )
    plan = _planned(tables)
    (row,) = plan.unserved
    why = whys_of(tables, plan).by_stop["S5"]
    assert (row.reason, why.level) == ("full", "price")
    change = next(one for one in why.changes if one.lever == "stops")
    assert change.amount == 1
    room = msgspec.structs.replace(short, max_stops=2)
    assert _planned(msgspec.structs.replace(tables, vehicles=(room,))).unserved == ()


def test_the_least_that_a_carrier_must_walk_more_is_told() -> None:
    house = _afoot("S5")
    carrier = _carrier(house, metres=500)
    tables = _district(stop("S7"), house, carriers=(carrier,))
    (why,) = whys_of(tables, _planned(tables)).stops
    change = next(one for one in why.changes if one.lever == "carrier-km")
    assert change.changes == (f"carriers.K.km={(500 + 1_000 * change.amount) / 1000}",)
    for steps, served in ((change.amount, True), (change.amount - 1, False)):
        longer = msgspec.structs.replace(carrier, metres=500 + 1_000 * steps)
        again = _planned(msgspec.structs.replace(tables, carriers=(longer,)))
        assert (again.unserved == ()) == served


def test_a_weekday_and_a_longer_day_of_a_carrier_are_told() -> None:
    house = _afoot("S5")
    sunday = _carrier(house, weekdays=(6,))
    late = _carrier(house, starts=30_000, ends=31_200)
    for carrier, lever in ((sunday, "carrier-day"), (late, "carrier-hours")):
        tables = _district(stop("S7"), house, carriers=(carrier,))
        (why,) = whys_of(tables, _planned(tables)).stops
        change = next(one for one in why.changes if one.lever == lever)
        assert change.serves == ("S5",)
        if lever == "carrier-hours":
            for minutes, served in ((change.amount, True), (change.amount - 1, False)):
                later = msgspec.structs.replace(late, ends=31_200 + 60 * minutes)
                again = _planned(msgspec.structs.replace(tables, carriers=(later,)))
                assert (again.unserved == ()) == served


def test_whoever_is_told_to_carry_is_taken_by_what_if_as_it_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree("examples/fuhuan", folder)
    (folder / "carriers.csv").unlink()
    tables = bc.read(folder)
    plan = _planned(tables)
    (row,) = plan.unserved
    why = whys_of(tables, plan).by_stop["B10"]
    (change,) = why.changes
    assert (row.reason, change.lever, change.stop) == ("foot-only", "carrier", "B10")
    scenario = Scenario(name="fetched", changes=change.changes)
    changed = changed_district(folder, scenario, WEEK).district
    one = living_at(tables, tables.stops_by_id["B10"])
    assert changed.carriers == (msgspec.structs.replace(one, name=one.id),)
    assert _planned(changed).unserved == ()


def test_where_no_change_is_enough_the_reason_is_told_to_be_the_first_step() -> None:
    house = _afoot("S5", priority=-1)
    full = vehicle("V", weekdays=(2,), max_stops=1)
    tables = _district(stop("S7"), house, vehicles=(full,), batches=(batch("B1"), batch("B2")))
    plan = _planned(tables)
    (why,) = whys_of(tables, plan).stops
    assert (plan.unserved[0].reason, why.changes) == ("foot-only", ())
    page = why_page(plan, whys_of(tables, plan), language="en")
    assert "No change by itself is enough" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_bars_carriers_is_not_laid_at_the_door_of_cars(language: Any) -> None:
    house = _afoot("S5")
    tables = _district(stop("S7"), house, carriers=(_carrier(house, metres=500),))
    plan = _planned(tables)
    (why,) = whys_of(tables, plan).stops
    say = Phrases(language)
    assert why.level == "alone"
    assert WhyWords(plan, say).level(why) == say("why.level-on-foot")


def _variant(seed: int) -> District:
    """Return the small example with more stops on foot, few carriers and a short day."""
    draw, given = random.Random(seed), bc.read("examples/fuhuan")
    replace = msgspec.structs.replace
    foot = sorted({"B10", *draw.sample([s.id for s in given.stops], draw.randint(3, 6))})
    stops = tuple(
        replace(
            s,
            access="foot" if s.id in foot else "road",
            every_weeks=1,
            priority=draw.choice([0, 0, 1, 2, 5]),
            visits_a_week=draw.choice([1, 1, 1, 2]) if s.id in foot else 1,
        )
        for s in given.stops
    )
    by_id = {s.id: s for s in stops}
    homes = [by_id[draw.choice(foot)] for _ in range(draw.randint(1, 3))]
    carriers = tuple(
        Carrier(
            id=f"K{number}",
            name=f"carrier {number}",
            at=home.id,
            lon=home.lon,
            lat=home.lat,
            kg=draw.choice([10, 20, 40]),
            metres=draw.choice([6_000, 10_000, 20_000, 30_000]),
            stops=tuple(draw.sample(foot, draw.randint(1, len(foot)))),
        )
        for number, home in enumerate(homes)
    )
    car = replace(
        given.vehicles[0],
        max_metres=draw.choice([30_000, 50_000, 90_000]),
        max_seconds=3_600 * draw.choice([3, 4, 5, 7]),
        books=draw.choice([300, 500, 700]),
        max_stops=draw.choice([3, 5, 30]),
    )
    return replace(given, stops=stops, carriers=carriers, vehicles=(car,))


def _breaches(standing: Standing, week: Week) -> list[str]:
    """Return what the audit finds in a week that whys are told from, but for who is left out."""
    prepared = standing.prepared.with_crews(week.fleet.crews)
    plan = compose(prepared, week=week, unserved=(), warnings=(), seed=1, effort="quick")
    found = audit(plan, standing.given, prepared.travel)
    return [f"{one.rule}: {one}" for one in found if one.rule not in _OF_THE_REST]


@pytest.mark.parametrize("first", range(1, 13, 6))
def test_whatever_is_told_of_stops_on_foot_can_be_driven(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each week that a price or a change is read from is audited, by code that shares nothing."""
    weeks: list[tuple[Standing, Week]] = []
    own_fill, own_price = Standing.filled, price.price_of

    def filled(self: Standing, *args: Any, **fields: Any) -> Week:
        week = own_fill(self, *args, **fields)
        weeks.append((self, week))
        return week

    def priced(verdict: Any, both: tuple[Week, Week], **fields: Any) -> Any:
        weeks.append((standing, both[1]))
        return own_price(verdict, both, **fields)

    monkeypatch.setattr(Standing, "filled", filled)
    monkeypatch.setattr(price, "price_of", priced)
    monkeypatch.setattr(carried, "price_of", priced)
    told: Counter[str] = Counter()
    for seed in range(first, first + 6):
        tables = _variant(seed)
        plan = _planned(tables)
        rows = {row.stop: row for row in plan.unserved}
        reasons = {stop: row.reason for stop, row in rows.items()}
        standing = with_ways(Standing.of(tables, plan), reasons)
        weeks.clear()
        afoot = {s.id for s in tables.stops if s.access == "foot"}
        for why in whys_of(tables, plan).stops:
            reason = rows[why.id].reason
            told[f"{why.level} {why.id in afoot}"] += 1
            assert (why.level == "carriers") == (reason == "carrier-taken")
            assert why.level != "alone" or reason not in ("full", "not-worth", "needs-reload")
        assert (seed, [text for own in weeks for text in _breaches(*own)]) == (seed, [])
    assert told["price True"] + told["carriers True"] > 2
    assert len(weeks) > 0
