"""What of a plan is driven at a moment, and what is left: rides that go on, jobs that they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bookcar.plan import Again, Break, Fetch, Halt, Plan, Promise, Reload, Route, Visit
from bookcar.plan_index import trips
from bookcar.replan.events import Events


@dataclass(frozen=True, kw_only=True)
class Job:
    """A call that is still to be made: a visit, or a reload or a fetch that stays with its car.

    Attributes
    ----------
    halt
        As the plan has it; None for a stop that is added.
    told
        What people were told of it.
    store
        The depot where its batches were to come aboard.
    aboard
        Whether they are aboard a car by now.
    after, before
        Days between which it must lie, for the sake of batches that are collected and dropped
        again in the week; None for any.
    fetch, takes
        Of a fetch: the car that stands, and the batches that come aboard.
    fetched_by
        The car-day that fetches its batches on the way to it; None if they come from elsewhere.
    handed_by
        The car-day on which others give back what it drops, or gave it back already; None if its
        batches come from elsewhere. It stays on that car-day.
    givers
        The stops still to come that do so.
    gives
        Whether it is such a stop itself: it stays on its car-day, too.
    """

    stop: str
    halt: Halt | None = None
    told: Promise | None = None
    drops: tuple[str, ...] = ()
    collects: tuple[str, ...] = ()
    store: str | None = None
    aboard: bool = False
    after: dt.date | None = None
    before: dt.date | None = None
    fetch: str = ""
    takes: tuple[str, ...] = ()
    fetched_by: int | None = None
    handed_by: int | None = None
    givers: tuple[str, ...] = ()
    gives: bool = False

    @property
    def visit(self) -> bool:
        """Whether it is a visit."""
        return not (self.reload or self.fetch)

    @property
    def reload(self) -> bool:
        """Whether it is a reload."""
        return isinstance(self.halt, Reload)


@dataclass(frozen=True, kw_only=True)
class Ride:
    """A car on a day on which something may still be driven.

    Attributes
    ----------
    route
        Its route in the plan; None if it has none yet.
    done
        Halts of it that have been reached.
    begun, under_way
        Whether the car has left, and whether it is on the way to the next halt.
    free
        From when on it can go on; for one that has not left, when it may leave.
    jobs
        What is left of its route, in order.
    """

    car_day: int
    vehicle: str
    date: dt.date
    route: Route | None
    done: int
    under_way: bool
    free: int
    delay: int
    jobs: tuple[Job, ...] = ()
    begun: bool = False
    aboard: tuple[str, ...] = field(default=())

    @property
    def locked(self) -> bool:
        """Whether a reload or a fetch is still to come: its order then stays as it is."""
        return not all(job.visit for job in self.jobs)

    @property
    def frozen(self) -> tuple[Halt, ...]:
        """The halts reached."""
        return self.route.halts[: self.done] if self.route else ()


def reached(route: Route, events: Events) -> int:
    """Return how many halts of a route have been reached at the moment."""
    if route.date != events.date:
        return len(route.halts) if route.date < events.date else 0
    return sum(halt.arrive <= events.second for halt in route.halts)


def is_over(route: Route, events: Events) -> bool:
    """Tell whether a route is back, or on its way home with nothing to be changed."""
    return reached(route, events) == len(route.halts)


def has_left(route: Route, events: Events) -> bool:
    """Tell whether the car of a route has left by the moment."""
    return (route.date, route.depart) < (events.date, events.second)


def ride_of(car_day: int, route: Route, events: Events) -> Ride:
    """Return what is left of a route."""
    done = reached(route, events)
    today = route.date == events.date
    late = 60 * events.late.get(route.vehicle, 0) if today else 0
    begun = has_left(route, events)
    free = _free(route, done) if begun else route.depart
    return Ride(
        car_day=car_day,
        vehicle=route.vehicle,
        date=route.date,
        route=route,
        done=done,
        under_way=begun and free < events.second,
        free=free if begun else max(free + late if late else 0, events.second if today else 0),
        delay=late if begun else 0,
        jobs=tuple(_jobs(route, done, begun=begun, car_day=car_day)),
        begun=begun,
        aboard=tuple(aboard_after(route, done)) if begun else (),
    )


def _free(route: Route, done: int) -> int:
    """Return when a car can go on from the last halt that it reached."""
    if done == 0:
        return route.depart
    halt, ends = route.halts[done - 1], 0
    for call in route.calls[route.calls.index(halt) :][1:2]:
        if isinstance(call, Break) and call.moment == "after":
            ends = call.end
    return max(halt.depart, ends)


def to_make(jobs: Sequence[Job], events: Events) -> tuple[Job, ...]:
    """Return jobs without visits to shut stops, and without reloads and fetches for no visit."""
    kept: list[Job] = []
    visits = False
    for job in reversed(jobs):
        if job.visit and job.stop not in events.shut:
            kept.append(job)
            visits = True
        elif not job.visit and visits:
            kept.append(job)
            visits = not job.reload
    return tuple(reversed(kept))


def frozen_calls(route: Route, done: int) -> tuple[Halt | Break, ...]:
    """Return the calls up to the last halt reached, with the break taken there."""
    if done == 0:
        return ()
    end = route.calls.index(route.halts[done - 1]) + 1
    behind = route.calls[end : end + 1]
    rest = tuple(c for c in behind if isinstance(c, Break) and c.moment == "after")
    return (*route.calls[:end], *rest)


def used_until_break(ride: Ride, starts: int, *, driving: bool) -> int:
    """Return how much of the time until the next break is over when a car goes on at ``starts``.

    That is what has passed since the last break or the departure, or what was driven since.
    """
    if ride.route is None:
        return 0
    since, driven = ride.route.depart, 0
    for call in frozen_calls(ride.route, ride.done):
        if isinstance(call, Break):
            since, driven = call.end, 0
        else:
            driven += call.leg.seconds
    return driven if driving else max(0, starts - since)


def aboard_after(route: Route, done: int) -> list[str]:
    """Return what a car has aboard after so many halts, unopened or collected."""
    own = trips(route)
    aboard, number = [*own[0].loads], 0
    for halt in route.halts[:done]:
        if isinstance(halt, Reload):
            number += 1
            aboard = [*own[number].loads]
            continue
        if isinstance(halt, Visit):
            aboard = [batch for batch in aboard if batch not in halt.drops]
            aboard += halt.collects_now
        else:
            aboard += halt.takes
    return aboard


def _jobs(route: Route, done: int, *, begun: bool, car_day: int) -> Iterator[Job]:
    """Yield the halts to come; what is dropped before the next reload is aboard already.

    But for what is fetched on the way.
    """
    to_fetch: set[str] = set()
    aboard, stores = begun, [trip.loaded_at for trip in trips(route)]
    hand_ons = {b: pair for trip in trips(route) for b, pair in trip.handed_on.items()}
    to_come = {halt.stop for halt in route.halts[done:] if isinstance(halt, Visit)}
    number = sum(isinstance(halt, Reload) for halt in route.halts[:done])
    for halt in route.halts[done:]:
        if isinstance(halt, Again):  # `require_possible` refuses those that are still to be made
            continue
        if isinstance(halt, Reload):
            number, aboard = number + 1, False
            yield Job(stop=halt.depot, halt=halt)
            continue
        if isinstance(halt, Fetch):
            to_fetch.update(halt.takes)
            yield Job(stop=halt.place, halt=halt, fetch=halt.vehicle, takes=halt.takes)
            continue
        fetched = bool(to_fetch & set(halt.drops))
        givers = {hand_ons[b][0].stop for b in halt.drops if b in hand_ons}
        told = Promise(stop=halt.stop, date=route.date, vehicle=route.vehicle, begin=halt.begin)
        yield Job(
            stop=halt.stop,
            halt=halt,
            told=told,
            drops=halt.drops,
            collects=halt.collects,
            store=route.depot if fetched else stores[number],
            aboard=aboard and not (fetched or givers),
            fetched_by=car_day if fetched else None,
            handed_by=car_day if givers else None,
            givers=tuple(sorted(givers & to_come)),
            gives=any(b in hand_ons for b in halt.collects),
        )


def days_of_batches(plan: Plan) -> tuple[dict[str, dt.date], dict[str, dt.date]]:
    """Return on which day each batch is collected or fetched, and on which it is dropped."""
    collected = {b: r.date for r in plan.routes for v in r.visits for b in v.collects}
    collected |= {b: r.date for r in plan.routes for b in r.fetched}
    dropped = {b: r.date for r in plan.routes for v in r.visits for b in v.drops}
    return collected, dropped
