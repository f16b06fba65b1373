"""Rules on a week that was planned again from a moment on."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bookcar.audit.case import Case
from bookcar.plan import Fetch, Halt, Reload, Replanned, Route, Visit


def nothing_driven_changes(case: Case) -> Iterator[str]:
    """What had been reached when the week was planned again is as it was, to the second.

    It needs the plan that it was; without that, nothing is said.
    """
    again, was = case.plan.replanned, case.was
    if again is None or was is None:
        return
    if was.id != again.plan:
        yield f"the plan until then is {again.plan}, not {was.id}."
        return
    now = {(route.date, route.vehicle): route for route in case.plan.routes}
    for route in was.routes:
        reached = _reached(route, again)
        mine = now.get((route.date, route.vehicle))
        if mine is None:
            if reached:
                yield f"{route.id}: {reached} halts had been reached, and it is gone."
        elif _driven(mine, reached) != _driven(route, reached):
            yield f"{route.id}: a halt that had been reached is not what it was."


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


def as_it_happened(case: Case) -> Iterator[str]:
    """Cars that are out go nowhere, shut stops are not visited, and what is lost is not dropped."""
    again = case.plan.replanned
    if again and again.away and not any(route.stands for route in case.plan.routes):
        yield f"requests {', '.join(again.away)} are said to be aboard a car that is out; none is."
    for route in case.plan.routes:
        if again is None:
            yield from _never(route)
            continue
        if route.done != _reached(route, again):
            yield f"{route.id}: {_reached(route, again)} halts had been reached, not {route.done}."
        if route.vehicle in again.out and route.done < len(route.halts):
            yield f"{route.id}: {route.vehicle} is out, and drives on."
        if route.stands and route.vehicle not in again.out:
            yield f"{route.id}: {route.vehicle} stands, and is not out."
        yield from _to_come(route, again)


def fetches_meet_a_car_that_stands(case: Case) -> Iterator[str]:
    """A fetch is where a car stands, once it does and that is known, and a visit comes after it."""
    again = case.plan.replanned
    stands = {route.vehicle: route for route in case.plan.routes if route.stands}
    for route in case.plan.routes:
        for place, fetch in enumerate(route.halts):
            if not isinstance(fetch, Fetch):
                continue
            where, there = f"{route.id}: fetches at {fetch.place}", stands.get(fetch.vehicle)
            if again is None or there is None or there.end != fetch.place:
                yield f"{where}; {fetch.vehicle} does not stand there."
                continue
            today = place >= route.done and route.date == again.at.date()
            unknown = today and fetch.begin < _second(again)
            if unknown or (route.date, fetch.begin) <= (there.date, there.back):
                yield f"{where} before {fetch.vehicle} stands there, or that is known."
            took, wanted = fetch.depart - fetch.begin, case.vehicles[route.vehicle].reload_s
            if took != wanted:
                yield f"{where} for {took} s, not {wanted} s."
            if not any(isinstance(halt, Visit) for halt in route.halts[place + 1 :]):
                yield f"{where}, and no visit of its own follows."


def _never(route: Route) -> Iterator[str]:
    if route.done or route.stands or any(leg.delay for leg in route.legs):
        yield f"{route.id}: it is under way in a plan that was never planned again."


def _to_come(route: Route, again: Replanned) -> Iterator[str]:
    """Yield what is still to be driven and cannot be."""
    to_come = {id(halt) for halt in route.halts[route.done :]}
    for visit in route.visits:
        if id(visit) in to_come and visit.stop in again.shut:
            yield f"{route.id}: {visit.stop} is shut."
        if id(visit) in to_come and set(visit.drops) & set(again.lost):
            yield f"{route.id}: what {visit.stop} gets is lost for the week."
        for name in sorted(set(visit.requests) & set(again.away)) if id(visit) in to_come else ():
            yield f"{route.id}: the book of request {name} is aboard a car that is out."
