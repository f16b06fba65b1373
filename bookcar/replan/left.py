"""What is left of a week at a moment: the rides that go on, and the jobs that cars leave undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bookcar.batches.assign import assign_batches
from bookcar.batches.holdings import collectable, had_before
from bookcar.parts import shares
from bookcar.plan import Plan, Route
from bookcar.planning.prepared import Prepared
from bookcar.planning.supply import in_depots
from bookcar.planning.visit_options import VisitOption
from bookcar.replan.desk import Order
from bookcar.replan.events import Events
from bookcar.replan.jobs import (
    Job,
    Ride,
    aboard_after,
    days_of_batches,
    has_left,
    is_over,
    reached,
    ride_of,
    to_make,
)
from bookcar.replan.ladder import Standing
from bookcar.replan.routes import stopped


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """That a car fetches what one that stands has aboard for others.

    Attributes
    ----------
    car_day, at
        Who fetches, and the place of that among the jobs that it has left.
    vehicle, place
        Which car stands, and where.
    takes
        Batches that were promised to stops, in the order of its route.
    first
        The stop that comes next, where the car that fetches has no other visit behind it.
    """

    car_day: int
    at: int
    vehicle: str
    place: str
    takes: tuple[str, ...]
    first: str = ""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left: the rides, all jobs, and the orders in which they were to be made.

    ``stood`` are the routes of cars that stand since now, ``lost`` the batches aboard such cars
    that nobody fetches, ``meets`` from when on a car-day can meet one that stands.
    """

    rides: Mapping[int, Ride]
    jobs: tuple[Job, ...]
    given: Standing
    stood: tuple[Route, ...]
    lost: tuple[str, ...]
    meets: Mapping[int, int]


def left_of(
    prepared: Prepared, plan: Plan, events: Events, *, meeting: Meeting | None = None
) -> Left:
    """Return what is left of a plan's week, with a car that fetches or without."""
    stood = tuple(_stood(plan, events, prepared))
    rides = {k: ride for k, ride in _rides(prepared, plan, events) if ride is not None}
    if meeting is not None:
        rides[meeting.car_day] = _meeting(rides[meeting.car_day], meeting, plan, events)
    lost = _lost(plan, events, rides, stood)
    jobs, given = _jobs(prepared, plan, events, rides=rides, lost=lost, meeting=meeting)
    return Left(
        rides=_with_jobs(rides, jobs, given),
        jobs=jobs,
        given=given,
        stood=stood,
        lost=lost,
        meets=_meets(plan, events, rides, stood),
    )


def _rides(prepared: Prepared, plan: Plan, events: Events) -> Iterator[tuple[int, Ride | None]]:
    """Yield the car-days on which something may still be driven."""
    routes = {(route.date, route.vehicle): route for route in plan.routes}
    for k, day in enumerate(prepared.fleet.days):
        route = routes.get((day.date, day.vehicle.id))
        if day.date < events.date or day.vehicle.id in events.out:
            continue
        if route is not None:
            if not is_over(route, events):
                yield k, _going_on(ride_of(k, route, events), events)
            continue
        today = day.date == events.date
        late = 60 * events.late.get(day.vehicle.id, 0) if today else 0
        yield k, Ride(
            car_day=k, vehicle=day.vehicle.id, date=day.date, route=None, done=0,
            under_way=False, free=(events.second + late) if today else 0, delay=0,
        )  # fmt: skip


def _going_on(ride: Ride, events: Events) -> Ride:
    """Return a ride without what it need not make any more.

    It turns round if that is what it is on its way to.
    """
    jobs = to_make(ride.jobs, events)
    if ride.under_way and ride.jobs and ride.jobs[:1] != jobs[:1]:
        gone = events.second - ride.free
        return replace(ride, jobs=jobs, under_way=False, delay=ride.delay + 2 * gone)
    return replace(ride, jobs=jobs)


def _meeting(ride: Ride, meeting: Meeting, plan: Plan, events: Events) -> Ride:
    """Return a ride that meets the car that stands."""
    fetch = Job(stop=meeting.place, fetch=meeting.vehicle, takes=meeting.takes)
    next_one = [job for job in _fetched(plan, events, meeting) if job.stop == meeting.first]
    jobs = (*ride.jobs[: meeting.at], fetch, *next_one[:1], *ride.jobs[meeting.at :])
    return replace(ride, jobs=jobs)


def _fetched(plan: Plan, events: Events, meeting: Meeting) -> Iterator[Job]:
    """Yield the jobs of the car that stands for which their batches are fetched."""
    for route in plan.routes:
        if route.vehicle == meeting.vehicle and route.date == events.date:
            for job in ride_of(-1, route, events).jobs:
                if job.drops and set(job.drops) <= set(meeting.takes):
                    yield replace(
                        job, aboard=False, after=None, store=route.depot,
                        fetched_by=meeting.car_day, handed_by=None, givers=(), gives=False,
                    )  # fmt: skip


def _stood(plan: Plan, events: Events, prepared: Prepared) -> Iterator[Route]:
    """Yield the routes of cars that stand on their way since now."""
    for route in plan.routes:
        done = reached(route, events)
        if route.vehicle not in events.out or route.date != events.date or not done:
            continue
        if route.stands or route.back <= events.second:
            continue
        yield stopped(route, done, prepared.district.batches_by_id)


def _lost(
    plan: Plan, events: Events, rides: Mapping[int, Ride], stood: Sequence[Route]
) -> tuple[str, ...]:
    """Return the batches aboard cars that stand, but for those that are fetched from there."""
    new = [b for route in stood for b in aboard_after(route, route.done)]
    reached_by = {
        b
        for route in plan.routes
        for halt in route.halts[: reached(route, events)]
        for b in getattr(halt, "takes", ())
    }
    to_come = {b for ride in rides.values() for job in ride.jobs for b in job.takes}
    kept = (reached_by - set(new)) | to_come
    once = plan.replanned.lost if plan.replanned else ()
    planned = (b for route in plan.routes for call in route.fetches for b in call.takes)
    return tuple(b for b in dict.fromkeys((*once, *new, *planned)) if b not in kept)


def _meets(
    plan: Plan, events: Events, rides: Mapping[int, Ride], stood: Sequence[Route]
) -> dict[int, int]:
    """Return from when on a car-day can meet the one that stands: it does, and that is known."""
    stands = {r.vehicle: r for r in (*plan.routes, *stood) if r.stands}
    found = {}
    for k, ride in rides.items():
        for job in ride.jobs:
            if job.fetch:
                there = stands[job.fetch]
                known = events.second if ride.date == events.date else 0
                found[k] = max(known, 1 + there.back if ride.date == there.date else 0)
    return found


def _jobs(
    prepared: Prepared,
    plan: Plan,
    events: Events,
    *,
    rides: Mapping[int, Ride],
    lost: Sequence[str],
    meeting: Meeting | None,
) -> tuple[tuple[Job, ...], Standing]:
    """Return all that is still to be done, and the orders in which it was to be."""
    collected, dropped = days_of_batches(plan)
    found: list[tuple[int | None, Job]] = [
        (k, job) for k, ride in rides.items() for job in ride.jobs
    ]
    fetched = {job.stop: job for job in _fetched(plan, events, meeting)} if meeting else {}
    for route in plan.routes:
        if route.vehicle in events.out and route.date >= events.date:
            found += [
                (None, _fetched_or(job, fetched, meeting))
                for job in _of_out(route, events)
                if job.visit and job.stop not in events.shut and not _is_first(job, meeting)
            ]
    found += [(None, _added(prepared, plan, stop)) for stop in events.add]
    gone = set(lost) | _not_collected(plan, events, found)
    bound = [(k, _bound(job, collected, dropped)) for k, job in found]
    fixed = _supplied(prepared, plan, bound, gone)
    jobs = tuple(job for _, job in fixed)
    orders: dict[int, Order] = dict.fromkeys(rides, ())
    left = []
    for number, (k, _) in enumerate(fixed):
        if k is None:
            left.append(number)
        else:
            orders[k] = (*orders[k], number)
    return jobs, Standing(orders=orders, left=tuple(left))


def _of_out(route: Route, events: Events) -> Iterator[Job]:
    """Yield what a car that is out leaves undone.

    What it has aboard is lost for the week once it has reached a stop, unless it is fetched; before
    that it is taken to be back in its depot the next morning.
    """
    for job in ride_of(-1, route, events).jobs:
        late = events.date if has_left(route, events) else None
        yield replace(
            job, aboard=False, after=late, fetched_by=None, handed_by=None, givers=(), gives=False
        )


def _fetched_or(job: Job, fetched: Mapping[str, Job], meeting: Meeting | None) -> Job:
    """Return a job of a car that is out as one whose batches are fetched, where they are."""
    mine = meeting is not None and job.told is not None and job.told.vehicle == meeting.vehicle
    own = fetched.get(job.stop) if mine else None
    return own if own is not None and own.told == job.told else job


def _is_first(job: Job, meeting: Meeting | None) -> bool:
    """Tell whether a job stands behind the fetch already."""
    return (
        meeting is not None
        and job.told is not None
        and (job.told.vehicle, job.stop) == (meeting.vehicle, meeting.first)
        and bool(job.drops)
        and set(job.drops) <= set(meeting.takes)
    )


def _added(prepared: Prepared, plan: Plan, stop: str) -> Job:
    place = prepared.district.stops_by_id[stop]
    held = collectable(prepared.district, place, prepared.horizon.monday)
    if not place.in_parts:
        return Job(stop=stop, collects=tuple(batch.id for batch in held))
    visits = [visit for route in plan.routes for visit in route.visits if visit.stop == stop]
    collected = {name for visit in visits for name in visit.collects}
    left = shares(
        [batch for batch in held if batch.id not in collected],
        max(1, place.visits_a_week - len(visits)),
    )
    return Job(stop=stop, collects=tuple(batch.id for batch in left[0]))


def _not_collected(plan: Plan, events: Events, found: Sequence[tuple[int | None, Job]]) -> set[str]:
    """Return the batches that later visits count on and that may come too late now, or never."""
    sure = {b for k, job in found if k is not None for b in (*job.collects, *job.takes)}
    past = {
        b
        for route in plan.routes
        for halt in route.halts[: reached(route, events)]
        for b in (*getattr(halt, "collects", ()), *getattr(halt, "takes", ()))
    }
    every = {b for route in plan.routes for visit in route.visits for b in visit.collects}
    every |= {b for route in plan.routes for b in route.fetched}
    return every - sure - past


def _bound(job: Job, collected: Mapping[str, dt.date], dropped: Mapping[str, dt.date]) -> Job:
    """Return a job with the days between which its batches bind it."""
    on_the_way = job.fetched_by is not None
    handed_on = {b for b in collected if collected[b] == dropped.get(b)}  # and never unloaded
    late = (b for b in job.drops if b in collected and b not in handed_on)
    after = [] if on_the_way else [collected[b] for b in late]
    before = [dropped[b] for b in job.collects if b in dropped and b not in handed_on]
    own = [] if job.after is None else [job.after]
    return replace(job, after=max((*after, *own), default=None), before=min(before, default=None))


def _supplied(
    prepared: Prepared,
    plan: Plan,
    found: Sequence[tuple[int | None, Job]],
    gone: set[str],
) -> list[tuple[int | None, Job]]:
    """Give batches from the depots to the jobs whose own are gone, and to stops that are added."""
    asking = [
        (n, k, job)
        for n, (k, job) in enumerate(found)
        if job.visit and (gone & set(job.drops) or job.halt is None)
    ]
    if not asking:
        return list(found)
    used = {b for route in plan.routes for visit in route.visits for b in visit.drops}
    stock = [s for s in in_depots(prepared) if s.batch.id not in used | gone]
    due = {d.stop.id: d for d in prepared.due}
    days = prepared.fleet.days
    demands, names = [], {}
    for n, k, job in asking:
        marks = prepared.pools.marks_of(job.stop)
        option = VisitOption(due=due[job.stop], prize=1.0, fleet=(), number=1, marks=marks)
        homes = {days[k].vehicle.depot} if k is not None else {d.vehicle.depot for d in days}
        names[option.key] = n
        demands.append(option.demand(depots=frozenset(homes)))
    had = had_before(prepared.district, prepared.horizon.monday)
    drops = assign_batches(demands, stock, had=had).drops
    at = {s.batch.id: s.depot for s in stock}
    result = list(found)
    for key, n in names.items():
        k, job = found[n]
        own = tuple(drops.get(key, ()))
        wants = prepared.district.stops_by_id[job.stop].books > 0
        ride_aboard = k is not None and job.aboard
        if (wants and not own) or ride_aboard or job.handed_by is not None:
            k = None
        new = replace(
            job,
            drops=own,
            store=at[own[0]] if own else None,
            aboard=False,
            fetched_by=None,
            handed_by=None,
            givers=(),
            after=dt.date.max if wants and not own else None,
        )
        result[n] = (k, new)
    return result


def _with_jobs(
    rides: Mapping[int, Ride], jobs: Sequence[Job], given: Standing
) -> Mapping[int, Ride]:
    """Return the rides with those of their jobs that can still be made."""
    return {
        k: replace(ride, jobs=tuple(jobs[number] for number in given.orders[k]))
        for k, ride in rides.items()
    }
