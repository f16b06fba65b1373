"""Rules on distance and time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import polyline

from bookcar.audit.breach import breach
from bookcar.audit.case import Case
from bookcar.model import Window
from bookcar.phrases.sentence import Sentence
from bookcar.plan import Break, Halt, Route, place_of
from bookcar.weeks import clock

# A line is encoded to 5 decimals, about a metre at each of its points.
LINE_TOLERANCE = 0.03
LINE_SLACK_M = 60


def legs_match_travel(case: Case) -> Iterator[Sentence]:
    """Each leg has the metres and seconds of the travel table, at the car's speed, with buffer.

    But for what had been driven when the week was planned again: roads may have been closed since.
    """
    buffer_s = case.district.settings.buffer_s
    for route in case.plan.routes:
        vehicle = case.vehicles[route.vehicle]
        table = case.travel.tables.get(vehicle.profile)
        if table is None:
            yield breach("legs-match-travel", route=route.id, profile=vehicle.profile)
            continue
        over = 0 < len(route.halts) == route.done  # then the way home is, too
        for here, there, leg in () if over else [*case.legs(route)][route.done :]:
            i, j = case.places[here], case.places[there]
            metres = int(table.metres[i, j])
            seconds = math.ceil(int(table.seconds[i, j]) / vehicle.speed_factor)
            seconds += buffer_s if metres > 0 else 0
            if (leg.metres, leg.seconds) != (metres, seconds):
                yield breach(
                    "legs-match-travel-2",
                    route=route.id,
                    here=here,
                    there=there,
                    metres=metres,
                    seconds=seconds,
                    leg_metres=leg.metres,
                    leg_seconds=leg.seconds,
                )


def lines_match_legs(case: Case) -> Iterator[Sentence]:
    """The drawn road of a leg is as long as the leg."""
    if case.plan.estimated:
        return
    for route in case.plan.routes:
        for here, there, leg in case.legs(route):
            if not leg.line:
                continue
            drawn = _length(polyline.decode(leg.line))
            if abs(drawn - leg.metres) > LINE_SLACK_M + LINE_TOLERANCE * leg.metres:
                yield breach(
                    "lines-match-legs",
                    route=route.id,
                    here=here,
                    there=there,
                    drawn=drawn,
                    metres=leg.metres,
                )


def _length(points: list[tuple[float, float]]) -> float:
    return sum(_metres(a, b) for a, b in pairwise(points))


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    lat = math.radians((a[0] + b[0]) / 2)
    north = (b[0] - a[0]) * 111_195
    east = (b[1] - a[1]) * 111_195 * math.cos(lat)
    return math.hypot(north, east)


def clock_adds_up(case: Case) -> Iterator[Sentence]:
    """Each arrival is the last departure plus the leg; service and breaks lie between."""
    for route in case.plan.routes:
        free = route.depart
        for k, call in enumerate(route.calls):
            if isinstance(call, Break):
                free = max(free, call.end if call.moment == "after" else 0)
                continue
            yield from _halt_adds_up(route, call, free=free, rested=_rested(route, k))
            free = call.depart
        back = free + route.last_leg.seconds + route.last_leg.delay
        if route.back != back:
            yield breach("clock-adds-up", route=route.id, back=_s(route.back), back_there=_s(back))


def _rested(route: Route, place: int) -> int:
    """Return when the break before the service of a halt ends; 0 without one."""
    last = route.calls[place - 1] if place else None
    return last.end if isinstance(last, Break) and last.moment == "before" else 0


def _halt_adds_up(route: Route, halt: Halt, *, free: int, rested: int) -> Iterator[Sentence]:
    arrive, place = free + halt.leg.seconds + halt.leg.delay, place_of(halt)
    if halt.arrive != arrive:
        yield breach(
            "time-halt-adds-up",
            route=route.id,
            place=place,
            arrive=_s(halt.arrive),
            arrive_there=_s(arrive),
        )
    earliest = max(halt.arrive, rested)
    if halt.begin < earliest:
        yield breach(
            "time-halt-adds-up-2",
            route=route.id,
            place=place,
            begin=_s(halt.begin),
            earliest=_s(earliest),
        )


def _s(seconds: int) -> str:
    return f"{clock(seconds)}:{seconds % 60:02d}"


def service_lasts(case: Case) -> Iterator[Sentence]:
    """A visit lasts as long as its stop asks for; one on foot is for `carrier_clock`."""
    for route, visit in case.visits():
        if visit.foot:
            continue
        wanted = case.stops[visit.stop].service_s
        if visit.depart - visit.begin != wanted:
            yield breach(
                "service-lasts",
                route=route.id,
                stop=visit.stop,
                depart=visit.depart - visit.begin,
                wanted=wanted,
            )


def opening_hours(case: Case) -> Iterator[Sentence]:
    """A service lies wholly inside one opening window of its stop, where a car is at the stop."""
    for route, visit in case.visits():
        if visit.foot:
            continue
        yield from outside_hours(route, visit, case.stops[visit.stop].windows, "visit")


def outside_hours(
    route: Route, call: Halt, windows: Sequence[Window], what: str
) -> Iterator[Sentence]:
    """Say so if the service of a call lies wholly in none of the windows."""
    if not any(o <= call.begin and call.depart <= c for o, c in windows):
        hours = tuple(moment for window in windows for moment in window)
        figures = {"route": route.id, "place": place_of(call), "hours": hours}
        yield breach(f"{what}-outside-hours", **figures, time=(call.begin, call.depart))


def working_day(case: Case) -> Iterator[Sentence]:
    """No route leaves before its vehicle's day begins or comes back after it ends."""
    for route in case.plan.routes:
        vehicle = case.vehicles[route.vehicle]
        if route.depart < vehicle.starts:
            yield breach("working-day", route=route.id, depart=route.depart, starts=vehicle.starts)
        if route.back > vehicle.ends:
            yield breach("working-day-2", route=route.id, back=route.back, ends=vehicle.ends)
