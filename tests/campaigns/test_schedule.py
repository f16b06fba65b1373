"""The schedule of a campaign: how many weeks it takes, beside what, and with what."""

from __future__ import annotations

import csv
import datetime as dt
import io
from math import ceil
from typing import Any

import msgspec
import pytest
from builders import MONDAY, H, batch, district, past_visit, stop, vehicle

import bookcar as bc
from bookcar.campaigns.progress import progress_of
from bookcar.campaigns.schedule import Schedule, first_week, make_schedule
from bookcar.model import Campaign, District, TimetableEntry
from bookcar.pages.campaign import campaign_page, verdicts
from bookcar.pages.campaign_files import promises_csv
from bookcar.phrases import LANGUAGES, Phrases
from bookcar.weeks import monday_of

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)


def tables(count: int, *, weeks: int = 3, most: int = 2, **fields: Any) -> District:
    """Return bookhouses near each other and a car for so many stops on Monday and Tuesday."""
    stops = [stop(f"S{k:02d}", kind="bookhouse", area=f"A{k % 2}") for k in range(1, count + 1)]
    campaign = Campaign(
        id="C",
        name="Top-up",
        first=MONDAY,
        last=MONDAY + weeks * WEEK - DAY,
        stops=tuple(one.id for one in stops),
        books=68,
    )
    seen = tuple(past_visit(one.id, MONDAY - WEEK) for one in stops)
    defaults: dict[str, Any] = {
        "vehicles": (vehicle("V", max_stops=most, weekdays=(0, 1)),),
        "campaigns": (campaign,),
        "visits": seen,
        "batches": tuple(batch(f"B{k}", books=68) for k in range(count)),
    }
    more = fields.pop("more", ())
    return district(*stops, *more, **defaults | fields)


def scheduled(given: District, **how: Any) -> Schedule:
    (campaign,) = given.campaigns
    begins = how.pop("begins", first_week(given, campaign))
    return make_schedule(given, campaign, begins=begins, effort="quick", **how)


@pytest.mark.parametrize("count", [3, 4, 5, 9])
def test_it_takes_as_few_weeks_as_the_cars_allow(count: int) -> None:
    """Four visits a week: brute force has nothing to choose, all stops are alike."""
    schedule = scheduled(tables(count))
    assert schedule.left == ()
    assert schedule.last_week == MONDAY + (ceil(count / 4) - 1) * WEEK
    assert [week.stops for week in schedule.weeks if week.stops][:-1] == [4] * (ceil(count / 4) - 1)
    assert sum(week.books for week in schedule.weeks) == 68 * count


def test_the_regular_service_goes_on_beside_it() -> None:
    """A school that is due each week takes one of the four visits."""
    school = stop("S10", kind="school", every_weeks=1)
    schedule = scheduled(tables(6, more=(school,)))
    assert [(week.stops, week.regular) for week in schedule.weeks] == [(3, 1), (3, 1), (0, 1)]
    assert schedule.regular_left == 0


def test_stops_without_room_and_without_a_road_are_told_apart() -> None:
    given = tables(5, weeks=1)
    stops = (msgspec.structs.replace(given.stops[0], access="foot"), *given.stops[1:])
    given = msgspec.structs.replace(given, stops=stops)
    schedule = scheduled(given)
    assert [(one.stop, one.reason) for one in schedule.left] == [("S01", "foot-only")]
    schedule = scheduled(tables(6, weeks=1))
    assert [one.reason for one in schedule.left] == ["full", "full"]


def test_what_the_timetable_promises_stays() -> None:
    entry = TimetableEntry(stop="S03", date=MONDAY + WEEK + DAY, vehicle="V", arrive=10 * H)
    schedule = scheduled(tables(4, timetable=(entry,)))
    (kept,) = [visit for visit in schedule.visits if visit.promised]
    assert (kept.stop, kept.date, kept.arrive) == ("S03", entry.date, 10 * H)


def test_its_rows_are_a_timetable_that_the_weeks_then_drive() -> None:
    given = tables(6)
    schedule = scheduled(given)
    progress = progress_of(given, schedule)
    rows = list(csv.DictReader(io.StringIO(promises_csv(progress).decode("utf-8-sig"))))
    assert [row["stop"] for row in rows] == [visit.stop for visit in schedule.visits]
    entries = tuple(
        TimetableEntry(stop=v.stop, date=v.date, vehicle=v.vehicle, arrive=v.arrive, leave=v.leave)
        for v in schedule.visits
    )
    adopted = msgspec.structs.replace(given, timetable=entries)
    plan = bc.plan_week(adopted, "2026-W49", effort="quick")
    first = {visit.stop for visit in schedule.visits if monday_of(visit.date) == MONDAY}
    assert {visit.stop for route in plan.routes for visit in route.visits} == first
    assert {promise.becomes for promise in plan.promises} == {"same"}


def test_the_same_seed_gives_the_same_schedule() -> None:
    given = tables(7)
    assert scheduled(given, seed=3) == scheduled(given, seed=3)


def test_it_goes_on_from_what_was_recorded_and_names_who_is_late() -> None:
    done = past_visit("S01", MONDAY, batch="B0", action="dropped")
    missed = past_visit("S02", MONDAY, status="missed")
    given = tables(5)
    promise = TimetableEntry(stop="S02", date=MONDAY)
    given = msgspec.structs.replace(
        given, visits=(*given.visits, done, missed), timetable=(promise,)
    )
    schedule = scheduled(given)
    assert schedule.begins == MONDAY + WEEK
    progress = progress_of(given, schedule)
    states = {one.stop: one.state for one in progress.standings}
    assert (states["S01"], states["S02"], states["S03"]) == ("done", "late", "planned")
    (late,) = [one for one in progress.standings if one.state == "late"]
    assert (late.was, monday_of(late.date or MONDAY)) == (MONDAY, MONDAY + WEEK)
    over = progress_of(given, scheduled(given, begins=MONDAY + 4 * WEEK))
    assert over.count("late") == 4


def test_books_that_are_lacking_are_counted() -> None:
    short = tables(5, batches=(batch("B1", books=68), batch("B2", books=68, at="S01")))
    stock = progress_of(short, scheduled(short)).stock
    assert (stock.needed, stock.books, stock.batches, stock.lacking) == (340, 68, 1, 272)
    (whole,) = short.campaigns
    pooled = msgspec.structs.replace(short, campaigns=(msgspec.structs.replace(whole, pool="TOP"),))
    assert progress_of(pooled, scheduled(pooled)).stock.books == 0
    enough = tables(5)
    assert progress_of(enough, scheduled(enough)).stock.lacking == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_page_tells_every_stop_and_township(language: Any) -> None:
    given = tables(9, weeks=2)
    progress = progress_of(given, scheduled(given))
    page = campaign_page(given, progress, language=language)
    assert all(one.name in page for one in given.stops)
    assert progress.count("left") == 1
    assert len(verdicts(progress, Phrases(language))) == 3
    assert "http" not in page.replace("http-equiv", "")
