"""What each reason claims, held against every car-day by brute force.

A claim is a function that yields what contradicts it. A reason without one fails the check.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import msgspec
from soak.brute import EVER, LIMITS, Call
from soak.walks import Band
from soak.world import CarDay, Held, World

from bookcar.model import Carrier, Stop
from bookcar.plan import Obstacle, Unserved, Visit
from bookcar.roads.travel import Meeting

EXACT = frozenset(LIMITS) - {"time", "break", "opening-hours"}
"""The limits whose figure is what a route would have of them, and no more."""

_ROUNDED = 0.01
"""What costs may be off by."""

Claim = Callable[[World, Stop, Unserved], Iterator[str]]


def contradictions(world: World) -> Iterator[tuple[str, str]]:
    """Yield (reason, what contradicts it) for the unserved stops of a plan, and for its repeats."""
    yield from (("when-seen-all", found) for found in _repeats(world))
    for unserved in world.plan.unserved:
        for visit in _missing(unserved):
            yield from _contradicted(world, visit)


def _missing(unserved: Unserved) -> Iterator[Unserved]:
    """Yield each visit that is missing as if it were the only one; the second counts as such."""
    yield unserved
    if unserved.second is not msgspec.UNSET:
        second = msgspec.structs.asdict(unserved.second)
        yield msgspec.structs.replace(unserved, **second, made=unserved.made + 1)


def _contradicted(world: World, unserved: Unserved) -> Iterator[tuple[str, str]]:
    stop = world.due[unserved.stop].stop
    claim = CLAIMS.get(unserved.reason)
    if claim is None:
        yield unserved.reason, "there is no claim to hold this reason to"
        return
    before = unserved.made - len(world.made(stop.id))
    seen = replace(world, turn=before) if stop.in_parts else world
    for found in claim(seen, stop, unserved):
        yield unserved.reason, f"{stop.id}, visit {unserved.made + 1}: {found}"


def _repeats(world: World) -> Iterator[str]:
    """Hold the visits that repeat, or bring nothing to a stop that wants books, to the setting.

    They come only where no car could bring a new batch that was in a depot; then the oldest that
    nobody else gets, or none.
    """
    bare = world.district.settings.batches.when_seen_all == "no-books"
    for route in world.plan.routes:
        for visit in route.visits:
            stop = world.due[visit.stop].stop
            nothing = bool(stop.books) and not visit.drops
            if (nothing and not bare) or (visit.repeats and bare):
                yield f"{stop.id}: it gets {visit.drops or 'nothing'}"
            if (nothing or visit.repeats) and not world.by_hand:
                yield from _new_after_all(world, stop, route.date)
                yield from _older(world, stop, visit)


def _new_after_all(world: World, stop: Stop, made: dt.date) -> Iterator[str]:
    """Yield a batch that could come instead of what the visit made on a day brings."""
    new = [held for held in world.unseen(stop.id) if held.since == dt.date.min]
    if world.could_come(stop, new, instead_of=made):
        yield f"{stop.id}: a car could bring one of {[held.batch.id for held in new]}"


def _older(world: World, stop: Stop, visit: Visit) -> Iterator[str]:
    """Yield the batches that left a stop longer ago than one it gets, are free and no larger."""
    for name in visit.repeats:
        given = world.batches[name]
        for held in world.seen(stop.id):
            other = held.batch
            light = other.books <= given.books and other.kg <= given.kg
            free = world.free(held) and held.since == dt.date.min
            older = world.last_left(stop.id, other.id) < world.last_left(stop.id, name)
            if free and light and older and other.at == given.at:
                yield f"{stop.id}: it gets {name}, {other.id} left it earlier"


def _left_out(_world: World, _stop: Stop, _unserved: Unserved) -> Iterator[str]:
    yield from ()


def _no_day(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    settings = world.district.settings
    for day in world.due[stop.id].dates:
        if day.weekday() in settings.weekdays and day not in world.holidays:
            yield f"{day} is one of its days"
            return


def _foot_only(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    yield from (f"{carrier.id} serves it" for carrier in world.serving(stop))
    if stop.access != "foot":
        yield from _no_road(world, stop, unserved)


def _no_footpath(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    if not world.serving(stop):
        yield "nobody serves it"
    for meeting in world.travel.meetings.get(stop.id, ()):
        for carrier in meeting.homes:
            yield f"{carrier} can walk there from {meeting.row}"


def _no_carrier_day(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    for carrier, _ in _walkers(world, stop):
        for day in world.days_of(stop, [carrier]):
            yield f"{carrier.id} works on {day}"


def _walkers(world: World, stop: Stop) -> Iterator[tuple[Carrier, Meeting]]:
    """Yield who can walk to a stop, and from where a car may stand."""
    for meeting in world.travel.meetings.get(stop.id, ()):
        for carrier in world.serving(stop):
            if carrier.id in meeting.homes:
                yield carrier, meeting


def _carrier_taken(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    if made := world.made(stop.id):
        yield from _taken_beside(world, stop, made)
        return
    if not any(world.able(stop)):
        yield "nobody could carry to it on any day"
    for band in world.bands(stop):
        yield f"{[carrier.id for carrier in band.carriers]} could come as well"


def _taken_beside(world: World, stop: Stop, made: Sequence[dt.date]) -> Iterator[str]:
    """Hold that who carries for the visits made could come once more, but for others."""
    (band,) = world.bands(stop)
    may = {car_day.date for car_day in world.may_come(stop)}
    apart = {d for d in may if all(abs((d - other).days) >= stop.days_between for other in made)}
    if not apart & set(world.carried(stop, band)):
        yield f"they could not come once more anyway, {sorted(made)} being made"
    if left := apart & set(world.carried(stop, band, busy=True)):
        yield f"they could come on {sorted(left)} as well"


def _nobody_can(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold what a carrier lacks to what that carrier would walk, and nobody may be able.

    Not with about the books it wants, or with none of the batches that a car could bring.
    """
    loads = [world.about(stop)]
    if any(world.able(stop)):
        yield from (f"{band} can" for band, _ in world.carrying(stop))
        loads = list(world.to_carry(stop))
    told = [float(unserved.figures.get(name, 0)) for name in ("figure", "limit")]
    if told[0] <= told[1] and unserved.reason != "shut-on-foot":
        yield f"{told[0]} is within {told[1]}"
    lacks = [
        lack
        for carrier, meeting in _walkers(world, stop)
        if carrier.name == unserved.figures["carrier"]
        for load in loads
        for lack in _lacks(world, stop, Band((carrier,), meeting, world.walking), load)
    ]
    if not any(
        math.dist(told, lack) < _ROUNDED for code, *lack in lacks if code == unserved.reason
    ):
        yield f"{told} is none of {sorted(set(lacks))}"


def _lacks(
    world: World, stop: Stop, band: Band, loads: tuple[int, int]
) -> Iterator[tuple[str, float, float]]:
    """Yield each limit that somebody breaks, with the figure and the limit."""
    ((carrier,), days) = band.carriers, world.days_of(stop, band.carriers)
    ways = [band.walks(*loads, waits=waits)[0] for waits in (False, True)]
    metres = min(way.metres for way in ways)
    if metres > carrier.metres:
        light = min(carrier.kg, loads[0]), min(carrier.kg, loads[1])
        one = min(band.walks(*light, waits=waits)[0].metres for waits in (False, True))
        code = "too-heavy-on-foot" if one <= carrier.metres else "too-far-on-foot"
        yield code, metres / 1000, carrier.metres / 1000
        return
    near = [way for way in ways if way.metres <= carrier.metres]
    needs = min(way.before + way.stays + way.after for way in near)
    for day in days:
        dawn, dusk = world.light(stop, day)
        has = max(0, min(carrier.ends, dusk) - max(carrier.starts, dawn))
        own = carrier.ends - carrier.starts
        if needs <= has:
            yield "shut-on-foot", 0.0, 0.0
        else:
            code = "after-dusk" if needs <= own else "carrier-hours"
            yield code, needs / 3600, has / 3600


def _no_road(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    for vehicle in world.vehicles:
        if world.joined(stop, CarDay(world.monday, vehicle)):
            yield f"{vehicle} can drive there"


def _no_road_to_meeting(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    able = list(world.able(stop))
    if not able:
        yield "nobody could carry to it"
    for car, place in product(world.vehicles, {band.meeting.row for band in able}):
        if world.leads_to(car, place):
            yield f"{car} can drive to {place}"


def _only_others(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    reach = {v for v in world.vehicles if world.joined(stop, CarDay(world.monday, v))}
    if not reach or reach & set(stop.vehicles):
        yield f"{sorted(reach)} reach it"


def _no_vehicle(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    for car_day in world.may_come(stop)[:1]:
        yield f"{car_day} may come"


def _no_batch(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    for held in world.unseen(stop.id)[:1]:
        yield f"it has not had {held.batch.id} in {held.depot}"
    yield from _not_alone(world, stop, unserved)


def _for_it(world: World, stop: Stop) -> list[Held]:
    """Return what is there for a stop; an event is lent nothing that comes back in the week."""
    every = world.for_all(stop.id)
    return every if stop.load is None else [h for h in every if h.since == dt.date.min]


def _pool_empty(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    own = [held for held in _for_it(world, stop) if held.batch.pool]
    for held in own[:1]:
        yield f"{held.batch.id} of its pool is in {held.depot}"
    yield from _no_batch(world, stop, unserved)


def _pool_keeps(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold what a pool keeps to a batch that is there, new to the stop, and is kept for that."""
    yield from _no_batch(world, stop, unserved)
    had = world.had(stop.id)
    new = [h.batch.id for h in _for_it(world, stop) if h.batch.id not in had]
    turn = [name for name in new if world.its_turn(name, stop.id)]
    right = {
        "pool-reserve": [name for name in turn if not world.worn(name)],
        "pool-mending": turn,
        "pool-turn": new,
    }
    if not right[unserved.reason]:
        yield f"nothing is kept from it for that: {new}, its turn {turn}"
    if unserved.reason != "pool-reserve" and right["pool-reserve"]:
        yield f"{right['pool-reserve']} would do, were they not the reserve"


def _promised(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold what pools keep for their stops to a batch that is there and may not be lent."""
    yield from _no_batch(world, stop, unserved)
    out = {held.batch.id for held in world.aboard()}  # as if it were in its store yet
    every = [h for h in world.for_all(stop.id) if h.since == dt.date.min or h.batch.id in out]
    there = [h.batch for h in every if h.batch.id not in world.lendable]
    pools = {pool.id: pool.name for pool in world.district.pools}
    store = world.district.depots[0].name
    kept = {pools.get(b.pool, store) for b in there if not world.worn(b.id)}
    if unserved.figures["pool"] not in kept:
        yield f"nothing is kept from it there: {sorted(kept)}"


def _for_promises(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    """Hold what stays for promises to a batch that is there, new to a stop without a promise."""
    had = world.had(stop.id)
    there = [h.batch.id for h in world.for_all(stop.id) if h.batch.id not in had]
    if not any(world.its_turn(name, stop.id) and not world.worn(name) for name in there):
        yield f"nothing is kept from it: {there}"
    week = {world.monday + dt.timedelta(days=k) for k in range(7)}
    own = [e for e in world.district.timetable if e.stop == stop.id and e.date in week]
    if any(entry.status != "cancelled" for entry in own):
        yield "it is promised a visit itself"


def _not_alone(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    """Yield a route to the stop alone with a batch that nobody gets."""
    for car_day, calls in world.alone(stop):
        if world.drives(car_day, calls):
            yield f"{car_day} can drive {[c.place for c in calls]} with {calls[-1].drops}"
            return


def _batch_taken(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    yield from _not_alone(world, stop, unserved)
    every = world.alone(stop, whosoever=True)
    if not any(world.drives(*route, empty=True) for route in every):
        yield "no batch that any visit gets would do either"


def _alone_or_in_week(alone: Claim) -> Claim:
    """Return the claim on a limit that may be the only one in the way alone, or in the routes."""

    def claim(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
        dated = any(obstacle.date for obstacle in unserved.obstacles)
        yield from (_full if dated else alone)(world, stop, unserved)

    return claim


def _too_close(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    if world.afoot(stop):  # the same come to all its visits
        yield from _too_close_on_foot(world, stop)
        return
    days = {car_day.date for car_day in world.may_come(stop)}
    others = set(world.made(stop.id)) or days
    if unserved.made == 0:
        yield "no other visit is made"
    if stop.in_parts:
        before = unserved.made - len(world.made(stop.id))
        if len(days - set(world.made(stop.id))) > before:
            yield f"it could be visited on one of {sorted(days)}, beside {world.made(stop.id)}"
        return
    if any(abs((a - b).days) >= stop.days_between for a in days for b in others):
        yield f"it could be visited on one of {sorted(days)}, beside {sorted(others)}"
    if world.made(stop.id):
        yield from _no_room(world, stop, unserved)


def _before_hand_on(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold that a visit makes a hand-on, and that each day far enough from it is before it."""
    (made,) = world.made(stop.id)
    if str(made) != unserved.figures["date"] or world.far_enough(stop, dt.date.min):
        yield f"its visit on {made} hands nothing on"
    days = {car_day.date for car_day in world.may_come(stop)}
    if later := [day for day in sorted(days) if world.far_enough(stop, day)]:
        yield f"it could come on {later} as well"


def _too_close_on_foot(world: World, stop: Stop) -> Iterator[str]:
    possible = {car_day.date for car_day in world.may_come(stop)}
    for band in world.bands(stop):
        days = possible & set(
            world.carried(stop, band) if world.made(stop.id) else world.possible(stop, band)
        )
        others = set(world.made(stop.id)) or days
        for a in sorted(days - set(world.made(stop.id))):
            if any(a != b and abs((a - b).days) >= stop.days_between for b in others):
                yield f"{a} is far enough from {sorted(others)}"


def _alone(*limits: str) -> Claim:
    """Return the claim that a stop cannot be served even alone, and could without one limit.

    By an empty car: what one that has left has aboard is not what keeps it from a stop.
    """

    def claim(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
        yield from _not_alone(world, stop, unserved)
        routes = _tried_alone(world, stop)
        lifts = [(route, {one: EVER}) for route in routes for one in limits]
        if not any(world.drives(*route, lifted, empty=True) for route, lifted in lifts):
            yield f"it cannot be served without the limit {' or '.join(limits)} either"
        yield from _alone_figures(world, stop, unserved)

    return claim


def _tried_alone(world: World, stop: Stop) -> list[tuple[CarDay, tuple[Call, ...]]]:
    return list(world.alone(stop, whosoever=True)) or list(world.alone(stop, bare=True))


def _alone_figures(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold each limit named for a vehicle to its figure: that much is enough, and no less is.

    A batch that another visit gets may need less, and so may a route that reloads first.
    """
    straight = [(k, calls) for k, calls in world.alone(stop) if len(calls) == 1]
    every = {True: _tried_alone(world, stop), False: straight}
    for obstacle in () if unserved.together else unserved.obstacles:
        for figure, fits in _figures(world, obstacle):
            if not fits and world.afoot(stop):
                continue  # others may be met elsewhere, with less
            lifted = {obstacle.code: figure}
            own = [(k, calls) for k, calls in every[fits] if k.vehicle == obstacle.vehicle]
            if any(world.drives(*route, lifted, empty=True) for route in own) != fits:
                yield _off(obstacle, figure, fits=fits)


def _figures(world: World, obstacle: Obstacle) -> Iterator[tuple[int, bool]]:
    """Yield what a limit may be raised to, and whether that is to be enough.

    Where a crew takes a break, the times are those with a break that is of use: an earlier one may
    do with less.
    """
    timed = obstacle.code in ("working-time", "latest-return")
    if obstacle.code in EXACT and obstacle.figure > obstacle.limit:
        yield obstacle.figure, True
        if not (timed and world.vehicles[obstacle.vehicle].break_s):
            yield obstacle.figure - 1, False


def _off(obstacle: Obstacle, figure: int, *, fits: bool) -> str:
    enough = "is not enough" if fits else "is enough already"
    return f"{obstacle.code} {figure} {enough} for {obstacle.vehicle} on {obstacle.date}"


def _no_single_car(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold each vehicle to what it lacks: all of it, or one of it if that is enough."""
    yield from _not_alone(world, stop, unserved)
    lacks: dict[str, dict[str, int]] = defaultdict(dict)
    for obstacle in unserved.obstacles:
        lacks[obstacle.vehicle][obstacle.code] = EVER
    routes = _tried_alone(world, stop)
    for vehicle, lifted in lacks.items():
        own = [(k, calls) for k, calls in routes if k.vehicle == vehicle]
        if lifted.keys() <= LIMITS.keys() and not any(
            world.drives(*route, lifted, empty=True) for route in own
        ):
            yield f"{vehicle} cannot serve it without {sorted(lifted)} either"


def _not_worth(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    found = list(world.insertions(stop))
    if not found:
        yield "it fits into no route"
    elif not world.counts_hours:
        best = min(found, key=lambda found: found.cost)
        worth = world.worth(stop, unserved.made + 1)
        if best.cost < worth - _ROUNDED:
            places = [call.place for call in best.calls]
            yield f"{best.car_day} {places} costs {best.cost:.2f}, less than {worth}"


def _would_fit(world: World, stop: Stop, _unserved: Unserved) -> Iterator[str]:
    if not any(world.insertions(stop)):
        yield "it fits into no route"
    elif not world.by_hand:
        yield "the search left it out"


def _no_room(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    found = list(world.insertions(stop))
    if found:
        best = min(found, key=lambda found: found.cost)
        places = [call.place for call in best.calls]
        worth = world.worth(stop, unserved.made + 1)
        yield f"{best.car_day} has room: {places} for {best.cost:.2f} of {worth}"


def _needs_reload(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    yield from _no_room(world, stop, unserved)
    day = (str(unserved.figures["date"]), unserved.figures["vehicle"])
    found = world.insertions(stop, {"reloads": EVER})
    if not any((str(one.car_day.date), one.car_day.vehicle) == day for one in found):
        yield f"one reload more does not help {day}"


def _full(world: World, stop: Stop, unserved: Unserved) -> Iterator[str]:
    """Hold each limit in the way to its figure: raised to that, and no less, it lets it in.

    For no more than the visit is worth, unless every way to let it in is dearer.
    """
    yield from _no_room(world, stop, unserved)
    groups = [unserved.obstacles] if unserved.together else [(o,) for o in unserved.obstacles]
    for group in groups:
        if not _lets_in(world, stop, group):
            yield f"no room without {[(o.vehicle, str(o.date), o.code) for o in group]} either"
    # Of several visits the first may be the one that is lacking, which is worth the most.
    numbers = (1, unserved.made + 1)
    worths = [math.inf if unserved.dear else world.worth(stop, n) for n in numbers]
    for obstacle in () if unserved.together else unserved.obstacles:
        for figure, fits in _figures(world, obstacle):
            most = max(worths) if fits else min(worths)
            if not fits and (world.afoot(stop) or (math.isfinite(most) and world.counts_hours)):
                continue  # others may be met elsewhere, or what a way costs is not known
            own = most + world.evened(obstacle.vehicle) + _ROUNDED if fits else most - _ROUNDED
            if _lets_in(world, stop, (_raised_to(obstacle, figure),), own) != fits:
                yield _off(obstacle, figure, fits=fits)


def _raised_to(obstacle: Obstacle, figure: int) -> Obstacle:
    return msgspec.structs.replace(obstacle, figure=figure)


def _lets_in(world: World, stop: Stop, group: tuple[Obstacle, ...], most: float = math.inf) -> bool:
    """Tell whether a visit fits without some limits, for ``most`` at the most."""
    codes = [obstacle.code for obstacle in group]
    if "depot" in codes or "road" in codes:
        return True  # batches that nobody gets may be in other depots
    also = next((code for code in codes if code in ("spacing", "fixed")), "")
    lifted = {o.code: _raised(o) for o in group if o.code in LIMITS}
    days = {(o.date, o.vehicle) for o in group}
    found = world.insertions(stop, lifted, also=also, only=days)
    return any(one.cost <= most for one in found)


def _raised(obstacle: Obstacle) -> int:
    return obstacle.figure if obstacle.code in EXACT and obstacle.figure else EVER


CLAIMS: dict[str, Claim] = {
    "left-out": _left_out,
    "no-day": _no_day,
    "day-closed": _no_day,
    "foot-only": _foot_only,
    "no-footpath": _no_footpath,
    "no-carrier-day": _no_carrier_day,
    "carrier-taken": _carrier_taken,
    "too-far-on-foot": _nobody_can,
    "too-heavy-on-foot": _nobody_can,
    "after-dusk": _nobody_can,
    "carrier-hours": _nobody_can,
    "shut-on-foot": _nobody_can,
    "carrier-not-met": _alone("opening-hours"),
    "off-road": _no_road,
    "disconnected": _no_road,
    "ferry-only": _no_road,
    "only-others-reach": _only_others,
    "no-road-to-meeting": _no_road_to_meeting,
    "no-vehicle": _no_vehicle,
    "no-batch": _no_batch,
    "pool-empty": _pool_empty,
    "pool-reserve": _pool_keeps,
    "pool-mending": _pool_keeps,
    "pool-turn": _pool_keeps,
    "pool-promised": _promised,
    "kept-for-promises": _for_promises,
    "batch-elsewhere": _alone_or_in_week(_not_alone),
    "batch-too-late": _not_alone,
    "batch-taken": _batch_taken,
    "too-close": _too_close,
    "before-hand-on": _before_hand_on,
    "too-many-books": _alone("books"),
    "too-heavy": _alone("kg"),
    "too-far": _alone("distance"),
    "too-long": _alone("working-time", "time"),
    "back-too-late": _alone("latest-return"),
    "closed": _alone("opening-hours"),
    "no-break": _alone_or_in_week(_alone("break")),
    "leg-beyond-break": _alone("break"),
    "no-single-car": _no_single_car,
    "not-worth": _not_worth,
    "would-fit": _would_fit,
    "needs-reload": _needs_reload,
    "full": _full,
}
