"""Rules on who goes where and when at all."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from bookcar.audit.case import Case
from bookcar.errors import UsageError
from bookcar.roads.travel import UNREACHABLE
from bookcar.weeks import parse_week, week_dates


def in_the_tables(case: Case) -> Iterator[str]:
    """Every depot, vehicle, stop and batch of the plan is still in the district's tables."""
    for route in case.plan.routes:
        yield from _unknown(route.id, "vehicle", [route.vehicle], case.vehicles)
        yield from _unknown(route.id, "depot", [route.depot], case.depots)
        called = [reload.depot for reload in route.reloads]
        yield from _unknown(route.id, "depot", called, case.depots)
        yield from _unknown(f"{route.id}, aboard", "batch", list(route.undropped), case.batches)
        for visit in route.visits:
            yield from _unknown(route.id, "stop", [case.district.place_of(visit.stop)], case.stops)
            moved = [*visit.drops, *visit.collects]
            yield from _unknown(f"{route.id}, stop {visit.stop}", "batch", moved, case.batches)
    for (date, vehicle), batches in sorted(case.left_with.items()):
        yield from _unknown(f"left on {date}", "vehicle", [vehicle], case.vehicles)
        aboard = sorted({name for loading in batches for name in loading})
        yield from _unknown(f"left on {date}", "batch", aboard, case.batches)
    left_out = [case.district.place_of(u.stop) for u in case.plan.unserved]
    yield from _unknown("unserved", "stop", left_out, case.stops)


def _unknown(where: str, what: str, ids: list[str], known: object) -> Iterator[str]:
    for item in ids:
        if item not in known:  # type: ignore[operator]
            yield f"{where}: there is no {what} {item!r} in the district."


def dates_in_week(case: Case) -> Iterator[str]:
    """Every route lies in the plan's week."""
    try:
        days = week_dates(parse_week(case.plan.week))
    except UsageError as error:
        yield str(error)
        return
    for route in case.plan.routes:
        if route.date not in days:
            yield f"{route.id}: {route.date} is not in week {case.plan.week}."


def plan_id(case: Case) -> Iterator[str]:
    """The plan's id is that of its content: nobody changed it by hand."""
    right = case.plan.with_id().id
    if case.plan.id != right:
        yield (
            f"the content has id {right}, the plan says {case.plan.id}: it was changed after it "
            "was written."
        )


def inputs_unchanged(case: Case) -> Iterator[str]:
    """The district's files are the ones the plan was made from."""
    then, now = case.plan.provenance.inputs, case.district.inputs
    for name in case.plan.provenance.changed(now):
        what = "is new" if name not in then else "is gone" if name not in now else "has changed"
        yield f"{name} {what} since the plan was made; plan the week again."


def one_route_a_car_day(case: Case) -> Iterator[str]:
    """A vehicle has at most one route a day."""
    used = Counter((route.vehicle, route.date) for route in case.plan.routes)
    for (vehicle, date), count in sorted(used.items()):
        if count > 1:
            yield f"vehicle {vehicle} has {count} routes on {date}."


def depot_of_vehicle(case: Case) -> Iterator[str]:
    """A route starts and ends at its vehicle's depot."""
    for route in case.plan.routes:
        home = case.vehicles[route.vehicle].depot
        if route.depot != home:
            yield f"{route.id}: starts at {route.depot}, vehicle {route.vehicle} stands at {home}."


def visits_a_week(case: Case) -> Iterator[str]:
    """No stop is visited more often in the week than it wants, and no route is empty."""
    seen = Counter(visit.stop for _, visit in case.visits())
    for stop, count in sorted(seen.items()):
        wanted = case.stops[stop].visits_a_week
        if count > wanted:
            yield f"stop {stop} is visited {count} times; it wants {wanted}."
    for route in case.plan.routes:
        if not route.visits:
            yield f"{route.id} visits no stop."


def visits_are_due(case: Case) -> Iterator[str]:
    """Only stops that are due in the week are visited, also those fixed by hand."""
    again = case.plan.replanned
    added = set(again.added) if again else set()
    for stop in sorted({visit.stop for _, visit in case.visits()} - added):
        due = case.due[stop]
        if not due.due:
            early = "1 week" if due.overdue == -1 else f"{-due.overdue} weeks"
            yield (
                f"stop {stop} is visited {early} before it is due: take it off its route, or plan "
                "the week again."
            )


def days_between(case: Case) -> Iterator[str]:
    """The visits to a stop in the week are at least as many days apart as it asks for."""
    days: dict[str, list[dt.date]] = {}
    for route, visit in case.visits():
        days.setdefault(visit.stop, []).append(route.date)
    for stop, dates in sorted(days.items()):
        wanted = case.stops[stop].days_between
        for first, second in pairwise(sorted(dates)):
            if (second - first).days < wanted:
                yield (
                    f"stop {stop} is visited on {first:%a %d %b} and {second:%a %d %b}, less than "
                    f"{wanted} days apart."
                )


def stop_allows_vehicle(case: Case) -> Iterator[str]:
    """A stop that names its vehicles is visited by one of them."""
    for route, visit in case.visits():
        allowed = case.stops[visit.stop].vehicles
        if allowed and route.vehicle not in allowed:
            yield (
                f"{route.id}: stop {visit.stop} takes only {', '.join(allowed)}, "
                f"not {route.vehicle}."
            )


def stop_is_reached_by_road(case: Case) -> Iterator[str]:
    """No car is sent to a stop without a road."""
    for route, visit in case.visits():
        if case.stops[visit.stop].access == "foot" and not visit.foot:
            yield f"{route.id}: stop {visit.stop} is reached only on foot."
        table = case.travel.tables.get(case.vehicles[route.vehicle].profile)
        home, there = case.places[route.depot], case.places[visit.stop]
        if table is None or table.seconds[home, there] == UNREACHABLE:
            yield f"{route.id}: no road for vehicle {route.vehicle} leads to stop {visit.stop}."
