"""Another car meets one that stands and takes what it has aboard for others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bookcar.model import Batch
from bookcar.optimiser.limits import LOADS
from bookcar.optimiser.timing import load_profile
from bookcar.plan import Plan, Reload, Route
from bookcar.replan.desk import Order
from bookcar.replan.jobs import Job, Ride, aboard_after, ride_of
from bookcar.replan.ladder import Rung, Standing, climb
from bookcar.replan.left import Meeting
from bookcar.replan.moment import Moment

TRIED = 4
"""Meetings of a car that stands that are tried: the soonest first, then the shortest way there."""

_PLACES = 2  # of a route that are tried for a meeting


@dataclass(frozen=True)
class Ended:
    """What a rung makes of a moment: the orders found, and the plan that they are."""

    moment: Moment
    standing: Standing

    def same(self, other: Ended) -> bool:
        """Tell whether it is no other than another one."""
        return self.moment is other.moment and self.standing == other.standing

    @cached_property
    def cost(self) -> float:
        """What it costs, with what visits that fall away were worth."""
        return self.standing.cost(self.moment.desk)

    @cached_property
    def plan(self) -> Plan:
        """The plan."""
        return self.moment.plan_of(self.standing)


def better(plain: Ended | None, fetching: Ended | None) -> Ended | None:
    """Return the week in which a car fetches if that serves more, and costs no more in all."""
    if plain is None or fetching is None:
        return plain or fetching
    more = len(fetching.standing.left) < len(plain.standing.left)
    return fetching if more and fetching.cost <= plain.cost else plain


def meetings_of(moment: Moment) -> tuple[Moment, ...]:
    """Return the moment with each of the meetings that are tried."""
    found: list[Moment] = []
    for route in moment.left.stood:
        near = sorted(_meetings(moment, route), key=lambda one: (one.late, one.detour))
        found += (moment.meeting(one.meeting) for one in near[:TRIED])
    return tuple(found)


def fetched(meetings: Iterable[Moment], rung: Rung, *, seed: int) -> Ended | None:
    """Return the best week on a rung in which a car fetches, or None if none does or can."""
    found = []
    for there in meetings:
        standing = climb(there.desk, there.left.given, rung, seed=seed)
        if standing is not None:
            found.append(Ended(there, standing))
    return min(found, key=lambda ended: ended.cost, default=None)


class _Near(NamedTuple):
    """A meeting, how many days off it is, and the metres that it is out of the way."""

    meeting: Meeting
    late: int
    detour: int


def _meetings(moment: Moment, stood: Route) -> Iterator[_Near]:
    """Yield for each ride the meetings that are least out of its way."""
    promised = _promised(moment, stood)
    for k, ride in moment.left.rides.items() if promised else ():
        if ride.locked:
            continue
        order = moment.left.given.orders.get(k, ())
        if moment.desk.driven(k, order) is None:
            continue
        first = 1 if (ride.under_way and order) or _just_reloaded(ride) else 0
        near = []
        for at in range(first, len(order) + 1):
            takes = _that_fit(moment, k, order, at=at, promised=promised)
            if takes:
                meeting = Meeting(
                    car_day=k,
                    at=at,
                    vehicle=stood.vehicle,
                    place=stood.end,
                    takes=tuple(b for job in takes for b in job.drops),
                    first=takes[0].stop if at == len(order) else "",
                )
                detour = _detour(moment, k, order, at=at, place=stood.end)
                near.append(_Near(meeting, (ride.date - stood.date).days, detour))
        yield from sorted(near, key=lambda one: (one.detour, one.meeting.at))[:_PLACES]


def _just_reloaded(ride: Ride) -> bool:
    """Tell whether a car is at a depot: sheets have one call on the way to a stop, and no more."""
    return bool(ride.frozen) and isinstance(ride.frozen[-1], Reload)


def _promised(moment: Moment, stood: Route) -> list[Job]:
    """Return the visits that a car that stands leaves undone, with all their batches aboard it."""
    planned = next(
        r for r in moment.plan.routes if (r.date, r.vehicle) == (stood.date, stood.vehicle)
    )
    aboard = set(aboard_after(stood, stood.done))
    jobs = ride_of(-1, planned, moment.events).jobs
    shut = moment.events.shut
    return [job for job in jobs if job.drops and set(job.drops) <= aboard and job.stop not in shut]


def _that_fit(
    moment: Moment, k: int, order: Order, *, at: int, promised: Sequence[Job]
) -> list[Job]:
    """Return the visits, in their order, for whose batches a car has room from a place on."""
    desk = moment.desk
    car, profile = desk.problem.car_days[k], load_profile(desk.problem, k, desk.tasks_of(k, order))
    room = [
        None if most is None else most - max(aboard[at:])
        for most, aboard in zip(car.capacity, profile, strict=True)
    ]
    found: list[Job] = []
    for job in promised:
        batches = [desk.batches[b] for one in (*found, job) for b in one.drops]
        amounts = zip(room, _loads(batches), strict=True)
        if all(most is None or amount <= most for most, amount in amounts):
            found.append(job)
    return found


def _loads(batches: Sequence[Batch]) -> tuple[int, ...]:
    return tuple(load.of_batches(batches) for load in LOADS)


def _detour(moment: Moment, k: int, order: Order, *, at: int, place: str) -> int:
    """Return the metres that a place is out of the way of an order."""
    problem, rows = moment.desk.problem, moment.prepared.travel.rows
    car = problem.car_days[k]
    stops = [problem.tasks[task].location for task in moment.desk.tasks_of(k, order)]
    way = [car.start, *stops, car.end]
    metres, here = problem.tables[car.table].metres, rows[place]
    before, after = way[at], way[at + 1]
    return int(metres[before, here]) + int(metres[here, after]) - int(metres[before, after])
