"""Campaigns with stops that carriers bring books to: scheduled, audited, and told."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from itertools import product
from typing import Any

import msgspec
import pytest
from builders import MONDAY, H, batch, district, past_visit, stop, vehicle

import bookcar as bc
from bookcar.audit.campaign import audit_campaign
from bookcar.audit.campaign_carriers import RULES
from bookcar.campaigns.progress import CampaignProgress, progress_of
from bookcar.campaigns.schedule import Schedule, Visit, make_schedule
from bookcar.model import Campaign, Carrier, District, Stop, TimetableEntry
from bookcar.pages.campaign import campaign_page
from bookcar.pages.campaign_files import promises_csv
from bookcar.roads.sources import travel_for
from bookcar.timetable import TimetableFoot
from bookcar.weeks import monday_of

new = msgspec.structs.replace
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
HOUSES = [
    stop(f"F{k}", kind="bookhouse", access="foot", lon=106.70 + 0.01 * k, lat=29.0245)
    for k in range(4)
]


def carrier(id: str, *stops: Stop, **fields: Any) -> Carrier:
    home = {"lon": stops[0].lon, "lat": stops[0].lat, "at": stops[0].id}
    served = tuple(s.id for s in stops)
    return Carrier(**{"id": id, "name": f"carrier {id}", "stops": served} | home | fields)


def county(*carriers: Carrier, houses: list[Stop], weeks: int = 3, **fields: Any) -> District:
    roads = [stop(f"S{k}", lon=106.70 + 0.01 * k, every_weeks=9) for k in range(4)]
    campaign = Campaign(
        id="C",
        name="Top-up",
        first=MONDAY,
        last=MONDAY + weeks * WEEK - DAY,
        stops=tuple(one.id for one in houses),
        books=40,
    )
    defaults: dict[str, Any] = {
        "carriers": carriers,
        "vehicles": (vehicle("V", max_seconds=9 * H, max_metres=200_000),),
        "campaigns": (campaign,),
        "visits": tuple(past_visit(one.id, MONDAY - WEEK) for one in (*roads, *houses)),
        "batches": tuple(batch(f"B{k:02d}", books=40, kg=14) for k in range(20)),
        "time_zone": "Asia/Shanghai",
    }
    return district(*roads, *houses, **defaults | fields)


def scheduled(given: District) -> Schedule:
    return make_schedule(given, given.campaigns[0], begins=MONDAY, effort="quick")


def audited(given: District, found: CampaignProgress) -> set[str]:
    lines = audit_campaign(found, given, travel_for(given))
    return {line.partition(":")[0] for line in lines}


GIVEN = county(carrier("K", *HOUSES, metres=20_000, weekdays=(1, 3)), houses=HOUSES)


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return scheduled(GIVEN)


def test_each_stop_has_a_day_of_its_carrier_to_itself(schedule: Schedule) -> None:
    assert schedule.left == ()
    assert {visit.stop for visit in schedule.visits} == {house.id for house in HOUSES}
    assert all(visit.foot and visit.foot.carriers == ("K",) for visit in schedule.visits)
    days = [visit.date for visit in schedule.visits]
    assert days == [MONDAY + n * DAY for n in (1, 3, 8, 10)]  # the first that the carrier has
    assert audited(GIVEN, progress_of(GIVEN, schedule)) == set()


def test_weeks_keep_the_days_it_told(schedule: Schedule) -> None:
    rows = list(
        csv.DictReader(io.StringIO(promises_csv(progress_of(GIVEN, schedule)).decode("utf-8-sig")))
    )
    assert len(rows) == len(HOUSES)
    entries = tuple(
        TimetableEntry(stop=v.stop, date=v.date, vehicle=v.vehicle, arrive=v.arrive, leave=v.leave)
        for v in schedule.visits
    )
    adopted = new(GIVEN, timetable=entries)
    plan = bc.plan_week(adopted, "2026-W49", effort="quick")
    afoot = {(v.stop, r.date) for r in plan.routes for v in r.visits if v.foot}
    assert afoot == {(v.stop, v.date) for v in schedule.visits if monday_of(v.date) == MONDAY}
    assert {promise.becomes for promise in plan.promises} == {"same"}
    again = scheduled(adopted)
    assert all(visit.promised and visit.foot for visit in again.visits)
    assert audited(adopted, progress_of(adopted, again)) == set()


@pytest.mark.parametrize("weekdays", [(0,), (2, 4), (0, 1, 2, 3, 4)])
@pytest.mark.parametrize("weeks", [1, 2])
def test_as_many_are_reached_as_brute_force_can_send_carriers_to(
    weeks: int, weekdays: tuple[int, ...]
) -> None:
    """Two carriers, one of whom serves three stops, the other two: every way to send them out."""
    carriers = (
        carrier("K", *HOUSES[:3], metres=20_000, weekdays=weekdays),
        carrier("L", *HOUSES[2:], metres=20_000, weekdays=(0,)),
    )
    given = county(*carriers, houses=HOUSES, weeks=weeks)
    found = scheduled(given)
    assert audited(given, progress_of(given, found)) == set()
    turns = {c.id: weeks * len(c.weekdays) for c in carriers}
    ways = product(*(product((*c.stops, ""), repeat=min(3, turns[c.id])) for c in carriers))
    most = max(len({s for turn in way for s in turn if s}) for way in ways)
    assert len(found.visits) == most


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (None, "foot-only"),
        ({"weekdays": (6,)}, "no-carrier-day"),
        ({"metres": 500}, "too-far-on-foot"),
        ({"starts": 19 * H - 1_500, "ends": 23 * H}, "after-dusk"),
        ({"starts": 8 * H, "ends": 8 * H + 3_000, "metres": 20_000}, "carrier-not-met"),
    ],
)
def test_why_a_stop_on_foot_has_no_day_is_told(fields: dict[str, Any] | None, reason: str) -> None:
    some = () if fields is None else (carrier("K", HOUSES[0], **fields),)
    late = vehicle("V", starts=12 * H, ends=20 * H, max_seconds=8 * H)
    given = county(*some, houses=HOUSES[:1], vehicles=(late,))
    found = scheduled(given)
    assert [(one.stop, one.reason) for one in found.left] == [("F0", reason)]
    page = campaign_page(given, progress_of(given, found), language="en")
    assert "F0" in page


def test_a_carrier_with_too_few_days_is_taken() -> None:
    given = county(carrier("K", *HOUSES, metres=20_000, weekdays=(2,)), houses=HOUSES, weeks=3)
    found = scheduled(given)
    assert [one.reason for one in found.left] == ["carrier-taken"]
    assert len(found.visits) == 3


def test_days_that_came_to_nothing_go_to_who_was_left() -> None:
    """Of the two days F0 is dealt both, as it is tried first, and F1 the one without a car."""
    given = county(
        carrier("K", *HOUSES[:2], metres=20_000, weekdays=(0, 1)),
        houses=HOUSES[:2],
        weeks=1,
        vehicles=(
            vehicle("V", max_seconds=9 * H, max_metres=200_000, weekdays=(0,)),
            vehicle("W", max_seconds=600, weekdays=(1,)),
        ),
    )
    (visit,) = scheduled(given).visits
    assert visit.date == MONDAY
    wide = new(given, vehicles=(vehicle("V", max_seconds=9 * H, max_metres=200_000),))
    assert len(scheduled(wide).visits) == 2


@pytest.mark.parametrize("language", ["en", "zh", "fr"])
def test_the_page_tells_who_carries(schedule: Schedule, language: Any) -> None:
    page = campaign_page(GIVEN, progress_of(GIVEN, schedule), language=language)
    assert page.count("carrier K") == len(HOUSES)


def test_the_regular_service_is_carried_beside_it() -> None:
    school = new(HOUSES[3], kind="school", every_weeks=1)
    given = county(
        carrier("K", *HOUSES, metres=20_000, weekdays=(1, 3)), houses=HOUSES[:2], weeks=2
    )
    given = new(given, stops=(*given.stops, school))
    found = scheduled(given)
    assert len(found.visits) == 2
    assert [week.regular for week in found.weeks] == [1, 1]
    assert audited(given, progress_of(given, found)) == set()


Change = Callable[[Visit, TimetableFoot], Visit]


def _foot(**fields: Any) -> Change:
    return lambda visit, foot: new(visit, foot=new(foot, **fields))


BREACHES: dict[str, Change] = {
    "campaign-met": _foot(choice=2),
    "campaign-carriers": _foot(carriers=()),
    "campaign-walks": lambda visit, _: new(
        visit, arrive=visit.arrive - 6 * H, leave=visit.leave - 6 * H
    ),
    "campaign-stands": lambda visit, _: new(visit, leave=visit.leave + 300),
}


def test_every_rule_has_a_breach() -> None:
    assert set(BREACHES) == {rule.__name__.replace("_", "-") for rule in RULES}


@pytest.mark.parametrize("rule", BREACHES)
def test_a_breach_is_found(schedule: Schedule, rule: str) -> None:
    change = BREACHES[rule]
    visits = tuple(change(v, v.foot) if v.foot else v for v in schedule.visits)
    assert rule in audited(GIVEN, progress_of(GIVEN, new(schedule, visits=visits)))


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("campaign-carriers", {"weekdays": (6,)}),
        ("campaign-walks", {"metres": 1_000}),
        ("campaign-walks", {"starts": 12 * H, "ends": 12 * H + 60}),
    ],
)
def test_what_the_tables_say_of_a_carrier_is_held(
    schedule: Schedule, rule: str, fields: dict[str, Any]
) -> None:
    tight = new(GIVEN, carriers=(new(GIVEN.carriers[0], **fields),))
    assert rule in audited(tight, progress_of(GIVEN, schedule))


def test_nobody_goes_to_two_stops_on_a_day_and_no_car_comes_without_a_carrier(
    schedule: Schedule,
) -> None:
    first, second, *others = schedule.visits
    twice = new(schedule, visits=(first, new(second, date=first.date), *others))
    assert "campaign-carriers" in audited(GIVEN, progress_of(GIVEN, twice))
    alone = new(schedule, visits=(new(first, foot=msgspec.UNSET), second, *others))
    assert {"campaign-met", "campaign-cars"} <= audited(GIVEN, progress_of(GIVEN, alone))
