"""What each reason claims, held against every car-day by brute force.

A claim is a function that yields what contradicts it. A reason without one fails the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from soak.world import World

from bookcar.model import Stop
from bookcar.plan import Unserved

Claim = Callable[[World, Stop, Unserved], Iterator[str]]


def contradictions(world: World) -> Iterator[tuple[str, str]]:
    """Yield (reason, what contradicts it) for the unserved stops of a plan."""
    for unserved in world.plan.unserved:
        stop = world.due[unserved.stop].stop
        claim = CLAIMS.get(unserved.reason)
        if claim is None:
            yield unserved.reason, "there is no claim to hold this reason to"
            continue
        for found in claim(world, stop, unserved):
            yield unserved.reason, f"{stop.id}: {found}"


def _left_out(_world: World, _stop: Stop, _unserved: Unserved) -> Iterator[str]:
    yield from ()


def _no_day(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    settings = world.district.settings
    for day in world.due[stop.id].dates:
        if day.weekday() in settings.weekdays and day not in settings.holidays:
            yield f"{day} is one of its days"
            return


def _foot_only(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    if stop.access != "foot":
        yield from _no_road(world, stop, _unserved)


def _no_road(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    if any(world.joined(stop, car_day) for car_day in world.car_days):
        yield "a car can drive there"


def _no_vehicle(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    found = world.may_come(stop)
    if found:
        yield f"{found[0]} may come"


def _no_batch(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    for car_day, calls in world.alone(stop):
        if world.drives(car_day, calls):
            yield f"a batch of {calls[-1].drops} is free for {car_day}"
            return


def _too_close(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    for car_day in world.may_come(stop):
        if world.far_enough(stop, car_day.date):
            yield f"{car_day} is far enough from {world.made(stop.id)}"
            return


def _alone(*lifted: str) -> Claim:
    """Return the claim that a stop cannot be served even alone, and could without these limits."""

    def claim(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
        routes = list(world.alone(stop))
        for car_day, calls in routes:
            if world.drives(car_day, calls):
                yield f"{car_day} can drive {[c.place for c in calls]} with {calls[-1].drops}"
                return
        free = frozenset(lifted)
        routes = routes or list(world.alone(stop, free=False))
        if not any(world.drives(car_day, calls, free) for car_day, calls in routes):
            yield f"it cannot be served without the limits {sorted(free)} either"

    return claim


def _not_worth(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    found = list(world.insertions(stop))
    if not found:
        yield "it fits into no route"
    elif not world.counts_hours:
        best = min(found, key=lambda found: found.cost)
        if best.cost < world.worth(stop) - 0.01:
            places = [call.place for call in best.calls]
            yield f"{best.car_day} {places} costs {best.cost:.2f}, less than {world.worth(stop)}"


def _no_room(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    found = list(world.insertions(stop))
    if found:
        best = min(found, key=lambda found: found.cost)
        places = [call.place for call in best.calls]
        yield f"{best.car_day} has room: {places} for {best.cost:.2f} of {world.worth(stop)}"


def _no_single_car(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    for car_day, calls in world.alone(stop):
        if world.drives(car_day, calls):
            yield f"{car_day} can drive {[c.place for c in calls]} with {calls[-1].drops}"
            return


def _would_fit(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    """Only a plan that somebody fixed may leave out what fits and is worth its way."""
    if not any(world.insertions(stop)):
        yield "it fits into no route"


CLAIMS: dict[str, Claim] = {
    "left-out": _left_out,
    "no-day": _no_day,
    "foot-only": _foot_only,
    "off-road": _no_road,
    "disconnected": _no_road,
    "only-others-reach": _no_vehicle,
    "no-vehicle": _no_vehicle,
    "no-batch": _no_batch,
    "batch-elsewhere": _no_batch,
    "batch-too-late": _no_batch,
    "batch-taken": _no_batch,
    "too-close": _too_close,
    "too-many-books": _alone("books"),
    "too-heavy": _alone("kg"),
    "too-far": _alone("km"),
    "too-long": _alone("hours", "day"),
    "back-too-late": _alone("day"),
    "closed": _alone("windows"),
    "no-break": _alone("break"),
    "leg-beyond-break": _alone("break"),
    "no-single-car": _no_single_car,
    "not-worth": _not_worth,
    "would-fit": _would_fit,
    "needs-reload": _no_room,
    "full": _no_room,
}
