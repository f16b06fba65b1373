"""Rules on who goes where and when at all."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.errors import UsageError
from bookcar.phrases.sentence import Sentence
from bookcar.roads.travel import UNREACHABLE
from bookcar.weeks import parse_week, week_dates


def in_the_tables(case: Case) -> Iterator[Sentence]:
    """Every depot, vehicle, stop and batch of the plan is still in the district's tables."""
    for route in case.plan.routes:
        yield from _unknown(route.id, "vehicle", [route.vehicle], case.vehicles)
        yield from _unknown(route.id, "depot", [route.depot], case.depots)
        called = [reload.depot for reload in route.reloads]
        yield from _unknown(route.id, "depot", called, case.depots)
        yield from _unknown(route.id, "batch", list(route.undropped), case.batches)
        for visit in route.visits:
            yield from _unknown(route.id, "stop", [case.district.place_of(visit.stop)], case.stops)
            moved = [*visit.drops, *visit.collects]
            yield from _unknown(f"{route.id}, {visit.stop}", "batch", moved, case.batches)
    for (date, vehicle), batches in sorted(case.left_with.items()):
        yield from _unknown(f"{date}", "vehicle", [vehicle], case.vehicles)
        aboard = sorted({name for loading in batches for name in loading})
        yield from _unknown(f"{date}", "batch", aboard, case.batches)
    left_out = [case.district.place_of(u.stop) for u in case.plan.unserved]
    yield from _unknown("unserved.csv", "stop", left_out, case.stops)


def _unknown(where: str, what: str, ids: list[str], known: object) -> Iterator[Sentence]:
    for item in ids:
        if item not in known:  # type: ignore[operator]
            yield breach(f"no-{what}", where=where, item=item)


def dates_in_week(case: Case) -> Iterator[Sentence]:
    """Every route lies in the plan's week."""
    try:
        days = week_dates(parse_week(case.plan.week))
    except UsageError as error:
        yield (
            error.said if isinstance(error.said, Sentence) else breach("week", week=case.plan.week)
        )
        return
    for route in case.plan.routes:
        if route.date not in days:
            yield breach("dates-in-week", route=route.id, date=route.date, week=case.plan.week)


def plan_id(case: Case) -> Iterator[Sentence]:
    """The plan's id is that of its content: nobody changed it by hand."""
    right = case.plan.with_id().id
    if case.plan.id != right:
        yield (breach("plan-id", right=right, plan=case.plan.id))


def inputs_unchanged(case: Case) -> Iterator[Sentence]:
    """The district's files are the ones the plan was made from."""
    then, now = case.plan.provenance.inputs, case.district.inputs
    for name in case.plan.provenance.changed(now):
        if name not in then:
            yield breach("inputs-unchanged", name=name)
        elif name not in now:
            yield breach("inputs-unchanged-2", name=name)
        else:
            yield breach("inputs-unchanged-3", name=name)


def one_route_a_car_day(case: Case) -> Iterator[Sentence]:
    """A vehicle has at most one route a day."""
    used = Counter((route.vehicle, route.date) for route in case.plan.routes)
    for (vehicle, date), count in sorted(used.items()):
        if count > 1:
            yield breach("one-route-a-car-day", vehicle=vehicle, count=count, date=date)


def depot_of_vehicle(case: Case) -> Iterator[Sentence]:
    """A route starts and ends at its vehicle's depot."""
    for route in case.plan.routes:
        home = case.vehicles[route.vehicle].depot
        if route.depot != home:
            yield breach(
                "depot-of-vehicle",
                route=route.id,
                depot=route.depot,
                vehicle=route.vehicle,
                home=home,
            )


def visits_a_week(case: Case) -> Iterator[Sentence]:
    """No stop is visited more often in the week than it wants, and no route is empty."""
    seen = Counter(visit.stop for _, visit in case.visits())
    for stop, count in sorted(seen.items()):
        wanted = case.stops[stop].visits_a_week
        if count > wanted:
            yield breach("visits-a-week", stop=stop, count=count, wanted=wanted)
    for route in case.plan.routes:
        if not route.visits:
            yield breach("visits-a-week-2", route=route.id)


def visits_are_due(case: Case) -> Iterator[Sentence]:
    """Only stops that are due in the week are visited, also those fixed by hand."""
    again = case.plan.replanned
    added = set(again.added) if again else set()
    for stop in sorted({visit.stop for _, visit in case.visits()} - added):
        due = case.due[stop]
        if not due.due:
            early = -due.overdue
            yield (breach("visits-are-due", stop=stop, early=early))


def days_between(case: Case) -> Iterator[Sentence]:
    """The visits to a stop in the week are at least as many days apart as it asks for."""
    days: dict[str, list[dt.date]] = {}
    for route, visit in case.visits():
        days.setdefault(visit.stop, []).append(route.date)
    for stop, dates in sorted(days.items()):
        wanted = case.stops[stop].days_between
        for first, second in pairwise(sorted(dates)):
            if (second - first).days < wanted:
                yield breach(
                    "days-between",
                    stop=stop,
                    first=first.isoformat(),
                    second=second.isoformat(),
                    wanted=wanted,
                )


def stop_allows_vehicle(case: Case) -> Iterator[Sentence]:
    """A stop that names its vehicles is visited by one of them."""
    for route, visit in case.visits():
        allowed = case.stops[visit.stop].vehicles
        if allowed and route.vehicle not in allowed:
            yield breach(
                "stop-allows-vehicle",
                route=route.id,
                stop=visit.stop,
                allowed=allowed,
                vehicle=route.vehicle,
            )


def stop_is_reached_by_road(case: Case) -> Iterator[Sentence]:
    """No car is sent to a stop without a road."""
    for route, visit in case.visits():
        if case.stops[visit.stop].access == "foot" and not visit.foot:
            yield breach("stop-is-reached-by-road", route=route.id, stop=visit.stop)
        table = case.travel.tables.get(case.vehicles[route.vehicle].profile)
        home, there = case.places[route.depot], case.places[visit.stop]
        if table is None or table.seconds[home, there] == UNREACHABLE:
            yield breach(
                "stop-is-reached-by-road-2", route=route.id, vehicle=route.vehicle, stop=visit.stop
            )
