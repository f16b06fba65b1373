"""What is told of unserved stops beyond their reasons, held against brute force.

Every change told is made to the district by code of this module, and the stop must fit then, for
less than it is worth; with a smaller change it must not. What a visit costs must be so: it fits
without the stops that go, and beside any one of them it does not.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import combinations, islice, permutations, zip_longest
from pathlib import Path
from typing import Any

import msgspec
from soak.brute import Call
from soak.districts import random_district
from soak.world import CarDay, Try, World

import bookcar as bc
from bookcar.errors import BookcarError
from bookcar.inputs.reader import read
from bookcar.model import Batch, Carrier, District, Stop, Vehicle
from bookcar.plan import Plan, Visit
from bookcar.roads.sources import travel_for
from bookcar.weeks import parse_week, week_dates
from bookcar.why.week import whys_of
from bookcar.whys import ON_FOOT, Change, Conflict, Price, Why, is_told_as_it_is

_ROUNDED = 0.01
_MANY = 6
"""Orders of so many visits are tried at the most."""
_JOINED, _LOADS = 4, 60
"""So many others are joined to a stop, and so many ways to give out batches tried."""

_UNITS: dict[str, tuple[tuple[str, int], ...]] = {
    "reload": (("reloads", 1),),
    "stops": (("max_stops", 1),),
    "hours": (("max_seconds", 60),),
    "back": (("ends", 60),),
    "day": (("max_seconds", 60), ("ends", 60)),
    "start": (("starts", -60),),
    "driving": (("max_driving_s", 60),),
    "km": (("max_metres", 1000),),
}

_OF_CARRIERS = {"carrier-km": ("metres", 1000), "carrier-hours": ("ends", 60)}
_MOST_OF_CARRIERS = {"carrier-km": 30, "carrier-hours": 180}
_DAYS = {name: day for day, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))}
_NO_BATCH = ("no-batch", "kept-for-promises", "pool-empty", "batch-elsewhere", "batch-taken")
"""Reasons for which one more batch must be told where it is enough."""


def made(district: District, change: Change, amount: int) -> District:
    """Return a district with a change of some amount, by the words of its lever alone."""
    if change.lever in _UNITS:
        vehicle = district.vehicles_by_id[change.vehicle]
        values = {n: getattr(vehicle, n) + amount * by for n, by in _UNITS[change.lever]}
        return _vehicle(district, msgspec.structs.replace(vehicle, **values))
    if change.lever == "car-day":
        vehicle = district.vehicles_by_id[change.vehicle]
        assert change.weekday is not None
        days = tuple(sorted({*vehicle.weekdays, change.weekday}))
        return _vehicle(district, msgspec.structs.replace(vehicle, weekdays=days))
    if change.lever == "car":
        like = district.vehicles_by_id[change.vehicle]
        name = change.changes[0].split()[1]
        new = msgspec.structs.replace(like, id=name, name="", driver="", phone="")
        return msgspec.structs.replace(district, vehicles=(*district.vehicles, new))
    if change.lever in _OF_CARRIERS or change.lever in ("carrier-day", "carrier"):
        return _carriers(district, change, amount)
    if change.lever == "batch":
        cells = dict(cell.split("=") for cell in change.changes[0].split()[2:])
        new_batch = Batch(
            id=change.changes[0].split()[1],
            at=cells["at"],
            books=int(cells["books"]),
            kg=int(cells["kg"]),
            pool=cells.get("pool", ""),
        )
        every = (*district.batches, new_batch)
        return msgspec.structs.replace(
            district, batches=every, listed=(*district.listed, new_batch)
        )
    return _stop(district, change, amount)


def _carriers(district: District, change: Change, amount: int) -> District:
    """Return a district with a change of who carries."""
    known = {carrier.id: carrier for carrier in district.carriers}
    if change.lever == "carrier":
        new = _new_carrier(district, change)
        return msgspec.structs.replace(district, carriers=(*district.carriers, new))
    own = known[change.carrier]
    if change.lever == "carrier-day":
        days = tuple(sorted({*own.weekdays, change.weekday}))
        own = msgspec.structs.replace(own, weekdays=days)
    else:
        field, by = _OF_CARRIERS[change.lever]
        own = msgspec.structs.replace(own, **{field: getattr(own, field) + by * amount})
    every = tuple(own if one.id == own.id else one for one in district.carriers)
    return msgspec.structs.replace(district, carriers=every)


def _new_carrier(district: District, change: Change) -> Carrier:
    """Return who is hired, by the words of the change."""
    _, name, *cells = change.changes[0].split()
    if cells[0] == "like":
        like = next(one for one in district.carriers if one.id == cells[1])
        return msgspec.structs.replace(like, id=name, name="", phone="")
    told = dict(cell.split("=") for cell in cells)
    home = district.stops_by_id[told["at"]]
    starts, ends = (
        int(text[:2]) * 3600 + int(text[3:]) * 60 for text in (told["starts"], told["ends"])
    )
    return Carrier(
        id=name,
        name="",
        lon=home.lon,
        lat=home.lat,
        at=home.id,
        starts=starts,
        ends=ends,
        weekdays=tuple(_DAYS[day] for day in told["days"].split(",")),
        stops=tuple(told["serves"].split()),
    )


def _vehicle(district: District, vehicle: Vehicle) -> District:
    every = tuple(vehicle if v.id == vehicle.id else v for v in district.vehicles)
    return msgspec.structs.replace(district, vehicles=every)


def _stop(district: District, change: Change, amount: int) -> District:
    stop = district.stops_by_id[change.stop]
    windows = [list(window) for window in stop.windows]
    values: dict[str, Any]
    match change.lever:
        case "priority":
            values = {"priority": stop.priority + amount}
        case "required":
            values = {"required": True}
        case "allow":
            values = {"vehicles": ()}
        case "apart":
            values = {"days_between": stop.days_between - amount}
        case "opens":
            windows[0][0] -= 60 * amount
            values = {"windows": tuple(map(tuple, windows))}
        case "closes":
            windows[-1][1] += 60 * amount
            values = {"windows": tuple(map(tuple, windows))}
        case "weekday":
            values = {"weekdays": tuple(sorted({*stop.weekdays, change.weekday}))}
        case _:
            raise AssertionError(change.lever)
    changed = msgspec.structs.replace(stop, **values)
    every = tuple(changed if s.id == stop.id else s for s in district.stops)
    return msgspec.structs.replace(district, stops=every)


def false_whys(world: World, why: Why) -> Iterator[str]:
    """Yield what is false of what is told of a stop."""
    for change in why.changes:
        yield from _false_change(world, why.id, change)
    if why.price is not None:
        yield from _false_price(world, why.id, why.price)
    if why.conflict is not None:
        yield from _false_conflict(world, why.id, why.conflict)
    if why.level == "kept":
        yield from _room_after_all(world, why.id)


def _false_change(world: World, stop: str, change: Change) -> Iterator[str]:
    whose = change.vehicle or change.depot or change.carrier or change.stop
    told = f"{stop}: {change.lever} {whose} {change.amount}"
    if change.jointly:
        yield from _false_joint(world, stop, change, told)
        return
    enough = made(world.given, change, change.amount)
    if not _served(world, enough, stop, sure=False):
        yield f"{told} is not enough"
    elif change.serves == (stop,) and not _is_longer(world, enough, stop, change):
        yield f"{told}: {change.metres} m and {change.seconds} s more are of no cheapest way"
    smaller = {change.amount - 1, change.amount // 2} - {0}
    for less in sorted(smaller) if change.lever != "batch" else ():  # a stop may do with fewer
        if _served(world, made(world.given, change, less), stop, sure=True):
            yield f"{told}: {less} is enough already"
    if _served(world, world.given, stop, sure=True):
        yield f"{told}: nothing is needed"


def _false_joint(world: World, stop: str, change: Change, told: str) -> Iterator[str]:
    """Yield what is false of a change with which a stop is visited only together with others."""
    district = made(world.given, change, 1)
    if _served(world, district, stop, sure=True):
        yield f"{told}: it is enough for the stop alone"
    if stop not in change.serves:
        yield f"{told}: it does not serve the stop"
    assert change.when is not None
    car_day = CarDay(change.when, change.by)
    seen = World(district, world.travel, world.plan, {})
    if car_day in world.car_days:  # it gets what the others give back
        givers = [seen.due[s].stop for s in change.serves if s != stop]
        if all(seen.held(one, car_day.date, ()) == (0, 0) for one in givers):
            yield f"{told}: {car_day} is no new one, and nobody gives back a batch"
        return
    others = [s for s in change.serves if s != stop]
    sizes = range(1, min(len(others), _JOINED) + 1)
    groups = ((stop, *some) for size in sizes for some in combinations(others, size))
    found = any(_pay_together(seen, car_day, group) for group in groups)
    if seen.vehicles[change.by].reloads:
        return  # a route of several with a reload between them is not tried here
    if not found and len(others) <= _JOINED:
        yield f"{told}: no stops pay together on {car_day}"


def _pay_together(seen: World, car_day: CarDay, group: tuple[str, ...]) -> bool:
    """Tell whether some stops are worth more than a route of them alone, in some order."""
    places = [seen.due[name].stop for name in group]
    if any(car_day not in seen.may_come(p) for p in places):
        return False
    if not all(seen.far_enough(p, car_day.date) for p in places):
        return False
    worth = sum(seen.worth(p, 1 + len(seen.made(p.id))) for p in places)
    vehicle = seen.vehicles[car_day.vehicle]
    fixed = vehicle.fixed_cost + seen.district.settings.weights.car_day
    changes = sum(seen.extra(p, car_day, [seen.visit(p, car_day.date, ())]) for p in places)
    changes -= sum(_way(seen, car_day, [p.id]) for p in places) + fixed * len(places)
    for brought in islice(_brought(seen, car_day, places), _LOADS):
        visits = [
            seen.visit(p, car_day.date, drops) for p, drops in zip(places, brought, strict=True)
        ]
        for some in permutations(visits):
            cost = fixed + _way(seen, car_day, [call.stands for call in some]) + changes
            if cost <= worth + _ROUNDED and seen.drives(car_day, some):
                return True
    return False


def _way(seen: World, car_day: CarDay, places: list[str]) -> float:
    vehicle = seen.vehicles[car_day.vehicle]
    legs = seen.legs(vehicle, [vehicle.depot, *places, vehicle.depot])
    return math.inf if legs is None else vehicle.cost_km * sum(legs.metres) / 1000


def _brought(
    seen: World, car_day: CarDay, places: list[Stop], taken: frozenset[str] = frozenset()
) -> Iterator[tuple[tuple[Batch, ...], ...]]:
    """Yield what each of some stops may get on a car-day, no batch twice."""
    if not places:
        yield ()
        return
    first, *others = places
    for drops in _any_choice(seen, first, car_day, taken):
        names = taken | {batch.id for batch in drops}
        for more in _brought(seen, car_day, others, names):
            yield (drops, *more)


def _any_choice(
    seen: World, stop: Stop, car_day: CarDay, taken: frozenset[str]
) -> list[tuple[Batch, ...]]:
    depot = seen.vehicles[car_day.vehicle].depot
    if () in seen.choices(stop, depot, car_day.date):
        return [()]
    _, pool = seen.pool(stop)
    free = (h for h in pool if seen.free(h) and h.depot == depot and h.since <= car_day.date)
    return [(h.batch,) for h in free if h.batch.id not in taken]


def _seen(world: World, district: District) -> World:
    """Return a district as a plan's week sees it; ways of carriers whom nobody had are measured."""
    hired = {one.id for one in district.carriers} - {one.id for one in world.given.carriers}
    travel = world.travel
    if hired:
        dates = week_dates(parse_week(world.plan.week))
        travel = travel_for(world_district(district, world.plan), dates=dates)
    return World(district, travel, world.plan, {})


def _not_told(world: World, why: Why, reason: str) -> Iterator[str]:
    """Yield what would be enough, and is not told: one more batch, or more of a carrier."""
    if reason in _NO_BATCH and why.id in world.given.stops_by_id:  # no load of a fair
        told = {(one.pool, one.depot) for one in why.changes if one.lever == "batch"}
        for change in _batches(world, why.id):
            enough = made(world.given, change, change.amount)
            if (change.pool, change.depot) not in told and _served(
                world, enough, why.id, sure=True
            ):
                yield f"{why.id}: not told of {change.changes[0]}"
    if reason not in ON_FOOT:
        return
    for carrier in world.given.carriers:
        for lever in _OF_CARRIERS if why.id in carrier.stops else ():
            most = _MOST_OF_CARRIERS[lever]
            if lever == "carrier-hours":
                most = min(most, (86_400 - carrier.ends) // 60)
            change = Change(lever=lever, carrier=carrier.id, amount=most)
            known = any((one.lever, one.carrier) == (lever, carrier.id) for one in why.changes)
            enough = made(world.given, change, most)
            if not known and most and _served(world, enough, why.id, sure=True):
                yield f"{why.id}: not told of {lever} of {carrier.id}"


def _batches(world: World, stop: str) -> Iterator[Change]:
    """Yield one batch of what a stop wants, of each pool that is for it, in each depot."""
    place = world.given.stops_by_id[stop]
    pools = [
        pool.id
        for pool in world.given.pools
        if (place.id in pool.stops or place.kind in pool.kinds) and place.pool in ("", pool.id)
    ]
    books = sum(batch.books for batch in world.given.batches)
    kg = sum(batch.kg for batch in world.given.batches)
    heavy = -(-kg * place.books // books) if books else 0
    for pool in pools or [place.pool]:
        for depot in world.given.depots if place.books else ():
            cells = f"books={place.books} kg={heavy} at={depot.id}" + f" pool={pool}" * bool(pool)
            yield Change(
                lever="batch",
                pool=pool,
                depot=depot.id,
                amount=place.books,
                changes=(f"+batch One-more {cells}",),
            )


def _served(world: World, district: District, stop: str, *, sure: bool) -> bool:
    """Tell whether a visit fits for less than it is worth; ``sure``: if its cost is known.

    What no car could do alone is not tried in routes, though the way by another stop may be shorter
    in roads that somebody made up.
    """
    seen = _seen(world, district)
    if stop not in seen.due or not seen.due[stop].due:
        return False
    place = seen.due[stop].stop
    found = list(seen.insertions(place))
    worth = seen.worth(place, 1 + len(seen.made(stop)))
    if not found or (sure and not any(seen.drives(*r, empty=True) for r in seen.alone(place))):
        return False
    if math.isinf(worth):
        return True
    if seen.counts_hours:
        return not sure
    best = min(one.cost for one in found)
    return best < worth - _ROUNDED if sure else best <= worth + _ROUNDED


def _is_longer(world: World, district: District, stop: str, change: Change) -> bool:
    """Tell whether some cheapest way to visit a stop is so much longer as is told.

    Where people carry, some way: which of them come is for the planner to choose, and what they do
    already stays at its time.
    """
    seen = _seen(world, district)
    place = seen.due[stop].stop
    found = list(seen.insertions(place))
    best = min(one.cost for one in found)
    whichever = seen.counts_hours or seen.afoot(place) or bool(seen.out)
    cheapest = (one for one in found if one.cost <= best + _ROUNDED or whichever)
    return any(_metres_more(seen, one) == change.metres for one in cheapest)


def _metres_more(seen: World, one: Try) -> int:
    vehicle, route = seen.vehicles[one.car_day.vehicle], seen.routes.get(one.car_day)
    legs = seen.legs(vehicle, [vehicle.depot, *(c.stands for c in one.calls), vehicle.depot])
    assert legs is not None
    return sum(legs.metres) - (route.metres if route else 0)


def _thinned(world: World, car_day: CarDay, out: frozenset[str]) -> World:
    """Return the world without some visits of a car-day, the batches given out as they were."""
    routes = []
    for route in world.plan.routes:
        calls = route.calls
        if CarDay(route.date, route.vehicle) == car_day:
            left = [c for c in calls if not (isinstance(c, Visit) and c.stop in out)]
            calls = tuple(
                call
                for call, after in zip_longest(left, left[1:])
                if isinstance(call, Visit) or isinstance(after, Visit)
            )  # a reload that no visit follows is not made
        routes.append(msgspec.structs.replace(route, calls=calls))
    plan = msgspec.structs.replace(world.plan, routes=tuple(r for r in routes if r.calls))
    seen = replace(world, plan=plan)
    for name in ("used", "supplies", "_known"):
        seen.__dict__[name] = getattr(world, name)
    return seen


def _fits(world: World, stop: str, car_day: CarDay) -> bool:
    return any(world.insertions(world.due[stop].stop, only=[car_day]))


def _false_price(world: World, stop: str, price: Price) -> Iterator[str]:
    car_day = CarDay(price.date, price.vehicle)
    out = frozenset(price.out)
    told = f"{stop}: on {car_day} without {sorted(out)}"
    if price.reordered:
        if not _any_order(_thinned(world, car_day, out), stop, car_day):
            yield f"{told} there is no room in any order"
        return
    if not _fits(_thinned(world, car_day, out), stop, car_day):
        yield f"{told} there is no room"
    for one in sorted(out):
        if _fits(_thinned(world, car_day, out - {one}), stop, car_day):
            yield f"{told}: {one} need not go"
    known = not out and not world.counts_hours
    if known:
        best = min(one.cost for one in world.insertions(world.due[stop].stop))
        if abs(best - price.cost) > _ROUNDED:
            yield f"{told}: costs {price.cost}, not {best}"


def _any_order(world: World, stop: str, car_day: CarDay) -> bool:
    """Tell whether the visits of a car-day leave room in any order."""
    route = world.routes.get(car_day)
    if route is None:
        return _fits(world, stop, car_day)
    place = world.due[stop].stop
    calls, vehicle = world.planned(route), world.vehicles[car_day.vehicle]
    visits = [
        world.visit(place, car_day.date, drops)
        for drops in world.choices(place, vehicle.depot, car_day.date)
    ]
    if any(call.reload for call in calls):
        return True  # what is loaded where is not tried here
    if any(world.drives(car_day, s) for visit in visits for s in permutations((*calls, visit))):
        return True
    return any(
        world.drives(car_day, some)
        for store in world.stores(vehicle)
        for some in _reloading(world, car_day, calls, (place, store))
    )


def _reloading(
    world: World, car_day: CarDay, calls: tuple[Call, ...], more: tuple[Stop, str]
) -> Iterator[tuple[Call, ...]]:
    """Yield every order of visits, one more and a reload, with all loaded where it is."""
    (place, store), home = more, world.vehicles[car_day.vehicle].depot
    reload = world.reload(world.vehicles[car_day.vehicle], store)
    for depot in sorted({home, store}):
        for drops in world.choices(place, depot, car_day.date):
            visit = world.visit(place, car_day.date, drops)
            for some in permutations((*calls, visit, reload)):
                at = some.index(reload)
                loaded = (
                    call.drops == (0, 0)
                    or (depot if call is visit else home) == (store if k > at else home)
                    for k, call in enumerate(some)
                )
                if at + 1 < len(some) and all(loaded):
                    yield some


def _staying(world: World, car_day: CarDay) -> set[str]:
    """Return the stops of a car-day's visits that may not go."""
    needed = world.used
    return {
        visit.stop
        for visit in world.routes[car_day].visits
        if world.due[visit.stop].stop.required
        or world.due[visit.stop].stop.visits_a_week > 1
        or needed & {*visit.collects}
    }


def _false_conflict(world: World, stop: str, conflict: Conflict) -> Iterator[str]:
    car_day = CarDay(conflict.date, conflict.vehicle)
    every = {visit.stop for visit in world.routes[car_day].visits}
    if world.routes[car_day].reloads or len(every) > _MANY:
        return
    core = frozenset(conflict.stops)
    told = f"{stop}: on {car_day} beside {sorted(core)}"
    if _any_order(_thinned(world, car_day, every - core), stop, car_day):
        yield f"{told} there is room"
    for one in sorted(core):
        if not _any_order(_thinned(world, car_day, every - core | {one}), stop, car_day):
            yield f"{told}: {one} is not in the way"


def _room_after_all(world: World, stop: str) -> Iterator[str]:
    place: Stop = world.due[stop].stop
    for car_day in world.may_come(place):
        if car_day not in world.routes:
            if _fits(world, stop, car_day):
                yield f"{stop}: {car_day} has nothing else to do"
            continue
        if world.routes[car_day].reloads:
            continue
        every = {visit.stop for visit in world.routes[car_day].visits}
        out = frozenset(every - _staying(world, car_day))
        few = len(every - out) <= _MANY and world.far_enough(place, car_day.date)
        if few and _any_order(_thinned(world, car_day, out), stop, car_day):
            yield f"{stop}: {car_day} has room beside what stays"


def check(seed: int, folder: Path, *, carriers: bool = False) -> tuple[list[str], Counter[str]]:
    """Make and plan the district of a seed; return what is false of its whys, and what was told.

    With ``carriers`` some have stops on foot, and people who carry to them.
    """
    counts: Counter[str] = Counter()
    week = random_district(seed, folder, carriers=carriers)
    try:
        district = read(folder)
        plan = bc.plan_week(district, week, effort="quick", seed=seed)
    except BookcarError:
        counts["not planned"] += 1
        return [], counts
    return list(_checked(district, plan, counts)), counts


def _checked(district: District, plan: Plan, counts: Counter[str]) -> Iterator[str]:
    whys = whys_of(district, plan)
    counts["planned"] += 1
    counts["stops told of"] += len(whys.stops)
    counts["changes for several"] += len(whys.together)
    if whys_of(district, plan).to_json() != whys.to_json():
        yield "other bytes"
    monday = parse_week(plan.week)
    then = world_district(district, plan)
    travel = travel_for(then, dates=week_dates(monday))
    world = World(district, travel, plan, {})
    reasons = {row.stop: row.reason for row in plan.unserved}
    for why in whys.stops:
        counts[f"level {why.level}"] += 1
        counts.update(f"change {change.lever}" for change in why.changes)
        counts.update(f"jointly {change.lever}" for change in why.changes if change.jointly)
        counts["prices with stops that go"] += bool(why.price and why.price.out)
        counts["prices in another order"] += bool(why.price and why.price.reordered)
        counts["conflicts"] += bool(why.conflict)
        yield from false_whys(world, why)
        if not is_told_as_it_is(plan):
            yield from _not_told(world, why, reasons[why.id])


def world_district(district: District, plan: Plan) -> District:
    """Return the district as the roads of a week are measured for."""
    from bookcar.inputs.movements import before  # noqa: PLC0415

    return before(district, parse_week(plan.week))


def run(seed: int, *, carriers: bool = False) -> dict[str, Any]:
    """Check the district of one seed."""
    with tempfile.TemporaryDirectory(prefix="whys-") as folder:
        try:
            found, counts = check(seed, Path(folder), carriers=carriers)
        except Exception as error:
            found, counts = [f"exception {error!r}"], Counter()
    return {"seed": seed, "found": found, "counts": counts}


def main() -> int:
    """Check many districts and say what was found; 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m soak.whys", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--carriers", action="store_true", help="with stops on foot, too")
    args = parser.parse_args()
    counts: Counter[str] = Counter()
    wrong = 0
    with ProcessPoolExecutor(args.workers) as pool:
        for result in pool.map(
            partial(run, carriers=args.carriers), range(args.seed, args.seed + args.count)
        ):
            counts.update(result["counts"])
            for text in result["found"]:
                wrong += 1
                sys.stdout.write(f"seed {result['seed']}: {text}\n")
                sys.stdout.flush()
    sys.stdout.write(json.dumps(counts, sort_keys=True) + f"\n{wrong} false\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
