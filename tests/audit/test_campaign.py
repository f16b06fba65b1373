"""The audit of campaigns: one breach for every rule."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import jsonschema
import msgspec
import pytest
from builders import MONDAY, batch, district, past_visit, stop, vehicle

from bookcar.audit import campaign_carriers
from bookcar.audit.campaign import CAMPAIGN_GROUND, CAMPAIGN_RULES, audit_campaign
from bookcar.campaigns.progress import CampaignProgress, Stock, campaign_schema, progress_of
from bookcar.campaigns.schedule import Left, Visit, make_schedule
from bookcar.model import Campaign, District
from bookcar.roads.sources import travel_for

new = msgspec.structs.replace
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
Change = Callable[[CampaignProgress], CampaignProgress]


def tables(**fields: Any) -> District:
    stops = [stop(f"S{k}", kind="bookhouse", area=f"A{k % 2}") for k in range(1, 7)]
    campaign = Campaign(
        id="C",
        name="Top-up",
        first=MONDAY,
        last=MONDAY + 3 * WEEK - DAY,
        stops=tuple(one.id for one in stops),
        books=68,
    )
    done = past_visit("S6", MONDAY + DAY, batch="B6", action="dropped")
    defaults: dict[str, Any] = {
        "vehicles": (vehicle("V", max_stops=2, weekdays=(0, 1, 2)),),
        "campaigns": (campaign,),
        "visits": (done,),
        "batches": tuple(batch(f"B{k}", books=68) for k in range(7)),
    }
    return district(*stops, **defaults | fields)


@cache
def found() -> CampaignProgress:
    given = tables()
    schedule = make_schedule(given, given.campaigns[0], begins=MONDAY + WEEK, effort="quick")
    return progress_of(given, schedule)


def audited(progress: CampaignProgress, given: District | None = None) -> set[str]:
    given = given or tables()
    lines = audit_campaign(progress, given, travel_for(given))
    return {line.partition(":")[0] for line in lines}


def schedule(**fields: Any) -> Change:
    return lambda one: new(one, schedule=new(one.schedule, **fields)).with_id()


def visits(change: Callable[[Visit], Visit]) -> Change:
    def changed(one: CampaignProgress) -> CampaignProgress:
        first, *others = one.schedule.visits
        return schedule(visits=(change(first), *others))(one)

    return changed


def all_at_once(one: CampaignProgress) -> CampaignProgress:
    first = one.schedule.visits[0]
    same = (new(v, date=first.date, arrive=first.arrive, leave=first.leave)
            for v in one.schedule.visits)  # fmt: skip
    return schedule(visits=tuple(same))(one)


def one_week_more(one: CampaignProgress) -> CampaignProgress:
    weeks = tuple(new(week, stops=week.stops + 1) for week in one.schedule.weeks)
    return schedule(weeks=weeks)(one)


BREACHES: dict[str, Change] = {
    "campaign-known": visits(lambda v: new(v, vehicle="V9")),
    "campaign-id": lambda one: new(one, id="0"),
    "campaign-accounted": schedule(left=(Left(stop="S1", reason="full"),)),
    "campaign-days": visits(lambda v: new(v, date=MONDAY - WEEK)),
    "campaign-cars": visits(lambda v: new(v, date=MONDAY + WEEK + 4 * DAY)),
    "campaign-hours": visits(lambda v: new(v, leave=v.leave + 60)),
    "campaign-drivable": all_at_once,
    "campaign-loads": visits(lambda v: new(v, books=1)),
    "campaign-weeks": one_week_more,
    "campaign-standings": lambda one: new(one, standings=one.standings[1:]).with_id(),
    "campaign-stock": lambda one: new(
        one, stock=Stock(needed=1, books=1, batches=1)
    ).with_id(),
}  # fmt: skip


def test_a_schedule_is_clean_and_keeps_its_schema() -> None:
    assert audited(found()) == set()
    assert found().with_id() == found()
    jsonschema.validate(json.loads(found().to_json()), campaign_schema())
    assert msgspec.json.decode(found().to_json(), type=CampaignProgress) == found()


def test_every_rule_has_a_breach() -> None:
    afoot = set(campaign_carriers.RULES)  # see tests/campaigns/test_on_foot.py
    rules = {*CAMPAIGN_GROUND, *CAMPAIGN_RULES} - afoot
    assert set(BREACHES) == {rule.__name__.replace("_", "-") for rule in rules}


@pytest.mark.parametrize("rule", BREACHES)
def test_a_breach_is_found(rule: str) -> None:
    assert rule in audited(BREACHES[rule](found()))


def test_too_many_books_for_a_car_are_found() -> None:
    small = tables(vehicles=(vehicle("V", max_stops=2, weekdays=(0, 1, 2), books=100),))
    assert "campaign-loads" in audited(found(), small)


def test_a_stop_that_is_shut_is_found() -> None:
    given = tables()
    shut = tuple(new(one, windows=((0, 3600),)) for one in given.stops)
    assert "campaign-hours" in audited(found(), new(given, stops=shut))
