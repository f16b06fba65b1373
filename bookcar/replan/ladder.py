"""The ladder of freedom: how far told visits may change, rung by rung."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations
from random import Random
from typing import Literal

from bookcar.replan.desk import Desk, Order
from bookcar.replan.search import searched

Rung = Literal["times", "order", "car", "day", "fetch", "drop"]
RUNGS: tuple[Rung, ...] = ("times", "order", "car", "day", "fetch", "drop")

ROUNDS = 60
"""Times that a rung takes some jobs out again and puts them back where they cost least."""

_PLACES = 4  # of a route that are tried for a job, those of the least detour first
_SMALL = 6  # jobs that are tried in every order


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Orders by car-day, and the jobs that are nowhere."""

    orders: Mapping[int, Order]
    left: tuple[int, ...]

    def cost(self, desk: Desk) -> float:
        """Return its cost, with what leaving jobs out costs."""
        found = (desk.driven(k, order) for k, order in self.orders.items())
        driven = sum(one.whole if one else float("inf") for one in found)
        return driven + sum(desk.worth(number) for number in self.left)


def climb(desk: Desk, given: Standing, rung: Rung, *, seed: int = 1) -> Standing | None:
    """Return the week on a rung, or None if that does not work there.

    Parameters
    ----------
    given
        The orders as they were, without what cannot be; ``left`` are jobs without a car.
    """
    freed = _freed(desk, given, rung)
    if freed is None:
        return None
    put = _put_in(desk, freed, rung)
    if rung not in ("times", "order"):
        put = _improved(desk, put, given, rung=rung, seed=seed)
        if put.left:
            put = _rearranged(desk, put, rung, seed)
    if rung != "drop" and put.left:
        return None
    return put


def _rearranged(desk: Desk, now: Standing, rung: Rung, seed: int) -> Standing:
    """Return what a search makes of a week in which some jobs found no place; it moves others."""

    def allows(number: int, k: int) -> bool:
        return _may_come(desk, number, k, rung)

    orders, left = searched(desk, now.orders, allows=allows, all_of_them=rung != "drop", seed=seed)
    found = Standing(orders=orders, left=left)
    if any(desk.driven(k, order) is None for k, order in orders.items()):
        return now
    return found if found.cost(desk) < now.cost(desk) else now


def _may_come(desk: Desk, number: int, k: int, rung: Rung) -> bool:
    """Tell whether a rung lets a job be made on a car-day."""
    told, ride = desk.jobs[number].told, desk.rides[k]
    if told is None or rung in ("day", "fetch", "drop"):
        return True
    return ride.date == told.date and (rung == "car" or ride.vehicle == told.vehicle)


def _freed(desk: Desk, given: Standing, rung: Rung) -> Standing | None:
    """Return the orders made drivable: nothing else changes on them than the rung allows."""
    orders, left = dict(given.orders), list(given.left)
    for k, order in given.orders.items():
        if desk.driven(k, order) is not None:
            continue
        if rung == "times":
            return None
        shorter = _shortened(desk, k, order)
        if shorter is None or (rung == "order" and len(shorter) < len(order)):
            return None
        orders[k] = shorter
        left += [number for number in order if number not in shorter]
    return Standing(orders=orders, left=tuple(left))


def _shortened(desk: Desk, k: int, order: Order) -> Order | None:
    """Return an order of the jobs that can be driven, without as few as need be."""
    able = _reordered(desk, k, order)
    while able is None and order:
        out = _worst(desk, k, order)
        if out is None:
            return None
        order = tuple(n for n in order if n != out)
        able = order if desk.driven(k, order) is not None else _reordered(desk, k, order)
    return able


def _reordered(desk: Desk, k: int, order: Order) -> Order | None:
    """Return the best order of the same jobs that can be driven."""
    ride = desk.rides[k]
    if ride.locked:
        return None
    first = order[:1] if ride.under_way else ()
    rest = order[len(first) :]
    if len(rest) <= _SMALL:
        found = [(*first, *some) for some in permutations(rest)]
    else:
        found = [(*first, *some) for some in _moved_one(rest)]
    able = [(one.whole, some) for some in found if (one := desk.driven(k, some)) is not None]
    return min(able)[1] if able else None


def _moved_one(order: Order) -> Iterable[Order]:
    yield order[::-1]
    for at, number in enumerate(order):
        rest = (*order[:at], *order[at + 1 :])
        for to in range(len(rest) + 1):
            yield (*rest[:to], number, *rest[to:])


def _worst(desk: Desk, k: int, order: Order) -> int | None:
    """Return the job without which a route is drivable at the least loss, or else its last."""
    first = 1 if desk.rides[k].under_way else 0
    free = [n for n in order[first:] if desk.jobs[n].visit]
    if not free:
        return None
    able = [
        (desk.worth(n), -position, n)
        for position, n in enumerate(free)
        if desk.driven(k, tuple(m for m in order if m != n)) is not None
    ]
    return min(able)[2] if able else free[-1]


def _put_in(desk: Desk, now: Standing, rung: Rung) -> Standing:
    """Return the week with the jobs put in where they cost least, the hardest choice first."""
    orders, left = dict(now.orders), list(now.left)
    while left:
        choices = {n: _choices(desk, orders, n, rung) for n in left}
        able = [(_regret(choices[n]), n) for n in left if choices[n]]
        if not able:
            break
        _, number = max(able, key=lambda pair: (pair[0], -pair[1]))
        _, k, at = choices[number][0]
        order = orders.get(k, ())
        orders[k] = (*order[:at], number, *order[at:])
        left.remove(number)
    return Standing(orders=orders, left=tuple(left))


def _regret(choices: list[tuple[float, int, int]]) -> float:
    return choices[1][0] - choices[0][0] if len(choices) > 1 else float("inf")


def _choices(
    desk: Desk, orders: Mapping[int, Order], number: int, rung: Rung
) -> list[tuple[float, int, int]]:
    """Return the best place for a job on each car-day that it may have, the cheapest first."""
    found = []
    for k in sorted(desk.allowed[number]):
        if not (_may_come(desk, number, k, rung) and desk.apart(number, k, orders)):
            continue
        best = _best_place(desk, k, orders.get(k, ()), number)
        limit = desk.worth(number) if rung == "drop" else float("inf")
        if best is not None and best[0] <= limit:
            found.append((best[0], k, best[1]))
    return sorted(found)


def _best_place(desk: Desk, k: int, order: Order, number: int) -> tuple[float, int] | None:
    first = 1 if desk.rides[k].under_way and order else 0
    if desk.jobs[number].fetched_by == k:
        first = 1 + next(at for at, n in enumerate(order) if desk.jobs[n].fetch)
    places = range(first, len(order) + 1)
    near = sorted(places, key=lambda at: (desk.detour(k, order, number, at), at))
    for at in near[:_PLACES]:
        cost = desk.extra(k, order, number, at)
        if cost is not None:
            return cost, at
    return None


def _improved(desk: Desk, now: Standing, given: Standing, *, rung: Rung, seed: int) -> Standing:
    """Take jobs out near those that have moved, and put them back, as long as that saves."""
    rng, best, cost = Random(seed), now, now.cost(desk)
    moved = set(given.left) | {
        n for k, order in now.orders.items() if order != given.orders.get(k) for n in order
    }
    for _ in range(ROUNDS if moved else 0):
        free = [n for n in sorted(moved) if not _stays(desk, best, n)]
        if not free:
            break
        out = set(rng.sample(free, min(len(free), rng.randint(1, 3)))) | set(best.left)
        orders = {k: tuple(n for n in o if n not in out) for k, o in best.orders.items()}
        if any(desk.driven(k, order) is None for k, order in orders.items()):
            continue
        trial = _put_in(desk, Standing(orders=orders, left=tuple(sorted(out))), rung)
        trial_cost = trial.cost(desk)
        if (len(trial.left), trial_cost) < (len(best.left), cost) or (
            rung == "drop" and trial_cost < cost
        ):
            best, cost = trial, trial_cost
    return best


def _stays(desk: Desk, now: Standing, number: int) -> bool:
    """Tell whether a job cannot be taken out: a reload, one on a locked ride, or under way.

    What is fetched may: it comes aboard last, so it finds its places among what stays.
    """
    for k, order in now.orders.items():
        if number in order:
            ride = desk.rides[k]
            if desk.jobs[number].fetched_by == k:
                return False
            return ride.locked or (ride.under_way and order[0] == number)
    return False
