"""A random district's timetable made and adopted, and a campaign: audited, and the same twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from random import Random

import msgspec
from soak.found import Found

import bookcar as bc
from bookcar.as_of import as_of
from bookcar.audit import audit
from bookcar.audit.campaign import audit_campaign
from bookcar.audit.timetable import audit_timetable
from bookcar.campaigns.progress import progress_of
from bookcar.campaigns.schedule import horizon_of, make_schedule
from bookcar.errors import InfeasibleError, InputError
from bookcar.inputs.movements import before
from bookcar.model import Campaign, District, TimetableEntry
from bookcar.plan import Plan
from bookcar.roads.sources import travel_for
from bookcar.timetable_changes import entries_of
from bookcar.timetables.make import timetable_and_ways
from bookcar.weeks import parse_week, week_dates

DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
SHARE = 0.35
"""Of districts that get a timetable, and as many a campaign."""
LEFT_OUT = 0.4
"""Of the stops of a timetable, those without a promise when it is adopted once more."""
CUT_OFF = {"depot-off-road.closed", "depot-off-road.closed-day"}


def promised(district: District, week: str, seed: int, counts: Counter[str]) -> Iterator[Found]:
    """Yield what is wrong with the timetable and the campaign of a district, where it gets one."""
    chance = Random(f"promises of {seed}")
    if chance.random() < SHARE:
        yield from _timetable(district, week, seed, counts, weeks=chance.choice((2, 4, 6)))
    if chance.random() < SHARE:
        yield from _campaign(district, week, seed, counts, chance=chance)


def _timetable(
    district: District, week: str, seed: int, counts: Counter[str], *, weeks: int
) -> Iterator[Found]:
    first = parse_week(week)
    last = first + weeks * WEEK - DAY
    try:
        table, travel = timetable_and_ways(district, first, last, seed=seed, effort="quick")
    except InfeasibleError:
        counts["no timetable"] += 1
        return
    except InputError as error:
        _pass_over_closures(error)
        counts["no timetable: depot cut off"] += 1
        return
    counts["timetables"] += 1
    counts["promises"] += sum(len(route.visits) for route in table.routes)
    counts.update(f"without a date: {one.reason.key.partition('.')[2]}" for one in table.left)
    for finding in audit_timetable(table, district, travel):
        yield Found("audit of a timetable", finding)
    again, _ = timetable_and_ways(district, first, last, seed=seed, effort="quick")
    if again.to_json() != table.to_json():
        yield Found("other bytes (timetable)", "made twice, two timetables")
    for entries in (entries_of(table), _some(entries_of(table), seed)):
        adopted = msgspec.structs.replace(district, timetable=entries)
        try:
            plan = bc.plan_week(adopted, week, effort="quick", seed=seed)
        except InfeasibleError:
            return
        yield from _kept(adopted, plan, counts)


def _some(entries: tuple[TimetableEntry, ...], seed: int) -> tuple[TimetableEntry, ...]:
    """Return the promises of some stops: the others are due without one, and wait for batches."""
    chance = Random(f"stops left out of the timetable of {seed}")
    left = {stop for stop in sorted({e.stop for e in entries}) if chance.random() < LEFT_OUT}
    return tuple(entry for entry in entries if entry.stop not in left)


def _kept(district: District, plan: Plan, counts: Counter[str]) -> Iterator[Found]:
    """Yield what the audit finds in a week by the timetable, and promises that it does not name."""
    monday = parse_week(plan.week)
    days = week_dates(monday)
    travel = travel_for(as_of(district, monday), dates=days)
    for finding in audit(plan, district, travel):
        yield Found("audit of a promised week", finding)
    counts.update(f"promise {promise.becomes}" for promise in plan.promises)
    counts["kept for promises"] += sum(u.reason == "kept-for-promises" for u in plan.unserved)
    told = {(promise.stop, promise.date) for promise in plan.promises}
    given = {(entry.stop, entry.date) for entry in district.timetable if entry.date in days}
    if told != given:
        yield Found("promises", f"{sorted(map(str, told ^ given))} are in one of the two only")


def _campaign(
    district: District, week: str, seed: int, counts: Counter[str], *, chance: Random
) -> Iterator[Found]:
    first = parse_week(week)
    kinds = {stop.kind for stop in district.stops}
    kind = chance.choice(sorted(kinds))
    campaign = Campaign(
        id="C",
        name="Top-up",
        first=first + chance.choice((0, 2)) * DAY,
        last=first + chance.choice((1, 2, 3)) * WEEK - DAY,
        stops=tuple(stop.id for stop in district.stops if stop.kind == kind),
        books=chance.choice((None, 0, 40)),
    )
    given = msgspec.structs.replace(district, campaigns=(campaign,))
    try:
        schedule = make_schedule(given, campaign, begins=first, seed=seed, effort="quick")
    except InfeasibleError:
        counts["no campaign"] += 1
        return
    except InputError as error:
        _pass_over_closures(error)
        counts["no campaign: depot cut off"] += 1
        return
    counts["campaigns"] += 1
    counts["visits of campaigns"] += len(schedule.visits)
    counts.update(f"campaign leaves: {one.reason}" for one in schedule.left)
    travel = travel_for(before(given, first), dates=horizon_of(campaign, first).dates)
    for finding in audit_campaign(progress_of(given, schedule), given, travel):
        yield Found("audit of a campaign", finding)


def _pass_over_closures(error: InputError) -> None:
    """Raise an error again that is not of depots that closures of a later week cut off."""
    if any(f"{f.rule}.{f.variant}" not in CUT_OFF for f in error.faults):
        raise error
