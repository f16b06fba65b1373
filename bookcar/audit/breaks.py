"""The rule on the crew's breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.model import Vehicle
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Break, Halt, Route, place_of


def break_taken(case: Case) -> Iterator[Sentence]:
    """Breaks lie at stops, outside services, are long enough, and never too far apart.

    By `week.break_rule` that is in all the time that passes, or in driving.
    """
    by_driving = case.district.settings.break_rule == "driving"
    for route in case.plan.routes:
        vehicle = case.vehicles[route.vehicle]
        for place, rest in enumerate(route.calls):
            if isinstance(rest, Break):
                yield from _lasts(route, rest, vehicle)
                yield from _is_free(route, place, rest)
        if vehicle.break_s > 0:
            yield from _close_enough(route, vehicle, by_driving=by_driving)


def _lasts(route: Route, rest: Break, vehicle: Vehicle) -> Iterator[Sentence]:
    if vehicle.break_s == 0 or rest.end - rest.begin < vehicle.break_s:
        yield breach(
            "breaks-lasts", route=route.id, end=rest.end - rest.begin, break_s=vehicle.break_s
        )


def _is_free(route: Route, place: int, rest: Break) -> Iterator[Sentence]:
    beside = place + 1 if rest.moment == "before" else place - 1
    halt = route.calls[beside] if 0 <= beside < len(route.calls) else None
    if halt is None or isinstance(halt, Break):
        yield breach("breaks-is-free", route=route.id, begin=rest.begin)
    elif not _lies_free(halt, rest):
        yield breach("breaks-is-free-2", route=route.id, halt=place_of(halt))


def _lies_free(halt: Halt, rest: Break) -> bool:
    if rest.moment == "before":
        return halt.arrive <= rest.begin and rest.end <= halt.begin
    return rest.begin == halt.depart


class _Stretch(NamedTuple):
    """What lies between two breaks, the departure and the return: from when, till when, driving."""

    begin: int
    end: int
    driven: int


def _stretches(route: Route) -> Iterator[_Stretch]:
    """Yield the stretches of a route; the way back of a car that is on it is as it happened."""
    begin, driven = route.depart, 0
    for place, call in enumerate(route.calls):
        if not isinstance(call, Break):
            driven += call.leg.seconds
            continue
        ahead = route.calls[place + 1 : place + 2] if call.moment == "before" else ()
        there = sum(halt.leg.seconds for halt in ahead if not isinstance(halt, Break))
        yield _Stretch(begin, call.begin, driven + there)
        begin, driven = call.end, -there
    if not 0 < len(route.halts) == route.done:
        yield _Stretch(begin, route.back, driven + route.last_leg.seconds)


def _close_enough(route: Route, vehicle: Vehicle, *, by_driving: bool) -> Iterator[Sentence]:
    for stretch in _stretches(route):
        seconds = stretch.driven if by_driving else stretch.end - stretch.begin
        if seconds > vehicle.break_after_s:
            hours, after = seconds / 3600, vehicle.break_after_s / 3600
            if by_driving:
                yield breach("breaks-close-enough", route=route.id, hours=hours, after=after)
            else:
                yield breach("breaks-close-enough-2", route=route.id, hours=hours, after=after)
