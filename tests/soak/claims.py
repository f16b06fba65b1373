"""What each reason claims, held against every car-day by brute force.

A claim is a function that yields what contradicts it. A reason without one fails the check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from soak.brute import EVER, LIMITS
from soak.world import CarDay, World

from bookcar.model import Stop
from bookcar.plan import Obstacle, Unserved

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


def _foot_only(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    if stop.access != "foot":
        yield from _no_road(world, stop, unserved)


def _no_road(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    for vehicle in world.vehicles:
        if world.joined(stop, CarDay(world.monday, vehicle)):
            yield f"{vehicle} can drive there"


def _only_others(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    reach = {v for v in world.vehicles if world.joined(stop, CarDay(world.monday, v))}
    if not reach or reach & set(stop.vehicles):
        yield f"{sorted(reach)} reach it"


def _no_vehicle(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    for car_day in world.may_come(stop)[:1]:
        yield f"{car_day} may come"


def _no_batch(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    for batch in world.unseen(stop.id)[:1]:
        yield f"it has not had {batch.id} in {batch.at}"
    yield from _not_alone(world, stop, unserved)


def _not_alone(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    """Yield a route to the stop alone with a batch that nobody gets."""
    for car_day, calls in world.alone(stop):
        if world.drives(car_day, calls):
            yield f"{car_day} can drive {[c.place for c in calls]} with {calls[-1].drops}"
            return


def _batch_taken(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    yield from _not_alone(world, stop, unserved)
    if not any(batch.id in world.used for batch in world.unseen(stop.id)):
        yield "no other stop gets a batch that it has not had"


def _too_close(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    if not world.made(stop.id):
        yield "no other visit is made"
    yield from _no_room(world, stop, unserved)


def _alone(*limits: str) -> Claim:
    """Return the claim that a stop cannot be served even alone, and could without one limit."""

    def claim(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
        yield from _not_alone(world, stop, unserved)
        routes = list(world.alone(stop)) or list(world.alone(stop, free=False))
        if not any(world.drives(k, calls, {one: EVER}) for one in limits for k, calls in routes):
            yield f"it cannot be served without the limit {' or '.join(limits)} either"

    return claim


def _no_single_car(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold each vehicle to what it lacks: all of it, or one of it if that is enough."""
    yield from _not_alone(world, stop, unserved)
    lacks: dict[str, dict[str, int]] = defaultdict(dict)
    for obstacle in unserved.obstacles:
        lacks[obstacle.vehicle][obstacle.code] = EVER
    routes = list(world.alone(stop)) or list(world.alone(stop, free=False))
    for vehicle, lifted in lacks.items():
        own = [(k, calls) for k, calls in routes if k.vehicle == vehicle]
        if lifted.keys() <= LIMITS.keys() and not any(world.drives(*r, lifted) for r in own):
            yield f"{vehicle} cannot serve it without {sorted(lifted)} either"


def _not_worth(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    found = list(world.insertions(stop))
    if not found:
        yield "it fits into no route"
    elif not world.counts_hours:
        best = min(found, key=lambda found: found.cost)
        if best.cost < world.worth(stop) - 0.01:
            places = [call.place for call in best.calls]
            yield f"{best.car_day} {places} costs {best.cost:.2f}, less than {world.worth(stop)}"


def _would_fit(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    if not any(world.insertions(stop)):
        yield "it fits into no route"
    elif not world.by_hand:
        yield "the search left it out"


def _no_room(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    found = list(world.insertions(stop))
    if found:
        best = min(found, key=lambda found: found.cost)
        places = [call.place for call in best.calls]
        yield f"{best.car_day} has room: {places} for {best.cost:.2f} of {world.worth(stop)}"


def _needs_reload(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    yield from _no_room(world, stop, unserved)
    day = (str(unserved.figures["date"]), unserved.figures["vehicle"])
    found = world.insertions(stop, {"reloads": EVER})
    if not any((str(one.car_day.date), one.car_day.vehicle) == day for one in found):
        yield f"one reload more does not help {day}"


def _full(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold each limit in the way to its figure: raised to that, it must let the visit in."""
    yield from _no_room(world, stop, unserved)
    groups = [unserved.obstacles] if unserved.together else [(o,) for o in unserved.obstacles]
    for group in groups:
        if not _lets_in(world, stop, group):
            yield f"no room without {[(o.vehicle, str(o.date), o.code) for o in group]} either"


def _lets_in(world: World, stop: Stop, group: tuple[Obstacle, ...]) -> bool:
    codes = [obstacle.code for obstacle in group]
    if "depot" in codes or "road" in codes:
        return True  # batches that nobody gets may be in other depots
    also = next((code for code in codes if code in ("spacing", "fixed")), "")
    lifted = {o.code: _raised(o) for o in group if o.code in LIMITS}
    days = {(o.date, o.vehicle) for o in group}
    found = world.insertions(stop, lifted, also=also)
    return any((one.car_day.date, one.car_day.vehicle) in days for one in found)


def _raised(obstacle: Obstacle) -> int:
    exact = obstacle.code not in ("time", "break", "opening-hours")
    return obstacle.figure if exact and obstacle.figure > obstacle.limit else EVER


CLAIMS: dict[str, Claim] = {
    "left-out": _left_out,
    "no-day": _no_day,
    "foot-only": _foot_only,
    "off-road": _no_road,
    "disconnected": _no_road,
    "ferry-only": _no_road,
    "only-others-reach": _only_others,
    "no-vehicle": _no_vehicle,
    "no-batch": _no_batch,
    "batch-elsewhere": _not_alone,
    "batch-too-late": _not_alone,
    "batch-taken": _batch_taken,
    "too-close": _too_close,
    "too-many-books": _alone("books"),
    "too-heavy": _alone("kg"),
    "too-far": _alone("distance"),
    "too-long": _alone("working-time", "time"),
    "back-too-late": _alone("latest-return"),
    "closed": _alone("opening-hours"),
    "no-break": _alone("break"),
    "leg-beyond-break": _alone("break"),
    "no-single-car": _no_single_car,
    "not-worth": _not_worth,
    "would-fit": _would_fit,
    "needs-reload": _needs_reload,
    "full": _full,
}
