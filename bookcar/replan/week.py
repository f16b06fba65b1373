"""A week planned again from a moment on, up the ladder of freedom until a rung works."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from bookcar.advice.changed_visits import what_changed
from bookcar.batches.assign import assign_batches
from bookcar.batches.holdings import collectable, had_before
from bookcar.due import prize
from bookcar.errors import InfeasibleError
from bookcar.model import District
from bookcar.phrases.sentence import Sentence
from bookcar.plan import (
    Kept,
    Plan,
    PlanBatch,
    PlanStop,
    Promise,
    ReasonCode,
    Route,
    Totals,
    Unserved,
)
from bookcar.plan_changes import Change, changes, promises_of
from bookcar.planning.prepared import Prepared, Scope
from bookcar.planning.supply import in_depots
from bookcar.planning.visit_options import VisitOption
from bookcar.progress import SILENT, Progress
from bookcar.replan.cost import objective_of
from bookcar.replan.desk import Desk, Order
from bookcar.replan.events import Events, as_it_is, require_possible
from bookcar.replan.jobs import Job, Ride, aboard_after, days_of_batches, has_left, reached, ride_of
from bookcar.replan.ladder import RUNGS, Rung, Standing, climb
from bookcar.replan.requests import with_requests
from bookcar.replan.routes import Drawn, stopped
from bookcar.roads.travel import Travel
from bookcar.weeks import Horizon, parse_week


class Offer(NamedTuple):
    """A rung that works: its plan, and what changes for people."""

    rung: Rung
    plan: Plan
    changes: tuple[Change, ...]

    @property
    def told(self) -> int:
        """How many people are to be told something: visits that change, fall away or are new."""
        return sum(change.kind != "same" for change in self.changes)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What becomes of a week: the rung that is taken, and the ones above it."""

    before: Plan
    district: District
    travel: Travel
    taken: Offer
    offers: tuple[Offer, ...]


def replan_week(
    district: District,
    plan: Plan,
    events: Events,
    *,
    rung: Rung | None = None,
    seed: int = 1,
    progress: Progress = SILENT,
) -> Outcome:
    """Plan the rest of a week again from a moment on.

    Parameters
    ----------
    rung
        To take; by default the first that works.

    Raises
    ------
    InputError
        If the events cannot have happened.
    InfeasibleError
        If no rung works, or not the one that is asked for.
    """
    require_possible(events, plan, district)
    events = events.besides(plan.replanned)
    desk = Moment.of(district, plan, events, progress=progress)
    offers: list[tuple[Rung, Standing]] = []
    for one in RUNGS[RUNGS.index(rung) if rung else 0 :]:
        found = climb(desk.desk, desk.given, one, seed=seed)
        if found is not None and (not offers or found != offers[-1][1]):
            offers.append((one, found))
    if not offers:
        raise InfeasibleError(
            Sentence(key="usage.replan-nothing", figures={"rung": rung or "drop"})
        )
    made = tuple(_offer(desk, one, found) for one, found in offers)
    return Outcome(
        before=plan,
        district=desk.prepared.district,
        travel=desk.prepared.travel,
        taken=made[0],
        offers=made[1:],
    )


def _offer(desk: Moment, rung: Rung, found: Standing) -> Offer:
    plan = desk.plan_of(found)
    return Offer(rung, plan, changes(promises_of(desk.plan), promises_of(plan)))


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A week at a moment: what is driven, and the desk for what is not."""

    plan: Plan
    events: Events
    prepared: Prepared
    whole: District
    desk: Desk
    given: Standing
    stood: tuple[Route, ...]
    lost: tuple[str, ...]

    @classmethod
    def of(
        cls, district: District, plan: Plan, events: Events, *, progress: Progress = SILENT
    ) -> Moment:
        """Return a plan's week as it stands, with all that is left to be driven."""
        now = as_it_is(district, events.told(plan, ()), plan.week)
        scope = Scope.of(now, Horizon(parse_week(plan.week)), keeping=plan)
        visited = {visit.stop for route in plan.routes for visit in route.visits}
        wanted = visited | {row.stop for row in plan.unserved} | set(events.add)
        prepared = scope.on_roads(wanted, progress=progress)
        rides = _rides(prepared, plan, events)
        stood, lost = _stood(plan, events, prepared)
        lost = (*(plan.replanned.lost if plan.replanned else ()), *lost)
        jobs, given = _jobs(prepared, plan, events, rides=rides, lost=lost)
        desk = Desk(prepared, _with_jobs(rides, jobs, given), jobs, events.date)
        return cls(
            plan=plan, events=events, prepared=prepared, whole=district, desk=desk, given=given,
            stood=stood, lost=lost,
        )  # fmt: skip

    def plan_of(self, found: Standing) -> Plan:
        """Return the week as a plan; as it was, if nothing has changed."""
        routes = tuple(self._routes(found))
        left = [self.desk.jobs[number] for number in found.left]
        if not left and _same(routes, self.plan.routes):
            return self.plan
        unserved = tuple(self._unserved(routes))
        district, fleet = self.prepared.district, self.prepared.fleet
        routes, requests = with_requests(routes, self.plan, district)
        kept = Kept(plan=self.plan.id, promises=promises_of(self.plan))
        stops = tuple(
            _copy(PlanStop, d.stop, weeks_since=d.weeks_since, overdue=d.overdue, due=d.due)
            for d in self.prepared.due
        )
        moved = {b for r in routes for v in r.visits for b in (*v.drops, *v.collects)}
        moved |= {b for r in routes for b in r.undropped}
        rest = tuple(w for w in self.plan.warnings if w.rule != "changed-visits")
        plan = msgspec.structs.replace(
            self.plan,
            provenance=msgspec.structs.replace(
                self.plan.provenance, inputs=dict(sorted(self.whole.inputs.items()))
            ),
            estimated=self.prepared.travel.estimated,
            road_note=self.prepared.travel.note,
            stops=stops,
            batches=tuple(
                _copy(PlanBatch, batch, contents=district.titles.get(batch.titles, ()))
                for batch in district.batches
                if batch.id in moved
            ),
            requests=requests,
            routes=routes,
            unserved=unserved,
            totals=_totals(self.plan, routes, unserved, district),
            warnings=(*what_changed(self.plan.id, kept.promises, _promises(routes)), *rest),
            objective=objective_of(
                district, fleet, self.prepared.due, routes=routes, unserved=unserved
            ),
            kept_near=kept,
            replanned=self.events.told(self.plan, self.lost),
        )
        return plan.with_id()

    def _routes(self, found: Standing) -> Iterator[Route]:
        """Yield all routes by date and vehicle; one that is new gets the next number."""
        drawn, made = Drawn(self.desk), {}
        for k, ride in self.desk.rides.items():
            name = ride.route.id if ride.route else ""
            route = drawn.route(k, found.orders.get(k, ()), name)
            if route is not None:
                made[ride.date, ride.vehicle] = route
        over = {
            (r.date, r.vehicle): msgspec.structs.replace(r, done=len(r.halts))
            for r in self.plan.routes
            if _is_past(r, self.events)
        }
        over |= {(r.date, r.vehicle): r for r in self.stood}
        every = {**over, **made}
        numbers = iter(range(len(self.plan.routes) + 1, 10**6))
        for day in self.prepared.fleet.days:
            route = every.get((day.date, day.vehicle.id))
            if route is not None:
                yield (
                    route
                    if route.id
                    else msgspec.structs.replace(route, id=f"R{next(numbers):02d}")
                )

    def _unserved(self, routes: Sequence[Route]) -> Iterator[Unserved]:
        made = Counter(visit.stop for route in routes for visit in route.visits)
        kept = {row.stop: row for row in self.plan.unserved}
        rows = []
        for d in self.prepared.due:
            wanted, got = d.stop.visits_a_week, made[d.stop.id]
            if not d.due or got >= wanted:
                continue
            row = kept.get(d.stop.id)
            if row is not None and row.made == got and not d.told:
                rows.append((d, row))
                continue
            weights = self.prepared.district.settings.weights
            lost = 0.0 if d.stop.required else round(prize(d, weights, visit=got + 1), 2)
            reason: ReasonCode = "shut" if d.stop.id in self.events.shut else "fell-away"
            rows.append((d, Unserved(stop=d.stop.id, reason=reason, made=got, lost=lost)))
        rows.sort(key=lambda pair: (not pair[0].stop.required, -pair[0].overdue))
        yield from (row for _, row in rows)


def _with_jobs(
    rides: Mapping[int, Ride], jobs: Sequence[Job], given: Standing
) -> Mapping[int, Ride]:
    """Return the rides with those of their jobs that can still be made."""
    return {
        k: replace(ride, jobs=tuple(jobs[number] for number in given.orders[k]))
        for k, ride in rides.items()
    }


def _same(routes: Sequence[Route], before: Sequence[Route]) -> bool:
    blank = [msgspec.structs.replace(route, done=0) for route in routes]
    return blank == [msgspec.structs.replace(route, done=0) for route in before]


def _is_past(route: Route, events: Events) -> bool:
    return reached(route, events) == len(route.halts)


def _rides(prepared: Prepared, plan: Plan, events: Events) -> dict[int, Ride]:
    """Return the car-days on which something may still be driven."""
    routes = {(route.date, route.vehicle): route for route in plan.routes}
    found = {}
    for k, day in enumerate(prepared.fleet.days):
        route = routes.get((day.date, day.vehicle.id))
        if day.date < events.date or day.vehicle.id in events.out:
            continue
        if route is not None:
            if not _is_past(route, events):
                found[k] = _turned(ride_of(k, route, events), events)
            continue
        today = day.date == events.date
        late = 60 * events.late.get(day.vehicle.id, 0) if today else 0
        found[k] = Ride(
            car_day=k, vehicle=day.vehicle.id, date=day.date, route=None, done=0,
            under_way=False, free=(events.second + late) if today else 0, delay=0,
        )  # fmt: skip
    return found


def _turned(ride: Ride, events: Events) -> Ride:
    """Return a ride that turns round if the stop that it is on its way to is shut."""
    if ride.under_way and ride.jobs and ride.jobs[0].stop in events.shut:
        gone = events.second - ride.free
        return replace(ride, under_way=False, delay=ride.delay + 2 * gone)
    return ride


def _stood(
    plan: Plan, events: Events, prepared: Prepared
) -> tuple[tuple[Route, ...], tuple[str, ...]]:
    """Return the routes of cars that stand on their way, and the batches lost with them."""
    routes, lost = [], []
    for route in plan.routes:
        done = reached(route, events)
        if route.vehicle not in events.out or route.date != events.date or not done:
            continue
        if route.back <= events.second:
            continue
        routes.append(stopped(route, done, prepared.district.batches_by_id))
        lost += aboard_after(route, done)
    known = set(plan.replanned.lost) if plan.replanned else set()
    return tuple(routes), tuple(b for b in lost if b not in known)


def _jobs(
    prepared: Prepared,
    plan: Plan,
    events: Events,
    *,
    rides: Mapping[int, Ride],
    lost: Sequence[str],
) -> tuple[tuple[Job, ...], Standing]:
    """Return all that is still to be done, and the orders in which it was to be."""
    collected, dropped = days_of_batches(plan)
    found: list[tuple[int | None, Job]] = [
        (k, job) for k, ride in rides.items() for job in ride.jobs if job.stop not in events.shut
    ]
    for route in plan.routes:
        if route.vehicle in events.out and route.date >= events.date:
            found += [
                (None, job)
                for job in _of_out(route, events)
                if job.stop not in events.shut and not job.reload
            ]
    found += [(None, _added(prepared, stop)) for stop in events.add]
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

    What it has aboard is lost for the week once it has reached a stop; before that it is taken to
    be back in its depot the next morning.
    """
    ride = ride_of(-1, route, events)
    for job in ride.jobs:
        late = events.date if has_left(route, events) else None
        yield replace(job, aboard=False, after=late)


def _added(prepared: Prepared, stop: str) -> Job:
    place = prepared.district.stops_by_id[stop]
    collects = tuple(batch.id for batch in collectable(prepared.district, place))
    return Job(stop=stop, collects=collects)


def _not_collected(plan: Plan, events: Events, found: Sequence[tuple[int | None, Job]]) -> set[str]:
    """Return the batches that later visits count on and that may come too late now, or never."""
    sure = {b for k, job in found if k is not None for b in job.collects}
    past = {
        b
        for route in plan.routes
        for visit in route.visits[: len(route.visits)]
        if route.date < events.date or reached(route, events)
        for b in visit.collects
        if _has_made(route, visit.stop, events)
    }
    every = {b for route in plan.routes for visit in route.visits for b in visit.collects}
    return every - sure - past


def _has_made(route: Route, stop: str, events: Events) -> bool:
    halts = route.halts[: reached(route, events)]
    return any(getattr(halt, "stop", None) == stop for halt in halts)


def _bound(job: Job, collected: Mapping[str, dt.date], dropped: Mapping[str, dt.date]) -> Job:
    """Return a job with the days between which its batches bind it."""
    after = [collected[b] for b in job.drops if b in collected]
    before = [dropped[b] for b in job.collects if b in dropped]
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
        if not job.reload and (gone & set(job.drops) or job.halt is None)
    ]
    if not asking:
        return list(found)
    used = {b for route in plan.routes for visit in route.visits for b in visit.drops}
    stock = [s for s in in_depots(prepared.district) if s.batch.id not in used | gone]
    due = {d.stop.id: d for d in prepared.due}
    days = prepared.fleet.days
    demands, names = [], {}
    for n, k, job in asking:
        option = VisitOption(due=due[job.stop], prize=1.0, fleet=(), number=1)
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
        if (wants and not own) or ride_aboard:
            k = None
        new = replace(
            job,
            drops=own,
            store=at[own[0]] if own else None,
            aboard=False,
            after=dt.date.max if wants and not own else None,
        )
        result[n] = (k, new)
    return result


def _promises(routes: Sequence[Route]) -> tuple[Promise, ...]:
    return tuple(
        Promise(stop=v.stop, date=r.date, vehicle=r.vehicle, begin=v.begin)
        for r in routes
        for v in r.visits
    )


def _copy(kind: type, row: msgspec.Struct, **more: object):  # type: ignore[no-untyped-def]
    shared = [name for name in kind.__struct_fields__ if name not in more]  # type: ignore[attr-defined]
    return kind(**{name: getattr(row, name) for name in shared}, **more)


def _totals(
    plan: Plan, routes: Sequence[Route], unserved: Sequence[Unserved], district: District
) -> Totals:
    visits = [visit for route in routes for visit in route.visits]
    made, wanted = Counter(v.stop for v in visits), district.stops_by_id
    served = sum(count >= wanted[stop].visits_a_week for stop, count in made.items())
    dropped = [batch for visit in visits for batch in visit.drops]
    return Totals(
        stops=plan.totals.stops,
        due=served + len(unserved),
        served=served,
        unserved=len(unserved),
        routes=len(routes),
        metres=sum(route.metres for route in routes),
        seconds=sum(route.back - route.depart for route in routes),
        books=sum(district.batches_by_id[name].books for name in dropped),
        batches_dropped=len(dropped),
        batches_collected=sum(len(visit.collects) for visit in visits),
        visits=len(visits),
    )
