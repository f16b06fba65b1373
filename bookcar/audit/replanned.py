"""Rules on a week that was planned again from a moment on."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Fetch, Halt, Reload, Replanned, Route, Visit


def nothing_driven_changes(case: Case) -> Iterator[Sentence]:
    """What had been reached when the week was planned again is as it was, to the second.

    It needs the plan that it was; without that, nothing is said.
    """
    again, was = case.plan.replanned, case.was
    if again is None or was is None:
        return
    if was.id != again.plan:
        yield breach("nothing-driven-changes", plan=again.plan, was=was.id)
        return
    now = {(route.date, route.vehicle): route for route in case.plan.routes}
    for route in was.routes:
        reached = _reached(route, again)
        mine = now.get((route.date, route.vehicle))
        if mine is None:
            if reached:
                yield breach("nothing-driven-changes-2", route=route.id, reached=reached)
        elif _driven(mine, reached) != _driven(route, reached):
            yield breach("nothing-driven-changes-3", route=route.id)


def _driven(route: Route, reached: int) -> list[Halt]:
    """Return the halts reached; what stays aboard since the last of them may be more by now."""
    return [
        msgspec.structs.replace(halt, stays_aboard=()) if isinstance(halt, Reload) else halt
        for halt in route.halts[:reached]
    ]


def _reached(route: Route, again: Replanned) -> int:
    if route.date != again.at.date():
        return len(route.halts) if route.date < again.at.date() else 0
    return sum(halt.arrive <= _second(again) for halt in route.halts)


def _second(again: Replanned) -> int:
    return again.at.hour * 3600 + again.at.minute * 60 + again.at.second


def as_it_happened(case: Case) -> Iterator[Sentence]:
    """Cars that are out go nowhere, shut stops are not visited, and what is lost is not dropped."""
    again = case.plan.replanned
    if again and again.away and not any(route.stands for route in case.plan.routes):
        yield breach("as-it-happened", away=again.away)
    for route in case.plan.routes:
        if again is None:
            yield from _never(route)
            continue
        if route.done != _reached(route, again):
            yield breach(
                "as-it-happened-2", route=route.id, reached=_reached(route, again), done=route.done
            )
        if route.vehicle in again.out and route.done < len(route.halts):
            yield breach("as-it-happened-3", route=route.id, vehicle=route.vehicle)
        if route.stands and route.vehicle not in again.out:
            yield breach("as-it-happened-4", route=route.id, vehicle=route.vehicle)
        yield from _to_come(route, again)


def fetches_meet_a_car_that_stands(case: Case) -> Iterator[Sentence]:
    """A fetch is where a car stands, once it does and that is known, and a visit comes after it."""
    again = case.plan.replanned
    stands = {route.vehicle: route for route in case.plan.routes if route.stands}
    for route in case.plan.routes:
        for place, fetch in enumerate(route.halts):
            if not isinstance(fetch, Fetch):
                continue
            there = stands.get(fetch.vehicle)
            if again is None or there is None or there.end != fetch.place:
                yield breach(
                    "fetches-meet-a-car-that-stands",
                    route=route.id,
                    place=fetch.place,
                    vehicle=fetch.vehicle,
                )
                continue
            today = place >= route.done and route.date == again.at.date()
            unknown = today and fetch.begin < _second(again)
            if unknown or (route.date, fetch.begin) <= (there.date, there.back):
                yield breach(
                    "fetches-meet-a-car-that-stands-2",
                    route=route.id,
                    place=fetch.place,
                    vehicle=fetch.vehicle,
                )
            took, wanted = fetch.depart - fetch.begin, case.vehicles[route.vehicle].reload_s
            if took != wanted:
                yield breach(
                    "fetches-meet-a-car-that-stands-3",
                    route=route.id,
                    place=fetch.place,
                    took=took,
                    wanted=wanted,
                )
            if not any(isinstance(halt, Visit) for halt in route.halts[place + 1 :]):
                yield breach("fetches-meet-a-car-that-stands-4", route=route.id, place=fetch.place)


def _never(route: Route) -> Iterator[Sentence]:
    if route.done or route.stands or any(leg.delay for leg in route.legs):
        yield breach("replanned-never", route=route.id)


def _to_come(route: Route, again: Replanned) -> Iterator[Sentence]:
    """Yield what is still to be driven and cannot be."""
    to_come = {id(halt) for halt in route.halts[route.done :]}
    for visit in route.visits:
        if id(visit) in to_come and visit.stop in again.shut:
            yield breach("replanned-to-come", route=route.id, stop=visit.stop)
        if id(visit) in to_come and set(visit.drops) & set(again.lost):
            yield breach("replanned-to-come-2", route=route.id, stop=visit.stop)
        for name in sorted(set(visit.requests) & set(again.away)) if id(visit) in to_come else ():
            yield breach("replanned-to-come-3", route=route.id, name=name)
