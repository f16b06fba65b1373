"""Rules on what the plan says it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations
from typing import get_args

from bookcar.audit.breach import breach
from bookcar.audit.calendar import works
from bookcar.audit.case import Case
from bookcar.audit.pools import moves_on
from bookcar.audit.promises import missed_promise, promised_car, standing
from bookcar.model import PastVisit, Stop, Vehicle
from bookcar.phrases.sentence import Sentence
from bookcar.plan import FootCode, LoadCode, NoCargo, Route, Unserved
from bookcar.weeks import weeks_between

TOLERANCE = 0.011  # figures are rounded to hundredths
# Reasons by what they say of the first visit that a stop lacks; all others left it to a search.
_NOTHING_COMES = frozenset(
    {
        "no-day",
        "day-closed",
        *get_args(FootCode),
        "off-road",
        "disconnected",
        "ferry-only",
        "only-others-reach",
        "no-road-to-meeting",
    }
)
_BY_LOAD = frozenset(get_args(LoadCode))
"""Reasons that may be of the batches there are, or of what was reckoned before these are known."""
_NOT_THE_FIRST = frozenset({"no-vehicle", *get_args(NoCargo)}) - {"batch-elsewhere"}


def terms_add_up(case: Case) -> Iterator[Sentence]:
    """Each term of the cost is what the routes, the records, the promises and the weights make it.

    A stop loses what the visits it lacks are worth; its reason says how many could have come.
    """
    said = case.plan.objective
    if said is None:
        yield breach("terms-add-up")
        return
    right = {
        "fixed": sum(_fixed(case, route) for route in case.plan.routes),
        "km": sum(_km(case, route) for route in case.plan.routes),
        "hours": sum(_hours_cost(case, route) for route in case.plan.routes),
        "changes": sum(_changes(case, route) for route in case.plan.routes),
        "balance": _balance(case),
        "uneven": _uneven(case),
        "prizes_lost": sum(row.lost for row in case.plan.unserved),
    }
    for name in sorted(right.keys() | said.terms.keys()):
        value, shown = right.get(name, 0.0), said.terms.get(name, 0.0)
        if abs(value - shown) > TOLERANCE:
            yield breach("terms-add-up-3", name=name, value=value, shown=shown)
    if abs(sum(said.terms.values()) - said.cost) > TOLERANCE:
        yield breach("terms-add-up-2", values=sum(said.terms.values()), cost=said.cost)
    yield from _lost(case)


def _vehicle(case: Case, route: Route) -> Vehicle:
    return case.vehicles[route.vehicle]


def _fixed(case: Case, route: Route) -> float:
    return _vehicle(case, route).fixed_cost + case.district.settings.weights.car_day


def _km(case: Case, route: Route) -> float:
    return _vehicle(case, route).cost_km * sum(leg.metres for *_, leg in case.legs(route)) / 1000


def _hours(route: Route) -> float:
    return (route.back - route.depart) / 3600


def _hours_cost(case: Case, route: Route) -> float:
    return _vehicle(case, route).cost_hour * _hours(route)


def _changes(case: Case, route: Route) -> float:
    """Return what the visits otherwise than last time, and than people were told, cost."""
    weights = case.district.settings.weights
    driver = _driver(_vehicle(case, route))
    promised: dict[str, list[str]] = {}
    for entry in standing(case):
        promised.setdefault(entry.stop, []).append(
            entry.vehicle if entry.vehicle in case.vehicles else ""
        )
    cost = 0.0
    for visit in route.visits:
        last = _last_week(case, visit.stop)
        days = _usual_weekdays(case, visit.stop, last)
        crew = {_driver(case.vehicles[p.vehicle]) for p in last if p.vehicle in case.vehicles}
        free = bool(case.stops[visit.stop].month_days) or visit.stop in promised
        named = any(car for car in promised.get(visit.stop, ()))
        cost += weights.other_weekday * (
            bool(days) and not free and route.date.weekday() not in days
        )
        cost += weights.other_driver * (bool(crew) and not named and driver not in crew)
        broken = _broken(case, route, visit.stop) * (visit.stop in promised)
        cost += weights.promise * broken + _of_waits(case) * (broken > 0)
        told = _told(case, visit.stop)
        cost += weights.changed_visit * (bool(told) and (route.date, route.vehicle) not in told)
    return cost


def _of_waits(case: Case) -> float:
    """Return what the longest wait of a stop due without a promise adds to what that is worth."""
    weights, promised = case.district.settings.weights, {entry.stop for entry in standing(case)}
    waits = (d.overdue for d in case.due.values() if d.due and d.stop.id not in promised)
    return weights.overdue_week * max(0, max(waits, default=0))


def _broken(case: Case, route: Route, stop: str) -> float:
    """Return which part of a promise a visit breaks: half of its weight with another car."""
    cars = promised_car(case, stop, route.date)
    if not cars:
        return 1.0
    return 0.0 if cars & {"", route.vehicle} else 0.5


def _usual_weekdays(case: Case, stop: str, last: list[PastVisit]) -> set[int]:
    """Return the weekdays of a stop's visits of that week, or that of the one it had waited for.

    Where the timetable promised a visit that nobody made, that is its weekday.
    """
    promise = missed_promise(case, stop)
    if promise is not None:
        return {promise.weekday()}
    begun = min((past.date for past in last), default=dt.date.max)
    before = [past.date for past in case.done_before(stop) if past.date < begun]
    since = max(before, default=dt.date.min)
    missed = [
        past.date
        for past in case.district.visits
        if past.stop == stop and past.status == "missed" and past.date < case.monday
    ]
    waited = [day for day in missed if since < day < begun]
    return {min(waited).weekday()} if waited else {past.date.weekday() for past in last}


def _told(case: Case, stop: str) -> list[tuple[dt.date, str]]:
    """Return the days and cars that people at a stop were told by the plan that was kept near."""
    kept = case.plan.kept_near
    return [(p.date, p.vehicle) for p in kept.promises if p.stop == stop] if kept else []


def _last_week(case: Case, stop: str) -> list[PastVisit]:
    """Return the visits done in the last week before the plan's in which the stop had any."""
    done = case.done_before(stop)
    last = max((past.date for past in done), default=dt.date.min)
    return [past for past in done if weeks_between(past.date, last) == 0]


def _driver(vehicle: Vehicle) -> str:
    return vehicle.driver if vehicle.driver else vehicle.id


def _balance(case: Case) -> float:
    """Return the cost of the hours by which the weeks of the drivers at work differ."""
    settings = case.district.settings
    hours = {
        _driver(vehicle): 0.0
        for vehicle in case.district.vehicles
        if any(works(case, vehicle, day) for day in case.days())
    }
    for route in case.plan.routes:
        driver = _driver(_vehicle(case, route))
        hours[driver] = hours.get(driver, 0.0) + _hours(route)
    mean = sum(hours.values()) / max(1, len(hours))
    return settings.weights.balance_hour * sum(abs(own - mean) for own in hours.values())


def _uneven(case: Case) -> float:
    """Return the cost of days, and of cars, that are further off their share than is free."""
    settings = case.district.settings
    if settings.batches.hand_on:
        return 0.0
    cars = case.district.vehicles
    goes = [(day, car.id) for car in cars for day in case.days() if works(case, car, day)]
    out = [(r.date, r.vehicle, _hours(r)) for r in case.plan.routes]
    total = sum(hours for day, car, hours in out if (day, car) in goes)
    off = 0.0
    for at, free in ((0, 1 / 4), (1, 1 / 20)):
        for part in {pair[at] for pair in goes}:
            mine = sum(one[2] for one in out if one[at] == part and one[:2] in goes)
            share = total * sum(pair[at] == part for pair in goes) / len(goes)
            off += max(0.0, abs(mine - share) - free * share)
    return settings.weights.level_days * off


def _lost(case: Case) -> Iterator[Sentence]:
    """Yield the unserved stops that are said to lose other than their visits are worth."""
    for row in case.plan.unserved:
        possible = sorted(_worths(case, row))
        if not any(abs(row.lost - worth) <= TOLERANCE for worth in possible):
            worth = tuple(f"{value:.2f}" for value in possible)
            yield breach("costs-lost", stop=row.stop, reason=row.reason, worth=worth, lost=row.lost)


def _worths(case: Case, row: Unserved) -> set[float]:
    """Return what a stop may lose: the worth of each visit it lacks that some plan could make.

    The reason is that of the first visit it lacks. Where nothing could come, none counts; a visit
    without a batch of its own does not, though the others may have one. One whose batch went to
    another may have had a second best of its own: that it has had before, or that came too late; so
    may one on foot, that nobody had the time to carry, or not with the batches there are. And what
    another stop holds counted as long as a visit there might have brought it back.
    """
    stop = case.stops[row.stop]
    taken = row.reason == "carrier-taken" and row.made > 0  # who came once could come again
    nothing = row.reason in _NOTHING_COMES - _BY_LOAD and not taken
    if stop.required or nothing:
        return {0.0}
    weights, told = case.district.settings.weights, len(_told(case, stop.id))
    promised = sum(entry.stop == stop.id for entry in standing(case))
    worths = [
        _worth(case, stop)
        + weights.changed_visit * (told >= number)
        + (weights.promise + _of_waits(case)) * (promised >= number)
        for number in range(1, stop.visits_a_week + 1)
    ]
    worths[0] += weights.overdue_week * max(0, case.due[stop.id].overdue)
    lacking = len(worths) - row.made
    hoped = stop.id in case.travel.meetings or _might_come_back(case, row)
    if row.reason in _NOT_THE_FIRST and not hoped:
        lacking -= 1
        # Where none is made, it is the first of them that counts for nothing.
        worths = worths if row.made else worths[1:]
    some = (chosen for most in range(lacking + 1) for chosen in combinations(worths, most))
    return {sum(chosen, 0.0) for chosen in some}


def _might_come_back(case: Case, row: Unserved) -> bool:
    """Tell whether a visit to another stop that is unserved might bring back what one lacks."""
    unserved = {other.stop for other in case.plan.unserved} - {row.stop}
    return row.reason == "no-batch" and any(
        moves_on(case, case.stops[b.at], (b.pool, b.since), case.monday)
        for b in case.district.batches
        if b.books and b.at in unserved
    )


def _worth(case: Case, stop: Stop) -> float:
    """Return what a visit to a stop is worth that has not waited beyond its target."""
    weights = case.district.settings.weights
    return weights.stop + weights.priority * stop.priority + weights.people * stop.people / 100


def gap_is_of_bound(case: Case) -> Iterator[Sentence]:
    """A gap is what the cost lies above its bound, which nothing contradicts."""
    said = case.plan.objective
    if said is None or said.bound is None:
        return
    if said.no_bound:
        yield breach("gap-is-of-bound", no_bound=said.no_bound)
    if said.bound > said.cost + TOLERANCE:
        yield breach("gap-is-of-bound-2", bound=said.bound, cost=said.cost)
    if said.gap is not None and said.cost > said.bound * (1 + said.gap) + TOLERANCE:
        yield breach("gap-is-of-bound-3", gap=said.gap, bound=said.bound, cost=said.cost)
